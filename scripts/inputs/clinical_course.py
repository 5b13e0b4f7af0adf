"""Whether the clinical events of one patient agree with each other: their days and number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from flt3itd.common.errors import UserError
from scripts.inputs.clinical_rows import (
    REMISSIONS,
    ClinicalKind,
    ClinicalRow,
    ElnResponse,
    eln_response,
)
from scripts.inputs.fields import as_date
from scripts.inputs.sheet import Row

_ONCE = (ClinicalKind.ENROLMENT, ClinicalKind.DEATH, ClinicalKind.LAST_FOLLOW_UP)
_HISTORY = (ClinicalKind.TREATMENT, ClinicalKind.TRANSPLANTATION, ClinicalKind.SAMPLING)
"""Kinds that may lie before enrolment: what a patient had before the trial."""
_LONGEST_YEARS = 50
"""Farther from the enrolment or first sample a date has a wrong year: nobody is followed that
long."""

_DEAD = re.compile(r"(dead|died|death|deceased)\b", re.IGNORECASE)
"""A state at the last follow-up that says what a row of kind `death` has to say."""
_ALIVE = re.compile(r"(alive|living|lives)\b", re.IGNORECASE)

_OfKind = Mapping[ClinicalKind, Sequence[Row[ClinicalRow]]]


def check_course(
    rows: Sequence[Row[ClinicalRow]], timepoints: Sequence[str], dates: Mapping[str, date]
) -> None:
    """Check the rows of one patient, enrolled or not, against each other.

    Args:
        rows: Those of the patient, in the order of the table.
        timepoints: Of the patient, in the order of time.
        dates: Of sampling, by timepoint, where there are any.

    Raises:
        UserError: There is a second death or last follow-up, something ends before it begins or
            happens after death, a year is wrong, or an enrolment has no end or goes back in time.
    """
    _check_once(rows)
    of_kind = {kind: [row for row in rows if row.cells.kind is kind] for kind in ClinicalKind}
    _check_state(of_kind)
    for enrolment in of_kind[ClinicalKind.ENROLMENT]:
        _check_followed(enrolment, of_kind)
        for row in rows:
            for column in ("start", "end"):
                _day(row, column, dates)
    _check_span(rows, of_kind, dates)
    _check_ends(rows, of_kind, timepoints, dates)
    for enrolment in of_kind[ClinicalKind.ENROLMENT]:
        _check_trial(enrolment, of_kind, dates)


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


def _check_state(of_kind: _OfKind) -> None:
    """Who has died has a row of kind `death`: else survival would be censored there."""
    for row in of_kind[ClinicalKind.LAST_FOLLOW_UP]:
        if _DEAD.match(row.cells.label) and not of_kind[ClinicalKind.DEATH]:
            raise UserError(
                f"{row.where}: column label: found {row.cells.label!r} at the last follow-up of "
                f"patient {row.cells.patient!r}, who has no row of kind 'death'; add one, with the "
                "cause as its label and the day as its start"
            )
    for row in of_kind[ClinicalKind.DEATH]:
        if _ALIVE.match(row.cells.label):
            raise UserError(
                f"{row.where}: column label: found {row.cells.label!r} in a row of kind 'death' of "
                f"patient {row.cells.patient!r}; name the cause, or make it a 'last_follow_up'"
            )


def _check_followed(enrolment: Row[ClinicalRow], of_kind: _OfKind) -> None:
    """Of an enrolled patient it is known until when."""
    if not of_kind[ClinicalKind.DEATH] and not of_kind[ClinicalKind.LAST_FOLLOW_UP]:
        raise UserError(
            f"{enrolment.where}: column kind: patient {enrolment.cells.patient!r} is enrolled, "
            "and has neither a row of kind 'last_follow_up' nor one of kind 'death'; add one"
        )


def _check_span(
    rows: Sequence[Row[ClinicalRow]], of_kind: _OfKind, dates: Mapping[str, date]
) -> None:
    """No date lies so far away that its year must be wrong."""
    enrolment = next(iter(of_kind[ClinicalKind.ENROLMENT]), None)
    if enrolment is None and not dates:
        return
    centre = min(dates.values()) if enrolment is None else _day(enrolment, "start", dates)
    name = f"first sample ({centre})" if enrolment is None else "enrolment"
    for row in rows:
        for column in ("start", "end"):
            day = _known_day(row, column, dates)
            if day is not None and abs((day - centre).days) > _LONGEST_YEARS * 365.25:
                what = f"more than {_LONGEST_YEARS} years from the {name}"
                raise _contradiction(row, column, what, enrolment)


def _check_ends(
    rows: Sequence[Row[ClinicalRow]],
    of_kind: _OfKind,
    timepoints: Sequence[str],
    dates: Mapping[str, date],
) -> None:
    """Nothing ends before it begins, or comes after death or the last follow-up."""
    end = next(iter((*of_kind[ClinicalKind.DEATH], *of_kind[ClinicalKind.LAST_FOLLOW_UP])), None)
    last = None if end is None else _known_day(end, "start", dates)
    for row in rows:
        start, until = (_known_day(row, column, dates) for column in ("start", "end"))
        if start is None or until is None:
            cells = row.cells
            if cells.end and timepoints.index(cells.end) < timepoints.index(cells.start):
                raise _contradiction(row, "end", "before its own start", row)
            continue
        if until < start:
            raise _contradiction(row, "end", "before its own start", row)
        if end is None or last is None:
            continue
        if start > last:
            raise _contradiction(row, "start", f"after the {_spoken(end)}", end)
        if until > last and row.cells.end:
            raise _contradiction(row, "end", f"after the {_spoken(end)}", end)
    for timepoint, day in dates.items():
        if end is not None and last is not None and day > last:
            raise _contradiction(end, "start", f"before the sample {timepoint!r} ({day})")


def _check_trial(enrolment: Row[ClinicalRow], of_kind: _OfKind, dates: Mapping[str, date]) -> None:
    """What is of the trial does not lie before it, and responses follow a treatment."""
    day_one = _day(enrolment, "start", dates)
    for kind, rows in of_kind.items():
        for row in rows if kind not in _HISTORY else ():
            if _day(row, "start", dates) < day_one:
                raise _contradiction(row, "start", "before the enrolment", enrolment)
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


def _check_responses(of_kind: _OfKind, dates: Mapping[str, date]) -> None:
    """Responses of the trial are ELN terms, one a day; a relapse comes after a remission."""
    seen: dict[date, Row[ClinicalRow]] = {}
    for row in of_kind[ClinicalKind.RESPONSE]:
        if eln_response(row.cells) is None:
            raise UserError(
                f"{row.where}: column label: found {row.cells.label!r}; the response of an "
                f"enrolled patient is one of {', '.join(ElnResponse)}"
            )
        other = seen.setdefault(_day(row, "start", dates), row)
        if other is not row:
            raise _contradiction(row, "start", f"the day of another response, in row {other.line}")
    remissions = [day for day, row in seen.items() if eln_response(row.cells) in REMISSIONS]
    for row in of_kind[ClinicalKind.RELAPSE]:
        if not any(day < _day(row, "start", dates) for day in remissions):
            raise _contradiction(
                row, "start", "not after a response CR, CRh or CRi; without one it is a progression"
            )


def _known_day(row: Row[ClinicalRow], column: str, dates: Mapping[str, date]) -> date | None:
    """The day of a cell; an empty end is that of the start. None for a timepoint without a date."""
    cell = (row.cells.end if column == "end" else "") or row.cells.start
    return as_date(cell) or dates.get(cell)


def _day(row: Row[ClinicalRow], column: str, dates: Mapping[str, date]) -> date:
    """The day of a cell of an enrolled patient, whose timepoints need one of their own."""
    day = _known_day(row, column, dates)
    if day is None:
        cell = (row.cells.end if column == "end" else "") or row.cells.start
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
    return row.cells.kind.value.replace("_follow_up", " follow-up")
