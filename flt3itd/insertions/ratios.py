"""The ratios of mutants that are estimated together, beside the wild types of a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flt3itd.insertions.abundance import Abundances, Estimate, estimate
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.itd_filters import inherited_like
from flt3itd.insertions.selection import Rates

_HALF = 0.5 + 1e-6
"""The mean of two counts may end with a half, which counts as a whole fragment, and so it does if
rounding left a little less of it."""


class Ratio(NamedTuple):
    """The ratios of one mutant, and the fragments of the wild type at its boundaries."""

    vaf: Estimate
    ar: Estimate
    wildtype_fragments: int


class Ratios(NamedTuple):
    """The ratios of mutants that were estimated together, by number, and their totals.

    `inherited` count as wild type for the others, and are no part of the totals.
    """

    of: dict[int, Ratio]
    totals: Abundances
    inherited: tuple[int, ...] = ()

    def named(self, number: int, otherwise: int) -> Ratios:
        """The same ratios with those of one number under another one."""
        return self._replace(of={otherwise if n == number else n: r for n, r in self.of.items()})

    def outside_of(self, others: Ratios | None) -> dict[int, float]:
        """The VAFs of other ratios that lie outside of the intervals of these, by number."""
        found = {}
        for number, ratio in others.of.items() if others else ():
            vaf, interval = ratio.vaf.value, self.of[number].vaf.interval
            if not interval.low <= vaf <= interval.high:
                found[number] = vaf
        return found

    def holding(self, others: Ratios | None) -> Ratios:
        """The same ratios with intervals that hold those of other ones, where these are known."""
        if others is None:
            return self
        wider = {
            number: ratio._replace(
                vaf=ratio.vaf.holding(others.of[number].vaf),
                ar=ratio.ar.holding(others.of[number].ar),
            )
            for number, ratio in self.of.items()
            if number in others.of
        }
        totals = self.totals._replace(
            total_vaf=self.totals.total_vaf.holding(others.totals.total_vaf),
            total_ar=self.totals.total_ar.holding(others.totals.total_ar),
        )
        return self._replace(of=self.of | wider, totals=totals)


class Group(NamedTuple):
    """Mutants whose ratios are estimated together, and the wild types beside them.

    All are numbers of haplotypes; those in `neither` are part of no ratio. `passing`: no filter
    holds the mutants back.
    """

    mutants: Sequence[int]
    normal: Sequence[int]
    neither: Sequence[int]
    passing: bool


def ratios_of(settled: Settled, rates: Rates, group: Group) -> Ratios | None:
    """The ratios of the mutants of a group; None where nothing is informative."""
    patterns, windows, mutants = settled.counts.patterns, settled.windows, group.mutants
    abundances = estimate(rates, patterns, windows, mutants, group.normal, group.neither)
    if abundances is None:
        return None
    of = {
        number: Ratio(vaf, ar, int(fragments + _HALF))
        for number, vaf, ar, fragments in zip(
            mutants, abundances.vaf, abundances.ar, abundances.wildtype_fragments, strict=True
        )
    }
    vafs = {number: ratio.vaf.value for number, ratio in of.items()}
    asked = {number: settled.haplotypes[number] for number in mutants if group.passing}
    inherited = inherited_like(asked, vafs)
    if not inherited:
        return Ratios(of, abundances)
    rest = [number for number in mutants if number not in inherited]
    normal = [*group.normal, *inherited]
    others = ratios_of(settled, rates, Group(rest, normal, group.neither, passing=False))
    if others is None:
        return Ratios(of, abundances)
    return Ratios(of | others.of, others.totals, tuple(inherited))
