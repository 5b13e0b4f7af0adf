"""Limits of detection: what a sample of this depth could have shown."""

from __future__ import annotations

import math

_PROBABILITY = 0.95


def limit_of_detection(fragments: int, minimum_mutant_fragments: int) -> float | None:
    """The smallest VAF that is found with probability 95 % among so many informative fragments.

    Mutant fragments are Poisson with mean VAF * fragments; the mean at which at least
    `minimum_mutant_fragments` are seen with that probability is found by bisection.
    None when even a VAF of 1 would be missed too often.
    """
    low, high = 0.0, float(fragments)
    if fragments <= 0 or at_least(minimum_mutant_fragments, high) < _PROBABILITY:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if at_least(minimum_mutant_fragments, middle) < _PROBABILITY:
            low = middle
        else:
            high = middle
    return high / fragments


def at_least(count: int, mean: float) -> float:
    """Probability of at least `count` events of a Poisson variable with this mean."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    below = sum(
        math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
        for number in range(count)
    )
    return max(0.0, 1 - below)


def poisson_upper(count: int) -> float:
    """The one-sided upper 95 % bound of a Poisson mean (Garwood, Biometrika 1936, 28:437-442)."""
    low, high = float(count), count + 10 * math.sqrt(count + 1) + 10
    for _ in range(60):
        middle = (low + high) / 2
        if at_least(count + 1, middle) < _PROBABILITY:
            low = middle
        else:
            high = middle
    return high
