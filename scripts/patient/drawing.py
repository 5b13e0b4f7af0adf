"""Geometry of the time line of a patient: courses on a logarithmic axis, treatments above.

Courses of one time that are close in value keep their marks; their names stand apart.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flt3itd.common.statistics import odds
from flt3itd.records import Status
from scripts.inputs.clinical_rows import ClinicalKind
from scripts.patient.model import (
    Alteration,
    AlterationKind,
    ClinicalEntry,
    FollowedSample,
    PatientReport,
    Point,
)
from scripts.patient.time_axis import (
    LEFT,
    LETTER,
    RIGHT,
    WIDTH,
    TimeAxis,
    TimeLabel,
    in_rows,
    sample_places,
    shortened,
    time_axis,
    time_labels,
)
from scripts.patient.words import place_name, point_words

HEIGHT = 260.0
"""Of a chart; one with many courses grows with their names."""
_LABEL_STEP = 17.0
RESIDUAL_LEVELS = (-3, -4, -5)
"""Powers of ten of the VAFs by which residual disease is spoken of: patients with 1e-4 and more of
FLT3-ITD before a transplantation relapse (Pre-MEASURE; Dillon et al., JAMA Oncol 2024)."""
_LOWEST = -6
_LONGEST_NAME = 38
COLOURS, MARKS = 8, 4
STYLES = COLOURS * MARKS
"""Pairs of colour and mark; further alterations begin again."""


Scale = Callable[[float], float]


@dataclass(frozen=True)
class Spot:
    """One alteration in one sample. `bound`: an upper bound, drawn as a mark with an arrow."""

    x: float
    y: float
    low: float
    high: float
    bound: bool
    text: str


@dataclass(frozen=True)
class Segment:
    """A line between two timepoints; dashed where one end is only a bound."""

    x1: float
    y1: float
    x2: float
    y2: float
    dashed: bool


@dataclass(frozen=True)
class Line:
    """The course of one alteration with its colour (0 to 7) and mark (0 to 3).

    `label` is the name as far as there is room for it.
    """

    name: str
    label: str
    colour: int
    mark: int
    spots: tuple[Spot, ...]
    segments: tuple[Segment, ...]
    label_y: float


@dataclass(frozen=True)
class Tick:
    """A value on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """One quantity over time. `floor` is a polygon: below it an ITD would not be seen.

    `levels` are lines of residual disease.
    """

    title: str
    height: float
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    floor: str
    levels: tuple[Tick, ...]


@dataclass(frozen=True)
class Bar:
    """A treatment in the band above; `row` counts from 0, `label_x` is where its name begins."""

    x: float
    width: float
    label: str
    label_x: float
    row: int
    open_end: bool


@dataclass(frozen=True)
class TimeLine:
    """Band and charts over one axis of time."""

    times: tuple[TimeLabel, ...]
    bars: tuple[Bar, ...]
    responses: tuple[TimeLabel, ...]
    charts: tuple[Chart, ...]
    to_scale: bool


def time_line(report: PatientReport, alterations: Sequence[Alteration]) -> TimeLine:
    """The figure of a patient with some of the alterations; charts without any are left out.

    The style of an alteration is that of its place among all of the report.
    """
    axis = time_axis(report)
    xs = sample_places(report.samples, axis)
    styled = [(number, one) for number, one in enumerate(report.alterations) if one in alterations]
    flt3 = [(number, one) for number, one in styled if one.kind is not AlterationKind.PANEL]
    charts = (
        _chart("VAF", styled, report.samples, xs, ratio=False),
        _chart("Allelic ratio, FLT3", flt3, report.samples, xs, ratio=True),
    )
    return TimeLine(
        times=time_labels(report, axis),
        bars=tuple(_bars(report.clinical, axis)),
        responses=in_rows(
            (axis.at(entry.start_at), _event_words(entry))
            for entry in report.clinical
            if entry.kind in _DRAWN
        ),
        charts=tuple(chart for chart in charts if chart.lines),
        to_scale=axis.to_scale,
    )


_DRAWN = (
    ClinicalKind.RESPONSE,
    ClinicalKind.TRANSPLANTATION,
    ClinicalKind.RELAPSE,
    ClinicalKind.PROGRESSION,
    ClinicalKind.DEATH,
)
"""Events with a mark; enrolment and last follow-up only frame the time."""


def _event_words(entry: ClinicalEntry) -> str:
    """A response as its label; any other event is named."""
    if entry.kind is ClinicalKind.RESPONSE:
        return entry.label
    return f"{entry.kind.value.replace('_', ' ')}: {entry.label}"


def _bars(entries: Sequence[ClinicalEntry], axis: TimeAxis) -> list[Bar]:
    treatments = [entry for entry in entries if entry.kind is ClinicalKind.TREATMENT]
    bars = []
    for row, entry in enumerate(treatments):
        x = axis.at(entry.start_at)
        end = RIGHT if entry.end_at is None else axis.at(entry.end_at)
        width = max(6.0, round(end - x, 1))
        label = shortened(entry.label, int(WIDTH / LETTER))
        label_x = round(max(0.0, min(x + 8, WIDTH - LETTER * len(label))), 1)
        bars.append(Bar(x, width, label, label_x, row, entry.end_at is None))
    return bars


