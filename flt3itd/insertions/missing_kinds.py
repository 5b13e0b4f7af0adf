"""Whether reads of one kind are missing over the junction of an insertion.

A fragment is cut anywhere and read from either end, so that the reads over a junction are of all
kinds, as those of the wild type over the ends of its segment are: first and second ones, of either
strand, with more bases before it or behind it, with it in the middle or near an end. A filter by
anything that a junction does to a read (clips, gaps, scores, of one mate or strand, or a number of
each start) takes some kinds and leaves others. One that takes all kinds alike cannot be seen.

Where a capture is uneven, baits choose kinds as well (`flt3itd.insertions.caught_reads`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from flt3itd.common.statistics import evidence_of_fewer
from flt3itd.insertions.caught_reads import Capture
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.junction_places import LEAST_BESIDE, Shown, from_end
from flt3itd.reads.columns import distinct, rows_of_each
from flt3itd.reads.library import Booleans, Floats, Integers, ReadSpans

_AS_FEW = 0.5
"""A kind is missing where it has less than half of its share."""
_BY_DESIGN = 20
"""Reads: each kind has half of the reads by design, which counts as so many reads of the wild type
beside those that are there (baits to one side make one strand rarer)."""
_OF_ONE_FEATURE = 0.8
"""Share of the false alarms that is left to kinds by one feature; the rest is of kinds by two."""
_MIDDLE = 0.5
"""Of the way from an end to the middle of a read."""
_FARTHEST = 0.99
_SPARED = 5
"""Bases farther from an end than is asked, where reads may fit the wild type as well."""


class MissedKind(NamedTuple):
    """The kind of reads that is missing, and minus the decimal logarithm of a probability.

    It is the probability that any of the kinds is as rare by chance: that of this one, times the
    number of kinds.
    """

    kind_missed: float = 0.0
    missed_kind: str = ""


class _Feature(NamedTuple):
    """What a read is like, what else it is, and which are like it.

    Those of the insertion, of the wild type, and those that baits would catch.
    """

    it_is: str
    else_it: str
    own: Booleans
    wildtype: Booleans
    caught: Booleans


class _Reads(NamedTuple):
    """Reads that pass a place: bases before it and behind it, strand, mate, fragment."""

    before: Integers
    behind: Integers
    reverse: Booleans
    second: Booleans
    fragment: Integers

    def rows(self, chosen: Booleans | Integers) -> _Reads:
        """Some of them."""
        return _Reads(
            self.before[chosen],
            self.behind[chosen],
            self.reverse[chosen],
            self.second[chosen],
            self.fragment[chosen],
        )

    def once(self) -> _Reads:
        """Those with enough bases on both sides, of copies one."""
        asked = self.rows(np.minimum(self.before, self.behind) >= LEAST_BESIDE)
        width = int(asked.behind.max(initial=0)) + 1
        place = asked.before * width + asked.behind
        return asked.rows(rows_of_each((place * 2 + asked.reverse) * 2 + asked.second))


_NO_PLACES = np.zeros(0, dtype=np.int64)
_NO_BITS = np.zeros(0, dtype=np.bool_)
_NONE = _Reads(_NO_PLACES, _NO_PLACES, _NO_BITS, _NO_BITS, _NO_PLACES)


def missed_kind(
    shown: Shown, haplotype: Haplotype, spans: ReadSpans, capture: Capture | None = None
) -> MissedKind:
    """The kind of reads over a junction that is most surely missing; none where none is.

    `capture` where it is surely uneven about the insertion.
    """
    own, wildtype = _own(shown), _wildtype(shown, haplotype, spans)
    reads, beside = own.once(), wildtype.once()
    if not len(reads.before):
        return MissedKind()
    # Mates that overlap have a junction at places that follow from each other.
    independent = len(distinct(own.fragment)) / len(own.fragment)
    caught, weights = _NONE, np.zeros(0)
    if capture is not None:
        caught, weights = _caught(capture, shown, haplotype)
    features = _features(reads, beside, caught)
    halves = [_judged([(one, has)], weights) for one in features for has in (True, False)]
    halves.append(MissedKind(_none_near_ends(reads), features[-1].else_it))
    quarters = [
        _judged([(first, one), (second, other)], weights)
        for first, second in combinations(features, 2)
        for one, other in product((True, False), repeat=2)
    ]
    shares = (halves, _OF_ONE_FEATURE), (quarters, 1 - _OF_ONE_FEATURE)
    return max(
        MissedKind(independent * one.kind_missed - math.log10(len(kinds) / share), one.missed_kind)
        for kinds, share in shares
        for one in kinds
    )


def _own(shown: Shown) -> _Reads:
    """The reads that show the junction."""
    return _Reads(
        shown.left - shown.fit.start,
        shown.fit.end - shown.right,
        np.array([read.is_reverse for read in shown.reads], dtype=np.bool_),
        np.array([read.is_read2 for read in shown.reads], dtype=np.bool_),
        np.array([read.fragment for read in shown.reads], dtype=np.int64),
    )


def _wildtype(shown: Shown, haplotype: Haplotype, spans: ReadSpans) -> _Reads:
    """The reads of other fragments that lie in one piece over an end of the segment."""
    others = np.ones(len(spans.first), dtype=np.bool_)
    others[[read.fragment for read in shown.reads]] = False
    in_one_piece = spans.whole_end - spans.whole_start == spans.length
    plain = in_one_piece & spans.unclipped & others[spans.fragment]
    over = [
        np.flatnonzero(plain & (spans.start < at) & (spans.end > at)) for at in haplotype.segment
    ]
    place = np.repeat(haplotype.segment, [len(rows) for rows in over])
    rows = np.concatenate(over)
    return _Reads(
        place - spans.start[rows],
        spans.end[rows] - place,
        spans.reverse[rows],
        spans.read_2[rows],
        spans.fragment[rows],
    )


def _caught(capture: Capture, shown: Shown, haplotype: Haplotype) -> tuple[_Reads, Floats]:
    """The reads over a junction that baits would catch, with weights; either may be the first."""
    found = capture.reads_over(shown, haplotype)
    size = len(found.weight)
    reads = _Reads(
        np.tile(found.before, 2),
        np.tile(found.behind, 2),
        np.tile(found.reverse, 2),
        np.repeat([False, True], size),
        np.arange(2 * size),
    )
    return reads, np.tile(found.weight, 2)


def _features(own: _Reads, wildtype: _Reads, caught: _Reads) -> list[_Feature]:
    """The features of reads over the junction, and of others; how near an end is the last."""
    groups = own, wildtype, caught

    def late(reads: _Reads) -> Booleans:
        sooner = np.where(reads.reverse, reads.behind, reads.before)
        found: Booleans = 2 * sooner > reads.before + reads.behind
        return found

    return [
        _Feature("is a second read", "is a first read", *(one.second for one in groups)),
        _Feature(
            "lies on the reverse strand",
            "lies on the forward strand",
            *(one.reverse for one in groups),
        ),
        _Feature(
            "lies mostly before it",
            "lies mostly behind it",
            *(one.before > one.behind for one in groups),
        ),
        _Feature("passes it late", "passes it early", *map(late, groups)),
        _Feature(
            "has it in the middle",
            "has it near an end",
            *(from_end(one.before, one.behind) >= _MIDDLE for one in groups),
        ),
    ]


def _judged(kind: Sequence[tuple[_Feature, bool]], weights: Floats) -> MissedKind:
    """Whether a kind, of reads that have features or have them not, is missing.

    No more are expected than by design, and fewer where the wild type has fewer, or where baits
    catch fewer (`weights` of those that they do).
    """
    own = np.logical_and.reduce([one.own == has for one, has in kind])
    wildtype = np.logical_and.reduce([one.wildtype == has for one, has in kind])
    trials, count = len(own), int(own.sum())
    expected = int(wildtype.sum()) + _BY_DESIGN / 2 ** len(kind)
    share = min(expected / (len(wildtype) + _BY_DESIGN), 1 / 2 ** len(kind))
    if len(weights):
        caught = np.logical_and.reduce([one.caught == has for one, has in kind])
        share = min(share, float(weights[caught].sum() / weights.sum()))
    if count * (1 - _AS_FEW * share) >= _AS_FEW * share * trials:
        return MissedKind()
    words = " and ".join(one.it_is if has else one.else_it for one, has in kind)
    return MissedKind(evidence_of_fewer(trials, count, share), words)


def _none_near_ends(reads: _Reads) -> float:
    """Minus the decimal logarithm of the probability that the nearest to an end is as far."""
    longest = float((reads.before + reads.behind).max())
    spared = 2 * _SPARED / max(1.0, longest - 2 * LEAST_BESIDE)
    nearest = float(from_end(reads.before, reads.behind).min()) - spared
    return -len(reads.before) * math.log10(1 - min(max(0.0, nearest), _FARTHEST))
