"""Damaged bases of the DNA, which look like substitutions: oxidation, and formalin (FFPE).

Guanine that is oxidised is read as T (Costello et al., Nucleic Acids Res 2013, 41:e67), cytosine
that formalin deaminates as T (Do and Dobrovic, Clin Chem 2015, 61:64-71). Only one strand of the
molecule is damaged, so all fragments that show it have their first read on the same strand of the
reference, where those of a mutation have it on either.

**How likely is a call damage?** Of n fragments with the changed base, k have their first read on
the damaged strand. They are damage with likelihood (1 - e)^k e^(n-k), e = `_MISTAKEN`, or a
mutation with q^k (1 - q)^(n-k), q from the wild type of the place. How many calls of a sample are
damage, and on which of the two strands the first read of it lies, follow from all of its calls
with low VAFs (EM, two classes of damage and one of mutations); a call is left out of what it is
judged by.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flt3itd.common.statistics import fisher_exact
from scripts.panel.alleles import Allele, AlleleCounts

HIGHEST_VAF = 0.1
"""Damage of one base in so many molecules at the same place is not expected."""
SHARE = 0.1
"""At most so many of the mutant fragments have the other orientation."""
ALONE_P = 1e-3
"""Fisher's p against the wild-type fragments from which a call is damage whatever the sample is."""
CERTAIN = 0.9
"""Probability from which a call is damage: six fragments of one orientation where no other call
says anything, five beside another call that is damage. A higher one lets more of it pass where
mutations stand beside a few damaged places, and saves but mutations that chance shows so."""
_MISTAKEN = 0.02
"""Share of the fragments of damage that have the other orientation: errors of bases, chimeras."""
_FEWEST_TOLD = 5
"""Mutant fragments of a call that says how much damage there is: fewer may be errors of bases."""
_STEPS = 50


class Damage(StrEnum):
    """What happened to the bases of a sample."""

    OXIDATION = "oxidation"
    DEAMINATION = "deamination (FFPE)"


_KINDS = {
    ("G", "T"): (Damage.OXIDATION, True),
    ("C", "A"): (Damage.OXIDATION, False),
    ("C", "T"): (Damage.DEAMINATION, True),
    ("G", "A"): (Damage.DEAMINATION, False),
}
"""Kind, and whether the damaged base is that of the plus strand, by reference and new base."""


def damage_of(allele: Allele) -> Damage | None:
    """The damage that looks like a substitution; None for other changes."""
    kind = _KINDS.get((allele.ref, allele.alt))
    return kind[0] if kind else None


def is_low(count: AlleleCounts) -> bool:
    """Whether so few fragments show a call that damage may."""
    return count.mutant < HIGHEST_VAF * count.informative


@dataclass(frozen=True)
class _Oriented:
    """The likelihoods of a call, the greatest of them 1.

    Damage with the first read on the damaged strand (`first`) or on the other one, a mutation.
    """

    first: float
    second: float
    mutation: float

    @classmethod
    def of(cls, allele: Allele, count: AlleleCounts) -> _Oriented:
        """Those of a substitution that damage can make."""
        on_plus = _KINDS[allele.ref, allele.alt][1]
        k, m = count.mutant_f1r2 if on_plus else count.mutant_f1r2[::-1]
        usual, turned = count.wildtype_f1r2 if on_plus else count.wildtype_f1r2[::-1]
        q = (usual + 1) / (usual + turned + 2)
        logs = [
            k * math.log(share) + m * math.log(1 - share) for share in (1 - _MISTAKEN, _MISTAKEN, q)
        ]
        return cls(*(math.exp(one - max(logs)) for one in logs))

    def weighted(self, rate: _Rate) -> tuple[float, float, float]:
        """The probabilities of the three, by how much damage there is."""
        parts = (rate.first * self.first, rate.second * self.second, rate.mutation * self.mutation)
        whole = sum(parts)
        return (parts[0] / whole, parts[1] / whole, parts[2] / whole)


@dataclass(frozen=True)
class _Rate:
    """The calls of a sample that are damage of either orientation, and mutations.

    Before any is seen, one of each three is damage, on either strand.
    """

    first: float = 0.25
    second: float = 0.25
    mutation: float = 1.0

    def without(self, one: tuple[float, float, float]) -> _Rate:
        """The same without one call."""
        return _Rate(self.first - one[0], self.second - one[1], self.mutation - one[2])


class DamageOfSample:
    """How likely each call of a sample is damage, by the orientation of all with low VAFs."""

    def __init__(self, counts: Mapping[Allele, AlleleCounts]) -> None:
        self._told: dict[Damage, dict[Allele, _Oriented]] = {kind: {} for kind in Damage}
        for allele, count in counts.items():
            kind = damage_of(allele)
            if kind and is_low(count) and sum(count.mutant_f1r2) >= _FEWEST_TOLD:
                self._told[kind][allele] = _Oriented.of(allele, count)
        self._rates = {kind: _maximised(told) for kind, told in self._told.items()}

    def probability(self, allele: Allele, count: AlleleCounts) -> float:
        """How likely a call is damage; 0 for other changes and high VAFs."""
        kind = damage_of(allele)
        if kind is None or not is_low(count):
            return 0.0
        oriented, rate = _Oriented.of(allele, count), self._rates[kind]
        if allele in self._told[kind]:
            rate = rate.without(oriented.weighted(rate))
        return 1 - oriented.weighted(rate)[2]

    def explains(self, allele: Allele, count: AlleleCounts) -> bool:
        """Whether a call is damage: by its own orientations, or with what the sample shows.

        More than `SHARE` of the other orientation is none.
        """
        mutant, wildtype = count.mutant_f1r2, count.wildtype_f1r2
        if damage_of(allele) is None or not is_low(count) or not sum(mutant):
            return False
        if min(mutant) > SHARE * sum(mutant):
            return False
        if fisher_exact(*mutant, *wildtype) <= ALONE_P:
            return True
        return self.probability(allele, count) >= CERTAIN


def _maximised(told: Mapping[Allele, _Oriented]) -> _Rate:
    """The likeliest rate (EM), with the calls that are taken to be there before any is seen."""
    rate = _Rate()
    for _ in range(_STEPS):
        seen = [one.weighted(rate) for one in told.values()]
        first, second, mutation = (sum(one[i] for one in seen) for i in range(3))
        rate = _Rate(_Rate.first + first, _Rate.second + second, _Rate.mutation + mutation)
    return rate
