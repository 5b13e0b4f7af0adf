"""Refining haplotypes: correcting the inserted bases, and telling errors from sister clones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import edlib
import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import at_least
from flt3itd.insertions.comparison import ROWS_AT_ONCE
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.flanks import LEAST_FRAGMENTS, OwnReads, PlainReads
from flt3itd.insertions.haplotype import (
    Duplication,
    Haplotype,
    Insertion,
    encode,
    insertion_between,
)
from flt3itd.insertions.parts import other_numbers
from flt3itd.insertions.shown_bases import MAJORITY, ShownBases
from flt3itd.insertions.windows import WIDEST_ANCHOR
from flt3itd.reads.columns import are_among, distinct

_ERROR_RATES = {1: 0.01, 2: 1e-3, 3: 3e-4, 4: 1e-4}
"""By edit distance: the share of a haplotype's reads that show one given other sequence, at most.

One given wrong base is seen in 0.1 to 0.3 % of reads, one base more or less in a run in up to 1 %.
"""
_CHANCE = 1e-4
_AT_ONE_PLACE = 3
"""Bases between two small changes of which one may be the other with an error: it may be written a
base or two beside."""
_MOST_COPIES_APART = 3
_LEAST_READS = 2
_LONGEST_EDGE = 12
"""Bases of a filler that may be the end of a copy with a base of the allele in it."""


def corrected(haplotype: Haplotype, reads: OwnReads) -> Haplotype:
    """The haplotype with the insertion that `corrected_insertion` finds."""
    insertion = corrected_insertion(haplotype, reads)
    if insertion == haplotype.insertion:
        return haplotype
    better = replace(haplotype, change=insertion)
    return better if better.is_well_formed else haplotype


def corrected_insertion(haplotype: Haplotype, reads: OwnReads) -> Insertion:
    """The insertion with the bases that its own reads agree on within the two copies.

    Their mates count where they reach out of the copies, which tells of which one they are. A base
    that differs from the reference in both copies alike belongs to the allele, not to the
    duplication. Where a change beside stands in one copy, the inserted bases are asked alone.
    """
    insertion = haplotype.insertion
    assert insertion is not None
    duplication = haplotype.duplication
    if _holds_change_beside(haplotype, duplication):
        duplication = Duplication(insertion.start, insertion.start, insertion.inserted)
    shown = _Shown.over(haplotype, duplication, reads)
    if reads.plain is not None and len(duplication):
        fragments = distinct(reads.matrix.fragment[reads.own])
        shown = shown.with_mates(haplotype, duplication, reads.plain, fragments)
    for longer in _longer_copies(duplication):
        if _holds_change_beside(haplotype, longer):
            continue
        found = _agreed(haplotype, longer, shown)
        if found is not None and not Haplotype(haplotype.reference, found).duplication.filler:
            return found
    return _agreed(haplotype, duplication, shown) or insertion


class _Shown(NamedTuple):
    """How many own reads show each base (rows A, C, G, T) well, from `start` of a haplotype on.

    `mates_differ`: two mates that are no own reads agree on another base than the haplotype's.
    """

    start: int
    counts: npt.NDArray[np.int64]
    mates_differ: bool

    @classmethod
    def over(cls, haplotype: Haplotype, duplication: Duplication, reads: OwnReads) -> _Shown:
        """Those of two copies, and of a short filler's length on both sides of them."""
        assert haplotype.insertion is not None
        filler = len(duplication.filler)
        beside = filler if filler <= _LONGEST_EDGE else 0
        begin = duplication.start + haplotype.shift_before(haplotype.insertion.start) - beside
        stop = begin + 2 * (len(duplication) + beside) + filler
        places = np.arange(begin, stop, dtype=np.int64)
        counts = np.zeros((4, stop - begin), dtype=np.int64)
        rows = np.flatnonzero(reads.own)
        for some in np.split(rows, range(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE)):
            counts += ShownBases.of(reads.matrix, reads.fitted, some, places).counts()
        mates = np.flatnonzero(_mates_reaching_out(duplication, begin + beside, reads))
        if not len(mates):
            return cls(begin, counts, mates_differ=False)
        of_mates = ShownBases.of(reads.matrix, reads.fitted, mates, places).counts()
        differing = encode("ACGT")[:, None] != haplotype.bases[begin:stop]
        return cls(begin, counts + of_mates, bool((differing & (of_mates >= _LEAST_READS)).any()))

    def with_mates(
        self,
        haplotype: Haplotype,
        duplication: Duplication,
        plain: PlainReads,
        fragments: npt.NDArray[np.int64],
    ) -> _Shown:
        """With what plain reads of some fragments show of the copy out of which they reach.

        Mates with other bases are not plain: where two agree, the plain ones must be asked too.
        """
        assert haplotype.insertion is not None
        counts = self.counts.copy()
        places = np.arange(duplication.start, duplication.end, dtype=np.int64)
        first = duplication.start + haplotype.shift_before(haplotype.insertion.start) - self.start
        second = first + haplotype.insertion.length
        for passing, column in ((duplication.start, first), (duplication.end, second)):
            least = 0 if self.mates_differ else LEAST_FRAGMENTS
            shown = plain.shown(fragments, places, haplotype.reference, passing, least)
            if shown is not None:
                counts[:, column : column + len(places)] += shown.counts()
        return self._replace(counts=counts)


