"""A run with gene models of GENCODE's size: each rule stays within the memory it asks for."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import yaml

from scripts.soak.depth import above_asked
from scripts.soak.runs import CONFIG, Planned, asked_memory, command, measurements, write_run
from scripts.workflow.digest import CHECKOUT

LINES = 2_500_000
"""Of a GTF, as GENCODE's comprehensive annotation of GRCh38 has them."""
_PER_GENE = 40


def genome_wide(lines: int) -> Iterator[str]:
    """Lines of a GTF with genes of 40 lines each, on contigs that no target lies on."""
    for number in range(lines // _PER_GENE):
        start = 1000 + 4000 * (number % 20_000)
        place = f"other{number // 20_000}\tmade\t{{}}\t{start}\t{start + 3000}\t.\t+\t.\t"
        gene = f'gene_id "ENSG{number:011}.1"; gene_type "protein_coding"; gene_name "G{number}"; '
        yield place.format("gene") + gene + "level 2;\n"
        transcript = (
            f'{gene}transcript_id "ENST{number:011}.1"; transcript_type "protein_coding"; '
            f'transcript_name "G{number}-201"; '
        )
        yield place.format("transcript") + transcript + 'level 2; tag "basic";\n'
        for exon in range(1, _PER_GENE - 1):
            at = start + 70 * exon
            kind = "CDS" if exon % 2 else "exon"
            yield (
                f"other{number // 20_000}\tmade\t{kind}\t{at}\t{at + 50}\t.\t+\t0\t{transcript}"
                f'exon_number {exon}; exon_id "ENSE{number:09}{exon:02}.1"; level 2; '
                'protein_id "ENSP00000000001.1"; tag "basic"; tag "MANE_Select";\n'
            )


def models_section(work: Path, cores: int) -> str:
    """Run a sample with the models of the example among millions of lines; as Markdown."""
    write_run(work, [Planned("S", "P", 1, 0.2, 200)])
    path = work / CONFIG
    config = yaml.safe_load(path.read_text("utf-8"))
    own = Path(config["reference"]["gene_models"]).read_text("utf-8")
    with (work / "genes.gtf").open("w", encoding="utf-8") as file:
        file.writelines(genome_wide(LINES))
        file.write(own)
    config["reference"]["gene_models"] = "genes.gtf"
    path.write_text(yaml.safe_dump(config), "utf-8")
    subprocess.run(command(work, cores), check=True, stdout=subprocess.DEVNULL)
    found = measurements(work / "results" / "benchmarks")
    rules = (file.read_text("utf-8") for file in sorted(CHECKOUT.glob("rules/*.smk")))
    slowest = sorted(found, key=lambda one: -one.seconds)[:5]
    highest = sorted(found, key=lambda one: -one.peak_mb)[:5]
    lines = [
        f"The example with a GTF of {LINES:,} more lines, one sample at 200x.",
        above_asked(found, asked_memory(rules)),
        f"The slowest steps: {', '.join(f'{one.rule} {one.seconds:.0f} s' for one in slowest)}.",
        f"The largest: {', '.join(f'{one.rule} {one.peak_mb:.0f} MB' for one in highest)}.",
    ]
    return "\n".join(lines) + "\n"
