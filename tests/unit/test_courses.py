"""What became of an alteration: what counts as emerged, persisting, no longer detected."""

from __future__ import annotations

import dataclasses
import itertools
import math
from importlib.resources import files
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import IF_READS
from flt3itd.records import Status
from scripts.patient.drawing import HEIGHT, time_line
from scripts.patient.follow import without_reads
from scripts.patient.headlines import headlines
from scripts.patient.model import Basis, Course, Direction, FollowedSample, Point, Trend
from scripts.patient.render import patient_page
from scripts.patient.trends import trends, with_changes
from scripts.patient.words import (
    COURSE_WORDS,
    course_of,
    course_sentence,
    log_text,
    place_name,
    point_words,
    states_by_rank,
)
from scripts.records.number_words import percent_of_first
from scripts.report.model import Headline, Headlines
from tests.patient_builders import NPM1_EXON, only, patient, sample
from tests.report_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    panel_variant,
    tkd_event,
    tkd_result,
)

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


POINT = Point(
    "A", Status.DETECTED, Basis.CALLED, 0.2, 0.15, 0.25, 0.25, 0.2, 0.3, 200, 1000,
    None, None, None, "",
)  # fmt: skip
UNSEEN = dataclasses.replace(
    POINT, status=Status.NOT_DETECTED, basis=Basis.LIMIT, vaf=None, vaf_low=None, vaf_high=None
)
HELD_BACK = dataclasses.replace(UNSEEN, basis=Basis.HELD_BACK)


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
    assert point_words(point) == words


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


def followed(*tissues: str) -> list[FollowedSample]:
    """Samples of these tissues, each a timepoint of its own; "BM RNA" is RNA of marrow."""
    return [_followed(rank, tissue) for rank, tissue in enumerate(tissues)]


def _followed(rank: int, tissue: str) -> FollowedSample:
    line = Headline(N, "")
    return FollowedSample(
        f"S{rank}", f"t{rank}", rank, None, tissue.removesuffix(" RNA"), "newly_diagnosed",
        Assay.RNA if tissue.endswith("RNA") else Assay.CAPTURE,
        Headlines(line, line, line, line), None, CountedUnit.FRAGMENTS, "", None, "0", "0",
    )  # fmt: skip


def at(vaf: float, spread: float = 0.1) -> Point:
    """Detected with this VAF, and an interval of a tenth of it on each side."""
    return dataclasses.replace(
        POINT, vaf=vaf, vaf_low=vaf * (1 - spread), vaf_high=min(1.0, vaf * (1 + spread))
    )


def below(bound: float | None) -> Point:
    return dataclasses.replace(UNSEEN, vaf_bound=bound)


SEEN_BUT_HELD_BACK = dataclasses.replace(
    POINT, status=Status.NOT_DETECTED, basis=Basis.HELD_BACK, vaf=0.004, vaf_bound=0.01
)


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


NOT_ASSESSABLE = dataclasses.replace(UNSEEN, status=X, basis=Basis.NOT_COVERED)


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


def test_the_course_says_how_far_it_fell_and_rose_again(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "B", "day28", itd=itd_result(itd_event(vaf=0.014))),
        sample(tmp_path, "C", "relapse", itd=itd_result(itd_event(vaf=0.35))),
    )
    alteration = only(report)
    assert alteration.course is Course.FELL_AND_ROSE
    assert alteration.words.startswith(
        "FLT3-ITD 57 bp fell to 3.5% of the first VAF (-1.5 log), rose again by 1.4 log. "
        "Diagnosis: VAF 40.0%"
    )
    second, third = alteration.points[1:]
    assert second.log10_change == pytest.approx(math.log10(0.035))
    assert second.log10_above_lowest is None
    assert third.log10_above_lowest == pytest.approx(math.log10(0.35 / 0.014))
    assert "persists" not in patient_page(report)
    assert "+1.4 log from the lowest" in patient_page(report)


def words_of(points: list[Point], *tissues: str) -> str:
    samples = followed(*(tissues or ["BM"] * len(points)))
    changed = with_changes(samples, points)
    found = trends(samples, changed)
    course = course_of(states_by_rank(samples, changed), found)
    return course_sentence("X", course, found, samples, changed)


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


def test_lost_and_gained_clones_of_other_tissues_say_so(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", "BM", itd=itd_result(itd_event())),
        sample(tmp_path, "B", "relapse", "PB", itd=itd_result(itd_event(28_034_110, 28_034_154))),
    )
    assert report.gained == ("FLT3-ITD 45 bp (seen in PB, not in BM)",)
    assert report.lost == ("FLT3-ITD 57 bp (seen in BM, not in PB)",)


