"""Measuring the reads over a region: lengths, clips, gaps, errors, copies, and what is missing.

Cheap: most of it comes from counts made while the records stream past, or from arrays. Rates that
need the bases are taken from an even selection of the reads.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flt3itd.common.statistics import at_least
from flt3itd.reads.library import Integers, outer_ends, read_intervals
from flt3itd.reads.streaming import ReadSet, SplitRead
from flt3itd.records import ReadMeasures

_LOOKED_AT = 600
"""Reads that are looked at base by base; the rate of errors is then known to a tenth or so."""
_CUT_BY = 5
"""Bases by which a read is shorter than others before it counts as cut."""
_PILE_CHANCE = 1e-6
_PILE_EXCESS = 10
"""Cut reads that end together: this many times as many as at other places."""
_LEAST_PILE = 4
_SAME_START = 5
"""Reads that begin at one place: that many, and the start is a primer's."""
_READ_THROUGH = 3
"""Bases: a read that ends so near to where its mate begins was cut at the end of the fragment."""
ADAPTERS = ("AGATCGGAAGAGC", "CTGTCTCTTATACACATCT", "AAGTCGGAGGCCAAGCGG", "TGGAATTCTCGGGTGCC")
"""First bases of what follows the insert: TruSeq, Nextera, MGI, small RNA (Illumina document
1000000002694; MGI user manual)."""
_ADAPTER_BASES = 12


def measure(
    reads: ReadSet, reference: str, *, foreign_bases: int = 0, platforms: Sequence[str] = ()
) -> ReadMeasures:
    """What the reads over a region are like; `reference` is the sequence that they lie on."""
    tally = reads.tally
    start, end, _, length = read_intervals(reads)
    bases = int(np.maximum(end - start, 0).sum())
    first, last, paired = outer_ends(reads)
    seen = len(length)
    total = max(1, seen)
    looked_at = reads.split[:: max(1, len(reads.split) // _LOOKED_AT)]
    share = len(reads.split) / max(1, len(looked_at))
    wrong = tally.plain_mismatches + share * sum(
        _mismatches(read, reference) for read in looked_at
    )
    with_adapter = share * sum(_has_adapter(read) for read in looked_at)
    records = max(1, reads.reads)
    return ReadMeasures(
        reads=reads.reads,
        fragments=reads.fragments,
        paired=2 * int(paired.sum()) / total,
        median_length=int(np.median(length)) if seen else 0,
        longest_length=int(np.percentile(length, 99)) if seen else 0,
        soft_clipped=tally.soft_clipped / total,
        hard_clipped=tally.hard_clipped,
        without_bases=tally.without_bases,
        short_gaps=tally.short_gaps / max(1, bases),
        mismatches=wrong / max(1, bases),
        mapping_quality_zero=tally.without_mapping_quality / records,
        duplicates=tally.duplicates / max(1, tally.duplicates + reads.reads),
        copies=_copies(first[paired], last[paired]),
        mates_missing=tally.mates_missing,
        mates_alike=2 * tally.mates_alike / total,
        cut_off=_cut_off(reads),
        adapters=with_adapter / total,
        foreign_bases=foreign_bases,
        without_qualities=tally.without_qualities / max(1, tally.looked_at_qualities),
        lowest_quality=tally.lowest_quality if tally.lowest_quality <= tally.highest_quality else None,
        highest_quality=tally.highest_quality if tally.lowest_quality <= tally.highest_quality else None,
        platforms=tuple(platforms),
    )


def _mismatches(read: SplitRead, reference: str) -> int:
    """Bases that differ from the reference in the first aligned block of a read."""
    begin, end = read.aligned_start, read.first_block_end
    place = read.first_diagonal + begin
    if place < 0:
        return 0
    window = reference[place : place + end - begin]
    return sum(
        mine != theirs and mine != "N"
        for mine, theirs in zip(read.sequence[begin:end], window, strict=False)
    )


def _has_adapter(read: SplitRead) -> bool:
    """Whether an adapter stands in the clipped bases of a read."""
    clipped = read.sequence[: read.aligned_start] + "-" + read.sequence[read.aligned_end :]
    return any(
        one[:_ADAPTER_BASES] in clipped or _turned(one)[-_ADAPTER_BASES:] in clipped
        for one in ADAPTERS
    )


def _turned(sequence: str) -> str:
    return sequence.translate(str.maketrans("ACGT", "TGCA"))[::-1]


def _copies(start: Integers, end: Integers) -> float:
    """The share of fragments whose two ends another one has, less what chance lets expect.

    By chance, with n fragments over s starts and l lengths in use, each evenly, a fragment meets
    another one of the same ends with probability 1 - exp(-n / (s l)).
    """
    count = len(start)
    if count < 2:
        return 0.0
    distinct = len(np.unique(np.stack((start, end)), axis=1).T)
    length = end - start
    low, high = np.percentile(length, (5, 95))
    low_start, high_start = np.percentile(start, (5, 95))
    places = max(1.0, high - low) * max(1.0, high_start - low_start)
    chance = 1 - (1 - np.exp(-count / places)) * places / count
    return max(0.0, float(1 - distinct / count - chance))


def _cut_off(reads: ReadSet) -> int:
    """The most reads that were cut at one place while others that began like them go on.

    Reads whose clipped bases were removed end together at the breakpoint. A read that ends
    where its mate begins was cut at the end of the fragment, and says nothing.
    """
    start, end, fragment, length = read_intervals(reads)
    if not len(start):
        return 0
    first, last, paired = outer_ends(reads)
    usual = np.full(len(start), np.percentile(length, 95))
    for side in (start, end):
        values, inverse, counts = np.unique(side, return_inverse=True, return_counts=True)
        longest = np.zeros(len(values), dtype=np.int64)
        np.maximum.at(longest, inverse, length)
        shared = counts[inverse] >= _SAME_START
        usual = np.where(shared, np.minimum(usual, longest[inverse]), usual)
    short = length <= usual - _CUT_BY
    both = paired[fragment]
    inner_end = short & (~both | (end < last[fragment] - _READ_THROUGH))
    inner_start = short & (~both | (start > first[fragment] + _READ_THROUGH))
    return max(_pile(start[inner_start]), _pile(end[inner_end]))


def _pile(places: Integers) -> int:
    """The most of these places that are one, if more than chance and other places explain."""
    if not len(places):
        return 0
    _, counts = np.unique(places, return_counts=True)
    most = int(counts.max())
    span = max(1, int(places.max() - places.min()))
    others = (len(places) - most) / span
    if most < _LEAST_PILE or most < _PILE_EXCESS * others:
        return 0
    return most if others == 0 or at_least(most, others) < _PILE_CHANCE else 0
