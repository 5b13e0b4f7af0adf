"""The sample sheet: read as strings, checked cell by cell and row against row, and typed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Protocol, get_args

from pydantic import AfterValidator, model_validator

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.fields import (
    Alignment,
    Fastq,
    Mend,
    Name,
    Nanograms,
    Order,
    Percent,
    Record,
    SampleDate,
    ShortNote,
    Timepoint,
    Tissue,
    Umi,
)
from scripts.inputs.readable import check_not_cleared, check_readable, file_identity
from scripts.inputs.sample_cells import DESCRIBING, SampleCells
from scripts.inputs.sheet import Row, check_distinct_names, read_sheet

RESERVED = frozenset(
    {
        *("work", "logs", "benchmarks", "patients", "cohort", "controls"),
        *("summary.tsv", "summary.partial.tsv", "failed.tsv"),
    }
)
"""Names in the output folder that a sample cannot have."""

READS = ("fq1", "fq2", "bam")
OF_A_SAMPLE = DESCRIBING[1:]
"""Columns in which the lanes of one sample agree."""


TAGGED = ("RX", "name")
"""Places of a UMI that is no part of the bases of a read."""


class Timed(Protocol):
    """A sample of a patient at a timepoint, of this run or of an earlier one."""

    @property
    def name(self) -> str:
        """What its folder is called."""

    @property
    def patient(self) -> str:
        """Whose it is."""

    @property
    def timepoint(self) -> str:
        """When it was taken, in the words of the laboratory."""

    @property
    def order(self) -> int | None:
        """What sorts the timepoints; None where no sheet says."""

    @property
    def date(self) -> str | None:
        """The day of sampling, YYYY-MM-DD; None where no sheet says."""

    @property
    def cohort(self) -> str:
        """The group of the patient."""

    @property
    def where(self) -> str:
        """The row of the sheet that says so, as messages name it."""


class Cohort(StrEnum):
    """The two groups of patients, and material without a neoplasm that was sequenced with them."""

    NEWLY_DIAGNOSED = "newly_diagnosed"
    RELAPSED_REFRACTORY = "relapsed_refractory"
    CONTROL = "control"


PatientCohort = Literal[Cohort.NEWLY_DIAGNOSED, Cohort.RELAPSED_REFRACTORY]
PATIENT_COHORTS: tuple[PatientCohort, ...] = get_args(PatientCohort)
"""The groups that are compared: controls are in none."""


def _not_reserved(name: str) -> str:
    if name.lower() in RESERVED:
        raise ValueError("this is the name of a folder or table of the results; give another name")
    return name


class SampleRow(Record):
    """One row of the sample sheet: a lane of FASTQ files of a sample, or its BAM or CRAM."""

    sample: Annotated[Name, AfterValidator(_not_reserved)]
    patient: Name
    timepoint: Timepoint
    order: Order = None
    tissue: Tissue
    cohort: Cohort
    assay: Annotated[
        Assay, Mend("exomes and genomes are capture, PCR panels amplicon, Nanopore and PacBio long")
    ]
    fq1: Fastq | None = None
    fq2: Fastq | None = None
    bam: Alignment | None = None
    umi: Umi | None = None
    input_ng: Nanograms = None
    blast_percent: Percent = None
    run: Name | None = None
    date: SampleDate = None
    requester: ShortNote = None
    specimen: ShortNote = None

    @model_validator(mode="after")
    def _one_kind_of_reads(self) -> SampleRow:
        if self.bam and (self.fq1 or self.fq2):
            raise ValueError("both bam and fq1/fq2 are given; keep one of them")
        if not (self.bam or self.fq1 or self.fq2):
            raise ValueError("no reads: give fq1 (and fq2 if the reads are paired), or bam")
        if self.fq2 and not self.fq1:
            raise ValueError("fq2 without fq1; give both files, or single reads in fq1")
        if self.assay is Assay.LONG and self.fq2:
            raise ValueError("fq2 of the assay long; long reads are single: leave fq2 empty")
        return self

    @model_validator(mode="after")
    def _molecules_that_can_be_counted(self) -> SampleRow:
        if self.input_ng is not None and self.assay is Assay.RNA:
            raise ValueError("input_ng of the assay rna; it is that of DNA: leave input_ng empty")
        if self.umi is None:
            return self
        if self.assay in (Assay.RNA, Assay.LONG):
            raise ValueError(f"umi of the assay {self.assay}; leave umi empty")
        if self.umi in TAGGED:
            return self
        structures = self.umi.split()
        if self.bam:
            raise ValueError(f"umi {self.umi!r} of a bam; give RX or name: its reads are cut")
        mates = 2 if self.fq2 else 1
        if len(structures) != mates:
            raise ValueError(
                f"column umi: found {self.umi!r}; give a read structure for each FASTQ file: the "
                f"row has {mates} of these, the cell {len(structures)} of those"
            )
        if not all("T" in one for one in structures) or "M" not in self.umi:
            raise ValueError(
                f"umi {self.umi!r}: every read needs a template (T), and one of them a UMI (M), as "
                "in 12M+T +T"
            )
        return self

    def files(self) -> Iterator[tuple[str, str]]:
        """Column and path of the files of reads."""
        for column in READS:
            path = getattr(self, column)
            if path is not None:
                yield column, path


@dataclass(frozen=True)
class Lane:
    """FASTQ files of one lane; `name` is unique inside the sample (L1, L2, ...).

    `fq2` is None where the reads are single.
    """

    name: str
    fq1: str
    fq2: str | None

    @property
    def files(self) -> list[str]:
        """Read 1, and read 2 of pairs."""
        return [self.fq1] if self.fq2 is None else [self.fq1, self.fq2]


@dataclass(frozen=True)
class Sample(SampleCells):
    """One library of one patient at one timepoint: either lanes of FASTQ, or a BAM or CRAM.

    `where` is its first row in the sheet, as messages name it.
    """

    assay: Assay
    lanes: tuple[Lane, ...] = ()
    bam: str | None = None
    where: str = ""

    @property
    def name(self) -> str:
        """The name of the sample, which is that of its folder."""
        return self.sample

    def cells(self) -> dict[str, object]:
        """The cells that describe the sample, by column."""
        return {column: getattr(self, column) for column in DESCRIBING}

    def lane(self, name: str) -> Lane:
        """The lane with this name. Raises KeyError when the sample has none."""
        for lane in self.lanes:
            if lane.name == name:
                return lane
        raise KeyError(name)


def read_samples(
    sheet: Path, made_later: Collection[str] = (), output: str | None = None
) -> dict[str, Sample]:
    """The samples of a sheet by name, in the order of the sheet.

    Args:
        sheet: A tab-separated table with a header; paths in it are relative to the working
            folder. Several rows of one sample are its lanes.
        made_later: Paths that need not exist yet, because the workflow makes them.
        output: The folder of the results, in which no input may lie where a run clears it.

    Raises:
        UserError: The sheet cannot be read, or a cell, a row or a sample is not allowed.
    """
    rows = read_sheet(sheet, SampleRow)
    if not rows:
        raise UserError(f"{sheet}: no samples: the sheet has no row below its header")
    by_sample: dict[str, list[Row[SampleRow]]] = {}
    for row in rows:
        for column, path in row.cells.files():
            if path not in made_later:
                check_readable(f"{row.where}: column {column}", path)
            if output is not None:
                check_not_cleared(f"{row.where}: column {column}", path, output)
        by_sample.setdefault(row.cells.sample, []).append(row)
    check_distinct_names((row.where, row.cells.sample) for row in rows)
    check_distinct_names(((row.where, row.cells.patient) for row in rows), "patient")
    check_distinct_names(((row.where, row.cells.tissue) for row in rows), "tissue")
    runs = [(row.where, row.cells.run) for row in rows if row.cells.run is not None]
    check_distinct_names(runs, "run")
    _check_files_used_once(rows)
    return {name: _sample(rows) for name, rows in by_sample.items()}


def blasts_like_fractions(samples: Iterable[Sample]) -> list[str]:
    """What is to be said of blasts below 1 %: a sheet that holds fractions has such numbers.

    In a remission they are right, so nothing is refused.
    """
    return [
        f"{sample.where}: column blast_percent: found {sample.blast_percent:g}, less than 1%; if "
        f"it is a fraction, write {100 * sample.blast_percent:g}"
        for sample in samples
        if sample.blast_percent is not None and 0 < sample.blast_percent < 1
    ]


def _check_files_used_once(rows: list[Row[SampleRow]]) -> None:
    """No file stands in the sheet twice, also not through links or under another path."""
    seen: dict[object, tuple[int, str, str]] = {}
    for row in rows:
        for column, path in row.cells.files():
            key = file_identity(path)
            if key in seen:
                line, other, first = seen[key]
                same = "" if first == path else f" as {first!r}, which is the same file"
                raise UserError(
                    f"{row.where}: column {column}: {path!r} is already used in row {line}, "
                    f"column {other}{same}; every file belongs to one place of the sheet"
                )
            seen[key] = (row.line, column, path)


def _sample(rows: list[Row[SampleRow]]) -> Sample:
    first = rows[0]
    cells = first.cells
    for row in rows[1:]:
        for column in OF_A_SAMPLE:
            here, there = getattr(row.cells, column), getattr(cells, column)
            if here != there:
                raise UserError(
                    f"{row.where}: column {column}: sample {cells.sample!r} has "
                    f"{_shown(here)!r} here and {_shown(there)!r} in row {first.line}; the lanes "
                    "of one sample agree in every column but fq1 and fq2, and another sample has "
                    "another name"
                )
        if row.cells.bam or cells.bam:
            raise UserError(
                f"{row.where}: sample {cells.sample!r} is already in row {first.line}; a sample "
                "with a BAM has one row, other samples need other names"
            )
        if cells.assay is Assay.LONG:
            raise UserError(
                f"{row.where}: sample {cells.sample!r} is already in row {first.line}; long reads "
                "have no lanes: put all reads of the sample into one file (cat joins .gz files)"
            )
        if (row.cells.fq2 is None) != (cells.fq2 is None):
            raise UserError(
                f"{row.where}: column fq2: sample {cells.sample!r} has single reads in one row "
                f"and pairs in another (row {first.line}); the lanes of one sample are alike"
            )
    lanes = (
        Lane(f"L{number}", row.cells.fq1, row.cells.fq2)
        for number, row in enumerate(rows, start=1)
        if row.cells.fq1 is not None
    )
    described = {column: getattr(cells, column) for column in DESCRIBING}
    return Sample(**described, lanes=tuple(lanes), bam=cells.bam, where=first.where)


def _shown(value: object) -> str:
    return "" if value is None else str(value)
