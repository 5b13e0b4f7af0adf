"""Synergy scores: surfaces that are exact under one model, and an independent implementation."""

import math

import numpy as np
import pytest
from scipy import optimize

from scripts.drug_response.curves import Floats, NoCurveError
from scripts.drug_response.records import Model
from scripts.drug_response.synergy import Matrix, excess, score

FIRST = np.array([0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0])
SECOND = np.array([0.0, 2.0, 6.0, 20.0, 60.0, 200.0])


def hill(dose: Floats, half: float, slope: float, top: float = 100.0) -> Floats:
    effect: Floats = top * dose**slope / (half**slope + dose**slope)
    return effect


def independent(top: float = 90.0) -> Matrix:
    a, b = hill(FIRST, 20, 1.5, top)[:, None], hill(SECOND, 30, 1.0, 70)[None, :]
    return Matrix(FIRST, SECOND, a + b - a * b / 100)


@pytest.mark.parametrize("model", [Model.BLISS, Model.ZIP])
def test_drugs_that_act_independently_have_no_excess(model: Model) -> None:
    assert np.abs(excess(independent(), model)).max() < 1e-3


def test_a_drug_with_itself_is_additive_in_the_sense_of_loewe() -> None:
    both = hill(FIRST[:, None] + FIRST[None, :], 20, 1.5, 90)
    values = excess(Matrix(FIRST, FIRST, both), Model.LOEWE)
    assert np.isfinite(values).all()
    assert np.abs(values).max() < 1e-3


def test_the_stronger_drug_alone_has_no_excess_over_itself() -> None:
    a, b = hill(FIRST, 20, 1.5)[:, None], hill(SECOND, 30, 1.0, 70)[None, :]
    assert np.abs(excess(Matrix(FIRST, SECOND, np.maximum(a, b)), Model.HSA)).max() == 0


def surplus(effect: float, parts: tuple[tuple[float, float, float], ...]) -> float:
    """Loewe's equation of full curves: the sum of dose / dose alone, minus 1."""
    odds = effect / (100 - effect)
    return math.fsum(dose / (half * odds ** (1 / slope)) for dose, half, slope in parts) - 1


def test_loewe_against_an_independent_solution_of_its_equation() -> None:
    generator = np.random.default_rng(7)
    for _ in range(6):
        half_a, half_b = generator.uniform(5, 60, 2)
        slope_a, slope_b = generator.uniform(0.8, 2.0, 2)
        a, b = hill(FIRST, half_a, slope_a), hill(SECOND, half_b, slope_b)
        seen = np.zeros((len(FIRST), len(SECOND)))
        seen[:, 0], seen[0, :] = a, b
        values = -excess(Matrix(FIRST, SECOND, seen), Model.LOEWE)
        for i, dose_a in enumerate(FIRST[1:]):
            for j, dose_b in enumerate(SECOND[1:]):
                parts = ((float(dose_a), half_a, slope_a), (float(dose_b), half_b, slope_b))
                expected = optimize.brentq(surplus, 1e-6, 100 - 1e-6, args=(parts,))
                assert values[i, j] == pytest.approx(expected, abs=0.01)


def test_where_one_drug_alone_never_gets_loewe_expects_nothing() -> None:
    seen = independent(90.0)
    values = excess(seen, Model.LOEWE)
    assert np.isnan(values[-1, -1])
    assert np.isfinite(values[0, 0])
    assert score([seen], Model.LOEWE).cells == int(np.isfinite(values).sum())


def test_synergy_is_above_and_antagonism_below_zero() -> None:
    neutral = independent()
    more, less = neutral.inhibition.copy(), neutral.inhibition.copy()
    more[1:, 1:] = np.minimum(100, more[1:, 1:] + 10)
    less[1:, 1:] -= 10
    for model in (Model.BLISS, Model.ZIP):
        assert np.nanmean(excess(Matrix(FIRST, SECOND, more), model)) > 4
        assert np.nanmean(excess(Matrix(FIRST, SECOND, less), model)) < -4


def test_the_interval_is_students_over_replicates() -> None:
    plates = []
    for shift in (0.0, 2.0, 4.0):
        inhibition = independent().inhibition.copy()
        inhibition[1:, 1:] += shift
        plates.append(Matrix(FIRST, SECOND, inhibition))
    found = score(plates, Model.BLISS)
    assert found.value == pytest.approx(2.0)
    half = 4.302653 * 2.0 / math.sqrt(3)
    assert found.low == pytest.approx(2.0 - half, rel=1e-5)
    assert found.high == pytest.approx(2.0 + half, rel=1e-5)
    alone = score(plates[:1], Model.BLISS)
    assert (alone.value, alone.low, alone.reason) == (0.0, None, "one replicate: no interval")


def test_without_curves_loewe_and_zip_say_why_and_bliss_goes_on() -> None:
    few = Matrix(FIRST[:4], SECOND[:4], independent().inhibition[:4, :4])
    with pytest.raises(NoCurveError, match="3 doses of a drug alone"):
        excess(few, Model.ZIP)
    assert "3 doses" in score([few], Model.LOEWE).reason
    assert score([few], Model.BLISS).value == pytest.approx(0.0)
