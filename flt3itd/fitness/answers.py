"""What a verdict on the reads makes of an answer: an unfit "not detected" is none."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from flt3itd.common.filters import PASS, Flt3Filter
from flt3itd.fitness.thresholds import SHORTEST_REACH
from flt3itd.fitness_records import Fit, Verdict
from flt3itd.records import CodonResult, FltEvent, ItdResult, KnownItd, Status, TkdResult

Answer = TypeVar("Answer", KnownItd, CodonResult)


def restrict_itd(result: ItdResult, verdict: Verdict) -> ItdResult:
    """The answer on ITDs that reads of this verdict allow.

    Reads that hide changes leave a positive answer standing (a warning says what they are); from
    reads that mislead nothing passes.
    """
    if verdict.fit is not Fit.UNFIT:
        return result
    if verdict.misleads:
        events = tuple(map(_not_believed, result.events))
        result = replace(
            result,
            status=Status.NOT_ASSESSABLE,
            events=events,
            total_vaf=None,
            total_vaf_interval=None,
            total_ar=None,
            total_ar_interval=None,
            known=tuple(replace(one, status=Status.NOT_ASSESSABLE) for one in result.known),
        )
    if result.status is Status.DETECTED:
        return replace(
            result, limit_of_detection=None, known=tuple(map(_no_negative, result.known))
        )
    return replace(
        result,
        status=Status.NOT_ASSESSABLE,
        limit_of_detection=None,
        longest_assessable=None,
        known=tuple(map(_no_negative, result.known)),
        reason=_reason(verdict),
    )


def within_reach(result: ItdResult, longest: int | None) -> ItdResult:
    """A negative answer up to the length of ITDs that reads show; None: of any length."""
    if longest is None or result.status is not Status.NOT_DETECTED:
        return result
    before = result.longest_assessable
    bounded = replace(
        result,
        longest_assessable=longest if before is None else min(before, longest),
        known=tuple(
            _no_negative(one) if abs(one.length_bp) > longest else one for one in result.known
        ),
    )
    return with_enough_reach(bounded)


def with_enough_reach(result: ItdResult) -> ItdResult:
    """No negative answer where reads show insertions only that are shorter than ITDs of patients.

    `longest_assessable` stays, as the reason.
    """
    longest = result.longest_assessable
    if result.status is not Status.NOT_DETECTED or longest is None or longest >= SHORTEST_REACH:
        return result
    reason = (
        f"these amplicons and reads show insertions of up to {longest} bases only, and ITDs have "
        f"{SHORTEST_REACH} or more"
        if longest
        else "these amplicons and reads show no insertion in some of the places where ITDs arise"
    )
    return replace(result, status=Status.NOT_ASSESSABLE, limit_of_detection=None, reason=reason)


def restrict_tkd(result: TkdResult, verdict: Verdict) -> TkdResult:
    """The answer on the kinase domain that reads of this verdict allow; as `restrict_itd`."""
    if verdict.fit is not Fit.UNFIT:
        return result
    codons = tuple(_no_negative(one) for one in result.codons)
    if verdict.misleads:
        result = replace(
            result,
            status=Status.NOT_ASSESSABLE,
            events=tuple(map(_not_believed, result.events)),
        )
        codons = tuple(replace(one, status=Status.NOT_ASSESSABLE) for one in codons)
    codons = tuple(
        replace(one, limit_of_detection=None) if one.status is Status.NOT_ASSESSABLE else one
        for one in codons
    )
    if result.status is Status.DETECTED:
        return replace(result, codons=codons)
    return replace(result, status=Status.NOT_ASSESSABLE, codons=codons, reason=_reason(verdict))


def _reason(verdict: Verdict) -> str:
    return "; ".join(verdict.reasons)


def _not_believed(event: FltEvent) -> FltEvent:
    """An event with one more reason against it."""
    reasons = [] if event.filter == PASS else [event.filter]
    return replace(
        event,
        status=Status.NOT_ASSESSABLE,
        filter=";".join([*reasons, Flt3Filter.UNFIT_READS]),
    )


def _no_negative(one: Answer) -> Answer:
    if one.status is Status.NOT_DETECTED:
        return replace(one, status=Status.NOT_ASSESSABLE)
    return one
