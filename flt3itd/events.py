"""One ITD as it is reported: names, VCF allele, kind, intervals, and what to mind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flt3itd.common.filters import Flt3Filter, filter_text
from flt3itd.common.plurals import counted_are
from flt3itd.common.sampling import OUTVOTED, Sampling, widened
from flt3itd.common.statistics import (
    odds,
    poisson_limit_of_detection,
    poisson_upper,
    share_of,
    wilson_interval,
)
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.copies import are_many, filler_of, is_tandem
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd_calls import ItdCall, KnownCall
from flt3itd.insertions.itd_filters import BACKGROUND_CHANCE
from flt3itd.insertions.refinement import differ_in_one_base
from flt3itd.located import LocatedTemplate
from flt3itd.locus.naming import Names
from flt3itd.phase import Phase, on_a_part, phase_of
from flt3itd.records import (
    ConfidenceInterval,
    EventKind,
    FltEvent,
    KnownItd,
    Status,
)

_PRIMER_REMARK = "allelic ratio biased: primer site duplicated"
_INHERITED_REMARK = (
    "as short and frequent as an inherited insertion: its molecules count as wild type in the "
    "ratios of other events, and it is not part of the totals"
)
_COPIED_REMARK = (
    "differs from a commoner ITD in one base: copies of one molecule with an error look alike, and "
    "are told by UMIs, or by the DNA that went in"
)
_OUTVOTED_REMARK = (
    "most molecules share their UMI with another one, and the commoner sequence is counted: the "
    "VAF is nearer to 50% than counted"
)


def proportion_interval(
    estimate: Estimate, informative: int, sampling: Sampling
) -> ConfidenceInterval:
    """The interval of a VAF, as wide as molecules have it."""
    interval, copies = estimate.interval, sampling.spread(informative)
    ends = widened(estimate.value, interval.low, interval.high, copies)
    return ConfidenceInterval(*sampling.holding(*ends))


def ratio_interval(estimate: Estimate, informative: int, sampling: Sampling) -> ConfidenceInterval:
    """The interval of an allelic ratio, as wide as molecules have it."""
    value, low, high = map(
        share_of, (estimate.value, estimate.interval.low, estimate.interval.high)
    )
    ends = widened(value, low, high, sampling.spread(informative))
    return ConfidenceInterval(*map(odds, sampling.holding(*ends)))


def known_status(
    background: float, informative: int, minimum_depth: int, *, hidden: bool
) -> Status:
    """The state of an ITD of an earlier sample; `background` is what errors alone explain.

    `informative` fragments are there, or molecules where the input holds fewer.
    """
    if background <= BACKGROUND_CHANCE:
        return Status.DETECTED
    if hidden or informative < minimum_depth:
        return Status.NOT_ASSESSABLE
    return Status.NOT_DETECTED


class VcfAllele(NamedTuple):
    """An insertion as a VCF record on the contig of the reads, with its names."""

    names: Names
    pos: int
    ref: str
    alt: str


def allele_of(haplotype: Haplotype, located: LocatedTemplate) -> VcfAllele:
    """The VCF record of an insertion: the base in front of it stands in both alleles."""
    insertion = haplotype.alone.insertion
    assert insertion is not None
    start, end = insertion.start, insertion.end
    replaced, anchor = haplotype.reference[start:end], haplotype.reference[start - 1]
    return VcfAllele(
        located.name(start, replaced, insertion.inserted),
        located.position(start - 1),
        anchor + replaced,
        anchor + insertion.inserted,
    )


def known_of(
    call: KnownCall, located: LocatedTemplate, minimum_depth: int, sampling: Sampling
) -> KnownItd:
    """An insertion of an earlier sample with what this one shows of it."""
    allele = allele_of(call.haplotype, located)
    mutant, copies = call.mutant_fragments, sampling.copies(call.informative_fragments)
    more = poisson_upper(mutant, copies) / poisson_upper(mutant)
    limits = [
        None if limit is None else sampling.behind(limit)
        for count, of in call.needed
        for limit in (poisson_limit_of_detection(of, count, copies),)
    ]
    status = known_status(
        call.background_probability,
        sampling.at_most(call.informative_fragments),
        minimum_depth,
        hidden=call.hidden,
    )
    return KnownItd(
        allele.names.hgvs_c,
        call.haplotype.length_change,
        located.placement.contig,
        allele.pos,
        allele.ref,
        allele.alt,
        status,
        call.mutant_fragments,
        call.informative_fragments,
        call.vaf,
        sampling.behind(min(1.0, more * call.vaf_upper)),
        call.background_probability,
        limit_of_detection=None if status is Status.NOT_ASSESSABLE else _least(limits),
    )


def _least(limits: Iterable[float | None]) -> float | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _kind(call: ItdCall) -> EventKind:
    if Flt3Filter.SPLICE_VARIANT in call.filters:
        return EventKind.SPLICE_VARIANT
    return EventKind.ITD if is_tandem(call.haplotype) else EventKind.INSERTION


def event_of(
    sample: str,
    call: ItdCall,
    located: LocatedTemplate,
    sampling: Sampling,
    others: Iterable[ItdCall],
) -> FltEvent:
    """An insertion with its names and numbers, detected when no filter holds it back.

    `others` are the insertions of the sample.
    """
    insertion = call.haplotype.alone.insertion
    assert insertion is not None
    allele = allele_of(call.haplotype, located)
    names = allele.names
    phase = phase_of(call.haplotype, located, call.in_copies)
    vaf, ar = intervals_of(call, sampling)
    return FltEvent(
        sample=sample,
        event=_kind(call),
        status=Status.NOT_DETECTED if call.filters else Status.DETECTED,
        length_bp=insertion.length,
        in_frame=names.in_frame,
        insertion_site_residue=names.insertion_site_residue,
        domain=names.domain,
        filler=filler_of(call.haplotype) if is_tandem(call.haplotype) else "",
        hgvs_g=names.hgvs_g,
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        vaf=call.vaf.value,
        vaf_low=vaf.low,
        vaf_high=vaf.high,
        ar=call.ar.value,
        ar_low=ar.low,
        ar_high=ar.high,
        mutant_fragments=call.mutant_fragments,
        wildtype_fragments=call.wildtype_fragments,
        informative_fragments=call.mutant_fragments + call.wildtype_fragments,
        filter=filter_text(call.filters),
        inserted_sequence=insertion.inserted,
        chrom=located.placement.contig,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        remark=_remark(call, _phase_remarks(call, phase, located), sampling, others),
        on_same_molecules=";".join((*phase.beside, *phase.in_copies)),
        whole_hgvs_c=phase.whole,
        counted_unit=sampling.unit,
    )


def intervals_of(
    call: ItdCall, sampling: Sampling
) -> tuple[ConfidenceInterval, ConfidenceInterval]:
    """The intervals of VAF and AR. One without a width is none: counts that no placement explains.

    Then the score interval of the fragments stands for it.
    """
    informative = call.mutant_fragments + call.wildtype_fragments
    if call.vaf.interval.low < call.vaf.interval.high:
        return (
            proportion_interval(call.vaf, informative, sampling),
            ratio_interval(call.ar, informative, sampling),
        )
    spread = sampling.spread(informative)
    low, high = sampling.holding(*wilson_interval(call.mutant_fragments, informative, spread))
    low, high = min(low, call.vaf.value), max(high, call.vaf.value)
    return ConfidenceInterval(low, high), ConfidenceInterval(odds(low), odds(high))


def _phase_remarks(call: ItdCall, phase: Phase, located: LocatedTemplate) -> list[str]:
    """What stands beside an insertion on all of its molecules, and on a part of them."""
    partly = on_a_part(call.partly, call.haplotype.reference, located)
    return [one for one in (phase.remark, partly) if one]


def _remark(
    call: ItdCall, phases: Iterable[str], sampling: Sampling, others: Iterable[ItdCall]
) -> str:
    """What to mind about an insertion, `phases` among it; empty where there is nothing."""
    found = []
    if sampling.assumption and any(
        other.mutant_fragments > call.mutant_fragments
        and differ_in_one_base(other.haplotype, call.haplotype)
        for other in others
    ):
        found.append(_COPIED_REMARK)
    if sampling.shown < OUTVOTED:
        found.append(_OUTVOTED_REMARK)
    if call.duplicates_primer:
        found.append(_PRIMER_REMARK)
    if call.inherited_like:
        found.append(_INHERITED_REMARK)
    found += phases
    if call.unread:
        unread = counted_are(call.unread, "base")
        found.append(f"sequence between copies not read: {unread} taken as copied")
    if call.uncountable:
        fewer = ", nor fewer on some molecules" if are_many(call.haplotype) else ""
        other = "and then a lower or a higher VAF" if fewer else "and then a lower VAF"
        if call.vaf_of_more == call.vaf.value:
            other = "with the same VAF"
        elif call.vaf_of_more is not None:
            other += f" ({call.vaf_of_more:.2g} with one copy more)"
        found.append(
            f"more copies cannot be excluded{fewer}, {other}: "
            "too few reads would span one copy more"
        )
    if call.vaf_if_even is not None:
        found.append(
            "the depth is uneven about it: the VAF is what follows if baits catch fragments by all "
            f"of their bases, and would be {call.vaf_if_even:.2g} if all were caught alike; the "
            "interval holds both"
        )
    if call.vaf_by_baits is not None:
        found.append(
            "the depth is uneven about it: the VAF is what follows if all fragments were caught "
            f"alike, and would be {call.vaf_by_baits:.2g} if baits catch them by all of their "
            "bases; the interval holds both"
        )
    if call.unresolved:
        found.append(f"{call.unresolved} of its fragments show more, which was not resolved")
    return "; ".join(found)
