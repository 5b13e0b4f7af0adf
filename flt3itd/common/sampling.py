"""How many molecules counts can stand for: the input, and the reads of each molecule.

What is counted was drawn twice: molecules from the patient, then reads from the molecules. With N
reads of M molecules the variance of a proportion is p (1 - p) (N + M - 1) / (N M): that of N draws
times a design effect of 1 + (N - 1) / M (Kish, Survey Sampling, 1965, section 5.4; for pools of
DNA Kolaczkowski et al., Genetics 2011, 187:245-260, and Feder et al., PLoS ONE 2012, 7:e48588).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from typing import NamedTuple

from flt3itd.common.counted import CountedUnit
from flt3itd.common.statistics import (
    MOLECULE_RATE_FLOOR,
    RATE_FLOOR,
    UNEVEN_COPYING,
    odds,
    reads_tail,
    share_of,
    smallest_with,
)

GENOME_PICOGRAMS = 3.3
"""A haploid human genome: 3.2e9 base pairs of 650 g/mol (Dolezel et al., Cytometry A 2003, 51:127)
weigh 3.4 to 3.5 pg; 3.3 pg is what laboratories reckon with (Vogelstein and Kinzler, PNAS 1999,
96:9236)."""
MOST_HIDDEN = 0.75
"""Share of the molecules that others hide from which nothing is told: nine in ten UMIs or more are
in use then, and their number no longer tells that of the molecules."""
OUTVOTED = 0.9
"""What few molecules have shows in so small a share of what it should: from there on it is said."""
IF_READS = "if every read were a molecule"
"""What numbers assume that rest on reads of an unknown number of molecules."""


class Sampling(NamedTuple):
    """What one in a count is, and how many molecules of a place there can have been.

    `most_molecules` is None where nothing is known of the input. Of all molecules a share of
    `hidden` has the UMI of another one at its place and is counted with it, where `hidden_among`
    are counted (0: at every place).
    """

    unit: CountedUnit
    most_molecules: float | None = None
    hidden: float = 0.0
    hidden_among: int = 0

    def over(self, counted: float) -> Sampling:
        """The same at another place, where so many are counted: so many more UMIs are in use.

        Nothing is known of another place where UMIs do not tell molecules at all (a share of 1).
        """
        if not (0 < self.hidden < 1 and self.hidden_among and counted > 0):
            return self
        in_use = -math.expm1(-molecules_by_umi(self.hidden)) * counted / self.hidden_among
        by_umi = -math.log1p(-in_use) if in_use < 1 else math.inf
        hidden = 1.0 if by_umi > molecules_by_umi(MOST_HIDDEN) else 1 - in_use / by_umi
        return self._replace(hidden=hidden, hidden_among=0)

    @property
    def assumption(self) -> str:
        """What intervals and limits assume; empty where molecules are counted or known of."""
        unknown = self.unit is CountedUnit.READS and self.most_molecules is None
        return IF_READS if unknown else ""

    @property
    def error_floor(self) -> float:
        """Errors by count that no sample is trusted to have fewer of."""
        return MOLECULE_RATE_FLOOR if self.unit is CountedUnit.MOLECULES else RATE_FLOOR

    def at_most(self, counted: int) -> int:
        """How many molecules so many counts stand for at most; 0 where UMIs do not tell them."""
        if not self.tells_molecules:
            return 0
        return counted if self.most_molecules is None else min(counted, int(self.most_molecules))

    def too_few(self, minimum: int) -> str:
        """Why no depth stands for so many molecules; empty where it may."""
        if not self.tells_molecules:
            return (
                "the UMIs do not tell the molecules apart: most share theirs with others at their "
                "place, and what few molecules have is outvoted; use more UMIs, or less DNA"
            )
        held = self.at_most(minimum)
        if held >= minimum:
            return ""
        return (
            f"the input holds {held} molecules, fewer than {minimum}, however often they are read"
        )

    def copies(self, counted: float) -> float:
        """By how much so many counts vary more than molecules: the design effect less 1.

        Reads are drawn from the molecules with replacement. Fragments and families are each a
        molecule, so that only those beyond the molecules of the input can be copies.
        """
        if self.most_molecules is None or counted <= 0:
            return 0.0
        if self.unit is CountedUnit.READS:
            return max(0.0, (counted - 1) / self.most_molecules)
        return max(0.0, counted / self.most_molecules - 1)

    def spread(self, counted: float) -> float:
        """The same for intervals: reads of molecules that PCR copied unevenly.

        The variance of a proportion is p (1 - p) (1 / N + (1 + v) / M) with N reads of M molecules,
        v the squared coefficient of variation of their copies.
        """
        uneven = UNEVEN_COPYING if self.unit is CountedUnit.READS else 0.0
        return (1 + uneven) * self.copies(counted)

    def copied_errors(self, count: int, counted: int) -> float:
        """The chance that `count` or more of the reads counted are copies of one error.

        Errors before the copies are made are in all copies of their molecule: so many molecules
        have a given one as M times its rate says (Poisson). 0 where reads are no copies, or
        nothing is known of the molecules.
        """
        if self.unit is not CountedUnit.READS or not self.most_molecules or counted <= 0:
            return 0.0
        expected = self.most_molecules * MOLECULE_RATE_FLOOR
        copies = counted / self.most_molecules
        weight, chance, number = math.exp(-expected), 0.0, 0
        while number <= expected or weight > _NEVER:
            number += 1
            weight *= expected / number
            chance += weight * reads_tail(count, number, copies)
        return min(1.0, chance)

    def is_beyond_copies(self, count: int, counted: int, significance: float) -> bool:
        """Whether copies of an error are so many of the reads counted no more often than this."""
        return self.copied_errors(count, counted) <= significance

    def fewest_beyond_copies(self, counted: int, significance: float) -> int:
        """The fewest of the reads counted that are beyond copies of an error."""

        def is_beyond(count: int) -> bool:
            return self.is_beyond_copies(count, counted, significance)

        enough = 1
        while not is_beyond(enough):
            enough *= 2
        return 1 + bisect_left(range(1, enough), True, key=is_beyond)

    def may_be_of_one(self, count: int, counted: float) -> bool:
        """Whether so many of the reads counted may all be copies of a single molecule.

        False where reads are no copies, or nothing is known of the molecules.
        """
        if self.unit is not CountedUnit.READS:
            return False
        copies = self.copies(counted)
        return copies > 0 and reads_tail(count, 1, copies) > _ONE_MOLECULE

    @property
    def tells_molecules(self) -> bool:
        """Whether counts tell of molecules: UMIs hide not nearly all of them."""
        return self.hidden <= MOST_HIDDEN

    @property
    def shown(self) -> float:
        """How much of what few molecules have is counted: VAF counted / VAF, of low ones.

        Of the molecules with one UMI the commoner sequence is counted. With M molecules and S UMIs
        there are K ~ Poisson(M / S) others with that of a molecule. All are of one kind, and one
        has more reads than K others together with probability 2^-K where the reads of a molecule
        are geometric (their sum is Gamma(K)); so exp(-M / 2S) are seen, and families are
        (1 - exp(-M / S)) / (M / S) of the molecules.
        """
        if self.hidden <= 0:
            return 1.0
        by_umi = molecules_by_umi(min(self.hidden, MOST_HIDDEN))
        return math.exp(-by_umi / 2) * by_umi / -math.expm1(-by_umi)

    def behind(self, vaf: float) -> float:
        """The VAF of molecules that shows as a lower one, as rare ones are outvoted.

        Half of them may be behind any, where nothing tells how many are hidden.
        """
        if self.hidden <= 0 or not 0 < vaf < _EVEN:
            return vaf
        if not self.tells_molecules:
            return _EVEN
        return min(_EVEN, share_of(odds(vaf) / self.shown))

    def holding(self, low: float, high: float) -> tuple[float, float]:
        """An interval of a VAF, wide enough for what is outvoted: the rarer of both kinds."""
        return (low if low <= _EVEN else 1 - self.behind(1 - low)), self.behind(high)


_ONE_MOLECULE = 0.01
"""Chance of as many reads of a single molecule below which they are of several."""
_EVEN = 0.5
_NEVER = 1e-15


def hidden_share(families: int, collisions: float) -> float:
    """The share of all molecules that are hidden by others with their UMI."""
    return collisions / (families + collisions) if collisions > 0 else 0.0


def molecules_by_umi(hidden: float) -> float:
    """Molecules for each UMI at a place, M / S, of which a share is hidden: 1 - (1 - e^-x) / x."""
    return smallest_with(lambda x: 1 + math.expm1(-x) / x >= hidden, 0.0, 1 / (1 - hidden))


def mixed_share(hidden: float) -> float:
    """The share of families that are of several molecules, where such a share is hidden.

    Of families by Poisson numbers of molecules of mean x, 1 - x / (e^x - 1) have two or more; all
    where UMIs do not tell molecules at all (a share of 1).
    """
    if hidden <= 0:
        return 0.0
    if hidden >= 1:
        return 1.0
    by_umi = molecules_by_umi(hidden)
    return 1 - by_umi / math.expm1(by_umi)


EVERY_COUNT = Sampling(CountedUnit.FRAGMENTS)
"""Everything that is counted is a molecule of its own."""


def molecules_in_library(fragments: float, distinct: float) -> float | None:
    """How many molecules a library holds, of which some fragments show so many distinct ones.

    Lander and Waterman (Genomics 1988, 2:231), as Picard's EstimateLibraryComplexity uses it:
    distinct / X = 1 - exp(-fragments / X). None where no fragment is a copy: X may be anything.
    """
    if not 0 < distinct < fragments:
        return None
    low, high = distinct, 2 * distinct
    while high * -math.expm1(-fragments / high) < distinct:
        low, high = high, 2 * high
    return smallest_with(
        lambda molecules: molecules * -math.expm1(-fragments / molecules) >= distinct, low, high
    )


def molecules_of(nanograms: float) -> float:
    """The haploid genomes in so much DNA."""
    return nanograms * 1000 / GENOME_PICOGRAMS


def widened(value: float, low: float, high: float, copies: float) -> tuple[float, float]:
    """A 95 % interval of a proportion from counts, for counts that vary more than molecules.

    The distances of its ends in log odds grow by the root of the design effect, as a deviance
    that is divided by it makes them. An end at 0 or 1 stays there, as one without a distance does.
    """
    if copies <= 0 or not 0 < value < 1:
        return low, high
    centre, factor = math.log(odds(value)), math.sqrt(1 + copies)

    def moved(end: float) -> float:
        if not 0 < end < 1:
            return end
        return share_of(math.exp(centre + factor * (math.log(odds(end)) - centre)))

    return moved(low), moved(high)
