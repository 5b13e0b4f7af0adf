"""Mutant molecules that reads make together, as proposals of haplotypes."""

from collections.abc import Sequence

import pytest

from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.contigs import contigs, explains_more
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.windows import WIDEST_ANCHOR
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(1600, 97)
REGION = (400, 1200)
READ = 100
UNIT = REFERENCE[750:800]


def other(text: str, place: int) -> str:
    base = "ACGT"["ACGT".index(text[place]) - 1]
    return text[:place] + base + text[place + 1 :]


DIFFERENT = other(UNIT, 10) + other(UNIT, 30) + other(UNIT, 20) + other(UNIT, 40)


def inserted(bases: str) -> Haplotype:
    return Haplotype(REFERENCE, insertion_between(REFERENCE, 800, 800, bases))


def reads_over(haplotype: Haplotype, *, times: int = 3) -> list[str]:
    """All reads that hold a base beside the first copy or behind it, each so many times."""
    last = 800 + haplotype.length_change
    starts = range(800 - READ + 1, last)
    return [haplotype.sequence[at : at + READ] for at in starts for _ in range(times)]


def found(reads: list[str], shortest: int = 3) -> list[str]:
    return [one.sequence for one in contigs(reads, REFERENCE, REGION, shortest)]


@pytest.mark.parametrize("bases", [UNIT, DIFFERENT, random_sequence(250, 5)])
def test_the_molecule_is_put_together(bases: str) -> None:
    haplotype = inserted(bases)
    assert found(reads_over(haplotype)) == [haplotype.sequence]


def test_equal_copies_that_no_word_tells_apart_give_nothing() -> None:
    """Five of them are as long as seven: words come back to themselves."""
    assert found(reads_over(inserted(UNIT * 4))) == []


@pytest.mark.parametrize(("times", "number"), [(2, 0), (3, 1)])
def test_three_reads_must_hold_a_word(times: int, number: int) -> None:
    assert len(found([inserted(DIFFERENT).sequence[700:1100]] * times)) == number


@pytest.mark.parametrize(("times", "number"), [(4, 1), (5, 2)])
def test_a_twentieth_of_the_commonest_words_must_be_there(times: int, number: int) -> None:
    other_bases = random_sequence(30, 6)
    reads = [
        *reads_over(inserted(UNIT[:40]), times=100),
        *reads_over(inserted(other_bases), times=times),
    ]
    assert len(found(reads)) == number


@pytest.mark.parametrize(("shortest", "number"), [(50, 1), (51, 0)])
def test_shorter_insertions_are_not_sought(shortest: int, number: int) -> None:
    assert len(found(reads_over(inserted(UNIT)), shortest)) == number


def test_ends_must_stand_on_the_reference_once() -> None:
    assert found([REFERENCE[700:800] + random_sequence(100, 7)] * 5) == []
    assert found([]) == []


def test_many_ways_are_not_followed() -> None:
    """Nine places with two bases each, farther apart than a read: 512 molecules."""
    one = inserted(random_sequence(900, 8)).sequence
    two = one
    for place in range(800, 1700, 100):
        two = other(two, place)
    assert found([text[at : at + 70] for text in (one, two) for at in range(740, 1760)] * 3) == []


def matrix_of(mutants: Sequence[Haplotype]) -> ReadMatrix:
    """A read over the middle of an insertion at 800, of each mutant, from a fragment of its own."""
    return ReadMatrix.of(
        [
            SplitRead(n, 720, 720, 0, 80, 80, one.sequence[720:880], b"\x25" * 160)
            for n, one in enumerate(mutants)
        ]
    )


@pytest.mark.parametrize(
    ("places", "fragments", "explains"),
    [((), 9, False), ((12,), 9, False), ((12, 30), 3, True), ((12, 30), 2, False)],
)
def test_a_molecule_is_tried_where_three_fragments_show_two_other_bases(
    places: tuple[int, ...], fragments: int, explains: bool
) -> None:
    bases = UNIT
    for place in places:
        bases = other(bases, place)
    sister, itd = inserted(bases), inserted(UNIT)
    matrix = matrix_of([*[sister] * fragments, *[itd] * 20])
    fits = matrix.fits([Haplotype(REFERENCE), itd], WIDEST_ANCHOR)
    assert explains_more(sister, fits, matrix) == explains


@pytest.mark.parametrize(("apart", "stays"), [(53, True), (54, False)])
def test_a_change_that_no_word_holds_with_the_insertion_is_left_out(
    apart: int, stays: bool
) -> None:
    """The longest words have 85 of 100 bases; 16 of them on either side tell the two apart."""
    itd = inserted(random_sequence(40, 9))
    text = other(itd.sequence, 840 + apart)
    reads = [text[at : at + READ] for at in range(700, 1000) for _ in range(3)]
    assert found(reads)[0] == (text if stays else itd.sequence)
