"""Python's collector of objects that refer to each other in a circle: asked seldom."""

from __future__ import annotations

import gc

_THRESHOLDS = (100_000, 20, 20)
"""New objects before a collection (CPython: 700), collections before one of older objects.

Records of reads refer to each other in no circle, so that all looking finds nothing: with the
threshold of CPython it takes a tenth of a call.
"""


def collect_seldom() -> None:
    """For a program that ends soon, before it imports anything: memory is freed as before."""
    gc.set_threshold(*_THRESHOLDS)
