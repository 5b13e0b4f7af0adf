"""Comparing reads with haplotypes: which haplotype a read fits best, and which part of it.

The aligner's CIGAR is used for one thing only, the diagonals: where on a haplotype a read may lie.
Each read is then compared base by base with every haplotype, and the best-scoring stretch counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.haplotype import Haplotype
from flt3itd.reads import SplitRead

Scores = npt.NDArray[np.int32]

_MATCH = 1
_MISMATCH_BY_QUALITY = ((20, -4), (10, -2), (0, -1))
"""Penalty of a mismatch from this Phred quality upwards."""
_END_BONUS = 5
"""A stretch goes on to the read's end when that costs no more, as with bwa's clipping penalty."""


@dataclass(frozen=True)
class ReadMatrix:
    """Reads as rows: bases and penalties padded to one width, and the two diagonals."""

    bases: npt.NDArray[np.uint8]
    penalty: npt.NDArray[np.int8]
    length: npt.NDArray[np.int64]
    first_diagonal: npt.NDArray[np.int64]
    last_diagonal: npt.NDArray[np.int64]
    fragment: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.length)

    @classmethod
    def of(cls, reads: Sequence[SplitRead]) -> ReadMatrix:
        """The matrix of a list of reads, row by row."""
        length = np.array([len(read.sequence) for read in reads], dtype=np.int64)
        width = int(length.max(initial=0))
        text = "".join(read.sequence.ljust(width, "\0") for read in reads)
        quality = b"".join(read.qualities.ljust(width, b"\0") for read in reads)
        bases = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(len(reads), width)
        phred = np.frombuffer(quality, dtype=np.uint8).reshape(len(reads), width)
        penalty = np.full(phred.shape, _MISMATCH_BY_QUALITY[-1][1], dtype=np.int8)
        for least, score in reversed(_MISMATCH_BY_QUALITY):
            penalty[phred >= least] = score
        penalty[bases == ord("N")] = 0
        penalty[bases == 0] = 0
        return cls(
            bases,
            penalty,
            length,
            np.array([read.first_diagonal for read in reads], dtype=np.int64),
            np.array([read.last_diagonal for read in reads], dtype=np.int64),
            np.array([read.fragment for read in reads], dtype=np.int64),
        )


@dataclass(frozen=True)
class Fit:
    """How each read (row) fits one haplotype.

    `start` and `end` bound the agreeing stretch in haplotype coordinates, half-open;
    `offset` is the haplotype coordinate of query base 0.
    """

    score: Scores
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    offset: npt.NDArray[np.int64]


def fit(reads: ReadMatrix, haplotype: Haplotype) -> Fit:
    """Fit every read to a haplotype, at the better of its two possible places.

    A read whose first block lies left of the insertion keeps its diagonal; one whose last
    block lies right of it is shifted by the inserted length.
    """
    left = _fit_at(reads, haplotype, reads.first_diagonal)
    if haplotype.insertion is None and np.array_equal(reads.first_diagonal, reads.last_diagonal):
        return left
    right = _fit_at(reads, haplotype, reads.last_diagonal + haplotype.length_change)
    better = right.score > left.score
    return Fit(
        np.where(better, right.score, left.score),
        np.where(better, right.start, left.start),
        np.where(better, right.end, left.end),
        np.where(better, right.offset, left.offset),
    )


def _fit_at(reads: ReadMatrix, haplotype: Haplotype, offset: npt.NDArray[np.int64]) -> Fit:
    rows, width = reads.bases.shape
    sequence = haplotype.bases
    places = offset[:, None] + np.arange(width)
    outside = (places < 0) | (places >= len(sequence))
    expected = sequence[np.clip(places, 0, len(sequence) - 1)]
    step = np.where(reads.bases == expected, np.int8(_MATCH), reads.penalty)
    step[outside & (reads.bases != 0)] = _MISMATCH_BY_QUALITY[0][1]
    total = np.zeros((rows, width + 1), dtype=np.int32)
    np.cumsum(step, axis=1, out=total[:, 1:])
    lowest = np.minimum.accumulate(total, axis=1)
    gain = total - lowest
    end = gain.argmax(axis=1)
    index = np.arange(rows)
    score = gain[index, end]
    start = (total == lowest[index, end][:, None]).argmax(axis=1)
    whole = total[:, -1]
    reaches_start = total[index, start] >= -_END_BONUS
    reaches_end = whole - total[index, end] >= -_END_BONUS
    start = np.where(reaches_start, 0, start)
    end = np.where(reaches_end, reads.length, end)
    return Fit(score, offset + start, offset + end, offset)
