"""Whether two drugs do more together: Bliss, HSA, Loewe and ZIP on a matrix of doses.

All scores are percent points of inhibition above what is expected, averaged over the wells in
which both drugs are present; above 0 is synergy. The first row and the first column of a matrix
hold the drugs alone, its first cell none of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from scripts.drug_response.curves import (
    DECADES_BEYOND,
    LARGEST_SLOPE,
    OVERFLOWS,
    PARAMETERS,
    SMALLEST_SLOPE,
    VIABILITY,
    Curve,
    Floats,
    NoCurveError,
    fit_curve,
)
from scripts.drug_response.records import Model, Score

_TOPS = (-50.0, 150.0)
"""Inhibition in percent at which a conditional curve may end: cells that grow make it negative."""


@dataclass(frozen=True)
class Matrix:
    """Inhibition in percent (rows: doses of the first drug; columns: of the second), nM."""

    first_doses: Floats
    second_doses: Floats
    inhibition: Floats


def excess(matrix: Matrix, model: Model) -> Floats:
    """The excess of every combination well (first x second dose, without the zero doses).

    NaN where the model expects nothing that can be computed.

    Raises:
        NoCurveError: Loewe and ZIP need curves of the drugs alone, and these cannot be fitted.
    """
    alone_first, alone_second = matrix.inhibition[1:, 0], matrix.inhibition[0, 1:]
    seen = matrix.inhibition[1:, 1:]
    if model is Model.HSA:
        return _as_floats(seen - np.maximum(alone_first[:, None], alone_second[None, :]))
    if model is Model.BLISS:
        return _as_floats(seen - _independent(alone_first[:, None], alone_second[None, :]))
    first = _single(matrix.first_doses, matrix.inhibition[:, 0])
    second = _single(matrix.second_doses, matrix.inhibition[0, :])
    if model is Model.LOEWE:
        return _as_floats(seen - _loewe(matrix, first, second))
    return _zip(matrix, first, second)


def score(replicates: list[Matrix], model: Model) -> Score:
    """The mean excess over replicate matrices, with Student's interval from their spread."""
    means, cells = [], 0
    for matrix in replicates:
        try:
            values = excess(matrix, model)
        except NoCurveError as error:
            return Score(model, None, None, None, 0, str(error))
        known = values[np.isfinite(values)]
        if not len(known):
            return Score(model, None, None, None, 0, "no dose pair has an expected effect")
        means.append(float(np.mean(known)))
        cells = max(cells, len(known))
    value = float(np.mean(means))
    if len(means) < 2:
        return Score(model, value, None, None, cells, "one replicate: no interval")
    deviation = float(np.std(means, ddof=1)) / math.sqrt(len(means))
    half = float(special.stdtrit(len(means) - 1, 0.975)) * deviation
    return Score(model, value, value - half, value + half, cells, "")


def _as_floats(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _independent(one: Floats, other: Floats) -> Floats:
    """Bliss: what both leave alive together, of percent inhibitions."""
    return _as_floats(one + other - one * other / 100)


def _single(doses: Floats, inhibition: Floats) -> Curve:
    """The viability curve of a drug alone, dose zero among its points."""
    if len(doses) <= PARAMETERS:
        raise NoCurveError(f"{len(doses) - 1} doses of a drug alone: a curve needs {PARAMETERS}")
    return fit_curve(doses, 100 - inhibition, VIABILITY)


def _dose_for(curve: Curve, effect: float) -> float:
    """The dose of a drug alone that has an effect; endless where it never does."""
    above, below = curve.upper - (100 - effect), (100 - effect) - curve.lower
    if above <= 0:
        return 0.0
    if below <= 0:
        return math.inf
    return float(curve.middle * (above / below) ** (1 / curve.slope))


def _loewe(matrix: Matrix, first: Curve, second: Curve) -> Floats:
    """The effect y with a / D_a(y) + b / D_b(y) = 1 for every pair of doses."""
    expected = np.full((len(matrix.first_doses) - 1, len(matrix.second_doses) - 1), math.nan)
    floor = 100 - max(first.upper, second.upper)
    ceiling = 100 - max(first.lower, second.lower)

    for i, a in enumerate(matrix.first_doses[1:]):
        for j, b in enumerate(matrix.second_doses[1:]):

            def surplus(effect: float, a: float = float(a), b: float = float(b)) -> float:
                parts = ((a, _dose_for(first, effect)), (b, _dose_for(second, effect)))
                return sum(dose / alone if alone > 0 else 1e9 for dose, alone in parts) - 1

            low, high = floor + 1e-9, ceiling - 1e-9
            if low < high and surplus(low) > 0 > surplus(high):
                expected[i, j] = optimize.brentq(surplus, low, high, xtol=1e-9)
    return expected


def _zip(matrix: Matrix, first: Curve, second: Curve) -> Floats:
    """The mean of both fitted conditional curves above the independent expectation."""
    fitted_first = 100 - first.at(matrix.first_doses)
    fitted_second = 100 - second.at(matrix.second_doses)
    expected = _independent(fitted_first[1:, None], fitted_second[None, 1:])
    down, along = np.empty_like(expected), np.empty_like(expected)
    for j in range(expected.shape[1]):
        column = matrix.inhibition[1:, j + 1]
        down[:, j] = _conditional(matrix.first_doses[1:], column, fitted_second[j + 1], first)
    for i in range(expected.shape[0]):
        row = matrix.inhibition[i + 1, 1:]
        along[i, :] = _conditional(matrix.second_doses[1:], row, fitted_first[i + 1], second)
    return _as_floats((down + along) / 2 - expected)


def _conditional(doses: Floats, inhibition: Floats, base: float, alone: Curve) -> Floats:
    """A curve through a row of the matrix that starts at the other drug's effect alone."""

    def curve(p: Floats) -> Floats:
        top, log_middle, log_slope = p
        exponent = np.exp(log_slope) * (np.log(doses) - log_middle)
        part = 1 / (1 + np.exp(-np.clip(exponent, -OVERFLOWS, OVERFLOWS)))
        return _as_floats(base + (top - base) * part)

    reach = math.log(10**DECADES_BEYOND)
    flattest, steepest = math.log(SMALLEST_SLOPE), math.log(LARGEST_SLOPE)
    lowest, highest = math.log(float(doses.min())) - reach, math.log(float(doses.max())) + reach
    top = 100 - alone.lower
    start = [
        base + (top - base) * (100 - base) / 100 if base < top else base,
        min(max(math.log(alone.middle), lowest), highest),
        min(max(math.log(abs(alone.slope)), flattest), steepest),
    ]
    least, most = _TOPS
    bounds = ([least, lowest, flattest], [most, highest, steepest])
    start[0] = min(max(start[0], least), most)
    done = optimize.least_squares(lambda p: curve(p) - inhibition, start, bounds=bounds)
    return curve(done.x)
