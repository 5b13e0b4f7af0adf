"""Single events drawn at a place of a contig, for the kinds of `scripts.benchmark.kind_cases`."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from operator import ne

Edit = tuple[int, int, str]
"""Bases [start, end) of a contig, and what replaces them."""

Edits = Mapping[str, tuple[Edit, ...]]
"""The edits of each haplotype, in order."""

Draw = Callable[[str, int, random.Random], Edits]
"""Draws the edits of a case from the sequence of a contig and a place on it."""

DrawEdit = Callable[[str, int, random.Random], Edit]

REPEAT_REACH = 100
"""Bases beside a place in which the longest repeat is looked for."""


def alone(draw: DrawEdit) -> Draw:
    """A case with one event, on haplotype A."""
    return lambda sequence, at, rng: {"A": (draw(sequence, at, rng),)}


def random_bases(length: int, rng: random.Random) -> str:
    """Bases that are equally frequent."""
    return "".join(rng.choices("ACGT", k=length))


def other_base(base: str, rng: random.Random) -> str:
    """Another base."""
    return rng.choice([other for other in "ACGT" if other != base])


def substitution(sequence: str, at: int, rng: random.Random) -> Edit:
    """One base replaced by another."""
    return at, at + 1, other_base(sequence[at], rng)


def several_bases(sequence: str, at: int, rng: random.Random) -> Edit:
    """Two or three neighbouring bases, each replaced by another (MNV)."""
    size = rng.randint(2, 3)
    return at, at + size, "".join(other_base(base, rng) for base in sequence[at : at + size])


def replacement(shortest: int, longest: int) -> DrawEdit:
    """Bases replaced by as many or fewer or more, first and last of which differ."""

    def draw(sequence: str, at: int, rng: random.Random) -> Edit:
        old = sequence[at : at + rng.randint(shortest, longest)]
        return at, at + len(old), _differing(old, rng.randint(shortest, longest), rng)

    return draw


def _differing(old: str, size: int, rng: random.Random) -> str:
    """Bases (two or more) that begin and end otherwise than some others.

    Of as many bases at least half differ: fewer are substitutions apart from each other.
    """
    while True:
        new = other_base(old[0], rng) + random_bases(size - 2, rng) + other_base(old[-1], rng)
        if size != len(old) or 2 * sum(map(ne, old, new)) >= size:
            return new


def long_replacement(sequence: str, at: int, rng: random.Random) -> Edit:
    """Few bases replaced by so many that a read holds them with little beside, or the reverse."""
    few, many = rng.randint(2, 20), rng.randint(90, 125)
    old = sequence[at : at + (few if rng.random() < 0.5 else many)]
    return at, at + len(old), _differing(old, many if len(old) == few else few, rng)


def foreign_insertion(sequence: str, at: int, rng: random.Random) -> Edit:
    """So many other bases, in place of none or a few, that many reads are clipped at them."""
    size, lost = rng.randint(30, 130), rng.choice((0, rng.randint(2, 25)))
    old = sequence[at : at + lost]
    return at, at + lost, _differing(old, size, rng) if old else random_bases(size, rng)


def deletion(shortest: int, longest: int) -> DrawEdit:
    """Bases that are lost."""
    return lambda _, at, rng: (at, at + rng.randint(shortest, longest), "")


def duplication(shortest: int, longest: int) -> DrawEdit:
    """Bases that stand twice, side by side."""

    def draw(sequence: str, at: int, rng: random.Random) -> Edit:
        size = rng.randint(shortest, longest)
        return at + size, at + size, sequence[at : at + size]

    return draw


def mutated_duplication(sequence: str, at: int, rng: random.Random) -> Edit:
    """Bases that stand twice, with another base within the second copy."""
    size = rng.randint(12, 40)
    copy = list(sequence[at : at + size])
    place = rng.randrange(3, size - 3)
    copy[place] = other_base(copy[place], rng)
    return at + size, at + size, "".join(copy)


def insertion(shortest: int, longest: int) -> DrawEdit:
    """Other bases between two."""
    return lambda _, at, rng: (at, at, random_bases(rng.randint(shortest, longest), rng))


def of_repeat(sequence: str, at: int, rng: random.Random) -> Edit:
    """One or two units more or less of the longest repeat of 2 to 6 bases near a place."""
    start, size = longest_repeat(sequence, at)
    units = rng.randint(1, 2)
    if rng.random() < 0.5 and units_at(sequence, start, size) > units:
        return start, start + size * units, ""
    return start, start, sequence[start : start + size] * units


def longest_repeat(sequence: str, at: int) -> tuple[int, int]:
    """Start and length of the unit of the longest repeat of 2 to 6 bases near a place."""
    _, start, size = max(
        (units_at(sequence, i, size) * size, i, size)
        for size in range(2, 7)
        for i in range(at - REPEAT_REACH, at + REPEAT_REACH)
    )
    return start, size


def units_at(sequence: str, start: int, size: int) -> int:
    """How often a unit, not of equal bases, stands in a row; 0 for equal bases."""
    unit, count = sequence[start : start + size], 0
    if len(set(unit)) == 1:
        return 0
    while sequence.startswith(unit, start + size * count):
        count += 1
    return count


def at_edge(sequence: str, at: int, rng: random.Random) -> Edit:
    """An event of a few bases, half of them substitutions; it begins at the place."""
    some = (several_bases, deletion(1, 6), insertion(1, 6), duplication(1, 6), replacement(2, 5))
    draw = substitution if rng.random() < 0.5 else rng.choice(some)
    return draw(sequence, at, rng)
