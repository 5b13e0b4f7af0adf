"""What a report says of the panel and its depth, in sentences.

Nothing here says "not detected" of what could not be looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

from flt3itd.common.counted import CountedUnit
from flt3itd.common.plurals import counted
from flt3itd.fitness_records import Fit, Question, ReadFitness
from flt3itd.records import Status
from scripts.carry_over.words import doubt
from scripts.coverage.blind_genes import reason_of_all
from scripts.coverage.rows import ExonCoverage, HotspotAnswer, longest_shown
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent
from scripts.report.model import CoverageSection, Headline, PanelSection, Quality
from scripts.report.words import (
    NAMES_IN_A_SENTENCE,
    listed,
    short_protein,
    spelled,
    would_be_found,
)


def panel_headline(
    panel: PanelSection, coverage: CoverageSection, reads: ReadFitness, assumption: str
) -> Headline:
    """What is known of small variants in the panel; `reads` has the verdicts on its reads.

    `assumption` is what its limit assumes.
    """
    verdict = reads.verdict(Question.PANEL)
    blind = len(coverage.not_assessable)
    looked_at = len(coverage.exons) - blind
    if panel.status is Status.NOT_ASSESSABLE:
        reason = reason_of_all(coverage.exons)
        if not reason and verdict.fit is Fit.UNFIT:
            reason = "; ".join(verdict.reasons)
        reason = reason or f"{_none_of(len(coverage.exons))} is covered"
        text = f"Nothing can be said about small variants: {reason}."
        return Headline(panel.status, text)
    if panel.status is Status.DETECTED:
        names = [
            f"{variant.gene} {short_protein(variant)} ({percent(variant.vaf)}"
            f"){doubt(variant.carry_over)}".lstrip()
            for variant in panel.variants
        ]
        shown = names[: 2 * NAMES_IN_A_SENTENCE]
        text = f"{counted(len(names), 'variant')}: {', '.join(shown)}"
        if len(names) > len(shown):
            text += f", and {len(names) - len(shown)} more"
        text += "."
    else:
        text = f"No variant passed the filters in the {counted(looked_at, 'covered exon')}; "
        text += f"{would_be_found(panel.limit_of_detection, assumption)}."
    if blind:
        text += f" {counted(blind, 'exon')} not assessable."
    if reach := amplicon_reach(coverage.exons):
        text += f" {reach[0].upper()}{reach[1:]}; coverage.tsv has the lengths by exon."
    return Headline(panel.status, text + _unfit_panel_text(reads))


def amplicon_reach(exons: Sequence[ExonCoverage]) -> str:
    """How long changes the amplicons show wherever in the covered exons they lie; empty without."""
    kinds = "insertions (duplications too)", "deletions"
    bounds = [
        f"{kind} of up to {longest} bp"
        for kind, longest in zip(kinds, longest_shown(exons), strict=True)
        if longest is not None
    ]
    if not bounds:
        return ""
    where = "the exon" if len(exons) == 1 else "the exons"
    return (
        f"these amplicons show {' and '.join(bounds)} wherever in {where} they lie; longer ones "
        "are not assessable in every place"
    )


def _none_of(exons: int) -> str:
    return f"none of {exons} target exons" if exons > 1 else "no target exon"


def _unfit_panel_text(reads: ReadFitness) -> str:
    """What a panel has to say of unfit reads beside its answer: of the sample, or of few genes."""
    text = ""
    for question, what in _OF_PANEL.items():
        verdict = reads.verdict(question)
        genes = _genes_unfit(reads, question)
        if verdict.fit is Fit.UNFIT:
            text += f" {what[0].upper()}{what[1:]}: not assessable: {'; '.join(verdict.reasons)}."
        elif genes:
            text += f" {what[0].upper()}{what[1:]} not assessable in {listed(genes)}."
    return text


_OF_PANEL = {
    Question.PANEL: "other small variants",
    Question.LONG_EVENTS: "insertions and deletions of 20 bases or more",
}


def _genes_unfit(reads: ReadFitness, question: Question) -> list[str]:
    """The genes whose reads, unlike those over most targets, are unfit for a question."""
    return [
        one.gene
        for one in reads.genes
        if any(verdict.question is question for verdict in one.verdicts)
    ]


def quality_headline(coverage: CoverageSection, warnings: int) -> Headline:
    """Whether depth supports the answers, with the exons that it does not support."""
    if not coverage.exons:
        return Headline(Quality.NOT_ASSESSABLE, "No target has a measured depth.")
    blind = coverage.not_assessable
    total = len(coverage.exons)
    by_umi = coverage.exons[0].counted_unit == CountedUnit.MOLECULES
    unit = CountedUnit.MOLECULES if by_umi else CountedUnit.FRAGMENTS
    reason = reason_of_all(coverage.exons)
    mean = coverage.mean
    depth = "" if mean is None else f"mean depth {mean:,.0f} {unit} over the targets"
    if reason:
        status, text = Quality.NOT_ASSESSABLE, f"No target exon is assessable: {reason}."
    elif len(blind) == total:
        status, text = Quality.NOT_ASSESSABLE, f"No target exon is deep enough: {depth}."
    elif blind:
        status = Quality.LIMITED
        text = f"{len(blind)} of {total} target exons not assessable ({listed(blind)}); {depth}."
    else:
        all_of_them = f"All {total} target exons are" if total > 1 else "The one target exon is"
        status, text = Quality.ADEQUATE, f"{all_of_them} assessable; {depth}."
    if warnings:
        text += f" {counted(warnings, 'warning')}, listed below."
    return Headline(status, text)


def blind_hotspots(hotspots: Sequence[HotspotAnswer]) -> list[tuple[str, str, str]]:
    """The hotspot codons without an answer: gene, codons, and the reason that they share.

    Genes are in the order of the table, those with fewer codons blind than asked for among them.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for answer in hotspots:
        if answer.status is Status.NOT_ASSESSABLE:
            group = answer.gene, answer.reason or "no answer"
            groups.setdefault(group, []).append(f"{answer.amino_acid}{answer.residue}")
    order = list(dict.fromkeys(answer.gene for answer in hotspots))
    ordered = sorted(groups.items(), key=lambda group: order.index(group[0][0]))
    return [(gene, ", ".join(codons), reason) for (gene, reason), codons in ordered]


def variant_remarks(variant: PanelVariant) -> list[str]:
    """What is to be minded of a panel variant, each in a few words."""
    frequency = variant.population_frequency
    said = (
        (variant.known, f"known: {variant.known}"),
        (variant.hotspot, f"hotspot {variant.hotspot}"),
        (variant.legacy, f"older name: {variant.legacy}"),
        (variant.rescued, f"passes because it is known, despite {spelled(variant.rescued)}"),
        (variant.origin, variant.origin),
        (frequency is not None, f"population frequency {percent(frequency or 0)}"),
        (variant.clinvar, f"ClinVar: {variant.clinvar.replace('_', ' ')}"),
        (variant.cosmic, f"COSMIC: {variant.cosmic}"),
    )
    told = [words.replace(";", ", ") for there, words in said if there]
    return [*told, *filter(None, [variant.remark, variant.carry_over])]
