"""A trial from clinical rows and samples to tables, document and page."""

from __future__ import annotations

import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from scripts.cohort.trial_drawing import (
    curve_plot,
)
from scripts.inputs.clinical import read_clinical
from scripts.inputs.clinical_rows import ClinicalRow, ElnResponse
from scripts.inputs.samples import PATIENT_COHORTS
from scripts.records.json_text import json_text
from scripts.trial.build import TrialRules
from scripts.trial.courses import trial_courses
from scripts.trial.records import (
    read_trial,
)
from scripts.trial.tables import TrialNumber, TrialRow, TrialStep, trial_numbers
from scripts.trial.write import TrialFiles, write_trial
from tests.trial_builders import DAY_ONE, LANDMARK, enrolled, row, section, trial


def test_patients_without_an_enrolment_are_named() -> None:
    rows = [*enrolled("A"), row("B", "death", "x", 3), row("B", "treatment", "x", 3)]
    report = trial(rows)
    assert [one.patient for one in report.patients] == ["A"]
    assert report.not_enrolled == ("B",)
    assert next(iter(trial_numbers(report))).reason.endswith("without an enrolment: B")
    assert "so in no number here: B." in section(report)
    assert "so in no number here" not in section(trial(enrolled("A")))


def test_cycles_are_days_of_treatment_until_the_end() -> None:
    rows = [
        *enrolled("A", last=60),
        row("A", "treatment", "OM", 0, dose="1.5 mg/m2", schedule="7 days every 28 days"),
        row("A", "treatment", "x", 0, end=(DAY_ONE + timedelta(days=29)).isoformat(),
            schedule="7 days every 28 days"),
        row("A", "treatment", "sorafenib", 1, dose="400 mg", schedule="twice daily"),
    ]  # fmt: skip
    (course,) = trial_courses(rows)
    open_end, closed, daily = course.treatments
    assert open_end.cycles == ((0, 6), (28, 34), (56, 60))
    assert open_end.label == "OM 1.5 mg/m2 7 days every 28 days"
    assert closed.cycles == ((0, 6), (28, 29))
    assert (daily.cycles, daily.start, daily.end) == ((), 1, None)


def test_nothing_is_computed_below_the_minimum_and_that_is_said() -> None:
    rows = [
        line for n in range(4) for line in [*enrolled(f"N{n}"), row(f"N{n}", "response", "CR", 28)]
    ]
    rows += [line for n in range(5) for line in enrolled(f"R{n}", "relapsed_refractory")]
    report = trial(rows)
    few, enough = report.rates
    assert (few.value, few.successes, few.reason) == (
        None, 4, "4 patients, fewer than the minimum of 5",
    )  # fmt: skip
    assert (enough.value, enough.assessed, enough.reason) == (0.0, 0, "")
    assert round(enough.high or 0, 4) == 0.5218
    for one in report.survival:
        assert one.curves[0].reason.startswith("4 patients, fewer")
        assert not one.curves[0].points
        assert one.log_rank.reason == "a group has fewer than 5 patients"
    assert report.survival[2].curves[1].reason == "0 patients, fewer than the minimum of 5"
    assert trial(rows, minimum=4).rates[0].value == 1.0
    assert all(one.value is None and one.reason for one in report.associations)


def test_curves_of_a_group_with_ties_and_of_one_without_events() -> None:
    rows = []
    for n, (last, died) in enumerate(
        [(10, True), (10, True), (10, False), (20, True), (30, False)]
    ):
        rows += enrolled(f"N{n}", last=last, died=died)
        rows += enrolled(f"R{n}", "relapsed_refractory", last=50)
    report = trial(rows)
    survival = report.survival[0]
    first, second = survival.curves
    assert [(one.day, one.at_risk, one.events) for one in first.points] == [(10, 5, 2), (20, 2, 1)]
    assert [one.estimate for one in first.points] == pytest.approx([0.6, 0.3])
    assert (first.median, first.censored) == (20, (10, 30))
    assert (second.events, second.points, second.median_reason) == (0, (), "not reached")
    assert survival.marks[0] == 0
    assert survival.marks[-1] >= 50
    assert first.at_risk[0] == 5
    # By hand: expected in the first group 2 x 5/10 + 1 x 2/7 of 3 events.
    assert survival.log_rank.statistic == pytest.approx(
        (3 - 1 - 2 / 7) ** 2 / (2 * 8 / 9 * 0.25 + 2 / 7 * 5 / 7), rel=1e-9
    )
    with_events = curve_plot(survival.curves, survival.marks, [c.group for c in survival.curves],
                             falling=True)  # fmt: skip
    assert with_events.lines[0].line.startswith("190.0,12.0")
    assert not with_events.lines[1].band


