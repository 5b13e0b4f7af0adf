"""The sheet of earlier runs (`earlier` in the configuration): which results belong to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.earlier.results import read_results
from scripts.inputs.fields import FolderPath, Mend, Name, Order, Record, SampleDate, Timepoint
from scripts.inputs.sheet import Row, check_distinct_names, read_sheet


class EarlierRow(Record):
    """One row: a sample of an earlier run, and the folder of its results."""

    patient: Name
    sample: Name
    timepoint: Timepoint
    order: Order = None
    date: SampleDate = None
    folder: Annotated[FolderPath, Mend("give the folder of the sample in the results of its run")]


@dataclass(frozen=True)
class EarlierSample:
    """A sample of an earlier run. `date` is YYYY-MM-DD, None where the sheet does not say.

    `where` is its row in the sheet, as messages name it.
    """

    name: str
    patient: str
    timepoint: str
    order: int | None
    date: str | None
    cohort: str
    assay: Assay
    folder: str
    where: str = ""

    def file(self, name: str) -> str:
        """The path of one of its results."""
        return f"{self.folder}/{name}"

    def has(self, name: str) -> bool:
        """Whether its run left such a file."""
        return Path(self.file(name)).is_file()


def read_earlier(
    sheet: str | None,
    patients: Collection[str],
    samples: Collection[str],
    build: str,
) -> dict[str, EarlierSample]:
    """The earlier samples of the patients of a run by name, in the order of the sheet.

    Rows of other patients are left out: one sheet serves all runs. `samples` are the names in this
    run; a sample that is in both is the one of this run, which has its reads.

    Raises UserError when the sheet cannot be read, a patient differs from one of this run in upper
    and lower case only, a sample is there twice, or its results are missing, of another patient or
    build, or of a version that cannot be read.
    """
    if sheet is None:
        return {}
    everyone = read_sheet(Path(sheet), EarlierRow)
    spellings = {patient.lower() for patient in patients}
    check_distinct_names(
        [("", patient) for patient in patients]
        + [
            (row.where, row.cells.patient)
            for row in everyone
            if row.cells.patient.lower() in spellings
        ],
        column="patient",
    )
    rows = [row for row in everyone if row.cells.patient in patients]
    check_distinct_names([(row.where, row.cells.sample) for row in rows])
    found: dict[str, EarlierSample] = {}
    lines: dict[str, int] = {}
    for row in rows:
        name = row.cells.sample
        if name in lines:
            raise UserError(
                f"{row.where}: column sample: {name!r} is already in row {lines[name]}; keep the "
                "row of the results that hold"
            )
        lines[name] = row.line
        if name not in samples:
            found[name] = _checked(row, build)
    return found


def _checked(row: Row[EarlierRow], build: str) -> EarlierSample:
    cells = row.cells
    results = read_results(Path(cells.folder), row.where)
    for column, given, told in (
        ("sample", cells.sample, results.cells.sample),
        ("patient", cells.patient, results.cells.patient),
    ):
        if given != told:
            raise UserError(
                f"{row.where}: column {column}: {given!r}, but {cells.folder} holds the results "
                f"of {column} {told!r}; correct the row or the folder"
            )
    if results.build != build:
        raise UserError(
            f"{row.where}: column folder: {cells.folder} is of {results.build}, this run of "
            f"{build}; run those reads again on {build} to follow the patient over both"
        )
    return EarlierSample(
        name=cells.sample,
        patient=cells.patient,
        timepoint=cells.timepoint,
        order=cells.order,
        date=cells.date,
        cohort=results.cells.cohort,
        assay=results.cells.assay,
        folder=cells.folder,
        where=row.where,
    )


def by_patient(earlier: Mapping[str, EarlierSample], patient: str) -> list[EarlierSample]:
    """The earlier samples of one patient."""
    return [one for one in earlier.values() if one.patient == patient]
