"""Pairs that an error put beside their family: into another place, or onto the other strand.

First bases of a read are the only place that FASTQ has, and an error in one of them is another
place; a read of a BAM may be clipped in another way. Such pairs go to a family that has more and
agrees with them in the rest. A row stands for the `pairs` that are alike.
"""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.ends import TRIMMED, near
from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.leaders import (
    Distinct,
    Shared,
    followed,
    held_to_leaders,
    may_be_errors,
)
from flt3itd.molecules.letters import Booleans, Integers, Words, differing_bases
from flt3itd.molecules.pairs import UmiShape


def common_ends(umi: Words, fixed: Integers, ends: Integers, pairs: Integers) -> Integers:
    """Ends of pairs that share UMI and other end: rare ones moved to a near one that has more.

    Two reads of one molecule begin at two places when one of them has an error there, or was
    clipped in another way.
    """
    seen = Distinct.of(fixed, ends, umi, pairs)
    group, _, members = factorize_sorted(key_of(seen.umi.astype(np.int64), seen.low))
    several = np.flatnonzero(members[group] > 1)
    order = several[np.lexsort((seen.high[several], -seen.pairs[several], group[several]))]
    own, leader = next(held_to_leaders(order, group))
    moves = may_be_errors(seen.pairs[own], seen.pairs[leader])
    moves &= near(seen.high[own], seen.high[leader], missing=TRIMMED)
    goal = seen.own()
    goal[own[moves]] = leader[moves]
    return seen.at(goal)[1]


def other_way_round(
    low: Integers, high: Integers, umi: Words, pairs: Integers, shape: UmiShape
) -> tuple[Integers, Integers, Words, Booleans]:
    """Ends and UMIs of pairs, of which those are turned that an error had put in the wrong order.

    First bases with an error may sort behind those of the other end: then what seems to be one
    strand is the other one.
    """
    seen = Distinct.of(low, high, umi, pairs)
    rows = seen.own()
    back = shape.turned(seen.umi).astype(np.int64)
    turns = np.zeros(len(seen), dtype=bool)
    goal = seen.own()
    for same, far in ((seen.low, seen.high), (seen.high, seen.low)):
        keys = key_of(seen.umi.astype(np.int64), same)
        order = np.lexsort((-seen.pairs, keys))
        sought = key_of(back, far)
        place = np.minimum(np.searchsorted(keys[order], sought), len(order) - 1)
        leader = order[place]
        found = (keys[leader] == sought) & (leader != rows) & ~turns
        found &= may_be_errors(seen.pairs, seen.pairs[leader]) & near(same, far[leader])
        found &= (seen.pairs < seen.pairs[leader]) | (leader < rows)
        goal[found] = leader[found]
        turns |= found
    return *seen.at(goal), turns[seen.of_pair]


def with_leaders(
    low: Integers, high: Integers, umi: Words, pairs: Integers, shared: Shared
) -> tuple[Integers, Integers, Words]:
    """Ends and UMIs of pairs; those with two errors get the ones of the family they belong to.

    They share one of low end, high end and UMI with it and are near in the two others: UMIs differ
    in one base at most.
    """
    seen = Distinct.of(low, high, umi, pairs)
    group = shared.of(seen)
    goal = seen.own()
    for own, leader in held_to_leaders(np.lexsort((-seen.pairs, group)), group):
        moves = (goal[own] == own) & may_be_errors(seen.pairs[own], seen.pairs[leader])
        moves &= seen.pairs[own] < seen.pairs[leader]
        tried, at = own[moves], leader[moves]
        alike = near(seen.low[tried], seen.low[at]) & near(seen.high[tried], seen.high[at])
        alike &= differing_bases(seen.umi[tried] ^ seen.umi[at]) <= 1
        goal[tried[alike]] = at[alike]
    return seen.at(followed(goal))
