"""Changes at one cycle of sequencing: what the instrument, not the sample, put into the reads.

A cycle that was lost, read twice or read wrongly changes reads where they were read, wherever they
lie; a change of the sample stays where it lies, wherever reads begin. Reads of an amplicon begin at
one place, so that both look alike in one read: there its mate, read from the other end, tells.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import NamedTuple

import numpy as np

from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray, are_among
from flt3itd.reads.library import NOWHERE, Booleans, ReadSpans
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import MISMATCHES_EVERY

_NEAR = 5
"""Cycles, and bases: an aligner moves a gap as far as the bases beside it repeat."""
_OF_ONE_CYCLE = 0.5
"""Of the gaps elsewhere: two inherited ones of one length are at all cycles."""
_AROUND = 20
"""Bases on both sides of a gap over which the mate must lie to speak against it."""
_LONGEST = 30
"""Bases: over a longer gap and what is beside it lies no mate."""
_WITHIN = 8
"""Aligned bases on both sides of a gap; nearer to an end an aligner that avoids clips makes one."""
_LONGEST_CLIP = 20
"""Bases that a read with such a gap may have clipped."""
_LEAST_ALONE = 20
"""Reads of the mate's kind over a place before they speak against the others."""
_FEWEST_SEEN = 3
"""Mismatches at a place that were looked at: fewer may be errors of few reads."""
_AS_OFTEN = 0.5
"""Of the changes of a place at one cycle so many at another one are as often: reads of an amplicon
come from both sides."""
_PLAIN_SHARE = 0.05
"""Share of the reads of a strand that are plain and of one length, which is then that of all:
so many are of the wild type."""
_SILENT = 0.1
"""Of the share that one kind of reads has, the other one has no more where it speaks against it."""


def gaps_at_one_cycle(reads: ReadSet) -> float:
    """The share of reads with a gap of one length at one cycle, without the place that most have.

    A change of the sample is at one place; two changes have different lengths. A few bases at an
    end are not asked: an aligner lays foreign ones that stand in front of a read so, with a gap.
    """
    gaps: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in np.flatnonzero(reads.columns().gap).tolist():
        read = reads.split[row]
        if _aligned_beside(read) < _WITHIN:
            continue
        length = abs(read.first_diagonal - read.last_diagonal)
        gaps[length].append((_cycle_of_gap(read), _place_of_gap(read)))
    most = 0
    for length, here in gaps.items():
        cycles, places = np.array(here, dtype=np.int64).T
        # A gap may stand anywhere in the segment that it is a copy of, as far as the read shows it.
        most = max(most, _at_one_cycle(cycles, places, length + _NEAR, least_share=_OF_ONE_CYCLE))
    return most / max(1, reads.reads)


def mates_contradicting(reads: ReadSet) -> float:
    """The share of the pairs of which one mate has a short gap where the other one has none.

    Of those the most whose gap is at one cycle: single errors are at all of them.
    """
    split = reads.columns()
    gap = np.abs(split.gap)
    with_gap = (reads.split[row] for row in np.flatnonzero((gap > 0) & (gap <= _LONGEST)).tolist())
    gapped = {read.fragment: read for read in with_gap if _is_within(read)}
    if not gapped:
        return 0.0
    against: set[int] = set()
    start, end, fragment = reads.plain()
    numbers = np.fromiter(gapped, dtype=np.int64)
    rows = np.flatnonzero(are_among(fragment, numbers))
    for row in rows.tolist():
        number = int(fragment[row])
        if _lies_over(int(start[row]), int(end[row]), gapped[number]):
            against.add(number)
    for row in np.flatnonzero((gap == 0) & are_among(split["fragment"], numbers)).tolist():
        read = reads.split[row]
        if _lies_over(read.start, read.end, gapped[read.fragment]):
            against.add(read.fragment)
    cycles = np.sort([_cycle_of_gap(gapped[number]) for number in against])
    last = np.searchsorted(cycles, cycles + _NEAR, side="right")
    together = last - np.searchsorted(cycles, cycles - _NEAR)
    return int(together.max(initial=0)) / max(1, reads.fragments)


