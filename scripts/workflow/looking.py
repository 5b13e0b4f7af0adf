"""How often Snakemake looks for jobs that can start."""

from __future__ import annotations

from typing import Any

_USUAL = (100, 1)
"""Jobs in so many seconds: the limit that Snakemake sets by itself."""


def look_only_when_a_job_ends(scheduler: Any) -> None:
    """Take the usual limit of jobs per second away; to be called when Snakemake has a scheduler.

    No run here comes near it, and while there is a limit, each look for jobs that leaves some
    waiting sets a clock for another one: a job that ends starts a chain of looks of its own, and at
    the end of a run of 150 jobs there are 150 of them a second, a third of a core (Snakemake 9.27).
    A limit that a user set stays.
    """
    limit = getattr(scheduler, "job_rate_limiter", None)
    if limit is not None and (limit.max_jobs, limit.timespan) == _USUAL:
        scheduler.job_rate_limiter = None
