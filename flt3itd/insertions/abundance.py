"""How much of each haplotype there is: maximum likelihood over what the fragments show.

A molecule of haplotype h is seen through windows. Window w is covered by g[h, w] of the possible
placements of a fragment on h: all starts, with the read and fragment lengths of this sample, the
mates of a fragment counted once, a window that stands twice in h counted as often as it is shown.
The fragments that show w are y_w ~ Poisson(sum_h x_h g[h, w]); the abundances x_h maximise the
likelihood, and VAF_i = x_i / sum x, AR_i = x_i / x_wildtype. The wild type may be several
haplotypes: with an inherited deletion on one allele, x_wildtype is the sum of both.

The 95 % intervals are profile likelihood intervals. Fixing x_i = r * (sum of others) merges
haplotype i into the others, so the same maximisation gives the profile. One fragment may show
several windows, so the counts are not independent: the deviance is scaled by the ratio of the
naive to the robust variance (Chandler and Bate, Biometrika 2007, 94:167-183), where the robust
one takes the covariance of the counts from the patterns of windows that fragments show together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import permutations
from typing import NamedTuple, TypeVar

import numpy as np

from flt3itd.common.roots import root_beyond
from flt3itd.common.statistics import CHI_SQUARE_95, odds, share_of
from flt3itd.insertions.windows import WindowId, WindowSet, mask_of
from flt3itd.reads.library import Floats
from flt3itd.records import ConfidenceInterval

T = TypeVar("T", int, float)

_MOST_ITERATIONS = 2000
_PRECISION = 1e-9
_LEVEL = 1e-6
"""Slope, by molecule that a haplotype gives, up to which an abundance next to zero stays there."""
_PARTS_OF_A_STEP = (1.0, 0.5, 0.25, 0.125)
"""A whole Newton step may lead downwards far from the maximum."""
_NEARLY_TO_ZERO = 0.01
"""Of an abundance that a step would take beyond zero, where the logarithm ends, so much is left."""
_TINY = 1e-300
_NEGLIGIBLE = 1e-6
"""An abundance below this share of all molecules is the maximisation's way of saying zero."""
_WIDEST_LOG_RATIO = math.log(1e8)
_UNSEEN_PATTERN = 1e-6
"""Share of the fragments with a pattern that no placement gives: errors, and rare lengths."""


class Estimate(NamedTuple):
    """A ratio with its 95 % interval."""

    value: float
    interval: ConfidenceInterval

    def holding(self, other: Estimate) -> Estimate:
        """The same with an interval that holds that of another estimate."""
        mine, theirs = self.interval, other.interval
        interval = ConfidenceInterval(min(mine.low, theirs.low), max(mine.high, theirs.high))
        return Estimate(self.value, interval)


class Abundances(NamedTuple):
    """What the likelihood says of the insertions that were estimated together.

    `vaf`, `ar` and `wildtype_fragments` are by insertion; the last is the mean number of
    fragments at the two boundaries that the likelihood ascribes to the wild type.
    """

    vaf: tuple[Estimate, ...]
    ar: tuple[Estimate, ...]
    total_vaf: Estimate
    total_ar: Estimate
    wildtype_fragments: tuple[float, ...]


