"""Python's collector of objects that refer to each other in a circle: asked seldom."""

from __future__ import annotations

import atexit
import gc

_THRESHOLDS = (100_000, 20, 20)
"""New objects before a collection (CPython: 700), collections before one of older objects.

Records of reads refer to each other in no circle, so that all looking finds nothing: with the
threshold of CPython it takes a tenth of a call.
"""


def collect_seldom() -> None:
    """For a program that ends soon, before it imports anything: memory is freed as before.

    At its end Python would go through all that was imported several times, which is up to a tenth
    of a short call: what is frozen it leaves alone.
    """
    gc.set_threshold(*_THRESHOLDS)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
