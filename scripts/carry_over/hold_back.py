"""Results of a sample in which molecules of other patients are held back, with the donor's name.

Nothing is called again. An allele that another sample of the patient has by itself keeps its state
and gets the remark alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import TypeVar

from flt3itd.common.filters import Filter, Flt3Filter, filter_text, reasons_in
from flt3itd.common.statistics import odds, share_of
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.interpretation import judged_at
from flt3itd.records import (
    ConfidenceInterval,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Status,
    allele_key,
)
from scripts.carry_over.alleles import AlleleKind, SeenAllele
from scripts.carry_over.donors import Findings, Key
from scripts.carry_over.words import donor_words, doubted
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant

Counted = TypeVar("Counted", FltEvent, KnownItd)


def without_carried_itds(result: FltResult, findings: Findings) -> FltResult:
    """The result with the filter `carry_over` on ITDs of other patients; state and totals anew.

    Mutations of the kinase domain, which many patients have, are remarked alone.
    """
    parameters = ItdParameters(**result.provenance.parameters["itd"])
    known_here = {(AlleleKind.ITD, allele_key(one)) for one in result.itd.known}
    own = findings.own | (known_here - findings.carried)  # known of an earlier sheet too
    findings = dataclasses.replace(findings, own=own)
    events = tuple(_judged(event, findings, parameters) for event in result.itd.events)
    known = tuple(
        _told(one, findings.donors.get((AlleleKind.ITD, allele_key(one))))
        for one in result.itd.known
        if (AlleleKind.ITD, allele_key(one)) not in findings.carried
    )
    itd = dataclasses.replace(result.itd, events=events, known=known)
    now_held = [
        before
        for before, after in zip(result.itd.events, events, strict=True)
        if before.status is Status.DETECTED and after.status is not Status.DETECTED
    ]
    if now_held:
        itd = _totals_without(itd, now_held)
    events = tuple(
        _told(event, findings.donors.get((AlleleKind.TKD, allele_key(event))))
        for event in result.tkd.events
    )
    tkd = dataclasses.replace(result.tkd, events=events)
    changed = dataclasses.replace(result, itd=itd, tkd=tkd)
    return judged_at(changed, parameters.minimum_depth) if now_held else changed


def _judged(event: FltEvent, findings: Findings, parameters: ItdParameters) -> FltEvent:
    key: Key = (AlleleKind.ITD, allele_key(event))
    donor = findings.donors.get(key)
    if donor is not None:
        if key in findings.own:
            return _told(event, donor)
        words = donor_words(donor, event.mutant_fragments, event.informative_fragments)
        event = dataclasses.replace(event, remark=_joined(event.remark, words))
        return _held(event, Flt3Filter.CARRY_OVER)
    few = event.mutant_fragments < parameters.minimum_mutant_fragments
    if key in findings.carried and few:
        # It was taken for the patient's, and needed no support: now it does.
        return _held(event, Flt3Filter.LOW_SUPPORT)
    return event


def _told(event: Counted, donor: SeenAllele | None) -> Counted:
    """What keeps its state, and names a donor where there is one."""
    if donor is None:
        return event
    words = doubted(donor, event.mutant_fragments, event.informative_fragments)
    return dataclasses.replace(event, remark=_joined(event.remark, words))


def _held(event: FltEvent, reason: Flt3Filter) -> FltEvent:
    status = Status.NOT_DETECTED if event.status is Status.DETECTED else event.status
    return dataclasses.replace(event, filter=_with(event.filter, reason), status=status)


def _with(filters: str, reason: Filter) -> str:
    return filter_text(dict.fromkeys((*reasons_in(filters), reason)))


def _joined(*texts: str) -> str:
    return "; ".join(filter(None, texts))


def _totals_without(itd: ItdResult, held: Iterable[FltEvent]) -> ItdResult:
    """The totals over what still passes: ratios to the wild type add up, AR = sum of AR_i."""
    if itd.total_ar is None or not any(one.status is Status.DETECTED for one in itd.events):
        return dataclasses.replace(
            itd, total_vaf=None, total_vaf_interval=None, total_ar=None, total_ar_interval=None
        )
    left = 1 - sum(one.ar for one in held) / itd.total_ar if itd.total_ar > 0 else 0.0
    left = max(0.0, left)
    before = itd.total_ar_interval
    ratio = itd.total_ar * left
    low, high = (before.low * left, before.high * left) if before else (ratio, ratio)
    return dataclasses.replace(
        itd,
        total_vaf=share_of(ratio),
        total_vaf_interval=ConfidenceInterval(share_of(low), share_of(high)),
        total_ar=odds(share_of(ratio)),
        total_ar_interval=ConfidenceInterval(low, high),
    )


def without_carried_variants(
    rows: Iterable[PanelVariant], findings: Findings
) -> list[PanelVariant]:
    """The rows with the filter `carry_over`, and donors named."""
    return [_judged_variant(row, findings) for row in rows]


def _judged_variant(row: PanelVariant, findings: Findings) -> PanelVariant:
    key: Key = (AlleleKind.PANEL, allele_key(row))
    donor = findings.donors.get(key)
    if donor is None:
        return row
    counts = row.alternate_fragments, row.depth
    if key in findings.own:
        return dataclasses.replace(row, carry_over=doubted(donor, *counts))
    filters = _with(row.filter, PanelFilter.CARRY_OVER)
    return dataclasses.replace(row, filter=filters, carry_over=donor_words(donor, *counts))
