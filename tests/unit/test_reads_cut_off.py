"""Reads that were cut where their clipped bases were removed."""

import numpy as np
import pytest

from flt3itd.fitness.measurement import measure
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence
from tests.fitness_builders import pairs_along

REFERENCE = random_sequence(3000, 5)


def cut_at(place: int, count: int, *, paired: bool = False) -> ReadSet:
    """Single reads of 100 bases, of which the first few that pass a place are cut there."""
    reads = ReadSet()
    left = count
    for number, start in enumerate(np.linspace(200, 1200, 400).astype(int).tolist()):
        cut = left and start + 20 < place < start + 85
        left -= bool(cut)
        reads.add_plain(start, place - start if cut else 100, number)
        if paired:
            mate, size = (start, place - start) if cut else (start + 100, 100)
            reads.add_plain(mate, size, number, 0x10)
    reads.fragments = 400
    return reads


def test_reads_that_were_cut_at_a_breakpoint_end_together() -> None:
    assert measure(cut_at(700, 4), REFERENCE).cut_off == 4
    assert measure(cut_at(700, 3), REFERENCE).cut_off == 0
    assert measure(cut_at(700, 0), REFERENCE).cut_off == 0


@pytest.mark.parametrize(("beside", "places", "cut_off"), [(5, 5, 10), (6, 5, 0), (21, 20, 0)])
def test_a_pile_is_ten_times_what_ends_at_other_places(
    beside: int, places: int, cut_off: int
) -> None:
    """Ten ends at one place, and so many others at the places behind it."""
    reads = ReadSet(fragments=400)
    ends = [1000] * 10 + [1001 + number % places for number in range(beside)]
    for number, end in enumerate(ends):
        reads.add_plain(920 + number, end - 920 - number, number)
    for number in range(len(ends), 400):
        reads.add_plain(1200 + 2 * number, 100, number)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(
    ("beside", "cut_off"),
    [((0, 0, 9, 0), 20), ((0, 0, 10, 0), 0), ((2, 3, 3, 2), 0), ((0, 0, 0, 0, 0, 9, 9), 20)],
)
def test_reads_that_end_around_a_place_were_trimmed_by_quality(
    beside: tuple[int, ...], cut_off: int
) -> None:
    """Twenty ends at one place, and so many 2 and 1 bases in front of it, and 1, 2, ... behind."""
    places = [1000 + by for by in (-2, -1, 1, 2, 3, 4, 5)]
    ends = [1000] * 20
    for place, count in zip(places, beside, strict=False):
        ends += [place] * count
    reads = ReadSet(fragments=600)
    ends += [600, 1100]  # far away, so that those around the place are few for all places
    for number, end in enumerate(ends):
        size = 80 - number
        reads.add_plain(end - size, size, number)
    for number in range(len(ends), 600):
        reads.add_plain(1200 + 2 * number, 100, number)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(("by", "cut_off"), [(20, 9), (11, 0)])
def test_trimming_by_a_few_bases_is_no_cut(by: int, cut_off: int) -> None:
    reads = cut_at(700, 0)
    for number in range(400, 409):
        size = 100 - by + number - 400
        reads.add_plain(700 - size, size, number)
    reads.fragments = 409
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(("size", "cut_off"), [(88, 9), (89, 0)])
def test_a_cut_read_has_twelve_bases_less_than_one_that_begins_like_it(
    size: int, cut_off: int
) -> None:
    reads = cut_at(700, 0)
    for number in range(400, 410):
        reads.add_plain(700 - size, 100 if number == 409 else size, number)
    reads.fragments = 410
    assert measure(reads, REFERENCE).cut_off == cut_off


