"""How well the bases of reads fit each of several haplotypes that share junctions.

Copies that differ from each other by single bases have the same junctions. Windows do not tell
them apart, whole reads do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import TIE, Scores
from flt3itd.insertions.counting import LEAST_SCORE, Settled
from flt3itd.reads.columns import are_among, count_distinct

MISREAD = 0.02
"""Share of the fragments over a base that show one given other base by error, at most."""


class BaseFits(NamedTuple):
    """The scores of all reads (columns) on all haplotypes (rows), and the reads' fragments.

    `at_junction` are, of each haplotype with changes beside its own, the fragments that show its
    junction: what lies apart from it may be of a wild type with the same change. `lengths` are the
    net bases of the haplotypes: of mutants that are as long, one may be the other with an error.
    """

    scores: Scores
    fragment: npt.NDArray[np.int64]
    is_wildtype: npt.NDArray[np.bool_]
    at_junction: dict[int, npt.NDArray[np.int64]]
    lengths: tuple[int, ...]

    @classmethod
    def of(cls, settled: Settled) -> BaseFits:
        """Those of the counted reads."""
        haplotypes, counts = settled.haplotypes, settled.counts
        nothing = np.zeros((len(haplotypes), 0), dtype=np.int32)
        scores = np.stack([each.score for each in counts.fits]) if counts.fits else nothing
        wildtype = np.array([one.is_wildtype for one in haplotypes])
        junctions = {
            number: settled.at_junction(number)
            for number, one in enumerate(haplotypes)
            if one.beside and not one.is_wildtype and counts.fits
        }
        lengths = tuple(one.length_change for one in haplotypes)
        return cls(scores, counts.fragment, wildtype, junctions, lengths)

    def gain(self, number: int, kept: Sequence[int]) -> float:
        """Log likelihood that a mutant among those kept is worth by bases that fit it alone.

        Fragments that fit another mutant better are those without these bases; of them `MISREAD`
        may show them by error. Of bases beside an ITD, fragments count that show its junction too.
        Another base in one of many copies is fitted by all reads without it in the other copies, so
        those that fit as long a mutant as well are asked of errors too.
        """
        mutants = [one for one in kept if one != number and not self.is_wildtype[one]]
        if self.is_wildtype[number] or not mutants:
            return 0.0
        own, other, wildtype = self.scores[number], self._best(mutants), self._normal(kept)
        mine = self._fragments(own, np.maximum(other, wildtype), self.at_junction.get(number))
        theirs = self._fragments(other, np.maximum(own, wildtype))
        if not mine:
            return 0.0
        twins = [one for one in mutants if self.lengths[one] == self.lengths[number]]
        if twins and number not in self.at_junction:
            alike = np.where(np.abs(own - self._best(twins)) <= TIE, own, 0)
            if mine < MISREAD * (mine + theirs + self._fragments(alike, wildtype)):
                return 0.0
        return mine * max(0.0, math.log(mine / (mine + theirs) / MISREAD))

    def fitting(self, kept: Sequence[int]) -> dict[int, int]:
        """Fragments of mutants that fit each mutant as well as any other, by its number."""
        mutants = [one for one in kept if not self.is_wildtype[one]]
        best, wildtype = self._best(mutants), self._normal(kept)
        return {
            one: self._fragments(np.where(self.scores[one] >= best - TIE, best, 0), wildtype)
            for one in mutants
        }

    def _best(self, numbers: Sequence[int]) -> Scores:
        best: Scores = self.scores[numbers].max(axis=0, initial=0)
        return best

    def _normal(self, kept: Sequence[int]) -> Scores:
        return self._best([one for one in kept if self.is_wildtype[one]])

    def _fragments(
        self, one: Scores, other: Scores, among: npt.NDArray[np.int64] | None = None
    ) -> int:
        """Fragments with a read whose first score is good, and better than the second."""
        better = self.fragment[(one >= LEAST_SCORE) & (one > other + TIE)]
        return count_distinct(better if among is None else better[are_among(better, among)])
