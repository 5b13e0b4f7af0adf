"""How far a VAF fell and rose again, in one tissue at a time.

Marrow and blood of one day differ by more than a course does, so that shares and logarithms compare
samples of one tissue alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from flt3itd.records import Status
from scripts.patient.model import Direction, FollowedSample, Point, Trend


def by_tissue(samples: Sequence[FollowedSample]) -> dict[str, list[int]]:
    """The places of the samples of each tissue, tissues in the order of their first sample."""
    places: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        places.setdefault(sample.tissue, []).append(place)
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
        above = left / least if left is not None and least < left else None
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
    first, later = shared[0], shared[1:]
    last = later[-1]
    lowest = min(later, key=lambda one: _share(one) or 0.0)
    highest = max(filter(_is_seen, shared), key=lambda one: one.left or 0.0)
    least, end = _share(lowest) or 0.0, _share(last) or 0.0
    fell, rose = _is_above(first, lowest), _is_above(last, lowest)
    if fell and rose and lowest is not last:
        direction = Direction.FELL_AND_ROSE
    elif _is_above(highest, first) and _is_above(highest, last):
        direction = Direction.ROSE_AND_FELL
    elif fell:
        direction = Direction.FELL
    elif _is_above(last, first):
        direction = Direction.ROSE
    else:
        direction = Direction.STEADY
    return Trend(
        tissue,
        direction,
        least,
        not _is_seen(lowest),
        end,
        not _is_seen(last),
        math.log10(end / least) if end > 0 and least > 0 else 0.0,
        highest.left or 1.0,
    )


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
