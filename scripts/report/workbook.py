"""A workbook (XLSX, ECMA-376) of tables: one sheet for one dataclass, without a dependency.

Text is written as text, never as a formula, whatever it begins with. The same tables give the
same bytes.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from flt3itd.common.tables import columns_of
from flt3itd.common.unfinished import unfinished

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_TEXT = 32_767
"""Characters that a cell can hold; longer text is cut."""


@dataclass(frozen=True)
class Sheet:
    """A named table of records of one dataclass; the name has at most 31 characters."""

    name: str
    kind: type[Any]
    rows: Sequence[Any]


def write_workbook(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write a workbook, all of it or nothing; the first row of each sheet names the columns."""
    temporary = unfinished(path)
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in _parts(sheets).items():
                part = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                package.writestr(part, text, zipfile.ZIP_DEFLATED)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


_FONT = '<sz val="11"/><name val="Calibri"/>'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font>{_FONT}</font><font><b/>{_FONT}'
    '</font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill>'
    '<patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>'
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
"""Style 0 is plain, style 1 bold. Programs expect the two fills."""


def _parts(sheets: Sequence[Sheet]) -> dict[str, str]:
    numbers = range(1, len(sheets) + 1)
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
        for n in numbers
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    names = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in zip(numbers, sheets, strict=True)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/worksheet" '
        f'Target="worksheets/sheet{n}.xml"/>'
        for n in numbers
    )
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f"<sheets>{names}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'{links}<Relationship Id="rId0" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        **{
            f"xl/worksheets/sheet{n}.xml": _sheet(sheet)
            for n, sheet in zip(numbers, sheets, strict=True)
        },
    }


def _sheet(sheet: Sheet) -> str:
    columns = columns_of(sheet.kind)
    head = "".join(_text(name.replace("_", " "), ' s="1"') for name in columns)
    rows = [head, *("".join(_cell(getattr(row, name)) for name in columns) for row in sheet.rows)]
    body = "".join(f"<row>{cells}</row>" for cells in rows)
    # The first row stays in sight.
    view = (
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
        'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    )
    return f'{_XML}<worksheet xmlns="{_MAIN}">{view}<sheetData>{body}</sheetData></worksheet>'


def _cell(value: object) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return f"<c><v>{value!r}</v></c>"
    return _text(str(value))


def _text(value: str, style: str = "") -> str:
    shown = escape(_NOT_IN_XML.sub(" ", value)[:_LONGEST_TEXT])
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{shown}</t></is></c>'


@dataclass(frozen=True)
class Entry:
    """A row of a sheet of names and values."""

    name: str
    value: str


def entries(values: dict[str, Any]) -> list[Entry]:
    """Names and values as rows."""
    return [Entry(name, str(value)) for name, value in values.items()]
