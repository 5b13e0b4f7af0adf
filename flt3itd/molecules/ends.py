"""Ends that are one although they were read as two: beside a primer, or with an error.

An end is a number: a position of the genome with its strand, or the first bases of a read
(`flt3itd.molecules.pairs`).
"""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.letters import Booleans, Integers, differing_bases
from flt3itd.molecules.pairs import BY_SEQUENCE, FIRST_BASES

PRIMER_REACH = 6
"""Bases beside the usual end of an amplicon at which its other reads begin (primers without their
first bases, trimming)."""
_PRIMER_SHARE = 1e-4
"""Share of all ends that a primer has at least; ends beside one are passed before their turn."""
_MOST_PRIMERS = 2000
NEAR = 12
"""Bases by which the ends of two reads of one molecule may differ by an insertion, a deletion or
another way of clipping."""
_MISREAD = 2
"""Errors in the first bases of a read."""
_SHIFT = 6
"""First bases that a read may lack; few others agree by chance in what is left, without an error
where more than three are missing."""
_SHIFT_WITH_ERROR = 3
TRIMMED = 12
"""First bases that a read may lack where its mate and the UMI are those of the family: the four
that are left agree by chance once in 256, with one of the few molecules that share both."""
_BASES = np.int64((1 << 2 * FIRST_BASES) - 1)


def near(one: Integers, other: Integers, reach: int = NEAR, missing: int = _SHIFT) -> Booleans:
    """Whether two ends may be one: positions close together on a strand, or bases nearly alike.

    Up to so many first bases may be `missing` in one of them.
    """
    by_bases = (one & other & BY_SEQUENCE) != 0
    by_place = ((one | other) & BY_SEQUENCE == 0) & ((one & 1) == (other & 1))
    close: Booleans = by_place & (np.abs((one >> 1) - (other >> 1)) <= reach)
    if by_bases.any():
        close = close | (by_bases & _alike(one & _BASES, other & _BASES, missing))
    return close


def _alike(one: Integers, other: Integers, missing: int) -> Booleans:
    """Whether bases agree but for two errors, or for fewer where some are missing."""
    found = differing_bases(one ^ other) <= _MISREAD
    for bases in range(1, missing + 1):
        shift, rest = 2 * bases, np.int64((1 << 2 * (FIRST_BASES - bases)) - 1)
        errors = int(bases <= _SHIFT_WITH_ERROR)
        found |= differing_bases(((one & rest) ^ (other >> shift)) & rest) <= errors
        found |= differing_bases(((one >> shift) ^ (other & rest)) & rest) <= errors
    return found


def primer_places(ends: Integers, reads: Integers, given: Integers) -> Integers:
    """The ends at which amplicons begin, in the order in which they take those near them.

    These are the given ones, then ends that many reads share, from the commonest on. `ends` are
    different ones, and so many `reads` have each.
    """
    common = reads >= max(2.0, _PRIMER_SHARE * float(reads.sum()))
    values = ends[common]
    values = values[np.lexsort((values, -reads[common]))][:_MOST_PRIMERS]
    open_ = np.ones(len(values), dtype=bool)
    found: list[int] = []
    for primer in (*given.tolist(), *values.tolist()):
        if open_[values == primer].all():
            found.append(primer)
            open_ &= ~_beside(values, np.int64(primer))
    return np.array(found, dtype=np.int64)


def at_primers(ends: Integers, primers: Integers) -> Integers:
    """The ends of amplicons, each moved to the first of some primers that it may be (`near`)."""
    values, inverse = np.unique(ends, return_inverse=True)
    goal = values.copy()
    open_ = np.ones(len(values), dtype=bool)
    for primer in primers:
        if primer & BY_SEQUENCE:
            rows = np.flatnonzero(open_)
        else:
            first = np.searchsorted(values, primer - 2 * PRIMER_REACH)
            last = np.searchsorted(values, primer + 2 * PRIMER_REACH, side="right")
            rows = np.arange(first, last)[open_[first:last]]
        close = rows[_beside(values[rows], primer)]
        goal[close], open_[close] = primer, False
    moved: Integers = goal[inverse]
    return moved


def _beside(ends: Integers, primer: np.int64) -> Booleans:
    """Which ends are of reads that begin at a primer."""
    reach = NEAR if primer & BY_SEQUENCE else PRIMER_REACH
    return near(ends, np.full(len(ends), primer), reach)
