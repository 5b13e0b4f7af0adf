"""Reads that are clipped where they begin, since many of their first bases are wrong.

Such clips are bases of the sample, unlike a primer tail or a tag, which stands in front of it
(`foreign_bases`). A tail that is the same in all reads is the reference's at every cycle by chance
alone, and a tag of random bases at a quarter of them.
"""

from __future__ import annotations

import numpy as np

from flt3itd.reads.columns import IntArray
from flt3itd.reads.foreign_bases import clipped_in_front, of_each_mate
from flt3itd.reads.read_set import ReadSet, SplitRead

_LEAST_CYCLES = 8
"""Bases of the usual clip: of fewer a tail may be the reference's by chance (4^-8)."""
_AGREEING = 0.5
"""Share of the reads that show the base of the reference, at each cycle of the usual clip. Of MiSeq
reads of 250 bases by ART (profile MSv3), whose first 35 bases are wrong one in ten times, 0.8; of
random bases 0.25."""
_OWN = 2 / 3
"""Share of the bases of one clip that are the reference's where it is put back. Of a clip of twelve
bases beside a junction one in a hundred has so many."""


def put_back_misread_starts(reads: ReadSet, reference: str) -> int:
    """Take misread 5' ends as aligned, with unknown for wrong bases; returns how many reads."""
    clips = clipped_in_front(reads)
    put_back = 0
    for kind, are_many in of_each_mate(reads, clips):
        if are_many:
            rows = np.flatnonzero(kind & (clips > 0))
            put_back += _put_back(reads, rows, clips[rows], reference)
    return put_back


def _put_back(reads: ReadSet, rows: IntArray, clips: IntArray, reference: str) -> int:
    """Of reads of one kind, if they are misread."""
    usual = int(np.median(clips))
    if usual < _LEAST_CYCLES:
        return 0
    alike = {
        row: one
        for row, clip in zip(rows.tolist(), clips.tolist(), strict=True)
        if (one := _alike(reads.split[row], clip, reference))
    }
    if not _are_misread(list(alike.values()), usual):
        return 0
    own = {row: one for row, one in alike.items() if sum(one) >= _OWN * len(one)}
    for row, one in own.items():
        reads.split[row] = _unclipped(reads.split[row], one)
    return len(own)


def _alike(read: SplitRead, clip: int, reference: str) -> list[bool]:
    """For each clipped base, from the 5' end on, whether it is the reference's.

    Empty where the clip goes over an end of the reference.
    """
    first = len(read.sequence) - clip if read.is_reverse else 0
    begin = first + (read.last_diagonal if read.is_reverse else read.first_diagonal)
    if begin < 0 or begin + clip > len(reference):
        return []
    shown, own = read.sequence[first : first + clip], reference[begin : begin + clip]
    alike = [one == other for one, other in zip(shown, own, strict=True)]
    return alike[::-1] if read.is_reverse else alike


def _are_misread(clips: list[list[bool]], cycles: int) -> bool:
    """Whether most clips have the reference's base at each of the first cycles."""
    by_cycle = ([clip[cycle] for clip in clips if len(clip) > cycle] for cycle in range(cycles))
    return all(shown and sum(shown) >= _AGREEING * len(shown) for shown in by_cycle)


def _unclipped(read: SplitRead, alike: list[bool]) -> SplitRead:
    """The read with its 5' end aligned, where bases unlike the reference are unknown."""
    if not read.is_reverse:
        return read._replace(
            aligned_start=0,
            sequence=_known(read.sequence[: len(alike)], alike) + read.sequence[len(alike) :],
        )
    end = len(read.sequence)
    is_one_block = read.first_block_end == read.aligned_end
    begin = end - len(alike)
    return read._replace(
        aligned_end=end,
        first_block_end=end if is_one_block else read.first_block_end,
        sequence=read.sequence[:begin] + _known(read.sequence[begin:], alike[::-1]),
    )


def _known(bases: str, alike: list[bool]) -> str:
    return "".join(base if known else "N" for base, known in zip(bases, alike, strict=True))
