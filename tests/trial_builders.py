"""Enrolled patients, rows of clinical.tsv and samples of a trial."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scripts.cohort.render import trial_figures
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.inputs.samples import Cohort
from scripts.report.model import Report
from scripts.report.page import page_environment
from scripts.trial.build import TrialRules, gather_trial
from scripts.trial.records import (
    TrialReport,
)
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    CELLS,
    report_of,
)

LANDMARK = 180


DAY_ONE = date(2005, 1, 1)


def row(patient: str, kind: str, label: str, day: int, **cells: Any) -> ClinicalRow:
    start = (DAY_ONE + timedelta(days=day)).isoformat()
    return ClinicalRow(patient=patient, kind=ClinicalKind(kind), label=label, start=start, **cells)


def enrolled(
    patient: str, cohort: str = "newly_diagnosed", label: str = "trial", *, last: int = 400,
    died: bool = False,
) -> list[ClinicalRow]:  # fmt: skip
    end = row(patient, "death", "infection", last)
    if not died:
        end = row(patient, "last_follow_up", "alive", last)
    return [row(patient, "enrolment", label, 0, cohort=Cohort(cohort)), end]


def trial(
    rows: list[ClinicalRow], reports: tuple[Report, ...] = (), minimum: int = 5
) -> TrialReport:
    return gather_trial(rows, reports, {}, TrialRules(minimum, LANDMARK), {})


def sample(folder: Path, name: str, **parts: Any) -> Report:
    patient, timepoint = name.split("_")
    place = folder / name
    place.mkdir()
    cells = dataclasses.replace(
        CELLS, sample=name, patient=patient, timepoint=timepoint, order=None
    )
    return report_of(place, cells=cells, flt3=flt3_result(sample=name, **parts))


def section(report: TrialReport) -> str:
    """The section of the page."""
    template = page_environment().get_template("cohort_trial.html.j2")
    return template.render(trial=report, **trial_figures(report))
