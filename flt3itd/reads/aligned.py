"""Aligned reads as they stand in the file, one by one: for the codons of the kinase domain."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

import pysam

from flt3itd.reads.alignment import READ_2, REVERSE, UNMAPPED
from flt3itd.reads.alignment_file import family_size

_UNKNOWN_QUALITY = 30


class AlignedRead(NamedTuple):
    """One aligned read, as the kinase domain caller takes it.

    `start` is the locus coordinate (0-based) of the first aligned base; `cigar` has pysam's
    operation codes; `qualities` are raw Phred values; `sequence` is plus strand. `fragment_ends`
    are the same for copies of a fragment, None where they are not known. `family_reads` are those
    that the read is the consensus of, 0 of a read that is none.
    """

    name: str
    start: int
    cigar: tuple[tuple[int, int], ...]
    sequence: str
    qualities: bytes
    is_reverse: bool
    is_read1: bool
    fragment_ends: Hashable | None = None
    family_reads: int = 0


def phred(record: pysam.AlignedSegment, length: int) -> bytes:
    """Raw Phred values of a record; a moderate value for each base where it has none."""
    qualities = record.query_qualities
    return bytes([_UNKNOWN_QUALITY]) * length if qualities is None else qualities.tobytes()


def aligned_reads(
    records: Iterable[pysam.AlignedSegment],
    *,
    shift: int,
    skipped_flags: int,
    molecules: bool = False,
) -> Iterator[AlignedRead]:
    """The mapped records of a region as `AlignedRead`, for the kinase domain caller.

    Of `molecules` the sizes of their families are kept.
    """
    in_one_piece: dict[str | None, tuple[tuple[int, int], ...]] = {}  # by CIGAR: few for all reads
    for record in records:
        flag, sequence, text = record.flag, record.query_sequence, record.cigarstring
        if flag & (skipped_flags | UNMAPPED) or not sequence or not text:
            continue
        cigar = in_one_piece.get(text)
        if cigar is None:
            cigar = tuple(record.cigartuples or ())
            if len(cigar) == 1:
                in_one_piece[text] = cigar
        start = record.reference_start
        yield AlignedRead(
            record.query_name or "",
            start - shift,
            cigar,
            sequence,
            phred(record, len(sequence)),
            bool(flag & REVERSE),
            not flag & READ_2,
            _fragment_ends(record, flag, start),
            family_size(record) if molecules else 0,
        )


def _fragment_ends(
    record: pysam.AlignedSegment, flag: int, start: int
) -> tuple[int, int, bool] | None:
    """First base and length of a fragment, and its strand; None without a mapped mate."""
    length = record.template_length
    if not length:
        return None
    other = record.next_reference_start
    is_second = flag & READ_2 != 0
    return start if start < other else other, abs(length), is_second is (length > 0)
