"""Reads that were cut where their clipped bases were removed: they end together at one place."""

from __future__ import annotations

import numpy as np

from flt3itd.common.statistics import at_least
from flt3itd.reads.library import Booleans, Integers, ReadSpans
from flt3itd.reads.percentile import percentile

CUT_BY = 12
"""Bases by which a read is shorter than others before it counts as cut. Exon 14 has the first five
bases of the TruSeq adapter (AGATC): reads that end there are cut by trimming, and by less."""
_SAME_START = 5
"""Reads that begin at one place: that many, and the start is a primer's."""
_READ_THROUGH = 3
"""Bases: a read that ends so near to where its mate begins was cut at the end of the fragment."""
_MOSTLY_SINGLE = 0.5
"""Share of reads without mates from which on reads are single, and lack none."""
_RUN_LENGTH = 0.05
"""Of all reads, so many have a length that is one of a run, or of reads that were cut to it."""
_ON_BOTH_STRANDS = 0.5
"""Of those of one strand, so many of the other one have such a length too."""
_FEW_OF_WHOLE = 0.05
"""Of the reads that end at one place those that were cut are more than this share of the others:
in an amplicon all reads stop there, and some are shorter, since they begin later (bases in front of
the primer were cut off, or the first of it are wrong)."""
_PILE_CHANCE = 1e-6
_PILE_EXCESS = 10
"""Cut reads that end together: this many times as many as at other places."""
_LEAST_PILE = 4
_BESIDE_PILE = 2
_BLURRED = 0.5
"""Cut reads that end up to so many bases beside the place, for each that ends there, from which on
they were trimmed by quality: it falls within some bases, in an amplicon at one place. Of a real
one, trimmed in windows of 4 bases, 0.7 to 1.4; where clips of real exomes were removed 0."""


def cut_off(spans: ReadSpans) -> int:
    """The most reads that were cut at one place while others that began like them go on.

    Reads whose clipped bases were removed end together at the breakpoint. A read that ends
    where its mate begins was cut at the end of the fragment, and says nothing. Nor does one at the
    edge of the places that reads are taken from, beyond which its mate lies.
    """
    start, end, fragment = spans.start, spans.end, spans.fragment
    if not len(start):
        return 0
    short = spans.length <= percentile(spans.length, 95) - CUT_BY
    uneven = ~_of_run_length(spans)
    short &= uneven
    if not np.any(short):
        return 0
    alone = ~spans.paired[fragment]
    lacks_mate = alone & (np.mean(alone) < _MOSTLY_SINGLE)
    # A read that is clipped where it begins shares that place with all of its junction.
    unclipped = spans.unclipped & uneven
    inner_end = (
        _stops_early(start, end, spans.length, short)
        & unclipped
        & (alone | (end < spans.last[fragment] - _READ_THROUGH))
        & ~(lacks_mate & (end <= end.min() + CUT_BY))
    )
    inner_start = (
        _stops_early(-end, -start, spans.length, short)
        & unclipped
        & (alone | (start > spans.first[fragment] + _READ_THROUGH))
        & ~(lacks_mate & (start >= start.max() - CUT_BY))
    )
    return max(_pile(start, inner_start), _pile(end, inner_end))


def _of_run_length(spans: ReadSpans) -> Booleans:
    """Reads of a length that many reads of both strands have: of that many cycles, or cut to it.

    Reads that were cut at a place have another length on the other strand.
    """
    forward, reverse = (
        np.bincount(spans.length[spans.reverse == strand], minlength=int(spans.length.max()) + 1)
        for strand in (False, True)
    )
    many = forward + reverse >= _RUN_LENGTH * len(spans.length)
    alike = np.minimum(forward, reverse) >= _ON_BOTH_STRANDS * np.maximum(forward, reverse)
    found: Booleans = (many & alike)[spans.length]
    return found


def _stops_early(start: Integers, end: Integers, length: Integers, short: Booleans) -> Booleans:
    """Reads that end before others of the same start do; short reads where few share a start.

    They have fewer bases too: a read over an inserted copy ends early with all of its bases.
    """
    place = start - start.min()
    counts = np.bincount(place)
    farthest = np.full(len(counts), np.iinfo(np.int64).min, dtype=np.int64)
    np.maximum.at(farthest, place, end)
    longest = np.zeros(len(counts), dtype=np.int64)
    np.maximum.at(longest, place, length)
    before_others = end <= farthest[place] - CUT_BY
    before_others &= length <= longest[place] - CUT_BY
    early: Booleans = np.where(counts[place] >= _SAME_START, before_others, short)
    return early


def _pile(places: Integers, cut: Booleans) -> int:
    """The most of the `cut` ones of some places that are one, more than chance and others explain.

    Others are those at other places, and the ones at this place that were not cut.
    """
    if not np.any(cut):
        return 0
    others_here = np.sort(places[~cut])
    places = places[cut]
    found, counts = np.unique(places, return_counts=True)
    beside = np.searchsorted(others_here, found, "right") - np.searchsorted(others_here, found)
    sharp = counts > _FEW_OF_WHOLE * beside
    sharp &= _near(places, found) - counts < _BLURRED * counts
    most = int(np.where(sharp, counts, 0).max())
    span = max(1, int(places.max() - places.min()))
    others = (len(places) - most) / span
    if most < _LEAST_PILE or most < _PILE_EXCESS * others:
        return 0
    return most if at_least(most, others) < _PILE_CHANCE else 0


def _near(places: Integers, found: Integers) -> Integers:
    """How many of some places are those `found`, or lie up to `_BESIDE_PILE` bases beside."""
    ordered = np.sort(places)
    last = np.searchsorted(ordered, found + _BESIDE_PILE, "right")
    near: Integers = last - np.searchsorted(ordered, found - _BESIDE_PILE)
    return near
