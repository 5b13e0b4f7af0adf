"""Alignments as BAM writes them: which records are left out, and the arithmetic of CIGARs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import IntFlag
from functools import lru_cache
from typing import NamedTuple

from flt3itd.common.assay import Assay

CIGAR_MATCH, CIGAR_INSERTION, CIGAR_DELETION, CIGAR_SKIP, CIGAR_SOFT_CLIP = 0, 1, 2, 3, 4
CIGAR_HARD_CLIP, CIGAR_EQUAL, CIGAR_DIFF = 5, 7, 8
ALIGNED = (CIGAR_MATCH, CIGAR_EQUAL, CIGAR_DIFF)
GAPS = (CIGAR_INSERTION, CIGAR_DELETION)
CONSUMES_QUERY = (CIGAR_MATCH, CIGAR_INSERTION, CIGAR_SOFT_CLIP, CIGAR_EQUAL, CIGAR_DIFF)
CONSUMES_REFERENCE = (CIGAR_MATCH, CIGAR_DELETION, CIGAR_SKIP, CIGAR_EQUAL, CIGAR_DIFF)
MATCH, MISMATCH, GAP_OPEN, GAP_EXTEND, WHOLE_END = 1, -4, -6, -1, 5
"""The scores of bwa mem (its options -A, -B, -O, -E, and -L for an end that is not clipped)."""

_REMEMBERED = 4096
"""CIGARs whose layout is kept: many reads have the same one, in an amplicon nearly all."""


class Flag(IntFlag):
    """The bits of a record's FLAG (SAM specification 1.4), but for the strand of the mate."""

    PAIRED = 0x1
    PROPER_PAIR = 0x2
    UNMAPPED = 0x4
    MATE_UNMAPPED = 0x8
    REVERSE = 0x10
    READ_1 = 0x40
    READ_2 = 0x80
    SECONDARY = 0x100
    FAILED = 0x200
    DUPLICATE = 0x400
    SUPPLEMENTARY = 0x800


UNMAPPED, REVERSE, READ_2 = int(Flag.UNMAPPED), int(Flag.REVERSE), int(Flag.READ_2)
"""As plain numbers: members of an enumeration cost time for each of a million records."""


SKIPPED = {
    Assay.CAPTURE: Flag.SECONDARY | Flag.FAILED | Flag.DUPLICATE | Flag.SUPPLEMENTARY,
    Assay.AMPLICON: Flag.SECONDARY | Flag.FAILED | Flag.SUPPLEMENTARY,
    Assay.RNA: Flag.SECONDARY | Flag.FAILED | Flag.SUPPLEMENTARY,
    Assay.LONG: Flag.SECONDARY | Flag.FAILED | Flag.SUPPLEMENTARY,
}
"""Records that a caller leaves out, by assay: duplicates only where start positions are random.

The fragments of an amplicon share their ends, and those of a highly expressed gene often do.
"""


class Operation(NamedTuple):
    """One CIGAR operation where it stands: reference and query coordinates, 0-based."""

    code: int
    length: int
    reference: int
    query: int


class Block(NamedTuple):
    """An aligned block without gaps: its first reference and query coordinates, its length."""

    reference: int
    query: int
    length: int

    @property
    def end(self) -> int:
        """The reference coordinate behind the last base."""
        return self.reference + self.length

    @property
    def query_end(self) -> int:
        """The query coordinate behind the last base."""
        return self.query + self.length

    def shortened(self, first: int, last: int) -> Block:
        """The block without so many bases at its start and its end."""
        return Block(self.reference + first, self.query + first, self.length - first - last)


def skipped_flags(assay: Assay, *, unmapped: bool = False, molecules: bool = False) -> int:
    """The mask of the records that count for nothing in an assay; unmapped ones too if said.

    Of `molecules`, told by UMIs, none is the copy of another one, whatever their ends made it be
    marked as.
    """
    mask = int(SKIPPED[assay] | Flag.UNMAPPED) if unmapped else int(SKIPPED[assay])
    return mask & ~int(Flag.DUPLICATE) if molecules else mask


def operations(start: int, cigar: Iterable[tuple[int, int]] | None) -> Iterator[Operation]:
    """The operations of a CIGAR (pysam's codes) whose first aligned base lies at `start`."""
    reference, query = start, 0
    for code, length in cigar or ():
        yield Operation(code, length, reference, query)
        if code in CONSUMES_QUERY:
            query += length
        if code in CONSUMES_REFERENCE:
            reference += length


class Layout(NamedTuple):
    """What a CIGAR says of a read, as if its first aligned base lay at 0 of the reference.

    `gaps` are the insertions and deletions, `clips` the lengths of the soft clips.
    """

    blocks: list[Block]
    gaps: list[Operation]
    clips: list[int]
    is_hard_clipped: bool


@lru_cache(_REMEMBERED)
def layout_of(cigar: tuple[tuple[int, int], ...]) -> Layout:
    """The layout of the reads with a CIGAR (pysam's codes)."""
    ends = (*cigar[:2], *cigar[-2:])
    return Layout(
        aligned_blocks(0, cigar),
        [one for one in operations(0, cigar) if one.code in GAPS],
        [length for code, length in ends if code == CIGAR_SOFT_CLIP],
        any(code == CIGAR_HARD_CLIP for code, _ in (*cigar[:1], *cigar[-1:])),
    )


def aligned_blocks(start: int, cigar: Sequence[tuple[int, int]] | None) -> list[Block]:
    """The aligned blocks of a read whose first aligned base lies at `start`.

    Blocks that touch on the reference and in the read (``=`` beside ``X``) are one.
    """
    if cigar and len(cigar) == 1 and cigar[0][0] in ALIGNED:  # most reads: no call for each
        return [Block(start, 0, cigar[0][1])]
    blocks: list[Block] = []
    for code, length, reference, query in operations(start, cigar):
        if code not in ALIGNED:
            continue
        if blocks and blocks[-1].end == reference and blocks[-1].query_end == query:
            last = blocks.pop()
            blocks.append(Block(last.reference, last.query, last.length + length))
        else:
            blocks.append(Block(reference, query, length))
    return blocks
