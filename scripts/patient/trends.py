"""How far a VAF fell and rose again, in one tissue at a time.

Marrow and blood of one day differ by more than a course does, and so do transcripts and genes, so
that shares and logarithms compare samples of one tissue alone, and RNA with RNA.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from flt3itd.records import Status
from scripts.patient.model import Direction, FollowedSample, Point, Trend, Turn


def by_tissue(samples: Sequence[FollowedSample]) -> dict[str, list[int]]:
    """The places of the samples of each tissue (RNA apart), in the order of the first samples."""
    places: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        places.setdefault(sample.material, []).append(place)
    return places


def with_changes(samples: Sequence[FollowedSample], points: Sequence[Point]) -> tuple[Point, ...]:
    """The points with what is left of the first VAF of their tissue, as share and as log10.

    The first sample of a tissue that shows the alteration has 1; those before it have nothing.
    """
    changed = list(points)
    for places in by_tissue(samples).values():
        for place, point in zip(places, _changes([points[i] for i in places]), strict=True):
            changed[place] = point
    return tuple(changed)


def _changes(points: Sequence[Point]) -> list[Point]:
    first = next((one for one in points if _is_seen(one)), None)
    if first is None or not first.vaf:
        return list(points)
    changed: list[Point] = []
    least = math.inf
    for number, one in enumerate(points):
        if number < points.index(first) or one.status is Status.NOT_ASSESSABLE:
            changed.append(one)
            continue
        seen = _is_seen(one) and one.vaf is not None
        left = one.vaf / first.vaf if seen and one.vaf is not None else None
        most = one.vaf_high if one.status is Status.DETECTED else one.vaf_bound
        bound = None if one is first or most is None or math.isinf(most) else most / first.vaf
        above = left / least if left is not None and 0 < least < left else None
        changed.append(
            dataclasses.replace(
                one,
                left=left,
                left_bound=bound,
                log10_change=_log10(left),
                log10_change_bound=_log10(bound),
                log10_above_lowest=_log10(above),
            )
        )
        least = min(least, *(x for x in (left if seen else bound,) if x is not None), least)
    return changed


def _is_seen(point: Point) -> bool:
    return point.status is Status.DETECTED and bool(point.vaf)


def _log10(share: float | None) -> float | None:
    return math.log10(share) if share else None


def trends(samples: Sequence[FollowedSample], points: Sequence[Point]) -> tuple[Trend, ...]:
    """The trend in each tissue that has two samples to compare; points as `with_changes` gives."""
    found = (
        _trend(tissue, [points[i] for i in places]) for tissue, places in by_tissue(samples).items()
    )
    return tuple(one for one in found if one is not None)


def _trend(tissue: str, points: Sequence[Point]) -> Trend | None:
    shared = [one for one in points if _share(one) is not None]
    if len(shared) < 2:
        return None
    last, turns = shared[-1], _turns(shared)
    return Trend(tissue, _direction(turns), _left(last), not _is_seen(last), turns)


def _turns(points: Sequence[Point]) -> tuple[Turn, ...]:
    """Where falls and rises ended that are beyond both intervals, the last one included."""
    ends: list[tuple[Point, bool]] = []
    at, falls = points[0], None
    for one in points[1:]:
        if falls is not None and _is_farther(one, at, falls=falls):
            at = one
        elif falls is not True and _is_above(at, one):
            ends += [] if falls is None else [(at, falls)]
            at, falls = one, True
        elif falls is not False and _is_above(one, at):
            ends += [] if falls is None else [(at, falls)]
            at, falls = one, False
    if falls is not None:
        ends.append((at, falls))
    return tuple(Turn(_left(one), not _is_seen(one), is_fall) for one, is_fall in ends)


def _is_farther(one: Point, at: Point, *, falls: bool) -> bool:
    if falls:
        return _left(one) < _left(at)
    return _is_seen(one) and _left(one) > _left(at)


def _direction(turns: Sequence[Turn]) -> Direction:
    match [one.is_fall for one in turns]:
        case []:
            return Direction.STEADY
        case [is_fall]:
            return Direction.FELL if is_fall else Direction.ROSE
        case [falls_first, _]:
            return Direction.FELL_AND_ROSE if falls_first else Direction.ROSE_AND_FELL
        case _:
            return Direction.FLUCTUATED


def _left(point: Point) -> float:
    return _share(point) or 0.0


def _share(point: Point) -> float | None:
    """What a point leaves of the first VAF: its share, or the bound of what is not seen."""
    if _is_seen(point):
        return point.left
    return None if point.status is Status.NOT_ASSESSABLE else point.left_bound


def _is_above(one: Point, other: Point) -> bool:
    """Whether one VAF is higher than another beyond both intervals; what is not seen is below."""
    if not _is_seen(one):
        return False
    low = one.vaf_low or one.vaf  # of an earlier ITD there is an upper bound alone
    high = other.vaf_high if _is_seen(other) else other.vaf_bound
    return low is not None and high is not None and low > high
