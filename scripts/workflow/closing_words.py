"""What `make run` ends with: where the reports are, and in three lines what was found."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from flt3itd.common.errors import UserError
from flt3itd.records import Status
from scripts.command import run
from scripts.inputs.settings import read_settings

CONFIG = "config/config.yaml"


def closing_words(output: str, rows: Sequence[Mapping[str, str]]) -> list[str]:
    """The lines for a summary table (its rows as strings by column)."""
    detected = [row for row in rows if row["itd_status"] == Status.DETECTED]
    itds = ", ".join(
        f"{row['sample']} ({row['itd_lengths_bp'].replace('; ', ' + ')} bp, "
        f"AR {_ratio(row['itd_total_ar'])})"
        for row in detected
    )
    return [
        f"reports: {output}/<sample>/report.html, {output}/patients/<patient>/report.html, "
        f"{output}/cohort/report.html; table over all samples: {output}/summary.tsv",
        f"FLT3-ITD {_count(rows, 'itd_status')}{': ' + itds if itds else ''}",
        _line("FLT3-TKD (VAF)", rows, "tkd_status", "tkd_mutations"),
        _line("panel variants (VAF)", rows, "panel_status", "panel_variants"),
    ]


def _count(rows: Sequence[Mapping[str, str]], column: str) -> str:
    """How many samples have which answer; not assessable is never hidden in the rest."""
    detected = sum(row[column] == Status.DETECTED for row in rows)
    unknown = sum(row[column] == Status.NOT_ASSESSABLE for row in rows)
    text = f"detected in {detected} of {len(rows)} samples"
    return f"{text}, {unknown} not assessable" if unknown else text


def _line(title: str, rows: Sequence[Mapping[str, str]], status: str, column: str) -> str:
    found = [f"{row['sample']} ({row[column]})" for row in rows if row[status] == Status.DETECTED]
    return f"{title} {_count(rows, status)}{': ' if found else ''}{', '.join(found)}"


def _ratio(text: str) -> str:
    """An empty ratio of a detected ITD has no wild type below the line."""
    return f"{float(text):.3g}" if text not in ("", "inf") else "infinite"


def main() -> None:
    """Print the closing words of a run with the default configuration."""
    config = yaml.safe_load(Path(CONFIG).read_text("utf-8"))
    output = read_settings(config, CONFIG).output
    table = Path(output) / "summary.tsv"
    try:
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
    except OSError as error:
        raise UserError(f"{table}: cannot be read: {error.strerror}; run `make run`") from error
    sys.stdout.write("".join(f"{line}\n" for line in closing_words(output, rows)))


if __name__ == "__main__":
    run(main)
