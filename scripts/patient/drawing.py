"""Geometry of the time line of a patient: courses on a logarithmic axis, treatments above.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from flt3itd.records import Status
from scripts.inputs.clinical import ClinicalKind
from scripts.patient.model import (
    Alteration,
    AlterationKind,
    ClinicalEntry,
    FollowedSample,
    PatientReport,
    Point,
)
from scripts.patient.words import place_name, point_words

WIDTH = 960.0
LEFT, RIGHT = 70.0, 650.0
"""The plot; the names of the courses stand to the right of it."""
HEIGHT = 260.0
_LABEL_STEP = 17.0
_LETTER = 7.0
"""Mean width of a letter of 13 px."""
_TISSUE_STEP = 12.0
RESIDUAL_LEVELS = (-3, -4, -5)
"""Powers of ten of the VAFs by which residual disease is spoken of: patients with 1e-4 and more of
FLT3-ITD before a transplantation relapse (Pre-MEASURE; Dillon et al., JAMA Oncol 2024)."""
_LOWEST = -6
STYLES = 8
"""Colours and marks; further alterations begin again."""


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
    """The course of one alteration; `style` (0 to 7) is its colour and mark."""

    name: str
    style: int
    spots: tuple[Spot, ...]
    segments: tuple[Segment, ...]
    label_y: float


@dataclass(frozen=True)
class Tick:
    """A value on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class TimeLabel:
    """Words at a time; `row` (from 0, downwards) keeps them off those beside them."""

    at: float
    label: str
    row: int


@dataclass(frozen=True)
class Chart:
    """One quantity over time. `floor` is a polygon: below it an ITD would not be seen.

    `levels` are lines of residual disease.
    """

    title: str
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    floor: str
    levels: tuple[Tick, ...]


@dataclass(frozen=True)
class Bar:
    """A treatment in the band above; `row` counts from 0."""

    x: float
    width: float
    label: str
    row: int
    open_end: bool


@dataclass(frozen=True)
class TimeLine:
    """Band and charts over one axis of time."""

    times: tuple[TimeLabel, ...]
    bars: tuple[Bar, ...]
    responses: tuple[TimeLabel, ...]
    charts: tuple[Chart, ...]


Place = Callable[[float], float]


