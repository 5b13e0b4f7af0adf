"""Rows of G that an instrument with two colours writes where it sees nothing."""

from __future__ import annotations

import random
import re

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.dark_cycles import DARK, SHORT_DARK, dark_bases_hidden, hide_dark_bases
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead


def aligned(sequence: str, *, is_reverse: bool = False) -> AlignedRead:
    cigar = ((0, len(sequence)),)
    return AlignedRead("r", 0, cigar, sequence, bytes(len(sequence)), is_reverse, True)


@pytest.mark.parametrize(
    ("bases", "is_reverse", "shown"),
    [
        ("ACT" + "G" * 10 + "TCA", False, "ACT" + "N" * 10 + "TCA"),
        ("ACT" + "G" * 9 + "TCA", False, "ACT" + "G" * 9 + "TCA"),
        ("ACT" + "C" * 12 + "TCA", True, "ACT" + "N" * 12 + "TCA"),
        ("ACT" + "C" * 12 + "TCA", False, "ACT" + "C" * 12 + "TCA"),
        ("ACT" + "G" * 12 + "TCA", True, "ACT" + "G" * 12 + "TCA"),
        ("G" * 11 + "T" + "G" * 10, False, "N" * 11 + "T" + "N" * 10),
    ],
)
def test_ten_g_as_they_were_read_are_unknown(bases: str, is_reverse: bool, shown: str) -> None:
    [found] = dark_bases_hidden([aligned(bases, is_reverse=is_reverse)])
    assert found == aligned(shown, is_reverse=is_reverse)


def test_reads_of_a_set_are_hidden_where_they_stand() -> None:
    bases, qualities = "ACT" + "G" * DARK, bytes(13)
    reads = ReadSet()
    reads.split.append(SplitRead(0, 100, 100, 0, 13, 13, bases, qualities))
    reads.unplaced.append(UnplacedRead(1, bases, qualities, False, False))
    hide_dark_bases(reads, TEXT)
    [split], [unplaced] = reads.split, reads.unplaced
    assert split.sequence == unplaced.sequence == "ACT" + "N" * DARK
    assert split.aligned_end == 13


def test_flt3_has_no_row_of_g_that_looks_dark() -> None:
    rows = re.findall("G+|C+", flt3_locus().sequence)
    assert max(map(len, rows)) < DARK


TEXT = "".join(random.Random(4).choices("ACT", k=120))
"""What stands in a molecule, without a G."""


def pair(
    fragment: int, row: int, *, cycle: int = 40, mate: str = TEXT, is_read2: bool = False
) -> list[SplitRead]:
    """Two reads of a molecule that lie over each other; the forward one has a row of G."""
    dark = TEXT[:cycle] + "G" * row + TEXT[cycle + row :]
    return [
        SplitRead(fragment, 0, 0, 0, 120, 120, dark, bytes(120), False, is_read2),
        SplitRead(fragment, 0, 0, 0, 120, 120, mate, bytes(120), True, not is_read2),
    ]


def shown(*pairs: list[SplitRead]) -> list[str]:
    """The forward reads of some pairs, their dark bases hidden."""
    reads = ReadSet()
    for one in pairs:
        reads.split += one
    hide_dark_bases(reads, TEXT)
    return [read.sequence for read in reads.split if not read.is_reverse]


@pytest.mark.parametrize(
    ("row", "cycle", "hidden"),
    [
        (SHORT_DARK, 40, True),
        (SHORT_DARK - 1, 40, False),
        (DARK - 1, 40, True),
        (SHORT_DARK, 6, True),
        (SHORT_DARK, 5, False),  # of fewer bases beside it its place in the mate is not sought
        (SHORT_DARK, 120 - 6 - SHORT_DARK, True),
        (SHORT_DARK, 120 - 5 - SHORT_DARK, False),
    ],
)
def test_short_rows_that_the_mate_does_not_have_are_unknown(
    row: int, cycle: int, hidden: bool
) -> None:
    """In amplicons rows of 5 to 9 G at one cycle were a second ITD of other bases."""
    [found] = shown(pair(0, row, cycle=cycle))
    other = "N" if hidden else "G"
    assert found == TEXT[:cycle] + other * row + TEXT[cycle + row :]


def test_rows_of_a_reverse_read_are_c() -> None:
    forward, reverse = pair(0, 0)
    dark = TEXT.replace("C", "A")
    dark = dark[:40] + "C" * 6 + dark[46:]
    mate = dark[:40] + "ATATAT" + dark[46:]
    reads = ReadSet()
    reads.split += [forward._replace(sequence=mate), reverse._replace(sequence=dark)]
    hide_dark_bases(reads, TEXT)
    assert [read.sequence for read in reads.split] == [mate, dark.replace("CCCCCC", "NNNNNN")]


@pytest.mark.parametrize(("against", "hidden"), [(9, True), (8, False)])
def test_rows_of_the_sample_stay(against: int, hidden: bool) -> None:
    """Of ten rows at a cycle nine must be spoken against, before one that no mate tells of goes."""
    of_sample = pair(0, 6)[0].sequence
    pairs = [pair(number, 6) for number in range(against)]
    pairs += [pair(number, 6, mate=of_sample) for number in range(against, 10)]
    alone = pair(10, 6)[:1]
    found = shown(*pairs, alone)
    assert [("N" in one) for one in found] == [*[True] * against, *[False] * (10 - against), hidden]


