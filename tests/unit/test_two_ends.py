"""Insertions put together from clips on both sides, on ends written by hand."""

import pytest

from flt3itd.insertions.haplotype import insertion_between
from flt3itd.insertions.two_ends import (
    BothEnds,
    ClippedEnd,
    common_bases,
    ends_of_one,
    put_together,
)
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 31)
FOREIGN = random_sequence(90, 7)
THREE = frozenset({1, 2, 3})


def end(place: int, bases: str, *, on_right: bool, fragments: frozenset[int] = THREE) -> ClippedEnd:
    return ClippedEnd(place, on_right, bases, "", fragments)


def insertions(*ends: ClippedEnd) -> list[object]:
    return [change for change, _, _ in put_together(ends, REFERENCE)]


def other_base(sequence: str, place: int) -> str:
    base = "A" if sequence[place] != "A" else "C"
    return sequence[:place] + base + sequence[place + 1 :]


@pytest.mark.parametrize(("shared", "is_whole"), [(16, True), (15, False)])
def test_two_ends_are_one_insertion_from_sixteen_shared_bases_on(
    shared: int, is_whole: bool
) -> None:
    left = end(1000, FOREIGN[:50], on_right=True)
    right = end(1000, FOREIGN[50 - shared :], on_right=False)
    whole = insertion_between(REFERENCE, 1000, 1000, FOREIGN)
    assert insertions(left, right) == ([whole] if is_whole else [])


@pytest.mark.parametrize(("shared", "is_whole"), [(20, True), (19, False)])
def test_one_of_twenty_shared_bases_may_differ(shared: int, is_whole: bool) -> None:
    left = end(1000, FOREIGN[:50], on_right=True)
    right = end(1000, other_base(FOREIGN[50 - shared :], 9), on_right=False)
    assert bool(insertions(left, right)) is is_whole


def test_ends_that_both_hold_the_whole_insertion_are_one() -> None:
    left = end(1000, FOREIGN + REFERENCE[1000:1009], on_right=True)
    right = end(1000, REFERENCE[991:1000] + FOREIGN, on_right=False)
    assert insertions(left, right) == [insertion_between(REFERENCE, 1000, 1000, FOREIGN)]


@pytest.mark.parametrize("fragments", [frozenset({1, 2}), THREE])
def test_each_end_needs_three_fragments(fragments: frozenset[int]) -> None:
    for few in (0, 1):
        shown = [THREE, THREE]
        shown[few] = fragments
        left = end(1000, FOREIGN[:60], on_right=True, fragments=shown[0])
        right = end(1000, FOREIGN[30:], on_right=False, fragments=shown[1])
        assert len(insertions(left, right)) == (fragments == THREE)


@pytest.mark.parametrize(
    ("apart", "is_one"), [(60, True), (61, False), (-400, True), (-401, False)]
)
def test_bases_may_be_replaced_or_stand_on_both_sides(apart: int, is_one: bool) -> None:
    """What stands on both sides is duplicated, with the foreign bases between the copies."""
    left = end(1000, FOREIGN[:60], on_right=True)
    right = end(1000 + apart, FOREIGN[30:], on_right=False)
    copied = REFERENCE[1000 + apart : 1000] if apart < 0 else ""
    first, last = min(1000, 1000 + apart), max(1000, 1000 + apart)
    bases = copied + FOREIGN + copied
    expected = insertion_between(REFERENCE, first, last, bases)
    assert insertions(left, right) == ([expected] if is_one else [])


def test_clips_of_one_side_and_clips_turned_away_from_each_other_are_nothing() -> None:
    assert insertions(end(1000, FOREIGN, on_right=True)) == []
    assert insertions(end(1000, FOREIGN, on_right=True), end(1000, FOREIGN, on_right=True)) == []


def test_a_consensus_goes_on_as_far_as_two_agree() -> None:
    assert common_bases(["ACGTACGT", "ACGTAC", "ACGT"]) == "ACGTAC"
    assert common_bases(["ACGTACGT"]) == ""
    assert common_bases([]) == ""
    seven_of_ten = ["ACGT"] * 7 + ["ACCT"] * 3
    assert common_bases(seven_of_ten) == "ACGT"
    assert common_bases([*seven_of_ten, "ACCT"]) == "AC"


def test_the_longest_are_asked() -> None:
    short = [FOREIGN[:20]] * 100
    assert common_bases([FOREIGN, *short, FOREIGN]) == FOREIGN


@pytest.mark.parametrize(
    ("apart", "is_one"), [(20, True), (21, False), (-400, True), (-401, False)]
)
def test_ends_that_do_not_meet_show_so_many_bases_at_least(apart: int, is_one: bool) -> None:
    """Fifteen may be the same. Between ends that are turned away from each other lies a copy."""
    left = end(1000, FOREIGN[:40], on_right=True)
    right = end(1000 + apart, FOREIGN[60:], on_right=False)
    fragments = len(left.fragments | right.fragments)
    shown = dict.fromkeys((1000, 1000 + apart), BothEnds(55, fragments))
    assert ends_of_one([left, right]) == (shown if is_one else {})
