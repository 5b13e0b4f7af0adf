"""FLT3 kinase domain mutations: codon changes and short insertions and deletions.

Every whole codon of exons 16, 17 and 20 is counted by fragment (`flt3itd.codons`). A change is
called when its fragments are more than errors explain. The error rate of each substitution
(reference base, other base) is taken from the sample itself, from all codons that are neither
known hotspots nor themselves mutant; it differs from position to position, so errors are
overdispersed counts. The significance level is divided over all changes that are tested
(Bonferroni), half of it over the hotspot codons, half over the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from flt3itd.bases import reverse_complement
from flt3itd.codons import CODON_LETTERS, ChangeCount, ExonCounts, count_exons, left_aligned
from flt3itd.locus import Locus, domain_of, flt3_locus
from flt3itd.naming import name_variant
from flt3itd.protein import CODON_TABLE
from flt3itd.reads import AlignedRead
from flt3itd.records import CodonResult, EventKind, FltEvent, Status, TkdResult
from flt3itd.residue_classes import class_of
from flt3itd.statistics import (
    detection_limit,
    odds,
    overdispersed_tail,
    smallest_significant_count,
    wilson_interval,
)

EXONS = (16, 17, 20)
HOTSPOTS = (676, 680, 691, 835, 836, 839, 841, 842)
"""Residues that are always reported: recurrent activating or resistance mutations (reviewed in
Daver et al., Leukemia 2019;33:299)."""

_CODE = {codon: code for code, codon in enumerate(CODON_LETTERS)}
_RATE_FLOOR = 5e-5
"""Errors that no sample is trusted to have fewer of (damage and polymerase errors)."""
_MULTIPLE_RATE = 1e-5
"""Errors that change two or three bases of a codon at once."""
_LARGEST_SHAPE = 4.0
"""Error rates are never taken to vary less than by half between positions (shape 4)."""
_SMALLEST_SHAPE = 0.5
_VARIANT_RATE = 0.02
"""Above this a change is a variant, not an error, and teaches nothing about errors."""


@dataclass(frozen=True)
class TkdParameters:
    """What a call needs.

    Below `minimum_fragments` a codon is not assessable: at 100 fragments a VAF of 5 %, which
    guidelines ask of sequencing, is still found with probability 0.95 or nearly so.
    `significance` is the chance of a false call in a whole sample.
    """

    minimum_fragments: int = 100
    minimum_base_quality: int = 20
    minimum_mutant_fragments: int = 3
    minimum_vaf: float = 0.001
    significance: float = 0.01


@dataclass(frozen=True)
class Place:
    """Whose events these are and how locus coordinates become positions of the BAM.

    `shift` is contig position minus locus coordinate, both 0-based.
    """

    sample: str
    contig: str
    shift: int
    build: str


@dataclass(frozen=True)
class _Codon:
    """One codon of the reference, with what the fragments show there."""

    residue: int
    first_base: int
    """c. number of its first base."""
    reference: str
    counts: tuple[int, ...]

    @property
    def hotspot(self) -> bool:
        return self.residue in HOTSPOTS

    @property
    def fragments(self) -> int:
        return sum(self.counts)

    @property
    def amino_acid(self) -> str:
        return CODON_TABLE[self.reference]


@dataclass
class ErrorModel:
    """Error rates by substitution in the direction of the transcript, and their spread."""

    rates: dict[tuple[str, str], float]
    shape: float
    gap_rate: float
    levels: dict[bool, float] = field(default_factory=dict)
    """Significance level of one test, in hotspot codons (True) and elsewhere (False)."""

    def rate(self, reference: str, codon: str) -> float:
        """The rate at which errors turn the reference codon into another one."""
        changed = [(a, b) for a, b in zip(reference, codon, strict=True) if a != b]
        return self.rates[changed[0]] if len(changed) == 1 else _MULTIPLE_RATE


def call_tkd(
    reads: Iterable[AlignedRead], place: Place, parameters: TkdParameters | None = None
) -> TkdResult:
    """Call kinase domain mutations from the reads over the locus.

    The overall status is `not_detected` only when every hotspot codon could be assessed.
    """
    parameters = parameters or TkdParameters()
    locus = flt3_locus()
    exons = count_exons(
        reads,
        locus,
        [locus.exon(number) for number in EXONS],
        minimum_base_quality=parameters.minimum_base_quality,
        minimum_carriers=parameters.minimum_mutant_fragments,
    )
    codons = [codon for exon in exons for codon in _codons(exon, locus)]
    errors = estimate_errors(codons, exons, parameters)
    events = [
        *_codon_events(codons, errors, place, parameters),
        *_gap_events(exons, errors, place, parameters),
    ]
    events.sort(key=lambda event: (-event.vaf, event.pos, event.alt))
    detected = [event for event in events if event.status is Status.DETECTED]
    mutant_residues = {
        residue
        for event in detected
        for residue in _residues(event.ref, event.alt, event.pos - 1 - place.shift)
    }
    results = tuple(
        _codon_result(codon, mutant_residues, errors, parameters)
        for codon in codons
        if codon.hotspot
    )
    if detected:
        status = Status.DETECTED
    elif any(result.status is Status.NOT_ASSESSABLE for result in results):
        status = Status.NOT_ASSESSABLE
    else:
        status = Status.NOT_DETECTED
    return TkdResult(status, results, tuple(events))


def _codons(exon: ExonCounts, locus: Locus) -> Iterator[_Codon]:
    for i, counts in enumerate(exon.codons.tolist()):
        residue = exon.first_residue + i
        first = 3 * residue - 2
        end = locus.offset_of_cds(first) + 1
        reference = reverse_complement(locus.sequence[end - 3 : end])
        yield _Codon(residue, first, reference, tuple(counts))


def _single_changes(codon: _Codon) -> Iterator[tuple[tuple[str, str], str]]:
    """Each codon that one substitution makes, with that substitution."""
    for i, before in enumerate(codon.reference):
        for after in "ACGT":
            if after != before:
                changed = codon.reference[:i] + after + codon.reference[i + 1 :]
                yield (before, after), changed


def estimate_errors(
    codons: list[_Codon], exons: list[ExonCounts], parameters: TkdParameters
) -> ErrorModel:
    """Learn error rates from the codons that are no hotspots.

    Done twice: changes that are significant the first time are left out the second time.
    """
    mutant: set[tuple[int, str]] = set()
    hotspots = sum(codon.hotspot for codon in codons)
    tests = {True: 9 * hotspots, False: 9 * (len(codons) - hotspots)}
    levels = {kind: parameters.significance / 2 / max(1, n) for kind, n in tests.items()}
    for _ in range(2):
        model = _fit(codons, exons, mutant)
        model.levels = levels
        mutant = {
            (codon.residue, changed)
            for codon in codons
            for _, changed in _single_changes(codon)
            if _p_value(codon, changed, model) <= levels[codon.hotspot]
        }
    model = _fit(codons, exons, mutant)
    model.levels = levels
    return model


def _fit(codons: list[_Codon], exons: list[ExonCounts], mutant: set[tuple[int, str]]) -> ErrorModel:
    observed: dict[tuple[str, str], list[tuple[int, int]]] = {
        (a, b): [] for a in "ACGT" for b in "ACGT" if a != b
    }
    for codon in codons:
        fragments = codon.fragments
        if codon.hotspot or not fragments:
            continue
        for substitution, changed in _single_changes(codon):
            count = codon.counts[_CODE[changed]]
            if count < max(2, _VARIANT_RATE * fragments) and (codon.residue, changed) not in mutant:
                observed[substitution].append((count, fragments))
    rates = {}
    excess = expected_squares = 0.0
    for substitution, counts in observed.items():
        total = sum(n for _, n in counts)
        rate = sum(k for k, _ in counts) / total if total else 0.0
        rates[substitution] = max(rate, _RATE_FLOOR)
        excess += sum((k - n * rate) ** 2 - n * rate for k, n in counts)
        expected_squares += sum((n * rate) ** 2 for _, n in counts)
    # Method of moments: the variance of a negative binomial count is m + m^2 / shape.
    shape = expected_squares / excess if excess > 0 else _LARGEST_SHAPE
    covered = sum(codon.fragments * 3 for codon in codons)
    gaps = sum(exon.rare_changes for exon in exons)
    return ErrorModel(
        rates,
        min(max(shape, _SMALLEST_SHAPE), _LARGEST_SHAPE),
        max(gaps / covered if covered else 0.0, _RATE_FLOOR),
    )


def _p_value(codon: _Codon, changed: str, model: ErrorModel) -> float:
    mean = codon.fragments * model.rate(codon.reference, changed)
    return overdispersed_tail(codon.counts[_CODE[changed]], mean, model.shape)


def _needed(codon: _Codon, changed: str, model: ErrorModel, parameters: TkdParameters) -> int:
    """The fewest mutant fragments that are called at this codon."""
    fragments = codon.fragments
    least = max(parameters.minimum_mutant_fragments, math.ceil(parameters.minimum_vaf * fragments))
    mean = fragments * model.rate(codon.reference, changed)
    return smallest_significant_count(mean, model.shape, model.levels[codon.hotspot], least)


def _codon_events(
    codons: list[_Codon], errors: ErrorModel, place: Place, parameters: TkdParameters
) -> Iterator[FltEvent]:
    for codon in codons:
        wildtype = codon.counts[_CODE[codon.reference]]
        for code, mutant in enumerate(codon.counts):
            changed = CODON_LETTERS[code]
            if mutant < parameters.minimum_mutant_fragments or (
                CODON_TABLE[changed] == codon.amino_acid
            ):
                continue
            p_value = _p_value(codon, changed, errors)
            significant = p_value <= errors.levels[codon.hotspot]
            if mutant < parameters.minimum_vaf * codon.fragments or not significant:
                continue
            offset = flt3_locus().offset_of_cds(codon.first_base) - 2
            ref, alt = reverse_complement(codon.reference), reverse_complement(changed)
            while ref[0] == alt[0]:
                ref, alt, offset = ref[1:], alt[1:], offset + 1
            while ref[-1] == alt[-1]:
                ref, alt = ref[:-1], alt[:-1]
            counts = (mutant, wildtype, codon.fragments)
            yield _event(place, (offset, ref, alt), counts, p_value, parameters)


def _gap_events(
    exons: list[ExonCounts], errors: ErrorModel, place: Place, parameters: TkdParameters
) -> Iterator[FltEvent]:
    for exon in exons:
        for count in exon.changes:
            informative = count.mutant + count.wildtype
            p_value = overdispersed_tail(count.mutant, informative * errors.gap_rate, errors.shape)
            if _is_real(count, p_value, errors, parameters):
                change = count.change
                yield _event(
                    place,
                    (change.offset, change.ref, change.alt),
                    (count.mutant, count.wildtype, informative),
                    p_value,
                    parameters,
                )


def _is_real(
    count: ChangeCount, p_value: float, errors: ErrorModel, parameters: TkdParameters
) -> bool:
    informative = count.mutant + count.wildtype
    least = max(parameters.minimum_mutant_fragments, parameters.minimum_vaf * informative)
    return count.mutant >= least and p_value <= errors.levels[False]


def _event(
    place: Place,
    variant: tuple[int, str, str],
    counts: tuple[int, int, int],
    p_value: float,
    parameters: TkdParameters,
) -> FltEvent:
    offset, ref, alt = variant
    mutant, wildtype, informative = counts
    names = name_variant(offset, ref, alt, place.build)
    low, high = wilson_interval(mutant, informative)
    ar_low, ar_high = wilson_interval(mutant, mutant + wildtype)
    assessable = informative >= parameters.minimum_fragments
    length = len(alt) - len(ref)
    if length:
        aligned = left_aligned(flt3_locus(), offset, ref, alt)
        offset, ref, alt = aligned.offset, aligned.ref, aligned.alt
    if not (ref and alt):
        offset -= 1
        anchor = flt3_locus().sequence[offset]
        ref, alt = anchor + ref, anchor + alt
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
        filter="PASS" if assessable else "low_depth",
        inserted_sequence=alt[1:] if len(ref) == 1 < len(alt) else "",
        chrom=place.contig,
        pos=offset + place.shift + 1,
        ref=ref,
        alt=alt,
        p_value=p_value,
        residue_class=class_of(dict.fromkeys(changed)),
    )


def _codon_result(
    codon: _Codon, mutant_residues: set[int], errors: ErrorModel, parameters: TkdParameters
) -> CodonResult:
    """The answer for one hotspot codon; its limit holds for the substitution hardest to find."""
    fragments = codon.fragments
    if fragments < parameters.minimum_fragments:
        return CodonResult(codon.residue, codon.amino_acid, Status.NOT_ASSESSABLE, fragments, None)
    needed = max(
        _needed(codon, changed, errors, parameters)
        for _, changed in _single_changes(codon)
        if CODON_TABLE[changed] != codon.amino_acid
    )
    status = Status.DETECTED if codon.residue in mutant_residues else Status.NOT_DETECTED
    limit = detection_limit(fragments, needed)
    return CodonResult(codon.residue, codon.amino_acid, status, fragments, limit)


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
