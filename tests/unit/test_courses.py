"""What became of an alteration: what counts as emerged, persisting, no longer detected."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest

from flt3itd.records import Status
from scripts.patient.model import Course
from scripts.patient.words import course_of, states_by_rank
from scripts.report.words import percent_of_first
from tests.patient_builders import NPM1_EXON, only, patient, sample
from tests.report_builders import NO_ITD_ANSWER, itd_event, itd_result, panel_variant

D, N, X = Status.DETECTED, Status.NOT_DETECTED, Status.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("states", "course"),
    [
        ([D], Course.SINGLE),
        ([D, D], Course.PERSISTS),
        ([D, X, D], Course.PERSISTS),
        ([D, N], Course.VANISHED),
        ([N, D], Course.EMERGED),
        ([D, N, D], Course.RETURNED),
        ([N, D, N], Course.TRANSIENT),
        ([D, X], Course.NOT_KNOWN),
        ([X, D], Course.NOT_KNOWN),
        ([D, N, X], Course.NOT_KNOWN),
        ([X, N, D], Course.EMERGED),
        ([N, X, D], Course.EMERGED),
        ([N, D, D], Course.EMERGED),
        ([N, D, N, D], Course.EMERGED),
        ([X, D, D], Course.PERSISTS),
        ([D, D, N], Course.VANISHED),
        ([D, X, N], Course.VANISHED),
        ([D, N, D, N], Course.VANISHED),
        ([D, X, N, D], Course.RETURNED),
        ([N, D, X, N], Course.TRANSIENT),
        ([X], Course.SINGLE),
        ([X, X], Course.NOT_KNOWN),
        ([X, N], Course.NOT_KNOWN),
        ([N, D, X], Course.NOT_KNOWN),
        ([D, D, X], Course.NOT_KNOWN),
    ],
)
def test_course(states: list[Status], course: Course) -> None:
    assert course_of(states) is course


def test_a_course_rests_on_the_first_and_the_last_answer() -> None:
    """Whatever lies between, and however many timepoints without an answer precede."""
    for length in range(2, 6):
        for states in itertools.product((D, N, X), repeat=length):
            answers = [state for state in states if state is not X]
            course = course_of(states)
            if states[-1] is X or len(answers) < 2:
                assert course is Course.NOT_KNOWN, states
                continue
            assert course_of(answers) is course, states
            expected = {
                (D, D): {Course.PERSISTS, Course.RETURNED},
                (D, N): {Course.VANISHED},
                (N, D): {Course.EMERGED},
                (N, N): {Course.TRANSIENT},
            }[answers[0], answers[-1]]
            assert course in expected, states
            assert (course is Course.RETURNED) == (course in expected and N in answers
                    and answers[0] is answers[-1] is D), states  # fmt: skip


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([D, N], D),
        ([N, D], D),
        ([D, X], D),
        ([X, N], N),
        ([N, X], N),
        ([X, X], X),
        ([N, N], N),
    ],
)
def test_a_timepoint_is_what_its_most_telling_sample_says(
    tmp_path: Path, states: list[Status], expected: Status
) -> None:
    """Two samples of the second timepoint, of rank 4, between others."""
    report = patient(
        tmp_path,
        *(sample(tmp_path, name, f"t{name}", itd=itd_result(itd_event())) for name in "ABCD"),
        ranks=[1, 4, 4, 9],
    )
    (first, *_, last) = points = only(report).points
    middle = [dataclasses.replace(points[1], status=state) for state in states]
    assert states_by_rank(report.samples, [first, *middle, last]) == [D, expected, D]


NPM1 = panel_variant()


@pytest.mark.parametrize(
    ("start", "end", "ref", "covered"),
    [
        (NPM1.pos, NPM1.pos + 50, "C", True),
        (NPM1.pos + 1, NPM1.pos + 50, "C", False),
        (NPM1.pos - 50, NPM1.pos, "C", True),
        (NPM1.pos - 50, NPM1.pos - 1, "C", False),
        (NPM1.pos + 2, NPM1.pos + 50, "CAG", True),
        (NPM1.pos + 3, NPM1.pos + 50, "CAG", False),
    ],
)
def test_an_exon_speaks_for_a_variant_that_touches_it(
    tmp_path: Path, start: int, end: int, ref: str, covered: bool
) -> None:
    exon = dataclasses.replace(NPM1_EXON, start=start, end=end, minimum=1000)
    variant = dataclasses.replace(NPM1, ref=ref)
    alteration = only(
        patient(
            tmp_path,
            sample(tmp_path, "A", "diagnosis", variants=(variant,)),
            sample(tmp_path, "B", "day28", exons=(exon,)),
        )
    )
    assert alteration.points[1].status is (N if covered else X)
    elsewhere = dataclasses.replace(exon, chrom="chr6", start=1, end=200_000_000)
    other = patient(
        tmp_path / "A",
        sample(tmp_path / "A", "C", "diagnosis", variants=(variant,)),
        sample(tmp_path / "A", "D", "day28", exons=(elsewhere,)),
    )
    assert only(other).points[1].status is X


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


@pytest.mark.parametrize(("share", "words"), [(1.0, "100%"), (1.01, "1 times"), (0.5, "50.0%")])
def test_more_than_all_of_the_first_vaf_is_a_multiple(share: float, words: str) -> None:
    assert percent_of_first(share) == words
