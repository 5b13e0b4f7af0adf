"""Changes at the first and last bases of targets, which an aligner writes outside of them."""

from pathlib import Path

import pysam
import pytest

from flt3itd.commands.simulate import simulate, write_simulation
from flt3itd.simulation.design import Depths, MutantHaplotype, SampleDesign
from flt3itd.simulation.haplotypes import parse_event
from flt3itd.simulation.sequencing import Library, Stretch
from scripts.benchmark.panel_counts import align
from scripts.benchmark.panel_stage import StageInputs, run_stage
from tests.builders import random_sequence

CONTIG = "chr21"
FIRST, LAST = 1000, 2200
"""The target, 0-based half-open."""
_PLAIN = random_sequence(3200, 41)
REFERENCE = f"{_PLAIN[:993]}T{'CAG' * 4}A{_PLAIN[1007:]}"
"""Four units of three bases, two of them in front of the target."""
GTF = "".join(
    f"{CONTIG}\tx\t{kind}\t801\t2600\t.\t+\t.\t"
    'gene_name "G"; transcript_id "ENST1.1"; exon_number "1"; tag "MANE_Select";\n'
    for kind in ("transcript", "exon", "CDS")
)
REPLACED = "TTGACCAGTCTA"
EVENTS = {
    "unit": f"{CONTIG}:1006-1007insCAG",
    "over_the_end": f"{CONTIG}:2196-2206delins{REPLACED}",
}


@pytest.mark.parametrize("name", EVENTS)
def test_a_change_over_the_edge_of_a_target_comes_out_whole(tmp_path: Path, name: str) -> None:
    fasta, bed, gtf = (tmp_path / file for file in ("genome.fa", "targets.bed", "genes.gtf"))
    fasta.write_text(f">{CONTIG}\n{REFERENCE}\n")
    pysam.faidx(str(fasta))
    bed.write_text(f"{CONTIG}\t{FIRST}\t{LAST}\tG|exon1\n")
    gtf.write_text(GTF)
    clone = MutantHaplotype("A", 0.2, (parse_event(EVENTS[name]),))
    design = SampleDesign("edges", (clone,), Depths(400), Library())
    reads = [tmp_path / f"R{mate}.fastq.gz" for mate in (1, 2)]
    target = Stretch(CONTIG, FIRST - 200, LAST + 200, "G|exon1", 0.0)
    write_simulation(simulate(design, {CONTIG: REFERENCE}, [target], 5), reads[0], reads[1], None)
    align(fasta, reads, tmp_path / "aligned.bam")
    rows = run_stage(tmp_path / "aligned.bam", tmp_path / "stage", StageInputs(fasta, gtf, bed))
    passing = [row for row in rows if row.filter == "PASS"]
    assert len(passing) == 1
    only = passing[0]
    assert only.vaf_low <= 0.2 <= only.vaf_high
    mutant = REFERENCE[: only.pos - 1] + only.alt + REFERENCE[only.pos - 1 + len(only.ref) :]
    expected = {
        "unit": REFERENCE[:1006] + "CAG" + REFERENCE[1006:],
        "over_the_end": REFERENCE[:2195] + REPLACED + REFERENCE[2206:],
    }
    assert mutant == expected[name]