def wrong_at_one_cycle(reads: ReadSet) -> float:
    """The share of reads, or of those of one mate, that have a wrong base at one cycle."""
    found = reads.tally.mismatches
    if not found:
        return 0.0
    is_read2, cycle, place, base = zip(*found, strict=True)
    count = np.fromiter(found.values(), np.int64, len(found))
    everywhere = _at_one_cycle(np.repeat(cycle, count), np.repeat(place, count), 0, near=0)
    places, of_place = np.unique(place, return_inverse=True)
    bases, of_base = np.unique([ord(one) for one in base], return_inverse=True)
    shown = np.zeros((2, len(places), len(bases)), dtype=np.int64)
    np.add.at(shown, (np.array(is_read2, dtype=np.int64), of_place, of_base), count)
    over = [one.at(places) for one in _reads_over(reads)]
    return max(
        everywhere * MISMATCHES_EVERY / max(1, len(reads.plain_start)),
        _wrong_of_one_mate(shown[0], shown[1], over[0], over[1]),
        _wrong_of_one_mate(shown[1], shown[0], over[1], over[0]),
    )


def _wrong_of_one_mate(
    shown: IntArray, shown_by_mates: IntArray, own: IntArray, mates: IntArray
) -> float:
    """The share of the reads of one mate with a base at one place that is no base of the sample.

    There a third base stands as often, or reads of the other mate over the place do not have it.
    By place and base how often each is shown, and by place the reads that lie over it.
    """
    seen = shown.sum(axis=1)
    second = np.sort(shown, axis=1)[:, -2:-1].sum(axis=1)
    share = seen * MISMATCHES_EVERY / np.maximum(1, own)
    third = second * MISMATCHES_EVERY / np.maximum(1, own)
    of_mates = shown_by_mates.sum(axis=1) * MISMATCHES_EVERY / np.maximum(1, mates)
    is_silent = (mates >= _LEAST_ALONE) & (of_mates <= _SILENT * share)
    is_asked = (seen >= _FEWEST_SEEN) & (own >= _LEAST_ALONE)
    is_wrong = is_asked & ((third >= share / 5) | is_silent)
    return min(1.0, float(share[is_wrong].max(initial=0.0)))


class _ReadsOver(NamedTuple):
    """How many plain reads lie over a place with `_AROUND` bases on both sides of it."""

    first_place: int
    depth: IntArray

    def at(self, places: IntArray) -> IntArray:
        """Their number at some places."""
        rows = places - self.first_place
        known = (rows >= 0) & (rows < len(self.depth))
        found = np.zeros(len(places), dtype=np.int64)
        found[known] = self.depth[rows[known]]
        return found


def _reads_over(reads: ReadSet) -> tuple[_ReadsOver, _ReadsOver]:
    """The reads 1 and the reads 2 over each place."""
    start, end, _ = reads.plain()
    first, behind = start + _AROUND, end - _AROUND
    mate = reads.plain_bits(Flag.READ_2).astype(np.int64)
    kept = behind > first
    first, behind, mate = first[kept], behind[kept], mate[kept]
    low, high = int(first.min(initial=NOWHERE)), int(behind.max(initial=-1))
    size = max(0, high - low + 1)
    change = np.bincount(2 * (first - low) + mate, minlength=2 * size)
    change -= np.bincount(2 * (behind - low) + mate, minlength=2 * size)
    depth = np.cumsum(change.reshape(-1, 2), axis=0)
    return _ReadsOver(low, depth[:, 0]), _ReadsOver(low, depth[:, 1])


def clips_cut(spans: ReadSpans, usual_length: int, cut_by: int) -> int:
    """The clipped reads that have all the same bases left of their clip, and are short for it.

    Of reads that pass a junction anywhere, as many have a long clip as a short one; where clips
    were cut to a length, most have just that one, and the reads are as much shorter. A fragment
    that both of its reads show whole was not cut: it is short. Nor was a read that is as long as
    the plain ones of its strand: all of them lack foreign bases of one primer.
    """
    rows = np.flatnonzero(~_shown_twice(spans)) + spans.first_split
    clips = np.concatenate((spans.clipped_first[rows], spans.clipped_last[rows]))
    whole = np.array([_plain_length(spans, strand, usual_length) for strand in (0, 1)])
    strands = spans.reverse[rows].astype(np.int64)
    is_short = np.tile(spans.length[rows] <= whole[strands] - cut_by, 2)
    counts = np.bincount(clips, minlength=2)
    counts[0] = 0
    commonest = counts.argmax()
    if 2 * counts[commonest] <= counts.sum():
        return 0
    return int(np.count_nonzero(is_short[clips == commonest]))