def estimate(
    rates: Sequence[dict[int, float]],
    counts: dict[int, int],
    windows: WindowSet,
    mutants: Sequence[int],
    wildtypes: Sequence[int] = (0,),
    neither: Sequence[int] = (),
) -> Abundances | None:
    """VAF and AR with intervals of some mutants, together; None when nothing is informative.

    `rates[h][pattern]` as `pattern_rates` gives them; `counts[pattern]` fragments show exactly the
    windows of a pattern. `mutants` and `wildtypes` are numbers of haplotypes, `neither` those
    that are part of no ratio, though their fragments show windows of the others.
    """
    compared = (*wildtypes, *mutants, *neither)
    chosen = [*_windows_of(windows, compared), *_linked_windows(windows, compared, mutants)]
    problem = _problem(rates, counts, chosen, compared)
    together = np.array(
        [[_holding(counts, one | other) for other in chosen] for one in chosen], dtype=float
    )
    if problem.y.sum() == 0:
        return None
    x = problem.maximise()
    normal = list(range(len(wildtypes)))
    altered = [len(wildtypes) + place for place in range(len(mutants))]
    profiles = _Profiles(problem, x, together)
    vaf = tuple(profiles.proportion(i, [j for j in (*normal, *altered) if j != i]) for i in altered)
    ar = tuple(profiles.ratio(i, normal) for i in altered)
    ascribed = np.sum([problem.ascribed(x, one) for one in normal], axis=0)
    place = {mask: index for index, mask in enumerate(chosen)}
    boundaries = tuple(
        float(np.mean([ascribed[place[1 << w]] for w in windows.own[mutant].boundaries[:2]]))
        for mutant in mutants
    )
    if len(normal) > 1:  # for the total, one wild type in which each has its share
        profiles = _Profiles(*problem.pooled(x, normal), together)
        altered = [1 + place for place in range(len(mutants))]
    wildtype = profiles.proportion(0, altered)
    low, high = wildtype.interval.low, wildtype.interval.high
    total_vaf = Estimate(1 - wildtype.value, ConfidenceInterval(1 - high, 1 - low))
    total_ar = Estimate(odds(total_vaf.value), ConfidenceInterval(odds(1 - high), odds(1 - low)))
    return Abundances(vaf, ar, total_vaf, total_ar, boundaries)


def mixture(rates: Sequence[dict[int, float]], counts: dict[int, int]) -> Floats:
    """The shares of all haplotypes in all molecules, by whole patterns; arguments as above.

    Single windows leave open which of two numbers of copies molecules have: the junctions are the
    same ones.
    """
    x = pattern_fit(rates, counts, range(len(rates)))[1]
    shares: Floats = x / max(x.sum(), _TINY)
    return shares


def pattern_fit(
    rates: Sequence[dict[int, float]], counts: dict[int, int], haplotypes: Sequence[int]
) -> tuple[float, Floats]:
    """How well some haplotypes explain the whole patterns: log likelihood, and abundances.

    Fragments are independent, so this likelihood compares models; a pattern that no haplotype
    gives is an error, and costs each model alike.
    """
    patterns = sorted(counts)
    g = np.array([[rates[h].get(pattern, 0.0) for pattern in patterns] for h in haplotypes])
    y = np.array([counts[pattern] for pattern in patterns], dtype=float)
    totals = np.array([sum(rates[h].values()) for h in haplotypes])
    problem = _Problem(g, y, totals)
    x = problem.maximise()
    rate = np.maximum(x @ g, _UNSEEN_PATTERN * max(float(y.sum()), 1.0))
    return float(y @ np.log(rate) - x @ totals), x


def _windows_of(windows: WindowSet, haplotypes: Sequence[int]) -> list[int]:
    """The masks of the windows that some haplotypes brought."""
    return list(dict.fromkeys(1 << w for h in haplotypes for w in windows.own[h].all))


def _linked_windows(
    windows: WindowSet, haplotypes: Sequence[int], mutants: Sequence[int]
) -> list[int]:
    """Masks of two windows, which fragments show together, that tell a part of an ITD's molecules.

    One is a junction of two mutants, the other stands in one of them alone, and in a haplotype
    without the junction. Then single windows leave open how many molecules have both: those of an
    ITD with a small change, without it, and a wild type with it.
    """
    masks = {number: windows.mask(number) for number in haplotypes}
    found: list[int] = []
    for one, other in permutations(mutants, 2):
        brought = (*windows.own[one].junctions, *windows.own[other].boundaries)
        telling = mask_of(brought) & masks[one] & ~masks[other]
        for junction in _bits(windows.junction_mask(one) & windows.junction_mask(other)):
            without = [mask for mask in masks.values() if not mask & junction]
            found += [
                junction | bit for bit in _bits(telling) if any(bit & mask for mask in without)
            ]
    return list(dict.fromkeys(found))


def _bits(mask: int) -> list[int]:
    """The masks of the single windows of a mask."""
    return [1 << window for window in range(mask.bit_length()) if mask >> window & 1]


def _problem(
    rates: Sequence[dict[int, float]],
    counts: dict[int, int],
    chosen: Sequence[int],
    haplotypes: Sequence[int],
) -> _Problem:
    g = np.array([[_holding(rates[h], mask) for mask in chosen] for h in haplotypes])
    return _Problem(g, np.array([_holding(counts, mask) for mask in chosen], dtype=float))


