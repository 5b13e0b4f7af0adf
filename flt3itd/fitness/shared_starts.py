"""Whether reads of one strand ever begin together: where copies were removed read by read, none do.

Copies of a fragment share both ends. Where a program keeps one read of those that begin together,
whatever their mates (samtools rmdup -S, deduplication of the two files of a pair apart), reads of
different fragments go as well; those of a junction first, since all of them are clipped there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flt3itd.reads.library import ReadSpans

_WINDOW = 50
"""Bases within which reads begin about equally often anywhere."""


class SharedStarts(NamedTuple):
    """How many two reads of one strand begin together, and how many should by chance."""

    starts_shared: int
    starts_shared_by_chance: float


def shared_starts(spans: ReadSpans) -> SharedStarts:
    """Counts of two paired reads of one strand, clipped bases included; by chance, at least.

    Two reads that begin within a window begin together once in as many times as it has places;
    where they do not begin equally often anywhere, more often.
    """
    shared, by_chance = 0, 0.0
    paired = spans.paired[spans.fragment]
    for reverse, ends in ((False, spans.whole_start), (True, spans.whole_end)):
        begin = ends[paired & (spans.reverse == reverse)]
        if not len(begin):
            continue
        place = begin - begin.min()
        shared += _two_of(np.bincount(place))
        by_chance += _two_of(np.bincount(place // _WINDOW)) / _WINDOW
    return SharedStarts(shared, by_chance)


def _two_of(counts: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> int:
    """How often two can be taken of each count."""
    return int((counts * (counts - 1) // 2).sum())
