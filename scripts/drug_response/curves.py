"""Dose-response curves: the four-parameter log-logistic function, fitted with intervals.

    y(x) = c + (d - c) / (1 + (x / e)^b)

in the parameters of the R package drc, LL.4 (Ritz et al. 2015, PLoS ONE 10:e0146021): `d` is the
response without drug and `c` that of an endless dose for b > 0, `e` the dose half-way between
them, `b` the slope. Given b and e the curve is linear in c and d, so these two are solved for
exactly and only (b, log e) is searched (variable projection, Golub and Pereyra 1973). Doses are
positive or zero and have the unit that the caller uses throughout.

Intervals of doses are profile intervals: the dose is moved until the sum of squares has risen as
far as the F distribution allows at 95 % (Bates and Watts 1988, Nonlinear Regression, 6.1). A side
on which it never rises so far is open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

Floats = npt.NDArray[np.float64]

PARAMETERS = 4
_SLOPES = (0.5, 1.0, 2.0, 4.0)
"""Slopes from which the search starts; most published curves lie between 0.5 and 4."""
LARGEST_SLOPE = 20.0
"""Steeper curves fall between two tested doses: the data cannot tell them apart."""
SMALLEST_SLOPE = 0.05
"""Flatter curves do not leave the plateau within any dose."""
DECADES_BEYOND = 3.0
"""How far outside the tested doses, in factors of ten, a half-way dose is looked for."""
_PROFILE_DECADES = 6.0
"""The same for the ends of its interval."""
OVERFLOWS = 700.0
"""Exponents beyond it are as good as endless: e to the power of 710 is no double."""


@dataclass(frozen=True)
class DoseInterval:
    """A 95 % interval of a dose; None where the data do not bound that side."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """A fitted curve: drc's b, c, d, e, and the residual standard error with n - 4 degrees."""

    slope: float
    lower: float
    upper: float
    middle: float
    residual_error: float

    def at(self, dose: Floats) -> Floats:
        """The fitted response at doses, zero among them."""
        share = _survival(_logs(dose), self.slope, self.middle)
        return self.lower + (self.upper - self.lower) * share

    @property
    def falls(self) -> bool:
        """Whether the response falls with the dose."""
        return (self.upper - self.lower) * self.slope > 0


@dataclass(frozen=True)
class Limits:
    """What the two plateaus may be; for viabilities in percent the defaults of `VIABILITY`."""

    least: float = -math.inf
    most: float = math.inf


VIABILITY = Limits(0.0, 150.0)
"""Percent of the vehicle. Cells that a drug lets grow exceed 100, by half at most."""


class NoCurveError(Exception):
    """The points do not determine a curve; the message says why, for a report."""


def fit_curve(dose: Floats, response: Floats, limits: Limits = Limits()) -> Curve:
    """The least-squares curve through points; replicates are points of their own.

    Raises:
        NoCurveError: There are fewer than four different doses, or fewer than five points.
    """
    if len(np.unique(dose)) < PARAMETERS:
        raise NoCurveError(f"{len(np.unique(dose))} different doses: a curve needs {PARAMETERS}")
    if len(dose) <= PARAMETERS:
        raise NoCurveError(f"{len(dose)} points: a curve needs more than {PARAMETERS}")
    slope, middle = _search(dose, response, limits)
    return _curve(dose, response, slope, middle, limits)


def refit(dose: Floats, response: Floats, start: Curve, limits: Limits) -> Curve:
    """The curve through other responses at the same doses, searched from a curve near by."""
    begin = np.array([math.log(start.slope), math.log(start.middle)])
    slope, middle = _searched_from(begin, dose, response, limits, 1e-3)
    return _curve(dose, response, slope, middle, limits)


def middle_interval(dose: Floats, response: Floats, curve: Curve, limits: Limits) -> DoseInterval:
    """The profile interval of the relative half-way dose e."""
    log_dose = _logs(dose)

    def squares(log_middle: float) -> float:
        def at_slope(log_slope: float) -> float:
            return _squares(log_dose, response, math.exp(log_slope), math.exp(log_middle), limits)

        return _least(at_slope)

    return _profile(squares, math.log(curve.middle), _threshold(dose, response, curve))


