import math

import pytest
from scipy.stats import beta, binom, chi2, nbinom
from scipy.stats import fisher_exact as scipy_fisher
from scipy.stats import t as student

from flt3itd.common.statistics import (
    CHI_SQUARE_95,
    LARGEST_SHAPE,
    MOLECULE_RATE_FLOOR,
    RATE_FLOOR,
    at_least,
    binomial_limit_of_detection,
    fisher_exact,
    log_binomial_below,
    may_be_errors,
    odds,
    overdispersed_log_probability,
    overdispersed_tail,
    shape_of,
    smallest_significant_count,
    student_quantile,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Newcombe, Stat Med 1998;17:857, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)],
)
def test_wilson_interval_has_the_published_values(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(
    ("trials", "count", "proportion"),
    [(10, 1, 0.3), (10, 10, 0.3), (300, 120, 0.5), (20_000, 9_000, 0.5), (500, 1, 0.5)],
)
def test_low_binomial_counts_have_their_probability(
    trials: int, count: int, proportion: float
) -> None:
    expected = float(binom.logcdf(count - 1, trials, proportion))
    assert log_binomial_below(trials, count, proportion) == pytest.approx(expected, rel=1e-9)


def test_wilson_interval_ends_at_certainty() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)
    assert wilson_interval(7, 7)[1] == 1.0


def test_odds() -> None:
    assert odds(0.2) == pytest.approx(0.25)
    assert math.isinf(odds(1.0))


def test_the_tail_is_poisson_for_a_great_shape_and_heavier_for_a_small_one() -> None:
    poisson = 1 - sum(math.exp(-2) * 2**x / math.factorial(x) for x in range(6))
    assert overdispersed_tail(6, 2.0, 1e9) == pytest.approx(poisson, rel=1e-5)
    # Shape 1 is geometric: P(X >= k) = (m / (1 + m))^k.
    assert overdispersed_tail(6, 2.0, 1.0) == pytest.approx((2 / 3) ** 6)
    assert overdispersed_tail(0, 2.0, 1.0) == 1.0


def test_the_smallest_significant_count_is_the_smallest() -> None:
    count = smallest_significant_count(1.0, 1.0, 1e-3, 3)
    assert count == 10  # (1/2)^10 < 1e-3 < (1/2)^9
    assert smallest_significant_count(0.001, 1.0, 1e-3, 3) == 3


def test_detection_limit_is_found_with_the_probability_it_names() -> None:
    limit = binomial_limit_of_detection(2000, 5)
    missed = sum(math.comb(2000, x) * limit**x * (1 - limit) ** (2000 - x) for x in range(5))
    assert missed == pytest.approx(0.05, rel=1e-3)
    assert binomial_limit_of_detection(4, 5) == 1.0
    assert binomial_limit_of_detection(3, 3) == pytest.approx(0.95 ** (1 / 3))


@pytest.mark.parametrize(
    ("fragments", "most"),
    [(1000, 19), (1001, 20), (150, 2), (151, 3), (100, 1), (101, 2), (10, 1), (0, 1)],
)
def test_from_two_percent_and_two_fragments_on_a_change_is_a_variant(
    fragments: int, most: int
) -> None:
    assert may_be_errors(most, fragments)
    assert not may_be_errors(most + 1, fragments)


def test_shapes_by_the_method_of_moments_stay_within_those_that_are_believed() -> None:
    assert shape_of(2.0, 3.0) == 1.5
    assert shape_of(2.0, 0.9) == 0.5
    assert shape_of(2.0, 1.2) == pytest.approx(0.6)
    assert shape_of(2.0, 9.0) == LARGEST_SHAPE == 4.0
    assert shape_of(2.0, 7.8) == pytest.approx(3.9)
    assert shape_of(0.5, 1.0) == 2.0
    # Nothing beyond the Poisson variance: as even as is believed.
    assert shape_of(0.0, 0.1) == shape_of(-1.0, 0.1) == LARGEST_SHAPE


def test_no_sample_is_trusted_below_the_floor_of_errors() -> None:
    assert RATE_FLOOR == 5e-5


def test_without_errors_every_count_is_significant() -> None:
    assert overdispersed_tail(1, 0.0, 1.0) == 0.0
    assert overdispersed_tail(1, 1e-12, 1.0) == pytest.approx(1e-12)
    assert overdispersed_tail(-1, 0.0, 1.0) == 1.0


@pytest.mark.parametrize("count", [0, 1, 7])
@pytest.mark.parametrize(("mean", "shape"), [(0.3, 0.5), (2.0, 4.0), (40.0, 1.5)])
def test_overdispersed_counts_are_negative_binomial(count: int, mean: float, shape: float) -> None:
    expected = nbinom(shape, shape / (shape + mean))
    assert overdispersed_log_probability(count, mean, shape) == pytest.approx(
        expected.logpmf(count)
    )
    assert overdispersed_tail(count, mean, shape) == pytest.approx(expected.sf(count - 1), rel=1e-6)


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 6, 9, 30])
@pytest.mark.parametrize("probability", [0.75, 0.95, 0.999])
def test_student_quantiles(probability: float, degrees: int) -> None:
    expected = student(degrees).ppf(probability)
    assert student_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("fragments", "needed"), [(1, 1), (5, 1), (40, 3), (3000, 8)])
def test_binomial_limits_of_detection(fragments: int, needed: int) -> None:
    """The exact upper bound of Clopper and Pearson is a quantile of the beta distribution."""
    expected = beta(needed, fragments - needed + 1).ppf(0.95)
    assert binomial_limit_of_detection(fragments, needed) == pytest.approx(expected, abs=1e-9)


def test_the_point_of_chi_square_that_profiles_end_at() -> None:
    assert pytest.approx(chi2.ppf(0.95, 1), rel=1e-12) == CHI_SQUARE_95


def test_a_count_whose_tail_is_just_the_significance_is_significant() -> None:
    assert smallest_significant_count(1.0, 1.0, 1.0, 0) == 0


def test_a_mean_of_one_is_a_mean() -> None:
    assert at_least(1, 1.0) == pytest.approx(1 - math.exp(-1))
    assert at_least(1, 0.0) == 0.0


def test_molecules_have_as_many_errors_as_no_consensus_is_better_than() -> None:
    """A quality of 45, a third of it for each of three bases (published as 1e-5)."""
    assert pytest.approx(10**-4.5 / 3, rel=0.06) == MOLECULE_RATE_FLOOR


def test_fisher_exact_has_the_textbook_value() -> None:
    # Fisher's lady tasting tea: 3 of 4 right, two-sided.
    assert fisher_exact(3, 1, 1, 3) == pytest.approx(34 / 70)
    assert fisher_exact(0, 0, 5, 5) == pytest.approx(1.0)


@pytest.mark.parametrize("cells", [(7, 2, 3, 11), (0, 4, 9, 30), (12, 1, 5, 5), (1, 0, 0, 1)])
def test_fisher_exact_is_that_of_scipy(cells: tuple[int, int, int, int]) -> None:
    a, b, c, d = cells
    assert fisher_exact(*cells) == pytest.approx(scipy_fisher([[a, b], [c, d]]).pvalue)
