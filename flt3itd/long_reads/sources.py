"""Long reads from a BAM, as its aligner placed them, or from FASTQ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.kinase.tkd import EXONS as KINASE_EXONS
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.long_reads.kinase import KinaseCutter, KinaseReads
from flt3itd.long_reads.reads import LongRead, SpanningReads, gather
from flt3itd.long_reads.spanning import references
from flt3itd.reads.aligned import aligned_reads, phred
from flt3itd.reads.alignment import CIGAR_HARD_CLIP, REVERSE, skipped_flags
from flt3itd.reads.coordinates import Placement, locate, records_over
from flt3itd.reads.fastq import single_reads


@dataclass(frozen=True)
class LongMaterial:
    """The reads of a sample and where they lie; `spanning` is None when none is of FLT3.

    `lengths` counts the reads that were looked at by their bases, `paired` those that are mates.
    """

    placement: Placement
    spanning: SpanningReads | None
    kinase: KinaseReads
    hard_clipped: int = 0
    without_bases: int = 0
    platforms: tuple[str, ...] = ()
    lengths: Counter[int] = field(default_factory=Counter)
    paired: int = 0


@dataclass
class _Tally:
    """What the records are like, and those that cannot be used as they are."""

    without_bases: int = 0
    hard_clipped: int = 0
    paired: int = 0
    lengths: Counter[int] = field(default_factory=Counter)

    def taken(self, records: Iterable[pysam.AlignedSegment], flags: int) -> Iterator[LongRead]:
        """The reads of the records that count, plus strand."""
        for record in records:
            if record.flag & flags:
                continue
            sequence = record.query_sequence
            if not sequence:
                self.without_bases += 1
                continue
            cigar = record.cigartuples or [(0, 0)]
            self.paired += record.is_paired
            self.lengths[len(sequence)] += 1
            self.hard_clipped += CIGAR_HARD_CLIP in (cigar[0][0], cigar[-1][0])
            reverse = bool(record.flag & REVERSE)
            yield LongRead(record.query_name or "", sequence.upper(), b"", reverse)

    def as_sequenced(
        self, records: Iterable[pysam.AlignedSegment], flags: int
    ) -> Iterator[LongRead]:
        """The reads of records without a place that count, with their qualities."""
        for record in records:
            if record.flag & flags:
                continue
            sequence = record.get_forward_sequence()
            if not sequence:
                self.without_bases += 1
                continue
            self.paired += record.is_paired
            qualities = phred(record, len(sequence))
            yield LongRead(
                record.query_name or "",
                sequence.upper(),
                qualities[::-1] if record.is_reverse else qualities,
            )


def from_bam(
    bam: pysam.AlignmentFile,
    path: Path,
    reference: Path | None,
    quality: int,
    platforms: tuple[str, ...],
) -> LongMaterial:
    """The primary records over exons 14 and 15 and over the kinase domain.

    Of transcripts those over the whole gene: the longest piece of a read that an aligner split at
    introns may be any exon.
    """
    locus = flt3_locus()
    flags = skipped_flags(Assay.LONG, unmapped=True)
    both = references(locus)
    located = locate(bam, str(path), locus, reference, both[0].core)
    tally = _Tally()
    spanning = gather(tally.taken(located.records, flags), both)
    if spanning is not None and spanning.template.kind == "spliced":
        tally = _Tally()
        records = records_over(bam, located.placement, (0, len(locus)))
        spanning = gather(tally.taken(records, flags), both)
    kinase = KinaseReads(locus, quality)
    shift = located.placement.shift
    for number in KINASE_EXONS:
        exon = locus.exon(number)
        records = records_over(bam, located.placement, (exon.start, exon.end))
        for read in aligned_reads(records, shift=shift, skipped_flags=flags):
            kinase.add(read, (number,))
    return LongMaterial(
        located.placement,
        spanning,
        kinase,
        tally.hard_clipped,
        tally.without_bases,
        platforms,
        tally.lengths,
        tally.paired,
    )


def from_fastq(path: Path, quality: int, placement: Placement) -> LongMaterial:
    """All reads of a FASTQ file; their positions are told as `placement` says."""
    # Bases of direct RNA may be written with U.
    each_read = single_reads(path)
    reads = (LongRead(name, bases.replace("U", "T"), quals) for name, bases, quals in each_read)
    return _without_places(reads, quality, placement)


def from_unaligned(
    bam: pysam.AlignmentFile, quality: int, placement: Placement, platforms: tuple[str, ...]
) -> LongMaterial:
    """All reads of a BAM of which none was aligned, like those of FASTQ."""
    tally = _Tally()
    records = bam.fetch(until_eof=True)
    reads = tally.as_sequenced(records, skipped_flags(Assay.LONG))
    material = _without_places(reads, quality, placement)
    return replace(
        material, without_bases=tally.without_bases, platforms=platforms, paired=tally.paired
    )


def _without_places(reads: Iterable[LongRead], quality: int, placement: Placement) -> LongMaterial:
    """Reads of which nothing is known but their bases."""
    locus = flt3_locus()
    kinase = KinaseReads(locus, quality)
    cutter = KinaseCutter(locus)
    lengths: Counter[int] = Counter()

    def also(read: LongRead) -> None:
        lengths[len(read.sequence)] += 1
        for part in cutter.cut(read):
            kinase.add(part)

    spanning = gather(reads, references(locus), also)
    return LongMaterial(placement, spanning, kinase, lengths=lengths)
