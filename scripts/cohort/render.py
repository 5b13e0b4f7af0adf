"""Turn the report.json of the cohort into one self-contained page."""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.cohort.drawing import column_groups, pair_words, ratio_plot
from scripts.cohort.model import COHORT_SCHEMA_VERSION, CohortReport
from scripts.command import run, write_whole
from scripts.records.files import read_built
from scripts.report.page import page_environment


def render_cohort(source: Path, output: Path) -> None:
    """Write the page of the cohort, completely or not at all."""
    write_whole(output, cohort_page(read_cohort(source)))


def read_cohort(path: Path) -> CohortReport:
    """A report that `build_cohort` wrote. Raises UserError for any other file."""
    return read_built(path, CohortReport, COHORT_SCHEMA_VERSION)


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
