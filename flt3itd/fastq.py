"""Reads straight from FASTQ: those of the locus are picked out by k-mers and placed in process."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import dnaio

from flt3itd.errors import UserError
from flt3itd.placed import PlacedReads

_FILTER_KMER = 16


def read_fastq(paths: Sequence[Path], reads: PlacedReads) -> int:
    """Place the reads of one FASTQ file, or of the two files of a pair; returns the fragments.

    A fragment of which no read shares a 16-mer with the regions, sampled end to end, is passed
    over.

    Raises:
        UserError: a file cannot be read, is cut short or empty, or the mates do not pair up.
    """
    wanted = reads.kmers(_FILTER_KMER)
    fragments = kept = 0
    for records in _fragments(paths):
        fragments += 1
        if not any(_shares_kmer(record.sequence, wanted) for record in records):
            continue
        for mate, record in enumerate(records):
            name = record.name.split()[0] if record.name else ""
            reads.add(kept, name, record.sequence, _phred(record), is_read1=mate == 0)
        kept += 1
    if not fragments:
        raise UserError(f"{paths[0]}: the file has no reads; check that it is complete")
    reads.itd.fragments = kept
    return fragments


def _shares_kmer(sequence: str, wanted: frozenset[str]) -> bool:
    return any(
        sequence[start : start + _FILTER_KMER] in wanted
        for start in range(0, len(sequence) - _FILTER_KMER + 1, _FILTER_KMER)
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
