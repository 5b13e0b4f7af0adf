"""Windows: short stretches of a haplotype that tell where a molecule comes from.

Each insertion or deletion has three: its junction, which only the mutant has, and the two
boundaries of the duplicated or deleted segment as they stand in the reference. A fragment shows a
window when one of its reads covers it wholly. How often a window occurs in each haplotype is looked
up in the sequences.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.haplotype import Bases, Haplotype

ANCHOR = 6
"""Bases that a read must show on each side of a junction or boundary."""
WIDEST_ANCHOR = 40
_SIMILAR = 2
"""Occurrences with up to this many mismatches can be mistaken for the window."""
_SEARCH_REACH = 900


@dataclass(frozen=True)
class Occurrence:
    """A window in one haplotype: haplotype coordinates, 0-based half-open."""

    window: int
    start: int
    end: int


@dataclass(frozen=True)
class WindowSet:
    """The windows of all changes, numbered 3 * i (junction), 3 * i + 1 and + 2 (boundaries).

    `occurrences[h]` lists where they occur in haplotype h; haplotype 0 is the wild type and
    haplotype i + 1 carries change i.
    """

    count: int
    occurrences: tuple[tuple[Occurrence, ...], ...]

    def shown(
        self, haplotype: int, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Bit mask of the windows that stretches [start, end) of a haplotype cover."""
        mask = np.zeros(len(start), dtype=np.int64)
        for window in self.occurrences[haplotype]:
            covers = (start <= window.start) & (end >= window.end)
            mask |= covers.astype(np.int64) << window.window
        return mask


def junction_bit(change: int) -> int:
    """The mask of the junction window of change number `change` (from 0)."""
    return 1 << (3 * change)


def find_windows(haplotypes: Sequence[Haplotype]) -> WindowSet:
    """Choose the windows of every change and find them in every haplotype."""
    found: list[list[Occurrence]] = [[] for _ in haplotypes]
    # Farther away stands what is alike by chance: the depth may be another there.
    reach = max(abs(haplotype.length_change) for haplotype in haplotypes) + WIDEST_ANCHOR
    for number, haplotype in enumerate(haplotypes[1:]):
        junction = _junction_window(haplotypes, number + 1)
        found[number + 1].append(Occurrence(3 * number, *junction))
        for which, boundary in enumerate(haplotype.segment, start=1):
            start, end = _boundary_window(haplotypes, boundary)
            sequence = haplotypes[0].bases[start:end]
            for index, other in enumerate(haplotypes):
                found[index].extend(
                    Occurrence(3 * number + which, place, place + len(sequence))
                    for place in _places(sequence, other.bases, boundary, _SIMILAR)
                    if abs(place - start) <= reach
                )
    return WindowSet(3 * (len(haplotypes) - 1), tuple(tuple(each) for each in found))


def _junction_window(haplotypes: Sequence[Haplotype], own: int) -> tuple[int, int]:
    """The smallest stretch around a junction that no other haplotype resembles."""
    haplotype = haplotypes[own]
    left, right = haplotype.junction
    others = [other for index, other in enumerate(haplotypes) if index != own]
    for similar in (_SIMILAR, 0):
        for anchor in range(ANCHOR, WIDEST_ANCHOR + 1):
            start, end = left - anchor, right + anchor
            sequence = haplotype.bases[start:end]
            if not any(len(_places(sequence, other.bases, left, similar)) for other in others):
                return start, end
    return left - WIDEST_ANCHOR, right + WIDEST_ANCHOR


def _boundary_window(haplotypes: Sequence[Haplotype], boundary: int) -> tuple[int, int]:
    """The smallest stretch around a reference position that nothing merely resembles."""
    reference = haplotypes[0].bases
    for anchor in range(ANCHOR, WIDEST_ANCHOR + 1):
        sequence = reference[boundary - anchor : boundary + anchor]
        if all(
            len(_places(sequence, other.bases, boundary, _SIMILAR))
            == len(_places(sequence, other.bases, boundary, 0))
            for other in haplotypes
        ):
            break
    return boundary - anchor, boundary + anchor


def _places(sequence: Bases, haplotype: Bases, near: int, mismatches: int) -> npt.NDArray[np.int64]:
    """Where a sequence occurs around a position with at most so many mismatches."""
    begin = max(0, near - _SEARCH_REACH)
    stretch = haplotype[begin : near + _SEARCH_REACH]
    if len(stretch) < len(sequence):
        return np.zeros(0, dtype=np.int64)
    view = np.lib.stride_tricks.sliding_window_view(stretch, len(sequence))
    differing = (view != sequence).sum(axis=1)
    return begin + np.flatnonzero(differing <= mismatches)
