"""Whether primers were cut off the reads of amplicons, where this alters what they show.

Of an amplicon that begins within what is duplicated, the molecules with a duplication begin in its
first copy or in its second one: with a primer of which the copy holds all, the second makes the
shorter product; a primer in front of the amplicon that the copy does not hold binds once.
"""

from __future__ import annotations

from collections.abc import Sequence

from flt3itd.insertions.abundance import pattern_fit
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.rates import pattern_rates
from flt3itd.insertions.windows import WindowSet
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes

ASSUMED_PRIMER = 20
"""Bases of a primer that is not given; most have 18 to 27."""
_OTHER_PRODUCT = 0.2
"""Share of the products that may be the other one: a primer that a copy holds makes both."""
_BETTER = 20.0
"""Of the log likelihood."""


def as_read(
    amplicons: Sequence[Amplicon],
    haplotypes: Sequence[Haplotype],
    windows: WindowSet,
    patterns: dict[int, int],
    shapes: FragmentShapes,
) -> tuple[Amplicon, ...]:
    """The amplicons with primers in front of them, if these explain the patterns far better.

    Those with primers that are given, or sheared, stay as they are.
    """
    if any(one.primers or one.sheared for one in amplicons):
        return tuple(amplicons)
    cut = tuple(one._replace(cut=(ASSUMED_PRIMER, ASSUMED_PRIMER)) for one in amplicons)
    whole_rates, cut_rates = (
        pattern_rates(haplotypes, windows, shapes, each) for each in (amplicons, cut)
    )
    if whole_rates == cut_rates:
        return tuple(amplicons)
    as_whole, as_cut = (
        pattern_fit(_blended(most, others), patterns, range(len(haplotypes)))[0]
        for most, others in ((whole_rates, cut_rates), (cut_rates, whole_rates))
    )
    return cut if as_cut > as_whole + _BETTER else tuple(amplicons)


def _blended(
    most: Sequence[dict[int, float]], others: Sequence[dict[int, float]]
) -> list[dict[int, float]]:
    """By haplotype, the rates where some of the products are those of the other placements."""
    return [
        {
            pattern: (1 - _OTHER_PRODUCT) * one.get(pattern, 0.0)
            + _OTHER_PRODUCT * other.get(pattern, 0.0)
            for pattern in {**one, **other}
        }
        for one, other in zip(most, others, strict=True)
    ]
