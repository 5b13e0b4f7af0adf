"""Geometry of the figures of a trial: curves over time, waterfalls, and courses by patient.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flt3itd.common.plurals import counted
from flt3itd.records import Status
from scripts.patient.drawing import Tick
from scripts.records.number_words import percent, percent_interval
from scripts.report.words import STATE_WORDS, spelled
from scripts.trial.records import Change, Curve, TrialPatient, TrialReport
from scripts.trial.tables import median_remark

LEFT, RIGHT = 190.0, 740.0
TOP, BOTTOM = 12.0, 232.0
ROW = 18.0
"""Height of a row of numbers at risk."""
LANE = 38.0
"""Height of the lane of a patient."""
_HIGHEST = 2.0
"""Changes are drawn up to an increase by 200 %; the number is always written."""

Place = Callable[[float], float]


@dataclass(frozen=True)
class CurveLine:
    """One group: a line of steps, its band, marks of censored patients, numbers at risk."""

    style: int
    name: str
    line: str
    band: str
    censored: tuple[tuple[float, float], ...]
    at_risk: tuple[Tick, ...]
    words: str


@dataclass(frozen=True)
class CurvePlot:
    """A share over time. `drawn` is false where no group has enough patients."""

    height: float
    marks: tuple[Tick, ...]
    shares: tuple[Tick, ...]
    lines: tuple[CurveLine, ...]
    drawn: bool


def curve_plot(
    curves: Sequence[Curve], marks: Sequence[int], groups: Sequence[str], *, falling: bool
) -> CurvePlot:
    """The figure of an endpoint. `falling`: survival from 1 down, else incidence from 0 up."""
    last = max(marks[-1], 1)

    def x(day: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * day / last, 1)

    lines = tuple(_line(curve, marks, groups.index(curve.group), x, falling) for curve in curves)
    return CurvePlot(
        height=BOTTOM + 64 + ROW * len(lines),
        marks=tuple(Tick(x(mark), str(mark)) for mark in marks),
        shares=tuple(Tick(_y(share / 4), f"{25 * share}%") for share in range(5)),
        lines=lines,
        drawn=any(not curve.reason for curve in curves),
    )


def _y(share: float) -> float:
    return round(BOTTOM - (BOTTOM - TOP) * share, 1)


def _line(curve: Curve, marks: Sequence[int], style: int, x: Place, falling: bool) -> CurveLine:
    start = 1.0 if falling else 0.0
    end = max([point.day for point in curve.points] + list(map(float, curve.censored)), default=0.0)
    estimates = [(point.day, point.estimate) for point in curve.points]
    lows = [(point.day, point.low) for point in curve.points if point.low is not None]
    highs = [(point.day, point.high) for point in curve.points if point.high is not None]
    stop = next((point.day for point in curve.points if point.low is None), end)
    upper = _steps([(0.0, start), *highs], stop)
    lower = _steps([(0.0, start), *lows], stop)
    return CurveLine(
        style=style,
        name=spelled(curve.group),
        line="" if curve.reason else _points(_steps([(0.0, start), *estimates], end), x),
        band=_points([*upper, *reversed(lower)], x) if lows else "",
        censored=tuple(
            (x(day), _y(_at(estimates, start, day))) for day in dict.fromkeys(curve.censored)
        ),
        at_risk=tuple(
            Tick(x(mark), str(number)) for mark, number in zip(marks, curve.at_risk, strict=False)
        ),
        words=curve_words(curve, falling),
    )


def _steps(corners: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """The corners of a step function that holds each value until the next day, up to an end."""
    path: list[tuple[float, float]] = []
    for day, value in corners:
        if day <= end:
            path += [(day, path[-1][1]), (day, value)] if path else [(day, value)]
    return [*path, (end, path[-1][1])]


def _points(corners: Sequence[tuple[float, float]], x: Place) -> str:
    return " ".join(f"{x(day)},{_y(share)}" for day, share in corners)


def _at(estimates: Sequence[tuple[float, float]], start: float, day: float) -> float:
    return next((value for when, value in reversed(estimates) if when <= day), start)


def curve_words(curve: Curve, falling: bool) -> str:
    """A curve as a sentence."""
    name = spelled(curve.group)
    if curve.reason:
        return f"{name}: not computed, {curve.reason}"
    start = f"{name}: {counted(curve.patients, 'patient')}, {counted(curve.events, 'event')}"
    if falling:
        return f"{start}; median {_median_words(curve)}"
    if not curve.points:
        return f"{start}; no relapse"
    last = curve.points[-1]
    interval = (
        f"95% interval {percent_interval(last.low, last.high)}"
        if last.low is not None and last.high is not None
        else "without an interval: the variance is 0"
    )
    return f"{start}; {percent(last.estimate)} by day {last.day:.0f} ({interval})"


def _median_words(curve: Curve) -> str:
    def end(value: float | None) -> str:
        return "not reached" if value is None else f"{value:.0f}"

    if curve.median is None:
        return median_remark(curve)
    low, high = end(curve.median_low), end(curve.median_high)
    return f"{curve.median:.0f} days (95% interval {low} to {high})"


@dataclass(frozen=True)
class WaterfallBar:
    """The change of a patient; `bound`: at most this value."""

    x: float
    width: float
    y: float
    height: float
    style: int
    bound: bool
    name: str
    words: str


@dataclass(frozen=True)
class Waterfall:
    """Changes, the largest increase first. `missing` says of the others why there is none."""

    zero: float
    ticks: tuple[Tick, ...]
    bars: tuple[WaterfallBar, ...]
    missing: tuple[str, ...]


def waterfall(
    patients: Sequence[TrialPatient],
    groups: Sequence[str],
    change_of: Callable[[TrialPatient], Change],
) -> Waterfall:
    """The figure of a change from the first sample to day 28."""
    known = [
        (value, patient, change_of(patient))
        for patient in patients
        if (value := change_of(patient).value) is not None
    ]
    known.sort(key=lambda one: (-one[0], one[1].patient))
    highest = min(_HIGHEST, max([0.5, *(value for value, *_ in known)]))
    width = min(60.0, (RIGHT - 70) / max(1, len(known)))

    def y(value: float) -> float:
        return round(TOP + (BOTTOM - TOP) * (highest - min(value, highest)) / (highest + 1), 1)

    bars = []
    for number, (value, patient, change) in enumerate(known):
        top, bottom = sorted((y(value), y(0)))
        bars.append(
            WaterfallBar(
                x=round(70 + number * width + 0.1 * width, 1),
                width=round(0.8 * width, 1),
                y=top,
                height=max(1.0, round(bottom - top, 1)),
                style=groups.index(patient.group),
                bound=change.bound,
                name=patient.patient,
                words=f"{patient.patient}: {change_words(change)}",
            )
        )
    levels = [level for level in (-1.0, -0.5, 0.0, 0.5, 1.0, 2.0) if level <= highest]
    return Waterfall(
        zero=y(0),
        ticks=tuple(Tick(y(level), f"{level:+.0%}" if level else "0%") for level in levels),
        bars=tuple(bars),
        missing=_missing(patients, change_of),
    )


def _missing(
    patients: Sequence[TrialPatient], change_of: Callable[[TrialPatient], Change]
) -> tuple[str, ...]:
    """Why patients have no bar, each reason once with its patients."""
    named: dict[str, list[str]] = {}
    for patient in patients:
        change = change_of(patient)
        if change.value is None:
            named.setdefault(change.reason, []).append(patient.patient)
    return tuple(f"{reason}: {', '.join(names)}" for reason, names in named.items())


def change_words(change: Change) -> str:
    """A change with its interval, as the bound that it is, or the reason why there is none."""
    if change.value is None:
        return change.reason
    if change.bound:
        return f"{change.value:+.1%} or less ({change.reason})"
    if change.low is None or change.high is None:
        return f"{change.value:+.1%} ({change.reason})"
    return f"{change.value:+.1%} (95% interval {change.low:+.1%} to {change.high:+.1%})"


@dataclass(frozen=True)
class LaneMark:
    """An event of a patient: its letters, and where."""

    x: float
    text: str


@dataclass(frozen=True)
class LaneSample:
    """A sample with a date; `state` is that of FLT3-ITD."""

    x: float
    state: str


@dataclass(frozen=True)
class LaneBar:
    """A treatment, or a cycle of one."""

    x: float
    y: float
    width: float
    cycle: bool


@dataclass(frozen=True)
class Lane:
    """The course of one patient. `alive`: observation goes on beyond the end."""

    name: str
    style: int
    y: float
    start: float
    end: float
    alive: bool
    bars: tuple[LaneBar, ...]
    marks: tuple[LaneMark, ...]
    samples: tuple[LaneSample, ...]
    words: str


@dataclass(frozen=True)
class Swimmers:
    """The courses of all patients over days from day 1 of treatment."""

    height: float
    marks: tuple[Tick, ...]
    lanes: tuple[Lane, ...]


def swimmers(report: TrialReport, groups: Sequence[str]) -> Swimmers:
    """The figure; patients by group, the longest observed first. History is cut at the samples."""
    patients = sorted(
        report.patients, key=lambda one: (groups.index(one.group), -one.last_day, one.patient)
    )
    days = [sample.day for one in patients for sample in one.samples if sample.day is not None]
    first = float(min([0, *days]))
    last = float(max([1, *days, *(one.last_day for one in patients)]))

    def x(day: float) -> float:
        kept = min(max(day, first), last)
        return round(LEFT + (RIGHT - LEFT - 20) * (kept - first) / (last - first), 1)

    step = _step(last - first)
    marks = range(0, int(last) + 1, step)
    return Swimmers(
        height=LANE * len(patients) + 50,
        marks=tuple(Tick(x(mark), str(mark)) for mark in marks),
        lanes=tuple(
            _lane(one, groups.index(one.group), LANE * number + 20, x, first)
            for number, one in enumerate(patients)
        ),
    )


def _step(days: float) -> int:
    step = 28
    while days > 10 * step:
        step *= 2
    return step


def _lane(patient: TrialPatient, style: int, y: float, x: Place, first: float) -> Lane:
    bars = []
    for number, one in enumerate(patient.treatments):
        end = patient.last_day if one.end is None else one.end
        if end < first:
            continue
        top = y + 4 + 5 * (number % 3)
        bars.append(LaneBar(x(one.start), top, _width(x, one.start, end), cycle=False))
        bars += [
            LaneBar(x(start), top, _width(x, start, stop), cycle=True)
            for start, stop in one.cycles
            if stop >= first
        ]
    events = [(day, "T") for day in patient.transplantation_days if day >= first]
    events += [(one.day, one.term.value) for one in patient.responses]
    events += [(day, "R") for day in patient.relapse_days]
    events += [(day, "P") for day in patient.progression_days]
    events += [] if patient.death_day is None else [(patient.death_day, "D")]
    return Lane(
        name=patient.patient,
        style=style,
        y=y,
        start=x(0),
        end=x(patient.last_day),
        alive=patient.death_day is None,
        bars=tuple(bars),
        marks=tuple(LaneMark(x(day), text) for day, text in sorted(events)),
        samples=tuple(
            LaneSample(x(one.day), one.itd.value) for one in patient.samples if one.day is not None
        ),
        words=patient_words(patient),
    )


def _width(x: Place, start: float, end: float) -> float:
    return max(2.0, round(x(end) - x(start), 1))


def patient_words(patient: TrialPatient) -> str:
    """The course of a patient in words; days count from day 1 of treatment."""
    parts = [f"{one.label} from day {one.start}" for one in patient.treatments]
    parts += [f"{one.term.value} on day {one.day}" for one in patient.responses]
    for days, what in (
        (patient.transplantation_days, "transplantation"),
        (patient.relapse_days, "relapse"),
        (patient.progression_days, "progression"),
    ):
        parts += [f"{what} on day {day}" for day in days]
    for sample in patient.samples:
        where = "without a date" if sample.day is None else f"on day {sample.day}"
        parts.append(f"sample {sample.sample} {where}: FLT3-ITD {_state(sample.itd)}")
    parts += [patient.molecular] if patient.molecular else []
    if patient.death_day is None:
        parts.append(f"last follow-up on day {patient.last_day}")
    else:
        parts.append(f"died on day {patient.death_day} ({patient.death_cause})")
    return f"{patient.patient}, {spelled(patient.group)}: {', '.join(parts)}"


def _state(state: Status) -> str:
    return STATE_WORDS[state].lower()
