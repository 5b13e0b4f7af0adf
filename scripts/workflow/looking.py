"""How often Snakemake looks for jobs that can start."""

from __future__ import annotations

import threading
from typing import Any

_CLOCK = "_schedule_reevalutation"
"""Snakemake's method that sets a clock, as it spells it."""


def set_one_clock_at_a_time(scheduler: Any) -> None:
    """Let one clock at most wake the scheduler; to be called when Snakemake has made it.

    Snakemake sets a clock after each look that its limit of jobs per second may cut short, and also
    looks when a job ends: each of these looks starts a chain of its own, and at the end of a run of
    150 jobs it looks 150 times a second, a third of a core (Snakemake 9.27). One that does this in
    another way is left alone.
    """
    if not (hasattr(scheduler, _CLOCK) and hasattr(scheduler, "_open_jobs")):
        return
    waiting = False

    def wake() -> None:
        nonlocal waiting
        waiting = False  # before the look, which may set the next clock
        scheduler._open_jobs.release()

    def look_later(seconds: float) -> None:
        nonlocal waiting
        if waiting:
            return
        waiting = True
        clock = threading.Timer(seconds, wake)
        clock.daemon = True  # a run that is over does not wait for it
        clock.start()

    setattr(scheduler, _CLOCK, look_later)
