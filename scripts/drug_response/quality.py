"""What a plate can carry: signals as percent of the vehicle, Z', and how replicates agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.drug_response.curves import Floats
from scripts.records.number_words import percent

LEAST_Z_PRIME = 0.5
"""Below it the controls lie too close for scores (Zhang et al. 1999, J Biomol Screen 4:67)."""
MOST_VARIATION = 0.20
"""Largest median coefficient of variation of replicates that is scored."""
LEAST_LIVING = 0.2
"""Share of the vehicle's signal from which on replicates are compared."""


@dataclass(frozen=True)
class PlateQuality:
    """The gates of one plate; None where the wells that a number needs are not there.

    `reason` says why nothing is scored, and is empty where all gates are passed.
    """

    z_prime: float | None
    variation: float | None
    vehicle_wells: int
    blank_wells: int
    reason: str

    @property
    def is_scored(self) -> bool:
        """Whether numbers are made of this plate's curves."""
        return not self.reason


def viability(signal: Floats, vehicle: Floats, blank: Floats) -> Floats:
    """Signals in percent of the vehicle's mean, both above the blank's mean (0 without blanks).

    Raises:
        ValueError: There is no vehicle well, or its mean does not lie above the blank's.
    """
    if not len(vehicle):
        raise ValueError("there is no vehicle well: nothing to compare the drug with")
    bottom = float(np.mean(blank)) if len(blank) else 0.0
    top = float(np.mean(vehicle))
    if top <= bottom:
        raise ValueError("the vehicle wells are not brighter than the blank wells")
    out: Floats = 100 * (signal - bottom) / (top - bottom)
    return out


def z_prime(high: Floats, low: Floats) -> float | None:
    """1 - 3 (sd_high + sd_low) / |mean_high - mean_low|; None with fewer than two of either."""
    if min(len(high), len(low)) < 2:
        return None
    distance = abs(float(np.mean(high) - np.mean(low)))
    if distance == 0:
        return None
    return 1 - 3 * float(np.std(high, ddof=1) + np.std(low, ddof=1)) / distance


def variation_of(groups: list[Floats], vehicle_mean: float) -> float | None:
    """The median over doses of sd / mean of replicates; None where nothing is replicated.

    Doses that leave less than `LEAST_LIVING` of the vehicle are left out: next to the blank the
    ratio is that of the background.
    """
    values = [
        float(np.std(group, ddof=1) / np.mean(group))
        for group in groups
        if len(group) > 1 and np.mean(group) >= LEAST_LIVING * vehicle_mean
    ]
    return float(np.median(values)) if values else None


def judge_plate(
    vehicle: Floats, blank: Floats, positive: Floats, groups: list[Floats]
) -> PlateQuality:
    """The gates of a plate from its signals; `groups` are the replicates of each dose.

    Z' takes the positive control where there is one, else the blank.
    """
    prime = z_prime(vehicle, positive if len(positive) else blank)
    bottom = float(np.mean(blank)) if len(blank) else 0.0
    living = float(np.mean(vehicle)) - bottom
    variation = variation_of([vehicle - bottom, *(group - bottom for group in groups)], living)
    reason = ""
    if prime is None:
        reason = "Z' cannot be computed: two vehicle wells and two blank or positive wells needed"
    elif prime < LEAST_Z_PRIME:
        reason = f"Z' is {prime:.2f}, below {LEAST_Z_PRIME}"
    elif variation is not None and variation > MOST_VARIATION:
        most = percent(MOST_VARIATION)
        reason = f"replicates vary by {percent(variation)} (median), above {most}"
    return PlateQuality(prime, variation, len(vehicle), len(blank), reason)
