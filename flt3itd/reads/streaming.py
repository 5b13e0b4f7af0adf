"""Reads over the locus: streamed once, sorted into plain ones and ones worth a closer look.

A plain read lies on the reference from its first base to its last; its interval is all that
counting needs. Every other read (soft clip, insertion, deletion, several mismatches, an unmapped
mate) keeps its sequence and is later compared with the candidate haplotypes.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.alignment import ALIGNED, CIGAR_HARD_CLIP, aligned_blocks

IntArray = npt.NDArray[np.int64]

_PLAIN_MISMATCHES = 1
"""A read with more mismatches may be a mutant one that the aligner forced onto the reference."""

_UNKNOWN_QUALITY = 30


@dataclass(frozen=True, slots=True)
class AlignedRead:
    """One aligned read, as the kinase domain caller takes it.

    `start` is the locus coordinate (0-based) of the first aligned base; `cigar` has pysam's
    operation codes; `qualities` are raw Phred values; `sequence` is plus strand.
    """

    name: str
    start: int
    cigar: tuple[tuple[int, int], ...]
    sequence: str
    qualities: bytes
    is_reverse: bool
    is_read1: bool


@dataclass(frozen=True, slots=True)
class SplitRead:
    """A read that is not plain, with the alignment's two ends as diagonals.

    A diagonal is the locus coordinate that query base 0 would have if the read lay ungapped on
    the reference there. `first_diagonal` belongs to the first aligned block, `last_diagonal` to
    the last; they differ by the net inserted length. `aligned_start` and `aligned_end` bound the
    aligned part of the query, 0-based half-open: what lies outside is soft clipped. The first
    aligned block, without inserted or deleted bases, ends before `first_block_end`.
    """

    fragment: int
    first_diagonal: int
    last_diagonal: int
    aligned_start: int
    aligned_end: int
    first_block_end: int
    sequence: str
    qualities: bytes


@dataclass
class ReadSet:
    """All reads over a region, by fragment (the reads of one name share a fragment number)."""

    plain_start: array[int] = field(default_factory=lambda: array("i"))
    plain_end: array[int] = field(default_factory=lambda: array("i"))
    plain_fragment: array[int] = field(default_factory=lambda: array("i"))
    split: list[SplitRead] = field(default_factory=list)
    fragments: int = 0
    reads: int = 0
    hard_clipped: int = 0

    def add_plain(self, start: int, length: int, fragment: int) -> None:
        """Add a read that lies on the reference from its first base to its last."""
        self.plain_start.append(start)
        self.plain_end.append(start + length)
        self.plain_fragment.append(fragment)

    def split_intervals(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts and ends of the aligned parts and fragment numbers of the split reads."""
        rows = np.array(
            [
                (
                    read.first_diagonal + read.aligned_start,
                    read.last_diagonal + read.aligned_end,
                    read.fragment,
                )
                for read in self.split
            ],
            dtype=np.int64,
        ).reshape(-1, 3)
        return rows[:, 0], rows[:, 1], rows[:, 2]

    def plain(self) -> tuple[IntArray, IntArray, IntArray]:
        """Starts, ends (locus coordinates, half-open) and fragment numbers of the plain reads."""
        return (
            np.array(self.plain_start, dtype=np.int64),
            np.array(self.plain_end, dtype=np.int64),
            np.array(self.plain_fragment, dtype=np.int64),
        )


UnplacedReads = Callable[[int, str, bytes], SplitRead | None]
"""Places a read (fragment number, sequence, qualities) that the aligner left unmapped."""


def phred(record: pysam.AlignedSegment, length: int) -> bytes:
    """Raw Phred values of a record; a moderate value for each base where it has none."""
    qualities = record.query_qualities
    return bytes(qualities) if qualities is not None else bytes([_UNKNOWN_QUALITY]) * length


