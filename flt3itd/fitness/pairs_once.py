"""Whether each text of a pair is there once: where a program removed pairs of the same bases.

Pairs of an amplicon begin at its primers, so that all molecules of an allele without errors have
one text. Where each text was kept once (fastp --dedup, clumpify), errors are counted and not
molecules: the rarer allele comes out too frequent, the more so the deeper the reads are.
"""

from __future__ import annotations

import numpy as np

from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray
from flt3itd.reads.library import rows_of_mates
from flt3itd.reads.read_set import ReadSet

_LENGTHS = 1 << 10
_PLACES = 1 << 17
"""Above any length of a read, and any place of the locus: both reads of a pair in one number."""
_MATES = 2
"""Pairs with one error of a place and base: it may be in either mate."""


def pairs_once(reads: ReadSet) -> int:
    """The pairs of one place and one error, if no two of them are alike and hardly one has none.

    0 otherwise. Of pairs on the reference from end to end those of the commonest place of both
    reads are asked. With e errors a pair, one has none where e have one.
    """
    start, end, fragment = reads.plain()
    left, right = rows_of_mates(start, end, fragment)
    if not len(left):
        return 0
    of_pair = reads.plain_bits(Flag.READ_2)[left].astype(np.int64)
    for row in (left, right):
        length = np.minimum(end[row] - start[row], _LENGTHS - 1)
        of_pair = (of_pair * _PLACES + np.maximum(start[row], 0)) * _LENGTHS + length
    commonest, _ = _most_frequent(of_pair)
    return _with_one_error(reads, fragment[left[of_pair == commonest]])


def _with_one_error(reads: ReadSet, fragments: IntArray) -> int:
    """Those of fragments of one place with one error, where each text is there once; else 0."""
    noted = np.array(reads.mismatches.fragment, dtype=np.int64)
    errors = np.bincount(noted, minlength=reads.fragments)
    of_fragment = errors[fragments]
    if int((of_fragment == 0).sum()) > 1:
        return 0
    alone = np.zeros(len(errors), dtype=np.bool_)
    alone[fragments[of_fragment == 1]] = True
    asked = alone[noted]
    place = np.array(reads.mismatches.place, dtype=np.int64)[asked]
    base = np.array(reads.mismatches.base, dtype=np.int64)[asked]
    if not len(place) or _most_frequent(place * 256 + base)[1] > _MATES:
        return 0
    return len(place)


def _most_frequent(numbers: IntArray) -> tuple[int, int]:
    """The number that is there most often of some, and how often."""
    in_order = np.sort(numbers)
    first = np.flatnonzero(np.diff(in_order, prepend=in_order[0] - 1))
    times = np.diff(first, append=len(in_order))
    most = int(times.argmax())
    return int(in_order[first[most]]), int(times[most])
