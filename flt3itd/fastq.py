"""Reads straight from FASTQ: those of the locus are picked out by k-mers and placed in process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import dnaio

from flt3itd.errors import UserError
from flt3itd.locus import Locus
from flt3itd.placing import LocusAligner, PlacedRead, reverse_complement
from flt3itd.reads import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
    AlignedRead,
    ReadSet,
    SplitRead,
    is_plain,
)

_FILTER_KMER = 16
_FILTER_STEP = 16
_FLANK = 200
"""Bases around the targets of which reads are kept: about the length of a read."""


@dataclass(frozen=True)
class FastqReads:
    """The reads of a FASTQ pair (or single file) over the regions of interest."""

    itd: ReadSet
    tkd: tuple[AlignedRead, ...]
    fragments: int


def read_fastq(
    paths: Sequence[Path],
    locus: Locus,
    itd_region: tuple[int, int],
    tkd_regions: Sequence[tuple[int, int]],
) -> FastqReads:
    """Place the reads of one FASTQ file, or of the two files of a pair, on the locus.

    Regions are locus coordinates, half-open.

    Raises:
        UserError: a file cannot be read, is cut short, or the mates do not pair up.
    """
    parts = [(start - _FLANK, end + _FLANK) for start, end in (itd_region, *tkd_regions)]
    wanted = _filter_kmers(locus.sequence, parts)
    aligner = LocusAligner(locus.sequence, parts)
    itd = ReadSet()
    tkd: list[AlignedRead] = []
    fragments = 0
    for records in _fragments(paths):
        fragments += 1
        if not any(_has_wanted_kmer(record.sequence, wanted) for record in records):
            continue
        number = itd.fragments
        itd.fragments += 1
        for mate, record in enumerate(records):
            placed = aligner.place(number, record.sequence.upper(), _phred(record))
            if placed is None:
                continue
            split = placed.split
            begin = split.first_diagonal + split.aligned_start
            end = split.last_diagonal + split.aligned_end
            if begin < itd_region[1] and end > itd_region[0]:
                _add(itd, split, locus.sequence)
            elif any(begin < stop and end > start for start, stop in tkd_regions):
                tkd.append(_aligned(placed, record.name.split()[0], mate == 0))
    if not fragments:
        raise UserError(f"{paths[0]}: the file has no reads; check that it is complete")
    return FastqReads(itd, tuple(tkd), fragments)


def _filter_kmers(reference: str, parts: Sequence[tuple[int, int]]) -> frozenset[str]:
    """The k-mers of both strands; a read of the locus shows some even with errors."""
    forward = {
        reference[position : position + _FILTER_KMER]
        for start, end in parts
        for position in range(max(0, start), min(end, len(reference)) - _FILTER_KMER + 1)
    }
    return frozenset(forward | {reverse_complement(kmer) for kmer in forward})


def _has_wanted_kmer(sequence: str, wanted: frozenset[str]) -> bool:
    return any(
        sequence[start : start + _FILTER_KMER] in wanted
        for start in range(0, len(sequence) - _FILTER_KMER + 1, _FILTER_STEP)
    )


def _fragments(paths: Sequence[Path]) -> Iterator[tuple[dnaio.SequenceRecord, ...]]:
    try:
        if len(paths) == 1:
            with dnaio.open(paths[0], mode="r") as single:
                for record in single:
                    yield (record,)
        else:
            with dnaio.open(paths[0], paths[1], mode="r") as pairs:
                yield from pairs
    except (dnaio.FileFormatError, EOFError, OSError, ValueError) as error:
        name = " and ".join(str(path) for path in paths)
        message = " ".join(str(error).split()) or type(error).__name__
        raise UserError(f"{name}: the reads cannot be taken: {message}") from error


def _phred(record: dnaio.SequenceRecord) -> bytes:
    if record.qualities is None:
        raise UserError(f"read {record.name}: the file is FASTA, not FASTQ: qualities are needed")
    return bytes(character - 33 for character in record.qualities.encode("ascii"))


def _add(reads: ReadSet, split: SplitRead, reference: str) -> None:
    reads.reads += 1
    if is_plain(split, reference):
        reads.add_plain(split.first_diagonal, len(split.sequence), split.fragment)
    else:
        reads.split.append(split)


def _aligned(placed: PlacedRead, name: str, is_read1: bool) -> AlignedRead:
    """A placed read with the CIGAR that its one or two blocks make."""
    split = placed.split
    size = len(split.sequence)
    inserted = split.first_diagonal - split.last_diagonal
    first = (CIGAR_MATCH, split.first_block_end - split.aligned_start)
    if inserted == 0:
        middle = [(CIGAR_MATCH, split.aligned_end - split.aligned_start)]
    elif inserted > 0:
        rest = split.aligned_end - split.first_block_end - inserted
        middle = [first, (CIGAR_INSERTION, inserted), (CIGAR_MATCH, rest)]
    else:
        rest = split.aligned_end - split.first_block_end
        middle = [first, (CIGAR_DELETION, -inserted), (CIGAR_MATCH, rest)]
    operations = [
        (CIGAR_SOFT_CLIP, split.aligned_start),
        *middle,
        (CIGAR_SOFT_CLIP, size - split.aligned_end),
    ]
    return AlignedRead(
        name,
        split.first_diagonal + split.aligned_start,
        tuple(operation for operation in operations if operation[1] > 0),
        split.sequence,
        split.qualities,
        placed.is_reverse,
        is_read1,
    )
