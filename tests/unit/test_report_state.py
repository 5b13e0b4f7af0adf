"""Draft or final on the pages over samples: what all reports of the run say."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest

from scripts.cohort.build import gather_cohort
from scripts.cohort.render import cohort_page
from scripts.inputs.quality_limits import QualityLimits
from scripts.patient.build import Known, gather_patient
from scripts.patient.render import patient_page
from scripts.records.failure import Failure
from scripts.records.json_text import json_text
from scripts.records.report_state import ReportState
from scripts.report.model import Report, joint_state
from scripts.run_quality.gather import gather_quality
from scripts.run_quality.write import quality_page
from tests.patient_builders import sample

DRAFT, FINAL = ReportState


def in_state(report: Report, state: ReportState) -> Report:
    return dataclasses.replace(report, state=state)


@pytest.mark.parametrize("states", [*itertools.product(ReportState, repeat=2)])
def test_pages_over_samples_are_final_where_all_reports_are(
    tmp_path: Path, states: tuple[ReportState, ...]
) -> None:
    expected = FINAL if states == (FINAL, FINAL) else DRAFT
    names = ("S1", "S2")
    reports = [
        in_state(sample(tmp_path, name, timepoint), state)
        for name, timepoint, state in zip(names, ("diagnosis", "day28"), states, strict=True)
    ]
    paths = [tmp_path / f"{name}.json" for name in names]
    for path, report in zip(paths, reports, strict=True):
        path.write_text(json_text(report), "utf-8")
    course = gather_patient("P1", {"S1": 0, "S2": 1}, Known(paths))
    cohort = gather_cohort(dict(zip(names, reports, strict=True)), [course], {})
    quality = gather_quality(reports, {}, QualityLimits())
    for page in (patient_page(course), cohort_page(cohort), quality_page(quality)):
        assert f": <strong>{expected}</strong>" in page.partition("</header>")[0]
        assert f'@top-right {{ content: "{expected} report, research use only"' in page


def test_samples_of_earlier_runs_say_nothing_of_this_one(tmp_path: Path) -> None:
    paths = []
    for name, timepoint, state in (("S1", "diagnosis", DRAFT), ("S2", "day28", FINAL)):
        paths.append(tmp_path / f"{name}.json")
        report = in_state(sample(tmp_path, name, timepoint), state)
        paths[-1].write_text(json_text(report), "utf-8")
    course = gather_patient("P1", {"S1": 0, "S2": 1}, Known(paths[1:], earlier=paths[:1]))
    assert course.state is FINAL


def test_a_cohort_that_is_not_whole_is_a_draft(tmp_path: Path) -> None:
    report = in_state(sample(tmp_path, "S1", "diagnosis"), FINAL)
    path = tmp_path / "S1.json"
    path.write_text(json_text(report), "utf-8")
    course = gather_patient("P1", {"S1": 0}, Known([path]))
    lost = Failure("S2", "P2", "align_lane", "out of memory", "align.log")
    assert gather_cohort({"S1": report}, [course], {}).state is FINAL
    assert gather_cohort({"S1": report}, [course], {}, [lost]).state is DRAFT


def test_no_report_is_no_final_page() -> None:
    assert joint_state([]) is DRAFT
