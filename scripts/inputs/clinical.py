"""The optional table of clinical events, from treatment to death (config/clinical.tsv)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.inputs.clinical_course import check_course
from scripts.inputs.clinical_rows import (
    WITH_TIMEPOINTS,
    ClinicalKind,
    ClinicalRow,
    cycle_of,
    sampling_dates,
)
from scripts.inputs.fields import as_date, why_not_a_day
from scripts.inputs.samples import PATIENT_COHORTS, Cohort, Timed
from scripts.inputs.sheet import Row, check_distinct_names, read_sheet


def read_clinical(
    table: str | None, patients: Mapping[str, Collection[Timed]]
) -> tuple[ClinicalRow, ...]:
    """The rows for the patients of a sample sheet, and for all that are enrolled; else none.

    `patients` has the samples of each patient in the order of time. Rows of other patients are left
    out, since one table can serve many sheets, unless some are enrolled: then each patient is, or
    has a sample. Every enrolment has its cohort, of the table or else of the patient's first
    sample.

    Raises:
        UserError: The table cannot be read, a cell is not allowed, or dates contradict each other.
    """
    if table is None:
        return ()
    everyone = read_sheet(Path(table), ClinicalRow)
    check_distinct_names(
        [("", patient) for patient in patients]
        + [(row.where, row.cells.patient) for row in everyone],
        column="patient",
    )
    of_kind = {kind: [row for row in everyone if row.cells.kind is kind] for kind in ClinicalKind}
    enrolled = {row.cells.patient for row in of_kind[ClinicalKind.ENROLMENT]}
    _check_spelling(of_kind[ClinicalKind.ENROLMENT], "trial or arm")
    _check_spelling(of_kind[ClinicalKind.TREATMENT], "treatment")
    if enrolled:
        _check_patients(everyone, {*patients, *enrolled})
    rows = [row for row in everyone if row.cells.patient in {*patients, *enrolled}]
    for row in rows:
        _check_columns(row)
        samples = patients.get(row.cells.patient)
        _check_times(row, None if samples is None else _timepoints(samples))
    for patient in dict.fromkeys(row.cells.patient for row in rows):
        members = [row for row in rows if row.cells.patient == patient]
        samples = patients.get(patient, ())
        timepoints = _timepoints(samples)
        dates = _dates_of_sheet(samples) | sampling_dates([row.cells for row in members], patient)
        _check_dates(members, timepoints, dates)
        check_course(members, timepoints, dates)
    _check_said_once(rows)
    return tuple(_with_cohort(row, patients.get(row.cells.patient, ())) for row in rows)


def _check_said_once(rows: Sequence[Row[ClinicalRow]]) -> None:
    """No row stands there twice: an event would be counted or drawn twice."""
    seen: dict[ClinicalRow, Row[ClinicalRow]] = {}
    for row in rows:
        other = seen.setdefault(row.cells, row)
        if other is not row:
            raise UserError(
                f"{row.where}: column kind: the {row.cells.kind.value.replace('_', ' ')} of "
                f"patient {row.cells.patient!r} says the same as row {other.line}; keep one"
            )


def _check_spelling(rows: Sequence[Row[ClinicalRow]], what: str) -> None:
    """Labels differ in more than case, spaces and punctuation: else one thing is drawn as two."""
    seen: dict[str, Row[ClinicalRow]] = {}
    for row in rows:
        letters = "".join(filter(str.isalnum, row.cells.label.casefold()))
        other = seen.setdefault(letters, row)
        if other.cells.label != row.cells.label:
            raise UserError(
                f"{row.where}: column label: found {row.cells.label!r}, and "
                f"{other.cells.label!r} in row {other.line}; write the same {what} in one way"
            )


def _check_patients(rows: Sequence[Row[ClinicalRow]], known: Collection[str]) -> None:
    """Of the table of a trial each patient is enrolled, or has a sample: a name may be misspelt."""
    for row in rows:
        if row.cells.patient not in known:
            raise UserError(
                f"{row.where}: column patient: {row.cells.patient!r} is neither enrolled nor in "
                f"the sample sheet; correct the name, "
                "add a row of kind 'enrolment', or take the row out"
            )


def _timepoints(samples: Collection[Timed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sample.timepoint for sample in samples))


def _dates_of_sheet(samples: Collection[Timed]) -> dict[str, date]:
    """Dates of sampling by timepoint, as the sheets of samples give them."""
    days = {sample.timepoint: as_date(sample.date or "") for sample in samples}
    return {timepoint: day for timepoint, day in days.items() if day is not None}


def _check_columns(row: Row[ClinicalRow]) -> None:
    """Cells that say nothing of a row of this kind are refused, not passed over."""
    cells = row.cells
    treatment, enrolment = ClinicalKind.TREATMENT, ClinicalKind.ENROLMENT
    for column, cell, kind in (
        ("dose", cells.dose, treatment),
        ("schedule", cells.schedule, treatment),
        ("cohort", cells.cohort, enrolment),
        ("end", cells.end, treatment),
    ):
        if cell and cells.kind is not kind:
            raise UserError(
                f"{row.where}: column {column}: found {str(cell)!r} in a row of kind "
                f"{cells.kind.value!r}; leave it empty: it belongs to a row of kind {kind.value!r}"
            )
    if re.search(r"every\s+\d", cells.schedule) and cycle_of(cells.schedule) is None:
        raise UserError(
            f"{row.where}: column schedule: found {cells.schedule!r}; write cycles as "
            "'7 days every 28 days', with no more days of treatment than the cycle has"
        )


def _check_times(row: Row[ClinicalRow], known: Sequence[str] | None) -> None:
    """Start and end are dates or timepoints of the patient; events of a trial have dates.

    `known` are the timepoints of the patient; None for one who is not in the sample sheet.
    """
    cells, where = row.cells, row.where
    names = "" if known is None else ", ".join(known)
    if cells.kind is ClinicalKind.SAMPLING:
        if known is not None and cells.label not in known:
            raise UserError(
                f"{where}: column label: {cells.label!r} is no timepoint of patient "
                f"{cells.patient!r}; its timepoints: {names}"
            )
        if as_date(cells.start) is None:
            raise UserError(
                f"{where}: column start: found {cells.start!r}, expected the date of "
                "sampling as YYYY-MM-DD"
            )
    for column, cell in (("start", cells.start), ("end", cells.end)):
        if not cell:
            continue
        if (day := as_date(cell)) is not None:
            if reason := why_not_a_day(day):
                goes_on = "; leave it empty while the treatment goes on" if column == "end" else ""
                raise UserError(f"{where}: column {column}: found {cell!r}; {reason}{goes_on}")
            continue
        if known is None or cells.kind not in WITH_TIMEPOINTS:
            raise UserError(
                f"{where}: column {column}: found {cell!r}, expected a date (YYYY-MM-DD)"
            )
        if cell not in known:
            raise UserError(
                f"{where}: column {column}: found {cell!r}, expected a date (YYYY-MM-DD) or a "
                f"timepoint of patient {cells.patient!r}: {names}"
            )


def _check_dates(
    rows: Sequence[Row[ClinicalRow]], timepoints: Sequence[str], dates: Mapping[str, date]
) -> None:
    """A date can only be drawn when every timepoint of the patient has one, each once."""
    sampled: dict[str, int] = {}
    for row in rows:
        label = row.cells.label
        if (
            row.cells.kind is ClinicalKind.SAMPLING
            and sampled.setdefault(label, row.line) < row.line
        ):
            raise UserError(
                f"{row.where}: column label: the timepoint {label!r} of patient "
                f"{row.cells.patient!r} was sampled in row {sampled[label]} too; keep one"
            )
    missing = [timepoint for timepoint in timepoints if timepoint not in dates]
    for row in rows:
        for column, cell in (("start", row.cells.start), ("end", row.cells.end)):
            if missing and as_date(cell) is not None:
                raise UserError(
                    f"{row.where}: column {column}: patient {row.cells.patient!r}: a date is "
                    f"given, but none for the timepoint {missing[0]!r}; add a row of kind "
                    "'sampling' for it, or name timepoints instead of dates"
                )


def _with_cohort(row: Row[ClinicalRow], samples: Collection[Timed]) -> ClinicalRow:
    """A row with the cohort that an enrolment has, of the table or of the first sample."""
    cells = row.cells
    if cells.kind is not ClinicalKind.ENROLMENT:
        return cells
    known = list(dict.fromkeys(sample.cohort for sample in samples))
    if Cohort.CONTROL in known:
        raise UserError(
            f"{row.where}: patient {cells.patient!r} is a control in the sample sheet, and "
            "cannot be enrolled; correct one of them"
        )
    if cells.cohort is None and not known:
        raise UserError(
            f"{row.where}: column cohort: patient {cells.patient!r} is not in the sample sheet; "
            f"give {' or '.join(PATIENT_COHORTS)}"
        )
    if cells.cohort is not None and known and cells.cohort not in known:
        raise UserError(
            f"{row.where}: column cohort: found {cells.cohort.value!r}, but the sample sheet says "
            f"{str(known[0])!r} of patient {cells.patient!r}; correct one of them"
        )
    return cells.model_copy(update={"cohort": cells.cohort or Cohort(known[0])})


def with_sampling_dates(
    rows: Sequence[ClinicalRow], samples: Collection[Timed]
) -> tuple[ClinicalRow, ...]:
    """The rows, and a sampling for each timepoint that has its date in a sheet of samples.

    Raises UserError when two dates of a timepoint differ.
    """
    added: dict[tuple[str, str], ClinicalRow] = {}
    dated: dict[tuple[str, str], str] = {}
    for sample in samples:
        if sample.date is None:
            continue
        known = sampling_dates((*rows, *added.values()), sample.patient).get(sample.timepoint)
        if known is not None and known.isoformat() != sample.date:
            other = dated.get((sample.patient, sample.timepoint), "the table of clinical events")
            raise UserError(
                f"{sample.where}: column date: sample {sample.name!r} of patient "
                f"{sample.patient!r} has {sample.date} for {sample.timepoint!r}, {other} has "
                f"{known}; give one date for a timepoint"
            )
        if known is None:
            dated[sample.patient, sample.timepoint] = sample.where
            added[sample.patient, sample.timepoint] = ClinicalRow(
                patient=sample.patient,
                kind=ClinicalKind.SAMPLING,
                label=sample.timepoint,
                start=sample.date,
            )
    return (*rows, *added.values())
