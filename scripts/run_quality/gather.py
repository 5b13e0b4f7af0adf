"""Measures of the samples of a run from their reports, and which of them stand out."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.filters import reasons_in
from scripts.coverage.rows import ExonCoverage, mean_depth
from scripts.inputs.quality_limits import QualityLimits
from scripts.panel.filter_table import PanelFilter
from scripts.records.failure import Failure
from scripts.records.number_words import percent
from scripts.records.report_state import ReportState
from scripts.report.model import Report, joint_build, joint_state
from scripts.run_quality.records import (
    Flag,
    GeneDepth,
    Measure,
    RunQuality,
    SampleQuality,
    Usual,
    Value,
)

FEWEST_SAMPLES = 5
"""Fewer samples of an assay have no spread to stand out from."""
DEVIATIONS = 3.5
"""Robust deviations (`_ROBUST` times the median absolute one) from the median of its assay, from
which a value stands out (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)."""
_ROBUST = 1.4826
"""1 over the upper quartile of the normal distribution: so a standard deviation is estimated."""
_LEAST_SPREAD = 0.05
"""A value less than 5 % from the median never stands out, however alike the others are."""
EVEN = 0.2
"""An exon is even with the others at this part of the mean depth of its sample, or more."""

Measured = Callable[[Report, float | None], float | None]
"""A measure of a report; the second is the share of its reads that touch a target."""


def _metric(key: str) -> Measured:
    def measured(report: Report, _: float | None) -> float | None:
        return next((one.value for one in report.metrics if one.key == key), None)

    return measured


def _without_umis(measured: Measured) -> Measured:
    """A measure of the samples whose alignment holds reads, copies among them."""
    return lambda report, share: None if _has_molecules(report) else measured(report, share)


def _with_umis(measured: Measured) -> Measured:
    """A measure of the samples whose alignment holds a consensus of each molecule."""
    return lambda report, share: measured(report, share) if _has_molecules(report) else None


def _has_molecules(report: Report) -> bool:
    return report.flt3.counted_unit is CountedUnit.MOLECULES


def _mean_depth(report: Report, _: float | None) -> float | None:
    return report.coverage.mean


def _evenness(report: Report, _: float | None) -> float | None:
    mean = report.coverage.mean
    depths = [exon.mean for exon in report.coverage.exons if exon.mean is not None]
    if not mean or not depths:
        return None
    return sum(depth >= EVEN * mean for depth in depths) / len(depths)


def _blind(report: Report, _: float | None) -> float | None:
    return float(len(report.coverage.not_assessable))


def _damaged(report: Report, _: float | None) -> float | None:
    if report.coverage.mean is None:
        return None
    held_back = report.panel.filtered
    return float(sum(PanelFilter.DAMAGE in reasons_in(one.filter) for one in held_back))


def _contamination(report: Report, _: float | None) -> float | None:
    return report.identity.sample.contamination.share if report.identity else None


class _Kind(NamedTuple):
    """A kind of measure and where it comes from.

    `least` and `most` are the keys of `QualityLimits` below or above which it fails.
    """

    key: str
    name: str
    unit: str
    of: Measured
    least: str = ""
    most: str = ""


_KINDS = (
    _Kind("reads", "Reads", "reads", _without_umis(_metric("reads")), least="minimum_reads"),
    _Kind("consensus_reads", "Consensus reads", "reads",
          _with_umis(_metric("reads")), least="minimum_reads"),
    _Kind("mapped", "Reads mapped", "fraction", _metric("reads_mapped_fraction")),
    _Kind("on_target", "Reads on target", "fraction",
          lambda _, share: share, least="minimum_on_target"),
    _Kind("duplicates", "Reads marked as duplicates", "fraction",
          _without_umis(_metric("reads_duplicate_fraction")), most="maximum_duplicates"),
    _Kind("family_size", "Read pairs by family of a UMI", "pairs",
          _metric("umi_reads_per_family"), least="minimum_family_size"),
    _Kind("insert_size", "Mean fragment length", "bases",
          _metric("insert_size"), least="minimum_insert_size"),
    _Kind("depth", "Mean depth", "fragments",
          _without_umis(_mean_depth), least="minimum_mean_depth"),
    _Kind("molecule_depth", "Mean depth", "molecules",
          _with_umis(_mean_depth), least="minimum_mean_depth"),
    _Kind("evenness", "Exons at 20% of the mean depth or more", "fraction",
          _evenness, least="minimum_evenness"),
    _Kind("blind", "Exons not assessable", "exons", _blind),
    _Kind("errors", "Mismatches by mapped bases", "fraction",
          _without_umis(_metric("error_rate"))),
    _Kind("consensus_errors", "Mismatches by mapped bases of consensus reads", "fraction",
          _with_umis(_metric("error_rate"))),
    _Kind("damaged", "Substitutions that look like damage", "variants",
          _damaged, most="maximum_damaged"),
    _Kind("contamination", "DNA of another person", "fraction",
          _contamination, most="maximum_contamination"),
)  # fmt: skip


def gather_quality(
    reports: Sequence[Report],
    on_target: Mapping[str, float | None],
    limits: QualityLimits,
    missing: Sequence[Failure] = (),
) -> RunQuality:
    """The quality of a run. `on_target` has the share of reads on target by sample.

    Measures that no sample has are left out. `missing` names what a failed run is without; its page
    is a draft.
    """
    table = {
        kind.key: [kind.of(report, on_target.get(report.sample.sample)) for report in reports]
        for kind in _KINDS
    }
    measures = tuple(
        _measure(kind, [report.sample.assay for report in reports], table[kind.key], limits)
        for kind in _KINDS
        if any(value is not None for value in table[kind.key])
    )
    samples = tuple(
        _sample(report, measures, [table[one.key][i] for one in measures])
        for i, report in enumerate(reports)
    )
    remarks = _remarks(measures, samples)
    state = ReportState.DRAFT if missing else joint_state(reports)
    genes, build = _genes(reports), joint_build(reports)
    return RunQuality(measures, samples, genes, remarks, state, tuple(missing), build)


def _measure(
    kind: _Kind, assays: Sequence[Assay], values: Sequence[float | None], limits: QualityLimits
) -> Measure:
    known: dict[Assay, list[float]] = {}
    for assay, value in zip(assays, values, strict=True):
        if value is not None:
            known.setdefault(assay, []).append(value)
    return Measure(
        kind.key,
        kind.name,
        kind.unit,
        getattr(limits, kind.least) if kind.least else None,
        getattr(limits, kind.most) if kind.most else None,
        {assay: _usual(of_assay) for assay, of_assay in known.items()},
    )


def _usual(values: Sequence[float]) -> Usual:
    median = statistics.median(values)
    # Where most samples have none of it (contamination, damage), any trace would stand out.
    if not median or len(values) < FEWEST_SAMPLES:
        return Usual(median, None, None)
    spread = _ROBUST * statistics.median(abs(value - median) for value in values)
    reach = max(DEVIATIONS * spread, _LEAST_SPREAD * abs(median))
    return Usual(median, median - reach, median + reach)


def flags_of(measure: Measure, assay: Assay, value: float | None) -> tuple[Flag, ...]:
    """How a value of a sample of an assay stands out."""
    if value is None:
        return ()
    flags = []
    below = measure.least is not None and value < measure.least
    if below or (measure.most is not None and value > measure.most):
        flags.append(Flag.LIMIT)
    low, high = measure.usual[assay].low, measure.usual[assay].high
    if low is not None and high is not None and not low <= value <= high:
        flags.append(Flag.OUTLIER)
    return tuple(flags)


def _sample(
    report: Report, measures: Sequence[Measure], values: Sequence[float | None]
) -> SampleQuality:
    cells = report.sample
    return SampleQuality(
        sample=cells.sample,
        patient=cells.patient,
        run=cells.run or "",
        assay=cells.assay,
        quality=report.headlines.quality.status,
        values=tuple(
            Value(measure.key, value, flags_of(measure, cells.assay, value))
            for measure, value in zip(measures, values, strict=True)
        ),
        identity=report.identity.alarms if report.identity else (),
        not_assessable=report.coverage.not_assessable,
    )


def _genes(reports: Sequence[Report]) -> tuple[GeneDepth, ...]:
    """Mean depth of each gene, exons weighed by their length; genes in the order they come."""
    genes: dict[str, list[float | None]] = {}
    for i, report in enumerate(reports):
        exons: dict[str, list[ExonCoverage]] = {}
        for exon in report.coverage.exons:
            exons.setdefault(exon.gene, []).append(exon)
        for gene, own in exons.items():
            genes.setdefault(gene, [None] * len(reports))[i] = mean_depth(own)
    return tuple(GeneDepth(gene, tuple(depths)) for gene, depths in genes.items())


def _remarks(measures: Sequence[Measure], samples: Sequence[SampleQuality]) -> tuple[str, ...]:
    """What stands out, the limits of the configuration first."""
    told: dict[Flag, list[str]] = {Flag.LIMIT: [], Flag.OUTLIER: []}
    for sample in samples:
        for measure, one in zip(measures, sample.values, strict=True):
            if one.value is None:
                continue
            shown = shown_value(measure.unit, one.value)
            if Flag.LIMIT in one.flags:
                limit = measure.least if measure.least is not None else measure.most
                side = "below" if measure.least is not None else "above"
                told[Flag.LIMIT].append(
                    f"{sample.sample}: {measure.name} {shown}, {side} the limit of "
                    f"{shown_value(measure.unit, limit or 0.0)}"
                )
            elif Flag.OUTLIER in one.flags:
                median = shown_value(measure.unit, measure.usual[sample.assay].median)
                told[Flag.OUTLIER].append(
                    f"{sample.sample}: {measure.name} {shown}, unlike the other samples of its "
                    f"assay (median {median})"
                )
    return (*told[Flag.LIMIT], *told[Flag.OUTLIER])


def standing_out(quality: RunQuality) -> dict[str, str]:
    """The measures of each sample that stand out, by its name, with their flags in brackets."""
    return {
        sample.sample: "; ".join(
            f"{measure.name} ({', '.join(one.flags)})"
            for measure, one in zip(quality.measures, sample.values, strict=True)
            if one.flags
        )
        for sample in quality.samples
    }


def shown_value(unit: str, value: float) -> str:
    """A value as a person reads it."""
    if unit == "fraction":
        return percent(value)
    if unit == "pairs":
        return f"{value:,.1f}"
    shown = f"{value:,.0f}"
    return f"{shown} {unit}" if unit in ("bases", "fragments", "molecules") else shown
