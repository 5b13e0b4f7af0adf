"""The programs of the panel stage on one BAM, without Snakemake, for benchmarks and tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.assay import Assay
from flt3itd.common.tables import read_table
from scripts.genome.intervals import read_contigs
from scripts.genome.targets import merged_targets, with_margins
from scripts.panel.rows import PanelVariant


@dataclass(frozen=True)
class StageInputs:
    """What the stage reads beside a BAM; `tables` are further options of `annotate`."""

    fasta: Path
    gene_models: Path
    targets: Path
    tables: tuple[str, ...] = ()
    assay: Assay = Assay.CAPTURE
    build: str = "GRCh38"
    minimum_vaf: float = 0.01
    minimum_depth: int = 100


def run_stage(bam: Path, folder: Path, inputs: StageInputs) -> list[PanelVariant]:
    """Call, normalise, look for long events, annotate, as rules/panel.smk does; the rows.

    The BAM and the genome have their indexes. Raises CalledProcessError when a program fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calls, clips, long = folder / "calls.vcf", folder / "clips.bed", folder / "long.vcf"
    table, vcf = folder / "panel.tsv", folder / "panel.vcf.gz"
    called = with_margins(
        [(contig, *span) for contig, spans in merged_targets(inputs.targets).items()
         for span in spans],
        read_contigs(inputs.fasta.with_name(f"{inputs.fasta.name}.fai")),
    )  # fmt: skip
    near = folder / "called.bed"
    near.write_text("".join(f"{c}\t{start}\t{end}\n" for c, start, end in called), "utf-8")
    half = str(inputs.minimum_vaf / 2)
    _pipe(
        [
            *("freebayes", "--fasta-reference", str(inputs.fasta)),
            *("--targets", str(near), "--pooled-continuous"),
            *("--haplotype-length", "1", "--strict-vcf", "--min-alternate-fraction", half),
            *("--min-alternate-count", "3", "--min-mapping-quality", "20"),
            *("--min-base-quality", "20"),
            *(("--harmonic-indel-quality",) if inputs.assay is Assay.AMPLICON else ()),
            str(bam),
        ],
        ["bcftools", "norm", "--fasta-ref", str(inputs.fasta), "--multiallelics", "-any"],
        ["bcftools", "norm", "--fasta-ref", str(inputs.fasta), "--rm-dup", "exact"],
        ["bcftools", "sort", "--output-type", "v", "--output", str(calls)],
    )
    common = ["--bam", str(bam), "--fasta", str(inputs.fasta), "--targets", str(inputs.targets)]
    common += ["--sample", "S", "--assay", inputs.assay, "--minimum-mapping-quality", "20"]
    python = [sys.executable, "-m"]
    _pipe(
        [
            *(*python, "scripts.panel.long_events", *common, "--clips", str(clips)),
            *("--minimum-vaf", half, "--out", str(long)),
        ]
    )
    _pipe(
        [
            *(*python, "scripts.panel.annotate", *common, "--calls", str(calls)),
            *("--clips", str(clips), "--long", str(long), "--minimum-base-quality", "20"),
            *("--gene-models", str(inputs.gene_models), "--build", inputs.build),
            *("--minimum-depth", str(inputs.minimum_depth)),
            *("--minimum-vaf", str(inputs.minimum_vaf), "--minimum-alternate-fragments", "5"),
            *inputs.tables,
            *("--vcf", str(vcf), "--table", str(table)),
        ]
    )
    return read_table(table, PanelVariant)


def _pipe(*stages: Sequence[str]) -> None:
    """Run programs, each reading what the one before writes; raises if one fails."""
    processes: list[subprocess.Popen[bytes]] = []
    for number, stage in enumerate(stages):
        before = processes[-1].stdout if processes else None
        output = subprocess.PIPE if number < len(stages) - 1 else None
        quiet = subprocess.DEVNULL if stage[0] in ("bcftools", "samtools") else None
        processes.append(subprocess.Popen(stage, stdin=before, stdout=output, stderr=quiet))
        if before:
            before.close()
    for stage, process in zip(stages, processes, strict=True):
        if process.wait():
            raise subprocess.CalledProcessError(process.returncode, list(stage))
