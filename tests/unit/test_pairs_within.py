"""Pairs that stop at the ends of a target, since both of their reads had to lie over it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from flt3itd.fitness.pairs_within import pairs_within
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet

READ = 100
TARGET = (1000, 1400)
MATE = int(Flag.REVERSE) | int(Flag.READ_2)
FAR = [(500, 2000)] * 10
"""Pairs that reach far beyond both ends."""


def share(
    pairs: Sequence[tuple[int, int]], target: tuple[int, int] = TARGET, single: int = 0
) -> float:
    """Of pairs whose left read ends, and whose right one begins, at such places."""
    found = ReadSet(fragments=len(pairs) + single)
    for fragment, (end, start) in enumerate(pairs):
        found.add_plain(end - READ, READ, fragment)
        found.add_plain(start, READ, fragment, MATE)
    for fragment in range(len(pairs), len(pairs) + single):
        found.add_plain(1100, READ, fragment)
    return pairs_within(read_spans(found), target)


def cut(places: int, inside: int = 0) -> list[tuple[int, int]]:
    """Pairs that begin at so many different last bases, and others far within."""
    return [(500, 1399 - place) for place in range(places)] + [(500, 1200)] * inside


@pytest.mark.parametrize(("places", "found"), [(9, 0.0), (10, 0.5)])
def test_reads_that_begin_at_ten_places_beside_the_last_stop(places: int, found: float) -> None:
    assert share(cut(places, places)) == found
    turned = [(2400 - start, 2400 - end) for end, start in cut(places, places)]
    assert share(turned) == found


@pytest.mark.parametrize(("last", "found"), [(1499, 1.0), (1500, 0.0)])
def test_targets_reach_up_to_a_hundred_bases_over_exons(last: int, found: float) -> None:
    assert share([(500, last - place) for place in range(10)]) == found
    assert share([(2400 - last + place, 2000) for place in range(10)]) == found


@pytest.mark.parametrize(("place", "found"), [(19, 1.0), (20, 10 / 11)])
def test_twenty_bases_are_beside(place: int, found: float) -> None:
    assert share([*cut(10), (500, 1399 - place)]) == pytest.approx(found)


def test_places_of_both_ends_count_together_and_pairs_of_both_once() -> None:
    assert share([(1001 + place, 1399 - place) for place in range(5)]) == 1.0
    assert share([(1001 + place, 1399 - place) for place in range(4)]) == 0.0


def test_copies_of_fragments_that_enzymes_cut_share_their_ends() -> None:
    assert share([(500, 1399)] * 200) == 0.0


@pytest.mark.parametrize(("single", "found"), [(1, 1.0), (2, 0.0)])
def test_slices_by_reads_leave_fragments_of_one(single: int, found: float) -> None:
    assert share(cut(10), single=single) == found


def test_nothing_is_asked_without_pairs_or_a_target() -> None:
    assert share([]) == 0.0
    assert share([], single=3) == 0.0
    assert share(cut(10), (0, 0)) == 0.0
    assert share(FAR) == 0.0
