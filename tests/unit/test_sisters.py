"""ITDs that differ from another one in single bases are proposed."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.haplotype import (
    Deletion,
    Haplotype,
    Insertion,
    Substitution,
    insertion_between,
)
from flt3itd.insertions.sisters import LEAST_FRAGMENTS, LEAST_SISTER_SHARE, sisters
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(900, 51)
FIRST, LAST, FILLER = 400, 440, "GATTAC"
ITD = Haplotype(REFERENCE, Insertion(LAST, LAST, FILLER + REFERENCE[FIRST:LAST]))
SIZE = 180


def with_other(*places: int) -> Haplotype:
    """The ITD with other bases at places of its own."""
    bases = list(ITD.sequence)
    for place in places:
        bases[place] = "CGTA"["ACGT".index(bases[place])]
    text = "".join(bases)[FIRST : LAST + len(FILLER) + LAST - FIRST]
    insertion = insertion_between(REFERENCE, FIRST, LAST, text)
    assert insertion is not None
    return Haplotype(REFERENCE, insertion)


def read_of(haplotype: Haplotype, number: int) -> SplitRead:
    start, whole = LAST - SIZE // 2, SIZE // 2
    text = haplotype.sequence[start : start + SIZE]
    return SplitRead(number, start, start, 0, whole, whole, text, b"\x25" * SIZE)


def proposed(haplotype: Haplotype, showing: int, others: int) -> set[str]:
    matrix = ReadMatrix.of(
        [read_of(haplotype if n < showing else ITD, n) for n in range(showing + others)]
    )
    own = np.ones(len(matrix), dtype=np.bool_)
    return {one.sequence for one in sisters(ITD, matrix, fit(matrix, ITD), own)}


@pytest.mark.parametrize(
    "places",
    [
        (LAST + 2,),
        (LAST + 1, LAST + 4),
        (FIRST + 11,),
        (LAST + len(FILLER) + 25,),
        (FIRST + 11, LAST + 2),
    ],
)
def test_other_bases_in_the_filler_or_a_copy(places: tuple[int, ...]) -> None:
    """All that the same reads have in common is one proposal."""
    sister = with_other(*places)
    assert proposed(sister, 12, 30) == {sister.sequence}


@pytest.mark.parametrize(
    ("showing", "everyone", "is_proposed"),
    [
        (LEAST_FRAGMENTS, 20, True),
        (LEAST_FRAGMENTS - 1, 20, False),
        (int(LEAST_SISTER_SHARE * 100), 100, True),
        (int(LEAST_SISTER_SHARE * 100) - 1, 100, False),
    ],
)
def test_five_fragments_and_a_tenth_must_agree(
    showing: int, everyone: int, is_proposed: bool
) -> None:
    assert bool(proposed(with_other(LAST + 2), showing, everyone - showing)) == is_proposed


def test_errors_all_over_propose_nothing() -> None:
    assert not proposed(ITD, 0, 40)


def test_neither_the_wild_type_nor_an_itd_with_gaps_beside_has_sisters() -> None:
    reads = ReadMatrix.of([read_of(with_other(LAST + 2), number) for number in range(20)])
    own = np.ones(20, dtype=np.bool_)
    gap = Haplotype(REFERENCE, ITD.change, (Deletion(LAST + 80, LAST + 85, ""),))
    for haplotype in (Haplotype(REFERENCE), gap):
        assert not list(sisters(haplotype, reads, fit(reads, haplotype), own))


def test_a_sister_has_the_other_bases_beside_its_itd() -> None:
    place = LAST + 80
    other = Substitution(place, place + 1, "A" if REFERENCE[place] != "A" else "C")
    beside = Haplotype(REFERENCE, ITD.change, (other,))
    reads = ReadMatrix.of([read_of(with_other(LAST + 2), number) for number in range(20)])
    (found,) = sisters(beside, reads, fit(reads, beside), np.ones(20, dtype=np.bool_))
    assert found.beside == (other,)
    assert found.change == with_other(LAST + 2).change
