"""UMIs with a base too many or too few: those of the bases of a read, which then begins beside.

Where a base of a UMI is missing, the first base of the molecule is taken for its last one, and the
read begins one base later; where there is one too many, its last base is taken for the molecule's,
and the read begins one base earlier. The other end of the pair stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from flt3itd.molecules.ends import near
from flt3itd.molecules.joining import poisson, share_of_size
from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.leaders import Distinct, Shared, followed, may_be_errors
from flt3itd.molecules.letters import Booleans, Floats, Integers, Words, differing_bases
from flt3itd.molecules.pairs import UmiShape

_TRIED = 20_000
"""Rows that tell whether UMIs slipped at all, before the others are asked."""
_ABOVE_CHANCE = 3.0
"""Times as many as strangers that look like it, from which rows have slipped."""
_FEWEST = 5
_SHORTEST = 4
"""Bases of a part from which it can tell that one is missing."""
_FORMS = 8
"""UMIs that one base less (and any last one) or one more make of another, for each of its bases."""

Pairs = tuple[Integers, Integers]
"""Rows, and for each another one."""


def with_slipped(
    seen: Distinct, shape: UmiShape, shared: Shared, *, amplicons: bool
) -> tuple[Integers, Integers, Words]:
    """By pair ends and UMI; those of rows with one base more or less are those of their family.

    Such rows have the end in common with it that is `shared`; the other one lies one base beside,
    but of amplicons, whose ends are at primers.
    """
    goal = seen.own()
    if not len(seen) or not list(_parts(shape)):
        return seen.at(goal)
    rows = _Rows(seen, shared.of(seen), shape, amplicons)
    tried = goal[:: -(-len(seen) // _TRIED)]
    slipped = len(rows.slips(tried)[0])
    if slipped < max(_FEWEST, _ABOVE_CHANCE * float(rows.strangers(tried).sum())):
        return seen.at(goal)
    child, parent = rows.slips(goal)
    chosen = rows.are_likely(child, parent)
    goal[child[chosen]] = parent[chosen]
    return seen.at(followed(goal))


@dataclass(frozen=True)
class _Rows:
    """Different ends and UMIs, and the end of each that is asked to be shared."""

    seen: Distinct
    shared: Integers
    shape: UmiShape
    amplicons: bool

    def slips(self, asked: Integers) -> Pairs:
        """Of the rows that are asked those that may have slipped, and from which other ones."""
        found = [pair for part in _parts(self.shape) for pair in self._alike(part, asked)]
        child, parent = (np.concatenate([pair[side] for pair in found]) for side in (0, 1))
        few, many = self.seen.pairs[child], self.seen.pairs[parent]
        keeps = may_be_errors(few, many) & (few < many)
        keeps &= differing_bases(self.seen.umi[child] ^ self.seen.umi[parent]) > self.amplicons
        moved = np.zeros(len(child), dtype=np.int64)
        for end in (self.seen.low, self.seen.high):
            keeps &= near(end[child], end[parent], reach=1, missing=1)
            moved += end[child] != end[parent]
        keeps &= moved == (0 if self.amplicons else 1)
        child, parent = child[keeps], parent[keeps]
        # Of several parents the one with most reads comes last and stays.
        order = np.lexsort((-parent, self.seen.pairs[parent], child))
        child, parent = child[order], parent[order]
        last = np.append(child[1:] != child[:-1], True)[: len(child)]
        return child[last], parent[last]

    def _alike(self, part: _Part, asked: Integers) -> Iterator[Pairs]:
        """Rows and others that have a base less in this part, or one more, but for the last one."""
        beside = key_of(self.shared, part.others(self.seen.umi).view(np.int64))
        value = part.of(self.seen.umi)
        whole = key_of(beside.view(np.int64), (value >> np.uint64(2)).view(np.int64))
        everyone = self.seen.own()
        for column in range(part.length):
            shorter = _without(value, part.length, column).view(np.int64)
            less = key_of(beside.view(np.int64), shorter)
            yield _equal(whole, asked, less, everyone, self.seen.pairs)
            yield _equal(less, asked, whole, everyone, self.seen.pairs)

    @property
    def _forms(self) -> int:
        """UMIs that slips make of another."""
        return sum(_FORMS * part.length for part in _parts(self.shape))

    def strangers(self, rows: Integers) -> Floats:
        """How many other molecules look by chance as if each row had slipped from them."""
        group, _, members = factorize_sorted(key_of(self.shared))
        found: Floats = members[group[rows]] * self._forms / 4.0**self.shape.length
        return found

    def are_likely(self, child: Integers, parent: Integers) -> Booleans:
        """Which slips are likelier than strangers, by how often reads of this sample slipped."""
        pairs = self.seen.pairs
        rate = float(pairs[child].sum()) / float(pairs.sum())
        few, many = pairs[child], pairs[parent]
        expected: Floats = many * rate / self._forms
        stranger = self.strangers(child) / self._forms * share_of_size(pairs)[few]
        likely: Booleans = poisson(few, expected) > stranger
        return likely


@dataclass(frozen=True)
class _Part:
    """One part of a UMI: `length` bases, with so many bases `behind` it."""

    length: int
    behind: int

    def of(self, umi: Words) -> Words:
        """Its bases."""
        return (umi >> np.uint64(2 * self.behind)) & np.uint64((1 << 2 * self.length) - 1)

    def others(self, umi: Words) -> Words:
        """The UMI with nothing in its place."""
        return umi ^ (self.of(umi) << np.uint64(2 * self.behind))


def _parts(shape: UmiShape) -> Iterator[_Part]:
    for length, behind in ((shape.first, shape.second), (shape.second, 0)):
        if length >= _SHORTEST:
            yield _Part(length, behind)


def _without(value: Words, length: int, column: int) -> Words:
    """Packed bases without the one in a column."""
    behind = 2 * (length - 1 - column)
    tail = value & np.uint64((1 << behind) - 1)
    return ((value >> np.uint64(behind + 2)) << np.uint64(behind)) | tail


def _equal(mine: Words, asked: Integers, theirs: Words, others: Integers, reads: Integers) -> Pairs:
    """The rows that are asked with the row of most reads whose other key is equal to theirs."""
    keys, place = np.unique(mine[asked], return_inverse=True)
    if not len(keys):
        return asked[:0], asked[:0]
    at = np.minimum(np.searchsorted(keys, theirs), len(keys) - 1)
    hits = others[keys[at] == theirs]
    hits = hits[np.argsort(reads[hits], kind="stable")]
    best = np.full(len(keys), -1, dtype=np.int64)
    best[at[hits]] = hits  # the last one stays
    found = best[place]
    there = (found >= 0) & (found != asked)
    return asked[there], found[there]
