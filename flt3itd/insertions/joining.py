"""Joining: two ITDs as proposals of one molecule that has both.

Where no read reaches from one junction to the next, each is found as an ITD of its own: copies of
which only some have a filler between them, or two duplications beside each other. Their molecules
would be counted twice. Fragments whose mates show both junctions tell that it is one molecule, and
so do two that more molecules have than there are.
Where fragments reach from one junction to the next only, four copies are found as two chains of
three: these go on into each other at the junction that they have in common. So do two and three
copies of which one has another base.
An insertion whose bases stand elsewhere near by, and that no read spans, has a duplication's
junction at one of its ends, and that of a deletion at the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from flt3itd.insertions.copies import bases_apart, junctions, touched_span
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.haplotype import Deletion, Haplotype
from flt3itd.insertions.parts import assemble
from flt3itd.insertions.placements import Library
from flt3itd.insertions.rates import pattern_rates
from flt3itd.insertions.two_ends import MOST_COPIED, MOST_REPLACED
from flt3itd.insertions.windows import ANCHOR, find_windows

LEAST_JOINING = 3
"""Fragments that must show a junction of each."""
LEAST_JOINING_SHARE = 0.05
"""Share of the rarer one's molecules that must have both: fewer may be chimeras of a PCR."""
_MORE_THAN_ALL = 1.1
"""Sum of the shares of two ITDs: well above 1, so that molecules have both, whatever reads span."""
_MOST_UNEVEN = 9.0
"""Squared difference of two counts of one molecule over their sum: three standard deviations."""
_LEAST_SHARING = 30
"""Fragments of each from which on shares tell that: those of fewer are too rough."""


def joined(settled: Settled, library: Library | None = None) -> Iterator[Haplotype]:
    """Each two ITDs that molecules have together, one behind the other.

    Fragments show both junctions, or each stands on more molecules than the other leaves.
    Of two that share a junction also the molecule that goes over from one to the other there.
    Nothing where a haplotype has both already. The `library` tells how many fragments could show
    both; without it, and in amplicons, all of them.
    """
    windows, patterns = settled.windows, settled.counts.patterns
    numbers = [n for n, one in enumerate(settled.haplotypes) if one.insertion is not None]
    masks = [windows.mask(number) for number in range(len(settled.haplotypes))]
    for one, other in combinations(numbers, 2):
        first = windows.junction_mask(one) & ~masks[other]
        second = windows.junction_mask(other) & ~masks[one]
        yield from _overlapping(settled, one, other)
        if any(mask & first and mask & second for mask in masks):
            continue
        both = sum(count for seen, count in patterns.items() if seen & first and seen & second)
        rarer = min(settled.support(one, other), settled.support(other, one))
        shares = settled.share(one) + settled.share(other)
        crowded = rarer >= _LEAST_SHARING and shares > _MORE_THAN_ALL
        alike = _may_be_one(settled, one, other)
        if both < LEAST_JOINING and not crowded and not alike:
            continue
        for left, right in ((one, other), (other, one)):
            found = one_behind_the_other(settled.haplotypes[left], settled.haplotypes[right])
            if found is None:
                continue
            share = 1.0
            few = not crowded and both < LEAST_JOINING_SHARE * rarer
            if few and library is not None and not library.amplicons:
                share = _showing_both(settled.haplotypes, one, other, found, library)
            if crowded or alike or both >= LEAST_JOINING_SHARE * share * rarer:
                yield found


def _may_be_one(settled: Settled, one: int, other: int) -> bool:
    """Whether two ITDs duplicate the same bases with two fillers, and are as frequent.

    Two clones seldom break at both places alike, but passages between copies do. A read that holds
    both fits either ITD up to the other's filler, so that few fragments show both. Without a filler
    copies of any number look alike, and two ITDs are the simpler answer.
    """
    mine, theirs = settled.haplotypes[one].duplication, settled.haplotypes[other].duplication
    if mine.filler == theirs.filler or not (mine.is_tandem and theirs.is_tandem):
        return False
    if not (mine.filler and theirs.filler):
        return False
    if any(len(settled.windows.own[number].junctions) > 1 for number in (one, other)):
        return False
    if abs(mine.start - theirs.start) >= ANCHOR or abs(mine.end - theirs.end) >= ANCHOR:
        return False
    counts = settled.support(one, other), settled.support(other, one)
    return (counts[0] - counts[1]) ** 2 <= _MOST_UNEVEN * sum(counts)


