"""Genes that the reads of a sample cannot speak about, whatever their depth, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pysam

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.fitness.judgement import Thresholds
from flt3itd.kinase.error_model import HOTSPOTS
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, ExonState, HotspotAnswer
from scripts.panel.read_rules import ReadRules

OF_RNA = "the reads are of RNA: the panel is called from DNA"
OF_LONG_READS = "long reads: the panel is called from short reads"
BLIND_ASSAYS = {Assay.RNA: OF_RNA, Assay.LONG: OF_LONG_READS}
"""Assays whose reads say nothing of the panel, with the reason."""
_COPIED = "the genome holds the gene twice"
LEAST_READS = 20
"""Over a gene; of fewer the share without a place of their own says nothing."""
_LOOKED_AT = 2000
"""Reads of an exon that are looked at."""


def with_reasons(
    rows: Sequence[ExonCoverage], bam: Path, rules: ReadRules, minimum_depth: int
) -> list[ExonCoverage]:
    """The rows with a reason for each exon without an answer.

    Of RNA and of long reads there is none.

    Raises UserError when the BAM cannot be read.
    """
    blind_assay = BLIND_ASSAYS.get(Assay(rules.assay))
    if blind_assay:
        return [replace(row, status=ExonState.NOT_ASSESSABLE, reason=blind_assay) for row in rows]
    by_gene: defaultdict[str, list[ExonCoverage]] = defaultdict(list)
    for row in rows:
        by_gene[row.gene].append(row)
    blind = [gene for gene, own in by_gene.items() if not any(row.assessable for row in own)]
    reasons: dict[str, str] = {}
    if blind:
        try:
            with pysam.AlignmentFile(str(bam)) as reads:
                reasons = {gene: _reason(reads, by_gene[gene], rules) for gene in blind}
        except (OSError, ValueError) as error:
            raise UserError(f"{bam}: cannot be read: {error}") from error
    shallow = f"depth below {minimum_depth}"
    return [
        row if row.assessable else replace(row, reason=reasons.get(row.gene) or shallow)
        for row in rows
    ]


def reason_of_assay(rows: Sequence[ExonCoverage]) -> str:
    """Why the assay of a sample says nothing of any exon; empty where it does."""
    reasons = {row.reason for row in rows}
    return next((one for one in BLIND_ASSAYS.values() if reasons == {one}), "")


def with_reasons_of_genes(
    answers: Sequence[HotspotAnswer], rows: Sequence[ExonCoverage]
) -> list[HotspotAnswer]:
    """The answers for hotspot codons with the reasons of their genes.

    Of RNA and of long reads only what the kinase domain caller says of FLT3 is an answer.
    """
    blind = {row.gene: row.reason for row in rows if row.reason}
    of_assay = reason_of_assay(rows)
    return [_with_reason(one, blind.get(one.gene, ""), of_assay) for one in answers]


def _with_reason(answer: HotspotAnswer, reason: str, of_assay: str) -> HotspotAnswer:
    if of_assay and not (answer.gene == "FLT3" and answer.residue in HOTSPOTS):
        unknown = Status.NOT_ASSESSABLE
        return replace(answer, status=unknown, reason=of_assay, limit_of_detection=None)
    if answer.status is Status.NOT_ASSESSABLE and reason.startswith(_COPIED):
        return replace(answer, reason=reason)
    return answer


def _reason(bam: pysam.AlignmentFile, rows: Sequence[ExonCoverage], rules: ReadRules) -> str:
    """Why no exon of a gene is deep enough, if its reads have no place of their own."""
    total = without = 0
    for row in rows:
        for read in islice(bam.fetch(row.chrom, row.start - 1, row.end), _LOOKED_AT):
            if not read.flag & rules.skipped:
                total += 1
                without += read.mapping_quality == 0
    if total < LEAST_READS or without < Thresholds().mapping_quality_zero * total:
        return ""
    return (
        f"{_COPIED} ({without} of {total} reads have a mapping quality of 0); to one "
        "in which the copy is masked (of GRCh38: false duplications, as of U2AF1)"
    )
