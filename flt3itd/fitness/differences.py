"""Reads that differ from the reference, and whether those that differ more were taken away.

A read over an insertion that lies on the reference with a gap differs from it by as many bases. A
filter by mismatches (NM), by gaps or by the score of the alignment takes it, and with it the reads
that have more errors than most: errors of reads that were not filtered run out, and do not stop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.reads.columns import IntArray, true_by_row
from flt3itd.reads.mismatches import compared
from flt3itd.reads.read_set import ReadSet, SplitColumns, SplitRead
from flt3itd.reads.tally import Tally

_INHERITED = 0.1
"""Of the single mismatches that were looked at, so many at one place are no errors."""
_LEAST_ALIKE = 4
"""Reads that have the same other base at one place, at least, before it is taken for no error."""
_HARDLY_BY_CHANCE = 6
"""Differences of one read that chance alone hardly ever makes."""
_ENOUGH = 20
"""Differences of one read from which on it is not asked what the most are."""
_LOOKED_AT = 4000
"""Reads whose differences are counted, of all that may have two or more."""
_AT_ONCE = 16_384
"""Reads that are asked together whether one differs by that much: with fewer, the calls cost more
than what they count."""
_LEAST_ERRORS = 0.1
"""Errors of a read: with fewer, reads of one haplotype differ by the same, and by no more."""
_MOST_ERRORS = 10
"""Reads that differ by more may be those of an ITD."""
_FEW_OF_EACH = 8
"""Differences from which on two numbers of them are taken together, of reads without gaps: fewer
reads have each, and neither variants nor ITDs are as many mismatches."""
_HARDLY_ANY = 0.1
"""Of the reads that should differ by more, those that do: a few come from trimming."""

_place_and_base = attrgetter("place", "base")


class Differences(NamedTuple):
    """The most bases by which a read differs (mismatches and gaps), and the reads missed beyond.

    `missed` are the reads that would differ by more. Errors are mixed Poisson numbers, of reads
    that have them at different rates, so that k n(k) / n(k - 1) of the n(k) reads with k of them
    does not fall with k: at least n(k) r k / (k + 1) reads have k + 1, where r = n(k) / n(k - 1),
    and so on. Where there are just those without and with one, the Poisson distribution tells it.
    """

    most: int
    missed: float


def differences(reads: ReadSet, reference: str) -> Differences:
    """What aligned reads of a set differ by."""
    tally, split = reads.tally, reads.columns()
    number = len(split.reads)
    none = len(reads.plain_start) - tally.plain_mismatches
    one = tally.plain_mismatches * (1 - _inherited(tally))
    errors = one / none if one < none else 0.0
    every = max(1, number // _LOOKED_AT)
    differing, gaps = _differing(split.rows(np.arange(0, number, every)), reference)
    counts, gapless = Counter(differing.tolist()), Counter(differing[gaps == 0].tolist())
    greatest = max(counts, default=0)
    missed = _beyond_those_with_none(none, errors, greatest)
    if errors >= _LEAST_ERRORS:
        counts[1] += round(one / every)
        missed = max(
            missed,
            *(_beyond(counts, most, 1) for most in range(2, _MOST_ERRORS + 1)),
            *(_beyond(gapless, most, 2) for most in range(_FEW_OF_EACH, _ENOUGH)),
        )
    most = max(greatest, int(tally.plain_mismatches > 0))
    if every > 1 and greatest < _ENOUGH:
        for first in range(0, number, _AT_ONCE):
            rows = np.arange(first, min(first + _AT_ONCE, number))
            differing, _ = _differing(split.rows(rows), reference)
            enough = differing[differing >= _ENOUGH]
            if len(enough):
                return Differences(int(enough[0]), missed)
            most = max(most, int(differing.max()))
    return Differences(most, missed)


def _beyond_those_with_none(none: int, errors: float, most: int) -> float:
    """The reads with more errors than `most` (one at least) that these without any let expect."""
    if most >= _HARDLY_BY_CHANCE:
        return 0.0
    most = max(1, most)
    within = sum(errors**number / math.factorial(number) for number in range(most + 1))
    return none * max(0.0, math.exp(errors) - within)


def _beyond(counts: Counter[int], most: int, width: int) -> float:
    """The reads with more differences than `most` that are missed; 0 unless hardly any is there.

    So many numbers of differences are taken together.
    """
    last = sum(counts[most - each] for each in range(width))
    before = sum(counts[most - width - each] for each in range(width))
    if not 0 < last < before:
        return 0.0
    expected = 0.0
    number, more = float(last), most
    while number >= 1:
        more += width
        number *= last / before
        for each in range(width):
            number *= (most - each) / (more - each)
        expected += number
    seen = sum(count for size, count in counts.items() if size > most)
    return expected - seen if seen <= _HARDLY_ANY * expected else 0.0


def _differing(split: SplitColumns, reference: str) -> tuple[IntArray, IntArray]:
    """Of each read mismatches up to its first gap and bases of its gaps together; the latter."""
    gaps = np.abs(split.gap)
    return _first_block_mismatches(split, reference) + gaps, gaps


def _first_block_mismatches(split: SplitColumns, reference: str) -> IntArray:
    """The bases that differ in the first aligned block of each read, without unknown ones.

    Of a block that goes on behind the reference those on it; none of one that begins before it.
    """
    found = np.zeros(len(split.reads), dtype=np.int64)
    for block in _first_blocks(split, reference):
        found[block.rows] = true_by_row(block.differs)
    return found


def errors_of(tally: Tally, looked_at: Sequence[SplitRead], reference: str) -> tuple[float, int]:
    """Mismatches of plain reads, and those in first blocks of the others, that are errors.

    Not those that reads have at one place alike: they are inherited, or an aligner laid bases
    there that stand behind a gap.
    """
    covered = np.zeros(len(reference) + 1, dtype=np.int64)
    places, others = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for block in _first_blocks(SplitColumns(looked_at), reference):
        row, at = np.nonzero(block.differs)
        places.append(block.start[row] + at)
        others.append(block.bases[row, at].astype(np.int64))
        np.add.at(covered, block.start, 1)
        np.add.at(covered, block.start + block.bases.shape[1], -1)
    shown, count = np.unique(
        np.concatenate(places) * 256 + np.concatenate(others), return_counts=True
    )
    alike = np.maximum(_LEAST_ALIKE, _INHERITED * np.cumsum(covered)[shown // 256])
    errors = int(count[count < alike].sum())
    return tally.plain_mismatches * (1 - _inherited(tally)), errors


class _Blocks(NamedTuple):
    """First aligned blocks of one length: of which reads, where they begin, their bases (ASCII).

    And which of these differ from the reference, without unknown ones.
    """

    rows: IntArray
    start: IntArray
    bases: npt.NDArray[np.uint8]
    differs: npt.NDArray[np.bool_]


def _first_blocks(split: SplitColumns, reference: str) -> Iterator[_Blocks]:
    begin = split["aligned_start"]
    start = split["first_diagonal"] + begin
    size = np.minimum(split["first_block_end"] - begin, len(reference) - start)
    within = np.flatnonzero((start >= 0) & (size > 0))
    begin, size = begin[within], size[within]
    blocks = [split.reads[row].sequence for row in within.tolist()]
    for at in np.flatnonzero(size < split.length[within]).tolist():  # few: most are one block
        blocks[at] = blocks[at][begin[at] : begin[at] + size[at]]
    for rows, bases, differs in compared(blocks, start[within], reference):
        known = differs & (bases != ord("N"))
        yield _Blocks(within[rows], start[within[rows]], bases, known)


def _inherited(tally: Tally) -> float:
    """The share of single mismatches at places where many reads have the same base."""
    places = Counter(map(_place_and_base, tally.mismatches.elements()))
    total = places.total()
    return sum(count for count in places.values() if count >= _INHERITED * total) / max(1, total)
