"""What a report says of KMT2A partial tandem duplications, in sentences."""

from __future__ import annotations

from flt3itd.common.plurals import counted
from flt3itd.records import Status
from scripts.kmt2a.rows import OUTSIDE, Kmt2aPtd
from scripts.records.number_words import percent, percent_interval, ratio, ratio_interval
from scripts.report.model import Headline


def is_told(ptd: Kmt2aPtd) -> bool:
    """Whether a report mentions it: panels without KMT2A have nothing to tell."""
    return ptd.reason != OUTSIDE


def ptd_line(ptd: Kmt2aPtd) -> str:
    """A short sentence for the first screen; empty where there is nothing to tell."""
    if not is_told(ptd):
        return ""
    if ptd.status is Status.NOT_ASSESSABLE:
        return "KMT2A-PTD not assessable."
    if ptd.status is Status.NOT_DETECTED:
        limit = f" (VAF below {percent(ptd.limit_of_detection)})" if ptd.limit_of_detection else ""
        return f"KMT2A-PTD not detected{limit}."
    return f"KMT2A partial tandem duplication of {_exons(ptd)} (by {_basis(ptd)}{_share(ptd)})."


def _share(ptd: Kmt2aPtd) -> str:
    """The VAF, or what it is at most where the ratio may as well be 1."""
    if ptd.vaf is None or ptd.vaf_low is None or ptd.vaf_high is None:
        return ""
    if ptd.vaf_low == 0:
        return f", VAF at most {_fraction(ptd.vaf_high)}"
    return f", VAF {_fraction(ptd.vaf)}"


def with_kmt2a(line: Headline, ptd: Kmt2aPtd) -> Headline:
    """The line of the panel on the first screen, with what is known of KMT2A."""
    told = ptd_line(ptd)
    if not told:
        return line
    if ptd.status is Status.DETECTED:
        return Headline(Status.DETECTED, f"{told} {line.text}")
    return Headline(line.status, f"{line.text} {told}")


def ptd_sentences(ptd: Kmt2aPtd) -> list[str]:
    """The status, the ratio, the junction and what is to be minded, one after the other."""
    return [
        sentence
        for sentence in (_status(ptd), _ratio(ptd), _junction(ptd), _remark(ptd))
        if sentence
    ]


def _status(ptd: Kmt2aPtd) -> str:
    if ptd.status is Status.DETECTED:
        text = f"Partial tandem duplication of {_exons(ptd)}, by {_basis(ptd)}."
        if ptd.dosage_status is Status.NOT_DETECTED and ptd.limit_of_detection is not None:
            limit = percent(ptd.limit_of_detection)
            text += f" Dosage does not show it; its limit is a VAF of {limit}."
        elif ptd.dosage_status is Status.NOT_ASSESSABLE:
            text += f" Dosage is not assessable: {ptd.reason}."
        return text
    if ptd.status is Status.NOT_DETECTED and ptd.limit_of_detection is not None:
        return (
            "No partial tandem duplication by dosage; one with VAF "
            f"{percent(ptd.limit_of_detection)} or more would have been found with 95% probability."
        )
    return f"Nothing can be said about partial tandem duplications: {ptd.reason}."


def _ratio(ptd: Kmt2aPtd) -> str:
    if ptd.ratio is None or ptd.ratio_low is None or ptd.ratio_high is None:
        return ""
    text = (
        f"Depth of {_exons(ptd)} over that of the exons behind exon 11, compared with "
        f"{ptd.controls} controls: {ratio(ptd.ratio)} "
        f"(95% interval {ratio_interval(ptd.ratio_low, ptd.ratio_high)})"
    )
    if (
        ptd.status is Status.DETECTED
        and ptd.vaf is not None
        and ptd.vaf_low is not None
        and ptd.vaf_high is not None
    ):
        text += f", a VAF of {_fraction(ptd.vaf)}"
        if ptd.vaf_high <= 1:
            text += f" ({percent_interval(ptd.vaf_low, ptd.vaf_high)})"
        text += " where the allele has one extra copy"
    return text + "."


def _junction(ptd: Kmt2aPtd) -> str:
    if ptd.junction_fragments:
        text = f"Junction: {ptd.junction}; {counted(ptd.junction_fragments, 'fragment')}"
        if ptd.junction_fraction is not None:
            text += f", {percent(ptd.junction_fraction)} of those over one of its places (no VAF)"
        if ptd.junction_hgvs_g:
            text += f"; {ptd.junction_hgvs_g}"
        return text + "."
    if is_told(ptd):
        return (
            "No read shows a junction, which says nothing: breakpoints lie in introns that panels "
            "hardly read."
        )
    return ""


def _remark(ptd: Kmt2aPtd) -> str:
    return f"{ptd.remark[0].upper()}{ptd.remark[1:]}." if ptd.remark else ""


def _exons(ptd: Kmt2aPtd) -> str:
    first, _, last = ptd.exons.partition("-")
    return f"exon {first}" if first == last else f"exons {first} to {last}"


def _basis(ptd: Kmt2aPtd) -> str:
    return ptd.basis.replace("; ", " and ")


def _fraction(vaf: float | None) -> str:
    """A VAF; above 1 an allele has several extra copies."""
    if vaf is None:
        return "not known"
    return percent(vaf) if vaf <= 1 else f"over 100% ({vaf:.2g} extra copies for each allele)"
