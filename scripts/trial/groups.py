"""The numbers of a trial by group: remission rates, survival, incidence of relapse.

Nothing is computed below the minimum of patients, and the reason is said instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from flt3itd.common.plurals import counted
from scripts.inputs.clinical_rows import REMISSIONS
from scripts.inputs.samples import PATIENT_COHORTS
from scripts.trial.endpoints import DEFINITIONS, INCIDENCE_DEFINITION
from scripts.trial.records import (
    Curve,
    CurvePoint,
    Endpoint,
    GroupTest,
    Incidence,
    Outcome,
    Rate,
    Survival,
    TrialPatient,
)
from scripts.trial.survival import (
    Observation,
    at_risk,
    cumulative_incidence,
    kaplan_meier,
    log_rank,
    median_survival,
    proportion,
)

Observed = Mapping[str, Sequence[Observation]]
"""The observations of each group, by its name."""

_STEPS = (7, 14, 28, 56, 84, 182, 364, 728, 1456)
"""Days between marks on the axis of time: weeks, or multiples of a cycle of 28 days."""
_MOST_MARKS = 8

RELAPSES = ("relapse", "progression")


def too_few(patients: int, minimum: int) -> str:
    """The reason why nothing is computed; empty for enough patients."""
    if patients >= minimum:
        return ""
    return f"{counted(patients, 'patient')}, fewer than the minimum of {minimum}"


def group_names(patients: Sequence[TrialPatient]) -> list[str]:
    """The groups that have patients, newly diagnosed first."""
    present = {patient.group for patient in patients}
    return [cohort.value for cohort in PATIENT_COHORTS if cohort.value in present]


def remission_rates(patients: Sequence[TrialPatient], minimum: int) -> tuple[Rate, ...]:
    """Composite complete remission of all enrolled patients of each group.

    A patient without any response counts as without remission (intention to treat).
    """
    rates = []
    for group in group_names(patients):
        members = [patient for patient in patients if patient.group == group]
        successes = sum(patient.best in REMISSIONS for patient in members)
        assessed = sum(patient.best is not None for patient in members)
        reason = too_few(len(members), minimum)
        if reason:
            rates.append(Rate(group, successes, len(members), assessed, None, None, None, reason))
            continue
        share = proportion(successes, len(members))
        rates.append(
            Rate(group, successes, len(members), assessed, share.value, share.low, share.high, "")
        )
    return tuple(rates)


def survival_of(patients: Sequence[TrialPatient], endpoint: Endpoint, minimum: int) -> Survival:
    """The Kaplan-Meier curves of an endpoint by group, and the log-rank test between them."""
    observed = _observed(
        patients, lambda patient: outcome_of(patient, endpoint), lambda outcome: int(outcome.event)
    )
    marks = _marks(observed)
    curves = tuple(
        _survival_curve(group, observations, marks, minimum)
        for group, observations in observed.items()
    )
    return Survival(endpoint, DEFINITIONS[endpoint], marks, curves, _group_test(observed, minimum))


def relapse_incidence(patients: Sequence[TrialPatient], minimum: int) -> Incidence:
    """The cumulative incidence of relapse by group, death without relapse competing."""
    observed = _observed(patients, lambda patient: patient.relapse_free, _cause)
    marks = _marks(observed)
    curves = tuple(
        _incidence_curve(group, observations, marks, minimum)
        for group, observations in observed.items()
    )
    return Incidence(INCIDENCE_DEFINITION, marks, curves)


def _observed(
    patients: Sequence[TrialPatient],
    outcome_of_one: Callable[[TrialPatient], Outcome | None],
    cause_of: Callable[[Outcome], int],
) -> Observed:
    """The outcomes that are known, as observations, by the group of the patient."""
    return {
        group: [
            Observation(outcome.days, cause_of(outcome))
            for patient in patients
            if patient.group == group and (outcome := outcome_of_one(patient)) is not None
        ]
        for group in group_names(patients)
    }


def outcome_of(patient: TrialPatient, endpoint: Endpoint) -> Outcome | None:
    """What became of a patient for an endpoint; None where it has no start."""
    match endpoint:
        case Endpoint.OVERALL:
            return patient.overall
        case Endpoint.EVENT_FREE:
            return patient.event_free
        case Endpoint.RELAPSE_FREE:
            return patient.relapse_free


def _cause(outcome: Outcome) -> int:
    """1 for a relapse, 2 for a death without one, 0 for censored."""
    if not outcome.event:
        return 0
    return 1 if outcome.what in RELAPSES else 2


def _survival_curve(
    group: str, observations: Sequence[Observation], marks: Sequence[int], minimum: int
) -> Curve:
    events = sum(one.cause != 0 for one in observations)
    reason = too_few(len(observations), minimum)
    if reason:
        return _no_curve(group, observations, events, reason)
    steps = kaplan_meier(observations)
    median = median_survival(steps)
    return Curve(
        group=group,
        patients=len(observations),
        events=events,
        points=tuple(
            CurvePoint(step.time, step.at_risk, step.events, step.survival, step.low, step.high)
            for step in steps
        ),
        censored=_censored(observations),
        at_risk=tuple(at_risk(observations, mark) for mark in marks),
        median=median.time,
        median_low=median.low,
        median_high=median.high,
        median_reason="" if median.time is not None else "not reached",
        reason="",
    )


def _incidence_curve(
    group: str, observations: Sequence[Observation], marks: Sequence[int], minimum: int
) -> Curve:
    events = sum(one.cause == 1 for one in observations)
    reason = too_few(len(observations), minimum)
    if reason:
        return _no_curve(group, observations, events, reason)
    return Curve(
        group=group,
        patients=len(observations),
        events=events,
        points=tuple(
            CurvePoint(
                step.time,
                at_risk(observations, step.time),
                sum(one.time == step.time and one.cause == 1 for one in observations),
                step.incidence,
                step.low if step.low < step.high else None,
                step.high if step.low < step.high else None,
            )
            for step in cumulative_incidence(observations)
        ),
        censored=_censored(observations),
        at_risk=tuple(at_risk(observations, mark) for mark in marks),
        median=None,
        median_low=None,
        median_high=None,
        median_reason="an incidence has no median survival",
        reason="",
    )


def _no_curve(group: str, observations: Sequence[Observation], events: int, reason: str) -> Curve:
    return Curve(group, len(observations), events, (), (), (), None, None, None, reason, reason)


def _censored(observations: Sequence[Observation]) -> tuple[int, ...]:
    return tuple(sorted(int(one.time) for one in observations if one.cause == 0))


def _group_test(observed: Observed, minimum: int) -> GroupTest:
    enough = {
        group: observations
        for group, observations in observed.items()
        if not too_few(len(observations), minimum)
    }
    if len(observed) < 2:
        return GroupTest(None, 0, None, "one group: there is nothing to compare")
    if len(enough) < len(observed):
        return GroupTest(None, 0, None, f"a group has fewer than {minimum} patients")
    test = log_rank(list(enough.values()))
    reason = "" if test.p_value is not None else "no event allows a comparison"
    return GroupTest(test.statistic, test.degrees, test.p_value, reason)


def _marks(observed: Observed) -> tuple[int, ...]:
    """Days of the axis from 0 up to beyond the longest observation, at most eight steps."""
    longest = max((one.time for group in observed.values() for one in group), default=0.0)
    step = next((step for step in _STEPS if longest <= step * _MOST_MARKS), _STEPS[-1])
    while longest > step * _MOST_MARKS:
        step *= 2
    return tuple(step * number for number in range(max(1, math.ceil(longest / step)) + 1))
