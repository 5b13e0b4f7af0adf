"""The control samples of a laboratory: normal material that shows what errors alone make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.fields import Alignment, Name, Record
from scripts.inputs.readable import check_not_cleared, check_readable, file_identity
from scripts.inputs.samples import Sample
from scripts.inputs.sheet import Row, check_distinct_names, read_sheet


class ControlRow(Record):
    """One row of the sheet of controls: normal material, aligned as the samples are."""

    sample: Name
    assay: Literal[Assay.CAPTURE, Assay.AMPLICON]
    bam: Alignment


@dataclass(frozen=True)
class Control:
    """One library of normal material, aligned to the genome of the configuration."""

    name: str
    assay: Assay
    bam: str


def read_controls(
    sheet: str | None, samples: Mapping[str, Sample], output: str
) -> dict[str, Control]:
    """The controls of a sheet by name, in its order; none without a sheet.

    Args:
        sheet: A tab-separated table with the columns sample, assay and bam; paths in it are
            relative to the working folder.
        samples: The samples of the patients, none of which may be a control.
        output: The folder of the results, in which no BAM may lie where a run clears it.

    Raises:
        UserError: The sheet cannot be read, a cell is not allowed, a control is there twice, a
            control is a patient's sample, or its BAM lies where a run clears it.
    """
    if sheet is None:
        return {}
    path = Path(sheet)
    rows = read_sheet(path, ControlRow)
    if not rows:
        raise UserError(f"{path}: no controls: the sheet has no row below its header")
    patients = {file_identity(s.bam): name for name, s in samples.items() if s.bam}
    names: dict[str, int] = {}
    files: dict[object, int] = {}
    controls = {}
    for row in rows:
        name, bam = row.cells.sample, row.cells.bam
        check_readable(f"{row.where}: column bam", bam)
        check_not_cleared(f"{row.where}: column bam", bam, output)
        if name in names:
            raise UserError(
                f"{row.where}: column sample: {name!r} is already in row {names[name]}; every "
                "control has one row and a name of its own"
            )
        file = file_identity(bam)
        if file in files:
            raise UserError(
                f"{row.where}: column bam: {bam!r} is already used in row {files[file]}; a control "
                "counts once"
            )
        _refuse_patients(row, samples, patients.get(file))
        names[name], files[file] = row.line, row.line
        controls[name] = Control(name, row.cells.assay, bam)
    check_distinct_names((row.where, row.cells.sample) for row in rows)
    return controls


def _refuse_patients(
    row: Row[ControlRow], samples: Mapping[str, Sample], of_file: str | None
) -> None:
    """Raise UserError where a control is a patient's sample, by its name or by its BAM.

    `of_file` is the sample whose file it is; None where it is that of none.
    """
    name, bam = row.cells.sample, row.cells.bam
    if name in samples:
        raise UserError(
            f"{row.where}: column sample: {name!r} is a sample of the sample sheet; a "
            "patient's sample is no control: leave it out, or rename the control"
        )
    if of_file is not None:
        raise UserError(
            f"{row.where}: column bam: {bam!r} is the file of sample {of_file!r} of "
            "the sample sheet; a patient's sample is no control: leave it out"
        )
