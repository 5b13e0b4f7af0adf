"""How often the fragments of a haplotype are expected to show each pattern of windows.

A fragment lies at any of its possible placements: all starts, with the read and fragment lengths of
this sample, or the amplicons. Both mates of a fragment show one pattern (a mask of windows).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import WindowSet
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import Floats, FragmentShapes, Integers

_FEW_PATTERNS = 1 << 16
"""Up to so many possible patterns there is a sum for each."""

PlacedFragments = tuple[Integers, Integers, Integers, Integers, Floats]
"""First bases on a haplotype, lengths of the left and right reads, of the fragments; weights."""


class Runs(NamedTuple):
    """Runs of neighbouring placements of one shape, by run.

    The first start on a haplotype (0-based), how many starts, and the length of the fragments.
    """

    starts: Integers
    counts: Integers
    lengths: Integers


class Capture(Protocol):
    """What is known of how well a capture catches fragments."""

    def caught(self, haplotype: Haplotype, runs: Runs) -> Floats:
        """How many of the fragments of each run on a haplotype are caught."""


class Showing(NamedTuple):
    """The placements on one haplotype, of all starts, whose fragments show windows.

    By run: the pattern that its fragments show (a mask of windows), and the weight of each.
    """

    haplotype: Haplotype
    mask: Integers
    runs: Runs
    weights: Floats

    def rates(self, capture: Capture | None = None) -> dict[int, float]:
        """The number of placements by pattern; each counts as well as a `capture` catches it."""
        if not len(self.mask):
            return {}
        counts = self.runs.counts if capture is None else capture.caught(self.haplotype, self.runs)
        return dict(_weight_of_each(self.mask, self.weights * counts))


def pattern_rates(
    haplotypes: Sequence[Haplotype],
    windows: WindowSet,
    shapes: FragmentShapes,
    amplicons: Sequence[Amplicon] = (),
) -> list[dict[int, float]]:
    """For each haplotype, the expected number of placements that show each pattern.

    With amplicons the placements are the amplicons; else every start is a placement. The first
    haplotype is the wild type: its product is what an amplicon makes of molecules whose copies its
    primers replace.
    """
    if not amplicons:
        return [one.rates() for one in placed_anywhere(haplotypes, windows, shapes)]
    return [
        _amplicon_rates(haplotypes, number, windows, shapes, amplicons)
        for number in range(len(haplotypes))
    ]


def placed_anywhere(
    haplotypes: Sequence[Haplotype], windows: WindowSet, shapes: FragmentShapes
) -> list[Showing]:
    """For each haplotype the placements, of all starts, that show windows."""
    return [
        _placed_anywhere(number, windows, shapes, haplotype)
        for number, haplotype in enumerate(haplotypes)
    ]


def _placed_anywhere(
    number: int, windows: WindowSet, shapes: FragmentShapes, haplotype: Haplotype
) -> Showing:
    low, high = (
        np.array([getattr(window, edge) for window in windows.occurrences[number]], dtype=np.int64)
        for edge in ("start", "end")
    )
    shape, first, count = runs_of_starts(shapes, low, high)
    left, right, length = (each[shape] for each in (shapes.left, shapes.right, shapes.length))
    mask = windows.shown(number, first, first + left)
    mask |= windows.shown(number, first + length - right, first + length)
    kept = mask != 0
    runs = Runs(first[kept], count[kept], length[kept])
    return Showing(haplotype, mask[kept], runs, shapes.weight[shape[kept]])


def runs_of_starts(
    shapes: FragmentShapes, low: Integers, high: Integers, ends: Integers | None = None
) -> tuple[Integers, Integers, Integers]:
    """The runs of starts of each shape over which its reads hold the same of some stretches.

    The stretches are [low, high); starts of each shape lie between its two `ends`, where they are
    given. Of each run the shape, the first start, and how many there are.
    """
    left, right, length = (each[:, None] for each in (shapes.left, shapes.right, shapes.length))
    # A read holds a stretch from the start on at which it reaches its end, up to its first base.
    behind = np.tile(low + 1, (len(left), 1))
    edges = np.concatenate((high - left, behind, high - length, behind + right - length), axis=1)
    if ends is not None:
        edges = np.concatenate((np.clip(edges, ends[:, :1], ends[:, 1:]), ends), axis=1)
    edges = np.sort(edges, axis=1)
    counts = np.diff(edges, axis=1)
    shape, at = np.nonzero(counts)
    return shape, edges[shape, at], counts[shape, at]


def _amplicon_rates(
    haplotypes: Sequence[Haplotype],
    number: int,
    windows: WindowSet,
    shapes: FragmentShapes,
    amplicons: Sequence[Amplicon],
) -> dict[int, float]:
    """The rates of one haplotype, from primer to primer."""
    found: dict[int, float] = {}
    if not windows.occurrences[number]:
        return found
    for amplicon in amplicons:
        made = 0 if _replaced_by_primer(haplotypes[number], amplicon) else number
        starts, lefts, rights, lengths, weights = amplicon_placements(
            haplotypes[made], amplicon, shapes
        )
        mask = windows.shown(made, starts, starts + lefts)
        paired = rights > 0
        mask |= np.where(
            paired, windows.shown(made, starts + lengths - rights, starts + lengths), 0
        )
        for pattern, weight in _weight_of_each(mask, weights):
            if pattern:
                found[pattern] = found.get(pattern, 0.0) + weight
    return found


def _weight_of_each(masks: Integers, weights: Floats) -> Iterable[tuple[int, float]]:
    """The masks that there are, each with the sum of its weights."""
    if masks.max(initial=0) < _FEW_PATTERNS:  # few windows: no need to sort hundred thousands
        sums = np.bincount(masks, weights=weights)
        present = np.flatnonzero(sums)
        return zip(present.tolist(), sums[present].tolist(), strict=True)
    present, inverse = np.unique(masks, return_inverse=True)
    sums = np.bincount(inverse, weights=weights)
    return zip(present.tolist(), sums.tolist(), strict=True)


def amplicon_placements(
    haplotype: Haplotype, amplicon: Amplicon, library: FragmentShapes
) -> PlacedFragments:
    """Where the fragments of one amplicon lie on a haplotype, primer to primer, for each shape."""
    shapes = amplicon.shapes or library
    start, end = (
        place + haplotype.shift_before(place) for place in (amplicon.start, amplicon.end + 1)
    )
    end -= 1
    if _begins_in_first_copy(haplotype, amplicon):
        start = amplicon.start
    if _primed_in_first_copy(haplotype, amplicon):
        end = amplicon.end
    if amplicon.sheared == "left":
        end = start + amplicon.end - amplicon.start
    elif amplicon.sheared == "right":
        start = end - (amplicon.end - amplicon.start)
    length, count = max(0, end - start), len(shapes.weight)
    return (
        np.full(count, start, dtype=np.int64),
        np.minimum(shapes.left, length),
        np.minimum(shapes.right, length),
        np.full(count, length, dtype=np.int64),
        shapes.weight * amplicon.weight,
    )


def _primed_in_first_copy(haplotype: Haplotype, amplicon: Amplicon) -> bool:
    """Whether the right primer lies in the segment, or begins there, and binds in both copies.

    Where it does, the shorter product is made: what is primed in the second copy holds the first
    one. A primer of which the segment holds the 5' end alone binds in front of the second copy; one
    that was cut off the reads and reaches out of the segment, behind it.
    """
    if haplotype.insertion is None or haplotype.beside:
        return False
    first, last = haplotype.segment
    cut = amplicon.cut[1]
    return first < amplicon.end + bool(cut) and amplicon.end + cut <= last


def _begins_in_first_copy(haplotype: Haplotype, amplicon: Amplicon) -> bool:
    """Whether the segment holds the first base, but not the 5' end of a left primer that was cut.

    Such a primer binds in front of the first copy alone.
    """
    if haplotype.insertion is None or haplotype.beside:
        return False
    first, last = haplotype.segment
    return amplicon.start - amplicon.cut[0] < first <= amplicon.start <= last


def _replaced_by_primer(haplotype: Haplotype, amplicon: Amplicon) -> bool:
    """Whether the segment ends, or begins, before the 3' end of a primer of the amplicon.

    The 3' end binds once, between the copies and the product, so that the primer's own bases stand
    where the copies were.
    """
    if haplotype.insertion is None or haplotype.beside or amplicon.primers is None:
        return False
    first, last = haplotype.segment
    return last < amplicon.primers.left_end or amplicon.primers.right_start < first
