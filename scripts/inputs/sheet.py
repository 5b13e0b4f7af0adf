"""Tab-separated sheets that a person writes: read as strings, checked against a schema."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.inputs.schemas import closest, first_mistake, load_schema


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its 1-based line number and its cells that are not empty."""

    line: int
    cells: dict[str, str]


def sheet_rows(sheet: Path, schema: str) -> list[Row]:
    """The rows below the header, whose columns are those of a schema in config/schemas.

    Raises:
        UserError: The sheet cannot be read, a column is unknown, missing or there twice, or a row
            has more cells than the header.
    """
    return list(_rows(sheet, schema))


def _rows(sheet: Path, schema: str) -> Iterator[Row]:
    lines = sheet_text(sheet).split("\n")
    columns = [cell.strip() for cell in lines[0].split("\t")]
    _check_header(sheet, lines[0], columns, schema)
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(columns) and not any(cells[len(columns) :]):
            cells = cells[: len(columns)]
        if len(cells) > len(columns) or (len(cells) == 1 and len(columns) > 1):
            raise UserError(
                f"{sheet}: row {number}: found {len(cells)} cells, the header has {len(columns)}; "
                "separate the cells by one tab each and leave no tab inside a cell"
            )
        yield Row(number, {c: v for c, v in zip(columns, cells, strict=False) if v})


def sheet_text(sheet: Path) -> str:
    """A sheet's text with Unix line ends and without a byte order mark.

    Raises UserError when it cannot be read as text.
    """
    try:
        data = sheet.read_bytes()
    except OSError as error:
        raise UserError(f"{sheet}: the sheet cannot be read: {error.strerror}") from error
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UserError(f"{sheet}: this is a spreadsheet file; save it as tab-separated text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UserError(f"{sheet}: row {line}: not UTF-8 text; save the sheet as UTF-8") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_header(sheet: Path, line: str, columns: list[str], schema_name: str) -> None:
    schema = load_schema(schema_name)
    known = list(schema["properties"])
    if "\t" not in line:
        for separator, name in ((",", "commas"), (";", "semicolons"), (" ", "spaces")):
            if separator in line.strip():
                raise UserError(
                    f"{sheet}: row 1: the header is separated by {name}; separate columns by tabs"
                )
    if not any(columns):
        raise UserError(f"{sheet}: the sheet is empty; its first row names {', '.join(known)}")
    for column in columns:
        if column not in known:
            raise UserError(
                f"{sheet}: row 1: column {column!r} is not known; "
                f"allowed: {', '.join(known)}{closest(column, known)}"
            )
        if columns.count(column) > 1:
            raise UserError(f"{sheet}: row 1: column {column!r} appears twice; keep one")
    for column in schema["required"]:
        if column not in columns:
            raise UserError(f"{sheet}: row 1: column {column!r} is missing; add it")


def check_cells(sheet: Path, row: Row, schema: str, names: Sequence[str]) -> None:
    """Check the cells of a row against the schema; `names` are columns that become file names.

    Raises:
        UserError: A cell is missing or not allowed.
    """
    where = f"{sheet}: row {row.line}"
    mistake = first_mistake(load_schema(schema), row.cells)
    if mistake is not None:
        column, sentence = mistake
        raise UserError(f"{where}: {'column ' + column + ': ' if column else ''}{sentence}")
    for column in names:
        if ".." in row.cells[column]:
            raise UserError(
                f"{where}: column {column}: found {row.cells[column]!r}; '..' is refused"
            )


def check_distinct_names(sheet: Path, rows: Sequence[Row]) -> None:
    """Refuse samples whose names differ only in case: they are one folder on some disks.

    Raises:
        UserError: Two do.
    """
    seen: dict[str, str] = {}
    for row in rows:
        name = row.cells["sample"]
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise UserError(
                f"{sheet}: row {row.line}: column sample: {name!r} differs from {other!r} only "
                "in upper and lower case; rename one"
            )