def _chart(
    title: str,
    alterations: Sequence[tuple[int, Alteration]],
    samples: Sequence[FollowedSample],
    xs: Sequence[float],
    *,
    ratio: bool,
) -> Chart:
    """A chart of alterations, each with the number of its style."""
    floors = [_scaled(sample.itd_limit_of_detection, ratio) for sample in samples]
    shown: list[float] = [value for value in floors if value is not None]
    for _, alteration in alterations:
        for point in alteration.points:
            shown += [value for value in _values(point, ratio)[:3] if value is not None]
    inside = [value for value in shown if 0 < value < math.inf]
    first = max(_LOWEST, math.floor(math.log10(min(inside)))) if inside else -3
    followed = not ratio and len({sample.rank for sample in samples}) > 1
    if followed:
        first = min(first, *RESIDUAL_LEVELS)
    highest = math.ceil(math.log10(max(inside))) if inside else 0
    last = min(3, max(highest, first + 1)) if ratio else 0

    height = max(HEIGHT, _LABEL_STEP * len(alterations))

    def y(value: float) -> float:
        kept = min(max(value, 10.0**first), 10.0**last)
        return round(height * (last - math.log10(kept)) / (last - first), 1)

    lines = [_line(alteration, number, samples, xs, y, ratio) for number, alteration in alterations]
    return Chart(
        title,
        height,
        tuple(_labels_apart([line for line in lines if line is not None], height)),
        tuple(
            Tick(y(10.0**power), f"{10.0**power:g}" if ratio else f"{100 * 10.0**power:g}%")
            for power in range(first, last + 1)
        ),
        _floor(floors, xs, y, height),
        tuple(Tick(y(10.0**power), f"1e{power}") for power in RESIDUAL_LEVELS) if followed else (),
    )


def _scaled(vaf: float | None, ratio: bool) -> float | None:
    """A VAF, or the allelic ratio that it is when no other mutant is there."""
    return odds(vaf) if vaf is not None and ratio else vaf


def _values(point: Point, ratio: bool) -> tuple[float | None, float | None, float | None, bool]:
    """Value, low, high, and whether it is an upper bound; None without anything to draw."""
    if point.status is Status.NOT_DETECTED:
        return _scaled(point.vaf_bound, ratio), None, None, True
    if point.status is not Status.DETECTED:
        return None, None, None, False
    if ratio and point.ar is not None:
        return point.ar, point.ar_low, point.ar_high, False
    values = [_scaled(value, ratio) for value in (point.vaf, point.vaf_low, point.vaf_high)]
    return values[0], values[1], values[2], False


def _line(
    alteration: Alteration,
    number: int,
    samples: Sequence[FollowedSample],
    xs: Sequence[float],
    y: Scale,
    ratio: bool,
) -> Line | None:
    spots: list[Spot] = []
    by_tissue: dict[str, dict[int, Spot]] = {}
    for sample, point, x in zip(samples, alteration.points, xs, strict=True):
        value, low, high, bound = _values(point, ratio)
        if value is None:
            continue
        spot = Spot(
            x,
            y(value),
            y(value if low is None else low),
            y(value if high is None else high),
            bound,
            f"{alteration.name}, {place_name(sample, samples)}: "
            f"{point_words(point, sample.assumption)}",
        )
        spots.append(spot)
        by_tissue.setdefault(sample.material, {}).setdefault(sample.rank, spot)
    if not spots:
        return None
    segments = tuple(
        Segment(a.x, a.y, b.x, b.y, a.bound or b.bound)
        for joined in by_tissue.values()
        for a, b in itertools.pairwise(joined[rank] for rank in sorted(joined))
    )
    colour, mark = style_of(number)
    label = shortened(alteration.name, _LONGEST_NAME)
    latest = max(spots, key=lambda spot: spot.x)
    return Line(alteration.name, label, colour, mark, tuple(spots), segments, latest.y)


def style_of(number: int) -> tuple[int, int]:
    """Colour and mark of an alteration: neighbours differ in both, 32 in one of them."""
    return number % COLOURS, (number + number // COLOURS) % MARKS


def _labels_apart(lines: Sequence[Line], height: float) -> list[Line]:
    """Labels beside the last value of each course, pushed apart where they would overlap."""
    ordered = sorted(range(len(lines)), key=lambda index: lines[index].label_y)
    places: dict[int, float] = {}
    lowest = -math.inf
    for index in ordered:
        lowest = max(lines[index].label_y, lowest + _LABEL_STEP)
        places[index] = lowest
    # What was pushed below the axis moves up again, with all above it.
    limit = height
    for index in reversed(ordered):
        places[index] = round(min(places[index], limit), 1)
        limit = places[index] - _LABEL_STEP
    return [replace(line, label_y=places[index]) for index, line in enumerate(lines)]


def _floor(floors: Sequence[float | None], xs: Sequence[float], y: Scale, height: float) -> str:
    """The limits of detection as points of a polygon down to the bottom of the chart."""
    known = [(x, y(value)) for x, value in zip(xs, floors, strict=True) if value is not None]
    if not known:
        return ""
    known = [(LEFT, known[0][1]), *known, (RIGHT, known[-1][1])]
    points = [(LEFT, height), *known, (RIGHT, height)]
    return " ".join(f"{x},{level}" for x, level in points)
