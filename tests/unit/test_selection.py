"""Haplotypes that share junctions: those without molecules of their own go, the others stay."""

import math

import numpy as np
import pytest

from flt3itd.insertions.comparison import Fit
from flt3itd.insertions.counting import Counts, Settled
from flt3itd.insertions.haplotype import Deletion, Haplotype, change_between, insertion_between
from flt3itd.insertions.junctions import INSERTIONS, Candidate
from flt3itd.insertions.rates import pattern_rates
from flt3itd.insertions.selection import (
    LEAST_GAIN,
    LEAST_INHERITED_GAIN,
    as_wildtypes,
    ascribed_fragments,
    least_gain,
    needs_selection,
    superfluous,
)
from flt3itd.insertions.settling import preselect
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.library import FragmentShapes
from tests.builders import random_sequence

REFERENCE = random_sequence(1600, 91)
READ = 150
SHAPES = FragmentShapes(np.array([READ]), np.array([READ]), np.array([280]), np.array([1.0]))
WILDTYPE = Haplotype(REFERENCE)


def copies(count: int, length: int = 40) -> Haplotype:
    unit = REFERENCE[800 - length : 800]
    return Haplotype(REFERENCE, insertion_between(REFERENCE, 800, 800, unit * (count - 1)))


def deleted(haplotype: Haplotype, start: int = 815) -> Haplotype:
    change = change_between(REFERENCE, start, start + 6, "")
    assert isinstance(change, Deletion)
    return Haplotype(REFERENCE, haplotype.change, (change,))


Rates = list[dict[int, float]]


def sample(haplotypes: list[Haplotype], molecules: list[float]) -> tuple[Settled, Rates]:
    """What fragments show in expectation, with so many molecules of each for a placement."""
    windows = find_windows(haplotypes, READ)
    rates = pattern_rates(haplotypes, windows, SHAPES)
    expected: dict[int, float] = {}
    for share, shown in zip(molecules, rates, strict=True):
        for pattern, rate in shown.items():
            expected[pattern] = expected.get(pattern, 0.0) + share * rate
    patterns = {pattern: round(count) for pattern, count in expected.items() if round(count)}
    junction = tuple(
        sum(n for pattern, n in patterns.items() if pattern & windows.junction_mask(number))
        for number in range(1, len(haplotypes))
    )
    nothing = np.empty(0, dtype=np.int64)
    counts = Counts(patterns, junction, nothing, (), nothing)
    return Settled(haplotypes, windows, counts), rates


@pytest.mark.parametrize(
    ("molecules", "left_out"),
    [([3.0, 0.0, 1.0], [1]), ([3.0, 1.0, 0.0], [2]), ([3.0, 0.5, 0.5], [])],
)
def test_two_copies_and_three(molecules: list[float], left_out: list[int]) -> None:
    settled, rates = sample([WILDTYPE, copies(2), copies(3)], molecules)
    assert needs_selection(settled)
    assert superfluous(settled, rates, ()) == left_out


@pytest.mark.parametrize(
    ("molecules", "left_out"),
    [
        ([3.0, 0.0, 0.0, 1.0], {1, 2}),
        ([2.0, 1.0, 0.0, 1.0], {2}),
        ([2.0, 1.0, 1.0, 0.0], {3}),
    ],
    ids=["on the mutant alone", "inherited on its allele", "inherited on the other allele"],
)
def test_a_deletion_beside_an_itd(molecules: list[float], left_out: set[int]) -> None:
    haplotypes = [WILDTYPE, deleted(WILDTYPE), copies(2), deleted(copies(2))]
    settled, rates = sample(haplotypes, molecules)
    assert set(superfluous(settled, rates, ())) == left_out


@pytest.mark.parametrize(
    ("molecules", "left_out"),
    [
        ([0.0, 0.005, 0.0, 1.0], {2}),
        ([0.0, 0.0, 0.0, 1.0], {1, 2}),
        ([0.003, 0.005, 0.0, 1.0], {2}),
    ],
    ids=["inherited on both alleles", "no wild type is there", "another wild type is there"],
)
def test_the_wild_type_of_what_all_molecules_have_need_not_be_proved(
    molecules: list[float], left_out: set[int]
) -> None:
    haplotypes = [WILDTYPE, deleted(WILDTYPE), copies(2), deleted(copies(2))]
    settled, rates = sample(haplotypes, molecules)
    assert set(superfluous(settled, rates, ())) == left_out


