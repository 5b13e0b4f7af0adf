"""FLT3 in the samples of a trial: states, bounds and the change to day 28."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from flt3itd.records import Status
from scripts.cohort.trial_drawing import (
    change_words,
    patient_words,
)
from scripts.trial.molecular import changes_to_day_28, sample_state
from scripts.trial.records import (
    NO_SAMPLE,
    SampleState,
)
from scripts.trial.tables import trial_row
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    known_itd,
    tkd_event,
    tkd_result,
)
from tests.trial_builders import enrolled, row, sample, trial


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
        tkd=Status.NOT_DETECTED, tkd_mutations="",
        **{"material": "BM", "is_rna": False, **numbers, **cells},
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
