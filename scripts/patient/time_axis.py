"""The axis of time of a patient, and words along it that never lie over each other.

All coordinates are in the units of the figure's viewBox, y downwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scripts.patient.model import FollowedSample, PatientReport

WIDTH = 960.0
LEFT, RIGHT = 70.0, 650.0
"""The plot; the names of the courses stand to the right of it."""
LETTER = 7.0
"""Mean width of a letter of 13 px."""
_MARGIN = 50.0
_CLOSEST = 36.0
"""Timepoints are drawn at least so far apart: their marks and intervals stay apart."""
_TISSUE_STEP = 12.0
_LONGEST_LABEL = 36
"""Letters of a label; more are left out in the figure, and told in the table."""


@dataclass(frozen=True)
class TimeLabel:
    """Words at a time; `row` (from 0, downwards) keeps them off those beside them."""

    at: float
    label: str
    row: int


def time_of(sample: FollowedSample) -> float:
    """The day of a sample, or its rank where not all have a date."""
    return float(sample.rank if sample.day is None else sample.day)


@dataclass(frozen=True)
class TimeAxis:
    """Places of times, in between to scale. `to_scale`: all of them are."""

    times: tuple[float, ...]
    places: tuple[float, ...]
    to_scale: bool

    def at(self, time: float) -> float:
        """Where a time lies."""
        if len(self.times) == 1:
            return self.places[0]
        after = min(max(bisect_right(self.times, time), 1), len(self.times) - 1)
        low, high = self.times[after - 1], self.times[after]
        start, end = self.places[after - 1], self.places[after]
        return round(start + (time - low) / (high - low) * (end - start), 1)


def time_axis(report: PatientReport) -> TimeAxis:
    """The axis of a patient: to scale, but for timepoints that would lie over each other."""
    sampled = sorted({time_of(sample) for sample in report.samples})
    times = list(sampled)
    for entry in report.clinical:
        times += [entry.start_at] + ([] if entry.end_at is None else [entry.end_at])
    first, last = min(times), max(times)
    if last == first:
        return TimeAxis((first,), ((LEFT + RIGHT) / 2,), to_scale=True)
    left, right = LEFT + _MARGIN, RIGHT - _MARGIN
    scaled = [left + (time - first) / (last - first) * (right - left) for time in sampled]
    anchors = _apart(scaled, left, right)
    known = dict(zip(sampled, anchors, strict=True))
    known.setdefault(first, min(left, anchors[0]))
    known.setdefault(last, right)
    marks = tuple(sorted(known))
    is_same = all(abs(a - b) < 1 for a, b in zip(anchors, scaled, strict=True))
    return TimeAxis(marks, tuple(known[mark] for mark in marks), is_same)


def _apart(places: Sequence[float], left: float, right: float) -> list[float]:
    """Places in their order, pushed apart to the closest that is allowed, from left to right."""
    gap = min(_CLOSEST, (right - left) / max(1, len(places) - 1))
    pushed: list[float] = []
    for place in places:
        pushed.append(max(place, pushed[-1] + gap) if pushed else place)
    limit = right
    for index in reversed(range(len(pushed))):
        pushed[index] = min(pushed[index], limit)
        limit = pushed[index] - gap
    return pushed


def sample_places(samples: Sequence[FollowedSample], axis: TimeAxis) -> list[float]:
    """Where each sample stands; those of one timepoint beside each other."""
    places = []
    for index, sample in enumerate(samples):
        members = [i for i, other in enumerate(samples) if time_of(other) == time_of(sample)]
        offset = (members.index(index) - (len(members) - 1) / 2) * _TISSUE_STEP
        places.append(round(axis.at(time_of(sample)) + offset, 1))
    return places


def time_labels(report: PatientReport, axis: TimeAxis) -> tuple[TimeLabel, ...]:
    """The names of the timepoints, with their days."""
    labels: dict[float, str] = {}
    tissues: dict[float, dict[str, None]] = {}
    for sample in report.samples:
        day = "" if sample.day is None else f", day {sample.day}"
        at = axis.at(time_of(sample))
        labels.setdefault(at, f"{sample.timepoint}{day}")
        tissues.setdefault(at, {})[sample.material] = None
    if len({sample.material for sample in report.samples}) > 1:
        labels = {at: f"{label} ({', '.join(tissues[at])})" for at, label in labels.items()}
    return in_rows(labels.items())


def shortened(label: str, letters: int = _LONGEST_LABEL) -> str:
    """A label that fits: its begin, where it is too long."""
    return label if len(label) <= letters else f"{label[: letters - 3].rstrip()}..."


def in_rows(labels: Iterable[tuple[float, str]]) -> tuple[TimeLabel, ...]:
    """Labels (centre, words) from left to right, each in the first row where it has room.

    What would reach beyond an edge of the figure is moved inwards.
    """
    ends: list[float] = []
    placed = []
    for centre, words in sorted(labels):
        label = shortened(words)
        half = LETTER * len(label) / 2
        at = round(min(max(centre, half), WIDTH - half), 1)
        row = next((row for row, end in enumerate(ends) if end <= at - half), len(ends))
        ends[row : row + 1] = [at + half + LETTER]
        placed.append(TimeLabel(at, label, row))
    return tuple(placed)
