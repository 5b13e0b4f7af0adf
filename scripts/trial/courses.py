"""The course of an enrolled patient in days, from the checked rows of clinical.tsv."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scripts.inputs.clinical_rows import (
    ClinicalKind,
    ClinicalRow,
    cycle_of,
    eln_response,
    sampling_dates,
)
from scripts.inputs.fields import as_date
from scripts.trial.endpoints import Events
from scripts.trial.records import DatedResponse, GivenTreatment


@dataclass(frozen=True)
class TrialCourse:
    """What clinical.tsv says of a patient. `sampled` are the days of timepoints with a date."""

    patient: str
    group: str
    trial: str
    treatments: tuple[GivenTreatment, ...]
    transplantations: tuple[int, ...]
    death_cause: str
    events: Events
    sampled: dict[str, int]


def trial_courses(rows: Sequence[ClinicalRow]) -> list[TrialCourse]:
    """The courses of all enrolled patients, in the order of their enrolment rows.

    The rows are those of `read_clinical`, which refuses what would not be defined here.
    """
    by_patient: dict[str, list[ClinicalRow]] = {}
    for row in rows:
        by_patient.setdefault(row.patient, []).append(row)
    return [
        _course(row, by_patient[row.patient]) for row in rows if row.kind is ClinicalKind.ENROLMENT
    ]


def _course(enrolment: ClinicalRow, rows: Sequence[ClinicalRow]) -> TrialCourse:
    dates = sampling_dates(rows, enrolment.patient)
    first = _date(enrolment.start, dates)

    def day(cell: str) -> int:
        return (_date(cell, dates) - first).days

    def days(kind: ClinicalKind) -> tuple[int, ...]:
        return tuple(sorted(day(row.start) for row in rows if row.kind is kind))

    deaths = [row for row in rows if row.kind is ClinicalKind.DEATH]
    last = max(days(ClinicalKind.DEATH) or days(ClinicalKind.LAST_FOLLOW_UP))
    responses = [
        DatedResponse(term, day(row.start))
        for row in rows
        if (term := eln_response(row)) is not None
    ]
    assert enrolment.cohort is not None, "read_clinical gives every enrolment its cohort"
    return TrialCourse(
        patient=enrolment.patient,
        group=enrolment.cohort.value,
        trial=enrolment.label,
        treatments=tuple(
            _treatment(row, day(row.start), day(row.end) if row.end else None, last)
            for row in rows
            if row.kind is ClinicalKind.TREATMENT
        ),
        transplantations=days(ClinicalKind.TRANSPLANTATION),
        death_cause=deaths[0].label if deaths else "",
        events=Events(
            responses=tuple(sorted(responses, key=lambda one: one.day)),
            relapses=days(ClinicalKind.RELAPSE),
            progressions=days(ClinicalKind.PROGRESSION),
            died=bool(deaths),
            last=last,
        ),
        sampled={timepoint: (when - first).days for timepoint, when in dates.items()},
    )


def _treatment(row: ClinicalRow, start: int, end: int | None, last: int) -> GivenTreatment:
    label = " ".join(part for part in (row.label, row.dose, row.schedule) if part)
    cycle = cycle_of(row.schedule)
    if cycle is None:
        return GivenTreatment(label, start, end, ())
    on, length = cycle
    stop = last if end is None else end
    cycles = [(day, min(day + on - 1, stop)) for day in range(start, stop + 1, length)]
    return GivenTreatment(label, start, end, tuple(cycles))


def _date(cell: str, dates: dict[str, date]) -> date:
    return as_date(cell) or dates[cell]
