"""Scores of drug response, against their definitions and curves worked by hand."""

import math

import numpy as np
import pytest
from scipy import integrate

from scripts.drug_response.curves import Curve
from scripts.drug_response.drugs import nanomolar
from scripts.drug_response.quality import (
    LEAST_LIVING,
    LEAST_Z_PRIME,
    MOST_VARIATION,
    judge_plate,
    variation_of,
    viability,
    z_prime,
)
from scripts.drug_response.scores import (
    ACTIVITY,
    area_under_curve,
    growth_rate_inhibition,
    sensitivity,
)


@pytest.mark.parametrize(
    ("curve", "low", "high"),
    [
        (Curve(1.5, 10.0, 100.0, 20.0, 0.0), 1.0, 1000.0),
        (Curve(0.7, 40.0, 97.0, 500.0, 0.0), 0.1, 1e4),
        (Curve(4.0, 0.0, 110.0, 2.0, 0.0), 1.0, 30.0),
    ],
)
def test_areas_agree_with_numerical_integration(curve: Curve, low: float, high: float) -> None:
    start, end = math.log10(low), math.log10(high)

    def living(x: float) -> float:
        return float(curve.at(np.array([10**x]))[0])

    area, _ = integrate.quad(living, start, end)
    assert area_under_curve(curve, low, high) == pytest.approx(area / (end - start) / 100)


def test_sensitivity_by_its_published_formula() -> None:
    curve = Curve(1.5, 10.0, 100.0, 20.0, 0.0)
    first = math.log10(20) - math.log10(90 / ACTIVITY - 1) / 1.5
    area, _ = integrate.quad(lambda x: 90 / (1 + 10 ** (1.5 * (math.log10(20) - x))), first, 3)
    dss1 = 100 * (area - 10 * (3 - first)) / (90 * 3)
    found = sensitivity(curve, 1.0, 1000.0)
    assert found.dss1 == pytest.approx(dss1)
    assert found.dss2 == pytest.approx(dss1 / math.log10(90))
    assert found.dss3 == pytest.approx(dss1 / math.log10(90) * (3 - first) / 3)


def test_a_drug_that_kills_at_once_scores_highest_and_one_without_effect_zero() -> None:
    assert sensitivity(Curve(20.0, 0.0, 100.0, 1e-3, 0.0), 1.0, 1e4).dss1 == pytest.approx(100)
    assert sensitivity(Curve(1.0, 90.0, 100.0, 10.0, 0.0), 1.0, 1e4).dss1 == 0.0
    assert sensitivity(Curve(1.0, 89.0, 100.0, 10.0, 0.0), 1.0, 1e4).dss1 > 0.0
    assert sensitivity(Curve(1.0, 100.0, 80.0, 10.0, 0.0), 1.0, 1e4).dss1 == 0.0
    assert sensitivity(Curve(1.0, 0.0, 100.0, 1e9, 0.0), 1.0, 1e4).dss1 == 0.0


def test_growth_rates() -> None:
    signal = np.array([400.0, 200.0, 100.0, 50.0])
    assert growth_rate_inhibition(signal, 100.0, 400.0) == pytest.approx(
        [1.0, math.sqrt(2) - 1, 0.0, 2**-0.5 - 1]
    )
    with pytest.raises(ValueError, match="did not grow"):
        growth_rate_inhibition(signal, 100.0, 100.0)


def test_viability_is_percent_of_the_vehicle_above_the_blank() -> None:
    signal = np.array([110.0, 60.0, 10.0])
    assert viability(signal, np.array([100.0, 120.0]), np.array([10.0])) == pytest.approx(
        [100.0, 50.0, 0.0]
    )
    assert viability(np.array([55.0]), np.array([110.0]), np.array([])) == pytest.approx([50.0])
    with pytest.raises(ValueError, match="no vehicle"):
        viability(signal, np.array([]), np.array([1.0]))
    with pytest.raises(ValueError, match="not brighter"):
        viability(signal, np.array([10.0]), np.array([10.0]))


def test_z_prime_by_its_definition() -> None:
    high, low = np.array([90.0, 110.0]), np.array([0.0, 2.0])
    expected = 1 - 3 * (math.sqrt(200) + math.sqrt(2)) / 99
    assert z_prime(high, low) == pytest.approx(expected)
    assert z_prime(high, np.array([1.0])) is None
    assert z_prime(high, high) is None


def controls(wanted: float) -> tuple[np.ndarray, np.ndarray]:
    """Vehicle and blank wells whose Z' is as wanted."""
    half = (1 - wanted) * 100 / 6 / math.sqrt(2)
    return np.array([100 - half, 100 + half]), np.array([-half, half])


@pytest.mark.parametrize(("prime", "scored"), [(0.501, True), (0.499, False)])
def test_plates_with_close_controls_are_shown_not_scored(prime: float, scored: bool) -> None:
    assert LEAST_Z_PRIME == 0.5
    vehicle, blank = controls(prime)
    quality = judge_plate(vehicle, blank, np.array([]), [])
    assert quality.z_prime == pytest.approx(prime)
    assert quality.is_scored is scored


@pytest.mark.parametrize(("variation", "scored"), [(0.199, True), (0.201, False)])
def test_plates_whose_replicates_differ_are_shown_not_scored(
    variation: float, scored: bool
) -> None:
    assert MOST_VARIATION == 0.2
    vehicle, blank = controls(0.9)
    half = variation * 50 / math.sqrt(2)
    group = np.array([50 - half, 50 + half])
    quality = judge_plate(vehicle, blank, np.array([]), [group, group])
    assert quality.variation == pytest.approx(variation)
    assert quality.is_scored is scored


def test_replicates_next_to_the_blank_are_not_compared() -> None:
    assert LEAST_LIVING == 0.2
    wild = np.array([0.1, 1.9])
    assert variation_of([20.1 * wild], 100.0) == pytest.approx(0.9 * math.sqrt(2))
    assert variation_of([19.9 * wild], 100.0) is None
    assert variation_of([np.array([50.0])], 100.0) is None


def test_z_prime_takes_the_positive_control_where_there_is_one() -> None:
    vehicle, blank = controls(0.9)
    quality = judge_plate(vehicle, blank, np.array([40.0, 60.0]), [])
    assert quality.z_prime is not None
    assert quality.z_prime < 0.5
    assert not judge_plate(vehicle, np.array([]), np.array([]), []).is_scored


@pytest.mark.parametrize(
    ("amount", "unit", "drug", "expected"),
    [
        (5.0, "nM", "anything", 5.0),
        (5.0, "uM", "anything", 5000.0),
        (5.0, "µM", "anything", 5000.0),
        (1.0, "ug/mL", "Sorafenib", 1e6 / 464.8),
        (10.0, "ng/mL", "OM", 1e4 / 545.6),
        (1.0, "mg/mL", "homoharringtonine", 1e9 / 545.6),
    ],
)
def test_units(amount: float, unit: str, drug: str, expected: float) -> None:
    assert nanomolar(amount, unit, drug) == pytest.approx(expected)


def test_units_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(ValueError, match="unit 'nm'"):
        nanomolar(1.0, "nm", "sorafenib")
    with pytest.raises(ValueError, match="molar mass of 'drug 7' is not known"):
        nanomolar(1.0, "ug/mL", "drug 7")