def test_clones_lost_and_gained_are_named_and_levels_drawn(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event())),
        sample(tmp_path, "B", "relapse", itd=itd_result(itd_event(28_034_110, 28_034_154))),
    )
    assert (report.gained, report.lost) == (("FLT3-ITD 45 bp",), ("FLT3-ITD 57 bp",))
    page = patient_page(report)
    assert "Gained since the first timepoint:</strong> FLT3-ITD 45 bp." in page
    assert "No longer detected:</strong> FLT3-ITD 57 bp." in page
    levels = time_line(report, report.alterations).charts[0].levels
    assert [one.label for one in levels] == ["1e-3", "1e-4", "1e-5"]
    heights = [one.at for one in levels]
    assert heights == sorted(heights)
    assert 0 < heights[0] < heights[2] <= HEIGHT
    single = patient(tmp_path, sample(tmp_path, "C", "diagnosis", itd=itd_result(itd_event())))
    assert time_line(single, single.alterations).charts[0].levels == ()


def test_lines_join_samples_of_one_tissue(tmp_path: Path) -> None:
    cells = [("A", "diagnosis", "BM"), ("B", "day28", "PB"), ("C", "relapse", "BM")]
    report = patient(
        tmp_path,
        *(sample(tmp_path, *one, itd=itd_result(itd_event())) for one in cells),
    )
    line = time_line(report, report.alterations).charts[0].lines[0]
    (segment,) = line.segments
    assert (segment.x1, segment.x2) == (line.spots[0].x, line.spots[2].x)
    assert [one.label for one in time_line(report, report.alterations).times] == [
        "diagnosis (BM)", "day28 (PB)", "relapse (BM)",
    ]  # fmt: skip


def test_what_may_be_another_patients_is_doubted_beside_its_number(tmp_path: Path) -> None:
    """A mutation that "emerged" at 1 % may be that of a patient on the same run."""
    doubts = "may be carry-over from sample D of patient P9 on run R1: 400 of 1000 there, 9 here"
    events = itd_event(remark=doubts), panel_variant(carry_over=doubts), tkd_event(remark=doubts)
    itd, variant, mutation = events
    reports = (
        sample(tmp_path, "S1", "diagnosis"),
        sample(
            tmp_path, "S2", "relapse",
            itd=itd_result(itd), tkd=tkd_result(mutation), variants=(variant,),
        ),
    )  # fmt: skip
    doubtful = " (may be carry-over)"
    head = reports[1].headlines
    for headline in (head.itd, head.tkd, head.panel):
        assert headline.text.count(doubtful) == 1
    report = patient(tmp_path, *reports)
    for one in report.alterations:
        assert one.course is Course.EMERGED
        assert one.words.count(doubtful) == 1
    lines = headlines(report)
    assert [line.headline.text.count(doubtful) for line in lines] == [1, 1, 1, 0]


def test_a_negative_of_reads_says_what_it_assumes(tmp_path: Path) -> None:
    assert point_words(below(0.01), IF_READS) == f"not detected, below 1.0% {IF_READS}"
    assert IF_READS not in point_words(at(0.4), IF_READS)


def test_from_a_bound_of_nothing_no_rise_is_told() -> None:
    found = trend_of(at(0.4), at(0.2), below(0.0))
    assert (found.last, found.last_is_bound) == (0.0, True)
    words = words_of([at(0.4), below(0.0), at(0.2)])
    assert "It fell below 0% of the first VAF (no log or more), rose again. T0:" in words


def test_nothing_left_has_no_logarithm() -> None:
    assert (log_text(0.0), log_text(0.035), log_text(2.5)) == ("no log", "-1.5 log", "+0.4 log")


@pytest.mark.parametrize("basis", Basis)
def test_an_earlier_sample_says_what_its_own_run_called_and_no_more(basis: Basis) -> None:
    one = dataclasses.replace(POINT, basis=basis)
    if basis in (Basis.CALLED, Basis.GENOTYPED, Basis.HELD_BACK, Basis.NOT_LOOKED_FOR):
        assert without_reads(one) == one
    else:
        words = "not looked for in that sample: its reads are in an earlier run"
        told = dataclasses.replace(one, basis=Basis.NOT_LOOKED_FOR, reason=words)
        assert without_reads(one) == told
