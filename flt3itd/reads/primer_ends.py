"""Where reads of amplicons begin: at primers, but for joined products and reads of a capture."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.columns import distinct
from flt3itd.reads.library import Booleans, Integers, ReadSpans
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

_NEAR = 5
"""Bases about a primer within which fragments begin: primers may be trimmed away in part."""
_AROUND = 50
"""Bases about it to which they are compared."""
_COMMON_SHARE = 0.02
"""Of the ends on a strand, so many near a place make it that of a primer. Of a capture of a few
hundred bases up to as many lie near each place."""
_PEAK, _LEAST = 0.6, 5
"""Or so many of those around it, and so many ends: a primer of few fragments."""
_FIRST, _WORD = 24, 8
"""First bases of a read, in words, of which one is that of a primer where it begins there."""
_MOST_JOINED = 0.05
"""Of the fragments: PCR joins one or two in a hundred."""


def share_scattered(spans: ReadSpans) -> float:
    """The share of fragments none of whose reads begins at a primer, of those whose begin is known.

    A read that is clipped where it begins tells nothing.
    """
    known = np.zeros(len(spans.first), dtype=np.bool_)
    at_primer = known.copy()
    for rows, begin in _begins(spans):
        here = begin.is_common | begin.is_peak
        known[spans.fragment[rows]] = True
        at_primer[spans.fragment[rows[here]]] = True
    return int((known & ~at_primer).sum()) / max(1, int(known.sum()))


def leave_out_joined_products(reads: ReadSet, reference: str, spans: ReadSpans) -> None:
    """Take fragments out of amplicons of which one read begins at a primer, and the other does not.

    PCR joined their product to another molecule, and its copies are alike: those of one that jumps
    back would be fragments of a long ITD, whose product has both primers. Where such fragments are
    many, one end was sheared, or second reads are of another kind. A read that is clipped where it
    begins is told by its first bases.
    """
    at_primer = np.zeros(len(spans.first), dtype=np.bool_)
    elsewhere = np.zeros(len(spans.start), dtype=np.bool_)
    unknown = np.ones(len(spans.start), dtype=np.bool_)
    primers = []
    for (rows, begin), strand in zip(_begins(spans), (False, True), strict=True):
        here = begin.is_common  # so many copies of one product begin together, too
        places = (spans.end if strand else spans.start)[rows[here]]
        primers += [_about(place, strand, reference) for place in distinct(places).tolist()]
        at_primer[spans.fragment[rows[here]]] = True
        elsewhere[rows[~here]] = True
        unknown[rows[here]] = False
    words = "-".join(primers)
    joined = np.zeros(len(at_primer), dtype=np.bool_)
    rest = np.flatnonzero(unknown[spans.first_split :]).tolist()
    asked: list[SplitRead | UnplacedRead] = [*(reads.split[row] for row in rest), *reads.unplaced]
    for read in asked:
        first = _first_bases(read)
        if first:
            begins = any(first[at : at + _WORD] in words for at in range(0, _FIRST, _WORD))
            (at_primer if begins else joined)[read.fragment] = True
    joined[spans.fragment[: spans.first_split][elsewhere[: spans.first_split]]] = True
    joined &= at_primer
    if 0 < joined.sum() <= _MOST_JOINED * at_primer.sum():
        reads.keep((~joined).tolist())


class _Begin(NamedTuple):
    """Which 5' ends lie where many of all do, and which where most of those around them do."""

    is_common: Booleans
    is_peak: Booleans

    @classmethod
    def of(cls, places: Integers) -> _Begin:
        """Of the 5' ends on one strand."""
        if not len(places):
            return cls(np.zeros(0, dtype=np.bool_), np.zeros(0, dtype=np.bool_))
        begin = places - places.min() + _AROUND + 1
        up_to = np.cumsum(np.bincount(begin, minlength=int(begin.max()) + 1 + _AROUND))
        near = up_to[begin + _NEAR] - up_to[begin - _NEAR - 1]
        around = up_to[begin + _AROUND] - up_to[begin - _AROUND - 1]
        return cls(near >= _COMMON_SHARE * len(places), (near >= _LEAST) & (near >= _PEAK * around))


def _begins(spans: ReadSpans) -> Iterator[tuple[Integers, _Begin]]:
    """For each strand the rows of reads that are not clipped where they begin, and where it is."""
    for strand, place, clipped in (
        (False, spans.start, spans.clipped_first),
        (True, spans.end, spans.clipped_last),
    ):
        rows = np.flatnonzero((spans.reverse == strand) & (clipped == 0))
        yield rows, _Begin.of(place[rows])


def _about(place: int, strand: bool, reference: str) -> str:
    """The bases of a primer whose reads begin at a place, as they are read."""
    if strand:
        return reverse_complement(reference[max(0, place - _FIRST) : place])
    return reference[max(0, place) : place + _FIRST]


def _first_bases(read: SplitRead | UnplacedRead) -> str:
    """The bases that a read begins with; empty where they are few or unknown."""
    bases = read.sequence
    first = reverse_complement(bases[-_FIRST:]) if read.is_reverse else bases[:_FIRST]
    return "" if len(first) < _FIRST or "N" in first else first
