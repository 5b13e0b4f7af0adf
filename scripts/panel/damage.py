"""Damaged bases of the DNA, which look like substitutions: oxidation, and formalin (FFPE).

Guanine that is oxidised is read as T (Costello et al., Nucleic Acids Res 2013, 41:e67), cytosine
that formalin deaminates as T (Do and Dobrovic, Clin Chem 2015, 61:64-71). Only one strand of the
molecule is damaged, so all fragments that show it have their first read on the same strand of the
reference, where those of a mutation have it on either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from enum import StrEnum

from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.filters import fisher_exact

HIGHEST_VAF = 0.1
"""Damage of one base in so many molecules at the same place is not expected."""
SHARE = 0.1
"""At most so many of the mutant fragments have the other orientation."""
ALONE_P = 1e-3
"""Fisher's p against the wild-type fragments, in a sample that shows no such damage as a whole."""
DAMAGED_P = 0.1
"""The same in a sample that does: the fewest fragments that pass, five of one orientation, have a p
of 0.06 where the wild type has both equally."""
FEWEST_CALLS = 3
SAMPLE_SHARE = 0.8
SAMPLE_P = 1e-4
"""A sample is damaged if of all fragments of at least `FEWEST_CALLS` calls of a kind with low VAFs
`SAMPLE_SHARE` come from one strand (of the damaged base, or all from the other), with p at most
`SAMPLE_P` (two-sided binomial test of even shares)."""


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


def sample_damage(counts: Mapping[Allele, AlleleCounts]) -> frozenset[Damage]:
    """What damage a sample shows as a whole, from all of its substitutions with low VAFs."""
    return frozenset(kind for kind in Damage if _is_shown(_fragments(kind, counts)))


def _fragments(kind: Damage, counts: Mapping[Allele, AlleleCounts]) -> list[tuple[int, int]]:
    """Mutant fragments of each call, from the strand that would be damaged and from the other."""
    found = []
    for allele, count in counts.items():
        forward, reverse = count.mutant_f1r2
        if damage_of(allele) is kind and forward + reverse > 0 and is_low(count):
            _, on_plus = _KINDS[allele.ref, allele.alt]
            found.append((forward, reverse) if on_plus else (reverse, forward))
    return found


def _is_shown(calls: Iterable[tuple[int, int]]) -> bool:
    calls = list(calls)
    if len(calls) < FEWEST_CALLS:
        return False
    one, other = (sum(call[i] for call in calls) for i in (0, 1))
    total = one + other
    if max(one, other) < SAMPLE_SHARE * total:
        return False
    at_least: int = sum(math.comb(total, count) for count in range(max(one, other), total + 1))
    return bool(2 * at_least / 2**total <= SAMPLE_P)


def is_low(count: AlleleCounts) -> bool:
    """Whether so few fragments show a call that damage may."""
    return count.mutant < HIGHEST_VAF * count.informative


def is_damage(allele: Allele, count: AlleleCounts, sample: frozenset[Damage]) -> bool:
    """Whether a call is damage, in a sample that shows some kinds as a whole."""
    kind = damage_of(allele)
    if kind is None or not is_low(count):
        return False
    mutant, wildtype = count.mutant_f1r2, count.wildtype_f1r2
    if not sum(mutant) or min(mutant) > SHARE * sum(mutant):
        return False
    return fisher_exact(*mutant, *wildtype) <= (DAMAGED_P if kind in sample else ALONE_P)
