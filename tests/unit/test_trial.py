"""A trial from clinical rows and samples to tables, document and page."""

from __future__ import annotations

import dataclasses
import random
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.records import Status
from scripts.cohort.render import trial_figures
from scripts.cohort.trial_drawing import (
    LANE,
    LEFT,
    change_words,
    curve_plot,
    patient_words,
    swimmers,
    waterfall,
)
from scripts.drug_response.records import Dose, DrugCurve, DrugResponse, Fit, Measure, Reach
from scripts.inputs.clinical import read_clinical
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow, ElnResponse
from scripts.inputs.samples import PATIENT_COHORTS, Cohort
from scripts.records.json_text import json_text
from scripts.report.model import Report
from scripts.report.page import page_environment
from scripts.trial.associations import correlation, two_samples, two_shares
from scripts.trial.build import gather_trial
from scripts.trial.courses import trial_courses
from scripts.trial.endpoints import Events, best_response, event_free, overall, relapse_free
from scripts.trial.molecular import changes_to_day_28, sample_state
from scripts.trial.records import (
    NO_SAMPLE,
    DatedResponse,
    DrugTested,
    Outcome,
    SampleState,
    TrialReport,
    read_trial,
)
from scripts.trial.tables import TrialNumber, TrialRow, TrialStep, trial_numbers, trial_row
from scripts.trial.write import TrialFiles, write_trial
from tests.report_builders import (
    CELLS,
    NO_ITD_ANSWER,
    flt3_result,
    itd_event,
    itd_result,
    known_itd,
    report_of,
    tkd_event,
    tkd_result,
)

LANDMARK = 180
DAY_ONE = date(2005, 1, 1)


def events(
    *responses: tuple[str, int],
    relapses: tuple[int, ...] = (),
    progressions: tuple[int, ...] = (),
    died: bool = False,
    last: int = 400,
) -> Events:
    dated = tuple(DatedResponse(ElnResponse(term), day) for term, day in responses)
    return Events(dated, relapses, progressions, died, last)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        # Remission, then relapse, death, or neither.
        (events(("CR", 28), relapses=(200,)), Outcome(200, True, "relapse")),
        (events(("CRh", 28), relapses=(200, 300), died=True), Outcome(200, True, "relapse")),
        (events(("CRi", 28), died=True), Outcome(400, True, "death")),
        (events(("CR", 28)), Outcome(400, False, "last follow-up")),
        (events(("CR", 28), progressions=(90,)), Outcome(90, True, "progression")),
        # Failure counts at day 1.
        (events(("NR", 28)), Outcome(0, True, "treatment failure")),
        (events(("NR", 28), last=60), Outcome(0, True, "treatment failure")),
        (events(progressions=(40,), last=60), Outcome(0, True, "treatment failure")),
        (events(("PR", 28), last=180), Outcome(0, True, "treatment failure")),
        (events(last=180), Outcome(0, True, "treatment failure")),
        (events(("CR", 181)), Outcome(0, True, "treatment failure")),
        (events(("CR", 90), progressions=(40,)), Outcome(0, True, "treatment failure")),
        # Not known yet, or dead before an answer.
        (events(("PR", 28), last=179), Outcome(179, False, "last follow-up")),
        (events(("MLFS", 28), last=20, died=True), Outcome(20, True, "death")),
        # A remission in time makes up for a bad first answer.
        (events(("NR", 28), ("CR", 180)), Outcome(400, False, "last follow-up")),
    ],
)
def test_event_free_survival_of_worked_patients(course: Events, expected: Outcome) -> None:
    assert event_free(course, LANDMARK) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (events(("CR", 28), relapses=(200,), died=True), Outcome(172, True, "relapse")),
        (events(("PR", 28), ("CRi", 60), died=True), Outcome(340, True, "death")),
        (events(("CRi", 30), ("CR", 60)), Outcome(370, False, "last follow-up")),
        (events(("CR", 200), progressions=(250,)), Outcome(50, True, "progression")),
        (events(("MLFS", 28), died=True), None),
        (events(), None),
    ],
)
def test_relapse_free_survival_starts_from_remission_alone(
    course: Events, expected: Outcome | None
) -> None:
    assert relapse_free(course) == expected


