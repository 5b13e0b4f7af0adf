"""Families: the read pairs that begin and end alike and share a UMI."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from flt3itd.molecules.census import UmiCensus
from flt3itd.molecules.crowding import Crowding, crowding_of
from flt3itd.molecules.ends import at_primers, primer_places
from flt3itd.molecules.joining import Labels, base_counts, joined, space_of_bases, umi_space
from flt3itd.molecules.keys import factorize, factorize_sorted, key_of, numbered, sums
from flt3itd.molecules.leaders import Distinct, Shared
from flt3itd.molecules.letters import Booleans, Integers, Words
from flt3itd.molecules.misread import common_ends, other_way_round, with_leaders
from flt3itd.molecules.pairs import BY_SEQUENCE, UmiShape, taken
from flt3itd.molecules.slipped import with_slipped
from flt3itd.molecules.trimmed import trimmed_ends, trimmed_first_bases


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
    pairs have a UMI with an error. `crowding` tells of the molecules that share the UMI of another
    one at their place (None: these are not all families of a place). `is_duplex`: both strands of a
    molecule are in one family.
    """

    family: Integers
    other_strand: Booleans
    umi: Words
    corrected: int
    crowding: Crowding | None
    is_duplex: bool

    def part(self, rows: Integers, first: int, last: int) -> Families:
        """The families from `first` to before `last`, whose pairs are these rows."""
        return replace(
            self,
            family=self.family[rows] - first,
            other_strand=self.other_strand[rows],
            umi=self.umi[first:last],
        )

    def of_rows(self, rows: Integers) -> Families:
        """The same families of the pairs that are these rows, by index."""
        return replace(self, family=self.family[rows], other_strand=self.other_strand[rows])

    @property
    def count(self) -> int:
        """How many families there are."""
        return len(self.umi)


@dataclass(frozen=True)
class Ends:
    """Ends and UMIs as families are told by them.

    `low` is the lower end where both strands are one place, else that of read 1. `swapped`: read 1
    has the higher end, and the parts of the UMI were turned.
    """

    low: Integers
    high: Integers
    umi: Words
    swapped: Booleans

    @classmethod
    def of(cls, end_1: Integers, end_2: Integers, umi: Words, shape: UmiShape) -> Ends:
        """Of pairs whose reads begin there.

        The two strands of a molecule are one place only where UMIs have two parts of one length,
        which the strands show in turn.
        """
        swapped = (end_1 > end_2) & shape.is_twofold
        low, high = np.where(swapped, end_2, end_1), np.where(swapped, end_1, end_2)
        return cls(low, high, np.where(swapped, shape.turned(umi), umi), swapped)

    def take(self, rows: Integers) -> Ends:
        """Those of some rows, by index."""
        return taken(self, rows)

    def alike(self) -> tuple[Integers, Ends, Integers]:
        """For each row the number of what is alike, these, and how many rows have each."""
        umi = self.umi.astype(np.int64)
        inverse, first, pairs = factorize(
            key_of(self.low, self.high, umi, self.swapped.astype(np.int64))
        )
        return inverse, self.take(first), pairs


def find_families(
    keys: FamilyKeys, shape: UmiShape, *, amplicons: bool, primers: Integers | None = None
) -> Families:
    """Put pairs into families. `primers` are the ends of amplicons, where they are known."""
    row, first, pairs = factorize(key_of(keys.end_1, keys.end_2, keys.umi.astype(np.int64)))
    end_1, end_2, umi = keys.end_1[first], keys.end_2[first], keys.umi[first]
    if amplicons:
        both = np.concatenate((end_1, end_2))
        values, inverse = np.unique(both, return_inverse=True)
        reads = sums(inverse, np.concatenate((pairs, pairs)), len(values))
        moved = at_primers(both, primer_places(values, reads, none_or(primers)))
        end_1, end_2 = moved[: len(end_1)], moved[len(end_1) :]
    ends = Ends.of(end_1, end_2, umi, shape)
    corrected = 0
    for shared in Shared:
        ends, more = mended(ends, pairs, shape, shared, amplicons=amplicons)
        corrected += more
    families = families_of(ends, pairs, shape)
    return replace(families.of_rows(row), corrected=families.corrected + corrected)


