"""Which numbers of copies reads tell apart: bounds of units, numbers, bases and fragments."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Block
from scripts.panel import tandem_copies
from scripts.panel.alleles import Allele
from scripts.panel.place_reads import ContigReads, PlaceRead
from scripts.panel.places import Place
from scripts.panel.shares import Fragment
from scripts.panel.tandem_copies import in_number, told_in_copies, unit_of
from tests.copy_builders import FIRST, copies_of, reads_of_copies
from tests.panel_builders import CONTIG, GENOME, RULES, bam_of, sequence_of


def told(tmp_path: Path, called: int, molecules: Mapping[int, int], size: int) -> list[int]:
    """The units that are inserted, of an insertion that was called with so many."""
    unit = GENOME[FIRST : FIRST + size]
    with bam_of(tmp_path, reads_of_copies(molecules, size)) as bam:
        reads = ContigReads(bam, sequence_of(CONTIG), RULES)
        found = told_in_copies(copies_of(called, unit), reads, 0.005)
    return [(len(allele.alt) - 1) // size for allele in found or ()]


def test_a_unit_may_be_one_base() -> None:
    assert unit_of("AAAA") == "A"


def test_another_number_of_units_stands_behind_the_same_base() -> None:
    assert in_number(Allele(CONTIG, 9, "G", "GACAC"), 3) == Allele(CONTIG, 9, "G", "GACACAC")
    assert in_number(Allele(CONTIG, 9, "G", "GACAC"), 1) == Allele(CONTIG, 9, "G", "GAC")


@pytest.mark.parametrize(("size", "numbers"), [(19, []), (20, [2])])
def test_insertions_of_20_bases_or_more_are_asked(
    tmp_path: Path, size: int, numbers: list[int]
) -> None:
    assert told(tmp_path, 1, {2: 4, 0: 6}, size) == numbers


@pytest.mark.parametrize(
    ("called", "there", "number"), [(2, 5, 5), (2, 6, 5), (5, 6, 6), (5, 7, 6), (3, 3, 3)]
)
def test_up_to_five_units_are_asked_and_one_more_than_was_called(
    tmp_path: Path, called: int, there: int, number: int
) -> None:
    """Of still more the nearest number that is asked is told."""
    assert told(tmp_path, called, {there: 4, 0: 6}, 11) == [number]


def fragment(*mismatches: int, other: bool = False) -> Fragment:
    return Fragment(mismatches, 1.0, other, (False,))


@pytest.mark.parametrize(
    ("others", "one", "is_shown"),
    [
        (0, fragment(4, 0), True),
        (0, fragment(3, 0), False),
        (0, fragment(9, 1, 4), False),
        (0, fragment(4, 0, other=True), False),
        (297, fragment(4, 0), True),
        (298, fragment(4, 0), False),
    ],
)
def test_three_fragments_and_a_share_surely_have_a_number(
    others: int, one: Fragment, is_shown: bool
) -> None:
    """Four mismatches less than with any other number; here 1% of those that tell."""
    rest = [fragment(0, 9)] * others
    assert tandem_copies._is_shown(1, [one] * 3 + rest, 0.01) is is_shown
    assert not tandem_copies._is_shown(1, [one] * 2 + rest, 0.01)


@pytest.mark.parametrize(
    ("first", "last", "reaches_out"),
    [(190, 230, True), (191, 230, False), (210, 250, True), (210, 249, False)],
)
def test_a_read_is_aligned_with_ten_bases_beside_the_copies(
    first: int, last: int, reaches_out: bool
) -> None:
    read = PlaceRead("r", "A" * (last - first), (), (Block(first, 0, last - first),), reverse=False)
    assert tandem_copies._reaches_out(read, Place(CONTIG, 200, 240, ())) is reaches_out
