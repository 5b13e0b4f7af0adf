"""Clips of one junction that all stop short."""

import random
from collections.abc import Iterable

import pytest

from flt3itd.fitness.short_clips import stopped_short
from flt3itd.reads.read_set import ReadSet, SplitRead

SIZE = 100
_CHANCE = random.Random(11)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=1000))
COPY = (440, 500)
MUTANT = REFERENCE[: COPY[1]] + REFERENCE[COPY[0] :]
TARGET = (300, 700)


def clipped(right: Iterable[int], left: Iterable[int]) -> ReadSet:
    """Reads of a duplication with so many bases clipped behind its junction, or in front of it."""
    reads = ReadSet()
    for size in right:
        start = COPY[1] + size - SIZE
        reads.split.append(_read(len(reads.split), MUTANT[start:][:SIZE], start, 0, SIZE - size))
    for size in left:
        start = COPY[1] - size
        diagonal = COPY[0] - size
        text = MUTANT[start : start + SIZE]
        reads.split.append(_read(len(reads.split), text, diagonal, size, SIZE))
    return reads


def _read(number: int, text: str, diagonal: int, first: int, last: int) -> SplitRead:
    return SplitRead(number, diagonal, diagonal, first, last, last, text, b"\x25" * SIZE)


def test_clips_on_both_sides_of_a_junction_are_counted() -> None:
    assert stopped_short(clipped([2, 3, 4, 5], [3, 4, 5]), TARGET) == 6
    assert stopped_short(clipped([2, 3, 4, 5], []), TARGET) == 0
    assert stopped_short(ReadSet(), TARGET) == 0


@pytest.mark.parametrize(("sizes", "found"), [([3, 4], 0), ([1, 3, 4], 0), ([2, 3, 4], 6)])
def test_three_reads_with_two_clipped_bases_make_a_side(sizes: list[int], found: int) -> None:
    assert stopped_short(clipped(sizes, sizes), TARGET) == found


def test_copies_of_a_read_are_not_three() -> None:
    assert stopped_short(clipped([4, 4, 4, 4], [2, 3, 4]), TARGET) == 0


@pytest.mark.parametrize(("target", "found"), [((440, 501), 6), ((441, 501), 0), ((440, 500), 0)])
def test_both_places_lie_in_the_target(target: tuple[int, int], found: int) -> None:
    assert stopped_short(clipped([2, 3, 4], [2, 3, 4]), target) == found


def test_clips_that_do_not_agree_are_chance() -> None:
    reads = clipped([2, 3, 4, 5], [2, 3, 4])
    change = str.maketrans("ACGT", "CGTA")
    for number, read in enumerate(reads.split[:4]):
        end = read.aligned_end
        text = read.sequence[end:]
        for _ in range(number):
            text = text.translate(change)
        reads.split[number] = read._replace(sequence=read.sequence[:end] + text)
    assert stopped_short(reads, TARGET) == 0


@pytest.mark.parametrize(("size", "found"), [(8, 6), (7, 0)])
def test_one_clipped_base_in_eight_may_be_wrong(size: int, found: int) -> None:
    reads = clipped([20, 21, size], [2, 3, 4])
    read = reads.split[2]
    other = "A" if read.sequence[-1] != "A" else "C"
    reads.split[2] = read._replace(sequence=read.sequence[:-1] + other)
    assert stopped_short(reads, TARGET) == found


@pytest.mark.parametrize(("through", "found"), [(0, 20), (1, 20), (2, 0)])
def test_a_change_that_reads_go_on_into_is_no_junction_whose_reads_are_gone(
    through: int, found: int
) -> None:
    """One in ten may: it is clipped by an error at its end, and was laid on the other copy."""
    reads = clipped(range(2, 12), range(2, 12))
    reads.split += [_read(20 + one, MUTANT[450:550], 450, 0, SIZE) for one in range(through)]
    assert stopped_short(reads, TARGET) == found


@pytest.mark.parametrize(("first", "last", "found"), [(0, 98, 6), (2, 100, 6), (1, 99, 0)])
def test_reads_that_are_clipped_do_not_go_on(first: int, last: int, found: int) -> None:
    reads = clipped([2, 3, 4], [2, 3, 4])
    reads.split.append(_read(20, MUTANT[450:550], 450, first, last))
    assert stopped_short(reads, TARGET) == found


def test_a_read_that_has_only_the_first_clipped_bases_does_not_go_on() -> None:
    reads = clipped([2, 3, 4, 9], [2, 3, 4, 9])
    text = MUTANT[450:504] + REFERENCE[504:550]
    reads.split.append(_read(20, text, 450, 0, SIZE))
    assert stopped_short(reads, TARGET) == 8


def test_the_place_that_most_reads_share_counts() -> None:
    reads = clipped([2, 3, 4, 5], [2, 3, 4, 5])
    for size in (2, 3, 4):
        text = REFERENCE[500 + size : 600] + MUTANT[430 : 430 + size]
        reads.split.append(_read(30 + size, text, 500 + size, 0, SIZE - size))
        text = MUTANT[470 - size : 470] + REFERENCE[560 : 660 - size]
        reads.split.append(_read(40 + size, text, 560 - size, size, SIZE))
    assert stopped_short(reads, TARGET) == 8
