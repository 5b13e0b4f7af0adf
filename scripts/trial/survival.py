"""Survival of groups: Kaplan-Meier, log-rank, cumulative incidence, and exact proportions.

Times are in one unit that the caller uses throughout, from the start of observation (0). At equal
times events come before censoring, as in the published definitions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

_Z = float(stats.norm.ppf(0.975))


@dataclass(frozen=True)
class Observation:
    """One patient: how long, and what ended it. `cause` 0 is censored, 1 the event, 2 another."""

    time: float
    cause: int


@dataclass(frozen=True)
class Proportion:
    """A share with its exact 95 % interval; the value is None without patients."""

    successes: int
    patients: int
    value: float | None
    low: float
    high: float


@dataclass(frozen=True)
class SurvivalStep:
    """Survival from `time` on, with a 95 % interval; None where it is not defined (0 or 1)."""

    time: float
    at_risk: int
    events: int
    survival: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Quantile:
    """A time with its 95 % interval; None where the curve does not get there."""

    time: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class LogRank:
    """A chi-square of group differences; None where no event allows a comparison."""

    statistic: float | None
    degrees: int
    p_value: float | None


@dataclass(frozen=True)
class IncidenceStep:
    """The share that has had the event by `time`, others having ended otherwise."""

    time: float
    incidence: float
    low: float
    high: float


def proportion(successes: int, patients: int) -> Proportion:
    """The exact interval of Clopper and Pearson (Biometrika 1934, 26:404-413); (0, 1) of nobody."""
    if patients == 0:
        return Proportion(0, 0, None, 0.0, 1.0)
    failures = patients - successes
    low = float(stats.beta.ppf(0.025, successes, failures + 1)) if successes else 0.0
    high = float(stats.beta.ppf(0.975, successes + 1, failures)) if failures else 1.0
    return Proportion(successes, patients, successes / patients, low, high)


def kaplan_meier(observations: Sequence[Observation]) -> tuple[SurvivalStep, ...]:
    """The product-limit curve, a step for each time of an event (Kaplan and Meier 1958).

    Every cause but 0 is an event. The variance is Greenwood's; the interval is that of
    log(-log S) (Kalbfleisch and Prentice 1980), which stays between 0 and 1.
    """
    steps, survival, greenwood = [], 1.0, 0.0
    for time, at_risk, events in _event_times(observations):
        survival *= 1 - events / at_risk
        if events < at_risk:
            greenwood += events / (at_risk * (at_risk - events))
        low, high = _log_log_interval(survival, greenwood)
        steps.append(SurvivalStep(time, at_risk, events, survival, low, high))
    return tuple(steps)


def median_survival(steps: Sequence[SurvivalStep]) -> Quantile:
    """The first time at which survival is one half or less, with its interval.

    The interval holds the times at which one half lies in the interval of the curve (Brookmeyer
    and Crowley, Biometrics 1982, 38:29-41).
    """

    def first(of: Sequence[float | None]) -> float | None:
        return next(
            (
                step.time
                for step, value in zip(steps, of, strict=True)
                if value is not None and value <= 0.5 + 1e-12
            ),
            None,
        )

    return Quantile(
        first([step.survival for step in steps]),
        first([step.low for step in steps]),
        first([step.high for step in steps]),
    )


def at_risk(observations: Sequence[Observation], time: float) -> int:
    """How many are still under observation just before a time."""
    return sum(one.time >= time for one in observations)


def log_rank(groups: Sequence[Sequence[Observation]]) -> LogRank:
    """The log-rank test of equal survival in all groups (Mantel 1966; Peto and Peto 1972).

    Groups without patients are left out; the hypergeometric variance allows for ties.
    """
    present = [group for group in groups if group]
    degrees = len(present) - 1
    everyone = [one for group in present for one in group]
    difference = np.zeros(max(degrees, 0))
    variance = np.zeros((max(degrees, 0), max(degrees, 0)))
    for time, number, events in _event_times(everyone) if degrees > 0 else ():
        risk = np.array([at_risk(group, time) for group in present], dtype=float)
        seen = np.array(
            [sum(one.time == time and one.cause != 0 for one in group) for group in present],
            dtype=float,
        )
        share = risk / number
        difference += (seen - events * share)[:-1]
        if number > 1:
            factor = events * (number - events) / (number - 1)
            variance += factor * (np.diag(share) - np.outer(share, share))[:-1, :-1]
    if degrees < 1 or not np.any(variance) or np.linalg.matrix_rank(variance) < degrees:
        return LogRank(None, max(degrees, 0), None)
    statistic = float(difference @ np.linalg.solve(variance, difference))
    return LogRank(statistic, degrees, float(stats.chi2.sf(statistic, degrees)))


def cumulative_incidence(observations: Sequence[Observation]) -> tuple[IncidenceStep, ...]:
    """Aalen and Johansen's estimate for cause 1, cause 2 competing; a step for each event of it.

    The variance is that of Marubini and Valsecchi (Analysing Survival Data 1995, 10.12); the
    interval is taken on log(-log) of the incidence.
    """
    times = _event_times(observations)
    causes = [
        sum(one.time == time and one.cause == 1 for one in observations) for time, *_ in times
    ]
    before, survival, incidence = [], 1.0, []
    total = 0.0
    for (_, number, events), ours in zip(times, causes, strict=True):
        before.append(survival)
        total += survival * ours / number
        incidence.append(total)
        survival *= 1 - events / number
    steps = []
    for index, (time, *_) in enumerate(times):
        if causes[index]:
            variance = _incidence_variance(times, causes, before, incidence, index)
            steps.append(
                IncidenceStep(time, incidence[index], *_bounded(incidence[index], variance))
            )
    return tuple(steps)


def _incidence_variance(
    times: Sequence[tuple[float, int, int]],
    causes: Sequence[int],
    before: Sequence[float],
    incidence: Sequence[float],
    last: int,
) -> float:
    first = second = third = 0.0
    for (_, number, events), ours, survival, here in zip(
        times[: last + 1], causes, before, incidence, strict=False
    ):
        apart = incidence[last] - here
        if number > events:
            first += apart**2 * events / (number * (number - events))
        second += survival**2 * ours * (number - ours) / number**3
        third += apart * survival * ours / number**2
    return max(0.0, first + second - 2 * third)


def _event_times(observations: Sequence[Observation]) -> list[tuple[float, int, int]]:
    """Each time of an event: how many were at risk, and how many events it saw."""
    times = sorted({one.time for one in observations if one.cause != 0})
    return [
        (
            time,
            at_risk(observations, time),
            sum(one.time == time and one.cause != 0 for one in observations),
        )
        for time in times
    ]


def _log_log_interval(survival: float, greenwood: float) -> tuple[float | None, float | None]:
    if not 0 < survival < 1:
        return None, None
    half = _Z * math.sqrt(greenwood) / abs(math.log(survival))
    return survival ** math.exp(half), survival ** math.exp(-half)


def _bounded(share: float, variance: float) -> tuple[float, float]:
    if not 0 < share < 1 or variance == 0:
        return share, share
    half = _Z * math.sqrt(variance) / abs(share * math.log(share))
    return share ** math.exp(half), share ** math.exp(-half)