@pytest.mark.parametrize(("molecules", "left_out"), [(0.015, 2), (0.5, 1)])
def test_three_copies_that_no_read_spans_are_called_where_they_are_needed(
    molecules: float, left_out: int
) -> None:
    """Two are the rule: without a gain of `LEAST_GAIN` they stay, though three explain better."""
    haplotypes = [WILDTYPE, copies(2, 145), copies(3, 145)]
    settled, rates = sample(haplotypes, [3.0, 0.0, molecules])
    assert superfluous(settled, rates, ()) == [left_out]


@pytest.mark.parametrize(("molecules", "left_out"), [(0.003, [2, 1]), (0.007, [2])])
def test_an_insertion_beside_an_itd_needs_little_to_be_inherited(
    molecules: float, left_out: list[int]
) -> None:
    """It is an event of its own, which a wild type with a deletion is not."""
    short = insertion_between(REFERENCE, 700, 700, "CATCATG")
    assert short is not None
    alone, itd = Haplotype(REFERENCE, short), copies(2)
    both = Haplotype(REFERENCE, itd.change, (short,))
    settled, rates = sample([WILDTYPE, alone, itd, both], [3.0, molecules, 0.0, 1.0])
    assert sorted(superfluous(settled, rates, ())) == sorted(left_out)


def test_an_insertion_that_is_no_event_stays_as_a_wild_type_beside_the_itd_that_has_it() -> None:
    """Left out, its molecules would be counted for the ITD."""
    short = insertion_between(REFERENCE, 700, 700, "CATCATG")
    assert short is not None
    alone, itd = Haplotype(REFERENCE, short), copies(2)
    both = Haplotype(REFERENCE, itd.change, (short,))
    normal = Haplotype(REFERENCE, None, (short,))
    assert as_wildtypes([alone, copies(3), deleted(WILDTYPE)], [both]) == [normal]
    assert as_wildtypes([alone], [itd, normal]) == []
    settled, rates = sample([WILDTYPE, normal, both], [3.0, 0.007, 1.0])
    assert superfluous(settled, rates, ()) == []
    settled, rates = sample([WILDTYPE, normal, both], [3.0, 0.0, 1.0])
    assert superfluous(settled, rates, ()) == [1]


def test_what_joins_two_others_is_needed_by_its_own_fragments() -> None:
    """It fits the bases of both, so that two copies went, and more and more copies came.

    Fragments here and there show the ITD or the insertion, none both.
    """
    short = insertion_between(REFERENCE, 460, 460, "CATCATG")
    assert short is not None
    alone, itd, longer = Haplotype(REFERENCE, short), copies(2, 145), copies(3, 145)
    both = Haplotype(REFERENCE, itd.change, (short,))
    settled, rates = sample([WILDTYPE, itd, alone, both, longer], [3.0, 0.015, 0.015, 0.0, 0.0])
    of_itd, of_alone = [99] * 5 + [0] * 3, [0] * 5 + [99] * 3
    fits = tuple(
        Fit(np.array(scores, dtype=np.int32), *[np.zeros(8, dtype=np.int64)] * 3)
        for scores in ([0] * 8, of_itd, of_alone, [99] * 8, of_itd)
    )
    counts = settled.counts._replace(fits=fits, fragment=np.arange(8))
    left_out = superfluous(settled._replace(counts=counts), rates, ())
    assert sorted(left_out) == [3, 4]


def test_of_those_that_explain_alike_the_longest_goes_first() -> None:
    """It was whichever came first, where one misread fragment told for a longer one still.

    So the copies of an amplicon that no read spans became more and more.
    """
    haplotypes = [WILDTYPE, copies(3, 145), copies(4, 145), copies(5, 145)]
    settled, _ = sample(haplotypes, [3.0, 1.0, 0.0, 0.0])
    wild, misread = settled.windows.mask(0), settled.windows.junction_mask(1)
    both = wild | misread
    rates = [{wild: 1.0}, {both: 1.0}, {both: 1.0}, {misread: 1.0}]
    counts = settled.counts._replace(patterns={wild: 771, both: 28, misread: 1})
    assert superfluous(settled._replace(counts=counts), rates, ()) == [2, 3]


