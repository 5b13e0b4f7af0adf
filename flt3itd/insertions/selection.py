"""Selecting haplotypes: which of several that share junctions have molecules of their own.

An ITD with a small change beside it has all windows of the ITD without one; three copies have all
junctions of two. Reads that show what they share speak for both. So such haplotypes are judged
together, by the likelihood of the patterns of windows that whole fragments show: one without which
the fragments are explained as well is left out.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from flt3itd.common.statistics import CHI_SQUARE_95
from flt3itd.insertions.abundance import pattern_fit
from flt3itd.insertions.base_fits import BaseFits
from flt3itd.insertions.copies import are_many
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import WindowSet

Rates = list[dict[int, float]]

LEAST_GAIN = 8.0
"""Log likelihood that a haplotype must be worth: by chance once in 20,000 (2 x 8, chi square)."""

LEAST_INHERITED_GAIN = CHI_SQUARE_95 / 2
"""The same for an insertion that stands beside an ITD: one question, and most often inherited."""

LEAST_PREFERENCE = 3.0
"""Log likelihood by which the more complex of two must explain better what either explains."""

_HARDLY = 1e-3
"""Share of all molecules up to which haplotypes are not there."""

_NEARLY_ALL = 0.95
"""Of the fragments that one haplotype fits, so many are as many: some are misread."""


def needs_selection(settled: Settled) -> bool:
    """Whether some haplotypes cannot be told apart by their own junctions."""
    return any(
        haplotype.is_wildtype or settled.windows.shares_junctions(number)
        for number, haplotype in enumerate(settled.haplotypes)
        if number
    )


def superfluous(settled: Settled, rates: Rates, spared: Collection[Haplotype]) -> list[int]:
    """The numbers of the haplotypes without which the fragments are explained as well.

    They are found one by one, the least needed first; those `spared` always stay.
    """
    patterns = settled.counts.patterns
    kept = list(range(len(settled.haplotypes)))
    left_out: list[int] = []
    bases = BaseFits.of(settled)
    judged = [
        number
        for number in kept[1:]
        if settled.haplotypes[number] not in spared
        and (settled.haplotypes[number].is_wildtype or settled.windows.shares_junctions(number))
    ]
    while judged:
        whole, abundance = pattern_fit(rates, patterns, kept)
        gains: dict[int, float] = {}
        needless: list[int] = []
        for number in judged:
            others = [h for h in kept if h != number]
            gains[number] = (
                whole - pattern_fit(rates, patterns, others)[0] + bases.gain(number, kept)
            )
            needed = LEAST_GAIN
            if abundance[kept.index(number)] > _HARDLY * abundance.sum():
                beside = [settled.haplotypes[h] for h in others]
                needed = least_gain(settled.haplotypes[number], beside)
            if gains[number] < needed:
                needless.append(number)
        if not needless:
            break
        first = min(needless, key=lambda number: gains[number])
        windows = settled.windows
        rivals = [one for one in needless if one == first or _are_rivals(windows, one, first)]
        least = _least_needed(settled, {one: gains[one] for one in rivals}, bases.fitting(kept))
        kept.remove(least)
        judged.remove(least)
        left_out.append(least)
    return left_out


def as_wildtypes(left_out: Sequence[Haplotype], kept: Sequence[Haplotype]) -> list[Haplotype]:
    """Insertions that need not be events, as changes of a wild type, where an ITD has them beside.

    Few molecules have them alone, and these are no mutants then, nor the ITD's.
    """
    return [
        Haplotype(one.reference, None, one.parts)
        for one in left_out
        if one.insertion is not None
        and any(other.insertion is not None and _is_beside(one, other) for other in kept)
    ]


def _is_beside(one: Haplotype, other: Haplotype) -> bool:
    """Whether another haplotype has all changes of one beside its own."""
    return set(one.parts) <= set(other.beside)


def _are_rivals(windows: WindowSet, one: int, other: int) -> bool:
    """Whether two haplotypes have a junction in common: either may explain its fragments."""
    return any(
        windows.junction_mask(mine) & windows.mask(theirs)
        for mine, theirs in ((one, other), (other, one))
    )


def least_gain(haplotype: Haplotype, others: Sequence[Haplotype]) -> float:
    """The log likelihood that a haplotype that takes a share must be worth beside others.

    The small changes beside an ITD are most often those of the allele that it arose on. Molecules
    that have them alone would be counted for the ITD, so that a wild type with them stays: it is no
    event of its own.
    """
    if not any(one.insertion is not None and _is_beside(haplotype, one) for one in others):
        return LEAST_GAIN
    return -math.inf if haplotype.is_wildtype else LEAST_INHERITED_GAIN


def _least_needed(settled: Settled, gains: dict[int, float], fitting: dict[int, int]) -> int:
    """Which of several haplotypes goes first, by what they are worth beside all others.

    Where either of two explains the fragments, the one stays whose bases more of them fit, and
    else the one with fewer and shorter changes. Three copies are so much rarer than two that they
    must be needed.
    """
    haplotypes = settled.haplotypes
    least = min(gains, key=lambda number: gains[number])
    two = not are_many(haplotypes[least])
    alike = [
        number
        for number, gain in gains.items()
        if (two and are_many(haplotypes[number])) or gain - gains[least] < LEAST_PREFERENCE
    ]
    beaten = [
        one
        for one in alike
        if any(
            fitting.get(one, 0) < _NEARLY_ALL * fitting.get(other, 0)
            and _are_alternatives(settled, one, other)
            for other in alike
        )
    ]
    if beaten:
        return min(beaten, key=lambda number: fitting.get(number, 0))
    return max(alike, key=lambda number: _complexity(haplotypes[number]))


def _are_alternatives(settled: Settled, one: int, other: int) -> bool:
    """Whether the bases of fragments may tell either of two: one does not hold the other.

    What joins two others fits the fragments of both, whether or not any molecule has both.
    """
    this, that = settled.haplotypes[one], settled.haplotypes[other]
    joined = that.has_all_of(this) and len(that.parts) > len(this.parts)
    return not joined and _are_rivals(settled.windows, one, other)


def _complexity(haplotype: Haplotype) -> tuple[int, int]:
    """The number of changes, and the bases that they insert or delete."""
    return len(haplotype.parts), sum(abs(part.length) for part in haplotype.parts)


def ascribed_fragments(settled: Settled, rates: Rates) -> tuple[int, ...]:
    """For each mutant, the fragments that show its junctions, shared ones by their likelihood."""
    counts, windows = settled.counts, settled.windows
    everyone = range(len(settled.haplotypes))
    if not any(windows.shares_junctions(number) for number in everyone[1:]):
        return counts.junction
    _, x = pattern_fit(rates, counts.patterns, everyone)
    found = []
    for number in everyone[1:]:
        mask = windows.junction_mask(number)
        total = 0.0
        for pattern, count in counts.patterns.items():
            if not pattern & mask:
                continue
            expected = [x[h] * rates[h].get(pattern, 0.0) for h in everyone]
            whole = sum(expected)
            total += count * (
                expected[number] / whole if whole > 0 else _even(settled, pattern, number)
            )
        found.append(round(total))
    return tuple(found)


def _even(settled: Settled, pattern: int, number: int) -> float:
    """The share of a haplotype in a pattern that no placement gives: that of its junctions."""
    masks = [settled.windows.junction_mask(h) for h in range(len(settled.haplotypes))]
    return bool(pattern & masks[number]) / max(1, sum(bool(pattern & mask) for mask in masks))
