"""What long reads cannot tell: the answer for ITDs with its limits by length, and sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flt3itd.long_reads.caller import LongCalls
from flt3itd.records import ItdResult, LengthLimit, Status

USUAL_LENGTH = 30
"""Bases; most ITDs are longer. Reads that cannot tell one of 30 bases cannot answer."""


def with_limits(itd: ItdResult, calls: LongCalls) -> ItdResult:
    """The answer with the limits of detection of these reads.

    The limit that is told holds from the shortest length that can be told. Without one at 30
    bases nothing is "not detected".
    """
    if itd.status is Status.NOT_ASSESSABLE:
        return replace(itd, limits_by_length=calls.limits)
    told = assessable(calls.limits)
    usual = any(one.length_bp == USUAL_LENGTH for one in told)
    status: Status = itd.status
    reason = itd.reason
    if not usual and status is Status.NOT_DETECTED:
        status = Status.NOT_ASSESSABLE
        reason = "the errors of these reads look like ITDs; more reads, or reads with fewer errors"
    limits = [one.limit_of_detection for one in told if one.limit_of_detection is not None]
    return replace(
        itd,
        status=status,
        reason=reason,
        limit_of_detection=max(limits) if limits and usual else None,
        limits_by_length=calls.limits,
    )


def assessable(limits: Sequence[LengthLimit]) -> list[LengthLimit]:
    """The lengths from the shortest one on at which all longer ones can be told too."""
    told: list[LengthLimit] = []
    for one in reversed(limits):
        if one.limit_of_detection is None:
            if told:
                break
            continue
        told.insert(0, one)
    return told


def limit_sentences(calls: LongCalls) -> tuple[str, ...]:
    """What the limits say, for the warnings of a result."""
    if not calls.spanning:
        return ("no long read spans exon 14",)
    told = assessable(calls.limits)
    errors = calls.gap_rate + calls.mismatch_rate
    found = [f"{calls.spanning} long reads span exon 14, with {errors:.2%} errors a base"]
    if not told:
        passing = any(not call.filters for call in calls.calls.calls)
        found.append(
            "what other ITDs these reads could show cannot be told"
            if passing
            else "no ITD could be told from the errors of these reads"
        )
        return tuple(found)
    shortest, longest = told[0].length_bp, told[-1].length_bp
    if shortest > calls.limits[0].length_bp:
        found.append(
            f"insertions shorter than {shortest} bp are not assessable: the errors of these reads "
            "look the same"
        )
    if longest < calls.limits[-1].length_bp:
        found.append(
            f"ITDs longer than {longest} bp are not assessable: too few reads are long enough"
        )
    return tuple(found)
