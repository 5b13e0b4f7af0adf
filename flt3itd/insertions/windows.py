"""Windows: short stretches of a haplotype that tell where a molecule comes from.

Every passage of a mutant from one stretch of the reference to another is a junction, and has a
window, and so have neighbouring junctions together, as far as a read can span them: they tell how
many copies follow each other. The two boundaries of each duplicated or deleted segment have
windows as they stand in the reference. A fragment shows a window when one of its reads covers it
wholly. How often a window occurs in each haplotype is looked up in the sequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, NewType

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.copies import junctions
from flt3itd.insertions.haplotype import Haplotype, SmallChange, Substitution
from flt3itd.reads.columns import Bases, stretches

WindowId = NewType("WindowId", int)
"""The number of a window in its set: the bit that it has in a pattern of windows."""

ANCHOR = 6
"""Bases that a read must show on each side of a junction or boundary."""
WIDEST_ANCHOR = 40
MOST_WINDOWS = 62
"""They fit into the bits of one mask; haplotypes that are left over are noise."""
LONGEST_READ = 10_000
_SIMILAR = 2
"""Occurrences with up to this many mismatches can be mistaken for the window."""
_LEAST_SEARCHED = 900
"""Bases on each side within which a window must tell haplotypes apart, however short they are."""
_GROWN_BY = 3


class Occurrence(NamedTuple):
    """A window in one haplotype: haplotype coordinates, 0-based half-open."""

    window: WindowId
    start: int
    end: int


class OwnWindows(NamedTuple):
    """The windows that one haplotype brought into a set.

    `junctions` are those of its changes, which the reference has not; `boundaries` are two for
    each change, the first two those of the insertion or deletion itself.
    """

    junctions: tuple[WindowId, ...] = ()
    boundaries: tuple[WindowId, ...] = ()

    @property
    def all(self) -> tuple[WindowId, ...]:
        """Junctions, then boundaries."""
        return self.junctions + self.boundaries


@dataclass(frozen=True)
class WindowSet:
    """The windows of all haplotypes, each once.

    `occurrences[h]` lists where they occur in haplotype h, `own[h]` which of them h brought;
    haplotype 0 is the reference.
    """

    count: int
    occurrences: tuple[tuple[Occurrence, ...], ...]
    own: tuple[OwnWindows, ...]

    def shown(
        self, haplotype: int, start: npt.NDArray[np.int64], end: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Bit mask of the windows that stretches [start, end) of a haplotype cover."""
        mask = np.zeros(len(start), dtype=np.int64)
        for window in self.occurrences[haplotype]:
            covers = (start <= window.start) & (end >= window.end)
            mask |= covers.astype(np.int64) << window.window
        return mask

    def mask(self, haplotype: int) -> int:
        """The mask of all windows that stand in a haplotype."""
        return mask_of(each.window for each in self.occurrences[haplotype])

    def junction_mask(self, haplotype: int) -> int:
        """The mask of the junction windows that a haplotype brought."""
        return mask_of(self.own[haplotype].junctions)

    def tell_apart(self, haplotype: int, mutants: Sequence[int]) -> bool:
        """Whether a haplotype differs from the reference in a window that some mutants brought."""
        brought = mask_of(window for mutant in mutants for window in self.own[mutant].all)
        return bool((self.mask(haplotype) ^ self.mask(0)) & brought)

    def shares_junctions(self, haplotype: int) -> bool:
        """Whether a junction window of this haplotype stands in another one too."""
        mask = self.junction_mask(haplotype)
        return any(
            mask & (1 << each.window)
            for other, found in enumerate(self.occurrences)
            if other != haplotype
            for each in found
        )


def mask_of(windows: Iterable[WindowId]) -> int:
    """The pattern in which exactly these windows are shown."""
    return sum(1 << window for window in set(windows))


