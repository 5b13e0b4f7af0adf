"""The first screen of a patient at its bounds: what fills a line, which values, which state."""

import dataclasses
from pathlib import Path

import pytest

from flt3itd.records import Status
from scripts.patient.headlines import few_of, headlines, path
from scripts.patient.model import Alteration, PatientReport, Point
from scripts.patient.words import COURSE_WORDS
from tests.flt3_builders import (
    itd_event,
    itd_result,
)
from tests.patient_builders import only, patient, sample


@pytest.fixture
def report(tmp_path: Path) -> PatientReport:
    """An ITD at 40 %, 20 % and 10 %, at three timepoints."""
    vafs = {"A": 0.4, "B": 0.2, "C": 0.1}
    made = [
        sample(tmp_path, name, f"time{name}", itd=itd_result(itd_event(vaf=vaf)))
        for name, vaf in vafs.items()
    ]
    return patient(tmp_path, *made)


def with_points(one: Alteration, *points: Point, name: str = "X") -> Alteration:
    return dataclasses.replace(one, points=points, name=name)


def test_the_lowest_value_is_told_where_it_is_below_both_ends(report: PatientReport) -> None:
    itd = only(report)
    high, middle, low = itd.points
    assert path(itd, report.samples) == "40.0% at timeA, 10.0% at timeC"
    dip = with_points(itd, high, low, middle)
    assert path(dip, report.samples) == "40.0% at timeA, lowest 10.0% at timeB, 20.0% at timeC"
    two = with_points(itd, high, dataclasses.replace(low, status=Status.NOT_ASSESSABLE), middle)
    assert path(two, report.samples) == "40.0% at timeA, 20.0% at timeC"


@pytest.mark.parametrize(("longer", "told"), [(0, 2), (1, 1)])
def test_a_line_has_160_letters_with_what_is_left_of_it(longer: int, told: int) -> None:
    room = 160 - len("9: , and 9 more.")
    names = ["a" * 70, "b" * (room - 72 + longer)]
    found = few_of(names, 9)
    assert found.count(", ") == told
    assert found.endswith(f"and {9 - told} more")


def test_names_of_timepoints_keep_twelve_letters_where_24_are_too_many(
    report: PatientReport,
) -> None:
    itd = only(report)
    unseen = dataclasses.replace(
        itd.points[2], status=Status.NOT_DETECTED, vaf=None, vaf_bound=0.00123
    )
    itd = with_points(itd, itd.points[0], unseen, itd.points[1], name=40 * "x")
    itd = dataclasses.replace(itd, course=max(COURSE_WORDS, key=lambda one: len(COURSE_WORDS[one])))
    samples = tuple(
        dataclasses.replace(one, timepoint=40 * "y" + str(number))
        for number, one in enumerate(report.samples)
    )
    text = headlines(dataclasses.replace(report, samples=samples, alterations=(itd,)))[0]
    assert len(text.headline.text) <= 160
    assert text.headline.text.count(" at yyyyyyyyy...") == 3


def test_one_that_cannot_be_told_leaves_the_whole_open(report: PatientReport) -> None:
    itd = only(report)
    unseen = dataclasses.replace(itd.points[2], status=Status.NOT_DETECTED, vaf=None, vaf_bound=0.1)
    blind = dataclasses.replace(unseen, status=Status.NOT_ASSESSABLE)
    last = report.samples[2]
    line = dataclasses.replace(last.headlines.itd, status=Status.NOT_DETECTED)
    last = dataclasses.replace(last, headlines=dataclasses.replace(last.headlines, itd=line))

    def state(*ends: Point) -> Status:
        ones = [with_points(itd, *itd.points[:2], end, name=str(n)) for n, end in enumerate(ends)]
        samples = (*report.samples[:2], last)
        changed = dataclasses.replace(report, samples=samples, alterations=tuple(ones))
        return Status(headlines(changed)[0].headline.status)

    assert state(unseen, unseen) is Status.NOT_DETECTED
    assert state(unseen, blind) is Status.NOT_ASSESSABLE
    assert state(itd.points[2], blind) is Status.DETECTED
