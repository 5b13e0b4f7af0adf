"""What the calls of a sample mean: states, limits of detection, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import PASS, Flt3Filter
from flt3itd.common.sampling import Sampling
from flt3itd.common.statistics import poisson_limit_of_detection
from flt3itd.events import (
    allele_of,
    event_of,
    known_of,
    known_status,
    proportion_interval,
    ratio_interval,
)
from flt3itd.fitness.answers import with_enough_reach
from flt3itd.fitness_records import Fit, Question
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.itd_filters import (
    LEAST_UNANSWERED,
    ItdParameters,
    outnumbering,
    unanswered,
)
from flt3itd.located import LocatedTemplate
from flt3itd.locus.flt3 import EXON_14_FIRST_CDS_BASE
from flt3itd.locus.template import Template
from flt3itd.reads.amplicons import reach
from flt3itd.reads.library import amplicon_shapes
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.tally import LONG_CLIP
from flt3itd.records import ExonDepth, FltEvent, FltResult, ItdResult, Status

if TYPE_CHECKING:
    from flt3itd.junction_records import JunctionPileup

_ASSESSED_CDS = (1714, 1836)
"""Residues 572 to 612, the juxtamembrane domain and the start of TKD1: where ITDs arise."""
_HARDLY_CAUGHT = (
    "the capture is uneven where ITDs arise, and hardly catches fragments over the junction of "
    "one of 100 bases"
)
_ASSESSED_SHARE = 0.8
"""Share of these bases that must have the minimum depth, or ITDs are not assessable."""


def interpret(
    sample: str,
    calls: ItdCalls,
    located: LocatedTemplate,
    parameters: ItdParameters,
    reads: ReadSet | None,
    sampling: Sampling,
) -> ItdResult:
    """The answer of one of three states, with named events, totals and the limit of detection."""
    events = tuple(
        sorted(
            (event_of(sample, call, located, sampling, calls.calls) for call in calls.calls),
            key=lambda event: (event.filter != PASS, -event.vaf, event.pos, event.alt),
        )
    )
    depth = _assessed_depth(located.template, calls)
    left = _unanswered(calls, located)
    status, limit, reason = _judged(events, depth, parameters, sampling, left, calls.shown)
    informative = int(np.median(depth))
    found = ItdResult(
        status=status,
        informative_fragments=informative,
        limit_of_detection=limit,
        total_vaf=calls.total_vaf.value if calls.total_vaf else None,
        total_vaf_interval=proportion_interval(calls.total_vaf, informative, sampling)
        if calls.total_vaf
        else None,
        total_ar=calls.total_ar.value if calls.total_ar else None,
        total_ar_interval=ratio_interval(calls.total_ar, informative, sampling)
        if calls.total_ar
        else None,
        events=events,
        known=tuple(
            known_of(one, located, parameters.minimum_depth, sampling) for one in calls.known
        ),
        reason=reason,
        longest_assessable=None
        if status is Status.NOT_ASSESSABLE
        else _reach(calls, located.template, reads),
        unanswered=left,
        junctions_shown=calls.shown,
    )
    return with_enough_reach(found)


def _unanswered(calls: ItdCalls, located: LocatedTemplate) -> str:
    """What many fragments show and no insertion explains; empty where there is nothing."""
    region = located.template.region
    outdone = {
        place
        for call in calls.calls
        if Flt3Filter.OUTNUMBERED in call.filters
        for place in outnumbering(call.haplotype, call.mutant_fragments, calls.unexplained)
    }
    found = unanswered(calls.unexplained, calls.ends, calls.depth, region, calls.amplicons, outdone)
    if found is None:
        return _no_amplicon(calls)
    place, fragments = found
    return (
        f"{fragments} fragments show a change at {located.placement.contig}:"
        f"{located.position(place)} that could not be explained"
        + (f": {what}" if (what := _at_least(calls, place)) else "")
    )


def _no_amplicon(calls: ItdCalls) -> str:
    """What many fragments show that no amplicon could; empty where they are few."""
    fragments = sum(
        call.mutant_fragments for call in calls.calls if Flt3Filter.NO_AMPLICON in call.filters
    )
    if fragments < LEAST_UNANSWERED:
        return ""
    return (
        f"{fragments} fragments show an insertion that no amplicon of the sample can show: their "
        "reads begin elsewhere, or with bases that were not cut off"
    )


def _at_least(calls: ItdCalls, place: int) -> str:
    """What clips on both sides of a place show of an insertion; empty where they show none."""
    shown = calls.ends.get(place)
    return f"an insertion of at least {shown.bases} bases of other sequence" if shown else ""


def _reach(calls: ItdCalls, template: Template, reads: ReadSet | None) -> int | None:
    """The longest ITD that the amplicons show wherever it ends; None for other reads."""
    if reads is None or not calls.amplicons:
        return None
    start, end = assessed(template)
    return reach(calls.amplicons, amplicon_shapes(reads), (start, end - 1), LONG_CLIP)


def _judged(
    events: Sequence[FltEvent],
    assessed: npt.NDArray[np.int64],
    parameters: ItdParameters,
    sampling: Sampling,
    left: str,
    shown: float,
) -> tuple[Status, float | None, str]:
    """State, limit of detection and reason, from the depth where ITDs arise.

    `left` is what many fragments show and no event explains; `shown` is how many fragments of a
    mutant show a junction for each that shows a base.
    """
    minimum = parameters.minimum_depth
    covered = assessed[assessed >= minimum]
    status = Status.DETECTED
    if all(event.status is not Status.DETECTED for event in events):
        too_few = sampling.too_few(minimum)
        if len(covered) < _ASSESSED_SHARE * len(assessed):
            too_few = (
                f"{len(covered)} of the {len(assessed)} bases where ITDs arise have {minimum} "
                "informative fragments"
            )
        if left or too_few:
            return Status.NOT_ASSESSABLE, None, "; ".join(filter(None, (left, too_few)))
        status = Status.NOT_DETECTED
    if not len(covered) or not sampling.tells_molecules:
        return status, None, ""
    lowest = int(covered.min())
    limit = poisson_limit_of_detection(
        shown * lowest, parameters.minimum_mutant_fragments, sampling.copies(lowest)
    )
    if limit is None and shown < 1 and status is Status.NOT_DETECTED:
        return Status.NOT_ASSESSABLE, None, _HARDLY_CAUGHT
    return status, None if limit is None else sampling.behind(limit), ""


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
    first, last = (number - EXON_14_FIRST_CDS_BASE for number in _ASSESSED_CDS)
    depth = np.array(exon_14.fragments[first : last + 1], np.int64)
    itd = result.itd
    status, limit, reason = _judged(
        itd.events, depth, parameters, result.sampling, itd.unanswered, itd.junctions_shown
    )
    known = []
    for one in result.itd.known:
        background, fragments = one.background_probability, one.informative_fragments
        held = result.sampling.at_most(fragments)
        unseen = one.status is Status.NOT_ASSESSABLE and held >= called.minimum_depth
        state = known_status(background, held, parameters.minimum_depth, hidden=unseen)
        limit_of_known = None if state is Status.NOT_ASSESSABLE else one.limit_of_detection
        known.append(replace(one, status=state, limit_of_detection=limit_of_known))
    found = replace(
        result.itd,
        status=status,
        limit_of_detection=limit,
        reason=reason,
        known=tuple(known),
        longest_assessable=None
        if status is Status.NOT_ASSESSABLE
        else result.itd.longest_assessable,
    )
    return with_enough_reach(found)


def _assessed_depth(template: Template, calls: ItdCalls) -> npt.NDArray[np.int64]:
    """Informative fragments at each base of residues 572 to 612 (all in exon 14)."""
    start, end = assessed(template)
    return calls.depth[start - template.region[0] : end - template.region[0]]


def assessed(template: Template) -> tuple[int, int]:
    """Residues 572 to 612 on the template, half-open."""
    first, last = (
        template.from_locus(template.locus.offset_of_cds(number))
        for number in reversed(_ASSESSED_CDS)
    )
    return first, last + 1


def junction_pileups(calls: ItdCalls, located: LocatedTemplate) -> tuple[JunctionPileup, ...]:
    """The reads over the junction of each insertion that passes, in the order of the VCF."""
    from flt3itd.insertions.pileup import pile_up  # noqa: PLC0415 - slows calls without pictures

    passing = [call.haplotype for call in calls.calls if not call.filters]
    alleles = {haplotype: allele_of(haplotype, located) for haplotype in passing}
    placed = {haplotype: (one.pos, one.ref, one.alt) for haplotype, one in alleles.items()}
    return tuple(
        pile_up(calls.compared, haplotype, placed[haplotype])
        for haplotype in sorted(passing, key=placed.__getitem__)
    )


def exon_depth(number: int, calls: ItdCalls, located: LocatedTemplate) -> ExonDepth:
    """Informative fragments at each base of an exon."""
    template, placement = located
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
    located: LocatedTemplate,
    minimum_depth: int,
) -> tuple[str, ...]:
    """Sentences on what the reads could not show."""
    return (
        *_unexplained(calls, located),
        *_uncovered(depth, minimum_depth),
    )


def _unexplained(calls: ItdCalls, located: LocatedTemplate) -> tuple[str, ...]:
    return tuple(
        f"{fragments} fragments are clipped at {located.placement.contig}:"
        f"{located.position(place)} and fit no insertion that was found: "
        f"{_at_least(calls, place) or 'an insertion longer than the reads, or a rearrangement'}"
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
