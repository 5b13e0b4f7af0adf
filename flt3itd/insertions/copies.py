"""How a mutant is put together from stretches of the reference: blocks, copies and fillers.

A stretch of the mutant that lies on the reference without a gap is a block; its shift is mutant
minus reference coordinate. An ITD is a step to a larger shift and so to a copy of what went before,
three copies are two such steps, a deletion is a step back. All coordinates 0-based half-open, plus
strand.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.haplotype import (
    Change,
    Haplotype,
    Insertion,
    SmallChange,
    Substitution,
    encode,
)
from flt3itd.reads.columns import Bases
from flt3itd.reads.kmer_aligner import KmerIndex

_SEED = 8
_LEAST_VOTES = 3
_MOST_SHIFTS = 12
_REACH = 60
"""Bases beside a mutant's own length within which its stretches are looked for."""
FLANK = 40
"""Reference bases beside a change on which its blocks begin and end."""
LEAST_BLOCK = 12
"""Shorter stretches resemble the reference by chance: filler."""
_MISMATCH, _FILLER_BASE, _FILLER_END, _STEP = 2.5, 0.6, 1.5, 3.0
"""What a mismatch, a filler base, each end of a filler and a step to another shift cost."""
LONG_FILLER = 40
"""Bases of a filler of which either end is a junction: few reads of 75 bases span it."""
_BESIDE_LONG_FILLER = 24
"""Bases that a read must have there, with the six of every window: from 30 on bwa mem aligns it."""
LEAST_TANDEM = 20
"""Copied bases between fillers or gaps that make an insertion a duplication."""
NEAR = 30
"""Reference bases that may lie between such a copy and the place of the insertion."""


class Block(NamedTuple):
    """Mutant bases [start, end) lie on the reference at start - shift to end - shift."""

    start: int
    end: int
    shift: int


def blocks(
    sequence: str, reference: str, start: int, end: int, shifts: Sequence[int]
) -> list[Block]:
    """The cheapest reading of sequence[start:end] as blocks with fillers between them.

    It begins on the first of `shifts` and ends on the last; others are found by shared 8-mers.
    """
    own = encode(sequence[start:end])
    known = _shifts(sequence, reference, start, end, shifts)
    differs = np.stack([_differing(own, encode(reference), start - one) for one in known])
    path = _cheapest_path(differs, known.index(shifts[0]), known.index(shifts[-1]))
    found: list[Block] = []
    for place, state in enumerate(path.tolist(), start=start):
        if state == len(known):
            continue
        if found and found[-1].end == place and found[-1].shift == known[state]:
            found[-1] = Block(found[-1].start, place + 1, known[state])
        else:
            found.append(Block(place, place + 1, known[state]))
    inner = [one for one in found[1:-1] if one.end - one.start >= LEAST_BLOCK]
    return _joined([*found[:1], *inner, *found[1:][-1:]])


def _joined(found: list[Block]) -> list[Block]:
    """Neighbours of one shift as one block: what lay between them was no stretch of its own."""
    joined: list[Block] = []
    for one in found:
        if joined and joined[-1].shift == one.shift:
            joined.append(Block(joined.pop().start, one.end, one.shift))
        else:
            joined.append(one)
    return joined


def _shifts(sequence: str, reference: str, start: int, end: int, given: Sequence[int]) -> list[int]:
    reach = end - start + _REACH
    low = max(0, start - max(given) - reach)
    index = KmerIndex.of(reference, _SEED, [(low, end - min(given) + reach)])
    votes = index.diagonals(sequence[start:end])
    best = sorted(votes.items(), key=lambda item: (-item[1], abs(item[0])))[:_MOST_SHIFTS]
    found = [start - diagonal for diagonal, count in best if count >= _LEAST_VOTES]
    return list(dict.fromkeys((*given, *found)))


def _differing(own: Bases, reference: Bases, first: int) -> npt.NDArray[np.float64]:
    """1 where `own` differs from the reference from `first` on, or lies beyond its ends."""
    place = np.arange(first, first + len(own))
    inside = (place >= 0) & (place < len(reference))
    return np.where(inside & (reference[np.clip(place, 0, len(reference) - 1)] == own), 0.0, 1.0)


