"""The bases that reads show at places of a haplotype: what corrects it, and what sisters have."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import ROWS_AT_ONCE, Fit, ReadMatrix

MAJORITY = 0.7
"""Share of the reads (or fragments) over a base that must agree on another one to correct it."""
INSIDE = 6
"""Bases by which a read must go on beyond a base that it shows: where it leaves the haplotype for
good, behind a gap of the copy, its last bases are stretched over the difference."""
_GOOD = -4
"""Penalty of a mismatch at a base of good quality."""


class ShownBases(NamedTuple):
    """The bases that reads (rows) show at places of a haplotype (columns), where they show it well.

    `fragment` is by row.
    """

    bases: npt.NDArray[np.uint8]
    covers: npt.NDArray[np.bool_]
    fragment: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        reads: ReadMatrix,
        fitted: Fit,
        rows: npt.NDArray[np.int64],
        places: npt.NDArray[np.int64],
    ) -> ShownBases:
        """What some rows of a matrix show at places, as they fit the haplotype."""
        bases = np.empty((len(rows), len(places)), dtype=np.uint8)
        covers = np.empty(bases.shape, dtype=np.bool_)
        for begin in range(0, len(rows), ROWS_AT_ONCE):
            part = slice(begin, begin + ROWS_AT_ONCE)
            some = rows[part]
            first, last = fitted.start[some, None] + INSIDE, fitted.end[some, None] - INSIDE
            inside = (places >= first) & (places < last)
            query = np.where(inside, places - fitted.offset[some, None], 0)
            at = some[:, None] * reads.bases.shape[1] + query
            covers[part] = inside & (reads.penalty.take(at) <= _GOOD)
            bases[part] = reads.bases.take(at)
        return cls(bases, covers, reads.fragment[rows])

    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows show A, C, G and T (the rows of this) at each place."""
        shown = [self.covers & (self.bases == base) for base in b"ACGT"]
        return np.array([one.sum(axis=0, dtype=np.int32) for one in shown], dtype=np.int64)

    def beside(self, other: ShownBases) -> ShownBases:
        """The rows of this and of another one, of the same places."""
        return ShownBases(
            np.concatenate((self.bases, other.bases)),
            np.concatenate((self.covers, other.covers)),
            np.concatenate((self.fragment, other.fragment)),
        )
