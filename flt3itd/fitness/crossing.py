"""Whether reads over a junction are missing: forward ones in front of it, reverse ones behind it.

Where the pairs with a read over a junction were taken away, forward reads that begin in front of it
and reverse reads that end behind it are fewer. How deep the reads lie along the target is the same
for both strands, and falls out.
"""

from __future__ import annotations

import numpy as np

from flt3itd.reads.library import Floats, Integers, ReadSpans
from flt3itd.reads.percentile import percentile

_EVERY = 5
"""Bases between two places that are tried."""
_FEWEST = 10
"""Reads below which the logarithm of a count has no normal error."""


def crossing_deficit(spans: ReadSpans, region: tuple[int, int]) -> float:
    """By how many standard errors the reads that go over a place are fewer than others beside it.

    The greatest of all places of a region (reference, 0-based half-open); 0 where there are too few
    reads. The logarithm of the odds ratio of four counts (reads of both strands on both sides) has
    the standard error sqrt(sum of 1 / count) (Woolf, Ann Hum Genet 1955;19:251).
    """
    unclipped = spans.unclipped
    start, end = spans.start[unclipped], spans.end[unclipped]
    reverse = spans.reverse[unclipped]
    if not len(start):
        return 0.0
    reach = int(percentile(end - start, 50))
    forward_starts, reverse_ends = np.sort(start[~reverse]), np.sort(end[reverse])
    places = np.arange(*region, _EVERY)
    counts = np.array(
        [
            _between(forward_starts, places - reach, places),
            _between(reverse_ends, places, places + reach),
            _between(forward_starts, places, places + reach),
            _between(reverse_ends, places - reach, places),
        ]
    )
    counts = counts[:, counts.min(axis=0) >= _FEWEST]
    if not counts.size:
        return 0.0
    logs: Floats = np.log(counts)
    deficits = logs[2] + logs[3] - logs[0] - logs[1]
    return float((deficits / np.sqrt((1 / counts).sum(axis=0))).max())


def _between(values: Integers, first: Integers, last: Integers) -> Integers:
    """How many of some sorted values lie in each of the stretches [first, last)."""
    found: Integers = np.searchsorted(values, last) - np.searchsorted(values, first)
    return found
