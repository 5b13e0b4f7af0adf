"""Intervals, tails, tests and detection limits of counts, without a numerical library.

`copies` says of counts how much more they vary than molecules: their design effect less 1, which
for many reads is the reads of each molecule (`flt3itd.common.sampling`). 0: all are molecules.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

_Z95 = 1.959963984540054
"""Standard normal deviate of a two-sided 95 % interval."""
CHI_SQUARE_95 = 3.841458820694124
"""The 95 % point of chi square with one degree of freedom."""

RATE_FLOOR = 5e-5
"""Errors by fragment that no sample is trusted to have fewer of (damage, polymerase errors)."""
MOLECULE_RATE_FLOOR = 1e-5
"""The same by family of reads with one UMI: 10^-4.5 errors by base before the UMI (the quality of
45 that no consensus goes beyond), a third of them for each of the three other bases."""
UNEVEN_COPYING = 1.7
"""Squared coefficient of variation of the copies that PCR makes of a molecule. Of a branching
process in which each copy is copied with efficiency e it is (1 - e) / (1 + e) in the end (Harris,
The Theory of Branching Processes, 1963, chapter I), at most 1 (the geometric law); molecules differ
in efficiency too (Best et al., Sci Rep 2015, 5:14629), and families with a log-normal size of
standard deviation 1, as are often seen, have 1.72."""
LARGEST_SHAPE = 4.0
"""Error rates are never taken to vary less than by half between positions (shape 4)."""
_SMALLEST_SHAPE = 0.5
VARIANT_RATE = 0.02
"""Share of the fragments from which a change is taken for a variant, and not for errors."""
_FOUND_WITH = 0.95
"""The probability with which a limit of detection is found."""


def wilson_interval(successes: float, trials: float, copies: float = 0.0) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209).

    Weighted counts need not be whole. Without trials nothing is known: (0, 1). With copies it is
    that of as many molecules as have the same variance: the trials over their design effect.
    """
    if trials == 0:
        return 0.0, 1.0
    proportion, z2 = successes / trials, _Z95 * _Z95
    trials /= 1 + copies
    centre = proportion + z2 / (2 * trials)
    half = _Z95 * math.sqrt(proportion * (1 - proportion) / trials + z2 / (4 * trials * trials))
    scale = 1 + z2 / trials
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == trials else (centre + half) / scale
    return low, high


def odds(proportion: float) -> float:
    """Mutant over wild type from mutant over both; infinite when there is no wild type."""
    return math.inf if proportion >= 1 else proportion / (1 - proportion)


def share_of(odds: float) -> float:
    """Mutant over both from mutant over wild type: what `odds` undoes."""
    return 1.0 if math.isinf(odds) else odds / (1 + odds)


