"""How often errors alone make a read longer or shorter at a place, by length.

The profile is that of the reads themselves: all local changes of length over the window, counted
in bins. What an insertion would need is compared with the bins away from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import (
    binomial_limit_of_detection,
    odds,
    overdispersed_tail,
    shape_of,
    share_of,
)
from flt3itd.long_reads.differences import Compared, at_edge

SIGNIFICANCE = 1e-4
"""The chance that errors pass for one insertion; some hundred lengths and places are looked at."""
ALIKE = 0.8
"""A change of n bases is mimicked by an error of 0.8 n: edit distances say so (2k - n >= 0.6 n)."""
_NEAR_MISS = 0.5
SHORT = 12
"""Up to this length errors fade from one length to the next; a real insertion stands out."""
_STANDS_OUT = 2.0
_BIN = 20
_EXPOSED_BINS = 2
_MARGIN = 15
_TRIMMED = 0.2
_LEAST_RATE = 1e-5
_UNEVEN = 0.5
"""Shape of errors that are of single places: some have many, most have none."""
_NOWHERE = (-1000, -1000)

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rate:
    """Errors that mimic a change: expected by read, and the shape of their spread over places."""

    mean: float
    shape: float


class ErrorProfile:
    """The local changes of length of some reads, by read, place (window coordinates) and size."""

    def __init__(self, compared: Sequence[Compared], width: int) -> None:
        rows = [
            (index, change.start, change.end, change.net)
            for index, one in enumerate(compared)
            for change in (*one.gains, *one.losses)
            if not at_edge(change, width)
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        self.reads = len(compared)
        self._read, self._start, self._end, self._net = table.T
        self._bins = max(1, math.ceil((width + 1) / _BIN))

    def rate(
        self,
        size: float,
        usable: Flags,
        away_from: tuple[int, int] = _NOWHERE,
        *,
        both_signs: bool = False,
        trimmed: bool = False,
    ) -> Rate:
        """How often errors change the length by 0.8 `size` or more at a place away from another.

        `usable` marks the reads that count. `both_signs`: losses too. `trimmed`: without the
        fifth of the places where they do so most, which may be alleles.
        """
        reads = max(1, int(usable.sum()))
        counts = self._by_bin(size, usable, away_from, both_signs=both_signs)
        if trimmed:
            counts = np.sort(counts)[: math.ceil((1 - _TRIMMED) * len(counts))]
        places = len(counts)
        m = (float(counts.sum()) + 0.5) / places
        shape = shape_of(float(((counts - m) ** 2 - m).sum()), m * m * places)
        return Rate(_EXPOSED_BINS * m / reads, shape)

    def sister_rate(
        self,
        longer: int,
        apart: int,
        error_rate: float,
        usable: Flags,
        away_from: tuple[int, int],
    ) -> Rate:
        """How often errors turn an allele into one that is `apart` edits away.

        They must change its length by `longer` bases, either way, and make 0.8 of the other edits
        one by one: each twice the error rate, at one of two places.
        """
        rest = apart - longer
        edits = (2 * error_rate) ** math.ceil(ALIKE * rest) * 2**rest if rest > 0 else 1.0
        if not longer:
            return Rate(max(_LEAST_RATE, min(1.0, edits)), _UNEVEN)
        rate = self.rate(longer, usable, away_from, both_signs=True)
        return Rate(max(_LEAST_RATE, rate.mean * min(1.0, edits)), min(rate.shape, _UNEVEN))

    def near_misses(self, size: int, usable: Flags, around: tuple[int, int]) -> int:
        """Reads that are a little less longer around a place: from half to 0.8 of a size."""
        low, high = around[0] - _MARGIN, around[1] + _MARGIN
        near = (
            (self._net >= _NEAR_MISS * size)
            & (self._net < ALIKE * size)
            & (self._start <= high)
            & (self._end >= low)
            & usable[self._read]
        )
        return len(np.unique(self._read[near]))

    def usual_near_misses(self, size: int, usable: Flags) -> float:
        """The same at a place as others, by read."""
        longer = self._net >= _NEAR_MISS * size
        chosen = longer & (self._net < ALIKE * size) & usable[self._read]
        counts = np.bincount(self._start[chosen] // _BIN, minlength=self._bins)
        return _EXPOSED_BINS * float(counts.mean()) / max(1, int(usable.sum()))

    def _by_bin(
        self, size: float, usable: Flags, away_from: tuple[int, int], *, both_signs: bool
    ) -> npt.NDArray[np.int64]:
        """The changes of a size in each bin away from a place; a quarter of the bins at least."""
        low, high = away_from[0] - _MARGIN, away_from[1] + _MARGIN
        net = np.abs(self._net) if both_signs else self._net
        away = (self._start > high) | (self._end < low)
        chosen = (net >= ALIKE * size) & away & usable[self._read]
        counts = np.bincount(self._start[chosen] // _BIN, minlength=self._bins)
        edges = np.arange(self._bins) * _BIN
        kept = (edges > high) | (edges + _BIN <= low)
        if 4 * kept.sum() >= self._bins:
            return counts[kept]
        return np.sort(counts)[-math.ceil(self._bins / 4) :]


def is_more_than_errors(count: int, reads: float, rate: Rate) -> bool:
    """Whether so many of the reads are more than errors explain."""
    return overdispersed_tail(count, reads * rate.mean, rate.shape) <= SIGNIFICANCE


def stands_out(count: float, near_misses: float, length: int) -> bool:
    """Whether an insertion is more frequent than slightly shorter ones; long ones need not."""
    return length > SHORT or count >= _STANDS_OUT * near_misses


class SearchedReads(NamedTuple):
    """Of `reads` that span, `sampled` are searched for insertions; `minimum` must show one.

    Reads vary more than molecules by their `copies`.
    """

    reads: int
    sampled: int
    minimum: int
    copies: float = 0.0


def limit_by_length(
    profile: ErrorProfile,
    usable: Flags,
    length: int,
    searched: SearchedReads,
    shown: float,
) -> float:
    """The smallest VAF at which an insertion of a length is found with probability 95 %.

    It needs more reads than errors make, too. A mutant molecule is spanned `shown` times as often
    as a wild-type one.
    """
    reads, sampled, minimum, copies = searched
    rate = profile.rate(length, usable)
    needed = _fewest_beyond_errors(reads * rate.mean, rate.shape, minimum)
    if length <= SHORT:
        misses = profile.usual_near_misses(length, usable) * reads
        needed = max(needed, math.ceil(_STANDS_OUT * misses))
    limit = max(
        binomial_limit_of_detection(reads, needed, copies=copies),
        binomial_limit_of_detection(sampled, minimum, copies=copies),
    )
    return share_of(math.inf if shown <= 0 else odds(limit) / shown)


def _fewest_beyond_errors(mean: float, shape: float, minimum: int) -> int:
    """The smallest count, `minimum` or more, that errors reach too rarely."""
    high = minimum
    while overdispersed_tail(high, mean, shape) > SIGNIFICANCE:
        high *= 2
    low = max(minimum - 1, high // 2)
    while high - low > 1:
        middle = (low + high) // 2
        if overdispersed_tail(middle, mean, shape) > SIGNIFICANCE:
            low = middle
        else:
            high = middle
    return high
