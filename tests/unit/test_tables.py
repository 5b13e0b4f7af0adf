import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import columns_of, read_table, write_table
from flt3itd.records import FltEvent


class Colour(StrEnum):
    RED = "red"
    PALE_BLUE = "pale blue"


@dataclass(frozen=True)
class Row:
    name: str
    colour: Colour
    count: int
    ratio: float
    in_frame: bool | None
    residue: int | None


ROWS = [
    Row("a", Colour.RED, 3, 0.25, True, 610),
    Row("", Colour.PALE_BLUE, 0, math.inf, None, None),
    Row("#x", Colour.RED, -1, 1e-7, False, 1),
]


def test_a_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    write_table(path, Row, ROWS)
    assert read_table(path, Row) == ROWS
    assert path.read_text().splitlines()[:2] == [
        "name\tcolour\tcount\tratio\tin_frame\tresidue",
        "a\tred\t3\t0.25\ttrue\t610",
    ]


@pytest.mark.parametrize("rows", [ROWS, []])
def test_the_build_is_the_last_column_and_of_no_record(tmp_path: Path, rows: list[Row]) -> None:
    path = tmp_path / "rows.tsv"
    write_table(path, Row, rows, "GRCh37")
    assert {line.split("\t")[-1] for line in path.read_text().splitlines()[1:]} == (
        {"GRCh37"} if rows else set()
    )
    assert path.read_text().startswith("name\tcolour\tcount\tratio\tin_frame\tresidue\tbuild\n")
    assert read_table(path, Row) == rows


def test_a_row_without_its_build_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    write_table(path, Row, ROWS, "GRCh37")
    path.write_text(path.read_text().replace("\tGRCh37\n", "\n", 1))
    with pytest.raises(UserError, match="row 2: found 6 cells, expected 7"):
        read_table(path, Row)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    """A spreadsheet writes them into a table of rules that a user changed."""
    path = tmp_path / "rows.tsv"
    write_table(path, Row, ROWS)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_table(path, Row) == ROWS
    path.write_bytes("name".encode("utf-16"))
    with pytest.raises(UserError, match="cannot be read: not UTF-8 text; save it as UTF-8"):
        read_table(path, Row)


def test_no_records_still_give_the_header(tmp_path: Path) -> None:
    path = tmp_path / "rows.tsv"
    write_table(path, FltEvent, [])
    assert path.read_text() == "\t".join(columns_of(FltEvent)) + "\n"
    assert read_table(path, FltEvent) == []


@pytest.mark.parametrize(
    "bad",
    [
        Row("a", Colour.RED, 1, math.nan, None, None),
        Row("a\tb", Colour.RED, 1, 0.0, None, None),
        Row("a\nb", Colour.RED, 1, 0.0, None, None),
        Row("a\u2028b", Colour.RED, 1, 0.0, None, None),
        Row("a\r", Colour.RED, 1, 0.0, None, None),
    ],
)
def test_what_a_cell_cannot_hold_leaves_the_old_file(tmp_path: Path, bad: Row) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text("old")
    with pytest.raises(ValueError, match=r"cell|NaN"):
        write_table(path, Row, [*ROWS, bad])
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["rows.tsv"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("a\tred\tx\t0.5\t\t", "row 2, column count: found 'x', expected a whole number"),
        ("a\tgreen\t1\t0.5\t\t", "column colour: found 'green', expected one of red, pale blue"),
        ("a\tred\t1\tnan\t\t", "column ratio: found 'nan', expected a number"),
        ("a\tred\t1\t1_0\t\t", "column ratio: found '1_0', expected a number"),
        ("a\tred\t\u0663\t0.1\t\t", "column count: found '\u0663', expected a whole number"),
        ("a\tred\t1\t0.5\tyes\t", "column in_frame: found 'yes', expected true or false"),
        ("a\tred\t1\t0.5\ttrue", "row 2: found 5 cells, expected 6"),
    ],
)
def test_a_damaged_table_is_a_users_error_with_its_place(
    tmp_path: Path, row: str, message: str
) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text("name\tcolour\tcount\tratio\tin_frame\tresidue\n" + row + "\n")
    with pytest.raises(UserError) as caught:
        read_table(path, Row)
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "name\tcount\n", "NAME\tcolour\tcount\tratio\tin_frame\tresidue\n"]
)
def test_another_header_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "rows.tsv"
    path.write_text(text)
    with pytest.raises(UserError, match="expected the columns name colour"):
        read_table(path, Row)
