"""Events beside each other, on the same molecules or in several clones, drawn at a place.

Haplotypes: A, B and D are clones, C is the other allele of a cell, and W is what else there is
(`scripts.benchmark.kind_cases`). What all five have is homozygous.
"""

from __future__ import annotations

import random

from scripts.benchmark.kind_edits import (
    Edit,
    Edits,
    deletion,
    insertion,
    longest_repeat,
    other_base,
    random_bases,
    replacement,
    several_bases,
    substitution,
    units_at,
)


def two_deletions(_: str, at: int, rng: random.Random) -> Edits:
    """Two clones with deletions that share bases."""
    first = rng.randint(2, 12)
    second = at + rng.randint(1, first - 1)
    return {"A": ((at, at + first, ""),), "B": ((second, second + rng.randint(2, 12), ""),)}


def two_replacements(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two clones with replacements that share bases."""
    draw = replacement(2, 10)
    return {
        "A": (draw(sequence, at, rng),),
        "B": (draw(sequence, at + rng.randint(0, 3), rng),),
    }


def _neighbour(sequence: str, at: int, rng: random.Random) -> tuple[Edit, Edit]:
    """A substitution and, 0 to 10 bases behind it, another, or a gap."""
    first = substitution(sequence, at, rng)
    place = at + 1 + rng.randint(0, 10)
    if rng.random() < 0.6:
        return first, substitution(sequence, place, rng)
    draw = deletion(1, 9) if rng.random() < 0.5 else insertion(1, 9)
    return first, draw(sequence, place, rng)


def in_cis(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two neighbours on the same molecules."""
    return {"A": _neighbour(sequence, at, rng)}


def in_trans(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two neighbours in two clones."""
    first, second = _neighbour(sequence, at, rng)
    return {"A": (first,), "B": (second,)}


def replacements_in_cis(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two replacements on the same molecules, 8 to 15 bases apart."""
    first = replacement(2, 6)(sequence, at, rng)
    return {"A": (first, replacement(2, 6)(sequence, first[1] + rng.randint(8, 15), rng))}


def several_and_insertion(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two or three bases replaced, and an insertion right behind them or a few bases further."""
    first = several_bases(sequence, at, rng)
    place = first[1] + rng.choice((0, 0, 5, 6, 7, 8))
    return {"A": (first, insertion(1, 9)(sequence, place, rng))}


def nested(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two bases of a codon in one clone, the second of them alone in another."""
    first, second = substitution(sequence, at, rng), substitution(sequence, at + 1, rng)
    return {"A": (first, second), "B": (second,)}


def three_clones(sequence: str, at: int, rng: random.Random) -> Edits:
    """Three clones, each with another base of a codon; or two of them with the same base."""
    first, second, third = (substitution(sequence, at + i, rng) for i in range(3))
    other = at, at + 1, rng.choice([b for b in "ACGT" if b not in (sequence[at], first[2])])
    return {"A": (first,), "B": (rng.choice((second, other)),), "D": (third,)}


def beside_polymorphism(sequence: str, at: int, rng: random.Random) -> Edits:
    """A mutation beside a heterozygous polymorphism, on its molecules or on the others."""
    first, second = _neighbour(sequence, at, rng)
    cis = rng.random() < 0.5
    return {"A": (first, second) if cis else (second,), "C": (first,)}


def beside_homozygous(sequence: str, at: int, rng: random.Random) -> Edits:
    """A mutation beside a homozygous insertion or deletion of one to three bases."""
    gap = (deletion(1, 3) if rng.random() < 0.5 else insertion(1, 3))(sequence, at, rng)
    place = gap[1] + rng.randint(3, 10)
    draw = substitution if rng.random() < 0.5 else deletion(1, 6)
    return {"A": (gap, draw(sequence, place, rng)), **dict.fromkeys("BCDW", (gap,))}


def two_alleles_of_repeat(sequence: str, at: int, rng: random.Random) -> Edits:
    """A repeat with one unit less or more in all molecules, and one more change in a clone."""
    start, size = longest_repeat(sequence, at)
    unit = sequence[start : start + size]
    usual: Edit = (start, start, unit)
    clone: Edit = (start, start, unit * 2)
    if rng.random() < 0.5 and units_at(sequence, start, size) > 2:
        usual, clone = (start, start + size, ""), (start, start + 2 * size, "")
    return {"A": (clone,), **dict.fromkeys("BCDW", (usual,))}


def long_deletion_and_substitution(sequence: str, at: int, rng: random.Random) -> Edits:
    """A deletion of 40 to 60 bases, and in another clone a substitution in it or beside it."""
    lost = deletion(40, 60)(sequence, at, rng)
    place = rng.choice(
        (rng.randrange(*lost[:2]), at - rng.randint(1, 8), lost[1] + rng.randint(0, 8))
    )
    return {"A": (lost,), "B": (substitution(sequence, place, rng),)}


def within_duplication(sequence: str, at: int, rng: random.Random) -> Edits:
    """A duplication of 12 to 40 bases, and on other molecules a substitution of its bases."""
    size = rng.randint(12, 40)
    copied = (at + size, at + size, sequence[at : at + size])
    single = substitution(sequence, at + rng.randrange(size), rng)
    return {"A": (copied,), "B": (single,)}


def polymorphism_in_duplication(sequence: str, at: int, rng: random.Random) -> Edits:
    """A duplication of 12 to 40 bases of the allele that has a heterozygous polymorphism."""
    size = rng.randint(12, 40)
    place = rng.randrange(1, size - 1)
    base = other_base(sequence[at + place], rng)
    copy = sequence[at : at + place] + base + sequence[at + place + 1 : at + size]
    single = (at + place, at + place + 1, base)
    return {"A": (single, (at + size, at + size, copy)), "C": (single,)}


def insertion_in_two_clones(sequence: str, at: int, rng: random.Random) -> Edits:
    """Two clones with other insertions at the same place (NPM1)."""
    del sequence
    size = rng.choice((3, 4, 4, 6))
    first = random_bases(size, rng)
    second = first
    while second == first:
        second = random_bases(size, rng)
    return {"A": ((at, at, first),), "B": ((at, at, second),)}
