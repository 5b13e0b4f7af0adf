"""A patient with 25 followed alterations and eight dated timepoints is still told in one look."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path

import pytest

from scripts.patient.drawing import STYLES, style_of, time_line
from scripts.patient.headlines import LONGEST, by_weight, comes_first, few_of, headlines, path
from scripts.patient.model import AlterationKind, PatientReport
from scripts.patient.render import patient_page
from scripts.patient.time_axis import LETTER, WIDTH, in_rows, shortened, time_axis
from tests.flt3_builders import (
    itd_event,
    itd_result,
)
from tests.patient_builders import patient, sample
from tests.report_builders import panel_variant
from tests.stress import DAYS, crowded_patient


@pytest.fixture
def crowded(tmp_path: Path) -> PatientReport:
    made = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()))
    return crowded_patient(patient(tmp_path, made))


def test_names_of_courses_stay_in_the_figure_and_apart(crowded: PatientReport) -> None:
    vaf, ratio = time_line(crowded, crowded.alterations).charts
    assert (len(vaf.lines), len(ratio.lines)) == (25, 1)
    places = sorted(line.label_y for line in vaf.lines)
    assert places[0] >= 0
    assert places[-1] <= vaf.height
    assert all(b - a >= 16.9 for a, b in itertools.pairwise(places))
    assert all(684 + LETTER * len(line.label) <= WIDTH for line in vaf.lines)
    assert all(0 <= spot.y <= vaf.height for line in vaf.lines for spot in line.spots)


def test_the_first_32_courses_have_styles_of_their_own(crowded: PatientReport) -> None:
    assert len({style_of(number) for number in range(STYLES)}) == STYLES == 32
    lines = time_line(crowded, crowded.alterations).charts[0].lines
    assert len({(line.colour, line.mark) for line in lines}) == 25


def test_an_alteration_has_one_style_in_all_charts(crowded: PatientReport) -> None:
    first = [one for one in crowded.alterations if comes_first(one)]
    rest = [one for one in crowded.alterations if not comes_first(one)]
    shown = [*time_line(crowded, first).charts, *time_line(crowded, rest).charts]
    styles = {(line.name, line.colour, line.mark) for chart in shown for line in chart.lines}
    assert len(styles) == 25


def test_timepoints_and_their_names_never_lie_over_each_other(crowded: PatientReport) -> None:
    axis, line = time_axis(crowded), time_line(crowded, crowded.alterations)
    places = [axis.at(float(day)) for day in DAYS]
    assert all(b - a >= 35.9 for a, b in itertools.pairwise(places))
    assert not line.to_scale
    for labels in (line.times, line.responses):
        assert all(one.at - LETTER * len(one.label) / 2 >= 0 for one in labels)
        assert all(one.at + LETTER * len(one.label) / 2 <= WIDTH for one in labels)
        for row in {one.row for one in labels}:
            ends = [
                (one.at - LETTER * len(one.label) / 2, one.at + LETTER * len(one.label) / 2)
                for one in labels
                if one.row == row
            ]
            assert all(a[1] < b[0] for a, b in itertools.pairwise(sorted(ends)))
    assert all(0 <= bar.label_x <= WIDTH - LETTER * len(bar.label) + 0.1 for bar in line.bars)


def test_places_keep_the_order_of_times(crowded: PatientReport) -> None:
    axis = time_axis(crowded)
    places = [axis.at(float(day)) for day in range(-5, 950, 5)]
    assert places == sorted(places)


def test_values_stay_in_a_line_whose_names_are_too_long(crowded: PatientReport) -> None:
    itd = dataclasses.replace(crowded.alterations[0], name="ITD " + 90 * "x")
    samples = tuple(
        dataclasses.replace(one, timepoint=f"{one.timepoint} {80 * 'y'} {number}")
        for number, one in enumerate(crowded.samples)
    )
    text = headlines(dataclasses.replace(crowded, samples=samples, alterations=(itd,)))[0]
    assert len(text.headline.text) <= LONGEST
    told = r"45.0% at diagn.*, lowest 1.4% at remis.*, 45.0% at remis"
    assert re.search(told, text.headline.text)


@pytest.mark.parametrize("letters", [10, 40, 500])
def test_what_does_not_fit_a_line_is_counted(letters: int) -> None:
    names = [f"{number}{letters * 'x'}" for number in range(25)]
    text = few_of(names, 25)
    assert len(text) <= LONGEST
    shown = text.count("x, ") + text.count("..., ")
    assert text.endswith(f"and {25 - shown} more")
    assert shown >= 1


def test_nothing_and_what_fits_are_told_whole() -> None:
    assert few_of([], 0) == ""
    assert few_of(["A", "B"], 2) == "A, B"
    assert few_of(["A", "B"], 5, "; ") == "A; B; and 3 more"


def test_gained_and_lost_alterations_are_told_in_a_line_each(crowded: PatientReport) -> None:
    names = tuple(one.name for one in crowded.alterations)
    html = patient_page(dataclasses.replace(crowded, gained=names, lost=names[:2]))
    gained, lost = re.findall(r"(?:timepoint|detected):</strong> (.*?)</p>", html)
    assert re.search(r", and \d+ more\.$", gained)
    assert len(gained) <= LONGEST + 1
    assert lost == f"{names[0]}, {names[1]}."


def test_four_short_lines_tell_any_patient(crowded: PatientReport) -> None:
    lines = headlines(crowded)
    assert [line.name for line in lines] == ["FLT3-ITD", "FLT3-TKD", "Panel", "Quality"]
    assert all(len(line.headline.text) <= LONGEST for line in lines)
    assert "and 21 more" in lines[2].headline.text
    assert lines[0].headline.status == "detected"


def test_a_course_is_told_by_its_first_lowest_and_last_value(crowded: PatientReport) -> None:
    told = path(crowded.alterations[0], crowded.samples)
    assert told == "45.0% at diagnosis, lowest 1.4% at remission 2, 45.0% at remission 7"
    unseen = path(crowded.alterations[1], crowded.samples)
    assert "lowest below 0.40% at remission 4" in unseen


def test_tiers_one_and_two_come_first_and_the_rest_is_folded(tmp_path: Path) -> None:
    variants = [
        panel_variant(gene=gene, pos=171_410_540 + number, tier=tier)
        for number, (gene, tier) in enumerate((("A", "4"), ("B", "2"), ("C", "1"), ("D", "")))
    ]
    made = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()), variants=tuple(variants))
    report = patient(tmp_path, made)
    assert [one.tier for one in report.alterations] == ["", "1", "2", "4", ""]
    assert report.alterations[0].kind is AlterationKind.ITD
    assert [comes_first(one) for one in report.alterations] == [True, True, True, False, True]
    assert by_weight(reversed(report.alterations))[0].kind is AlterationKind.ITD
    page = patient_page(report)
    assert "1 more, of tier 3 and above" in page


def test_variants_of_lower_tiers_alone_are_followed_and_told_in_words(tmp_path: Path) -> None:
    made = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(tier="3"),))
    page = patient_page(patient(tmp_path, made))
    assert "There is no alteration to follow" not in page
    assert '<h2 id="courses">In words</h2>' in page
    assert "more, of tier 3 and above" not in page


def test_a_patient_without_findings_has_four_lines_too(tmp_path: Path) -> None:
    report = patient(tmp_path, sample(tmp_path, "A", "diagnosis"))
    assert len(headlines(report)) == 4
    assert headlines(report)[0].headline.text.endswith("in any of 1 sample.")
    page = patient_page(report)
    assert "There is no alteration to follow" in page
    assert "Every alteration" not in page


def test_long_words_are_shortened() -> None:
    assert shortened("x" * 36) == "x" * 36
    assert shortened("x" * 37) == f"{'x' * 33}..."
    assert in_rows([(0.0, "y" * 99)])[0].at == round(LETTER * 36 / 2, 1)
