"""Measure the reads over the targets, gene by gene: they are judged by what they are like.

What is measured, and from where on it matters, is the same as over FLT3 (`flt3itd.fitness`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.fitness.measurement import measure, with_differences
from flt3itd.fitness.several import together
from flt3itd.fitness_records import ReadMeasures
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment_file import opened
from flt3itd.reads.clipped_overlaps import join_clips
from flt3itd.reads.header import Header, read_header
from flt3itd.reads.mismatches import NmField
from flt3itd.reads.streaming import Stretch, Taken, collect_reads
from scripts.coverage.exon_coverage import ExonPart
from scripts.coverage.part_records import records_over
from scripts.genome.reference_sequence import sequence_reader
from scripts.panel.read_fitness import TargetReads
from scripts.panel.read_rules import ReadRules

_FLANK = 1000
"""Bases beside an exon on which its reads may lie."""
_LOOKED_AT = 20_000
"""Reads of an exon: what they are like does not change with more of them."""


def measure_genes(
    bam: Path, parts: Sequence[ExonPart], fasta: Path, rules: ReadRules
) -> TargetReads:
    """The measures of the reads over the exons of each gene.

    Raises UserError when the alignments cannot be read.
    """
    sequence_of = sequence_reader(fasta)
    measured: dict[int, ReadMeasures] = {}
    with opened(bam, None) as alignments:
        header, nm = read_header(alignments), NmField()
        for number, records in records_over(alignments, parts, _LOOKED_AT):
            part = parts[number]
            fetch = sequence_of(part.contig)
            measured[number] = _measure_part(records, part, fetch, rules, header, nm)
    genes: defaultdict[str, list[ReadMeasures]] = defaultdict(list)
    for number, part in enumerate(parts):
        genes[part.gene].append(measured[number])
    return TargetReads({gene: together(exons) for gene, exons in genes.items()})


def _measure_part(
    records: Sequence[pysam.AlignedSegment],
    part: ExonPart,
    fetch: Fetch,
    rules: ReadRules,
    header: Header,
    nm: NmField,
) -> ReadMeasures:
    shift = max(0, part.start - _FLANK)
    sequence = fetch(shift, part.end + _FLANK)
    reads = collect_reads(
        records,
        Stretch(sequence, shift, (part.start - shift, part.end - shift)),
        _nowhere,
        Taken(rules.skipped, at_most=_LOOKED_AT, nm=nm),
    )
    join_clips(reads, sequence)
    measured = measure(reads, sequence)
    if rules.assay == Assay.AMPLICON:
        measured = with_differences(measured, reads, sequence)
    return replace(measured, **vars(header))


def _nowhere(fragment: int, sequence: str, qualities: bytes) -> None:
    """Reads that the aligner left unmapped are not placed: they are no reads of a target."""
