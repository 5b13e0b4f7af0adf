"""Bases that one mate has at one cycle in a part of the reads of an amplicon."""

from __future__ import annotations

import random

import pytest

from flt3itd.reads.alignment import Flag
from flt3itd.reads.misread_cycles import hide_misread_cycles
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import MISMATCHES_EVERY, Mismatch

TEXT = "".join(random.Random(4).choices("ACT", k=400))
BEGIN, READ, CYCLE = 100, 100, 50
PLACE = BEGIN + CYCLE
MATE = int(Flag.REVERSE) | int(Flag.READ_2)


def reads_of(
    plain: int,
    misread: int,
    *,
    mates: int = 0,
    mates_begin: int = 0,
    mates_with_it: int = 0,
    others_wrong: int = 1,
) -> ReadSet:
    """First reads that begin at one place; misread ones have G at a cycle, and another mismatch."""
    found = ReadSet()
    for _ in range(plain):
        found.add_plain(BEGIN, READ, 0)
    for _ in range(mates):
        found.add_plain(mates_begin, READ, 0, MATE)
    bases = list(TEXT[BEGIN : BEGIN + READ])
    bases[CYCLE] = "G"
    for other in range(others_wrong):
        bases[20 + other] = "G"
    text = "".join(bases)
    found.split += [_read(text, BEGIN) for _ in range(misread)]
    if mates_with_it:
        found.tally.mismatches[Mismatch(True, 30, PLACE, "G")] = mates_with_it // MISMATCHES_EVERY
    return found


def _read(text: str, begin: int, *, inserted: int = 0) -> SplitRead:
    size = len(text)
    return SplitRead(0, begin, begin - inserted, 0, size, size, text, bytes(size))


def of_an_itd(reads: ReadSet, number: int, with_it: int) -> None:
    """Add reads that have an insertion behind the cycle, some of them with G at it."""
    bases = TEXT[BEGIN : BEGIN + READ]
    misread = bases[:CYCLE] + "G" + bases[CYCLE + 1 :]
    for at in range(number):
        reads.split.append(_read(misread if at < with_it else bases, BEGIN, inserted=21))


def hidden(reads: ReadSet) -> int:
    """How many reads have an unknown base at the cycle now."""
    hide_misread_cycles(reads, TEXT)
    assert all(read.sequence.count("N") <= 1 for read in reads.split)
    return sum(read.sequence[CYCLE] == "N" for read in reads.split)


def told(**changed: int) -> ReadSet:
    """Reads of which a tenth is misread, with mates over the place."""
    return reads_of(**{"plain": 180, "misread": 20, "mates": 40, "mates_begin": 110} | changed)


def test_mates_without_the_base_tell() -> None:
    reads = told()
    of_an_itd(reads, 50, 5)
    assert hidden(reads) == 25


def test_a_base_of_both_mates_is_of_the_sample() -> None:
    assert hidden(told(mates=400, mates_with_it=4)) == 20
    assert hidden(told(mates=400, mates_with_it=8)) == 0


@pytest.mark.parametrize(("misread", "found"), [(8, 8), (7, 0)])
def test_eight_of_the_reads_that_begin_alike(misread: int, found: int) -> None:
    assert hidden(told(plain=100, misread=misread)) == found


@pytest.mark.parametrize(("plain", "found"), [(485, 15), (486, 0)])
def test_three_percent_of_the_reads_that_begin_alike(plain: int, found: int) -> None:
    assert hidden(told(plain=plain, misread=15)) == found


@pytest.mark.parametrize(("cycle", "found"), [(15, 20), (14, 0), (84, 20), (85, 0)])
def test_the_ends_of_reads_are_not_asked(cycle: int, found: int) -> None:
    reads = told(mates=0)
    for _ in range(40):
        reads.add_plain(BEGIN + cycle - 50, READ, 0, MATE)
    bases = list(TEXT[BEGIN : BEGIN + READ])
    bases[cycle] = bases[CYCLE - 10] = "G"
    reads.split = [_read("".join(bases), BEGIN) for _ in reads.split]
    hide_misread_cycles(reads, TEXT)
    assert sum(read.sequence[cycle] == "N" for read in reads.split) == found


@pytest.mark.parametrize(("mates", "found"), [(20, 20), (19, 0)])
def test_mates_that_are_enough(mates: int, found: int) -> None:
    assert hidden(told(mates=mates)) == found


