"""The kinase domain in molecules with UMIs: all families, and the larger ones by their own errors.

A family of one read has the errors of the sequencer, a larger one hardly any: a mutation of few
molecules is told among the larger ones where single reads drown it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flt3itd.kinase.exon_counts import ExonCounts
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, count_kinase_domain, judge_counts
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import CodonResult, FltEvent, Status, TkdResult

if TYPE_CHECKING:
    from flt3itd.kinase.background import Background


def judge_families(
    exons: Sequence[ExonCounts],
    reads: Sequence[AlignedRead],
    place: ReportedAt,
    parameters: TkdParameters,
    background: Background | None,
) -> TkdResult:
    """Call kinase domain mutations; `exons` are the counts of all of the reads.

    Where some of the reads, and not all, are of families of `residual_family` reads or more, these
    are asked alone as well, each question at half of the significance.
    """
    larger = [read for read in reads if read.family_reads >= parameters.residual_family]
    if not 0 < len(larger) < len(reads):
        return judge_counts(exons, place, parameters, background)
    halved = replace(parameters, significance=parameters.significance / 2)
    alone = count_kinase_domain(larger, halved)
    return _together(
        judge_counts(exons, place, halved, background),
        judge_counts(alone, place, halved, background),
        f"counted in families of {parameters.residual_family} reads or more alone",
    )


def _together(every: TkdResult, alone: TkdResult, remark: str) -> TkdResult:
    """What either says: a mutation that all families show is counted in all of them."""
    called = {_key(event) for event in every.events}
    more = [
        replace(event, remark=remark)
        for event in alone.events
        if event.status is Status.DETECTED and _key(event) not in called
    ]
    events = sorted((*every.events, *more), key=lambda event: (-event.vaf, event.pos, event.alt))
    return replace(
        every,
        status=Status.DETECTED if more else every.status,
        reason="" if more else every.reason,
        codons=tuple(map(_codon, every.codons, alone.codons)),
        events=tuple(events),
    )


def _key(event: FltEvent) -> tuple[int, str, str]:
    return event.pos, event.ref, event.alt


def _codon(every: CodonResult, alone: CodonResult) -> CodonResult:
    limits = [
        one.limit_of_detection for one in (every, alone) if one.limit_of_detection is not None
    ]
    status = Status.DETECTED if alone.status is Status.DETECTED else every.status
    return replace(every, status=status, limit_of_detection=min(limits, default=None))