def _plain_length(spans: ReadSpans, strand: int, usual_length: int) -> int:
    """The length that most plain reads of a strand have, where it is shorter than the usual one."""
    on_strand = spans.reverse == strand
    plain = slice(spans.first_split)
    counts = np.bincount(spans.length[plain][on_strand[plain]])
    if not len(counts) or counts.max() < _PLAIN_SHARE * np.count_nonzero(on_strand):
        return usual_length
    return min(usual_length, int(counts.argmax()))


def _shown_twice(spans: ReadSpans) -> Booleans:
    """Of the split reads those whose mate would lie over the same bases, clips included."""
    fragment, start, end = (
        each[spans.first_split :] for each in (spans.fragment, spans.whole_start, spans.whole_end)
    )
    order = np.lexsort((end, start, fragment))
    alike = np.ones(max(0, len(order) - 1), dtype=np.bool_)
    for each in (fragment, start, end):
        alike &= np.diff(each[order]) == 0
    twice = np.zeros(len(order), dtype=np.bool_)
    twice[order[1:][alike]] = twice[order[:-1][alike]] = True
    return twice


def _cycle_of_gap(read: SplitRead) -> int:
    """The bases of a read that were read before its gap, or before the first of two copies.

    A copy that was inserted stands at the left of both, which a reverse read reads last.
    """
    if not read.is_reverse:
        return read.first_block_end
    inserted = max(0, read.first_diagonal - read.last_diagonal)
    return len(read.sequence) - read.first_block_end - 2 * inserted


def _place_of_gap(read: SplitRead) -> int:
    return read.first_diagonal + read.first_block_end


def _is_within(read: SplitRead) -> bool:
    """Whether a read is aligned on both sides of its gap, not by some bases at its end.

    A read with a long clip lies on one copy of a duplication, its mate perhaps on the other one.
    """
    return _aligned_beside(read) >= _WITHIN and read.longest_clip <= _LONGEST_CLIP


def _aligned_beside(read: SplitRead) -> int:
    """The bases that are aligned on that side of a gap that has fewer."""
    inserted = max(0, read.first_diagonal - read.last_diagonal)
    behind = read.aligned_end - read.first_block_end - inserted
    return min(read.first_block_end - read.aligned_start, behind)


def _lies_over(start: int, end: int, gapped: SplitRead) -> bool:
    """Whether a stretch of the reference goes over a gap and all that the gap may be a copy of."""
    around = abs(gapped.first_diagonal - gapped.last_diagonal) + _AROUND
    place = _place_of_gap(gapped)
    return start <= place - around and end >= place + around


def _at_one_cycle(
    cycles: IntArray, places: IntArray, beside: int, near: int = _NEAR, least_share: float = 0.0
) -> int:
    """The most of some changes that share a cycle and lie elsewhere than most.

    Cycles up to `near` apart are one; elsewhere is what lies more than `beside` bases from the
    commonest place of the cycle. Of all that do, `least_share` must be at that cycle. A place at
    which the change is at another cycle too has it in the sample.
    """
    most = 0
    # The commonest first: after it most others are too few to be more.
    for cycle, _ in Counter(cycles.tolist()).most_common():
        here = places[np.abs(cycles - cycle) <= near]
        if len(here) <= most:
            continue
        values, counts = np.unique(here, return_counts=True)
        commonest = values[np.argmax(counts)]
        is_elsewhere = np.abs(values - commonest) > beside
        if counts[is_elsewhere].sum() <= most:
            continue
        other = np.abs(cycles - cycle) > near
        at_others = _most_at_one_cycle(values, places[other], cycles[other])
        of_sample = (at_others >= _FEWEST_SEEN) & (at_others >= _AS_OFTEN * counts)
        elsewhere = int(counts[is_elsewhere & ~of_sample].sum())
        if elsewhere >= least_share * (np.abs(places - commonest) > beside).sum():
            most = max(most, elsewhere)
    return most


def _most_at_one_cycle(values: IntArray, places: IntArray, cycles: IntArray) -> IntArray:
    """For each of some places, in order, the most of the changes there that share a cycle."""
    width = int(cycles.max(initial=0)) + 1
    both, counts = np.unique(places * width + cycles, return_counts=True)
    place = both // width
    row = np.searchsorted(values, place)
    known = row < len(values)
    known[known] = values[row[known]] == place[known]
    most = np.zeros(len(values), dtype=np.int64)
    np.maximum.at(most, row[known], counts[known])
    return most
