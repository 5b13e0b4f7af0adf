"""What all pairs of amplicons say of their UMIs and places, counted drawer by drawer.

A place of an amplicon may have more pairs than are held at a time. What its UMIs are judged by is
little: how many share the place, the largest of them, and the space of all.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from flt3itd.molecules.joining import LEADERS, base_counts, equal_pairs, space_of
from flt3itd.molecules.keys import distinct, key_of, sums
from flt3itd.molecules.letters import Integers, Words

_MOST_ENDS = 1 << 20
_RARE = 1e-5
"""Share of the ends so far below which one is forgotten when too many are held: a tenth of what a
primer has."""


@dataclass
class CountedKeys:
    """How often each of many keys came."""

    keys: Words = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    counts: Integers = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def add(self, keys: Words, counts: Integers) -> None:
        """Count more of them."""
        both = np.concatenate((self.keys, keys))
        inverse, first, _ = distinct(both)
        self.counts = sums(inverse, np.concatenate((self.counts, counts)), len(first))
        self.keys = both[first]

    def of(self, keys: Words) -> Integers:
        """How often each of some keys came, all of which did."""
        return self.counts[np.searchsorted(self.keys, keys)]

    def without_rare(self, least: float) -> None:
        """Forget keys that came less often."""
        kept = self.counts >= least
        self.keys, self.counts = self.keys[kept], self.counts[kept]


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
        self._bases: npt.NDArray[np.float64] = np.zeros((length, 4))
        self._equal = 0.0
        self._places = CountedKeys()
        none = np.zeros(0, dtype=np.uint64)
        self._leaders = Leaders(none, none, np.zeros(0, dtype=np.int64))

    def add(self, place: Words, umi: Words, reads: Integers) -> None:
        """Count some UMIs, by the keys of their places; so many reads have each row."""
        label, rows, _ = distinct(key_of(place.view(np.int64), umi.astype(np.int64)))
        place, umi, reads = place[rows], umi[rows], sums(label, reads, len(rows))
        self._bases += base_counts(umi, self._length)
        self._equal += equal_pairs(np.unique(umi, return_counts=True)[1])
        self._places.add(place, np.ones(len(place), dtype=np.int64))
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
        """How many UMIs the library has (`umi_space`)."""
        at_place = self._places.counts.astype(np.float64)
        labels = int(at_place.sum())
        return space_of(self._bases, self._equal, labels, float((at_place**2).sum()))

    def at_place(self, places: Words) -> Integers:
        """How many UMIs each place has."""
        return self._places.of(places)

    def leaders(self, places: Words) -> Leaders:
        """The UMIs of most reads at some places."""
        return self._leaders.of_places(places)
