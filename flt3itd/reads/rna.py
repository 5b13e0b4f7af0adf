"""RNA reads from a BAM: taken from wherever the aligner put them, placed on the joined exons."""

from __future__ import annotations

from pathlib import Path

import pysam

from flt3itd.locus.flt3 import ENSEMBL_TRANSCRIPT, TRANSCRIPT, Locus
from flt3itd.reads.alignment_file import of_families
from flt3itd.reads.coordinates import LocatedReads, Placement, locate, place_in_build
from flt3itd.reads.placed import PlacedReads
from flt3itd.reads.streaming import phred

_TRANSCRIPT_NAMES = (TRANSCRIPT.split(".", maxsplit=1)[0], ENSEMBL_TRANSCRIPT)


def read_rna(
    bam: pysam.AlignmentFile,
    name: str,
    locus: Locus,
    reference: Path | None,
    skipped_flags: int,
    reads: PlacedReads,
    build: str | None = None,
    least_family: int = 1,
) -> Placement:
    """Place the reads of the FLT3 gene, aligned to the genome or to transcripts.

    Reads aligned to a transcript are reported at their place in `build`, else on GRCh38. Consensus
    reads count from families of `least_family` reads on.

    Raises:
        UserError: the BAM holds neither chromosome 13 of a known build nor the FLT3 transcript.
    """
    contig = next((each for each in bam.references if each.startswith(_TRANSCRIPT_NAMES)), None)
    if contig is None:
        located = locate(bam, name, locus, reference, (0, len(locus)))
    else:
        placement = place_in_build(locus, build or "GRCh38")
        located = LocatedReads(placement, bam.fetch(contig))
    fragments: dict[str, int] = {}
    for record in of_families(located.records, least_family):
        sequence = record.query_sequence
        if record.flag & skipped_flags or not sequence:
            continue
        query = record.query_name or ""
        fragment = fragments.setdefault(query, len(fragments))
        reads.add(
            fragment,
            query,
            sequence,
            phred(record, len(sequence)),
            is_read1=not record.is_read2,
        )
    reads.itd.fragments = len(fragments)
    return located.placement
