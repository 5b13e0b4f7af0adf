"""Plates as laboratories write them: a long table of wells, or a plate map beside a reader's file.

Both are tab-separated text; a reader's file may also be separated by commas or semicolons. Every
mistake names the file, and the row or the well (row letter and column number).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from statistics import fmean
from typing import Annotated

from pydantic import StringConstraints

from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import decimal_number
from scripts.drug_response.drugs import drug_name, nanomolar
from scripts.inputs.drug_response import PlateRow
from scripts.inputs.fields import Mend, Record
from scripts.inputs.sheet import Row, read_sheet, sheet_text

_Word = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f<>]{1,80}$")]
_WELL = re.compile(r"^([A-P])0?([1-9]|1[0-9]|2[0-4])$")
_LEAST, _MOST = 1e-15, 1e15
"""What a signal or a concentration may be, in any unit: beyond, squares and ratios of them are no
numbers any more, and curves are fitted to nothing."""
_TOLD_APART = 3
"""Digits of a signal from which two wells that agree are one well."""
_SIZES = {12: 8, 24: 16}
"""Columns and rows of plates with 96 and 384 wells."""


class WellKind(StrEnum):
    """What a well is for. `time_zero` wells were read when the drugs were added."""

    SAMPLE = "sample"
    VEHICLE = "vehicle"
    BLANK = "blank"
    POSITIVE_CONTROL = "positive_control"
    TIME_ZERO = "time_zero"


@dataclass(frozen=True)
class Well:
    """One well: up to two drugs with their doses in nM, and the signal in the reader's units.

    Without a drug its name is empty and its dose 0. `where` begins a message about the well.
    """

    where: str
    kind: WellKind
    drug: str
    dose: float
    second_drug: str
    second_dose: float
    replicate: int
    signal: float


class _Content(Record):
    """What is in a well, as a row of a sheet says it."""

    well: Annotated[str, Mend("name the well by row letter and column number, for example B7")] = ""
    drug: _Word | None = None
    concentration: str = ""
    unit: str = ""
    second_drug: _Word | None = None
    second_concentration: str = ""
    second_unit: str = ""
    replicate: str = "1"
    well_type: Annotated[WellKind, Mend("say what the well is for")]


class LongRow(_Content):
    """A row of a long table: what is in a well, and its signal."""

    signal: str


class MapRow(_Content):
    """A row of a plate map: what is in a well that is read in a file of its own."""


def read_plate(plate: Path, plate_map: Path | None) -> tuple[Well, ...]:
    """The wells of a plate: from one long table, or from a map and the matrix of a reader.

    Raises:
        UserError: A file cannot be read, or a row or a well is not as it must be.
    """
    if plate_map is None:
        rows = read_sheet(plate, LongRow)
        _refuse_twice(rows)
        wells = tuple(_well(row, _number(row, "signal", row.cells.signal)) for row in rows)
        _refuse_pasted(rows, wells)
    else:
        signals = read_matrix(plate)
        mapped = read_sheet(plate_map, MapRow)
        _refuse_twice(mapped)
        wells = tuple(_well(row, _signal_of(row, signals, plate)) for row in mapped)
    if not any(well.kind is WellKind.SAMPLE for well in wells):
        raise UserError(f"{plate_map or plate}: no well has the well_type sample; nothing to fit")
    return wells


def check_plates(rows: Iterable[PlateRow]) -> None:
    """Read all plates of a run, so that a mistake in one is told before anything is computed.

    Raises:
        UserError: As `read_plate` and `check_scale`.
    """
    for row in rows:
        check_scale(row.plate, read_plate(Path(row.plate), Path(row.map) if row.map else None))


def check_scale(plate: str, wells: Sequence[Well]) -> None:
    """Refuse a plate (its file, for the message) whose signals are on no scale.

    Raises:
        UserError: There is no vehicle well, or their mean does not lie above that of the blanks
            (0 without blanks).
    """
    vehicle = [well.signal for well in wells if well.kind is WellKind.VEHICLE]
    blank = [well.signal for well in wells if well.kind is WellKind.BLANK]
    if not vehicle:
        raise UserError(f"{plate}: there is no vehicle well: nothing to compare the drug with")
    if fmean(vehicle) <= (fmean(blank) if blank else 0.0):
        raise UserError(f"{plate}: the vehicle wells are not brighter than the blank wells")


def _signal_of(row: Row[MapRow], signals: dict[str, float], plate: Path) -> float:
    name = _well_name(row)
    if not name:
        raise UserError(f"{row.where}: column well is empty; a plate map names each well")
    if name not in signals:
        raise UserError(
            f"{row.where}: column well: {name} has no signal in {plate}; take it out of the map"
        )
    return signals[name]


def _refuse_twice(rows: Sequence[Row[LongRow] | Row[MapRow]]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        name = _well_name(row)
        if name and name in seen:
            raise UserError(
                f"{row.where}: column well: {name} stands in row {seen[name]} too; keep one"
            )
        seen[name] = row.line


def _refuse_pasted(rows: Sequence[Row[LongRow]], wells: Sequence[Well]) -> None:
    """Refuse a well of a drug that is told twice, which would count as its own replicate.

    Without the name of the well it is one that says the same to the last digit of its signal;
    signals of one or two digits (dead cells) may agree by chance.
    """
    seen: dict[Well, int] = {}
    for row, well in zip(rows, wells, strict=True):
        digits = re.sub(r"[eE].*|\D", "", row.cells.signal).lstrip("0")
        if row.cells.well.strip() or well.kind is not WellKind.SAMPLE or len(digits) < _TOLD_APART:
            continue
        first = seen.setdefault(replace(well, where=""), row.line)
        if first != row.line:
            raise UserError(
                f"{row.where}: the same drugs, doses, replicate and signal stand in row {first}; "
                "take one out, or tell the wells apart by the columns well or replicate"
            )


def _well_name(row: Row[LongRow] | Row[MapRow]) -> str:
    text = row.cells.well.strip().upper()
    match = _WELL.match(text)
    if text and not match:
        raise UserError(
            f"{row.where}: column well: found {row.cells.well!r}; name the well by row letter "
            "(A to P) and column number (1 to 24), for example B7"
        )
    return f"{match[1]}{match[2]}" if match else ""


def _well(row: Row[LongRow] | Row[MapRow], signal: float) -> Well:
    cells = row.cells
    if not re.fullmatch("[0-9]{1,6}", cells.replicate):
        raise UserError(
            f"{row.where}: column replicate: found {cells.replicate!r}, expected a whole number"
        )
    drug, dose = _dose(row, "", cells.drug, cells.concentration, cells.unit)
    unit = cells.second_unit or cells.unit
    second, second_dose = _dose(row, "second_", cells.second_drug, cells.second_concentration, unit)
    if drug and drug == second:
        raise UserError(f"{row.where}: column second_drug: {second!r} is the first drug too")
    if cells.well_type is WellKind.SAMPLE and not drug:
        raise UserError(f"{row.where}: column drug is empty; a well of type sample has a drug")
    if cells.well_type is WellKind.VEHICLE and (dose or second_dose):
        raise UserError(
            f"{row.where}: column well_type: found 'vehicle' beside a dose of "
            f"{drug if dose else second}; a vehicle well has none: correct the type or the dose"
        )
    if not drug and second:
        raise UserError(f"{row.where}: column drug is empty; a single drug stands there")
    return Well(
        row.where, cells.well_type, drug, dose, second, second_dose, int(cells.replicate), signal
    )


def _dose(
    row: Row[LongRow] | Row[MapRow], prefix: str, drug: str | None, amount: str, unit: str
) -> tuple[str, float]:
    """A drug and its dose in nM; ("", 0) where there is none."""
    column = f"{prefix}concentration"
    if drug is None:
        if amount and row.cells.well_type is WellKind.SAMPLE:
            raise UserError(f"{row.where}: column {prefix}drug is empty beside a concentration")
        return "", 0.0
    if not amount:
        raise UserError(f"{row.where}: column {column} is empty; say how much {drug} there is")
    value = _number(row, column, amount)
    if value < 0:
        raise UserError(f"{row.where}: column {column}: found {amount!r}, expected 0 or more")
    if value == 0:
        return drug_name(drug), 0.0
    if not unit:
        raise UserError(f"{row.where}: column {prefix}unit is empty; write for example nM")
    try:
        return drug_name(drug), nanomolar(value, unit, drug)
    except ValueError as error:
        raise UserError(f"{row.where}: column {prefix}unit: {error}") from error


def _number(row: Row[LongRow] | Row[MapRow], column: str, text: str) -> float:
    value = decimal_number(text)
    if not _is_measurable(value):
        hint = "; write decimals with a point" if "," in text else ""
        raise UserError(f"{row.where}: column {column}: found {text!r}, expected a number{hint}")
    return value


def _is_measurable(value: float) -> bool:
    return value == 0 or _LEAST <= abs(value) <= _MOST


def read_matrix(path: Path) -> dict[str, float]:
    """The signals of a plate reader's file by well (B7); what stands around the matrix is skipped.

    The matrix begins below a line of column numbers from 1 to 12 or to 24, with lines that begin
    with the row letters A to H or A to P. An empty cell is a well that was not read.

    Raises:
        UserError: There is no such matrix, or more than one, or a cell of it is no number.
    """
    lines = sheet_text(path).split("\n")
    found = [start for start in range(len(lines)) if _columns(lines[start])]
    if not found:
        raise UserError(
            f"{path}: no plate was found: expected a line with the column numbers 1 to 12 or "
            "1 to 24, and below it lines that begin with the letters of the rows"
        )
    if len(found) > 1:
        places = ", ".join(str(start + 1) for start in found)
        raise UserError(
            f"{path}: {len(found)} plates were found (rows {places}); keep the one to be used"
        )
    columns = _columns(lines[found[0]])
    return dict(_matrix_wells(path, lines, found[0] + 1, columns))


def _matrix_wells(
    path: Path, lines: list[str], first: int, columns: int
) -> Iterator[tuple[str, float]]:
    for index in range(_SIZES[columns]):
        letter = chr(ord("A") + index)
        number = first + index
        cells = _cells(lines[number]) if number < len(lines) else []
        if not cells or cells[0].upper() != letter:
            raise UserError(
                f"{path}: row {number + 1}: expected row {letter} of the plate; "
                f"a plate with {columns} columns has {_SIZES[columns]} rows"
            )
        for column, cell in enumerate(cells[1 : columns + 1], start=1):
            if not cell:
                continue
            value = decimal_number(cell)
            if not _is_measurable(value):
                raise UserError(
                    f"{path}: row {number + 1}: well {letter}{column}: found {cell!r}, expected a "
                    "number; a well that the reader could not read is left empty"
                )
            yield f"{letter}{column}", value


def _cells(line: str) -> list[str]:
    separator = next((one for one in ("\t", ";", ",") if one in line), "\t")
    return [cell.strip().strip('"') for cell in line.split(separator)]


def _columns(line: str) -> int:
    """How many columns of a plate a line numbers; 0 for any other line."""
    numbers = [cell for cell in _cells(line) if cell]
    if numbers and re.fullmatch("[A-P]", numbers[0], re.IGNORECASE):
        return 0  # a row of the plate, whatever its signals are
    if numbers and not numbers[0].isdigit():
        numbers = numbers[1:]
    for columns in _SIZES:
        if numbers == [str(number) for number in range(1, columns + 1)]:
            return columns
    return 0
