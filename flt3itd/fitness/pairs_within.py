"""Whether pairs were kept only if both of their reads lie over the exons.

Fragments reach over the ends of a target, so that one of their reads lies beside it; towards where
they run out, fewer and fewer do. Where a program took the pairs of which both reads overlap the
exons (bedtools pairtobed -type both), reads stop there instead. Those of a long ITD, which lie
nearer to each other on the reference, are kept more often.
"""

from __future__ import annotations

import numpy as np

from flt3itd.reads.columns import IntArray, count_distinct
from flt3itd.reads.library import Booleans, ReadSpans

_BESIDE = 20
"""Bases in which many reads begin, where they stop."""
_FARTHEST = 100
"""Bases that files of targets reach over exons."""
_LEAST_PLACES = 10
"""Different ones of these bases: fragments that enzymes cut share them."""
_LEAST_PAIRED = 0.9
"""Share of the fragments with both reads: a slice by reads leaves out mates, and not fragments. Of
real exomes it is 0.97 to 0.99, of slices of them by the exons 0.2 to 0.4."""


def pairs_within(spans: ReadSpans, target: tuple[int, int]) -> float:
    """The share of pairs that end beside a place where pairs stop, at an end of the target.

    0 where they run out. Such a place is the farthest first base of reads on the right, or last
    one of reads on the left; `target` is half-open, in coordinates of the reads.
    """
    paired = spans.paired
    if target[0] >= target[1] or not paired.any() or paired.mean() < _LEAST_PAIRED:
        return 0.0
    on_right = np.full(len(paired), -1, dtype=np.int64)
    np.maximum.at(on_right, spans.fragment, spans.start)
    on_left = np.full(len(paired), spans.end.max(), dtype=np.int64)
    np.minimum.at(on_left, spans.fragment, spans.end)
    on_right, on_left = on_right[paired], -on_left[paired]
    right, left = _beside(on_right, target[1]), _beside(on_left, -target[0])
    places = count_distinct(on_right[right]) + count_distinct(on_left[left])
    return float((right | left).mean()) if places >= _LEAST_PLACES else 0.0


def _beside(place: IntArray, end: int) -> Booleans:
    """Which of some places lie beside the farthest, if that is at the end of a target."""
    farthest = int(place.max())
    found: Booleans = (place > farthest - _BESIDE) & (farthest < end + _FARTHEST)
    return found
