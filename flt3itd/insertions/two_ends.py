"""Insertions that no single read need hold, put together from the reads at both of their ends.

Reads over a long insertion of other sequence, or of an inverted copy, are clipped at one end of it.
Those that are clipped at the same base and go on alike have a consensus; where that from the left
ends as that from the right begins, both are one sequence. All coordinates 0-based half-open, plus
strand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, takewhile
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.haplotype import Change, change_between
from flt3itd.reads.columns import stretches, true_by_row

LEAST_FRAGMENTS = 3
"""Fragments that must show one thing alike, an end or a disagreement, before it is proposed."""
OVERLAP = 16
"""Bases that two ends share where they are one sequence: alike by chance in 1 of 10^7 pairs of
100 bases."""
BASES_FOR_A_MISMATCH = 20
"""Of so many bases that two ends share one may be misread."""
_MAJORITY = 0.7
"""Share of the bases of a column that agree; where fewer do, or one read is left, the consensus
ends."""
_MOST_ASKED = 64
_BESIDE = 100
"""Bases of the reference beside an end that the reads of the other one may have reached."""
_SAME_PLACE = 20
"""Bases between two ends of one insertion that share some bases with the reference by chance."""
MOST_REPLACED = 60
MOST_COPIED = 400
"""Bases of the reference that may be replaced, or stand on both sides of the insertion."""


class ClippedEnd(NamedTuple):
    """The bases that fragments show beyond the place where their reads are clipped alike.

    Those of a clip on the right begin at `place`, those of one on the left end there; `anchor`
    stands on the other side of it. Both are empty where fewer than `LEAST_FRAGMENTS` show them.
    """

    place: int
    on_right: bool
    bases: str
    anchor: str
    fragments: frozenset[int]


class BothEnds(NamedTuple):
    """What fragments that are clipped on both sides of a place show, though the ends do not meet.

    The insertion has so many `bases` at least; each of the `fragments` shows one end or both.
    """

    bases: int
    fragments: int


def agreed_bases(texts: Iterable[str]) -> Iterator[str]:
    """What texts that begin at the same base have in common, as far as two of them agree."""
    left = list(texts)
    shortest = min(map(len, left), default=0)
    for at in count():
        if at >= shortest:
            left = [text for text in left if len(text) > at]
            shortest = min(map(len, left), default=0)
        if len(left) < 2:
            return
        column = [text[at] for text in left]
        base, number = column[0], column.count(column[0])
        if number < len(column):
            base, number = Counter(column).most_common(1)[0]
        if number < 2 or number < _MAJORITY * len(left):
            return
        yield base


def common_bases(texts: Iterable[str]) -> str:
    """The same up to an unknown base (N); the longest texts are asked, `_MOST_ASKED` at most."""
    longest = sorted(texts, key=len)[-_MOST_ASKED:]
    return "".join(takewhile(lambda base: base != "N", agreed_bases(longest)))


def put_together(
    ends: Sequence[ClippedEnd], reference: str
) -> Iterator[tuple[Change, ClippedEnd, ClippedEnd]]:
    """The changes of a reference that an end on the left and one on the right make together."""
    for one, other in facing(ends):
        before = reference[max(0, one.place - _BESIDE) : one.place]
        behind = reference[other.place : other.place + _BESIDE]
        whole = _joined(before + one.bases, other.bases + behind)
        if whole is None:
            continue
        start, end = one.place - len(before), other.place + len(behind)
        if start > end:
            start, whole = end, reference[end:start] + whole
        change = change_between(reference, start, end, whole)
        if change is not None:
            yield change, one, other


def ends_of_one(ends: Sequence[ClippedEnd]) -> dict[int, BothEnds]:
    """By place, what two of the ends show of one insertion without meeting.

    They may share fewer than `OVERLAP` bases.
    """
    found: dict[int, BothEnds] = {}
    for one, other in facing(ends):
        if other.place - one.place <= _SAME_PLACE:
            bases = len(one.bases) + len(other.bases) - (OVERLAP - 1)
            shown = BothEnds(bases, len(one.fragments | other.fragments))
            for end in (one, other):
                found[end.place] = max(shown, found.get(end.place, shown))
    return found


def facing(ends: Sequence[ClippedEnd]) -> Iterator[tuple[ClippedEnd, ClippedEnd]]:
    """Each two ends that may be the left and the right one of one insertion."""
    enough = [end for end in ends if len(end.fragments) >= LEAST_FRAGMENTS]
    for one in enough:
        for other in enough:
            apart = other.place - one.place
            if one.on_right and not other.on_right and -MOST_COPIED <= apart <= MOST_REPLACED:
                yield one, other


def _joined(left: str, right: str) -> str | None:
    """One sequence that begins as `left` and ends as `right`; None where they do not meet."""
    longest = min(len(left), len(right))
    if longest < OVERLAP:
        return None
    begin = np.frombuffer(right[:longest].encode("ascii"), dtype=np.uint8)
    # Row by row fewer bases of the end of `left`, and behind them as many zeros, which no base is.
    end = np.frombuffer(left[-longest:].encode("ascii") + bytes(longest), dtype=np.uint8)
    zeros = np.arange(longest - OVERLAP + 1)
    ends = stretches(end, longest)[: len(zeros)]
    differing = true_by_row(ends != begin) - zeros
    meeting = np.flatnonzero(differing <= (longest - zeros) // BASES_FOR_A_MISMATCH)
    return left + right[longest - int(meeting[0]) :] if len(meeting) else None
