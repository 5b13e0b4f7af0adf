"""Reads that differ from the reference, and whether those that differ more were taken away.

A read over an insertion that lies on the reference with a gap differs from it by as many bases. A
filter by mismatches (NM), by gaps or by the score of the alignment takes it, and with it the reads
that have more errors than most: errors of reads that were not filtered run out, and do not stop.
"""

from __future__ import annotations

import math
from collections import Counter
from operator import ne
from typing import NamedTuple

from flt3itd.reads.streaming import ReadSet, SplitRead
from flt3itd.reads.tally import Tally

_INHERITED = 0.1
"""Of the single mismatches that were looked at, so many at one place are no errors."""
_ENOUGH = 6
"""Differences of one read from which on no number of reads would be missed."""


class Differences(NamedTuple):
    """The most bases by which a read differs (mismatches and gaps), and the reads missed beyond.

    `missed` are the reads that would differ by more, by the share of those without and with one
    mismatch; errors that are not independent make them more.
    """

    most: int
    missed: float


def differences(reads: ReadSet, reference: str) -> Differences:
    """What aligned reads of a set differ by."""
    tally = reads.tally
    none = len(reads.plain_start) - tally.plain_mismatches
    most = int(tally.plain_mismatches > 0)
    for read in reads.split:
        most = max(most, _differing(read, reference))
        if most >= _ENOUGH:
            return Differences(most, 0.0)
    one = tally.plain_mismatches * (1 - _inherited(tally))
    if one >= none:
        return Differences(most, 0.0)
    errors = one / none
    beyond = math.exp(errors) - sum(
        errors**number / math.factorial(number) for number in range(most + 1)
    )
    return Differences(most, none * max(0.0, beyond))


def _differing(read: SplitRead, reference: str) -> int:
    """Mismatches up to the first gap of a read, and the bases of its gaps."""
    begin, end = read.aligned_start, read.first_block_end
    place = read.first_diagonal + begin
    gap = abs(read.first_diagonal - read.last_diagonal)
    if place < 0:
        return gap
    bases = read.sequence[begin:end]
    window = reference[place : place + end - begin]
    return gap + (0 if bases == window else sum(map(ne, bases, window)) - bases.count("N"))


def _inherited(tally: Tally) -> float:
    """The share of single mismatches at places where many reads have the same base."""
    places = Counter[tuple[int, str]]()
    for mismatch, count in tally.mismatches.items():
        places[mismatch.place, mismatch.base] += count
    total = places.total()
    return sum(count for count in places.values() if count >= _INHERITED * total) / max(1, total)