def overdispersed_tail(count: int, mean: float, shape: float) -> float:
    """P(X >= count) for errors whose rate varies from position to position.

    The rate is gamma distributed with this mean and shape (coefficient of variation
    ``1 / sqrt(shape)``), so the count is negative binomial; a great shape is Poisson.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    odds_of_one_more = mean / (shape + mean)
    term = math.exp(overdispersed_log_probability(count, mean, shape))
    total, x = 0.0, count
    while True:
        total += term
        term *= (x + shape) / (x + 1) * odds_of_one_more
        x += 1
        if x > mean and term <= total * 1e-9:
            return min(1.0, total)


def overdispersed_log_probability(count: int, mean: float, shape: float) -> float:
    """Log P(X = count) of the same variable; the mean is above 0."""
    return (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + shape * math.log(shape / (shape + mean))
        + count * math.log(mean / (shape + mean))
    )


def may_be_errors(count: int, fragments: float) -> bool:
    """Whether so few fragments show a change that they may teach how often errors do.

    From 2 % of the fragments on, and two of them, it is taken for a variant.
    """
    return count < max(2, VARIANT_RATE * fragments)


def shape_of(excess: float, squares: float) -> float:
    """The shape of rates by the method of moments, within the shapes that are believed.

    The variance of a negative binomial count is m + m^2 / shape: `excess` sums what the squared
    deviations have beyond m, `squares` sums m^2.
    """
    shape = squares / excess if excess > 0 else LARGEST_SHAPE
    return min(max(shape, _SMALLEST_SHAPE), LARGEST_SHAPE)


def smallest_significant_count(mean: float, shape: float, significance: float, minimum: int) -> int:
    """The smallest count, `minimum` or more, whose tail is at most `significance`."""
    count = minimum
    while overdispersed_tail(count, mean, shape) > significance:
        count += 1
    return count


def poisson_limit_of_detection(
    fragments: float, minimum_mutant_fragments: int, copies: float = 0.0
) -> float | None:
    """The smallest VAF that is found with probability 95 % among so many informative fragments.

    Mutant fragments are Poisson (with copies: as in `at_least`) with mean VAF * fragments; the mean
    at which at least `minimum_mutant_fragments` are seen with that probability is found by
    bisection. None when even a VAF of 1 would be missed too often.
    """
    low, high = 0.0, float(fragments)
    if fragments <= 0 or at_least(minimum_mutant_fragments, high, copies) < _FOUND_WITH:
        return None
    found = smallest_with(
        lambda mean: at_least(minimum_mutant_fragments, mean, copies) >= _FOUND_WITH, low, high
    )
    return found / fragments


def smallest_with(
    holds: Callable[[float], bool], low: float, high: float, halvings: int = 60
) -> float:
    """The smallest value between two at which something holds, as it does at all greater ones.

    By bisection; at `high` it is taken to hold.
    """
    for _ in range(halvings):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def at_least(count: int, mean: float, copies: float = 0.0) -> float:
    """Probability of at least `count` events of a Poisson variable with this mean.

    With copies it is that of a Poisson number of molecules, each read `copies` times on average: a
    compound Poisson distribution, as Neyman's type A (Ann Math Stat 1939, 10:35-57), but that PCR
    copied the molecules unevenly.
    """
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if copies > _HARDLY_ANY:
        return sum(
            weight * reads_tail(count, molecules, copies)
            for molecules, weight in _poisson_weights(mean / copies)
        )
    return _poisson_tail(count, mean)


@lru_cache(maxsize=1 << 16)
def reads_tail(count: int, molecules: int, copies: float) -> float:
    """P(X >= count) of the reads of so many molecules, each read `copies` times on average.

    What PCR makes of k molecules is gamma distributed with mean k and shape k / v (v is
    `UNEVEN_COPYING`), so the reads are negative binomial. Many reads of many molecules are nearly
    gamma distributed themselves.
    """
    mean, shape = molecules * copies, molecules / UNEVEN_COPYING
    if count <= 0 or mean <= 0:
        return float(count <= 0)
    if count > _LONGEST_SUM and molecules > _MANY_MOLECULES:
        return _gamma_tail(count - 0.5, mean, mean * shape / (mean + shape))
    one_more = mean / (shape + mean)
    term: float = (shape / (shape + mean)) ** shape
    below = term
    for number in range(1, count):
        term *= (number - 1 + shape) / number * one_more
        below += term
    return max(0.0, 1 - below)


_HARDLY_ANY = 0.001
"""Copies that change a variance by less than 0.1 %."""
_LONGEST_SUM = 300
_MANY_MOLECULES = 30
"""From here on the cube root of a gamma variable is as good as normal."""
_SPREADS = 8
"""Standard deviations beyond which a Poisson variable is not looked at."""


@lru_cache(maxsize=1 << 16)
def _poisson_tail(count: int, mean: float) -> float:
    """P(X >= count) of a Poisson variable with a mean above 0.

    X >= count exactly when a gamma variable of shape `count` is below the mean.
    """
    if count > _LONGEST_SUM:
        return 1 - _gamma_tail(mean, count, count)
    below = sum(
        math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))
        for number in range(count)
    )
    return max(0.0, 1 - below)


def _gamma_tail(value: float, mean: float, shape: float) -> float:
    """P(X > value) of a gamma variable, by Wilson and Hilferty's cube root (PNAS 1931, 17:684)."""
    spread = 1 / (9 * shape)
    deviate = ((value / mean) ** (1 / 3) - (1 - spread)) / math.sqrt(spread)
    return 0.5 * math.erfc(deviate / math.sqrt(2))


def _poisson_weights(mean: float) -> Iterator[tuple[int, float]]:
    """The numbers that a Poisson variable may well have, each with its probability."""
    reach = _SPREADS * math.sqrt(mean) + 2 * _SPREADS
    for number in range(max(0, int(mean - reach)), int(mean + reach) + 1):
        yield number, math.exp(number * math.log(mean) - mean - math.lgamma(number + 1))


def poisson_upper(count: int, copies: float = 0.0) -> float:
    """The one-sided upper 95 % bound of a Poisson mean (Garwood, Biometrika 1936, 28:437-442).

    With copies, that of the mean of the variable of `at_least`.
    """
    spread = 1 + copies
    low, high = float(count), count + 10 * math.sqrt((count + 1) * spread) + 10 * spread
    return smallest_with(lambda mean: at_least(count + 1, mean, copies) >= _FOUND_WITH, low, high)


