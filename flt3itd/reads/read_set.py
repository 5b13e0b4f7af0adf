"""The reads over a region, by fragment: plain ones as intervals, the others with their bases."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter, is_not
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.reads.alignment import READ_2, REVERSE, Flag
from flt3itd.reads.columns import IntArray, append_all, column
from flt3itd.reads.groups import Groups
from flt3itd.reads.mismatches import SingleMismatches, differing_bases
from flt3itd.reads.tally import Tally

PLAIN_MISMATCHES = 1
"""A read with more mismatches may be a mutant one that the aligner forced onto the reference."""

_LENGTH = "length"

_sequence_of = attrgetter("sequence")


class SplitRead(NamedTuple):
    """A read that is not plain, with the alignment's two ends as diagonals.

    A diagonal is the locus coordinate that query base 0 would have if the read lay ungapped on
    the reference there. `first_diagonal` belongs to the first aligned block, `last_diagonal` to
    the last; they differ by the net inserted length. `aligned_start` and `aligned_end` bound the
    aligned part of the query, 0-based half-open: what lies outside is soft clipped. The first
    aligned block, without inserted or deleted bases, ends before `first_block_end`. The sequence
    is plus strand; of a reverse read its last base was read first.
    """

    fragment: int
    first_diagonal: int
    last_diagonal: int
    aligned_start: int
    aligned_end: int
    first_block_end: int
    sequence: str
    qualities: bytes
    is_reverse: bool = False
    is_read2: bool = False

    @property
    def start(self) -> int:
        """Where the aligned part begins, a locus coordinate."""
        return self.first_diagonal + self.aligned_start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.last_diagonal + self.aligned_end

    @property
    def longest_clip(self) -> int:
        """The most bases clipped at one end."""
        return max(self.aligned_start, len(self.sequence) - self.aligned_end)


class SplitColumns:
    """Numbers of split reads as columns, by field; each is made when it is first asked for."""

    def __init__(self, reads: Sequence[SplitRead]) -> None:
        self.reads = list(reads)
        self._columns: dict[str, IntArray] = {}

    def __getitem__(self, field: str) -> IntArray:
        """A field of every read, by its name in `SplitRead`."""
        if field not in self._columns:
            self._columns[field] = _column(self.reads, field)
        return self._columns[field]

    def rows(self, rows: IntArray) -> SplitColumns:
        """Some of the reads, with the columns that were made of all."""
        found = SplitColumns([self.reads[row] for row in rows.tolist()])
        found._columns = {name: values[rows] for name, values in self._columns.items()}
        return found

    def of_changed(self, reads: Sequence[SplitRead]) -> SplitColumns:
        """The columns of as many reads, most of which are the same ones in the same rows."""
        found = SplitColumns(reads)
        is_other = np.fromiter(map(is_not, self.reads, found.reads), np.bool_, len(reads))
        rows = np.flatnonzero(is_other)
        others = [found.reads[row] for row in rows.tolist()]
        for name, values in self._columns.items():
            found._columns[name] = values.copy()
            found._columns[name][rows] = _column(others, name)
        return found

    @property
    def length(self) -> IntArray:
        """The bases of each read, clipped ones included."""
        return self[_LENGTH]

    @property
    def gap(self) -> IntArray:
        """By how much the two diagonals differ: bases inserted, or deleted where below zero."""
        return self["first_diagonal"] - self["last_diagonal"]

    @property
    def clipped_first(self) -> IntArray:
        """The bases that are clipped on the left."""
        return self["aligned_start"]

    @property
    def clipped_last(self) -> IntArray:
        """The bases that are clipped on the right."""
        return self.length - self["aligned_end"]

    @property
    def with_gap_or_clip(self) -> IntArray:
        """The rows of the reads that are not aligned in one piece from end to end."""
        return np.flatnonzero(self.gap | self.clipped_first | self.clipped_last)

    @property
    def is_reverse(self) -> npt.NDArray[np.bool_]:
        """Which reads lie on the reverse strand."""
        found: npt.NDArray[np.bool_] = self["is_reverse"] != 0
        return found


def _column(reads: Sequence[SplitRead], field: str) -> IntArray:
    """A field of every read, or its length, clipped bases included."""
    if field == _LENGTH:
        return np.fromiter(map(len, map(_sequence_of, reads)), np.int64, len(reads))
    return column(reads, field)


class UnplacedRead(NamedTuple):
    """A read whose mate lies over a region and which has no place there: its bases are new there.

    The sequence is as an aligner wrote it, turned where `is_reverse`.
    """

    fragment: int
    sequence: str
    qualities: bytes
    is_reverse: bool
    is_read2: bool


@dataclass
class ReadSet:
    """All reads over a region, by fragment (the reads of one name share a fragment number).

    `family_reads` are by fragment the reads that it is the consensus of, and `family_umis` its UMI
    (`flt3itd.reads.alignment_file.family_umi`); empty where that is not known. `mismatches` are
    those of plain reads near the target, to link them with an ITD. `unplaced` may lie on a mutant
    (`flt3itd.insertions.strays`). `groups` are the lanes or read groups of the fragments, where
    they were noted. `cut_in_front` are the bases that were cut off the 5' ends of reads, by
    twice the fragment, and one more of second reads.
    """

    plain_start: array[int] = field(default_factory=lambda: array("i"))
    plain_end: array[int] = field(default_factory=lambda: array("i"))
    plain_fragment: array[int] = field(default_factory=lambda: array("i"))
    plain_flag: array[int] = field(default_factory=lambda: array("H"))
    split: list[SplitRead] = field(default_factory=list)
    family_reads: array[int] = field(default_factory=lambda: array("I"))
    family_umis: array[int] = field(default_factory=lambda: array("Q"))
    fragments: int = 0
    reads: int = 0
    tally: Tally = field(default_factory=Tally)
    mismatches: SingleMismatches = field(default_factory=SingleMismatches)
    unplaced: list[UnplacedRead] = field(default_factory=list)
    groups: Groups = field(default_factory=Groups)
    cut_in_front: Counter[int] = field(default_factory=Counter)
    _plain: tuple[IntArray, IntArray, IntArray] | None = field(
        default=None, init=False, repr=False, compare=False
    )
    _columns: SplitColumns | None = field(default=None, init=False, repr=False, compare=False)

    def add_plain(self, start: int, length: int, fragment: int, flag: int = 0) -> None:
        """Add a read that lies on the reference from its first base to its last.

        Of `flag` (as in BAM) the bits for the strand and the number of the mate matter.
        """
        self._plain = None
        self.plain_start.append(start)
        self.plain_end.append(start + length)
        self.plain_fragment.append(fragment)
        self.plain_flag.append(flag)

    def add_plain_read(self, read: SplitRead) -> None:
        """Add a read that was split and lies on the reference from end to end now."""
        flag = REVERSE * read.is_reverse | READ_2 * read.is_read2
        self.add_plain(read.first_diagonal, len(read.sequence), read.fragment, flag)

    def add_if_plain(self, read: SplitRead, reference: str) -> bool:
        """Add a read of which something was cut or put back, if it is plain now; whether it is.

        A mismatch that it has is counted and noted.
        """
        mismatches = plain_mismatches(read, reference)
        if mismatches is None:
            return False
        if mismatches:
            start = read.first_diagonal
            self.tally.plain_mismatches += mismatches
            self.mismatches.note(read.fragment, read.sequence, start, reference)
        self.add_plain_read(read)
        return True

    def add_plain_columns(
        self, start: IntArray, length: IntArray, fragment: IntArray, flag: IntArray
    ) -> None:
        """Add many such reads."""
        self._plain = None
        append_all(self.plain_start, start)
        append_all(self.plain_end, start + length)
        append_all(self.plain_fragment, fragment)
        append_all(self.plain_flag, flag)

    def of_families(self, least_reads: int) -> ReadSet:
        """The reads of fragments that are the consensus of at least so many; none if unknown."""
        if not self.family_reads:
            return ReadSet()
        larger = ReadSet(
            self.plain_start[:],
            self.plain_end[:],
            self.plain_fragment[:],
            self.plain_flag[:],
            self.split[:],
            self.family_reads,
            self.family_umis,
            self.fragments,
            unplaced=self.unplaced[:],
        )
        larger.keep([size >= least_reads for size in self.family_reads])
        larger.reads = len(larger.plain_start) + len(larger.split)
        return larger

    def keep(self, kept: Sequence[bool]) -> None:
        """Take all reads of the other fragments out; `kept` is by fragment."""
        self._keep_plain(
            np.array(kept, dtype=np.bool_)[np.array(self.plain_fragment, dtype=np.int64)]
        )
        self.split[:] = [read for read in self.split if kept[read.fragment]]
        self.unplaced[:] = [read for read in self.unplaced if kept[read.fragment]]

    def drop_second_reads(self, of: npt.NDArray[np.bool_]) -> None:
        """Take the second reads of some fragments out; `of` is by fragment."""
        fragment = np.array(self.plain_fragment, dtype=np.int64)
        self._keep_plain(~(of[fragment] & self.plain_bits(Flag.READ_2)))
        self.split[:] = [read for read in self.split if not (read.is_read2 and of[read.fragment])]

    def _keep_plain(self, rows: npt.NDArray[np.bool_]) -> None:
        """Take the other plain reads out."""
        self._plain = None
        for values in (self.plain_start, self.plain_end, self.plain_fragment, self.plain_flag):
            numbers = np.array(values, dtype=np.int64)[rows]
            del values[:]
            append_all(values, numbers)

    def columns(self) -> SplitColumns:
        """The columns of the split reads, kept as long as these are the same."""
        known = self._columns
        if known is None or len(known.reads) != len(self.split):
            known = SplitColumns(self.split)
        elif known.reads != self.split:
            known = known.of_changed(self.split)
        self._columns = known
        return known

    def split_intervals(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts and ends of the aligned parts and fragment numbers of the split reads."""
        split = self.columns()
        start = split["first_diagonal"] + split["aligned_start"]
        end = split["last_diagonal"] + split["aligned_end"]
        return start, end, split["fragment"]

    def plain(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts, ends (locus coordinates, half-open) and fragment numbers of the plain reads.

        They are kept until reads are added or taken out: many ask for them.
        """
        if self._plain is None:
            columns = self.plain_start, self.plain_end, self.plain_fragment
            start, end, fragment = (np.array(one, dtype=np.int64) for one in columns)
            for one in (start, end, fragment):
                one.flags.writeable = False
            self._plain = start, end, fragment
        return self._plain

    def plain_bits(self, bit: int) -> npt.NDArray[np.bool_]:
        """Which of the plain reads have a bit of FLAG set (strand and number of the mate only)."""
        found: npt.NDArray[np.bool_] = (np.frombuffer(self.plain_flag, np.uint16) & bit) != 0
        return found

    def reverse(self) -> npt.NDArray[np.bool_]:
        """Whether reads lie on the reverse strand: plain ones first, then split ones."""
        return np.concatenate((self.plain_bits(Flag.REVERSE), self.columns().is_reverse))


def plain_mismatches(read: SplitRead, reference: str) -> int | None:
    """The mismatches of a placed read that is plain (one at most); None of any other.

    A plain read lies on the reference from end to end.
    """
    if read.first_diagonal != read.last_diagonal or read.first_diagonal < 0:
        return None
    if read.first_diagonal + len(read.sequence) > len(reference):
        return None
    mismatches = differing_bases(read.sequence, read.first_diagonal, reference)
    return mismatches if mismatches <= PLAIN_MISMATCHES else None
