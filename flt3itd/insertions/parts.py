"""A replacement of bases read as an ITD and the small changes beside it.

Steps from block to block (`flt3itd.insertions.copies`) tell which is the insertion and what is a
change of its own. All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from flt3itd.insertions.copies import (
    FLANK,
    LEAST_BLOCK,
    Block,
    blocks,
    copied_span,
    part_blocks,
    same_base,
)
from flt3itd.insertions.haplotype import (
    Haplotype,
    Insertion,
    SmallChange,
    Substitution,
    small_change_between,
)

SHORTEST_INSERTION = 3
"""Bases; with fewer an insertion is a small change, of a wild type too."""


def other_numbers(haplotype: Haplotype, *, least: int) -> Iterator[Haplotype]:
    """At least so many copies with one more behind any of them, and three or more with one less.

    Reads need not span them to be many, and where none spans all of them only the numbers of those
    that show some tell of a second clone. A passage from one copy to the next is taken again with
    its filler, or left out, and two passages in a row that differ are taken again together: fillers
    may alternate. Nothing for what is no duplication; what stands beside stays.
    """
    insertion = haplotype.insertion
    if insertion is None:
        return
    if haplotype.beside:
        for one in other_numbers(haplotype.alone, least=least):
            number = Haplotype(haplotype.reference, one.change, haplotype.beside)
            if not one.beside and number.is_well_formed:
                yield number
        return
    found = part_blocks(haplotype.reference, insertion)
    steps = [behind.shift - before.shift for before, behind in pairwise(found)]
    if len(steps) < least - 1 or any(step < SHORTEST_INSERTION for step in steps):
        return
    if len(steps) == 1 and not haplotype.duplication.is_tandem:
        return
    passages = list(_within_both(found, len(haplotype.sequence)))
    seen = {haplotype.sequence}
    more = [(place + step, place) for place, step in passages]
    more += _taken_twice(haplotype.sequence, passages)
    fewer = [(place, place + step) for place, step in passages] if len(steps) > 1 else []
    for behind, onward in (*more, *fewer):
        other = haplotype.sequence[:behind] + haplotype.sequence[onward:]
        if other not in seen:
            seen.add(other)
            start, tail = found[0].start, len(haplotype.sequence) - found[-1].end
            end = len(haplotype.reference) - tail
            whole = assemble(haplotype.reference, start, end, other[start : len(other) - tail])
            if whole is not None and whole.change is not None:
                yield whole


def _taken_twice(sequence: str, passages: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Two passages in a row that differ: where both are behind, and where the first one begins."""
    for (place, step), (_, other) in pairwise(passages):
        behind = place + step
        if sequence[place:behind] != sequence[behind : behind + other]:
            yield behind + other, place


def _within_both(found: Sequence[Block], length: int) -> Iterator[tuple[int, int]]:
    """For neighbouring copies a position in the first one and how far behind it the second has it.

    The outer blocks go on to both ends of the haplotype, of so many bases. The ends of copies may
    hold bases of a filler that are alike by chance.
    """
    whole = [found[0]._replace(start=0), *found[1:-1], found[-1]._replace(end=length)]
    for one, other in pairwise(whole):
        first = max(one.start - one.shift, other.start - other.shift)
        last = min(one.end - one.shift, other.end - other.shift)
        if first < last:
            yield (first + last) // 2 + one.shift, other.shift - one.shift


def in_parts(haplotype: Haplotype) -> Haplotype:
    """One insertion in place of other bases as an ITD and what stands beside it, where it is that.

    Two gaps that an aligner wrote beside each other are proposed as one change, and so are two
    short ones of a wild type, which are no insertion together.
    """
    insertion = haplotype.insertion
    if insertion is None or haplotype.beside or insertion.start == insertion.end:
        return haplotype
    found = assemble(haplotype.reference, insertion.start, insertion.end, insertion.inserted)
    if found is None or (found.change is None and len(found.beside) < 2):
        return haplotype
    return found


def named_on(haplotype: Haplotype, target: tuple[int, int], shortest: int) -> Haplotype:
    """The haplotype named by its longest insertion that touches a target, where there is one.

    Two ITDs of one molecule are read as the longer one and a change beside it, and that may lie in
    an intron. `shortest`: the bases of an insertion from which on it counts.
    """
    if haplotype.insertion is None or not haplotype.beside:
        return haplotype
    found = [
        part
        for part in haplotype.parts
        if isinstance(part, Insertion)
        and part.length >= shortest
        and touches(Haplotype(haplotype.reference, part), target)
    ]
    if not found or haplotype.insertion in found:
        return haplotype
    main = max(found, key=lambda part: part.length)
    beside = tuple(part for part in haplotype.parts if part != main)
    return Haplotype(haplotype.reference, main, beside)


def touches(haplotype: Haplotype, target: tuple[int, int]) -> bool:
    """Whether what a change copies, or its place, lies on a target or reaches it."""
    start, end = copied_span(haplotype)
    return end >= target[0] and start <= target[1]


