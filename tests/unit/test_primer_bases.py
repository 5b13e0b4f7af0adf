"""Primer bases in amplicon reads of the kinase domain: they say nothing of the molecule."""

import pytest

from flt3itd.kinase.tkd import ReportedAt, call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.primer_bases import hide_primer_bases
from flt3itd.reads.primers import PrimerPair

LOCUS = flt3_locus()
EXON = LOCUS.exon(20)
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
D835 = LOCUS.from_grch38(28_018_505)
"""The base of D835Y (C>A on the plus strand)."""
LENGTH = 100
OVER = PrimerPair(D835 - 10, D835 + 12, D835 + 150, D835 + 172)
"""An amplicon whose left primer holds D835."""
AROUND = PrimerPair(D835 - 80, D835 - 58, D835 + 60, D835 + 82)
"""An amplicon that shows D835 between its primers."""


def read(name: str, start: int, *, mutant: bool = False, clip: int = 0) -> AlignedRead:
    bases = LOCUS.sequence[start : start + LENGTH]
    if mutant:
        at = D835 - start
        bases = bases[:at] + "A" + bases[at + 1 :]
    cigar = ((4, clip), (0, LENGTH - clip)) if clip else ((0, LENGTH),)
    return AlignedRead(name, start + clip, cigar, bases, bytes([37]) * LENGTH, False, True)


def test_only_reads_that_begin_or_end_in_a_primer_lose_its_bases() -> None:
    ends = OVER.left_start - LENGTH + 15  # inside the left primer, but not at its begin
    reads = [read("own", OVER.left_start), read("across", AROUND.left_start), read("ends", ends)]
    own, across, other = hide_primer_bases(reads, [OVER], [EXON])
    assert own.qualities == bytes(22) + bytes([37]) * 78
    assert across.qualities == other.qualities == bytes([37]) * LENGTH
    last = read("last", OVER.right_end - LENGTH)
    near = PrimerPair(0, 20, EXON.end - 5, OVER.right_end)
    (cut,) = hide_primer_bases([last], [near], [EXON])
    assert cut.qualities.count(0) == near.right_end - near.right_start


def test_clipped_bases_before_the_primer_are_hidden_too() -> None:
    (cut,) = hide_primer_bases([read("r", OVER.left_start - 5, clip=5)], [OVER], [EXON])
    assert cut.qualities == bytes(27) + bytes([37]) * 73


def test_primers_elsewhere_change_nothing() -> None:
    reads = [read("r", D835 - 30)]
    assert hide_primer_bases(reads, [PrimerPair(0, 20, 100, 120)], [EXON]) is reads


def test_a_mutation_under_a_primer_keeps_its_share() -> None:
    """A fifth of the molecules is mutant; the primer of the other amplicon is always wild type."""
    reads = [read(f"a{i}", AROUND.left_start, mutant=i % 5 == 0) for i in range(500)]
    reads += [read(f"b{i}", OVER.left_start) for i in range(500)]
    (biased,) = call_tkd(reads, PLACE).events
    (event,) = call_tkd(hide_primer_bases(reads, [OVER, AROUND], [EXON]), PLACE).events
    assert biased.vaf == pytest.approx(0.1)
    assert event.vaf == pytest.approx(0.2)
    assert event.informative_fragments == 500


@pytest.mark.parametrize("bases_between", [1, 2, 5])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_deletion_beside_a_primer_keeps_its_anchor(side: str, bases_between: int) -> None:
    """150 of 1,000 fragments lack two bases that almost touch a primer."""
    pair = PrimerPair(D835 - 40, D835 - 18, D835 + 60, D835 + 82)
    at = pair.left_end + bases_between if side == "left" else pair.right_start - bases_between - 2
    start, end = pair.left_start, pair.right_end
    whole, mutant = (
        LOCUS.sequence[start:end],
        LOCUS.sequence[start:at] + LOCUS.sequence[at + 2 : end],
    )
    cigar = ((0, at - start), (2, 2), (0, end - at - 2))
    reads = [
        AlignedRead(f"m{n}", start, cigar, mutant, bytes([37]) * len(mutant), False, True)
        for n in range(150)
    ]
    reads += [
        AlignedRead(
            f"w{n}", start, ((0, end - start),), whole, bytes([37]) * len(whole), False, True
        )
        for n in range(850)
    ]
    events = call_tkd(hide_primer_bases(reads, [pair], [EXON]), PLACE).events
    (event,) = [one for one in events if one.length_bp == 2]
    assert event.vaf == pytest.approx(0.15)
    assert event.informative_fragments == 1000
