"""VAF and allelic ratio of alleles whose reads are counted whole.

The reads of allele h are y_h ~ Poisson(x_h g_h): x_h molecules, of which a share g_h (relative to
the wild type) is spanned. So x_h = y_h / g_h, VAF_i = x_i / sum x, AR_i = x_i / x_wildtype. Given
their sum the counts are multinomial, and the profile likelihood of one share is that of a binomial;
its 95 % interval holds the shares whose deviance is below 3.84. The g of pooled alleles is that of
their reads together: sum y / sum (y / g).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from flt3itd.common.statistics import CHI_SQUARE_95, odds, share_of
from flt3itd.insertions.abundance import Estimate
from flt3itd.records import ConfidenceInterval


def vaf_and_ar(
    counts: Sequence[int], shown: Sequence[float], allele: int
) -> tuple[Estimate, Estimate]:
    """The ratios of one allele; allele 0 is the wild type.

    `counts` are reads, `shown` the relative chances to be spanned, above 0.
    """
    others = [h for h in range(len(counts)) if h != allele]
    return _proportion(counts, shown, [allele], others), _ratio(counts, shown, [allele], [0])


def totals(counts: Sequence[int], shown: Sequence[float]) -> tuple[Estimate, Estimate]:
    """VAF and AR of all alleles but the wild type together."""
    mutants = list(range(1, len(counts)))
    return _proportion(counts, shown, mutants, [0]), _ratio(counts, shown, mutants, [0])


def _proportion(
    counts: Sequence[int], shown: Sequence[float], own: Sequence[int], others: Sequence[int]
) -> Estimate:
    ratio = _ratio(counts, shown, own, others)
    low, high = ratio.interval.low, ratio.interval.high
    return Estimate(share_of(ratio.value), ConfidenceInterval(share_of(low), share_of(high)))


def _ratio(
    counts: Sequence[int], shown: Sequence[float], own: Sequence[int], others: Sequence[int]
) -> Estimate:
    """The molecules of some alleles over those of others."""
    mine, theirs = sum(counts[h] for h in own), sum(counts[h] for h in others)
    scale = _pooled(counts, shown, others) / _pooled(counts, shown, own)
    low, high = likelihood_interval(mine, mine + theirs)
    value = math.inf if theirs == 0 else mine / theirs * scale
    return Estimate(value, ConfidenceInterval(odds(low) * scale, odds(high) * scale))


def _pooled(counts: Sequence[int], shown: Sequence[float], alleles: Sequence[int]) -> float:
    reads = sum(counts[h] for h in alleles)
    if reads == 0:
        return sum(shown[h] for h in alleles) / len(alleles)
    return reads / sum(counts[h] / shown[h] for h in alleles)


def likelihood_interval(successes: int, trials: int) -> tuple[float, float]:
    """The 95 % likelihood interval of a proportion; (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    best = successes / trials

    def excess(share: float) -> float:
        fitted = _log(successes, best) + _log(trials - successes, 1 - best)
        return 2 * (fitted - _log(successes, share) - _log(trials - successes, 1 - share))

    low = 0.0 if successes == 0 else _crossing(excess, best, 0.0)
    high = 1.0 if successes == trials else _crossing(excess, best, 1.0)
    return low, high


def _log(count: int, share: float) -> float:
    return 0.0 if count == 0 else -math.inf if share <= 0 else count * math.log(share)


def _crossing(excess: Callable[[float], float], inside: float, outside: float) -> float:
    for _ in range(60):
        middle = (inside + outside) / 2
        if excess(middle) > CHI_SQUARE_95:
            outside = middle
        else:
            inside = middle
    return (inside + outside) / 2
