"""Other bases beside an ITD, as its own reads show them."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.flanks import LEAST_FRAGMENTS, REACH, with_flanking
from flt3itd.insertions.haplotype import Haplotype, Insertion, Substitution
from flt3itd.insertions.shown_bases import MAJORITY
from flt3itd.reads.streaming import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(900, 51)
FIRST, LAST = 400, 430
ITD = Haplotype(REFERENCE, Insertion(FIRST, FIRST, REFERENCE[FIRST:LAST]))
SIZE = 200
"""Bases of a read; the junction lies in its middle, and both flanks in it."""


def other_than(place: int, size: int = 1) -> Substitution:
    bases = REFERENCE[place : place + size].translate(str.maketrans("ACGT", "CGTA"))
    return Substitution(place, place + size, bases)


def read_of(haplotype: Haplotype, fragment: int, quality: int = 37) -> SplitRead:
    start = LAST - SIZE // 2
    bases = haplotype.sequence[start : start + SIZE]
    whole = SIZE // 2
    return SplitRead(fragment, start, start, 0, whole, whole, bases, bytes([quality]) * SIZE)


def told(*reads: SplitRead) -> tuple[object, ...]:
    matrix = ReadMatrix.of(reads)
    own = np.ones(len(matrix), dtype=np.bool_)
    return with_flanking(ITD, matrix, fit(matrix, ITD), own).beside


def carrying(*beside: Substitution) -> Haplotype:
    return Haplotype(REFERENCE, ITD.change, beside)


@pytest.mark.parametrize(
    ("place", "is_told"),
    [
        (FIRST - REACH, True),
        (FIRST - REACH - 1, False),
        (FIRST - 20, True),
        (LAST + 20, True),
        (LAST + REACH - 1, True),
        (LAST + REACH, False),
    ],
)
def test_another_base_on_either_side(place: int, is_told: bool) -> None:
    change = other_than(place)
    found = told(*(read_of(carrying(change), number) for number in range(10)))
    assert found == ((change,) if is_told else ())


def test_neighbouring_bases_are_one_change() -> None:
    change = other_than(LAST + 15, 2)
    assert told(*(read_of(carrying(change), number) for number in range(10))) == (change,)


@pytest.mark.parametrize(
    ("showing", "others", "is_told"),
    [
        (LEAST_FRAGMENTS, 0, True),
        (LEAST_FRAGMENTS - 1, 0, False),
        (int(MAJORITY * 20), 20 - int(MAJORITY * 20), True),
        (int(MAJORITY * 20) - 1, 21 - int(MAJORITY * 20), False),
    ],
)
def test_most_of_three_fragments_and_more(showing: int, others: int, is_told: bool) -> None:
    mutant = carrying(other_than(LAST + 15))
    reads = [read_of(mutant if n < showing else ITD, n) for n in range(showing + others)]
    assert bool(told(*reads)) == is_told


def test_mates_and_bases_of_low_quality_are_no_evidence() -> None:
    mutant = carrying(other_than(LAST + 15))
    assert told(*(read_of(mutant, number // 2) for number in range(4))) == ()
    assert told(*(read_of(mutant, number, quality=10) for number in range(10))) == ()


def test_what_stands_beside_already_stays_and_takes_no_neighbour() -> None:
    given = other_than(LAST + 15)
    reads = ReadMatrix.of([read_of(carrying(other_than(LAST + 15, 2)), n) for n in range(10)])
    own = np.ones(len(reads), dtype=np.bool_)
    assert with_flanking(carrying(given), reads, fit(reads, carrying(given)), own).beside == (
        given,
    )


def test_the_wild_type_has_no_flanks() -> None:
    reads = ReadMatrix.of([read_of(ITD, n) for n in range(10)])
    wildtype = Haplotype(REFERENCE)
    own = np.ones(len(reads), dtype=np.bool_)
    assert with_flanking(wildtype, reads, fit(reads, wildtype), own) is wildtype
