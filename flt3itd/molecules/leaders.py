"""What rounds of mending share: different ends and UMIs, and rare ones held to the commonest.

An end is a number (`flt3itd.molecules.ends`), a UMI its packed bases. A row that is an error has
the row that it is an error of as its `goal`; others are their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np

from flt3itd.molecules.keys import factorize_sorted, key_of, sums
from flt3itd.molecules.letters import Booleans, Integers, Words

LEADERS = 8
"""Families of most reads, of a place or among those that share something, which others are held
to."""


@dataclass(frozen=True)
class Distinct:
    """The different ends and UMIs of pairs, how many `pairs` have each, and by pair which it has.

    They stand in the order of their keys, so that rows with as many pairs have an order too.
    """

    low: Integers
    high: Integers
    umi: Words
    pairs: Integers
    of_pair: Integers

    @classmethod
    def of(cls, low: Integers, high: Integers, umi: Words, pairs: Integers) -> Distinct:
        """Of rows that stand for so many pairs each."""
        of_pair, first, _ = factorize_sorted(key_of(umi.astype(np.int64), low, high))
        counts = sums(of_pair, pairs, len(first))
        return cls(low[first], high[first], umi[first], counts, of_pair)

    def __len__(self) -> int:
        return len(self.umi)

    def own(self) -> Integers:
        """Each row as its own goal."""
        return np.arange(len(self))

    def joined(self, goal: Integers) -> Distinct:
        """Only the rows that are their own goal, with the pairs of all."""
        heads = np.flatnonzero(goal == self.own())
        number = np.searchsorted(heads, goal)
        counts = sums(number, self.pairs, len(heads))
        low, high, umi = self.low[heads], self.high[heads], self.umi[heads]
        return Distinct(low, high, umi, counts, number[self.of_pair])

    def at(self, goal: Integers) -> tuple[Integers, Integers, Words]:
        """By pair the ends and the UMI of its goal."""
        rows = goal[self.of_pair]
        return self.low[rows], self.high[rows], self.umi[rows]


class Shared(Enum):
    """What pairs of one molecule must share in one round of mending the rest."""

    UMI = "umi"
    LOW = "low"
    HIGH = "high"

    def of(self, rows: Distinct) -> Integers:
        """What rows must have in common, as a number of each."""
        return {Shared.UMI: rows.umi.view(np.int64), Shared.LOW: rows.low, Shared.HIGH: rows.high}[
            self
        ]


def may_be_errors(few: Integers, many: Integers) -> Booleans:
    """Whether so few reads may be errors of so many: 2 n - 1 <= N, the directional rule.

    (Smith, Heger, Sudbery 2017, Genome Res 27:491.)
    """
    found: Booleans = 2 * few - 1 <= many
    return found


def followed(goal: Integers) -> Integers:
    """By row the row at the end of its chain of goals; a row that is its own goal ends one."""
    while (goal[goal] != goal).any():
        goal = goal[goal]
    return goal


def held_to_leaders(
    order: Integers, group: Words | Integers
) -> Iterator[tuple[Integers, Integers]]:
    """Rows, and for each a leader of its group that stands before it, leader by leader.

    `order` are the rows, those of a group together and its leaders first; `group` is by row.
    """
    begins = np.concatenate(([True], group[order][1:] != group[order][:-1]))[: len(order)]
    start = np.flatnonzero(begins)[np.cumsum(begins) - 1]
    for rank in range(LEADERS):
        rows = np.flatnonzero(np.arange(len(order)) > start + rank)
        yield order[rows], order[start[rows] + rank]


def open_pairs(goal: Integers, own: Integers, leader: Integers) -> tuple[Integers, Integers]:
    """Rows and leaders, of which neither is put to another row so far."""
    still = (goal[own] == own) & (goal[leader] == leader)
    return own[still], leader[still]