def test_overall_survival_ends_with_death_alone() -> None:
    assert overall(events(("CR", 28), relapses=(90,))) == Outcome(400, False, "last follow-up")
    assert overall(events(died=True, last=3)) == Outcome(3, True, "death")


def test_the_best_response_is_the_best_in_the_order_of_the_terms() -> None:
    terms = [response.value for response in ElnResponse]
    assert terms == ["CR", "CRh", "CRi", "MLFS", "PR", "NR"]
    for better, worse in zip(ElnResponse, list(ElnResponse)[1:], strict=False):
        assert best_response([DatedResponse(worse, 1), DatedResponse(better, 2)]) is better
    assert best_response([]) is None


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
    return gather_trial(rows, reports, {}, minimum, LANDMARK, {})


def sample(folder: Path, name: str, **parts: Any) -> Report:
    patient, timepoint = name.split("_")
    place = folder / name
    place.mkdir()
    cells = dataclasses.replace(
        CELLS, sample=name, patient=patient, timepoint=timepoint, order=None
    )
    return report_of(place, cells=cells, flt3=flt3_result(sample=name, **parts))


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


def state(
    timepoint: str, vaf: float | None, bound: float | None = None, **cells: Any
) -> SampleState:
    numbers: dict[str, Any] = dict.fromkeys(
        ("vaf", "vaf_low", "vaf_high", "ar", "ar_low", "ar_high")
    )
    status = Status.NOT_DETECTED
    if vaf is not None:
        status = Status.DETECTED
        ratio = vaf / (1 - vaf)
        numbers = {"vaf": vaf, "vaf_low": 0.9 * vaf, "vaf_high": 1.1 * vaf,
                   "ar": ratio, "ar_low": 0.8 * ratio, "ar_high": 1.25 * ratio}  # fmt: skip
    return SampleState(
        sample=timepoint, timepoint=timepoint, day=None, itd=status, vaf_bound=bound,
        tkd=Status.NOT_DETECTED, tkd_mutations="", **{"material": "BM", **numbers, **cells},
    )  # fmt: skip


def test_the_change_to_day_28_joins_the_intervals_of_both_samples() -> None:
    ar, _ = changes_to_day_28([state("diagnosis", 0.5), state("day28", 0.2)])
    assert ar.value == pytest.approx(-0.75)
    # log(1.25) on either side of both ratios: sqrt(2) log(1.25).
    assert ar.low == pytest.approx(0.25 / 1.25**2**0.5 - 1)
    assert ar.high == pytest.approx(0.25 * 1.25**2**0.5 - 1)
    assert change_words(ar) == "-75.0% (95% interval -81.8% to -65.7%)"


def test_a_change_that_is_a_bound_or_not_there_says_so() -> None:
    first, day28 = state("diagnosis", 0.5), state("day28", 0.2)
    ar, vaf = changes_to_day_28([first, state("d28", None, bound=0.01)])
    assert vaf.bound
    assert vaf.value == pytest.approx(-0.98)
    assert ar.value == pytest.approx(0.01 / 0.99 - 1)
    assert change_words(vaf) == "-98.0% or less (a bound: not detected on day 28)"
    assumed = dataclasses.replace(
        state("d28", None, bound=0.01), assumption="if every read were a molecule"
    )
    for change in changes_to_day_28([first, assumed]):
        assert change.reason.endswith("not detected on day 28, if every read were a molecule")
    endless = dataclasses.replace(first, ar=float("inf"))
    blind = dataclasses.replace(day28, itd=Status.NOT_ASSESSABLE, vaf=None, ar=None)
    for samples, reason in (
        ([], NO_SAMPLE),
        ([first], "no sample of day 28 after the first one"),
        ([day28, first], "no sample of day 28 after the first one"),
        ([first, blind], "not assessable in one of the two samples"),
        ([state("diagnosis", None, bound=0.01), day28], "no ITD detected in the first sample"),
        ([endless, day28], "no wild type is seen in the first sample"),
        ([first, dataclasses.replace(day28, ar=float("inf"))], "no wild type is seen on day 28"),
        ([first, state("day28", None)], "no limit is known on day 28"),
    ):
        change = changes_to_day_28(samples)[0]
        assert (change.value, change.low, change.reason) == (None, None, reason)


