"""The optional table of clinical events, from treatment to death (config/clinical.tsv)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from flt3itd.common.errors import UserError
from scripts.inputs.fields import Mend, Record
from scripts.inputs.samples import Cohort, Timed
from scripts.inputs.sheet import Row, read_sheet

_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$")]
_Note = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$")]


class ClinicalKind(StrEnum):
    """What a row says. Those below `SAMPLING` are events of a trial, and have dates."""

    TREATMENT = "treatment"
    RESPONSE = "response"
    SAMPLING = "sampling"
    ENROLMENT = "enrolment"
    TRANSPLANTATION = "transplantation"
    RELAPSE = "relapse"
    PROGRESSION = "progression"
    DEATH = "death"
    LAST_FOLLOW_UP = "last_follow_up"


class ElnResponse(StrEnum):
    """Responses as ELN 2022 names them (Doehner et al., Blood 2022, 140:1345), the best first."""

    CR = "CR"
    CRH = "CRh"
    CRI = "CRi"
    MLFS = "MLFS"
    PR = "PR"
    NR = "NR"


REMISSIONS = (ElnResponse.CR, ElnResponse.CRH, ElnResponse.CRI)
"""Composite complete remission; relapse-free survival starts from these alone."""

_PLAIN = (ClinicalKind.TREATMENT, ClinicalKind.RESPONSE, ClinicalKind.SAMPLING)
_ONCE = (ClinicalKind.ENROLMENT, ClinicalKind.DEATH, ClinicalKind.LAST_FOLLOW_UP)
_HISTORY = (ClinicalKind.TREATMENT, ClinicalKind.TRANSPLANTATION, ClinicalKind.SAMPLING)
"""Kinds that may lie before enrolment: what a patient had before the trial."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_YEARS = 50
"""Farther from the enrolment a date has a wrong year: nobody is followed that long."""
_CYCLES = re.compile(r"(?P<on>[1-9][0-9]{0,2}) days? every (?P<length>[1-9][0-9]{0,2}) days")


class ClinicalRow(Record):
    """One row. `start` and `end` are timepoints of the patient, or dates (YYYY-MM-DD).

    For a sampling, `label` is the timepoint and `start` its date; for a death, `label` is the
    cause. An empty `end` is open for a treatment. `dose` and `schedule` are of treatments,
    `cohort` of the enrolment, whose `start` is day 1 of treatment in the trial.
    """

    patient: Annotated[_Text, Mend("name a patient of the sample sheet")]
    kind: ClinicalKind
    label: Annotated[_Text, Mend("say what is to be shown, or which timepoint was sampled")]
    start: Annotated[_Text, Mend("give a date (YYYY-MM-DD) or a timepoint of the patient")]
    end: str = ""
    dose: Annotated[_Note, Mend("give a dose, such as 400 mg")] = ""
    schedule: Annotated[_Note, Mend("give a schedule, such as 7 days every 28 days")] = ""
    cohort: Annotated[
        Cohort | None, Mend("give newly_diagnosed or relapsed_refractory, or leave it empty")
    ] = None


def read_clinical(
    table: str | None, patients: Mapping[str, Collection[Timed]]
) -> tuple[ClinicalRow, ...]:
    """The rows for the patients of a sample sheet, and for all that are enrolled; else none.

    Rows of other patients are left out: one table can serve many sheets. Where patients are
    enrolled, these rows come too, unchecked, so that it can be said who is not. Every enrolment has
    its cohort, of the table or else of the patient's first sample.

    Raises:
        UserError: The table cannot be read, a cell is not allowed, or dates contradict each other.
    """
    if table is None:
        return ()
    path = Path(table)
    timepoints: dict[str, Sequence[str]] = {
        patient: tuple(dict.fromkeys(sample.timepoint for sample in samples))
        for patient, samples in patients.items()
    }
    rows = read_sheet(path, ClinicalRow)
    enrolled = {row.cells.patient for row in rows if row.cells.kind is ClinicalKind.ENROLMENT}
    everyone = rows
    rows = [row for row in everyone if row.cells.patient in {*timepoints, *enrolled}]
    for row in rows:
        _check_columns(row)
        _check_times(row, timepoints.get(row.cells.patient))
    _check_dates(path, [row.cells for row in rows], timepoints)
    for patient in sorted(enrolled):
        _check_course([row for row in rows if row.cells.patient == patient])
    shown = everyone if enrolled else rows
    return tuple(_with_cohort(row, patients.get(row.cells.patient, ())) for row in shown)


