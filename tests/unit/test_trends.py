"""How far an alteration fell or rose: what is left, beyond which intervals, and in which words."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scripts.patient.model import Direction, Point, Trend
from scripts.patient.trends import trends, with_changes
from scripts.patient.words import (
    course_of,
    course_sentence,
    log_text,
    states_by_rank,
)
from scripts.records.number_words import percent_of_first
from tests.course_builders import (
    NOT_ASSESSABLE,
    POINT,
    SEEN_BUT_HELD_BACK,
    UNSEEN,
    at,
    below,
    followed,
    words_of,
)
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
)
from tests.patient_builders import only, patient, sample


def test_what_is_left_is_counted_from_the_first_detection(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis"),
        sample(tmp_path, "B", "day28", itd=itd_result(itd_event(vaf=0.2))),
        sample(tmp_path, "C", "day56", itd=NO_ITD_ANSWER),
        sample(tmp_path, "D", "relapse", itd=itd_result(itd_event(vaf=0.5))),
    )
    alteration = only(report)
    assert [one.left for one in alteration.points] == [None, 1.0, None, 2.5]
    bounds = [one.left_bound for one in alteration.points]
    assert bounds[:3] == [None, None, None]
    assert bounds[3] == pytest.approx(0.55 / 0.2)
    assert "250%" not in alteration.words
    assert "2.5 times of the first VAF" in alteration.words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.5, "50.0%"),
        (1.0, "100%"),
        (1.04, "104%"),
        (1.99, "199%"),
        (2.0, "2 times"),
        (150, "150 times"),
    ],
)
def test_from_twice_the_first_vaf_on_it_is_a_multiple(share: float, words: str) -> None:
    assert percent_of_first(share) == words


def test_what_is_left_rests_on_detections_alone() -> None:
    """What a filter holds back is neither the first VAF nor a share of it; its bound is."""
    before, first, after = with_changes(
        followed("BM", "BM", "BM"), [SEEN_BUT_HELD_BACK, POINT, SEEN_BUT_HELD_BACK]
    )
    assert (before.left, before.left_bound) == (None, None)
    assert (first.left, first.left_bound, first.log10_change) == (1.0, None, 0.0)
    assert after.left is None
    assert after.left_bound == pytest.approx(0.01 / 0.2)
    assert after.log10_change_bound == pytest.approx(math.log10(0.05))
    unseen = (UNSEEN, SEEN_BUT_HELD_BACK)
    assert with_changes(followed("BM", "BM"), unseen) == unseen


@pytest.mark.parametrize(("bound", "left"), [(0.1, 0.5), (math.inf, None), (None, None)])
def test_a_bound_that_says_nothing_leaves_nothing_to_say(
    bound: float | None, left: float | None
) -> None:
    later = with_changes(followed("BM", "BM"), [POINT, below(bound)])[1]
    assert later.left_bound == left


def trend_of(*points: Point) -> Trend:
    samples = followed(*["BM"] * len(points))
    (found,) = trends(samples, with_changes(samples, points))
    return found


@pytest.mark.parametrize(
    ("points", "direction"),
    [
        ([at(0.4), at(0.014)], Direction.FELL),
        ([at(0.4), at(0.33)], Direction.STEADY),  # 0.36 is below 0.363
        ([at(0.4), at(0.327)], Direction.FELL),  # 0.36 is above 0.3597
        ([at(0.2), at(0.5)], Direction.ROSE),
        ([at(0.4), at(0.014), at(0.35)], Direction.FELL_AND_ROSE),
        ([at(0.4), at(0.014), at(0.015)], Direction.FELL),
        ([at(0.4), below(0.001), at(0.1)], Direction.FELL_AND_ROSE),
        ([at(0.4), at(0.014), below(0.001)], Direction.FELL),
        ([at(0.01), below(0.05)], Direction.STEADY),  # too shallow to say that it fell
        ([at(0.1), at(0.4), at(0.1)], Direction.ROSE_AND_FELL),
        ([at(0.05), at(0.4), at(0.01)], Direction.ROSE_AND_FELL),
        ([at(0.05), at(0.4), below(0.001)], Direction.ROSE_AND_FELL),
        ([at(0.1), at(0.12), at(0.1)], Direction.STEADY),  # 0.108 is below 0.11
        ([at(0.1), at(0.4), at(0.36)], Direction.ROSE),  # 0.36 is below 0.396
        ([at(0.4), at(0.01), at(0.6)], Direction.FELL_AND_ROSE),
        ([at(0.4), at(0.01), at(0.2), at(0.001)], Direction.FLUCTUATED),
        ([at(0.4), at(0.01), at(0.012), at(0.001)], Direction.FELL),  # 0.0108 is below 0.011
        ([at(0.4), at(0.01), at(0.0123), at(0.001)], Direction.FLUCTUATED),  # 0.01107 is above
        ([at(0.1), at(0.4), at(0.1), at(0.4)], Direction.FLUCTUATED),
        ([at(0.4), at(0.1), at(0.01), at(0.1), at(0.3)], Direction.FELL_AND_ROSE),
        ([at(0.1), at(0.4), below(0.9)], Direction.ROSE),
        ([at(0.4), below(0.001), below(0.1), at(0.0005)], Direction.FELL),
        ([at(0.4), below(0.01), at(0.2), NOT_ASSESSABLE, below(0.01)], Direction.FLUCTUATED),
    ],
)
def test_a_fall_or_rise_is_beyond_both_intervals(points: list[Point], direction: Direction) -> None:
    assert trend_of(*points).direction is direction


def sentence(tissues: list[str], *points: Point) -> str:
    samples = followed(*tissues)
    changed = with_changes(samples, points)
    found = trends(samples, changed)
    course = course_of(states_by_rank(samples, changed), found)
    return course_sentence("ITD", course, found, samples, changed).split(" T0: ")[0]


def test_a_rise_before_a_fall_is_said() -> None:
    assert sentence(["BM"] * 3, at(0.05), at(0.4), at(0.01)) == (
        "ITD rose to 8 times of the first VAF (+0.9 log), "
        "fell to 20.0% of the first VAF (-0.7 log)."
    )


@pytest.mark.parametrize(
    ("tissue", "said"),
    [
        ("PB", "ITD was seen in BM, not in PB: these cannot be compared. In BM it fell"),
        ("BM RNA", "ITD was seen in BM, not in BM RNA: these cannot be compared. In BM it fell"),
        ("BM", "ITD was not detected for a time and returned. It fell below"),
    ],
)
def test_what_another_tissue_did_not_show_was_not_gone(tissue: str, said: str) -> None:
    """Marrow, blood, marrow: the marrow never was without it."""
    assert sentence(["BM", tissue, "BM"], at(0.4), below(1e-4), at(0.01)).startswith(said)
    first = sentence([tissue, "BM", tissue], below(1e-4), at(0.4), below(1e-4))
    assert (f"seen in BM, not in {tissue}" in first) == (tissue != "BM")


def test_from_a_bound_of_nothing_no_rise_is_told() -> None:
    found = trend_of(at(0.4), at(0.2), below(0.0))
    assert (found.last, found.last_is_bound) == (0.0, True)
    words = words_of([at(0.4), below(0.0), at(0.2)])
    assert "It fell below 0% of the first VAF (no log or more), rose again. T0:" in words


def test_nothing_left_has_no_logarithm() -> None:
    assert (log_text(0.0), log_text(0.035), log_text(2.5)) == ("no log", "-1.5 log", "+0.4 log")