def _cheapest_path(
    differs: npt.NDArray[np.float64], first: int, last: int
) -> npt.NDArray[np.int64]:
    """The state (row of `differs`, or their number for filler) of each base (Viterbi)."""
    states, size = len(differs) + 1, differs.shape[1]
    emitted = np.vstack((_MISMATCH * differs, np.full((1, size), _FILLER_BASE)))
    move = np.full((states, states), _STEP)
    move[-1, :] = move[:, -1] = _FILLER_END
    np.fill_diagonal(move, 0.0)
    cost = np.full(states, np.inf)
    cost[first] = emitted[first, 0]
    came = np.zeros((size, states), dtype=np.int64)
    for place in range(1, size):
        total = cost[:, None] + move
        came[place] = total.argmin(axis=0)
        cost = total.min(axis=0) + emitted[:, place]
    path = np.empty(size, dtype=np.int64)
    path[-1] = last
    for place in range(size - 1, 0, -1):
        path[place - 1] = came[place, path[place]]
    return path


@lru_cache(maxsize=256)
def part_blocks(reference: str, part: Change) -> tuple[Block, ...]:
    """The blocks of the mutant with this change alone, from a flank left of it to one right."""
    mutant = Haplotype(reference, part)
    low, high = mutant.junction
    return tuple(
        blocks(
            mutant.sequence,
            reference,
            max(0, low - FLANK),
            min(len(mutant.sequence), high + FLANK),
            (0, part.length),
        )
    )


