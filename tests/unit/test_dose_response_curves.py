"""Dose-response curves, against published fits and curves that are known."""

import math

import numpy as np
import pytest

from scripts.drug_response.curves import (
    VIABILITY,
    Curve,
    DoseInterval,
    Floats,
    Limits,
    NoCurveError,
    crossing,
    crossing_interval,
    fit_curve,
    middle_interval,
)

# Root length of ryegrass (cm) by dose of ferulic acid (mM): the example data of the R package drc.
RYEGRASS_DOSE = np.repeat([0.0, 0.94, 1.88, 3.75, 7.5, 15.0, 30.0], [6, 3, 3, 3, 3, 3, 3])
RYEGRASS_LENGTH = np.array(
    [7.58, 8.0, 8.3285714, 7.25, 7.375, 7.9625, 8.3555556, 6.9142857, 7.75, 6.8714286, 6.45,
     5.9222222, 1.925, 2.8857143, 4.2333333, 1.1875, 0.8571429, 1.0571429, 0.6875, 0.525,
     0.825, 0.25, 0.22, 0.44]
)  # fmt: skip
DOSES = np.repeat([0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0], 3)


def noisy(curve: Curve, seed: int, error: float = 5.0, doses: Floats = DOSES) -> Floats:
    values: Floats = curve.at(doses) + np.random.default_rng(seed).normal(0, error, len(doses))
    return values


def test_ryegrass_as_drc_publishes_it() -> None:
    curve = fit_curve(RYEGRASS_DOSE, RYEGRASS_LENGTH)
    assert curve.slope == pytest.approx(2.9822, abs=5e-5)
    assert curve.lower == pytest.approx(0.4814, abs=5e-5)
    assert curve.upper == pytest.approx(7.7930, abs=5e-5)
    assert curve.middle == pytest.approx(3.0580, abs=5e-5)
    assert curve.residual_error == pytest.approx(0.5196, abs=5e-5)


def test_an_exact_curve_comes_back() -> None:
    truth = Curve(1.3, 12.0, 101.0, 25.0, 0.0)
    found = fit_curve(DOSES, truth.at(DOSES), VIABILITY)
    for name in ("slope", "lower", "upper", "middle"):
        assert getattr(found, name) == pytest.approx(getattr(truth, name), rel=1e-4)


def test_plateaus_stay_within_the_limits() -> None:
    curve = fit_curve(DOSES, Curve(1.0, -20.0, 100.0, 100.0, 0.0).at(DOSES), VIABILITY)
    assert curve.lower == pytest.approx(0.0, abs=1e-9)
    assert fit_curve(DOSES, Curve(1.0, -20.0, 100.0, 100.0, 0.0).at(DOSES)).lower < -19


def test_intervals_hold_the_truth_in_19_of_20() -> None:
    truth = Curve(1.2, 10.0, 100.0, 40.0, 0.0)
    at_half = crossing(truth, 50.0)
    assert at_half is not None
    middle = half = 0
    for seed in range(40):
        response = noisy(truth, seed)
        curve = fit_curve(DOSES, response, VIABILITY)
        middle += holds(middle_interval(DOSES, response, curve, VIABILITY), truth.middle)
        half += holds(crossing_interval(DOSES, response, curve, 50.0, VIABILITY), at_half)
    assert middle >= 35
    assert half >= 35


def holds(interval: DoseInterval, truth: float) -> bool:
    return (interval.low or 0.0) <= truth <= (interval.high or math.inf)


def test_the_crossing_is_where_the_curve_passes_the_level() -> None:
    curve = Curve(1.5, 10.0, 95.0, 30.0, 0.0)
    dose = crossing(curve, 50.0)
    assert dose is not None
    assert curve.at(np.array([dose]))[0] == pytest.approx(50.0)
    assert crossing(curve, 10.0) is None
    assert crossing(curve, 95.0) is None
    assert crossing(curve, 10.001) is not None


def test_a_flat_curve_bounds_no_dose() -> None:
    response = noisy(Curve(1.0, 99.0, 101.0, 30.0, 0.0), 3, error=4.0)
    curve = fit_curve(DOSES, response, VIABILITY)
    interval = middle_interval(DOSES, response, curve, VIABILITY)
    assert interval.low is None or interval.high is None


def test_too_few_doses_or_points_make_no_curve() -> None:
    three = np.array([1.0, 1.0, 2.0, 2.0, 3.0, 3.0])
    with pytest.raises(NoCurveError, match="3 different doses"):
        fit_curve(three, three)
    four = np.array([1.0, 2.0, 3.0, 4.0])
    with pytest.raises(NoCurveError, match="4 points"):
        fit_curve(four, four)
    assert fit_curve(np.array([1.0, 2.0, 3.0, 4.0, 4.0]), np.array([9.0, 8.0, 2.0, 1.0, 1.1]))


@pytest.mark.parametrize("seed", range(15))
def test_any_points_end_in_a_curve_within_its_limits(seed: int) -> None:
    random = np.random.default_rng(seed)
    doses = np.sort(random.choice([0.0, 1.0, 2.0, 5.0, 20.0, 1e3, 1e6], 14))
    if len(np.unique(doses)) < 4:
        doses[:4] = [0.0, 1.0, 2.0, 5.0]
    response = random.choice([0.0, 50.0, 100.0, 1e4, -30.0], len(doses)) * random.random()
    curve = fit_curve(doses, response, Limits(0.0, 150.0))
    assert all(map(math.isfinite, (curve.slope, curve.middle, curve.residual_error)))
    assert 0 <= curve.lower <= 150
    assert 0 <= curve.upper <= 150
    crossing_interval(doses, response, curve, 50.0, VIABILITY)
