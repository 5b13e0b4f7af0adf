"""Other bases beside an ITD, or in each of its copies, by the reads that show its junction.

An aligner leaves a read with another base as it is, so that nothing proposes it. The reads that fit
an ITD better than all else tell, and their mates, which may lie on the reference from end to end.
All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import Fit, ReadMatrix
from flt3itd.insertions.copies import bases_apart, origins, touched_span
from flt3itd.insertions.haplotype import Haplotype, Substitution, encode
from flt3itd.insertions.shown_bases import INSIDE, MAJORITY, ShownBases
from flt3itd.reads.columns import IntArray, are_among, count_distinct, distinct
from flt3itd.reads.read_set import ReadSet

REACH = 200
"""Bases of the reference beside all that an ITD touches in which other bases are looked for:
most fragments are longer."""
LEAST_FRAGMENTS = 3
"""Fragments that must show another base."""
LEAST_PART = 0.2
"""Share of the fragments of an ITD over a base that must show another one, to be told as on a part
of its molecules: a given error is in 1 % of them at most, at the worst places in several."""
NEXT_TO = 3
CROWD = 5
"""Other bases, each at most `NEXT_TO` equal ones from the next, from which on they are taken for
what an aligner laid between two gaps that make up for each other."""
_PLACES_AT_ONCE = 64
"""Places whose bases are looked at together: of a deep amplicon, all of them are gigabytes."""


class PlainReads(NamedTuple):
    """Reads that lie on the reference from end to end: starts, ends, fragments.

    Of those with one other base that is near a target: the fragments that are `showing` it, its
    `places` and the `bases`.
    """

    start: IntArray
    end: IntArray
    fragment: IntArray
    showing: IntArray
    places: IntArray
    bases: IntArray

    @classmethod
    def of(cls, reads: ReadSet) -> PlainReads | None:
        """Those of a set; None where none has another base."""
        noted = reads.mismatches
        if not noted.fragment:
            return None
        columns = (
            np.array(one, dtype=np.int64) for one in (noted.fragment, noted.place, noted.base)
        )
        return cls(*reads.plain(), *columns)

    def noted(self, fragments: npt.NDArray[np.int64], places: IntArray) -> npt.NDArray[np.int64]:
        """Which of the other bases stand at some places in reads of some fragments."""
        there = np.flatnonzero(are_among(self.places, places))
        return there[are_among(self.showing[there], fragments)]

    def shown(
        self,
        fragments: npt.NDArray[np.int64],
        places: IntArray,
        reference: str,
        passing: int | None = None,
        least: int = 0,
    ) -> ShownBases | None:
        """What the reads of some fragments show at places of the reference.

        Of those only that pass a position of it, where it is given. None where fewer than `least`
        of the reads agree on another base. Reads with several other bases are not among them, but
        where those agree, plain ones with the base of the reference speak against it: `least` 0.
        """
        noted = self.noted(fragments, places)
        alike = np.unique(self.places[noted] * 256 + self.bases[noted], return_counts=True)[1]
        if alike.max(initial=0) < least:
            return None
        own = are_among(self.fragment, fragments)
        if passing is not None:
            own &= (self.start < passing) & (self.end > passing)
        rows = np.flatnonzero(own)
        covers = (places >= self.start[rows, None] + INSIDE) & (
            places < self.end[rows, None] - INSIDE
        )
        bases = np.tile(encode(reference)[places], (len(rows), 1))
        order = np.argsort(self.fragment[rows], kind="stable")
        of_rows = self.fragment[rows][order]
        columns = np.searchsorted(places, self.places[noted])
        first = np.searchsorted(of_rows, self.showing[noted])
        for at in (first, first + 1):  # the mates of a fragment
            is_own = at < len(order)
            is_own[is_own] = of_rows[at[is_own]] == self.showing[noted][is_own]
            bases[order[at[is_own]], columns[is_own]] = self.bases[noted][is_own]
        return ShownBases(bases, covers, self.fragment[rows])


class OwnReads(NamedTuple):
    """The reads of a haplotype: how all of a matrix fit it, and which fit it better than any other.

    Of the fragments of `own` reads other ones may count too, among them those that are `plain`.
    """

    matrix: ReadMatrix
    fitted: Fit
    own: npt.NDArray[np.bool_]
    plain: PlainReads | None = None


class PartlyBeside(NamedTuple):
    """Another base that a part of an ITD's molecules have beside it.

    `showing` of the fragments that are `over` it and of the ITD show it.
    """

    base: Substitution
    showing: int
    over: int


class InCopies(NamedTuple):
    """Another base of the allele that an ITD repeats: it stands at `places` of the haplotype."""

    base: Substitution
    places: tuple[int, ...]


def with_flanking(haplotype: Haplotype, reads: OwnReads) -> Haplotype:
    """The haplotype with the other bases that most of its own reads, and their mates, agree on."""
    found: list[Substitution] = []
    for (bases, covers, fragment), places in _shown_beside(haplotype, reads):
        differs = covers & (bases != encode(haplotype.reference)[places])
        told = differs.sum(axis=0) >= np.maximum(LEAST_FRAGMENTS, MAJORITY * covers.sum(axis=0))
        for column in np.flatnonzero(told).tolist():
            base = _agreed(bases[:, column], covers[:, column], fragment)
            place = int(places[column])
            if not base or base == haplotype.reference[place]:
                continue
            if found and found[-1].end == place:
                place, base = found[-1].start, found.pop().inserted + base
            found.append(Substitution(place, place + len(base), base))
    found = without_crowds(found)
    if not found:
        return haplotype
    beside = tuple(sorted((*haplotype.beside, *found), key=lambda part: (part.start, part.end)))
    better = Haplotype(haplotype.reference, haplotype.change, beside)
    return better if better.is_well_formed else haplotype


def partly_beside(haplotype: Haplotype, reads: OwnReads) -> tuple[PartlyBeside, ...]:
    """The other bases that some of its own reads agree on, too few to be on all its molecules."""
    found: dict[Substitution, PartlyBeside] = {}
    for (bases, covers, fragment), places in _shown_beside(haplotype, reads):
        for column, place in enumerate(places.tolist()):
            rows = np.flatnonzero(covers[:, column])
            shown, of = bases[rows, column], fragment[rows]
            over = count_distinct(of)
            least = max(LEAST_FRAGMENTS, LEAST_PART * over)
            in_rows = np.bincount(shown, minlength=ord("T") + 1)  # no fewer than fragments show it
            for base in "ACGT".replace(haplotype.reference[place], ""):
                if in_rows[ord(base)] < least:
                    continue
                showing = count_distinct(of[shown == ord(base)])
                if least <= showing < MAJORITY * over:
                    other = Substitution(place, place + 1, base)
                    found[other] = PartlyBeside(other, showing, over)
    return tuple(found[one] for one in without_crowds(list(found)))


def in_copies(haplotype: Haplotype, reads: OwnReads) -> tuple[InCopies, ...]:
    """The other bases that most of its own reads agree on in each copy of a base of the reference.

    The allele has them, so that they are no part of the insertion. None where a change beside it
    reaches into the copies.
    """
    matrix, fitted, own, _ = reads
    rows, insertion = np.flatnonzero(own), haplotype.insertion
    if insertion is None or any(bases_apart(haplotype, one) < 0 for one in haplotype.beside):
        return ()
    first, last = touched_span(haplotype.alone)
    shift = haplotype.shift_before(insertion.start)
    places = np.arange(first + shift, last + shift + insertion.length, dtype=np.int64)
    copied = origins(haplotype, places)
    alike = haplotype.bases[places] == encode(haplotype.reference)[copied]
    places, copied = places[alike], copied[alike]
    differing = _differing(haplotype, matrix, fitted, rows, places) >= LEAST_FRAGMENTS
    found: dict[Substitution, InCopies] = {}
    for place in distinct(copied[differing]).tolist():
        at = places[copied == place]
        shown = ShownBases.of(matrix, fitted, rows, at)
        bases = {
            _agreed(of_copy, covers, shown.fragment)
            for of_copy, covers in zip(shown.bases.T, shown.covers.T, strict=True)
        }
        base = bases.pop()
        if len(at) > 1 and not bases and base not in ("", haplotype.reference[place]):
            other = Substitution(place, place + 1, base)
            found[other] = InCopies(other, tuple(at.tolist()))
    return tuple(found[one] for one in without_crowds(list(found)))


def _shown_beside(haplotype: Haplotype, reads: OwnReads) -> Iterator[tuple[ShownBases, IntArray]]:
    """What the fragments of an ITD show beside it, and at which places of the reference.

    Some places at a time, in their order: those at which some fragments have another base.
    """
    matrix, fitted, own, plain = reads
    rows = np.flatnonzero(own)
    if haplotype.insertion is None or len(rows) < LEAST_FRAGMENTS:
        return
    fragments = distinct(matrix.fragment[rows])
    rows = np.concatenate((rows, np.flatnonzero(~own & are_among(matrix.fragment, fragments))))
    places = _flanks(haplotype)
    differing = _differing(haplotype, matrix, fitted, rows, places + _shifts(haplotype, places))
    if plain is not None:
        noted = plain.places[plain.noted(fragments, places)]
        differing += np.bincount(np.searchsorted(places, noted), minlength=len(places))
    for some in _at_a_time(places[differing >= LEAST_FRAGMENTS]):
        shown = ShownBases.of(matrix, fitted, rows, some + _shifts(haplotype, some))
        of_plain = None if plain is None else plain.shown(fragments, some, haplotype.reference)
        yield (shown if of_plain is None else shown.beside(of_plain)), some


def _at_a_time(places: IntArray) -> list[IntArray]:
    """Some places and then the next ones."""
    starts = range(0, len(places), _PLACES_AT_ONCE)
    return [places[first : first + _PLACES_AT_ONCE] for first in starts]


def without_crowds(found: Sequence[Substitution]) -> list[Substitution]:
    """The other bases without crowds of them: those stand between gaps that reads propose."""
    crowds: list[list[Substitution]] = []
    for one in found:
        if crowds and one.start <= crowds[-1][-1].end + NEXT_TO:
            crowds[-1].append(one)
        else:
            crowds.append([one])
    few = (crowd for crowd in crowds if sum(len(one.inserted) for one in crowd) < CROWD)
    return list(chain.from_iterable(few))


def _differing(
    haplotype: Haplotype,
    reads: ReadMatrix,
    fitted: Fit,
    rows: npt.NDArray[np.int64],
    places: npt.NDArray[np.int64],
) -> npt.NDArray[np.int64]:
    """How many rows show another base at each place of the haplotype; most have none at all."""
    some = rows[fitted.score[rows] < fitted.end[rows] - fitted.start[rows]]
    found = [np.zeros(0, dtype=np.int64)]
    for at_once in _at_a_time(places):
        shown = ShownBases.of(reads, fitted, some, at_once)
        found.append((shown.covers & (shown.bases != haplotype.bases[at_once])).sum(axis=0))
    return np.concatenate(found)


def _shifts(haplotype: Haplotype, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Haplotype minus reference coordinates of bases that no change of it touches."""
    shifts = np.zeros(len(places), dtype=np.int64)
    for part in haplotype.parts:
        shifts[places >= part.start] += part.length
    return shifts


def _flanks(haplotype: Haplotype) -> npt.NDArray[np.int64]:
    """The reference bases beside an ITD that it does not touch, nor a change beside it."""
    low, high = touched_span(haplotype.alone)
    left = np.arange(max(0, low - REACH), low, dtype=np.int64)
    right = np.arange(high, min(len(haplotype.reference), high + REACH), dtype=np.int64)
    places = np.concatenate((left, right))
    for part in haplotype.beside:
        places = places[(places < part.start - 1) | (places > part.end)]
    return places


def _agreed(
    bases: npt.NDArray[np.uint8], covers: npt.NDArray[np.bool_], fragment: npt.NDArray[np.int64]
) -> str:
    """The base that so many of the fragments over a place show; empty where there is none."""
    everyone = count_distinct(fragment[covers])
    for base in b"ACGT":
        showing = count_distinct(fragment[covers & (bases == base)])
        if showing >= max(LEAST_FRAGMENTS, MAJORITY * everyone):
            return chr(base)
    return ""
