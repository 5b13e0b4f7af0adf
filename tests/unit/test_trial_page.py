"""The figures of a trial and its section of the page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from scripts.cohort.trial_drawing import (
    LANE,
    LEFT,
    swimmers,
    waterfall,
)
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
)
from tests.trial_builders import DAY_ONE, enrolled, row, sample, section, trial


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


@pytest.mark.parametrize("arm", ["trial", "arm B"])
def test_several_trials_are_counted_together_and_that_is_said(arm: str) -> None:
    page = section(trial([*enrolled("A"), *enrolled("B", label=arm)]))
    said = "All numbers are of these 2 trials or arms together." in page
    assert said is (arm == "arm B")
