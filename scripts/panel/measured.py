"""The numbers of a call: of its fragments, its haplotypes, a long event, or those of flt3itd."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flt3itd.common.sampling import EVERY_COUNT, Sampling, widened
from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval, FltEvent
from scripts.panel.alleles import AlleleCounts
from scripts.panel.calls import Call


@dataclass(frozen=True)
class Measured:
    """What the reads show of a call: fragments of both alleles, all that tell, VAF and interval.

    `spanned` says that fragments were seen; else the numbers are the reads of the caller.
    """

    mutant: int
    wildtype: int
    depth: int
    vaf: float
    interval: ConfidenceInterval
    spanned: bool = True


def measure(call: Call, count: AlleleCounts, sampling: Sampling = EVERY_COUNT) -> Measured:
    """The numbers of a call: of its fragments, or of the caller's reads where none spans it."""
    mutant, wildtype, depth = count.mutant, count.wildtype, count.informative
    spanned = depth > 0
    if not spanned:
        mutant, depth = call.alternate_reads, call.depth
        wildtype = depth - mutant
    estimate = call.share or call.long
    if estimate:
        sampling = sampling.over(depth)
        low, high = estimate.interval.low, estimate.interval.high
        ends = sampling.holding(*widened(estimate.vaf, low, high, sampling.spread(depth)))
        interval = ConfidenceInterval(*ends)
        return Measured(mutant, wildtype, depth, estimate.vaf, interval, spanned)
    return replace(of_fragments(mutant, wildtype, depth, sampling), spanned=spanned)


def of_fragments(mutant: int, wildtype: int, depth: int, sampling: Sampling) -> Measured:
    """The numbers of fragments of both alleles, and of all that tell."""
    sampling = sampling.over(depth)
    ends = sampling.holding(*wilson_interval(mutant, depth, sampling.spread(depth)))
    vaf = mutant / depth if depth else 0.0
    return Measured(mutant, wildtype, depth, vaf, ConfidenceInterval(*ends))


def measured_by_flt3itd(event: FltEvent) -> Measured:
    """The numbers of a FLT3 event that flt3itd counts as well: one change has one VAF."""
    interval = ConfidenceInterval(event.vaf_low, event.vaf_high)
    mutant, wildtype, depth = (
        event.mutant_fragments,
        event.wildtype_fragments,
        event.informative_fragments,
    )
    return Measured(mutant, wildtype, depth, event.vaf, interval, spanned=True)