def test_a_change_to_day_28_is_that_of_one_tissue() -> None:
    marrow, blood = state("diagnosis", 0.5), state("diagnosis", 0.2, material="PB")
    day28, blood28 = state("day28", 0.1), state("day28", 0.05, material="PB")
    for samples, expected in (
        ([marrow, blood28, day28], 0.1 / 0.5),
        ([marrow, blood, blood28], 0.05 / 0.2),
        ([marrow, blood, blood28, day28], 0.1 / 0.5),
    ):
        assert changes_to_day_28(samples)[1].value == pytest.approx(expected - 1)
    for alone in (blood28, state("day28", 0.1, material="BM RNA")):
        change = changes_to_day_28([marrow, alone])[0]
        assert change.value is None
        assert change.reason == "no sample of day 28 of the tissue of a first one"


def test_an_itd_of_which_nothing_can_be_said_has_no_bound(tmp_path: Path) -> None:
    gone, hidden = known_itd(), known_itd(status=Status.NOT_ASSESSABLE, length_bp=129)
    bounds = []
    for number, known in enumerate(((gone,), (gone, gone), (gone, hidden))):
        itd = dataclasses.replace(itd_result(), known=known)
        report = sample(tmp_path, f"P1_{number}", itd=itd)
        bounds.append(sample_state(report, None).vaf_bound)
    assert bounds == [gone.vaf_upper, pytest.approx(2 * gone.vaf_upper), None]


def test_samples_of_this_run_stand_beside_patients_without_one(tmp_path: Path) -> None:
    rows = [
        *enrolled("P1"), *enrolled("P2"),
        row("P1", "sampling", "diagnosis", -2), row("P1", "sampling", "day28", 28),
    ]  # fmt: skip
    known = dataclasses.replace(itd_result(), known=(known_itd(),))
    reports = (
        sample(tmp_path, "P1_diagnosis", itd=itd_result(itd_event()), tkd=tkd_result(tkd_event())),
        sample(tmp_path, "P1_day28", itd=known),
        sample(tmp_path, "P3_diagnosis", itd=NO_ITD_ANSWER),
    )
    report = trial(rows, reports)
    first, second = report.patients
    assert [one.day for one in first.samples] == [-2, 28]
    assert first.samples[1].vaf_bound == known_itd().vaf_upper
    assert first.vaf_change.value == pytest.approx(0.0012 / 0.4 - 1)
    assert first.samples[0].tkd_mutations == "p.(Asp835Tyr)"
    assert (second.samples, second.molecular) == ((), NO_SAMPLE)
    assert trial_row(second).molecular == "no sample in this run"
    assert trial_row(second).itd_status is None
    assert "no sample in this run" in patient_words(second)


def test_two_samples_by_hand() -> None:
    one = two_samples("q", [3, 4, 5], [1, 2, 3], ("a", "b"), 5)
    assert one.value == pytest.approx((2.5 + 3 + 3) / 9)
    assert one.low is not None
    assert one.high == 1.0
    assert (one.sizes, one.patients) == ("3 a, 3 b", 6)
    apart = two_samples("q", [4, 5, float("inf")], [1, 2, 3], ("a", "b"), 5)
    assert (apart.value, apart.low) == (1.0, None)
    assert apart.p_value == pytest.approx(0.1)
    assert "do not overlap" in apart.reason
    assert two_samples("q", [1, 1], [1, 1, 1], ("a", "b"), 5).reason == "all values are equal"
    assert two_samples("q", [1], [1, 2, 3, 4], ("a", "b"), 5).reason == (
        "one side has fewer than 2 patients"
    )
    assert two_samples("q", [1, 2], [1, 2], ("a", "b"), 5).reason.startswith("4 patients, fewer")


def test_two_shares_by_hand() -> None:
    one = two_shares("q", [True] * 3 + [False], [False] * 3 + [True], 5)
    assert one.value == 0.5
    assert one.p_value == pytest.approx(34 / 70)
    assert one.low is not None
    assert one.high is not None
    assert -1 <= one.low < 0 < 0.5 < one.high <= 1


