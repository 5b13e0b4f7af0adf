"""Uneven capture: whether there is one about a change, and what follows for the windows.

Capture favours some places, above all the targets: a boundary near the end of one is shown by fewer
fragments than the junction of a duplication whose other end lies inside. What its baits pull is
told by the pairs (or single reads) that lie on the reference from end to end. How many such
fragments a haplotype gives at a place follows from its sequence: none where a read would hold the
junction, two copies of what is duplicated, none of what is deleted. The shares of the haplotypes
and the pulls of the baits are found in turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.abundance import mixture
from flt3itd.insertions.baits import Baits, baits_of, sums_before
from flt3itd.insertions.copies import blocks_of
from flt3itd.insertions.haplotype import Haplotype, Substitution
from flt3itd.insertions.rates import Showing, runs_of_starts
from flt3itd.reads.library import Floats, FragmentShapes, Integers

_ABOUT = 200
"""Bases beside a stretch in which the density of fragments is asked for."""
_PLACE = 100
"""Bases in which fragments have their centre that are counted together."""
_SURELY = 4
"""Standard errors of the difference between the densest and the thinnest of five to ten places: so
much by chance in one of 1,500 to 300 even captures."""
_LEAST_FRAGMENTS = 300
_SMOOTHED = 31
"""Bases; reads are longer, so that steps at the ends of targets stay steps."""
_NOT_NONE = 1e-3
"""Fragments per base where none were seen, and copies of a base that nearly all molecules lack."""
_UNNOTICED = 5
"""Bases behind a junction that an aligner may still put on the reference."""
_TURNS = 3


def is_uneven(centre: Integers, copies: Floats, start: int, end: int) -> bool:
    """Whether fragments surely lie denser in one place about a stretch than in another.

    `centre` are those of plain fragments, in order; `copies` are by base of the reference how many
    places of the molecules give a plain fragment with its centre there. The stretch is one of the
    reference, half-open; of a reference that is too short for two places nothing is known.
    """
    last = len(copies)
    edges = np.arange(max(0, start - _ABOUT), min(last, end + _ABOUT) + 1, _PLACE)
    if len(edges) < 3:
        return False
    seen = np.diff(np.searchsorted(centre, edges))
    places = np.maximum(np.diff(sums_before(copies)[edges]), _NOT_NONE)
    density, error = seen / places, np.sqrt(np.maximum(seen, 1)) / places
    dense, thin = int(np.argmax(density)), int(np.argmin(density))
    least = _SURELY * float(np.hypot(error[dense], error[thin]))
    return bool(density[dense] - density[thin] > least)


class Molecules(NamedTuple):
    """What fragments show of the haplotypes of a sample.

    They are `placed` anywhere, by haplotype; `patterns` are the fragments that show each pattern of
    windows. `given` is by haplotype how many plain fragments it gives (as of `plain_share`).
    """

    placed: Sequence[Showing]
    patterns: dict[int, int]
    given: Floats


def baits_among(
    molecules: Molecules,
    shares: Floats,
    plain: tuple[Integers, Integers],
    shapes: FragmentShapes,
) -> Baits | None:
    """The baits that catch fragments by all their bases; None where too few fragments tell it.

    `shares` are those of the haplotypes if all were caught alike; `plain` are start and end of the
    plain fragments.
    """
    placed, patterns, given = molecules
    start, end = plain
    inside = (start >= 0) & (end <= given.shape[1])
    start, end = start[inside], end[inside]
    if len(start) < _LEAST_FRAGMENTS:
        return None
    baits: Baits | None = None
    for _ in range(_TURNS):
        if baits is not None:
            shares = shares_of([one.rates(baits) for one in placed], patterns)
        copies = np.maximum(_smoothed(shares @ given), _NOT_NONE)
        baits = baits_of(start, end, copies, shapes)
    return baits


def shares_of(rates: list[dict[int, float]], patterns: dict[int, int]) -> Floats:
    """The shares of the haplotypes in all molecules; of the reference alone, all."""
    return mixture(rates, patterns) if len(rates) > 1 else np.ones(1)


def plain_share(haplotype: Haplotype, shapes: FragmentShapes) -> Floats:
    """For each base of the reference, how many places in a haplotype give plain pairs there.

    A place is the centre of a fragment, and counts by the share of the shapes whose reads do not
    hold the junction. The centre is that of the pair as aligned: where the junction lies between
    the reads, half of the change lies between their two places.
    """
    size = len(haplotype.reference)
    gaps = _gaps(haplotype)
    if not gaps:
        return np.ones(size)
    # Farther away no fragment holds a junction or has it between its reads: a place for a base.
    reach = int(shapes.length.max()) + sum(abs(gap.length) for gap in gaps) + 1
    first = max(0, min(gap.low for gap in gaps) - reach)
    last = min(len(haplotype.sequence), max(gap.high for gap in gaps) + reach)
    end_of_near = last - haplotype.length_change
    low, high = (np.array([getattr(gap, edge) for gap in gaps]) for edge in ("low", "high"))
    ends = np.array([first, last]) - shapes.length[:, None] // 2
    shape, start, count = runs_of_starts(shapes, low, high, ends)
    left, right, length = (each[shape] for each in (shapes.left, shapes.right, shapes.length))
    left_end, end = start + left, start + length
    held = np.zeros(len(start), dtype=np.bool_)
    centre = start + end
    for gap in gaps:
        left_beyond, beyond = left_end >= gap.high, end >= gap.high
        held |= ((start <= gap.low) & left_beyond) | ((end - right <= gap.low) & beyond)
        centre -= gap.length * (left_beyond.astype(np.int64) + beyond)
    begin = np.clip(centre // 2, first, end_of_near)
    stop = np.clip(centre // 2 + count, first, end_of_near)
    weights = np.where(held, 0.0, shapes.weight[shape])
    counts = np.full(size, sum(shapes.weight.tolist()))
    counts[first:end_of_near] = _stacked(begin - first, stop - first, weights, end_of_near - first)
    return counts


def _stacked(begin: Integers, stop: Integers, weights: Floats, size: int) -> Floats:
    """At each of `size` places the weights of all stretches [begin, stop) over it."""
    change = np.bincount(begin, weights, size + 1) - np.bincount(stop, weights, size + 1)
    found: Floats = np.cumsum(change)[:-1]
    return found


class _Gap(NamedTuple):
    """What a read must pass to show an insertion or deletion, in haplotype coordinates.

    It begins at `low` or before and ends at `high` or behind it. Of new bases `high` is the lower
    one: a read that ends among them does not lie on the reference.
    """

    low: int
    high: int
    length: int


def _gaps(haplotype: Haplotype) -> list[_Gap]:
    """The passages of a haplotype from copy to copy, and the insertions and deletions beside."""
    gaps = [
        _gap_of(Haplotype(haplotype.reference, part), haplotype.place_of(part) - part.start)
        for part in haplotype.beside
        if not isinstance(part, Substitution) and part.length
    ]
    found = blocks_of(haplotype)
    if len(found) > 2:
        gaps += [
            _Gap(other.start, one.end, other.shift - one.shift) for one, other in pairwise(found)
        ]
    elif haplotype.change is not None:
        gaps.append(_gap_of(haplotype.alone, haplotype.shift_before(haplotype.change.start)))
    return [_Gap(low - _UNNOTICED, high + _UNNOTICED, length) for low, high, length in gaps]


def _gap_of(alone: Haplotype, shift: int) -> _Gap:
    """That of a change that stands alone; `shift` is what changes before it insert."""
    low, high = alone.junction
    if alone.insertion is not None and alone.duplication.filler:
        low, high = high, low
    return _Gap(low + shift, high + shift, alone.length_change)


def _smoothed(values: Floats) -> Floats:
    """The mean of each value and its neighbours."""
    return np.convolve(values, np.full(_SMOOTHED, 1 / _SMOOTHED), mode="same")