@pytest.mark.parametrize(("begin", "found"), [(PLACE - 30, 20), (PLACE - 29, 0)])
def test_mates_that_begin_before_the_place(begin: int, found: int) -> None:
    assert hidden(told(mates_begin=begin)) == found


@pytest.mark.parametrize(("wrong", "found"), [(5, 20), (6, 0)])
def test_reads_that_were_forced_onto_the_reference_tell_nothing(wrong: int, found: int) -> None:
    assert hidden(told(others_wrong=wrong)) == found


@pytest.mark.parametrize(("with_it", "found"), [(9, 0), (10, 30), (40, 60), (41, 0)])
def test_without_mates_as_many_of_an_itd_as_of_the_wild_type(with_it: int, found: int) -> None:
    reads = reads_of(80, 20)
    of_an_itd(reads, 100, with_it)
    assert hidden(reads) == found


@pytest.mark.parametrize(("itd", "found"), [(20, 24), (19, 0)])
def test_of_enough_reads_of_an_itd(itd: int, found: int) -> None:
    reads = reads_of(80, 20)
    of_an_itd(reads, itd, 4)
    assert hidden(reads) == found


@pytest.mark.parametrize(("misread", "found"), [(39, 79), (40, 0)])
def test_without_mates_a_frequent_base_is_inherited(misread: int, found: int) -> None:
    reads = reads_of(100 - misread, misread)
    of_an_itd(reads, 100, 40)
    assert hidden(reads) == found


@pytest.mark.parametrize(("with_it", "found"), [(90, 110), (91, 0)])
def test_a_base_that_an_itd_has_itself_stays(with_it: int, found: int) -> None:
    reads = told()
    of_an_itd(reads, 100, with_it)
    assert hidden(reads) == found


def test_reads_that_end_before_the_cycle_tell_nothing() -> None:
    reads = told()
    reads.split.append(_read(TEXT[BEGIN : BEGIN + CYCLE], BEGIN, inserted=21))
    hide_misread_cycles(reads, TEXT)
    assert sum(read.sequence[CYCLE:].startswith("N") for read in reads.split) == 20


def test_single_mismatches_of_plain_reads_count() -> None:
    reads = reads_of(200, 0, mates=40, mates_begin=110)
    reads.tally.mismatches[Mismatch(False, CYCLE, PLACE, "G")] = 20 // MISMATCHES_EVERY
    of_an_itd(reads, 50, 5)
    assert hidden(reads) == 5


def test_reads_that_begin_elsewhere_and_mates_keep_their_bases() -> None:
    reads = told(mates=400)
    text = TEXT[BEGIN + 1 : BEGIN + 1 + READ]
    elsewhere = text[:CYCLE] + "G" + text[CYCLE + 1 :]
    reads.split.append(_read(elsewhere, BEGIN + 1, inserted=21))
    reads.split.append(reads.split[0]._replace(is_read2=True))
    assert hidden(reads) == 20


def test_the_row_of_one_base_is_hidden_whole() -> None:
    reads = told(misread=0)
    text = TEXT[BEGIN : BEGIN + READ]
    row = text[: CYCLE - 1] + "GGG" + text[CYCLE + 2 :]
    reads.split += [_read(row, BEGIN) for _ in range(20)]
    hide_misread_cycles(reads, TEXT)
    assert {read.sequence for read in reads.split} == {row.replace("GGG", "NNN")}


def test_reverse_reads_have_their_first_base_last() -> None:
    found = ReadSet()
    stop = BEGIN + READ
    for _ in range(180):
        found.add_plain(BEGIN, READ, 0, MATE)
    for _ in range(40):
        found.add_plain(110, READ, 0)
    bases = TEXT[BEGIN:stop]
    wrong = "G".join((bases[:40], bases[41:]))
    wrong = wrong[:70] + "G" + wrong[71:]
    reverse = _read(wrong, BEGIN)._replace(is_reverse=True, is_read2=True)
    found.split += [reverse for _ in range(20)]
    shorter = reverse._replace(
        first_diagonal=BEGIN + 10,
        last_diagonal=BEGIN + 10,
        sequence=wrong[10:],
        aligned_end=90,
        first_block_end=90,
    )
    found.split.append(shorter)
    hide_misread_cycles(found, TEXT)
    assert {read.sequence[-60] for read in found.split} == {"N"}
