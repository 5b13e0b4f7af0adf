"""The sample sheet: read as strings, checked cell by cell and row against row, and typed."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.readable import check_readable
from scripts.inputs.sheet import Row, check_cells, check_distinct_names, sheet_rows

RESERVED = frozenset(
    {"work", "logs", "benchmarks", "patients", "cohort", "controls", "summary.tsv"}
)
"""Names in the output folder that a sample cannot have."""

SCHEMA = "samples.schema.yaml"
READS = ("fq1", "fq2", "bam")


@dataclass(frozen=True)
class Lane:
    """One pair of FASTQ files; `name` is unique inside the sample (L1, L2, ...)."""

    name: str
    fq1: str
    fq2: str


@dataclass(frozen=True)
class Sample:
    """One library of one patient at one timepoint: either lanes of FASTQ, or a BAM.

    `order` sorts the timepoints of a patient, None where the sheet does not say.
    """

    name: str
    patient: str
    timepoint: str
    order: int | None
    tissue: str
    cohort: str
    assay: Assay
    lanes: tuple[Lane, ...]
    bam: str | None

    def lane(self, name: str) -> Lane:
        """The lane with this name. Raises KeyError when the sample has none."""
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise KeyError(name)


def read_samples(sheet: Path, made_later: Collection[str] = ()) -> dict[str, Sample]:
    """The samples of a sheet by name, in the order of the sheet.

    Args:
        sheet: A tab-separated table with a header; paths in it are relative to the working
            folder. Several rows of one sample are its lanes.
        made_later: Paths that need not exist yet, because the workflow makes them.

    Raises:
        UserError: The sheet cannot be read, or a cell, a row or a sample is not allowed.
    """
    rows = sheet_rows(sheet, SCHEMA)
    if not rows:
        raise UserError(f"{sheet}: no samples: the sheet has no row below its header")
    by_sample: dict[str, list[Row]] = {}
    for row in rows:
        _check_row(sheet, row, made_later)
        by_sample.setdefault(row.cells["sample"], []).append(row)
    check_distinct_names(sheet, [rows[0] for rows in by_sample.values()])
    _check_files_used_once(sheet, rows)
    return {name: _sample(sheet, rows) for name, rows in by_sample.items()}


def _check_row(sheet: Path, row: Row, made_later: Collection[str]) -> None:
    where = f"{sheet}: row {row.line}"
    cells = row.cells
    check_cells(sheet, row, SCHEMA, names=("sample", "patient"))
    if cells["sample"].lower() in RESERVED:
        raise UserError(
            f"{where}: column sample: {cells['sample']!r} is the name of a folder or table of the "
            "results; give the sample another name"
        )
    if "bam" in cells and ("fq1" in cells or "fq2" in cells):
        raise UserError(f"{where}: both bam and fq1/fq2 are given; keep one of them")
    if not any(column in cells for column in READS):
        raise UserError(f"{where}: no reads: give fq1 and fq2, or bam")
    for present, absent in (("fq1", "fq2"), ("fq2", "fq1")):
        if present in cells and absent not in cells:
            raise UserError(
                f"{where}: {present} without {absent}; reads must be paired: give both files"
            )
    for column in READS:
        if column in cells and _normal(cells[column]) not in made_later:
            check_readable(f"{where}: column {column}", cells[column])


def _check_files_used_once(sheet: Path, rows: list[Row]) -> None:
    seen: dict[str, tuple[int, str]] = {}
    for row in rows:
        for column in READS:
            if column not in row.cells:
                continue
            path = row.cells[column]
            key = os.path.realpath(path)
            if key in seen:
                line, other = seen[key]
                raise UserError(
                    f"{sheet}: row {row.line}: column {column}: {path!r} is already used in "
                    f"row {line}, column {other}; every file belongs to one place of the sheet"
                )
            seen[key] = (row.line, column)


def _sample(sheet: Path, rows: list[Row]) -> Sample:
    first = rows[0]
    cells = first.cells
    for row in rows[1:]:
        for column in ("patient", "timepoint", "order", "tissue", "cohort", "assay"):
            if row.cells.get(column) != cells.get(column):
                raise UserError(
                    f"{sheet}: row {row.line}: column {column}: sample {cells['sample']!r} has "
                    f"{row.cells.get(column, '')!r} here and {cells.get(column, '')!r} in row "
                    f"{first.line}; the lanes of one sample agree in every column but fq1 and fq2"
                )
        if "bam" in row.cells or "bam" in cells:
            raise UserError(
                f"{sheet}: row {row.line}: sample {cells['sample']!r} is already in row "
                f"{first.line}; a sample with a BAM has one row, other samples need other names"
            )
    lanes = tuple(
        Lane(f"L{number}", _normal(row.cells["fq1"]), _normal(row.cells["fq2"]))
        for number, row in enumerate(rows, start=1)
        if "fq1" in row.cells
    )
    optional: dict[str, Any] = {
        "order": int(cells["order"]) if "order" in cells else None,
        "bam": _normal(cells["bam"]) if "bam" in cells else None,
    }
    return Sample(
        name=cells["sample"],
        patient=cells["patient"],
        timepoint=cells["timepoint"],
        tissue=cells["tissue"],
        cohort=cells["cohort"],
        assay=Assay(cells["assay"]),
        lanes=lanes,
        **optional,
    )


def _normal(path: str) -> str:
    """The path without doubled slashes and leading ./, which Snakemake takes for other files."""
    return str(PurePath(path))
