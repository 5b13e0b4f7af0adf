"""How cases are drawn: the same ones every time, and none is given up for being slow or large."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

CASES = settings(
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TIMES = int(os.environ.get("MORE_CASES", "1"))
"""Times as many cases as in CI: what was not changed finds nothing new in more of them."""
