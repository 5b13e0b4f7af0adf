"""The reads over the junction of each ITD, laid on the mutant haplotype, for a picture.

It selects reads as the counting does, but counts nothing: numbers come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence

from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import showing
from flt3itd.junction_records import JunctionPileup, JunctionRead, Mismatch, Span
from flt3itd.reads.read_set import SplitRead

READS_SHOWN = 30
FLANK = 75
"""Bases of the haplotype on each side of the junction."""
_POOR_QUALITY = 20


def pile_up(
    reads: ComparedReads, haplotype: Haplotype, allele: tuple[int, str, str]
) -> JunctionPileup:
    """The reads that show the junction of a haplotype; `allele` is pos, ref, alt of its record."""
    segment = haplotype.duplication
    shown = showing(reads, haplotype)
    left = shown.left
    right = left + len(segment.filler)
    offsets = shown.fit.offset.tolist()
    low = max(0, left - FLANK)
    high = min(len(haplotype.sequence), right + FLANK)
    one_each: dict[int, int] = {}
    for row, read in enumerate(shown.reads):
        one_each.setdefault(read.fragment, row)
    rows = sorted(one_each.values(), key=lambda row: (offsets[row], row))
    rows = even_selection(rows, READS_SHOWN)
    window = haplotype.sequence[low:high]

    def span(start: int, end: int) -> Span:
        return Span(max(start, low) - low, max(min(end, high), low) - low)

    return JunctionPileup(
        *allele,
        sequence=window,
        first_copy=span(segment.start, left),
        filler=span(left, right),
        second_copy=span(right, right + len(segment)),
        fragments=len(one_each),
        reads=tuple(lay_read(shown.reads[row], offsets[row] - low, window) for row in rows),
    )


def even_selection(rows: Sequence[int], most: int) -> list[int]:
    """So many of the rows at most, spread evenly over them."""
    if len(rows) <= most:
        return list(rows)
    return [rows[index * len(rows) // most] for index in range(most)]


def lay_read(read: SplitRead, offset: int, window: str) -> JunctionRead:
    """One read in coordinates of a window, in which its first base lies at `offset`."""
    first, last = max(0, offset), min(len(window), offset + len(read.sequence))
    clips = [
        Span(max(start + offset, first), min(end + offset, last))
        for start, end in ((0, read.aligned_start), (read.aligned_end, len(read.sequence)))
    ]
    mismatches = []
    for at in range(first, last):
        base, quality = read.sequence[at - offset], read.qualities[at - offset]
        if base != window[at]:
            mismatches.append(Mismatch(at, base if quality >= _POOR_QUALITY else base.lower()))
    return JunctionRead(
        first, last, tuple(clip for clip in clips if clip.start < clip.end), tuple(mismatches)
    )
