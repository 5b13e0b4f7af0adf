"""Reads that an aligner turned lie on the molecule as they were sequenced, base by base."""

from __future__ import annotations

from dataclasses import replace

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.haplotypes import haplotypes_of
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from scripts.panel.turned_reads import InvertedStretch, as_molecules_have_them, inverted_stretches
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, other

SEQUENCE = random_sequence(1800, seed=43)
FIRST, END = 600, 720
FOREIGN = random_sequence(40, seed=44)


def fetch(start: int, end: int) -> str:
    return SEQUENCE[max(0, start) : end]


INVERTED = reverse_complement(SEQUENCE[FIRST:END])
MOLECULE = SEQUENCE[:FIRST] + INVERTED + SEQUENCE[END:]
INVERSION = Allele(CONTIG, FIRST, SEQUENCE[FIRST:END], INVERTED)
HAPLOTYPES = haplotypes_of([SEQUENCE[FIRST:END], INVERTED], Place(CONTIG, FIRST, END, ()), fetch)


def told(read: PlaceRead) -> list[PlaceRead]:
    return list(as_molecules_have_them([read], HAPLOTYPES, inverted_stretches(INVERSION, fetch)))


def turned(start: int, size: int) -> PlaceRead:
    """A read of the molecule from a base on, aligned by its bases of the inversion."""
    before, after = max(0, FIRST - start), max(0, start + size - END)
    within = size - before - after
    place = FIRST + END - (start + before) - within
    sequence = reverse_complement(MOLECULE[start : start + size])
    return PlaceRead("r", sequence, (), (Block(place, after, within),), reverse=True)


@pytest.mark.parametrize(
    ("start", "size", "ends"),
    [
        (570, 100, [(570, 0)]),
        (650, 100, [(749, 99)]),
        (560, 200, [(560, 0), (759, 199)]),
        (599, 121, [(599, 0)]),
        (600, 121, [(720, 120)]),
    ],
)
def test_a_turned_read_lies_by_its_ends_beside_the_inversion(
    start: int, size: int, ends: list[tuple[int, int]]
) -> None:
    (read,) = told(turned(start, size))
    assert read.sequence == MOLECULE[start : start + size]
    assert not read.reverse
    assert read.blocks == tuple(Block(place, query, 1) for place, query in ends)


def test_poor_bases_turn_with_the_read_and_primers_are_gone() -> None:
    given = replace(turned(570, 100), poor=(0, 7), hidden=(0,), clipped_primers=("p",))
    (read,) = told(given)
    assert (read.poor, read.hidden, read.clipped_primers, read.primers) == ((92, 99), (), (), ())


@pytest.mark.parametrize(("first", "last", "count"), [(600, 720, 0), (599, 720, 1), (600, 721, 1)])
def test_a_read_within_the_inversion_says_nothing(first: int, last: int, count: int) -> None:
    read = PlaceRead("r", SEQUENCE[first:last], (), (Block(first, 0, last - first),), reverse=False)
    assert told(read) == [read] * count


def test_a_read_within_one_of_several_stretches_says_nothing() -> None:
    stretches = [*inverted_stretches(INVERSION, fetch), InvertedStretch(900, 950, 600, 600)]
    read = PlaceRead("r", SEQUENCE[610:710], (), (Block(610, 0, 100),), reverse=False)
    assert not list(as_molecules_have_them([read], HAPLOTYPES, stretches))


@pytest.mark.parametrize("place", [560, 590])
def test_a_piece_of_a_turned_read_that_lies_beside_the_inversion_is_passed_over(place: int) -> None:
    """Bases in front of a gap, up to the inversion at the most."""
    read = turned(650, 100)
    (back,) = told(replace(read, blocks=(Block(place, 5, 10), *read.blocks)))
    assert back.sequence == MOLECULE[650:750]
    assert back.blocks == (Block(749, 99, 1),)


def test_a_clipped_read_of_the_wild_type_lies_where_it_is() -> None:
    read = PlaceRead("r", SEQUENCE[560:650] + FOREIGN[:10], (), (Block(560, 0, 90),), reverse=False)
    assert told(read) == [read]


