r"""Write the quality of a run: page, document, table and MultiQC section.

python -m scripts.run_quality.write --reports LIST --on-target LIST --limits '{}' \
        --json quality.json --html quality.html --table quality.tsv --section quality_mqc.json
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.inputs.quality_limits import QualityLimits
from scripts.records.failure import FAILED, QUALITY_DOCUMENT, QUALITY_TABLE, SUMMARY
from scripts.records.json_text import json_text
from scripts.report.page import page_environment
from scripts.report.page_parts import finished
from scripts.report.readers import read_report
from scripts.run_quality.drawing import WIDTH, strips
from scripts.run_quality.gather import gather_quality, shown_value
from scripts.run_quality.multiqc import quality_section
from scripts.run_quality.records import RunQuality


@dataclass(frozen=True)
class QualityRow:
    """One row of quality.tsv: one measure of one sample; `flags` are separated by ``;``."""

    sample: str
    patient: str
    run: str
    measure: str
    unit: str
    value: float | None
    median_of_assay: float | None
    flags: str


def quality_rows(quality: RunQuality) -> list[QualityRow]:
    """The measures of all samples, one below the other."""
    return [
        QualityRow(
            sample.sample, sample.patient, sample.run, measure.key, measure.unit, one.value,
            None if one.value is None else measure.usual[sample.assay].median, ";".join(one.flags),
        )
        for sample in quality.samples
        for measure, one in zip(quality.measures, sample.values, strict=True)
    ]  # fmt: skip


def read_on_target(path: Path) -> float | None:
    """The share of reads on target: two numbers, on target and mapped; None without reads.

    Raises UserError when the file holds anything else.
    """
    try:
        on_target, mapped = map(int, path.read_text("utf-8").split())
    except (OSError, ValueError) as error:
        raise UserError(
            f"{path}: expected two numbers of reads, on target and mapped ({error}); make it again"
        ) from error
    return on_target / mapped if mapped else None


LINKS = (
    ("report.html", "Cohort"),
    ("../summary.tsv", "summary.tsv"),
    ("quality.tsv", "quality.tsv"),
    ("quality.json", "quality.json"),
)
"""Addresses of the page and the tables beside this one, with their names."""
PARTIAL_LINKS = tuple(
    (f"../{name}", Path(name).name) for name in (FAILED, SUMMARY, QUALITY_TABLE, QUALITY_DOCUMENT)
)
"""The same of a run that failed."""


def quality_page(quality: RunQuality) -> str:
    """The whole page, without any address of a network."""
    markup = (
        page_environment()
        .get_template("quality.html.j2")
        .render(
            quality=quality,
            links=PARTIAL_LINKS if quality.missing else LINKS,
            strips=strips(quality),
            shown=shown_value,
            width=WIDTH,
        )
    )
    return finished(markup)


def write_quality(quality: RunQuality, document: Path, page: Path, table: Path) -> None:
    """Write document, page and table of the quality of a run."""
    document.write_text(json_text(quality), "utf-8")
    page.write_text(quality_page(quality), "utf-8")
    write_table(table, QualityRow, quality_rows(quality), quality.build or None)


def _listed(path: Path) -> list[Path]:
    """The paths that a file lists, one in a line."""
    return [Path(line) for line in path.read_text("utf-8").splitlines()]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command that the rule `write_run_quality` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("reports", "on-target"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="a list of files")
    parser.add_argument("--limits", required=True, help="as JSON")
    for name in ("json", "html", "table", "section"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="to be written")
    options = parser.parse_args(arguments)
    reports = [read_report(path) for path in _listed(options.reports)]
    shares = [read_on_target(path) for path in _listed(options.on_target)]
    names = [report.sample.sample for report in reports]
    quality = gather_quality(
        reports,
        dict(zip(names, shares, strict=True)),
        QualityLimits.model_validate_json(options.limits),
    )
    outputs = (options.json, options.html, options.table, options.section)
    with all_or_none(*outputs) as (document, page, table, section):
        write_quality(quality, document, page, table)
        text = json.dumps(quality_section(quality), indent=2, allow_nan=False)
        section.write_text(text + "\n", "utf-8")
    for remark in quality.remarks:
        logging.info("%s", remark)


if __name__ == "__main__":
    run(main)
