"""Tab-separated tables whose header, rows and reader all come from one frozen dataclass.

A column is a field. A cell is text, a whole number, a number, a yes/no, an enumeration
value, or (for ``X | None``) nothing:

========= ==========================================================================
None      empty cell (so a field of type ``str`` is never optional: "" is its nothing)
bool      ``true`` or ``false``
float     six significant digits, ``inf`` and ``-inf``; NaN is refused
StrEnum   its value
str       as it is; tab, line feed and carriage return are refused
========= ==========================================================================

A table of places in a genome has one more column, the last: `build`, the same in all rows. It is
that of the whole table, so no record has it, and reading leaves it out.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from flt3itd.common.errors import UserError
from flt3itd.common.unfinished import unfinished

Record = TypeVar("Record")


BUILD_COLUMN = "build"
"""Name of the last column of a table of places in a genome: GRCh37 or GRCh38."""


def columns_of(record_type: type[Any]) -> tuple[str, ...]:
    """The column names of a table of this dataclass, in order."""
    return tuple(field.name for field in dataclasses.fields(record_type))


def write_table(
    path: Path, record_type: type[Record], records: Iterable[Record], build: str | None = None
) -> None:
    """Write a table, header first even when there are no records; all of it or nothing.

    `build` is that of the genome in which the records have places.

    Raises ValueError for NaN, for text that would break the table, and for a record of
    another type; the file is then left as it was.
    """
    columns = columns_of(record_type)
    of_table = {} if build is None else {BUILD_COLUMN: build}
    temporary = unfinished(path)
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write("\t".join((*columns, *of_table)) + "\n")
            for record in records:
                if type(record) is not record_type:
                    raise ValueError(f"{path}: a {type(record).__name__} in this table")
                cells = [format_cell(getattr(record, name)) for name in columns]
                cells.extend(of_table.values())
                handle.write("\t".join(cells) + "\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_table(path: Path, record_type: type[Record]) -> list[Record]:
    """Read a table that `write_table` made, with the build of its genome or without it.

    Raises UserError, naming file, row (1 is the header) and column, when the header is not
    that of the dataclass, a row has another number of cells, or a cell does not fit its type.
    """
    columns = columns_of(record_type)
    hints = typing.get_type_hints(record_type)
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text; save it as UTF-8"
        raise UserError(f"{path}: the table cannot be read: {reason}") from error
    header = tuple(lines[0].split("\t")) if lines else ()
    if header not in (columns, (*columns, BUILD_COLUMN)):
        found = lines[0].replace("\t", " ") if lines else "an empty file"
        raise UserError(
            f"{path}: row 1: found {found!r}, expected the columns {' '.join(columns)}; "
            "make the table again with this version"
        )
    records = []
    for row, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(header):
            raise UserError(
                f"{path}: row {row}: found {len(cells)} cells, expected {len(header)}; "
                "make the table again"
            )
        values = {}
        for name, cell in zip(columns, cells, strict=False):
            try:
                values[name] = _parse_cell(cell, hints[name])
            except ValueError as error:
                raise UserError(
                    f"{path}: row {row}, column {name}: found {cell!r}, expected {error}"
                ) from error
        records.append(record_type(**values))
    return records


def format_cell(value: object) -> str:
    """One value as the text of a cell. Raises ValueError for what a cell cannot hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError("NaN does not belong in a table: use None for what is not known")
        return f"{value:.6g}"
    if isinstance(value, int | StrEnum):
        return str(value)
    if isinstance(value, str):
        # str.splitlines, which reads the table back, breaks at more than \n and \r.
        if "\t" in value or len(value.splitlines()) > 1 or value != value.rstrip("\r\n"):
            raise ValueError(f"text with a tab or line break does not fit in a cell: {value!r}")
        return value
    raise ValueError(f"a {type(value).__name__} does not fit in a cell")


def _parse_cell(cell: str, hint: Any) -> object:
    """The value of a cell. Raises ValueError with what was expected."""
    if isinstance(hint, types.UnionType):
        if cell == "":
            return None
        hint = next(member for member in typing.get_args(hint) if member is not types.NoneType)
    if hint is bool:
        if cell not in ("true", "false"):
            raise ValueError("true or false")
        return cell == "true"
    if hint is int:
        return _number(int, cell, "a whole number")
    if hint is float:
        value = _number(float, cell, "a number")
        if math.isnan(value):
            raise ValueError("a number")
        return value
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        allowed = [member.value for member in hint]
        if cell not in allowed:
            raise ValueError("one of " + ", ".join(allowed))
        return hint(cell)
    return cell


def _number(kind: type[Any], cell: str, expected: str) -> Any:
    if "_" in cell or not cell.isascii():  # 1_000 and digits of other scripts are numbers to Python
        raise ValueError(expected)
    try:
        return kind(cell)
    except ValueError:
        raise ValueError(expected) from None
