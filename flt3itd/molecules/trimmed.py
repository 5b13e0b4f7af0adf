"""Pairs whose reads lack first bases: trimming put them beside their family.

Such pairs share a UMI and lie side by side with a pair that more reads have; by first bases, they
show those of that pair further on. Strangers with one UMI do so too, so that nothing is moved where
pairs look like that no oftener than by chance.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flt3itd.molecules.ends import NEAR, TRIMMED, near
from flt3itd.molecules.joining import (
    base_counts,
    is_likely_error,
    share_of_size,
    space_of_bases,
)
from flt3itd.molecules.keys import equal_pairs, key_of
from flt3itd.molecules.leaders import Distinct, followed, held_to_leaders, open_pairs
from flt3itd.molecules.letters import Booleans, Integers, Words
from flt3itd.molecules.pairs import BY_SEQUENCE

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
    seen = Distinct.of(low, high, umi, pairs)
    goal, reach, strangers = seen.own(), 0, 0.0
    space = space_of_bases(base_counts(seen.umi, length))
    for apart in (NEAR, FARTHEST):
        found = _side_by_side(seen, apart)
        by_chance = _strangers(seen, found, apart, space)
        moved = _moved(found)
        if moved <= _ABOVE_CHANCE * by_chance * (len(found) - moved):
            break
        goal, reach, strangers = found, apart, by_chance
    left = seen.joined(goal)
    if len(seen) - len(left) > _TRIMMED * len(seen):
        return left.at(_with_errors(left, length, reach, strangers))
    return left.at(left.own())


def _with_errors(seen: Distinct, length: int, reach: int, strangers: float) -> Integers:
    """By row the one of most reads beside it whose UMI differs in one base at most, or itself."""
    goal = seen.own()
    for column in range(length):
        masked = replace(seen, umi=seen.umi & ~np.uint64(3 << 2 * column))
        goal = _side_by_side(masked, reach, strangers)[goal]
    return goal


def trimmed_first_bases(
    low: Integers, high: Integers, umi: Words, pairs: Integers, length: int
) -> tuple[Integers, Integers]:
    """Ends by first bases of pairs, of which those are one that lack bases there and share the UMI.

    Reads that were trimmed at their 5' ends lack bases at both ends of a pair, so that they share
    neither with their family. Nothing is moved where pairs with one UMI (of `length` bases) look
    like that hardly more often than strangers: as often as pairs with different UMIs do, or, where
    all lie at one place, as there are strangers with their UMI.
    """
    seen = Distinct.of(low, high, umi, pairs)
    goal, by_chance = seen.own(), 0.0
    for own, leader in held_to_leaders(_by_first_bases(seen), seen.umi):
        tried, at = open_pairs(goal, own, leader)
        if not len(tried):
            break
        alike = _lack_bases(seen, tried, at)
        by_chance += len(tried) * _chance_alike(seen, tried, at, length)
        goal[tried[alike]] = at[alike]
    if _moved(goal) <= _ABOVE_CHANCE * (by_chance + 1):
        return low, high
    low, high, _ = seen.at(followed(goal))  # the UMI is the same
    return low, high


def lack_more(end_1: Integers, end_2: Integers, umi: Words, length: int) -> bool:
    """Whether reads lack more first bases than those that are put together may.

    Ends and UMIs (of `length` bases) are those of pairs as they were read, on the genome or by
    first bases.
    """
    seen = Distinct.of(end_1, end_2, umi, np.ones_like(end_1))
    least = _SPLIT * len(seen)
    together = _side_by_side(seen, FARTHEST)
    wider = _side_by_side(seen, 2 * FARTHEST)
    space = space_of_bases(base_counts(seen.umi, length))
    strangers = _strangers(seen, wider, 2 * FARTHEST, space) * len(wider)
    if _moved(wider) - _moved(together) > max(least, _ABOVE_CHANCE * (strangers + 1)):
        return True
    own, leader = next(held_to_leaders(_by_first_bases(seen), seen.umi))
    if not len(own):
        return False
    lacking = int(_lack_bases(seen, own, leader).sum())
    fewer = int(_lack_bases(seen, own, leader, TRIMMED - 1).sum())
    by_chance = len(own) * _chance_alike(seen, own, leader, length)
    is_told = lacking > max(least, _ABOVE_CHANCE * (by_chance + 1))
    return is_told and lacking - fewer > _MANY_MISSING * lacking


def _moved(goal: Integers) -> int:
    """How many rows are put to another one."""
    return int((goal != np.arange(len(goal))).sum())


def _by_first_bases(seen: Distinct) -> Integers:
    """Rows whose ends are first bases, those of a UMI together and those of most reads first."""
    order = np.lexsort((-seen.pairs, seen.umi))
    by_bases: Integers = order[(seen.low[order] & seen.high[order] & BY_SEQUENCE) != 0]
    return by_bases


def _lack_bases(seen: Distinct, own: Integers, other: Integers, missing: int = TRIMMED) -> Booleans:
    """Whether rows may be one but for first bases that are missing in both of their ends."""
    alike = near(seen.low[own], seen.low[other], missing=missing)
    alike[alike] = near(seen.high[own[alike]], seen.high[other[alike]], missing=missing)
    return alike


def _chance_alike(seen: Distinct, own: Integers, leader: Integers, length: int) -> float:
    """The share of rows that look like that beside a leader that is a stranger.

    That is one with another UMI, or, where nearly all look alike, one that has theirs by chance.
    """
    other = np.roll(leader, len(leader) // 2)
    strangers = seen.umi[own] != seen.umi[other]
    if not strangers.any():
        return 1.0
    alike = float(_lack_bases(seen, own[strangers], other[strangers]).mean())
    return min(alike, len(seen) / space_of_bases(base_counts(seen.umi, length)))


def _side_by_side(seen: Distinct, reach: int, stranger: float | None = None) -> Integers:
    """By row the one with most reads that has its UMI and lies within so many bases, or itself.

    Where a base of the UMIs is masked, so many strangers have just that UMI beside a row: it is put
    to the other one only if it is likelier to be an error of it.
    """
    share = share_of_size(seen.pairs)
    goal = seen.own()
    for offset in (0, _PART // 2):  # what lies over the edge of a part lies inside of another one
        key = key_of(seen.umi.view(np.int64), (seen.low + offset) // _PART)
        order = np.lexsort((seen.high, seen.low, -seen.pairs, key))
        order = order[(seen.low[order] | seen.high[order]) & BY_SEQUENCE == 0]
        for own, leader in held_to_leaders(order, key):
            tried, at = open_pairs(goal, own, leader)
            if stranger is not None:
                few = seen.pairs[tried]
                likely = is_likely_error(few, seen.pairs[at], stranger * share[few])
                tried, at = tried[likely], at[likely]
            beside = near(seen.low[tried], seen.low[at], reach)
            beside &= near(seen.high[tried], seen.high[at], reach)
            goal[tried[beside]] = at[beside]
    return followed(goal)


def _strangers(seen: Distinct, goal: Integers, reach: int, space: float) -> float:
    """How many molecules with its UMI lie beside one by chance, where so many are beside any.

    Rows are put together by their `goal`. UMIs are as often equal beside each other as far apart,
    and at least as often as the `space` of their bases makes them.
    """
    left = seen.joined(goal)
    order = np.argsort(left.low)
    there = np.zeros(len(left), dtype=np.uint64)
    pairs = equal_pairs(there) - _close(left.low[order], there)
    order = np.lexsort((left.low, left.umi))
    equal = equal_pairs(left.umi) - _close(left.low[order], left.umi[order])
    width = 2 * (2 * reach + 1)
    places = key_of(left.low // width, left.high // width)
    neighbours = 2 * equal_pairs(places) / max(1, len(left))
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
