"""Clips of one junction that all stop short: reads that went on were taken away.

Reads pass a junction anywhere, so that of the reads that are clipped there as many have a long clip
as a short one. A filter that takes pairs by the length of their clips leaves the short ones, which
agree with each other on what stands behind the junction. An inserted copy has two such places: one
where reads are clipped on their right, and one where they are clipped on their left.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from operator import ne
from typing import NamedTuple

import numpy as np

from flt3itd.reads.read_set import ReadSet, SplitRead

_LEAST_CLIP = 2
"""Bases: by one base alone clips agree too often."""
_BASES_FOR_AN_ERROR = 8
"""Clipped bases of which one may differ from what the others have."""
_FLANK = 12
"""Aligned bases beside a clip by which reads are found that go on into the same bases."""
_GO_ON = 0.1
"""Of the clipped reads, as many that go on make a change that reads do show: an inherited one."""
_LEAST_STUMPS = 3
"""Reads clipped at one place that agree; two do by chance."""


class _Clip(NamedTuple):
    """The clipped bases of a read, from the junction outwards, and the read."""

    bases: str
    read: SplitRead


def stopped_short(reads: ReadSet, target: tuple[int, int]) -> int:
    """The reads that are clipped at the two sides of one junction and that none goes past.

    Of the places in `target` (0-based half-open) the two, one on each side of reads, that most
    reads share; the lesser count, times two. 0 where a side has none.
    """
    right = max(_counts(reads, target, on_right=True), default=0)
    left = max(_counts(reads, target, on_right=False), default=0)
    return 2 * min(left, right)


def _counts(reads: ReadSet, target: tuple[int, int], *, on_right: bool) -> Iterator[int]:
    """For each place where clips agree and no read goes on, the reads that have such a clip."""
    places: defaultdict[int, list[_Clip]] = defaultdict(list)
    split = reads.columns()
    start, end, _ = reads.split_intervals()
    sizes, ends = (split.clipped_last, end) if on_right else (split.clipped_first, start)
    rows = np.flatnonzero((sizes >= _LEAST_CLIP) & (ends >= target[0]) & (ends < target[1]))
    each = zip(rows.tolist(), sizes[rows].tolist(), ends[rows].tolist(), strict=True)
    for row, size, place in each:
        read = reads.split[row]
        bases = read.sequence[-size:] if on_right else read.sequence[:size][::-1]
        places[place].append(_Clip(bases, read))
    for clips in places.values():
        # Copies of a fragment have the same clip: those of different lengths are fragments.
        if _lengths(clips) < _LEAST_STUMPS:
            continue
        bases, agreeing = _agreeing(clips)
        if _lengths(agreeing) < _LEAST_STUMPS:
            continue
        beside = _beside(agreeing[0].read, bases[:_FLANK], on_right=on_right)
        if _going_on(reads.split, beside) <= _GO_ON * len(agreeing):
            yield len(agreeing)


def _lengths(clips: Iterable[_Clip]) -> int:
    """How many different numbers of bases are clipped."""
    return len({len(one.bases) for one in clips})


def _agreeing(clips: Sequence[_Clip]) -> tuple[str, list[_Clip]]:
    """The bases that most clips of one place have, and the clips that have them."""
    columns = zip_longest(*(one.bases for one in clips), fillvalue="")
    most = "".join(map(_commonest, columns))
    fitting = {
        bases
        for bases in {one.bases for one in clips}
        if most.startswith(bases) or sum(map(ne, bases, most)) <= len(bases) // _BASES_FOR_AN_ERROR
    }
    agreeing = [one for one in clips if one.bases in fitting]
    longest = max((len(one.bases) for one in agreeing), default=0)
    return most[:longest], agreeing


def _commonest(bases: Iterable[str]) -> str:
    """The base that stands there most often, the first one of equals; "" is none."""
    counts = Counter(bases)
    del counts[""]
    return max(counts, key=counts.__getitem__)


def _beside(read: SplitRead, clipped: str, *, on_right: bool) -> str:
    """The last bases of a read before its clip, and the clipped ones (from there outwards)."""
    if on_right:
        return read.sequence[max(0, read.aligned_end - _FLANK) : read.aligned_end] + clipped
    return clipped[::-1] + read.sequence[read.aligned_start : read.aligned_start + _FLANK]


def _going_on(reads: Sequence[SplitRead], bases: str) -> int:
    """The reads that hold some bases and are not clipped."""
    return sum(
        bases in one.sequence
        for one in reads
        if one.aligned_start < _LEAST_CLIP and len(one.sequence) - one.aligned_end < _LEAST_CLIP
    )
