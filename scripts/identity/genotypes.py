"""What the fragments of a sample show at common SNPs, and the genotypes that follow.

`identity.tsv` of a sample holds the counts, so that a later run can compare without its reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.identity.snps import Snp

FEWEST_FRAGMENTS = 20
"""Below, a heterozygous SNP looks homozygous by chance (1 in 10,000 at 20, more below)."""
_HOMOZYGOUS = 0.1
"""Share of the other allele up to which a SNP is homozygous: contamination stays below it."""
_HETEROZYGOUS = 0.2
"""From here to 1 - 0.2 it is heterozygous: gains and losses in part of the cells shift it."""

Allele = tuple[str, int, str, str]


@dataclass(frozen=True)
class SnpCount:
    """One row of identity.tsv: the fragments of a sample at a common SNP (`pos` is 1-based).

    `other` fragments show neither allele: what errors make.
    """

    sample: str
    chrom: str
    pos: int
    ref: str
    alt: str
    frequency: float
    reference_fragments: int
    alternate_fragments: int
    other_fragments: int

    @property
    def snp(self) -> Snp:
        """The SNP that was looked at."""
        return Snp(self.chrom, self.pos, self.ref, self.alt, self.frequency)

    @property
    def fragments(self) -> int:
        """Those that show one of the two alleles."""
        return self.reference_fragments + self.alternate_fragments

    @property
    def share(self) -> float:
        """The share of the alternate allele; there are fragments."""
        return self.alternate_fragments / self.fragments


@dataclass(frozen=True)
class Called:
    """A SNP with its genotype in a sample: the number of alternate alleles (0, 1 or 2)."""

    count: SnpCount
    genotype: int


def called(counts: Iterable[SnpCount]) -> dict[Allele, Called]:
    """The SNPs of a sample whose genotype is clear, by contig, position and alleles."""
    found = {}
    for one in counts:
        genotype = genotype_of(one)
        if genotype is not None:
            found[one.snp.allele] = Called(one, genotype)
    return found


def genotype_of(count: SnpCount) -> int | None:
    """The number of alternate alleles; None where fragments are few or their shares between."""
    if count.fragments < FEWEST_FRAGMENTS:
        return None
    share = count.share
    if share <= _HOMOZYGOUS:
        return 0
    if share >= 1 - _HOMOZYGOUS:
        return 2
    return 1 if _HETEROZYGOUS <= share <= 1 - _HETEROZYGOUS else None


def genotype_chances(frequency: float) -> tuple[float, float, float]:
    """How common genotypes 0, 1 and 2 are (Hardy-Weinberg)."""
    return (1 - frequency) ** 2, 2 * frequency * (1 - frequency), frequency**2