@dataclass
class _Collection:
    """Windows while they are being found; a junction that two haplotypes bring is one window."""

    haplotypes: Sequence[Haplotype]
    reach: int
    found: list[list[Occurrence]] = field(init=False)
    known: dict[object, WindowId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.found = [[] for _ in self.haplotypes]

    def add(self, key: object, places: Sequence[Sequence[tuple[int, int]]]) -> WindowId:
        """The window of a key; `places[h]` are its intervals in haplotype h."""
        if key in self.known:
            return self.known[key]
        window = WindowId(len(self.known))
        self.known[key] = window
        for occurrences, intervals in zip(self.found, places, strict=True):
            occurrences.extend(Occurrence(window, *interval) for interval in intervals)
        return window


def find_windows(haplotypes: Sequence[Haplotype], longest_read: int = LONGEST_READ) -> WindowSet:
    """Choose the windows of every haplotype and find them in all of them.

    Junctions that no read of `longest_read` bases spans together have no window together.
    """
    collection = _Collection(haplotypes, _reach(haplotypes))
    searched = max(_LEAST_SEARCHED, collection.reach)
    own: list[OwnWindows] = [OwnWindows()]
    for number in range(1, len(haplotypes)):
        marked = [
            _junction_window(haplotypes, number, interval, searched)
            for interval in _spans(haplotypes[number], longest_read)
        ]
        told = _telling_window(haplotypes, number, marked, longest_read, searched)
        marked += [told] if told is not None else []
        edges = list(_boundaries(haplotypes[number]))
        if len(collection.known) + len(marked) + len(edges) > MOST_WINDOWS:
            own.append(OwnWindows())
            continue
        inside = tuple(_add_junction(collection, number, each) for each in marked)
        outside = tuple(_add_boundary(collection, *each, searched) for each in edges)
        own.append(OwnWindows(tuple(dict.fromkeys(inside)), outside))
    return WindowSet(
        len(collection.known), tuple(tuple(each) for each in collection.found), tuple(own)
    )


def _reach(haplotypes: Sequence[Haplotype]) -> int:
    """How far from its own place a window may stand: as far as the longest change shifts it.

    Farther away stands what is alike by chance: the depth may be another there.
    """
    changes = [abs(part.length) for haplotype in haplotypes for part in haplotype.parts]
    return WIDEST_ANCHOR + max([*changes, *(abs(one.length_change) for one in haplotypes)])


def _spans(haplotype: Haplotype, longest_read: int) -> Iterator[tuple[int, int]]:
    """Each junction, and neighbouring ones together as far as a read can span them."""
    places = junctions(haplotype)
    for count in range(1, len(places) + 1):
        for first, last in zip(places, places[count - 1 :], strict=False):
            start, end = min(first[0], last[0]), max(first[1], last[1])
            if count == 1 or end - start + 2 * ANCHOR <= longest_read:
                yield start, end


def _boundaries(haplotype: Haplotype) -> Iterator[tuple[SmallChange, int]]:
    """Each change with the reference positions at both ends of its segment, the main one first."""
    own = () if haplotype.change is None else (haplotype.change,)
    for part in (*own, *haplotype.beside):
        if not isinstance(part, Substitution):
            for boundary in Haplotype(haplotype.reference, part).segment:
                yield part, boundary


def _add_junction(collection: _Collection, own: int, interval: tuple[int, int]) -> WindowId:
    start, end = interval
    sequence = collection.haplotypes[own].bases[start:end]
    places = [
        [
            (place, place + len(sequence))
            for place in _places(sequence, other.bases, start, 0, collection.reach).tolist()
        ]
        for other in collection.haplotypes
    ]
    if not places[own]:
        places[own] = [interval]
    return collection.add(sequence.tobytes(), places)


def _add_boundary(
    collection: _Collection, change: SmallChange, boundary: int, searched: int
) -> WindowId:
    """A boundary that two changes share counts for each of them."""
    start, end = _boundary_window(collection.haplotypes, boundary, searched)
    sequence = collection.haplotypes[0].bases[start:end]
    places = [
        [
            (place, place + len(sequence))
            for place in _places(sequence, other.bases, start, _SIMILAR, collection.reach).tolist()
        ]
        for other in collection.haplotypes
    ]
    return collection.add((change, boundary), places)


def _junction_window(
    haplotypes: Sequence[Haplotype], own: int, interval: tuple[int, int], searched: int
) -> tuple[int, int]:
    """The smallest stretch around junctions that no other haplotype merely resembles.

    Another may have the same junction; the reference has it never.
    """
    left, right = interval
    others = [
        (_Growing(haplotypes[own].bases, interval, other.bases, searched), other)
        for index, other in enumerate(haplotypes)
        if index != own
    ]
    for similar in (_SIMILAR, 0):
        for anchor in range(ANCHOR, WIDEST_ANCHOR + 1):
            if all(_tells(grown, anchor, similar, other) for grown, other in others):
                return left - anchor, right + anchor
    return left - WIDEST_ANCHOR, right + WIDEST_ANCHOR


def _tells(grown: _Growing, anchor: int, similar: int, other: Haplotype) -> bool:
    """Whether a stretch with a junction stands in another mutant as it is, or not at all."""
    alike = grown.places(anchor, similar)
    if not alike or not other.parts:
        return not alike
    return alike == grown.places(anchor, 0)


def _telling_window(
    haplotypes: Sequence[Haplotype],
    own: int,
    marked: Sequence[tuple[int, int]],
    longest_read: int,
    searched: int,
) -> tuple[int, int] | None:
    """Where another haplotype has all junctions of this one: a stretch that it has not."""
    bases = haplotypes[own].bases

    def holds(other: Haplotype, start: int, end: int) -> bool:
        near = other.bases[max(0, start - searched) : end + searched]
        return bases[start:end].tobytes() in near.tobytes()

    rivals = [
        other
        for index, other in enumerate(haplotypes)
        if index != own and marked and all(holds(other, *interval) for interval in marked)
    ]
    if not rivals:
        return None
    left, right = min(start for start, _ in marked), max(end for _, end in marked)
    for grown in range(_GROWN_BY, longest_read - (right - left) + 1, _GROWN_BY):
        for begin, behind in ((grown, 0), (0, grown), (grown, grown)):
            start, end = left - begin, right + behind
            if start < 0 or end > len(bases) or end - start > longest_read:
                continue
            if not any(holds(other, start, end) for other in rivals):
                return start - min(begin, ANCHOR), end + min(behind, ANCHOR)
    return None


def _boundary_window(
    haplotypes: Sequence[Haplotype], boundary: int, searched: int
) -> tuple[int, int]:
    """The smallest stretch around a reference position that nothing merely resembles."""
    reference, interval = haplotypes[0].bases, (boundary, boundary)
    all_grown = [_Growing(reference, interval, other.bases, searched) for other in haplotypes]
    for anchor in range(ANCHOR, WIDEST_ANCHOR + 1):
        if all(grown.places(anchor, _SIMILAR) == grown.places(anchor, 0) for grown in all_grown):
            break
    return boundary - anchor, boundary + anchor


class _Growing:
    """In how many places a stretch of one haplotype that grows to both sides stands in another.

    A longer one stands, or nearly so, only where the shortest does: others are not looked at.
    """

    def __init__(self, source: Bases, interval: tuple[int, int], other: Bases, searched: int):
        """`interval` of the source grows by anchors; places within `searched` bases of it count."""
        self._source, self._other, self._searched = source, other, searched
        self._left, self._right = interval
        shortest = source[self._left - ANCHOR : self._right + ANCHOR]
        beyond = searched + WIDEST_ANCHOR
        self._middle = _places(shortest, other, self._left, _SIMILAR, beyond).tolist()

    def places(self, anchor: int, mismatches: int) -> int:
        """Places of the stretch with an anchor on both sides, with at most so many mismatches."""
        sequence = self._source[self._left - anchor : self._right + anchor]
        first = max(0, self._left - self._searched)
        last = min(len(self._other) - len(sequence), self._left + self._searched)
        begins = (place - (anchor - ANCHOR) for place in self._middle)
        return sum(
            int(np.count_nonzero(self._other[begin : begin + len(sequence)] != sequence))
            <= mismatches
            for begin in begins
            if first <= begin <= last
        )


def _places(
    sequence: Bases, haplotype: Bases, near: int, mismatches: int, reach: int
) -> npt.NDArray[np.int64]:
    """Where a sequence begins, within reach of a position, with at most so many mismatches."""
    begin = max(0, near - reach)
    stretch = haplotype[begin : near + reach + len(sequence)]
    if len(stretch) < len(sequence):
        return np.zeros(0, dtype=np.int64)
    # A row for each base of the sequence, since sums over long rows are much faster.
    rows = stretches(stretch, len(stretch) - len(sequence) + 1)
    differing = (rows != sequence[:, None]).sum(axis=0, dtype=np.int32)
    return begin + np.flatnonzero(differing <= mismatches)
