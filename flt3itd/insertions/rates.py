"""How often the fragments of a haplotype are expected to show each pattern of windows.

A fragment lies at any of its possible placements: all starts, with the read and fragment lengths of
this sample, or the amplicons. Both mates of a fragment show one pattern (a mask of windows).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.windows import WindowSet
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import Floats, FragmentShapes, Integers

_FEW_PATTERNS = 1 << 16
"""Up to so many possible patterns there is a sum for each."""
PlacedFragments = tuple[Integers, Integers, Integers, Integers, Floats]
"""First bases on a haplotype, lengths of the left and right reads, of the fragments; weights."""


class Capture(Protocol):
    """What is known of how well a capture catches fragments."""

    def caught(self, haplotype: Haplotype, starts: Integers, lengths: Integers) -> Floats:
        """How well fragments of a haplotype are caught; starts are those on it, 0-based."""


def pattern_rates(
    haplotypes: Sequence[Haplotype],
    windows: WindowSet,
    shapes: FragmentShapes,
    amplicons: Sequence[Amplicon] = (),
    capture: Capture | None = None,
) -> list[dict[int, float]]:
    """For each haplotype, the expected number of placements that show each pattern.

    With amplicons the placements are the amplicons; else every start is a placement, or counts
    as well as a `capture` catches the fragment. The first haplotype is the wild type: its product
    is what an amplicon makes of molecules whose copies its primers replace.
    """
    rates: list[dict[int, float]] = []
    for index, haplotype in enumerate(haplotypes):
        if not windows.occurrences[index]:
            rates.append({})
            continue
        if amplicons:
            products = [0 if _replaced_by_primer(haplotype, one) else index for one in amplicons]
            placements = [
                (made, amplicon_placements(haplotypes[made], one, shapes))
                for made, one in zip(products, amplicons, strict=True)
            ]
        else:
            placements = [(index, _shotgun_placements(index, windows, shapes, haplotype, capture))]
        found: dict[int, float] = {}
        for made, (starts, lefts, rights, lengths, weights) in placements:
            mask = windows.shown(made, starts, starts + lefts)
            paired = rights > 0
            mask |= np.where(
                paired, windows.shown(made, starts + lengths - rights, starts + lengths), 0
            )
            for pattern, weight in _weight_of_each(mask, weights):
                if pattern:
                    found[pattern] = found.get(pattern, 0.0) + weight
        rates.append(found)
    return rates


def _weight_of_each(masks: Integers, weights: Floats) -> Iterable[tuple[int, float]]:
    """The masks that there are, each with the sum of its weights."""
    if masks.max(initial=0) < _FEW_PATTERNS:  # few windows: no need to sort hundred thousands
        sums = np.bincount(masks, weights=weights)
        present = np.flatnonzero(sums)
        return zip(present.tolist(), sums[present].tolist(), strict=True)
    present, inverse = np.unique(masks, return_inverse=True)
    sums = np.bincount(inverse, weights=weights)
    return zip(present.tolist(), sums.tolist(), strict=True)


def _shotgun_placements(
    index: int,
    windows: WindowSet,
    shapes: FragmentShapes,
    haplotype: Haplotype,
    capture: Capture | None,
) -> PlacedFragments:
    first = min(window.start for window in windows.occurrences[index])
    last = max(window.end for window in windows.occurrences[index])
    starts = np.arange(first - int(shapes.length.max()), last, dtype=np.int64)
    count = len(shapes.weight)
    placed, lengths = np.tile(starts, count), np.repeat(shapes.length, len(starts))
    weights = np.repeat(shapes.weight, len(starts))
    if capture is not None:
        weights = weights * capture.caught(haplotype, placed, lengths)
    return (
        placed,
        np.repeat(shapes.left, len(starts)),
        np.repeat(shapes.right, len(starts)),
        lengths,
        weights,
    )


def amplicon_placements(
    haplotype: Haplotype, amplicon: Amplicon, library: FragmentShapes
) -> PlacedFragments:
    """Where the fragments of one amplicon lie on a haplotype, primer to primer, for each shape."""
    shapes = amplicon.shapes or library
    start, end = (
        place + haplotype.shift_before(place) for place in (amplicon.start, amplicon.end + 1)
    )
    end -= 1
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
    one. A primer of which the segment holds the 5' end alone binds in front of the second copy.
    """
    if haplotype.insertion is None or haplotype.beside:
        return False
    first, last = haplotype.segment
    return first < amplicon.end <= last


def _replaced_by_primer(haplotype: Haplotype, amplicon: Amplicon) -> bool:
    """Whether the segment ends, or begins, before the 3' end of a primer of the amplicon.

    The 3' end binds once, between the copies and the product, so that the primer's own bases stand
    where the copies were.
    """
    if haplotype.insertion is None or haplotype.beside or amplicon.primers is None:
        return False
    first, last = haplotype.segment
    return last < amplicon.primers.left_end or amplicon.primers.right_start < first
