"""Which fragments over a junction, or about it, the baits of an uneven capture would catch.

Beside an exon with baits a fragment is caught that reaches it: its read over the junction is the
one that lies away from it, and it is a long one. All coordinates are those of the mutant, 0-based.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flt3itd.insertions.baits import Baits
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import LEAST_BESIDE, Shown
from flt3itd.insertions.rates import Runs
from flt3itd.reads.library import Booleans, Floats, FragmentShapes, Integers


class CaughtReads(NamedTuple):
    """Reads over a junction: bases before it and behind it, strand, and how often each is there."""

    before: Integers
    behind: Integers
    reverse: Booleans
    weight: Floats


class Capture(NamedTuple):
    """The baits of an uneven capture, and the fragments that they were offered."""

    baits: Baits
    shapes: FragmentShapes

    def reads_over(self, shown: Shown, haplotype: Haplotype) -> CaughtReads:
        """The reads over a junction, of all places that fragments have on a mutant."""
        reverse = np.repeat([False, True], len(self.shapes.length))
        size = np.concatenate((self.shapes.left, self.shapes.right))
        ahead = np.where(reverse, np.tile(self.shapes.length, 2) - size, 0)
        low = shown.right + LEAST_BESIDE - size
        row, first = _places(low, np.full(len(size), shown.left - LEAST_BESIDE + 1))
        weight = self._caught(haplotype, row % len(self.shapes.length), first - ahead[row])
        return CaughtReads(
            shown.left - first, first + size[row] - shown.right, reverse[row], weight
        )

    def pairs_about(self, shown: Shown, haplotype: Haplotype, longest: int) -> float:
        """How many fragments up to a length have a read mostly on either side of a junction.

        An aligner puts each on its side of it.
        """
        shapes = self.shapes
        low = shown.right - (shapes.length - shapes.right // 2)
        high = np.where(shapes.length <= longest, shown.left - shapes.left // 2 + 1, low)
        row, start = _places(low, high)
        return float(self._caught(haplotype, row, start).sum())

    def _caught(self, haplotype: Haplotype, row: Integers, start: Integers) -> Floats:
        """How often fragments of some shapes (their rows) are caught, by where they begin."""
        if not len(start):
            return np.zeros(0)
        runs = Runs(start, np.ones_like(start), self.shapes.length[row])
        caught: Floats = self.shapes.weight[row] * self.baits.caught(haplotype, runs)
        return caught


def _places(low: Integers, high: Integers) -> tuple[Integers, Integers]:
    """All places from low to high (exclusive) of each row, with the row of each."""
    counts = np.maximum(0, high - low)
    row = np.repeat(np.arange(len(low)), counts)
    begins = np.cumsum(counts) - counts
    return row, low[row] + np.arange(len(row)) - begins[row]
