"""A deletion whose end resembles the wild type, in reads with an adapter in front."""

import pytest

from flt3itd.kinase.tkd import call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_MATCH, CIGAR_SOFT_CLIP
from tests.kinase_builders import PLACE

LOCUS = flt3_locus()
LENGTH = 100
ADAPTER = "ACACTCTTTCCCTACACGACGCTCTTCCGATCT"


def behind_adapter(name: str, sequence: str, at: int, gap: int, deleted: int) -> AlignedRead:
    """A read of a fragment that begins at a place of `sequence`, with its adapter in front.

    `gap` counts the bases before a deletion of `deleted` bases; where it is below 20, the read is
    clipped there.
    """
    bases = (ADAPTER + sequence[at:])[:LENGTH]
    clip, before = len(ADAPTER), gap - at
    if before <= 0:
        start, cigar = at + deleted, [(CIGAR_SOFT_CLIP, clip), (CIGAR_MATCH, LENGTH - clip)]
    elif before < 20:
        start = gap + deleted
        cigar = [(CIGAR_SOFT_CLIP, clip + before), (CIGAR_MATCH, LENGTH - clip - before)]
    else:
        start = at
        cigar = [
            (CIGAR_SOFT_CLIP, clip),
            (CIGAR_MATCH, before),
            (CIGAR_DELETION, deleted),
            (CIGAR_MATCH, LENGTH - clip - before),
        ]
    return AlignedRead(name, start, tuple(cigar), bases, bytes([37]) * LENGTH, False, True)


def wild(name: str, at: int) -> AlignedRead:
    bases = (ADAPTER + LOCUS.sequence[at:][:LENGTH])[:LENGTH]
    clip = len(ADAPTER)
    cigar = ((CIGAR_SOFT_CLIP, clip), (CIGAR_MATCH, LENGTH - clip))
    return AlignedRead(name, at, cigar, bases, bytes([37]) * LENGTH, False, True)


@pytest.mark.parametrize(
    ("last", "deleted"), [(2539, 12), (2510, 3), (2526, 3), (2517, 9), (2513, 6)]
)
def test_half_of_the_molecules_are_half_of_the_fragments(last: int, deleted: int) -> None:
    at = LOCUS.offset_of_cds(last)
    mutant = LOCUS.sequence[:at] + LOCUS.sequence[at + deleted :]
    reads = []
    for turn in range(4):
        for start in range(at - 45, at + 60):
            reads.append(wild(f"w{turn}_{start}", start))
            reads.append(behind_adapter(f"m{turn}_{start}", mutant, start, at, deleted))
    (event,) = call_tkd(reads, PLACE).events
    assert event.length_bp == deleted
    assert event.vaf == pytest.approx(0.5, abs=0.02)
