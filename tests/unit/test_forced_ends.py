"""Ends of reads that were laid on the reference and do not belong there."""

import random

import pytest

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.forced_ends import hide_forced_ends

_CHANCE = random.Random(3)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=400))
GOOD = 37
_OTHER = str.maketrans("ACGT", "CGTA")


def read_with(wrong: set[int], cigar: tuple[tuple[int, int], ...] = ((0, 100),)) -> AlignedRead:
    """A read from place 100 on, with other bases where it is wrong."""
    text = [
        base.translate(_OTHER) if place in wrong else base
        for place, base in enumerate(REFERENCE[100:200])
    ]
    return AlignedRead("r", 100, cigar, "".join(text), bytes([GOOD] * 100), False, True)


def hidden(read: AlignedRead) -> list[int]:
    [found] = hide_forced_ends([read], REFERENCE)
    assert found._replace(qualities=read.qualities) == read
    return [place for place, quality in enumerate(found.qualities) if quality != GOOD]


def test_an_end_whose_bases_are_wrong_is_hidden_to_its_first_wrong_base() -> None:
    assert hidden(read_with({80, 81, 83, 85, 86, 90, 95, 96})) == list(range(80, 100))
    assert hidden(read_with({19, 18, 16, 14, 13, 9, 4, 3})) == list(range(20))


def test_both_ends_may_be() -> None:
    assert hidden(read_with({2, 3, 4, 5, 94, 95, 96, 97})) == [*range(6), *range(94, 100)]


@pytest.mark.parametrize("wrong", [set(), {50}, {20, 50, 80}, {48, 49, 50}, {97, 98}])
def test_changes_of_a_molecule_are_kept(wrong: set[int]) -> None:
    assert hidden(read_with(wrong)) == []


@pytest.mark.parametrize(("first", "gone"), [(90, []), (91, list(range(91, 100)))])
def test_what_bwa_mem_would_not_clip_is_kept(first: int, gone: list[int]) -> None:
    """Three wrong bases cost 12, which seven right ones behind them and 5 for the end make up."""
    assert hidden(read_with({first, first + 1, first + 2})) == gone


def test_a_clipped_end_was_judged_by_the_aligner() -> None:
    wrong = {84, 85, 86, 87, 88}
    assert hidden(read_with(wrong, ((0, 92), (4, 8)))) == []
    assert hidden(read_with(wrong, ((0, 50), (1, 2), (0, 48)))) != []
