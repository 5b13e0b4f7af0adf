"""What the calls of a sample mean: names, states, limits of detection, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import PASS, Flt3Filter, filter_text
from flt3itd.common.sampling import EVERY_COUNT, Sampling, widened
from flt3itd.common.statistics import (
    odds,
    poisson_limit_of_detection,
    poisson_upper,
    share_of,
    wilson_interval,
)
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.copies import filler_of, is_tandem
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd import ItdCall, ItdCalls, KnownCall
from flt3itd.insertions.itd_filters import BACKGROUND_CHANCE, ItdParameters
from flt3itd.insertions.pileup import pile_up
from flt3itd.junction_records import JunctionPileup
from flt3itd.locus.naming import Names, name_on
from flt3itd.locus.template import Template
from flt3itd.phase import Phase, phase_of
from flt3itd.reads.amplicons import reach
from flt3itd.reads.coordinates import Placement
from flt3itd.reads.library import amplicon_shapes
from flt3itd.reads.streaming import ReadSet
from flt3itd.records import (
    ConfidenceInterval,
    EventKind,
    ExonDepth,
    Fit,
    FltEvent,
    FltResult,
    ItdResult,
    KnownItd,
    Question,
    Status,
)

_ASSESSED_CDS = (1714, 1836)
"""Residues 572 to 612, the juxtamembrane domain and the start of TKD1: where ITDs arise."""
_FIRST_CDS_OF_EXON_14 = 1705
_ASSESSED_SHARE = 0.8
"""Share of these bases that must have the minimum depth, or ITDs are not assessable."""
LEAST_CLIP = 12
"""Bases that a read must hold behind a junction to propose it."""
_PRIMER_REMARK = "allelic ratio biased: primer site duplicated"


def interpret(
    sample: str,
    calls: ItdCalls,
    template: Template,
    placement: Placement,
    parameters: ItdParameters,
    reads: ReadSet | None = None,
    sampling: Sampling = EVERY_COUNT,
) -> ItdResult:
    """The answer of one of three states, with named events, totals and the limit of detection."""
    events = tuple(
        sorted(
            (_event(sample, call, template, placement, sampling) for call in calls.calls),
            key=lambda event: (event.filter != PASS, -event.vaf, event.pos, event.alt),
        )
    )
    assessed = _assessed_depth(template, calls)
    status, limit, reason = _judged(events, assessed, parameters, sampling)
    informative = int(np.median(assessed))
    copies = sampling.copies(informative)
    return ItdResult(
        status=status,
        informative_fragments=informative,
        limit_of_detection=limit,
        total_vaf=calls.total_vaf.value if calls.total_vaf else None,
        total_vaf_interval=_of_proportion(calls.total_vaf, copies) if calls.total_vaf else None,
        total_ar=calls.total_ar.value if calls.total_ar else None,
        total_ar_interval=_of_ratio(calls.total_ar, copies) if calls.total_ar else None,
        events=events,
        known=tuple(
            _known(one, template, placement, parameters.minimum_depth, sampling)
            for one in calls.known
        ),
        reason=reason,
        longest_assessable=None
        if status is Status.NOT_ASSESSABLE
        else _reach(calls, template, reads),
    )


def _reach(calls: ItdCalls, template: Template, reads: ReadSet | None) -> int | None:
    """The longest ITD that the amplicons show wherever it ends; None for other reads."""
    if reads is None or not calls.amplicons:
        return None
    return reach(calls.amplicons, amplicon_shapes(reads), _assessed(template), LEAST_CLIP)


def _of_proportion(estimate: Estimate, copies: float) -> ConfidenceInterval:
    """The interval of a VAF, as wide as molecules have it."""
    interval = estimate.interval
    return ConfidenceInterval(*widened(estimate.value, interval.low, interval.high, copies))


def _of_ratio(estimate: Estimate, copies: float) -> ConfidenceInterval:
    """The interval of an allelic ratio, as wide as molecules have it."""
    value, low, high = map(
        share_of, (estimate.value, estimate.interval.low, estimate.interval.high)
    )
    return ConfidenceInterval(*map(odds, widened(value, low, high, copies)))


def _judged(
    events: Sequence[FltEvent],
    assessed: npt.NDArray[np.int64],
    parameters: ItdParameters,
    sampling: Sampling,
) -> tuple[Status, float | None, str]:
    """State, limit of detection and reason, from the depth where ITDs arise."""
    minimum = parameters.minimum_depth
    covered = assessed[assessed >= minimum]
    if any(event.status is Status.DETECTED for event in events):
        status = Status.DETECTED
    elif len(covered) < _ASSESSED_SHARE * len(assessed):
        reason = (
            f"{len(covered)} of the {len(assessed)} bases where ITDs arise have {minimum} "
            "informative fragments"
        )
        return Status.NOT_ASSESSABLE, None, reason
    else:
        status = Status.NOT_DETECTED
    if not len(covered):
        return status, None, ""
    lowest = int(covered.min())
    limit = poisson_limit_of_detection(
        lowest, parameters.minimum_mutant_fragments, sampling.copies(lowest)
    )
    return status, limit, ""


def _judged_known(
    background: float, informative_fragments: int, minimum_depth: int, *, hidden: bool
) -> Status:
    """The state of an ITD of an earlier sample; `background` is what errors alone explain."""
    if background <= BACKGROUND_CHANCE:
        return Status.DETECTED
    if hidden or informative_fragments < minimum_depth:
        return Status.NOT_ASSESSABLE
    return Status.NOT_DETECTED


def judged_at(result: FltResult, minimum_depth: int) -> FltResult:
    """A finished result judged by another minimum depth of ITDs; nothing is counted anew.

    It is what `flt3itd call --min-depth` with this depth would have said of the same reads, if the
    result was called with a minimum that is not above. (An ITD of an earlier sample that cannot be
    assessed may be hidden or lack fragments: only above the minimum of the call this can be told.)
    """
    made = result.provenance
    called = ItdParameters(**made.parameters["itd"])
    parameters = replace(called, minimum_depth=minimum_depth)
    before = _uncovered(result.depth, called.minimum_depth)
    return replace(
        result,
        itd=_itd_judged_at(result, called, parameters),
        provenance=replace(made, parameters=made.parameters | {"itd": asdict(parameters)}),
        warnings=(
            *(text for text in result.warnings if text not in before),
            *_uncovered(result.depth, minimum_depth),
        ),
    )


def _itd_judged_at(
    result: FltResult, called: ItdParameters, parameters: ItdParameters
) -> ItdResult:
    if result.reads.verdict(Question.ITD).fit is Fit.UNFIT:
        return result.itd  # what such reads say does not depend on their depth
    exon_14 = next(exon for exon in result.depth if exon.exon == 14)
    first, last = (number - _FIRST_CDS_OF_EXON_14 for number in _ASSESSED_CDS)
    assessed = np.array(exon_14.fragments[first : last + 1], np.int64)
    status, limit, reason = _judged(result.itd.events, assessed, parameters, result.sampling)
    known = []
    for one in result.itd.known:
        background, fragments = one.background_probability, one.informative_fragments
        unseen = one.status is Status.NOT_ASSESSABLE and fragments >= called.minimum_depth
        state = _judged_known(background, fragments, parameters.minimum_depth, hidden=unseen)
        known.append(replace(one, status=state))
    return replace(
        result.itd,
        status=status,
        limit_of_detection=limit,
        reason=reason,
        known=tuple(known),
        longest_assessable=None
        if status is Status.NOT_ASSESSABLE
        else result.itd.longest_assessable,
    )


@dataclass(frozen=True)
class _VcfAllele:
    """An insertion as a VCF record on the contig of the reads, with its names."""

    names: Names
    pos: int
    ref: str
    alt: str


def _allele(haplotype: Haplotype, template: Template, placement: Placement) -> _VcfAllele:
    insertion = haplotype.insertion
    assert insertion is not None
    start, end = insertion.start, insertion.end
    replaced, anchor = haplotype.reference[start:end], haplotype.reference[start - 1]
    return _VcfAllele(
        name_on(template, start, replaced, insertion.inserted, placement.build),
        placement.position(template.to_locus(start - 1)),
        anchor + replaced,
        anchor + insertion.inserted,
    )


def _known(
    call: KnownCall,
    template: Template,
    placement: Placement,
    minimum_depth: int,
    sampling: Sampling,
) -> KnownItd:
    allele = _allele(call.haplotype, template, placement)
    mutant, copies = call.mutant_fragments, sampling.copies(call.informative_fragments)
    more = poisson_upper(mutant, copies) / poisson_upper(mutant)
    return KnownItd(
        allele.names.hgvs_c,
        call.haplotype.length_change,
        placement.contig,
        allele.pos,
        allele.ref,
        allele.alt,
        _judged_known(
            call.background_probability,
            call.informative_fragments,
            minimum_depth,
            hidden=call.hidden,
        ),
        call.mutant_fragments,
        call.informative_fragments,
        call.vaf,
        min(1.0, more * call.vaf_upper),
        call.background_probability,
    )


def _kind(call: ItdCall) -> EventKind:
    if Flt3Filter.SPLICE_VARIANT in call.filters:
        return EventKind.SPLICE_VARIANT
    return EventKind.ITD if is_tandem(call.haplotype) else EventKind.INSERTION


def _event(
    sample: str, call: ItdCall, template: Template, placement: Placement, sampling: Sampling
) -> FltEvent:
    insertion = call.haplotype.insertion
    assert insertion is not None
    allele = _allele(call.haplotype, template, placement)
    names = allele.names
    phase = phase_of(call.haplotype, template, placement.build)
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
        chrom=placement.contig,
        pos=allele.pos,
        ref=allele.ref,
        alt=allele.alt,
        remark=_remark(call, phase),
        on_same_molecules=";".join(phase.beside),
        whole_hgvs_c=phase.whole,
        counted_unit=sampling.unit,
    )


def intervals_of(
    call: ItdCall, sampling: Sampling = EVERY_COUNT
) -> tuple[ConfidenceInterval, ConfidenceInterval]:
    """The intervals of VAF and AR. One without a width is none: counts that no placement explains.

    Then the score interval of the fragments stands for it.
    """
    informative = call.mutant_fragments + call.wildtype_fragments
    copies = sampling.copies(informative)
    if call.vaf.interval.low < call.vaf.interval.high:
        return _of_proportion(call.vaf, copies), _of_ratio(call.ar, copies)
    low, high = wilson_interval(call.mutant_fragments, informative, copies)
    low, high = min(low, call.vaf.value), max(high, call.vaf.value)
    return ConfidenceInterval(low, high), ConfidenceInterval(odds(low), odds(high))


def _remark(call: ItdCall, phase: Phase) -> str:
    """What to mind about an insertion; empty where there is nothing."""
    found = []
    if call.duplicates_primer:
        found.append(_PRIMER_REMARK)
    if phase.beside:
        found.append(phase.remark)
    if call.unread:
        found.append(f"sequence between copies not read: {call.unread} bases are taken as copied")
    if call.uncountable:
        found.append("more copies cannot be excluded: no read spans what is inserted")
    if call.unresolved:
        found.append(f"{call.unresolved} of its fragments show more, which was not resolved")
    return "; ".join(found)


def _assessed_depth(template: Template, calls: ItdCalls) -> npt.NDArray[np.int64]:
    """Informative fragments at each base of residues 572 to 612 (all in exon 14)."""
    first, last = _assessed(template)
    return calls.depth[first - template.region[0] : last + 1 - template.region[0]]


def _assessed(template: Template) -> tuple[int, int]:
    """The first and the last base of residues 572 to 612 on the template."""
    first, last = (
        template.from_locus(template.locus.offset_of_cds(number))
        for number in reversed(_ASSESSED_CDS)
    )
    return first, last


def junction_pileups(
    reads: ReadSet, calls: ItdCalls, template: Template, placement: Placement
) -> tuple[JunctionPileup, ...]:
    """The reads over the junction of each insertion that passes, in the order of the VCF."""
    passing = [call.haplotype for call in calls.calls if not call.filters]
    alleles = {haplotype: _allele(haplotype, template, placement) for haplotype in passing}
    placed = {haplotype: (one.pos, one.ref, one.alt) for haplotype, one in alleles.items()}
    return tuple(
        pile_up(reads.split, haplotype, placed[haplotype])
        for haplotype in sorted(passing, key=placed.__getitem__)
    )


def exon_depth(number: int, calls: ItdCalls, template: Template, placement: Placement) -> ExonDepth:
    """Informative fragments at each base of an exon."""
    exon = template.locus.exon(number)
    start, end = template.exon(number)
    depth = calls.depth[start - template.region[0] : end - template.region[0]]
    return ExonDepth(
        exon=number,
        chrom=placement.contig,
        start=placement.position(exon.start),
        end=placement.position(exon.end - 1),
        fragments=tuple(depth[::-1].tolist()),
    )


def warnings_of(
    calls: ItdCalls,
    depth: Sequence[ExonDepth],
    template: Template,
    placement: Placement,
    minimum_depth: int,
) -> tuple[str, ...]:
    """Sentences on what the reads could not show."""
    return (
        *_unexplained(calls, template, placement),
        *_uncovered(depth, minimum_depth),
    )


def _unexplained(calls: ItdCalls, template: Template, placement: Placement) -> tuple[str, ...]:
    return tuple(
        f"{fragments} fragments are clipped at {placement.contig}:"
        f"{placement.position(template.to_locus(place))} and fit no insertion that was found: "
        "an insertion longer than the reads, or a rearrangement"
        for place, fragments in calls.unexplained.items()
    )


def _uncovered(depth: Sequence[ExonDepth], minimum: int) -> tuple[str, ...]:
    """A sentence for each exon that has bases with too few fragments."""
    sentences = []
    for exon in depth:
        short = sum(fragments < minimum for fragments in exon.fragments)
        if short:
            sentences.append(
                f"exon {exon.exon}: {short} of {len(exon.fragments)} bases have fewer than "
                f"{minimum} informative fragments; an ITD there could be missed"
            )
    return tuple(sentences)
