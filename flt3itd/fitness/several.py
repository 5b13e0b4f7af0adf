"""The measures of several regions as those of one: of the exons of a gene, of the genes of a panel.

Shares are means weighted by reads; counts are sums; `cut_off` is the most of one place. What the
header of the file tells is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median_low

import numpy as np

from flt3itd.fitness_records import UNMEASURED, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP

MOST_WITH_CLIPS = 0.25
"""Share of regions that may have long clips while others have none; of more, those were cut."""


def together(measured: Sequence[ReadMeasures]) -> ReadMeasures:
    """The measures over several regions; reads that lie over two of them count twice."""
    measured = [one for one in measured if one.reads]
    if not measured:
        return UNMEASURED
    weights = [one.reads for one in measured]

    def total(of: Callable[[ReadMeasures], int]) -> int:
        return sum(map(of, measured))

    def mean(of: Callable[[ReadMeasures], float]) -> float:
        return float(np.average([of(one) for one in measured], weights=weights))

    low = [one.lowest_quality for one in measured if one.lowest_quality is not None]
    high = [one.highest_quality for one in measured if one.highest_quality is not None]
    return replace(
        measured[0],
        reads=total(lambda one: one.reads),
        fragments=total(lambda one: one.fragments),
        paired=mean(lambda one: one.paired),
        median_length=_weighted_median([one.median_length for one in measured], weights),
        usual_length=_weighted_median([one.usual_length for one in measured], weights),
        longest_length=max(one.longest_length for one in measured),
        commonest_length=mean(lambda one: one.commonest_length),
        soft_clipped=mean(lambda one: one.soft_clipped),
        hard_clipped=total(lambda one: one.hard_clipped),
        without_bases=total(lambda one: one.without_bases),
        short_gaps=mean(lambda one: one.short_gaps),
        long_gaps=total(lambda one: one.long_gaps),
        mismatches=mean(lambda one: one.mismatches),
        unknown_bases=mean(lambda one: one.unknown_bases),
        clips_unknown=mean(lambda one: one.clips_unknown),
        mapping_quality_zero=mean(lambda one: one.mapping_quality_zero),
        duplicates=mean(lambda one: one.duplicates),
        copies=mean(lambda one: one.copies),
        mates_missing=total(lambda one: one.mates_missing),
        mates_alike=mean(lambda one: one.mates_alike),
        names_shared=total(lambda one: one.names_shared),
        left_out_clipped=total(lambda one: one.left_out_clipped),
        cut_off=max(one.cut_off for one in measured),
        longest_clip=max(one.longest_clip for one in measured),
        stopped_short=max(one.stopped_short for one in measured),
        crossing_deficit=max(one.crossing_deficit for one in measured),
        fragments_cut=max(one.fragments_cut for one in measured),
        most_different=max(one.most_different for one in measured),
        different_missed=max(one.different_missed for one in measured),
        least_pair=max(one.least_pair for one in measured),
        greatest_pair=max(one.greatest_pair for one in measured),
        junction_places=max((one.junction_places for one in measured), key=abs),
        clips_cut=max(one.clips_cut for one in measured),
        gaps_at_one_cycle=mean(lambda one: one.gaps_at_one_cycle),
        mates_contradicting=mean(lambda one: one.mates_contradicting),
        wrong_at_one_cycle=mean(lambda one: one.wrong_at_one_cycle),
        adapters=mean(lambda one: one.adapters),
        foreign_bases=max(one.foreign_bases for one in measured),
        unspliced=mean(lambda one: one.unspliced),
        spliced=mean(lambda one: one.spliced),
        without_qualities=mean(lambda one: one.without_qualities),
        lowest_quality=min(low, default=None),
        highest_quality=max(high, default=None),
    )


def beside_others(own: ReadMeasures, others: Sequence[ReadMeasures]) -> ReadMeasures:
    """The measures of one region with what is known of other regions of the sample.

    Clipped reads are those of the usual one (median): an ITD in one of them clips its reads alone.
    Where few alone have long ones, as those with an ITD of a library without chimeras, clips were
    kept, and hardly any is expected: one in as many reads as lie elsewhere.
    """
    others = [one for one in others if one.reads]
    if not others:
        return own
    elsewhere = sum(one.reads for one in others)
    clipped = median_low(one.soft_clipped for one in others)
    with_clips = sum(one.soft_clipped > 0 and one.longest_clip >= LONG_CLIP for one in others)
    if clipped == 0 and 0 < with_clips <= MOST_WITH_CLIPS * len(others):
        clipped = 1 / elsewhere
    return replace(
        own,
        reads_elsewhere=elsewhere,
        clipped_elsewhere=clipped,
        longest_clip=max(own.longest_clip, *(one.longest_clip for one in others)),
    )


def _weighted_median(values: Sequence[int], weights: Sequence[int]) -> int:
    """The value below which half of the weight lies."""
    order = np.argsort(values)
    heaped = np.cumsum(np.array(weights)[order])
    return int(np.array(values)[order][np.searchsorted(heaped, heaped[-1] / 2)])
