"""Counting fragments by the windows of haplotypes that they show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import TIE, Fit, ReadMatrix
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import (
    WIDEST_ANCHOR,
    WindowSet,
)
from flt3itd.reads.columns import count_distinct
from flt3itd.reads.read_set import ReadSet, SplitColumns, SplitRead

REPORTED_FRAGMENTS = 2
"""Changes that fewer fragments show are noise in every sample and are not listed."""

LEAST_SCORE = 25
"""Matching bases less penalties from which a read says where it belongs."""


class Counts(NamedTuple):
    """Fragments by the pattern of windows that they show, and which reads chose a haplotype.

    `junction[i]` fragments show a junction of haplotype i + 1, which others may have too.
    `chosen` is by read the haplotype that it fits better than any other, else -1; `fragment` is by
    read the number of its fragment.
    """

    patterns: dict[int, int]
    junction: tuple[int, ...]
    chosen: npt.NDArray[np.int64]
    fits: tuple[Fit, ...]
    fragment: npt.NDArray[np.int64]


class Settled(NamedTuple):
    """Haplotypes, the wild type first, with their windows and what the fragments show."""

    haplotypes: list[Haplotype]
    windows: WindowSet
    counts: Counts

    def own_of(self, number: int) -> tuple[int, int]:
        """Fragments that fit a haplotype best, of those that show a window which stands in it."""
        mask, counts = self.windows.mask(number), self.counts
        own = count_distinct(counts.fragment[counts.chosen == number])
        return own, sum(count for pattern, count in counts.patterns.items() if pattern & mask)

    def at_junction(self, number: int) -> npt.NDArray[np.int64]:
        """The fragments with a compared read over a junction of a haplotype that it fits best."""
        counts, fitted = self.counts, self.counts.fits[number]
        best = np.stack([each.score for each in counts.fits]).max(axis=0)
        shown = self.windows.shown(number, fitted.start, fitted.end)
        over = shown & self.windows.junction_mask(number) != 0
        fits_best = fitted.score >= np.maximum(LEAST_SCORE, best - TIE)
        found: npt.NDArray[np.int64] = counts.fragment[over & fits_best]
        return found

    def share(self, number: int) -> float:
        """About which share of all molecules has a mutant: 0 where nothing shows its boundaries.

        Fragments at its junction, for each time that it has it, by those at its boundaries, which
        every molecule has once. A junction of a change beside, which wild types have, is none.
        """
        own, patterns = self.windows.own[number], self.counts.patterns
        normal = 0
        for other, haplotype in enumerate(self.haplotypes):
            normal |= self.windows.mask(other) if haplotype.is_wildtype else 0
        junctions = [window for window in own.junctions if not normal >> window & 1]
        shown = [
            sum(count for pattern, count in patterns.items() if pattern >> window & 1)
            for window in (*junctions[:1], *own.boundaries[:2])
        ]
        if not junctions or not any(shown[1:]):
            return 0.0
        times = sum(one.window == junctions[0] for one in self.windows.occurrences[number])
        return shown[0] / max(1, times) / max(shown[1:])

    def support(self, number: int, beside: int) -> int:
        """Fragments that show a junction of one haplotype which another one has not.

        Where the other has them all, those that show any.
        """
        mask = self.windows.junction_mask(number)
        own = mask & ~self.windows.mask(beside) or mask
        return sum(count for pattern, count in self.counts.patterns.items() if pattern & own)

    def bridging(self, number: int, beside: int) -> int:
        """Fragments that show what tells one haplotype from another one, and a junction of both.

        Of two that share none, a junction.
        """
        windows = self.windows
        junction, own = windows.junction_mask(number), windows.mask(number) & ~windows.mask(beside)
        shared = junction & windows.junction_mask(beside) or junction
        return sum(
            count
            for pattern, count in self.counts.patterns.items()
            if pattern & shared and pattern & own
        )


def concerned_reads(reads: ReadSet, haplotypes: Iterable[Haplotype]) -> list[SplitRead]:
    """The split reads that may reach a window of one of the haplotypes."""
    spans = [touched_span(haplotype) for haplotype in haplotypes if haplotype.parts]
    if not spans:
        return []
    return reads_over(reads, min(start for start, _ in spans), max(end for _, end in spans)).reads


def reads_over(reads: ReadSet, start: int, end: int) -> SplitColumns:
    """The split reads that may reach a window within an interval of the reference."""
    split = reads.columns()
    first, last = split["first_diagonal"], split["last_diagonal"]
    begins = np.minimum(first, last) < end + WIDEST_ANCHOR
    ends = np.maximum(first, last) + split.length > start - WIDEST_ANCHOR
    return split.rows(np.flatnonzero(begins & ends))


def count_fragments(
    haplotypes: list[Haplotype], windows: WindowSet, reads: ReadSet, matrix: ReadMatrix
) -> Counts:
    """Assign every read to the haplotypes that it fits best and see which windows it shows.

    A window counts only when all haplotypes that the read fits equally well have it there.
    """
    masks = np.zeros(reads.fragments, dtype=np.int64)
    start, end, fragment = reads.plain()
    if len(haplotypes) > 1:
        np.bitwise_or.at(masks, fragment, windows.shown(0, start, end))
    chosen = np.full(len(matrix), -1, dtype=np.int64)
    fits: tuple[Fit, ...] = ()
    if len(matrix):
        fits = matrix.fits(haplotypes, WIDEST_ANCHOR)
        scores = np.stack([each.score for each in fits])
        best = scores.max(axis=0)
        near = (scores >= best - TIE) & (best >= LEAST_SCORE)
        shown = np.where(near.any(axis=0), np.int64(-1), np.int64(0))
        for index, each in enumerate(fits):
            covered = windows.shown(index, each.start, each.end)
            shown = np.where(near[index], shown & covered, shown)
        np.bitwise_or.at(masks, matrix.fragment, shown)
        single = near.sum(axis=0) == 1
        chosen[single] = scores.argmax(axis=0)[single]
    patterns, counted = np.unique(masks[masks != 0], return_counts=True)
    by_pattern = dict(zip(patterns.tolist(), counted.tolist(), strict=True))
    junction = tuple(
        sum(
            count for pattern, count in by_pattern.items() if pattern & windows.junction_mask(index)
        )
        for index in range(1, len(haplotypes))
    )
    return Counts(by_pattern, junction, chosen, fits, matrix.fragment)
