"""The optional table of treatments, responses and sampling dates (config/clinical.tsv)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from flt3itd.common.errors import UserError
from scripts.inputs.fields import Mend, Record
from scripts.inputs.samples import Sample
from scripts.inputs.sheet import Row, read_sheet

_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$")]


class ClinicalKind(StrEnum):
    """What a row says: a treatment, a response, or the day on which a timepoint was sampled."""

    TREATMENT = "treatment"
    RESPONSE = "response"
    SAMPLING = "sampling"


class ClinicalRow(Record):
    """One row. `start` and `end` are timepoints of the patient, or dates (YYYY-MM-DD).

    For a sampling, `label` is the timepoint and `start` its date. An empty `end` is open for a
    treatment.
    """

    patient: Annotated[_Text, Mend("name a patient of the sample sheet")]
    kind: ClinicalKind
    label: Annotated[_Text, Mend("say what is to be shown, or which timepoint was sampled")]
    start: Annotated[_Text, Mend("give a date (YYYY-MM-DD) or a timepoint of the patient")]
    end: str = ""


def read_clinical(
    table: str | None, patients: Mapping[str, Collection[Sample]]
) -> tuple[ClinicalRow, ...]:
    """The rows of the table for the patients of a sample sheet; none without a table.

    Rows of other patients are left out: one table can serve many sheets.

    Raises:
        UserError: The table cannot be read, or a cell is not allowed.
    """
    if table is None:
        return ()
    path = Path(table)
    timepoints = {
        patient: tuple(dict.fromkeys(sample.timepoint for sample in samples))
        for patient, samples in patients.items()
    }
    rows = [row for row in read_sheet(path, ClinicalRow) if row.cells.patient in timepoints]
    for row in rows:
        _check_times(row, timepoints[row.cells.patient])
    kept = tuple(row.cells for row in rows)
    _check_dates(path, kept, timepoints)
    return kept


def _check_times(row: Row[ClinicalRow], known: Collection[str]) -> None:
    """Start and end are dates or timepoints of the patient; a sampling names both."""
    cells, where = row.cells, row.where
    if cells.kind is ClinicalKind.SAMPLING:
        if cells.label not in known:
            raise UserError(
                f"{where}: column label: {cells.label!r} is no timepoint of patient "
                f"{cells.patient!r}; its timepoints: {', '.join(known)}"
            )
        if as_date(cells.start) is None:
            raise UserError(
                f"{where}: column start: found {cells.start!r}, expected the date of "
                "sampling as YYYY-MM-DD"
            )
    for column, cell in (("start", cells.start), ("end", cells.end)):
        if cell and cell not in known and as_date(cell) is None:
            raise UserError(
                f"{where}: column {column}: found {cell!r}, expected a date (YYYY-MM-DD) or a "
                f"timepoint of patient {cells.patient!r}: {', '.join(known)}"
            )


def _check_dates(
    path: Path, rows: Collection[ClinicalRow], timepoints: Mapping[str, Collection[str]]
) -> None:
    """A date can only be drawn when every timepoint of the patient has one, each once."""
    for row in rows:
        dates = sampling_dates(rows, row.patient)
        sampled = [r.label for r in rows if r.patient == row.patient and r.kind == "sampling"]
        if len(sampled) != len(set(sampled)):
            raise UserError(
                f"{path}: patient {row.patient!r}: a timepoint has two rows of kind 'sampling'"
            )
        missing = [time for time in timepoints[row.patient] if time not in dates]
        if missing and any(as_date(cell) is not None for cell in (row.start, row.end)):
            raise UserError(
                f"{path}: patient {row.patient!r}: a date is given, but none for the timepoint "
                f"{missing[0]!r}; add a row of kind 'sampling' for it, or name timepoints instead "
                "of dates"
            )


def sampling_dates(rows: Collection[ClinicalRow], patient: str) -> dict[str, date]:
    """The dates of the timepoints of a patient that have one, by timepoint."""
    found = {}
    for row in rows:
        day = as_date(row.start)
        if row.patient == patient and row.kind is ClinicalKind.SAMPLING and day is not None:
            found[row.label] = day
    return found


def as_date(text: str) -> date | None:
    """A date written as YYYY-MM-DD; None for any other text."""
    try:
        return date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else None
    except ValueError:
        return None
