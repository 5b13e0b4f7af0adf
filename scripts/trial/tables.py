"""The tables of a trial: a row for a patient, for a number, for a step of a curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flt3itd.records import Status
from scripts.drug_response.records import Reach
from scripts.inputs.clinical_rows import ElnResponse
from scripts.trial.records import Curve, CurvePoint, DrugTested, Outcome, TrialPatient, TrialReport


@dataclass(frozen=True)
class TrialRow:
    """One row of trial.tsv: an enrolled patient. Days count from day 1 of treatment, which is 0.

    Molecular columns are of the first sample, and of day 28 where there is one. Changes are
    relative (-0.9 is a decrease by 90 %); doses are in nM. Lists are separated by "; ".
    """

    patient: str
    group: str
    trial: str
    best_response: ElnResponse | None
    remission_day: int | None
    transplantation_days: str
    relapse_days: str
    progression_days: str
    death_day: int | None
    death_cause: str
    last_day: int
    overall_days: int
    overall_event: bool
    overall_end: str
    event_free_days: int
    event_free_event: bool
    event_free_end: str
    relapse_free_days: int | None
    relapse_free_event: bool | None
    relapse_free_end: str
    samples: str
    first_material: str
    itd_status: Status | None
    itd_vaf: float | None
    itd_vaf_low: float | None
    itd_vaf_high: float | None
    itd_ar: float | None
    itd_ar_low: float | None
    itd_ar_high: float | None
    tkd_status: Status | None
    tkd_mutations: str
    ar_change: float | None
    ar_change_low: float | None
    ar_change_high: float | None
    ar_change_is_bound: bool
    ar_change_reason: str
    vaf_change: float | None
    vaf_change_low: float | None
    vaf_change_high: float | None
    vaf_change_is_bound: bool
    vaf_change_reason: str
    ic50_in_nm: str
    molecular: str


@dataclass(frozen=True)
class TrialNumber:
    """One row of trial_numbers.tsv. A number that is not there has its reason."""

    measure: str
    group: str
    patients: int
    events: int | None
    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    reason: str


@dataclass(frozen=True)
class TrialStep:
    """One row of trial_curves.tsv: an estimate from a day on, until the next row of its curve."""

    measure: str
    group: str
    day: float
    at_risk: int
    events: int
    estimate: float
    low: float | None
    high: float | None
    reason: str


def trial_row(patient: TrialPatient) -> TrialRow:
    """The row of a patient."""
    first = patient.samples[0] if patient.samples else None
    free = patient.relapse_free
    ar, vaf = patient.ar_change, patient.vaf_change
    return TrialRow(
        patient=patient.patient,
        group=patient.group,
        trial=patient.trial,
        best_response=patient.best,
        remission_day=patient.remission_day,
        transplantation_days=_joined(patient.transplantation_days),
        relapse_days=_joined(patient.relapse_days),
        progression_days=_joined(patient.progression_days),
        death_day=patient.death_day,
        death_cause=patient.death_cause,
        last_day=patient.last_day,
        overall_days=patient.overall.days,
        overall_event=patient.overall.event,
        overall_end=patient.overall.what,
        event_free_days=patient.event_free.days,
        event_free_event=patient.event_free.event,
        event_free_end=patient.event_free.what,
        relapse_free_days=None if free is None else free.days,
        relapse_free_event=None if free is None else free.event,
        relapse_free_end=_end(free),
        samples="; ".join(sample.sample for sample in patient.samples),
        first_material="" if first is None else first.material,
        itd_status=None if first is None else first.itd,
        itd_vaf=None if first is None else first.vaf,
        itd_vaf_low=None if first is None else first.vaf_low,
        itd_vaf_high=None if first is None else first.vaf_high,
        itd_ar=None if first is None else first.ar,
        itd_ar_low=None if first is None else first.ar_low,
        itd_ar_high=None if first is None else first.ar_high,
        tkd_status=None if first is None else first.tkd,
        tkd_mutations="" if first is None else first.tkd_mutations,
        ar_change=ar.value,
        ar_change_low=ar.low,
        ar_change_high=ar.high,
        ar_change_is_bound=ar.bound,
        ar_change_reason=ar.reason,
        vaf_change=vaf.value,
        vaf_change_low=vaf.low,
        vaf_change_high=vaf.high,
        vaf_change_is_bound=vaf.bound,
        vaf_change_reason=vaf.reason,
        ic50_in_nm="; ".join(map(_dose_cell, patient.tested)),
        molecular=patient.molecular,
    )


def _joined(days: tuple[int, ...]) -> str:
    return "; ".join(map(str, days))


def _end(outcome: Outcome | None) -> str:
    return "no CR, CRh or CRi" if outcome is None else outcome.what


def _dose_cell(tested: DrugTested) -> str:
    signs = {Reach.MEASURED: "", Reach.ABOVE: "above ", Reach.BELOW: "below "}
    if tested.value is None or tested.reach not in signs:
        return f"{tested.drug} not known"
    return f"{tested.drug} {signs[tested.reach]}{tested.value:.4g}"


def trial_numbers(report: TrialReport) -> Iterator[TrialNumber]:
    """Every number by group, with its interval or the reason why it has none."""
    if report.not_enrolled:
        yield TrialNumber(
            "not_enrolled", "none", len(report.not_enrolled), None, None, None, None, None,
            f"in the clinical table without an enrolment: {', '.join(report.not_enrolled)}",
        )  # fmt: skip
    for rate in report.rates:
        yield TrialNumber(
            "composite_complete_remission", rate.group, rate.patients, rate.successes,
            rate.value, rate.low, rate.high, None, rate.reason,
        )  # fmt: skip
    for survival in report.survival:
        for curve in survival.curves:
            yield _median(survival.endpoint.value, curve)
        test = survival.log_rank
        patients = sum(curve.patients for curve in survival.curves)
        events = sum(curve.events for curve in survival.curves)
        yield TrialNumber(
            f"{survival.endpoint.value}_log_rank", "all", patients, events, test.statistic, None,
            None, test.p_value, test.reason or "a test statistic has no interval",
        )  # fmt: skip
    for curve in report.relapse.curves:
        yield _incidence(curve)
    for one in report.associations:
        yield TrialNumber(
            f"{one.question}: {one.measure}", one.sizes, one.patients, None, one.value, one.low,
            one.high, one.p_value, one.reason,
        )  # fmt: skip


def _median(endpoint: str, curve: Curve) -> TrialNumber:
    return TrialNumber(
        f"{endpoint}_median_days", curve.group, curve.patients, curve.events, curve.median,
        curve.median_low, curve.median_high, None, median_remark(curve),
    )  # fmt: skip


def median_remark(curve: Curve) -> str:
    """Why a median or an end of its interval is missing; empty where all are there."""
    if curve.median_reason:
        return curve.median_reason
    ends = (("lower", curve.median_low), ("upper", curve.median_high))
    return "; ".join(f"{name} end not reached" for name, end in ends if end is None)


def _incidence(curve: Curve) -> TrialNumber:
    last = curve.points[-1] if curve.points else None
    return TrialNumber(
        "relapse_incidence_at_last_relapse", curve.group, curve.patients, curve.events,
        None if last is None else last.estimate,
        None if last is None else last.low,
        None if last is None else last.high,
        None, curve.reason or _missing_interval(last),
    )  # fmt: skip


def _missing_interval(last: CurvePoint | None) -> str:
    if last is None:
        return "no relapse"
    return "" if last.low is not None else "no interval: the variance is 0"


def trial_steps(report: TrialReport) -> Iterator[TrialStep]:
    """The curves step by step."""
    named = [(one.endpoint.value, one.curves) for one in report.survival]
    for measure, curves in [*named, ("relapse_incidence", report.relapse.curves)]:
        for curve in curves:
            for point in curve.points:
                reason = "" if point.low is not None else "no interval: the variance is 0"
                yield TrialStep(
                    measure, curve.group, point.day, point.at_risk, point.events, point.estimate,
                    point.low, point.high, reason,
                )  # fmt: skip
