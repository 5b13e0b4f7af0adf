"""What all pairs of amplicons say of their UMIs and places, counted drawer by drawer.

A place of an amplicon may have more pairs than are held at a time. What its UMIs are judged by is
little: how many share the place, the largest of them, and the space of all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flt3itd.molecules.joining import base_counts, space_of_bases
from flt3itd.molecules.keys import CountedKeys, factorize_sorted, key_of, sums
from flt3itd.molecules.leaders import LEADERS
from flt3itd.molecules.letters import Integers, Words

_MOST_ENDS = 1 << 20
_RARE = 1e-5
"""Share of the ends so far below which one is forgotten when too many are held: a tenth of what a
primer has."""


class EndCensus:
    """How many reads begin at each end; rare ends are forgotten where they are too many."""

    def __init__(self) -> None:
        self._ends = CountedKeys()
        self._reads = 0

    def add(self, ends: Integers) -> None:
        """Count the ends of some reads."""
        values, counts = np.unique(ends, return_counts=True)
        self._ends.add(values.view(np.uint64), counts)
        self._reads += len(ends)
        if len(self._ends.keys) > _MOST_ENDS:
            self._ends.without_rare(_RARE * self._reads)

    def counted(self) -> tuple[Integers, Integers]:
        """The ends, and how many reads have each."""
        return self._ends.keys.view(np.int64), self._ends.counts


@dataclass(frozen=True)
class Leaders:
    """The UMIs of most reads at each place, by the key of the place."""

    place: Words
    umi: Words
    reads: Integers

    def of_places(self, places: Words) -> Leaders:
        """Those of some places."""
        there = np.isin(self.place, places)
        return Leaders(self.place[there], self.umi[there], self.reads[there])


class UmiCensus:
    """The different UMIs of each place. Those that are equal must be added together."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._bases = base_counts(np.zeros(0, dtype=np.uint64), length)
        self._places = CountedKeys()
        none = np.zeros(0, dtype=np.uint64)
        self._leaders = Leaders(none, none, np.zeros(0, dtype=np.int64))

    def add(self, low: Integers, high: Integers, umi: Words, reads: Integers) -> None:
        """Count some UMIs with the ends of their places; so many reads have each row."""
        label, rows, _ = factorize_sorted(key_of(low, high, umi.astype(np.int64)))
        low, high, umi, reads = low[rows], high[rows], umi[rows], sums(label, reads, len(rows))
        place = key_of(low, high)
        self._bases += base_counts(umi, self._length)
        self._places.count(place)
        held = self._leaders
        place = np.concatenate((held.place, place))
        umi, reads = np.concatenate((held.umi, umi)), np.concatenate((held.reads, reads))
        order = np.lexsort((umi, -reads, place))
        ordered = place[order]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
        first = order[rank < LEADERS]
        self._leaders = Leaders(place[first], umi[first], reads[first])

    @property
    def space(self) -> float:
        """How many UMIs their bases allow (`space_of_bases`)."""
        return space_of_bases(self._bases)

    def at_place(self, places: Words) -> Integers:
        """How many UMIs each place has."""
        return self._places.of(places)

    def leaders(self, places: Words) -> Leaders:
        """The UMIs of most reads at some places."""
        return self._leaders.of_places(places)