def test_whole_reads_over_an_inserted_copy_were_not_cut() -> None:
    """Of one amplicon: mutant reads end 30 bases before the others, and some reads were trimmed."""
    reads = ReadSet()
    for number in range(200):
        reads.add_plain(500, 100 if number % 80 else 60 + number // 80, number)
    for number in range(200, 260):
        bases = "A" * 100
        reads.split.append(SplitRead(number, 500, 470, 0, 100, 50, bases, b"\x25" * 100))
    reads.fragments = 260
    assert measure(reads, REFERENCE).cut_off == 0


def test_whole_reads_that_are_clipped_at_a_junction_were_not_cut() -> None:
    reads = pairs_along(2000)
    for number in range(400):  # short reads, so that there is a question
        reads.plain_end[4 * number] -= 15 + number % 20
    for number in range(2000, 2060):
        clip = 88 if number % 3 else 10 + number % 60  # many end alike, others go on
        place = 700 - clip
        bases = "A" * 100
        reads.split.append(SplitRead(number, place, place, clip, 100, 100, bases, b"\x25" * 100))
    reads.fragments = 2060
    assert measure(reads, REFERENCE).cut_off == 0


def test_reads_that_end_with_their_fragment_were_not_cut() -> None:
    assert measure(cut_at(700, 12, paired=True), REFERENCE).cut_off == 0


@pytest.mark.parametrize(("beside", "cut_off"), [(3, 0), (4, 20)])
@pytest.mark.parametrize("reverse", [False, True])
def test_a_mate_within_three_bases_is_the_end_of_the_fragment(
    beside: int, cut_off: int, reverse: bool
) -> None:
    """Twenty reads that end, or begin, at base 700, with a mate that goes so much farther."""
    reads = ReadSet(fragments=420)
    for number in range(20):
        size = 60 + number
        start, mate = (700, 700 - beside) if reverse else (700 - size, 600 + beside)
        reads.add_plain(start, size, number, 0x10 if reverse else 0)
        reads.add_plain(mate, 100, number, 0 if reverse else 0x10)
    for number in range(20, 420):
        reads.add_plain(500 + number, 100, number)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(
    ("forward", "reverse", "cut_off"),
    [(30, 30, 0), (30, 15, 0), (30, 14, 30), (5, 5, 0), (4, 4, 4)],
)
def test_reads_of_a_length_that_both_strands_have_were_not_cut_at_a_place(
    forward: int, reverse: int, cut_off: int
) -> None:
    """Of 200 reads, 5 % are ten: such a length is one of a run, as of second mates cut to it."""
    reads = ReadSet(fragments=200)
    for number in range(200):
        short, strand = (forward, 0) if number < 100 else (reverse, 0x10)
        size = 60 if number % 100 < short else 100
        reads.add_plain(300 if strand == 0 else 800 - size, size, number, strand)
    assert measure(reads, REFERENCE).cut_off == cut_off


def test_amplicon_reads_that_are_all_of_one_length_were_not_cut() -> None:
    reads = ReadSet(fragments=200)
    for number in range(200):
        reads.add_plain(300, 150, number) if number % 2 else reads.add_plain(800, 120, number)
    assert measure(reads, REFERENCE).cut_off == 0
    for number in range(200, 220):
        reads.add_plain(300, 90, number)
    reads.fragments = 220
    assert measure(reads, REFERENCE).cut_off == 20


@pytest.mark.parametrize(("sharing", "cut_off"), [(4, 4), (5, 0)])
def test_five_reads_that_begin_together_begin_at_a_primer(sharing: int, cut_off: int) -> None:
    """There a read is cut where others go on; elsewhere, where it is shorter than most reads."""
    reads = ReadSet(fragments=200 + sharing)
    for number in range(200):
        reads.add_plain(300, 150, number)
    for number in range(200, 200 + sharing):
        reads.add_plain(800, 120, number)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(("before_the_end", "cut_off"), [(3, 0), (4, 12)])
def test_a_read_that_ends_at_the_end_of_its_fragment_was_read_through(
    before_the_end: int, cut_off: int
) -> None:
    reads = cut_at(700, 0)
    for number in range(400, 412):
        start = 612 + number - 400
        reads.add_plain(start, 700 - start, number)
        reads.add_plain(600 + before_the_end, 100, number, 0x10)
    reads.fragments = 412
    assert measure(reads, REFERENCE).cut_off == cut_off


def test_a_pile_is_one_that_neither_other_places_nor_chance_explain() -> None:
    def with_ends(*ends: int) -> int:
        reads = cut_at(700, 0)
        for number, end in enumerate(ends, start=400):
            size = 60 + number % 20
            reads.add_plain(end - size, size, number)
        reads.fragments = 400 + len(ends)
        return measure(reads, REFERENCE).cut_off

    assert with_ends(*[700] * 9) == 9
    assert with_ends(*[700] * 9, 701) == 0  # as many at the next base as a tenth of them
    assert with_ends(*[700] * 4, 690, 694, 704) == 0  # chance gives four with three on 14 bases
    assert with_ends(*[700] * 4, 900, 1100, 1300) == 4
    # With two on 26 bases chance gives four once in 700,000 times, on 29 once in 1.1 million.
    assert with_ends(*[700] * 4, 690, 716) == 0
    assert with_ends(*[700] * 4, 690, 719) == 4


@pytest.mark.parametrize(("farther", "cut_off"), [(12, 0), (13, 9)])
@pytest.mark.parametrize("at_start", [False, True])
def test_reads_at_the_edge_of_what_was_taken_lack_their_mates(
    farther: int, cut_off: int, at_start: bool
) -> None:
    """Nine reads at one place without mates; one ends, or begins, so many bases farther out."""
    reads = ReadSet(fragments=410)
    for number in range(400):
        reads.add_plain(500 + number, 100, number)
        reads.add_plain(550 + number, 100, number, 0x10)
    for number in range(400, 409):
        size = 60 + number - 400
        reads.add_plain(1000 if at_start else 450 - size, size, number)
    reads.add_plain(1000 + farther if at_start else 350 - farther, 100, 409)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(("shorter", "cut_off"), [(10, 0), (11, 11)])
def test_where_all_reads_of_an_amplicon_end_some_are_shorter(shorter: int, cut_off: int) -> None:
    """200 of one length end there; a twentieth of them began later, for want of a foreign base."""
    reads = ReadSet(fragments=400 + shorter)
    for number in range(400):
        reads.add_plain(300, 150, number) if number % 2 else reads.add_plain(800, 150, number, 0x10)
    for number in range(400, 400 + shorter):
        size = 120 + number - 400
        reads.add_plain(450 - size, size, number)
    assert measure(reads, REFERENCE).cut_off == cut_off


@pytest.mark.parametrize(("single", "cut_off"), [(791, 9), (790, 0)])
def test_where_half_of_the_reads_have_no_mate_none_lacks_it(single: int, cut_off: int) -> None:
    """Nine end together at the edge of what was taken: of 400 pairs these lack their mates."""
    reads = ReadSet(fragments=409 + single)
    for number in range(400):
        reads.add_plain(500 + number, 100, number)
        reads.add_plain(550 + number, 100, number, 0x10)
    for number in range(400, 409):
        size = 60 + number - 400
        reads.add_plain(450 - size, size, number)
    for number in range(409, 409 + single):
        reads.add_plain(700 + number % 97, 100, number)
    assert measure(reads, REFERENCE).cut_off == cut_off
