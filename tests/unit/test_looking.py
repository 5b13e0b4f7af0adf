"""Snakemake looks for jobs once a second, however many have ended."""

from __future__ import annotations

import threading
from types import SimpleNamespace

from snakemake.scheduling.job_scheduler import JobScheduler

from scripts.workflow.looking import set_one_clock_at_a_time


def woken(seconds: float, asked: int) -> tuple[int, SimpleNamespace]:
    """How often a scheduler is woken within a second that asked for a look so many times."""
    scheduler = SimpleNamespace(_open_jobs=threading.Semaphore(0), _schedule_reevalutation=None)
    set_one_clock_at_a_time(scheduler)
    for _ in range(asked):
        scheduler._schedule_reevalutation(seconds)
    looks = 0
    while scheduler._open_jobs.acquire(timeout=0.2):
        looks += 1
    return looks, scheduler


def test_of_many_looks_that_are_asked_for_one_comes() -> None:
    assert woken(0.01, 100)[0] == 1


def test_after_a_look_the_next_can_be_asked_for() -> None:
    looks, scheduler = woken(0.0, 1)
    scheduler._schedule_reevalutation(0.0)
    assert looks == 1
    assert scheduler._open_jobs.acquire(timeout=5)


def test_a_clock_does_not_hold_up_the_end() -> None:
    woken(60.0, 1)
    assert all(one.daemon for one in threading.enumerate() if isinstance(one, threading.Timer))


def test_snakemake_still_calls_what_is_replaced() -> None:
    assert callable(JobScheduler._schedule_reevalutation)
    assert "_schedule_reevalutation" in JobScheduler.schedule.__code__.co_names


def test_a_snakemake_that_does_it_in_another_way_is_left_alone() -> None:
    for name in ("_open_jobs", "_schedule_reevalutation"):
        scheduler = SimpleNamespace(**{name: None})
        set_one_clock_at_a_time(scheduler)
        assert vars(scheduler) == {name: None}
