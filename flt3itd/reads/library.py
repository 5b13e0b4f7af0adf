"""The library behind the reads: fragment shapes, and depth at each base."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray
from flt3itd.reads.read_set import ReadSet

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

_MOST_SHAPES = 150
_LONGEST_FRAGMENT = 2000
_ENOUGH_PAIRS = 300
"""Pairs from which on rare lengths are among them: two for each shape."""
NOWHERE = np.iinfo(np.int64).max


class FragmentShapes(NamedTuple):
    """The read and fragment lengths of a sample, with weights that sum to 1.

    A row is one shape: the left read covers [0, left), the right one [length - right, length);
    for an unpaired read `right` is 0.
    """

    left: Integers
    right: Integers
    length: Integers
    weight: Floats


class _Pairs(NamedTuple):
    """Both reads of each fragment that has two, left one first.

    Starts and ends are template coordinates of the aligned parts; `left_length` and
    `right_length` are whole read lengths, clips included.
    """

    left_start: IntArray
    left_end: IntArray
    right_end: IntArray
    left_length: IntArray
    right_length: IntArray

    @property
    def outer_end(self) -> IntArray:
        """Where the fragment ends on the right."""
        return np.maximum(self.left_end, self.right_end)


def _whole_pairs(reads: ReadSet) -> _Pairs:
    """The pairs of plain reads; of noisy reads, few of which are, all that lie in one piece."""
    found = _pairs(reads, np.array([], dtype=np.int64))
    if len(found.left_start) >= _ENOUGH_PAIRS:
        return found
    split = reads.columns()
    return _pairs(reads, np.setdiff1d(np.arange(split.length.size), split.with_gap_or_clip))


def _all_pairs(reads: ReadSet) -> _Pairs:
    return _pairs(reads, np.arange(reads.columns().length.size))


def _pairs(reads: ReadSet, split: Integers) -> _Pairs:
    """The pairs of plain reads and of some of the split ones (their rows)."""
    start, end, fragment = reads.plain()
    length = end - start
    if len(split):
        split_start, split_end, split_fragment = reads.split_intervals()
        start = np.concatenate((start, split_start[split]))
        end = np.concatenate((end, split_end[split]))
        fragment = np.concatenate((fragment, split_fragment[split]))
        length = np.concatenate((length, reads.columns().length[split]))
    left, right = rows_of_mates(start, end, fragment)
    return _Pairs(start[left], end[left], end[right], length[left], length[right])


def rows_of_mates(start: IntArray, end: IntArray, fragment: IntArray) -> tuple[IntArray, IntArray]:
    """The rows of the two reads of each fragment that has two: of the left one, and the other."""
    counts = np.bincount(fragment)
    if counts.max(initial=0) > 2:  # reads of RNA that share a name: each with the next one
        order = np.lexsort((end, start, fragment))
        same = np.flatnonzero(np.diff(fragment[order]) == 0)
        return order[same], order[same + 1]
    first, last = np.empty_like(counts), np.empty_like(counts)
    rows = np.arange(len(fragment))
    last[fragment] = rows
    first[fragment[::-1]] = rows[::-1]
    one, other = first[counts == 2], last[counts == 2]
    turned = (start[other] < start[one]) | ((start[other] == start[one]) & (end[other] < end[one]))
    return np.where(turned, other, one), np.where(turned, one, other)


class ReadSpans(NamedTuple):
    """Where all reads lie, plain ones first: template coordinates, half-open.

    `start` and `end` are those of the aligned part, before and behind which so many bases are
    clipped (`clipped_first`, `clipped_last`); `length` is that of the whole read. `reverse` tells
    whether it lies on the reverse strand, `read_2` whether it is a second read. By fragment: the
    `first` and `last` of these coordinates, and whether it has two reads. The rows of split reads
    begin at `first_split`.
    """

    start: IntArray
    end: IntArray
    fragment: IntArray
    length: IntArray
    clipped_first: IntArray
    clipped_last: IntArray
    reverse: Booleans
    read_2: Booleans
    first: IntArray
    last: IntArray
    paired: Booleans
    first_split: int

    @property
    def unclipped(self) -> Booleans:
        """Reads of which nothing is clipped."""
        none: Booleans = (self.clipped_first == 0) & (self.clipped_last == 0)
        return none

    @property
    def whole_start(self) -> IntArray:
        """Where the reads would begin, clipped bases included."""
        return self.start - self.clipped_first

    @property
    def whole_end(self) -> IntArray:
        """Where they would end."""
        return self.end + self.clipped_last

    @property
    def longest_clip(self) -> int:
        """The most bases clipped at one end of a read."""
        return int(max(self.clipped_first.max(initial=0), self.clipped_last.max(initial=0)))

    def split_of(self, fragments: Booleans) -> list[int]:
        """Which of the split reads are of fragments that are marked."""
        found: list[int] = np.flatnonzero(fragments[self.fragment[self.first_split :]]).tolist()
        return found

    def of_mates(self, values: IntArray) -> IntArray:
        """The values (by read) of first and second reads, by fragment; `NOWHERE` of none."""
        table = np.full((2, len(self.first)), NOWHERE, dtype=np.int64)
        table[self.read_2.astype(np.int64), self.fragment] = values
        return table

    def facing(self, chosen: Booleans) -> tuple[IntArray, IntArray]:
        """Where forward reads begin and their reverse mates do, clipped bases included.

        Of the pairs both of whose reads are `chosen`.
        """
        ends = np.full((2, len(self.first)), NOWHERE, dtype=np.int64)
        forward, reverse = chosen & ~self.reverse, chosen & self.reverse
        ends[0, self.fragment[forward]] = self.whole_start[forward]
        ends[1, self.fragment[reverse]] = self.whole_end[reverse]
        both = (ends != NOWHERE).all(axis=0)
        return ends[0, both], ends[1, both]

    def ends_of_fragments(self) -> tuple[IntArray, IntArray]:
        """Both ends of each fragment, clipped bases included.

        With them a molecule that is cut at a junction has its own ends: aligned ends stop there.
        """
        first = np.full(len(self.first), NOWHERE, dtype=np.int64)
        last = np.full(len(self.last), -NOWHERE, dtype=np.int64)
        np.minimum.at(first, self.fragment, self.whole_start)
        np.maximum.at(last, self.fragment, self.whole_end)
        return first, last


def read_spans(reads: ReadSet) -> ReadSpans:
    """The spans of all reads of a set."""
    start, end, fragment = reads.plain()
    split_start, split_end, split_fragment = reads.split_intervals()
    split = reads.columns()
    unclipped = np.zeros_like(start)
    length = np.concatenate((end - start, split.length))
    start, end = np.concatenate((start, split_start)), np.concatenate((end, split_end))
    fragment = np.concatenate((fragment, split_fragment))
    size = max(reads.fragments, int(fragment.max(initial=-1)) + 1)
    first = np.full(size, NOWHERE, dtype=np.int64)
    last = np.full(size, -1, dtype=np.int64)
    np.minimum.at(first, fragment, start)
    np.maximum.at(last, fragment, end)
    return ReadSpans(
        start,
        end,
        fragment,
        length,
        np.concatenate((unclipped, split.clipped_first)),
        np.concatenate((unclipped, split.clipped_last)),
        reads.reverse(),
        np.concatenate((reads.plain_bits(Flag.READ_2), split["is_read2"] != 0)),
        first,
        last,
        np.bincount(fragment, minlength=size) > 1,
        len(reads.plain_start),
    )


def plain_pairs(reads: ReadSet) -> tuple[IntArray, IntArray]:
    """Start and end (template coordinates) of the fragments both of whose reads are plain.

    Where these are few, of all whose reads lie on the reference in one piece.
    """
    pairs = _whole_pairs(reads)
    usable = pairs.outer_end - pairs.left_start <= _LONGEST_FRAGMENT
    return pairs.left_start[usable], pairs.outer_end[usable]


def plain_fragments(reads: ReadSet) -> tuple[IntArray, IntArray]:
    """Start and end of the plain pairs, or where there is none, of each plain read."""
    start, end = plain_pairs(reads)
    if not len(start):
        start, end, _ = reads.plain()
    return start, end


def fragment_shapes(reads: ReadSet) -> FragmentShapes:
    """Read and fragment lengths of the sample, from its plain pairs (or single reads).

    Raises ValueError when there is no read.
    """
    pairs = _whole_pairs(reads)
    length = pairs.outer_end - pairs.left_start
    usable = length <= _LONGEST_FRAGMENT
    if np.any(usable):
        return representative(pairs.left_length[usable], pairs.right_length[usable], length[usable])
    return _single_shapes(reads)


def _single_shapes(reads: ReadSet) -> FragmentShapes:
    """Every read as a fragment of its own."""
    start, end, _ = reads.plain()
    single = np.concatenate((end - start, reads.columns().length))
    return representative(single, np.zeros_like(single), single)


def amplicon_shapes(reads: ReadSet) -> FragmentShapes:
    """Read lengths of the pairs of an amplicon assay (or single reads), clipped adapters included.

    A read that shows all of its molecule would show more of a longer one: as much as the longest.

    Raises ValueError when there is no read.
    """
    pairs = _all_pairs(reads)
    if not len(pairs.left_start):
        return _single_shapes(reads)
    length = pairs.outer_end - pairs.left_start
    left, right = (
        np.where(read < length, read, read.max())
        for read in (pairs.left_length, pairs.right_length)
    )
    return representative(left, right, length)


def representative(left: IntArray, right: IntArray, length: IntArray) -> FragmentShapes:
    """At most 150 shapes, evenly spaced in the sorted list, for all of them.

    Deterministic, and far finer than the spread of fragment lengths.
    """
    if not len(left):
        raise ValueError("no reads to take lengths from")
    order = np.lexsort((right, left, length))
    if len(order) > _MOST_SHAPES:
        order = order[np.linspace(0, len(order) - 1, _MOST_SHAPES).round().astype(np.int64)]
    weight = np.full(len(order), 1.0 / len(order))
    return FragmentShapes(left[order], right[order], length[order], weight)


def informative_depth(
    starts: IntArray, ends: IntArray, fragments: IntArray, anchor: int, region: tuple[int, int]
) -> npt.NDArray[np.int64]:
    """Fragments that show each base of a region with `anchor` bases on both sides of it.

    Intervals and region in locus coordinates, half-open; the mates of a fragment count once.
    """
    begin, stop = region
    change = np.zeros(stop - begin + 1, dtype=np.int64)
    low, high = starts + anchor, ends - anchor
    kept = high > low
    low, high, fragments = low[kept], high[kept], fragments[kept]
    _add(change, low, high, 1, begin, stop)
    left, right = rows_of_mates(low, high, fragments)
    both_low, both_high = low[right], np.minimum(high[left], high[right])
    overlap = both_high > both_low
    _add(change, both_low[overlap], both_high[overlap], -1, begin, stop)
    return np.cumsum(change)[:-1]


def _add(
    change: npt.NDArray[np.int64], low: IntArray, high: IntArray, by: int, begin: int, stop: int
) -> None:
    size = len(change)
    change += by * np.bincount(np.clip(low, begin, stop) - begin, minlength=size)
    change -= by * np.bincount(np.clip(high, begin, stop) - begin, minlength=size)
