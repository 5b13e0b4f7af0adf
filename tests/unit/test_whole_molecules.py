"""Molecules of amplicons, put together from the two reads of a fragment."""

import numpy as np
import pytest

from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.whole_molecules import (
    LEAST_FRAGMENTS,
    LEAST_OVERLAP,
    MORE_THAN_ANOTHER,
    put_together,
    whole_molecules,
)
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(1200, 83)
START, END = 400, 640
AMPLICON = Amplicon(START, END, 1.0)
UNIT = REFERENCE[480:510]
IRREGULAR = (UNIT, "ACG" + UNIT, "T" + UNIT[5:], "GGATC" + UNIT, UNIT)
"""Five copies, with fillers and a gap: no read of 250 bases holds all."""


def molecule(*copies: str) -> str:
    return REFERENCE[START:480] + "".join(copies) + REFERENCE[510:END]


def fragments(*molecules: tuple[str, int], size: int = 250) -> ReadSet:
    """So many fragments of molecules; the mates are where an aligner may have put them."""
    reads = ReadSet()
    for text, count in molecules:
        for _ in range(count):
            number = reads.fragments
            reads.fragments += 1
            for sequence, place, is_reverse in (
                (text[:size], START, False),
                (text[-size:], END - size, True),
            ):
                if sequence == REFERENCE[place : place + size]:
                    reads.add_plain(place, size, number, 0x10 * is_reverse)
                    continue
                whole = len(sequence)
                reads.split.append(
                    SplitRead(number, place, place, 0, whole, whole, sequence,
                              b"\x25" * whole, is_reverse)
                )  # fmt: skip
    return reads


def proposed(*molecules: tuple[str, int], amplicon: Amplicon = AMPLICON) -> list[str]:
    found = whole_molecules(fragments(*molecules), [amplicon], Haplotype(REFERENCE), 3)
    return [one.sequence[START : len(one.sequence) - len(REFERENCE) + END] for one in found]


def test_irregular_copies_are_read_from_end_to_end() -> None:
    """Five copies with other fillers were "a change that could not be explained"."""
    mutant = molecule(*IRREGULAR)
    assert len(mutant) > 250 + 50
    assert proposed((mutant, 10), (molecule(UNIT), 30)) == [mutant]


def test_the_best_supported_length_comes_first() -> None:
    long, short = molecule(*IRREGULAR), molecule(*IRREGULAR[:2])
    assert proposed((long, 5), (short, 9)) == [short, long]


@pytest.mark.parametrize(("count", "is_proposed"), [(3, True), (2, False)])
def test_three_fragments_of_a_length_and_a_hundredth(count: int, is_proposed: bool) -> None:
    assert LEAST_FRAGMENTS == 3
    assert bool(proposed((molecule(*IRREGULAR), count))) is is_proposed


@pytest.mark.parametrize(("bases", "is_proposed"), [(3, True), (2, False)])
def test_short_insertions_are_not_sought(bases: int, is_proposed: bool) -> None:
    assert bool(proposed((molecule(UNIT, "GATTACA"[:bases]), 10))) is is_proposed


@pytest.mark.parametrize(("others", "is_proposed"), [(2, True), (3, False)])
def test_two_molecules_of_one_length_are_not_mixed(others: int, is_proposed: bool) -> None:
    mutant = molecule(*IRREGULAR)
    place = mutant.index("GGATC")
    other = mutant[:place] + "CCATC" + mutant[place + 5 :]
    found = proposed((mutant, 10 - others), (other, others))
    assert found == ([mutant] if is_proposed else [])


def test_sheared_fragments_and_those_of_other_primers_are_left_out() -> None:
    mutant = molecule(*IRREGULAR)
    one = np.array([250], dtype=np.int64)
    shapes = FragmentShapes(one, 0 * one, one, np.ones(1))
    for amplicon in (
        Amplicon(START, END, 1.0, sheared="left"),
        Amplicon(START, END, 1.0, shapes),
        Amplicon(START + 40, END, 1.0),
        Amplicon(START, END - 40, 1.0),
    ):
        assert proposed((mutant, 10), amplicon=amplicon) == []


@pytest.mark.parametrize(
    ("overlap", "is_found"), [(LEAST_OVERLAP, True), (LEAST_OVERLAP - 1, False)]
)
def test_reads_overlap(overlap: int, is_found: bool) -> None:
    text = random_sequence(200, 3)
    cut = 100 + overlap
    assert put_together(text[:cut], text[100:]) == (text if is_found else None)


def test_a_plain_read_with_another_base_is_known_by_its_mate() -> None:
    """A read that ends behind a gap lies on the reference with one base less alike."""
    mutant = molecule(UNIT, UNIT, UNIT)
    place = len(mutant) - 130 + 1
    other = mutant[:place] + ("A" if mutant[place] != "A" else "C") + mutant[place + 1 :]
    reads = ReadSet(fragments=10)
    for number in range(10):
        reads.split.append(SplitRead(number, START, START, 0, 250, 250, other[:250], b"\x25" * 250))
        reads.add_plain(510, 130, number, 0x10)
    found = whole_molecules(reads, [AMPLICON], Haplotype(REFERENCE), 3)
    assert [one.sequence[START : START + len(other)] for one in found] == [other]


def test_errors_in_an_overlap_are_those_of_the_left_read() -> None:
    text = random_sequence(200, 3)
    for errors, is_found in ((3, True), (4, False)):  # of 50 bases, 6 % at most
        left = list(text[:150])
        for place in range(120, 120 + 7 * errors, 7):
            left[place] = "A" if left[place] != "A" else "C"
        shown = "".join(left)
        assert put_together(shown, text[100:]) == (text if is_found else None)
        stands = shown + text[150:] if is_found else None
        assert put_together(shown, text[100:], left_stands=True) == stands


@pytest.mark.parametrize(
    ("unit", "is_found"), [(MORE_THAN_ANOTHER, True), (MORE_THAN_ANOTHER - 1, False)]
)
def test_copies_that_overlap_in_two_ways_are_not_counted(unit: int, is_found: bool) -> None:
    copy = random_sequence(unit, 9)
    text = random_sequence(80, 4) + copy * 2 + random_sequence(80, 5)
    left, right = text[: 80 + 2 * unit], text[80:]
    assert put_together(left, right) == (text if is_found else None)
