"""UMIs of two parts that were joined without a sign between them, as UMI-tools joins them.

Nothing in their text tells them from UMIs of one part. Where a duplex library was read, the two
strands of its molecules do: both begin and end at one place, and the UMI of the one is that of the
other with its halves in turn.
"""

from __future__ import annotations

import numpy as np

from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.letters import Booleans, Integers, Words
from flt3itd.molecules.pairs import UmiShape

_LEAST_TURNED = 20
"""Pairs of strands from which halves are believed."""
_ABOVE_CHANCE = 3.0
"""Times as many of them as strands of different places have."""
_PLACES = 10
"""Pairs of strands at different places for one at the same place, from which that is told: UMIs of
one amplicon are equal by chance too."""


def shape_of_strands(end_1: Integers, end_2: Integers, umi: Words, shape: UmiShape) -> UmiShape:
    """The parts of UMIs, of which those of one part may be halves that the strands have in turn.

    Ends and UMIs are those of pairs, as in `PairBlock`.
    """
    if shape.second or shape.first % 2:
        return shape
    halves = UmiShape(shape.first // 2, shape.first // 2)
    _, first, _ = factorize_sorted(key_of(end_1, end_2, umi.view(np.int64)))
    end_1, end_2, umi = end_1[first], end_2[first], umi[first]
    turned = end_1 > end_2
    low, high = np.minimum(end_1, end_2), np.maximum(end_1, end_2)
    as_turned = np.where(turned, halves.turned(umi), umi).view(np.int64)
    strands = turned, end_1 < end_2
    beside = _equal(key_of(low, high, as_turned), strands)
    if beside < _LEAST_TURNED:
        return shape
    at_place = _equal(key_of(low, high), strands)
    apart = float(strands[0].sum()) * float(strands[1].sum()) - at_place
    if apart < _PLACES * at_place:
        return shape
    by_chance = at_place * (_equal(key_of(as_turned), strands) - beside) / apart
    return halves if beside > _ABOVE_CHANCE * by_chance else shape


def _equal(keys: Words, strands: tuple[Booleans, Booleans]) -> float:
    """How many pairs of rows, one of each strand, have the same key."""
    (keys_a, counts_a), (keys_b, counts_b) = (
        np.unique(keys[strand], return_counts=True) for strand in strands
    )
    _, in_a, in_b = np.intersect1d(keys_a, keys_b, assume_unique=True, return_indices=True)
    return float((counts_a[in_a].astype(np.float64) * counts_b[in_b]).sum())
