"""Reads without a place on the reference lie on the mutants that hold their bases."""

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.strays import laid_on, place_strays
from flt3itd.reads.streaming import ReadSet, UnplacedRead
from tests.builders import random_sequence

REFERENCE = random_sequence(900, 41)
NEW = random_sequence(40, 42)
MUTANT = Haplotype(REFERENCE, Insertion(400, 400, NEW))


def stray(sequence: str, fragment: int = 0, *, is_reverse: bool = False) -> UnplacedRead:
    return UnplacedRead(fragment, sequence, bytes([37] * len(sequence)), is_reverse, True)


def of_mutant(start: int, length: int = 75) -> str:
    return MUTANT.sequence[start : start + length]


@pytest.mark.parametrize(
    ("start", "first", "last", "aligned"),
    [
        (382, 382, 342, (0, 75)),
        (391, 351, 351, (49, 75)),
        (374, 374, 374, (0, 26)),
        (375, 375, 335, (0, 75)),
    ],
)
def test_a_stray_lies_as_aligners_would_write_it(
    start: int, first: int, last: int, aligned: tuple[int, int]
) -> None:
    found = laid_on(MUTANT, start, stray(of_mutant(start)))
    assert found is not None
    assert (found.first_diagonal, found.last_diagonal) == (first, last)
    assert (found.aligned_start, found.aligned_end) == aligned
    assert found.is_read2


def test_a_stray_within_the_new_bases_lies_nowhere() -> None:
    assert laid_on(MUTANT, 402, stray(of_mutant(402, 36))) is None


@pytest.mark.parametrize("is_reverse", [False, True])
def test_strays_of_either_strand_are_placed(is_reverse: bool) -> None:
    sequence = of_mutant(382)
    turned = reverse_complement(sequence)
    reads = ReadSet(unplaced=[stray(turned, 3, is_reverse=is_reverse), stray(sequence, 4)])
    assert place_strays(reads, [MUTANT])
    assert not reads.unplaced
    assert [(one.fragment, one.sequence, one.is_reverse) for one in reads.split] == [
        (3, sequence, not is_reverse),
        (4, sequence, False),
    ]


def with_errors(sequence: str, count: int) -> str:
    """Other bases at the end: each one costs a base of the score and its penalty, or is clipped."""
    kept = sequence[: len(sequence) - count]
    return kept + "".join({"A": "C"}.get(base, "A") for base in sequence[len(kept) :])


@pytest.mark.parametrize(("errors", "placed"), [(22, True), (23, False)])
def test_a_stray_must_agree_in_most_of_its_bases(errors: int, placed: bool) -> None:
    reads = ReadSet(unplaced=[stray(with_errors(of_mutant(382), errors))])
    assert place_strays(reads, [MUTANT]) is placed
    assert len(reads.unplaced) == (not placed)


@pytest.mark.parametrize(("length", "placed"), [(15, False), (16, True)])
def test_short_insertions_have_no_strays(length: int, placed: bool) -> None:
    short = Haplotype(REFERENCE, Insertion(400, 400, NEW[:length]))
    reads = ReadSet(unplaced=[stray(short.sequence[370:445])])
    assert place_strays(reads, [short]) is placed


def test_other_reads_stay_without_a_place() -> None:
    reads = ReadSet(unplaced=[stray(random_sequence(75, 43))])
    assert not place_strays(reads, [Haplotype(REFERENCE), MUTANT])
    assert len(reads.unplaced) == 1
    assert not reads.split
