"""The workbook of the tables, read back part by part."""

from __future__ import annotations

import math
import time
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from flt3itd.common.tables import columns_of
from scripts.report.cell_forms import PERCENT, head_of
from scripts.report.model import Metric
from scripts.report.tabulate import sheets, shown_metric
from scripts.report.workbook import Entry, Sheet, entries, write_workbook
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)
from tests.report_builders import (
    hotspot,
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


def part(path: Path, name: str) -> ET.Element:
    """A part of the package as XML."""
    with zipfile.ZipFile(path) as package:
        return ET.fromstring(package.read(f"xl/{name}.xml"))


def cells(path: Path, sheet: int) -> list[list[str | None]]:
    """The text of the cells of a sheet, by row; None where there is no cell."""
    words = [
        "".join(text.text or "" for text in item.iterfind(".//m:t", SPACE))
        for item in part(path, "sharedStrings").iterfind("m:si", SPACE)
    ]
    root = part(path, f"worksheets/sheet{sheet}")
    rows: list[list[str | None]] = []
    for row in root.iterfind(".//m:row", SPACE):
        found: dict[int, str | None] = {}
        for cell in row:
            value = cell.findtext("m:v", None, SPACE)
            assert cell.find("m:f", SPACE) is None, "a formula"
            if cell.get("t") == "s" and value is not None:
                value = words[int(value)]
            found[column(cell.attrib["r"])] = value
        rows.append([found.get(place) for place in range(max(found, default=-1) + 1)])
    return rows


def column(place: str) -> int:
    """The number of a column from 0, of a place like AB12."""
    number = 0
    for letter in place.rstrip("0123456789"):
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def format_of(path: Path, sheet: int, place: str) -> str | None:
    """The number format of a cell; None for that of the program."""
    (cell,) = part(path, f"worksheets/sheet{sheet}").iterfind(f".//m:c[@r='{place}']", SPACE)
    styles = part(path, "styles")
    formats = {
        one.attrib["numFmtId"]: one.attrib["formatCode"]
        for one in styles.iterfind(".//m:numFmt", SPACE)
    }
    style = styles.findall("m:cellXfs/m:xf", SPACE)[int(cell.get("s", "0"))]
    return formats.get(style.attrib["numFmtId"])


@pytest.mark.parametrize(
    "hostile",
    [
        "=HYPERLINK('x')<a>&\x07",
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "{=1}",
        "https://example.org",
        "mailto:a@b",
        "internal:Sheet1!A1",
        "12",
        "1e5",
        "",
        " lead and trail ",
        "_x0041_",
    ],
)
def test_text_stays_text_whatever_it_looks_like(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("A & B", Row, [Row(hostile, None, 0.25, True)])])
    read = cells(path, 1)
    shown = hostile.replace("\x07", " ").replace("_x0041_", "_x005F_x0041_")
    assert read[1][0] or shown == ""
    assert read == [["name", "number", "share (%)", "flag"], [read[1][0], None, "0.25", "1"]]
    assert not list(part(path, "worksheets/sheet1").iterfind(".//m:hyperlink", SPACE))
    (sheet,) = part(path, "workbook").iterfind(".//m:sheet", SPACE)
    assert sheet.get("name") == "A & B"


@pytest.mark.parametrize(("length", "kept"), [(32_767, 32_767), (32_768, 32_767)])
def test_text_that_no_cell_holds_is_cut(tmp_path: Path, length: int, kept: int) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("S", Row, [Row("A" * length, 1, 0.5)])])
    assert len(cells(path, 1)[1][0] or "") == kept


def test_infinity_is_text_and_the_same_tables_are_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for year, path in zip((2026, 2031), books, strict=True):
        monkeypatch.setattr(time, "time", lambda year=year: (year - 1970) * 31_557_600.0)
        write_workbook(path, [Sheet("S", Row, [Row("x", 1, math.inf), Row("y", 0, -math.inf)])])
    assert cells(books[0], 1)[1:] == [["x", "1", "inf", "0"], ["y", "0", "-inf", "0"]]
    assert books[0].read_bytes() == books[1].read_bytes()
    with zipfile.ZipFile(books[0]) as package:
        assert "1980-01-01" in package.read("docProps/core.xml").decode()