def test_rank_correlation_by_hand() -> None:
    one = correlation("q", [(1, 1), (2, 2), (3, 3), (4, 5), (5, 4)], 5)
    assert one.value == pytest.approx(0.9)
    assert one.low is not None
    assert one.high is not None
    assert one.low < 0.9 < one.high < 1
    full = correlation("q", [(n, n * n) for n in range(5)], 5)
    assert (full.value, full.low) == (1, None)
    assert full.reason == "no interval: the ranks agree in full"
    assert correlation("q", [(1, n) for n in range(5)], 5).reason == (
        "all values of one side are equal"
    )
    assert correlation("q", [(1, 1), (2, 2), (3, 3)], 2).reason.startswith("3 patients, fewer")


def test_the_least_of_a_correlation_and_of_a_side() -> None:
    four: list[tuple[float, float]] = [(1, 1), (2, 2), (3, 4), (4, 3)]
    assert correlation("q", four, 2).value == pytest.approx(0.8)
    assert correlation("q", four[:3], 2).value is None
    assert two_samples("q", [1, 2], [2, 3, 4], ("a", "b"), 5).value is not None


def drug_response(patient: str, nanomolar: float, reach: Reach = Reach.MEASURED) -> DrugResponse:
    """One scored curve of sorafenib at diagnosis."""
    one = Measure(1.0, 0.5, 1.5)
    dose = Dose(nanomolar, 0.5 * nanomolar, 2 * nanomolar, reach)
    fit = Fit(dose, dose, one, 0.0, 100.0, one, one, one, one, None, None, ())
    curve = DrugCurve("diagnosis", "BM", "sorafenib", 8, 1.0, 1000.0, 0.8, 5.0, (), fit, "", "")
    unscored = dataclasses.replace(curve, drug="omacetaxine", fit=None, reason="noisy")
    later = dataclasses.replace(curve, timepoint="progression")
    return DrugResponse(1, patient, (later, unscored, curve), (), ())


def test_burden_and_kinase_domain_stand_against_response_and_drug_response(tmp_path: Path) -> None:
    rows, reports, responses = [], [], {}
    for n in range(6):
        name = f"A{n}"
        tkd = tkd_result(tkd_event()) if n < 2 else tkd_result()
        itd = itd_result(itd_event(vaf=0.1 + 0.1 * n)) if n else NO_ITD_ANSWER
        reports.append(sample(tmp_path, f"{name}_diagnosis", itd=itd, tkd=tkd))
        rows += [*enrolled(name), row(name, "response", "CR" if n > 2 else "NR", 28)]
        reach = Reach.ABOVE if n == 5 else Reach.MEASURED
        responses[name] = drug_response(name, 900.0 if n == 5 else 100.0 * n + 1, reach)
    report = gather_trial(rows, reports, responses, 5, LANDMARK, {})
    burden, shares, by_dose, tkd_dose = report.associations
    assert (burden.patients, burden.sizes, burden.value) == (5, "3 with, 2 without", 1.0)
    assert shares.sizes == "0 of 2 with, 3 of 4 without"
    assert shares.value == -0.75
    assert (by_dose.question, by_dose.value) == ("ITD burden and IC50 of sorafenib", 1.0)
    assert (tkd_dose.patients, tkd_dose.value) == (6, 0.0)
    assert report.patients[5].tested == (
        DrugTested("sorafenib", 900.0, 450.0, 1800.0, Reach.ABOVE),
    )  # fmt: skip
    assert trial_row(report.patients[5]).ic50_in_nm == "sorafenib above 900"
    assert trial_row(report.patients[0]).ic50_in_nm == "sorafenib 1"


