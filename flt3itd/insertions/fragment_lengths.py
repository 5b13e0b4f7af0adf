"""Whether fragments were filtered by their length on the reference, as those of an ITD show.

A fragment with an inserted copy lies on the reference as if it were shorter by it. A filter by
template length (TLEN) keeps it where one of the wild type, of the same length, is left out: then
fragments of the ITD are longer than all others, and its ratio is too high.
"""

from __future__ import annotations

import math

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import Shown
from flt3itd.reads.columns import are_among
from flt3itd.reads.library import Integers, plain_pairs
from flt3itd.reads.read_set import ReadSet

_BELOW = 10
"""Bases below the longest fragment: of a library, lengths run out there, and do not stop."""
_LEAST_SHARE = 0.005
"""Of all fragments, so many lie there where lengths stop: a filter at twice the standard deviation
above the mean leaves 0.8 %, a library that runs out less than 0.1 %."""
_LEAST = 5
"""Fragments that lie there, too."""


def longer_than_others(reads: ReadSet, haplotype: Haplotype, shown: Shown) -> float:
    """How improbable it is that fragments of an insertion are longer than all of the wild type.

    Minus the decimal logarithm of the probability that of fragments of one distribution so many of
    the longest are of the insertion; 0 where the lengths of the wild type run out. `shown` is what
    the split reads show of its junction.
    """
    start, end = plain_pairs(reads)
    others = end - start
    inserted = haplotype.change.length if haplotype.change else 0
    if not len(others) or inserted <= 0:
        return 0.0
    longest = int(others.max())
    if (others > longest - _BELOW).sum() < max(_LEAST, _LEAST_SHARE * len(others)):
        return 0.0
    own = _lengths(reads, shown, inserted)
    beyond = int(((own > longest) & (own <= longest + inserted)).sum())
    return beyond * math.log10((len(others) + len(own)) / max(1, len(own)))


def _lengths(reads: ReadSet, shown: Shown, inserted: int) -> Integers:
    """The lengths of the fragments a read of which shows the junction, with what is inserted.

    Of a fragment whose other read is no plain one, what is known of it.
    """
    spans: dict[int, tuple[int, int]] = {}
    of_each = zip(shown.reads, shown.fit.start.tolist(), shown.fit.end.tolist(), strict=True)
    for read, start, end in of_each:
        first, last = spans.get(read.fragment, (start, end))
        spans[read.fragment] = min(first, start), max(last, end)
    starts, ends, fragments = reads.plain()
    for row in np.flatnonzero(are_among(fragments, list(spans))).tolist():
        start, end, fragment = int(starts[row]), int(ends[row]), int(fragments[row])
        first, last = spans[fragment]
        if end <= shown.left and start < first:
            spans[fragment] = start, last
        else:
            spans[fragment] = first, max(last, end + inserted)
    return np.array([last - first for first, last in spans.values()], dtype=np.int64)
