"""The stretch of the locus that long reads are compared over, and reads cut to it.

A read is cut between two flanks that stand once in the locus. Where a duplication holds a flank,
the flank stands twice in the mutant: then the outermost places count, and the whole insertion is
in the cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import edlib

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import Locus
from flt3itd.locus.template import Template, genomic_template, spliced_template

LONGEST_INSERTION = 600
"""Bases; the longest ITD that is published has about 400."""
_LEAST_CUT_SHARE = 0.5
"""A cut shorter than half of the window has lost exons, or its flanks are chance hits."""
_FLANK = 50
_FLANK_ERRORS = 13
"""Errors allowed in 50 bases: those of 10 % errors with room. No other place in the 97 kb around
the locus, on either strand, comes nearer than 16 errors to the flanks that are used."""
_WIDE = {
    "genomic": ((18_780, 19_400), (18_780, 19_310)),
    "spliced": ((655, 1_100), (655, 1_000)),
}
"""By the kind of template. Of the genome exons 14 and 15 with 106 bases below and 186 or 96 above,
between flanks that stand once: a little farther on both sides lie Alu repeats. Of joined exons 56
bases of exon 16 below, and above 44 bases of exon 12 with exon 13, or 51 of exon 13: each flank
lies in one exon."""
_CORE_CDS = (1714, 1836)
"""Residues 572 to 612: where ITDs arise."""
_BESIDE_BORDER = 25
"""Bases on each side of an end of exon 14 by which it is told whether introns are there."""
_TILE = 30
_TILE_STEP = 10
_TILE_ERRORS = 5
_TILE_REACH = 500
_TILE_SHARE = 0.8
_WIDE_SHARE = 0.8
"""The widest window is taken that has so many of the reads of the narrowest one."""
_SAMPLED = 150
"""Reads that are enough to tell where an amplicon ends."""


@dataclass(frozen=True)
class Window:
    """The stretch between two flanks, and the flanks; locus coordinates, 0-based half-open."""

    start: int
    end: int
    flank: int = _FLANK

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Cut:
    """A read that holds at least one flank, plus strand.

    `sequence` is what lies between the flanks, None when the read does not span them; it begins at
    base `start` (0-based) of the plus strand of the read, which has `length` bases. `is_reverse`
    says that the read is of the other strand.
    """

    sequence: str | None
    is_reverse: bool
    length: int
    start: int = 0


@dataclass(frozen=True)
class Reference:
    """What reads may be cut to: a template, and where ITDs arise on it (half-open)."""

    template: Template
    core: tuple[int, int]

    @property
    def sequence(self) -> str:
        """The bases of the template."""
        return self.template.sequence

    @property
    def cutters(self) -> list[Cutter]:
        """Those of the wide windows."""
        return [Cutter(self.sequence, Window(*each)) for each in _WIDE[self.template.kind]]

    @property
    def ends_of_exon_14(self) -> list[str]:
        """The bases about both ends of exon 14."""
        return [
            self.sequence[end - _BESIDE_BORDER : end + _BESIDE_BORDER]
            for end in self.template.exon(14)
        ]


def references(locus: Locus) -> tuple[Reference, Reference]:
    """The locus as it is, for reads of DNA, and its exons joined, for those of transcripts."""
    last, first = (locus.offset_of_cds(number) for number in _CORE_CDS)
    found = []
    for template in (genomic_template(locus), spliced_template(locus)):
        start, end = map(template.from_locus, (first, last))
        found.append(Reference(template, (start, end + 1)))
    return found[0], found[1]


class Cutter:
    """Cuts reads to one window of a reference."""

    def __init__(self, reference: str, window: Window) -> None:
        self.window = window
        self.wildtype = reference[window.start : window.end]
        self._left = reference[window.start - window.flank : window.start]
        self._right = reference[window.end : window.end + window.flank]
        self._errors = _FLANK_ERRORS if window.flank == _FLANK else _TILE_ERRORS
        self._reach = len(window) + LONGEST_INSERTION + window.flank

    def cut(self, sequence: str, *, is_reverse: bool | None = None) -> Cut | None:
        """The read between the flanks, or None when it holds neither of them.

        Without `is_reverse` the strand is that on which a flank is found; with it the sequence
        is plus strand already, as in a BAM.
        """
        if is_reverse is not None:
            return self._on_strand(sequence, is_reverse, find(self._left, sequence, self._errors))
        other = reverse_complement(sequence)
        here = find(self._left, sequence, self._errors)
        there = find(self._left, other, self._errors)
        if here is None and there is None:
            return self._partial(sequence, False) or self._partial(other, True)
        if here is None or (there is not None and there.errors < here.errors):
            return self._on_strand(other, True, there)
        return self._on_strand(sequence, False, here)

    def _on_strand(self, sequence: str, is_reverse: bool, left: Found | None) -> Cut | None:
        if left is None:
            return self._partial(sequence, is_reverse)
        size = len(sequence)
        right = find(self._right, sequence[left.end : left.end + self._reach], self._errors)
        if right is None:
            return Cut(None, is_reverse, size)
        right = self._of_this_molecule(sequence[left.end : left.end + right.end], right)
        start = self._further_left(sequence, left)
        end = self._further_right(sequence, left.end + right.start, left.end + right.end)
        shortest = _LEAST_CUT_SHARE * len(self.window)
        if not shortest <= end - start <= len(self.window) + LONGEST_INSERTION:
            return Cut(None, is_reverse, size)
        return Cut(sequence[start:end], is_reverse, size, start)

    def _partial(self, sequence: str, is_reverse: bool) -> Cut | None:
        """A read that holds the right flank alone."""
        if find(self._right, sequence, self._errors) is None:
            return None
        return Cut(None, is_reverse, len(sequence))

    def _of_this_molecule(self, behind: str, right: Found) -> Found:
        """The right flank, or an earlier one with a left flank (another molecule) behind it.

        Asked again of that: of three molecules and more the best places may be those of any. Where
        short products are joined, flanks that reach beyond their ends overlap.
        """
        lap = self.window.flank
        while second := find(self._left, behind[: right.start + lap], self._errors):
            earlier = find(self._right, behind[: second.start + lap], self._errors)
            if earlier is None or earlier.start >= right.start:
                break
            right = earlier
        return right

    def _further_left(self, sequence: str, left: Found) -> int:
        """The end of an earlier left flank, unless another molecule ends between the two."""
        before = sequence[max(0, left.start - LONGEST_INSERTION) : left.start]
        earlier = find(self._left, before, self._errors)
        if earlier is None:
            return left.end
        lap = self.window.flank
        first = left.start - len(before) + earlier.end
        between = sequence[max(0, first - lap) : left.start + lap]
        return first if find(self._right, between, self._errors) is None else left.end

    def _further_right(self, sequence: str, start: int, end: int) -> int:
        """The start of a later right flank, unless another molecule begins between the two."""
        behind = sequence[end : end + LONGEST_INSERTION]
        later = find(self._right, behind, self._errors)
        if later is None:
            return start
        lap = self.window.flank
        between = sequence[max(0, end - lap) : end + later.start + lap]
        return end + later.start if find(self._left, between, self._errors) is None else start


@dataclass(frozen=True, slots=True)
class Found:
    """Where a short sequence stands in a longer one, half-open, and with how many errors."""

    start: int
    end: int
    errors: int


def find(short: str, sequence: str, errors: int) -> Found | None:
    """The first of the best places of a short sequence with at most so many errors."""
    if not sequence:
        return None
    result = edlib.align(short, sequence, mode="HW", task="locations", k=errors)
    if result["editDistance"] < 0:
        return None
    start, last = result["locations"][0]
    return Found(start, last + 1, result["editDistance"])


def choose_window(
    references: tuple[Reference, Reference], touching: Sequence[str]
) -> tuple[Reference, Window] | None:
    """The window that most of some reads span; None without reads, or in very short ones.

    `touching` is what `around` gives of reads. A wide window around exons 14 and 15 is taken where
    reads span it, else what most reads have in common: an amplicon. It lies on the second reference
    where most reads lack the introns.
    """
    if not touching:
        return None
    genomic, spliced = references
    reference = spliced if _lack_introns(genomic, spliced, touching) else genomic
    spanned = []
    for cutter in reference.cutters:
        count = sum(_spans(cutter, part) for part in touching)
        spanned.append((count, cutter.window))
    most = max(count for count, _ in spanned)
    if most >= len(touching) / 2:
        window = next(window for count, window in spanned if count >= _WIDE_SHARE * most)
        return reference, window
    common = _in_common(reference.sequence, reference.core, touching)
    return None if common is None else (reference, common)


def _lack_introns(genomic: Reference, spliced: Reference, parts: Sequence[str]) -> bool:
    """Whether most of the reads over an end of exon 14 go on in the next exon."""
    sampled = parts[:: max(1, len(parts) // _SAMPLED)]
    without = 0
    for part in sampled:
        for intron, joined in zip(genomic.ends_of_exon_14, spliced.ends_of_exon_14, strict=True):
            errors = [
                _FLANK_ERRORS + 1 if found is None else found.errors
                for probe in (intron, joined)
                for found in (find(probe, part, _FLANK_ERRORS),)
            ]
            without += (errors[1] < errors[0]) - (errors[0] < errors[1])
    return without > 0


class Flanks:
    """Tells reads near exons 14 and 15 that may be cut without touching where ITDs arise."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self._cutters = [cutter for each in references for cutter in each.cutters]

    def are_in(self, sequence: str) -> bool:
        """Whether a read holds a flank of a wide window, on either strand."""
        return any(cutter.cut(sequence) is not None for cutter in self._cutters)


