"""What a reader needs of a patient in half a minute: what comes first, and four lines of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flt3itd.common.plurals import counted
from flt3itd.records import Status
from scripts.carry_over.words import doubt
from scripts.patient.model import (
    Alteration,
    AlterationKind,
    FollowedSample,
    PatientReport,
    Point,
)
from scripts.patient.time_axis import shortened
from scripts.patient.words import course_words, place_name, states_by_rank
from scripts.records.number_words import percent
from scripts.report.model import Headline, Quality

LONGEST = 160
"""Letters of a line; what does not fit is told in the table."""
NAMES = 3
_LABEL, _SHORTEST_LABEL = 24, 12
"""Letters of names in a line that is too long with whole ones."""
_LAST_OF_FIRST = 2
"""Numbered tiers up to this one are shown first."""


def comes_first(alteration: Alteration) -> bool:
    """Whether an alteration is shown unfolded: FLT3, tiers 1 and 2, and all without a number."""
    if alteration.kind is not AlterationKind.PANEL or not alteration.tier.isdecimal():
        return True
    return int(alteration.tier) <= _LAST_OF_FIRST


def by_weight(alterations: Iterable[Alteration]) -> tuple[Alteration, ...]:
    """FLT3 before the panel, and this by tier; else in the order that they have."""

    def weight(one: Alteration) -> tuple[bool, str]:
        return one.kind is AlterationKind.PANEL, one.tier or "~"

    return tuple(sorted(alterations, key=weight))


@dataclass(frozen=True)
class Line:
    """One line of the first screen: of what, the state at the last timepoint, and the course."""

    name: str
    headline: Headline


def headlines(report: PatientReport) -> tuple[Line, ...]:
    """Four lines for any patient."""
    itds = [one for one in report.alterations if one.kind in _ITDS]
    mutations = [one for one in report.alterations if one.kind is AlterationKind.TKD]
    panel = [one for one in report.alterations if one.kind is AlterationKind.PANEL]
    latest = report.samples[-1]
    quality = latest.headlines.quality
    seen = f"Last: {place_name(latest, report.samples)}. {quality.text}"
    return (
        Line("FLT3-ITD", _line(itds, report.samples, "itd")),
        Line("FLT3-TKD", _line(mutations, report.samples, "tkd")),
        Line("Panel", _line(panel, report.samples, "panel")),
        Line("Quality", Headline(Quality(quality.status), shortened(seen, LONGEST))),
    )


_ITDS = {AlterationKind.ITD, AlterationKind.INSERTION}


def _line(
    alterations: Sequence[Alteration], samples: Sequence[FollowedSample], question: str
) -> Headline:
    """A state at the last timepoint, and what became of the alterations, those of weight first."""
    last = [sample for sample in samples if sample.rank == samples[-1].rank]
    told = {Status(getattr(sample.headlines, question).status) for sample in last}
    states = [states_by_rank(samples, one.points)[-1] for one in alterations]
    known = [one for one in (*states, *told) if one is not Status.NOT_ASSESSABLE]
    state = Status.NOT_ASSESSABLE
    if Status.DETECTED in known:
        state = Status.DETECTED
    elif Status.NOT_ASSESSABLE not in states and known:
        state = Status.NOT_DETECTED
    if not alterations:
        answers = [getattr(sample.headlines, question).status for sample in samples]
        blind = answers.count(Status.NOT_ASSESSABLE)
        text = f"Not detected in any of {counted(len(samples), 'sample')}"
        if blind == len(samples):
            text = f"Not assessable in any of {counted(len(samples), 'sample')}"
        elif blind:
            seen = len(samples) - blind
            text = f"Not detected in {seen} of {len(samples)} samples; not assessable in {blind}"
        return Headline(state, f"{text}.")
    if len(alterations) == 1:
        return Headline(state, _course(alterations[0], samples))
    heavy = [one for one in alterations if comes_first(one)] or list(alterations)
    names = [f"{one.name} {course_words(one, samples)}" for one in heavy[:NAMES]]
    return Headline(state, f"{len(alterations)}: {few_of(names, len(alterations), '; ')}.")


def few_of(names: Sequence[str], count: int, between: str = ", ") -> str:
    """As many of the first names as fit a line, and how many of `count` are not among them."""
    if not names:
        return ""
    room = LONGEST - len(f"{count}: {between}and {count} more.")
    told = [shortened(names[0], room)]
    while len(told) < len(names) and len(between.join([*told, names[len(told)]])) <= room:
        told.append(names[len(told)])
    more = count - len(told)
    return between.join([*told, *([f"and {more} more"] if more else [])])


def _course(one: Alteration, samples: Sequence[FollowedSample]) -> str:
    """A course in a line: where it would be too long its names are shortened, never its values."""
    text = ""
    for letters in (LONGEST, _LABEL, _SHORTEST_LABEL):
        name = shortened(one.name, max(letters, _LABEL))
        text = f"{name}: {course_words(one, samples)}; {path(one, samples, letters)}."
        if len(text) <= LONGEST:
            break
    return text


def path(alteration: Alteration, samples: Sequence[FollowedSample], letters: int = LONGEST) -> str:
    """The first, the lowest and the last value of a course, each with its timepoint.

    The names of timepoints have at most so many letters. Where samples are of several tissues that
    of each value is told, as far as lines are not too long with it.
    """
    tissues = len({sample.material for sample in samples}) > 1 and letters > _SHORTEST_LABEL

    def place_of(sample: FollowedSample) -> str:
        place = shortened(place_name(sample, samples), letters)
        tissue = f"({sample.material})"
        return place if not tissues or place.endswith(tissue) else f"{place} {tissue}"

    known = [
        (place_of(sample), point)
        for sample, point in zip(samples, alteration.points, strict=True)
        if point.status is not Status.NOT_ASSESSABLE
    ]
    if not known:
        return "not assessable in any sample"
    lowest = min(known[1:-1], key=lambda one: _height(one[1]), default=None)
    ends = [known[0], *([known[-1]] if len(known) > 1 else [])]
    words = [f"{_value(point)} at {place}" for place, point in ends]
    if lowest is not None and _height(lowest[1]) < min(_height(point) for _, point in ends):
        words.insert(1, f"lowest {_value(lowest[1])} at {lowest[0]}")
    return ", ".join(words)


def _height(point: Point) -> float:
    value = point.vaf if point.status is Status.DETECTED else point.vaf_bound
    return 0.0 if value is None else value


def _value(point: Point) -> str:
    if point.status is Status.DETECTED and point.vaf is not None:
        return percent(point.vaf) + doubt(point.remark)
    return "not detected" if point.vaf_bound is None else f"below {percent(point.vaf_bound)}"
