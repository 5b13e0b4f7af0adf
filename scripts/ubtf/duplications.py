"""UBTF tandem duplications (UBTF-TD): found among the passing events of the panel, in three states.

They lie in exon 13 of NM_014233 (Umeda et al., Blood Cancer Discov 2022, 3:194), sometimes in exon
9, and are in frame. The engine of long events calls them like any other duplication; here their
state is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flt3itd.common.filters import PASS
from flt3itd.records import Status
from scripts.coverage.rows import ExonCoverage, longest_shown
from scripts.panel.rows import PanelVariant

GENE = "UBTF"
EXONS = ("13", "9")
"""Where they are published, the commonest first."""
SHORTEST = 15
"""Bases: shorter insertions may be errors of a repeat, and are rows of the panel all the same."""
NOT_ON_PANEL = "UBTF exons 13 and 9 are not on this panel"


@dataclass(frozen=True)
class UbtfTd:
    """The answer on UBTF-TD. `exons` are those that could be looked at.

    `names` are the c. names of what was found, with VAF and interval of the largest. The limit
    of detection holds at the least covered base of these exons. `remark` says what to mind.
    """

    status: Status
    exons: str
    names: tuple[str, ...]
    length_bp: int | None
    vaf: float | None
    vaf_low: float | None
    vaf_high: float | None
    limit_of_detection: float | None
    reason: str
    remark: str


def is_duplication(variant: PanelVariant) -> bool:
    """Whether a passing variant is an in-frame insertion of the kind, in one of the exons."""
    longer = len(variant.alt) - len(variant.ref)
    return (
        variant.gene == GENE
        and variant.filter == PASS
        and variant.exon in EXONS
        and longer >= SHORTEST
        and longer % 3 == 0
    )


def find_duplications(
    variants: Iterable[PanelVariant],
    exons: Sequence[ExonCoverage],
    limit: float | None,
    unfit: str = "",
) -> UbtfTd:
    """The answer for a sample.

    `limit` is the limit of detection at the least covered base, and `unfit` says why the reads
    carry no answer on long events.
    """
    found = sorted(filter(is_duplication, variants), key=lambda one: -one.vaf)
    own = [exon for exon in exons if exon.gene == GENE and exon.exon in EXONS]
    seen = [exon.exon for exon in own if exon.assessable]
    exons_seen = ", ".join(sorted(dict.fromkeys(seen), key=EXONS.index))
    if found:
        first = found[0]
        return UbtfTd(
            Status.DETECTED,
            exons_seen,
            tuple(one.hgvs_c for one in found),
            len(first.alt) - len(first.ref),
            first.vaf,
            first.vaf_low,
            first.vaf_high,
            None,
            "",
            "",
        )
    if not own:
        return _unknown(exons_seen, NOT_ON_PANEL)
    if unfit:
        return _unknown(exons_seen, unfit)
    if EXONS[0] not in seen:
        blind = next((exon for exon in own if exon.exon == EXONS[0]), None)
        reason = f"exon {EXONS[0]} is not assessable" if blind else f"exon {EXONS[0]} not on panel"
        return _unknown(exons_seen, f"{reason}{f': {blind.reason}' if blind else ''}")
    longest, _ = longest_shown(own)
    if longest is not None and longest < SHORTEST:
        return _unknown(exons_seen, f"these amplicons show insertions of up to {longest} bp only")
    remarks = [
        "" if EXONS[1] in seen else f"exon {EXONS[1]} could not be looked at",
        "" if longest is None else f"duplications of more than {longest} bp are not assessable",
    ]
    remark = "; ".join(filter(None, remarks))
    return UbtfTd(Status.NOT_DETECTED, exons_seen, (), None, None, None, None, limit, "", remark)


def _unknown(exons: str, reason: str) -> UbtfTd:
    return UbtfTd(Status.NOT_ASSESSABLE, exons, (), None, None, None, None, None, reason, "")