def test_a_table_is_easy_to_read(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    rows = [Row("short", 1, 0.5), Row("A" * 3000, 2, 0.5)]
    write_workbook(path, [Sheet("S", Row, rows), Sheet("Empty", Row, [])])
    page = part(path, "worksheets/sheet1")
    (pane,) = page.iterfind(".//m:pane", SPACE)
    assert (pane.get("ySplit"), pane.get("state")) == ("1", "frozen")
    (filtered,) = page.iterfind(".//m:autoFilter", SPACE)
    assert filtered.get("ref") == "A1:D3"
    widths = [float(one.attrib["width"]) for one in page.iterfind(".//m:cols/m:col", SPACE)]
    assert 50 < widths[0] < 70
    assert all(width < 15 for width in widths[1:])
    assert cells(path, 2) == [["name", "number", "share (%)", "flag"]]


@dataclass(frozen=True)
class Numbers:
    vaf: float
    vaf_upper: float
    ar_high: float
    limit_of_detection: float | None
    p_value: float
    pos: int
    variants: int
    arrow: float


def test_numbers_are_shown_as_their_column_asks(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("S", Numbers, [Numbers(0.4, 0.5, 0.6, 0.01, 1e-9, 5, 2, 0.5)])])
    share, ratio = PERCENT, "[>=0.1]0.000;[>0]0.00000;0"
    assert [format_of(path, 1, f"{letter}2") for letter in "ABCDEFGH"] == [
        share, share, ratio, share, "0.0E+00", None, None, None
    ]  # fmt: skip
    assert cells(path, 1)[1] == ["0.4", "0.5", "0.6", "0.01", "1E-09", "5", "2", "0.5"]


@pytest.mark.parametrize(
    ("column", "head"),
    [
        ("vaf", "VAF (%)"),
        ("codon_vaf", "codon VAF (%)"),
        ("fraction_at_100x", "fraction at 100x (%)"),
        ("population_frequency", "population frequency (%)"),
        ("ar_low", "AR low (mutant / wild type)"),
        ("ratio", "ratio (to controls)"),
        ("length_bp", "length (bp)"),
        ("pos", "pos (1-based)"),
        ("mean", "mean (fragments)"),
        ("mutant_fragments", "mutant fragments"),
        ("quality", "quality (Phred)"),
        ("p_value", "p value (probability)"),
        ("hgvs_c", "HGVS c"),
        ("remark", "remark"),
    ],
)
def test_a_head_tells_the_unit_where_the_name_does_not(column: str, head: str) -> None:
    assert head_of(column) == head


def test_heads_of_a_sheet_differ(tmp_path: Path) -> None:
    for sheet in sheets(report_of(tmp_path)):
        heads = [head_of(column) for column in columns_of(sheet.kind)]
        assert len(set(heads)) == len(heads), sheet.name


def test_names_and_values_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    values = {"requester": None, "order": 1, "minimum_vaf": 0.02, "minimum_depth": 100, "who": "=1"}
    metrics = [Metric("mapped", "Reads mapped", 0.98, "fraction", "stats.txt")]
    write_workbook(
        path,
        [Sheet("S", Entry, entries(values)), Sheet("M", Metric, [*map(shown_metric, metrics)])],
    )
    assert [(row + [None] * 3)[:3] for row in cells(path, 1)[1:]] == [
        ["requester", "", ""],
        ["order", "1", ""],
        ["minimum_vaf", "0.02", "%"],
        ["minimum_depth", "100", "fragments"],
        ["who", "=1", ""],
    ]
    assert format_of(path, 1, "B4") == format_of(path, 2, "C2") == PERCENT
    assert cells(path, 2)[1][2:4] == ["0.98", "%"]


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
    assert events[1][events[0].index("VAF (%)")] == "0.4"
    held = cells(tmp_path / "report.xlsx", names.index("Held back by filters") + 1)
    assert [row[1] for row in held] == ["gene", "TP53"]


def test_nothing_is_left_of_a_workbook_that_fails(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        write_workbook(tmp_path / "book.xlsx", [Sheet("S", Row, [object()])])
    assert not list(tmp_path.iterdir())
