"""The measures of several regions as those of one: of the exons of a gene, of the genes of a panel.

Each measure has its way: `SUMMED` to `OF_THE_FILE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median_low
from typing import Any

import numpy as np

from flt3itd.fitness_records import UNMEASURED, ReadMeasures
from flt3itd.reads.tally import LONG_CLIP

MOST_WITH_CLIPS = 0.25
"""Share of regions that may have long clips while others have none; of more, those were cut."""

SUMMED = (
    "reads", "fragments", "hard_clipped", "without_bases", "long_gaps", "mates_missing",
    "names_shared", "left_out_clipped", "marked", "marked_clipped", "pieces", "starts_shared",
    "starts_shared_by_chance",
)  # fmt: skip
"""Counts."""
AVERAGED = (
    "paired", "commonest_length", "soft_clipped", "short_gaps", "mismatches", "unknown_bases",
    "clips_unknown", "mapping_quality_zero", "duplicates", "copies", "mates_alike",
    "gaps_at_one_cycle", "mates_contradicting", "wrong_at_one_cycle", "adapters", "unspliced",
    "spliced", "without_qualities", "repeated", "on_one_strand", "other_sequence",
    "scattered", "padded", "with_itds", "abutting", "longer_than_run",
    "tails",
)  # fmt: skip
"""Shares and rates: means, weighted by reads."""
GREATEST = (
    "longest_length", "cut_off", "longest_clip", "stopped_short", "crossing_deficit",
    "fragments_cut", "most_different", "different_missed", "least_pair", "greatest_pair",
    "middle_missed", "nearer_missed", "clips_cut", "foreign_bases", "spread", "places_used_up",
    "cut_within_copies", "most_pairs_of_a_start", "fewer_errors", "pairs_once",
    "pairs_within", "clips_of_one_mate",
)  # fmt: skip
"""What one place or read shows: the most of any region."""
OF_ONE_REGION = ("most_pairs_of_a_stretch", "bases_of_a_stretch")
"""What belongs together: that of the region where the first of them is greatest."""
TYPICAL = ("median_length", "usual_length")
"""Lengths of the usual read: that of half of the reads."""
FARTHEST = ("junction_places",)
"""What may lie on either side of 0: the farthest from it."""
QUALITIES = ("lowest_quality", "highest_quality")
OF_THE_FILE = (
    "platforms", "placed_here", "steps_without_clips", "lossy_steps", "reads_elsewhere",
    "clipped_elsewhere", "filtered_group", "filtered_evidence", "group_with_fewer", "fewer_itds",
    "fewer_itds_ratio", "copies_removed", "kind_missed", "missed_kind", "end_to_end",
    "unplaced_kept",
)  # fmt: skip
"""The same for all regions, or asked beside others (`beside_others`)."""


def together(measured: Sequence[ReadMeasures]) -> ReadMeasures:
    """The measures over several regions; reads that lie over two of them count twice."""
    measured = [one for one in measured if one.reads]
    if not measured:
        return UNMEASURED
    weights = [one.reads for one in measured]

    def each(name: str) -> list[Any]:
        return [getattr(one, name) for one in measured]

    low, high = ([one for one in each(name) if one is not None] for name in QUALITIES)
    found: dict[str, Any] = {
        **{name: sum(each(name)) for name in SUMMED},
        **{name: float(np.average(each(name), weights=weights)) for name in AVERAGED},
        **{name: max(each(name)) for name in GREATEST},
        **_of_one(measured),
        **{name: _weighted_median(each(name), weights) for name in TYPICAL},
        **{name: max(each(name), key=abs) for name in FARTHEST},
    }
    return replace(
        measured[0],
        **found,
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


def _of_one(measured: Sequence[ReadMeasures]) -> dict[str, Any]:
    """What belongs together, of one region."""
    most = max(measured, key=lambda one: one.most_pairs_of_a_stretch)
    return {name: getattr(most, name) for name in OF_ONE_REGION}


def _weighted_median(values: Sequence[int], weights: Sequence[int]) -> int:
    """The value below which half of the weight lies."""
    order = np.argsort(values)
    heaped = np.cumsum(np.array(weights)[order])
    return int(np.array(values)[order][np.searchsorted(heaped, heaped[-1] / 2)])
