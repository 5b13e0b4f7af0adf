"""Comparisons of a trial, against values that were worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scripts.drug_response.records import Reach
from scripts.trial.associations import correlation, two_samples, two_shares
from scripts.trial.build import TrialRules, gather_trial
from scripts.trial.records import (
    DrugTested,
)
from scripts.trial.tables import trial_row
from tests.drug_builders import drug_response
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.trial_builders import LANDMARK, enrolled, row, sample


def test_two_samples_by_hand() -> None:
    one = two_samples("q", [3, 4, 5], [1, 2, 3], 5)
    assert one.value == pytest.approx((2.5 + 3 + 3) / 9)
    assert one.low is not None
    assert one.high == 1.0
    assert (one.sizes, one.patients) == ("3 with, 3 without", 6)
    apart = two_samples("q", [4, 5, float("inf")], [1, 2, 3], 5)
    assert (apart.value, apart.low) == (1.0, None)
    assert apart.p_value == pytest.approx(0.1)
    assert "do not overlap" in apart.reason
    assert two_samples("q", [1, 1], [1, 1, 1], 5).reason == "all values are equal"
    assert two_samples("q", [1], [1, 2, 3, 4], 5).reason == ("one side has fewer than 2 patients")
    assert two_samples("q", [1, 2], [1, 2], 5).reason.startswith("4 patients, fewer")


def test_two_shares_by_hand() -> None:
    one = two_shares("q", [True] * 3 + [False], [False] * 3 + [True], 5)
    assert one.value == 0.5
    assert one.p_value == pytest.approx(34 / 70)
    # Clopper and Pearson: 3 of 4 are 0.1941 to 0.9937, 1 of 4 are 0.0063 to 0.8059.
    reach = math.hypot(0.75 - 0.1941, 0.8059 - 0.25), math.hypot(0.9937 - 0.75, 0.25 - 0.0063)
    assert (one.low, one.high) == pytest.approx((0.5 - reach[0], 0.5 + reach[1]), abs=2e-4)


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


def test_the_interval_of_a_probability_by_hand() -> None:
    """Hanley and McNeil: 0.9 of 10 and 10 has a standard error of 0.0740."""
    one = two_samples("q", [0, *range(12, 21)], range(1, 11), 5)
    assert one.value == pytest.approx(0.9)
    assert one.low == pytest.approx(0.9 - 1.96 * 0.0740, abs=1e-3)
    assert one.high == 1.0


def test_ranks_of_two_kinds_correlate() -> None:
    pairs = [(0, 1), (0, 2), (1, 3), (1, 4), (1, 5)]
    one = correlation("q", pairs, 5)
    turned = correlation("q", [(second, first) for first, second in pairs], 5)
    assert one.value == turned.value == pytest.approx(math.sqrt(0.75))


def test_the_least_of_a_correlation_and_of_a_side() -> None:
    four: list[tuple[float, float]] = [(1, 1), (2, 2), (3, 4), (4, 3)]
    assert correlation("q", four, 2).value == pytest.approx(0.8)
    assert correlation("q", four[:3], 2).value is None
    assert two_samples("q", [1, 2], [2, 3, 4], 5).value is not None


def test_burden_and_kinase_domain_stand_against_response_and_drug_response(tmp_path: Path) -> None:
    rows, reports, responses = [], [], {}
    for n in range(6):
        name = f"A{n}"
        tkd = tkd_result(tkd_event()) if n < 2 else tkd_result()
        itd = itd_result(itd_event(vaf=0.1 + 0.1 * n)) if n > 1 else itd_result()
        itd = itd if n else NO_ITD_ANSWER
        reports.append(sample(tmp_path, f"{name}_diagnosis", itd=itd, tkd=tkd))
        rows += [*enrolled(name), row(name, "response", "CR" if n > 2 else "NR", 28)]
        reach = Reach.ABOVE if n == 5 else Reach.MEASURED
        responses[name] = drug_response(name, 900.0 if n == 5 else 100.0 * n + 1, reach)
    report = gather_trial(rows, reports, responses, TrialRules(5, LANDMARK), {})
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
