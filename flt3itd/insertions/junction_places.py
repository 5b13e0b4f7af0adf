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

from flt3itd.insertions.comparison import ComparedReads, Fit
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import ANCHOR, WIDEST_ANCHOR
from flt3itd.reads.columns import distinct
from flt3itd.reads.library import Booleans, Floats, Integers
from flt3itd.reads.read_set import SplitRead

LEAST_BESIDE = 10
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


def read_early(shown: Shown) -> int:
    """How many reads have the junction in what was read early, those of one place once.

    A read that begins before the junction and has most of its bases behind it, seen from there.
    """
    return int(are_early(*_places_of(shown)).sum())


def are_early(before: Integers, behind: Integers, reverse: Booleans) -> Booleans:
    """Whether reads have a place in what was read early, by the bases before and behind it."""
    first_read = np.where(reverse, before, behind)
    early: Booleans = first_read > _LATE * (before + behind)
    return early


class _Places(NamedTuple):
    """Bases before and behind a junction, and strand, of the reads of different places."""

    before: Integers
    behind: Integers
    reverse: Booleans


def _places_of(shown: Shown) -> _Places:
    """Those of reads with enough on both sides; two reads of one place and strand are one."""
    width = int(shown.fit.end.max(initial=0)) + 1
    reverse = np.array([read.is_reverse for read in shown.reads], dtype=np.int64)
    place = distinct((shown.fit.start * width + shown.fit.end) * 2 + reverse)
    place, of_reverse = np.divmod(place, 2)
    start, end = np.divmod(place, width)
    before, behind = shown.left - start, end - shown.right
    asked = np.minimum(before, behind) >= LEAST_BESIDE
    return _Places(before[asked], behind[asked], of_reverse[asked].astype(bool))


def _shares(shown: Shown) -> Floats:
    """How far from its end each read has the junction: 0 at `LEAST_BESIDE` bases, 1 in the middle.

    They are even where nothing was filtered. Reads of one place count once, as copies do.
    """
    if not shown.reads:
        return np.zeros(0)
    width = int(shown.fit.end.max()) + 1
    start, end = np.divmod(distinct(shown.fit.start * width + shown.fit.end), width)
    before, behind = shown.left - start, end - shown.right
    asked = (np.minimum(before, behind) >= LEAST_BESIDE) & (before + behind > 4 * LEAST_BESIDE)
    return from_end(before[asked], behind[asked])


def from_end(before: Integers, behind: Integers) -> Floats:
    """How far from the end of its read a place is: 0 as near as is asked, 1 in the middle."""
    shorter = np.minimum(before, behind) - LEAST_BESIDE
    most = (before + behind) / 2 - LEAST_BESIDE
    found: Floats = shorter / np.maximum(1, most)
    return found
