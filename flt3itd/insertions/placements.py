"""How often placements of a sample's fragments show the junctions and boundaries of haplotypes.

What a library lets expect: where reads begin anywhere, where amplicons fix them, and where the
depth of a capture differs from place to place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.abundance import mixture, showing
from flt3itd.insertions.capture import (
    CaptureOf,
    by_baits,
    by_density,
    captured_rates,
    centres,
    is_uneven,
    plain_share,
)
from flt3itd.insertions.copies import tandem_span
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.cut_primers import as_read
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.isoforms import with_isoforms
from flt3itd.insertions.rates import Showing, pattern_rates, placed_anywhere
from flt3itd.insertions.selection import Rates
from flt3itd.insertions.windows import WindowSet
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes, Integers, amplicon_shapes, fragment_shapes
from flt3itd.reads.read_set import ReadSet


class Placements(NamedTuple):
    """How many placements on each haplotype show each pattern of windows.

    `anywhere` counts all starts alike; the mutants in `hidden` are shown by no amplicon.
    """

    rates: Rates
    anywhere: Rates
    hidden: frozenset[int]

    def pooling(self, settled: Settled, of: dict[int, int]) -> Placements:
        """The same with an ITD and its isoforms (numbers, with that of the ITD) as one."""
        rates, anywhere = (with_isoforms(one, settled, of) for one in (self.rates, self.anywhere))
        return self._replace(rates=rates, anywhere=anywhere)


@dataclass
class Library:
    """The reads of a sample, and how they were made.

    `amplicons` are there where reads begin at primers. Where the ends of a change lie
    `uneven_from` bases apart or more, the depth of a capture may differ between them; None: it is
    no capture.
    """

    reads: ReadSet
    amplicons: tuple[Amplicon, ...]
    uneven_from: int | None

    @cached_property
    def longest_read(self) -> int:
        """Bases of the longest read."""
        start, end, _ = self.reads.plain()
        whole = self.reads.columns().length
        return int(max(whole.max(initial=0), (end - start).max(initial=0)))

    @cached_property
    def shapes(self) -> FragmentShapes:
        """Read and fragment lengths, wherever reads begin."""
        return fragment_shapes(self.reads)

    @cached_property
    def centres(self) -> Integers:
        """Where fragments lie that show no change."""
        return centres(self.reads)

    @cached_property
    def primer_shapes(self) -> FragmentShapes:
        """Those of fragments from primer to primer."""
        return amplicon_shapes(self.reads)

    def placements(self, settled: Settled) -> Placements:
        """How many placements on each haplotype show each pattern of windows."""
        haplotypes, windows = settled.haplotypes, settled.windows
        if not self.longest_read:
            nothing: Rates = [{} for _ in haplotypes]
            return Placements(nothing, nothing, frozenset())
        placed = placed_anywhere(haplotypes, windows, self.shapes)
        anywhere = [one.rates() for one in placed]
        if self._is_uneven(haplotypes):
            density = by_density(self.centres, len(haplotypes[0].reference))
            local = self._captured(settled, placed, density)
            return Placements(local or anywhere, anywhere, frozenset())
        if not self.amplicons:
            return Placements(anywhere, anywhere, frozenset())
        shapes, patterns = self.primer_shapes, settled.counts.patterns
        amplicons = as_read(self.amplicons, haplotypes, windows, patterns, shapes)
        by_amplicon = pattern_rates(haplotypes, windows, shapes, amplicons)
        mutants = [number for number, one in enumerate(haplotypes) if not one.is_wildtype]
        hidden = frozenset(n for n in mutants if not _is_seen(by_amplicon, windows, n))
        rates = by_amplicon if len(hidden) < len(mutants) else anywhere
        return Placements(rates, anywhere, hidden)

    def baited(self, settled: Settled, anywhere: Rates) -> Rates:
        """The rates where a capture that is surely uneven catches fragments by all their bases.

        None where it is even about each change, as far as the shares of the molecules tell by the
        rates of `anywhere`.
        """
        haplotypes, windows = settled.haplotypes, settled.windows
        if self.uneven_from is None or not self.longest_read:
            return []
        if not self._is_uneven_about(settled, anywhere):
            return []
        baits = by_baits(self.reads, len(haplotypes[0].reference), self.shapes)
        return self._captured(settled, placed_anywhere(haplotypes, windows, self.shapes), baits)

    def _is_uneven_about(self, settled: Settled, anywhere: Rates) -> bool:
        """Whether the density surely differs about one of the mutants."""
        shares = mixture(anywhere, settled.counts.patterns)
        expected = [plain_share(one, self.shapes) for one in settled.haplotypes]
        copies = shares @ np.array(expected)
        spans = [tandem_span(one.alone) for one in settled.haplotypes if not one.is_wildtype]
        return any(is_uneven(self.centres, copies, *span) for span in spans)

    def _captured(
        self, settled: Settled, placed: Sequence[Showing], capture_of: CaptureOf | None
    ) -> Rates:
        """The rates with an uneven capture; none where nothing tells it."""
        patterns = settled.counts.patterns
        return captured_rates(placed, patterns, self.shapes, capture_of)

    def _is_uneven(self, haplotypes: Sequence[Haplotype]) -> bool:
        """Whether the depth may differ at both ends of what is copied or deleted: it is long."""
        farthest = max(map(_reach, haplotypes), default=0)
        return self.uneven_from is not None and farthest >= self.uneven_from


def _reach(haplotype: Haplotype) -> int:
    """Bases of the reference between the ends of what a mutant repeats or lacks, else 0."""
    if haplotype.is_wildtype:
        return 0
    start, end = tandem_span(haplotype.alone)
    return end - start


def _is_seen(rates: Rates, windows: WindowSet, number: int) -> bool:
    """Whether placements show both a junction of a mutant and a boundary that it replaces."""
    own = windows.own[number]
    return any(showing(rates[number], window) > 0 for window in own.junctions) and any(
        showing(rates[0], window) > 0 for window in own.boundaries[:2]
    )
