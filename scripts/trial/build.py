"""Put a trial together: courses of clinical.tsv, reports of samples, drugs tested in vitro."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scripts.drug_response.records import DrugResponse
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.report.model import Report
from scripts.trial.associations import associations
from scripts.trial.courses import TrialCourse, trial_courses
from scripts.trial.endpoints import (
    best_response,
    event_free,
    overall,
    relapse_free,
    remission_day,
)
from scripts.trial.groups import relapse_incidence, remission_rates, survival_of
from scripts.trial.molecular import changes_to_day_28, sample_state, tested_drugs
from scripts.trial.records import (
    NO_SAMPLE,
    TRIAL_SCHEMA_VERSION,
    Endpoint,
    TrialPatient,
    TrialReport,
)


@dataclass(frozen=True)
class TrialRules:
    """By which rules the numbers of a trial are made (`trial` in the configuration)."""

    minimum_patients: int
    """Patients that a group needs for a number."""
    response_landmark: int
    """Days from day 1 of treatment in which a remission has to be reached."""


def gather_trial(
    rows: Sequence[ClinicalRow],
    reports: Sequence[Report],
    responses: Mapping[str, DrugResponse],
    rules: TrialRules,
    sources: Mapping[str, str],
) -> TrialReport:
    """The record of a trial.

    `rows` are those of `read_clinical`; `reports` those of all samples, for each patient in the
    order of time; `responses` the drug responses by patient; `sources` are checksums by path.
    """
    by_patient: dict[str, list[Report]] = {}
    for report in reports:
        by_patient.setdefault(report.sample.patient, []).append(report)
    patients = tuple(
        _patient(
            course,
            by_patient.get(course.patient, ()),
            responses.get(course.patient),
            rules.response_landmark,
        )
        for course in trial_courses(rows)
    )
    enrolled = {patient.patient for patient in patients}
    minimum = rules.minimum_patients
    return TrialReport(
        schema_version=TRIAL_SCHEMA_VERSION,
        trials=tuple(dict.fromkeys(patient.trial for patient in patients)),
        minimum_patients=minimum,
        response_landmark=rules.response_landmark,
        patients=patients,
        not_enrolled=tuple(
            dict.fromkeys(row.patient for row in rows if row.patient not in enrolled)
        ),
        rates=remission_rates(patients, minimum),
        survival=tuple(survival_of(patients, endpoint, minimum) for endpoint in Endpoint),
        relapse=relapse_incidence(patients, minimum),
        associations=associations(patients, minimum),
        sources=dict(sources),
    )


def _patient(
    course: TrialCourse,
    reports: Sequence[Report],
    response: DrugResponse | None,
    landmark: int,
) -> TrialPatient:
    events = course.events
    samples = tuple(
        sample_state(report, course.sampled.get(report.sample.timepoint)) for report in reports
    )
    ar_change, vaf_change = changes_to_day_28(samples)
    return TrialPatient(
        patient=course.patient,
        group=course.group,
        trial=course.trial,
        treatments=course.treatments,
        responses=events.responses,
        best=best_response(events.responses),
        remission_day=remission_day(events),
        transplantation_days=course.transplantations,
        relapse_days=events.relapses,
        progression_days=events.progressions,
        death_day=events.last if events.died else None,
        death_cause=course.death_cause,
        last_day=events.last,
        overall=overall(events),
        event_free=event_free(events, landmark),
        relapse_free=relapse_free(events),
        samples=samples,
        ar_change=ar_change,
        vaf_change=vaf_change,
        tested=tested_drugs(response, samples[0].timepoint) if samples else (),
        molecular="" if samples else NO_SAMPLE,
    )
