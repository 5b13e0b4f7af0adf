"""Rows of the table of clinical events: what each may say, and how its cells are read."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from scripts.inputs.fields import Mend, Name, Record, as_date
from scripts.inputs.samples import PatientCohort

_Text = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]+$")]
_Note = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f]*$")]
_CYCLES = re.compile(r"(?P<on>[1-9][0-9]{0,2}) days? every (?P<length>[1-9][0-9]{0,2}) days")


class ClinicalKind(StrEnum):
    """What a row says. Those below `SAMPLING` are events of a trial, and have dates."""

    TREATMENT = "treatment"
    RESPONSE = "response"
    SAMPLING = "sampling"
    ENROLMENT = "enrolment"
    TRANSPLANTATION = "transplantation"
    RELAPSE = "relapse"
    PROGRESSION = "progression"
    DEATH = "death"
    LAST_FOLLOW_UP = "last_follow_up"


WITH_TIMEPOINTS = (ClinicalKind.TREATMENT, ClinicalKind.RESPONSE, ClinicalKind.SAMPLING)
"""Kinds of which start and end may be timepoints; those of others are dates."""


class ElnResponse(StrEnum):
    """Responses as ELN 2022 names them (Doehner et al., Blood 2022, 140:1345), the best first."""

    CR = "CR"
    CRH = "CRh"
    CRI = "CRi"
    MLFS = "MLFS"
    PR = "PR"
    NR = "NR"


REMISSIONS = (ElnResponse.CR, ElnResponse.CRH, ElnResponse.CRI)
"""Composite complete remission; relapse-free survival starts from these alone."""


class ClinicalRow(Record):
    """One row. `start` and `end` are timepoints of the patient, or dates (YYYY-MM-DD).

    For a sampling, `label` is the timepoint and `start` its date; for a death, `label` is the
    cause. An empty `end` is open for a treatment. `dose` and `schedule` are of treatments,
    `cohort` of the enrolment, whose `start` is day 1 of treatment in the trial.
    """

    patient: Name
    kind: ClinicalKind
    label: Annotated[_Text, Mend("say what is to be shown, or which timepoint was sampled")]
    start: Annotated[_Text, Mend("give a date (YYYY-MM-DD) or a timepoint of the patient")]
    end: str = ""
    dose: Annotated[_Note, Mend("give a dose, such as 400 mg")] = ""
    schedule: Annotated[_Note, Mend("give a schedule, such as 7 days every 28 days")] = ""
    cohort: Annotated[
        PatientCohort | None, Mend("give newly_diagnosed or relapsed_refractory, or leave it empty")
    ] = None


def cycle_of(schedule: str) -> tuple[int, int] | None:
    """Days of treatment and days of a cycle, of a schedule such as "7 days every 28 days"."""
    found = _CYCLES.fullmatch(schedule)
    if found is None or int(found["on"]) > int(found["length"]):
        return None
    return int(found["on"]), int(found["length"])


def eln_response(row: ClinicalRow) -> ElnResponse | None:
    """The ELN term of a response; None for free text and for rows of other kinds."""
    terms = {term.value: term for term in ElnResponse}
    return terms.get(row.label) if row.kind is ClinicalKind.RESPONSE else None


def sampling_dates(rows: Collection[ClinicalRow], patient: str) -> dict[str, date]:
    """The dates of the timepoints of a patient that have one, by timepoint."""
    found = {}
    for row in rows:
        day = as_date(row.start)
        if row.patient == patient and row.kind is ClinicalKind.SAMPLING and day is not None:
            found[row.label] = day
    return found
