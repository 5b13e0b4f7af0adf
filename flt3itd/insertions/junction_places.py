"""Where in the reads the junctions of insertions lie: anywhere, unless reads were filtered.

A fragment is cut anywhere, so that the junction stands at any place of a read. A filter by clips,
by mismatches, by gaps or by the score of the alignment takes the reads with the junction in the
middle, and leaves those that have it near an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.comparison import Fit, ReadMatrix, fit
from flt3itd.insertions.copies import shifts
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.streaming import SplitRead

_LEAST_BESIDE = 10
"""Bases of the shorter side: with fewer, reads may fit the wild type as well."""
_LONGEST_SPANNED_FILLER = 60
"""Of longer inserted sequence only the first junction has to be spanned."""
_VARIANCE = 12
"""One over the variance of an even distribution from 0 to 1."""


class Shown(NamedTuple):
    """The reads that show the junction of a mutant, and how they fit it, read by read.

    What they span of the junction begins at `left` and ends at `right` (coordinates of the mutant):
    its filler, of a long one only the side of the first copy.
    """

    reads: list[SplitRead]
    fit: Fit
    left: int
    right: int


def showing(
    reads: Sequence[SplitRead], haplotype: Haplotype, others: Sequence[Haplotype] = ()
) -> Shown:
    """What reads show of the junction of a mutant; those that fit one of `others` better do not."""
    segment = haplotype.duplication
    insertion = haplotype.insertion
    assert insertion is not None
    left = segment.end + haplotype.shift_before(insertion.start)
    right = left + len(segment.filler)
    spanned = right if right - left <= _LONGEST_SPANNED_FILLER else left
    near = _reaching(reads, haplotype, left - ANCHOR, spanned + ANCHOR)
    matrix = ReadMatrix.of(near)
    mutant, wildtype = fit(matrix, haplotype), fit(matrix, Haplotype(haplotype.reference))
    best = np.max([fit(matrix, one).score for one in others] or [mutant.score], axis=0)
    shows = (
        (mutant.score > wildtype.score)
        & (mutant.score >= best)
        & (mutant.start <= left - ANCHOR)
        & (mutant.end >= spanned + ANCHOR)
    )
    rows = np.flatnonzero(shows).tolist()
    return Shown([near[row] for row in rows], mutant.rows(shows), left, spanned)


def _reaching(
    reads: Sequence[SplitRead], haplotype: Haplotype, start: int, end: int
) -> list[SplitRead]:
    """The reads that lie over [start, end) of a haplotype wherever they may be placed on it."""
    found = shifts(haplotype)
    lowest, highest = found[0], found[-1]
    return [
        read
        for read in reads
        if min(read.first_diagonal, read.last_diagonal) + lowest <= start
        and max(read.first_diagonal, read.last_diagonal) + highest + len(read.sequence) >= end
    ]


def nearer_to_ends(shown: Shown) -> float:
    """By how many standard errors the junction stands nearer to the ends of reads than anywhere.

    The shorter side of each read beside the junction, from `_LEAST_BESIDE` bases to half the read,
    is even from 0 to 1 where nothing was filtered. Reads of one place count once, as copies do.
    """
    if not shown.reads:
        return 0.0
    width = int(shown.fit.end.max()) + 1
    start, end = np.divmod(np.unique(shown.fit.start * width + shown.fit.end), width)
    shorter = np.minimum(shown.left - start, end - shown.right)
    most = (end - start - (shown.right - shown.left)) / 2
    asked = (shorter >= _LEAST_BESIDE) & (most > 2 * _LEAST_BESIDE)
    if not asked.any():
        return 0.0
    share = (shorter[asked] - _LEAST_BESIDE) / (most[asked] - _LEAST_BESIDE)
    return float((0.5 - share.mean()) * np.sqrt(_VARIANCE * len(share)))
