"""Reads over the locus: streamed once, sorted into plain ones and ones worth a closer look.

A plain read lies on the reference from its first base to its last; its interval is all that
counting needs. Every other read (soft clip, insertion, deletion, several mismatches, an unmapped
mate) keeps its sequence and is later compared with the candidate haplotypes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.aligned import phred
from flt3itd.reads.alignment import Block, Flag, layout_of
from flt3itd.reads.alignment_file import family_size
from flt3itd.reads.columns import (
    IntArray,
    PieceLengths,
    append_all,
    batches,
    column,
    without_skipped,
)
from flt3itd.reads.mates import MateElsewhere, Mates
from flt3itd.reads.mismatches import (
    MismatchCounter,
    NmField,
    SingleMismatches,
    differing_bases,
)
from flt3itd.reads.tally import Tally

_PLAIN_MISMATCHES = 1
"""A read with more mismatches may be a mutant one that the aligner forced onto the reference."""

LINKED_REACH = 160
"""Bases beside a target in which the mismatches of reads are noted: an ITD reaches beyond it, and
other bases within 60 of it are named with it."""

_REVERSE, _READ_2 = int(Flag.REVERSE), int(Flag.READ_2)
_QUALITIES_EVERY = 32
"""Records between two whose base qualities are looked at."""


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

    `family_reads` are by fragment the reads that it is the consensus of; empty where that is not
    known. `mismatches` are those of plain reads near the target, to link them with an ITD.
    `unplaced` may lie on a mutant (`flt3itd.insertions.strays`).
    """

    plain_start: array[int] = field(default_factory=lambda: array("i"))
    plain_end: array[int] = field(default_factory=lambda: array("i"))
    plain_fragment: array[int] = field(default_factory=lambda: array("i"))
    plain_flag: array[int] = field(default_factory=lambda: array("H"))
    split: list[SplitRead] = field(default_factory=list)
    family_reads: array[int] = field(default_factory=lambda: array("I"))
    fragments: int = 0
    reads: int = 0
    tally: Tally = field(default_factory=Tally)
    mismatches: SingleMismatches = field(default_factory=SingleMismatches)
    unplaced: list[UnplacedRead] = field(default_factory=list)

    def add_plain(self, start: int, length: int, fragment: int, flag: int = 0) -> None:
        """Add a read that lies on the reference from its first base to its last.

        Of `flag` (as in BAM) the bits for the strand and the number of the mate matter.
        """
        self.plain_start.append(start)
        self.plain_end.append(start + length)
        self.plain_fragment.append(fragment)
        self.plain_flag.append(flag)

    def add_plain_read(self, read: SplitRead) -> None:
        """Add a read that was split and lies on the reference from end to end now."""
        flag = Flag.REVERSE * read.is_reverse | Flag.READ_2 * read.is_read2
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
        for values in (self.plain_start, self.plain_end, self.plain_fragment, self.plain_flag):
            numbers = np.array(values, dtype=np.int64)[rows]
            del values[:]
            append_all(values, numbers)

    def split_intervals(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts and ends of the aligned parts and fragment numbers of the split reads."""
        split = self.split
        start = column(split, "first_diagonal") + column(split, "aligned_start")
        end = column(split, "last_diagonal") + column(split, "aligned_end")
        return start, end, column(split, "fragment")

    def plain(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts, ends (locus coordinates, half-open) and fragment numbers of the plain reads."""
        return (
            np.array(self.plain_start, dtype=np.int64),
            np.array(self.plain_end, dtype=np.int64),
            np.array(self.plain_fragment, dtype=np.int64),
        )

    def plain_bits(self, bit: int) -> npt.NDArray[np.bool_]:
        """Which of the plain reads have a bit of FLAG set (strand and number of the mate only)."""
        found: npt.NDArray[np.bool_] = (np.array(self.plain_flag, dtype=np.int64) & bit) != 0
        return found

    def reverse(self) -> npt.NDArray[np.bool_]:
        """Whether reads lie on the reverse strand: plain ones first, then split ones."""
        split = np.array([read.is_reverse for read in self.split], dtype=np.bool_)
        return np.concatenate((self.plain_bits(Flag.REVERSE), split))


UnplacedReads = Callable[[int, str, bytes], SplitRead | None]
"""Places a read (fragment number, sequence, qualities) that the aligner left unmapped."""

WholeReads = Callable[
    [Sequence[pysam.AlignedSegment], Sequence[MateElsewhere], int], Iterable[pysam.AlignedSegment]
]
"""Makes whole reads of supplementary records, and finds mates, given the number of fragments
(`flt3itd.reads.pieces`)."""


def _split_read(
    record: pysam.AlignedSegment, fragment: int, start: int, blocks: Sequence[Block]
) -> SplitRead:
    """A read with some bases, the blocks of which lie as given from `start` on."""
    sequence, flag = record.query_sequence, record.flag
    assert sequence
    first, last = blocks[0], blocks[-1]
    return SplitRead(
        fragment,
        start + first.reference - first.query,
        start + last.reference - last.query,
        first.query,
        last.query + last.length,
        first.query + first.length,
        sequence,
        phred(record, len(sequence)),
        flag & _REVERSE != 0,
        flag & _READ_2 != 0,
    )


def plain_mismatches(read: SplitRead, reference: str) -> int | None:
    """The mismatches of a placed read that is plain (one at most); None of any other.

    A plain read lies on the reference from end to end.
    """
    if read.first_diagonal != read.last_diagonal or read.first_diagonal < 0:
        return None
    if read.first_diagonal + len(read.sequence) > len(reference):
        return None
    mismatches = differing_bases(read.sequence, read.first_diagonal, reference)
    return mismatches if mismatches <= _PLAIN_MISMATCHES else None


def collect_reads(
    records: Iterable[pysam.AlignedSegment],
    *,
    shift: int,
    reference: str,
    skipped_flags: int,
    place_unmapped: UnplacedReads,
    region: tuple[int, int] = (0, 0),
    molecules: bool = False,
    at_most: int | None = None,
    nm: NmField | None = None,
    whole: WholeReads | None = None,
) -> ReadSet:
    """Sort the records of a region into plain and split reads.

    `shift` is contig position minus locus coordinate (both 0-based); records that have one of
    `skipped_flags` are left out (secondary, supplementary, failed, and for capture duplicates).
    Whether a read is plain is read from its NM field, or from the sequence where it has none or one
    that is wrong; `nm` is what other regions of the file showed of it. Mates that should begin in
    `region` (locus coordinates, half-open) and do not are counted; single mismatches are noted
    there and beside it. Of `molecules` the reads of their families are kept. Mates behind the
    last record of `at_most` are not missing. `whole` makes reads of the supplementary records of
    those that lie elsewhere, and finds mates there.
    """
    beside = region[0] - LINKED_REACH, region[1] + LINKED_REACH
    near = beside if region[0] < region[1] else region
    reads = ReadSet(mismatches=SingleMismatches(near))
    tally, mates = reads.tally, Mates()
    sorting = _Sorting(reads, shift, reference, nm, place_unmapped)
    seen, last = 0, None
    pieces: list[pysam.AlignedSegment] | None = None if whole is None else []
    for batch in batches(islice(records, at_most)):
        seen, last = seen + len(batch), batch[-1]
        kept, flags = without_skipped(batch, skipped_flags, tally, pieces)
        fragments = mates.fragments_of(kept, flags)
        if molecules:
            for record, fragment in zip(kept, fragments.tolist(), strict=True):
                if fragment == len(reads.family_reads):
                    reads.family_reads.append(family_size(record))
        sorting.take(kept, flags, fragments)
    elsewhere = mates.elsewhere()
    if whole is not None and (pieces or elsewhere) and not molecules:
        made = list(whole(pieces or (), elsewhere, mates.fragments))
        flags = column(made, "flag")
        sorting.take(made, flags, mates.fragments_of(made, flags))
    end = last.reference_start if last is not None and seen == at_most else region[1] + shift
    # Two pieces of one read are taken for a pair, and leave the mate alone.
    tally.mates_missing = max(0, mates.missing(region[0] + shift, end) - tally.pieces)
    tally.names_shared = max(0, mates.alike - tally.pieces)
    reads.fragments = mates.fragments
    return reads


class _Sorting:
    """Takes records into a set, many at once: plain ones as columns, the others one by one."""

    def __init__(
        self,
        reads: ReadSet,
        shift: int,
        reference: str,
        nm: NmField | None,
        place_unmapped: UnplacedReads,
    ) -> None:
        self._reads, self._tally = reads, reads.tally
        self._shift, self._reference = shift, reference
        self._mismatches = MismatchCounter(reference, nm)
        self._pieces = PieceLengths()
        self._place_unmapped = place_unmapped
        self._clipped: dict[tuple[str | None, int], int] = {}  # where reads that are clipped begin

    def take(
        self, records: Sequence[pysam.AlignedSegment], flags: IntArray, fragments: IntArray
    ) -> None:
        """Take records that are not left out, in the order of the file."""
        low_quality = column(records, "mapping_quality") == 0
        self._tally.without_mapping_quality += int(np.count_nonzero(low_quality))
        lengths = self._pieces.of(records)
        has_place = (lengths != PieceLengths.NO_CIGAR) & (flags & Flag.UNMAPPED == 0)
        has_bases = column(records, "query_length") > 0
        self._look_at_qualities(records, has_place & has_bases)
        self._reads.reads += len(records)
        rows = np.flatnonzero(has_place & has_bases & (lengths >= 0))
        in_one_piece = [records[row] for row in rows.tolist()]
        starts = column(in_one_piece, "reference_start") - self._shift
        mismatches = self._mismatches.of_each(in_one_piece, starts.tolist())
        is_plain = mismatches <= _PLAIN_MISMATCHES
        with_mismatch = np.flatnonzero(is_plain & (mismatches != 0))
        for number in self._tally.count_mismatches(len(with_mismatch)):
            at = with_mismatch[number]
            self._look_at_mismatch(in_one_piece[at], int(starts[at]))
        ends = starts + lengths[rows]
        noted = self._reads.mismatches
        low, high = noted.near or (0, len(self._reference))
        near = (starts < high) & (ends > low) & (starts >= 0) & (ends <= len(self._reference))
        seen = with_mismatch[near[with_mismatch]]  # of others the bases stay packed
        noted.note_all(
            fragments[rows[seen]],
            [in_one_piece[at].query_sequence or "" for at in seen.tolist()],
            starts[seen],
            self._reference,
        )
        rows, starts = rows[is_plain], starts[is_plain]
        self._reads.add_plain_columns(starts, lengths[rows], fragments[rows], flags[rows])
        is_other = np.ones(len(records), dtype=bool)
        is_other[rows] = False
        others = np.flatnonzero(is_other)
        told = (each[others].tolist() for each in (fragments, lengths, has_place, has_bases))
        for row, fragment, length, placed, based in zip(others.tolist(), *told, strict=True):
            if not placed:
                self._place(records[row], fragment)
            elif not based:
                self._tally.without_bases += 1
            else:
                self._split(records[row], fragment, length)

    def _split(self, record: pysam.AlignedSegment, fragment: int, length: int) -> None:
        """Take a read that is not plain; `length` is that of one in one piece."""
        start = record.reference_start - self._shift
        if length >= 0:
            blocks = [Block(0, 0, length)]
        else:
            layout = layout_of(tuple(record.cigartuples or ()))
            self._tally.add_layout(start, layout)
            if layout.clips:
                read = record.query_name, record.flag & _READ_2
                self._tally.pieces += self._clipped.setdefault(read, start) != start
            blocks = layout.blocks
        if blocks:
            self._reads.split.append(_split_read(record, fragment, start, blocks))

    def _look_at_qualities(
        self, records: Sequence[pysam.AlignedSegment], placed: npt.NDArray[np.bool_]
    ) -> None:
        """Look at every so many of all records, where it is one with a place and bases."""
        first = -(self._reads.reads + 1) % _QUALITIES_EVERY
        for row in range(first, len(records), _QUALITIES_EVERY):
            if placed[row]:
                self._tally.add_qualities(records[row].query_qualities)

    def _look_at_mismatch(self, record: pysam.AlignedSegment, start: int) -> None:
        self._tally.look_at_mismatch(
            record.query_sequence or "",
            start,
            self._reference,
            is_reverse=record.is_reverse,
            is_read2=record.is_read2,
        )

    def _place(self, record: pysam.AlignedSegment, fragment: int) -> None:
        """Take a read that the aligner left unmapped, or put elsewhere, where it has a place."""
        sequence = (record.query_sequence or "").upper()
        if not sequence:
            return
        qualities = phred(record, len(sequence))
        placed = self._place_unmapped(fragment, sequence, qualities)
        if placed is None:
            self._reads.unplaced.append(
                UnplacedRead(fragment, sequence, qualities, record.is_reverse, record.is_read2)
            )
        else:
            is_reverse = placed.is_reverse != record.is_reverse
            self._reads.split.append(
                placed._replace(is_reverse=is_reverse, is_read2=record.is_read2)
            )
