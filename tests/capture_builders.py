"""Reads of haplotypes of a random reference, laid as an aligner lays them."""

from __future__ import annotations

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.reads.library import Floats, FragmentShapes, Integers
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(3000, seed=31)
READ, FRAGMENT = 100, 250
SHAPES = FragmentShapes(np.array([READ]), np.array([READ]), np.array([FRAGMENT]), np.ones(1))
TARGET = (1400, 1600)
ENOUGH = 100
"""Bases of the target with which a fragment is surely caught."""


def caught(haplotype: Haplotype, starts: Integers, enough: int = ENOUGH) -> Floats:
    """Which share of fragments is caught: as they have bases of the target; all of `enough` 0."""
    if not enough:
        return np.ones(len(starts))
    origin = haplotype.origin(np.arange(len(haplotype.sequence)))
    on_target = np.cumsum((origin >= TARGET[0]) & (origin < TARGET[1]))
    held: Integers = on_target[starts + FRAGMENT - 1] - on_target[starts - 1]
    found: Floats = np.minimum(1.0, held / enough)
    return found


def add_caught(reads: ReadSet, haplotype: Haplotype, copies: int, enough: int = ENOUGH) -> None:
    """The fragments of a haplotype that are caught, of so many at each place."""
    starts = np.arange(1, len(haplotype.sequence) - FRAGMENT)
    number = np.floor(np.cumsum(copies * caught(haplotype, starts, enough))).astype(np.int64)
    for start, times in zip(starts.tolist(), np.diff(number, prepend=0).tolist(), strict=True):
        for _ in range(times):
            for begin in (start, start + FRAGMENT - READ):
                add_read(reads, haplotype, begin)
            reads.fragments += 1


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
