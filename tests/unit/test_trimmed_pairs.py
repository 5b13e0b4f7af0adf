"""Fragments that were cut where their mates overlap one copy of a duplication further on."""

from __future__ import annotations

import numpy as np
import pytest

from flt3itd.insertions.baits import Baits
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.trimmed_pairs import cut_within_copies
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2000, 3)


def mutant(size: int) -> Haplotype:
    """A duplication of so many bases from 1000 on."""
    return Haplotype(REFERENCE, Insertion(1000, 1000, REFERENCE[1000 : 1000 + size]))


def pairs(within: int, *, apart: int = 0, length: int = 60, start: int = 1010) -> ReadSet:
    """Pairs of 2 x 100 bases along the reference, and some of `length` bases of one place."""
    reads = ReadSet()
    for begin in range(400, 1500):
        reads.add_plain(begin, 100, reads.fragments)
        reads.add_plain(begin + 150, 100, reads.fragments, 0x90)
        reads.fragments += 1
    for _ in range(within):
        reads.add_plain(start, length, reads.fragments)
        reads.add_plain(start + apart, length, reads.fragments, 0x90)
        reads.fragments += 1
    return reads


def found(reads: ReadSet, size: int = 100, baits: Baits | None = None) -> float:
    return cut_within_copies(read_spans(reads), mutant(size), baits)


def baits(first: int, last: int) -> Baits:
    """Baits that lie in a stretch alone; 50 of their bases are enough."""
    places = np.arange(len(REFERENCE))
    return Baits(np.where((places >= first) & (places < last), 1.0, 0.0), 50.0)


def test_short_fragments_within_a_segment_are_improbable_where_others_have_none() -> None:
    assert found(pairs(0)) == 0.0
    assert found(pairs(2)) < 4 < found(pairs(12))


@pytest.mark.parametrize("start", [900, 1100, 1300])
def test_short_fragments_beside_it_are_none_of_its(start: int) -> None:
    assert found(pairs(12, start=start)) == 0.0


@pytest.mark.parametrize(
    ("start", "is_within"), [(1000, True), (999, False), (1040, True), (1041, False)]
)
def test_a_fragment_begins_and_ends_in_the_segment(start: int, is_within: bool) -> None:
    assert (found(pairs(12, start=start)) > 4) is is_within


@pytest.mark.parametrize(("apart", "is_one"), [(2, True), (3, False)])
def test_both_reads_hold_the_fragment_whole(apart: int, is_one: bool) -> None:
    assert (found(pairs(12, apart=apart)) > 4) is is_one


@pytest.mark.parametrize(("length", "is_short"), [(99, True), (100, False)])
def test_fragments_as_long_as_reads_were_not_cut(length: int, is_short: bool) -> None:
    assert (found(pairs(12, length=length, start=1000), size=110) > 4) is is_short


@pytest.mark.parametrize(("size", "asked"), [(30, True), (29, False)])
def test_segments_of_which_mates_hardly_overlap_are_not_asked(size: int, asked: bool) -> None:
    improbable = found(pairs(12, length=25, start=1002), size=size)
    assert improbable > 4 if asked else improbable == 0


def test_fragments_over_both_copies_are_not_short() -> None:
    """They lie on the reference, with a gap, as if they were shorter by it."""
    reads = pairs(0)
    text = REFERENCE[1010:1050] * 2
    for _ in range(12):
        for is_read2 in (False, True):
            reads.split.append(
                SplitRead(
                    reads.fragments, 1010, 970, 0, 80, 40, text, bytes(80), is_read2, is_read2
                )
            )
        reads.fragments += 1
    assert found(reads) == 0.0


def test_up_to_twice_as_many_as_elsewhere_are_expected() -> None:
    """100 of 260 pairs of the segment are short, a fifth elsewhere."""
    assert found(short_ones_everywhere(60)) < 1
    assert found(short_ones_everywhere(200)) > 4


def short_ones_everywhere(within: int) -> ReadSet:
    """Short fragments that begin at every place, and so many more within the segment."""
    reads = pairs(within)
    for start in range(405, 1450):
        reads.add_plain(start, 60, reads.fragments)
        reads.add_plain(start, 60, reads.fragments, 0x90)
        reads.fragments += 1
    return reads


def test_baits_catch_more_short_fragments_where_they_lie() -> None:
    """One of 60 bases lies over 50 of them at few places beside, one of 250 bases at many."""
    cut = pairs(12, start=1010)
    assert found(cut, baits=baits(0, 2000)) == pytest.approx(found(cut), rel=0.05)
    assert found(cut, baits=baits(1000, 1100)) < 1 < 4 < found(cut)
    assert found(cut, baits=baits(1300, 1400)) == found(cut)