def crossing(curve: Curve, level: float) -> float | None:
    """The dose at which the curve passes a level; None where it never does.

    Zero and endless doses are no answer, so the level must lie strictly between the plateaus.
    """
    above, below = curve.upper - level, level - curve.lower
    if above * below <= 0 or curve.slope == 0:
        return None
    exponent = math.log(above / below) / curve.slope
    return curve.middle * math.exp(exponent) if abs(exponent) < _TOO_FAR else None


_TOO_FAR = 50.0
"""Beyond e^50 times the half-way dose a crossing is no statement on any dose."""


def crossing_interval(
    dose: Floats, response: Floats, curve: Curve, level: float, limits: Limits
) -> DoseInterval:
    """The profile interval of the dose at which the curve passes a level.

    The dose x is fixed, so the middle follows from slope and plateaus; the plateaus are then no
    longer linear, and (slope, lower, upper) are searched from the fit outwards.
    """
    found = crossing(curve, level)
    if found is None:
        return DoseInterval(None, None)

    logs = _logs(dose)

    def squares(log_crossing: float) -> float:
        def residuals(p: Floats) -> Floats:
            slope, lower, upper = math.exp(p[0]), p[1], p[2]
            above, below = max(upper - level, _SMALL), max(level - lower, _SMALL)
            middle_log = log_crossing - math.log(above / below) / slope
            part = _survival_log(logs, slope, middle_log)
            out: Floats = lower + (upper - lower) * part - response
            return out

        low, high = limits.least, min(level, limits.most)
        start = np.array([math.log(abs(curve.slope)), curve.lower, curve.upper])
        bounds = (
            [math.log(SMALLEST_SLOPE), low, level],
            [math.log(LARGEST_SLOPE), high, limits.most],
        )
        inside = np.clip(start, np.array(bounds[0]) + 1e-6, np.array(bounds[1]) - 1e-6)
        done = optimize.least_squares(residuals, inside, bounds=bounds, max_nfev=200)
        return float(2 * done.cost)

    return _profile(squares, math.log(found), _threshold(dose, response, curve))


_SMALL = 1e-6


def _search(dose: Floats, response: Floats, limits: Limits) -> tuple[float, float]:
    """Slope and middle of the least squares: a grid, then a search from its best point."""
    positive = dose[dose > 0]
    middles = np.linspace(math.log(positive.min()), math.log(positive.max()), 7)
    starts = [(math.log(slope), float(middle)) for slope in _SLOPES for middle in middles]

    log_dose = _logs(dose)

    def squares(p: tuple[float, float]) -> float:
        return _squares(log_dose, response, math.exp(p[0]), math.exp(p[1]), limits)

    return _searched_from(np.array(min(starts, key=squares)), dose, response, limits, 1e-7)


def _searched_from(
    begin: Floats, dose: Floats, response: Floats, limits: Limits, precision: float
) -> tuple[float, float]:
    positive = dose[dose > 0]
    beyond = DECADES_BEYOND * math.log(10)
    bounds = [
        (math.log(SMALLEST_SLOPE), math.log(LARGEST_SLOPE)),
        (math.log(positive.min()) - beyond, math.log(positive.max()) + beyond),
    ]

    log_dose = _logs(dose)

    def squares(p: Floats) -> float:
        return _squares(log_dose, response, math.exp(p[0]), math.exp(p[1]), limits)

    done = optimize.minimize(
        squares, np.clip(begin, *np.transpose(bounds)), method="Nelder-Mead", bounds=bounds,
        options={"xatol": precision, "fatol": 1e-3 * precision, "maxiter": 2000},
    )  # fmt: skip
    return math.exp(done.x[0]), math.exp(done.x[1])


def _curve(dose: Floats, response: Floats, slope: float, middle: float, limits: Limits) -> Curve:
    log_dose = _logs(dose)
    lower, upper = _plateaus(_survival(log_dose, slope, middle), response, limits)
    squares = _squares(log_dose, response, slope, middle, limits)
    error = math.sqrt(squares / (len(dose) - PARAMETERS))
    return Curve(slope, lower, upper, middle, error)


def _logs(dose: Floats) -> Floats:
    """The logs of doses, that of dose zero among them: minus infinity."""
    with np.errstate(divide="ignore"):
        out: Floats = np.log(dose)
    return out


def _survival(log_dose: Floats, slope: float, middle: float) -> Floats:
    return _survival_log(log_dose, slope, math.log(middle))


