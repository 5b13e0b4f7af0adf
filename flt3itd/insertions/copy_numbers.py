"""Other numbers of copies that fragments speak for as well, where hardly any read spans a copy.

What both reads of a fragment show, and its length, tell then how many copies there are, but less
surely than reads would: the intervals of the ratios hold what other numbers make of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flt3itd.common.statistics import CHI_SQUARE_95
from flt3itd.insertions.abundance import pattern_fit
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.copies import are_many
from flt3itd.insertions.counting import Settled, count_fragments
from flt3itd.insertions.explanation import Sample
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd_filters import few_reads_span
from flt3itd.insertions.parts import other_numbers
from flt3itd.insertions.ratios import Group, Ratios, ratios_of
from flt3itd.insertions.selection import Rates
from flt3itd.insertions.windows import find_windows

_SURELY = CHI_SQUARE_95 / 2
"""Log likelihood by which two numbers differ that are told apart with 95 %."""
_MOST_TRIED = 6
"""Numbers beside the one that was called: up to three more, or fewer."""


class OtherNumber(NamedTuple):
    """A mutant in another number of copies, the last haplotype, in place of the one called.

    It has a `share` of all molecules then. `spoken_for`: fragments speak for it (`speaks_for`).
    """

    settled: Settled
    rates: Rates
    share: float
    spoken_for: bool

    def ratios(self, called: int, group: Group) -> Ratios | None:
        """The ratios of a group, with this one in place of (and named as) the called."""
        last = len(self.settled.haplotypes) - 1
        instead = [last if one == called else one for one in group.mutants]
        found = ratios_of(self.settled, self.rates, group._replace(mutants=instead))
        return found and found.named(last, called)


def in_other_numbers(
    settled: Settled, number: int, sample: Sample, matrix: ReadMatrix, uncountable: bool
) -> Iterator[OtherNumber]:
    """A mutant with one copy more and fewer, and so on from those that its fragments speak for.

    None where reads count the copies (not `uncountable`, and enough places for them), and in
    amplicons, of which each shows a junction once however many there are.
    """
    called = settled.haplotypes[number]
    if called.insertion is None or sample.library.amplicons:
        return
    hardly_spanned = few_reads_span(called, called.insertion.length, sample.library.longest_read)
    if not (hardly_spanned or uncountable):
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
        fit, molecules = pattern_fit(rates, counts.patterns, instead)
        if not molecules.any():  # no fragment that it could give
            continue
        gain = fit - pattern_fit(rates, counts.patterns, before)[0]
        spoken_for = hardly_spanned and speaks_for(gain, are_many(called))
        if spoken_for:
            waiting += other_numbers(other, least=2)
        yield OtherNumber(trial, rates, float(molecules[number] / molecules.sum()), spoken_for)


def vaf_of_more(called: Haplotype, others: Iterable[OtherNumber]) -> float | None:
    """The VAF with one copy more than were called; None where that was not tried."""
    for one in others:
        if one.settled.haplotypes[-1].length_change > called.length_change:
            return one.share
    return None


def speaks_for(gain: float, many: bool) -> bool:
    """Whether fragments speak for another number of copies by a gain in log likelihood.

    Beside two copies, which are the rule, for more that explain them surely better, though not so
    much that they were called; beside three and more (`many`) for all that are not surely worse.
    """
    return gain > (-_SURELY if many else _SURELY)
