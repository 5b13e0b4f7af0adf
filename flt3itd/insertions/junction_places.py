"""Where in the reads the junctions of insertions lie: anywhere, unless reads were filtered.

A fragment is cut anywhere, so that the junction stands at any place of a read. A filter by clips,
by mismatches, by gaps or by the score of the alignment takes the reads with the junction in the
middle, and leaves those that have it near an end.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import Fit, ReadMatrix, fit
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.streaming import SplitRead

_LEAST_BESIDE = 10
"""Bases of the shorter side: with fewer, reads may fit the wild type as well."""
_LONGEST_SPANNED_FILLER = 60
"""Of longer inserted sequence only the first junction has to be spanned."""
_VARIANCE = 12
"""One over the variance of an even distribution from 0 to 1."""


Shown = tuple[Fit, npt.NDArray[np.bool_], tuple[int, int]]
"""How reads fit a mutant, which of them show its junction, and where that begins and ends."""


def showing(
    reads: Sequence[SplitRead], haplotype: Haplotype, others: Sequence[Haplotype] = ()
) -> Shown:
    """What reads show of the junction of a mutant; those that fit one of `others` better do not."""
    segment = haplotype.duplication
    insertion = haplotype.insertion
    assert insertion is not None
    left = segment.end + haplotype.shift_before(insertion.start)
    right = left + len(segment.filler)
    matrix = ReadMatrix.of(reads)
    spanned = right if right - left <= _LONGEST_SPANNED_FILLER else left
    mutant, wildtype = fit(matrix, haplotype), fit(matrix, Haplotype(haplotype.reference))
    best = np.max([fit(matrix, one).score for one in others] or [mutant.score], axis=0)
    shows = (
        (mutant.score > wildtype.score)
        & (mutant.score >= best)
        & (mutant.start <= left - ANCHOR)
        & (mutant.end >= spanned + ANCHOR)
    )
    return mutant, shows, (left, spanned)


def nearer_to_ends(shown: Shown) -> float:
    """By how many standard errors the junction stands nearer to the ends of reads than anywhere.

    The shorter side of each read beside the junction, from `_LEAST_BESIDE` bases to half the read,
    is even from 0 to 1 where nothing was filtered. Reads of one place count once, as copies do.
    """
    mutant, shows, (left, right) = shown
    places = np.stack((mutant.start, mutant.end), axis=1)[shows]
    if not len(places):
        return 0.0
    start, end = np.unique(places, axis=0).T
    shorter = np.minimum(left - start, end - right)
    most = (end - start - (right - left)) / 2
    asked = (shorter >= _LEAST_BESIDE) & (most > 2 * _LEAST_BESIDE)
    if not asked.any():
        return 0.0
    share = (shorter[asked] - _LEAST_BESIDE) / (most[asked] - _LEAST_BESIDE)
    return float((0.5 - share.mean()) * np.sqrt(_VARIANCE * len(share)))
