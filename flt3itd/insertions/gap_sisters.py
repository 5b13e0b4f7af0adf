"""ITDs that a base more or less in the reads of a better supported one may have made.

In reads with many such errors, those that are wrong near one place of an ITD fit best what differs
from it there, so that their number says nothing.
"""

from __future__ import annotations

from dataclasses import replace

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.itd import ItdCall, ItdCalls
from flt3itd.insertions.refinement import edit_distance


def without_gap_sisters(calls: ItdCalls) -> ItdCalls:
    """The calls of reads with many gaps: what differs little from a better supported one falls.

    The totals keep it: its fragments are mutant, whichever of both they are of.
    """
    kept: list[ItdCall] = []
    fallen: list[ItdCall] = []
    for call in sorted(calls.calls, key=lambda one: -one.mutant_fragments):
        distances = (edit_distance(call.haplotype, one.haplotype) for one in kept)
        (kept if all(one is None for one in distances) else fallen).append(call)
    return replace(
        calls,
        calls=tuple(
            replace(call, filters=(*call.filters, Flt3Filter.UNFIT_READS))
            if call in fallen
            else call
            for call in calls.calls
        ),
    )
