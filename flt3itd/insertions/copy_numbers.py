"""Other numbers of copies that fragments speak for as well, where hardly any read spans a copy.

What both reads of a fragment show, and its length, tell then how many copies there are, but less
surely than reads would: the intervals of the ratios hold what other numbers make of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from flt3itd.common.statistics import CHI_SQUARE_95
from flt3itd.insertions.abundance import pattern_fit
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.copies import are_many
from flt3itd.insertions.counting import Settled, count_fragments
from flt3itd.insertions.explanation import Sample
from flt3itd.insertions.itd_filters import few_reads_span
from flt3itd.insertions.parts import other_numbers
from flt3itd.insertions.ratios import Ratios, ratios_of
from flt3itd.insertions.selection import Rates
from flt3itd.insertions.windows import find_windows

_SURELY = CHI_SQUARE_95 / 2
"""Log likelihood by which two numbers differ that are told apart with 95 %."""
_MOST_TRIED = 6
"""Numbers beside the one that was called: up to three more, or fewer."""


class OtherNumber(NamedTuple):
    """A mutant in another number of copies, the last haplotype, in place of the one called."""

    settled: Settled
    rates: Rates

    def ratios(
        self, called: int, group: Sequence[int], normal: Sequence[int], neither: Sequence[int]
    ) -> Ratios | None:
        """The ratios of a group that passes, with this one in place of (and named as) the called.

        `normal` are the wild types, `neither` in no ratio; all are numbers of haplotypes.
        """
        last = len(self.settled.haplotypes) - 1
        instead = [last if one == called else one for one in group]
        found = ratios_of(self.settled, self.rates, instead, normal, passing=True, neither=neither)
        return found and found.named(last, called)


def as_likely(
    settled: Settled, number: int, sample: Sample, matrix: ReadMatrix
) -> Iterator[OtherNumber]:
    """Other numbers of copies of a mutant that its fragments speak for.

    `speaks_for` says which; those of amplicons, and those that reads count, have none.
    """
    called = settled.haplotypes[number]
    insertion = called.insertion
    if insertion is None or sample.library.amplicons:
        return
    if not few_reads_span(called, insertion.length, sample.library.longest_read):
        return
    tried = {one.sequence for one in settled.haplotypes}
    before = list(range(len(settled.haplotypes)))
    instead = [len(before) if one == number else one for one in before]
    waiting = list(other_numbers(called, least=2))
    while waiting and len(tried) < len(before) + _MOST_TRIED:
        other = waiting.pop(0)
        if other.sequence in tried:
            continue
        tried.add(other.sequence)
        haplotypes = [*settled.haplotypes, other]
        windows = find_windows(haplotypes, sample.library.longest_read)
        counts = count_fragments(haplotypes, windows, sample.reads, matrix)
        trial = Settled(haplotypes, windows, counts)
        rates = sample.library.placements(trial).rates
        gain = (
            pattern_fit(rates, counts.patterns, instead)[0]
            - pattern_fit(rates, counts.patterns, before)[0]
        )
        if speaks_for(gain, are_many(called)):
            waiting += other_numbers(other, least=2)
            yield OtherNumber(trial, rates)


def speaks_for(gain: float, many: bool) -> bool:
    """Whether fragments speak for another number of copies by a gain in log likelihood.

    Beside two copies, which are the rule, for more that explain them surely better, though not so
    much that they were called; beside three and more (`many`) for all that are not surely worse.
    """
    return gain > (-_SURELY if many else _SURELY)
