"""Courses on the page of a patient: words, clones that are named, lines that are drawn."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from flt3itd.common.sampling import IF_READS
from scripts.patient.drawing import HEIGHT, time_line
from scripts.patient.headlines import headlines
from scripts.patient.model import Course
from scripts.patient.render import patient_page
from scripts.patient.words import (
    point_words,
)
from tests.course_builders import (
    at,
    below,
)
from tests.flt3_builders import (
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.patient_builders import only, patient, sample
from tests.report_builders import panel_variant


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
