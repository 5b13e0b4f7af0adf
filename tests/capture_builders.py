"""Reads of haplotypes of a random reference, laid as an aligner lays them."""

from __future__ import annotations

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(3000, seed=31)
READ, FRAGMENT = 100, 250
SHAPES = FragmentShapes(np.array([READ]), np.array([READ]), np.array([FRAGMENT]), np.ones(1))


def add_read(reads: ReadSet, haplotype: Haplotype, begin: int) -> None:
    """A read as aligned: plain, or its longer side with the rest clipped."""
    text = haplotype.sequence[begin : begin + READ]
    moved = begin - haplotype.length_change
    for diagonal in (begin, moved):
        if REFERENCE[diagonal : diagonal + READ] == text:
            reads.add_plain(diagonal, READ, reads.fragments)
            return
    left = next(i for i in range(READ) if text[i] != REFERENCE[begin + i])
    right = next(i for i in range(READ) if text[-1 - i] != REFERENCE[moved + READ - 1 - i])
    if max(left, right) >= READ - 5:  # not worth a clip
        reads.add_plain(begin if left >= right else moved, READ, reads.fragments)
        return
    diagonal, start, end = (begin, 0, left) if left >= right else (moved, READ - right, READ)
    quality = b"\x25" * READ
    reads.split.append(
        SplitRead(reads.fragments, diagonal, diagonal, start, end, end, text, quality)
    )
