"""Limits of detection and the Poisson tails behind them, against closed forms."""

import math
import random

import pytest
from scipy.stats import gamma, nbinom, poisson

from flt3itd.common.statistics import (
    UNEVEN_COPYING,
    at_least,
    poisson_limit_of_detection,
    poisson_upper,
    reads_tail,
)


def test_at_least() -> None:
    assert at_least(0, 0.0) == 1.0
    assert at_least(1, 0.0) == 0.0
    assert at_least(1, 2.0) == pytest.approx(1 - math.exp(-2))
    assert at_least(3, 2.0) == pytest.approx(1 - math.exp(-2) * (1 + 2 + 2))
    assert at_least(1000, 2000.0) == pytest.approx(1.0)


@pytest.mark.parametrize("fragments", [30, 300, 60_000])
def test_the_limit_is_where_three_fragments_are_seen_with_95_percent(fragments: int) -> None:
    limit = poisson_limit_of_detection(fragments, 3)
    assert limit is not None
    assert at_least(3, limit * fragments) == pytest.approx(0.95, abs=1e-6)
    assert limit * fragments == pytest.approx(6.2958, abs=1e-3)  # chi-square table, 6 df / 2


def test_the_limit_by_trial() -> None:
    limit = poisson_limit_of_detection(500, 3)
    assert limit is not None
    rng = random.Random(1)
    hits = sum(sum(rng.random() < limit for _ in range(500)) >= 3 for _ in range(1000))
    assert 930 <= hits <= 970


def test_no_limit_where_even_a_pure_sample_would_be_missed() -> None:
    assert poisson_limit_of_detection(0, 3) is None
    assert poisson_limit_of_detection(6, 3) is None
    assert poisson_limit_of_detection(7, 3) is not None
    assert poisson_limit_of_detection(1, 0) is not None


@pytest.mark.parametrize(("count", "bound"), [(0, 2.9957), (1, 4.7439), (3, 7.7537), (10, 16.962)])
def test_upper_bound_of_a_count(count: int, bound: float) -> None:
    """Table of Garwood 1936, one-sided 95 %."""
    assert poisson_upper(count) == pytest.approx(bound, abs=2e-3)


@pytest.mark.parametrize(
    ("count", "precision"),
    [(0, 1e-9), (1, 1e-9), (3, 1e-9), (40, 1e-9), (299, 1e-9), (300, 2e-6), (10_000, 2e-6)],
)
def test_upper_bounds_are_quantiles_of_the_gamma_distribution(count: int, precision: float) -> None:
    """From 301 events on by an approximation."""
    assert poisson_upper(count) == pytest.approx(gamma(count + 1).ppf(0.95), rel=precision)


@pytest.mark.parametrize(("count", "molecules", "copies"), [(1, 1, 0.5), (2, 1, 3.0), (9, 4, 2.0)])
def test_reads_of_so_many_molecules_are_negative_binomial(
    count: int, molecules: int, copies: float
) -> None:
    mean, shape = molecules * copies, molecules / UNEVEN_COPYING
    expected = nbinom(shape, shape / (shape + mean)).sf(count - 1)
    assert reads_tail(count, molecules, copies) == pytest.approx(expected, rel=1e-9)
    assert reads_tail(0, molecules, copies) == 1.0
    assert reads_tail(count, 0, copies) == 0.0


def test_a_tail_that_rounding_takes_below_nothing_is_none() -> None:
    assert reads_tail(290, 1, 1e-3) == 0.0


@pytest.mark.parametrize("copies", [0.5, 3.0])
@pytest.mark.parametrize("mean", [2.0, 40.0])
def test_reads_of_a_poisson_number_of_molecules_are_a_compound(mean: float, copies: float) -> None:
    count, expected = 5, 0.0
    for molecules in range(1, 400):
        shape = molecules / UNEVEN_COPYING
        reads = nbinom(shape, shape / (shape + molecules * copies))
        expected += poisson(mean / copies).pmf(molecules) * reads.sf(count - 1)
    assert at_least(count, mean, copies) == pytest.approx(expected, rel=1e-6)
