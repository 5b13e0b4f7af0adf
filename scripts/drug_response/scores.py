"""Scores of a fitted curve: area under the curve, drug sensitivity score, growth rate inhibition.

Inhibition is 100 - viability, both in percent of the vehicle. All areas are over log10 of the
dose, from the lowest to the highest tested one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from scripts.drug_response.curves import Curve, Floats

ACTIVITY = 10.0
"""Percent inhibition from which on the sensitivity scores count (Yadav et al. 2014)."""


@dataclass(frozen=True)
class Sensitivity:
    """The scores of Yadav et al. 2014, Sci Rep 4:5193; 0 for an inactive drug, 100 at most."""

    dss1: float
    dss2: float
    dss3: float


def area_under_curve(curve: Curve, lowest: float, highest: float) -> float:
    """The mean fitted viability over the tested doses, as a fraction: 1 where nothing happens."""
    fall = _area(curve, math.log10(lowest), math.log10(highest))
    width = math.log10(highest) - math.log10(lowest)
    return (curve.lower * width + (curve.upper - curve.lower) * fall) / (100 * width)


def sensitivity(curve: Curve, lowest: float, highest: float) -> Sensitivity:
    """DSS1 to DSS3 of a viability curve (percent), tested from `lowest` to `highest` dose.

    The inhibition curve is taken from no inhibition without drug to its plateau a = 100 - lower.
    With t = `ACTIVITY`, x1 the log dose at which it reaches t (within the tested range) and
    x2 the highest: DSS1 = (area - t (x2 - x1)) / ((100 - t) (xmax - xmin)) in percent,
    DSS2 = DSS1 / log10(a), DSS3 = DSS2 (x2 - x1) / (xmax - xmin).
    """
    nothing = Sensitivity(0.0, 0.0, 0.0)
    plateau = min(100.0, 100.0 - curve.lower)
    start, end = math.log10(lowest), math.log10(highest)
    if not curve.falls or plateau <= ACTIVITY:
        return nothing
    crosses = math.log10(curve.middle) - math.log10(plateau / ACTIVITY - 1) / curve.slope
    first = min(max(crosses, start), end)
    if first >= end:
        return nothing
    inhibited = plateau * ((end - first) - _area(curve, first, end))
    active = (inhibited - ACTIVITY * (end - first)) / ((100 - ACTIVITY) * (end - start))
    dss1 = 100 * max(0.0, active)
    dss2 = dss1 / math.log10(plateau)
    return Sensitivity(dss1, dss2, dss2 * (end - first) / (end - start))


def _area(curve: Curve, start: float, end: float) -> float:
    """The integral of 1 / (1 + (x / e)^b) over log10 x."""
    scale = curve.slope * math.log(10)
    middle = math.log10(curve.middle)

    def softplus(x: float) -> float:
        return float(np.logaddexp(0.0, scale * (x - middle))) / scale

    return (end - start) - (softplus(end) - softplus(start))


def growth_rate_inhibition(signal: Floats, at_start: float, untreated: float) -> Floats:
    """GR values: 1 is growth as without drug, 0 none, below 0 death (Hafner et al. 2016).

    GR = 2^(log2(x / x0) / log2(x_control / x0)) - 1, with blank-corrected signals.

    Raises:
        ValueError: The untreated cells did not grow: the rate has nothing to be compared with.
    """
    if not 0 < at_start < untreated:
        raise ValueError("the untreated cells did not grow, so growth rates cannot be compared")
    ratio = np.log2(np.maximum(signal, 1e-9 * untreated) / at_start)
    out: Floats = np.exp2(ratio / math.log2(untreated / at_start)) - 1
    return out