def _showing_both(
    haplotypes: Sequence[Haplotype], one: int, other: int, both: Haplotype, library: Library
) -> float:
    """The share of the fragments at a junction of two ITDs that show the other one too.

    Of molecules that have `both`: few do where these lie farther apart than reads are long.
    """
    compared = [haplotypes[0], haplotypes[one], haplotypes[other], both]
    windows = find_windows(compared, library.longest_read)
    first = windows.junction_mask(1) & ~windows.mask(2)
    second = windows.junction_mask(2) & ~windows.mask(1)
    rates = pattern_rates(compared, windows, library.shapes)[3]
    at_first, at_second, together = (
        sum(rate for pattern, rate in rates.items() if all(pattern & own for own in shown))
        for shown in ((first,), (second,), (first, second))
    )
    return together / min(at_first, at_second) if at_first and at_second else 1.0


def on_wildtypes(mutant: Haplotype, haplotypes: Iterable[Haplotype]) -> Iterator[Haplotype]:
    """An ITD with the small changes of each wild type, in place of those beside it.

    It is found on one of them, and may stand on the molecules of another.
    """
    if mutant.insertion is None:
        return
    for one in haplotypes:
        if not one.is_wildtype or not one.beside or one.beside == mutant.beside:
            continue
        if all(bases_apart(mutant, part) >= 0 for part in one.beside):
            yield replace(mutant, beside=one.beside)


def copied_from_elsewhere(haplotypes: Sequence[Haplotype]) -> Iterator[Haplotype]:
    """Each insertion of which a duplication shows one end, and a deletion of a wild type the other.

    What stands between the two on the reference is what is inserted.
    """
    for one in haplotypes:
        if one.insertion is None or not one.duplication.is_tandem or one.beside:
            continue
        first, last = one.segment
        for other in haplotypes:
            if other.change is not None or [*map(type, other.beside)] != [Deletion]:
                continue
            lacks = other.beside[0]
            ways: list[tuple[Haplotype, Haplotype, int]] = []
            if first < lacks.start and -MOST_COPIED <= lacks.end - last <= MOST_REPLACED:
                ways.append((one, other, (first + lacks.start) // 2))
            if lacks.end < last and -MOST_COPIED <= first - lacks.start <= MOST_REPLACED:
                ways.append((other, one, (lacks.end + last) // 2))
            for left, right, over in ways:
                found = _spliced(left, over + left.length_change, right, over)
                if found is not None and found.insertion is not None:
                    yield found


def _overlapping(settled: Settled, one: int, other: int) -> Iterator[Haplotype]:
    """The molecules that go over from one ITD to another at a junction that both have."""
    windows, haplotypes = settled.windows, settled.haplotypes
    if any(
        _holds(haplotypes[left], haplotypes[right]) for left, right in ((one, other), (other, one))
    ):
        return
    shared = set(windows.own[one].junctions) & set(windows.own[other].junctions)
    for left, right in ((one, other), (other, one)):
        for over in windows.occurrences[left]:
            for onward in windows.occurrences[right]:
                if over.window == onward.window and over.window in shared:
                    found = _spliced(haplotypes[left], over.start, haplotypes[right], onward.start)
                    if found is not None:
                        yield found


def _holds(one: Haplotype, other: Haplotype) -> bool:
    """Whether one ITD has all passages of another, and its copies base by base.

    The ends of copies may go on beside them by chance.
    """
    first, last = touched_span(other)
    copies = other.sequence[first + ANCHOR : last + other.length_change - ANCHOR]
    return _passages(one) >= _passages(other) and copies in one.sequence


def _passages(haplotype: Haplotype) -> set[str]:
    """The bases around each passage from one copy to the next."""
    return {
        haplotype.sequence[start - ANCHOR : end + ANCHOR] for start, end in junctions(haplotype)
    }


def one_behind_the_other(left: Haplotype, right: Haplotype) -> Haplotype | None:
    """The molecule that passes the junction of one ITD, and then that of another.

    In the last copy of the first it goes over to the first copy of the second. None where these
    have no base of the reference in common.
    """
    begin, end = left.segment[0], right.segment[1]
    if left.insertion is None or right.insertion is None or begin >= end:
        return None
    over = (begin + end) // 2
    behind = over + _beside_before(left, over) + left.insertion.length
    return _spliced(left, behind, right, over + _beside_before(right, over))


def _spliced(left: Haplotype, behind: int, right: Haplotype, onward: int) -> Haplotype | None:
    """The bases of `left` before a position of its own, and those of `right` from one on."""
    sequence = left.sequence[:behind] + right.sequence[onward:]
    reference = left.reference
    start = min(part.start for part in (*left.parts, *right.parts))
    tail = len(reference) - max(part.end for part in (*left.parts, *right.parts))
    return assemble(reference, start, len(reference) - tail, sequence[start : len(sequence) - tail])


def _beside_before(haplotype: Haplotype, place: int) -> int:
    """Bases that the changes beside an ITD insert left of a reference position."""
    return sum(one.length for one in haplotype.beside if one.start < place)
