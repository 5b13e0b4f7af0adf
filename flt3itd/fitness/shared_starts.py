"""Whether reads ever begin together: where copies were removed by one end, none of it do.

Copies of a fragment share both ends. Where a program keeps one read of those that begin together,
whatever their mates (samtools rmdup -S, deduplication of the two files of a pair apart, or by the
start of the first reads alone), reads of different fragments go as well; those of a junction first,
since all of them are clipped there.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from flt3itd.reads.library import ReadSpans

_WINDOW = 50
"""Bases within which reads begin about equally often anywhere."""

_Counts = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


class SharedStarts(NamedTuple):
    """How many two reads of one strand begin together, and how many should by chance."""

    starts_shared: int = 0
    starts_shared_by_chance: float = 0.0

    @property
    def fewer(self) -> float:
        """The logarithm of how much less likely so few are than what chance expects (Poisson)."""
        shared, by_chance = self
        if shared >= by_chance:
            return 0.0
        return by_chance - shared + (shared * math.log(shared / by_chance) if shared else 0.0)


def shared_starts(spans: ReadSpans) -> SharedStarts:
    """Counts of two paired reads of one strand, clipped bases included; by chance, at least.

    Of all reads, or of the mate or strand alone of which the fewest begin together. Two reads that
    begin within a window begin together once in as many times as it has places; where they do not
    begin equally often anywhere, more often.
    """
    forward, reverse = (_reads_of_starts(spans, one) for one in (False, True))
    mates = [_two_of((forward[mate], reverse[mate])) for mate in (0, 1)]
    strands = [_two_of((one.sum(axis=0),)) for one in (forward, reverse)]
    every = SharedStarts(*(sum(each) for each in zip(*strands, strict=True)))
    return max((every, *mates, *strands), key=lambda one: one.fewer)


def _reads_of_starts(spans: ReadSpans, reverse: bool) -> _Counts:
    """How many first and second reads of a strand begin at each place (two rows)."""
    asked = spans.paired[spans.fragment] & (spans.reverse == reverse)
    begin = (spans.whole_end if reverse else spans.whole_start)[asked]
    if not len(begin):
        return np.zeros((2, 0), dtype=np.int64)
    place, second = begin - begin.min(), spans.read_2[asked]
    size = int(place.max()) // _WINDOW * _WINDOW + _WINDOW
    return np.stack([np.bincount(place[second == mate], minlength=size) for mate in (False, True)])


def _two_of(counts: Iterable[_Counts]) -> SharedStarts:
    """How often two can be taken of each place, and of each window by its number of places."""
    shared, by_chance = 0, 0.0
    for each in counts:
        window = each.reshape(-1, _WINDOW).sum(axis=1)
        shared += int((each * (each - 1) // 2).sum())
        by_chance += int((window * (window - 1) // 2).sum()) / _WINDOW
    return SharedStarts(shared, by_chance)
