"""Pairs that an error put beside their family: into another place, or onto the other strand.

First bases of a read are the only place that FASTQ has, and an error in one of them is another
place; a read of a BAM may be clipped in another way. Such pairs go to a family that has more and
agrees with them in the rest. A row stands for the `pairs` that are alike.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from flt3itd.molecules.ends import NEAR, TRIMMED, near
from flt3itd.molecules.joining import (
    base_counts,
    is_likely_error,
    share_of_size,
    space_of_bases,
)
from flt3itd.molecules.keys import equal_pairs, factorize_sorted, key_of, sums
from flt3itd.molecules.letters import Booleans, Integers, Words, differing_bases
from flt3itd.molecules.pairs import BY_SEQUENCE, UmiShape

FARTHEST = 30
"""First bases that reads may lack where those that lack up to `NEAR` show that reads were trimmed:
as many as a primer has."""
_ABOVE_CHANCE = 3.0
"""Times as many pairs with one UMI side by side as strangers would make tell of trimmed reads."""
_APART = 8 * FARTHEST
"""Twice the bases beyond which ends are of different molecules, however they were trimmed."""
_PART = 1 << 9
"""Twice the bases of the parts of the genome in which rows are held to those of most reads."""
_TRIMMED = 0.05
"""Share of places beside another one of their molecule from which UMIs with an error are mended
over places too."""
_SPLIT = 0.02
"""Share of the different pairs beside another one of their molecule from which that is told."""
_MANY_MISSING = 0.04
"""Of pairs that lack up to `TRIMMED` first bases beside that of most reads, so many lack just as
many only where others lack more: none where all lack up to eleven, 2 % up to twelve, 5 % up to
fourteen, 12 % up to thirty."""
_LEADERS = 8
"""Families of most reads among those that share an end or UMI, which rarer ones are held to."""


def followed(goal: Integers) -> Integers:
    """By row the row at the end of its chain of goals; a row that is its own goal ends one."""
    while (goal[goal] != goal).any():
        goal = goal[goal]
    return goal


def _held_to_leaders(
    order: Integers, group: Words | Integers
) -> Iterator[tuple[Integers, Integers]]:
    """Rows, and for each a leader of its group that stands before it, leader by leader.

    `order` are the rows, those of a group together and its leaders first; `group` is by row.
    """
    begins = np.concatenate(([True], group[order][1:] != group[order][:-1]))[: len(order)]
    start = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    for rank in range(_LEADERS):
        rows = np.flatnonzero(np.arange(len(order)) > start + rank)
        yield order[rows], order[start[rows] + rank]


def turned_umi(umi: Words, turns: Booleans, shape: UmiShape) -> Words:
    """UMIs whose two parts change places where it is told."""
    half = np.uint64(2 * shape.second)
    mask = (np.uint64(1) << half) - np.uint64(1)
    return np.where(turns, ((umi & mask) << half) | (umi >> half), umi)


def common_ends(umi: Words, fixed: Integers, ends: Integers, pairs: Integers) -> Integers:
    """Ends of pairs that share UMI and other end: rare ones moved to a near one that has more.

    Two reads of one molecule begin at two places when one of them has an error there, or was
    clipped in another way.
    """
    label, first, _ = factorize_sorted(key_of(umi.astype(np.int64), fixed, ends))
    reads = sums(label, pairs, len(first))
    group, _, members = factorize_sorted(key_of(umi.astype(np.int64), fixed)[first])
    several = np.flatnonzero(members[group] > 1)
    if not len(several):
        return ends
    order = several[np.lexsort((ends[first[several]], -reads[several], group[several]))]
    begins = np.concatenate(([True], np.diff(group[order]) != 0))
    leader = order[begins][np.cumsum(begins) - 1]
    own, leading = ends[first[order]], ends[first[leader]]
    moves = (2 * reads[order] - 1 <= reads[leader]) & near(own, leading, missing=TRIMMED)
    moves &= ~begins
    goal = ends[first].copy()
    goal[order[moves]] = leading[moves]
    moved: Integers = goal[label]
    return moved


def trimmed_ends(
    low: Integers, high: Integers, umi: Words, pairs: Integers, length: int
) -> tuple[Integers, Integers, Words]:
    """Places and UMIs of pairs, of which those are one that lie side by side and share the UMI.

    Reads on the genome that were trimmed at their 5' ends begin beside each other, both mates of a
    pair. UMIs of `length` bases with an error are mended too where many were trimmed. Nothing is
    moved where pairs with one UMI lie side by side about as often as strangers do; where they lie
    so more often, it is asked of pairs that are farther apart.
    """
    if ((low | high) & BY_SEQUENCE).all():
        return low, high, umi
    label, first, _ = factorize_sorted(key_of(umi.astype(np.int64), low, high))
    reads = sums(label, pairs, len(first))
    own_low, own_high, own_umi = low[first], high[first], umi[first]
    goal, reach, chance = np.arange(len(reads)), 0, 0.0
    space = space_of_bases(base_counts(own_umi, length))
    for apart in (NEAR, FARTHEST):
        found = _side_by_side(own_low, own_high, own_umi, reads, apart)
        strangers = _strangers(own_low, own_high, own_umi, found, apart, space)
        joined = _joined(found)
        if joined <= _ABOVE_CHANCE * strangers * (len(found) - joined):
            break
        goal, reach, chance = found, apart, strangers
    heads = np.flatnonzero(goal == np.arange(len(goal)))
    if len(goal) - len(heads) > _TRIMMED * len(goal):
        number = np.searchsorted(heads, goal)
        of_heads = sums(number, reads, len(heads))
        found = np.arange(len(heads))
        low, high = own_low[heads], own_high[heads]
        for column in range(length):
            masked = own_umi[heads] & ~np.uint64(3 << 2 * column)
            part = _side_by_side(low, high, masked, of_heads, reach, chance)
            found = part[found]
        goal = heads[found[number]]
    goal = goal[label]
    return own_low[goal], own_high[goal], own_umi[goal]


def trimmed_first_bases(
    low: Integers, high: Integers, umi: Words, pairs: Integers, length: int
) -> tuple[Integers, Integers]:
    """Ends by first bases of pairs, of which those are one that lack bases there and share the UMI.

    Reads that were trimmed at their 5' ends lack bases at both ends of a pair, so that they share
    neither with their family. Nothing is moved where pairs with one UMI (of `length` bases) look
    like that hardly more often than strangers: as often as pairs with different UMIs do, or, where
    all lie at one place, as there are strangers with their UMI.
    """
    label, first, _ = factorize_sorted(key_of(umi.astype(np.int64), low, high))
    reads = sums(label, pairs, len(first))
    own_low, own_high = low[first], high[first]
    group = umi[first]
    order = np.lexsort((-reads, group))
    order = order[(own_low[order] & own_high[order] & BY_SEQUENCE) != 0]
    goal, by_chance = np.arange(len(first)), 0.0
    for own, leader in _held_to_leaders(order, group):
        open_ = (goal[own] == own) & (goal[leader] == leader)
        tried, at = own[open_], leader[open_]
        if not len(tried):
            break
        alike = _lack_bases(own_low, own_high, tried, at)
        by_chance += len(tried) * _chance_alike(own_low, own_high, tried, at, group, length)
        goal[tried[alike]] = at[alike]
    if _joined(goal) <= _ABOVE_CHANCE * (by_chance + 1):
        return low, high
    goal = followed(goal)[label]
    return own_low[goal], own_high[goal]


def _joined(goal: Integers) -> int:
    """How many rows are put to another one."""
    return int((goal != np.arange(len(goal))).sum())


def lack_more(end_1: Integers, end_2: Integers, umi: Words, length: int) -> bool:
    """Whether reads lack more first bases than those that are put together may.

    Ends and UMIs (of `length` bases) are those of pairs as they were read, on the genome or by
    first bases.
    """
    _, first, reads = factorize_sorted(key_of(umi.astype(np.int64), end_1, end_2))
    low, high, umi = end_1[first], end_2[first], umi[first]
    least = _SPLIT * len(first)
    together = _side_by_side(low, high, umi, reads, FARTHEST)
    wider = _side_by_side(low, high, umi, reads, 2 * FARTHEST)
    space = space_of_bases(base_counts(umi, length))
    strangers = _strangers(low, high, umi, wider, 2 * FARTHEST, space) * len(wider)
    if _joined(wider) - _joined(together) > max(least, _ABOVE_CHANCE * (strangers + 1)):
        return True
    order = np.lexsort((-reads, umi))
    order = order[(low[order] & high[order] & BY_SEQUENCE) != 0]
    own, leader = next(_held_to_leaders(order, umi))
    if not len(own):
        return False
    lacking = int(_lack_bases(low, high, own, leader).sum())
    fewer = int(_lack_bases(low, high, own, leader, TRIMMED - 1).sum())
    by_chance = len(own) * _chance_alike(low, high, own, leader, umi, length)
    is_told = lacking > max(least, _ABOVE_CHANCE * (by_chance + 1))
    return is_told and lacking - fewer > _MANY_MISSING * lacking


def _lack_bases(
    low: Integers, high: Integers, own: Integers, other: Integers, missing: int = TRIMMED
) -> Booleans:
    """Whether rows may be one but for first bases that are missing in both of their ends."""
    alike = near(low[own], low[other], missing=missing)
    alike[alike] = near(high[own[alike]], high[other[alike]], missing=missing)
    return alike


def _chance_alike(
    low: Integers, high: Integers, own: Integers, leader: Integers, umi: Words, length: int
) -> float:
    """The share of rows that look like that beside a leader that is a stranger.

    That is one with another UMI, or, where nearly all look alike, one that has theirs by chance.
    """
    other = np.roll(leader, len(leader) // 2)
    strangers = umi[own] != umi[other]
    if not strangers.any():
        return 1.0
    alike = float(_lack_bases(low, high, own[strangers], other[strangers]).mean())
    return min(alike, len(umi) / space_of_bases(base_counts(umi, length)))


def _side_by_side(
    low: Integers,
    high: Integers,
    shared: Words,
    reads: Integers,
    reach: int,
    stranger: float | None = None,
) -> Integers:
    """For each row the one with most reads that shares a key and lies beside it, or itself.

    Where keys leave out a base of the UMI, so many strangers have just that UMI beside a row: it is
    put to the other one only if it is likelier to be an error of it.
    """
    share = share_of_size(reads)
    goal = np.arange(len(low))
    for offset in (0, _PART // 2):  # what lies over the edge of a part lies inside of another one
        key = key_of(shared.view(np.int64), (low + offset) // _PART)
        order = np.lexsort((high, low, -reads, key))
        order = order[(low[order] | high[order]) & BY_SEQUENCE == 0]
        for own, leader in _held_to_leaders(order, key):
            moves = (goal[own] == own) & (goal[leader] == leader)
            if stranger is not None:
                few = reads[own]
                moves &= is_likely_error(few, reads[leader], stranger * share[few])
            tried, at = own[moves], leader[moves]
            beside = near(low[tried], low[at], reach) & near(high[tried], high[at], reach)
            goal[tried[beside]] = at[beside]
    return followed(goal)


def _strangers(
    low: Integers, high: Integers, umi: Words, goal: Integers, reach: int, space: float
) -> float:
    """How many molecules with its UMI lie beside one by chance, where so many are beside any.

    Rows are put together by their `goal`. UMIs are as often equal beside each other as far apart,
    and at least as often as the `space` of their bases makes them.
    """
    heads = np.flatnonzero(goal == np.arange(len(goal)))
    low, high, own = low[heads], high[heads], umi[heads]
    order = np.argsort(low)
    there = np.zeros(len(heads), dtype=np.uint64)
    pairs = equal_pairs(there) - _close(low[order], there)
    order = np.lexsort((low, own))
    equal = equal_pairs(own) - _close(low[order], own[order])
    width = 2 * (2 * reach + 1)
    neighbours = 2 * equal_pairs(key_of(low // width, high // width)) / max(1, len(heads))
    return neighbours * max(equal / max(1.0, pairs), 1 / space)


def _close(ends: Integers, keys: Words) -> float:
    """How many pairs of rows with equal keys begin close to each other.

    Rows with equal keys stand together, in the order of their ends.
    """
    if not len(ends):
        return 0.0
    values, place = np.unique(ends, return_inverse=True)
    # Wider gaps say no more, and groups are as far from each other.
    steps = np.minimum(np.diff(values, prepend=values[:1]), _APART + 1)
    along = np.cumsum(steps)[place]
    group = np.cumsum(np.concatenate(([False], keys[1:] != keys[:-1])))
    along += group * (int(along.max()) + _APART + 1)
    behind = np.searchsorted(along, along + _APART, side="right")
    return float((behind - np.arange(len(along)) - 1).sum())


def other_way_round(
    low: Integers, high: Integers, umi: Words, pairs: Integers, shape: UmiShape
) -> tuple[Integers, Integers, Words, Booleans]:
    """Ends and UMIs of pairs, of which those are turned that an error had put in the wrong order.

    First bases with an error may sort behind those of the other end: then what seems to be one
    strand is the other one.
    """
    label, first, _ = factorize_sorted(key_of(umi.astype(np.int64), low, high))
    reads = sums(label, pairs, len(first))
    own_low, own_high, own_umi = low[first], high[first], umi[first]
    back = turned_umi(own_umi, np.ones(len(first), dtype=bool), shape).astype(np.int64)
    turns = np.zeros(len(first), dtype=bool)
    new_low, new_high = own_low.copy(), own_high.copy()
    for same, other, mine, far in (
        (own_low, own_high, own_high, own_low),
        (own_high, own_low, own_low, own_high),
    ):
        keys = key_of(own_umi.astype(np.int64), same)
        order = np.lexsort((-reads, keys))
        sought = key_of(back, mine)
        place = np.minimum(np.searchsorted(keys[order], sought), len(order) - 1)
        leader = order[place]
        found = (keys[leader] == sought) & (leader != np.arange(len(first))) & ~turns
        found &= (2 * reads - 1 <= reads[leader]) & near(far, other[leader])
        found &= (reads < reads[leader]) | (leader < np.arange(len(first)))
        new_low[found], new_high[found] = own_low[leader[found]], own_high[leader[found]]
        turns |= found
    umi = np.where(turns, back.astype(np.uint64), own_umi)
    return new_low[label], new_high[label], umi[label], turns[label]


def with_leaders(
    low: Integers, high: Integers, umi: Words, pairs: Integers, shared: Integers
) -> tuple[Integers, Integers, Words]:
    """Ends and UMIs of pairs; those with two errors get the ones of the family they belong to.

    They share one of low end, high end and UMI with it, which is given as `shared`, and are near in
    the two others: UMIs differ in one base at most.
    """
    label, first, _ = factorize_sorted(key_of(low, high, umi.astype(np.int64)))
    reads = sums(label, pairs, len(first))
    own_low, own_high, own_umi, own_shared = low[first], high[first], umi[first], shared[first]
    goal = np.arange(len(first))
    order = np.lexsort((-reads, own_shared))
    for own, leader in _held_to_leaders(order, own_shared):
        moves = (goal[own] == own) & (2 * reads[own] - 1 <= reads[leader])
        moves &= reads[own] < reads[leader]
        tried, at = own[moves], leader[moves]
        alike = near(own_low[tried], own_low[at]) & near(own_high[tried], own_high[at])
        alike &= differing_bases(own_umi[tried] ^ own_umi[at]) <= 1
        goal[tried[alike]] = at[alike]
    goal = followed(goal)[label]
    return own_low[goal], own_high[goal], own_umi[goal]
