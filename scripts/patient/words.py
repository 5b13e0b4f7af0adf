"""What became of an alteration, as a name and as a sentence.

Nothing here says that something is gone: it is "not detected", with what its VAF is below.
"""

from __future__ import annotations

from collections.abc import Sequence

from flt3itd.records import Status
from scripts.patient.model import Basis, Course, FollowedSample, Point
from scripts.records.number_words import percent, percent_interval, percent_of_first

COURSE_WORDS = {
    Course.SINGLE: "one timepoint",
    Course.PERSISTS: "persists",
    Course.VANISHED: "no longer detected",
    Course.EMERGED: "emerged",
    Course.RETURNED: "returned",
    Course.TRANSIENT: "seen for a time",
    Course.NOT_KNOWN: "course not known",
}


def states_by_rank(samples: Sequence[FollowedSample], points: Sequence[Point]) -> list[Status]:
    """The state at each timepoint: detected where any of its samples is, else what is known."""
    by_rank: dict[int, list[Status]] = {}
    for sample, point in zip(samples, points, strict=True):
        by_rank.setdefault(sample.rank, []).append(point.status)
    order = (Status.DETECTED, Status.NOT_DETECTED, Status.NOT_ASSESSABLE)
    return [min(by_rank[rank], key=order.index) for rank in sorted(by_rank)]


def course_of(states: Sequence[Status]) -> Course:
    """The course over the states of the timepoints in time."""
    if len(states) == 1:
        return Course.SINGLE
    seen = [state is Status.DETECTED for state in states if state is not Status.NOT_ASSESSABLE]
    if states[-1] is Status.NOT_ASSESSABLE or len(seen) < 2:
        return Course.NOT_KNOWN
    if seen[0]:
        if not seen[-1]:
            return Course.VANISHED
        return Course.PERSISTS if all(seen) else Course.RETURNED
    return Course.EMERGED if seen[-1] else Course.TRANSIENT


def course_sentence(
    name: str, course: Course, samples: Sequence[FollowedSample], points: Sequence[Point]
) -> str:
    """The course of an alteration with what every sample says of it."""
    start = {
        Course.SINGLE: f"{name}: one timepoint.",
        Course.PERSISTS: f"{name} persists.",
        Course.VANISHED: f"{name} is no longer detected.",
        Course.EMERGED: f"{name} emerged.",
        Course.RETURNED: f"{name} was not detected for a time and returned.",
        Course.TRANSIENT: f"{name} was seen for a time only.",
        Course.NOT_KNOWN: f"{name}: its course is not known, for want of reads.",
    }[course]
    places = "; ".join(
        f"{place_name(sample, samples)}: {point_words(point)}"
        for sample, point in zip(samples, points, strict=True)
    )
    return f"{start} {places[0].upper()}{places[1:]}."


def place_name(sample: FollowedSample, samples: Sequence[FollowedSample]) -> str:
    """The timepoint; with the tissue, or else the sample, where it has several."""
    same = [other for other in samples if other.timepoint == sample.timepoint]
    if len(same) == 1:
        return sample.timepoint
    tissues = [other.tissue for other in same]
    told = sample.tissue if tissues.count(sample.tissue) == 1 else sample.sample
    return f"{sample.timepoint} ({told})"


def point_words(point: Point) -> str:
    """What one sample says, in a few words without a full stop."""
    if point.status is Status.NOT_ASSESSABLE:
        return "not assessable"
    if point.status is Status.DETECTED and point.vaf is not None:
        text = f"VAF {percent(point.vaf)}"
        if point.vaf_low == 0 and point.vaf_high is not None:
            text += f" (at most {percent(point.vaf_high)})"
        elif point.vaf_low is not None and point.vaf_high is not None:
            text += f" ({percent_interval(point.vaf_low, point.vaf_high)})"
        if point.left is not None and point.left != 1:
            text += f", {percent_of_first(point.left)} of the first VAF"
        return text
    text = "not detected"
    if point.vaf_bound is not None:
        text += f", below {percent(point.vaf_bound)}"
    if point.left_bound is not None:
        text += f" (below {percent_of_first(point.left_bound)} of the first VAF)"
    if point.basis is Basis.HELD_BACK:
        text += f", but seen in {point.mutant_fragments} fragments and held back by a filter"
        text += f" ({point.reason.replace('_', ' ').replace(';', ', ')})"
    return text
