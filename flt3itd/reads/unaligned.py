"""A BAM of which no read was aligned: its reads are placed as those of FASTQ are."""

from __future__ import annotations

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.aligned import phred
from flt3itd.reads.placed import PlacedReads


def is_unaligned(bam: pysam.AlignmentFile) -> bool:
    """Whether an indexed BAM has records, and none of them a place; of a CRAM it is not asked."""
    return not bam.is_cram and not bam.mapped and bam.nocoordinate > 0


def read_unaligned(bam: pysam.AlignmentFile, reads: PlacedReads, skipped_flags: int) -> None:
    """Place the fragments of which a read may lie in the regions, in whatever order they stand.

    Records that have one of `skipped_flags` are left out.
    """
    wanted = reads.kmer_filter()
    fragments: dict[str, int] = {}
    bam.reset()
    for record in bam.fetch(until_eof=True):
        if not record.flag & skipped_flags and wanted.takes((record.query_sequence or "").upper()):
            fragments.setdefault(record.query_name or "", len(fragments))
    bam.reset()  # the records of one fragment need not stand together
    for record in bam.fetch(until_eof=True):
        name = record.query_name or ""
        sequence = record.query_sequence
        if name not in fragments or record.flag & skipped_flags:
            continue
        if not sequence:
            reads.itd.tally.without_bases += 1
            continue
        qualities = phred(record, len(sequence))
        if record.is_reverse:  # as it was sequenced
            sequence, qualities = reverse_complement(sequence), qualities[::-1]
        reads.add(fragments[name], name, sequence, qualities, is_read1=not record.is_read2)
    reads.itd.groups.note_names(list(fragments))
    reads.itd.fragments = len(fragments)
