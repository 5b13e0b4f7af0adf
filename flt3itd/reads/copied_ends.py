"""Ends of fragments told by places and by the bases of reads: the same for copies of one molecule.

A read over an ITD lies on either copy, or has a gap, or has no place at all: an error tells which.
So copies of one molecule end at places that are an ITD apart. Their bases are the same but for
errors, and tell it. All coordinates 0-based.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import product
from operator import ne
from typing import NamedTuple

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.library import NOWHERE, ReadSpans
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

Ends = tuple[Hashable, Hashable]
"""Where the two ends of a fragment are: a place, or the first bases of a read without one."""
Texts = Mapping[tuple[int, int], str]
"""The bases of reads whose place may be another one, first base first, by fragment and end."""

_WORDS = ((0, 8), (8, 16), (16, 24))
"""Words of which two copies share one: always where at most two errors are in them; of 1,000 pairs
of reads with 1% errors three do not, (1 - 0.98^8)^3."""
_FEWEST = 24
"""Bases of a read that tell its end: those of the words. Fewer meet by chance."""
_ERRORS = 0.04
"""Of the bases, those in which two copies may differ: twice the errors of poor reads (2%)."""
_LEAST_KINDS = 3
"""Bases of a read that are of the second most frequent kind: G alone is what dark cycles read."""


class _End(NamedTuple):
    """One end of a fragment: its place, and the bases of its read where the place may be wrong."""

    place: Hashable
    text: str | None

    def is_as(self, other: _End) -> bool:
        """Whether it may be the same end, by place or by bases."""
        if self.place == other.place:
            return True
        return self.text is not None and other.text is not None and _alike(self.text, other.text)

    def handles(self) -> Iterator[Hashable]:
        """What it shares some of with any end that may be the same."""
        yield self.place
        if self.text is not None:
            for first, last in _WORDS:
                yield first, self.text[first:last]


def with_copies_joined(ends: Sequence[Ends | None], texts: Texts) -> list[Hashable | None]:
    """The ends of fragments, those of the first copy for all copies of it that have `texts`.

    Two fragments are copies where at each end places are the same or bases are. Of fragments whose
    reads all have one place only, and of those whose ends are not known (None), nothing changes.
    """
    joined: list[Hashable | None] = list(ends)
    known: dict[tuple[Hashable, ...], Hashable] = {}
    kept: dict[Hashable, list[tuple[tuple[_End, _End], Hashable]]] = {}
    for fragment, places in enumerate(ends):
        if places is None:
            continue
        one, other = (_end(place, texts.get((fragment, at))) for at, place in enumerate(places))
        if one.text is None and other.text is None:
            continue
        same = (*places, one.text, other.text)
        if same not in known:
            known[same] = _joined((one, other), places, kept)
        joined[fragment] = known[same]
    return joined


def _joined(
    pair: tuple[_End, _End],
    places: Ends,
    kept: dict[Hashable, list[tuple[tuple[_End, _End], Hashable]]],
) -> Hashable:
    """The ends of the first fragment that it may be a copy of, or its own; noted for the next."""
    handles = list(product(pair[0].handles(), pair[1].handles()))
    found: Hashable = places
    for handle in handles:
        copied = (
            first
            for other, first in kept.get(handle, ())
            if pair[0].is_as(other[0]) and pair[1].is_as(other[1])
        )
        if (first := next(copied, None)) is not None:
            found = first
            break
    for handle in handles:
        there = kept.setdefault(handle, [])
        if not any(first == found for _, first in there):
            there.append((pair, found))
    return found


def _end(place: Hashable, text: str | None) -> _End:
    """An end with the bases that tell it: of its read, or, without a place, those known of it."""
    if text is None and isinstance(place, str):
        text = place
    return _End(place, text if text is not None and _tells(text) else None)


def _tells(text: str) -> bool:
    """Whether bases are enough to tell an end by, and of more than one kind."""
    if len(text) < _FEWEST:
        return False
    return sorted(map(text.count, "ACGT"))[-2] >= _LEAST_KINDS


def _alike(one: str, other: str) -> bool:
    """Whether two reads have the same bases, as far as both go, but for errors."""
    differing: int = sum(map(ne, one, other))
    return differing <= max(1, int(_ERRORS * min(len(one), len(other))))


def texts_by_mate(reads: ReadSet) -> Texts:
    """The bases of the reads that may lie elsewhere; end 0 is that of the first read."""
    found = {(read.fragment, int(read.is_read2)): _as_read(read) for read in reads.unplaced}
    found.update({(read.fragment, int(read.is_read2)): _as_read(read) for read in reads.split})
    return found


def ends_and_texts(reads: ReadSet, spans: ReadSpans) -> tuple[list[Ends | None], Texts]:
    """The ends of fragments with two reads, on the left and on the right, and the texts of both.

    An end is where its read begins, clipped bases included. A read without a place stands at the
    end that its mate leaves, told by its bases. None of any other fragment.
    """
    strands = np.zeros((2, len(spans.first)), dtype=np.int64)
    np.add.at(strands, (spans.reverse.astype(np.int64), spans.fragment), 1)
    both = (strands > 0).all(axis=0)
    first, last = spans.ends_of_fragments()
    begin = np.full(len(first), NOWHERE, dtype=np.int64)
    stop = np.full(len(first), -NOWHERE, dtype=np.int64)
    forward = ~spans.reverse
    np.minimum.at(begin, spans.fragment[forward], spans.whole_start[forward])
    np.maximum.at(stop, spans.fragment[spans.reverse], spans.whole_end[spans.reverse])
    left = np.where(both, begin, first).tolist()
    right = np.where(both, stop, last).tolist()
    ends: list[Ends | None] = [
        (one, other) if paired else None
        for one, other, paired in zip(left, right, spans.paired.tolist(), strict=True)
    ]
    texts: dict[tuple[int, int], str] = {}
    for read in reads.unplaced:
        alone = read.fragment
        if ends[alone] is None and strands[:, alone].sum() == 1:
            end = int(strands[0, alone])
            texts[alone, end] = text = _as_read(read)
            ends[alone] = (left[alone], text) if end else (text, right[alone])
    alone_or_both = both | (strands.sum(axis=0) == 1)
    for one in reads.split:
        if alone_or_both[one.fragment]:
            texts[one.fragment, int(one.is_reverse)] = _as_read(one)
    return ends, texts


def _as_read(read: SplitRead | UnplacedRead) -> str:
    """The bases of a read in the order in which they were read."""
    return reverse_complement(read.sequence) if read.is_reverse else read.sequence
