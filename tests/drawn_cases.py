"""How cases are drawn: the same ones every time, and none is given up for being slow or large."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

CASES = settings(
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
