"""The sentences of the first screen, and how numbers are written in them.

Nothing here says "not detected" of what could not be looked at.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from flt3itd.common.filters import Filter, Flt3Filter, reasons_in
from flt3itd.records import (
    CodonResult,
    EventKind,
    Fit,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Question,
    ReadFitness,
    Status,
    TkdResult,
)
from scripts.coverage.blind_genes import reason_of_all
from scripts.coverage.rows import HotspotAnswer
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent, percent_interval, ratio, ratio_interval
from scripts.report.model import (
    CoverageSection,
    Headline,
    PanelSection,
    Quality,
    Report,
)

STATE_WORDS = {
    "detected": "Detected",
    "not_detected": "Not detected",
    "not_assessable": "Not assessable",
    "adequate": "Adequate",
    "limited": "Limited",
}

NAMES_IN_A_SENTENCE = 3

_LONG_INSERTION = re.compile(r"(ins)[A-Za-z*]{25,}")


def short_protein(event: FltEvent | PanelVariant) -> str:
    """The protein name without its accession; the c. name, then the alleles, where it is empty."""
    for name in (event.hgvs_p, event.hgvs_c):
        if name:
            return name.rsplit(":", maxsplit=1)[-1]
    return f"{event.chrom}:{event.pos} {event.ref}>{event.alt}"


def event_label(event: FltEvent) -> str:
    """What an ITD is called beside its drawing."""
    return f"{event.length_bp} bp {event.event.value}"


def abbreviated(name: str) -> str:
    """An HGVS name in which a long inserted sequence is left out, to fit in a cell."""
    return _LONG_INSERTION.sub(r"\1[...]", name)


_INTRON = re.compile(r"\d[+-]\d")


def frame_words(event: FltEvent) -> str:
    """Whether an ITD keeps the reading frame; with bases of an intron, length does not tell."""
    if event.in_frame is None:
        return "frame not known"
    words = "in frame" if event.in_frame else "out of frame"
    if _INTRON.search(event.hgvs_c.rpartition(":")[2]):
        return f"{words} by its length, but with bases of an intron: splicing decides"
    return words


_LONGEST_ALLELE = 12


def short_allele(bases: str) -> str:
    """An allele that fits in a cell: of a long one its begin and its length."""
    if len(bases) <= _LONGEST_ALLELE:
        return bases
    return f"{bases[: _LONGEST_ALLELE // 2]}...({len(bases)} bases)"


def detected_itds(itd: ItdResult) -> tuple[FltEvent, ...]:
    """Passing ITDs and insertions, the largest VAF first."""
    events = [event for event in itd.events if event.status is Status.DETECTED]
    return tuple(sorted(events, key=lambda event: (-event.vaf, -event.length_bp, event.hgvs_c)))


def known_words(known: KnownItd, assumption: str = "") -> str:
    """What a sample shows of an ITD that an earlier sample had, as a sentence."""
    counts = f"{known.mutant_fragments:,} of {_count(known.informative_fragments, 'fragment')}"
    chance = f"probability that errors alone show as many: {probability(known)}"
    if known.status is Status.DETECTED:
        return (
            f"Still there: VAF {percent(known.vaf)}, at most {percent(known.vaf_upper)} "
            f"({counts}; {chance}).{_interval_holds(assumption)}"
        )
    if known.status is Status.NOT_ASSESSABLE:
        return f"Nothing can be said: too few fragments where it lies ({counts})."
    return (
        f"Not detected: if it is there, its VAF is below {percent(known.vaf_upper)} with 95% "
        f"confidence{_comma(assumption)} ({counts}; {chance}).{_found_from(known)}"
    )


def _found_from(known: KnownItd) -> str:
    limit = known.limit_of_detection
    return "" if limit is None else f" A VAF of {percent(limit)} is detected with 95% probability."


def probability(known: KnownItd) -> str:
    """The background probability of a known ITD, as text."""
    return chance(known.background_probability)


def chance(value: float) -> str:
    """A probability as text; a very small one is said in words."""
    return "below 0.0001" if value < 0.0001 else f"{value:.2g}"


def _earlier_text(itd: ItdResult, assumption: str) -> str:
    """A sentence on earlier ITDs that are not among the passing ones; empty without any."""
    gone = [
        f"{known.length_bp} bp "
        + (
            f"not detected (VAF below {percent(known.vaf_upper)}{_comma(assumption)})"
            if known.status is Status.NOT_DETECTED
            else "not assessable"
        )
        for known in itd.known
        if known.status is not Status.DETECTED
    ]
    return f" Of earlier samples: {_listed(gone)}." if gone else ""


def itd_headline(flt3: FltResult) -> Headline:
    """What is known of internal tandem duplications."""
    itd = flt3.itd
    unfit = _unfit_text(flt3, Question.ITD)
    text = _itd_text(itd, flt3.assumption) + _earlier_text(itd, flt3.assumption)
    return Headline(itd.status, text + unfit)


def _unfit_text(flt3: FltResult, question: Question) -> str:
    """What a positive answer from unfit reads has to say of itself; empty otherwise."""
    verdict = flt3.reads.verdict(question)
    status = flt3.itd.status if question is Question.ITD else flt3.tkd.status
    if verdict.fit is not Fit.UNFIT or status is not Status.DETECTED:
        return ""
    return f" The reads may hide others, and the ratio may be wrong: {'; '.join(verdict.reasons)}."


def _itd_text(itd: ItdResult, assumption: str) -> str:
    fragments = f"median {_count(itd.informative_fragments, 'informative fragment')}"
    if itd.status is Status.NOT_ASSESSABLE:
        return f"Nothing can be said about FLT3-ITD: {itd.reason} ({fragments})."
    if itd.status is Status.NOT_DETECTED:
        found = _would_be_found(itd.limit_of_detection, assumption)
        text = f"No FLT3-ITD passed the filters; {found}"
        text += f" ({fragments})."
        if itd.longest_assessable is not None:
            text += (
                f" The amplicons and reads show ITDs of up to {itd.longest_assessable} bp in every "
                "place; longer ones are not assessable."
                if itd.longest_assessable
                else " Amplicons and reads do not meet: in some places no ITD is seen."
            )
        held_back = len(itd.events)
        if held_back:
            text += f" {_count(held_back, 'candidate')} did not pass: see the table."
        return text
    events = detected_itds(itd)
    kinds = "ITD" if all(event.event is EventKind.ITD for event in events) else "insertion"
    lengths = _listed([f"{event.length_bp} bp" for event in events])
    text = f"{_count(len(events), kinds)} of {lengths}"
    if itd.total_ar is not None:
        text += "; " if math.isinf(itd.total_ar) else "; allelic ratio "
        text += ratio(itd.total_ar)
        if itd.total_ar_interval is not None:
            interval = itd.total_ar_interval
            text += f" (95% interval {ratio_interval(interval.low, interval.high)})"
    if itd.total_vaf is not None:
        text += f", VAF {percent(itd.total_vaf)}"
        if itd.total_vaf_interval is not None:
            text += (
                f" ({percent_interval(itd.total_vaf_interval.low, itd.total_vaf_interval.high)})"
            )
    return f"{text}.{_interval_holds(assumption)}"


def tkd_headline(flt3: FltResult) -> Headline:
    """What is known of the kinase domain codons."""
    text = _tkd_text(flt3.tkd, flt3.assumption) + _unfit_text(flt3, Question.TKD)
    return Headline(flt3.tkd.status, text)


def _tkd_text(tkd: TkdResult, assumption: str) -> str:
    blind = [_codon_name(codon) for codon in tkd.codons if codon.status is Status.NOT_ASSESSABLE]
    if len(blind) == len(tkd.codons):
        return f"Nothing can be said about the kinase domain codons: {tkd.reason}."
    found = [event for event in tkd.events if event.status is Status.DETECTED]
    if found:
        names = [
            f"{short_protein(event)} (VAF {percent(event.vaf)}, "
            f"{percent_interval(event.vaf_low, event.vaf_high)})"
            for event in sorted(found, key=lambda event: -event.vaf)
        ]
        text = f"{_listed(names)}.{_interval_holds(assumption)}"
    else:
        limits = [c.limit_of_detection for c in tkd.codons if c.limit_of_detection is not None]
        where = "in the other codons" if blind else "passed the filters"
        text = f"No kinase domain mutation {where}; {_would_be_found(_worst(limits), assumption)}."
    if not blind:
        return text
    unknown = f"Not assessable: {', '.join(blind)}."
    return f"{text} {unknown}" if found else f"{unknown} {text}"


def flt3_names(flt3: FltResult) -> list[str]:
    """The passing events of FLT3, each in a few words."""
    mutations = [event for event in flt3.tkd.events if event.status is Status.DETECTED]
    return [
        *(event_label(event) for event in detected_itds(flt3.itd)),
        *(f"FLT3 {short_protein(event)}" for event in mutations),
    ]


def panel_headline(
    panel: PanelSection, coverage: CoverageSection, reads: ReadFitness, assumption: str = ""
) -> Headline:
    """What is known of small variants in the panel; `reads` has the verdicts on its reads.

    `assumption` is what its limit assumes.
    """
    verdict = reads.verdict(Question.PANEL)
    blind = len(coverage.not_assessable)
    looked_at = len(coverage.exons) - blind
    if panel.status is Status.NOT_ASSESSABLE:
        text = f"Nothing can be said: none of {len(coverage.exons)} target exons is covered."
        reason = reason_of_all(coverage.exons)
        if reason:
            text = f"Nothing can be said: {reason}."
        elif verdict.fit is Fit.UNFIT:
            text = f"Nothing can be said: {'; '.join(verdict.reasons)}."
        return Headline(panel.status, text)
    if panel.status is Status.DETECTED:
        names = [
            f"{variant.gene} {short_protein(variant)} ({percent(variant.vaf)})".lstrip()
            for variant in panel.variants
        ]
        shown = names[: 2 * NAMES_IN_A_SENTENCE]
        text = f"{_count(len(names), 'variant')}: {', '.join(shown)}"
        if len(names) > len(shown):
            text += f", and {len(names) - len(shown)} more"
        text += "."
    else:
        text = f"No variant passed the filters in the {_count(looked_at, 'covered exon')}; "
        text += f"{_would_be_found(panel.limit_of_detection, assumption)}."
    if blind:
        text += f" {_count(blind, 'exon')} not assessable."
    return Headline(panel.status, text + _unfit_panel_text(reads))


def _unfit_panel_text(reads: ReadFitness) -> str:
    """What a panel has to say of unfit reads beside its answer: of the sample, or of few genes."""
    text = ""
    for question, what in _OF_PANEL.items():
        verdict = reads.verdict(question)
        genes = _genes_unfit(reads, question)
        if verdict.fit is Fit.UNFIT:
            text += f" {what[0].upper()}{what[1:]}: not assessable: {'; '.join(verdict.reasons)}."
        elif genes:
            text += f" {what[0].upper()}{what[1:]} not assessable in {_listed(genes)}."
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
    if coverage.mean is None or not coverage.exons:
        return Headline(Quality.NOT_ASSESSABLE, "No target has a measured depth.")
    blind = coverage.not_assessable
    total = len(coverage.exons)
    depth = f"mean depth {coverage.mean:,.0f} over the targets"
    reason = reason_of_all(coverage.exons)
    if reason:
        status, text = Quality.NOT_ASSESSABLE, f"No target exon is assessable: {reason}."
    elif len(blind) == total:
        status, text = Quality.NOT_ASSESSABLE, f"No target exon is deep enough: {depth}."
    elif blind:
        status = Quality.LIMITED
        text = f"{len(blind)} of {total} target exons not assessable ({_listed(blind)}); {depth}."
    else:
        status, text = Quality.ADEQUATE, f"All {total} target exons are assessable; {depth}."
    if warnings:
        text += f" {_count(warnings, 'warning')}, listed below."
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
        (variant.rescued, f"passes because it is known, despite {variant.rescued}"),
        (variant.origin, variant.origin),
        (frequency is not None, f"population frequency {percent(frequency or 0)}"),
        (variant.clinvar, f"ClinVar: {variant.clinvar}"),
        (variant.cosmic, f"COSMIC: {variant.cosmic}"),
    )
    spelled = [words.replace(";", ", ").replace("_", " ") for there, words in said if there]
    return [*spelled, *filter(None, [variant.carry_over])]


def filters_shown(report: Report) -> list[Filter]:
    """The filters that hold a call of a report back, in the order of their tables."""
    events = (*report.flt3.itd.events, *report.flt3.tkd.events)
    flt3 = {reason for event in events for reason in reasons_in(event.filter)}
    panel = {reason for one in report.panel.filtered for reason in reasons_in(one.filter)}
    return [
        *(one for one in Flt3Filter if one in flt3),
        *(one for one in PanelFilter if one in panel),
    ]


def _would_be_found(limit: float | None, assumption: str) -> str:
    if limit is None:
        return "the limit of detection is not known"
    return (
        f"one with VAF {percent(limit)} or more would have been found with 95% probability"
        f"{_comma(assumption)}"
    )


def _interval_holds(assumption: str) -> str:
    """A sentence on what an interval assumes; empty where it assumes nothing."""
    return f" The interval holds {assumption}." if assumption else ""


def _comma(assumption: str) -> str:
    return f", {assumption}" if assumption else ""


def _worst(limits: Sequence[float]) -> float | None:
    return max(limits) if limits else None


def _codon_name(codon: CodonResult) -> str:
    return f"{codon.reference_amino_acid}{codon.residue}"


def _count(number: int, noun: str) -> str:
    """A number with its noun: ``1 variant``, ``1,200 fragments``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _listed(names: Sequence[str]) -> str:
    """A few names in a sentence, and how many more there are."""
    shown = list(names[:NAMES_IN_A_SENTENCE])
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
