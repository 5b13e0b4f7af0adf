"""Bases of primers in the reads of amplicons: the oligonucleotide's, not the molecule's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flt3itd.locus.flt3 import Exon
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import Block, aligned_blocks
from flt3itd.reads.primers import PrimerPair

_REACH = 60
"""Bases beside an exon in which a primer can matter to the changes of the exon."""
_STAGGER = 3
"""Bases by which a read may begin before its primer as it is aligned."""


def hide_primer_bases(
    reads: Sequence[AlignedRead], pairs: Sequence[PrimerPair], exons: Sequence[Exon]
) -> Sequence[AlignedRead]:
    """The reads, with a base quality of 0 where a read begins or ends in a primer over the exons.

    They would count as wild type whatever the molecule is, and hide a mutation in part. A read
    that runs across a primer of another amplicon keeps its bases.
    """
    sites = [
        (pair.left_start, pair.left_end, pair.right_start, pair.right_end)
        for pair in pairs
        if any(
            start < exon.end + _REACH and exon.start - _REACH < end
            for exon in exons
            for start, end in (
                (pair.left_start, pair.left_end),
                (pair.right_start, pair.right_end),
            )
        )
    ]
    return list(_hidden(reads, sites)) if sites else reads


def _hidden(
    reads: Sequence[AlignedRead], sites: Sequence[tuple[int, int, int, int]]
) -> Iterator[AlignedRead]:
    for read in reads:
        blocks = aligned_blocks(read.start, read.cigar)
        end = blocks[-1].end if blocks else read.start
        first, last = 0, len(read.sequence)
        for left_start, left_end, right_start, right_end in sites:
            if left_start - _STAGGER <= read.start < left_end:
                first = max(first, bases_before(blocks, left_end))
            if right_start < end <= right_end + _STAGGER:
                last = min(last, bases_before(blocks, right_start))
        if (first, last) == (0, len(read.sequence)):
            yield read
            continue
        kept = read.qualities[first:last]
        behind = len(read.sequence) - first - len(kept)
        yield read._replace(qualities=bytes(first) + kept + bytes(behind))


def bases_before(blocks: Sequence[Block], coordinate: int) -> int:
    """How many bases of a read lie before a locus coordinate."""
    before = 0
    for start, query, length in blocks:
        if start < coordinate:
            before = query + min(length, coordinate - start)
    return before
