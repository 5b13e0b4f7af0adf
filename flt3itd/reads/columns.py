"""Fields of many records as columns: a pass for each field, not all steps for each record."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.alignment import ALIGNED, Flag
from flt3itd.reads.tally import Tally

IntArray = npt.NDArray[np.int64]
Bases = npt.NDArray[np.uint8]
Read = TypeVar("Read")

_AT_ONCE = 2048
"""Reads that are taken together: a megabyte or so, whatever the depth; with 4096 of 250 bases a
call takes longer."""
_DENSE = 8
"""Numbers between lowest and highest for each one: so many are sooner counted than sorted."""
_PIECE = (int(Flag.SUPPLEMENTARY), int(Flag.SECONDARY))
"""What a piece of a read is marked as: the latter by bwa mem -M."""
_ALIGNED_LETTERS = "".join("MIDNSHP=X"[code] for code in ALIGNED)

_cigar_of, _name_of = attrgetter("cigarstring"), attrgetter("query_name")


def batches(reads: Iterable[Read]) -> Iterator[list[Read]]:
    """All reads in their order, some at a time."""
    rest = iter(reads)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def column(records: Sequence[object], field: str) -> IntArray:
    """A number that every record has, by its name in the record."""
    return np.fromiter(map(attrgetter(field), records), np.int64, len(records))


def names_of(records: Iterable[pysam.AlignedSegment]) -> list[str | None]:
    """The names of some records: to be asked once, since each time a new text is made."""
    return list(map(_name_of, records))


def distinct(numbers: IntArray) -> IntArray:
    """The different ones of some numbers, in order.

    The same as `numpy.unique`, which loads `numpy.ma`: a hundredth of a second.
    """
    in_order = np.sort(numbers)
    is_first = np.ones(len(in_order), dtype=np.bool_)
    is_first[1:] = in_order[1:] != in_order[:-1]
    return in_order[is_first]


def rows_of_each(numbers: IntArray) -> IntArray:
    """The rows of the first of each of the different numbers, in order of these."""
    order = np.argsort(numbers, kind="stable")
    is_first = np.ones(len(order), dtype=np.bool_)
    is_first[1:] = np.diff(numbers[order]) != 0
    return order[is_first]


def are_among(numbers: IntArray, some: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Which numbers are among some others: of fragments or places, which do not lie far apart.

    By a table from the least to the greatest of the others; `numpy.isin` alone may sort them, which
    loads `numpy.ma`: a hundredth of a second.
    """
    found: npt.NDArray[np.bool_] = np.isin(numbers, np.asarray(some, np.int64), kind="table")
    return found


def count_distinct(numbers: IntArray) -> int:
    """How many different numbers there are."""
    if not len(numbers):
        return 0
    low, high = int(numbers.min()), int(numbers.max())
    if high - low < _DENSE * len(numbers):  # as numbers of fragments are: no need to sort them
        return int(np.count_nonzero(np.bincount(numbers - low)))
    return len(distinct(numbers))


def stretches(bases: Bases, width: int) -> Bases:
    """All stretches of so many bases (ASCII, side by side in memory), a row for each; no copy.

    The same as numpy's `sliding_window_view`, which takes ten times as long.
    """
    shape = len(bases) - width + 1, width
    return np.ndarray(shape, bases.dtype, bases, strides=2 * bases.strides)


def true_by_row(rows: npt.NDArray[np.bool_]) -> IntArray:
    """How many are true in each row, of 65,535 at most.

    Bytes are added: numpy makes eight of each boolean before it adds them.
    """
    found: IntArray = rows.view(np.uint8).sum(axis=1, dtype=np.uint16).astype(np.int64)
    return found


def append_all(values: array[int], added: IntArray) -> None:
    """Put numbers behind those of an array, in its type."""
    values.frombytes(added.astype(values.typecode).tobytes())


def without_skipped(
    records: Sequence[pysam.AlignedSegment],
    skipped_flags: int,
    tally: Tally,
    pieces: list[pysam.AlignedSegment] | None = None,
) -> tuple[Sequence[pysam.AlignedSegment], IntArray]:
    """The records that have none of `skipped_flags`, and their FLAGs; the others are counted.

    `pieces` takes those that are left out for nothing but that they are pieces of a read.
    """
    flags = column(records, "flag")
    skipped = flags & skipped_flags
    if not np.any(skipped):
        return records, flags
    kept = []
    for record, marks in zip(records, skipped.tolist(), strict=True):
        if marks:
            tally.add_left_out(record.cigartuples, marks)
            if pieces is not None and marks in _PIECE and record.has_tag("SA"):
                pieces.append(record)
        else:
            kept.append(record)
    return kept, flags[skipped == 0]


class PieceLengths(dict[str | None, int]):
    """By CIGAR the length of a read that is aligned in one piece; `NOT_ONE` of any other."""

    NO_CIGAR, NOT_ONE = -2, -1

    def __missing__(self, cigar: str | None) -> int:
        """The length for a CIGAR that was not asked for before."""
        if not cigar:
            return self.NO_CIGAR
        if cigar[-1] not in _ALIGNED_LETTERS or not cigar[:-1].isdecimal():
            return self.NOT_ONE
        self[cigar] = length = int(cigar[:-1])
        return length

    def of(self, records: Sequence[pysam.AlignedSegment]) -> IntArray:
        """The same for some records, as a column."""
        return np.fromiter(map(self.__getitem__, map(_cigar_of, records)), np.int64, len(records))
