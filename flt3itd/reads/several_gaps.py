"""Reads of molecules with more than one gap, laid with all of them.

Placing a read by its k-mers lays it with one gap. Where a second one follows, what lies beyond is
clipped or full of mismatches, and what stands between two gaps that make up for each other lies
wrongly. Such reads are aligned with affine gap penalties instead, as bwa mem does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress, count, groupby
from operator import ne
from typing import NamedTuple

from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
    GAP_EXTEND,
    GAP_OPEN,
    GAPS,
    MATCH,
    MISMATCH,
    WHOLE_END,
)
from flt3itd.reads.foreign_bases import adapter_bases

_LONG_CLIP = 8
"""Bases, not of an adapter, that are clipped from a read which is aligned anew."""
_CROWDED = -10
"""The score of a stretch of a read that is: three bases side by side differ, or four of ten."""
_BEYOND = 60
"""Bases of the reference beside a read to which gaps may take it."""
_ON_REFERENCE = (CIGAR_MATCH, CIGAR_DELETION)
_REMEMBERED = 4096
"""Reads whose alignment is kept: in an amplicon most are the same few."""


class Laid(NamedTuple):
    """Where a read begins on a reference (0-based), and its operations from there on."""

    start: int
    operations: tuple[tuple[int, int], ...]


def with_all_gaps(laid: Laid, sequence: str, reference: str, *, is_reverse: bool) -> Laid:
    """A read as it scores best: as it was laid, or aligned anew where much of it does not fit."""
    if len(laid.operations) == 1 and reference.startswith(sequence, laid.start):  # nearly all
        return laid
    if not (_is_clipped(laid, sequence, is_reverse) or _is_crowded(laid, sequence, reference)):
        return laid
    low = max(0, laid.start - len(sequence) - _BEYOND)
    high = min(len(reference), _end(laid) + len(sequence) + _BEYOND)
    found = _aligned(sequence, reference[low:high])
    anew = Laid(low + found.start, found.operations)
    better = _score(anew, sequence, reference) > _score(laid, sequence, reference)
    return anew if better else laid


def _is_clipped(laid: Laid, sequence: str, is_reverse: bool) -> bool:
    """Whether one clip of a read is long, not counting an adapter behind the fragment."""
    for operation, is_last in (
        (laid.operations[0], is_reverse),
        (laid.operations[-1], not is_reverse),
    ):
        code, clipped = operation
        if code != CIGAR_SOFT_CLIP or clipped < _LONG_CLIP:
            continue
        adapter = adapter_bases(sequence, clipped, is_reverse=is_reverse) if is_last else 0
        if clipped - adapter >= _LONG_CLIP:
            return True
    return False


def _is_crowded(laid: Laid, sequence: str, reference: str) -> bool:
    """Whether many bases side by side differ in an aligned block."""
    for bases, expected in _blocks(laid, sequence, reference):
        score = behind = 0
        for at in compress(count(), map(ne, bases, expected)):
            score = min(0, score + MATCH * (at - behind)) + MISMATCH
            if score <= _CROWDED:
                return True
            behind = at + 1
    return False


def _blocks(laid: Laid, sequence: str, reference: str) -> Iterator[tuple[str, str]]:
    """The bases of each aligned block, and those of the reference there."""
    at, query = laid.start, 0
    for code, length in laid.operations:
        if code == CIGAR_MATCH:
            yield sequence[query : query + length], reference[at : at + length]
        query += length if code != CIGAR_DELETION else 0
        at += length if code in _ON_REFERENCE else 0


def _score(laid: Laid, sequence: str, reference: str) -> int:
    score = 0
    for bases, expected in _blocks(laid, sequence, reference):
        wrong = sum(map(ne, bases, expected))
        score += MATCH * (len(bases) - wrong) + MISMATCH * wrong
    score += sum(GAP_OPEN + GAP_EXTEND * length for code, length in laid.operations if code in GAPS)
    ends = (laid.operations[0], laid.operations[-1])
    return score + sum(WHOLE_END for code, _ in ends if code != CIGAR_SOFT_CLIP)


@lru_cache(_REMEMBERED)
def _aligned(sequence: str, window: str) -> Laid:
    """The best alignment of a read to a stretch of the reference, its ends clipped as bwa does."""
    import spoa  # noqa: PLC0415 - few samples need it

    _, (above, below) = spoa.poa(
        [window, sequence],
        0,
        True,
        MATCH,
        MISMATCH,
        GAP_OPEN + GAP_EXTEND,
        GAP_EXTEND,
    )
    pairs = list(zip(above, below, strict=True))
    both = [column for column, pair in enumerate(pairs) if "-" not in pair]
    if not both:
        return Laid(0, ((CIGAR_SOFT_CLIP, len(sequence)),))
    first, last = both[0], both[-1] + 1
    before = sum(base != "-" for _, base in pairs[:first])
    behind = sum(base != "-" for _, base in pairs[last:])
    start = sum(base != "-" for base, _ in pairs[:first])
    operations = [
        (CIGAR_SOFT_CLIP, before),
        *_operations(pairs[first:last]),
        (CIGAR_SOFT_CLIP, behind),
    ]
    return _with_whole_ends(
        Laid(start, tuple(one for one in operations if one[1])), sequence, window
    )


def _operations(pairs: Sequence[tuple[str, str]]) -> Iterator[tuple[int, int]]:
    """The CIGAR of the columns of two sequences, reference and read."""
    for code, columns in groupby(pairs, _code):
        yield code, sum(1 for _ in columns)


def _code(pair: tuple[str, str]) -> int:
    reference, base = pair
    if reference == "-":
        return CIGAR_INSERTION
    return CIGAR_DELETION if base == "-" else CIGAR_MATCH


def _end(laid: Laid) -> int:
    """Where a read ends on the reference, 0-based and exclusive."""
    return laid.start + sum(length for code, length in laid.operations if code in _ON_REFERENCE)


def _with_whole_ends(laid: Laid, sequence: str, reference: str) -> Laid:
    """A read without the clips that cost less than its whole end is worth."""
    for at_start in (True, False):
        code, length = laid.operations[0 if at_start else -1]
        if code != CIGAR_SOFT_CLIP:
            continue
        if at_start:
            (_, beside), *rest = laid.operations[1:]
            longer = Laid(laid.start - length, ((CIGAR_MATCH, length + beside), *rest))
        else:
            *rest, (_, beside) = laid.operations[:-1]
            longer = Laid(laid.start, (*rest, (CIGAR_MATCH, beside + length)))
        if longer.start < 0 or _end(longer) > len(reference):
            continue
        if _score(longer, sequence, reference) > _score(laid, sequence, reference):
            laid = longer
    return laid