def test_a_read_that_is_not_clipped_lies_where_it_is() -> None:
    """Even if it would fit better on the other strand."""
    clipped = turned(570, 100)
    whole = replace(clipped, blocks=(Block(650, 0, 100),))
    assert told(whole) == [whole]
    assert told(clipped) != [clipped]


def test_a_read_that_fits_as_well_as_it_lies_says_nothing() -> None:
    """As many mismatches on the wild type as on the inversion, turned."""
    read = turned(595, 100)
    of_wildtype = SEQUENCE[read.blocks[0].reference :][: len(read.sequence)]
    differing = [
        n for n, (a, b) in enumerate(zip(read.sequence, of_wildtype, strict=True)) if a != b
    ]
    assert len(differing) >= 2
    half = len(differing) // 2 * 2
    changed = list(read.sequence)
    for at in differing[: half // 2]:
        changed[at] = of_wildtype[at]
    for at in differing[half:]:
        changed[at] = next(base for base in "ACGT" if base not in (changed[at], of_wildtype[at]))
    assert told(replace(read, sequence="".join(changed))) == []
    changed[differing[0]] = read.sequence[differing[0]]
    (back,) = told(replace(read, sequence="".join(changed)))
    assert not back.reverse


def test_an_inverted_copy_lies_where_it_was_inserted() -> None:
    copy = Allele(CONTIG, 599, SEQUENCE[599], SEQUENCE[599] + reverse_complement(fetch(700, 745)))
    assert inverted_stretches(copy, fetch) == [InvertedStretch(700, 745, 600, 555)]


@pytest.mark.parametrize(
    ("new", "stretch"),
    [
        (reverse_complement(SEQUENCE[700:720]) + FOREIGN, InvertedStretch(660, 720, 600, 540)),
        (FOREIGN + reverse_complement(SEQUENCE[700:720]), InvertedStretch(700, 760, 600, 540)),
    ],
)
def test_one_end_of_the_new_bases_is_enough(new: str, stretch: InvertedStretch) -> None:
    allele = Allele(CONTIG, 599, SEQUENCE[599], SEQUENCE[599] + new)
    assert inverted_stretches(allele, fetch) == [stretch]


@pytest.mark.parametrize(
    ("first", "count"), [(149, 0), (150, 1), (600 + 450 - 20, 1), (600 + 450 - 19, 0)]
)
def test_they_stand_up_to_450_bases_away(first: int, count: int) -> None:
    new = reverse_complement(SEQUENCE[first : first + 20])
    allele = Allele(CONTIG, 599, SEQUENCE[599], SEQUENCE[599] + new)
    assert len(inverted_stretches(allele, fetch)) == count


def test_bases_that_stand_twice_near_by_have_no_place() -> None:
    twice = SEQUENCE[:800] + SEQUENCE[700:720] + SEQUENCE[820:]
    new = reverse_complement(SEQUENCE[700:720])
    allele = Allele(CONTIG, 599, SEQUENCE[599], SEQUENCE[599] + new)
    assert not inverted_stretches(allele, lambda start, end: twice[max(0, start) : end])


def test_bases_that_stand_twice_one_base_apart_have_no_place() -> None:
    run = SEQUENCE[:700] + "C" + "A" * 21 + "C" + SEQUENCE[723:]
    allele = Allele(CONTIG, 599, SEQUENCE[599], SEQUENCE[599] + "T" * 20)
    assert not inverted_stretches(allele, lambda start, end: run[max(0, start) : end])


def test_a_stretch_does_not_begin_before_the_contig() -> None:
    """The first 20 of 60 new bases stand at its beginning."""
    new = reverse_complement(SEQUENCE[:20]) + FOREIGN
    anchor = SEQUENCE[299] if SEQUENCE[299] != new[-1] else other(new[-1])
    allele = Allele(CONTIG, 299, anchor, anchor + new)
    assert [one.start for one in inverted_stretches(allele, fetch)] == [0]
