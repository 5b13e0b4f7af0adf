"""Families: the read pairs that begin and end alike and share a UMI."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flt3itd.molecules.ends import at_primers, near
from flt3itd.molecules.joining import Labels, expected_molecules, joined, umi_space
from flt3itd.molecules.letters import Booleans, Integers, Words, mixed
from flt3itd.molecules.pairs import UmiShape

CROWDED = 0.01
"""Share of the molecules of a place that share their UMI with another, from which that is told."""


@dataclass(frozen=True)
class FamilyKeys:
    """What families are told by: the ends and UMIs of pairs, as in `PairBlock`."""

    end_1: Integers
    end_2: Integers
    umi: Words


@dataclass(frozen=True)
class Families:
    """The family of each pair, numbered place by place, and what all families together say.

    `other_strand` tells of each pair whether it was read from the strand whose read 1 has the
    higher end. `umi` is by family, the part at the lower end first in a twofold one. `corrected`
    pairs have a UMI with an error. Of all molecules `collisions` are expected to share the UMI of
    another one at their place, in `crowded` places more than one in a hundred. `is_duplex`: both
    strands of a molecule are in one family.
    """

    family: Integers
    other_strand: Booleans
    umi: Words
    corrected: int
    space: float
    collisions: float
    crowded: int

    is_duplex: bool

    def part(self, rows: Integers, first: int, last: int) -> Families:
        """The families from `first` to before `last`, whose pairs are these rows."""
        return replace(
            self,
            family=self.family[rows] - first,
            other_strand=self.other_strand[rows],
            umi=self.umi[first:last],
        )

    @property
    def count(self) -> int:
        """How many families there are."""
        return len(self.umi)


def find_families(
    keys: FamilyKeys, shape: UmiShape, *, amplicons: bool, primers: Integers | None = None
) -> Families:
    """Put pairs into families. `primers` are the ends of amplicons, where they are known.

    The two strands of a molecule are one place only where UMIs have two parts of one length, which
    the strands show in turn.
    """
    low, high, umi = keys.end_1, keys.end_2, keys.umi
    if amplicons:
        ends = at_primers(np.concatenate((low, high)), _none_or(primers))
        low, high = ends[: len(low)], ends[len(low) :]
    swapped = (low > high) & shape.is_twofold
    low, high = np.where(swapped, high, low), np.where(swapped, low, high)
    umi = turned_umi(umi, swapped, shape)
    if not amplicons:
        low = _common_ends(umi, high, low)
        high = _common_ends(umi, low, high)
        if shape.is_twofold:
            low, high, umi, turns = _other_way_round(low, high, umi, shape)
            swapped ^= turns
    place = _numbered(_key(low, high))
    label, first, reads = _distinct(_key(place, umi.astype(np.int64)))
    labels = Labels(place[first], umi[first], reads)
    space = umi_space(labels.umi, shape.length)
    target = joined(labels, shape.length, space)
    corrected = int(reads[target != np.arange(len(target))].sum())
    # Numbered by place, then by what was read first.
    heads = np.flatnonzero(target == np.arange(len(target)))
    heads = heads[np.lexsort((first[heads], labels.place[heads]))]
    number = np.empty(len(target), dtype=np.int64)
    number[heads] = np.arange(len(heads))
    at_place = np.bincount(labels.place[heads]).astype(np.float64)
    beyond = expected_molecules(at_place, space) - at_place
    return Families(
        number[target][label],
        swapped,
        labels.umi[heads],
        corrected,
        space,
        float(beyond.sum()),
        int((beyond > CROWDED * at_place).sum()),
        shape.is_twofold,
    )


def _none_or(primers: Integers | None) -> Integers:
    return np.zeros(0, dtype=np.int64) if primers is None else primers


def turned_umi(umi: Words, turns: Booleans, shape: UmiShape) -> Words:
    """UMIs whose two parts change places where it is told."""
    half = np.uint64(2 * shape.second)
    mask = (np.uint64(1) << half) - np.uint64(1)
    return np.where(turns, ((umi & mask) << half) | (umi >> half), umi)


def _key(*columns: Integers) -> Words:
    """One number for a row of numbers; different rows share one by chance once in 2^64."""
    key = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        key = mixed(key ^ column.astype(np.uint64))
    return key


def _distinct(keys: Words) -> tuple[Integers, Integers, Integers]:
    """The number of each key, and of each different one its first row and how often it comes."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.concatenate(([True], ordered[1:] != ordered[:-1]))[: len(keys)]
    starts = np.flatnonzero(begins)
    inverse = np.empty(len(keys), dtype=np.int64)
    inverse[order] = np.cumsum(begins) - 1
    return inverse, order[starts], np.diff(np.append(starts, len(keys)))


def _numbered(keys: Words) -> Integers:
    """Numbers for keys, in the order in which they first come."""
    inverse, first, _ = _distinct(keys)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _common_ends(umi: Words, fixed: Integers, ends: Integers) -> Integers:
    """Ends of pairs that share UMI and other end: rare ones moved to a near one that has more.

    Two reads of one molecule begin at two places when one of them has an error there, or was
    clipped in another way.
    """
    label, first, reads = _distinct(_key(umi.astype(np.int64), fixed, ends))
    group, _, members = _distinct(_key(umi.astype(np.int64), fixed)[first])
    several = np.flatnonzero(members[group] > 1)
    if not len(several):
        return ends
    order = several[np.lexsort((ends[first[several]], -reads[several], group[several]))]
    begins = np.concatenate(([True], np.diff(group[order]) != 0))
    leader = order[begins][np.cumsum(begins) - 1]
    own, leading = ends[first[order]], ends[first[leader]]
    moves = (2 * reads[order] - 1 <= reads[leader]) & near(own, leading) & ~begins
    goal = ends[first].copy()
    goal[order[moves]] = leading[moves]
    moved: Integers = goal[label]
    return moved


def _other_way_round(
    low: Integers, high: Integers, umi: Words, shape: UmiShape
) -> tuple[Integers, Integers, Words, Booleans]:
    """Ends and UMIs of pairs, of which those are turned that an error had put in the wrong order.

    First bases with an error may sort behind those of the other end: then what seems to be one
    strand is the other one.
    """
    label, first, reads = _distinct(_key(umi.astype(np.int64), low, high))
    own_low, own_high, own_umi = low[first], high[first], umi[first]
    back = turned_umi(own_umi, np.ones(len(first), dtype=bool), shape).astype(np.int64)
    turns = np.zeros(len(first), dtype=bool)
    new_low, new_high = own_low.copy(), own_high.copy()
    for same, other, mine, far in (
        (own_low, own_high, own_high, own_low),
        (own_high, own_low, own_low, own_high),
    ):
        keys = _key(own_umi.astype(np.int64), same)
        order = np.lexsort((-reads, keys))
        sought = _key(back, mine)
        place = np.minimum(np.searchsorted(keys[order], sought), len(order) - 1)
        leader = order[place]
        found = (keys[leader] == sought) & (leader != np.arange(len(first))) & ~turns
        found &= (2 * reads - 1 <= reads[leader]) & near(far, other[leader])
        found &= (reads < reads[leader]) | (leader < np.arange(len(first)))
        new_low[found], new_high[found] = own_low[leader[found]], own_high[leader[found]]
        turns |= found
    umi = np.where(turns, back.astype(np.uint64), own_umi)
    return new_low[label], new_high[label], umi[label], turns[label]