def _survival_log(log_dose: Floats, slope: float, log_middle: float) -> Floats:
    """1 / (1 + (x / e)^b), 1 at dose zero for b > 0; never overflows."""
    exponent = slope * (log_dose - log_middle)
    # A search asks for it a hundred thousand times: np.clip would take longer than all the rest.
    out: Floats = 1 / (1 + np.exp(np.minimum(np.maximum(exponent, -OVERFLOWS), OVERFLOWS)))
    return out


def _plateaus(above: Floats, response: Floats, limits: Limits) -> tuple[float, float]:
    """The lower and upper plateau that fit best, each within the limits.

    `above` is the share of the way from the lower to the upper that the curve is at each point.

    Two unknowns, so the normal equations are solved by hand; where the free solution lies outside
    the box, the best one lies on its edge: one plateau at a limit, the other clipped to its own.
    """
    below = 1 - above
    aa, bb, ab = float(below @ below), float(above @ above), float(below @ above)
    ay, by = float(below @ response), float(above @ response)
    determinant = aa * bb - ab * ab
    if determinant > _SINGULAR * max(aa, bb) ** 2:
        lower, upper = (ay * bb - by * ab) / determinant, (by * aa - ay * ab) / determinant
        if limits.least <= lower <= limits.most and limits.least <= upper <= limits.most:
            return lower, upper
    mean = min(max(float(np.mean(response)), limits.least), limits.most)
    choices = [(mean, mean)]
    for edge in (limits.least, limits.most):
        if math.isfinite(edge):
            if bb > 0:
                choices.append((edge, min(max((by - ab * edge) / bb, limits.least), limits.most)))
            if aa > 0:
                choices.append((min(max((ay - ab * edge) / aa, limits.least), limits.most), edge))

    def squares(plateaus: tuple[float, float]) -> float:
        lower, upper = plateaus
        cross = 2 * (lower * upper * ab - lower * ay - upper * by)
        return aa * lower * lower + bb * upper * upper + cross

    return min(choices, key=squares)


_SINGULAR = 1e-12
"""Relative determinant below which all doses show one plateau only."""


def _squares(
    log_dose: Floats, response: Floats, slope: float, middle: float, limits: Limits
) -> float:
    above = _survival(log_dose, slope, middle)
    lower, upper = _plateaus(above, response, limits)
    residuals = response - (lower + (upper - lower) * above)
    return float((residuals**2).sum())


def _least(squares: Callable[[float], float]) -> float:
    """The least of a function of the log slope: a grid, then a search beside its best point."""
    low, high = math.log(SMALLEST_SLOPE), math.log(LARGEST_SLOPE)
    grid = np.linspace(low, high, 13)
    best = int(np.argmin([squares(float(one)) for one in grid]))
    bracket = (float(grid[max(0, best - 1)]), float(grid[min(len(grid) - 1, best + 1)]))
    done = optimize.minimize_scalar(squares, bounds=bracket, method="bounded")
    return float(done.fun)


def _threshold(dose: Floats, response: Floats, curve: Curve) -> float:
    """The sum of squares at the edge of a 95 % profile interval of one parameter."""
    degrees = len(dose) - PARAMETERS
    least = float(np.sum((response - curve.at(dose)) ** 2))
    scale = max(least, 1e-9 * float(np.sum(response**2)))  # an exact curve has no error to scale
    return least + scale / degrees * float(special.fdtri(1, degrees, 0.95))


def _profile(squares: Callable[[float], float], centre: float, threshold: float) -> DoseInterval:
    reach = _PROFILE_DECADES * math.log(10)
    sides = (_edge(squares, centre, -reach, threshold), _edge(squares, centre, reach, threshold))
    low, high = (None if side is None else math.exp(side) for side in sides)
    return DoseInterval(low, high)


def _edge(
    squares: Callable[[float], float], centre: float, reach: float, threshold: float
) -> float | None:
    """Where the profile first passes the threshold on one side; None when it stays below."""
    step, near = math.copysign(0.02, reach), 0.0
    while abs(near + step) <= abs(reach):
        if squares(centre + near + step) > threshold:
            return float(
                optimize.brentq(
                    lambda shift: squares(centre + shift) - threshold, near, near + step, xtol=1e-5
                )
                + centre
            )
        near, step = near + step, step * 1.6
    return None
