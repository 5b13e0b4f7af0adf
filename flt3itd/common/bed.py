"""The one reader of BED files: targets, amplicons, primer sites."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.text_lines import text_lines, whole_number

NO_INTERVALS = ("#", "track", "browser")
"""How the lines of a BED file begin that are remarks, or tell a genome browser something."""

_COLUMNS = "a BED file has contig, start, end, separated by tabs"


@dataclass(frozen=True, slots=True)
class BedInterval:
    """A line of a BED file: 0-based half-open, plus strand.

    `name` is column 4 and `strand` column 6, empty where there is none; `row` is 1-based.
    """

    contig: str
    start: int
    end: int
    name: str
    strand: str
    row: int


def read_bed(path: Path) -> list[BedInterval]:
    """The intervals of a BED file, plain or gzipped, in its order.

    Raises:
        UserError: The file cannot be read, holds no interval, or a row is none.
    """
    intervals = list(bed_intervals(path))
    if not intervals:
        raise UserError(f"{path}: no targets: the file has no interval")
    return intervals


def bed_intervals(path: Path) -> Iterator[BedInterval]:
    """The same, which may be none.

    Raises UserError as `read_bed` does.
    """
    for row, line in text_lines(path):
        if line.startswith(NO_INTERVALS):
            continue
        # Spaces alone: samtools, which reads the file too, takes others for a part of the name.
        cells = [cell.strip(" ") for cell in line.split("\t")]
        where = f"{path}: row {row}"
        if len(cells) < 3:
            raise UserError(f"{where}: found {len(cells)} columns, {_COLUMNS}")
        try:
            start = whole_number(where, "start", cells[1])
            end = whole_number(where, "end", cells[2])
        except UserError as error:  # such as a GTF file, which has other columns
            raise UserError(f"{error}; {_COLUMNS}") from None
        if start >= end:
            raise UserError(f"{where}: the interval {cells[0]}:{start}-{end} has no bases")
        name, strand = (cells[column] if len(cells) > column else "" for column in (3, 5))
        yield BedInterval(cells[0], start, end, name, strand, row)