def families_of(
    ends: Ends, pairs: Integers, shape: UmiShape, space: float | None = None
) -> Families:
    """The families of rows whose ends are mended; so many `pairs` have each row.

    With a `space` their UMIs are mended too, and crowded places are not told, as these are not all
    families of a place.
    """
    place = numbered(key_of(ends.low, ends.high))
    label, first, _ = factorize_sorted(key_of(place, ends.umi.astype(np.int64)))
    labels = Labels(place[first], ends.umi[first], sums(label, pairs, len(first)))
    target = np.arange(len(first))
    is_whole = space is None
    if space is None:
        space = space_of_bases(base_counts(labels.umi, shape.length))
        target = joined(labels, shape.length, space)
    # Numbered by place, then by what was read first.
    heads = np.flatnonzero(target == np.arange(len(target)))
    heads = heads[np.lexsort((first[heads], labels.place[heads]))]
    number = np.empty(len(target), dtype=np.int64)
    number[heads] = np.arange(len(heads))
    found = None
    if is_whole:
        low, high, umis = ends.low[first[heads]], ends.high[first[heads]], labels.umi[heads]
        reads = sums(number[target], labels.reads, len(heads))
        in_use = umi_space(umis, low, high, reads, shape.length)
        found = crowding_of(key_of(low, high), umis, shape, in_use)
    return Families(
        number[target][label],
        ends.swapped,
        labels.umi[heads],
        int(labels.reads[target != np.arange(len(target))].sum()),
        found,
        shape.is_twofold,
    )


def with_joined_umis(
    ends: Ends, pairs: Integers, shape: UmiShape, census: UmiCensus
) -> tuple[Ends, int]:
    """Ends with the UMIs of which theirs are errors, and how many pairs had one.

    Rows of a place are held to each other, and to the largest families of the place, wherever these
    are; `census` tells of them.
    """
    place = key_of(ends.low, ends.high)
    label, first, _ = factorize_sorted(key_of(place.view(np.int64), ends.umi.astype(np.int64)))
    reads = sums(label, pairs, len(first))
    leaders = census.leaders(place)
    known = key_of(leaders.place.view(np.int64), leaders.umi.astype(np.int64))
    own = key_of(place[first].view(np.int64), ends.umi[first].astype(np.int64))
    elsewhere = ~np.isin(known, own)
    places = np.concatenate((place[first], leaders.place[elsewhere]))
    labels = Labels(
        numbered(places),
        np.concatenate((ends.umi[first], leaders.umi[elsewhere])),
        np.concatenate((reads, leaders.reads[elsewhere])),
    )
    by_number = np.zeros(int(labels.place.max()) + 1, dtype=np.int64)
    by_number[labels.place] = census.at_place(places)
    target = joined(labels, shape.length, census.space, by_number)[: len(first)]
    changed = target != np.arange(len(first))
    return replace(ends, umi=labels.umi[target][label]), int(reads[changed].sum())


def mended(
    ends: Ends, pairs: Integers, shape: UmiShape, shared: Shared, *, amplicons: bool
) -> tuple[Ends, int]:
    """Ends and UMIs without the errors of pairs that share one thing, and how many UMIs had some.

    So many `pairs` have each row. All rows that share the UMI (of both strands), or an end, must be
    here for that round.
    """
    low, high, umi, swapped = ends.low, ends.high, ends.umi, ends.swapped
    if shared is Shared.UMI:
        low = common_ends(umi, high, low, pairs)
        high = common_ends(umi, low, high, pairs)
        low, high, umi = trimmed_ends(low, high, umi, pairs, shape.length)
        low, high = trimmed_first_bases(low, high, umi, pairs, shape.length)
    elif shared is Shared.LOW or not amplicons:  # those of amplicons share both ends
        seen = Distinct.of(low, high, umi, pairs)
        low, high, umi = with_slipped(seen, shape, shared, amplicons=amplicons)
    if amplicons or not (low & BY_SEQUENCE).any():
        return Ends(low, high, umi, swapped), int(pairs[ends.umi != umi].sum())
    if shared is Shared.UMI and shape.is_twofold:
        low, high, umi, turns = other_way_round(low, high, umi, pairs, shape)
        swapped = swapped ^ turns
    read = umi
    low, high, umi = with_leaders(low, high, umi, pairs, shared)
    return Ends(low, high, umi, swapped), int(pairs[read != umi].sum())


def none_or(primers: Integers | None) -> Integers:
    """Ends of primers, none where none are known."""
    return np.zeros(0, dtype=np.int64) if primers is None else primers
