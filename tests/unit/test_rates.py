"""Placements that show windows, by runs of starts: as many as one by one."""

from collections import Counter

import numpy as np
import pytest

from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.rates import placed_anywhere, runs_of_starts
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.library import FragmentShapes
from tests.builders import random_sequence

REFERENCE = random_sequence(1200, seed=47)
SHAPES = FragmentShapes(
    np.array([100, 80, 100, 60]),
    np.array([100, 100, 0, 60]),
    np.array([250, 130, 100, 60]),
    np.array([0.4, 0.3, 0.2, 0.1]),
)
"""Reads apart, overlapping ones, single ones, and two of one fragment that is as long as they."""


@pytest.mark.parametrize("copied", [12, 60, 180])
def test_runs_hold_each_placement_once(copied: int) -> None:
    change = change_between(REFERENCE, 600, 600, REFERENCE[600 - copied : 600])
    haplotypes = [Haplotype(REFERENCE), Haplotype(REFERENCE, change)]
    windows = find_windows(haplotypes)
    for number, placed in enumerate(placed_anywhere(haplotypes, windows, SHAPES)):
        expected = Counter[int]()
        for left, right, length, weight in zip(*(each.tolist() for each in SHAPES), strict=True):
            for start in range(len(haplotypes[number].sequence) - length):
                ends = np.array([start + left, start + length])
                begins = np.array([start, start + length - right])
                mask = int(np.bitwise_or.reduce(windows.shown(number, begins, ends)))
                expected[mask] += weight
        del expected[0]
        assert placed.rates() == pytest.approx(dict(expected))


def test_starts_lie_between_their_ends() -> None:
    low, high = np.array([300]), np.array([320])
    ends = np.array([[250, 290]] * len(SHAPES.length))
    shape, start, count = runs_of_starts(SHAPES, low, high, ends)
    assert np.bincount(shape, count).tolist() == [40] * len(SHAPES.length)
    assert start.min() == 250
    assert (start + count).max() == 290
