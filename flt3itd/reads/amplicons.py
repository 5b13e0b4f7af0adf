"""Amplicons: fixed placements between primers, found from where fragments begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

import numpy as np

from flt3itd.reads.columns import IntArray
from flt3itd.reads.library import (
    NOWHERE,
    Booleans,
    FragmentShapes,
    ReadSpans,
    plain_pairs,
    read_spans,
    representative,
)
from flt3itd.reads.primers import PrimerPair
from flt3itd.reads.read_set import ReadSet

_LEAST_AMPLICON_SHARE = 0.05
_LEAST_GIVEN_SHARE = 0.005
"""Of an amplicon between primers that are given: it need not be told from chance."""
_LEAST_SINGLE, _MOST_SINGLE = 0.05, 0.95
"""Shares of the fragments of which one read is there, between which both kinds are: where a half of
the second reads was too poor to be placed, a VAF of 0.30 read 0.42."""
_LEAST_OF_A_STRAND = 3
"""Single reads of one strand that share their 5' end, however many lie on the other strand: reads
of one primer may hold a junction that those of the other one do not reach."""
_LEAST_SHEARED_SHARE = 0.2
"""Fragments of a capture share one of their ends with a tenth of a percent of the others."""
_SHEARED_LENGTHS = 60
"""Lengths that stand for all lengths of sheared fragments."""
_WHOLE = np.array([100_000], dtype=np.int64)
"""A read that shows all of its molecule, however long."""
_SAME_END = 5


class Amplicon(NamedTuple):
    """A fixed placement: the reference interval between the outer ends of two primers.

    `shapes` are those of its own reads, where one end or one read of each fragment is all there
    is; None: the shapes of the library. A `sheared` fragment has a primer on the left or right
    side only: its other end is anywhere, and its length does not follow the haplotype. `primers`
    are those it was made with, where they are given. `cut` are the bases of the left and the right
    primer that were cut off its reads and stand outside of the interval.
    """

    start: int
    end: int
    weight: float
    shapes: FragmentShapes | None = None
    sheared: Literal["", "left", "right"] = ""
    primers: PrimerPair | None = None
    cut: tuple[int, int] = (0, 0)

    @property
    def primed(self) -> tuple[bool, bool]:
        """Whether the left and the right end are those of a primer.

        A sheared end is none, nor is the place where single reads stop for want of length.
        """
        if self.sheared:
            return self.sheared == "left", self.sheared == "right"
        if self.shapes is None:
            return True, True
        passes = bool(self.shapes.length.max() > self.end - self.start + _SAME_END)
        return passes or bool(self.shapes.left.any()), passes or bool(self.shapes.right.any())


def infer_amplicons(reads: ReadSet, primers: Sequence[PrimerPair] = ()) -> tuple[Amplicon, ...]:
    """Amplicons from where fragments begin: the 5' ends of reads, clipped ones left out.

    A clipped end is a junction, not a primer (foreign bases were cut off before). Fragments with
    both ends give pairs of ends that many share. Where most have one read only, its 5' end is the
    primer; where one end alone is shared, the other one was sheared. Amplicons that no pair of
    given primers makes are left out, unless all are.
    Empty when no end stands out.
    """
    ends = _FragmentEnds.of(reads)
    least = _LEAST_GIVEN_SHARE if primers else _LEAST_AMPLICON_SHARE
    known = (ends.start < NOWHERE) | (ends.end >= 0)
    pairs_known, single = int((known & ends.double).sum()), int((known & ~ends.double).sum())
    share = single / max(1, pairs_known + single)
    found: tuple[Amplicon, ...] = ()
    if share <= _MOST_SINGLE:
        found = _of_fragments(reads, ends, least)
    if share >= _LEAST_SINGLE and not (found and found[0].sheared):
        alone = _of_single_reads(reads, least, ~ends.double if found else known)
        found = (*_weighted(found, 1 - share), *_weighted(alone, share if found else 1.0))
    near: list[Amplicon] = []
    for one in found:
        pairs = (pair for pair in primers if _is_between(one, pair))
        if (pair := next(pairs, None)) is not None:
            near.append(one._replace(primers=pair, cut=_cut(one, pair)))
    return tuple(near) or found


def _of_fragments(reads: ReadSet, ends: _FragmentEnds, least: float) -> tuple[Amplicon, ...]:
    """Amplicons of fragments of which two reads are seen."""
    both = ends.double & (ends.start < NOWHERE) & (ends.end >= 0)
    found = _of_pairs(ends.start[both], ends.end[both], least)
    found = _with_clipped(found, ends, int(both.sum()))
    # Lengths come from pairs without a junction: others lie on the reference as if shorter.
    return found or _sheared(*plain_pairs(reads))


def _cut(amplicon: Amplicon, primers: PrimerPair) -> tuple[int, int]:
    """The bases of two primers that lie outside of an amplicon between them; 0 of a few."""
    bases = amplicon.start - primers.left_start, primers.right_end - amplicon.end
    left, right = (count if count > _SAME_END else 0 for count in bases)
    return left, right


def _is_between(amplicon: Amplicon, primers: PrimerPair) -> bool:
    """Whether an amplicon begins and ends at (or right behind) two primers."""
    return (
        primers.left_start - _SAME_END <= amplicon.start <= primers.left_end + _SAME_END
        and primers.right_start - _SAME_END <= amplicon.end <= primers.right_end + _SAME_END
    )


def _of_pairs(starts: IntArray, ends: IntArray, least: float) -> tuple[Amplicon, ...]:
    """The pairs of outer ends that many fragments share."""
    if not len(starts):
        return ()
    first = int(ends.min())
    width = int(ends.max()) - first + 1
    outer, counts = np.unique(starts * width + ends - first, return_counts=True)
    values = np.stack((outer // width, outer % width + first), axis=1)
    total = counts.sum()
    chosen: list[tuple[int, int, int]] = []
    length = values[:, 1] - values[:, 0]
    for index in np.lexsort((-length, -counts)).tolist():
        start, end, count = int(values[index, 0]), int(values[index, 1]), int(counts[index])
        if count < least * total:
            break
        if all(abs(start - s) > _SAME_END or abs(end - e) > _SAME_END for s, e, _ in chosen):
            near = (np.abs(values - (start, end)) <= _SAME_END).all(axis=1)
            chosen.append((start, end, int(counts[near].sum())))
    share = sum(count for *_, count in chosen)
    return tuple(Amplicon(start, end, count / share) for start, end, count in sorted(chosen))


def _with_clipped(
    found: tuple[Amplicon, ...], ends: _FragmentEnds, both: int
) -> tuple[Amplicon, ...]:
    """The same amplicons, weighted by the fragments of which one end is clipped as well.

    A read that is clipped where it begins lies over a junction: without such, an amplicon whose
    reads show an ITD would have too few. `both` is the number of fragments with both ends.
    """
    left_only = ends.double & (ends.start < NOWHERE) & (ends.end < 0)
    right_only = ends.double & (ends.start == NOWHERE) & (ends.end >= 0)
    starts, stops = ends.start[left_only], ends.end[right_only]
    weights = np.array([one.weight * both for one in found])
    added = np.zeros(len(found))
    for places, at in ((starts, [a.start for a in found]), (stops, [a.end for a in found])):
        near = np.abs(places[:, None] - np.array(at, dtype=np.int64)) <= _SAME_END
        shares = near * weights
        total = shares.sum(axis=1, keepdims=True)
        added += (shares / np.where(total > 0, total, 1)).sum(axis=0)
    weights += added
    return tuple(
        one._replace(weight=float(weight))
        for one, weight in zip(found, weights / max(weights.sum(), 1), strict=True)
    )


def _sheared(starts: IntArray, ends: IntArray) -> tuple[Amplicon, ...]:
    """Fragments of which one end is a primer's and the other one anywhere, if there are such."""
    found: list[Amplicon] = []
    for side, fixed, sheared in (("left", starts, ends), ("right", ends, starts)):
        values, counts = np.unique(fixed, return_counts=True)
        for value in values[counts >= _LEAST_SHEARED_SHARE * max(1, len(fixed))].tolist():
            lengths = np.sort(np.abs(sheared[fixed == value] - value))
            for length in lengths[:: max(1, len(lengths) // _SHEARED_LENGTHS)].tolist():
                start, end = (value, value + length) if side == "left" else (value - length, value)
                found.append(Amplicon(start, end, 1.0, None, side))  # type: ignore[arg-type]
    return tuple(one._replace(weight=1 / len(found)) for one in found)


def _weighted(amplicons: Sequence[Amplicon], by: float) -> tuple[Amplicon, ...]:
    return tuple(one._replace(weight=one.weight * by) for one in amplicons)


def _of_single_reads(reads: ReadSet, least: float, of: Booleans) -> tuple[Amplicon, ...]:
    """Amplicons of which one read is seen: its 5' end is fixed, and its length is its reach.

    Reads that are longer where the molecule is longer (mates merged upstream) show all of it. `of`
    are the fragments whose reads are taken.
    """
    spans = read_spans(reads)
    taken = of[spans.fragment]
    found = [
        *_of_strand(spans, taken, least, reverse=False),
        *_of_strand(spans, taken, least, reverse=True),
    ]
    total = sum(one.weight for one in found)
    ordered = sorted(found, key=lambda one: (one.start, one.end))
    return tuple(one._replace(weight=one.weight / total) for one in ordered)


def _of_strand(
    spans: ReadSpans, taken: Booleans, least: float, *, reverse: bool
) -> Iterator[Amplicon]:
    """Amplicons of the reads that are taken of one strand, weighted by their number."""
    clipped = spans.clipped_last if reverse else spans.clipped_first
    on_strand = taken & (spans.reverse == reverse)
    kept = on_strand & (clipped == 0)
    # Reads that are clipped at their 5' end, over a junction, come from these amplicons too.
    stands_for = on_strand.sum() / max(1, kept.sum())
    first, last = (spans.end, spans.start) if reverse else (spans.start, spans.end)
    first, last, length = first[kept], last[kept], spans.length[kept]
    is_plain = np.flatnonzero(kept) < spans.first_split
    for place in _shared_ends(first, max(_LEAST_OF_A_STRAND, least * len(first))):
        own = np.abs(first - place) <= _SAME_END
        plain = own & is_plain
        # Reads over a junction stop there on the reference.
        outer = _commonest(last[plain if plain.any() else own])
        whole = length[own & ~is_plain].max(initial=0) > length[plain].max(initial=0) + 2
        shapes = _one_sided(_WHOLE if whole else length[own], right=reverse)
        start, end = (outer, place) if reverse else (place, outer)
        yield Amplicon(start, end, float(own.sum() * stands_for), shapes)


def _shared_ends(places: IntArray, least: float) -> Iterator[int]:
    """Places that so many reads share, the commonest first; none near another."""
    values, counts = np.unique(places, return_counts=True)
    taken: list[int] = []
    for at in np.argsort(-counts, kind="stable").tolist():
        place, count = int(values[at]), int(counts[at])
        if count < least:
            return
        if all(abs(place - one) > _SAME_END for one in taken):
            taken.append(place)
            yield place


def _commonest(places: IntArray) -> int:
    values, counts = np.unique(places, return_counts=True)
    return int(values[counts.argmax()])


def _one_sided(length: IntArray, *, right: bool) -> FragmentShapes:
    """Shapes of fragments of which only the left or the right read is there."""
    none = np.zeros_like(length)
    return representative(none if right else length, length if right else none, length)


class _FragmentEnds(NamedTuple):
    """By fragment: the known leftmost start and rightmost end, and whether it has two reads."""

    start: IntArray
    end: IntArray
    double: Booleans

    @classmethod
    def of(cls, reads: ReadSet) -> _FragmentEnds:
        """Of a read the end that is not clipped counts, if no clipped one of its mate lies beyond.

        Else it is the inner end of a read.
        """
        spans = read_spans(reads)
        start = np.full(len(spans.first), NOWHERE, dtype=np.int64)
        end = np.full(len(spans.first), -1, dtype=np.int64)
        begun, ended = spans.clipped_first == 0, spans.clipped_last == 0
        np.minimum.at(start, spans.fragment[begun], spans.start[begun])
        np.maximum.at(end, spans.fragment[ended], spans.end[ended])
        start[spans.paired & (spans.first < start - _SAME_END)] = NOWHERE
        end[spans.paired & (spans.last > end + _SAME_END)] = -1
        return cls(start, end, spans.paired)


def reach(
    amplicons: Sequence[Amplicon],
    library: FragmentShapes,
    places: tuple[int, int],
    anchor: int,
) -> int | None:
    """The longest duplication that the reads of some amplicon show wherever in `places` it ends.

    A read of R bases from the left primer passes the junction of a duplication that ends at E when
    E + anchor lies within R bases of the amplicon's start; one from the right primer, when the
    duplicated length n and what lies behind E do: end - E + n + anchor <= R. None without a bound
    (or without amplicons); 0 when an insertion of any length can hide. Each place is shown by the
    amplicon that shows most there. Reads are taken at their median length.
    """
    if not amplicons:
        return None
    ends = np.arange(places[0], places[1] + 1, dtype=np.float64)
    longest = np.zeros(len(ends))
    for one in amplicons:
        shapes = one.shapes or library
        left, right = (int(np.median(each)) for each in (shapes.left, shapes.right))
        from_left = min(left - anchor, one.end - one.start)
        from_right = np.maximum(0, right - anchor - (one.end - ends))
        shown = np.where((ends <= one.end) & (right > 0), from_right, 0.0)
        shown[ends <= one.start + from_left] = np.inf
        if one.start > places[0]:  # a tile: what reaches beyond its left end is not of its product
            shown = np.minimum(shown, np.maximum(0, ends - one.start))
        longest = np.maximum(longest, shown)
    least = longest.min(initial=np.inf)
    return None if np.isinf(least) else int(least)
