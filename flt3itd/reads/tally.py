"""What is counted of the records while they stream past: from it the reads are judged later."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from flt3itd.reads.alignment import CIGAR_SOFT_CLIP, Flag, Layout

SHORT_GAP = 2
"""Bases: errors of sequencing add or lose one or two, hardly ever more."""

LONG_GAP = 6
"""Bases: near the end of a read an aligner clips what such a gap would cost more than."""

LONG_CLIP = 12
"""Bases that a read must hold behind a junction to propose it."""

FAR_CLIP = 31
"""Bases: of 20,000 reads of an exome two or more have a clip so long, so that filters that leave
clips of 30 bases are told by it. In reads of amplicons it is nearly half a read that tells."""

MISMATCHES_EVERY = 4
"""Plain reads with a mismatch between two whose mismatch is looked at."""
END = 15
"""Bases at the ends of reads whose mismatches are left out: of what lies behind a junction, too."""

_DUPLICATE, _FAILED = int(Flag.DUPLICATE), int(Flag.FAILED)
_INHERITED = 3
"""Short insertions and deletions that one sample may have in a region."""


class Mismatch(NamedTuple):
    """A mismatch of a read: of which mate, at which cycle and place (0-based), and the base."""

    is_read2: bool
    cycle: int
    place: int
    base: str


@dataclass
class Tally:
    """Counts over the records of a region that are not left out, unless said otherwise.

    `duplicates` are the records that were left out for nothing but their mark; `without_bases`
    have `*` for SEQ; `mates_missing` are reads whose mate should lie in the region and does not;
    `longest_clip` are the most soft-clipped bases of one end; `names_shared` pairs of one name that
    are no mates of each other, `pieces` clipped reads that lie at another place as well, without a
    mark on either. `left_out_clipped` are clipped records that were left out, for whatever mark;
    `marked` are whole reads that are marked as failed or as duplicates, `marked_clipped` those of
    them that are clipped. `gaps` counts those of `SHORT_GAP` bases or fewer by their place on the
    reference, `long_gaps` reads with one of `LONG_GAP` or more; `mismatches` are those of some of
    the plain reads that have one, the qualities (raw Phred) those of some of the records.
    """

    duplicates: int = 0
    without_bases: int = 0
    without_mapping_quality: int = 0
    hard_clipped: int = 0
    soft_clipped: int = 0
    longest_clip: int = 0
    mates_missing: int = 0
    names_shared: int = 0
    pieces: int = 0
    left_out_clipped: int = 0
    marked: int = 0
    marked_clipped: int = 0
    plain_mismatches: int = 0
    gaps: Counter[int] = field(default_factory=Counter)
    long_gaps: int = 0
    mismatches: Counter[Mismatch] = field(default_factory=Counter)
    looked_at_qualities: int = 0
    without_qualities: int = 0
    lowest_quality: int | None = None
    highest_quality: int | None = None

    def add_left_out(self, cigar: Sequence[tuple[int, int]] | None, marks: int) -> None:
        """Count a record that is left out for these flags."""
        clipped = any(code == CIGAR_SOFT_CLIP for code, _ in cigar or ())
        self.duplicates += marks == _DUPLICATE
        self.left_out_clipped += clipped
        if not marks & ~(_DUPLICATE | _FAILED):
            self.marked += 1
            self.marked_clipped += clipped

    def add_layout(self, start: int, layout: Layout) -> None:
        """Count the clips and gaps of a record that begins at `start`."""
        self.hard_clipped += layout.is_hard_clipped
        if layout.clips:
            self.soft_clipped += 1
            self.longest_clip = max(self.longest_clip, *layout.clips)
        if layout.gaps:
            self.long_gaps += any(gap.length >= LONG_GAP for gap in layout.gaps)
            for gap in layout.gaps:
                if gap.length <= SHORT_GAP:
                    self.gaps[start + gap.reference] += 1

    def add_mismatch(
        self, sequence: str, start: int, reference: str, *, is_reverse: bool, is_read2: bool
    ) -> None:
        """Count the mismatch of a plain read that begins at `start` of the reference."""
        for _ in self.count_mismatches(1):
            self.look_at_mismatch(
                sequence, start, reference, is_reverse=is_reverse, is_read2=is_read2
            )

    def count_mismatches(self, count: int) -> range:
        """Count so many plain reads with a mismatch; which of them (from 0) are to be looked at.

        They are one of `MISMATCHES_EVERY` of all that were counted.
        """
        first = -(self.plain_mismatches + 1) % MISMATCHES_EVERY
        self.plain_mismatches += count
        return range(first, count, MISMATCHES_EVERY)

    def look_at_mismatch(
        self, sequence: str, start: int, reference: str, *, is_reverse: bool, is_read2: bool
    ) -> None:
        """Note of which mate, at which cycle and place the mismatch of a plain read is."""
        at, stop = max(END, -start), min(len(sequence) - END, len(reference) - start)
        if stop <= at:
            return
        read, expected = sequence[at:stop].encode(), reference[start + at : start + stop].encode()
        # As numbers, their first byte that differs is the highest one.
        differing = int.from_bytes(read, "big") ^ int.from_bytes(expected, "big")
        if not differing:
            return
        at = stop - (differing.bit_length() + 7) // 8
        cycle = len(sequence) - 1 - at if is_reverse else at
        self.mismatches[Mismatch(is_read2, cycle, start + at, sequence[at])] += 1

    @property
    def short_gaps(self) -> int:
        """Short gaps, without those at the places that have most: inherited ones, in every read."""
        return self.gaps.total() - sum(count for _, count in self.gaps.most_common(_INHERITED))

    def add_qualities(self, rows: Sequence[array[int] | bytes | None]) -> None:
        """Look at the base qualities of some records, a byte each."""
        seen = range(self.lowest_quality or 0, (self.highest_quality or -1) + 1)
        told = [row for row in rows if row]
        values = b"".join(told).translate(None, bytes(seen))
        self.looked_at_qualities += len(rows)
        self.without_qualities += len(rows) - len(told)
        if not values:
            return
        low, high = min(values), max(values)
        self.lowest_quality = min(low, low if self.lowest_quality is None else self.lowest_quality)
        self.highest_quality = max(high, self.highest_quality or 0)
