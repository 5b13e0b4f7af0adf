"""What a report answers, question by question and gene by gene, in the three states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flt3itd.fitness_records import Fit, Question
from flt3itd.records import FltEvent, Status
from scripts.coverage.rows import ExonCoverage, least_depth
from scripts.kmt2a.rows import Kmt2aPtd
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent
from scripts.report.build import panel_limit
from scripts.report.kmt2a_words import is_told, ptd_sentences
from scripts.report.model import Report
from scripts.report.panel_words import amplicon_reach
from scripts.report.words import after_comma, short_protein


@dataclass(frozen=True)
class Answer:
    """One question: a name without spaces, a title, its state, and a sentence that explains it.

    The sentence has the limit of detection of what is not detected, and the reason of what is not
    assessable.
    """

    key: str
    title: str
    status: Status
    text: str


_CODES = {
    Status.DETECTED: ("LA9633-4", "Present"),
    Status.NOT_DETECTED: ("LA9634-2", "Absent"),
    Status.NOT_ASSESSABLE: ("LA18198-4", "No call"),
}


def code_of(status: Status) -> tuple[str, str]:
    """The answer of LOINC 69548-6 (Genetic variant assessment), which has all three states."""
    return _CODES[status]


def answers_of(report: Report) -> list[Answer]:
    """FLT3-ITD and -TKD, the panel as a whole and each of its genes, KMT2A-PTD and UBTF-TD."""
    lines = report.headlines
    return [
        Answer("flt3-itd", "FLT3-ITD", Status(lines.itd.status), lines.itd.text),
        Answer("flt3-tkd", "FLT3-TKD", Status(lines.tkd.status), lines.tkd.text),
        Answer("panel", "Panel variants", Status(lines.panel.status), lines.panel.text),
        *_genes(report),
        *_kmt2a(report.panel.kmt2a_ptd),
        _ubtf(report),
    ]


def passing_variants(report: Report) -> list[FltEvent | PanelVariant]:
    """Everything that passes: ITDs, kinase domain mutations, and panel variants."""
    events = (*report.flt3.itd.events, *report.flt3.tkd.events)
    return [
        *(one for one in events if one.status is Status.DETECTED),
        *report.panel.variants,
    ]


def gene_of(variant: FltEvent | PanelVariant) -> str:
    """The gene of something that passes."""
    return variant.gene if isinstance(variant, PanelVariant) else "FLT3"


def _genes(report: Report) -> Iterator[Answer]:
    """One answer for each gene of the targets, on all its variants."""
    genes: dict[str, list[ExonCoverage]] = {}
    for exon in report.coverage.exons:
        genes.setdefault(exon.gene, []).append(exon)
    for gene, exons in genes.items():
        status, text = _gene(report, gene, exons)
        yield Answer(f"gene-{gene}", f"Variants of {gene}", status, text)


def _gene(report: Report, gene: str, exons: Sequence[ExonCoverage]) -> tuple[Status, str]:
    verdict = report.flt3.reads.verdict(Question.PANEL)
    unfit = verdict.fit is Fit.UNFIT
    found = [one for one in passing_variants(report) if gene_of(one) == gene]
    if unfit and verdict.misleads:
        found = [one for one in found if isinstance(one, FltEvent)]
    if found:
        return Status.DETECTED, "; ".join(_named(one) for one in found)
    if unfit:
        return Status.NOT_ASSESSABLE, "; ".join(verdict.reasons)
    blind = [exon for exon in exons if not exon.assessable]
    if blind:
        numbers = ", ".join(exon.exon for exon in blind if exon.exon)
        place = f"exon {numbers}" if numbers else gene
        return Status.NOT_ASSESSABLE, f"{place}: {blind[0].reason or 'not deep enough'}"
    least = least_depth(exons)
    limit = None if least is None else panel_limit(least, report.parameters, report.flt3.sampling)
    if limit is None:
        return Status.NOT_ASSESSABLE, f"no VAF would pass the filters at a depth of {least}"
    reach = amplicon_reach(exons)
    return Status.NOT_DETECTED, "; ".join(filter(None, (_limit(limit, report), reach)))


def _limit(vaf: float, report: Report) -> str:
    return f"limit of detection: VAF {percent(vaf)}{after_comma(report.flt3.assumption)}"


def _named(variant: FltEvent | PanelVariant) -> str:
    return f"{short_protein(variant)} {variant.hgvs_c} (VAF {percent(variant.vaf)})"


def _kmt2a(ptd: Kmt2aPtd) -> Iterator[Answer]:
    if is_told(ptd):
        yield Answer("kmt2a-ptd", "KMT2A-PTD", ptd.status, " ".join(ptd_sentences(ptd)))


def _ubtf(report: Report) -> Answer:
    found = report.panel.ubtf_td
    text = "; ".join(found.names)
    if found.status is Status.DETECTED and found.vaf is not None:
        text += f" (VAF {percent(found.vaf)})"
    elif found.reason:
        text = found.reason
    elif found.limit_of_detection is not None:
        text = _limit(found.limit_of_detection, report)
    return Answer("ubtf-td", "UBTF-TD", found.status, text)
