"""Amplicons beside each other over a long duplication: which of them tell how much there is."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.hide_primers import ContigPrimers, hide_primers
from scripts.panel.long_events import LongEvent
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import PanelVariant
from tests.builders import Read, write_bam, write_fasta
from tests.panel_builders import CONTIG, GENOME, THRESHOLDS, rows_annotated

START, SIZE, READ, PRIMER = 300, 86, 150, 22
END = START + SIZE
MUTANT = GENOME[:END] + GENOME[START:]
DUPLICATION = Allele(
    CONTIG, START - 1, GENOME[START - 1], GENOME[START - 1] + GENOME[START:END]
)  # fmt: skip
WHOLE = (START - 40, END + 57)
"""The amplicon that holds all of it, primers included."""
NEIGHBOUR = (START - 174, START + 29)
"""The one whose right primer is doubled."""
SHARE = 0.3
ITS_VAF = LongEvent(
    DUPLICATION, AlleleCounts(14, 86, 100, (0, 0), (0, 0)), 0.14, ConfidenceInterval(0.08, 0.22)
)
"""What the engine makes of all fragments."""


def pair(name: str, span: tuple[int, int], left: str, right: str, sequence: str) -> list[Read]:
    """The first and last bases of a product, whose aligned bases have a span on the contig."""
    length = span[1] - span[0]
    first = Read(name, CONTIG, span[0], left, sequence[:READ], 0x63, template_length=length)
    at = span[1] - sum(int(n) for n in right.replace("S", "M").split("M") if n) + _clipped(right)
    last = Read(name, CONTIG, at, right, sequence[-READ:], 0x93, template_length=-length)
    return [replace(first, mate=(CONTIG, at)), replace(last, mate=(CONTIG, span[0]))]


def _clipped(cigar: str) -> int:
    parts = cigar.replace("M", "M ").replace("S", "S ").split()
    return sum(int(part[:-1]) for part in parts if part.endswith("S"))


def of_whole(mutants: int, wildtypes: int) -> list[Read]:
    low, high = WHOLE
    product = MUTANT[low : high + SIZE]
    reads = []
    for number in range(mutants):
        reads += pair(f"wm{number}", WHOLE, "126M24S", "7S143M", product)
    for number in range(wildtypes):
        reads += pair(f"ww{number}", WHOLE, "150M", "150M", GENOME[low:high])
    return reads


def of_neighbour(longer: int, usual: int) -> list[Read]:
    low, high = NEIGHBOUR
    reads = []
    for number in range(longer):
        product = MUTANT[low : high + SIZE]
        reads += pair(f"nl{number}", (low, END), "150M", "121M29S", product)
    for number in range(usual):
        reads += pair(f"nu{number}", NEIGHBOUR, "150M", "150M", GENOME[low:high])
    return reads


def row_of(folder: Path, reads: list[Read]) -> PanelVariant:
    """The row of the duplication, called by the engine, after the primers were hidden."""
    bam = write_bam(folder / "reads.bam", {CONTIG: len(GENOME)}, reads)
    fasta = write_fasta(folder / "genome.fa", {CONTIG: GENOME})
    pysam.faidx(str(fasta))
    sites = ContigPrimers(
        [(low, low + PRIMER) for low, _ in (WHOLE, NEIGHBOUR)],
        [(high - PRIMER, high) for _, high in (WHOLE, NEIGHBOUR)],
    )
    hidden = folder / "hidden.bam"
    hide_primers(bam, {CONTIG: sites}, fasta, hidden)
    pysam.index(str(hidden))
    thresholds = replace(THRESHOLDS, reads=ReadRules(Assay.AMPLICON, 20, 20))
    with pysam.AlignmentFile(str(hidden)) as records:
        call = Call(DUPLICATION, 0.0, 0, 0, long=ITS_VAF)
        (row,) = rows_annotated([call], records, thresholds=thresholds)
    return row


def test_the_amplicon_that_holds_all_of_it_tells_how_much_there_is(tmp_path: Path) -> None:
    """Its reads end in the copy of a primer that is not theirs: their mates have their own."""
    row = row_of(tmp_path, of_whole(30, 70) + of_neighbour(30, 100))
    assert (row.alternate_fragments, row.depth) == (30, 100)
    assert row.vaf == pytest.approx(SHARE)
    assert "not known" not in row.remark


@pytest.mark.parametrize(("mutants", "is_known"), [(3, True), (2, False)])
def test_where_no_amplicon_that_holds_it_shows_it_the_vaf_is_not_known(
    tmp_path: Path, mutants: int, *, is_known: bool
) -> None:
    """Three fragments of one that does are enough."""
    row = row_of(tmp_path, of_whole(mutants, 97) + of_neighbour(30, 100))
    assert ("its VAF is not known" in row.remark) is not is_known
    assert row.vaf == pytest.approx(mutants / (mutants + 97) if is_known else ITS_VAF.vaf)
