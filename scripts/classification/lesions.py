"""What a sample says of one lesion: detected, not detected, or not assessable because.

A missense change that is neither known as pathogenic nor at a hotspot codon may be an inherited
polymorphism: where the table asks for marked variants it does not count, and it is not passed over
either. The lesion is then not assessable, because a person has to judge it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flt3itd.common.filters import PASS
from flt3itd.records import EventKind, FltEvent, ItdResult, Status, allele_key
from scripts.classification.records import LesionAnswer
from scripts.classification.tables import LesionKind, LesionRow
from scripts.coverage.rows import ExonCoverage
from scripts.genome.knowledge import KnownClass
from scripts.panel.marks import residues_of
from scripts.panel.rows import PanelVariant
from scripts.records.number_words import percent

NOT_ON_PANEL = "not on this panel"


@dataclass(frozen=True)
class Findings:
    """What is known of a sample.

    `unfit` says why its reads carry no answer on small variants, `misleads` that they show some
    that no molecule has. `common` are polymorphisms of the population, which never count.
    """

    itd: ItdResult
    variants: Sequence[PanelVariant]
    exons: Mapping[str, Sequence[ExonCoverage]]
    unfit: str = ""
    misleads: bool = False
    common: frozenset[tuple[str, int, str, str]] = frozenset()


def answer_lesion(rows: Sequence[LesionRow], findings: Findings) -> LesionAnswer:
    """The answer on a lesion from its rows."""
    if rows[0].kind is LesionKind.ITD:
        return _itd(rows[0], findings.itd)
    return _variants(rows, findings)


def _itd(row: LesionRow, itd: ItdResult) -> LesionAnswer:
    passing = [event for event in itd.events if event.status is Status.DETECTED]
    duplications = [event for event in passing if event.event is EventKind.ITD]
    if duplications:
        return _answer(row, Status.DETECTED, [_named_itd(one) for one in duplications])
    if itd.status is Status.NOT_ASSESSABLE:
        return _answer(row, Status.NOT_ASSESSABLE, reason=itd.reason or "FLT3-ITD not assessable")
    if passing:
        names = ", ".join(_named_itd(one) for one in passing)
        return _answer(
            row, Status.NOT_ASSESSABLE, reason=f"{names} is no duplication and has to be judged"
        )
    longest = itd.longest_assessable
    unseen = "" if longest is None else f"longer than {longest} bp: not assessable"
    return _answer(row, Status.NOT_DETECTED, reason=unseen)


def _named_itd(event: FltEvent) -> str:
    return f"FLT3 {event.event} {event.length_bp} bp ({percent(event.vaf)})"


def _variants(rows: Sequence[LesionRow], findings: Findings) -> LesionAnswer:
    row = rows[0]
    own = [
        one
        for one in findings.variants
        if one.gene == row.gene and one.filter == PASS and allele_key(one) not in findings.common
    ]
    own = [] if findings.misleads else own
    counting = [one for one in own if any(_counts(each, one) for each in rows)]
    open_ones = [
        one for one in own if one not in counting and any(_fits(each, one) for each in rows)
    ]
    enough = [one for one in counting if row.is_enough(one.vaf)]
    below = [_named(one) for one in counting if one not in enough]
    judged = [one for one in open_ones if row.is_enough(one.vaf)]
    needed = row.hits or 1
    found = [_named(one) for one in enough]
    if len(enough) >= needed:
        return _answer(row, Status.DETECTED, found)
    if len(enough) + len(judged) >= needed:
        names = ", ".join(map(_named, judged))
        reason = f"{names} is neither known as pathogenic nor at a hotspot and has to be judged"
        return _answer(row, Status.NOT_ASSESSABLE, below=[*found, *below], reason=reason)
    if enough and row.too_few:
        return _answer(row, Status.NOT_ASSESSABLE, below=found, reason=row.too_few)
    reason = _blind(row, findings)
    status = Status.NOT_ASSESSABLE if reason else Status.NOT_DETECTED
    return _answer(row, status, below=[*found, *below], reason=reason)


def _fits(row: LesionRow, variant: PanelVariant) -> bool:
    """Whether a variant is of the kind and at the place that a row asks for."""
    if variant.known == KnownClass.ARTIFACT:
        return False
    if not set(variant.consequence.split("&")) & set(row.consequences.split("|")):
        return False
    places = row.places
    return places is None or any(one in places for one in residues_of(variant.hgvs_p))


def _counts(row: LesionRow, variant: PanelVariant) -> bool:
    marked = variant.known == KnownClass.PATHOGENIC or bool(variant.hotspot)
    return _fits(row, variant) and (marked or not row.marked)


def _blind(row: LesionRow, findings: Findings) -> str:
    """Why the absence of a lesion cannot be told; empty where it can."""
    exons = findings.exons.get(row.gene, ())
    if row.exons:
        numbers = set(row.exons.split())
        exons = [exon for exon in exons if exon.exon in numbers]
        if exons and {exon.exon for exon in exons} != numbers:
            missing = ", ".join(sorted(numbers - {exon.exon for exon in exons}))
            return f"exon {missing} {NOT_ON_PANEL}"
    if not exons:
        return NOT_ON_PANEL
    if findings.unfit:
        return findings.unfit
    blind = [exon for exon in exons if not exon.assessable]
    if not blind:
        return ""
    numbers_of_blind = ", ".join(dict.fromkeys(exon.exon for exon in blind if exon.exon))
    place = f"exon {numbers_of_blind}" if numbers_of_blind else "the gene"
    return f"{place} not assessable" + (f" ({blind[0].reason})" if blind[0].reason else "")


def _named(variant: PanelVariant) -> str:
    change = (variant.hgvs_p or variant.hgvs_c).rsplit(":", maxsplit=1)[-1]
    return f"{variant.gene} {change} ({percent(variant.vaf)})"


def _answer(
    row: LesionRow,
    status: Status,
    found: Sequence[str] = (),
    below: Sequence[str] = (),
    reason: str = "",
) -> LesionAnswer:
    return LesionAnswer(row.name, row.gene, status, tuple(found), tuple(below), reason)