def origins(haplotype: Haplotype, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The reference base that each base of a haplotype is a copy of; for new bases, one near.

    Coordinates beyond the ends of the haplotype lead beyond those of the reference.
    """
    found = blocks_of(haplotype)
    if len(found) <= 2:
        return haplotype.origin(places)
    ends = np.array([one.end for one in found[:-1]])
    shifts = np.array([one.shift for one in found])
    found_at: npt.NDArray[np.int64] = places - shifts[np.searchsorted(ends, places, side="right")]
    return found_at


def blocks_of(haplotype: Haplotype) -> tuple[Block, ...]:
    """The blocks of an insertion (with a change in a copy, or many copies, more than two)."""
    if haplotype.insertion is None:
        return ()
    shift = haplotype.shift_before(haplotype.insertion.start)
    return tuple(
        Block(one.start + shift, one.end + shift, one.shift + shift)
        for one in part_blocks(haplotype.reference, haplotype.insertion)
    )


def junctions(haplotype: Haplotype) -> list[tuple[int, int]]:
    """Where the haplotype passes from one block to the next: haplotype coordinates, sorted.

    Each interval holds the filler, or the bases that could belong to either block. An ITD has one,
    three copies have two; each small change beside has its own.
    """
    found: list[tuple[int, int]] = []
    for part in haplotype.parts:
        if isinstance(part, Substitution):
            continue
        shift = haplotype.place_of(part) - part.start
        found += [(low + shift, high + shift) for low, high in _part_junctions(haplotype, part)]
    return found


def _part_junctions(haplotype: Haplotype, part: Change) -> list[tuple[int, int]]:
    mutant = Haplotype(haplotype.reference, part)
    low, high = mutant.junction
    if high - low < LEAST_BLOCK:
        return [(low, high)]
    inner = part_blocks(haplotype.reference, part)
    if len(inner) == 2 and inner[0].end == inner[1].start:
        # Other bases near the end of a copy were taken for a filler up to there.
        meeting = _meeting(mutant.sequence, haplotype.reference, *inner)
        if meeting[1] - meeting[0] < LEAST_BLOCK:
            return [meeting]
    if len(inner) <= 2:
        return _ends_of((low, high), inner, mutant)
    return [
        end
        for pair in pairwise(inner)
        for end in _ends_of(_meeting(mutant.sequence, haplotype.reference, *pair), pair, mutant)
    ]


def _ends_of(
    meeting: tuple[int, int], around: Sequence[Block], mutant: Haplotype
) -> list[tuple[int, int]]:
    """A junction as it is, or of a long filler both its ends: reads need not span it.

    Reads are placed by what they have of the reference, so that both ends ask for some of it.
    """
    if len(around) < 2 or around[1].start - around[0].end < LONG_FILLER:
        return [meeting]
    (low, high), beside = meeting, _BESIDE_LONG_FILLER
    return [(max(0, low - beside), low), (high, min(len(mutant.bases), high + beside))]


def copied_span(haplotype: Haplotype) -> tuple[int, int]:
    """The reference bases that stand in more than one copy, or around gaps of a copy; half-open.

    As `Haplotype.segment` where there are two whole copies.
    """
    start, end = haplotype.segment
    insertion = haplotype.insertion
    if insertion is None:
        return start, end
    low, high = Haplotype(haplotype.reference, insertion).junction
    inner = part_blocks(haplotype.reference, insertion) if high - low >= LEAST_BLOCK else ()
    for one, other in pairwise(inner):
        start = min(start, other.start - other.shift)
        end = max(end, one.end - one.shift)
    return start, end


def tandem_span(haplotype: Haplotype) -> tuple[int, int]:
    """As `touched_span`, without what a filler copies from elsewhere; half-open.

    Blocks of a tandem duplication overlap, or lie beside each other but for small gaps.
    """
    start, end = haplotype.span
    insertion = haplotype.insertion
    if insertion is None:
        return start, end
    low, high = Haplotype(haplotype.reference, insertion).junction
    if high - low < LEAST_BLOCK:
        return touched_span(haplotype)
    first, *inner, last = part_blocks(haplotype.reference, insertion)
    start, end = min(start, last.start - last.shift), max(end, first.end - first.shift)
    left = [(one.start - one.shift, one.end - one.shift) for one in inner]
    while near := [at for at in left if at[0] <= end + FLANK and at[1] >= start - FLANK]:
        start, end = min(start, *(at[0] for at in near)), max(end, *(at[1] for at in near))
        left = [at for at in left if at not in near]
    return start, end


def touched_span(haplotype: Haplotype) -> tuple[int, int]:
    """The reference bases that a change touches or that an insertion copies; half-open.

    Reads that lie apart from it fit the haplotype as they fit the reference.
    """
    start, end = haplotype.span
    if haplotype.insertion is None:
        return start, end
    first, last = copied_span(haplotype)
    return min(start, first), max(end, last)


def bases_apart(haplotype: Haplotype, change: SmallChange) -> int:
    """Bases of the reference between a change and what a haplotype's own change touches.

    Below 0 where they overlap. The small changes beside its own are asked of a wild type alone.
    """
    first, last = touched_span(haplotype if haplotype.is_wildtype else haplotype.alone)
    return max(first - change.end, change.start - last)


def is_tandem(haplotype: Haplotype) -> bool:
    """Whether an insertion holds a copy of what it stands beside, be it with gaps near its ends.

    Raises ValueError where there is no insertion.
    """
    if haplotype.duplication.is_tandem:
        return True
    insertion = haplotype.insertion
    assert insertion is not None
    low, high = Haplotype(haplotype.reference, insertion).junction
    if high - low < LEAST_BLOCK:
        return False
    inner = part_blocks(haplotype.reference, insertion)
    return any(
        one.end - one.start >= LEAST_TANDEM
        and one.start - one.shift - NEAR <= insertion.start <= one.end - one.shift + NEAR
        for one in inner[1:-1]
    )


def are_many(haplotype: Haplotype) -> bool:
    """Whether an insertion makes three copies or more: it passes from copy to copy twice."""
    insertion = haplotype.insertion
    if insertion is None:
        return False
    found = part_blocks(haplotype.reference, insertion)
    return sum(other.shift > one.shift for one, other in pairwise(found)) > 1


def filler_of(haplotype: Haplotype) -> str:
    """The bases between two copies that are no copy themselves, at the largest step."""
    insertion = haplotype.insertion
    if insertion is None:
        return ""
    low, high = Haplotype(haplotype.reference, insertion).junction
    inner = part_blocks(haplotype.reference, insertion) if high - low >= LEAST_BLOCK else ()
    if len(inner) <= 2:
        return haplotype.duplication.filler
    one, other = max(pairwise(inner), key=lambda pair: pair[1].shift - pair[0].shift)
    return Haplotype(haplotype.reference, insertion).sequence[one.end : other.start]


def _meeting(sequence: str, reference: str, one: Block, other: Block) -> tuple[int, int]:
    """From where the second block could begin to where the first could end, or the filler."""
    end = one.end
    while end < len(sequence) and same_base(sequence, reference, end, one.shift):
        end += 1
    start = other.start
    while start > 0 and same_base(sequence, reference, start - 1, other.shift):
        start -= 1
    return min(start, end), max(start, end)


def same_base(sequence: str, reference: str, place: int, shift: int) -> bool:
    """Whether a base of a mutant is that of the reference on a shift."""
    return 0 <= place - shift < len(reference) and sequence[place] == reference[place - shift]


def shifts(haplotype: Haplotype) -> list[int]:
    """Haplotype minus reference coordinate wherever its stretches lie on the reference, sorted."""
    found = {0, haplotype.length_change}
    for part in haplotype.parts:
        before = haplotype.place_of(part) - part.start
        found |= {before, before + part.length}
        if isinstance(part, Insertion) and part.length >= LEAST_BLOCK:
            found |= {before + one.shift for one in part_blocks(haplotype.reference, part)}
    return sorted(found)
