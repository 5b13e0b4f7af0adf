"""Where things are drawn in a report, and how numbers are written."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import pytest

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.records import EventKind
from scripts.coverage.rows import ExonState
from scripts.records.number_words import percent, ratio, ratio_interval
from scripts.report.build import panel_limit
from scripts.report.drawing import (
    PROTEIN_LENGTH,
    TRACK_HEIGHT,
    WIDTH,
    duplicated_segment,
    protein_figure,
    ratio_figure,
)
from scripts.report.junction_drawing import TRACE_HEIGHT, pileup_figures, trace_figure
from scripts.report.page import depth_class
from scripts.report.words import abbreviated, chance
from tests.flt3_builders import (
    exon_depth,
    itd_event,
    itd_result,
    junction_pileup,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    PARAMETERS,
    exon_coverage,
)


def test_segment_of_a_published_duplication() -> None:
    # c.1738_1830dup is p.Gln580_Leu610dup: the bar runs from residue 580 to residue 610.
    event = itd_event(28_034_089, 28_034_181)
    assert event.hgvs_c.endswith("c.1738_1830dup")
    assert duplicated_segment(event, flt3_locus()) == (579.0, 610.0)


def test_segment_with_filler_is_the_copied_part_only() -> None:
    event = itd_event(28_034_089, 28_034_181, filler="TGTGCA")
    segment = duplicated_segment(event, flt3_locus())
    assert segment is not None
    assert segment[1] - segment[0] == pytest.approx(31, abs=1)


def test_segment_that_reaches_an_intron_stops_at_the_exon() -> None:
    # Exon 14 ends (on the transcript) at GRCh38 28,034,082, c.1837.
    event = itd_event(28_034_070, 28_034_129)
    segment = duplicated_segment(event, flt3_locus())
    assert segment is not None
    assert segment[1] == pytest.approx(1837 / 3)
    assert segment[0] == pytest.approx((1837 - (28_034_129 - 28_034_082) - 1) / 3)


def test_event_without_a_usable_name_is_drawn_at_its_residue() -> None:
    event = itd_event(hgvs_c="", insertion_site_residue=600)
    figure = protein_figure(itd_result(event), tkd_result(), ())
    (row,) = figure.events
    assert row.segment is None
    assert figure.domains[0].x < row.site < WIDTH


def test_insertion_has_a_site_but_no_duplicated_segment() -> None:
    event = itd_event(event=EventKind.INSERTION, filler="ACGTAC", length_bp=6)
    (row,) = protein_figure(itd_result(event), tkd_result(), ()).events
    assert row.segment is None
    assert row.filler is not None


def test_everything_is_to_scale() -> None:
    short, long = itd_event(28_034_105, 28_034_134), itd_event(28_034_105, 28_034_164, vaf=0.1)
    figure = protein_figure(itd_result(short, long), tkd_result(), ())
    segments = [row.segment for row in figure.events if row.segment is not None]
    assert segments[1].width == pytest.approx(2 * segments[0].width, abs=0.1)
    tkd2 = next(box for box in figure.overview if box.label == "TKD2")
    assert tkd2.x == pytest.approx(779 / PROTEIN_LENGTH * WIDTH, abs=0.01)
    assert tkd2.width == pytest.approx(164 / PROTEIN_LENGTH * WIDTH, abs=0.02)


def test_long_events_widen_the_enlarged_part_and_stay_inside() -> None:
    event = itd_event(28_034_082, 28_034_350)
    figure = protein_figure(itd_result(event), tkd_result(), ())
    (row,) = figure.events
    assert row.segment is not None
    assert row.segment.x > 0
    assert row.segment.x + row.segment.width < WIDTH


def test_mutated_codon_is_named_above_its_neighbours() -> None:
    figure = protein_figure(itd_result(), tkd_result(tkd_event()), ())
    assert [label.label for label in figure.codon_labels] == ["N676 to F691", "D835"]
    assert figure.codon_labels[1].kind == "detected"


def test_depth_is_drawn_5_to_3_on_the_scale_of_the_deepest_exon() -> None:
    figure = protein_figure(itd_result(), tkd_result(), (exon_depth(14, 500), exon_depth(20, 1000)))
    (track,) = figure.depth
    heights = [float(point.split(",")[1]) for point in track.points.split()]
    assert max(heights) == TRACK_HEIGHT
    assert min(heights) == pytest.approx(TRACK_HEIGHT / 2, rel=0.02)
    assert figure.depth_maximum == pytest.approx(1000, rel=0.01)


def test_ratios_are_on_a_logarithmic_axis_and_infinity_stays_inside() -> None:
    endless = itd_event(vaf=0.99, ar=math.inf, ar_low=20.0, ar_high=math.inf)
    figure = ratio_figure(itd_result(endless, itd_event(vaf=0.005)))
    assert figure is not None
    first = figure.rows[0]
    assert first.open_above
    assert first.low < first.x == first.high <= WIDTH
    ticks = [tick.x for tick in figure.ticks]
    steps = [right - left for left, right in itertools.pairwise(ticks)]
    assert max(steps) - min(steps) < 0.02
    assert ratio_figure(itd_result()) is None


def test_trace_has_a_peak_for_the_wild_type_and_for_each_length() -> None:
    small, large = itd_event(28_034_105, 28_034_125, vaf=0.1), itd_event(vaf=0.3)
    figure = trace_figure(itd_result(small, large))
    assert figure is not None
    assert [peak.label for peak in figure.peaks] == [
        "wild type, 60.0%",
        "+21 bp, 10.0%",
        "+57 bp, 30.0%",
    ]
    heights = [TRACE_HEIGHT - float(peak.kind) for peak in figure.peaks]
    assert heights == pytest.approx([TRACE_HEIGHT, TRACE_HEIGHT / 6, TRACE_HEIGHT / 2], abs=0.1)
    assert trace_figure(itd_result()) is None


def test_pile_up_belongs_to_the_event_of_the_same_alleles() -> None:
    shown, other = itd_event(), itd_event(28_034_105, 28_034_125, vaf=0.1)
    ((event, figure),) = pileup_figures([junction_pileup(shown)], itd_result(shown, other))
    assert event == shown
    (row,) = figure.rows
    assert figure.first_copy.x + figure.first_copy.width == pytest.approx(figure.second_copy.x)
    assert row.clips[0].x == pytest.approx(figure.second_copy.x)
    assert row.mismatches[0].x == figure.letters[20].x


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0%"),
        (0.4523, "45.2%"),
        (0.00412, "0.41%"),
        (0.000031, "0.0031%"),
        (1.0, "100%"),
        (0.01, "1.0%"),
        (0.0094, "0.94%"),
        (0.9994, "99.9%"),
        (0.9995, "100%"),
        (1e-8, "0.000001%"),
    ],
)
def test_percent(value: float, text: str) -> None:
    assert percent(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00"),
        (0.816, "0.82"),
        (0.0043, "0.0043"),
        (250.4, "250"),
        (math.inf, "no wild type seen"),
        (0.1, "0.10"),
        (0.0991, "0.099"),
        (99.99, "99.99"),
        (100.0, "100"),
    ],
)
def test_ratio(value: float, text: str) -> None:
    assert ratio(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.00009, "below 0.0001"), (0.0001, "0.0001")])
def test_a_small_chance_is_said_in_words(value: float, text: str) -> None:
    assert chance(value) == text


@pytest.mark.parametrize(
    ("minimum", "name"),
    [
        (199, "depth-1"),
        (200, "depth-2"),
        (499, "depth-2"),
        (500, "depth-3"),
        (999, "depth-3"),
        (1000, "depth-4"),
    ],
)
def test_an_exon_is_as_dark_as_its_least_base(minimum: int, name: str) -> None:
    exon = exon_coverage("KIT", "8", 5000, minimum=minimum)
    assert depth_class(exon) == name
    assert depth_class(replace(exon, status=ExonState.NOT_ASSESSABLE)) == "depth-none"


@pytest.mark.parametrize(("length", "left_out"), [(24, False), (25, True)])
def test_sequences_of_25_letters_are_left_out_of_names(length: int, left_out: bool) -> None:
    name = "c.1828_1829ins" + "A" * length
    assert (abbreviated(name) == "c.1828_1829ins[...]") == left_out


def test_open_interval_says_or_more() -> None:
    assert ratio_interval(20.0, math.inf) == "20.00 or more"


def test_only_long_inserted_sequences_are_left_out() -> None:
    assert abbreviated("c.1828_1829ins" + "ACGT" * 20) == "c.1828_1829ins[...]"
    assert abbreviated("p.(Asn609_Leu610ins" + "Cys" * 20 + ")") == "p.(Asn609_Leu610ins[...])"
    assert abbreviated("c.1759_1815dup") == "c.1759_1815dup"


def test_panel_limit_of_one_fragment_is_the_exact_rule_of_three() -> None:
    # One fragment among n with probability 95 %: 1 - 0.05 ** (1 / n).
    loose = {"minimum_alternate_fragments": 1, "minimum_vaf": 0.0}
    assert panel_limit(300, loose, sampling=EVERY_COUNT) == pytest.approx(
        1 - 0.05 ** (1 / 300), rel=1e-6
    )


def test_panel_limit_follows_depth_and_filters() -> None:
    shallow, deep = (
        panel_limit(100, PARAMETERS, sampling=EVERY_COUNT),
        panel_limit(1000, PARAMETERS, sampling=EVERY_COUNT),
    )
    assert shallow is not None
    assert deep is not None
    assert 0.02 < deep < shallow
    assert panel_limit(4, PARAMETERS, sampling=EVERY_COUNT) is None
