"""Whether the pairs are those that a program could not merge, or not place, and no others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.junction_places import Shown
from flt3itd.reads.columns import distinct
from flt3itd.reads.library import amplicon_shapes, read_spans
from flt3itd.reads.read_set import ReadSet
from flt3itd.reads.tally import LONG_CLIP

_OVERLAP = 10
"""Bases by which mates must overlap to be merged: FLASH and PEAR ask for 10."""
_HARDLY_ANY = 0.95
"""VAF from which on hardly any wild type is left: few pairs of it have too many errors to merge."""
_NONE = 0.98
"""VAF where an aligner placed all of the wild type: joined products alone are left of it."""
_LEAST_FRAGMENTS = 7
"""Fragments that show an ITD. Where a fifth of all do, seven of eleven come once in 500 samples."""


def share_with_insertions(reads: ReadSet, shown: Sequence[Shown], full_length: int) -> float:
    """The share of the fragments that show a junction, of those that do or lie on the reference.

    0 where few do. Asked are fragments with a read of at least `full_length` bases over a junction,
    and others that are as long: reads that were cut at adapters are placed end to end after that.
    """
    whole = [
        read.fragment for one in shown for read in one.reads if len(read.sequence) >= full_length
    ]
    own = distinct(np.array(whole, dtype=np.int64))
    if len(own) < _LEAST_FRAGMENTS:
        return 0.0
    spans = read_spans(reads)
    others = spans.last - spans.first >= full_length
    clipped = np.maximum(spans.clipped_first, spans.clipped_last) >= LONG_CLIP
    others[spans.fragment[clipped]] = False
    others[[read.fragment for one in shown for read in one.reads]] = False
    return len(own) / (len(own) + int(others.sum()))


def unmerged_only(calls: ItdCalls, reads: ReadSet) -> tuple[str, ...]:
    """A warning where mates that overlap, or were placed, may be missing, and so the wild type.

    Of a capture with more fragments of an ITD `share_with_insertions` tells.
    """
    passing = [call for call in calls.calls if not call.filters]
    insertions = [call.haplotype.insertion for call in passing]
    inserted = [one.length for one in insertions if one is not None]
    if not inserted or calls.total_vaf is None or calls.total_vaf.value < _HARDLY_ANY:
        return ()
    if not calls.amplicons:
        if max(call.mutant_fragments for call in passing) >= _LEAST_FRAGMENTS:
            return ()
    elif _overlap_in_the_wild_type_alone(calls, reads, min(inserted)):
        return (
            "hardly any pair is of the wild type, whose mates would overlap, and nearly all are of "
            "an ITD whose mates do not: if these are the pairs that a program could not merge "
            "(FLASH, PEAR), the ratio is wrong; give all pairs as they were sequenced",
        )
    if calls.total_vaf.value < _NONE:
        return ()
    return (
        "hardly any fragment is of the wild type: if these are the reads that a program could not "
        "place on the genome (bowtie2 --un-conc), the ratio is wrong; give all reads",
    )


def _overlap_in_the_wild_type_alone(calls: ItdCalls, reads: ReadSet, inserted: int) -> bool:
    """Whether mates of the wild type overlap, and those with so many bases more do not."""
    library = amplicon_shapes(reads)
    for one in calls.amplicons:
        shapes = one.shapes or library
        left, right = (int(np.median(each)) for each in (shapes.left, shapes.right))
        free = left + right - _OVERLAP - (one.end - one.start)
        if not right or not left or free < 0 or inserted <= free:
            return False
    return True