@lru_cache(maxsize=4096)
def binomial_limit_of_detection(fragments: int, needed: int, copies: float = 0.0) -> float:
    """The smallest VAF at which `needed` or more of `fragments` are mutant.

    It is reached with probability 95 % when fragments are drawn at random (binomial; with copies,
    as in `at_least`). 1.0 when even then too few fragments are there.
    """
    if needed > fragments:
        return 1.0

    def tail(vaf: float) -> float:
        if copies > _HARDLY_ANY:
            return at_least(needed, vaf * fragments, copies)
        return binomial_at_least(fragments, needed, vaf)

    return smallest_with(lambda vaf: tail(vaf) >= _FOUND_WITH, 0.0, 1.0, halvings=40)


def log_binomial_below(trials: int, count: int, proportion: float) -> float:
    """Log P(X < count) of a binomial distribution, 0 < proportion < 1, 0 < count <= trials."""
    log_odds = math.log(proportion) - math.log1p(-proportion)
    term = below = trials * math.log1p(-proportion)
    for x in range(count - 1):
        term += math.log((trials - x) / (x + 1)) + log_odds
        below = max(below, term) + math.log1p(math.exp(-abs(below - term)))
    return below


def binomial_at_least(trials: int, count: int, proportion: float) -> float:
    """P(X >= count), 0 < proportion < 1, 0 < count <= trials."""
    return -math.expm1(log_binomial_below(trials, count, proportion))


def evidence_of_fewer(trials: int, count: int, proportion: float) -> float:
    """Minus the decimal logarithm of P(X <= count), 0 < proportion < 1, 0 <= count < trials."""
    return -log_binomial_below(trials, count + 1, proportion) / math.log(10)


@lru_cache(maxsize=256)
def student_quantile(probability: float, degrees: int) -> float:
    """The value that Student's t with whole degrees of freedom stays below with a probability.

    The distribution is the finite series of Abramowitz and Stegun, Handbook of Mathematical
    Functions, 26.7.3 and 26.7.4. Probabilities from 0.5 up.
    """
    low, high = 0.0, 1.0
    while _student_central(high, degrees) < 2 * probability - 1:
        high *= 2
    return smallest_with(
        lambda value: _student_central(value, degrees) >= 2 * probability - 1, low, high, 80
    )


def _student_central(value: float, degrees: int) -> float:
    """P(-value < T < value)."""
    angle = math.atan(value / math.sqrt(degrees))
    cosine2 = math.cos(angle) ** 2
    odd = degrees % 2
    term = total = math.cos(angle) if odd else 1.0
    for number in range(3 if odd else 2, degrees - 1, 2):
        term *= (number - 1) / number * cosine2
        total += term
    if not odd:
        return math.sin(angle) * total
    return 2 / math.pi * (angle + (math.sin(angle) * total if degrees > 1 else 0.0))


def evidence_of_two_shares(one: tuple[int, int], other: tuple[int, int]) -> float:
    """By how much two shares explain two counts (each of a total) better than one share does.

    The decimal logarithm of the ratio of the likelihoods; of one share, 5.2 is chance once in a
    million (the chi square of one degree of freedom).
    """
    both = one[0] + other[0], one[1] + other[1]
    apart = _log_likelihood(*one) + _log_likelihood(*other)
    return (apart - _log_likelihood(*both)) / math.log(10)


def _log_likelihood(count: int, total: int) -> float:
    """Log likelihood of a count where its own share is taken for the probability."""
    return sum(n * math.log(n / total) for n in (count, total - count) if n)


def fisher_exact(a: int, b: int, c: int, d: int) -> float:
    """Two-sided p of Fisher's exact test on the table ((a, b), (c, d))."""
    log_probability = _hypergeometric(a, b, c, d)
    observed = log_probability(a)
    possible = range(max(0, a - d), min(a + b, a + c) + 1)
    return min(
        1.0,
        sum(math.exp(p) for x in possible if (p := log_probability(x)) <= observed + 1e-7),
    )


def _hypergeometric(a: int, b: int, c: int, d: int) -> Callable[[int], float]:
    """Log probability of a first cell, with the margins of a table."""
    fixed = sum(
        math.lgamma(n + 1) * sign
        for n, sign in ((a + b, 1), (c + d, 1), (a + c, 1), (b + d, 1), (a + b + c + d, -1))
    )

    def log_probability(x: int) -> float:
        cells = (x, a + b - x, a + c - x, d - a + x)
        return fixed - sum(math.lgamma(n + 1) for n in cells)

    return log_probability
