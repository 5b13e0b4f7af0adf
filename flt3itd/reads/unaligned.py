"""A BAM of which no read was aligned: its reads are placed as those of FASTQ are."""

from __future__ import annotations

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.aligned import phred
from flt3itd.reads.alignment_file import NO_UMI, family_size, family_umi, of_families
from flt3itd.reads.placed import PlacedReads


def is_unaligned(bam: pysam.AlignmentFile) -> bool:
    """Whether an indexed BAM has records, and none of them a place; of a CRAM it is not asked."""
    return not bam.is_cram and not bam.mapped and bam.nocoordinate > 0


def read_unaligned(
    bam: pysam.AlignmentFile,
    reads: PlacedReads,
    skipped_flags: int,
    least_family: int | None,
) -> None:
    """Place the fragments of which a read may lie in the regions, in whatever order they stand.

    Records that have one of `skipped_flags` are left out. Consensus reads count from families of
    `least_family` reads on; None: the reads are no consensus.
    """
    wanted = reads.kmer_filter()
    fragments: dict[str, int] = {}
    bam.reset()
    for record in of_families(bam.fetch(until_eof=True), least_family or 1):
        if not record.flag & skipped_flags and wanted.takes((record.query_sequence or "").upper()):
            fragments.setdefault(record.query_name or "", len(fragments))
    if least_family is not None:
        reads.itd.family_reads.extend([0] * len(fragments))
        reads.itd.family_umis.extend([NO_UMI] * len(fragments))
    bam.reset()  # the records of one fragment need not stand together
    for record in bam.fetch(until_eof=True):
        name = record.query_name or ""
        sequence = record.query_sequence
        if name not in fragments or record.flag & skipped_flags:
            continue
        if not sequence:
            reads.itd.tally.without_bases += 1
            continue
        if least_family is not None:
            reads.itd.family_reads[fragments[name]] = family_size(record)
            reads.itd.family_umis[fragments[name]] = family_umi(record)
        qualities = phred(record, len(sequence))
        if record.is_reverse:  # as it was sequenced
            sequence, qualities = reverse_complement(sequence), qualities[::-1]
        reads.add(fragments[name], name, sequence, qualities, is_read1=not record.is_read2)
    reads.itd.groups.note_names(list(fragments))
    reads.itd.fragments = len(fragments)
