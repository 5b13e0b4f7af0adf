"""Published ITDs from a table, placed on the locus."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.locus.flt3 import Locus, flt3_locus


@dataclass(frozen=True)
class PublishedItd:
    """A row of a table of published ITDs, on the locus."""

    name: str
    start: int
    inserted: str
    vaf: float


def read_itds(path: Path) -> list[PublishedItd]:
    """Published ITDs from a table with a header.

    Columns used: ``id``, ``inserted_seq_plus`` (plus strand), ``dup_start_hg38`` and
    ``dup_end_hg38`` (the duplicated interval on chr13, GRCh38, 1-based inclusive) and
    ``approx_vaf``. The insert must begin or end with the duplicated interval; rows without an
    interval are left out. VAFs are brought into 0.02 to 0.9.

    Raises:
        UserError: the file cannot be read, lacks a column, or has a row that does not fit.
    """
    locus = flt3_locus()
    wanted = ("id", "inserted_seq_plus", "dup_start_hg38", "dup_end_hg38", "approx_vaf")
    found = []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t")
            missing = [name for name in wanted if name not in (rows.fieldnames or [])]
            if missing:
                raise UserError(f"{path}: row 1: columns are missing: {' '.join(missing)}")
            for number, row in enumerate(rows, start=2):
                if row["dup_start_hg38"]:
                    found.append(_published(f"{path}: row {number}", row, locus))
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the ITDs cannot be read: {error}") from error
    if not found:
        raise UserError(f"{path}: no row has a duplicated interval")
    return found


def _published(place: str, row: dict[str, str], locus: Locus) -> PublishedItd:
    try:
        start = locus.from_grch38(int(float(row["dup_start_hg38"])))
        end = locus.from_grch38(int(float(row["dup_end_hg38"]))) + 1
        vaf = min(max(float(row["approx_vaf"] or 0.2), 0.02), 0.9)
    except ValueError as error:
        raise UserError(f"{place}: not a number: {error}") from error
    inserted, copy = row["inserted_seq_plus"].upper(), locus.sequence[start:end]
    if copy and inserted.endswith(copy):
        return PublishedItd(row["id"], end, inserted, vaf)
    if copy and inserted.startswith(copy):
        return PublishedItd(row["id"], start, inserted, vaf)
    raise UserError(
        f"{place}: inserted_seq_plus neither begins nor ends with the bases of "
        "dup_start_hg38 to dup_end_hg38"
    )
