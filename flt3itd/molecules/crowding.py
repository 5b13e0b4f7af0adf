"""Molecules that nobody sees, as another one has their place and UMI: how many UMIs are in use.

What the bases of UMIs allow is an upper bound of what a kit has. A list of UMIs shows itself where
different places have the same ones (`flt3itd.molecules.joining.umi_space`), but amplicons may have
one place: there the parts of a twofold UMI come back in other pairs, and UMIs of a list that was
designed differ in more bases than chance lets them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from flt3itd.common.plurals import counted
from flt3itd.common.sampling import MOST_HIDDEN, hidden_share, mixed_share
from flt3itd.molecules.consensus import Counts
from flt3itd.molecules.joining import base_counts, expected_molecules, umi_space
from flt3itd.molecules.keys import key_of, numbered
from flt3itd.molecules.letters import Floats, Integers, Words, differing_bases, mixed
from flt3itd.molecules.pairs import UmiShape

CROWDED = 0.01
"""Share of the molecules of a place that share their UMI with another, from which that is told."""
_HALF = 0.5
"""Share of hidden molecules from which low VAFs are a tenth too low (`Sampling.shown`)."""
_MOST_UMIS = 20_000
"""UMIs that parts are compared of; any subset has the same chance of equal ones."""
_MOST_COMPARED = 1500
"""UMIs of one place whose distances are taken, all with all."""
_LEAST_EQUAL = 20
"""Equal parts from which their number is believed: its standard error is a fifth then."""
_LARGE = 10
"""Reads of a family from which it shows whether it is one molecule."""
_OTHERS, _OF_READS = 4, 10
"""Reads with another base at one place, and at least one in ten of all, that are another molecule:
four errors of 1 % by base fall on one of 300 bases in 1 % of families of 20 reads."""
_BEFORE_PRIMERS = 12
"""First bases of a read that may be those before a staggered primer."""
_UNLIKELY = 1e-5
"""Chance of errors below which other bases are another molecule: one family in 300 by 300 bases."""
_GOOD, _FEW_READS = 2e-3, 500
_BESIDE = 5
"""Bases on both sides whose errors tell what is usual: qualities fall slowly along a read."""
LEAST_LARGE = 20
"""Large families that have to be there for their share to be told."""
MIXED = 0.05
"""Share of large families that errors of PCR make look like two molecules, at most."""
_LEAST_NEAR = 12
_FEWER = 6
"""A list: no more than a sixth of the near pairs that are expected by chance, which are 12 at
least (P(X <= 2) is 0.0005 for a Poisson number of mean 12)."""
_NEAREST = 2
"""Bases in which near UMIs differ at least: those one base apart may be gone as errors."""


@dataclass(frozen=True)
class Crowding:
    """What the UMIs of so many families hide; `space` UMIs are there, as if equally frequent.

    `collisions` molecules are expected to share place and UMI with another one, at `crowded` places
    more than one in a hundred. `is_list`: the UMIs of one place are a list, of which nobody knows
    how long it is; the ones seen are taken for all of it.
    """

    families: int
    space: float
    collisions: float
    crowded: int
    is_list: bool = False

    @property
    def hidden(self) -> float:
        """The share of all molecules that others hide."""
        return hidden_share(self.families, self.collisions)

    def sentences(self) -> list[str]:
        """What is to be told of the library."""
        found = []
        if self.is_list:
            found.append(
                "the UMIs at one place lie farther from each other than random ones: they are of a "
                "list, and those that were seen are taken for all of it"
            )
        if self.crowded:
            places = counted(self.crowded, "place")
            found.append(
                f"UMIs are crowded at {places}: about {self.collisions:.0f} of "
                f"{self.families + self.collisions:.0f} molecules share the UMI of another one at "
                "their place and are not counted; use longer UMIs, or less DNA"
            )
        if self.hidden > MOST_HIDDEN:
            found.append(
                f"more than {MOST_HIDDEN:.0%} of the molecules share their UMI with another one: "
                "the UMIs do not tell molecules apart, and what is not found is not excluded"
            )
        elif self.hidden > _HALF:
            found.append(
                "more than half of the molecules share their UMI with another one: of these the "
                "commoner sequence is counted, so that low VAFs are read too low"
            )
        return found


def crowding_of(places: Words, umis: Words, shape: UmiShape, space: float) -> Crowding:
    """What the UMIs of families tell, by the keys of their places; `space` is an upper bound."""
    sample, ends = UmiSample(), places.view(np.int64)
    sample.add(ends, ends, umis, np.ones_like(ends))
    at_place = np.bincount(numbered(places)) if len(places) else np.zeros(0, dtype=np.int64)
    return sample.crowding(at_place, shape, space)


def mixed_families(
    sides: Iterable[tuple[Counts | Integers, Counts | Integers]], reads: Integers
) -> tuple[int, int]:
    """Families of so many `reads` that could show two molecules, and those that do.

    `sides` are depth and errors by base of both reads. One molecule has errors of sequencing, of
    which hardly four fall on one base, or no more than the bases beside it have in other families,
    and such of the first cycles of PCR, in few families. First bases may be those before a primer,
    which differ from read to read.
    """
    large = reads >= _LARGE
    mixed = np.zeros(int(large.sum()), dtype=bool)
    for all_depth, errors in sides:
        depth, others = (
            each[large, _BEFORE_PRIMERS:].astype(np.int64) for each in (all_depth, errors)
        )
        suspected = (others >= _OTHERS) & (others * _OF_READS >= depth)
        rows, columns = np.nonzero(suspected)
        if not len(rows):
            continue
        usual = _usual_errors(depth * ~suspected, others * ~suspected)
        expected = depth[rows, columns] * usual[columns]
        mixed[rows[_chance_of(others[rows, columns], expected) < _UNLIKELY]] = True
    return len(mixed), int(mixed.sum())


def _usual_errors(depth: Integers, errors: Integers) -> Floats:
    """The share of errors at each base, as the bases beside it have: two molecules differ in one.

    Of few reads it is that of good qualities.
    """
    by_base = (errors.sum(axis=0) + _FEW_READS * _GOOD) / (depth.sum(axis=0) + _FEW_READS)
    beside = np.pad(by_base, _BESIDE, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(beside, 2 * _BESIDE + 1)
    usual: Floats = np.median(windows, axis=-1)
    return usual


def _chance_of(errors: Integers, expected: Floats) -> Floats:
    """P(X >= errors) of Poisson numbers, element by element."""
    chance = np.ones(len(errors))
    term = np.exp(-expected)
    for count in range(int(errors.max(initial=0))):
        chance -= np.where(count < errors, term, 0.0)
        term = term * expected / (count + 1)
    return chance


def unexplained_mixing(large: int, mixed: int, hidden: float) -> bool:
    """Whether more families are of several molecules than UMIs that hide such a share make."""
    if large < LEAST_LARGE:
        return False
    return mixed > (MIXED + mixed_share(min(hidden, MOST_HIDDEN))) * large


def mixed_sentence(large: int, mixed: int) -> str:
    """What is to be told of so many mixed ones of the large families."""
    return (
        f"{mixed} of {large} large families hold reads of several molecules, more than UMIs that "
        "are random would let share: these are of a short list, or no UMIs of molecules; rarer "
        "sequences are outvoted, so that VAFs are too low and what is not found is not excluded"
    )


class UmiSample:
    """Some of the UMIs of families, drawn by themselves so that the order does not matter."""

    def __init__(self) -> None:
        none = np.zeros(0, dtype=np.int64)
        self._low, self._high, self._reads = none, none, none
        self._umis = none.astype(np.uint64)

    def add(self, low: Integers, high: Integers, umis: Words, reads: Integers) -> None:
        """Look at more families, by the ends of their places."""
        low, high = np.concatenate((self._low, low)), np.concatenate((self._high, high))
        umis, reads = np.concatenate((self._umis, umis)), np.concatenate((self._reads, reads))
        if len(umis) > _MOST_UMIS:
            drawn = key_of(low, high, umis.view(np.int64))
            kept = np.argpartition(drawn, _MOST_UMIS)[:_MOST_UMIS]
            low, high, umis, reads = low[kept], high[kept], umis[kept], reads[kept]
        self._low, self._high, self._umis, self._reads = low, high, umis, reads

    def space(self, length: int) -> float:
        """How many UMIs the library has (`umi_space`)."""
        return umi_space(self._umis, self._low, self._high, self._reads, length)

    def crowding(self, at_place: Integers, shape: UmiShape, space: float) -> Crowding:
        """How crowded places are that have so many families; `space` is an upper bound."""
        umis = self._of_largest_place()
        one, other = np.triu_indices(len(umis), 1)
        differing = umis[one] ^ umis[other]
        space = min(space, _space_of_parts(differing, shape))
        largest = int(at_place.max(initial=0))
        is_list = largest < space and _is_list(umis, differing, shape.length)
        if is_list:
            space = float(largest)
        families = at_place.astype(np.float64)
        beyond = expected_molecules(families, space) - families
        crowded = int((beyond > CROWDED * families).sum())
        return Crowding(int(at_place.sum()), space, float(beyond.sum()), crowded, is_list)

    def _of_largest_place(self) -> Words:
        """UMIs of the place that has most, as many as are compared all with all."""
        if not len(self._umis):
            return self._umis
        places = key_of(self._low, self._high)
        _, inverse, counts = np.unique(places, return_inverse=True, return_counts=True)
        umis: Words = self._umis[inverse == int(counts.argmax())]
        return umis[np.argsort(mixed(umis), kind="stable")][:_MOST_COMPARED]


def _space_of_parts(differing: Words, shape: UmiShape) -> float:
    """How many UMIs two parts make, each 1 / P(it is equal in two families of one place).

    `differing` are the bits in which the UMIs of pairs differ. An error leaves one part as it was,
    so that only pairs are asked whose other parts differ in two bases or more.
    """
    if not shape.second:
        return np.inf
    parts = shape.halves(differing)
    space = 1.0
    for part, other, bases in zip(parts, parts[::-1], (shape.first, shape.second), strict=True):
        asked = part[differing_bases(other) >= _NEAREST]
        equal = int((asked == 0).sum())
        space *= len(asked) / equal if equal >= _LEAST_EQUAL else float(4**bases)
    return space


def _is_list(umis: Words, differing: Words, length: int) -> bool:
    """Whether UMIs of one place lie farther from each other than chance has them."""
    if not len(differing) or not length:
        return False
    expected = near_pairs_expected(umis, length)
    told = np.flatnonzero(expected >= _LEAST_NEAR)
    told = told[told >= _NEAREST]
    seen = np.cumsum(np.bincount(differing_bases(differing), minlength=length + 1))
    return bool((seen[told] * _FEWER <= expected[told]).any())


def near_pairs_expected(umis: Words, length: int) -> Floats:
    """Pairs of random UMIs that differ in so many bases or fewer (0, 1, ...), but not in none.

    The bases are independent, each with the frequencies of these UMIs.
    """
    shares = base_counts(umis, length)
    shares = shares / shares.sum(axis=1, keepdims=True)
    by_distance = np.ones(1)
    for equal in (shares**2).sum(axis=1):
        by_distance = np.convolve(by_distance, (equal, 1 - equal))
    by_distance[0] = 0.0
    pairs = len(umis) * (len(umis) - 1) / 2
    expected: Floats = pairs * np.cumsum(by_distance)
    return expected
