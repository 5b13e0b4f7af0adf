"""Turn the report.json of the cohort into one self-contained page."""

from __future__ import annotations

from pathlib import Path

from scripts.cohort.drawing import column_groups, pair_words, ratio_plot
from scripts.cohort.model import COHORT_SCHEMA_VERSION, CohortReport
from scripts.records.files import read_built
from scripts.report.page import page_environment


def read_cohort(path: Path) -> CohortReport:
    """A report that `write_cohort` wrote. Raises UserError for any other file."""
    return read_built(path, CohortReport, COHORT_SCHEMA_VERSION, "write_cohort")


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