def showing(counts: dict[int, T], *windows: WindowId) -> T | int:
    """The sum over the patterns that contain all of these windows."""
    return _holding(counts, mask_of(windows))


def _holding(counts: dict[int, T], mask: int) -> T | int:
    """The sum over the patterns that contain all windows of a mask."""
    return sum(count for pattern, count in counts.items() if pattern & mask == mask)


class _Problem:
    """The Poisson mixture y ~ Poisson(x g) for rates g (haplotype, window) and counts y.

    `total` are the sums of the rates by haplotype, those of windows without a count included.
    """

    def __init__(self, g: Floats, y: Floats, total: Floats | None = None) -> None:
        self.g = g
        self.y = y
        self.total = g.sum(axis=1) if total is None else total

    def log_likelihood(self, x: Floats) -> float:
        """Up to a constant; minus infinity when a count has no haplotype to come from."""
        rate = x @ self.g
        seen = (self.y > 0) & (self.g.sum(axis=0) > 0)
        if np.any(rate[seen] <= 0):
            return -math.inf
        return float(self.y[seen] @ np.log(rate[seen]) - rate.sum())

    def maximise(self, start: Floats | None = None) -> Floats:
        """The abundances: Newton steps where they lead upwards, else expectation maximisation.

        The logarithm of the likelihood is concave, so there is one maximum. Counts that no
        haplotype gives are errors, and of no haplotype.
        """
        seen = (self.y > 0) & (self.g.sum(axis=0) > 0)
        g, y = self.g[:, seen], self.y[seen]
        if len(self.g) == 1 and self.total[0] > 0:
            return np.array([y.sum() / self.total[0]])
        weight = np.where(self.total > 0, self.total, 1.0)
        even = np.full(len(self.g), self.y.sum() / self.total.sum(), dtype=np.float64)
        x: Floats = even if start is None else start
        for _ in range(_MOST_ITERATIONS):
            share = y / np.maximum(x @ g, _TINY)
            slope = g @ share
            step = _newton(x, g, y, share, slope - self.total)
            update = None if step is None else self._upwards(x, step, g, y)
            if update is None:
                update = x * slope / weight
            rising = bool(np.any(slope > self.total + _LEVEL * weight))
            if np.abs(update - x).max() <= _PRECISION * update.sum() and not rising:
                return update
            x = update
        return x

    def _upwards(self, x: Floats, step: Floats, g: Floats, y: Floats) -> Floats | None:
        """The end of a step, or of the largest part of it that leads upwards; None without any."""

        def height(at: Floats) -> float:
            return float(y @ np.log(np.maximum(at @ g, _TINY)) - at @ self.total)

        here = height(x)
        ends = (x + part * step for part in _PARTS_OF_A_STEP)
        return next((end for end in ends if height(end) >= here), None)

    def merged(self, i: int, into: list[int], ratio: float) -> _Problem:
        """The problem in which x_i is fixed at ratio times the sum of x over `into`.

        Its abundances over `into` are of both together, so that none vanishes at any ratio.
        """
        g = self.g.copy()
        g[into] = (g[into] + ratio * self.g[i]) / (1 + ratio)
        return _Problem(np.delete(g, i, axis=0), self.y)

    def pooled(self, x: Floats, together: list[int]) -> tuple[_Problem, Floats]:
        """The problem with some haplotypes as the first one, in their shares; its abundances."""
        sum_of = float(x[together].sum())
        share = x[together] / sum_of if sum_of > 0 else np.full(len(together), 1 / len(together))
        g = np.vstack((share @ self.g[together], np.delete(self.g, together, axis=0)))
        return _Problem(g, self.y), np.concatenate(([sum_of], np.delete(x, together)))

    def ascribed(self, x: Floats, haplotype: int) -> Floats:
        """The part of each count that comes from a haplotype, in expectation."""
        rate = x @ self.g
        share = np.divide(
            x[haplotype] * self.g[haplotype], rate, out=np.zeros_like(rate), where=rate > 0
        )
        ascribed: Floats = self.y * share
        return ascribed


