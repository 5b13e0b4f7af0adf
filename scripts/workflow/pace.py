"""How fast a run gets on, and when it may be at its end."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

LEAST_FINISHED = 5
"""Steps that must have ended before their times say anything of the others."""


class Pace:
    """The steps of a run as they begin and end; times are seconds of one clock."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._running: dict[int, tuple[str, float]] = {}
        self._seconds: dict[str, list[float]] = {}

    def started(self, number: int, rule: str, now: float) -> None:
        """A step begins; `number` tells it from the others."""
        self._running[number] = (rule, now)

    def finished(self, number: int, now: float) -> None:
        """A step has ended; one whose begin was not told says nothing."""
        if number in self._running:
            rule, begin = self._running.pop(number)
            self._seconds.setdefault(rule, []).append(now - begin)

    def left(self, waiting: Iterable[str], now: float) -> float | None:
        """Seconds until the end; `waiting` has the rule of each step that has not ended.

        A step takes as long as those of its rule did, or as all did where none of its rule has
        ended; as many run beside each other as did so far. None while too few have ended.
        """
        times = [seconds for of_rule in self._seconds.values() for seconds in of_rule]
        spent = sum(times) + sum(now - begin for _, begin in self._running.values())
        if len(times) < LEAST_FINISHED or spent <= 0 or now <= self._begun:
            return None
        means = {rule: fmean(seconds) for rule, seconds in self._seconds.items()}
        expected = sum(means.get(rule, fmean(times)) for rule in waiting)
        begun = sum(now - begin for _, begin in self._running.values())
        return max(0.0, expected - begun) / (spent / (now - self._begun))


def spoken(seconds: float) -> str:
    """A time as a person says it: ``40 s``, ``3 min``, ``2 h 5 min``."""
    if seconds < 55:
        return f"{max(1, round(seconds / 5)) * 5} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"
