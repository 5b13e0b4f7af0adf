"""What is said over all samples of a run that failed."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from scripts.cohort import partial
from scripts.inputs.quality_limits import QualityLimits
from scripts.patient.build import Known, gather_patient
from scripts.patient.write import write_patient
from scripts.records.failure import (
    DOCUMENT,
    PAGE,
    QUALITY_DOCUMENT,
    QUALITY_PAGE,
    QUALITY_TABLE,
    SUMMARY,
    TABLE,
    Failure,
)
from scripts.records.json_text import json_text
from scripts.records.report_state import ReportState
from scripts.run_quality.records import read_quality
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    CELLS,
    report_of,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
PATIENTS = {"A_1": "A", "A_2": "A", "B_1": "B", "C_1": "C"}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """The folder of a run in which B_1 has its reports and A_1 only that of the sample."""
    place = tmp_path / "results"
    for name in ("A_1", "B_1"):
        work = tmp_path / name
        work.mkdir()
        cells = dataclasses.replace(CELLS, sample=name, patient=PATIENTS[name])
        report = report_of(work, cells=cells, flt3=flt3_result(sample=name))
        (place / name).mkdir(parents=True)
        (place / name / "report.json").write_text(json_text(report), "utf-8")
    course = place / "patients/B"
    course.mkdir(parents=True)
    write_patient(gather_patient("B", {"B_1": 0}, Known([place / "B_1/report.json"])), course)
    return place


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_samples_without_a_report_stand_with_their_reason(output: Path) -> None:
    failed = [Failure("A_2", "A", "trim_reads", "<b> & cut short", "/x.log")]
    assert partial.write_partial(output, PATIENTS, failed, QualityLimits()) == (
        SUMMARY, QUALITY_PAGE, PAGE
    )  # fmt: skip
    rows = {row["sample"]: row for row in table(output / SUMMARY)}
    assert list(rows) == list(PATIENTS)
    assert [name for name, row in rows.items() if row["itd_status"]] == ["A_1", "B_1"]
    assert rows["A_2"]["missing_because"] == "trim_reads: <b> & cut short"
    assert rows["C_1"]["missing_because"] == partial.NOT_REACHED
    assert rows["C_1"]["panel_status"] == ""
    assert [row["sample"] for row in table(output / TABLE)] == ["B_1"]
    page = (output / PAGE).read_text("utf-8")
    assert "trim_reads: &lt;b&gt; &amp; cut short" in page
    assert "the course of patient A</strong>: a sample of this patient is missing" in page
    schema = json.loads((DOCS / "cohort.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads((output / DOCUMENT).read_text()))


def test_what_fails_for_all_is_the_reason_of_each(output: Path) -> None:
    failed = [Failure("", "", "preflight", "no genome", "/x.log")]
    partial.write_partial(output, PATIENTS, failed, QualityLimits())
    rows = table(output / SUMMARY)
    assert [row["missing_because"] for row in rows if not row["itd_status"]] == [
        "preflight: no genome", "preflight: no genome"
    ]  # fmt: skip


def test_the_quality_of_those_with_a_report_names_the_others(output: Path) -> None:
    counts = output / "work/B_1/on_target.txt"
    counts.parent.mkdir(parents=True)
    counts.write_text("75 100\n")
    failed = [Failure("A_2", "A", "trim_reads", "<b> & cut short", "/x.log")]
    partial.write_partial(output, PATIENTS, failed, QualityLimits(minimum_on_target=0.8))
    quality = read_quality(output / QUALITY_DOCUMENT)
    assert [one.sample for one in quality.samples] == ["A_1", "B_1"]
    assert [one.sample for one in quality.missing] == ["A_2", "C_1"]
    assert quality.state == ReportState.DRAFT
    shares = {
        row["sample"]: (row["value"], row["flags"])
        for row in table(output / QUALITY_TABLE)
        if row["measure"] == "on_target"
    }
    assert shares == {"A_1": ("", ""), "B_1": ("0.75", "limit")}
    page = (output / QUALITY_PAGE).read_text("utf-8")
    assert "sample A_2</strong> of patient A: trim_reads: &lt;b&gt; &amp; cut short" in page
    assert 'href="../failed.tsv"' in page
    assert 'href="report.html"' not in page


def test_without_any_course_there_is_no_cohort(output: Path) -> None:
    (output / "patients/B/report.json").unlink()
    assert partial.write_partial(output, PATIENTS, [], QualityLimits()) == (SUMMARY, QUALITY_PAGE)
    assert not (output / PAGE).exists()


def test_without_any_report_nothing_is_written(tmp_path: Path) -> None:
    assert partial.write_partial(tmp_path, PATIENTS, [], QualityLimits()) == ()
    assert list(tmp_path.iterdir()) == []
