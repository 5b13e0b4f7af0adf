"""FLT3 kinase domain mutations: codon changes and short insertions and deletions.

Every codon of exons 16, 17 and 20 is counted by fragment (`flt3itd.kinase.codons`). A change is
called when its fragments are more than errors explain (`flt3itd.kinase.error_model`), given the
sample's own rates and, where there are controls, what they show at this place
(`flt3itd.kinase.background`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from flt3itd.common.bases import reverse_complement
from flt3itd.common.filters import Flt3Filter, filter_text
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.common.statistics import (
    MOLECULE_RATE_FLOOR,
    RATE_FLOOR,
    binomial_limit_of_detection,
    odds,
    overdispersed_tail,
    smallest_significant_count,
    wilson_interval,
)
from flt3itd.hgvs.protein import CODON_TABLE
from flt3itd.kinase.codons import count_exons
from flt3itd.kinase.compared_alleles import ChangeCount
from flt3itd.kinase.error_model import ErrorModel, estimate_errors
from flt3itd.kinase.exon_counts import CODON_LETTERS, Codon, ExonCounts, Mutation
from flt3itd.kinase.same_molecules import FoundMutation, linked
from flt3itd.locus.flt3 import domain_of, flt3_locus
from flt3itd.locus.naming import name_variant
from flt3itd.locus.residue_classes import HOTSPOTS, class_of
from flt3itd.reads.aligned import AlignedRead
from flt3itd.records import CodonResult, EventKind, FltEvent, Status, TkdResult

if TYPE_CHECKING:
    from flt3itd.kinase.background import Background

EXONS = (16, 17, 20)


@dataclass(frozen=True)
class TkdParameters:
    """What a call needs.

    Below `minimum_fragments` a codon is not assessable: at 100 fragments a VAF of 5 %, which
    guidelines ask of sequencing, is still found with probability 0.95 or nearly so.
    `significance` is the chance of a false call in a whole sample; errors are never taken to be
    rarer than `rate_floor`. Of molecules, families of `residual_family` reads or more are also
    asked alone.
    """

    minimum_fragments: int = 100
    minimum_base_quality: int = 20
    minimum_mutant_fragments: int = 3
    minimum_vaf: float = 0.001
    significance: float = 0.01
    rate_floor: float = RATE_FLOOR
    residual_family: int = 2

    def of_molecules(self) -> TkdParameters:
        """For families of reads: their error rates decide alone, and may be lower than of reads."""
        return replace(self, minimum_vaf=0.0, rate_floor=MOLECULE_RATE_FLOOR)


class ReportedAt(NamedTuple):
    """Whose events these are and how locus coordinates become positions of the BAM.

    `shift` is contig position minus locus coordinate, both 0-based. `sampling` is what the counts
    of the sample were drawn from.
    """

    sample: str
    contig: str
    shift: int
    build: str
    sampling: Sampling = EVERY_COUNT


def count_kinase_domain(
    reads: Iterable[AlignedRead], parameters: TkdParameters
) -> list[ExonCounts]:
    """Count the codons and short changes of the exons that are called."""
    locus = flt3_locus()
    return count_exons(
        reads,
        locus,
        [locus.exon(number) for number in EXONS],
        minimum_base_quality=parameters.minimum_base_quality,
        minimum_carriers=parameters.minimum_mutant_fragments,
        # Half of the VAF: some reads of a mutant do not show it in their alignment.
        minimum_share=parameters.minimum_vaf / 2,
    )


def call_tkd(
    reads: Iterable[AlignedRead],
    place: ReportedAt,
    parameters: TkdParameters | None = None,
    background: Background | None = None,
) -> TkdResult:
    """Call kinase domain mutations from the reads over the locus."""
    parameters = parameters or TkdParameters()
    return judge_counts(count_kinase_domain(reads, parameters), place, parameters, background)


def judge_counts(
    exons: Sequence[ExonCounts],
    place: ReportedAt,
    parameters: TkdParameters,
    background: Background | None,
) -> TkdResult:
    """Call kinase domain mutations from what the reads over the exons show.

    The overall status is `not_detected` only when every hotspot codon could be assessed.
    """
    codons = [codon for exon in exons for codon in exon.codons]
    factors = None if background is None else background.factors
    errors = estimate_errors(exons, parameters.significance, factors, parameters.rate_floor)
    found = [
        *_codon_events(exons, errors, place, parameters),
        *_gap_events(exons, errors, place, parameters),
    ]
    events = list(linked(found, place.build))
    events.sort(key=lambda event: (-event.vaf, event.pos, event.alt))
    detected = [event for event in events if event.status is Status.DETECTED]
    mutant_residues = {
        residue
        for event in detected
        for residue in _residues(event.ref, event.alt, event.pos - 1 - place.shift)
    }
    results = tuple(
        _codon_result(codon, mutant_residues, errors, parameters, place.sampling)
        for codon in codons
        if codon.residue in HOTSPOTS
    )
    if detected:
        status = Status.DETECTED
    elif any(result.status is Status.NOT_ASSESSABLE for result in results):
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    reason = ""
    if status is Status.NOT_ASSESSABLE:
        blind = sum(result.status is status for result in results)
        reason = place.sampling.too_few(parameters.minimum_fragments) or (
            f"{blind} of {len(results)} hotspot codons have fewer than "
            f"{parameters.minimum_fragments} fragments"
        )
    return TkdResult(status, results, tuple(events), reason)


def _needed(
    codon: Codon, changed: str, model: ErrorModel, parameters: TkdParameters, beyond_copies: int
) -> int:
    """The fewest mutant fragments that are called at this codon."""
    fragments = codon.fragments
    least = max(
        parameters.minimum_mutant_fragments,
        math.ceil(parameters.minimum_vaf * fragments),
        beyond_copies,
    )
    rate = model.of_codon(codon, changed)
    return smallest_significant_count(fragments * rate.mean, rate.shape, model.level(codon), least)


def _codon_events(
    exons: Sequence[ExonCounts], errors: ErrorModel, place: ReportedAt, parameters: TkdParameters
) -> Iterator[FoundMutation]:
    for exon in exons:
        for column, codon in enumerate(exon.codons):
            for code, mutant in enumerate(codon.counts):
                if mutant < parameters.minimum_mutant_fragments:  # nearly all
                    continue
                event = _codon_event(codon, CODON_LETTERS[code], errors, place, parameters)
                if event is not None:
                    yield _found(event, exon, Mutation(column, code), place)


def _codon_event(
    codon: Codon, changed: str, errors: ErrorModel, place: ReportedAt, parameters: TkdParameters
) -> FltEvent | None:
    """A codon that more fragments have than errors explain; None where it is no mutation."""
    mutant, wildtype = codon.count(changed), codon.count(codon.reference)
    if CODON_TABLE[changed] == codon.amino_acid:
        return None
    p_value = errors.p_value(codon, changed)
    if _changes_one_base(codon, changed):
        copied = place.sampling.copied_errors(mutant, codon.fragments)
        p_value = max(p_value, copied)
    significant = p_value <= errors.level(codon)
    if mutant < parameters.minimum_vaf * codon.fragments or not significant:
        return None
    # Of a codon that is split between exons, only the part in this one.
    seen = slice(codon.seen.start, codon.seen.stop)
    offset = flt3_locus().offset_of_cds(codon.first_base + codon.seen[-1])
    ref = reverse_complement(codon.reference[seen])
    alt = reverse_complement(changed[seen])
    while ref[0] == alt[0]:
        ref, alt, offset = ref[1:], alt[1:], offset + 1
    while ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    counts = (mutant, wildtype, codon.fragments)
    event = _event(place, (offset, ref, alt), counts, p_value, parameters)
    may_be_copied = place.sampling.assumption and len(ref) == len(alt) == 1
    if may_be_copied and event.vaf < COPIED_BELOW:
        event = replace(event, remark=_COPIED)
    return event


def _found(
    event: FltEvent, exon: ExonCounts, mutation: Mutation, place: ReportedAt
) -> FoundMutation:
    return FoundMutation(event, exon, mutation, event.pos - 1 - place.shift)


COPIED_BELOW = 0.01
"""VAF below which copies of an error of one molecule may be a mutation, where the input is not
known: of 1,000 molecules one has 0.1 %, and PCR may have copied it ten times as often."""
_COPIED = (
    "copies of one molecule with an error look alike at so low a VAF, and are told by UMIs, or by "
    "the DNA that went in"
)


def _changes_one_base(codon: Codon, changed: str) -> bool:
    """Whether one error makes the change; two in one molecule are never there."""
    return sum(a != b for a, b in zip(codon.reference, changed, strict=True)) == 1


def _gap_events(
    exons: Sequence[ExonCounts], errors: ErrorModel, place: ReportedAt, parameters: TkdParameters
) -> Iterator[FoundMutation]:
    for exon in exons:
        for index, count in enumerate(exon.changes):
            informative = count.informative
            change = count.change
            name = name_variant(change.offset, change.ref, change.alt, place.build).hgvs_c
            rate = errors.of_gap(name)
            p_value = overdispersed_tail(count.mutant, informative * rate.mean, rate.shape)
            if _is_real(count, p_value, errors, parameters):
                event = _event(
                    place,
                    (change.offset, change.ref, change.alt),
                    (count.mutant, count.wildtype, informative),
                    p_value,
                    parameters,
                )
                yield _found(event, exon, exon.change(index), place)


def _is_real(
    count: ChangeCount, p_value: float, errors: ErrorModel, parameters: TkdParameters
) -> bool:
    least = max(parameters.minimum_mutant_fragments, parameters.minimum_vaf * count.informative)
    return count.mutant >= least and p_value <= errors.levels[False]


def _as_vcf_has_it(offset: int, ref: str, alt: str) -> tuple[int, str, str]:
    """A change of the locus with the base before it where an allele is empty.

    Changes that were counted are left-aligned already, without shared ends.
    """
    if ref and alt:
        return offset, ref, alt
    anchor = flt3_locus().sequence[offset - 1]
    return offset - 1, anchor + ref, anchor + alt


def _event(
    place: ReportedAt,
    variant: tuple[int, str, str],
    counts: tuple[int, int, int],
    p_value: float,
    parameters: TkdParameters,
) -> FltEvent:
    offset, ref, alt = variant
    mutant, wildtype, informative = counts
    names = name_variant(offset, ref, alt, place.build)
    copies = place.sampling.spread(informative)
    holding = place.sampling.holding
    low, high = holding(*wilson_interval(mutant, informative, copies))
    ar_low, ar_high = holding(*wilson_interval(mutant, mutant + wildtype, copies))
    assessable = informative >= parameters.minimum_fragments
    length = len(alt) - len(ref)
    offset, ref, alt = _as_vcf_has_it(offset, ref, alt)
    residue = names.insertion_site_residue
    changed = _residues(ref, alt, offset)
    return FltEvent(
        sample=place.sample,
        event=EventKind.TKD,
        status=Status.DETECTED if assessable else Status.NOT_ASSESSABLE,
        length_bp=abs(length),
        in_frame=names.in_frame if length else None,
        insertion_site_residue=residue,
        domain="" if residue is None else domain_of(residue),
        filler="",
        hgvs_g=names.hgvs_g,
        hgvs_c=names.hgvs_c,
        hgvs_p=names.hgvs_p,
        vaf=mutant / informative,
        vaf_low=low,
        vaf_high=high,
        ar=math.inf if wildtype == 0 else mutant / wildtype,
        ar_low=odds(ar_low),
        ar_high=odds(ar_high),
        mutant_fragments=mutant,
        wildtype_fragments=wildtype,
        informative_fragments=informative,
        filter=filter_text([] if assessable else [Flt3Filter.LOW_DEPTH]),
        inserted_sequence=alt[1:] if len(ref) == 1 < len(alt) else "",
        chrom=place.contig,
        pos=offset + place.shift + 1,
        ref=ref,
        alt=alt,
        p_value=p_value,
        residue_class=class_of(dict.fromkeys(changed)),
        counted_unit=place.sampling.unit,
    )


def _codon_result(
    codon: Codon,
    mutant_residues: set[int],
    errors: ErrorModel,
    parameters: TkdParameters,
    sampling: Sampling,
) -> CodonResult:
    """The answer for one hotspot codon; its limit holds for the substitution hardest to find."""
    fragments = codon.fragments
    if sampling.at_most(fragments) < parameters.minimum_fragments:
        return CodonResult(codon.residue, codon.amino_acid, Status.NOT_ASSESSABLE, fragments, None)
    beyond_copies = sampling.fewest_beyond_copies(fragments, errors.level(codon))
    needed = max(
        _needed(codon, changed, errors, parameters, beyond_copies)
        for _, changed in codon.single_changes()
        if CODON_TABLE[changed] != codon.amino_acid
    )
    status = Status.DETECTED if codon.residue in mutant_residues else Status.NOT_DETECTED
    limit = binomial_limit_of_detection(fragments, needed, copies=sampling.copies(fragments))
    return CodonResult(codon.residue, codon.amino_acid, status, fragments, sampling.behind(limit))


def _residues(ref: str, alt: str, offset: int) -> Iterator[int]:
    """The residues whose codons a change at a locus coordinate alters or removes.

    An insertion alters none.
    """
    locus = flt3_locus()
    anchored = len(ref) != len(alt) and ref[0] == alt[0]
    for i in range(int(anchored), len(ref)):
        position = locus.cds_position(offset + i)
        if position is not None:
            yield (position + 2) // 3