@pytest.mark.parametrize(("told", "hidden"), [(3, True), (2, False)])
def test_rows_that_no_mate_tells_of_go_with_those_of_their_cycle(told: int, hidden: bool) -> None:
    pairs = [pair(number, 6) for number in range(told)]
    alone = [pair(10, 6)[:1], pair(11, 6, cycle=46)[:1], pair(12, 6, is_read2=True)[:1]]
    found = shown(*pairs, *alone)
    assert [("N" in one) for one in found] == [*[True] * told, hidden, False, False]


@pytest.mark.parametrize(("start", "hidden"), [(64, True), (60, False), (40, False)])
def test_cycles_of_a_reverse_read_are_counted_from_its_end(start: int, hidden: bool) -> None:
    dark = TEXT[: start - 1] + "A" + "C" * 6 + "A" + TEXT[start + 7 : 110]
    reads = ReadSet(split=[SplitRead(10, 0, 0, 0, 110, 110, dark, bytes(110), True, False)])
    for number in range(3):
        reads.split += pair(number, 6)
    hide_dark_bases(reads, TEXT)
    assert ("N" in reads.split[0].sequence) is hidden


def test_five_g_are_asked_of_the_mate() -> None:
    """Four are in exons 14 and 15 themselves."""
    assert ["N" in one for one in shown(pair(0, 5), pair(1, 4))] == [True, False]


@pytest.mark.parametrize(
    ("first", "last", "reference", "hidden"),
    [
        (0, 120, TEXT, True),
        (40, 46, TEXT, True),
        (41, 120, TEXT, False),  # the mate lies beside a part of the row
        (0, 45, TEXT, False),
        (0, 120, TEXT[:40] + "G" * 6 + TEXT[46:], False),
    ],
)
def test_a_plain_mate_has_the_bases_of_the_reference(
    first: int, last: int, reference: str, hidden: bool
) -> None:
    reads = ReadSet(split=pair(0, 6)[:1])
    reads.add_plain(first, last - first, 0, 0x90)
    hide_dark_bases(reads, reference)
    assert ("N" in reads.split[0].sequence) is hidden


@pytest.mark.parametrize(
    ("reference", "diagonals", "hidden"),
    [
        (TEXT[:40] + "G" * 6 + TEXT[46:], (0, 0), False),
        (TEXT[:40] + "G" * 5 + TEXT[45:], (0, 0), True),
        (TEXT[:20] + "G" * 6 + TEXT[26:], (0, -20), False),
        (TEXT[:20] + "G" * 6 + TEXT[26:], (0, 0), True),
        ("G" * 6 + TEXT[6:], (-41, -41), True),
    ],
)
def test_rows_of_the_reference_stay(
    reference: str, diagonals: tuple[int, int], hidden: bool
) -> None:
    """They are no darkness, whatever an error of the mate says."""
    first, last = diagonals
    read, mate = pair(0, 6)
    reads = ReadSet(split=[read._replace(first_diagonal=first, last_diagonal=last), mate])
    hide_dark_bases(reads, reference)
    assert ("N" in reads.split[0].sequence) is hidden


def test_clipped_rows_have_no_place_beside_a_plain_mate() -> None:
    read = pair(0, 6)[0]
    for start, end, hidden in ((0, 46, True), (0, 45, False), (40, 120, True), (41, 120, False)):
        aligned = read._replace(aligned_start=start, aligned_end=end, first_block_end=end)
        reads = ReadSet(split=[aligned])
        reads.add_plain(0, 120, 0, 0x90)
        hide_dark_bases(reads, TEXT)
        assert ("N" in reads.split[0].sequence) is hidden


@pytest.mark.parametrize(("gap", "hidden"), [(46, True), (45, False)])
def test_a_row_right_in_front_of_a_gap_lies_on_the_first_diagonal(gap: int, hidden: bool) -> None:
    reads = ReadSet(split=[pair(0, 6)[0]._replace(last_diagonal=-20, first_block_end=gap)])
    reads.add_plain(40, 6, 0, 0x90)
    hide_dark_bases(reads, TEXT)
    assert ("N" in reads.split[0].sequence) is hidden


def test_behind_a_gap_a_row_lies_on_the_second_diagonal() -> None:
    read = pair(0, 6)[0]._replace(last_diagonal=-20, first_block_end=20)
    for start, hidden in ((20, True), (21, False)):
        reads = ReadSet(split=[read])
        reads.add_plain(start, 60, 0, 0x90)
        hide_dark_bases(reads, TEXT)
        assert ("N" in reads.split[0].sequence) is hidden


def test_two_reads_of_one_mate_tell_nothing_of_each_other() -> None:
    read, mate = pair(0, 6)
    assert "N" not in shown([read, mate._replace(is_read2=False)])[0]


def test_exons_14_and_15_have_no_row_that_is_asked_of() -> None:
    locus = flt3_locus()
    for number in (14, 15):
        exon = locus.exon(number)
        rows = re.findall("G+|C+", locus.sequence[exon.start : exon.end])
        assert max(map(len, rows)) < SHORT_DARK
