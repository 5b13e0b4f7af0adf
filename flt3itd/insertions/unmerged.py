"""Whether the pairs of an amplicon are those that a program could not merge, and no others."""

from __future__ import annotations

import numpy as np

from flt3itd.insertions.itd import ItdCalls
from flt3itd.reads.library import amplicon_shapes
from flt3itd.reads.read_set import ReadSet

_OVERLAP = 10
"""Bases by which mates must overlap to be merged: FLASH and PEAR ask for 10."""
_HARDLY_ANY = 0.95
"""VAF from which on hardly any wild type is left: few pairs of it have too many errors to merge."""


def unmerged_only(calls: ItdCalls, reads: ReadSet) -> tuple[str, ...]:
    """A warning where all mates that overlap may be missing, and with them the wild type."""
    passing = [call.haplotype.insertion for call in calls.calls if not call.filters]
    inserted = [one.length for one in passing if one is not None]
    if not inserted or not calls.amplicons or calls.total_vaf is None:
        return ()
    if calls.total_vaf.value < _HARDLY_ANY:
        return ()
    library = amplicon_shapes(reads)
    for one in calls.amplicons:
        shapes = one.shapes or library
        left, right = (int(np.median(each)) for each in (shapes.left, shapes.right))
        free = left + right - _OVERLAP - (one.end - one.start)
        if not right or not left or free < 0 or min(inserted) <= free:
            return ()
    return (
        "hardly any pair is of the wild type, whose mates would overlap, and nearly all are of an "
        "ITD whose mates do not: if these are the pairs that a program could not merge (FLASH, "
        "PEAR), the ratio is wrong; give all pairs as they were sequenced",
    )
