"""How strongly a capture pulls each base: from where its fragments lie, to how well others are.

A bait catches a fragment by the bases that it holds, wherever these lie in it. So a fragment over a
junction is caught by what stands on both sides of it, though the reference has no fragment like it.
A fragment is caught in proportion to the pulls of its bases, up to a most: beyond that the capture
is saturated. The pulls are those that explain best where fragments lie, found by expectation and
maximisation (Richardson, J Opt Soc Am 1972;62:55), stopped early: fragments are longer than exons,
so that few rounds tell what can be told and further ones follow chance.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flt3itd.insertions.copies import origins
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.rates import Runs
from flt3itd.reads.library import Floats, FragmentShapes, Integers
from flt3itd.reads.percentile import percentile

_BLOCK = 20
"""Bases that share one pull."""
_ROUNDS = 20
_SATURATED = 80
"""Percent of the fragments that are seen: so many are pulled no more strongly than need be."""
_NO_PULL = 1e-9


class Baits(NamedTuple):
    """The pull of each base of the reference, and the most of a fragment that counts."""

    pull: Floats
    most: float

    def caught(self, haplotype: Haplotype, runs: Runs) -> Floats:
        """How many of the fragments of each run on a haplotype are caught."""
        begins = np.cumsum(runs.counts) - runs.counts
        starts = np.repeat(runs.starts - begins, runs.counts)
        starts += np.arange(len(starts))
        ends = starts + np.repeat(runs.lengths, runs.counts)
        low, high = int(starts.min()), int(ends.max())
        origin = origins(haplotype, np.arange(low, high, dtype=np.int64))
        total = sums_before(self.pull[np.clip(origin, 0, len(self.pull) - 1)])
        pulled: Floats = np.minimum(self.most, total[ends - low] - total[starts - low])
        return np.add.reduceat(pulled, begins)


def baits_of(start: Integers, end: Integers, copies: Floats, shapes: FragmentShapes) -> Baits:
    """The baits that explain where plain fragments lie (reference, 0-based half-open).

    `copies` are by base of the reference how many places of the molecules give a plain fragment
    with its centre there.
    """
    size = len(copies)
    block = np.arange(size) // _BLOCK
    exposed = np.bincount(block, weights=_exposure(start, end, copies, shapes))
    pull = np.where(exposed > 0, 1.0, 0.0)[block]
    for _ in range(_ROUNDS):
        total = sums_before(pull)
        share = 1 / np.maximum(total[end] - total[start], _NO_PULL)
        change = np.bincount(start, share, size + 1) - np.bincount(end, share, size + 1)
        shown = np.bincount(block, weights=np.cumsum(change)[:-1])
        pull *= np.where(exposed > 0, shown / np.maximum(exposed, _NO_PULL), 0.0)[block]
    total = sums_before(pull)
    return Baits(pull, percentile(total[end] - total[start], _SATURATED))


def _exposure(start: Integers, end: Integers, copies: Floats, shapes: FragmentShapes) -> Floats:
    """By base, how many places of fragments hold it, as far as plain fragments are seen."""
    low, high, size = int(start.min()), int(end.max()), len(copies)
    change = np.zeros(size + 1)
    for weight, length in zip(shapes.weight.tolist(), shapes.length.tolist(), strict=True):
        stop = max(low, high - length + 1)
        centre = np.clip(np.arange(low, stop) + length // 2, 0, size - 1)
        change[low:stop] += weight * copies[centre]
        change[low + length : stop + length] -= weight * copies[centre]
    found: Floats = np.cumsum(change)[:-1]
    return found


def sums_before(values: Floats) -> Floats:
    """The sums of all values before each place, and of all."""
    return np.concatenate(([0.0], np.cumsum(values)))