def time_line(report: PatientReport) -> TimeLine:
    """The figure of a patient; charts without anything to draw are left out."""
    x_of_time = _time_axis(report)
    xs = _sample_places(report.samples, x_of_time)
    flt3 = [one for one in report.alterations if one.kind is not AlterationKind.PANEL]
    charts = (
        _chart("VAF", report.alterations, report.samples, xs, ratio=False),
        _chart("Allelic ratio, FLT3", flt3, report.samples, xs, ratio=True),
    )
    return TimeLine(
        times=_times(report, x_of_time),
        bars=tuple(_bars(report.clinical, x_of_time)),
        responses=in_rows(
            (x_of_time(entry.start_at), _event_words(entry))
            for entry in report.clinical
            if entry.kind in _DRAWN
        ),
        charts=tuple(chart for chart in charts if chart.lines),
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


def _time_axis(report: PatientReport) -> Place:
    times = [_time(sample) for sample in report.samples]
    for entry in report.clinical:
        times += [entry.start_at] + ([] if entry.end_at is None else [entry.end_at])
    first, last = min(times), max(times)
    margin = 50.0

    def place(time: float) -> float:
        if last == first:
            return (LEFT + RIGHT) / 2
        share = (time - first) / (last - first)
        return round(LEFT + margin + share * (RIGHT - LEFT - 2 * margin), 1)

    return place


def _time(sample: FollowedSample) -> float:
    return float(sample.rank if sample.day is None else sample.day)


def _sample_places(samples: Sequence[FollowedSample], x_of_time: Place) -> list[float]:
    """Where each sample stands; those of one timepoint beside each other."""
    places = []
    for index, sample in enumerate(samples):
        members = [i for i, other in enumerate(samples) if _time(other) == _time(sample)]
        offset = (members.index(index) - (len(members) - 1) / 2) * _TISSUE_STEP
        places.append(round(x_of_time(_time(sample)) + offset, 1))
    return places


def _times(report: PatientReport, x_of_time: Place) -> tuple[TimeLabel, ...]:
    labels: dict[float, str] = {}
    tissues: dict[float, dict[str, None]] = {}
    for sample in report.samples:
        day = "" if sample.day is None else f", day {sample.day}"
        at = x_of_time(_time(sample))
        labels.setdefault(at, f"{sample.timepoint}{day}")
        tissues.setdefault(at, {})[sample.tissue] = None
    if len({sample.tissue for sample in report.samples}) > 1:
        labels = {at: f"{label} ({', '.join(tissues[at])})" for at, label in labels.items()}
    return in_rows(labels.items())


def in_rows(labels: Iterable[tuple[float, str]]) -> tuple[TimeLabel, ...]:
    """Labels (centre, words) from left to right, each in the first row where it has room."""
    ends: list[float] = []
    placed = []
    for at, label in sorted(labels):
        half = _LETTER * len(label) / 2
        row = next((row for row, end in enumerate(ends) if end <= at - half), len(ends))
        ends[row : row + 1] = [at + half + _LETTER]
        placed.append(TimeLabel(at, label, row))
    return tuple(placed)


def _bars(entries: Sequence[ClinicalEntry], x_of_time: Place) -> list[Bar]:
    treatments = [entry for entry in entries if entry.kind is ClinicalKind.TREATMENT]
    bars = []
    for row, entry in enumerate(treatments):
        x = x_of_time(entry.start_at)
        end = RIGHT if entry.end_at is None else x_of_time(entry.end_at)
        width = max(6.0, round(end - x, 1))
        bars.append(Bar(x, width, entry.label, row, entry.end_at is None))
    return bars


def _chart(
    title: str,
    alterations: Sequence[Alteration],
    samples: Sequence[FollowedSample],
    xs: Sequence[float],
    *,
    ratio: bool,
) -> Chart:
    floors = [_scaled(sample.itd_limit_of_detection, ratio) for sample in samples]
    shown: list[float] = [value for value in floors if value is not None]
    for alteration in alterations:
        for point in alteration.points:
            shown += [value for value in _values(point, ratio)[:3] if value is not None]
    inside = [value for value in shown if 0 < value < math.inf]
    first = max(_LOWEST, math.floor(math.log10(min(inside)))) if inside else -3
    followed = not ratio and len({sample.rank for sample in samples}) > 1
    if followed:
        first = min(first, *RESIDUAL_LEVELS)
    highest = math.ceil(math.log10(max(inside))) if inside else 0
    last = min(3, max(highest, first + 1)) if ratio else 0

    def y(value: float) -> float:
        kept = min(max(value, 10.0**first), 10.0**last)
        return round(HEIGHT * (last - math.log10(kept)) / (last - first), 1)

    lines = [
        _line(alteration, index % STYLES, samples, xs, y, ratio)
        for index, alteration in enumerate(alterations)
    ]
    return Chart(
        title,
        tuple(_labels_apart([line for line in lines if line is not None])),
        tuple(
            Tick(y(10.0**power), f"{10.0**power:g}" if ratio else f"{100 * 10.0**power:g}%")
            for power in range(first, last + 1)
        ),
        _floor(floors, xs, y),
        tuple(Tick(y(10.0**power), f"1e{power}") for power in RESIDUAL_LEVELS) if followed else (),
    )


def _scaled(vaf: float | None, ratio: bool) -> float | None:
    """A VAF, or the allelic ratio that it is when no other mutant is there."""
    if vaf is None or not ratio:
        return vaf
    return vaf / (1 - vaf) if vaf < 1 else math.inf


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
    style: int,
    samples: Sequence[FollowedSample],
    xs: Sequence[float],
    y: Place,
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
        by_tissue.setdefault(sample.tissue, {}).setdefault(sample.rank, spot)
    if not spots:
        return None
    segments = tuple(
        Segment(a.x, a.y, b.x, b.y, a.bound or b.bound)
        for joined in by_tissue.values()
        for a, b in itertools.pairwise(joined[rank] for rank in sorted(joined))
    )
    return Line(alteration.name, style, tuple(spots), segments, max(spots, key=lambda s: s.x).y)


def _labels_apart(lines: Sequence[Line]) -> list[Line]:
    """Labels beside the last value of each course, pushed apart where they would overlap."""
    ordered = sorted(range(len(lines)), key=lambda index: lines[index].label_y)
    places: dict[int, float] = {}
    lowest = -math.inf
    for index in ordered:
        lowest = max(lines[index].label_y, lowest + _LABEL_STEP)
        places[index] = lowest
    # What was pushed below the axis moves up again, with all above it.
    limit = HEIGHT
    for index in reversed(ordered):
        places[index] = round(min(places[index], limit), 1)
        limit = places[index] - _LABEL_STEP
    return [
        Line(line.name, line.style, line.spots, line.segments, places[index])
        for index, line in enumerate(lines)
    ]


def _floor(floors: Sequence[float | None], xs: Sequence[float], y: Place) -> str:
    """The limits of detection as points of a polygon down to the bottom of the chart."""
    known = [(x, y(value)) for x, value in zip(xs, floors, strict=True) if value is not None]
    if not known:
        return ""
    known = [(LEFT, known[0][1]), *known, (RIGHT, known[-1][1])]
    points = [(LEFT, HEIGHT), *known, (RIGHT, HEIGHT)]
    return " ".join(f"{x},{height}" for x, height in points)