def test_the_waterfall_falls_and_marks_bounds(tmp_path: Path) -> None:
    rows, reports = [], []
    for name, later in (("A", 0.2), ("B", None), ("C", 0.6)):
        rows += enrolled(name, "relapsed_refractory" if name == "C" else "newly_diagnosed")
        itd = itd_result() if later is None else itd_result(itd_event(vaf=later))
        reports.append(sample(tmp_path, f"{name}_diagnosis", itd=itd_result(itd_event(vaf=0.4))))
        reports.append(sample(tmp_path, f"{name}_day28", itd=itd))
    rows += enrolled("D")
    report = trial(rows, tuple(reports))
    groups = ["newly_diagnosed", "relapsed_refractory"]
    plot = waterfall(report.patients, groups, lambda one: one.vaf_change)
    assert [(bar.name, bar.style, bar.bound) for bar in plot.bars] == [
        ("C", 1, False), ("A", 0, False), ("B", 0, True),
    ]  # fmt: skip
    up, half, down = plot.bars
    # The rise ends at the line of zero, falls start there; -50 % is half of -100 %.
    assert up.y + up.height == pytest.approx(plot.zero, abs=0.1)
    assert half.y == down.y == plot.zero
    assert half.height == pytest.approx((232 - plot.zero) / 2, abs=0.1)
    assert down.height == pytest.approx((232 - plot.zero) * 0.99, abs=0.5)
    assert plot.missing == ("no sample in this run: D",)


def test_the_lane_of_a_patient_holds_treatment_events_and_dated_samples(tmp_path: Path) -> None:
    rows = [
        *enrolled("P1", last=100, died=True),
        row("P1", "sampling", "diagnosis", -10),
        row("P1", "treatment", "OM", 0, schedule="7 days every 28 days"),
        row("P1", "treatment", "before the trial", -300,
            end=(DAY_ONE - timedelta(days=200)).isoformat()),
        row("P1", "transplantation", "before the trial", -200),
        row("P1", "response", "CRh", 28), row("P1", "relapse", "marrow", 90),
        *enrolled("P2", last=60),
    ]  # fmt: skip
    reports = (sample(tmp_path, "P1_diagnosis"), sample(tmp_path, "P1_day28", itd=NO_ITD_ANSWER))
    plot = swimmers(trial(rows, reports), ["newly_diagnosed"])
    dead, alive = plot.lanes
    assert [mark.text for mark in dead.marks] == ["CRh", "R", "D"]
    assert [one.state for one in dead.samples] == ["not_detected"]
    assert dead.samples[0].x == LEFT
    assert [bar.cycle for bar in dead.bars] == [False, True, True, True, True]
    assert (dead.alive, alive.alive) == (False, True)
    assert alive.y - dead.y == LANE
    assert "sample P1_day28 without a date: FLT3-ITD not assessable" in dead.words


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


def section(report: TrialReport) -> str:
    """The section of the page."""
    template = page_environment().get_template("cohort_trial.html.j2")
    return template.render(trial=report, **trial_figures(report))


def files(folder: Path) -> TrialFiles:
    return TrialFiles(*(folder / name for name in ("t.tsv", "n.tsv", "c.tsv", "t.json")))


def test_tables_and_document_are_written_and_read_back(tmp_path: Path) -> None:
    rows = [line for n in range(6) for line in enrolled(f"A{n}", last=10 + n, died=n % 2 == 0)]
    made = files(tmp_path / "cohort")
    report = write_trial(rows, [], [], 5, LANDMARK, made)
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
        write_trial(enrolled("A"), [tmp_path / "none.json"], [], 5, LANDMARK, made)
    assert not (tmp_path / "cohort").exists()


def test_the_page_shows_figures_with_their_definitions_and_no_markup_of_cells() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    rows = []
    for n in range(6):
        name = f"A{n}"
        rows += [*enrolled(name, label=hostile, last=40 + n, died=n % 2 == 0)]
        rows += [row(name, "response", "CR", 28), row(name, "transplantation", hostile, 30)]
        rows += [row(name, "treatment", hostile, 0, dose=hostile, schedule="7 days every 28 days")]
    page = section(trial(rows))
    assert "<img" not in page
    assert "&lt;img src=x" in page
    assert page.count("<svg") == 5
    for one in trial(rows).survival:
        assert one.definition in page.replace("&#39;", "'")
    assert "at risk" in page
    assert "Log-rank test: not computed, one group" in page
    assert 'class="trial-cycle"' in page
    assert "no sample in this run: A0, A1" in page


def test_reports_read_trials_without_scipy() -> None:
    code = "import sys, scripts.cohort.write; sys.exit('scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
