"""Which insertions long reads propose: reads grouped by jump, a consensus of each group, refined.

Each read with a local gain of length is fitted as the reference with one jump. Reads whose jumps
agree make a consensus by partial order alignment. The insertion is then what the reads of the
group are nearest to, among the consensus, a pure copy of the reference, and their neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from flt3itd.insertions.haplotype import Haplotype, Insertion, insertion_between
from flt3itd.long_reads.differences import Compared, LengthChange, at_edge, compare, distance
from flt3itd.long_reads.jump import Jump, fit_jump
from flt3itd.long_reads.spanning import LONGEST_INSERTION, Window

SHORTEST_INSERTION = 3
"""Bases; shorter ones frame-shift and are what errors of long reads look like."""
_PAD = 40
_FITTED_BY_LENGTH = 16
"""Reads that are fitted of those that are longer by the same number of bases."""
_CONSENSUS_READS = 32
_EXACT_READS = 0.002
"""Errors per base up to which lengths are taken as they are, as those of reads of PacBio HiFi."""
_LEAST_GROUP = 2
_MOST_GROUPS = 24
_SIMPLER = 0.3
"""What is not a pure copy of the reference must be nearer by 0.3 edits a read: errors of a
consensus in a run of one base gain less, a true difference nearly 1."""
_ROUNDS = 4
_JUNCTION = 6
"""Bases on each side of a junction that are tried one by one."""
_MOST_EDITS = 8
_UNEXPLAINED = 2.0
"""An allele that leaves its reads more than twice their errors (and one more) is not theirs."""


Plausible = Callable[[int, int, tuple[int, int]], bool]
"""Whether so many reads (second) longer by so many bases (first) at a place in the window may be
more than errors."""


@dataclass(frozen=True)
class _Fitted:
    """A read (index) and its jump, with the length change that led to it."""

    read: int
    jump: Jump


def propose(
    reads: Sequence[str],
    compared: Sequence[Compared],
    reference: str,
    window: Window,
    error_rate: float,
    plausible: Plausible,
) -> list[Insertion]:
    """The insertions that groups of cut reads show, each once.

    `compared` are the reads against the wild type; `error_rate` is by base. `plausible` tells
    whether so many reads longer by so many bases at a place may be more than errors.
    """
    fitted = list(_fit_reads(reads, compared, reference, window, error_rate, plausible))
    found: dict[Insertion, None] = {}
    for group in _groups(fitted, error_rate):
        insertion = _of_group(
            [reads[one.read] for one in group], reference, window, group[0].jump, error_rate
        )
        if insertion is not None:
            found[insertion] = None
    return list(found)


def _fit_reads(
    reads: Sequence[str],
    compared: Sequence[Compared],
    reference: str,
    window: Window,
    error_rate: float,
    plausible: Plausible,
) -> Iterator[_Fitted]:
    by_length: dict[int, list[tuple[int, LengthChange]]] = {}
    for index, one in enumerate(compared):
        for gain in one.gains:
            if gain.net >= SHORTEST_INSERTION and not at_edge(gain, len(window)):
                by_length.setdefault(gain.net, []).append((index, gain))
    for length in sorted(by_length):
        near = _tolerance(error_rate, length)
        alike = [
            each
            for other in range(length - near, length + near + 1)
            for each in by_length.get(other, ())
        ]
        wanted = [
            (index, gain)
            for index, gain in by_length[length]
            if plausible(length, _beside(gain, alike), (gain.start, gain.end))
        ]
        step = max(1, len(wanted) // _FITTED_BY_LENGTH)
        for index, gain in wanted[::step]:
            jump = _fit_local(reads[index], gain, reference, window)
            if jump is not None and jump.length >= SHORTEST_INSERTION:
                yield _Fitted(index, jump)


def _beside(gain: LengthChange, others: Sequence[tuple[int, LengthChange]]) -> int:
    """How many gains touch the place of one."""
    low, high = gain.start - _PAD // 2, gain.end + _PAD // 2
    return sum(other.start <= high and other.end >= low for _, other in others)


def _tolerance(error_rate: float, length: int) -> int:
    """By how much the lengths of two reads of one allele may differ.

    The errors around a jump change its length by about sqrt(bases x rate).
    """
    around = length + _PAD
    return round(2 * (around * error_rate / 2) ** 0.5) if error_rate > _EXACT_READS else 0


def _fit_local(read: str, gain: LengthChange, reference: str, window: Window) -> Jump | None:
    """The jump of a read around a local gain; reference coordinates, query ones of the read."""
    left = min(_PAD, gain.start, gain.query_start)
    right = min(_PAD, len(window) - gain.end, len(read) - gain.query_end)
    first = gain.query_start - left
    part = read[first : gain.query_end + right]
    start = window.start + gain.start - left
    end = window.start + gain.end + right
    jump = fit_jump(part, reference, start, end, min(gain.net + _PAD, LONGEST_INSERTION))
    if jump is None:
        return None
    return Jump(
        jump.left, jump.right, jump.filler, first + jump.left_query, first + jump.right_query
    )


def _groups(fitted: Sequence[_Fitted], error_rate: float) -> Iterator[list[_Fitted]]:
    """Reads whose jumps agree, the largest group first."""
    left = list(fitted)
    for _ in range(_MOST_GROUPS):
        best: list[_Fitted] = []
        for one in {
            (each.jump.left, each.jump.right, each.jump.length): each for each in left
        }.values():
            group = [other for other in left if _agree(one.jump, other.jump, error_rate)]
            if len(group) > len(best):
                best = [one, *(each for each in group if each is not one)]
        if len(best) < _LEAST_GROUP:
            return
        yield best
        taken = {id(each) for each in best}
        left = [each for each in left if id(each) not in taken]


def _agree(one: Jump, other: Jump, error_rate: float) -> bool:
    near = _tolerance(error_rate, one.length)
    return (
        abs(one.length - other.length) <= near
        and abs(one.left - other.left) <= near
        and abs(one.right - other.right) <= near
    )


def _of_group(
    reads: Sequence[str], reference: str, window: Window, seed: Jump, error_rate: float
) -> Insertion | None:
    """The insertion that a group of cut reads is nearest to."""
    import spoa  # noqa: PLC0415 - not every sample needs it

    chosen = list(reads[:_CONSENSUS_READS])
    consensus, _ = spoa.poa(chosen, algorithm=1, genmsa=False)
    wildtype = reference[window.start : window.end]
    cost = _Cost(chosen, reference, window)
    written = [
        one
        for gain in _whole_gains(compare(consensus, wildtype).gains, seed.length)
        if (one := _nearest(consensus, gain, reference, window, cost)) is not None
    ]
    if not written:
        return None
    best = min(written, key=cost)
    if cost(best) > _UNEXPLAINED * len(chosen) * (error_rate * len(consensus) + 1):
        return None
    return insertion_between(reference, best[0], best[0], best[1])


def _whole_gains(gains: Sequence[LengthChange], length: int) -> list[LengthChange]:
    """The gain that is nearest to a length, and all gains as one: an alignment may part them."""
    if not gains:
        return []
    nearest = min(gains, key=lambda each: (abs(each.net - length), -each.net))
    first, last = gains[0], gains[-1]
    if first is last:
        return [nearest]
    together = LengthChange(
        first.start,
        last.end,
        first.query_start,
        last.query_end,
        last.query_end - first.query_start - (last.end - first.start),
    )
    return [nearest, together] if together.net > nearest.net else [nearest]


def _nearest(
    consensus: str, gain: LengthChange, reference: str, window: Window, cost: _Cost
) -> _Written | None:
    """How the reads say that the insertion of a consensus is written."""
    jump = _fit_local(consensus, gain, reference, window)
    if jump is None or jump.length < SHORTEST_INSERTION:
        return None
    copy = _best_copy(jump, reference, cost)
    wildtype = reference[window.start : window.end]
    others = [*_written(consensus, jump), *_spelled(consensus, gain, wildtype, window)]
    best = _unless_nearer(copy, others, cost)
    return _edited(best, len(jump.filler), reference, cost)


_Written = tuple[int, str]
"""An insertion as place (reference) and inserted bases."""


class _Cost:
    """The summed edit distances of some reads to an allele, each allele compared once."""

    def __init__(self, reads: Sequence[str], reference: str, window: Window) -> None:
        self._reads, self._reference, self._window = reads, reference, window
        self._known: dict[str, int] = {}
        self.margin = max(2.0, _SIMPLER * len(reads))

    def __call__(self, written: _Written) -> int:
        place, inserted = written
        mutant = self._reference[:place] + inserted + self._reference[place:]
        # A copy may hold a flank: then the cut goes on to the outermost one.
        haplotype = mutant[self._window.start : self._window.end + len(inserted)]
        if haplotype not in self._known:
            self._known[haplotype] = sum(distance(read, haplotype) for read in self._reads)
        return self._known[haplotype]


def _written(consensus: str, jump: Jump) -> list[_Written]:
    """The insertion with the bases of the consensus: of its second copy, and of its first.

    Of reads with many errors either may be too short for an insertion, or empty.
    """
    copy = jump.left - jump.right
    second = consensus[jump.left_query : jump.right_query + copy]
    first = consensus[max(0, jump.left_query - copy) : jump.right_query]
    found = [(jump.left, second), (jump.right, first)]
    return [one for one in found if len(one[1]) >= SHORTEST_INSERTION]


def _spelled(consensus: str, gain: LengthChange, wildtype: str, window: Window) -> list[_Written]:
    """The insertion as the consensus spells it, where that leaves fewest mismatches beside it."""
    left = min(_PAD, gain.start, gain.query_start)
    right = min(_PAD, len(wildtype) - gain.end, len(consensus) - gain.query_end)
    part = consensus[gain.query_start - left : gain.query_end + right]
    beside = wildtype[gain.start - left : gain.end + right]
    longer = len(part) - len(beside)
    if longer < SHORTEST_INSERTION:
        return []
    expected = np.frombuffer(beside.encode("ascii"), dtype=np.uint8)
    seen = np.frombuffer(part.encode("ascii"), dtype=np.uint8)
    before = np.concatenate(([0], np.cumsum(expected != seen[: len(expected)])))
    behind = np.concatenate((np.cumsum((expected != seen[longer:])[::-1])[::-1], [0]))
    place = int((before + behind).argmin())
    return [(window.start + gain.start - left + place, part[place : place + longer])]


def _edited(best: _Written, filler: int, reference: str, cost: _Cost) -> _Written:
    """Single bases around the junction changed as long as the reads are clearly nearer."""
    place, inserted = best
    turned = reference[place - _JUNCTION : place]
    if len(inserted) > _JUNCTION and inserted.endswith(turned):  # the same allele, turned left
        place, inserted = place - _JUNCTION, turned + inserted[:-_JUNCTION]
    least = cost((place, inserted))
    for _ in range(_MOST_EDITS):
        zone = range(min(len(inserted), filler + 2 * _JUNCTION))
        least_edited, edited = min(
            (cost((place, one)), one)
            for one in _edits(inserted, zone)
            if len(one) >= SHORTEST_INSERTION
        )
        if least_edited > least - cost.margin:
            break
        least, inserted = least_edited, edited
    return place, inserted


def _edits(sequence: str, zone: range) -> Iterator[str]:
    """The sequences that one substitution, insertion or deletion in a zone makes."""
    for at in zone:
        yield sequence[:at] + sequence[at + 1 :]
        for base in "ACGT":
            yield sequence[:at] + base + sequence[at:]
            if base != sequence[at]:
                yield sequence[:at] + base + sequence[at + 1 :]


def _unless_nearer(copy: _Written, others: Sequence[_Written], cost: _Cost) -> _Written:
    """The pure copy, unless another way to write the insertion is clearly nearer."""
    best, least = copy, float(cost(copy))
    limit = least - cost.margin
    for other in others:
        if cost(other) < min(limit, least):
            best, least = other, float(cost(other))
    return best


def _best_copy(jump: Jump, reference: str, cost: _Cost) -> _Written:
    """A copy of the reference behind a filler: neighbours are tried until none is nearer."""
    left, right, filler = jump.left, jump.right, jump.filler
    least = cost((left, filler + reference[right:left]))
    for _ in range(_ROUNDS):
        better = min(
            (cost((e, f + reference[s:e])), len(f), e, s, f)
            for e, s, f in _neighbours(left, right, filler)
            if s <= e and len(f) + e - s >= SHORTEST_INSERTION
        )
        if better[0] >= least:
            break
        least, _, left, right, filler = better
    return left, filler + reference[right:left]


def _neighbours(left: int, right: int, filler: str) -> Iterator[tuple[int, int, str]]:
    """Jumps that differ by a base or two."""
    for step in (-2, -1, 1, 2):
        yield left + step, right, filler
        yield left, right + step, filler
        yield left + step, right + step, filler
    for base in "ACGT":
        for at in range(len(filler) + 1):
            yield left, right, filler[:at] + base + filler[at:]
        for at in range(len(filler)):
            yield left, right, filler[:at] + base + filler[at + 1 :]
    for at in range(len(filler)):
        yield left, right, filler[:at] + filler[at + 1 :]


def sequence_between(insertion: Insertion | None, reference: str, window: Window) -> str:
    """The allele between the flanks: the wild type for None."""
    if insertion is None:
        return reference[window.start : window.end]
    whole = Haplotype(reference, insertion)
    return whole.sequence[window.start : window.end + insertion.length]
