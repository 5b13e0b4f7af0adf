"""Captures of which a number of pairs of each start was kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.capped_starts import (
    OfAStretch,
    most_pairs_of_a_start,
    most_pairs_of_a_stretch,
)
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet
from tests.fitness_builders import LIMITS, verdict

READ = 50
FAR = 400
"""Bases between two mates: more than there are starts, so that no two mates begin together."""
MATE = int(Flag.REVERSE) | int(Flag.READ_2)


def most(pairs_of_start: Sequence[int]) -> int:
    """The measure where the starts, one after another, have so many pairs."""
    return most_pairs_of_a_start(read_spans(pairs_from(pairs_of_start)))


def pairs_from(pairs_of_start: Sequence[int]) -> ReadSet:
    found = ReadSet()
    for start, pairs in enumerate(pairs_of_start):
        for pair in range(pairs):
            found.add_plain(start, READ, found.fragments, 0)
            found.add_plain(start + 40 + FAR * pair, READ, found.fragments, MATE)
            found.fragments += 1
    return found


@pytest.mark.parametrize(("starts", "found"), [(11, 0), (21, 0), (22, 6)])
def test_so_many_starts_have_the_number_by_chance_once_in_ten_thousand(
    starts: int, found: int
) -> None:
    assert most([6] * starts + [5] * 3 + [2] * 40 + [1]) == found


@pytest.mark.parametrize(("less", "found"), [(20, 6), (21, 0)])
def test_three_times_as_many_as_have_a_pair_less(less: int, found: int) -> None:
    assert most([6] * 60 + [5] * less + [2, 1]) == found


@pytest.mark.parametrize(("pairs", "found"), [(4, 0), (5, 5)])
def test_of_five_pairs_or_more(pairs: int, found: int) -> None:
    assert most([pairs] * 30 + [3, 2, 1]) == found


@pytest.mark.parametrize(("more", "found"), [(3, 6), (4, 0)])
def test_a_tenth_of_the_starts_may_have_more(more: int, found: int) -> None:
    assert most([6] * 30 + [11] * more + [3, 2, 1]) == found


@pytest.mark.parametrize(("pairs", "found"), [(12, 6), (13, 0)])
def test_a_start_with_more_than_twice_as_many_was_not_limited(pairs: int, found: int) -> None:
    assert most([6] * 30 + [pairs] + [3, 2, 1]) == found


@pytest.mark.parametrize(("smaller", "found"), [([5, 2], 0), ([5, 0, 2], 0), ([5, 2, 1], 6)])
def test_reads_that_were_laid_out_evenly_were_not_limited(smaller: list[int], found: int) -> None:
    assert most([6] * 30 + smaller) == found


def test_a_read_alone_is_no_pair() -> None:
    found = ReadSet()
    for start in range(300):
        found.add_plain(start // 10, READ, start, 0)
    found.fragments = 300
    assert most_pairs_of_a_start(read_spans(found)) == 0
    assert most([]) == 0


@pytest.mark.parametrize("mean", [8, 40, 300])
def test_starts_that_sampling_filled_have_no_such_number(mean: int) -> None:
    chance = np.random.default_rng(mean)
    assert most(chance.poisson(mean, 300).tolist()) == 0
    uneven = chance.poisson(chance.gamma(2, mean / 2, 300))
    assert most(uneven.tolist()) == 0
    assert most(np.minimum(uneven, mean // 2 + 1).tolist()) == mean // 2 + 1


def test_ratios_of_such_pairs_are_wrong() -> None:
    for question in (Question.ITD, Question.LONG_EVENTS, Question.KMT2A):
        found = verdict(question, most_pairs_of_a_start=50)
        assert found.fit is Fit.UNFIT
        assert "no start has more than 50 pairs" in found.reasons[0]
        assert not found.misleads  # the ITD is there
    assert verdict(Question.TKD, most_pairs_of_a_start=50).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, most_pairs_of_a_start=50).fit is Fit.FIT
    assert verdict(Question.ITD).fit is Fit.FIT
    found = verdict(Question.ITD, most_pairs_of_a_stretch=15, bases_of_a_stretch=10)
    assert found.reasons[0].startswith("in 10 bases no more than 15 pairs start")
    assert not found.misleads


@pytest.mark.parametrize("on_right", [False, True])
def test_pairs_may_be_limited_by_either_end_on_the_right(on_right: bool) -> None:
    found = ReadSet()
    for place, pairs in enumerate([6] * 30 + [5] * 3 + [2] * 40 + [1]):
        for pair in range(pairs):
            stop = FAR + place
            size = READ + pair
            found.add_plain(place + 3 * pair, READ, found.fragments, 0)
            found.add_plain(stop if on_right else stop - size, size, found.fragments, MATE)
            found.fragments += 1
    assert most_pairs_of_a_start(read_spans(found)) == 6


def stretch(pairs_of_start: Sequence[int]) -> OfAStretch:
    return most_pairs_of_a_stretch(read_spans(pairs_from(pairs_of_start)))


def stretches_of(pairs: Sequence[int], bases: int) -> list[int]:
    """Pairs by start, where those of each stretch of so many bases start anywhere in it."""
    chance = np.random.default_rng(1)
    return [
        number
        for of_stretch in pairs
        for number in chance.multinomial(of_stretch, [1 / bases] * bases).tolist()
    ]


@pytest.mark.parametrize("bases", [5, 10, 20, 25, 50, 100])
def test_a_number_of_pairs_of_each_stretch(bases: int) -> None:
    kept = [3, 2, 1, 4, *[11] * 20, 5, 4, 3, 2, 1]
    assert stretch(stretches_of(kept, bases)) == (11, bases)
    chance = np.random.default_rng(bases)
    assert stretch(stretches_of(chance.poisson(11, 30).tolist(), bases)) == (0, 0)


@pytest.mark.parametrize(("alike", "found"), [(13, (0, 0)), (14, (11, 10))])
def test_so_many_stretches_are_alike_by_chance_once_in_ten_thousand(
    alike: int, found: tuple[int, int]
) -> None:
    assert stretch(stretches_of([3, 2, 1, 4, *[11] * alike, 3, 2, 1], 10)) == found


@pytest.mark.parametrize(("pairs", "found"), [(4, (0, 0)), (5, (5, 10))])
def test_a_stretch_has_five_pairs_or_more(pairs: int, found: tuple[int, int]) -> None:
    assert stretch(stretches_of([3, 2, 1, *[pairs] * 20, 3, 2, 1], 10)) == found


@pytest.mark.parametrize("bases", [10, 25, 100])
def test_pairs_kept_of_each_stretch_are_told_from_a_whole_capture(bases: int) -> None:
    """Where the depth falls to both sides; the stretches begin anywhere."""
    chance = np.random.default_rng(bases)
    depth = 3 * np.exp(-np.square(np.linspace(-2, 2, 40 * bases)))
    whole = chance.poisson(depth).tolist()
    kept: list[int] = []
    for start, pairs in enumerate(whole):
        kept.append(min(pairs, bases - sum(kept[start - start % bases :])))
    assert stretch(kept)[0] == bases
    assert stretch(whole) == (0, 0)


def test_no_stretch_of_no_pairs() -> None:
    assert stretch([]) == (0, 0)


def test_stretches_may_all_have_as_many_pairs_unless_reads_were_laid_out_evenly() -> None:
    """Of twenty pairs of each 25 bases, 25 bases that begin elsewhere have 12 to 28."""
    assert stretch(stretches_of([20] * 40, 25)) == OfAStretch(20, 25)
    for pairs in ([1], [4, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0, 0]):
        assert stretch(pairs * (1000 // len(pairs))) == OfAStretch()


def test_pairs_that_are_there_twice_come_in_twos() -> None:
    twice: dict[str, Any] = {"copies": 0.5, "most_pairs_of_a_start": 10}
    assert verdict(Question.ITD, repeated=LIMITS.repeated, **twice).fit is Fit.REMARK
    assert verdict(Question.ITD, repeated=0.99 * LIMITS.repeated, **twice).fit is Fit.UNFIT
