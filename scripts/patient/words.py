"""What became of an alteration, as a name and as a sentence.

Nothing here says that something is gone: it is "not detected", with what its VAF is below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from flt3itd.common.plurals import counted
from flt3itd.records import Status
from scripts.carry_over.words import doubt
from scripts.patient.model import (
    Alteration,
    Basis,
    Course,
    Direction,
    FollowedSample,
    Point,
    Trend,
    Turn,
)
from scripts.records.number_words import (
    percent,
    percent_interval,
    percent_of_first,
    signed,
)
from scripts.report.words import spelled

COURSE_WORDS = {
    Course.SINGLE: "seen at one timepoint",
    Course.FELL: "fell",
    Course.ROSE: "rose",
    Course.FELL_AND_ROSE: "fell, rose again",
    Course.ROSE_AND_FELL: "rose, fell again",
    Course.FLUCTUATED: "fluctuated",
    Course.STEADY: "about the same",
    Course.STILL_THERE: "still detected",
    Course.VANISHED: "no longer detected",
    Course.EMERGED: "emerged",
    Course.RETURNED: "returned",
    Course.TRANSIENT: "seen for a time",
    Course.NOT_KNOWN: "course not known",
}


def course_words(one: Alteration, samples: Sequence[FollowedSample]) -> str:
    """A course as a name; with the tissue whose VAFs it tells of, where samples are of several."""
    words = COURSE_WORDS[one.course]
    if one.trends and one.course in _OF_TRENDS and len({of.material for of in samples}) > 1:
        return f"{words} in {one.trends[0].tissue}"
    return words


_OF_TRENDS = tuple(Course(direction) for direction in Direction)
"""Courses that compare VAFs, which is done in one tissue."""
_OF_TISSUES = (Course.VANISHED, Course.EMERGED, Course.RETURNED, Course.TRANSIENT)
"""Courses that rest on what some samples do not show."""


def states_by_rank(samples: Sequence[FollowedSample], points: Sequence[Point]) -> list[Status]:
    """The state at each timepoint: detected where any of its samples is, else what is known."""
    by_rank: dict[int, list[Status]] = {}
    for sample, point in zip(samples, points, strict=True):
        by_rank.setdefault(sample.rank, []).append(point.status)
    order = (Status.DETECTED, Status.NOT_DETECTED, Status.NOT_ASSESSABLE)
    return [min(by_rank[rank], key=order.index) for rank in sorted(by_rank)]


def course_of(states: Sequence[Status], trends: Sequence[Trend]) -> Course:
    """The course over the states of the timepoints in time; `trends` are by tissue."""
    if len(states) == 1:
        return Course.SINGLE
    seen = [state is Status.DETECTED for state in states if state is not Status.NOT_ASSESSABLE]
    if states[-1] is Status.NOT_ASSESSABLE or len(seen) < 2:
        return Course.NOT_KNOWN
    if not seen[0]:
        return Course.EMERGED if seen[-1] else Course.TRANSIENT
    if not seen[-1]:
        return Course.VANISHED
    if not all(seen):
        return Course.RETURNED
    return Course(trends[0].direction) if trends else Course.STILL_THERE


def course_sentence(
    name: str,
    course: Course,
    trends: Sequence[Trend],
    samples: Sequence[FollowedSample],
    points: Sequence[Point],
) -> str:
    """The course of an alteration, how far it went, and what every sample says of it."""
    start = {
        Course.SINGLE: f"{name}: one timepoint.",
        Course.VANISHED: f"{name} is no longer detected.",
        Course.EMERGED: f"{name} emerged.",
        Course.RETURNED: f"{name} was not detected for a time and returned.",
        Course.TRANSIENT: f"{name} was seen for a time only.",
        Course.NOT_KNOWN: f"{name}: its course is not known, for want of reads.",
        Course.STILL_THERE: f"{name} is still detected, in samples that cannot be compared.",
    }.get(course)
    if course in _OF_TISSUES:
        other = other_tissue(course, samples, points)
        start = f"{name} was {other}: these cannot be compared." if other else start
    told = [trend_words(one) for one in trends]
    if len({sample.material for sample in samples}) > 1:
        told = [f"in {one.tissue} it {text}" for one, text in zip(trends, told, strict=True)]
        start = start or f"{name}:"
        told = ["; ".join(told)] if told else []
    elif start is None:
        start, told = f"{name} {told[0]}.", []
    else:
        told = [f"it {text}" for text in told]
    changes = "".join(f" {text[0].upper()}{text[1:]}." for text in told)
    places = "; ".join(
        f"{place_name(sample, samples)}: {point_words(point, sample.assumption)}"
        for sample, point in zip(samples, points, strict=True)
    )
    return f"{start}{changes} {places[0].upper()}{places[1:]}."


def other_tissue(course: Course, samples: Sequence[FollowedSample], points: Sequence[Point]) -> str:
    """In which tissue an alteration was seen, and in which other one alone it was not.

    Of one that is no longer detected the last timepoint that tells is asked, of one that emerged
    the first, of one that came back or was seen for a time all that do not show it. Empty where a
    tissue is one in which it was seen.
    """
    told = [
        (sample, point.status is Status.DETECTED)
        for sample, point in zip(samples, points, strict=True)
        if point.status is not Status.NOT_ASSESSABLE
    ]
    seen = dict.fromkeys(sample.material for sample, is_seen in told if is_seen)
    ranks = [sample.rank for sample, _ in told]
    if not seen or course not in _OF_TISSUES:
        return ""
    asked = dict.fromkeys(sample.material for sample, is_seen in told if not is_seen)
    if course in (Course.VANISHED, Course.EMERGED):
        rank = max(ranks) if course is Course.VANISHED else min(ranks)
        asked = dict.fromkeys(sample.material for sample, _ in told if sample.rank == rank)
    if any(tissue in seen for tissue in asked):
        return ""
    return f"seen in {' and '.join(seen)}, not in {' and '.join(asked)}"


def trend_words(trend: Trend) -> str:
    """How far a VAF fell and rose in one tissue: a predicate without a full stop."""
    if not trend.turns and trend.last_is_bound:
        return f"need not have fallen (below {percent_of_first(trend.last)} of the first VAF)"
    if not trend.turns:
        return f"stayed about the same ({percent_of_first(trend.last)} of the first VAF)"
    told = []
    for before, turn in zip((None, *trend.turns), trend.turns, strict=False):
        if before is None or turn.is_fall:
            verb = "fell" if turn.is_fall else "rose"
            told.append(f"{verb} {_reached(turn.share, is_bound=turn.is_bound)}")
        else:
            told.append(f"rose again{_by(before, turn)}")
    return ", ".join(told)


def _by(lowest: Turn, turn: Turn) -> str:
    """How far a VAF rose from where it had fallen to; nothing of a bound of 0."""
    if lowest.share <= 0:
        return ""
    return f" by {math.log10(turn.share / lowest.share):.1f} log" + " or more" * lowest.is_bound


def _reached(share: float, *, is_bound: bool) -> str:
    """A share of the first VAF with its logarithm: to 3.5% of the first VAF (-1.5 log)."""
    where = "below" if is_bound else "to"
    more = " or more" if is_bound else ""
    return f"{where} {percent_of_first(share)} of the first VAF ({log_text(share)}{more})"


def log_text(share: float) -> str:
    """The base-10 logarithm of a share, with its sign."""
    return f"{signed(math.log10(share))} log" if share > 0 else "no log"


def place_name(sample: FollowedSample, samples: Sequence[FollowedSample]) -> str:
    """The timepoint; with the tissue, or else the sample, where it has several."""
    same = [other for other in samples if other.timepoint == sample.timepoint]
    if len(same) == 1:
        return sample.timepoint
    tissues = [other.material for other in same]
    told = sample.material if tissues.count(sample.material) == 1 else sample.sample
    return f"{sample.timepoint} ({told})"


def point_words(point: Point, assumption: str) -> str:
    """What one sample says, in a few words without a full stop.

    `assumption` is what its limits assume.
    """
    if point.status is Status.NOT_ASSESSABLE:
        return "not assessable"
    if point.status is Status.DETECTED and point.vaf is not None:
        text = f"VAF {percent(point.vaf)}"
        if point.vaf_low == 0 and point.vaf_high is not None:
            text += f" (at most {percent(point.vaf_high)})"
        elif point.vaf_low is not None and point.vaf_high is not None:
            text += f" ({percent_interval(point.vaf_low, point.vaf_high)})"
        if point.left is not None and point.left != 1:
            text += f", {percent_of_first(point.left)} of the first VAF ({log_text(point.left)})"
        return text + doubt(point.remark)
    text = "not detected"
    if point.vaf_bound is not None:
        text += f", below {percent(point.vaf_bound)}"
        text += f" {assumption}" if assumption else ""
    if point.left_bound is not None:
        text += f" (below {percent_of_first(point.left_bound)} of the first VAF)"
    if point.basis is Basis.HELD_BACK:
        seen = counted(point.mutant_fragments or 0, "fragment")
        text += f", but seen in {seen} and held back by a filter"
        text += f" ({spelled(point.reason).replace(';', ', ')})"
    return text
