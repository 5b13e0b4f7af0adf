"""Ends of reads that an aligner laid on the reference though they do not belong there.

Where it was told to align reads from end to end, or clips were turned into matches, adapters and
what stands behind a junction lie on the reference with most of their bases wrong. Three wrong bases
side by side are then a codon that no molecule has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import ne

import numpy as np

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import ALIGNED, Block, aligned_blocks
from flt3itd.reads.mismatches import compared

_MATCH, _MISMATCH, _WHOLE_END = 1, -4, 5
"""The scores of bwa mem, and what it gives for an end that is not clipped (its options -A, -B, -L):
ends of its own reads are kept as they are."""
_LEAST_WRONG = 3
"""Mismatches: an end with fewer, as one with a change of two bases, is kept."""


def hide_forced_ends(reads: Sequence[AlignedRead], reference: str) -> Sequence[AlignedRead]:
    """The reads, with a base quality of 0 in ends that the default of bwa mem would have clipped.

    `reference` is the sequence (plus strand) of whose coordinates the starts of the reads are.
    """
    found = list(reads)
    for row in _worth_a_look(found, reference):
        found[row] = _hidden(found[row], reference)
    return found


def _worth_a_look(reads: Sequence[AlignedRead], reference: str) -> Iterator[int]:
    """Which reads may have such an end: not those in one piece with too few wrong bases."""
    in_one_piece: list[int] = []
    for row, read in enumerate(reads):
        within = 0 <= read.start <= len(reference) - len(read.sequence)
        if within and len(read.cigar) == 1 and read.cigar[0][0] in ALIGNED:
            in_one_piece.append(row)
        else:
            yield row
    sequences = [reads[row].sequence for row in in_one_piece]
    starts = np.array([reads[row].start for row in in_one_piece], dtype=np.int64)
    for rows, _, differs in compared(sequences, starts, reference):
        wrong = np.count_nonzero(differs, axis=1) >= _LEAST_WRONG
        yield from (in_one_piece[row] for row in rows[wrong].tolist())


def _hidden(read: AlignedRead, reference: str) -> AlignedRead:
    blocks = aligned_blocks(read.start, read.cigar)
    size = len(read.sequence)
    first, last = 0, size
    if blocks and blocks[0].query == 0:
        first = _forced(_wrong(read.sequence, blocks[0], reference)[::-1])
    if blocks and blocks[-1].query_end == size:
        last = size - _forced(_wrong(read.sequence, blocks[-1], reference))
    if first == 0 and last == size:
        return read
    kept = read.qualities[first:last]
    return read._replace(qualities=bytes(first) + kept + bytes(size - first - len(kept)))


def _wrong(sequence: str, block: Block, reference: str) -> list[bool]:
    """Which bases of a block differ from the reference; none where it has them all."""
    bases = sequence[block.query : block.query_end]
    if block.reference < 0 or reference.startswith(bases, block.reference):
        return []
    return list(map(ne, bases, reference[block.reference : block.end]))


def _forced(wrong: Sequence[bool]) -> int:
    """How many bases at the end of a block score better clipped than aligned."""
    if sum(wrong) < _LEAST_WRONG:
        return 0
    scores = list(accumulate((_MISMATCH if one else _MATCH for one in wrong), initial=0))
    scores[-1] += _WHOLE_END
    best = max(range(len(scores)), key=lambda place: (scores[place], place))
    return len(wrong) - best
