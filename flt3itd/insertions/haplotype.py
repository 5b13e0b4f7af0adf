"""Haplotypes: the reference, and the reference with one insertion or deletion.

Beside it a haplotype may carry small changes on the same molecule; one with nothing else counts as
wild type. Everything here is in the coordinates of the reference slice (of FLT3: locus
coordinates), 0-based, plus strand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, takewhile

import numpy as np
import numpy.typing as npt

from flt3itd.reads.columns import Bases

Positions = npt.NDArray[np.int64]

_MATCH, _MISMATCH = 1, -4
_MATCH_BEYOND = 60
"""Bases beyond the inserted ones over which a match may go on: one by chance ends long before."""
_LEAST_COPY_BESIDE_FILLER = 6
"""Six duplicated bases: a random insert beside its site looks like that once in a thousand."""


def encode(sequence: str) -> Bases:
    """The ASCII codes of a sequence."""
    return np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)


@dataclass(frozen=True)
class _Replacement:
    """The mutant is reference[:start] + inserted + reference[end:]."""

    start: int
    end: int
    inserted: str

    @property
    def length(self) -> int:
        """Net inserted length in bases, below zero for a deletion."""
        return len(self.inserted) - (self.end - self.start)


@dataclass(frozen=True)
class Insertion(_Replacement):
    """Net inserted bases.

    `start` is the leftmost place that gives the same mutant; `end` equals `start` unless
    reference bases are replaced as well. Two insertions are equal exactly when their mutants are.
    """


@dataclass(frozen=True)
class Deletion(_Replacement):
    """Net deleted bases.

    `start` is the leftmost place that gives the same mutant; `inserted` is empty unless other
    bases stand where the deleted ones were.
    """


Change = Insertion | Deletion


@dataclass(frozen=True)
class Substitution(_Replacement):
    """As many other bases as were replaced."""


SmallChange = Insertion | Deletion | Substitution


@dataclass(frozen=True)
class Duplication:
    """How an insertion arose: reference[start:end] stands twice, with `filler` between the copies.

    `start == end` when nothing is duplicated and the filler is all there is.
    """

    start: int
    end: int
    filler: str

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def is_tandem(self) -> bool:
        """Whether this is a duplication rather than an insertion of other sequence."""
        if not self.filler:
            return len(self) > 0
        return len(self) >= _LEAST_COPY_BESIDE_FILLER


@dataclass(frozen=True)
class Haplotype:
    """A reference slice with one insertion or deletion, or none (the wild type).

    `beside` are small changes on the same molecule, sorted, apart from each other and from
    `change`; they have no part in what `change` duplicates or deletes.
    """

    reference: str
    change: Change | None = None
    beside: tuple[SmallChange, ...] = ()

    @classmethod
    def of(cls, reference: str, change: SmallChange) -> Haplotype:
        """The reference with any change: as many other bases make a wild type."""
        if isinstance(change, Substitution):
            return cls(reference, None, (change,))
        return cls(reference, change)

    @property
    def insertion(self) -> Insertion | None:
        """The change, if it is an insertion."""
        return self.change if isinstance(self.change, Insertion) else None

    @property
    def is_wildtype(self) -> bool:
        """Whether its molecules count as wild type: no insertion or deletion that is sought."""
        return self.change is None

    @cached_property
    def parts(self) -> tuple[SmallChange, ...]:
        """All changes, from left to right."""
        own = () if self.change is None else (self.change,)
        return tuple(sorted((*self.beside, *own), key=lambda part: (part.start, part.end)))

    @property
    def is_well_formed(self) -> bool:
        """Whether no two of the changes touch the same bases."""
        return all(one.end <= other.start for one, other in pairwise(self.parts))

    @property
    def has_gaps_beside(self) -> bool:
        """Whether any small change beside its own is an insertion or a deletion."""
        return not all(isinstance(one, Substitution) for one in self.beside)

    def has_all_of(self, other: Haplotype) -> bool:
        """Whether it carries every change of another haplotype."""
        return set(self.parts) >= set(other.parts)

    @cached_property
    def alone(self) -> Haplotype:
        """The haplotype without the small changes beside its own, which is at its leftmost place.

        Beside another one it may stand farther right: bases that could be of both are those of the
        left one. So this is what tells one insertion from others.
        """
        if not self.beside:
            return self
        change = self.change
        if change is not None:
            change = change_between(self.reference, change.start, change.end, change.inserted)
        return Haplotype(self.reference, change)

    def is_one_of(self, insertions: Collection[Insertion]) -> bool:
        """Whether its insertion, as it stands alone, is among these."""
        return self.alone.insertion in insertions

    def shift_before(self, place: int) -> int:
        """Haplotype minus reference coordinate left of a reference position."""
        return sum(part.length for part in self.parts if part.start < place)

    def place_of(self, part: SmallChange) -> int:
        """Where one of its changes begins, in coordinates of the haplotype."""
        before = takewhile(lambda other: other != part, self.parts)
        return part.start + sum(other.length for other in before)

    @cached_property
    def sequence(self) -> str:
        """The whole sequence of the haplotype."""
        pieces: list[str] = []
        done = 0
        for part in self.parts:
            pieces += (self.reference[done : part.start], part.inserted)
            done = part.end
        return "".join((*pieces, self.reference[done:]))

    @cached_property
    def bases(self) -> Bases:
        """`sequence` as ASCII codes."""
        return encode(self.sequence)

    @property
    def length_change(self) -> int:
        """Haplotype length minus reference length."""
        return sum(part.length for part in self.parts)

    @cached_property
    def segment(self) -> tuple[int, int]:
        """The reference bases that are duplicated or deleted: an interval, half-open.

        The wild type has a boundary at both of its ends; an insertion of other sequence has an
        empty segment. Raises ValueError for the wild type.
        """
        if isinstance(self.change, Deletion):
            return self.change.start, self.change.end
        return self.duplication.start, self.duplication.end

    @cached_property
    def span(self) -> tuple[int, int]:
        """The reference bases that any of the changes touches: an interval, half-open."""
        touched = [(part.start, part.end) for part in self.parts]
        if self.change is not None:
            touched.append(self.segment)
        return min(start for start, _ in touched), max(end for _, end in touched)

    def origin(self, places: Positions) -> Positions:
        """The reference base that each base of the haplotype is a copy of; for new bases, one near.

        Coordinates beyond the ends of the haplotype lead beyond those of the reference.
        """
        if self.change is None:
            return places
        start, end = self.segment
        unchanged = end if isinstance(self.change, Insertion) else start
        return np.where(places < unchanged, places, np.maximum(places - self.length_change, start))

    @cached_property
    def duplication(self) -> Duplication:
        """The duplicated segment, tolerant of single mismatches between the copies.

        Raises ValueError for the wild type and for a deletion.
        """
        if self.insertion is None:
            raise ValueError("neither the wild type nor a deletion has a duplication")
        if self.beside:
            return self.alone.duplication
        left, right = self._tolerant_match()
        duplicated = left - right
        if duplicated > self.length_change:  # microhomology beyond a copy without filler
            return Duplication(right, right + self.length_change, "")
        if duplicated <= 0:
            return Duplication(self.insertion.start, self.insertion.start, self.insertion.inserted)
        filler = self.sequence[left : left + self.length_change - duplicated]
        return Duplication(right, left, filler)

    def _tolerant_match(self) -> tuple[int, int]:
        """Where the match from the left ends and the match from the right begins (reference)."""
        if self.change is None:
            raise ValueError("the wild type has no junction")
        reach = abs(self.length_change) + _MATCH_BEYOND
        site = self.change.start
        left = site + _extension(
            self.sequence[site : site + reach], self.reference[site : site + reach]
        )
        tail = len(self.reference) - self.change.end
        site_from_right = len(self.reference) - tail
        mutant_end = len(self.sequence) - tail
        right = site_from_right - _extension(
            self.sequence[max(0, mutant_end - reach) : mutant_end][::-1],
            self.reference[max(0, site_from_right - reach) : site_from_right][::-1],
        )
        return left, right

    @cached_property
    def junction(self) -> tuple[int, int]:
        """The bases (haplotype coordinates, half-open) that a read must pass to show the mutant.

        Left of the interval the haplotype lies on the reference as it stands, right of it
        shifted by the insertion, but for single mismatches; a read that ends inside could be
        either. Raises ValueError for the wild type.
        """
        if self.change is None:
            raise ValueError("the wild type has no junction")
        if self.beside:
            begin, end = self.alone.junction
            shift = self.shift_before(self.change.start)
            return begin + shift, end + shift
        left, right = self._tolerant_match()
        shifted = right + self.length_change
        return min(left, shifted), max(left, shifted)


def _agreement(one: str, other: str) -> int:
    """How many first characters two strings share."""
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _extension(mutant: str, reference: str) -> int:
    """How far two sequences match from their starts when single mismatches are bridged."""
    best = score = length = 0
    for index, (one, other) in enumerate(zip(mutant, reference, strict=False), start=1):
        score += _MATCH if one == other else _MISMATCH
        if score > best:
            best, length = score, index
        elif score < best + 3 * _MISMATCH:
            break
    return length


def insertion_between(reference: str, start: int, end: int, replacement: str) -> Insertion | None:
    """The insertion that makes reference[:start] + replacement + reference[end:].

    Placed leftmost and trimmed of bases that agree with the reference. None when the
    result is not longer than the reference.
    """
    change = change_between(reference, start, end, replacement)
    return change if isinstance(change, Insertion) else None


def change_between(reference: str, start: int, end: int, replacement: str) -> Change | None:
    """The insertion or deletion that makes reference[:start] + replacement + reference[end:].

    Placed leftmost and trimmed of bases that agree with the reference. None when the result is
    as long as the reference.
    """
    length = len(replacement) - (end - start)
    if length == 0:
        return None
    mutant = reference[:start] + replacement + reference[end:]
    prefix = start + _agreement(mutant[start:], reference[start:])
    suffix = (len(reference) - end) + _agreement(
        mutant[: start + len(replacement)][::-1], reference[:end][::-1]
    )
    prefix = min(prefix, len(reference) - suffix, len(mutant) - suffix)
    kind = Insertion if length > 0 else Deletion
    return kind(prefix, len(reference) - suffix, mutant[prefix : len(mutant) - suffix])


def small_change_between(
    reference: str, start: int, end: int, replacement: str
) -> SmallChange | None:
    """As `change_between`, and other bases where the result is as long; None for the same bases."""
    change = change_between(reference, start, end, replacement)
    if change is not None or reference[start:end] == replacement:
        return change
    first = _agreement(replacement, reference[start:end])
    last = _agreement(replacement[::-1], reference[start:end][::-1])
    return Substitution(start + first, end - last, replacement[first : len(replacement) - last])
