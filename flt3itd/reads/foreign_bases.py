"""Bases in front of reads that are not of the sample: primer tails, spacers, molecular tags.

They stand at the 5' ends of most reads of a kind (first or second reads), where an aligner clips
them. Left in place they would make every read look like one that passes a junction, and hide where
amplicons begin. A clip that is the start of the locus elsewhere is a junction and stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from flt3itd.reads.alignment import Flag
from flt3itd.reads.streaming import ReadSet, SplitRead, plain_mismatches

_LEAST_SHARE = 0.3
"""Share of the reads of a kind that begin with foreign bases; of ordinary reads some percent do."""
_TELLING = 12
"""Bases of a clip that tell where it comes from; shorter clips are taken for foreign."""
_MOST = 40
"""Longest primer tail, spacer and molecular tag together; a longer clip is something else."""


def cut_foreign_bases(reads: ReadSet, reference: str, region: tuple[int, int]) -> int:
    """Cut foreign bases from the reads of a set; returns the most bases that were cut off.

    `region` bounds the part of the reference (0-based, half-open) that a junction may lead to.
    """
    own = {reference[at : at + _TELLING] for at in range(max(0, region[0]), region[1])}
    foreign = [_foreign_bases(read, own) for read in reads.split]
    most = 0
    for is_read2 in (False, True):
        kind = [at for at, read in enumerate(reads.split) if read.is_read2 is is_read2]
        plain = int((reads.plain_bits(Flag.READ_2) == is_read2).sum())
        begun = [at for at in kind if foreign[at]]
        if not begun or len(begun) < _LEAST_SHARE * (len(kind) + plain):
            for at in kind:
                foreign[at] = 0
            continue
        most = max(most, int(np.percentile([foreign[at] for at in begun], 99)))
    if most:
        _cut(reads, foreign, reference)
    return most


def _foreign_bases(read: SplitRead, own: set[str]) -> int:
    """How many bases at the 5' end are clipped and no part of the locus."""
    size = len(read.sequence)
    clipped = size - read.aligned_end if read.is_reverse else read.aligned_start
    if not 0 < clipped <= _MOST:
        return 0
    if clipped < _TELLING:
        return clipped
    begin = read.aligned_end if read.is_reverse else 0
    bases = read.sequence[begin : begin + clipped]
    parts = (bases[at : at + _TELLING] for at in range(clipped - _TELLING + 1))
    return 0 if any(part in own for part in parts) else clipped


def _cut(reads: ReadSet, foreign: Iterable[int], reference: str) -> None:
    """Take the foreign bases off; reads that are plain without them become so."""
    kept: list[SplitRead] = []
    for read, bases in zip(reads.split, foreign, strict=True):
        if not bases:
            kept.append(read)
            continue
        cut = _without_end(read, bases) if read.is_reverse else _without_start(read, bases)
        reads.tally.soft_clipped -= not _is_clipped(cut)
        mismatches = plain_mismatches(cut, reference)
        if mismatches is None:
            kept.append(cut)
            continue
        reads.tally.plain_mismatches += mismatches
        flag = Flag.REVERSE * read.is_reverse | Flag.READ_2 * read.is_read2
        reads.add_plain(cut.first_diagonal, len(cut.sequence), read.fragment, flag)
    reads.split[:] = kept


def _without_start(read: SplitRead, bases: int) -> SplitRead:
    return replace(
        read,
        first_diagonal=read.first_diagonal + bases,
        last_diagonal=read.last_diagonal + bases,
        aligned_start=read.aligned_start - bases,
        aligned_end=read.aligned_end - bases,
        first_block_end=read.first_block_end - bases,
        sequence=read.sequence[bases:],
        qualities=read.qualities[bases:],
    )


def _without_end(read: SplitRead, bases: int) -> SplitRead:
    return replace(
        read,
        sequence=read.sequence[: len(read.sequence) - bases],
        qualities=read.qualities[: len(read.qualities) - bases],
    )


def _is_clipped(read: SplitRead) -> bool:
    return read.aligned_start > 0 or read.aligned_end < len(read.sequence)