def _mates_reaching_out(
    duplication: Duplication, begin: int, reads: OwnReads
) -> npt.NDArray[np.bool_]:
    """The mates of own reads that lie in one of two copies and go on beside both of them.

    The first copy is at `begin` of the haplotype. They fit the reference as well, but for bases in
    which the copy differs.
    """
    matrix, fitted, own, _ = reads
    if not len(duplication):
        return np.zeros(len(own), dtype=np.bool_)
    end = begin + 2 * len(duplication) + len(duplication.filler)
    passing = (fitted.start < begin) & (fitted.end > begin)
    passing |= (fitted.start < end) & (fitted.end > end)
    mates = passing & ~own
    mates[mates] = are_among(matrix.fragment[mates], matrix.fragment[own])
    return mates


def _holds_change_beside(haplotype: Haplotype, duplication: Duplication) -> bool:
    """Whether a change beside an ITD stands in what it duplicates: then its copies are unlike."""
    start, end = duplication.start, duplication.end
    return any(start < one.end and one.start < end for one in haplotype.beside)


def _longer_copies(duplication: Duplication) -> Iterator[Duplication]:
    """A duplication with its filler read as a copy of what stands behind or in front of the unit.

    A base of the allele near the end of the unit ends the likeness of a copy with the reference.
    """
    size = len(duplication.filler)
    if len(duplication) and 0 < size <= _LONGEST_EDGE:
        yield Duplication(duplication.start, duplication.end + size, "")
        yield Duplication(duplication.start - size, duplication.end, "")


def _agreed(haplotype: Haplotype, duplication: Duplication, shown: _Shown) -> Insertion | None:
    """The insertion with the bases that reads agree on in two copies; None where it is none."""
    insertion = haplotype.insertion
    assert insertion is not None
    begin = duplication.start + haplotype.shift_before(insertion.start)
    width = 2 * len(duplication) + len(duplication.filler)
    counts = shown.counts[:, begin - shown.start : begin - shown.start + width]
    total = counts.sum(axis=0)
    agreed = (counts.max(axis=0) >= _LEAST_READS) & (counts.max(axis=0) >= MAJORITY * total)
    current = haplotype.bases[begin : begin + width]
    consensus = np.where(agreed, encode("ACGT")[counts.argmax(axis=0)], current)
    copy = len(duplication)
    if copy:
        reference = encode(haplotype.reference[duplication.start : duplication.end])
        first_copy, second_copy = consensus[:copy], consensus[width - copy :]
        shared = (first_copy == second_copy) & (first_copy != reference)
        consensus[:copy][shared] = reference[shared]
        consensus[width - copy :][shared] = reference[shared]
    if np.array_equal(consensus, current):
        return insertion
    return insertion_between(
        haplotype.reference,
        duplication.start,
        duplication.end if copy else insertion.end,
        consensus.tobytes().decode("ascii"),
    )


def is_sequencing_error(
    child: Haplotype, child_support: int, parent: Haplotype, parent_support: int
) -> bool:
    """Whether errors in the reads of one haplotype could make as many reads like another."""
    distance = _distance(child, parent)
    if not distance:
        return distance == 0
    return may_be_misread(child_support, _ERROR_RATES[distance], parent_support)


def may_be_misread(support: int, share: float, parent_support: int) -> bool:
    """Whether such a share of errors could make as many fragments of another one's."""
    return share > 0 and at_least(support, share * parent_support) > _CHANCE


def is_misread_copy(
    child: Haplotype, child_support: int, parent: Haplotype, parent_support: int
) -> bool:
    """Whether errors in the reads of equal copies could make as many reads like other copies.

    Reads within equal copies fit any of them, so that the copy with the wrong base may stand in a
    haplotype with more or fewer copies than there are.
    """
    more = child.length_change - parent.length_change
    if not more or not may_be_misread(child_support, _ERROR_RATES[1], parent_support):
        return False
    number = parent
    for _ in range(_MOST_COPIES_APART):
        left = child.length_change - number.length_change
        nearer = (
            one
            for one in other_numbers(number, least=2)
            if 0 <= (child.length_change - one.length_change) * left < left * left
        )
        found = next(nearer, None)
        if found is None:
            return False
        number = found
        if number.length_change == child.length_change:
            return _distance(child, number) == 1
    return False


def differ_in_one_base(one: Haplotype, other: Haplotype) -> bool:
    """Whether two haplotypes are as long, and differ in one base."""
    mine, theirs = one.bases, other.bases
    return len(mine) == len(theirs) and int((mine != theirs).sum()) == 1


def _distance(one: Haplotype, other: Haplotype) -> int | None:
    """Edit distance of two haplotypes; None when it is greater than errors explain."""
    if abs(one.length_change - other.length_change) > len(_ERROR_RATES):
        return None
    start = min(part.start for part in (*one.parts, *other.parts)) - 1
    rest = len(one.reference) - max(part.end for part in (*one.parts, *other.parts)) - 1
    stretches = [each.sequence[start : len(each.sequence) - rest] for each in (one, other)]
    found: int = edlib.align(*stretches, k=max(_ERROR_RATES))["editDistance"]
    return None if found < 0 else found


def differ_beside(one: Haplotype, other: Haplotype) -> bool:
    """Whether two are one ITD or wild types, with small changes at different places.

    Whole patterns tell which there are: few reads show both what they differ by and the junction,
    and what shows that one lacks a change is none of its junctions. Errors of a change make
    another one at its own place.
    """
    if one.change != other.change:
        return False
    mine, theirs = set(one.beside) - set(other.beside), set(other.beside) - set(one.beside)
    return not any(
        this.start <= that.end + _AT_ONE_PLACE and that.start <= this.end + _AT_ONE_PLACE
        for this in mine
        for that in theirs
    )


def compete(one: Haplotype, other: Haplotype) -> bool:
    """Whether two changes lie so close together that reads may fit both."""
    mine, theirs = touched_span(one), touched_span(other)
    return mine[0] <= theirs[1] + WIDEST_ANCHOR and theirs[0] <= mine[1] + WIDEST_ANCHOR
