"""How names, numbers and what they assume are written in the sentences and cells of a report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flt3itd.common.filters import Filter, Flt3Filter, reasons_in
from flt3itd.records import FltEvent
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent
from scripts.report.model import Report

STATE_WORDS = {
    "detected": "Detected",
    "not_detected": "Not detected",
    "not_assessable": "Not assessable",
    "adequate": "Adequate",
    "limited": "Limited",
}

NAMES_IN_A_SENTENCE = 3

_ABBREVIATIONS = re.compile(r"\b(ar|dna|itds?|rna|tkd|vaf)\b")
_SPELLED = {"relapsed_refractory": "relapsed or refractory"}
_LONG_INSERTION = re.compile(r"(ins)[A-Za-z*]{25,}")


def spelled(text: object) -> str:
    """A cell of a sheet, a filter or a key as words."""
    words = _SPELLED.get(str(text), str(text).replace("_", " "))
    return _ABBREVIATIONS.sub(lambda found: found[0].upper().replace("S", "s"), words)


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


_LONGEST_ALLELE = 12


def short_allele(bases: str) -> str:
    """An allele that fits in a cell: of a long one its begin and its length."""
    if len(bases) <= _LONGEST_ALLELE:
        return bases
    return f"{bases[: _LONGEST_ALLELE // 2]}...({len(bases)} bases)"


def chance(value: float) -> str:
    """A probability as text; a very small one is said in words."""
    return "below 0.0001" if value < 0.0001 else f"{value:.2g}"


def filters_shown(report: Report) -> list[Filter]:
    """The filters that hold a call of a report back, in the order of their tables."""
    events = (*report.flt3.itd.events, *report.flt3.tkd.events)
    flt3 = {reason for event in events for reason in reasons_in(event.filter)}
    panel = {reason for one in report.panel.filtered for reason in reasons_in(one.filter)}
    return [
        *(one for one in Flt3Filter if one in flt3),
        *(one for one in PanelFilter if one in panel),
    ]


def would_be_found(limit: float | None, assumption: str) -> str:
    """What a limit of detection says of a change that was not found, and what it assumes."""
    if limit is None:
        return "the limit of detection is not known"
    return (
        f"one with VAF {percent(limit)} or more would have been found with 95% probability"
        f"{after_comma(assumption)}"
    )


def interval_holds(assumption: str) -> str:
    """A sentence on what an interval assumes; empty where it assumes nothing."""
    return f" The interval holds {assumption}." if assumption else ""


def after_comma(assumption: str) -> str:
    """An assumption at the end of a clause; empty where nothing is assumed."""
    return f", {assumption}" if assumption else ""


def listed(names: Sequence[str]) -> str:
    """A few names in a sentence, and how many more there are."""
    shown = list(names[:NAMES_IN_A_SENTENCE])
    more = len(names) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
