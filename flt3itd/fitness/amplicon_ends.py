"""Fragments among those of amplicons that begin and end anywhere, as those of a capture do."""

from __future__ import annotations

import numpy as np

from flt3itd.reads.library import Booleans, Integers, ReadSpans

_NEAR = 5
"""Bases about a primer within which fragments begin: primers may be trimmed away in part."""
_AROUND = 50
"""Bases about it to which they are compared."""
_COMMON_SHARE = 0.02
"""Of the ends on a strand, so many near a place make it that of a primer. Of a capture of a few
hundred bases up to as many lie near each place."""
_PEAK, _LEAST = 0.6, 5
"""Or so many of those around it, and so many ends: a primer of few fragments."""


def share_scattered(spans: ReadSpans) -> float:
    """The share of fragments none of whose reads begins at a primer, of those whose begin is known.

    A read that is clipped where it begins tells nothing.
    """
    known = np.zeros(len(spans.first), dtype=np.bool_)
    at_primer = known.copy()
    for strand, place, clipped in (
        (False, spans.start, spans.clipped_first),
        (True, spans.end, spans.clipped_last),
    ):
        rows = np.flatnonzero((spans.reverse == strand) & (clipped == 0))
        fragments = spans.fragment[rows]
        known[fragments] = True
        at_primer[fragments[_at_primers(place[rows])]] = True
    return int((known & ~at_primer).sum()) / max(1, int(known.sum()))


def _at_primers(places: Integers) -> Booleans:
    """Which of the 5' ends on one strand lie where many others do."""
    if not len(places):
        return np.zeros(0, dtype=np.bool_)
    begin = places - places.min() + _AROUND + 1
    up_to = np.cumsum(np.bincount(begin, minlength=int(begin.max()) + 1 + _AROUND))
    near = up_to[begin + _NEAR] - up_to[begin - _NEAR - 1]
    around = up_to[begin + _AROUND] - up_to[begin - _AROUND - 1]
    found: Booleans = (near >= _COMMON_SHARE * len(places)) | (
        (near >= _LEAST) & (near >= _PEAK * around)
    )
    return found
