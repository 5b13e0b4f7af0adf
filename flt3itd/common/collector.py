"""Memory of a program that ends soon: Python's collector is asked seldom, freed arrays are kept."""

from __future__ import annotations

import atexit
import gc

_THRESHOLDS = (100_000, 20, 20)
"""New objects before a collection (CPython: 700), collections before one of older objects.

Records of reads refer to each other in no circle, so that all looking finds nothing: with the
threshold of CPython it takes a tenth of a call.
"""
_KEPT = 31 << 20
"""Bytes: glibc keeps twice as many as the largest block that was freed, of 32 MB at most
(mallopt(3): M_MMAP_THRESHOLD, M_TRIM_THRESHOLD)."""


def collect_seldom() -> None:
    """For a program that ends soon, before it imports anything: memory is freed as before.

    At its end Python would go through all that was imported several times, which is up to a tenth
    of a short call: what is frozen it leaves alone.
    """
    gc.set_threshold(*_THRESHOLDS)
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


def keep_freed_memory() -> None:
    """Let the memory of freed arrays be used again, where the C library is glibc.

    It would go back to the system each time, and come from there anew and empty, page by page: up
    to a twentieth of a call of a deep sample. Of the block here no page is ever touched.
    """
    bytes(_KEPT)
