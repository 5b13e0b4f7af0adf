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

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_TEXT = 32_767
"""Characters that a cell can hold; longer text is cut."""
_WIDEST_COLUMN = 420
"""In pixels, about 60 characters: sequences and remarks would push the rest out of sight."""
_MADE = datetime(1980, 1, 1)
"""The date in the file, whenever it is written."""

NUMBER_FORMATS = {
    r"vaf(_.*)?|limit_of_detection|fraction_at_.*|junction_fraction|population_frequency": (
        "[>=0.001]0.00%;[>0]0.0000%;0%"
    ),
    r"ar(_.*)?|ratio(_.*)?": "[>=0.1]0.000;[>0]0.00000;0",
    r"p_value|background_probability": "0.0E+00",
    r"mean|quality": "0.0",
}
"""How the numbers of columns are shown, by the name of the column; others as they are."""


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
            shown = {form: book.add_format({"num_format": form}) for form in _forms(sheets)}
            for sheet in sheets:
                _write_sheet(book.add_worksheet(sheet.name), sheet, bold, shown)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_sheet(page: Any, sheet: Sheet, bold: Any, shown: dict[str, Any]) -> None:
    columns = columns_of(sheet.kind)
    for place, name in enumerate(columns):
        page.write_string(0, place, name.replace("_", " "), bold)
        form = shown.get(number_format(name))
        for row, record in enumerate(sheet.rows, start=1):
            _write_cell(page, row, place, getattr(record, name), form)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, len(sheet.rows), len(columns) - 1)
    page.autofit(_WIDEST_COLUMN)


def _write_cell(page: Any, row: int, column: int, value: object, form: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        page.write_number(row, column, value, form)
    else:
        text = _NOT_IN_XML.sub(" ", str(value))[:_LONGEST_TEXT]
        page.write_string(row, column, text)


def number_format(column: str) -> str:
    """How a spreadsheet shows the numbers of a column; empty for as they are."""
    return next((form for name, form in NUMBER_FORMATS.items() if re.fullmatch(name, column)), "")


def _forms(sheets: Sequence[Sheet]) -> list[str]:
    """The formats that the sheets use, in their order."""
    used = {number_format(name) for sheet in sheets for name in columns_of(sheet.kind)}
    return [form for form in NUMBER_FORMATS.values() if form in used]


@dataclass(frozen=True)
class Entry:
    """A row of a sheet of names and values."""

    name: str
    value: str


def entries(values: dict[str, Any]) -> list[Entry]:
    """Names and values as rows."""
    return [Entry(name, str(value)) for name, value in values.items()]
