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

from flt3itd.insertions.abundance import showing
from flt3itd.insertions.baits import Baits
from flt3itd.insertions.capture import (
    Molecules,
    baits_among,
    is_uneven,
    plain_share,
    shares_of,
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
from flt3itd.reads.library import (
    Floats,
    FragmentShapes,
    Integers,
    amplicon_shapes,
    fragment_shapes,
    plain_fragments,
)
from flt3itd.reads.read_set import ReadSet

FAR_APART = 250
"""Bases between the ends of an ITD from which on its ratio is that of the baits. Of shorter ones in
a valley baits tell it better in simulated captures (105 bases at 0.70: 0.65, 0.14 if even); of four
real exomes they give 1.2 to 2.1 times what counts of reads give, and nothing tells which is right.
The interval holds both."""


class Placements(NamedTuple):
    """How many placements on each haplotype show each pattern of windows.

    `anywhere` counts all starts alike; the mutants in `hidden` are shown by no amplicon.
    Where the capture is surely uneven about a mutant, `rates` know how its baits catch fragments,
    and `by_baits` tells whether ratios follow from them (else from those of an even capture). None:
    it is even, as far as is known. `baits` are those.
    """

    rates: Rates
    anywhere: Rates
    hidden: frozenset[int] = frozenset()
    by_baits: bool | None = None
    baits: Baits | None = None

    @property
    def of_ratios(self) -> Rates:
        """The rates from which ratios follow."""
        return self.anywhere if self.by_baits is False else self.rates

    @property
    def otherwise(self) -> Rates:
        """Those of which the intervals hold the ratios as well; none where the capture is even."""
        if self.by_baits is None:
            return []
        return self.anywhere if self.by_baits else self.rates

    def pooling(self, settled: Settled, of: dict[int, int]) -> Placements:
        """The same with an ITD and its isoforms or slips (numbers, with that of the ITD) as one."""
        rates, anywhere = (with_isoforms(one, settled, of) for one in (self.rates, self.anywhere))
        return self._replace(rates=rates, anywhere=anywhere)


@dataclass
class Library:
    """The reads of a sample, and how they were made.

    `amplicons` are there where reads begin at primers. Of what is `captured` the depth may differ
    from place to place; ratios follow from the baits where the ends of a change lie `by_baits_from`
    bases apart or more.
    """

    reads: ReadSet
    amplicons: tuple[Amplicon, ...]
    captured: bool
    by_baits_from: int = FAR_APART

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
    def plain(self) -> tuple[Integers, Integers]:
        """Start and end of the fragments that show no change."""
        return plain_fragments(self.reads)

    @cached_property
    def centres(self) -> Integers:
        """Where their centres lie, in order."""
        start, end = self.plain
        return np.sort((start + end) // 2)

    @cached_property
    def primer_shapes(self) -> FragmentShapes:
        """Those of fragments from primer to primer."""
        return amplicon_shapes(self.reads)

    def placements(self, settled: Settled) -> Placements:
        """How many placements on each haplotype show each pattern of windows."""
        haplotypes, windows = settled.haplotypes, settled.windows
        if not self.longest_read:
            nothing: Rates = [{} for _ in haplotypes]
            return Placements(nothing, nothing)
        placed = placed_anywhere(haplotypes, windows, self.shapes)
        anywhere = [one.rates() for one in placed]
        if self.captured:
            spans = [tandem_span(one.alone) for one in haplotypes if not one.is_wildtype]
            baits = self._baits(settled, placed, anywhere, spans)
            rates = anywhere if baits is None else [one.rates(baits) for one in placed]
            far_apart = any(end - start >= self.by_baits_from for start, end in spans)
            by_baits = None if baits is None else far_apart
            return Placements(rates, anywhere, by_baits=by_baits, baits=baits)
        if not self.amplicons:
            return Placements(anywhere, anywhere)
        shapes, patterns = self.primer_shapes, settled.counts.patterns
        amplicons = as_read(self.amplicons, haplotypes, windows, patterns, shapes)
        by_amplicon = pattern_rates(haplotypes, windows, shapes, amplicons)
        mutants = [number for number, one in enumerate(haplotypes) if not one.is_wildtype]
        hidden = frozenset(n for n in mutants if not _is_seen(by_amplicon, windows, n))
        rates = by_amplicon if len(hidden) < len(mutants) else anywhere
        return Placements(rates, anywhere, hidden)

    def baits_about(self, settled: Settled, span: tuple[int, int]) -> Baits | None:
        """The baits of a capture that is surely uneven about a stretch; None of any other."""
        if not self.captured or not self.longest_read:
            return None
        placed = placed_anywhere(settled.haplotypes, settled.windows, self.shapes)
        return self._baits(settled, placed, [one.rates() for one in placed], [span])

    def _baits(
        self,
        settled: Settled,
        placed: Sequence[Showing],
        anywhere: Rates,
        spans: Sequence[tuple[int, int]],
    ) -> Baits | None:
        """The baits of a capture that is surely uneven about some stretch; None of any other."""
        patterns, given = settled.counts.patterns, self._given(settled.haplotypes)
        shares = shares_of(anywhere, patterns)
        if not any(is_uneven(self.centres, shares @ given, *span) for span in spans):
            return None
        return baits_among(Molecules(placed, patterns, given), shares, self.plain, self.shapes)

    def _given(self, haplotypes: Sequence[Haplotype]) -> Floats:
        """By haplotype and base, how many places give plain fragments; of each once a sample."""
        for one in haplotypes:
            if one not in self._shares:
                self._shares[one] = plain_share(one, self.shapes)
        return np.array([self._shares[one] for one in haplotypes])

    @cached_property
    def _shares(self) -> dict[Haplotype, Floats]:
        return {}


def _is_seen(rates: Rates, windows: WindowSet, number: int) -> bool:
    """Whether placements show both a junction of a mutant and a boundary that it replaces."""
    own = windows.own[number]
    return any(showing(rates[number], window) > 0 for window in own.junctions) and any(
        showing(rates[0], window) > 0 for window in own.boundaries[:2]
    )
