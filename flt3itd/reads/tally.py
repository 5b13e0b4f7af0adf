"""What is counted of the records while they stream past: from it the reads are judged later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_HARD_CLIP,
    CIGAR_INSERTION,
    CIGAR_SOFT_CLIP,
)

SHORT_GAP = 2
"""Bases: errors of sequencing add or lose one or two, hardly ever more."""


@dataclass
class Tally:
    """Counts over the records of a region that are not left out, unless said otherwise.

    `duplicates` are the records that were left out for nothing but their mark; `without_bases`
    have `*` for SEQ; `mates_missing` are reads whose mate should lie in the region and does not;
    `mates_alike` are pairs whose second read is the first once more. Gaps are those of CIGARs, of
    `SHORT_GAP` bases or fewer; the qualities (raw Phred) are those of some of the records.
    """

    duplicates: int = 0
    without_bases: int = 0
    without_mapping_quality: int = 0
    hard_clipped: int = 0
    soft_clipped: int = 0
    mates_missing: int = 0
    mates_alike: int = 0
    plain_mismatches: int = 0
    short_gaps: int = 0
    looked_at_qualities: int = 0
    without_qualities: int = 0
    lowest_quality: int | None = None
    highest_quality: int | None = None

    def add_cigar(self, cigar: Sequence[tuple[int, int]]) -> None:
        """Count the clips and short gaps of a record (pysam's operation codes)."""
        first, last = cigar[0][0], cigar[-1][0]
        self.hard_clipped += CIGAR_HARD_CLIP in (first, last)
        self.soft_clipped += any(code == CIGAR_SOFT_CLIP for code, _ in (*cigar[:2], *cigar[-2:]))
        self.short_gaps += sum(
            code in (CIGAR_INSERTION, CIGAR_DELETION) and length <= SHORT_GAP
            for code, length in cigar
        )

    def add_qualities(self, qualities: Sequence[int] | None) -> None:
        """Look at the base qualities of a record."""
        self.looked_at_qualities += 1
        if qualities is None or not len(qualities):
            self.without_qualities += 1
            return
        low, high = min(qualities), max(qualities)
        self.lowest_quality = min(low, low if self.lowest_quality is None else self.lowest_quality)
        self.highest_quality = max(high, self.highest_quality or 0)
