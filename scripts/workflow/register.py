r"""Append the samples of a finished run to the sheet of earlier runs, so that nobody types paths.

    python -m scripts.workflow.register --results results --sheet /laboratory/earlier.tsv

The sheet is made where it is not there. It is locked while it is read and written, so that two
runs can be registered at once, and it is replaced as a whole. A sample that is there with the same
folder is brought up to date; with another folder it is refused, unless --replace is given.
"""

from __future__ import annotations

import argparse
import fcntl
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flt3itd.common.errors import UserError
from scripts.command import run, write_whole
from scripts.earlier.results import read_results
from scripts.earlier.sheet import EarlierRow
from scripts.inputs.sheet import read_sheet

COLUMNS = tuple(EarlierRow.model_fields)


def samples_of(results: Path) -> list[EarlierRow]:
    """The samples of a finished run. Raises UserError when there is none, or one is damaged."""
    folders = sorted(path.parent for path in results.glob("*/report.json"))
    rows = []
    for folder in folders:
        if folder.name in ("cohort", "work"):
            continue
        cells = read_results(folder, str(results)).cells
        rows.append(
            EarlierRow(
                patient=cells.patient,
                sample=cells.sample,
                timepoint=cells.timepoint,
                order=cells.order,
                date=cells.date,
                folder=str(folder.resolve()),
            )
        )
    if not rows:
        raise UserError(
            f"{results}: no finished sample: no folder here has a report.json; give the folder "
            "that `output` of the configuration names"
        )
    return rows


def register(rows: Sequence[EarlierRow], sheet: Path, *, replace: bool) -> int:
    """Put the rows into the sheet; how many are new or changed.

    Raises UserError when a sample is there with another folder and `replace` is not given; the
    sheet is then left as it was.
    """
    with _locked(sheet):
        known = {}
        if sheet.exists():
            known = {row.cells.sample: row.cells for row in read_sheet(sheet, EarlierRow)}
        changed = 0
        for row in rows:
            before = known.get(row.sample)
            if before is not None and before.folder != row.folder and not replace:
                raise UserError(
                    f"{sheet}: sample {row.sample!r} is there from {before.folder}; give it "
                    "another name, or --replace to take the results of this run"
                )
            changed += before != row
            known[row.sample] = row
        write_whole(sheet, _text(list(known.values())))
    return changed


def _text(rows: Sequence[EarlierRow]) -> str:
    lines = ["\t".join(COLUMNS)]
    for row in rows:
        cells = (getattr(row, column) for column in COLUMNS)
        lines.append("\t".join("" if cell is None else str(cell) for cell in cells))
    return "\n".join(lines) + "\n"


@contextmanager
def _locked(sheet: Path) -> Iterator[None]:
    """Nobody else registers while this goes on; the lock is a file beside the sheet."""
    lock = sheet.with_name(f".{sheet.name}.lock")
    try:
        with lock.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
    except OSError as error:
        raise UserError(f"{sheet}: cannot be written: {error.strerror}") from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and register a run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, required=True, help="results of the finished run")
    parser.add_argument("--sheet", type=Path, required=True, help="sheet of earlier runs")
    parser.add_argument("--replace", action="store_true", help="take samples that are there anew")
    options = parser.parse_args(arguments)
    rows = samples_of(options.results)
    changed = register(rows, options.sheet, replace=options.replace)
    logging.info("%s: %d samples, %d new or changed", options.sheet, len(rows), changed)


if __name__ == "__main__":
    run(main)
