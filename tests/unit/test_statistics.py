import math

import pytest

from flt3itd.common.statistics import (
    binomial_limit_of_detection,
    may_be_errors,
    odds,
    overdispersed_tail,
    smallest_significant_count,
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
