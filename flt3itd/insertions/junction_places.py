"""Where in the reads the junctions of insertions lie: anywhere, unless reads were filtered.

A fragment is cut anywhere, so that the junction stands at any place of a read. A filter by clips,
by mismatches, by gaps or by the score of the alignment takes the reads with the junction in the
middle, and leaves those that have it near an end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.statistics import evidence_of_fewer
from flt3itd.insertions.comparison import ComparedReads, Fit
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import ANCHOR, WIDEST_ANCHOR
from flt3itd.reads.columns import distinct
from flt3itd.reads.library import Booleans, Integers, ReadSpans
from flt3itd.reads.read_set import SplitRead

_LEAST_BESIDE = 10
"""Bases of the shorter side: with fewer, reads may fit the wild type as well."""
_LONGEST_SPANNED_FILLER = 60
"""Of longer inserted sequence only the first junction has to be spanned."""
_BESIDE_THE_MIDDLE = 0.9
"""Of the way from an end of a read to its middle: in lengths that differ by one, and where few
reads are, none need have the junction nearer to the middle."""
_LEAST_READS = 30
"""Reads of which some have the junction in their middle; of 18 of a real exome none had."""
_NO_FAR_CLIP = 0.5
"""Of half a read: where no read of a sample is clipped as far, fewer reads tell. In that exome some
are by 0.6 of half a read, of pairs that lie on the genome end to end none by more than 0.4."""
_LATE = 0.55
"""Of the bases on both sides of the junction: in the middle of a read it is neither."""
_ONE_SIDE = 1 / 3
"""Share of the reads that lie mostly on one side of a junction: half as many as on the other."""
_VARIANCE = 12
"""One over the variance of an even distribution from 0 to 1."""


class Shown(NamedTuple):
    """The reads that show the junction of a mutant, and how they fit it, read by read.

    What they span of the junction begins at `left` and ends at `right` (coordinates of the mutant):
    its filler, of a long one only the side of the first copy.
    """

    reads: list[SplitRead]
    fit: Fit
    left: int
    right: int


def showing(reads: ComparedReads, haplotype: Haplotype, others: Sequence[Haplotype] = ()) -> Shown:
    """What reads show of the junction of a mutant; those that fit one of `others` better do not."""
    segment = haplotype.duplication
    insertion = haplotype.insertion
    assert insertion is not None
    left = segment.end + haplotype.shift_before(insertion.start)
    right = left + len(segment.filler)
    spanned = right if right - left <= _LONGEST_SPANNED_FILLER else left
    mutant, wildtype, *rivals = (
        reads.matrix.fit_of(one, WIDEST_ANCHOR)
        for one in (haplotype, Haplotype(haplotype.reference), *others)
    )
    shows = (
        (mutant.score > wildtype.score)
        & (mutant.start <= left - ANCHOR)
        & (mutant.end >= spanned + ANCHOR)
    )
    for rival in rivals:
        shows &= mutant.score >= rival.score
    rows = np.flatnonzero(shows).tolist()
    return Shown([reads.split[row] for row in rows], mutant.rows(shows), left, spanned)


def nearer_to_ends(shown: Shown) -> float:
    """By how many standard errors the junction stands nearer to the ends of reads than anywhere."""
    share = _shares(shown)
    if not len(share):
        return 0.0
    return float((0.5 - share.mean()) * np.sqrt(_VARIANCE * len(share)))


def missed_in_the_middle(shown: Shown, far_clip: float) -> float:
    """Minus the decimal logarithm of the probability that no read has the junction in its middle.

    0 where some read has it within the middle tenth of where it may stand. `far_clip` is the
    longest clip of all reads of the sample as a share of half a read: 0 of few reads, unless all
    clips are short.
    """
    share = _shares(shown)
    most = float(share.max(initial=0))
    enough = len(share) >= _LEAST_READS or far_clip < _NO_FAR_CLIP
    if not enough or not 0 < most <= _BESIDE_THE_MIDDLE:
        return 0.0
    return -len(share) * math.log10(most)


def missed_where_read_late(shown: Shown) -> float:
    """Minus the decimal logarithm of the probability that so few have the junction read late.

    A read that begins before the junction and has most of its bases there lies on the first copy,
    its mate behind the second one: on the reference they are nearer to each other than they are, by
    all that is inserted. A filter of pairs by length or as proper leaves those that have it early.
    """
    early, late = _read_early_and_late(shown)
    if late >= early:
        return 0.0
    return evidence_of_fewer(early + late, late, 0.5)


def read_early(shown: Shown) -> int:
    """How many reads have the junction in what was read early, those of one place once."""
    return _read_early_and_late(shown)[0]


def missed_on_one_side(shown: Shown) -> float:
    """Minus the decimal logarithm of the probability that so few reads lie mostly on one side.

    Asked of all, and of one strand or one mate alone, that they are half as many as those that lie
    mostly on the other side, at most. Aligned, those that lie behind the junction begin there, all
    at one place: where a program keeps a number of each start, they are missed. Depth that falls
    off over a target makes less of a difference.
    """
    before, behind, reverse, second = _places_of(shown)
    sides = before > _LATE * (before + behind), behind > _LATE * (before + behind)
    kinds = np.ones(len(before), dtype=np.bool_), reverse, ~reverse, second, ~second
    missed = 0.0
    for kind in kinds:
        fewer, more = sorted(int((kind & side).sum()) for side in sides)
        if fewer < more * _ONE_SIDE / (1 - _ONE_SIDE):
            missed = max(missed, evidence_of_fewer(fewer + more, fewer, _ONE_SIDE))
    return missed


def missed_of_one_mate(shown: Shown, spans: ReadSpans) -> float:
    """Minus the decimal logarithm of the probability that so few reads are of one mate.

    Asked is that they are half as many as the places in the reads of that mate let expect. A
    fragment is read from either end, so that a junction is passed by first and second reads.
    """
    paired = spans.paired[spans.fragment]
    room = np.maximum(spans.length[paired] - 2 * _LEAST_BESIDE, 0)
    second = spans.read_2[paired]
    share = float(room[second].sum() / max(1, room.sum()))
    seen = _places_of(shown).second
    if not 0 < share < 1:
        return 0.0
    of_second = len(seen), int(seen.sum()), share / (2 - share)
    of_first = len(seen), len(seen) - of_second[1], (1 - share) / (1 + share)
    return max(evidence_of_fewer(*of_second), evidence_of_fewer(*of_first))


def _read_early_and_late(shown: Shown) -> tuple[int, int]:
    """How many reads have the junction in what was read early, and late."""
    before, behind, reverse, _ = _places_of(shown, mates=False)
    both = before + behind
    late = np.where(reverse, behind, before) > _LATE * both
    early = np.where(reverse, before, behind) > _LATE * both
    return int(early.sum()), int(late.sum())


class _Places(NamedTuple):
    """Bases before and behind a junction, strand and mate of the reads of different places."""

    before: Integers
    behind: Integers
    reverse: Booleans
    second: Booleans


def _places_of(shown: Shown, *, mates: bool = True) -> _Places:
    """Those of reads with enough on both sides; two mates of one place are one, or two."""
    width = int(shown.fit.end.max(initial=0)) + 1
    reverse = np.array([read.is_reverse for read in shown.reads], dtype=np.int64)
    second = np.array([mates and read.is_read2 for read in shown.reads], dtype=np.int64)
    place = ((shown.fit.start * width + shown.fit.end) * 2 + reverse) * 2 + second
    place, of_second = np.divmod(distinct(place), 2)
    place, of_reverse = np.divmod(place, 2)
    start, end = np.divmod(place, width)
    before, behind = shown.left - start, end - shown.right
    asked = np.minimum(before, behind) >= _LEAST_BESIDE
    return _Places(
        before[asked], behind[asked], of_reverse[asked].astype(bool), of_second[asked].astype(bool)
    )


def _shares(shown: Shown) -> npt.NDArray[np.float64]:
    """How far from its end each read has the junction: 0 at `_LEAST_BESIDE` bases, 1 in the middle.

    They are even where nothing was filtered. Reads of one place count once, as copies do.
    """
    if not shown.reads:
        return np.zeros(0)
    width = int(shown.fit.end.max()) + 1
    start, end = np.divmod(distinct(shown.fit.start * width + shown.fit.end), width)
    shorter = np.minimum(shown.left - start, end - shown.right)
    most = (end - start - (shown.right - shown.left)) / 2
    asked = (shorter >= _LEAST_BESIDE) & (most > 2 * _LEAST_BESIDE)
    share: npt.NDArray[np.float64] = (shorter[asked] - _LEAST_BESIDE) / (
        most[asked] - _LEAST_BESIDE
    )
    return share
