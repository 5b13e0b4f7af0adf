"""How much of a second, unknown person is in a sample: contamination, or a donor after transplant.

Where the person of a sample is homozygous, another one's alleles stand out. The second person's
genotype is unknown: the likelihood runs over all three, as common as in the population (Jun et
al., Am J Hum Genet 2012, 91:839). Intervals are those of the profile likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from flt3itd.common.statistics import CHI_SQUARE_95, RATE_FLOOR
from scripts.identity.genotypes import genotype_chances

_GRID = np.concatenate([[0.0], np.geomspace(1e-4, 1.0, 400)])
"""Shares that are tried; the interval is as fine as the grid, 2.3 % of a share."""
_DISPERSION = 200.0
"""Fragments of a site vary more than by chance: as if their share were drawn from a beta
distribution of this weight (capture and mapping favour one allele by some per cent)."""
_LEAST_SPREAD = 0.02
"""Of 4 mean (1 - mean): from a mean within 0.5 % of 0 or 1 on it bounds the weight."""

Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Site:
    """A SNP at which the first person's genotype is known: 0, 1 or 2 alternate alleles.

    `known` tells it; `alternate` of `fragments` show the alternate allele, whose frequency in the
    population is `frequency`.
    """

    chrom: str
    known: int
    frequency: float
    alternate: int
    fragments: int


@dataclass(frozen=True)
class Share:
    """The share of the second person's DNA, with its 95 % interval.

    `gain` is twice the log likelihood above that of no second person.
    """

    share: float
    low: float
    high: float
    gain: float


def second_share(sites: Sequence[Site], error_rate: float) -> Share:
    """The most likely share of a second person; there are sites."""
    rate = max(error_rate, RATE_FLOOR)
    total = np.zeros(len(_GRID))
    for site in sites:
        total += _log_likelihood(site, rate)
    best = int(np.argmax(total))
    inside = np.flatnonzero(total >= total[best] - CHI_SQUARE_95 / 2)
    return Share(
        float(_GRID[best]),
        float(_GRID[inside[0]]),
        float(_GRID[inside[-1]]),
        float(2 * (total[best] - total[0])),
    )


def _log_likelihood(site: Site, rate: float) -> Shares:
    """Of each share of the grid, over the genotypes that the second person may have."""
    parts = []
    for genotype, chance in enumerate(genotype_chances(site.frequency)):
        expected = (1 - _GRID) * site.known / 2 + _GRID * genotype / 2
        expected = expected * (1 - rate) + (1 - expected) * rate
        parts.append(math.log(chance) + _beta_binomial(site.alternate, site.fragments, expected))
    stacked = np.array(parts)
    top = stacked.max(axis=0)
    summed: Shares = top + np.log(np.exp(stacked - top).sum(axis=0))
    return summed


def _beta_binomial(count: int, trials: int, mean: Shares) -> Shares:
    """The log probability of a count, without the binomial coefficient.

    Near 0 and 1, where errors rule and allele bias is small, the spread is that of the binomial.
    """
    weight = _DISPERSION / np.maximum(4 * mean * (1 - mean), _LEAST_SPREAD)
    alpha, beta = mean * weight, (1 - mean) * weight
    made: Shares = betaln(count + alpha, trials - count + beta) - betaln(alpha, beta)
    return made
