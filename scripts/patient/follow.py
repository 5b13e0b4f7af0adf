"""One alteration over the samples of a patient: what each sample says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flt3itd.common.filters import reasons_in
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.one_allele import together
from flt3itd.records import AlleleKey, FltEvent, KnownItd, Status, allele_key
from scripts.panel.filter_table import PanelFilter
from scripts.panel.rows import PanelVariant
from scripts.patient.model import AlterationKind, Basis, PanelGenotype, Point
from scripts.report.build import panel_limit
from scripts.report.model import Report
from scripts.report.words import abbreviated, short_protein

Genotypes = Mapping[tuple[str, AlleleKey], PanelGenotype]
"""By sample and allele."""

_ABOUT_SUPPORT = {one for one in PanelFilter if one.support}
_TELLS_NOTHING = {PanelFilter.LOW_DEPTH, PanelFilter.UNFIT_READS}
"""Filters behind which the answer is not assessable, whatever was seen."""


@dataclass(frozen=True)
class Target:
    """An alteration to follow. `residue` is the codon of a kinase domain mutation."""

    kind: AlterationKind
    gene: str
    name: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    length_bp: int
    allele: AlleleKey
    residue: int | None
    tier: str = ""


def targets(reports: Sequence[Report]) -> list[Target]:
    """Everything that passes in at least one sample, each once: ITDs, TKD, panel by gene.

    A panel variant with the alleles of a FLT3 event is that event.
    """
    found: dict[AlleleKey, Target] = {}
    for events in ([r.flt3.itd.events for r in reports], [r.flt3.tkd.events for r in reports]):
        for event in (one for sample in events for one in sample):
            if event.status is Status.DETECTED:
                found.setdefault(allele_key(event), _of_event(event))
    variants = [variant for report in reports for variant in report.panel.variants]
    for variant in sorted(variants, key=lambda one: (one.gene, one.chrom, one.pos)):
        target = Target(
            AlterationKind.PANEL,
            variant.gene,
            f"{variant.gene} {abbreviated(short_protein(variant))}".lstrip(),
            variant.hgvs_c,
            variant.hgvs_p,
            variant.consequence,
            abs(len(variant.alt) - len(variant.ref)),
            allele_key(variant),
            None,
            variant.tier,
        )
        found.setdefault(target.allele, target)
    names = Counter(target.name for target in found.values())
    return [
        target if names[target.name] == 1 else replace(target, name=_long_name(target))
        for target in found.values()
    ]


def _long_name(target: Target) -> str:
    """A name that tells apart two ITDs of one length, or two changes with one protein name."""
    change = target.hgvs_c.rsplit(":", maxsplit=1)[-1] or f"{target.allele[0]}:{target.allele[1]}"
    return f"{target.name} ({abbreviated(change)})"


def _of_event(event: FltEvent) -> Target:
    kind = AlterationKind(event.event.value)
    name = f"FLT3-{event.event.value} {event.length_bp} bp"
    if kind is AlterationKind.TKD:
        name = f"FLT3 {abbreviated(short_protein(event))}"
    return Target(
        kind,
        "FLT3",
        name,
        event.hgvs_c,
        event.hgvs_p,
        "",
        event.length_bp,
        allele_key(event),
        event.insertion_site_residue,
    )


def by_sample_and_allele(rows: Iterable[PanelGenotype]) -> Genotypes:
    """The rows of genotypes.tsv, to look up."""
    return {(row.sample, allele_key(row)): row for row in rows}


def point(target: Target, report: Report, genotypes: Genotypes) -> Point:
    """What one sample says of an alteration."""
    genotype = genotypes.get((report.sample.sample, target.allele))
    if target.kind is AlterationKind.PANEL:
        return _panel_point(target, report, genotype)
    events = report.flt3.tkd.events
    if target.kind is not AlterationKind.TKD:
        events = report.flt3.itd.events
    same = [one for one in events if allele_key(one) == target.allele]
    event = together(same) if same else None
    known = next((one for one in report.flt3.itd.known if allele_key(one) == target.allele), None)
    if event is not None and event.status is Status.DETECTED:
        called = _of_record(event, report, Status.DETECTED, Basis.CALLED)
        return replace(called, remark=event.remark)
    if known is not None:
        return _genotyped(known, report)
    if event is not None:
        unseen = _without_call(target, report)
        blind = unseen.status is Status.NOT_ASSESSABLE
        held = _of_record(event, report, unseen.status if blind else event.status, Basis.HELD_BACK)
        return replace(held, vaf_bound=unseen.vaf_bound, reason=event.filter, remark=event.remark)
    if genotype is not None:
        return _counted(genotype, target, report)
    return _without_call(target, report)


def _of_record(
    record: FltEvent | PanelVariant, report: Report, status: Status, basis: Basis
) -> Point:
    """A point with the numbers of a call."""
    event = record if isinstance(record, FltEvent) else None
    variant = record if isinstance(record, PanelVariant) else None
    return Point(
        sample=report.sample.sample,
        status=status,
        basis=basis,
        vaf=record.vaf,
        vaf_low=record.vaf_low,
        vaf_high=record.vaf_high,
        ar=event.ar if event else None,
        ar_low=event.ar_low if event else None,
        ar_high=event.ar_high if event else None,
        mutant_fragments=event.mutant_fragments if event else _count(variant, "alternate"),
        informative_fragments=event.informative_fragments if event else _count(variant, "depth"),
        vaf_bound=None,
        left=None,
        left_bound=None,
        reason="",
    )


def _count(variant: PanelVariant | None, which: str) -> int | None:
    if variant is None:
        return None
    return variant.alternate_fragments if which == "alternate" else variant.depth


def _genotyped(known: KnownItd, report: Report) -> Point:
    """An earlier ITD that the caller did not report here, but looked for."""
    empty = _nothing(report, known.status, Basis.GENOTYPED, known.vaf_upper)
    seen = known.status is Status.DETECTED
    return replace(
        empty,
        vaf=known.vaf,
        vaf_low=0.0 if seen else None,
        vaf_high=known.vaf_upper if seen else None,
        mutant_fragments=known.mutant_fragments,
        informative_fragments=known.informative_fragments,
        vaf_bound=None if known.status is Status.NOT_ASSESSABLE else known.vaf_upper,
        remark=known.remark,
    )


def _without_call(target: Target, report: Report) -> Point:
    """A FLT3 event that is not among those of the sample."""
    if target.kind is not AlterationKind.TKD:
        itd = report.flt3.itd
        if itd.status is Status.NOT_ASSESSABLE or itd.limit_of_detection is None:
            return _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)
        longest = itd.longest_assessable
        if longest is not None and target.length_bp > longest:
            blind = _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)
            shown = f"its reads show ITDs of up to {longest} bp in every place"
            return replace(blind, remark=shown)
        return _nothing(report, Status.NOT_DETECTED, Basis.LIMIT, itd.limit_of_detection)
    for codon in report.flt3.tkd.codons:
        if codon.residue == target.residue:
            if codon.status is Status.NOT_ASSESSABLE:
                return _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)
            return _nothing(report, Status.NOT_DETECTED, Basis.LIMIT, codon.limit_of_detection)
    return _by_coverage(target, report)


def _panel_point(target: Target, report: Report, genotype: PanelGenotype | None) -> Point:
    for variant in report.panel.variants:
        if allele_key(variant) == target.allele:
            called = _of_record(variant, report, Status.DETECTED, Basis.CALLED)
            return replace(called, remark=variant.carry_over)
    unseen = _uncalled(target, report) if genotype is None else _counted(genotype, target, report)
    for variant in report.panel.filtered:
        if allele_key(variant) == target.allele:
            reasons = set(reasons_in(variant.filter))
            if genotype is not None and reasons <= _ABOUT_SUPPORT:
                return unseen
            blind = not reasons.isdisjoint(_TELLS_NOTHING)
            status = Status.NOT_ASSESSABLE if blind else Status.NOT_DETECTED
            held = _of_record(variant, report, status, Basis.HELD_BACK)
            return replace(
                held,
                vaf_bound=unseen.vaf_bound,
                reason=variant.filter,
                remark=variant.carry_over,
            )
    return unseen


def _counted(genotype: PanelGenotype, target: Target, report: Report) -> Point:
    """A small variant of another sample, as the fragments of this one show it.

    Counts of reads that are unfit say no more here than in the report of the sample.
    """
    if genotype.status is Status.NOT_ASSESSABLE:
        return _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)
    seen = genotype.status is Status.DETECTED
    question = Question.TKD if target.kind is AlterationKind.TKD else Question.PANEL
    verdict = report.flt3.reads.verdict_of_gene(question, target.gene)
    if verdict.fit is Fit.UNFIT and (verdict.misleads or not seen):
        return _unfit(verdict, report)
    return replace(
        _nothing(report, genotype.status, Basis.GENOTYPED, genotype.vaf_upper),
        vaf=genotype.vaf,
        vaf_low=genotype.vaf_low if seen else None,
        vaf_high=genotype.vaf_high if seen else None,
        mutant_fragments=genotype.mutant_fragments,
        informative_fragments=genotype.informative_fragments,
        remark=genotype.remark,
    )


def _uncalled(target: Target, report: Report) -> Point:
    """A panel variant that is not among those of the sample, nor was counted in it."""
    verdict = report.flt3.reads.verdict_of_gene(Question.LONG_EVENTS, target.gene)
    if target.length_bp >= LONG_BP and verdict.fit is Fit.UNFIT:
        return _unfit(verdict, report)
    return _by_coverage(target, report)


def _unfit(verdict: Verdict, report: Report) -> Point:
    blind = _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)
    return replace(blind, remark="; ".join(verdict.reasons))


LONG_BP = 20
"""Bases inserted or deleted from which the engine of long events looks for a change
(`flt3itd/insertions/long_changes.py`), for which reads may be unfit that show small variants."""


def _by_coverage(target: Target, report: Report) -> Point:
    """No call: whether the exon of the alteration was deep enough to see it."""
    chrom, pos, ref, _ = target.allele
    for exon in report.coverage.exons:
        inside = exon.start <= pos + len(ref) - 1 and pos <= exon.end
        if exon.chrom == chrom and inside and exon.assessable and exon.minimum is not None:
            limit = panel_limit(exon.minimum, report.parameters, report.flt3.sampling)
            return _nothing(report, Status.NOT_DETECTED, Basis.LIMIT, limit)
    return _nothing(report, Status.NOT_ASSESSABLE, Basis.NOT_COVERED)


def without_reads(one: Point) -> Point:
    """What an earlier run's sample says of an alteration that its own run did not call.

    Its limit of detection stands, where it has one; the reads are not here to be looked at.
    """
    if one.basis not in (Basis.LIMIT, Basis.NOT_COVERED):
        return one
    return replace(one, basis=Basis.NOT_LOOKED_FOR, reason=NOT_LOOKED_FOR)


NOT_LOOKED_FOR = "not looked for in that sample: its reads are in an earlier run"


def _nothing(report: Report, status: Status, basis: Basis, bound: float | None = None) -> Point:
    blank: Mapping[str, Any] = dict.fromkeys(
        ("vaf", "vaf_low", "vaf_high", "ar", "ar_low", "ar_high")
    )
    return Point(
        sample=report.sample.sample,
        status=status,
        basis=basis,
        **blank,
        mutant_fragments=None,
        informative_fragments=None,
        vaf_bound=bound,
        left=None,
        left_bound=None,
        reason="",
    )
