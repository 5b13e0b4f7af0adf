"""Reads without a place on the reference, or elsewhere, lie on mutants that hold their bases."""

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.strays import laid_on, place_strays
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead
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


@pytest.mark.parametrize(
    ("start", "diagonal", "aligned"), [(395, 395, (0, 5)), (396, 356, (44, 49))]
)
def test_a_stray_of_which_few_bases_stand_beside_the_new_ones_has_a_place(
    start: int, diagonal: int, aligned: tuple[int, int]
) -> None:
    """On the side on which more do."""
    found = laid_on(MUTANT, start, stray(of_mutant(start, 49)))
    assert found is not None
    assert found.first_diagonal == found.last_diagonal == diagonal
    assert (found.aligned_start, found.aligned_end) == aligned


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


FAR = REFERENCE[760:790]
"""The filler stands there too."""
FILLED = Haplotype(REFERENCE, Insertion(400, 400, FAR + REFERENCE[370:400]))


def at_the_filler(start: int, length: int = 75) -> SplitRead:
    """A read that an aligner put where the filler stands, the bases on both sides clipped."""
    sequence = FILLED.sequence[start : start + length]
    begin = 400 - start
    end = min(begin + len(FAR), length)
    diagonal = 760 - begin
    return SplitRead(0, diagonal, diagonal, begin, end, end, sequence, bytes([37] * length))


@pytest.mark.parametrize(("start", "moved"), [(388, True), (389, False)])
def test_a_read_at_the_filler_lies_where_its_other_bases_do(start: int, moved: bool) -> None:
    """It is moved if as many as twelve of its bases are clipped on one side."""
    read = at_the_filler(start, 400 + len(FAR) + 11 - start)
    reads = ReadSet(split=[read])
    assert place_strays(reads, [FILLED]) is moved
    (found,) = reads.split
    assert found.first_diagonal == (start if moved else read.first_diagonal)


@pytest.mark.parametrize(("differing", "placed"), [(3, False), (4, True)])
@pytest.mark.parametrize("is_reverse", [False, True])
def test_a_stray_that_stands_elsewhere_on_the_reference_is_of_the_wild_type(
    differing: int, placed: bool, is_reverse: bool
) -> None:
    """Sixty bases of the filler, and fifteen beside it that lack of a whole fit to the mutant.

    A base that differs costs five there.
    """
    filler = REFERENCE[740:800]
    mutant = Haplotype(REFERENCE, Insertion(400, 400, filler))
    other = REFERENCE[800:815]
    beside = "".join({"A": "C"}.get(base, "A") for base in other[:differing]) + other[differing:]
    sequence = filler + beside
    text = reverse_complement(sequence) if is_reverse else sequence
    reads = ReadSet(unplaced=[stray(text, is_reverse=is_reverse)])
    assert place_strays(reads, [mutant]) is placed


@pytest.mark.parametrize(("clipped", "moved"), [(13, True), (12, False)])
def test_a_read_must_fit_better_than_where_it_is(clipped: int, moved: bool) -> None:
    """An error costs five: of twelve clipped bases seven are left, of thirteen eight."""
    read = at_the_filler(400 - clipped, clipped + len(FAR))
    sequence = {"A": "C"}.get(read.sequence[6], "A").join((read.sequence[:6], read.sequence[7:]))
    reads = ReadSet(split=[read._replace(sequence=sequence)])
    assert place_strays(reads, [FILLED]) is moved


def test_reads_of_an_insertion_without_a_long_filler_stay() -> None:
    short = Haplotype(REFERENCE, Insertion(400, 400, FAR[:15] + REFERENCE[370:400]))
    read = at_the_filler(370)
    reads = ReadSet(split=[read])
    assert not place_strays(reads, [short])
    assert reads.split == [read]


def test_reads_of_the_far_place_stay() -> None:
    """Clipped by an adapter there, or over the change."""
    adapter = REFERENCE[740:800] + random_sequence(15, 44)
    at_far = SplitRead(0, 740, 740, 0, 60, 60, adapter, bytes([37] * 75))
    over = FILLED.sequence[360:435]
    at_change = SplitRead(1, 360, 360, 0, 40, 40, over, bytes([37] * 75))
    reads = ReadSet(split=[at_far, at_change])
    assert not place_strays(reads, [FILLED])
    assert reads.split == [at_far, at_change]
