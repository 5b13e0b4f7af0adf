"""Other bases beside an ITD, as its own reads show them."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.flanks import (
    LEAST_FRAGMENTS,
    LEAST_PART,
    REACH,
    OwnReads,
    PartlyBeside,
    PlainReads,
    partly_beside,
    with_flanking,
    without_crowds,
)
from flt3itd.insertions.haplotype import Haplotype, Insertion, Substitution
from flt3itd.insertions.shown_bases import INSIDE, MAJORITY
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(900, 51)
FIRST, LAST = 400, 430
ITD = Haplotype(REFERENCE, Insertion(FIRST, FIRST, REFERENCE[FIRST:LAST]))
SIZE = 500
"""Bases of a read; the junction lies in its middle, and both flanks in it."""


of_three_fragments_and_most = pytest.mark.parametrize(
    ("showing", "others", "is_told"),
    [
        (LEAST_FRAGMENTS, 0, True),
        (LEAST_FRAGMENTS - 1, 0, False),
        (int(MAJORITY * 20), 20 - int(MAJORITY * 20), True),
        (int(MAJORITY * 20) - 1, 21 - int(MAJORITY * 20), False),
    ],
)


def other_than(place: int, size: int = 1) -> Substitution:
    bases = REFERENCE[place : place + size].translate(str.maketrans("ACGT", "CGTA"))
    return Substitution(place, place + size, bases)


def read_of(haplotype: Haplotype, fragment: int, quality: int = 37, size: int = SIZE) -> SplitRead:
    start = LAST - size // 2
    bases = haplotype.sequence[start : start + size]
    whole = size // 2
    return SplitRead(fragment, start, start, 0, whole, whole, bases, bytes([quality]) * size)


def told(*reads: SplitRead) -> tuple[object, ...]:
    matrix = ReadMatrix.of(reads)
    own = np.ones(len(matrix), dtype=np.bool_)
    return with_flanking(ITD, OwnReads(matrix, fit(matrix, ITD), own)).beside


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


@of_three_fragments_and_most
def test_most_of_three_fragments_and_more(showing: int, others: int, is_told: bool) -> None:
    mutant = carrying(other_than(LAST + 15))
    reads = [read_of(mutant if n < showing else ITD, n) for n in range(showing + others)]
    assert bool(told(*reads)) == is_told


@pytest.mark.parametrize(
    ("showing", "others", "is_told"),
    [
        (LEAST_FRAGMENTS, 10, True),
        (LEAST_FRAGMENTS - 1, 5, False),
        (int(LEAST_PART * 20), 16, True),
        (int(LEAST_PART * 20) - 1, 17, False),
        (int(MAJORITY * 20) - 1, 7, True),
        (int(MAJORITY * 20), 6, False),
    ],
)
def test_a_part_of_its_fragments(showing: int, others: int, is_told: bool) -> None:
    change = other_than(LAST + 15)
    reads = ReadMatrix.of(
        [read_of(carrying(change) if n < showing else ITD, n) for n in range(showing + others)]
    )
    own = np.ones(len(reads), dtype=np.bool_)
    found = partly_beside(ITD, OwnReads(reads, fit(reads, ITD), own))
    assert found == ((PartlyBeside(change, showing, showing + others),) if is_told else ())
    assert partly_beside(Haplotype(REFERENCE), OwnReads(reads, fit(reads, ITD), own)) == ()


def test_mates_and_bases_of_low_quality_are_no_evidence() -> None:
    mutant = carrying(other_than(LAST + 15))
    assert told(*(read_of(mutant, number // 2) for number in range(4))) == ()
    poor = [read_of(mutant, number, quality=10) for number in range(10)]
    assert told(*poor, read_of(ITD, 10)) == ()
    assert told(*poor), "the best quality that there is counts as good"


def test_what_stands_beside_already_stays_and_takes_no_neighbour() -> None:
    given = other_than(LAST + 15)
    reads = ReadMatrix.of([read_of(carrying(other_than(LAST + 15, 2)), n) for n in range(10)])
    own = np.ones(len(reads), dtype=np.bool_)
    of_given = OwnReads(reads, fit(reads, carrying(given)), own)
    assert with_flanking(carrying(given), of_given).beside == (given,)


def test_the_wild_type_has_no_flanks() -> None:
    reads = ReadMatrix.of([read_of(ITD, n) for n in range(10)])
    wildtype = Haplotype(REFERENCE)
    own = np.ones(len(reads), dtype=np.bool_)
    assert with_flanking(wildtype, OwnReads(reads, fit(reads, wildtype), own)) is wildtype


def told_by_mates(change: Substitution, start: int, showing: int, others: int = 0) -> object:
    """What mates on the reference from `start` on tell, so many of them with a change."""
    reads = ReadSet(fragments=showing + others)
    split = [read_of(ITD, number, size=60) for number in range(showing + others)]
    sequence = REFERENCE[: change.start] + change.inserted + REFERENCE[change.end :]
    for number in range(showing + others):
        bases = (sequence if number < showing else REFERENCE)[start : start + 60]
        if number < showing:
            reads.mismatches.note(number, bases, start, REFERENCE)
        reads.add_plain(start, 60, number)
    # Of another molecule, with another base at the same place.
    reads.mismatches.note(showing + others, sequence[start : start + 60], start, REFERENCE)
    reads.add_plain(start, 60, showing + others)
    matrix = ReadMatrix.of(split)
    own = np.ones(len(matrix), dtype=np.bool_)
    plain = PlainReads.of(reads)
    return with_flanking(ITD, OwnReads(matrix, fit(matrix, ITD), own, plain)).beside


@pytest.mark.parametrize("place", [FIRST - REACH, FIRST - 50, LAST + 50, LAST + REACH - 1])
@of_three_fragments_and_most
def test_mates_on_the_reference_tell_too(
    place: int, showing: int, others: int, is_told: bool
) -> None:
    """SNPs 40 to 60 bases from an ITD stood in no read of 75 bases over its junction."""
    change = other_than(place)
    found = told_by_mates(change, place - 30, showing, others)
    assert found == ((change,) if is_told else ())


@pytest.mark.parametrize(("from_end", "is_told"), [(INSIDE, True), (INSIDE - 1, False)])
def test_the_last_bases_of_mates_tell_nothing(from_end: int, is_told: bool) -> None:
    change = other_than(LAST + REACH - 1)
    for start in (change.start - from_end, change.start - 59 + from_end):
        assert bool(told_by_mates(change, start, 10)) is is_told


@pytest.mark.parametrize(
    ("places", "are_kept"),
    [
        ((100, 102, 104, 108), True),
        ((100, 104, 108, 112, 116), False),
        ((100, 105, 110, 115, 120), True),
    ],
)
def test_bases_between_two_gaps_are_left_to_what_proposes_gaps(
    places: tuple[int, ...], are_kept: bool
) -> None:
    """Five, each three equal ones or fewer from the next, are no other bases of the ITD."""
    crowd, alone = [other_than(place) for place in places], other_than(200)
    assert without_crowds([*crowd, alone]) == [*(crowd if are_kept else []), alone]


def test_five_other_bases_in_one_piece_are_crowded_too() -> None:
    assert without_crowds([other_than(100, 4)]) == [other_than(100, 4)]
    assert without_crowds([other_than(100, 5)]) == []
