"""Genes that the reads of a sample cannot speak about, whatever their depth, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from flt3itd.common.assay import Assay
from flt3itd.common.sampling import Sampling
from flt3itd.fitness_records import Fit, Question
from flt3itd.locus.residue_classes import HOTSPOTS
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, ExonState, HotspotAnswer

if TYPE_CHECKING:
    from scripts.panel.read_fitness import TargetFitness

OF_RNA = "the reads are of RNA: the panel is called from DNA"
OF_LONG_READS = "long reads: the panel is called from short reads"
AnyDepth = TypeVar("AnyDepth", ExonCoverage, HotspotAnswer)
BLIND_ASSAYS = {Assay.RNA: OF_RNA, Assay.LONG: OF_LONG_READS}
"""Assays whose reads say nothing of the panel, with the reason."""
_SHALLOW = "depth below "


def with_reasons(
    rows: Sequence[ExonCoverage],
    fitness: TargetFitness,
    assay: Assay,
    minimum_depth: int,
    sampling: Sampling,
) -> list[ExonCoverage]:
    """The rows with a reason for each exon without an answer.

    Of RNA and of long reads there is none, nor of genes whose reads are unfit for the panel, nor
    of an input of fewer molecules than the minimum depth.
    """
    blind_assay = BLIND_ASSAYS.get(assay)
    if blind_assay:
        unknown = ExonState.NOT_ASSESSABLE
        return [_unmeasured(replace(row, status=unknown, reason=blind_assay)) for row in rows]
    return [_with_reason(row, fitness, minimum_depth, sampling) for row in rows]


def _unmeasured(row: AnyDepth) -> AnyDepth:
    """The row without the depth over the targets, which says nothing of such reads."""
    return replace(
        row,
        minimum=None,
        mean=None,
        fraction_at_100x=None,
        fraction_at_500x=None,
        fraction_at_1000x=None,
    )


def _with_reason(
    row: ExonCoverage, fitness: TargetFitness, minimum_depth: int, sampling: Sampling
) -> ExonCoverage:
    verdict = fitness.verdict(Question.PANEL, row.gene)
    if verdict.fit is Fit.UNFIT:
        return replace(row, status=ExonState.NOT_ASSESSABLE, reason="; ".join(verdict.reasons))
    too_few = "" if row.mean is None else sampling.over(row.mean).too_few(minimum_depth)
    if too_few:
        return replace(row, status=ExonState.NOT_ASSESSABLE, reason=too_few)
    return row if row.assessable else replace(row, reason=f"{_SHALLOW}{minimum_depth}")


def is_for_depth(row: ExonCoverage) -> bool:
    """Whether an exon has no answer for want of depth alone."""
    return row.reason.startswith(_SHALLOW)


def reason_of_all(rows: Sequence[ExonCoverage]) -> str:
    """Why the reads of a sample say nothing of any exon, if not for their depth; else empty."""
    reasons = {"" if is_for_depth(row) else row.reason for row in rows}
    return reasons.pop() if len(reasons) == 1 else ""


def with_reasons_of_genes(
    answers: Sequence[HotspotAnswer], rows: Sequence[ExonCoverage]
) -> list[HotspotAnswer]:
    """The answers for hotspot codons with the reasons of their genes.

    What the kinase domain caller says of FLT3 stays: it has a verdict on its own reads.
    """
    blind = {row.gene: row.reason for row in rows if row.reason and not is_for_depth(row)}
    of_all = reason_of_all(rows)
    return [_with_reason_of_gene(one, blind.get(one.gene, of_all)) for one in answers]


def _with_reason_of_gene(answer: HotspotAnswer, reason: str) -> HotspotAnswer:
    by_kinase_caller = answer.gene == "FLT3" and answer.residue in HOTSPOTS
    if reason in BLIND_ASSAYS.values():
        answer = _unmeasured(answer if by_kinase_caller else replace(answer, depth=None))
    elif answer.status is Status.DETECTED:
        return answer
    if not reason or by_kinase_caller:
        return answer
    unknown = Status.NOT_ASSESSABLE
    return replace(answer, status=unknown, reason=reason, limit_of_detection=None, remark="")