def assemble(reference: str, start: int, end: int, replacement: str) -> Haplotype | None:
    """The haplotype reference[:start] + replacement + reference[end:], read as an ITD and others.

    The largest step to the right is the insertion; small changes inside its copies are part of it,
    those outside stand beside it. Without an insertion of three bases all of it is a small change
    of the wild type. None for the reference itself.
    """
    whole = small_change_between(reference, start, end, replacement)
    if whole is None:
        return None
    simple = _simple(reference, whole)
    if whole.start == whole.end:
        return simple
    if isinstance(whole, Substitution) and len(whole.inserted) < LEAST_BLOCK:
        return simple
    mutant = Haplotype(reference, None, (whole,)).sequence
    low = max(0, whole.start - FLANK)
    high = min(len(mutant), whole.start + len(whole.inserted) + FLANK)
    found = blocks(mutant, reference, low, high, (0, whole.length))
    steps = [_Step(one, other) for one, other in pairwise(found)]
    read = _read_steps(reference, mutant, steps)
    return read if read is not None and read.sequence == mutant else simple


def _simple(reference: str, whole: SmallChange) -> Haplotype:
    if isinstance(whole, Insertion) and whole.length >= SHORTEST_INSERTION:
        return Haplotype(reference, whole)
    return Haplotype(reference, None, (whole,))


class _Step(NamedTuple):
    """From one block to the next."""

    one: Block
    other: Block

    @property
    def length(self) -> int:
        return self.other.shift - self.one.shift

    @property
    def left(self) -> int:
        """The reference coordinate behind the last base of the first block."""
        return self.one.end - self.one.shift

    @property
    def right(self) -> int:
        """The reference coordinate of the first base of the second block."""
        return self.other.start - self.other.shift


def _read_steps(reference: str, mutant: str, steps: Sequence[_Step]) -> Haplotype | None:
    """The haplotype of these steps; None where its parts would overlap."""
    largest = max(range(len(steps)), key=lambda number: steps[number].length, default=0)
    if not steps or steps[largest].length < SHORTEST_INSERTION:
        return _small_steps(reference, mutant, steps)
    core = _change(reference, mutant, steps[largest : largest + 1])
    if not isinstance(core, Insertion):
        return None
    first_base, last_base = Haplotype(reference, core).segment
    low = high = largest
    for number in range(largest):
        if steps[number].left > first_base:
            low = min(low, number)
    for number in range(largest + 1, len(steps)):
        if steps[number].right < last_base:
            high = number
    main = _change(reference, mutant, steps[low : high + 1], first_base)
    if not isinstance(main, Insertion) or main.length < SHORTEST_INSERTION:
        return None
    beside = [_change(reference, mutant, [step]) for step in (*steps[:low], *steps[high + 1 :])]
    small = [one for one in beside if one is not None]
    within = Haplotype(reference, main).segment
    for step in steps[: low + 1]:
        # Behind it a block goes on over the filler, as far as that is like the reference.
        before = _substitutions(reference, mutant, step.one, within)
        small += [one for one in before if one.start < main.start]
    for step in steps[high:]:
        small += _substitutions(reference, mutant, step.other, within)
    parts = sorted((main, *small), key=lambda part: (part.start, part.end))
    at = parts.index(main)
    parts = _apart(reference, parts)
    core = parts[at] if parts else None
    if not isinstance(core, Insertion):
        return None
    return Haplotype(reference, core, (*parts[:at], *parts[at + 1 :]))


def _apart(reference: str, parts: Sequence[SmallChange]) -> list[SmallChange]:
    """Changes from left to right: bases that could be of either of two are those of the first.

    Empty where they overlap by others.
    """
    found: list[SmallChange] = []
    for part in parts:
        moved: SmallChange | None = part
        while found and moved is not None and moved.start < found[-1].end:
            moved = _moved_right(reference, moved)
        if moved is None:
            return []
        found.append(moved)
    return found


def _moved_right(reference: str, part: SmallChange) -> SmallChange | None:
    """The same change written one base farther to the right; None where that is another one."""
    bases = part.inserted + reference[part.end : part.end + 1]
    if bases[:1] != reference[part.start : part.start + 1]:
        return None
    return replace(part, start=part.start + 1, end=part.end + 1, inserted=bases[1:])


def _small_steps(reference: str, mutant: str, steps: Sequence[_Step]) -> Haplotype | None:
    """Two and more small gaps on a wild type, and other bases, however long the gaps are together.

    None where there are fewer, or where they touch.
    """
    gaps = [one for step in steps if (one := _change(reference, mutant, [step])) is not None]
    if len(gaps) < 2:
        return None
    found = [steps[0].one, *(step.other for step in steps)]
    bases = [one for block in found for one in _substitutions(reference, mutant, block, (0, 0))]
    parts = _apart(reference, sorted((*gaps, *bases), key=lambda one: (one.start, one.end)))
    return Haplotype(reference, None, tuple(parts)) if parts else None


def _change(
    reference: str, mutant: str, steps: Sequence[_Step], first: int | None = None
) -> SmallChange | None:
    """What lies between the first and the last of neighbouring steps, as one change.

    It ends where the block behind does at the latest: a deletion may stand there.
    `first`: the reference coordinate from which on the bases are those of the mutant.
    """
    right = steps[-1].right
    before, behind = steps[0].one, steps[-1].other
    left = min(steps[0].left, behind.end - behind.shift)
    start = left if first is None else max(before.start - before.shift, min(first, left))
    end = max(left, right)
    bases = mutant[start + before.shift : end + behind.shift]
    return small_change_between(reference, start, end, bases)


def _substitutions(
    reference: str, mutant: str, one: Block, within: tuple[int, int]
) -> list[Substitution]:
    """Single bases of a block that differ from the reference, outside a reference interval."""
    return [
        Substitution(place - one.shift, place - one.shift + 1, mutant[place])
        for place in range(one.start, one.end)
        if not same_base(mutant, reference, place, one.shift)
        and not within[0] <= place - one.shift < within[1]
    ]
