"""Inverted copies: reads that an aligner turned, because most of their bases lie in such a copy.

It aligned those bases on the other strand than the molecule has them; turned back the read is one
of the junction like its sisters. All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.strays import BESIDE, LEAST_CLIP, index_about, laid_on, scores
from flt3itd.insertions.two_ends import LEAST_FRAGMENTS, ClippedEnd
from flt3itd.reads.kmer_aligner import KmerIndex, best_supported
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

_SEED = 10
_LEAST_COPY = 16
"""Bases of an inverted copy, and of what of it lies on the reference: alike by chance in one of a
million places."""
_LEAST_VOTES = _LEAST_COPY - _SEED + 1
_LONGEST_BETWEEN = 60
"""Bases between a unit and its inverted copy that both strands may have in turn."""
_BETTER = 8
"""Score by which a read must fit better when it is turned, or may fit worse by its mate's word."""


def turned_ends(ends: Sequence[ClippedEnd], index: KmerIndex, reference: str) -> list[ClippedEnd]:
    """The ends whose clips lie on the other strand near by, as they are when they are turned.

    `index` has the k-mers of the reference near by.
    """
    found = (
        _turned(end, index, reference) for end in ends if len(end.fragments) >= LEAST_FRAGMENTS
    )
    return [end for end in found if end is not None]


def _turned(end: ClippedEnd, index: KmerIndex, reference: str) -> ClippedEnd | None:
    """An end as turned reads have it: what was aligned is clipped, and what was clipped aligned."""
    bases = reverse_complement(end.bases)
    votes = index.diagonals(bases)
    best = best_supported(votes)
    if votes[best] < _LEAST_VOTES or best < 0:
        return None
    beside = bases[-_LEAST_COPY:] if end.on_right else bases[:_LEAST_COPY]
    place = best + len(bases) if end.on_right else best
    begin = place - _LEAST_COPY if end.on_right else place
    if reference[begin : begin + _LEAST_COPY] != beside:
        return None
    return ClippedEnd(place, end.on_right, reverse_complement(end.anchor), bases, end.fragments)


def turn_reads(reads: ReadSet, haplotypes: Sequence[Haplotype]) -> bool:
    """Turn the reads that fit one of the haplotypes with an inverted copy better so, in place.

    Where a copy begins a molecule is almost the same on both strands. There the mates tell: of two
    on one strand, one was turned. Returns whether there were any.
    """
    any_turned = False
    for haplotype in haplotypes:
        if not _holds_inverted_copy(haplotype):
            continue
        index = index_about(haplotype, _SEED)
        within = _within_copy(reads, haplotype)
        for better in (_BETTER, -_BETTER):
            strands = _Strands.of(reads)
            kept = strands.two if better > 0 else ~strands.one | within
            for number, read in enumerate(reads.split):
                if read.longest_clip < LEAST_CLIP:
                    continue
                if kept[read.fragment]:
                    continue
                turned = _turned_read(read, haplotype, index)
                if turned is None:
                    continue
                of_turned, as_it_is = scores([turned, read], haplotype)
                if of_turned >= as_it_is + better:
                    reads.split[number] = turned
                    any_turned = kept[read.fragment] = True
    return any_turned


class _Strands(NamedTuple):
    """By fragment, whether both of its reads lie on `one` strand, or on `two` as mates do."""

    one: npt.NDArray[np.bool_]
    two: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, reads: ReadSet) -> _Strands:
        """Those of all fragments of a set."""
        fragment = np.concatenate((reads.plain()[2], reads.columns()["fragment"]))
        reverse = reads.reverse()
        both = np.bincount(fragment, minlength=reads.fragments) == 2
        on_reverse = np.bincount(fragment[reverse], minlength=reads.fragments)
        return cls(both & (on_reverse != 1), both & (on_reverse == 1))


def _within_copy(reads: ReadSet, haplotype: Haplotype) -> npt.NDArray[np.bool_]:
    """By fragment, whether one of its reads lies within the copy: that one is turned."""
    assert haplotype.insertion is not None
    unit = reverse_complement(haplotype.insertion.inserted)
    found = np.zeros(reads.fragments, dtype=np.bool_)
    start, end, fragment = reads.plain()
    place = haplotype.reference.find(unit[_LEAST_COPY:-_LEAST_COPY]) - _LEAST_COPY
    if place >= 0:
        found[fragment[(start >= place) & (end <= place + len(unit))]] = True
    return found


def _holds_inverted_copy(haplotype: Haplotype) -> bool:
    """Whether bases of an insertion stand on the other strand beside it."""
    insertion = haplotype.insertion
    if insertion is None or insertion.length < _LEAST_COPY:
        return False
    reach = BESIDE + insertion.length
    beside = haplotype.reference[max(0, insertion.start - reach) : insertion.end + reach]
    bases = reverse_complement(insertion.inserted)
    return not _words(bases).isdisjoint(_words(beside))


def _words(bases: str) -> set[str]:
    """The stretches of the least length of a copy."""
    return {bases[at : at + _LEAST_COPY] for at in range(len(bases) - _LEAST_COPY + 1)}


def is_mirrored(one: Haplotype, other: Haplotype) -> bool:
    """Whether turned reads of one mutant look like the other.

    They are equal but for one stretch, which with the bases beside it stands in the other on the
    other strand, as the bases between a unit and its inverted copy do.
    """
    mine, theirs = one.sequence, other.sequence
    if len(mine) != len(theirs) or not _holds_inverted_copy(one):
        return False
    differing = np.flatnonzero(one.bases != other.bases)
    if not len(differing):
        return False
    first, last = int(differing[0]), int(differing[-1]) + 1
    if last - first > _LONGEST_BETWEEN:
        return False
    stretch = reverse_complement(mine[max(0, first - _LEAST_COPY) : last + _LEAST_COPY])
    return stretch in theirs[max(0, first - BESIDE) : last + BESIDE]


def _turned_read(read: SplitRead, haplotype: Haplotype, index: KmerIndex) -> SplitRead | None:
    """A read on the other strand, where that lies on a haplotype; None where it does not."""
    sequence = reverse_complement(read.sequence)
    votes = index.diagonals(sequence)
    offset = best_supported(votes)
    if votes[offset] < _LEAST_VOTES:
        return None
    turned = UnplacedRead(
        read.fragment, sequence, read.qualities[::-1], not read.is_reverse, read.is_read2
    )
    return laid_on(haplotype, offset, turned)
