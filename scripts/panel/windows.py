"""What single reads show at a place where two or more haplotypes differ.

A read is laid on each haplotype without a gap, from its aligned bases on the left or on the
right of the place, soft-clipped bases included. So an allele is seen whether the aligner wrote
it as a gap, as mismatches, or clipped it, which it does where little of the read lies behind it.
A read speaks when it reaches equally far out of the place on every haplotype: an allele that is
longer or shorter than the other has neither fewer nor more reads for that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pysam

from flt3itd.hgvs.shifting import normalise_on_plus
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import Block, aligned_blocks
from scripts.panel.read_rules import HIDDEN, Span

ROOM = 10
"""Bases of a read on both sides of a place: so many tell the haplotypes apart."""
_FLANK = 30
"""Bases on both sides, where a read has them, in which it must fit a haplotype: within `ROOM` a
short deletion may look like the beginning of a long one."""
_FLANK_MISMATCHES = 2
"""Mismatches in the room of both sides together; one more for ten bases of flank beyond it."""
_BASES_FOR_A_MISREAD_ONE = 10
"""Of so many bases that are inserted or replaced one may be misread."""
OTHER = "other"


@dataclass
class Window:
    """The stretch of the reference on which haplotypes differ, 0-based half-open.

    `texts` are the sequences of the haplotypes on it, with their names; `before` and `after`
    are the `_FLANK` bases of the reference beside it. Filled by `show`: what the mates of each
    fragment show (None where they disagree), of amplicons where it begins and ends, and reads by
    haplotype and strand, and with a base below the quality (of haplotypes of equal length, where
    such reads count nowhere else). Reads with a hidden base in the window count nowhere.
    """

    start: int
    end: int
    texts: Mapping[str, str]
    before: str
    after: str
    fragments: dict[str, str | None] = field(default_factory=dict)
    spans: dict[str, Span] = field(default_factory=dict)
    reads: Counter[tuple[str, bool]] = field(default_factory=Counter)
    poor: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        lengths = {len(text) for text in self.texts}
        self.longest = max(lengths)
        self.one_length = lengths == {self.end - self.start}
        before = _shared(list(self.texts))
        changed = self.longest - before - _shared([text[before:][::-1] for text in self.texts])
        self.misread = 0 if self.one_length else changed // _BASES_FOR_A_MISREAD_ONE

    def show(
        self, read: pysam.AlignedSegment, minimum_base_quality: int, ends: Span | None = None
    ) -> None:
        """Note what a read shows, if it reaches over the window, and the `ends` of its fragment."""
        sequence = read.query_sequence
        blocks = aligned_blocks(read.reference_start, read.cigartuples)
        if not sequence or not blocks:
            return
        low, high = self.start - ROOM, self.end + ROOM
        whole = next((b for b in blocks if b.reference <= low and high <= b.end), None)
        span = None
        if whole is not None:
            shift = whole.query - whole.reference
            span = self.start + shift, self.end + shift
        shown = self.texts.get(sequence[slice(*span)]) if span else None
        qualities = read.query_qualities
        if shown is None or span is None:
            found = self._best_fit(sequence, qualities, blocks, minimum_base_quality)
            if found is None:
                # Beside another gap no haplotype fits; what is aligned here still speaks.
                aligned = self._is_aligned_around(read, blocks, len(sequence))
                span = _query_span(blocks, self.start, self.end) if aligned else None
                if span is None:
                    return
                found = self.texts.get(sequence[slice(*span)], OTHER), span
            shown, span = found
        if span[0] < ROOM or len(sequence) - span[0] < self.longest + ROOM:
            return
        worst = min(qualities[slice(*span)], default=None) if qualities is not None else None
        if worst is not None and self.one_length and worst < minimum_base_quality:
            self.poor[shown] += 1
            return
        if worst == HIDDEN:
            return
        name = read.query_name or ""
        if self.fragments.setdefault(name, shown) != shown:
            self.fragments[name] = None
        if ends is not None:
            self.spans.setdefault(name, ends)
        self.reads[shown, read.is_reverse] += 1

    def _is_aligned_around(
        self, read: pysam.AlignedSegment, blocks: list[Block], length: int
    ) -> bool:
        """Whether an alignment covers the window with room, and no clip of it lies near."""
        start, end = read.reference_start, read.reference_end or 0
        clipped_left = blocks[0].query > 0 and start > self.start - _FLANK
        clipped_right = blocks[-1].query_end < length and end < self.end + _FLANK
        covers = start <= self.start - ROOM and self.end + ROOM <= end
        return covers and not clipped_left and not clipped_right

    def _best_fit(
        self,
        sequence: str,
        qualities: Sequence[int] | None,
        blocks: list[Block],
        minimum_base_quality: int,
    ) -> tuple[str, tuple[int, int]] | None:
        """The haplotype that a read fits best, and the bases of the read on the window.

        None when it fits none, or two equally well.
        """
        left = {b.query + self.start - b.reference for b in blocks if b.reference <= self.start}
        right = {b.query + self.end - b.reference for b in blocks if b.end >= self.end}
        fits: list[tuple[int, str, tuple[int, int]]] = []
        for text, name in self.texts.items():
            for first in left | {last - len(text) for last in right}:
                last = first + len(text)
                if first < ROOM or last + ROOM > len(sequence):
                    continue
                before, after = sequence[max(0, first - _FLANK) : first], sequence[last:][:_FLANK]
                flanks = _mismatches(before, self.before[-len(before) :])
                flanks += _mismatches(after, self.after)
                if flanks > _FLANK_MISMATCHES + (len(before) + len(after) - 2 * ROOM) // 10:
                    continue
                differing = [
                    first + i
                    for i, (base, expected) in enumerate(
                        zip(sequence[first:last], text, strict=True)
                    )
                    if base != expected
                ]
                good = sum(
                    qualities is None or qualities[at] >= minimum_base_quality for at in differing
                )
                if good <= self.misread and len(differing) <= self.misread + 1:
                    fits.append((flanks + len(differing), name, (first, last)))
        fits.sort()
        if not fits or (len(fits) > 1 and fits[0][0] == fits[1][0] and fits[0][1] != fits[1][1]):
            return None
        return fits[0][1], fits[0][2]


def window_of(start: int, end: int, texts: Mapping[str, str], fetch: Fetch) -> Window:
    """The window of haplotypes on [start, end) of a contig whose sequence `fetch` gives."""
    return Window(start, end, texts, fetch(start - _FLANK, start), fetch(end, end + _FLANK))


def allele_window(
    start: int, ref: str, alt: str, fetch: Fetch, mutant: str, wildtype: str
) -> Window:
    """The window of an allele as in a VCF; the haplotypes are called `mutant` and `wildtype`.

    It holds every place where the change could equally stand and, for an insertion or a
    deletion, the bases beside.
    """
    change = normalise_on_plus(fetch, start, ref, alt)
    low, high = change.leftmost, change.end
    if not change.alternate or change.start == change.end:
        low, high = max(0, low - 1), high + 1
    text = fetch(low, change.start) + change.alternate + fetch(change.end, high)
    return window_of(low, high, {text: mutant, fetch(low, high): wildtype}, fetch)


def _query_span(blocks: list[Block], start: int, end: int) -> tuple[int, int] | None:
    """The part of a read that lies on [start, end); None when an end of it is deleted."""
    first = last = None
    for block in blocks:
        if block.reference <= start < block.end:
            first = block.query + start - block.reference
        if block.reference < end <= block.end:
            last = block.query + end - block.reference
    return None if first is None or last is None else (first, last)


def _mismatches(bases: str, expected: str) -> int:
    return sum(a != b for a, b in zip(bases, expected, strict=False))


def _shared(texts: Sequence[str]) -> int:
    """How many bases at the start all texts have in common."""
    columns = enumerate(zip(*texts, strict=False))
    return next((i for i, bases in columns if len(set(bases)) > 1), min(map(len, texts)))
