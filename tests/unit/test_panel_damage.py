"""Damaged bases: fragments of one orientation, alone and in a sample that shows damage."""

from dataclasses import replace

import numpy as np
import pytest

from scripts.benchmark.damage_orientations import HEADER, Library, shares_of, table_lines
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.damage import CERTAIN, DamageOfSample
from tests.panel_builders import OXIDISED, shown


def calls(
    *fragments: tuple[int, int], change: tuple[str, str] = ("G", "T")
) -> dict[Allele, AlleleCounts]:
    """Calls of both substitutions that damage makes; the second strand is turned."""
    turned = {"G": "C", "C": "G", "T": "A", "A": "T"}
    ref, alt = change
    found = {}
    for number, (one, other) in enumerate(fragments, start=100):
        plus = number % 2 == 0
        allele = Allele("c", number, *((ref, alt) if plus else (turned[ref], turned[alt])))
        found[allele] = shown(one, other) if plus else shown(other, one)
    return found


def explains(allele: Allele, count: AlleleCounts, *others: tuple[int, int]) -> bool:
    """Whether a call is damage in a sample with these other calls of the same kind."""
    return DamageOfSample({allele: count, **calls(*others)}).explains(allele, count)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (shown(6, 0), True),  # 0.934
        (shown(5, 0), False),  # 0.879
        (shown(0, 6), True),
        (shown(10, 1), False),  # 0.893
        (shown(11, 1), True),  # 0.943
        (shown(20, 2), True),  # p 0.0001
        (shown(20, 3), False),
        (shown(30, 0, 301), True),  # a VAF below 10 %
        (shown(30, 0, 300), False),
    ],
)
def test_one_orientation_is_damage(count: AlleleCounts, expected: bool) -> None:
    assert explains(OXIDISED, count) is expected


@pytest.mark.parametrize(
    ("others", "count", "expected"),
    [
        (((9, 0),), shown(5, 0), True),  # one more of the same strand
        (((5, 0),), shown(5, 0), True),  # as few as are told
        (((0, 9),), shown(5, 0), False),
        (((0, 9), (0, 11)), shown(5, 0), False),  # the first read lies on the other strand
        (((0, 9), (0, 11)), shown(0, 5), True),
        (((9, 0), (11, 0), (8, 0), (12, 0)), shown(9, 1), True),  # an error of a base
        (((9, 0), (11, 0), (8, 0), (12, 0)), shown(8, 1), False),  # one in nine
        (((9, 0), (11, 0), (8, 0), (12, 0)), shown(3, 2), False),
        (((6, 6), (5, 7), (9, 8), (4, 5), (7, 6)), shown(7, 0), False),  # clonal haematopoiesis
        (((6, 6), (5, 7), (9, 8), (4, 5), (7, 6)), shown(8, 0), True),
        (((4, 0), (4, 0), (4, 0)), shown(5, 0), False),  # too few fragments to tell
    ],
)
def test_the_sample_says_how_much_damage_there_is(
    others: tuple[tuple[int, int], ...], count: AlleleCounts, expected: bool
) -> None:
    assert explains(OXIDISED, count, *others) is expected


@pytest.mark.parametrize(
    ("ref", "alt", "own"),
    [("G", "T", (5, 0)), ("C", "A", (0, 5)), ("C", "T", (5, 0)), ("G", "A", (0, 5))],
)
def test_either_strand_of_both_kinds_of_damage(ref: str, alt: str, own: tuple[int, int]) -> None:
    """The damaged base lies on the plus strand or, turned, on the other one."""
    change = ("G", "T") if {ref, alt} in ({"G", "T"}, {"C", "A"}) else ("C", "T")
    allele, one, other = Allele("c", 10, ref, alt), shown(*own), shown(*own[::-1])
    sample = {allele: one, **calls((9, 0), change=change)}
    assert DamageOfSample(sample).explains(allele, one)
    sample = {allele: other, **calls((9, 0), change=change)}
    assert not DamageOfSample(sample).explains(allele, other)


def test_the_probability_of_damage() -> None:
    """0.25 x 0.98^11 x 0.02 beside (491 / 982)^12 of a mutation."""
    counts = shown(11, 1)
    probability = DamageOfSample({OXIDISED: counts}).probability(OXIDISED, counts)
    assert probability == pytest.approx(0.942525, abs=1e-5)


@pytest.mark.parametrize(("fragments", "told"), [(11, True), (10, False)])
def test_one_orientation_by_itself_is_damage_beside_many_mutations(
    fragments: int, told: bool
) -> None:
    """Fisher's p is 0.0009 and 0.0019."""
    mutations = ((6, 6),) * 500
    assert explains(OXIDISED, shown(fragments, 0), *mutations) is told


def test_damage_of_another_kind_says_nothing() -> None:
    counts = {OXIDISED: shown(5, 0), **calls((9, 0), (11, 0), (10, 0), change=("C", "T"))}
    sample = DamageOfSample(counts)
    assert not sample.explains(OXIDISED, counts[OXIDISED])
    assert sample.probability(OXIDISED, counts[OXIDISED]) < CERTAIN


def test_mutations_of_high_vafs_say_nothing() -> None:
    high = {allele: replace(count, informative=60) for allele, count in calls((7, 0)).items()}
    counts = {OXIDISED: shown(5, 0), **calls((9, 0)), **high}
    assert not DamageOfSample(counts).explains(OXIDISED, counts[OXIDISED])


@pytest.mark.parametrize(("ref", "alt"), [("A", "G"), ("T", "C"), ("G", "C"), ("G", "GT")])
def test_other_changes_are_no_damage(ref: str, alt: str) -> None:
    assert not explains(Allele("c", 10, ref, alt), shown(30, 0))


def test_where_the_wild_type_has_one_orientation_too_nothing_is_said() -> None:
    """All fragments of an amplicon begin at the same primers."""
    amplicon = replace(shown(30, 0), wildtype_f1r2=(980, 0))
    assert not explains(OXIDISED, amplicon, (9, 0), (11, 0), (8, 0))


def test_a_call_without_fragments_of_its_own_is_no_damage() -> None:
    assert not explains(OXIDISED, shown(0, 0), (9, 0), (11, 0))


def test_very_many_fragments_are_told() -> None:
    deep = shown(3000, 3000, 100_000)
    assert not explains(OXIDISED, deep, (2000, 1900))


def test_what_one_in_ten_of_the_other_orientation_costs() -> None:
    """Of a damaged sample nearly all damage is told, and hardly a mutation with it."""
    rng = np.random.default_rng(1)
    passing, lost = shares_of(Library(20, 5, 20, 0.002), 20, rng)
    assert passing < 0.01
    assert lost == 0
    passing, lost = shares_of(Library(20, 5, 6, 0.002), 20, rng)
    assert passing < 0.05
    assert lost < 0.05
    assert shares_of(Library(0, 5, 6, 0.002), 20, rng)[1] < 0.02
    assert shares_of(Library(3, 5, 10, 0.002), 20, rng)[0] < 0.1  # few damaged places
    assert len(list(table_lines(1, 1))) == len(HEADER) + 15


@pytest.mark.parametrize(("turned", "told"), [(1, True), (2, False)])
def test_one_in_ten_of_the_other_orientation_is_damage(turned: int, told: bool) -> None:
    damaged = (20, 0), (20, 0), (20, 0), (20, 0), (20, 0), (20, 0)
    assert explains(OXIDISED, shown(10 - turned, turned), *damaged) is told
    assert not explains(OXIDISED, shown(8, 1), *damaged)
