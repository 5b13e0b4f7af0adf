"""Turn the report.json of the cohort into one self-contained page."""

from __future__ import annotations

import argparse
from pathlib import Path

from flt3itd.errors import UserError
from scripts.cohort_drawing import column_groups, pair_words, ratio_plot
from scripts.cohort_model import COHORT_SCHEMA_VERSION, CohortReport
from scripts.command import run, write_whole
from scripts.page import page_environment
from scripts.record_json import record_from
from scripts.report_inputs import read_json


def render_cohort(source: Path, output: Path) -> None:
    """Write the page of the cohort, completely or not at all."""
    write_whole(output, cohort_page(read_cohort(source)))


def read_cohort(path: Path) -> CohortReport:
    """A report that `build_cohort` wrote. Raises UserError for any other file."""
    data = read_json(path)
    if data.get("schema_version") != COHORT_SCHEMA_VERSION:
        raise UserError(
            f"{path}: found schema_version {data.get('schema_version')!r}, expected "
            f"{COHORT_SCHEMA_VERSION}; build the report again"
        )
    try:
        return record_from(CohortReport, data)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(
            f"{path}: is not of this version ({error}); build the report again"
        ) from error


def cohort_page(report: CohortReport) -> str:
    """The whole page: markup, style and drawings, without any address of a network."""
    columns = column_groups(report)
    order = [name for name, _ in columns]
    template = page_environment().get_template("cohort.html.j2")
    return template.render(
        report=report,
        columns=columns,
        patients=sorted(report.patients, key=lambda patient: order.index(patient.group)),
        plot=ratio_plot(report),
        pair_words=pair_words,
    )


def main() -> None:
    """The command that the rule `render_cohort` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    render_cohort(options.report, options.out)


if __name__ == "__main__":
    run(main)
