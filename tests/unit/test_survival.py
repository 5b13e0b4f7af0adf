"""Survival statistics, against published worked examples."""

import numpy as np
import pytest

from scripts.trial.survival import (
    LogRank,
    Observation,
    at_risk,
    cumulative_incidence,
    kaplan_meier,
    log_rank,
    median_survival,
    proportion,
)

# Weeks of remission in acute leukaemia (Freireich 1963, as given by Gehan, Biometrika 1965,
# 52:203-223): 6-mercaptopurine, a plus is censored, and placebo.
TREATED_TEXT = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO_TEXT = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def observed(text: str) -> list[Observation]:
    return [Observation(float(w.rstrip("+")), int(not w.endswith("+"))) for w in text.split()]


TREATED, PLACEBO = observed(TREATED_TEXT), observed(PLACEBO_TEXT)


def test_kaplan_meier_of_the_published_remissions() -> None:
    steps = kaplan_meier(TREATED)
    assert [round(step.survival, 4) for step in steps] == [
        0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482,
    ]  # fmt: skip
    assert [step.at_risk for step in steps] == [21, 17, 15, 12, 11, 7, 6]
    assert median_survival(steps).time == 23
    assert median_survival(kaplan_meier(PLACEBO)).time == 8
    assert at_risk(TREATED, 10) == 15


def test_greenwood_at_the_first_step_by_hand() -> None:
    first = kaplan_meier(TREATED)[0]
    variance = 3 / (21 * 18)
    half = 1.959964 * variance**0.5 / abs(np.log(18 / 21))
    assert first.low == pytest.approx((18 / 21) ** np.exp(half), rel=1e-6)
    assert first.high == pytest.approx((18 / 21) ** np.exp(-half), rel=1e-6)


def test_log_rank_of_the_published_remissions() -> None:
    test = log_rank([TREATED, PLACEBO])
    assert test.statistic == pytest.approx(16.793, abs=5e-4)
    assert test.degrees == 1
    assert test.p_value == pytest.approx(4.17e-5, rel=1e-3)
    assert log_rank([PLACEBO, TREATED]).statistic == pytest.approx(16.793, abs=5e-4)


def test_groups_that_cannot_be_compared_have_no_statistic() -> None:
    censored = [Observation(3.0, 0), Observation(4.0, 0)]
    for groups in ([], [TREATED], [TREATED, []], [censored, censored]):
        assert log_rank(groups).statistic is None
        assert log_rank(groups).p_value is None
    assert log_rank([[Observation(1.0, 1)], [Observation(1.0, 1)]]) == LogRank(None, 1, None)


def test_clopper_pearson() -> None:
    found = proportion(20, 24)
    assert (round(found.low, 4), round(found.high, 4)) == (0.6262, 0.9526)
    assert (proportion(0, 5).low, proportion(5, 5).high) == (0.0, 1.0)
    assert proportion(0, 5).high == pytest.approx(1 - 0.025**0.2)
    assert proportion(0, 0).value is None


def test_edges_of_a_curve_have_defined_answers() -> None:
    assert kaplan_meier([]) == ()
    assert kaplan_meier([Observation(5.0, 0)]) == ()
    assert median_survival(()).time is None
    (only,) = kaplan_meier([Observation(5.0, 1)])
    assert (only.survival, only.low, only.high) == (0.0, None, None)
    assert median_survival((only,)).time == 5.0


def test_events_come_before_censoring_at_the_same_time() -> None:
    steps = kaplan_meier([Observation(2.0, 1), Observation(2.0, 0)])
    assert (steps[0].at_risk, steps[0].survival) == (2, 0.5)


def test_incidence_by_hand_with_a_competing_event() -> None:
    # Times 1 event, 2 competing, 3 event, 4 censored, 5 event of five patients:
    # 1/5; then S = 4/5, 3/5 before time 3: + 3/5 x 1/3; S = 2/5 before time 5: + 2/5 x 1/1.
    course = [(1, 1), (2, 2), (3, 1), (4, 0), (5, 1)]
    steps = cumulative_incidence([Observation(float(t), c) for t, c in course])
    assert [step.time for step in steps] == [1.0, 3.0, 5.0]
    assert [step.incidence for step in steps] == pytest.approx([0.2, 0.4, 0.8])


def test_without_competing_events_incidence_is_one_minus_survival() -> None:
    survival, incidence = kaplan_meier(TREATED), cumulative_incidence(TREATED)
    for one, other in zip(survival, incidence, strict=True):
        assert other.incidence == pytest.approx(1 - one.survival)
        # The published variance is then Greenwood's, so the intervals mirror each other in size.
        assert other.low < other.incidence < other.high


def test_the_variance_of_incidence_without_competition_is_greenwoods() -> None:
    step = cumulative_incidence(TREATED)[2]
    survival = kaplan_meier(TREATED)[2].survival
    greenwood = sum(d / (n * (n - d)) for n, d in ((21, 3), (17, 1), (15, 1)))
    half = 1.959964 * survival * greenwood**0.5 / abs(step.incidence * np.log(step.incidence))
    assert step.low == pytest.approx(step.incidence ** np.exp(half), rel=1e-5)


@pytest.mark.parametrize("seed", range(100))
def test_any_cohort_has_numbers_within_their_bounds(seed: int) -> None:
    random = np.random.default_rng(seed)
    groups = [
        [
            Observation(float(random.integers(0, 6)), int(random.integers(0, 3)))
            for _ in range(random.integers(0, 9))
        ]
        for _ in range(random.integers(1, 4))
    ]
    for group in groups:
        for step in kaplan_meier(group):
            assert 0 <= (step.low or 0.0) <= step.survival <= (step.high or 1.0) <= 1
        for part in cumulative_incidence(group):
            assert 0 <= part.low <= part.incidence + 1e-12
            assert part.incidence - 1e-12 <= part.high <= 1 + 1e-12
    found = log_rank(groups)
    assert found.p_value is None or 0 <= found.p_value <= 1