def _newton(x: Floats, g: Floats, y: Floats, share: Floats, slope: Floats) -> Floats | None:
    """The Newton step from abundances x, or None where there is none.

    An abundance that the step would take beyond zero goes nearly there, and the others take the
    step that is theirs then. One that is next to zero already, and falls, stays.
    """
    step = np.zeros_like(x)
    free = (x > _PRECISION * x.sum()) | (slope > 0)
    # Abundances next to zero overflow: their step is no number.
    with np.errstate(over="ignore", invalid="ignore"):
        curvature = (g * (share * share / np.maximum(y, _TINY))) @ g.T
        while free.any():
            try:
                if free.all():  # the usual case, without copies of parts
                    step[:] = np.linalg.solve(curvature, slope)
                else:
                    left = slope[free] - curvature[np.ix_(free, ~free)] @ step[~free]
                    step[free] = np.linalg.solve(curvature[np.ix_(free, free)], left)
            except np.linalg.LinAlgError:
                return None
            if not np.isfinite(step).all():
                return None
            beyond = free & (x + step <= 0)
            if not beyond.any():
                break
            step[beyond] = (_NEARLY_TO_ZERO - 1) * x[beyond]
            free &= ~beyond
    return step


class _Profiles:
    """Ratios of abundances with their adjusted profile likelihood intervals.

    `together[v, w]` fragments show both window v and window w.
    """

    def __init__(self, problem: _Problem, x: Floats, together: Floats) -> None:
        self._problem = problem
        self._x = x
        self._best = problem.log_likelihood(x)
        self._together = together
        self._steps = 0.02 * problem.y + 0.5
        self._moved = [
            _Problem(problem.g, problem.y + step).maximise(x) for step in np.diag(self._steps)
        ]

    def proportion(self, i: int, others: list[int]) -> Estimate:
        """x_i over the sum of all x."""
        ratio = self.ratio(i, others)
        low, high = ratio.interval.low, ratio.interval.high
        return Estimate(share_of(ratio.value), ConfidenceInterval(share_of(low), share_of(high)))

    def ratio(self, i: int, into: list[int]) -> Estimate:
        """x_i over the sum of x over `into`."""
        base, own = float(self._x[into].sum()), float(self._x[i])
        floor = _NEGLIGIBLE * float(self._x.sum())
        value = math.inf if base <= floor else 0.0 if own <= floor else own / base
        scale = self._variance_ratio(i, into) if 0 < value < math.inf else 1.0
        both = self._x.copy()
        both[into] += own * (both[into] / base if base > floor else 1 / len(into))
        both = np.maximum(np.delete(both, i), floor)

        def profile() -> Callable[[float], float]:
            """How far beyond the interval log ratios lie: ones side by side, from one to the next.

            The abundances of one are where the search for those of the next begins. By roots, for
            that of the profile is nearly a straight line.
            """
            start = both

            def excess(log_ratio: float) -> float:
                nonlocal start
                fixed = self._problem.merged(i, into, math.exp(log_ratio))
                start = fixed.maximise(start)
                deviance = scale * 2 * (self._best - fixed.log_likelihood(start))
                return math.sqrt(max(0.0, deviance)) - math.sqrt(CHI_SQUARE_95)

            return excess

        least, most = -_WIDEST_LOG_RATIO, _WIDEST_LOG_RATIO
        centre = least if value == 0 else most if math.isinf(value) else math.log(value)
        low = 0.0 if profile()(least) < 0 else math.exp(root_beyond(profile(), centre, least))
        high = math.inf if profile()(most) < 0 else math.exp(root_beyond(profile(), centre, most))
        return Estimate(value, ConfidenceInterval(low, high))

    def _variance_ratio(self, i: int, into: list[int]) -> float:
        """Naive over robust variance of the log ratio, by the delta method."""

        def log_ratio(x: Floats) -> float:
            return math.log(max(float(x[i]), _TINY)) - math.log(max(float(x[into].sum()), _TINY))

        here = log_ratio(self._x)
        slope = np.array([log_ratio(x) - here for x in self._moved]) / self._steps
        naive = float(slope**2 @ self._problem.y)
        robust = float(slope @ self._together @ slope)
        return naive / robust if naive > 0 and robust > 0 else 1.0