def test_the_gain_that_a_haplotype_must_have() -> None:
    short = insertion_between(REFERENCE, 700, 700, "CATCATG")
    itd, inserted = copies(2), Haplotype(REFERENCE, short)
    both = Haplotype(REFERENCE, itd.change, inserted.parts)
    assert least_gain(inserted, [WILDTYPE, inserted, itd]) == LEAST_GAIN
    assert least_gain(inserted, [WILDTYPE, both]) == LEAST_INHERITED_GAIN == pytest.approx(1.920729)
    assert least_gain(itd, [WILDTYPE, both]) == LEAST_GAIN
    assert least_gain(both, [WILDTYPE, both]) == LEAST_GAIN
    assert least_gain(deleted(WILDTYPE), [WILDTYPE, itd, inserted]) == LEAST_GAIN
    assert least_gain(deleted(WILDTYPE), [WILDTYPE, deleted(itd)]) == -math.inf
    assert least_gain(deleted(WILDTYPE, 830), [WILDTYPE, deleted(itd)]) == LEAST_GAIN


def test_other_numbers_are_rivals_of_their_own_itd_alone() -> None:
    """Where nothing tells two copies from three, two stay, of a rarer ITD beside another too."""
    rarer = REFERENCE[595:740]
    two, three = (
        Haplotype(REFERENCE, insertion_between(REFERENCE, 740, 740, rarer * count))
        for count in (1, 2)
    )
    haplotypes = [WILDTYPE, copies(2, 145), copies(3, 145), two, three]
    settled, rates = sample(haplotypes, [3.0, 1.0, 0.0, 0.015, 0.0])
    fits = tuple(
        Fit(np.array(scores, dtype=np.int32), *[np.zeros(6, dtype=np.int64)] * 3)
        for scores in ([0] * 6, *[[99] * 5 + [0]] * 2, *[[0] * 5 + [99]] * 2)
    )
    counts = settled.counts._replace(fits=fits, fragment=np.arange(6))
    assert set(superfluous(settled._replace(counts=counts), rates, ())) == {2, 4}


def test_what_is_spared_stays() -> None:
    settled, rates = sample([WILDTYPE, copies(2), copies(3)], [3.0, 0.0, 1.0])
    assert superfluous(settled, rates, (copies(2),)) == []


@pytest.mark.parametrize(("molecules", "kept"), [(0.01, False), (0.1, True)])
def test_a_haplotype_must_be_worth_its_gain(molecules: float, kept: bool) -> None:
    """One fragment more or less is worth little, ten are worth more than `LEAST_GAIN`."""
    assert pytest.approx(8) == LEAST_GAIN
    settled, rates = sample([WILDTYPE, copies(2), copies(3)], [3.0, 1.0, molecules])
    assert (superfluous(settled, rates, ()) == []) is kept


def test_shared_fragments_are_ascribed_by_likelihood() -> None:
    settled, rates = sample([WILDTYPE, copies(2), copies(3)], [3.0, 1.0, 1.0])
    two, three = ascribed_fragments(settled, rates)
    assert two + three == pytest.approx(
        sum(
            count
            for pattern, count in settled.counts.patterns.items()
            if pattern & (settled.windows.junction_mask(1) | settled.windows.junction_mask(2))
        ),
        rel=0.02,
    )
    assert 1.1 < three / two < 2


def test_haplotypes_with_junctions_of_their_own_need_no_selection() -> None:
    settled, rates = sample([WILDTYPE, copies(2)], [3.0, 1.0])
    assert not needs_selection(settled)
    assert ascribed_fragments(settled, rates) == settled.counts.junction


@pytest.mark.parametrize(("first", "proposed"), [("CG", False), ("CGT", True)])
def test_small_insertions_that_are_long_only_together_are_no_candidate(
    first: str, proposed: bool
) -> None:
    text = first + REFERENCE[800:840] + "G"
    change = change_between(REFERENCE, 800, 840, text)
    assert change is not None
    assert change.length == len(first) + 1
    found = preselect([Candidate(change, frozenset((1, 2)))], (), WILDTYPE, INSERTIONS)
    assert bool(found) is proposed
    assert [one.length_change for one in found] == [3] * proposed
