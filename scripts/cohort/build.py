"""Put all samples and patients side by side: `cohort.tsv` and the report.json of the cohort."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import attrgetter

from flt3itd import __version__
from flt3itd.common.statistics import odds
from flt3itd.records import Status
from scripts.cohort.group_tests import FEWEST_PATIENTS, gene_tests
from scripts.cohort.groups import cohort_groups
from scripts.cohort.model import (
    COHORT_SCHEMA_VERSION,
    ITD_ROW,
    PTD_ROW,
    TKD_ROW,
    ChangeClass,
    CohortReport,
    CohortRow,
    OncoprintCell,
    OncoprintPatient,
    RatioPair,
)
from scripts.cohort.summarize import summary_row
from scripts.inputs.day_28 import first_and_day_28
from scripts.patient.build import alarms_of
from scripts.patient.model import Alteration, AlterationKind, FollowedSample, PatientReport, Point
from scripts.records.failure import Failure
from scripts.records.report_state import ReportState
from scripts.report.model import NOTICE, Formula, Report, joint_build, joint_state
from scripts.run_quality.gather import standing_out
from scripts.run_quality.records import RunQuality

FORMULAS = (
    (
        "groups, patients",
        "A patient is in the group of its first sample, and is counted once, by all samples of the "
        "first timepoint. Controls are in a group of their own, and in no comparison. "
        "A gene is not assessable when nothing was found in it and at least one "
        "of its target exons (FLT3-TKD: codons) is not.",
    ),
    (
        "gene_tests",
        "Fisher's exact test, two-sided, of newly diagnosed against relapsed or refractory "
        f"patients in whom the gene is assessable, where each group has {FEWEST_PATIENTS} of "
        "these; q: corrected for the number of genes tested (Benjamini and Hochberg 1995).",
    ),
    (
        "groups.ar_median",
        "Median of the total allelic ratio over the patients with a passing ITD at the first "
        "timepoint (of several samples, the largest; of RNA only where there is no other).",
    ),
    (
        "ratios",
        "Allelic ratio of each ITD of the first timepoint, there and on day 28 in the first two "
        "samples of one tissue; RNA is set against RNA alone. Where it is not "
        "detected, the ratio is below b / (1 - b), with b the bound of the VAF (vaf_bound of the "
        "patient's report).",
    ),
    (
        "samples",
        "As in the report of each sample; earlier_itd as in the report of each patient, stands_out "
        "as in quality.json.",
    ),
    ("quality_remarks", "As in quality.json."),
)

_TRUNCATING = ("frameshift", "stop_gained", "splice", "start_lost")


def gather_cohort(
    reports: Mapping[str, Report],
    courses: Sequence[PatientReport],
    sources: Mapping[str, str],
    missing: Sequence[Failure] = (),
    earlier: Mapping[str, Report] | None = None,
    quality: RunQuality | None = None,
) -> CohortReport:
    """The report of the cohort as a record. `sources` are checksums by path.

    `earlier` are samples of earlier runs: patients are counted by their first sample, wherever it
    was sequenced, and only samples of this run have a row.

    `quality` is that of the run, where it was gathered.

    `missing` names what a failed run is without; the samples of these patients are not in it, and
    it is a draft whatever the configuration says.
    """
    everything = {**(earlier or {}), **reports}
    ptd = [PTD_ROW] if any(_has_ptd(report) for report in everything.values()) else []
    genes = [ITD_ROW, TKD_ROW, *ptd, *_mutated_genes(courses)]
    patients = tuple(_column(course, everything, genes) for course in courses)
    groups = cohort_groups(patients, everything)
    outliers = standing_out(quality) if quality else {}
    course_of_sample = {one.sample: course for course in courses for one in course.samples}
    return CohortReport(
        schema_version=COHORT_SCHEMA_VERSION,
        notice=NOTICE,
        alarms=alarms_of(reports.values()),
        build=joint_build(reports.values()),
        genes=tuple(genes),
        groups=groups,
        gene_tests=gene_tests(groups, genes),
        patients=patients,
        ratios=tuple(pair for course in courses for pair in _ratios(course)),
        samples=tuple(
            _row(report, course_of_sample[name], outliers.get(name, ""))
            for name, report in reports.items()
        ),
        formulas=tuple(
            Formula(what, formula, f"pipeline {__version__}") for what, formula in FORMULAS
        ),
        sources=dict(sources),
        missing=tuple(missing),
        state=ReportState.DRAFT if missing else joint_state(reports.values()),
        quality_remarks=quality.remarks if quality else (),
    )


def _row_of(alteration: Alteration) -> str:
    """The row of the oncoprint that an alteration belongs to."""
    if alteration.kind is AlterationKind.PANEL:
        return alteration.gene
    return TKD_ROW if alteration.kind is AlterationKind.TKD else ITD_ROW


def _mutated_genes(courses: Sequence[PatientReport]) -> list[str]:
    """Genes with a passing panel variant in any sample, the most frequent first."""
    counts: dict[str, int] = {}
    for course in courses:
        for gene in {_row_of(one) for one in course.alterations} - {ITD_ROW, TKD_ROW}:
            counts[gene] = counts.get(gene, 0) + 1
    return sorted(counts, key=lambda gene: (-counts[gene], gene))


def _first(course: PatientReport) -> list[FollowedSample]:
    return [sample for sample in course.samples if sample.rank == course.samples[0].rank]


def _points(alteration: Alteration, course: PatientReport, *, first: bool) -> list[Point]:
    """The points of an alteration at the first timepoint, or at all later ones."""
    rank = course.samples[0].rank
    return [
        point
        for sample, point in zip(course.samples, alteration.points, strict=True)
        if (sample.rank == rank) == first
    ]


def _detected(points: Sequence[Point]) -> bool:
    return any(point.status is Status.DETECTED for point in points)


def _column(
    course: PatientReport, reports: Mapping[str, Report], genes: Sequence[str]
) -> OncoprintPatient:
    first = _first(course)
    return OncoprintPatient(
        course.patient,
        first[0].cohort,
        tuple(sample.sample for sample in first),
        tuple(
            _ptd_cell(course, reports)
            if gene == PTD_ROW
            else _cell(gene, course, [reports[one.sample] for one in first])
            for gene in genes
        ),
    )


def _has_ptd(report: Report) -> bool:
    return report.panel.kmt2a_ptd.status is Status.DETECTED


def _ptd_cell(course: PatientReport, reports: Mapping[str, Report]) -> OncoprintCell:
    """The cell of KMT2A-PTD, which is not followed as an alteration: each sample tells its own."""
    first = [one.sample for one in _first(course)]
    later = [one.sample for one in course.samples if one.sample not in first]
    now = [reports[name].panel.kmt2a_ptd for name in first if _has_ptd(reports[name])]
    emerged = [reports[name].panel.kmt2a_ptd for name in later if _has_ptd(reports[name])]
    if now:
        emerged = []
    states = {reports[name].panel.kmt2a_ptd.status for name in first}
    state = next((one for one in Status if one in states), Status.NOT_ASSESSABLE)
    names = [f"exons {one.exons}" for one in now] + [
        f"exons {one.exons} (later)" for one in emerged
    ]
    return OncoprintCell(
        PTD_ROW,
        state,
        (ChangeClass.PTD,) if now else (),
        (ChangeClass.PTD,) if emerged else (),
        "; ".join(dict.fromkeys(names)),
    )


def _cell(gene: str, course: PatientReport, first: Sequence[Report]) -> OncoprintCell:
    own = [one for one in course.alterations if _row_of(one) == gene]
    now = [one for one in own if _detected(_points(one, course, first=True))]
    later = [one for one in own if one not in now and _detected(_points(one, course, first=False))]
    state = Status.DETECTED if now else _state(gene, first)
    names = [one.name for one in now] + [f"{one.name} (later)" for one in later]
    return OncoprintCell(
        gene,
        state,
        _classes(now),
        _classes(later),
        "; ".join(names),
    )


def _state(gene: str, first: Sequence[Report]) -> Status:
    """What samples without a finding say of a gene: not detected if one of them tells all."""
    for report in first:
        if gene == ITD_ROW:
            known = report.flt3.itd.status is not Status.NOT_ASSESSABLE
        elif gene == TKD_ROW:
            known = report.flt3.tkd.status is not Status.NOT_ASSESSABLE
        else:
            exons = [exon for exon in report.coverage.exons if exon.gene == gene]
            known = bool(exons) and all(exon.assessable for exon in exons)
        if known:
            return Status.NOT_DETECTED
    return Status.NOT_ASSESSABLE


def _classes(alterations: Sequence[Alteration]) -> tuple[ChangeClass, ...]:
    found = {_class(one) for one in alterations}
    return tuple(one for one in ChangeClass if one in found)


def _class(alteration: Alteration) -> ChangeClass:
    if alteration.kind is AlterationKind.TKD:
        return ChangeClass.TKD
    if alteration.kind is not AlterationKind.PANEL:
        return ChangeClass.ITD
    consequence = alteration.consequence
    if any(word in consequence for word in _TRUNCATING):
        return ChangeClass.TRUNCATING
    if "missense" in consequence:
        return ChangeClass.MISSENSE
    return ChangeClass.IN_FRAME if "inframe" in consequence else ChangeClass.OTHER


def _ratios(course: PatientReport) -> list[RatioPair]:
    """Each ITD of the first timepoint against day 28, where such a sample has the same tissue."""
    first, later = first_and_day_28(course.samples, attrgetter("rank"))
    if first is None or later is None:
        return []
    pairs = []
    for alteration in course.alterations:
        before = alteration.points[course.samples.index(first)]
        after = alteration.points[course.samples.index(later)]
        if _row_of(alteration) != ITD_ROW or before.status is not Status.DETECTED:
            continue
        value = after.ar if after.status is Status.DETECTED else None
        if value is None and after.status is not Status.NOT_ASSESSABLE:
            vaf = after.vaf if after.status is Status.DETECTED else after.vaf_bound
            value = None if vaf is None else odds(vaf)
        pairs.append(
            RatioPair(
                course.patient,
                first.cohort,
                alteration.name,
                first.sample,
                later.sample,
                math.inf if before.ar is None else before.ar,
                value,
                after.status,
            )
        )
    return pairs


def _main_itd(course: PatientReport) -> Alteration | None:
    """The ITD with the highest VAF of the first timepoint."""

    def vaf(one: Alteration) -> float:
        seen = [at for at in _points(one, course, first=True) if at.status is Status.DETECTED]
        return max((at.vaf or 0.0 for at in seen), default=-1.0)

    itds = [one for one in course.alterations if _row_of(one) == ITD_ROW and vaf(one) >= 0]
    return max(itds, key=vaf, default=None)


def _has_earlier(alteration: Alteration, course: PatientReport, index: int) -> bool:
    """Whether an earlier sample of the same tissue has an alteration, to compare with."""
    material = course.samples[index].material
    return any(
        sample.material == material and point.status is Status.DETECTED
        for sample, point in zip(course.samples[:index], alteration.points, strict=False)
    )


def _row(report: Report, course: PatientReport, stands_out: str) -> CohortRow:
    name = report.sample.sample
    index = next(i for i, one in enumerate(course.samples) if one.sample == name)
    main = _main_itd(course) if course.samples[index].rank > course.samples[0].rank else None
    point = main.points[index] if main else None
    changed = point if main and _has_earlier(main, course, index) else None
    blind = [exon.gene for exon in report.coverage.exons if not exon.assessable]
    mutated = [
        _row_of(one) for one in course.alterations if one.points[index].status is Status.DETECTED
    ] + ([PTD_ROW] if _has_ptd(report) else [])
    return CohortRow(
        **vars(summary_row(report)),
        first_sample=course.samples[0].sample,
        genes_mutated="; ".join(dict.fromkeys(mutated)),
        genes_not_assessable="; ".join(dict.fromkeys(blind)),
        earlier_itd_name=main.name if main else "",
        earlier_itd=point.status if point else None,
        earlier_itd_left=changed.left if changed else None,
        earlier_itd_left_bound=changed.left_bound if changed else None,
        stands_out=stands_out,
    )
