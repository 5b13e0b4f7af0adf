"""What a report says of FLT3, in sentences.

Nothing here says "not detected" of what could not be looked at.
"""

from __future__ import annotations

import math
import re

from flt3itd.common.plurals import counted
from flt3itd.fitness_records import Fit, Question
from flt3itd.records import (
    CodonResult,
    EventKind,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Status,
    TkdResult,
)
from scripts.carry_over.words import doubt
from scripts.records.number_words import percent, percent_interval, ratio, ratio_interval
from scripts.report.model import Headline
from scripts.report.words import (
    after_comma,
    chance,
    event_label,
    interval_holds,
    listed,
    short_protein,
    would_be_found,
)

_INTRON = re.compile(r"\d[+-]\d")


def frame_words(event: FltEvent) -> str:
    """Whether an ITD keeps the reading frame; with bases of an intron, length does not tell."""
    if event.in_frame is None:
        return "frame not known"
    words = "in frame" if event.in_frame else "out of frame"
    if _INTRON.search(event.hgvs_c.rpartition(":")[2]):
        return f"{words} by its length, but with bases of an intron: splicing decides"
    return words


def detected_itds(itd: ItdResult) -> tuple[FltEvent, ...]:
    """Passing ITDs and insertions, the largest VAF first."""
    events = [event for event in itd.events if event.status is Status.DETECTED]
    return tuple(sorted(events, key=lambda event: (-event.vaf, -event.length_bp, event.hgvs_c)))


def known_words(known: KnownItd, assumption: str = "") -> str:
    """What a sample shows of an ITD that an earlier sample had, as a sentence."""
    counts = f"{known.mutant_fragments:,} of {counted(known.informative_fragments, 'fragment')}"
    chance = f"probability that errors alone show as many: {probability(known)}"
    if known.status is Status.DETECTED:
        return (
            f"Still there: VAF {percent(known.vaf)}, at most {percent(known.vaf_upper)} "
            f"({counts}; {chance}).{interval_holds(assumption)}"
        )
    if known.status is Status.NOT_ASSESSABLE:
        return (
            "Nothing can be said: too few fragments where it lies, or reads that cannot show it "
            f"({counts})."
        )
    return (
        f"Not detected: if it is there, its VAF is below {percent(known.vaf_upper)} with 95% "
        f"confidence{after_comma(assumption)} ({counts}; {chance}).{_found_from(known)}"
    )


def _found_from(known: KnownItd) -> str:
    limit = known.limit_of_detection
    return "" if limit is None else f" A VAF of {percent(limit)} is detected with 95% probability."


def probability(known: KnownItd) -> str:
    """The background probability of a known ITD, as text."""
    return chance(known.background_probability)


def _earlier_text(itd: ItdResult, assumption: str) -> str:
    """A sentence on earlier ITDs that are not among the passing ones; empty without any."""
    gone = [
        f"{known.length_bp} bp "
        + (
            f"not detected (VAF below {percent(known.vaf_upper)}{after_comma(assumption)})"
            if known.status is Status.NOT_DETECTED
            else "not assessable"
        )
        for known in itd.known
        if known.status is not Status.DETECTED
    ]
    return f" Of earlier samples: {listed(gone)}." if gone else ""


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
    fragments = f"median {counted(itd.informative_fragments, 'informative fragment')}"
    if itd.status is Status.NOT_ASSESSABLE:
        return f"Nothing can be said about FLT3-ITD: {itd.reason} ({fragments})."
    if itd.status is Status.NOT_DETECTED:
        found = would_be_found(itd.limit_of_detection, assumption)
        text = f"No FLT3-ITD passed the filters; {found}"
        text += f" ({fragments})."
        text += reach_words(itd)
        held_back = len(itd.events)
        if held_back:
            text += f" {counted(held_back, 'candidate')} did not pass: see the table."
        return text
    events = detected_itds(itd)
    kinds = "ITD" if all(event.event is EventKind.ITD for event in events) else "insertion"
    lengths = listed([f"{event.length_bp} bp{doubt(event.remark)}" for event in events])
    text = f"{counted(len(events), kinds)} of {lengths}"
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
    return f"{text}.{interval_holds(assumption)}{reach_words(itd)}"


def reach_words(itd: ItdResult) -> str:
    """A sentence on the length of ITDs that the reads show; empty without a bound."""
    if itd.longest_assessable is None:
        return ""
    others = "other ones" if itd.status is Status.DETECTED else "ITDs"
    return (
        f" These reads show {others} of up to {itd.longest_assessable} bp in every place; longer "
        "ones are not assessable."
    )


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
            f"{percent_interval(event.vaf_low, event.vaf_high)}){doubt(event.remark)}"
            for event in sorted(found, key=lambda event: -event.vaf)
        ]
        text = f"{listed(names)}.{interval_holds(assumption)}"
    else:
        limits = [c.limit_of_detection for c in tkd.codons if c.limit_of_detection is not None]
        where = "in the other codons" if blind else "passed the filters"
        told = would_be_found(max(limits, default=None), assumption)
        text = f"No kinase domain mutation {where}; {told}."
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


def _codon_name(codon: CodonResult) -> str:
    return f"{codon.reference_amino_acid}{codon.residue}"
