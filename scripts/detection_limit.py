"""The smallest variant allele fraction that a depth and its filters would have shown."""

from __future__ import annotations

import math

PROBABILITY = 0.95


def limit_of_detection(
    fragments: int, minimum_alternate_fragments: int, minimum_vaf: float
) -> float | None:
    """The smallest VAF found with probability 95 % among this many fragments.

    A variant is found when at least max(`minimum_alternate_fragments`, `minimum_vaf` x
    `fragments`) fragments show it; their number is taken as binomial. None when even a
    VAF of 1 would not be found.
    """
    needed = max(minimum_alternate_fragments, math.ceil(minimum_vaf * fragments - 1e-9), 1)
    if needed > fragments:
        return None
    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        if _at_least(needed, fragments, middle) < PROBABILITY:
            low = middle
        else:
            high = middle
    return high


def _at_least(needed: int, fragments: int, vaf: float) -> float:
    """Probability of `needed` successes or more in `fragments` draws."""
    if vaf <= 0:
        return 0.0
    if vaf >= 1:
        return 1.0
    fewer = 0.0
    for count in range(needed):
        ways = math.lgamma(fragments + 1) - math.lgamma(count + 1)
        ways -= math.lgamma(fragments - count + 1)
        fewer += math.exp(ways + count * math.log(vaf) + (fragments - count) * math.log1p(-vaf))
    return 1.0 - fewer
