"""Snakemake looks for jobs when one has ended, not by clocks of its limit of jobs per second."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from snakemake.cli import get_argument_parser
from snakemake.scheduling.job_scheduler import JobRateLimiter, JobScheduler
from snakemake.settings.types import MaxJobsPerTimespan

from scripts.workflow.looking import look_only_when_a_job_ends


@pytest.mark.parametrize(
    ("limit", "left"), [("100/1s", False), ("99/1s", True), ("100/2s", True), ("10/1m", True)]
)
def test_only_the_usual_limit_is_taken_away(limit: str, left: bool) -> None:
    limiter = JobRateLimiter(MaxJobsPerTimespan.parse_choice(limit))
    scheduler = SimpleNamespace(job_rate_limiter=limiter)
    look_only_when_a_job_ends(scheduler)
    assert scheduler.job_rate_limiter is (limiter if left else None)


def test_a_run_without_a_limit_stays_as_it_is() -> None:
    for scheduler in (SimpleNamespace(job_rate_limiter=None), SimpleNamespace()):
        before = dict(vars(scheduler))
        look_only_when_a_job_ends(scheduler)
        assert vars(scheduler) == before


def test_the_limit_that_snakemake_sets_is_the_usual_one_and_where_it_is_asked_for() -> None:
    assert get_argument_parser([]).get_default("max_jobs_per_timespan") == "100/1s"
    assert "job_rate_limiter" in JobScheduler.schedule.__code__.co_names
