"""Splitting a sequence over a junction: what lies on one diagonal, filler, what on another.

A diagonal is the reference coordinate that the first base of the sequence would have.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.haplotype import encode
from flt3itd.reads.columns import Bases

_FILLER_BASE_COST = 0.5
_FILLER_COST = 1.2
_BESIDE_FILLER = 2.0
_LEAST_FLANK = 8
_FOREIGN = 4
"""Penalty of a mismatch where the genuine part of a sequence is told from foreign bases."""
_SURELY_GENUINE = 25
"""So many bases lie on a diagonal by no chance, whatever follows: another copy, an adapter."""
_HARDLY_CHANCE = 16
"""So many bases of 100 foreign ones lie somewhere on 1,500 by chance once in 30,000 times."""
_FEW_FOREIGN = 4
"""Bases at an end of a read that may be errors of its last cycles; more are an adapter's."""
LONG_COPY = 500
"""Bases of a duplication of which amplicons show no few bases, and captures some longer clips."""
_MOST_COST = 0.12
_SHORTEST_COPY = 3
"""Inserted bases that may be a copy with another base in it; fewer are read as they stand."""


class Split(NamedTuple):
    """query[:left_end] lies on the first diagonal, query[right_start:] on the second."""

    left_end: int
    right_start: int
    cost: float

    def score(self, size: int) -> float:
        """Bases of so many that are explained less what they cost: the best of readings wins."""
        explained = size - (self.right_start - self.left_end)
        return explained - _FOREIGN * self.cost


def is_chance(split: Split, size: int, before: int, behind: int, apart: int) -> bool:
    """Whether so few bases lie on one diagonal that a seed may be there by chance.

    `before` and `behind` are the foreign bases in front of and behind the `size` bases that were
    split; others lie between. The diagonals are `apart`.
    """
    left, right = split.left_end, size - split.right_start
    if before > left or (behind > right and right < _SURELY_GENUINE):
        return True
    between = split.right_start - split.left_end
    return any(
        genuine < _HARDLY_CHANCE
        and (between > genuine or beyond > _FEW_FOREIGN or apart > LONG_COPY)
        for genuine, beyond in ((left, before), (right, behind))
    )


def _mismatches(bases: Bases, reference: str, diagonal: int) -> npt.NDArray[np.int64]:
    """1 where a sequence on a diagonal differs from the reference, or lies outside it."""
    result = np.ones(len(bases), dtype=np.int64)
    begin, end = max(0, -diagonal), min(len(bases), len(reference) - diagonal)
    if begin < end:
        window = encode(reference[begin + diagonal : end + diagonal])
        result[begin:end] = bases[begin:end] != window
    return result


def genuine_part(
    sequence: str, reference: str, first: int, second: int, anchor: int
) -> tuple[int, int]:
    """From where a sequence lies on the first diagonal to where it leaves the second for good.

    Beyond that are adapters, read behind the end of a short fragment, and other foreign bases.
    It leaves the first diagonal at `anchor`, where it comes back to the same one behind that.
    """
    bases = encode(sequence)
    leaves, comes = (anchor, anchor) if first == second else (len(bases), 0)
    begin, _ = _best_stretch(_mismatches(bases[:leaves], reference, first))
    _, end = _best_stretch(_mismatches(bases[comes:], reference, second + comes))
    return begin, max(begin, comes + end)


def _best_stretch(mismatches: npt.NDArray[np.int64]) -> tuple[int, int]:
    """The stretch with the best sum of matches less penalties, positions half-open."""
    total = np.concatenate(([0], np.cumsum(1 - (1 + _FOREIGN) * mismatches)))
    lowest = np.minimum.accumulate(total)
    end = int(np.argmax(total - lowest))
    return int(np.argmax(total == lowest[end])), end


def split_between(bases: Bases, reference: str, first: int, second: int) -> Split | None:
    """The cheapest way to read a sequence as first diagonal, filler, second diagonal."""
    left = np.concatenate(([0], np.cumsum(_mismatches(bases, reference, first)))).astype(float)
    right = np.concatenate(([0], np.cumsum(_mismatches(bases, reference, second)))).astype(float)
    right = right[-1] - right
    position = np.arange(len(left))
    direct = left + right
    opened = left - _FILLER_BASE_COST * position
    cheapest = np.minimum.accumulate(opened)
    with_filler = cheapest + _FILLER_BASE_COST * position + right + _FILLER_COST
    inner = slice(_LEAST_FLANK, len(bases) - _LEAST_FLANK + 1)
    if direct[inner].size == 0:
        return None
    best_direct = _LEAST_FLANK + int(np.argmin(direct[inner]))
    best_filler = _LEAST_FLANK + int(np.argmin(with_filler[inner]))
    cost = float(min(direct[best_direct], with_filler[best_filler]))
    if cost == direct[best_direct] and first - second >= _SHORTEST_COPY:
        split = Split(best_direct, best_direct, cost)
    else:  # without copies, all that differs at the junction is filler
        split = Split(*_filler_bounds(left, right), cost)
    mismatched = split.cost - _FILLER_BASE_COST * (split.right_start - split.left_end)
    flanks = len(bases) - (split.right_start - split.left_end)
    shortest = min(split.left_end, len(bases) - split.right_start)
    if shortest < _LEAST_FLANK or mismatched > 2 + _MOST_COST * flanks:
        return None
    return split


def _filler_bounds(
    left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]
) -> tuple[int, int]:
    """Where a filler begins and ends, given the mismatches left and right of each position.

    Stricter than the choice of a filler: beside it, a mismatch must be outweighed by more than
    four matches, or bases that were replaced would be taken for sequencing errors and be lost.
    """
    position = np.arange(len(left))
    opened = _BESIDE_FILLER * left - _FILLER_BASE_COST * position
    closed = _BESIDE_FILLER * right + _FILLER_BASE_COST * position
    finish = int(np.argmin(np.minimum.accumulate(opened) + closed))
    return int(np.argmin(opened[: finish + 1])), finish
