"""Stubs: reads of an amplicon that all end a few bases behind a junction.

Fragments of a capture pass a junction anywhere, those of an amplicon at one cycle. Where that is
near the end of the read, too few bases lie behind it to be placed, and nothing would be proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import ne
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.junctions import GROUPING_BASES
from flt3itd.reads.read_set import ReadSet, SplitRead

SHORTEST = 6
"""Clipped bases that must be alike: as many are by chance in one read of 4,096."""
_OTHER_BASES = 2
"""Of them so many are not those of the reference, which was clipped for another reason."""
_FLANK = 12
"""Aligned bases beside a clip by which reads are found that go on into the same bases."""
_GO_ON = 0.1
"""Of the clipped fragments, as many reads that go on show what it is: a small change."""
_ALIKE = 0.5
"""Of the fragments that are clipped at a place, so many must be alike: UMIs are not."""


class _Stub(NamedTuple):
    """A clip: its place (template coordinate), and the read from `_FLANK` bases before it on.

    `bases` run from there into the clip; where that is on the left, from its first base.
    """

    place: int
    on_right: bool
    bases: str


def stubs(reads: ReadSet, reference: str, fewest: int) -> dict[int, int]:
    """Fragments that end a few bases behind a place, alike and unlike the reference, by the place.

    At least `fewest` do, most of those that end there, and no other reads go on in the same way.
    `reference` is the sequence (plus strand) of whose coordinates the places are, 0-based.
    """
    groups: defaultdict[_Stub, set[int]] = defaultdict(set)
    clipped: defaultdict[tuple[int, bool], set[int]] = defaultdict(set)
    split = reads.columns()
    short = [
        (clip >= SHORTEST) & (clip < GROUPING_BASES)
        for clip in (split.clipped_first, split.clipped_last)
    ]
    for row in np.flatnonzero(short[0] | short[1]).tolist():
        read = reads.split[row]
        for stub in _stubs_of(read, reference):
            groups[stub].add(read.fragment)
            clipped[stub.place, stub.on_right].add(read.fragment)
    found: dict[int, int] = {}
    for stub, fragments in groups.items():
        least = max(fewest, _ALIKE * len(clipped[stub.place, stub.on_right]))
        if len(fragments) >= least and _going_on(reads, stub.bases) <= _GO_ON * len(fragments):
            found[stub.place] = max(found.get(stub.place, 0), len(fragments))
    return found


def _stubs_of(read: SplitRead, reference: str) -> Iterator[_Stub]:
    """The clips of a read that are too short to be placed, and that the reference is unlike."""
    begin, end, size = read.aligned_start, read.aligned_end, len(read.sequence)
    if SHORTEST <= size - end < GROUPING_BASES:
        place, clip = end + read.last_diagonal, read.sequence[end : end + SHORTEST]
        if sum(map(ne, clip, reference[place : place + SHORTEST])) >= _OTHER_BASES:
            yield _Stub(place, True, read.sequence[max(begin, end - _FLANK) : end] + clip)
    if SHORTEST <= begin < GROUPING_BASES:
        place, clip = begin + read.first_diagonal, read.sequence[begin - SHORTEST : begin]
        if sum(map(ne, clip, reference[place - SHORTEST : place])) >= _OTHER_BASES:
            yield _Stub(place, False, clip + read.sequence[begin : min(end, begin + _FLANK)])


def _going_on(reads: ReadSet, bases: str) -> int:
    """The reads that hold some bases within them, not at a clipped end."""
    return sum(
        bases in one.sequence[: len(one.sequence) - SHORTEST] and bases in one.sequence[SHORTEST:]
        for one in reads.split
    )