def test_events_of_a_group_that_is_too_small_are_counted() -> None:
    rows = [*enrolled("A", died=True), row("A", "response", "CR", 20), row("A", "relapse", "x", 30)]
    report = trial(rows, minimum=2)
    assert [one.curves[0].events for one in report.survival] == [1, 1, 1]
    assert report.relapse.curves[0].events == 1
    assert not report.relapse.curves[0].points


def test_relapse_competes_with_death_in_remission() -> None:
    rows = []
    for n in range(4):
        rows += [*enrolled(f"A{n}", last=100 + n, died=True), row(f"A{n}", "response", "CR", 20)]
    rows += [row("A0", "relapse", "marrow", 40), row("A1", "relapse", "marrow", 60)]
    (curve,) = trial(rows, minimum=2).relapse.curves
    assert [(one.day, one.estimate) for one in curve.points] == [(20, 0.25), (40, 0.5)]
    assert curve.events == 2


def random_rows(draw: random.Random) -> list[ClinicalRow]:
    """Enrolled patients whose dates agree, of any number, with every kind of end."""
    rows = []
    for n in range(draw.choice([1, 2, 4, 5, 6, 12, 25])):
        name, last = f"P{n}", draw.choice([0, 1, 28, 179, 180, 181, 400, 5000])
        rows += enrolled(name, draw.choice(PATIENT_COHORTS), last=last, died=draw.random() < 0.5)
        days = sorted(draw.sample(range(last + 1), min(last + 1, draw.randrange(4))))
        rows += [row(name, "response", draw.choice(list(ElnResponse)), day) for day in days]
        remissions = [
            (date.fromisoformat(one.start) - DAY_ONE).days
            for one in rows
            if one.patient == name and one.label in ("CR", "CRh", "CRi")
        ]
        if remissions and min(remissions) < last and draw.random() < 0.5:
            rows.append(row(name, "relapse", "x", draw.randint(min(remissions) + 1, last)))
        if draw.random() < 0.2:
            rows.append(row(name, "progression", "x", draw.randint(0, last)))
        if draw.random() < 0.5:
            cycles = draw.choice(["", "7 days every 28 days", "daily"])
            rows.append(row(name, "treatment", "x", draw.randint(-99, 0), schedule=cycles))
    return rows


@pytest.mark.parametrize("seed", range(10))
def test_of_random_cohorts_every_number_has_an_interval_or_a_reason(
    seed: int, tmp_path: Path
) -> None:
    draw = random.Random(seed)
    for _ in range(30):
        rows = random_rows(draw)
        sheet = tmp_path / "clinical.tsv"
        columns = list(ClinicalRow.model_fields)
        lines = ["\t".join(columns)] + [
            "\t".join(str(getattr(one, column) or "") for column in columns) for one in rows
        ]
        sheet.write_text("\n".join(lines) + "\n", "utf-8")
        report = trial(list(read_clinical(str(sheet), {})), minimum=draw.choice([2, 5]))
        json_text(report)
        for number in trial_numbers(report):
            whole = None not in (number.value, number.low, number.high)
            assert whole or number.reason, number
            if number.low is not None and number.high is not None and number.value is not None:
                assert number.low <= number.value <= number.high
        for survival in report.survival:
            for curve in survival.curves:
                assert bool(curve.reason) == (curve.patients < report.minimum_patients)
                estimates = [point.estimate for point in curve.points]
                assert estimates == sorted(estimates, reverse=True)
        assert section(report).count("<svg") == section(report).count("<desc")


def files(folder: Path) -> TrialFiles:
    return TrialFiles(*(folder / name for name in ("t.tsv", "n.tsv", "c.tsv", "t.json")))


def test_tables_and_document_are_written_and_read_back(tmp_path: Path) -> None:
    rows = [line for n in range(6) for line in enrolled(f"A{n}", last=10 + n, died=n % 2 == 0)]
    made = files(tmp_path / "cohort")
    report = write_trial(rows, [], [], TrialRules(5, LANDMARK), made)
    assert read_trial(made.json) == report
    assert [one.patient for one in read_table(made.table, TrialRow)] == [f"A{n}" for n in range(6)]
    measures = [one.measure for one in read_table(made.numbers, TrialNumber)]
    assert "overall_survival_median_days" in measures
    assert {one.measure for one in read_table(made.curves, TrialStep)} == {
        "overall_survival", "event_free_survival",
    }  # fmt: skip


def test_a_missing_report_leaves_nothing_behind(tmp_path: Path) -> None:
    made = files(tmp_path / "cohort")
    with pytest.raises(UserError, match="cannot be read"):
        write_trial(enrolled("A"), [tmp_path / "none.json"], [], TrialRules(5, LANDMARK), made)
    assert not (tmp_path / "cohort").exists()


def test_reports_read_trials_without_scipy() -> None:
    code = "import sys, scripts.cohort.write; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
