"""Whether reads that fit a mutant fit the wild type as well, with a gap of a base or two.

An insertion or deletion that a sequencer makes in a run of equal bases moves all that follows, and
what follows may resemble another place of the locus: a junction that no molecule has. Coordinates
are 0-based half-open, plus strand.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import TIE, Fit, ReadMatrix, expected_bases
from flt3itd.insertions.haplotype import Haplotype

_GAPS = (-2, -1, 1, 2)
_GAP_COST = 5
"""As much as another base costs: in a run such an error is as frequent."""
_MOST_READS = 200
"""About so many reads are looked at."""
LARGEST_SHARE = 0.5
"""Of the reads that fit a mutant best, so many at most may fit the wild type with a gap as well."""


def is_gap_error(
    wildtype: Haplotype, reads: ReadMatrix, fitted: Fit, own: npt.NDArray[np.bool_]
) -> bool:
    """Whether a gap explains most of the reads that are `own` of a mutant, which they fit best."""
    rows = np.flatnonzero(own)
    if not len(rows):
        return False
    some = rows[:: max(1, len(rows) // _MOST_READS)]
    part, score = reads.rows(some), fitted.score[some]
    # A read that lacks less than a gap costs fits nothing as well that has one.
    if np.mean(score <= part.length - _GAP_COST + TIE) <= LARGEST_SHARE:
        return False
    best = np.zeros(len(part), dtype=np.int64)
    for diagonal in (part.first_diagonal, part.last_diagonal):
        ahead, behind = _sums(part, wildtype, diagonal)
        for gap in _GAPS:
            other_ahead, other_behind = _sums(part, wildtype, diagonal + gap)
            for before, after in ((ahead, other_behind), (other_ahead, behind)):
                best = np.maximum(best, (before + after).max(axis=1) - _GAP_COST)
    return bool(np.mean(best >= score - TIE) > LARGEST_SHARE)


def _sums(
    reads: ReadMatrix, haplotype: Haplotype, diagonal: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The best score of a stretch that ends, and of one that begins, in front of each base."""
    rows, width = reads.bases.shape
    agrees = reads.bases == expected_bases(reads, haplotype, diagonal)
    step = np.where(agrees, 1, reads.penalty).astype(np.int64)
    step[reads.bases == 0] = 0
    total = np.zeros((rows, width + 1), dtype=np.int64)
    np.cumsum(step, axis=1, out=total[:, 1:])
    ahead = total - np.minimum.accumulate(total, axis=1)
    behind = np.maximum.accumulate(total[:, ::-1], axis=1)[:, ::-1] - total
    return ahead, behind
