"""Reads of a family that begin at different bases, put in step before they are compared.

A consensus compares bases by their distance from the begin of the read. Staggered primers, and
trimming of low qualities or of primers, let reads of one molecule begin some bases apart.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.letters import (
    BASE_SHIFT,
    NO_BASE,
    Booleans,
    Bytes,
    Integers,
    widened,
)
from flt3itd.molecules.pairs import PairBlock
from flt3itd.molecules.trimmed import FARTHEST
from flt3itd.reads.columns import true_by_row

_MOST_BASES = FARTHEST
"""Bases by which reads of one family may begin apart."""
_COMPARED = 72
"""First bases of a read that tell how far it is out of step."""
_BETTER = 7
"""Differing bases that a shift must save."""
_AT_MOST = 4
"""Fewer than one base in four differs behind a right shift; behind a wrong one three do."""


def in_step(pairs: PairBlock, family: Integers, swapped: Booleans) -> PairBlock:
    """The pairs with their reads moved to where most of their family begin.

    `family` is the number of each pair's family, below 0 where it has none; `swapped` tells that
    read 2 is at its lower end. What stands before the usual begin is cut off; behind it there is no
    base up to that of the read.
    """
    for high in (False, True):
        of_second = swapped != high
        ends = np.where(of_second, pairs.end_2, pairs.end_1)
        rows, usual = _beginning_elsewhere(family, ends)
        if not len(rows):
            continue
        own = _reads(pairs, rows, of_second[rows])
        shift = _shifts(own, _reads(pairs, usual, of_second[usual]))
        moved = shift != 0
        if moved.any():
            letters = _moved(own[moved], shift[moved])
            pairs = _with(pairs, rows[moved], letters, ends[usual[moved]], of_second[rows[moved]])
    return pairs


def _with(
    pairs: PairBlock, rows: Integers, letters: Bytes, ends: Integers, is_second: Booleans
) -> PairBlock:
    """The pairs with one read of some of them replaced."""
    columns = []
    for reads, begins, own in (
        (pairs.first, pairs.end_1, ~is_second),
        (pairs.second, pairs.end_2, is_second),
    ):
        new_reads, new_begins = reads.copy(), begins.copy()
        new_reads[rows[own]] = letters[own, : reads.shape[1]]
        new_begins[rows[own]] = ends[own]
        columns.append((new_reads, new_begins))
    (first, end_1), (second, end_2) = columns
    return replace(pairs, first=first, second=second, end_1=end_1, end_2=end_2)


def _beginning_elsewhere(family: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Rows whose end is not the usual one of their family, and for each a row that has that one."""
    kept = np.flatnonzero(family >= 0)
    label, rows, count = factorize_sorted(key_of(family[kept], ends[kept]))
    of_label = family[kept][rows]
    order = np.lexsort((rows, -count, of_label))
    usual = np.full(int(family.max(initial=-1)) + 1, -1, dtype=np.int64)
    usual[of_label[order][::-1]] = order[::-1]
    elsewhere = np.flatnonzero(usual[family[kept]] != label)
    return kept[elsewhere], kept[rows[usual[family[kept[elsewhere]]]]]


def _reads(pairs: PairBlock, rows: Integers, is_second: Booleans) -> Bytes:
    """One read of each pair, as wide as the wider of both."""
    width = max(pairs.first.shape[1], pairs.second.shape[1])
    first, second = (widened(each[rows], width) for each in (pairs.first, pairs.second))
    return np.where(is_second[:, None], second, first)


def _shifts(own: Bytes, usual: Bytes) -> Integers:
    """How many bases later than the usual one each read begins; 0 where no shift fits better."""
    own, usual = own[:, :_COMPARED], usual[:, :_COMPARED]
    width = own.shape[1]
    found = np.zeros(len(own), dtype=np.int64)
    fewest = np.minimum(_differing(own, usual) - _BETTER + 1, width // _AT_MOST)
    rows = np.flatnonzero(fewest > 0)  # most begin elsewhere by an error of a base
    own, usual, fewest = own[rows], usual[rows], fewest[rows]
    best = np.zeros(len(rows), dtype=np.int64)
    for bases in range(1, min(_MOST_BASES, width - 1) + 1):
        for shift, one, other in (
            (bases, own[:, : width - bases], usual[:, bases:]),
            (-bases, own[:, bases:], usual[:, : width - bases]),
        ):
            wrong = _differing(one, other)
            better = wrong < fewest
            best[better], fewest[better] = shift, wrong[better]
    found[rows] = best
    return found


def _differing(one: Bytes, other: Bytes) -> Integers:
    both = (one != NO_BASE) & (other != NO_BASE)
    differ = (one >> np.uint8(BASE_SHIFT)) != (other >> np.uint8(BASE_SHIFT))
    return true_by_row(both & differ)


def _moved(letters: Bytes, shift: Integers) -> Bytes:
    """The rows with so many places without a base before them, or as many bases less."""
    width = letters.shape[1]
    column = np.arange(width) - shift[:, None]
    inside = (column >= 0) & (column < width)
    rows = np.take_along_axis(letters, np.clip(column, 0, width - 1), axis=1)
    found: Bytes = rows * inside
    return found
