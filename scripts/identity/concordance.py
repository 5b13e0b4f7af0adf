"""Whether two samples are of one person: odds from their genotypes at common SNPs.

The odds compare "one person" with "two people who are not related" (the logarithm to base 10 is
the LOD of Javed et al., Nat Commun 2020, 11:3697). Leukaemic cells lose alleles, often of a whole
arm of a chromosome, so that a heterozygous SNP of one sample may be homozygous in another of the
same patient: the first such SNP of a chromosome costs that chance, its neighbours little more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.identity.genotypes import Allele, Called, genotype_chances

_LOSS = 0.05
"""The chance that a chromosome lost an allele in most cells of one of two samples."""
_SAME_LOSS = 0.5
"""The chance that a heterozygous SNP follows its neighbour, in the direction that is seen."""
_BOTH_WAYS = 0.001
"""The chance that one person's samples show opposite homozygotes: an error, or two losses."""
DIFFERENT = -2.0
"""LOD from which two samples are of different people: odds of 100 to 1."""
SAME = 2.0
"""LOD from which two samples are of one person, where one pair was expected to be."""
FEWEST_SNPS = 5


@dataclass(frozen=True)
class Concordance:
    """Two samples at the SNPs that both have a genotype for; `opposite` are homozygotes."""

    compared: int
    agreeing: int
    opposite: int
    lod: float


def concordance(first: Mapping[Allele, Called], second: Mapping[Allele, Called]) -> Concordance:
    """The odds that two samples are of one person."""
    lod, agreeing, opposite = 0.0, 0, 0
    lost: set[str] = set()
    shared = sorted(first.keys() & second.keys())
    for allele in shared:
        one, other = first[allele].genotype, second[allele].genotype
        chances = genotype_chances(first[allele].count.frequency)
        apart = chances[one] * chances[other]
        if one == other:
            agreeing += 1
            together = chances[one]
        elif abs(one - other) == 2:
            opposite += 1
            together = chances[1] * _BOTH_WAYS
        else:
            together = chances[1] * (_SAME_LOSS if allele[0] in lost else _LOSS)
            lost.add(allele[0])
        lod += math.log10(together / apart)
    return Concordance(len(shared), agreeing, opposite, lod)


def needed_to_agree(pairs: int) -> float:
    """The LOD from which two patients' samples are taken for one person's among so many pairs.

    The chance that odds of x or more arise between strangers is at most 1 / x, so that a run has a
    false alarm with a chance of at most 0.01.
    """
    return SAME + math.log10(max(1, pairs))
