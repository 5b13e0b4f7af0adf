"""RNA reads from a BAM: taken from wherever the aligner put them, placed on the joined exons."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import ENSEMBL_TRANSCRIPT, TRANSCRIPT
from flt3itd.reads.aligned import phred
from flt3itd.reads.alignment import CIGAR_HARD_CLIP, CIGAR_SOFT_CLIP, Flag, skipped_flags
from flt3itd.reads.alignment_file import of_families
from flt3itd.reads.columns import batches, names_of, without_skipped
from flt3itd.reads.coordinates import LocatedReads, Placement, locate, place_in_build
from flt3itd.reads.mates import Mates
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.unplaced import unplaced_records

_TRANSCRIPT_NAMES = (TRANSCRIPT.split(".", maxsplit=1)[0], ENSEMBL_TRANSCRIPT)


def read_rna(
    bam: pysam.AlignmentFile,
    reads: PlacedReads,
    *,
    name: str,
    reference: Path | None,
    build: str | None,
    least_family: int | None,
) -> Placement:
    """Place the reads of the FLT3 gene, aligned to the genome or to transcripts.

    Reads aligned to a transcript are reported at their place in `build`, else on GRCh38. Consensus
    reads count from families of `least_family` reads on; None: the reads are no consensus. What the
    aligner or a later step took from the reads is counted in `reads.itd.tally`: clips, bases, mates
    over exons 14 and 15.

    Raises:
        UserError: the BAM holds neither chromosome 13 of a known build nor the FLT3 transcript.
    """
    locus = reads.template.locus
    on_transcript = _transcript(bam)
    if on_transcript is None:
        located = locate(bam, name, locus, reference, (0, len(locus)))
    else:
        placement = place_in_build(locus, build or "GRCh38")
        located = LocatedReads(placement, bam.fetch(on_transcript))
    records = chain(located.records, unplaced_records(bam, reads.kmer_filter()))
    skipped = skipped_flags(Assay.RNA, molecules=least_family is not None)
    mates = _take(reads, of_families(records, least_family or 1), skipped)
    if on_transcript is None:
        first, last = locus.exon(15).start, locus.exon(14).end
        shift = located.placement.shift
        reads.itd.tally.mates_missing = mates.missing(first + shift, last + shift)
    return located.placement


def _take(reads: PlacedReads, records: Iterable[pysam.AlignedSegment], skipped: int) -> Mates:
    """Place records but for those with `skipped` flags, and count what their reads have lost."""
    tally, mates, clipped = reads.itd.tally, Mates(), 0
    fragments: dict[str, int] = {}
    for batch in batches(records):
        kept, flags = without_skipped(batch, skipped, tally)
        mates.fragments_of(kept, names_of(kept), flags)
        for record in kept:
            sequence = record.query_sequence
            codes = {code for code, _ in record.cigartuples or ()}
            clipped += CIGAR_SOFT_CLIP in codes or bool(record.flag & Flag.UNMAPPED)
            tally.hard_clipped += CIGAR_HARD_CLIP in codes
            if not sequence:
                tally.without_bases += 1
                continue
            qualities = phred(record, len(sequence))
            if record.is_reverse:  # as it was sequenced
                sequence, qualities = reverse_complement(sequence), qualities[::-1]
            query = record.query_name or ""
            fragment = fragments.setdefault(query, len(fragments))
            reads.add(fragment, query, sequence, qualities, is_read1=not record.is_read2)
    reads.itd.fragments = len(fragments)
    tally.soft_clipped, tally.names_shared = clipped, mates.alike
    return mates


def _transcript(bam: pysam.AlignmentFile) -> str | None:
    """The contig that is the FLT3 transcript; None where reads are aligned to the genome."""
    return next((each for each in bam.references if each.startswith(_TRANSCRIPT_NAMES)), None)
