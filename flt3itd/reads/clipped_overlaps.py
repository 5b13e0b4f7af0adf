"""Clips whose bases lie on the reference where they stand: they hide bases, and show no junction.

Programs that keep overlapping mates from counting twice clip the part of one mate that the other
has too (bamUtil clipOverlap, fgbio ClipBam with soft clips). Such clips are as long as the overlap,
and would look like those of reads that run into an adapter or over a breakpoint. By the scores of
bwa mem, which clips no end that scores more aligned, they are told.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

import numpy as np

from flt3itd.reads.alignment import MATCH, MISMATCH
from flt3itd.reads.read_set import ReadSet, SplitRead

_REMEMBERED = 4096
"""Clips whose answer is kept: in an amplicon most are the same few."""
_LEAST = 8
"""Score: as many bases lie on the reference by chance once in 65,000 clips."""


def join_clips(reads: ReadSet, reference: str) -> int:
    """Align the clips of a set of reads that lie on the reference; returns how many reads had one.

    Reads that are plain with them become so; the tally then counts the other clips only.
    """
    split = reads.columns()
    plain: set[int] = set()
    joined = 0
    for row in np.flatnonzero(split.clipped_first | split.clipped_last).tolist():
        read = reads.split[row]
        whole = _joined(read, reference)
        if whole is not read:
            joined += 1
            reads.split[row] = whole
            if reads.add_if_plain(whole, reference):
                plain.add(row)
    if joined:
        reads.split[:] = [read for row, read in enumerate(reads.split) if row not in plain]
        _count_clips(reads)
    return joined


def _joined(read: SplitRead, reference: str) -> SplitRead:
    """The read with what of its clips lies on the reference aligned; the same one without such."""
    before, behind = read.aligned_start, read.aligned_end
    place = read.first_diagonal
    if place >= 0:
        window = reference[place : place + before]
        before -= _lying(read.sequence[:before][::-1], window[::-1])
    place = read.last_diagonal + behind
    more = _lying(read.sequence[behind:], reference[place : place + len(read.sequence) - behind])
    if before == read.aligned_start and not more:
        return read
    in_one_block = read.first_block_end == behind
    return read._replace(
        aligned_start=before,
        aligned_end=behind + more,
        first_block_end=read.first_block_end + (more if in_one_block else 0),
    )


@lru_cache(_REMEMBERED)
def _lying(clip: str, window: str) -> int:
    """How many bases of a clip, from the aligned part outwards, lie on the reference there."""
    if len(clip) < _LEAST:
        return 0
    scores = list(
        accumulate(MATCH if a == b else MISMATCH for a, b in zip(clip, window, strict=False))
    )
    best = max(scores, default=0)
    return len(scores) - scores[::-1].index(best) if best >= _LEAST else 0


def _count_clips(reads: ReadSet) -> None:
    split = reads.columns()
    clips = np.maximum(split.clipped_first, split.clipped_last)
    reads.tally.soft_clipped = int(np.count_nonzero(clips))
    reads.tally.longest_clip = int(clips.max(initial=0))
