"""Short insertions and deletions: found in the CIGAR of a read, counted by its bases.

The aligner shows a gap only where enough bases lie beyond it; near its ends a mutant read is
clipped, or forced onto the reference with mismatches. So a change is found by the reads whose
CIGAR shows it, and then every read over its place is compared with both sequences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flt3itd.locus.flt3 import Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import Block
from flt3itd.reads.forced_ends import forced_in

ANCHOR = 8
"""Bases that a read must show on both sides of an insertion or deletion to speak about it."""
_LONGEST_DELETION = 60
NEIGHBOURHOOD = 2
"""Mismatches at most this far from an insertion or deletion are part of the same event."""
_DIFFERENCES = 4
"""Bases in which the mutant and the wild-type sequence must differ where they are compared."""
_LONGEST_WINDOW = 120
_MOST_MISMATCHES = 2
"""A read with more bases that fit neither sequence shows something else."""


@dataclass(frozen=True, order=True)
class ShortChange:
    """`ref` replaced by `alt` (plus strand, no shared ends) at a locus coordinate (0-based)."""

    offset: int
    ref: str
    alt: str


class ChangeCount(NamedTuple):
    """Fragments that cover the place of a change with room on both sides."""

    change: ShortChange
    mutant: int
    wildtype: int


class Answer(NamedTuple):
    """What a read shows of a change: True the mutant, False the wild type, None neither.

    A read of the mutant has the change at the query coordinate `place`.
    """

    shows: bool | None
    place: int


@dataclass(frozen=True)
class ChangeView:
    """What the reads over a change show: its fragments, and the answer of each read.

    `low` and `high` bound the place in which reads of the mutant may lie wrongly, without a gap
    (locus coordinates, half-open).
    """

    count: ChangeCount
    answers: tuple[Answer, ...]
    low: int
    high: int


class _Window(NamedTuple):
    """Where a change is looked at: the mutant and the wild-type sequence, of one length.

    So a read of either has as many places from which it shows the whole of it, and the share of
    mutant fragments has no bias. `low` is the locus coordinate of the first base of both, `high`
    that of the last base of the mutant one, None where the window is cut before it.
    """

    low: int
    high: int | None
    mutant: str
    wildtype: str


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


def look_at(
    change: ShortChange,
    reads: Iterable[tuple[int, AlignedRead, Sequence[Block]]],
    locus: Locus,
    *,
    bounds: tuple[int, int],
    minimum_quality: int,
) -> ChangeView:
    """Count the fragments over a change by comparing the bases of their reads.

    Mutant fragments show it in all of their reads that speak, wild-type ones in none. `reads`
    are (fragment, read, aligned blocks); nothing outside `bounds` (locus coordinates, half-open)
    is compared.
    """
    window = _window(change, locus, bounds)
    if window is None:
        return ChangeView(ChangeCount(change, 0, 0), (), change.offset, change.offset)
    answers: list[Answer] = []
    said: dict[int, bool | None] = {}
    for fragment, read, blocks in reads:
        shown, begin = _shows(read, blocks, window, minimum_quality)
        answers.append(Answer(shown, begin + change.offset - window.low))
        if shown is not None:
            said[fragment] = shown if said.get(fragment, shown) is shown else None
    fragments = Counter(said.values())
    count = ChangeCount(change, fragments[True], fragments[False])
    high = max(window.low + len(window.wildtype), (window.high or 0) + 1)
    return ChangeView(count, tuple(answers), window.low - len(change.alt), high)


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
            Block(change.offset + len(change.ref), behind, len(read.sequence) - behind),
        ]
        query = behind
    first = forced_in(blocks[0], read.sequence, locus.sequence, at_start=True)
    last = forced_in(blocks[-1], read.sequence, locus.sequence, at_start=False)
    blocks[0] = Block(
        blocks[0].reference + first, blocks[0].query + first, blocks[0].length - first
    )
    blocks[-1] = blocks[-1]._replace(length=blocks[-1].length - last)
    return blocks


def _window(change: ShortChange, locus: Locus, bounds: tuple[int, int]) -> _Window | None:
    """The shortest window that tells the change, cut to the bounds; None when none does."""
    low = max(bounds[0], change.offset - ANCHOR)
    behind = change.offset + len(change.ref)
    for right in range(ANCHOR, _LONGEST_WINDOW):
        high = min(bounds[1], behind + right)
        whole = locus.sequence[low : change.offset] + change.alt + locus.sequence[behind:high]
        mutant = whole[: bounds[1] - low]
        wildtype = locus.sequence[low : low + len(mutant)]
        differences = sum(a != b for a, b in zip(mutant, wildtype, strict=True))
        if differences >= (_DIFFERENCES if high < bounds[1] else 1):
            return _Window(low, high - 1 if mutant == whole else None, mutant, wildtype)
    return None


def _shows(
    read: AlignedRead, blocks: Sequence[Block], window: _Window, minimum_quality: int
) -> tuple[bool | None, int]:
    """Whether a read shows the mutant of a window, and where the mutant begins in it.

    None when it does not say. Either end of the window may be what the aligner placed rightly.
    """
    size = len(window.mutant)
    first = _query_at(blocks, window.low)
    last = None if window.high is None else _query_at(blocks, window.high)
    if first is None and last is None:
        return None, 0
    if (
        first is not None
        and read.sequence[first : first + size] == window.wildtype
        and min(read.qualities[first : first + size]) >= minimum_quality
    ):
        return False, first
    best = [_MOST_MISMATCHES + 1, _MOST_MISMATCHES + 1]
    begin = 0
    starts = [] if first is None else [(first, first)]
    if last is not None and window.high is not None:
        starts.append((last + 1 - size, last - (window.high - window.low)))
    for pair in starts:
        for kind, (start, bases) in enumerate(
            zip(pair, (window.mutant, window.wildtype), strict=True)
        ):
            if start >= 0 and start + size <= len(read.sequence):
                wrong = sum(
                    base != seen and quality >= minimum_quality
                    for base, seen, quality in zip(
                        bases,
                        read.sequence[start : start + size],
                        read.qualities[start : start + size],
                        strict=True,
                    )
                )
                if kind == 0 and wrong < best[kind]:
                    begin = start
                best[kind] = min(best[kind], wrong)
    return (None if best[0] == best[1] else best[0] < best[1]), begin


def _query_at(blocks: Sequence[Block], coordinate: int) -> int | None:
    """The query coordinate that is aligned to a locus coordinate, if there is one."""
    for start, query, length in blocks:
        if start <= coordinate < start + length:
            return query + coordinate - start
    return None
