"""When survival times start and end, by the definitions of ELN 2022.

Source: Doehner et al., Blood 2022, 140:1345-1377 (responses and clinical trial endpoints). Days
count from day 1 of treatment, which is day 0 here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.inputs.clinical_rows import REMISSIONS, ElnResponse
from scripts.trial.records import DatedResponse, Endpoint, Outcome

DEFINITIONS = {
    Endpoint.OVERALL: (
        "From day 1 of treatment to death from any cause. Patients not known to have died are "
        "censored at the last follow-up."
    ),
    Endpoint.EVENT_FREE: (
        "From day 1 of treatment to treatment failure, relapse after CR, CRh or CRi, or death from "
        "any cause, whichever comes first. Failure (no CR, CRh or CRi by the response landmark, or "
        "progression or NR without one) counts at day 1. Others are censored at the last follow-up."
    ),
    Endpoint.RELAPSE_FREE: (
        "Only of patients with CR, CRh or CRi, from the day on which it was reached to relapse or "
        "death from any cause. Others are censored at the last follow-up."
    ),
}
INCIDENCE_DEFINITION = (
    "Of patients with CR, CRh or CRi, from the day on which it was reached to relapse; death "
    "without relapse is a competing event. Others are censored at the last follow-up."
)


@dataclass(frozen=True)
class Events:
    """What decides the endpoints of a patient. `last` is the death, or else the last follow-up.

    Relapses come after a remission; a progression after one ends it as a relapse does.
    """

    responses: tuple[DatedResponse, ...]
    relapses: tuple[int, ...]
    progressions: tuple[int, ...]
    died: bool
    last: int


def best_response(responses: Sequence[DatedResponse]) -> ElnResponse | None:
    """The best of the responses, in the order of the ELN terms; None without any."""
    terms = {response.term for response in responses}
    return next((term for term in ElnResponse if term in terms), None)


def remission_day(events: Events) -> int | None:
    """The day of the first CR, CRh or CRi; None without one."""
    days = [response.day for response in events.responses if response.term in REMISSIONS]
    return min(days, default=None)


def overall(events: Events) -> Outcome:
    """Overall survival."""
    return _end_of_observation(events, since=0)


def event_free(events: Events, landmark: int) -> Outcome:
    """Event-free survival; treatment failure counts at day 1.

    A remission counts up to the landmark (in days), and if no progression came before it. Without
    one, failure is known once the patient was followed to the landmark, or NR or progression was
    recorded; a patient who dies before has an event on that day.
    """
    remission = remission_day(events)
    before = [day for day in events.progressions if remission is None or day <= remission]
    in_time = remission is not None and remission <= landmark and not before
    if in_time and remission is not None:
        return _until_relapse(events, remission, since=0)
    refractory = any(response.term is ElnResponse.NR for response in events.responses)
    if before or refractory or events.last >= landmark:
        return Outcome(0, True, "treatment failure")
    return _end_of_observation(events, since=0)


def relapse_free(events: Events) -> Outcome | None:
    """Relapse-free survival; None for a patient who never had CR, CRh or CRi."""
    remission = remission_day(events)
    return None if remission is None else _until_relapse(events, remission, since=remission)


def _until_relapse(events: Events, remission: int, since: int) -> Outcome:
    ends = [(day, "relapse") for day in events.relapses]
    ends += [(day, "progression") for day in events.progressions if day > remission]
    if ends:
        day, what = min(ends)
        return Outcome(day - since, True, what)
    return _end_of_observation(events, since)


def _end_of_observation(events: Events, since: int) -> Outcome:
    what = "death" if events.died else "last follow-up"
    return Outcome(events.last - since, events.died, what)
