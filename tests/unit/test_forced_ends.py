"""Ends of reads that were laid on the reference and do not belong there."""

import random

import pytest

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_INSERTION, aligned_blocks
from flt3itd.reads.forced_ends import clip_forced_ends

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


def clipped(read: AlignedRead) -> list[int]:
    """The places of a read that are clipped, where its other bases stay where they were."""
    [found] = clip_forced_ends([read], REFERENCE)
    assert (found.sequence, found.qualities) == (read.sequence, read.qualities)
    blocks = aligned_blocks(found.start, found.cigar)
    was = aligned_blocks(read.start, read.cigar)
    assert {block.reference - block.query for block in blocks} <= {
        block.reference - block.query for block in was
    }
    kept = {at for block in blocks for at in range(block.query, block.query_end)}
    return sorted({at for block in was for at in range(block.query, block.query_end)} - kept)


def test_an_end_whose_bases_are_wrong_is_clipped_to_its_first_wrong_base() -> None:
    assert clipped(read_with({80, 81, 83, 85, 86, 90, 95, 96})) == list(range(80, 100))
    assert clipped(read_with({19, 18, 16, 14, 13, 9, 4, 3})) == list(range(20))


def test_both_ends_may_be() -> None:
    assert clipped(read_with({2, 3, 4, 5, 94, 95, 96, 97})) == [*range(6), *range(94, 100)]


@pytest.mark.parametrize("wrong", [set(), {50}, {20, 50, 80}, {48, 49, 50}, {97, 98}])
def test_changes_of_a_molecule_are_kept(wrong: set[int]) -> None:
    assert clipped(read_with(wrong)) == []


@pytest.mark.parametrize(("first", "gone"), [(90, []), (91, list(range(91, 100)))])
def test_what_bwa_mem_would_not_clip_is_kept(first: int, gone: list[int]) -> None:
    """Three wrong bases cost 12, which seven right ones behind them and 5 for the end make up."""
    assert clipped(read_with({first, first + 1, first + 2})) == gone


def test_a_clipped_end_was_judged_by_the_aligner() -> None:
    wrong = {84, 85, 86, 87, 88}
    assert clipped(read_with(wrong, ((0, 92), (4, 8)))) == []
    assert clipped(read_with(wrong, ((0, 50), (1, 2), (0, 48)))) != []
    at_start = read_with({2, 3, 4, 6}, ((4, 2), (0, 98)))._replace(start=102)
    assert clipped(at_start) == []


def with_gap(start: int, wrong: set[int]) -> AlignedRead:
    """A read with two bases deleted in its middle, with other bases where it is wrong."""
    text = REFERENCE[start : start + 50] + REFERENCE[start + 52 : start + 102]
    bases = "".join(b.translate(_OTHER) if at in wrong else b for at, b in enumerate(text))
    cigar = ((0, 50), (2, 2), (0, 50))
    return AlignedRead("r", start, cigar, bases, bytes([GOOD] * 100), False, True)


def test_changes_of_a_read_with_a_gap_are_kept() -> None:
    assert clipped(with_gap(100, {20, 98, 99})) == []


def test_a_read_from_the_first_base_of_the_locus_on_is_judged_as_any_other() -> None:
    assert clipped(with_gap(0, {0, 1, 3, 4})) == list(range(5))


@pytest.mark.parametrize(
    ("cigar", "wrong", "found"),
    [
        # A whole block, and the gap behind it.
        (((0, 5), (2, 2), (0, 95)), {0, 1, 3, 4}, (107, ((4, 5), (0, 95)))),
        (((0, 5), (1, 2), (0, 93)), {0, 1, 3, 4}, (105, ((4, 7), (0, 93)))),
        (((5, 9), (0, 100)), {0, 1, 2}, (103, ((4, 3), (0, 97)))),
        (((0, 90), (8, 1), (7, 9)), {90, 91, 93, 94}, (100, ((0, 90), (4, 10)))),
    ],
)
def test_what_is_clipped_of_a_cigar(
    cigar: tuple[tuple[int, int], ...],
    wrong: set[int],
    found: tuple[int, tuple[tuple[int, int], ...]],
) -> None:
    deleted = sum(length for code, length in cigar if code == CIGAR_DELETION)
    inserted = sum(length for code, length in cigar if code == CIGAR_INSERTION)
    text = REFERENCE[100:105] + "N" * inserted + REFERENCE[105 + deleted :]
    if not deleted + inserted:
        text = REFERENCE[100:]
    bases = "".join(
        base.translate(_OTHER) if place in wrong else base for place, base in enumerate(text[:100])
    )
    read = AlignedRead("r", 100, cigar, bases, bytes([GOOD] * 100), False, True)
    [got] = clip_forced_ends([read], REFERENCE)
    assert (got.start, got.cigar) == found
