"""Intervals of what follows from a curve: its residuals are drawn again and the curve refitted."""

from __future__ import annotations

import math

import numpy as np

from scripts.drug_response.curves import PARAMETERS, Curve, Floats, Limits, refit

DRAWS = 200
"""Enough for 95 % intervals: their ends then have a standard error of a tenth of their width."""


def refitted_curves(dose: Floats, response: Floats, curve: Curve, limits: Limits) -> list[Curve]:
    """Curves through the fitted points with residuals drawn anew; the same for the same points.

    Residuals are spread by sqrt(n / (n - 4)), for what the four parameters took of them (Davison
    and Hinkley 1997, Bootstrap Methods and their Application, 7.3).
    """
    generator = np.random.default_rng(0)
    fitted = curve.at(dose)
    residuals = (response - fitted) * math.sqrt(len(dose) / (len(dose) - PARAMETERS))
    residuals = residuals - residuals.mean()
    return [
        refit(dose, fitted + generator.choice(residuals, len(dose)), curve, limits)
        for _ in range(DRAWS)
    ]
