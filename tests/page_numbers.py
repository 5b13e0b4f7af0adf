"""Reads pages, tables, workbooks and VCF files back, and holds their numbers to report.json."""

from __future__ import annotations

import csv
import math
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from scripts.records.number_words import percent, percent_of_first, ratio

Record = Mapping[str, Any]
_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:e-?\d+)?%?")
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass
class Comparison:
    """How many numbers were held against each other, and those that differ."""

    compared: int = 0
    differences: list[str] = field(default_factory=list)

    def same(self, where: str, found: object, expected: object) -> None:
        """Hold one value against another."""
        self.compared += 1
        if found != expected:
            self.differences.append(f"{where}: found {found!r}, report.json has {expected!r}")

    def rows(self, where: str, found: Sequence[Record], expected: Sequence[Record]) -> None:
        """Hold the cells of a table against records, as far as these have its columns."""
        self.same(f"{where}, rows", len(found), len(expected))
        for number, (row, record) in enumerate(zip(found, expected, strict=False), start=2):
            for column in row.keys() & record.keys():
                cell = row[column]
                self.same(f"{where}, row {number}, {column}", cell, as_cell(record[column], cell))


def as_cell(value: object, beside: object) -> object:
    """A value of report.json as a table or workbook writes it; `beside` is what it wrote.

    JSON has no infinite number, so null stands for it as well as for what is not known.
    """
    if isinstance(beside, str):
        if value is None:
            return beside if beside == "inf" else ""
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:.6g}"
        return str(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, float) and isinstance(beside, float):
        return beside if math.isclose(value, beside, rel_tol=1e-12) else value
    return value


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a tab-separated table by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def workbook(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet by the names of its columns, with underscores as in the records.

    A number is a number, an empty cell the empty text.
    """
    with zipfile.ZipFile(path) as book:
        strings = [
            "".join(part.text or "" for part in item.iter(f"{_SHEET}t"))
            for item in ET.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        names = [
            sheet.attrib["name"]
            for sheet in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_SHEET}sheet")
        ]
        return {
            name: _sheet_rows(ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml")), strings)
            for number, name in enumerate(names, start=1)
        }


def _sheet_rows(sheet: ET.Element, strings: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    for row in sheet.iter(f"{_SHEET}row"):
        cells: dict[str, Any] = {}
        for cell in row.iter(f"{_SHEET}c"):
            value = cell.find(f"{_SHEET}v")
            text = value.text if value is not None and value.text is not None else ""
            place = re.sub(r"\d", "", cell.attrib["r"])
            kind = cell.attrib.get("t", "n")
            if kind == "s":
                cells[place] = strings[int(text)]
            elif kind == "b":
                cells[place] = int(text)
            elif text:
                cells[place] = float(text) if set(text) & set(".eE") else int(text)
        rows.append(cells)
    heads = rows[0] if rows else {}
    return [{name: row.get(place, "") for place, name in heads.items()} for row in rows[1:]]


class _Page(HTMLParser):
    """Collects the text of a page, row by row of its tables, without the scales of drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.text: list[str] = []
        self._hidden = 0
        self._scale = False
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag in ("style", "script") or self._is_scale(tag, told):
            self._hidden += 1
            self._scale = tag == "text"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self._open = tag in ("td", "th") or self._open
        title = told.get("title")
        if title:
            self.text.append(title)

    @staticmethod
    def _is_scale(tag: str, told: Mapping[str, str | None]) -> bool:
        """Whether a text only names a place on an axis."""
        return tag == "text" and "quiet" in (told.get("class") or "").split()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script") or (tag == "text" and self._scale):
            self._hidden -= 1
            self._scale = False
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        self.text.append(data)
        if self._open:
            self.rows[-1][-1] += f" {data}"


@dataclass(frozen=True)
class PageText:
    """The rows of the tables of a page, each as one text, and all of its text."""

    rows: tuple[str, ...]
    text: str

    def row(self, *keys: str) -> list[str]:
        """The rows that hold all of these texts."""
        return [row for row in self.rows if all(key in row for key in keys)]


def read_page(path: Path) -> PageText:
    """A page as text."""
    page = _Page()
    page.feed(path.read_text("utf-8"))
    rows = (" ".join(" ".join(row).split()) for row in page.rows)
    return PageText(tuple(rows), " ".join(" ".join(page.text).split()))


def numbers_in(text: str) -> Iterator[str]:
    """The numbers of a text as they are written, without those inside of names."""
    for match in _NUMBER.finditer(text):
        yield match[0].rstrip(",")


def written(document: Any) -> set[str]:
    """Every number of a document in each way in which a page may write it."""
    found: set[str] = set()
    for value in _leaves(document):
        if isinstance(value, str):
            found.update(numbers_in(value))
        elif isinstance(value, int | float) and not isinstance(value, bool):
            forms = [f"{value:g}", f"{value:,.0f}", f"{value:.0f}", f"{value:.1f}", f"{value:.2f}"]
            forms += [
                f"{value:g}%",
                f"{value:.2g}",
                str(value),
                f"{value:.0%}",
                f"{100 * value:.1f}%",
            ]
            if value >= 0:
                forms += [percent(value), ratio(value), percent_of_first(value)]
            found.update(number for form in forms for number in numbers_in(form))
    return found


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield str(key)
            yield from _leaves(one)
    elif isinstance(value, list | tuple):
        yield len(value)
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        yield value
