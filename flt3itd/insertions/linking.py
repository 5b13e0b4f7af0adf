"""Linking: the small changes that may stand on the molecules of an ITD, as proposals.

A change far from the junction is shown by reads that lie there alone, and these fit the wild type
as well as the ITD. So it is proposed on the ITD: within its segment in each copy, outside beside
it. Whole fragments (both mates) choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import ne

from flt3itd.insertions.copies import bases_apart
from flt3itd.insertions.counting import Settled
from flt3itd.insertions.flanks import REACH
from flt3itd.insertions.haplotype import (
    Deletion,
    Haplotype,
    Insertion,
    SmallChange,
    insertion_between,
)
from flt3itd.insertions.parts import SHORTEST_INSERTION, assemble

LONGEST_CHANGE = 15
"""Bases of a change that is looked for in the copies; a longer one is an event of its own."""
LEAST_LINKED_SHARE = 0.3
"""Share of an ITD's junction fragments that must show a change for its molecules to carry it."""
LEAST_PART_SHARE = 0.15
LEAST_OF_A_PART = 10
"""The same for a part of its molecules, and fragments: of 20% with the change fewer reads hold it
with enough bases beside it than hold the junction."""
FARTHEST = REACH
"""Bases between the segment of an ITD and a change beside it."""
_AROUND = 8
_MOST_DIFFERING = 2


def linked(settled: Settled, seen: Sequence[tuple[SmallChange, int]]) -> Iterator[Haplotype]:
    """Each ITD with each small change: of its segment in the first and the last copy, or beside.

    And wild types: with one small change more than they have, and with all of those beside an ITD
    or any one, since these may be inherited.

    `seen` are changes of the wild type and the fragments that show them; changes that haplotypes
    have, beside an ITD too, are taken with the fragments of these.
    """
    junction = settled.counts.junction
    there = [
        (part, junction[number])
        for number, haplotype in enumerate(settled.haplotypes[1:])
        for part in (haplotype.beside or haplotype.parts)
    ]
    changes: dict[SmallChange, int] = {}
    for part, fragments in (*seen, *there):
        changes[part] = max(fragments, changes.get(part, 0))
    for number, haplotype in enumerate(settled.haplotypes[1:]):
        if haplotype.insertion is None and not haplotype.is_wildtype:
            continue
        if haplotype.insertion is not None and haplotype.has_gaps_beside:
            yield replace(haplotype, change=None)
            if len(haplotype.beside) > 1:
                yield from (
                    replace(haplotype, change=None, beside=(one,)) for one in haplotype.beside
                )
        for change, fragments in changes.items():
            if not _may_carry(junction[number], fragments):
                continue
            if haplotype.insertion is not None and _is_small(change):
                yield from _within_copies(haplotype, haplotype.insertion, change)
            if _may_be_beside(haplotype, change):
                yield from _beside(haplotype, change)


def _may_carry(junction: int, fragments: int) -> bool:
    """Whether so many fragments with a change may be of the molecules with a junction."""
    if fragments >= LEAST_LINKED_SHARE * junction:
        return True
    return fragments >= max(LEAST_OF_A_PART, LEAST_PART_SHARE * junction)


def _is_small(change: SmallChange) -> bool:
    return max(len(change.inserted), change.end - change.start) <= LONGEST_CHANGE


def _may_be_beside(haplotype: Haplotype, change: SmallChange) -> bool:
    """Whether a change is one of those beside: a deletion, or a small one that is no ITD itself."""
    if isinstance(change, Deletion):
        return True
    is_itd = isinstance(change, Insertion) and change.length >= SHORTEST_INSERTION
    return _is_small(change) and not (haplotype.is_wildtype and is_itd)


def near_mutants(
    haplotypes: Sequence[Haplotype], others: Sequence[Haplotype], longest_read: int
) -> list[Haplotype]:
    """The mutants, and wild types whose changes they have, or near enough for reads to tell both.

    One farther away leaves the counts of the mutant alone, and which molecules have both is not
    seen: as two haplotypes, more of which there would be than molecules, they disturb both. All
    where neither these nor the `others` are mutants.
    """
    mutants = [one for one in (*others, *haplotypes) if not one.is_wildtype]
    reach = max(longest_read, FARTHEST)
    return [
        one
        for one in haplotypes
        if not (mutants and one.is_wildtype)
        or all(
            any(part in it.beside or bases_apart(it, part) <= reach for it in mutants)
            for part in one.beside
        )
    ]


def _beside(haplotype: Haplotype, change: SmallChange) -> Iterator[Haplotype]:
    """An ITD with a change beside that mates can link with it, or a wild type with one more."""
    apart = bases_apart(haplotype, change)
    near = apart >= 0 and (apart <= FARTHEST or haplotype.is_wildtype)
    if near and change not in haplotype.beside:
        beside = tuple(sorted((*haplotype.beside, change), key=lambda one: (one.start, one.end)))
        found = replace(haplotype, beside=beside)
        if found.is_well_formed:
            yield found


def _within_copies(
    haplotype: Haplotype, insertion: Insertion, change: SmallChange
) -> Iterator[Haplotype]:
    """The ITD with a change of its segment (reference coordinates) made in one copy."""
    first, last = haplotype.segment
    if change == insertion or not (first <= change.start and change.end <= last):
        return
    sequence, reference = haplotype.sequence, haplotype.reference
    before = sum(part.length for part in haplotype.beside if part.start < first)
    low = min(first, *(part.start for part in haplotype.parts))
    tail = len(reference) - max(last, *(part.end for part in haplotype.parts))
    begin, end = max(first, change.start - _AROUND), min(last, change.end + _AROUND)
    bases = reference[begin : change.start] + change.inserted + reference[change.end : end]
    for shift in (insertion.length, 0):
        start, stop = begin + before + shift, end + before + shift
        # Reads with the change in them may have been taken for other bases of this copy.
        if sum(map(ne, sequence[start:stop], reference[begin:end])) > _MOST_DIFFERING:
            continue
        mutant = sequence[:start] + bases + sequence[stop:]
        left = min(low, start)
        right = min(tail, len(sequence) - stop)
        replaced = reference, left, len(reference) - right, mutant[left : len(mutant) - right]
        # What stands within a copy is part of the insertion, however it could be read else.
        whole = None if haplotype.beside else insertion_between(*replaced)
        found = assemble(*replaced) if whole is None else Haplotype(reference, whole)
        if found is not None and found.sequence != reference:
            yield found
