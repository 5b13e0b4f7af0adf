"""The page and the table of a patient: figure, dates, text of users."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.patient.drawing import HEIGHT, time_line
from scripts.patient.model import (
    FollowUpRow,
)
from scripts.patient.render import patient_page
from scripts.patient.time_axis import in_rows
from tests.flt3_builders import (
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.patient_builders import patient, sample, visible
from tests.report_builders import panel_variant


def test_bound_is_drawn_open_and_the_line_to_it_dashed(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event())),
        sample(tmp_path, "B", "day28"),
    )
    vaf, ratio = time_line(report, report.alterations).charts
    for chart in (vaf, ratio):
        (line,) = chart.lines
        assert [spot.bound for spot in line.spots] == [False, True]
        assert line.segments[0].dashed
        assert 0 <= line.spots[0].y < line.spots[1].y <= HEIGHT
    assert vaf.floor


def test_dates_make_an_axis_of_days(tmp_path: Path) -> None:
    rows = [
        ClinicalRow(
            patient="P1", kind=ClinicalKind.SAMPLING, label="diagnosis", start="2025-03-01"
        ),
        ClinicalRow(patient="P1", kind=ClinicalKind.SAMPLING, label="day28", start="2025-03-29"),
        ClinicalRow(
            patient="P1", kind=ClinicalKind.TREATMENT, label="drug", start="2025-03-03", end="day28"
        ),
    ]
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis"),
        sample(tmp_path, "B", "day28"),
        clinical=rows,
    )
    assert report.axis == "days"
    assert [one.day for one in report.samples] == [0, 28]
    (treatment,) = report.clinical
    assert (treatment.start_at, treatment.end_at) == (2.0, 28.0)


def test_rows_are_one_for_each_alteration_and_sample(tmp_path: Path) -> None:
    endless = itd_event(vaf=0.99, ar=float("inf"), ar_high=float("inf"))
    patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(endless), tkd=tkd_result(tkd_event())),
        sample(tmp_path, "B", "day28"),
    )
    rows = read_table(tmp_path / "P1" / "followup.tsv", FollowUpRow)
    page = (tmp_path / "P1" / "report.html").read_text("utf-8")
    assert {row.build for row in rows} == {"GRCh38"}
    assert "Course over 2 samples, GRCh38:" in page
    assert [(row.kind, row.sample) for row in rows] == [
        ("ITD", "A"), ("ITD", "B"), ("TKD", "A"), ("TKD", "B"),
    ]  # fmt: skip


def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)">\'{{ 7 * 7 }}'
    event = itd_event(hgvs_c=hostile, hgvs_p=hostile)
    row = ClinicalRow(patient="P1", kind=ClinicalKind.TREATMENT, label=hostile, start="diagnosis")
    report = patient(
        tmp_path,
        sample(
            tmp_path, "A", "diagnosis", hostile, itd=itd_result(event),
            variants=(panel_variant(gene=hostile),), warnings=(hostile,),
        ),
        clinical=[row],
    )  # fmt: skip
    report = dataclasses.replace(report, patient=hostile)
    html = patient_page(report)
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert "49" not in visible(html).split()


def test_report_of_another_patient_is_refused_and_nothing_written(tmp_path: Path) -> None:
    report = sample(tmp_path, "A", "diagnosis")
    other = dataclasses.replace(
        report, sample=dataclasses.replace(report.sample, patient="P2", sample="B")
    )
    with pytest.raises(UserError, match="found patient 'P2', expected 'P1'"):
        patient(tmp_path, report, other)
    assert not (tmp_path / "P1").exists()


def test_labels_that_would_overlap_stand_in_rows() -> None:
    placed = in_rows([(300.0, "last"), (100.0, "diagnosis, day 0"), (150.0, "day28, day 29")])
    assert [(one.label, one.row) for one in placed] == [
        ("diagnosis, day 0", 0), ("day28, day 29", 1), ("last", 0),
    ]  # fmt: skip
    # Letters are 7 wide: "ab" ends at 107, and a letter lies between it and the next.
    assert [one.row for one in in_rows([(100.0, "ab"), (121.0, "cd")])] == [0, 0]
    assert [one.row for one in in_rows([(100.0, "ab"), (120.9, "cd")])] == [0, 1]


def test_events_of_a_trial_are_named_beside_the_figure(tmp_path: Path) -> None:
    rows = [
        ClinicalRow(patient="P1", kind=ClinicalKind(kind), label=label, start=start, dose=dose)
        for kind, label, start, dose in (
            ("sampling", "diagnosis", "2025-03-01", ""),
            ("enrolment", "a trial", "2025-03-02", ""),
            ("treatment", "drug", "2025-03-02", "5 mg"),
            ("death", "infection", "2025-05-01", ""),
            ("last_follow_up", "seen", "2025-04-01", ""),
        )
    ]
    made = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()))
    report = patient(tmp_path, made, clinical=rows)
    line = time_line(report, report.alterations)
    assert [one.label for one in line.responses] == ["death: infection"]
    assert [bar.label for bar in line.bars] == ["drug 5 mg"]
    assert "Clinical events of: a trial." in patient_page(report)
