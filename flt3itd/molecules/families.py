"""Families: the read pairs that begin and end alike and share a UMI."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flt3itd.molecules.ends import at_primers
from flt3itd.molecules.joining import Labels, expected_molecules, joined, umi_space
from flt3itd.molecules.keys import distinct, key_of, numbered, sums
from flt3itd.molecules.letters import Booleans, Integers, Words
from flt3itd.molecules.misread import common_ends, other_way_round, turned_umi, with_leaders
from flt3itd.molecules.pairs import BY_SEQUENCE, UmiShape

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
    row, low, high, umi, pairs = _different(keys)
    if amplicons:
        both = np.concatenate((low, high)), np.concatenate((pairs, pairs))
        ends = at_primers(*both, _none_or(primers))
        low, high = ends[: len(low)], ends[len(low) :]
    swapped = (low > high) & shape.is_twofold
    low, high = np.where(swapped, high, low), np.where(swapped, low, high)
    umi = turned_umi(umi, swapped, shape)
    corrected = 0
    low = common_ends(umi, high, low, pairs)
    high = common_ends(umi, low, high, pairs)
    if not amplicons and (low & BY_SEQUENCE).any():
        if shape.is_twofold:
            low, high, umi, turns = other_way_round(low, high, umi, pairs, shape)
            swapped ^= turns
        read = umi
        low, high, umi = with_leaders(low, high, umi, pairs)
        corrected += int(pairs[read != umi].sum())
    place = numbered(key_of(low, high))
    label, first, _ = distinct(key_of(place, umi.astype(np.int64)))
    reads = sums(label, pairs, len(first))
    labels = Labels(place[first], umi[first], reads)
    space = umi_space(labels, shape.length)
    target = joined(labels, shape.length, space)
    corrected += int(reads[target != np.arange(len(target))].sum())
    # Numbered by place, then by what was read first.
    heads = np.flatnonzero(target == np.arange(len(target)))
    heads = heads[np.lexsort((first[heads], labels.place[heads]))]
    number = np.empty(len(target), dtype=np.int64)
    number[heads] = np.arange(len(heads))
    at_place = np.bincount(labels.place[heads]).astype(np.float64)
    beyond = expected_molecules(at_place, space) - at_place
    return Families(
        number[target][label][row],
        swapped[row],
        labels.umi[heads],
        corrected,
        space,
        float(beyond.sum()),
        int((beyond > CROWDED * at_place).sum()),
        shape.is_twofold,
    )


def _different(keys: FamilyKeys) -> tuple[Integers, Integers, Integers, Words, Integers]:
    """For each pair the number of its ends and UMI, these by number, and how many pairs have them.

    In the order of the file. Families are found among these rows, which are far fewer than pairs.
    """
    inverse, first, pairs = distinct(key_of(keys.end_1, keys.end_2, keys.umi.astype(np.int64)))
    order = np.argsort(first)
    rank = np.empty(len(first), dtype=np.int64)
    rank[order] = np.arange(len(first))
    first = first[order]
    return rank[inverse], keys.end_1[first], keys.end_2[first], keys.umi[first], pairs[order]


def _none_or(primers: Integers | None) -> Integers:
    return np.zeros(0, dtype=np.int64) if primers is None else primers