def _split_read(
    record: pysam.AlignedSegment, fragment: int, shift: int, cigar: list[tuple[int, int]]
) -> SplitRead | None:
    sequence = record.query_sequence
    if not sequence:
        return None
    blocks = aligned_blocks(record.reference_start - shift, cigar)
    if not blocks:
        return None
    first, last = blocks[0], blocks[-1]
    qualities = phred(record, len(sequence))
    return SplitRead(
        fragment,
        first.reference - first.query,
        last.reference - last.query,
        first.query,
        last.query_end,
        first.query_end,
        sequence.upper(),
        qualities,
    )


def _mismatches(sequence: str, start: int, reference: str) -> int:
    window = reference[max(start, 0) : max(start, 0) + len(sequence)]
    return sum(a != b for a, b in zip(sequence, window, strict=False))


def is_plain(read: SplitRead, reference: str) -> bool:
    """Whether a placed read lies on the reference from end to end, with at most one mismatch."""
    if read.first_diagonal != read.last_diagonal or read.first_diagonal < 0:
        return False
    if read.first_diagonal + len(read.sequence) > len(reference):
        return False
    mismatches = _mismatches(read.sequence, read.first_diagonal, reference)
    return mismatches <= _PLAIN_MISMATCHES


def collect_reads(
    records: Iterable[pysam.AlignedSegment],
    *,
    shift: int,
    reference: str,
    skipped_flags: int,
    place_unmapped: UnplacedReads,
) -> ReadSet:
    """Sort the records of a region into plain and split reads.

    `shift` is contig position minus locus coordinate (both 0-based); records that have one of
    `skipped_flags` are left out (secondary, supplementary, failed, and for capture duplicates).
    Whether a read is plain is read from its NM field, or from the sequence where it has none.
    """
    reads = ReadSet()
    pending: dict[str | None, int] = {}  # a name is forgotten once both mates were seen
    add_start = reads.plain_start.append
    add_end = reads.plain_end.append
    add_fragment = reads.plain_fragment.append
    fragments = count = 0
    for record in records:
        flag = record.flag
        if flag & skipped_flags:
            continue
        count += 1
        name = record.query_name
        fragment = pending.pop(name, -1) if flag & 1 else -1
        if fragment < 0:
            fragment = fragments
            fragments += 1
            if flag & 1:
                pending[name] = fragment
        cigar = record.cigartuples
        if flag & 4 or not cigar:
            sequence = record.query_sequence
            if sequence:
                placed = place_unmapped(fragment, sequence.upper(), phred(record, len(sequence)))
                if placed is not None:
                    reads.split.append(placed)
            continue
        if len(cigar) == 1 and cigar[0][0] in ALIGNED:
            start = record.reference_start - shift
            try:
                mismatches = record.get_tag("NM")
            except KeyError:
                mismatches = _mismatches(record.query_sequence or "", start, reference)
            if int(mismatches) <= _PLAIN_MISMATCHES:
                add_start(start)
                add_end(start + cigar[0][1])
                add_fragment(fragment)
                continue
        if cigar[0][0] == CIGAR_HARD_CLIP or cigar[-1][0] == CIGAR_HARD_CLIP:
            reads.hard_clipped += 1
        split = _split_read(record, fragment, shift, cigar)
        if split is not None:
            reads.split.append(split)
    reads.fragments = fragments
    reads.reads = count
    return reads


def aligned_reads(
    records: Iterable[pysam.AlignedSegment], *, shift: int, skipped_flags: int
) -> Iterator[AlignedRead]:
    """The mapped records of a region as `AlignedRead`, for the kinase domain caller."""
    for record in records:
        flag, sequence, cigar = record.flag, record.query_sequence, record.cigartuples
        if flag & (skipped_flags | 4) or not sequence or not cigar:
            continue
        yield AlignedRead(
            record.query_name or "",
            record.reference_start - shift,
            tuple(cigar),
            sequence,
            phred(record, len(sequence)),
            bool(flag & 16),
            not flag & 128,
        )
