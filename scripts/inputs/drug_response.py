"""The optional sheet of drug response plates: whose blasts, which files, under which conditions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from flt3itd.common.errors import UserError
from flt3itd.common.plurals import counted
from scripts.inputs.fields import FilePath, Mend, Name, Record, Timepoint, Tissue
from scripts.inputs.readable import check_readable, file_identity
from scripts.inputs.samples import Sample
from scripts.inputs.sheet import check_distinct_names, read_sheet

_NAMES_TOLD = 5
"""Patients whose plates are left out that a warning names; a sheet of years has hundreds."""


class Role(StrEnum):
    """Whose cells a plate holds: a patient's, or those of a healthy control."""

    PATIENT = "patient"
    CONTROL = "control"


_Percent = Annotated[
    str, Field(pattern=r"^(100|[0-9]{1,2}(\.[0-9]+)?)?$"), Mend("a number up to 100")
]
_Hours = Annotated[str, Field(pattern=r"^([0-9]{1,4}(\.[0-9]+)?)?$"), Mend("a number of hours")]


class PlateRow(Record):
    """A plate. The columns behind `role` are shown, and change no number.

    `hours` is how long the drugs acted, `hours_from_sampling` how long after sampling they were
    added.
    """

    patient: Name
    timepoint: Timepoint
    tissue: Tissue
    plate: Annotated[FilePath, Mend("give the path of a long table, or of a plate reader's file")]
    map: Annotated[FilePath | None, Mend("give the path of a plate map")] = None
    role: Annotated[Role, Mend("leave it empty for a patient")] = Role.PATIENT
    assay: str = ""
    medium: str = ""
    hours: _Hours = ""
    hours_from_sampling: _Hours = ""
    viability: _Percent = ""
    blast_percent: _Percent = ""
    remark: str = ""


def read_drug_response(
    sheet: str | None, patients: Mapping[str, Collection[Sample]]
) -> tuple[PlateRow, ...]:
    """The plates of the patients of a sample sheet, and of all controls; none without a sheet.

    Plates of other patients are left out: one sheet can serve many runs. Cells of another tissue
    than the samples of the timepoint are remarked on.

    Raises:
        UserError: The sheet or a file that it names cannot be read, a cell is not allowed, or a
            patient has no sample at the timepoint of a plate.
    """
    if sheet is None:
        return ()
    kept: list[PlateRow] = []
    seen: dict[object, int] = {}
    rows = read_sheet(Path(sheet), PlateRow)
    check_distinct_names(
        [("", patient) for patient in patients] + [(row.where, row.cells.patient) for row in rows],
        column="patient",
    )
    tissues = {one.tissue for samples in patients.values() for one in samples}
    others = [(row.where, row.cells.tissue) for row in rows if row.cells.tissue not in tissues]
    for tissue in tissues:
        check_distinct_names([("", tissue), *others], column="tissue")
    for row in rows:
        plate = row.cells
        check_readable(f"{row.where}: column plate", plate.plate)
        if plate.map is not None:
            check_readable(f"{row.where}: column map", plate.map)
        other = seen.setdefault(file_identity(plate.plate), row.line)
        if other != row.line:
            raise UserError(
                f"{row.where}: column plate: the file stands in row {other} too; give each plate "
                "one row"
            )
        if plate.role is Role.CONTROL:
            kept.append(plate)
            continue
        if plate.patient not in patients:
            continue
        timepoints = tuple(dict.fromkeys(one.timepoint for one in patients[plate.patient]))
        if plate.timepoint not in timepoints:
            raise UserError(
                f"{row.where}: column timepoint: {plate.timepoint!r} is no timepoint of patient "
                f"{plate.patient!r}; its timepoints: {', '.join(timepoints)}"
            )
        kept.append(_with_other_tissue(plate, patients[plate.patient]))
    return tuple(kept)


def plates_left_out(sheet: str | None, patients: Collection[str]) -> str:
    """A sentence on the plates of patients that are not among `patients`; empty if there are none.

    One sheet can serve many runs, so they are no mistake, but a name that is misspelt in either
    sheet leaves a plate out in the same way.
    """
    rows = () if sheet is None else read_sheet(Path(sheet), PlateRow)
    others = [
        row.cells.patient
        for row in rows
        if row.cells.role is Role.PATIENT and row.cells.patient not in patients
    ]
    if not others:
        return ""
    names = list(dict.fromkeys(others))
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    return (
        f"{sheet}: {counted(len(others), 'plate')} left out: not in the sample sheet: "
        f"{', '.join(names[:_NAMES_TOLD])}{more}; cells of healthy people have the role 'control'"
    )


def _with_other_tissue(plate: PlateRow, samples: Collection[Sample]) -> PlateRow:
    """A plate that says, where its cells are of another tissue than what was sequenced, of which.

    Cells of blood are tested beside DNA of marrow, but seem more sensitive.
    """
    sequenced = dict.fromkeys(one.tissue for one in samples if one.timepoint == plate.timepoint)
    if plate.tissue in sequenced:
        return plate
    told = f"cells of {plate.tissue}, sequenced {' and '.join(sequenced)}"
    return plate.model_copy(update={"remark": "; ".join(filter(None, (plate.remark, told)))})
