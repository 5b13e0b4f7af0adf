"""Ends of reads that an aligner laid on the reference though they do not belong there.

Where it was told to align reads from end to end, or clips were turned into matches, adapters and
what stands behind a junction lie on the reference with most of their bases wrong. Three wrong bases
side by side are then a codon that no molecule has. The scores are those of bwa mem, whose own ends
are kept as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import ne

import numpy as np
import numpy.typing as npt

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    ALIGNED,
    CIGAR_SOFT_CLIP,
    CONSUMES_QUERY,
    CONSUMES_REFERENCE,
    MATCH,
    MISMATCH,
    WHOLE_END,
    Block,
    aligned_blocks,
)
from flt3itd.reads.columns import true_by_row
from flt3itd.reads.mismatches import compared

_LEAST_WRONG = 3
"""Mismatches: an end with fewer, as one with a change of two bases, is kept."""


def clip_forced_ends(reads: Sequence[AlignedRead], reference: str) -> Sequence[AlignedRead]:
    """The reads, with soft clips for ends that the default of bwa mem would have clipped.

    `reference` is the sequence (plus strand) of whose coordinates the starts of the reads are.
    """
    found = list(reads)
    for row, first, last in _forced_ends(reads, reference):
        if first or last:
            found[row] = _clipped(reads[row], first, last)
    return found


def _forced_ends(reads: Sequence[AlignedRead], reference: str) -> Iterator[tuple[int, int, int]]:
    """Reads by their number, and how many bases at their start and end do not belong there."""
    in_one_piece: list[int] = []
    for row, read in enumerate(reads):
        within = 0 <= read.start <= len(reference) - len(read.sequence)
        if within and len(read.cigar) == 1 and read.cigar[0][0] in ALIGNED:
            in_one_piece.append(row)
            continue
        blocks = aligned_blocks(read.start, read.cigar)
        first = last = 0
        if blocks and blocks[0].query == 0:
            first = forced_in(blocks[0], read.sequence, reference, at_start=True)
        if blocks and blocks[-1].query_end == len(read.sequence):
            last = forced_in(blocks[-1], read.sequence, reference, at_start=False)
        yield row, first, last
    sequences = [reads[row].sequence for row in in_one_piece]
    starts = np.array([reads[row].start for row in in_one_piece], dtype=np.int64)
    for rows, _, differs in compared(sequences, starts, reference):
        some = np.flatnonzero(true_by_row(differs) >= _LEAST_WRONG)
        wrong = differs[some]
        numbers = (in_one_piece[row] for row in rows[some].tolist())
        ends = _forced(wrong[:, ::-1]).tolist(), _forced(wrong).tolist()
        yield from zip(numbers, *ends, strict=True)


def forced_in(block: Block, sequence: str, reference: str, *, at_start: bool) -> int:
    """How many bases at the start or the end of a block score better clipped than aligned."""
    bases = sequence[block.query : block.query_end]
    if block.reference < 0 or reference.startswith(bases, block.reference):
        return 0
    wrong = np.array([list(map(ne, bases, reference[block.reference : block.end]))], dtype=bool)
    return int(_forced(wrong[:, ::-1] if at_start else wrong)[0])


def _clipped(read: AlignedRead, first: int, last: int) -> AlignedRead:
    """A read with soft clips of so many bases of its first and its last block."""
    cigar, skipped = _clipped_at_start(read.cigar, first)
    cigar, _ = _clipped_at_start(cigar[::-1], last)
    return read._replace(start=read.start + skipped, cigar=cigar[::-1])


def _clipped_at_start(
    cigar: tuple[tuple[int, int], ...], bases: int
) -> tuple[tuple[tuple[int, int], ...], int]:
    """A CIGAR with a soft clip of so many aligned bases, and those of the reference it leaves out.

    A gap that would stand right behind the clip is part of it.
    """
    if not bases:
        return cigar, 0
    kept, clip, skipped = list(cigar), 0, 0
    while kept and (clip < bases or kept[0][0] not in ALIGNED):
        code, length = kept.pop(0)
        taken = min(length, bases - clip) if code in ALIGNED else length
        if taken < length:
            kept.insert(0, (code, length - taken))
        clip += taken if code in CONSUMES_QUERY else 0
        skipped += taken if code in CONSUMES_REFERENCE else 0
    return ((CIGAR_SOFT_CLIP, clip), *kept), skipped


def _forced(wrong: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many bases at the end of each row, a block, score better clipped than aligned."""
    scores = np.zeros((len(wrong), wrong.shape[1] + 1), dtype=np.int64)
    np.cumsum(np.where(wrong, MISMATCH, MATCH), axis=1, out=scores[:, 1:])
    scores[:, -1] += WHOLE_END
    best = scores[:, ::-1].argmax(axis=1)  # with the most bases, of those that score alike
    return np.where(true_by_row(wrong) < _LEAST_WRONG, 0, best)
