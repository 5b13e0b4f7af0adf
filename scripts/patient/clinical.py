"""The optional table of treatments, responses and sampling dates (config/clinical.tsv)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.inputs.samples import Sample
from scripts.inputs.sheet import sheet_text

COLUMNS = ("patient", "kind", "label", "start", "end")


class ClinicalKind(StrEnum):
    """What a row says: a treatment, a response, or the day on which a timepoint was sampled."""

    TREATMENT = "treatment"
    RESPONSE = "response"
    SAMPLING = "sampling"


@dataclass(frozen=True)
class ClinicalRow:
    """One row. `start` and `end` are timepoints of the patient, or dates (YYYY-MM-DD).

    For a sampling, `label` is the timepoint and `start` its date. An empty `end` is open for a
    treatment.
    """

    patient: str
    kind: ClinicalKind
    label: str
    start: str
    end: str


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
    lines = sheet_text(path).split("\n")
    header = tuple(cell.strip() for cell in lines[0].split("\t"))
    if header != COLUMNS:
        raise UserError(
            f"{path}: row 1: found the columns {' '.join(header)!r}, expected "
            f"{' '.join(COLUMNS)!r}, separated by tabs"
        )
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if line.strip() and not line.startswith("#"):
            row = _row(path, number, line, timepoints)
            if row is not None:
                rows.append(row)
    _check_dates(path, rows, timepoints)
    return tuple(rows)


def _row(
    path: Path, number: int, line: str, timepoints: Mapping[str, Collection[str]]
) -> ClinicalRow | None:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) > len(COLUMNS):
        raise UserError(f"{path}: row {number}: found {len(cells)} cells, the header has 5")
    patient, kind, label, start, end = cells + [""] * (len(COLUMNS) - len(cells))
    if patient not in timepoints:
        return None
    if kind not in list(ClinicalKind):
        raise UserError(
            f"{path}: row {number}: column kind: found {kind!r}; allowed: {', '.join(ClinicalKind)}"
        )
    if not label:
        raise UserError(f"{path}: row {number}: column label is empty; say what is to be shown")
    known = timepoints[patient]
    if kind == ClinicalKind.SAMPLING:
        if label not in known:
            raise UserError(
                f"{path}: row {number}: column label: {label!r} is no timepoint of patient "
                f"{patient!r}; its timepoints: {', '.join(known)}"
            )
        if as_date(start) is None:
            raise UserError(
                f"{path}: row {number}: column start: found {start!r}, expected the date of "
                "sampling as YYYY-MM-DD"
            )
    for column, cell in (("start", start), ("end", end)):
        if (cell or column == "start") and cell not in known and as_date(cell) is None:
            raise UserError(
                f"{path}: row {number}: column {column}: found {cell!r}, expected a date "
                f"(YYYY-MM-DD) or a timepoint of patient {patient!r}: {', '.join(known)}"
            )
    return ClinicalRow(patient, ClinicalKind(kind), label, start, end)


def _check_dates(
    path: Path, rows: list[ClinicalRow], timepoints: Mapping[str, Collection[str]]
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