def _check_columns(row: Row[ClinicalRow]) -> None:
    """Cells that say nothing of a row of this kind are refused, not passed over."""
    cells = row.cells
    treatment, enrolment = ClinicalKind.TREATMENT, ClinicalKind.ENROLMENT
    for column, cell, kind in (
        ("dose", cells.dose, treatment),
        ("schedule", cells.schedule, treatment),
        ("cohort", cells.cohort, enrolment),
        ("end", cells.end if cells.kind not in _PLAIN else "", treatment),
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


def cycle_of(schedule: str) -> tuple[int, int] | None:
    """Days of treatment and days of a cycle, of a schedule such as "7 days every 28 days"."""
    found = _CYCLES.fullmatch(schedule)
    if found is None or int(found["on"]) > int(found["length"]):
        return None
    return int(found["on"]), int(found["length"])


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
        if not cell or as_date(cell) is not None:
            continue
        if known is None or cells.kind not in _PLAIN:
            raise UserError(
                f"{where}: column {column}: found {cell!r}, expected a date (YYYY-MM-DD)"
            )
        if cell not in known:
            raise UserError(
                f"{where}: column {column}: found {cell!r}, expected a date (YYYY-MM-DD) or a "
                f"timepoint of patient {cells.patient!r}: {names}"
            )


def _check_dates(
    path: Path, rows: Collection[ClinicalRow], timepoints: Mapping[str, Collection[str]]
) -> None:
    """A date can only be drawn when every timepoint of the patient has one, each once."""
    sampled: dict[str, list[str]] = {}
    for row in rows:
        if row.kind is ClinicalKind.SAMPLING:
            sampled.setdefault(row.patient, []).append(row.label)
    for row in rows:
        dated = sampled.get(row.patient, [])
        if len(dated) != len(set(dated)):
            raise UserError(
                f"{path}: patient {row.patient!r}: a timepoint has two rows of kind 'sampling'"
            )
        missing = [time for time in timepoints.get(row.patient, ()) if time not in dated]
        if missing and any(as_date(cell) is not None for cell in (row.start, row.end)):
            raise UserError(
                f"{path}: patient {row.patient!r}: a date is given, but none for the timepoint "
                f"{missing[0]!r}; add a row of kind 'sampling' for it, or name timepoints instead "
                "of dates"
            )


def _check_course(rows: Sequence[Row[ClinicalRow]]) -> None:
    """The dates of one enrolled patient do not contradict each other, and follow-up is known."""
    _check_once(rows)
    of_kind = {kind: [row for row in rows if row.cells.kind is kind] for kind in ClinicalKind}
    (enrolment,) = of_kind[ClinicalKind.ENROLMENT]
    dates = sampling_dates([row.cells for row in rows], enrolment.cells.patient)
    day_one = _day(enrolment, "start", dates)
    deaths, followed = of_kind[ClinicalKind.DEATH], of_kind[ClinicalKind.LAST_FOLLOW_UP]
    if not deaths and not followed:
        raise UserError(
            f"{enrolment.where}: column kind: patient {enrolment.cells.patient!r} is enrolled, "
            "and has neither a row of kind 'last_follow_up' nor one of kind 'death'; add one"
        )
    end = (deaths or followed)[0]
    last = _day(end, "start", dates)
    for row in rows:
        start, until = _day(row, "start", dates), _day(row, "end", dates)
        if row.cells.kind not in _HISTORY and start < day_one:
            raise _contradiction(row, "start", "before the enrolment", enrolment)
        for column, day in (("start", start), ("end", until)):
            if abs((day - day_one).days) > _LONGEST_YEARS * 365.25:
                what = f"more than {_LONGEST_YEARS} years from the enrolment"
                raise _contradiction(row, column, what, enrolment)
        if until < start:
            raise _contradiction(row, "end", "before its own start", row)
        if start > last:
            raise _contradiction(row, "start", f"after the {_spoken(end)}", end)
        if until > last and row.cells.end:
            raise _contradiction(row, "end", f"after the {_spoken(end)}", end)
    given = [
        row
        for row in of_kind[ClinicalKind.TREATMENT]
        if not row.cells.end or _day(row, "end", dates) >= day_one
    ]
    first = min(given, key=lambda row: _day(row, "start", dates), default=enrolment)
    for row in of_kind[ClinicalKind.RESPONSE]:
        if _day(row, "start", dates) < _day(first, "start", dates):
            raise _contradiction(row, "start", "before the first treatment", first)
    _check_responses(of_kind, dates)


def _check_once(rows: Sequence[Row[ClinicalRow]]) -> None:
    """Enrolment, death and last follow-up are there once."""
    seen: dict[ClinicalKind, Row[ClinicalRow]] = {}
    for row in rows:
        other = seen.setdefault(row.cells.kind, row)
        if other is not row and row.cells.kind in _ONCE:
            raise UserError(
                f"{row.where}: column kind: patient {row.cells.patient!r} has a row of kind "
                f"{row.cells.kind.value!r} in row {other.line} too; keep one"
            )


def _check_responses(
    of_kind: Mapping[ClinicalKind, Sequence[Row[ClinicalRow]]], dates: Mapping[str, date]
) -> None:
    """Responses of the trial are ELN terms, one a day; a relapse comes after a remission."""
    seen: dict[date, Row[ClinicalRow]] = {}
    for row in of_kind[ClinicalKind.RESPONSE]:
        if eln_response(row.cells) is None:
            raise UserError(
                f"{row.where}: column label: found {row.cells.label!r}; the response of an "
                f"enrolled patient is one of {', '.join(ElnResponse)}"
            )
        other = seen.setdefault(_day(row, "start", dates), row)
        if other.cells.label != row.cells.label:
            raise _contradiction(row, "start", f"the day of another response, in row {other.line}")
    remissions = [day for day, row in seen.items() if eln_response(row.cells) in REMISSIONS]
    for row in of_kind[ClinicalKind.RELAPSE]:
        if not any(day < _day(row, "start", dates) for day in remissions):
            raise _contradiction(
                row, "start", "not after a response CR, CRh or CRi; without one it is a progression"
            )


def _day(row: Row[ClinicalRow], column: str, dates: Mapping[str, date]) -> date:
    """The day of a cell; an empty end is that of the start. A timepoint needs a date of its own."""
    cell = (row.cells.end if column == "end" else "") or row.cells.start
    day = as_date(cell) or dates.get(cell)
    if day is None:
        raise UserError(
            f"{row.where}: column {column}: found {cell!r}; patient {row.cells.patient!r} is "
            "enrolled, so give a date (YYYY-MM-DD) or a row of kind 'sampling' for this timepoint"
        )
    return day


def _contradiction(
    row: Row[ClinicalRow], column: str, what: str, other: Row[ClinicalRow] | None = None
) -> UserError:
    found = row.cells.end if column == "end" else row.cells.start
    against = "" if other is None else f" ({other.cells.start}, row {other.line})"
    return UserError(
        f"{row.where}: column {column}: {found!r} of the {_spoken(row)} of patient "
        f"{row.cells.patient!r} is {what}{against}; correct the wrong row"
    )


def _spoken(row: Row[ClinicalRow]) -> str:
    return row.cells.kind.value.replace("_", " ")


def _with_cohort(row: Row[ClinicalRow], samples: Collection[Timed]) -> ClinicalRow:
    """A row with the cohort that an enrolment has, of the table or of the first sample."""
    cells = row.cells
    if cells.kind is not ClinicalKind.ENROLMENT:
        return cells
    known = list(dict.fromkeys(sample.cohort for sample in samples))
    if cells.cohort is None and not known:
        raise UserError(
            f"{row.where}: column cohort: patient {cells.patient!r} is not in the sample sheet; "
            f"give {' or '.join(Cohort)}"
        )
    if cells.cohort is not None and known and cells.cohort not in known:
        raise UserError(
            f"{row.where}: column cohort: found {cells.cohort.value!r}, but the sample sheet says "
            f"{known[0]!r} of patient {cells.patient!r}; correct one of them"
        )
    return cells.model_copy(update={"cohort": cells.cohort or Cohort(known[0])})


def eln_response(row: ClinicalRow) -> ElnResponse | None:
    """The ELN term of a response; None for free text and for rows of other kinds."""
    terms = {term.value: term for term in ElnResponse}
    return terms.get(row.label) if row.kind is ClinicalKind.RESPONSE else None


def sampling_dates(rows: Collection[ClinicalRow], patient: str) -> dict[str, date]:
    """The dates of the timepoints of a patient that have one, by timepoint."""
    found = {}
    for row in rows:
        day = as_date(row.start)
        if row.patient == patient and row.kind is ClinicalKind.SAMPLING and day is not None:
            found[row.label] = day
    return found


def with_sampling_dates(
    rows: Sequence[ClinicalRow], samples: Collection[Timed], source: str
) -> tuple[ClinicalRow, ...]:
    """The rows, and a sampling for each timepoint that has its date in a sheet of samples.

    Raises UserError when two dates of a timepoint differ.
    """
    added: dict[tuple[str, str], ClinicalRow] = {}
    for sample in samples:
        if sample.date is None:
            continue
        known = sampling_dates((*rows, *added.values()), sample.patient).get(sample.timepoint)
        if known is not None and known.isoformat() != sample.date:
            raise UserError(
                f"{source}: column date: sample {sample.name!r} of patient {sample.patient!r} has "
                f"{sample.date} for {sample.timepoint!r}, elsewhere it is {known}; give one date "
                "for a timepoint"
            )
        if known is None:
            added[sample.patient, sample.timepoint] = ClinicalRow(
                patient=sample.patient,
                kind=ClinicalKind.SAMPLING,
                label=sample.timepoint,
                start=sample.date,
            )
    return (*rows, *added.values())


def as_date(text: str) -> date | None:
    """A date written as YYYY-MM-DD; None for any other text, as weeks (2025-W01-1) are."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
