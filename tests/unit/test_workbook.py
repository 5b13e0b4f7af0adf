"""The workbook of the tables, read back part by part."""

from __future__ import annotations

import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts.report.tabulate import sheets
from scripts.report.workbook import Sheet, write_workbook
from tests.report_builders import (
    flt3_result,
    hotspot,
    itd_event,
    itd_result,
    panel_variant,
    report_of,
)

SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@dataclass(frozen=True)
class Row:
    name: str
    number: int | None
    share: float
    flag: bool = False


def cells(path: Path, sheet: int) -> list[list[str | None]]:
    """The text of the cells of a sheet, by row."""
    with zipfile.ZipFile(path) as package:
        root = ET.fromstring(package.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iterfind(".//m:row", SPACE):
        texts = [cell.find("m:v", SPACE) for cell in row]
        plain = [cell.find("m:is/m:t", SPACE) for cell in row]
        rows.append([getattr(a if a is not None else b, "text", None)
                     for a, b in zip(texts, plain, strict=True)])  # fmt: skip
    return rows


def test_cells_keep_their_kind_and_text_is_never_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    hostile = "=HYPERLINK('x')<a>&\x07"
    write_workbook(path, [Sheet("A & B", Row, [Row(hostile, None, 0.25, True)])])
    assert cells(path, 1) == [
        ["name", "number", "share", "flag"],
        ["=HYPERLINK('x')<a>& ", None, "0.25", "1"],
    ]
    with zipfile.ZipFile(path) as package:
        assert "<f>" not in package.read("xl/worksheets/sheet1.xml").decode()
        workbook = ET.fromstring(package.read("xl/workbook.xml"))
        assert package.testzip() is None
    (sheet,) = workbook.iterfind(".//m:sheet", SPACE)
    assert sheet.get("name") == "A & B"


def test_infinity_is_text_and_the_same_tables_are_the_same_bytes(tmp_path: Path) -> None:
    books = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in books:
        write_workbook(path, [Sheet("S", Row, [Row("x", 1, float("inf"))])])
    assert cells(books[0], 1)[1] == ["x", "1", "inf", "0"]
    assert books[0].read_bytes() == books[1].read_bytes()


def test_every_table_of_a_report_is_a_sheet(tmp_path: Path) -> None:
    report = report_of(
        tmp_path,
        flt3=flt3_result(itd=itd_result(itd_event())),
        variants=(panel_variant(), panel_variant(gene="TP53", filter="low_vaf")),
        hotspots=(hotspot(),),
    )
    made = sheets(report)
    assert all(len(sheet.name) <= 31 for sheet in made)
    write_workbook(tmp_path / "report.xlsx", made)
    names = [sheet.name for sheet in made]
    events = cells(tmp_path / "report.xlsx", names.index("FLT3 events") + 1)
    assert len(events) == 2
    assert events[1][events[0].index("vaf")] == "0.4"
    held = cells(tmp_path / "report.xlsx", names.index("Held back by filters") + 1)
    assert [row[1] for row in held] == ["gene", "TP53"]


def test_nothing_is_left_of_a_workbook_that_fails(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        write_workbook(tmp_path / "book.xlsx", [Sheet("S", Row, [object()])])
    assert not list(tmp_path.iterdir())
