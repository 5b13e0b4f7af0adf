"""Reads that an aligner left without a place, of which some bases are those of the locus.

HISAT2, Bowtie 2 and STAR (end to end, or with few bases of a pair on the genome) align a read over
a long insertion nowhere. Where they keep it in the file, it stands behind all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment_file import header_lines

_KMER = 16


def kmers_of(sequence: str, parts: Iterable[tuple[int, int]], size: int) -> frozenset[str]:
    """The k-mers of both strands of sequence[start:end] of each part."""
    forward = {
        sequence[position : position + size]
        for start, end in parts
        for position in range(max(0, start), min(len(sequence), end) - size + 1)
    }
    return frozenset(forward | {reverse_complement(kmer) for kmer in forward})


class KmerFilter:
    """Tells reads that may lie in parts of a sequence: some of their k-mers stand there.

    Four k-mers of a read are looked at, from its first to its last. A read without errors in all
    four has one there even when it crosses a junction.
    """

    def __init__(self, sequence: str, parts: Iterable[tuple[int, int]]) -> None:
        """Look for reads of sequence[start:end] of each part."""
        self._sequence = sequence
        self._parts = tuple(parts)

    @cached_property
    def _wanted(self) -> frozenset[str]:
        """Made for the first read: most BAMs have none to look at."""
        return kmers_of(self._sequence, self._parts, _KMER)

    def takes(self, sequence: str) -> bool:
        """Whether a read (upper case, any strand) may lie there."""
        last = len(sequence) - _KMER
        if last < 0:
            return False
        wanted, third, two_thirds = self._wanted, last // 3, 2 * last // 3
        return (
            sequence[:_KMER] in wanted
            or sequence[last:] in wanted
            or sequence[third : third + _KMER] in wanted
            or sequence[two_thirds : two_thirds + _KMER] in wanted
        )


def unplaced_records(
    bam: pysam.AlignmentFile, wanted: KmerFilter
) -> Iterator[pysam.AlignedSegment]:
    """The records without a place that a filter takes; none of a file that bwa aligned.

    bwa places a read wherever 30 of its bases lie, so that its unplaced ones need no look.
    """
    programs = header_lines(bam, "PG")
    if any(str(one.get("PN") or one.get("ID", "")).startswith("bwa") for one in programs):
        return
    for record in bam.fetch("*"):
        if wanted.takes((record.query_sequence or "").upper()):
            yield record
