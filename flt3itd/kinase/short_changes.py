"""Short insertions and deletions of a read: found between its blocks, and laid with their gaps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flt3itd.locus.flt3 import Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import Block
from flt3itd.reads.forced_ends import forced_in

_LONGEST_DELETION = 60
NEIGHBOURHOOD = 2
"""Mismatches at most this far from an insertion or deletion are part of the same event."""


@dataclass(frozen=True, order=True)
class ShortChange:
    """`ref` replaced by `alt` (plus strand, no shared ends) at a locus coordinate (0-based)."""

    offset: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """The locus coordinate behind the last base that is replaced."""
        return self.offset + len(self.ref)


def change_at(
    read: AlignedRead, left: Block, right: Block, locus: Locus, minimum_quality: int
) -> ShortChange | None:
    """The insertion or deletion between two neighbouring blocks of a read.

    Mismatches right beside it belong to it: the aligner had to put them somewhere. None when
    a base of it is not good enough; a base beside it that is the reference's need not be good, such
    as the last of a primer, whose bases are hidden.
    """
    low, query = left.end, left.query_end
    high, next_query, next_length = right
    before, after = NEIGHBOURHOOD, min(NEIGHBOURHOOD, next_length)
    if query < before or high - low > _LONGEST_DELETION:
        return None
    bases = read.sequence[query - before : next_query + after].upper()
    reference = locus.sequence[low - before : high + after]
    quality = read.qualities[query - before : next_query + after]
    beside = bases[:before] + bases[len(bases) - after :]
    expected = reference[:before] + reference[len(reference) - after :]
    poor = (
        good < minimum_quality and mine != theirs
        for good, mine, theirs in zip(
            quality[:before] + quality[len(quality) - after :], beside, expected, strict=True
        )
    )
    inserted = quality[before : len(quality) - after]
    if "N" in bases or any(poor) or min(inserted, default=minimum_quality) < minimum_quality:
        return None
    return None if bases == reference else left_aligned(locus, low - before, reference, bases)


def left_aligned(locus: Locus, offset: int, ref: str, alt: str) -> ShortChange:
    """A change without shared ends, and as far left as an insertion or deletion can stand."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, offset = ref[1:], alt[1:], offset + 1
    while not (ref and alt) and offset > 0 and locus.sequence[offset - 1] == (ref or alt)[-1]:
        base = locus.sequence[offset - 1]
        ref, alt = (base + ref[:-1], alt) if ref else (ref, base + alt[:-1])
        offset -= 1
    return ShortChange(offset, ref, alt)


def bases_with(changes: Iterable[ShortChange], low: int, high: int, locus: Locus) -> str:
    """The bases of the locus in [low, high) on molecules with changes, from left to right."""
    bases = ""
    for one in changes:
        bases += locus.sequence[low : one.offset] + one.alt
        low = one.end
    return bases + locus.sequence[low:high]


def as_one(changes: Sequence[ShortChange], locus: Locus) -> ShortChange:
    """Changes of a molecule, from left to right, as a single one that makes the same bases."""
    start, end = changes[0].offset, changes[-1].end
    bases = bases_with(changes, start, end, locus)
    return left_aligned(locus, start, locus.sequence[start:end], bases)


def blocks_with(
    changes: Iterable[tuple[ShortChange, int]], read: AlignedRead, locus: Locus
) -> list[Block]:
    """The aligned blocks of a read that has changes at query coordinates, wherever it lay.

    A change that does not go on where the one before it ends, as another description of it, is left
    out. Its ends are in the blocks where an aligner would not have clipped them beside the gap.
    """
    blocks: list[Block] = []
    query = 0
    for change, place in sorted(changes, key=lambda one: one[1]):
        start = change.offset - (place - query)
        if blocks and (start != blocks[-1].reference or place < query):
            continue
        behind = place + len(change.alt)
        blocks[-1:] = [
            Block(start, query, place - query),
            Block(change.end, behind, len(read.sequence) - behind),
        ]
        query = behind
    first = forced_in(blocks[0], read.sequence, locus.sequence, at_start=True)
    last = forced_in(blocks[-1], read.sequence, locus.sequence, at_start=False)
    blocks[0] = blocks[0].shortened(first, 0)
    blocks[-1] = blocks[-1].shortened(0, last)
    return blocks
