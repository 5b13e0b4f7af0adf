"""Unknown bases (N) of reads are no bases of an insertion."""

from __future__ import annotations

import pytest

from flt3itd.insertions.junctions import SearchRegion, find_candidates
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(1400, 8)
FIRST, BEHIND = 640, 700
FILLER = "GATTC"
REGION = SearchRegion.around(REFERENCE, 600, 800, 500)


def read_of(fragment: int, filler: str, unknown: int | None = None) -> SplitRead:
    """A read of 100 bases over the junction of a copy, clipped behind it."""
    before = 50
    text = REFERENCE[BEHIND - before : BEHIND] + filler + REFERENCE[FIRST : FIRST + 50]
    if unknown is not None:
        text = text[:unknown] + "N" + text[unknown + 1 :]
    start = BEHIND - before
    return SplitRead(fragment, start, start, 0, before, before, text, b"\x25" * len(text))


def test_what_is_unknown_between_two_copies_proposes_nothing() -> None:
    found = find_candidates([read_of(0, FILLER), read_of(1, FILLER), read_of(2, "NNNNN")], REGION)
    [candidate] = found.candidates
    assert candidate.change.inserted.count(FILLER) == 1
    assert candidate.fragments == {0, 1}


@pytest.mark.parametrize("place", [47, 52, 70])
def test_an_unknown_base_of_a_copy_is_that_of_the_reference(place: int) -> None:
    reads = [read_of(number, "", place) for number in range(3)]
    [candidate] = find_candidates(reads, REGION).candidates
    assert candidate.change.inserted == REFERENCE[FIRST:BEHIND]
    assert candidate.fragments == {0, 1, 2}
