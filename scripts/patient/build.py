"""Compare the samples of one patient: its `report.json` and `followup.tsv`."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.drug_response.records import DrugResponse
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow, sampling_dates
from scripts.inputs.fields import as_date
from scripts.patient.follow import (
    Genotypes,
    Target,
    by_sample_and_allele,
    point,
    targets,
    without_reads,
)
from scripts.patient.formulas import formulas_of
from scripts.patient.headlines import by_weight
from scripts.patient.model import (
    PATIENT_SCHEMA_VERSION,
    Alteration,
    ClinicalEntry,
    Course,
    FollowedSample,
    FollowUpRow,
    PanelGenotype,
    PatientReport,
)
from scripts.patient.trends import trends, with_changes
from scripts.patient.words import course_of, course_sentence, other_tissue, states_by_rank
from scripts.records.files import again
from scripts.report.model import NOTICE, Report, ReportWarning, joint_build, joint_state
from scripts.report.readers import read_report


def _reports_of(patient: str, sources: Iterable[Path]) -> dict[Path, Report]:
    """The reports in these files. Raises UserError when one is of another patient."""
    by_source = {path: read_report(path) for path in sources}
    for path, report in by_source.items():
        if report.sample.patient != patient:
            raise UserError(
                f"{path}: found patient {report.sample.patient!r}, expected {patient!r}; "
                f"{again('write_report')}"
            )
    return by_source


def _names_of(
    alterations: Sequence[Alteration], course: Course, samples: Sequence[FollowedSample]
) -> tuple[str, ...]:
    """The alterations with a course; in which tissues, where these cannot be compared."""
    found = (one for one in alterations if one.course is course)
    told = ((one.name, other_tissue(course, samples, one.points)) for one in found)
    return tuple(f"{name} ({other})" if other else name for name, other in told)


@dataclass(frozen=True)
class _Calendar:
    """When samples were taken, by timepoint; `first` is None where one of them has no date."""

    dates: Mapping[str, date]
    first: date | None

    @classmethod
    def of(cls, dates: Mapping[str, date], reports: Iterable[Report]) -> _Calendar:
        """Days from the first sampling date on, if all samples of the reports have one."""
        dated = all(report.sample.timepoint in dates for report in reports)
        return cls(dates, min(dates.values()) if dated else None)

    def days(self, day: date | None) -> int | None:
        """Days from the first sample to a date; None where one of both is not known."""
        return None if self.first is None or day is None else (day - self.first).days

    def days_to(self, timepoint: str) -> int | None:
        """Days from the first sample to that of a timepoint."""
        return self.days(self.dates.get(timepoint))


@dataclass(frozen=True)
class Known:
    """What is known of a patient.

    `sources` are the report.json files of the samples, `earlier` those of samples of earlier runs,
    whose reads are not here; `clinical` the rows of the patient in clinical.tsv, `genotypes` what
    the samples say of each other's panel variants, and `drug_response` what plates showed.
    """

    sources: Sequence[Path]
    clinical: Sequence[ClinicalRow] = ()
    genotypes: Sequence[PanelGenotype] = ()
    drug_response: DrugResponse | None = None
    earlier: Sequence[Path] = ()


def gather_patient(patient: str, ranks: Mapping[str, int], known: Known) -> PatientReport:
    """The report of a patient as a record; `ranks` are the places of samples, by name, in time.

    Raises UserError when a file is missing, damaged or of another patient.
    """
    counted = by_sample_and_allele(known.genotypes)
    clinical, drug_response, earlier = known.clinical, known.drug_response, known.earlier
    by_source = _reports_of(patient, (*known.sources, *earlier))
    in_time = sorted(by_source, key=lambda path: ranks[by_source[path].sample.sample])
    reports = [by_source[path] for path in in_time]
    calendar = _Calendar.of(sampling_dates(clinical, patient), reports)
    samples = tuple(
        _sample(by_source[path], path, ranks, calendar, str(path.parent) if path in earlier else "")
        for path in in_time
    )
    alterations = by_weight(
        _alteration(target, samples, reports, counted) for target in targets(reports)
    )
    return PatientReport(
        schema_version=PATIENT_SCHEMA_VERSION,
        notice=NOTICE,
        alarms=alarms_of(reports),
        patient=patient,
        build=joint_build(reports),
        axis="timepoints" if calendar.first is None else "days",
        samples=samples,
        alterations=alterations,
        gained=_names_of(alterations, Course.EMERGED, samples),
        lost=_names_of(alterations, Course.VANISHED, samples),
        clinical=tuple(
            _entry(row, samples, calendar)
            for row in clinical
            if row.kind is not ClinicalKind.SAMPLING
        ),
        drug_response=drug_response,
        formulas=formulas_of(with_drugs=drug_response is not None),
        warnings=_warnings_of(reports),
        state=joint_state(by_source[path] for path in known.sources),
    )


def _warnings_of(reports: Iterable[Report]) -> tuple[ReportWarning, ...]:
    """Those of all samples, each with the name of its sample."""
    return tuple(
        ReportWarning(f"{report.sample.sample}, {warning.source}", warning.text)
        for report in reports
        for warning in report.warnings
    )


def alarms_of(reports: Iterable[Report]) -> tuple[str, ...]:
    """The headline warnings on identity of some samples, each once."""
    named = {
        text if report.sample.sample in text else f"{report.sample.sample}: {text}": None
        for report in reports
        for text in (report.identity.alarms if report.identity else ())
    }
    return tuple(named)


def _sample(
    report: Report,
    source: Path,
    ranks: Mapping[str, int],
    calendar: _Calendar,
    earlier_run: str,
) -> FollowedSample:
    cells = report.sample
    return FollowedSample(
        sample=cells.sample,
        timepoint=cells.timepoint,
        rank=ranks[cells.sample],
        day=calendar.days_to(cells.timepoint),
        earlier_run=earlier_run,
        tissue=cells.tissue,
        cohort=cells.cohort,
        assay=cells.assay,
        headlines=report.headlines,
        itd_limit_of_detection=report.flt3.itd.limit_of_detection,
        counted_unit=report.flt3.counted_unit,
        assumption=report.flt3.assumption,
        blast_percent=cells.blast_percent,
        flt3itd_version=report.flt3.provenance.version,
        report_sha256=hashlib.sha256(source.read_bytes()).hexdigest(),
    )


def _alteration(
    target: Target,
    samples: Sequence[FollowedSample],
    reports: Sequence[Report],
    genotypes: Genotypes,
) -> Alteration:
    points = with_changes(
        samples,
        [
            without_reads(one) if sample.earlier_run else one
            for sample, one in zip(
                samples, (point(target, report, genotypes) for report in reports), strict=True
            )
        ],
    )
    found = trends(samples, points)
    course = course_of(states_by_rank(samples, points), found)
    chrom, pos, ref, alt = target.allele
    return Alteration(
        kind=target.kind,
        gene=target.gene,
        name=target.name,
        hgvs_c=target.hgvs_c,
        hgvs_p=target.hgvs_p,
        consequence=target.consequence,
        length_bp=target.length_bp,
        chrom=chrom,
        pos=pos,
        ref=ref,
        alt=alt,
        course=course,
        words=course_sentence(target.name, course, found, samples, points),
        trends=found,
        points=points,
        tier=target.tier,
    )


def _entry(
    row: ClinicalRow, samples: Sequence[FollowedSample], calendar: _Calendar
) -> ClinicalEntry:
    """A row with its place on the axis: days when all timepoints have a date, else ranks."""

    def place(cell: str) -> float:
        day = as_date(cell)
        if day is not None:
            return float(calendar.days(day) or 0)
        named = next(sample for sample in samples if sample.timepoint == cell)
        return float(named.rank if named.day is None else named.day)

    return ClinicalEntry(
        row.kind,
        " ".join(part for part in (row.label, row.dose, row.schedule) if part),
        row.start,
        row.end,
        place(row.start),
        place(row.end) if row.end else None,
    )


def followup_rows(report: PatientReport) -> list[FollowUpRow]:
    """The alterations sample by sample."""
    rows = []
    for alteration in report.alterations:
        shared = {
            name: getattr(alteration, name)
            for name in (
                "kind", "gene", "hgvs_c", "hgvs_p", "length_bp", "chrom", "pos", "ref", "alt",
                "course",
            )
        }  # fmt: skip
        for sample, one in zip(report.samples, alteration.points, strict=True):
            rows.append(
                FollowUpRow(
                    patient=report.patient,
                    timepoint=sample.timepoint,
                    day=sample.day,
                    tissue=sample.tissue,
                    **shared,
                    **dataclasses.asdict(one),
                    counted_unit=sample.counted_unit,
                    build=report.build,
                )
            )
    return rows
