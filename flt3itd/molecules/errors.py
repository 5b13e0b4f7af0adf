"""Errors of consensus bases by the size of their families, learned from the families themselves.

Families that lie over one base of the genome should have one base there, or two where it is
inherited. What nearly none of them has is an error: of sequencing in small families, of the first
copies in large ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import VARIANT_RATE
from flt3itd.molecules.consensus import Consensus
from flt3itd.molecules.letters import Booleans, Integers
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import BY_SEQUENCE

LARGEST_CLASS = 5
"""Families of so many pairs or more share an error rate."""
_MOST_FAMILIES = 1500
"""Families of a block that are looked at: neighbours, so that many lie over each base."""
_LEAST_DEPTH = 20
_MOST_DIFFERENT = 5
"""Differences from most other families from which a read is taken to hold a gap, not errors."""
_WIDEST = 4_000_000
"""Bases of the genome that a block may stretch over."""


@dataclass(frozen=True)
class _Cells:
    """Bases of consensus reads: their column (a base of the genome), the base, and their read."""

    column: Integers
    base: Integers
    row: Integers


def observed_errors(molecules: Molecules) -> tuple[Integers, Integers]:
    """Bases that could be compared, and errors among them, by family size up to `LARGEST_CLASS`."""
    compared = np.zeros(LARGEST_CLASS + 1, dtype=np.int64)
    errors = np.zeros(LARGEST_CLASS + 1, dtype=np.int64)
    count = min(len(molecules), _MOST_FAMILIES)
    sides = (molecules.first, molecules.end_1), (molecules.second, molecules.end_2)
    for by_bases in (False, True):
        parts = []
        for side, (consensus, ends) in enumerate(sides):
            rows = np.flatnonzero(((ends[:count] & BY_SEQUENCE) != 0) == by_bases)
            if len(rows) and consensus.bases.shape[1]:
                parts.append(_cells(consensus, ends, rows, side * count, by_bases=by_bases))
        if not parts:
            continue
        cells = _Cells(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
        judged = _judged(cells, 2 * count)
        if judged is None:
            continue
        used, wrong = judged
        size = np.minimum(molecules.reads[cells.row % count], LARGEST_CLASS)
        compared += np.bincount(size[used], minlength=LARGEST_CLASS + 1)
        errors += np.bincount(size[used & wrong], minlength=LARGEST_CLASS + 1)
    return compared, errors


def _cells(
    consensus: Consensus, ends: Integers, rows: Integers, first_row: int, *, by_bases: bool
) -> tuple[Integers, Integers, Integers]:
    """Column, base and read of each called base. Reads are taken to lie there without gaps."""
    bases = consensus.bases[rows].astype(np.int64)
    cycle = np.arange(bases.shape[1])
    if by_bases:  # no place is known: reads that begin alike are compared
        _, place = np.unique(ends[rows], return_inverse=True)
        column = place[:, None] * bases.shape[1] + cycle
    else:
        place, reverse = ends[rows, None] >> 1, (ends[rows, None] & 1) == 1
        column = np.where(reverse, place - 1 - cycle, place + cycle)
        bases = np.where(reverse, 3 - bases, bases)
    called = consensus.qualities[rows] > 0
    row = np.broadcast_to((rows + first_row)[:, None], bases.shape)
    return column[called], bases[called], row[called]


def _judged(cells: _Cells, rows: int) -> tuple[Booleans, Booleans] | None:
    """Which bases can be judged, and which are errors; None where families lie too far apart."""
    if not len(cells.column):
        return None
    column = cells.column - cells.column.min()
    width = int(column.max()) + 1
    if width > _WIDEST:
        return None
    counts = np.bincount(4 * column + cells.base, minlength=4 * width).reshape(width, 4)
    depth = counts.sum(axis=1)
    usual = counts.argmax(axis=1)
    differs = cells.base != usual[column]
    different = np.bincount(cells.row[differs], minlength=rows)
    rare = counts < np.maximum(2.0, VARIANT_RATE * depth)[:, None]
    wrong: npt.NDArray[np.bool_] = differs & rare[column, cells.base]
    used = (depth[column] >= _LEAST_DEPTH) & (different[cells.row] <= _MOST_DIFFERENT)
    return used & (wrong | ~differs), wrong
