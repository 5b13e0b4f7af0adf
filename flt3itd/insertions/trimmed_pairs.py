"""Whether pairs were cut where their mates overlap one copy of a duplication further on.

Programs that find adapters by the overlap of mates (fastp, bbduk tbo) look for a fragment that is
shorter than its reads: both reads hold it whole. The first bases of a fragment that begins in one
copy are its last ones where it ends in the next copy, and so it is cut to them: the junction is
gone, and a short fragment of the wild type is left.

Short fragments are caught less than others beside what has baits: they must lie nearer to it. So in
an uneven capture they are more frequent in an exon than about it.
"""

from __future__ import annotations

import math

import numpy as np

from flt3itd.common.statistics import at_least
from flt3itd.insertions.baits import Baits, sums_before
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.reads.library import NOWHERE, Booleans, Integers, ReadSpans
from flt3itd.reads.percentile import percentile

_SHORTEST_SEGMENT = 30
"""Bases: fastp asks for mates that overlap by as many, so that shorter copies are safe."""
_BESIDE = 2
"""Bases by which the ends of two reads of one short fragment may lie apart."""
_UNEVEN = 2.0
"""Of what other places let expect: short fragments are more frequent here than there."""
_LEAST_PROBABILITY = 1e-300
_NO_FRAGMENTS = 1e-9
_SOME = 20
"""Lengths that stand for those of all fragments, and of the short ones."""


def cut_within_copies(spans: ReadSpans, haplotype: Haplotype, baits: Baits | None = None) -> float:
    """How improbable it is that so many short fragments lie within a duplicated segment.

    Minus the decimal logarithm of the probability that of the pairs that begin in the segment so
    many are fragments, shorter than reads, that end in it too, if they are as frequent as in
    stretches of the same length beside it, but for what `baits` of an uneven capture make of them.
    0 for short segments.
    """
    first, last = haplotype.segment
    size = last - first
    if size < _SHORTEST_SEGMENT:
        return 0.0
    begins, ends, is_short = _short_pairs(spans)
    stretch = np.floor_divide(begins - first, size)
    within = is_short & (np.floor_divide(ends - 1 - first, size) == stretch)
    here = stretch == 0
    found, others = int((within & here).sum()), int((within & ~here).sum())
    expected = int(here.sum()) * (others + 1) / (int((~here).sum()) + 1)
    if baits is not None and is_short.any():
        length = ends - begins
        expected *= max(1.0, _more_caught(baits, (first, last), length, length[is_short]))
        if math.isinf(expected):
            return 0.0
    probability = at_least(found, _UNEVEN * expected)
    return max(0.0, -math.log10(max(probability, _LEAST_PROBABILITY)))


def _more_caught(
    baits: Baits, segment: tuple[int, int], length: Integers, short: Integers
) -> float:
    """How many times as frequent short fragments are within a segment as about it, by its baits.

    Infinite where none is caught about it, which then tells nothing. `length` is that of all
    fragments, `short` that of the short ones.
    """
    first, last = segment
    total = sums_before(baits.pull)
    of_short, of_all = np.zeros(2), np.zeros(2)
    for lengths, sums, is_within in ((short, of_short, True), (length, of_all, False)):
        for size in _some(lengths):
            caught = np.minimum(baits.most, total[size:] - total[:-size])
            begins = np.arange(len(caught)) - first
            stretch = begins // (last - first)
            if is_within:
                caught = caught * ((begins + size - 1) // (last - first) == stretch)
            sums += [caught[stretch == 0].sum(), caught[stretch != 0].sum()]
    here, about = of_short / np.maximum(of_all, _NO_FRAGMENTS)
    return math.inf if not about else float(here / about)


def _some(lengths: Integers) -> list[int]:
    """Evenly spaced ones of the sorted lengths."""
    at = np.linspace(0, len(lengths) - 1, _SOME).round().astype(np.int64)
    return [max(1, one) for one in np.sort(lengths)[at].tolist()]


def _short_pairs(spans: ReadSpans) -> tuple[Integers, Integers, Booleans]:
    """Where pairs begin and end, and which are fragments that both of their reads hold whole.

    Without a gap: a fragment that goes over both copies lies there as if it were shorter.
    """
    starts, ends = spans.of_mates(spans.whole_start), spans.of_mates(spans.whole_end)
    both = (starts != NOWHERE).all(axis=0)
    starts, ends = starts[:, both], ends[:, both]
    in_one_piece = (ends - starts == spans.of_mates(spans.length)[:, both]).all(axis=0)
    first, last = starts.min(axis=0), ends.max(axis=0)
    apart = np.maximum(np.abs(np.diff(starts, axis=0)[0]), np.abs(np.diff(ends, axis=0)[0]))
    is_short: Booleans = (
        in_one_piece & (apart <= _BESIDE) & (last - first < percentile(spans.length, 99))
    )
    return first, last, is_short
