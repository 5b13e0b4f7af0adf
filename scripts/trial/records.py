"""What is said of a trial: its patients, and its numbers by group. Free of scipy.

The published schema is docs/trial.schema.json.

Days count from day 1 of treatment (the enrolment), which is day 0 here. Groups are the cohorts of
the enrolment. A number that is None has its `reason`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal

from flt3itd.records import Status
from scripts.drug_response.records import Reach
from scripts.inputs.clinical_rows import ElnResponse
from scripts.records.files import read_built

TRIAL_SCHEMA_VERSION: Final = 1

NO_SAMPLE = "no sample in this run"


class Endpoint(StrEnum):
    """The three survival times of ELN 2022."""

    OVERALL = "overall_survival"
    EVENT_FREE = "event_free_survival"
    RELAPSE_FREE = "relapse_free_survival"


@dataclass(frozen=True)
class Outcome:
    """How long a patient was observed for an endpoint, in days, and what ended it.

    `event` is false for a patient who is censored. `what` is treatment failure, relapse,
    progression, death or last follow-up.
    """

    days: int
    event: bool
    what: str


@dataclass(frozen=True)
class GivenTreatment:
    """A treatment by days; `end` is None while it goes on. `cycles` are its days, first and last.

    Without a schedule in cycles there are none.
    """

    label: str
    start: int
    end: int | None
    cycles: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class DatedResponse:
    """A response by an ELN term."""

    term: ElnResponse
    day: int


@dataclass(frozen=True)
class SampleState:
    """FLT3 in a sample: total VAF and AR with 95 % intervals where an ITD was detected.

    `day` is None where clinical.tsv has no date of the timepoint. `vaf_bound`: what the VAF is
    below where no ITD passed; None where nothing can be said. `ar` is infinite without wild type.
    `material` is the tissue, RNA of it apart; `is_rna` says whether transcripts were sequenced.
    `assumption` is what intervals and bounds assume.
    """

    sample: str
    timepoint: str
    material: str
    is_rna: bool
    day: int | None
    itd: Status
    vaf: float | None
    vaf_low: float | None
    vaf_high: float | None
    ar: float | None
    ar_low: float | None
    ar_high: float | None
    vaf_bound: float | None
    tkd: Status
    tkd_mutations: str
    assumption: str = ""


@dataclass(frozen=True)
class Change:
    """Relative change from the first sample to day 28: -0.9 is a decrease by 90 %.

    `bound`: the value is an upper bound, no ITD was detected on day 28.
    """

    value: float | None
    low: float | None
    high: float | None
    bound: bool
    reason: str


@dataclass(frozen=True)
class DrugTested:
    """The absolute IC50 (nM) of a drug on cells of the first timepoint."""

    drug: str
    value: float | None
    low: float | None
    high: float | None
    reach: Reach


@dataclass(frozen=True)
class TrialPatient:
    """An enrolled patient. `molecular` says why there are no molecular numbers, else it is empty.

    `best` and `remission_day` are None without a response by ELN terms, and without CR, CRh or
    CRi; `relapse_free` then has no start. `samples` are in the order of time.
    """

    patient: str
    group: str
    trial: str
    treatments: tuple[GivenTreatment, ...]
    responses: tuple[DatedResponse, ...]
    best: ElnResponse | None
    remission_day: int | None
    transplantation_days: tuple[int, ...]
    relapse_days: tuple[int, ...]
    progression_days: tuple[int, ...]
    death_day: int | None
    death_cause: str
    last_day: int
    overall: Outcome
    event_free: Outcome
    relapse_free: Outcome | None
    samples: tuple[SampleState, ...]
    ar_change: Change
    vaf_change: Change
    tested: tuple[DrugTested, ...]
    molecular: str


@dataclass(frozen=True)
class Rate:
    """Composite complete remission (CR, CRh, CRi) of all enrolled patients of a group."""

    group: str
    successes: int
    patients: int
    assessed: int
    value: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True)
class CurvePoint:
    """An estimate from a day on, with its 95 % interval; None where it is not defined."""

    day: float
    at_risk: int
    events: int
    estimate: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Curve:
    """One group. Below the minimum of patients there are no points, and `reason` says so.

    `at_risk` are the numbers at the marks of the figure, `censored` the days without event.
    `median_reason` says why there is no median.
    """

    group: str
    patients: int
    events: int
    points: tuple[CurvePoint, ...]
    censored: tuple[int, ...]
    at_risk: tuple[int, ...]
    median: float | None
    median_low: float | None
    median_high: float | None
    median_reason: str
    reason: str


@dataclass(frozen=True)
class GroupTest:
    """A log-rank test over the groups."""

    statistic: float | None
    degrees: int
    p_value: float | None
    reason: str


@dataclass(frozen=True)
class Survival:
    """One endpoint by group, with its definition; `marks` are the days of the numbers at risk."""

    endpoint: Endpoint
    definition: str
    marks: tuple[int, ...]
    curves: tuple[Curve, ...]
    log_rank: GroupTest


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of relapse from remission on, death competing, by group."""

    definition: str
    marks: tuple[int, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Association:
    """How two things go together over patients, by `measure`, with the number of patients.

    `sizes` says how many patients are on each side.
    """

    question: str
    measure: str
    patients: int
    sizes: str
    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    reason: str


@dataclass(frozen=True)
class TrialReport:
    """Everything in trial.json. An infinite number is null.

    `not_enrolled` are patients of the clinical table without an enrolment, so in no number.
    `trials` are the labels of the enrolments; they stand beside every figure.
    """

    schema_version: Literal[1]
    trials: tuple[str, ...]
    minimum_patients: int
    response_landmark: int
    patients: tuple[TrialPatient, ...]
    not_enrolled: tuple[str, ...]
    rates: tuple[Rate, ...]
    survival: tuple[Survival, ...]
    relapse: Incidence
    associations: tuple[Association, ...]
    sources: dict[str, str]


def read_trial(path: Path) -> TrialReport:
    """The document that the rule `write_trial` wrote. Raises UserError for any other file."""
    return read_built(path, TrialReport, TRIAL_SCHEMA_VERSION, "write_trial")
