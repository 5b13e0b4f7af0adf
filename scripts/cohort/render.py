"""Turn the report.json of the cohort into one self-contained page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flt3itd.common.plurals import counted
from scripts.cohort.drawing import column_groups, oncoprint_rows, pair_words, ratio_plot
from scripts.cohort.group_tests import FEWEST_PATIENTS
from scripts.cohort.model import COHORT_SCHEMA_VERSION, CohortReport
from scripts.cohort.trial_drawing import curve_plot, swimmers, waterfall
from scripts.inputs.samples import PATIENT_COHORTS, Cohort
from scripts.records.failure import DOCUMENT, FAILED, SUMMARY, TABLE
from scripts.records.files import read_built
from scripts.report.page import page_environment
from scripts.report.page_parts import finished
from scripts.trial.records import TrialReport


def read_cohort(path: Path) -> CohortReport:
    """A report that `write_cohort` wrote. Raises UserError for any other file."""
    return read_built(path, CohortReport, COHORT_SCHEMA_VERSION, "write_cohort")


def cohort_page(report: CohortReport, trial: TrialReport | None = None) -> str:
    """The whole page: markup, style and drawings, without any address of a network.

    `trial` is shown where patients are enrolled in one.
    """
    columns = column_groups(report)
    order = [name for name, _ in columns]
    template = page_environment().get_template("cohort.html.j2")
    markup = template.render(
        report=report,
        tests=report.gene_tests,
        both={*PATIENT_COHORTS} <= {group.name for group in report.groups},
        people=people_of(report),
        tested=any(not one.reason for one in report.gene_tests),
        fewest=FEWEST_PATIENTS,
        links=links_of(report),
        columns=columns,
        rows=oncoprint_rows(report),
        patients=sorted(report.patients, key=lambda patient: order.index(patient.group)),
        plot=ratio_plot(report),
        pair_words=pair_words,
        trial=trial,
        **(trial_figures(trial) if trial else {}),
    )
    return finished(markup)


def people_of(report: CohortReport) -> str:
    """How many patients there are, and how many controls."""
    controls = sum(one.group == Cohort.CONTROL for one in report.patients)
    told = counted(len(report.patients) - controls, "patient")
    return f"{told}, {counted(controls, 'control')}" if controls else told


def links_of(report: CohortReport) -> list[tuple[str, str]]:
    """Addresses, from the page of a cohort, of the tables beside it, with their names."""
    files = ["../summary.tsv", "cohort.tsv", "genes.tsv", "ratios.tsv", "report.json"]
    if report.missing:
        files = [f"../{SUMMARY}", f"../{FAILED}", *(f"../{name}" for name in (TABLE, DOCUMENT))]
    return [(path, path.rpartition("/")[2]) for path in files]


def trial_figures(trial: TrialReport) -> dict[str, Any]:
    """The drawings of the section of the trial, by their names in its template."""
    groups = [rate.group for rate in trial.rates]
    return {
        "trial_curves": [
            (one, curve_plot(one.curves, one.marks, groups, falling=True)) for one in trial.survival
        ],
        "relapse_plot": curve_plot(
            trial.relapse.curves, trial.relapse.marks, groups, falling=False
        ),
        "ar_fall": waterfall(trial.patients, groups, lambda one: one.ar_change),
        "vaf_fall": waterfall(trial.patients, groups, lambda one: one.vaf_change),
        "lanes": swimmers(trial, groups),
    }