def _spans(cutter: Cutter, part: str) -> bool:
    cut = cutter.cut(part, is_reverse=False)
    return cut is not None and cut.sequence is not None


def around(reference: str, core: tuple[int, int], read: str) -> str | None:
    """The part of a read around the core, plus strand, or None when it does not touch it."""
    best: tuple[int, str, Found] | None = None
    for start in range(core[0], core[1] - _FLANK + 1, _FLANK // 2):
        probe = reference[start : start + _FLANK]
        for strand in (read, reverse_complement(read)):
            found = find(probe, strand, _FLANK_ERRORS)
            if found is not None and (best is None or found.errors < best[0]):
                best = (found.errors, strand, found)
        if best is not None and best[0] == 0:
            break
    if best is None:
        return None
    _, strand, found = best
    reach = _TILE_REACH + LONGEST_INSERTION
    return strand[max(0, found.start - reach) : found.end + reach]


def _in_common(reference: str, core: tuple[int, int], parts: Sequence[str]) -> Window | None:
    """The window between the outermost tiles that most reads hold."""
    sampled = parts[:: max(1, len(parts) // _SAMPLED)]
    first = max(0, core[0] - _TILE_REACH)
    last = min(len(reference), core[1] + _TILE_REACH) - _TILE
    starts = list(range(first, last + 1, _TILE_STEP))
    held = [
        sum(
            find(reference[start : start + _TILE], part, _TILE_ERRORS) is not None
            for part in sampled
        )
        for start in starts
    ]
    most = max(held)
    kept = [start for start, count in zip(starts, held, strict=True) if count >= _TILE_SHARE * most]
    start, end = kept[0] + _TILE, kept[-1]
    return Window(start, end, _TILE) if end - start >= 2 * _TILE else None
