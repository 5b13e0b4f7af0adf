"""The alignments over each of many parts of a genome, in one pass where parts lie near each other.

The index of a BAM leads to windows of 16 kb: from jump to jump to the exons of a gene, most records
of the gene would be read, and thrown away, for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pysam

from scripts.coverage.exon_coverage import ExonPart

_APART = 5_000
"""Bases between parts up to which the reads between them are less work than a jump, which reads
8 kb too many on average."""


@dataclass
class _Open:
    """A part whose records are being gathered; `number` is its place among all."""

    number: int
    start: int
    end: int
    records: list[pysam.AlignedSegment] = field(default_factory=list)


def records_over(
    bam: pysam.AlignmentFile, parts: Sequence[ExonPart], at_most: int
) -> Iterator[tuple[int, list[pysam.AlignedSegment]]]:
    """For each part, by its number, the first `at_most` records that overlap it, as in the file.

    Parts come in the order in which they end.
    """
    for contig, stretch in _stretches(parts):
        waiting = stretch
        first_end = min(one.end for one in waiting)
        for record in bam.fetch(contig, waiting[0].start, max(one.end for one in waiting)):
            start = record.reference_start
            if start >= first_end:
                yield from ((one.number, one.records) for one in waiting if one.end <= start)
                waiting = [one for one in waiting if one.end > start]
                first_end = min(one.end for one in waiting)
            end = record.reference_end or start + 1
            for one in waiting:
                if one.start >= end:
                    break
                if len(one.records) < at_most:
                    one.records.append(record)
        yield from ((one.number, one.records) for one in waiting)


def _stretches(parts: Sequence[ExonPart]) -> Iterator[tuple[str, list[_Open]]]:
    """The parts that are read in one pass, by where they begin."""
    found: list[_Open] = []
    contig, behind = "", 0
    for number in sorted(range(len(parts)), key=lambda n: (parts[n].contig, parts[n].start)):
        part = parts[number]
        if found and (part.contig != contig or part.start > behind + _APART):
            yield contig, found
            found = []
        behind = max(behind, part.end) if found else part.end
        contig = part.contig
        found.append(_Open(number, part.start, part.end))
    if found:
        yield contig, found
