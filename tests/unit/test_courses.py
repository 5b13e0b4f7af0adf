"""What became of an alteration: what counts as emerged, persisting, no longer detected."""

from __future__ import annotations

import dataclasses
import itertools
from importlib.resources import files
from pathlib import Path

import pytest

from flt3itd.records import Status
from scripts.patient.follow import without_reads
from scripts.patient.model import Basis, Course, Point
from scripts.patient.trends import with_changes
from scripts.patient.words import (
    COURSE_WORDS,
    course_of,
    place_name,
    point_words,
    states_by_rank,
)
from tests.course_builders import (
    HELD_BACK,
    POINT,
    UNSEEN,
    at,
    below,
    followed,
    words_of,
)
from tests.flt3_builders import (
    itd_event,
    itd_result,
)
from tests.patient_builders import NPM1_EXON, only, patient, sample
from tests.report_builders import panel_variant

D, N, X = Status.DETECTED, Status.NOT_DETECTED, Status.NOT_ASSESSABLE


@pytest.mark.parametrize(
    ("states", "course"),
    [
        ([D], Course.SINGLE),
        ([D, D], Course.STILL_THERE),
        ([D, X, D], Course.STILL_THERE),
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
        ([X, D, D], Course.STILL_THERE),
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
    assert course_of(states, trends=()) is course


def test_a_course_rests_on_the_first_and_the_last_answer() -> None:
    """Whatever lies between, and however many timepoints without an answer precede."""
    for length in range(2, 6):
        for states in itertools.product((D, N, X), repeat=length):
            answers = [state for state in states if state is not X]
            course = course_of(states, trends=())
            if states[-1] is X or len(answers) < 2:
                assert course is Course.NOT_KNOWN, states
                continue
            assert course_of(answers, trends=()) is course, states
            expected = {
                (D, D): {Course.STILL_THERE, Course.RETURNED},
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


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (POINT, "VAF 20.0% (15.0% to 25.0%)"),
        (dataclasses.replace(POINT, left=1.0), "VAF 20.0% (15.0% to 25.0%)"),
        (dataclasses.replace(POINT, left=0.5),
         "VAF 20.0% (15.0% to 25.0%), 50.0% of the first VAF (-0.3 log)"),
        (dataclasses.replace(POINT, vaf_low=0.0), "VAF 20.0% (at most 25.0%)"),
        (dataclasses.replace(POINT, vaf_low=0.0001), "VAF 20.0% (0.010% to 25.0%)"),
        (dataclasses.replace(POINT, vaf_low=None), "VAF 20.0%"),
        (dataclasses.replace(POINT, vaf_high=None), "VAF 20.0%"),
        (dataclasses.replace(POINT, vaf_low=0.0, vaf_high=None), "VAF 20.0%"),
        (UNSEEN, "not detected"),
        (dataclasses.replace(UNSEEN, vaf_bound=0.01), "not detected, below 1.0%"),
        (
            dataclasses.replace(UNSEEN, vaf_bound=0.01, left_bound=0.05),
            "not detected, below 1.0% (below 5.0% of the first VAF)",
        ),
        (
            dataclasses.replace(HELD_BACK, mutant_fragments=4, reason="low_vaf;x"),
            "not detected, but seen in 4 fragments and held back by a filter (low VAF, x)",
        ),
        (dataclasses.replace(POINT, status=Status.NOT_ASSESSABLE), "not assessable"),
    ],
)  # fmt: skip
def test_what_a_sample_says_of_an_alteration(point: Point, words: str) -> None:
    assert point_words(point, assumption="") == words


@pytest.mark.parametrize(
    ("others", "name"),
    [
        ((), "day28"),
        ((("B", "day56", "PB"),), "day28"),
        ((("B", "day28", "PB"),), "day28 (BM)"),
        ((("B", "day28", "BM"),), "day28 (A)"),
        ((("B", "day28", "BM"), ("C", "day28", "PB")), "day28 (A)"),
        ((("B", "day28", "PB"), ("C", "day28", "PB")), "day28 (BM)"),
    ],
)
def test_a_timepoint_is_told_by_tissue_or_sample_where_it_has_several(
    tmp_path: Path, others: tuple[tuple[str, str, str], ...], name: str
) -> None:
    cells = (("A", "day28", "BM"), *others)
    report = patient(tmp_path, *(sample(tmp_path, *one) for one in cells))
    assert place_name(report.samples[0], report.samples) == name


@pytest.mark.parametrize(
    ("points", "start"),
    [
        ([at(0.4), at(0.004)], "X fell to 1.0% of the first VAF (-2.0 log). T0:"),
        ([at(0.4), below(0.0004)],
         "X is no longer detected. It fell below 0.10% of the first VAF (-3.0 log or more). T0:"),
        ([at(0.4), below(0.0004), at(0.4)],
         "X was not detected for a time and returned. It fell below 0.10% of the first VAF "
         "(-3.0 log or more), rose again by 3.0 log or more. T0:"),
        ([at(0.2), at(0.5)], "X rose to 2.5 times of the first VAF (+0.4 log). T0:"),
        ([at(0.4), at(0.41)], "X stayed about the same (102% of the first VAF). T0:"),
        ([at(0.01, 0.5), below(0.005)],
         "X is no longer detected. It need not have fallen (below 50.0% of the first VAF). T0:"),
        ([at(0.01, 0.5), below(0.0049)],
         "X is no longer detected. It fell below 49.0% of the first VAF (-0.3 log or more). T0:"),
        ([below(0.01), at(0.1)], "X emerged. T0:"),
        ([below(0.01), at(0.1), at(0.3)], "X emerged. It rose to 3 times of the first VAF "
         "(+0.5 log). T0:"),
        ([at(0.4), at(0.01), at(0.2), at(0.001)],
         "X fell to 2.5% of the first VAF (-1.6 log), rose again by 1.3 log, "
         "fell to 0.25% of the first VAF (-2.6 log). T0:"),
        ([at(0.4), at(0.001), at(0.2), at(0.01)],
         "X fell to 0.25% of the first VAF (-2.6 log), rose again by 2.3 log, "
         "fell to 2.5% of the first VAF (-1.6 log). T0:"),
        ([at(0.1), at(0.4), at(0.01), at(0.2)],
         "X rose to 4 times of the first VAF (+0.6 log), "
         "fell to 10.0% of the first VAF (-1.0 log), rose again by 1.3 log. T0:"),
        ([at(0.4), below(0.001), at(0.2), below(0.001)],
         "X is no longer detected. It fell below 0.25% of the first VAF (-2.6 log or more), "
         "rose again by 2.3 log or more, fell below 0.25% of the first VAF (-2.6 log or more). "
         "T0:"),
    ],
)  # fmt: skip
def test_courses_in_words(points: list[Point], start: str) -> None:
    assert words_of(points).startswith(start)


@pytest.mark.parametrize("course", Course)
def test_every_course_has_its_words_and_its_colour(course: Course) -> None:
    css = files("scripts.templates").joinpath("report.css").read_text("utf-8")
    assert f".course-{course}" in css
    assert COURSE_WORDS[course]


def test_marrow_and_blood_are_told_apart() -> None:
    points = [at(0.4), at(0.2), at(0.004), at(0.1)]
    words = words_of(points, "BM", "PB", "BM", "PB")
    assert words.startswith(
        "X: In BM it fell to 1.0% of the first VAF (-2.0 log); in PB it fell to 50.0% of the "
        "first VAF (-0.3 log). T0:"
    )
    one_each = words_of([at(0.4), at(0.004)], "BM", "PB")
    assert one_each.startswith("X is still detected, in samples that cannot be compared. T0:")
    changed = with_changes(followed("BM", "PB"), [at(0.4), at(0.004)])
    assert [one.left for one in changed] == [1.0, 1.0]


@pytest.mark.parametrize(
    ("points", "tissues", "start"),
    [
        ([at(0.4), below(0.0004)], ("BM", "PB"),
         "X was seen in BM, not in PB: these cannot be compared. T0:"),
        ([below(0.0004), at(0.4)], ("PB", "BM"),
         "X was seen in BM, not in PB: these cannot be compared. T0:"),
        ([at(0.4), at(0.2), below(0.0004)], ("BM", "PB", "PB"), "X is no longer detected."),
        ([below(0.01), below(0.01), at(0.4)], ("BM", "PB", "BM"), "X emerged."),
        ([at(0.4), below(0.0004)], ("BM", "BM"), "X is no longer detected."),
    ],
)  # fmt: skip
def test_what_another_tissue_does_not_show_is_not_gone(
    points: list[Point], tissues: tuple[str, ...], start: str
) -> None:
    assert words_of(points, *tissues).startswith(start)


@pytest.mark.parametrize("basis", Basis)
def test_an_earlier_sample_says_what_its_own_run_called_and_no_more(basis: Basis) -> None:
    one = dataclasses.replace(POINT, basis=basis)
    if basis in (Basis.CALLED, Basis.GENOTYPED, Basis.HELD_BACK, Basis.NOT_LOOKED_FOR):
        assert without_reads(one) == one
    else:
        words = "not looked for in that sample: its reads are in an earlier run"
        told = dataclasses.replace(one, basis=Basis.NOT_LOOKED_FOR, reason=words)
        assert without_reads(one) == told
