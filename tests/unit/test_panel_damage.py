"""Damaged bases: fragments of one orientation, alone and in a sample that shows damage."""

from dataclasses import replace

import pytest

from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.damage import Damage, is_damage, sample_damage

OXIDISED = Allele("c", 10, "G", "T")
EVEN = AlleleCounts(20, 980, 1000, (10, 10), (490, 490), wildtype_f1r2=(490, 490))


def shown(first: int, second: int, informative: int = 1000) -> AlleleCounts:
    return replace(
        EVEN, mutant=first + second, informative=informative, mutant_f1r2=(first, second)
    )


@pytest.mark.parametrize(
    ("count", "sample", "expected"),
    [
        (shown(11, 0), frozenset(), True),  # p 0.0009
        (shown(10, 0), frozenset(), False),  # p 0.002
        (shown(0, 11), frozenset(), True),
        (shown(20, 2), frozenset(), True),  # one in eleven of the other orientation
        (shown(20, 3), frozenset(), False),
        (shown(5, 0), frozenset({Damage.OXIDATION}), True),  # p 0.06
        (shown(4, 0), frozenset({Damage.OXIDATION}), False),  # p 0.12
        (shown(6, 0), frozenset({Damage.DEAMINATION}), False),
        (shown(30, 0, 301), frozenset(), True),  # a VAF below 10 %
        (shown(30, 0, 300), frozenset(), False),
    ],
)
def test_one_orientation_is_damage(
    count: AlleleCounts, sample: frozenset[Damage], expected: bool
) -> None:
    assert is_damage(OXIDISED, count, sample) is expected


@pytest.mark.parametrize(("ref", "alt"), [("A", "G"), ("T", "C"), ("G", "C"), ("G", "GT")])
def test_other_changes_are_no_damage(ref: str, alt: str) -> None:
    assert not is_damage(Allele("c", 10, ref, alt), shown(30, 0), frozenset(Damage))


def test_where_the_wild_type_has_one_orientation_too_nothing_is_said() -> None:
    """All fragments of an amplicon begin at the same primers."""
    amplicon = replace(shown(30, 0), wildtype_f1r2=(980, 0))
    assert not is_damage(OXIDISED, amplicon, frozenset(Damage))


def calls(*fragments: tuple[int, int]) -> dict[Allele, AlleleCounts]:
    """Calls of both substitutions that deamination makes; the second strand is turned."""
    found = {}
    for number, (one, other) in enumerate(fragments):
        plus = number % 2 == 0
        allele = Allele("c", number, "C", "T") if plus else Allele("c", number, "G", "A")
        found[allele] = shown(one, other) if plus else shown(other, one)
    return found


@pytest.mark.parametrize(
    ("fragments", "damaged"),
    [
        (((6, 0), (6, 0), (6, 0)), True),
        (((9, 0), (9, 0)), False),  # two calls
        (((5, 0), (5, 0), (4, 0)), False),  # p 0.0001
        (((8, 2), (16, 4), (16, 4)), True),  # four in five
        (((8, 3), (16, 4), (16, 4)), False),
        (((6, 6), (5, 7), (9, 8)), False),  # clonal haematopoiesis
    ],
)
def test_a_sample_is_damaged_as_a_whole(
    fragments: tuple[tuple[int, int], ...], damaged: bool
) -> None:
    expected = {Damage.DEAMINATION} if damaged else set()
    assert sample_damage(calls(*fragments)) == expected


def test_mutations_of_high_vafs_are_left_out() -> None:
    high = {allele: replace(count, informative=60) for allele, count in calls((7, 0)).items()}
    assert sample_damage({**calls((6, 0), (6, 0)), **high}) == frozenset()
