"""Short insertions and deletions, counted by the bases of all reads over their places.

The aligner shows a gap only where enough bases lie beyond it; near its ends a mutant read is
clipped, or forced onto the reference with mismatches. So a change is found by the reads whose
CIGAR shows it, and then every read over its place is compared with the alleles of the place: the
wild type, the change, changes beside it, and those that reads have together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from flt3itd.kinase.short_changes import ShortChange, bases_with
from flt3itd.locus.flt3 import Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import Block

ANCHOR = 8
"""Bases that a read must show on both sides of an insertion or deletion to speak about it."""
_DIFFERENCES = 4
"""Bases in which the mutant and the wild-type sequence must differ where they are compared."""
_LONGEST_WINDOW = 120
_MOST_MISMATCHES = 2
"""A read with more bases that fit none of the alleles shows something else."""

Together = tuple[ShortChange, ...]
"""Changes of one molecule, from left to right; none is the wild type."""


class Shown(IntEnum):
    """What a read has at the place of a change."""

    WILD_TYPE = 0
    MUTANT = 1
    ANOTHER = 2
    """A change beside it, and not the one that is asked for."""


class ChangeCount(NamedTuple):
    """Fragments that cover the place of a change with room on both sides.

    Those that are neither mutant nor wild type there have `another` change.
    """

    change: ShortChange
    mutant: int
    wildtype: int
    another: int = 0

    @property
    def informative(self) -> int:
        """All of them."""
        return self.mutant + self.wildtype + self.another


class Answer(NamedTuple):
    """What a read shows of a change, None where it does not say.

    A read of the mutant has the change at the query coordinate `place`.
    """

    shows: Shown | None
    place: int


_UNTOLD = Answer(None, 0)


@dataclass(frozen=True)
class ChangeView:
    """What the reads over a change show: its fragments, and the answer of each read.

    `low` and `high` bound the place in which reads of the mutant may lie wrongly, without a gap
    (locus coordinates, half-open).
    """

    count: ChangeCount
    answers: tuple[Answer, ...]
    low: int
    high: int


class _Allele(NamedTuple):
    """What a window holds on molecules of one kind.

    `bases` are as many as the window has, or up to the coordinate where it ends on the reference,
    which are `length`. `place` counts the bases before the change that is asked for, None in an
    allele without it.
    """

    changes: Together
    bases: str
    length: int
    place: int | None

    def shows(self) -> Shown:
        """What a read of this allele has at the place of the change."""
        if self.place is not None:
            return Shown.MUTANT
        return Shown.ANOTHER if self.changes else Shown.WILD_TYPE


class _Window(NamedTuple):
    """Where a change is looked at, and the alleles there, the wild type first.

    `size` bases of each are compared. So a read of any has as many places from which it shows the
    whole of it, and the share of mutant fragments has no bias. `low` is the locus coordinate of the
    first base of all of them, `high` that of the last base of the change, None where the window is
    cut before it.
    """

    low: int
    high: int | None
    size: int
    alleles: tuple[_Allele, ...]


def alleles_beside(
    change: ShortChange, carriers: Mapping[Together, int], least: int
) -> Iterator[Together]:
    """Other alleles of the place of a change: those that `least` fragments carry, or more.

    `carriers` counts fragments by the changes that the alignment of one read shows.
    """
    low, high = change.offset - ANCHOR, change.end + ANCHOR + _DIFFERENCES
    near = Counter[Together]()
    for changes, number in carriers.items():
        here = tuple(one for one in changes if one.offset < high and one.end > low)
        near[here] += number
    for here, number in sorted(near.items()):
        if number >= least and here not in ((), (change,)):
            yield here


def look_at(
    change: ShortChange,
    beside: Collection[Together],
    reads: Iterable[tuple[int, AlignedRead, Sequence[Block]]],
    locus: Locus,
    *,
    bounds: tuple[int, int],
    minimum_quality: int,
) -> ChangeView:
    """Count the fragments over a change by comparing the bases of their reads.

    Mutant fragments show it in all of their reads that speak, wild-type ones in none. `beside` are
    other alleles of the place. `reads` are (fragment, read, aligned blocks); nothing outside
    `bounds` (locus coordinates, half-open) is compared. Where nothing in them tells the change, as
    in equal bases up to their end, no read speaks.
    """
    window = _window(change, [(), (change,), *beside], locus, bounds)
    if window is None:
        untold = tuple(_UNTOLD for _ in reads)
        return ChangeView(ChangeCount(change, 0, 0), untold, change.offset, change.offset)
    answers: list[Answer] = []
    said: dict[int, Shown | None] = {}
    for fragment, read, blocks in reads:
        answer = _answer(read, blocks, window, minimum_quality)
        answers.append(answer)
        if answer.shows is not None:
            said[fragment] = (
                answer.shows if said.get(fragment, answer.shows) is answer.shows else None
            )
    fragments = Counter(said.values())
    count = ChangeCount(
        change,
        fragments[Shown.MUTANT],
        fragments[Shown.WILD_TYPE],
        fragments[Shown.ANOTHER],
    )
    high = max(window.low + window.size, (window.high or 0) + 1)
    return ChangeView(count, tuple(answers), window.low - len(change.alt), high)


def _window(
    change: ShortChange, alleles: Sequence[Together], locus: Locus, bounds: tuple[int, int]
) -> _Window | None:
    """The shortest window that tells the change, cut to the bounds; None when none does."""
    parts = [one for changes in alleles for one in changes]
    low = max(bounds[0], min(part.offset for part in parts) - ANCHOR)
    behind = max(part.end for part in parts)
    for right in range(ANCHOR, _LONGEST_WINDOW):
        high = min(bounds[1], behind + right)
        size = min(len(bases_with((change,), low, high, locus)), bounds[1] - low)
        wild, mutant, *others = (
            _allele(locus, changes, change, low, high, size) for changes in alleles
        )
        compared = zip(mutant.bases[:size], wild.bases[:size], strict=True)
        differences = sum(a != b for a, b in compared)
        if differences >= (_DIFFERENCES if high < bounds[1] else 1):
            last = high - 1 if mutant.length == size else None
            return _Window(low, last, size, (wild, mutant, *others))
    return None


def _allele(
    locus: Locus, changes: Together, asked: ShortChange, low: int, high: int, size: int
) -> _Allele:
    """An allele from `low` on (locus coordinate), in a window that ends at `high`."""
    length = len(bases_with(changes, low, high, locus))
    before = [one for one in changes if one < asked]
    place = len(bases_with(before, low, asked.offset, locus)) if asked in changes else None
    bases = bases_with(changes, low, high + size, locus)[: max(size, length)]
    return _Allele(tuple(changes), bases, length, place)


def _answer(
    read: AlignedRead, blocks: Sequence[Block], window: _Window, minimum_quality: int
) -> Answer:
    """What a read shows of a change. Either end of the window may be what was aligned rightly."""
    first = _query_at(blocks, window.low)
    last = None if window.high is None else _query_at(blocks, window.high)
    if first is None and last is None:
        return _UNTOLD
    size, wild = window.size, window.alleles[0].bases[: window.size]
    if (
        first is not None
        and read.sequence[first : first + size] == wild
        and min(read.qualities[first : first + size]) >= minimum_quality
    ):
        return Answer(Shown.WILD_TYPE, first)
    laid = [_laid(read, allele, (first, last), size, minimum_quality) for allele in window.alleles]
    best = min(wrong for wrong, _ in laid)
    found = {answer.shows: answer for wrong, answer in laid if wrong == best}
    return next(iter(found.values())) if len(found) == 1 else _UNTOLD


def _laid(
    read: AlignedRead,
    allele: _Allele,
    ends: tuple[int | None, int | None],
    size: int,
    minimum_quality: int,
) -> tuple[int, Answer]:
    """How many bases of a read differ from an allele, and what it shows if that is the best.

    `ends` are the query coordinates of the first and the last base of the window, None where the
    read is not aligned there.
    """
    first, last = ends
    starts = [] if first is None else [first]
    if last is not None:
        starts.append(last + 1 - allele.length)
    bases = allele.bases[:size]
    wrong, start = min((_mismatches(read, at, bases, minimum_quality), at) for at in starts)
    if wrong <= _MOST_MISMATCHES:
        return wrong, Answer(allele.shows(), start + (allele.place or 0))
    if first is None and last is not None:
        # A read that begins within the window has as many of its last bases, and does not say.
        bases = allele.bases[: allele.length][-size:]
        wrong = _mismatches(read, last + 1 - len(bases), bases, minimum_quality)
    return wrong, _UNTOLD


def _mismatches(read: AlignedRead, start: int, bases: str, minimum_quality: int) -> int:
    """The good bases of a read from a query coordinate on that differ from some bases.

    As many as there are, where the read does not hold all of the places.
    """
    there = slice(start, start + len(bases))
    if start < 0 or there.stop > len(read.sequence):
        return len(bases)
    return sum(
        base != seen and quality >= minimum_quality
        for base, seen, quality in zip(
            bases, read.sequence[there], read.qualities[there], strict=True
        )
    )


def _query_at(blocks: Sequence[Block], coordinate: int) -> int | None:
    """The query coordinate that is aligned to a locus coordinate, if there is one."""
    for start, query, length in blocks:
        if start <= coordinate < start + length:
            return query + coordinate - start
    return None
