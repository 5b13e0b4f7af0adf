"""Which allele each spanning read is of: competition of whole alleles by edit distance.

A read counts for the allele that it is nearest to, when it is nearer to it than to every other by
enough of what parts the two: in a pair d edits apart by 0.6 d - 1 edits, at least one. A read of
an allele with e errors a base keeps about (1 - e) d; one whose errors are foreign bases at the
place of an insertion of n gains about n / 2 and counts for none.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from flt3itd.long_reads.differences import distance

_NEARER = 0.6

Distances = npt.NDArray[np.int64]


def margin(apart: int) -> int:
    """By how many edits a read must be nearer to one of two alleles that are so far apart."""
    return max(1, math.ceil(_NEARER * apart) - 1)


class Competition:
    """Distances of all reads to all alleles, each computed once.

    `reads` are distinct cut sequences, `weights` how many reads each stands for.
    """

    def __init__(self, reads: Sequence[str], weights: npt.NDArray[np.int64]) -> None:
        self._reads = reads
        self.weights = weights
        self._distances: dict[str, Distances] = {}
        self._apart: dict[tuple[str, str], int] = {}

    def distances(self, allele: str) -> Distances:
        """The edit distance of each read to an allele."""
        known = self._distances.get(allele)
        if known is None:
            known = np.array([distance(read, allele) for read in self._reads], dtype=np.int64)
            self._distances[allele] = known
        return known

    def apart(self, one: str, other: str) -> int:
        """The edit distance of two alleles."""
        key = (one, other) if one < other else (other, one)
        if key not in self._apart:
            self._apart[key] = distance(one, other)
        return self._apart[key]

    def won(self, allele: str, others: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Which reads count for an allele against others."""
        own = self.distances(allele)
        wins = np.ones(len(own), dtype=np.bool_)
        for other in others:
            wins &= own + margin(self.apart(allele, other)) <= self.distances(other)
        return wins

    def count(self, wins: npt.NDArray[np.bool_]) -> int:
        """The reads behind some sequences."""
        return int(self.weights[wins].sum())

    def gain(self, allele: str, others: Sequence[str]) -> int:
        """By how many edits in all the reads are nearer to an allele than to the best other."""
        nearest = np.min([self.distances(other) for other in others], axis=0)
        better = np.maximum(nearest - self.distances(allele), 0)
        return int((better * self.weights).sum())
