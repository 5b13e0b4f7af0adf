"""A workbook (XLSX) of tables: one sheet for one dataclass, written by XlsxWriter.

Text is written as text, never as a formula or link, whatever it begins with. The same tables give
the same bytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from flt3itd.common.tables import columns_of
from flt3itd.common.unfinished import unfinished
from scripts.report.cell_forms import NUMBER_FORMATS, PERCENT, head_of, number_format, unit_of

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_TEXT = 32_767
"""Characters that a cell can hold; longer text is cut."""
_WIDEST_COLUMN = 420
"""In pixels, about 60 characters: sequences and remarks would push the rest out of sight."""
_MADE = datetime(1980, 1, 1)
"""The date in the file, whenever it is written."""


@dataclass(frozen=True)
class Sheet:
    """A named table of records of one dataclass; the name has at most 31 characters."""

    name: str
    kind: type[Any]
    rows: Sequence[Any]


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, all of it or nothing.

    The first row of each sheet names the columns, stays in sight and filters the others. None is an
    empty cell, an infinite number the text ``inf``.
    """
    temporary = unfinished(path)
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    try:
        with xlsxwriter.Workbook(str(temporary), options) as book:
            book.set_properties({"created": _MADE})
            bold = book.add_format({"bold": True})
            forms = dict.fromkeys(NUMBER_FORMATS.values())
            shown = {form: book.add_format({"num_format": form}) for form in forms}
            for sheet in sheets:
                _write_sheet(book.add_worksheet(sheet.name), sheet, bold, shown)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_sheet(page: Any, sheet: Sheet, bold: Any, shown: dict[str, Any]) -> None:
    columns = columns_of(sheet.kind)
    for place, name in enumerate(columns):
        page.write_string(0, place, head_of(name), bold)
        for row, record in enumerate(sheet.rows, start=1):
            _write_cell(page, row, place, getattr(record, name), shown.get(_form(record, name)))
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(columns) - 1)
    page.autofit(_WIDEST_COLUMN)


def _form(record: Any, column: str) -> str:
    """How a number of a record is shown: by its column, or by the unit and name of its row."""
    if column != "value":
        return number_format(column)
    return PERCENT if record.unit == "%" else number_format(record.name)


def _write_cell(page: Any, row: int, column: int, value: object, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        page.write_number(row, column, value, form)
    else:
        words = "; ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        text = _NOT_IN_XML.sub(" ", words)[:_LONGEST_TEXT]
        page.write_string(row, column, text)


@dataclass(frozen=True)
class Entry:
    """A row of a sheet of names and values; a number has the form and unit of a column so named."""

    name: str
    value: str | int | float | None
    unit: str = ""


def entries(values: dict[str, Any]) -> list[Entry]:
    """Names and values as rows."""
    return [
        Entry(name, value if isinstance(value, int | float) else str(value or ""), unit_of(name))
        for name, value in values.items()
    ]
