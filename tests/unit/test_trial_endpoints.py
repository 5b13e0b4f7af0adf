"""Endpoints of a trial by their definitions, on worked patients."""

from __future__ import annotations

import pytest

from scripts.inputs.clinical_rows import ElnResponse
from scripts.trial.endpoints import Events, best_response, event_free, overall, relapse_free
from scripts.trial.records import (
    DatedResponse,
    Outcome,
)
from tests.trial_builders import LANDMARK


def events(
    *responses: tuple[str, int],
    relapses: tuple[int, ...] = (),
    progressions: tuple[int, ...] = (),
    died: bool = False,
    last: int = 400,
) -> Events:
    dated = tuple(DatedResponse(ElnResponse(term), day) for term, day in responses)
    return Events(dated, relapses, progressions, died, last)


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        # Remission, then relapse, death, or neither.
        (events(("CR", 28), relapses=(200,)), Outcome(200, True, "relapse")),
        (events(("CRh", 28), relapses=(200, 300), died=True), Outcome(200, True, "relapse")),
        (events(("CRi", 28), died=True), Outcome(400, True, "death")),
        (events(("CR", 28)), Outcome(400, False, "last follow-up")),
        (events(("CR", 28), progressions=(90,)), Outcome(90, True, "progression")),
        # Failure counts at day 1.
        (events(("NR", 28)), Outcome(0, True, "treatment failure")),
        (events(("NR", 28), last=60), Outcome(0, True, "treatment failure")),
        (events(progressions=(40,), last=60), Outcome(0, True, "treatment failure")),
        (events(("PR", 28), last=180), Outcome(0, True, "treatment failure")),
        (events(last=180), Outcome(0, True, "treatment failure")),
        (events(("CR", 181)), Outcome(0, True, "treatment failure")),
        (events(("CR", 90), progressions=(40,)), Outcome(0, True, "treatment failure")),
        (events(("CR", 90), progressions=(90,)), Outcome(0, True, "treatment failure")),
        (events(("NR", 28), ("PR", 60), last=60), Outcome(0, True, "treatment failure")),
        # Not known yet, or dead before an answer.
        (events(("PR", 28), last=179), Outcome(179, False, "last follow-up")),
        (events(("MLFS", 28), last=20, died=True), Outcome(20, True, "death")),
        # A remission in time makes up for a bad first answer.
        (events(("NR", 28), ("CR", 180)), Outcome(400, False, "last follow-up")),
    ],
)
def test_event_free_survival_of_worked_patients(course: Events, expected: Outcome) -> None:
    assert event_free(course, LANDMARK) == expected


@pytest.mark.parametrize(
    ("course", "expected"),
    [
        (events(("CR", 28), relapses=(200,), died=True), Outcome(172, True, "relapse")),
        (events(("PR", 28), ("CRi", 60), died=True), Outcome(340, True, "death")),
        (events(("CRi", 30), ("CR", 60)), Outcome(370, False, "last follow-up")),
        (events(("CR", 200), progressions=(250,)), Outcome(50, True, "progression")),
        (events(("MLFS", 28), died=True), None),
        (events(), None),
    ],
)
def test_relapse_free_survival_starts_from_remission_alone(
    course: Events, expected: Outcome | None
) -> None:
    assert relapse_free(course) == expected


def test_overall_survival_ends_with_death_alone() -> None:
    assert overall(events(("CR", 28), relapses=(90,))) == Outcome(400, False, "last follow-up")
    assert overall(events(died=True, last=3)) == Outcome(3, True, "death")


def test_the_best_response_is_the_best_in_the_order_of_the_terms() -> None:
    terms = [response.value for response in ElnResponse]
    assert terms == ["CR", "CRh", "CRi", "MLFS", "PR", "NR"]
    for better, worse in zip(ElnResponse, list(ElnResponse)[1:], strict=False):
        assert best_response([DatedResponse(worse, 1), DatedResponse(better, 2)]) is better
    assert best_response([]) is None
