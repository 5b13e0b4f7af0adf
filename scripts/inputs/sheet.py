"""Tab-separated sheets that a person writes: read as strings, checked row by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from flt3itd.common.errors import UserError
from scripts.inputs.fields import Record
from scripts.inputs.mistakes import Mistake, closest, read_record

AnyRow = TypeVar("AnyRow", bound=Record)


_SPREADSHEET_ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
"""What a spreadsheet writes for a cell that it cannot work out; such a row is no comment."""


@dataclass(frozen=True)
class Row(Generic[AnyRow]):
    """A row of a sheet: the sheet, its 1-based line number and what its cells say."""

    sheet: Path
    line: int
    cells: AnyRow

    @property
    def where(self) -> str:
        """Where it stands, as a message begins."""
        return f"{self.sheet}: row {self.line}"


def read_sheet(sheet: Path, kind: type[AnyRow]) -> list[Row[AnyRow]]:
    """The rows below the header; an empty cell is one that is left out.

    Raises:
        UserError: The sheet cannot be read, a column is unknown, missing or there twice, a row
            has more cells than the header, or a cell is missing or not allowed.
    """
    rows = []
    for line, cells in _rows(sheet, kind):
        try:
            rows.append(Row(sheet, line, read_record(kind, cells)))
        except Mistake as mistake:
            column = f"column {mistake.key}: " if mistake.key else ""
            raise UserError(f"{sheet}: row {line}: {column}{mistake.sentence}") from None
    return rows


def _rows(sheet: Path, kind: type[Record]) -> Iterator[tuple[int, dict[str, str]]]:
    numbered = enumerate(sheet_text(sheet).split("\n"), start=1)
    written = [(number, line) for number, line in numbered if line.strip()]
    for number, line in written:
        if failed := _SPREADSHEET_ERROR.match(line):
            raise UserError(
                f"{sheet}: row {number}: found {failed[0]!r}, an error of the spreadsheet in place "
                "of its first cell; correct it there, and save the sheet again"
            )
    lines = [(number, line) for number, line in written if not line.startswith("#")]
    first, header = lines[0] if lines else (1, "")
    for number, line in written:
        cell, *others = line.strip("# ").split("\t")
        if number < first and others and cell.strip() in kind.model_fields:
            raise UserError(f"{sheet}: row {number}: the header begins with #; take that out")
    columns = [cell.strip() for cell in header.rstrip().split("\t")]
    _check_header(sheet, first, header, columns, kind)
    for number, line in lines[1:]:
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) > len(columns) and not any(cells[len(columns) :]):
            cells = cells[: len(columns)]
        if len(cells) > len(columns) or (len(cells) == 1 and len(columns) > 1):
            raise UserError(
                f"{sheet}: row {number}: found {len(cells)} cells, the header has {len(columns)}; "
                "separate the cells by one tab each and leave no tab inside a cell"
            )
        yield number, {c: v for c, v in zip(columns, cells, strict=False) if v}


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
    text = text.lstrip("\ufeff")  # files that were joined, or saved twice, have several
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _check_header(sheet: Path, row: int, line: str, columns: list[str], kind: type[Record]) -> None:
    known = list(kind.model_fields)
    if "\t" not in line:
        for separator, name in ((",", "commas"), (";", "semicolons"), (" ", "spaces")):
            if separator in line.strip():
                raise UserError(
                    f"{sheet}: row {row}: the header is separated by {name}; separate columns by "
                    "tabs"
                )
    if not any(columns):
        raise UserError(f"{sheet}: the sheet is empty; its first row names {', '.join(known)}")
    for number, column in enumerate(columns, start=1):
        if not column:
            raise UserError(
                f"{sheet}: row {row}: column {number} has no name; name it, or take it out"
            )
        if column not in known:
            raise UserError(
                f"{sheet}: row {row}: column {column!r} is not known; "
                f"allowed: {', '.join(known)}{closest(column, known)}"
            )
        if columns.count(column) > 1:
            raise UserError(f"{sheet}: row {row}: column {column!r} appears twice; keep one")
    for column, field in kind.model_fields.items():
        if field.is_required() and column not in columns:
            raise UserError(f"{sheet}: row {row}: column {column!r} is missing; add it")


def check_distinct_names(names: Iterable[tuple[str, str]], column: str = "sample") -> None:
    """Refuse names that differ only in case: they are one folder on some disks.

    Args:
        names: Where each name stands, and the name.
        column: The column that the names are in.

    Raises:
        UserError: Two do.
    """
    seen: dict[str, str] = {}
    for where, name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name:
            raise UserError(
                f"{where}: column {column}: {name!r} differs from {other!r} only "
                "in upper and lower case; rename one"
            )
