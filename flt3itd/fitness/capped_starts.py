"""Whether pairs were left out so that no start, or stretch, has more than a number of them.

Clipped reads of a junction all begin to be aligned at one place. Where programs keep a number of
pairs of each start, or of those in each so many bases, more of the mutant is left out than of the
wild type.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flt3itd.common.statistics import binomial_at_least
from flt3itd.reads.columns import count_distinct
from flt3itd.reads.library import Integers, ReadSpans

_LEAST_PAIRS = 5
"""Pairs of a start from which on it is asked: programs keep tens."""
_UNLIKELY = 1e-4
"""Chance that as many of the starts with either number have the greater one, were both as frequent:
of one of many genes, 11 had seven pairs and 3 had six by chance."""
_TIMES = 3
"""Times as many starts have the number that is kept as have one less: sampling lets fewer and fewer
starts have more pairs than most."""
_BEYOND = 0.1
"""Starts with more, of those that have it: two places are one where a gap may stand at either."""
_FARTHEST = 2
"""Times as many pairs: a start with more was not limited."""
_LEAST_NUMBERS = 3
"""Smaller numbers of pairs that starts have, or stretches wherever they begin: fewer where reads
were laid out evenly."""
_STRETCHES = (5, 10, 20, 25, 50, 100)
"""Bases of the stretches that programs count pairs in."""
_LEAST_STRETCHES = 14
"""Of fewer that are alike, one may be as many by chance (`_UNLIKELY`)."""
_USUAL = 0.9
"""Stretches of this share have no more pairs than a limit (`_BEYOND`)."""


class OfAStretch(NamedTuple):
    """The number of pairs beyond which those that start within so many bases were left out."""

    most_pairs_of_a_stretch: int = 0
    bases_of_a_stretch: int = 0


def most_pairs_of_a_start(spans: ReadSpans) -> int:
    """The number of pairs of a start beyond which pairs were left out; 0 where there is none.

    A start is the first base of a pair that is aligned, seen from either end, or the first one of
    its read on the right.
    """
    on_right = np.full(len(spans.first), -1, dtype=np.int64)
    np.maximum.at(on_right, spans.fragment, spans.start)
    return max(_most_pairs(each[spans.paired]) for each in (spans.first, spans.last, on_right))


def most_pairs_of_a_stretch(spans: ReadSpans) -> OfAStretch:
    """The same of stretches, wherever the first of them begins; nothing where there is none.

    A pair is in the stretch in which its first aligned base is, seen from the left.
    """
    start = spans.first[spans.paired]
    if not len(start):
        return OfAStretch()
    pairs_of_start = np.bincount(start - start.min())
    heaped = np.append(0, np.cumsum(pairs_of_start))
    for bases in _STRETCHES:
        stretches = len(pairs_of_start) // bases
        if stretches <= _LEAST_STRETCHES:
            break
        within = (heaped[bases:] - heaped[:-bases])[: (stretches - 1) * bases]
        by_offset = within.reshape(stretches - 1, bases)
        usual = np.sort(by_offset, axis=0)[int(_USUAL * (stretches - 2))]
        alike = (by_offset == usual).sum(axis=0)
        one_less = (by_offset == usual - 1).sum(axis=0)
        possible = (alike >= _LEAST_STRETCHES) & (alike >= _TIMES * one_less)
        for offset in np.flatnonzero(possible & (usual >= _LEAST_PAIRS)).tolist():
            if most := _limit(by_offset[:, offset], by_offset):
                return OfAStretch(most, bases)
    return OfAStretch()


def _most_pairs(start: Integers) -> int:
    """The limit of pairs that start at such places."""
    if not len(start):
        return 0
    pairs_of_start = np.bincount(start - start.min())
    return _limit(pairs_of_start, pairs_of_start)


def _limit(pairs_of_start: Integers, anywhere: Integers) -> int:
    """The number of pairs that many starts have and hardly one exceeds; 0 where there is none.

    `anywhere` are the pairs of stretches wherever they begin.
    """
    pairs, starts = np.unique(pairs_of_start[pairs_of_start > 0], return_counts=True)
    beyond = starts.sum() - np.cumsum(starts)
    one_less = np.where(np.diff(pairs, prepend=0) == 1, np.append(0, starts[:-1]), 0)
    possible = np.flatnonzero(
        (pairs >= _LEAST_PAIRS) & (starts >= _TIMES * one_less) & (beyond <= _BEYOND * starts)
    )
    kept = [each for each in possible.tolist() if _chance(starts[each], one_less[each]) < _UNLIKELY]
    if not kept:
        return 0
    number = int(pairs[kept[-1]])
    smaller = count_distinct(anywhere[(anywhere > 0) & (anywhere < number)])
    is_limit = pairs[-1] <= _FARTHEST * number and smaller >= _LEAST_NUMBERS
    return number if is_limit else 0


def _chance(starts: int, one_less: int) -> float:
    """P(X >= starts) of those that have either number, were both as frequent."""
    return binomial_at_least(int(starts + one_less), int(starts), 0.5)
