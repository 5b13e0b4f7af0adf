"""Partial tandem duplications of KMT2A in one sample: by exon dosage and by their junction.

Either finding makes the duplication detected. Only dosage can make it not detected: breakpoints
lie in introns that a panel does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pysam
from pysam.utils import SamtoolsError

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.fitness_records import Fit, Verdict
from flt3itd.hgvs.assembly import numbering_of
from flt3itd.hgvs.names import GenomicNumbering
from flt3itd.hgvs.transcript import Transcript
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage
from scripts.kmt2a.controls import read_controls, sample_doses
from scripts.kmt2a.dosage import Dosage, assess
from scripts.kmt2a.junction import PtdJunction, hgvs_g, search
from scripts.kmt2a.rows import OUTSIDE, Kmt2aPtd, is_mane
from scripts.panel.read_rules import ReadRules

_OF_LONG_READS = "long reads: copies of exons are counted in short reads"
_OF_UNALIGNED_RNA = (
    "RNA is not aligned here: give a spliced BAM (STAR, HISAT2) to have the junction looked for"
)
_OF_RNA = "the reads are of RNA, whose depth does not count gene copies"
_NO_EXON_1 = (
    "exon 1 is not read: a loss of the 3' part of the gene, as in a rearrangement, would look alike"
)


def kmt2a_row(
    sample: str,
    dosage: Dosage,
    junctions: Sequence[PtdJunction] = (),
    numbering: GenomicNumbering | None = None,
) -> Kmt2aPtd:
    """The row of a sample; of several junctions, the first is named and the others counted.

    The exons and ratios are those of the junction, where there is one (see `assess`).
    """
    by_dosage = dosage.status is Status.DETECTED
    basis = [*(["dosage"] if by_dosage else []), *(["junction"] if junctions else [])]
    ratio, interval, best = dosage.ratio, dosage.interval, next(iter(junctions), None)
    exons = best.exons if best else dosage.exons
    remarks = []
    if basis == ["dosage"] and not dosage.exon_1_read:
        remarks.append(_NO_EXON_1)
    if len(junctions) > 1:
        remarks.append(f"other junctions with fewer fragments: {len(junctions) - 1}")
    return Kmt2aPtd(
        sample=sample,
        status=Status.DETECTED if basis else dosage.status,
        basis="; ".join(basis),
        reason=dosage.reason,
        exons=f"{exons[0]}-{exons[1]}" if exons else "",
        vaf=None if ratio is None else max(0.0, ratio - 1),
        vaf_low=None if interval is None else max(0.0, interval[0] - 1),
        vaf_high=None if interval is None else max(0.0, interval[1] - 1),
        limit_of_detection=None if dosage.status is Status.NOT_ASSESSABLE else dosage.limit,
        dosage_status=dosage.status,
        ratio=ratio,
        ratio_low=None if interval is None else interval[0],
        ratio_high=None if interval is None else interval[1],
        reference_exons=" ".join(map(str, dosage.reference)),
        controls=dosage.controls,
        exon_ratios=" ".join(f"{number}:{value:.3g}" for number, value in dosage.exon_ratios),
        junction=best.description if best else "",
        junction_hgvs_g=hgvs_g(best, numbering) if best and numbering else "",
        junction_fragments=best.fragments if best else 0,
        junction_fraction=best.fraction if best else None,
        remark="; ".join(remarks),
    )


@dataclass(frozen=True)
class ExonDepths:
    """What the dosage of the exons is told by.

    Attributes:
        rows: Depth of the exons of the sample.
        controls: The table of the controls of its assay, where there are any.
        minimum_depth: Fragments that an exon needs.
    """

    rows: Sequence[ExonCoverage]
    controls: Path | None
    minimum_depth: int


def find_ptd(
    sample: str,
    transcript: Transcript | None,
    bam: Path,
    rules: ReadRules,
    depths: ExonDepths,
    *,
    build: str,
) -> Kmt2aPtd:
    """The row of a sample. `transcript` is None where the targets do not touch the gene.

    Raises UserError when the BAM or the table of the controls cannot be read.
    """
    if transcript is None:
        return kmt2a_row(sample, Dosage(Status.NOT_ASSESSABLE, OUTSIDE))
    if not is_mane(transcript):
        reason = (
            f"the gene models give KMT2A as {transcript.accession}; exons are numbered as on "
            "NM_001197104 (ENST00000534358)"
        )
        return kmt2a_row(sample, Dosage(Status.NOT_ASSESSABLE, reason))
    if rules.assay == Assay.LONG:
        return kmt2a_row(sample, Dosage(Status.NOT_ASSESSABLE, _OF_LONG_READS))
    try:
        if rules.assay == Assay.RNA and _is_without_reads(bam):
            return kmt2a_row(sample, Dosage(Status.NOT_ASSESSABLE, _OF_UNALIGNED_RNA))
        spliced, junctions = search(bam, transcript, rules)
    except (OSError, ValueError, SamtoolsError) as error:
        raise UserError(f"{bam}: cannot be read: {error}") from error
    if spliced or rules.assay == Assay.RNA:
        dosage = Dosage(Status.NOT_ASSESSABLE, _OF_RNA)
    else:
        dosage = _dosage(transcript.gene, rules.assay, depths, junctions)
    return kmt2a_row(sample, dosage, junctions, numbering_of(transcript.contig, build))


def _dosage(
    gene: str, assay: Assay, depths: ExonDepths, junctions: Sequence[PtdJunction]
) -> Dosage:
    """By the depth of the exons against controls; of those of a junction, where there is one."""
    rows = [row for row in depths.rows if row.gene == gene and row.exon]
    compared = read_controls(depths.controls, assay, rows) if depths.controls else {}
    return assess(
        sample_doses(rows),
        list(compared.values()),
        depths.minimum_depth,
        junction=junctions[0].exons if junctions else None,
    )


def with_verdict(row: Kmt2aPtd, verdict: Verdict) -> Kmt2aPtd:
    """The row that reads of this verdict allow: of unfit ones no negative answer stands.

    Nor does a positive one where they show what no molecule has; else a remark says what they are.
    """
    if verdict.fit is not Fit.UNFIT:
        return row
    reason = "; ".join(verdict.reasons)
    if row.status is Status.DETECTED and not verdict.misleads:
        remark = "; ".join(filter(None, (row.remark, f"the reads are unfit: {reason}")))
        return replace(row, remark=remark)
    if row.status is Status.NOT_ASSESSABLE:
        return row
    unknown = Status.NOT_ASSESSABLE
    return replace(
        row, status=unknown, dosage_status=unknown, reason=reason, limit_of_detection=None
    )


def _is_without_reads(bam: Path) -> bool:
    with pysam.AlignmentFile(str(bam)) as records:
        return next(records.fetch(until_eof=True), None) is None
