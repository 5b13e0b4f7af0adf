"""The bases that reads show at places of a haplotype: what corrects it, and what sisters have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import Fit, ReadMatrix

MAJORITY = 0.7
"""Share of the reads (or fragments) over a base that must agree on another one to correct it."""
INSIDE = 6
"""Bases by which a read must go on beyond a base that it shows: where it leaves the haplotype for
good, behind a gap of the copy, its last bases are stretched over the difference."""
_GOOD = -4
"""Penalty of a mismatch at a base of good quality."""
_ROWS = 2048
"""Reads that are looked at once: a megabyte or so, whatever the depth."""


@dataclass(frozen=True)
class ShownBases:
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
        parts = [
            cls._of_rows(reads, fitted, some, places)
            for some in np.split(rows, range(_ROWS, len(rows), _ROWS))
        ]
        return cls(
            np.concatenate([part.bases for part in parts]),
            np.concatenate([part.covers for part in parts]),
            reads.fragment[rows],
        )

    @classmethod
    def _of_rows(
        cls,
        reads: ReadMatrix,
        fitted: Fit,
        rows: npt.NDArray[np.int64],
        places: npt.NDArray[np.int64],
    ) -> ShownBases:
        first = fitted.start[rows, None] + INSIDE
        covers = (places >= first) & (places < fitted.end[rows, None] - INSIDE)
        query = np.where(covers, places[None, :] - fitted.offset[rows, None], 0)
        covers &= np.take_along_axis(reads.penalty[rows], query, axis=1) <= _GOOD
        bases = np.take_along_axis(reads.bases[rows], query, axis=1)
        return cls(bases, covers, reads.fragment[rows])

    def beside(self, other: ShownBases) -> ShownBases:
        """The rows of this and of another one, of the same places."""
        return ShownBases(
            np.concatenate((self.bases, other.bases)),
            np.concatenate((self.covers, other.covers)),
            np.concatenate((self.fragment, other.fragment)),
        )
