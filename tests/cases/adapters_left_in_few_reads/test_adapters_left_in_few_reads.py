"""A deletion whose reads end with the amplicon, but for a few with the adapter behind it."""

import pytest

from flt3itd.insertions.haplotype import Deletion
from flt3itd.insertions.junctions import SearchRegion, Sought, find_candidates
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 31)
FIRST, START, END, LAST = 1164, 1200, 1239, 1302
ADAPTER = random_sequence(50, 8)


def clipped(fragment: int, *, on_left: bool, has_adapter: bool) -> SplitRead:
    """A read of the whole product without [START, END), one side of which is clipped."""
    before, behind = REFERENCE[FIRST:START], REFERENCE[END:LAST]
    if on_left:
        before = ADAPTER * has_adapter + before
        sequence, first, last = before + behind, len(before), len(before) + len(behind)
        diagonal = END - first
    else:
        sequence = before + behind + ADAPTER * has_adapter
        first, last, diagonal = 0, len(before), FIRST
    qualities = b"\x25" * len(sequence)
    return SplitRead(fragment, diagonal, diagonal, first, last, last, sequence, qualities)


@pytest.mark.parametrize("on_left", [True, False])
def test_the_deletion_is_proposed(on_left: bool) -> None:
    region = SearchRegion.around(REFERENCE, 600, 1800, 450, Sought(20, 20))
    reads = [clipped(n, on_left=on_left, has_adapter=n < 3) for n in range(90)]
    (candidate,) = find_candidates(reads, region).candidates
    assert candidate.change == Deletion(START, END, "")
    assert len(candidate.fragments) == len(reads)
