"""Fragments of which one mate lies elsewhere are copies where they begin at one base."""

from __future__ import annotations

import pytest

from flt3itd.reads.copies import first_of_each, fragment_keys
from flt3itd.reads.read_set import ReadSet, SplitRead


def reads_of(pairs: int, split: list[SplitRead]) -> ReadSet:
    """Plain pairs, and reads whose mates are not there."""
    reads = ReadSet(fragments=pairs + len(split))
    for number in range(pairs):
        reads.add_plain(500 + number, 100, number)
        reads.add_plain(700 + number, 100, number, 0x10)
    reads.split += [one._replace(fragment=pairs + at) for at, one in enumerate(split)]
    return reads


def clipped(start: int, bases: int, *, reverse: bool = False) -> SplitRead:
    """A read of 100 bases from `start`, clipped at its 3' end."""
    first, last = (bases, 100) if reverse else (0, 100 - bases)
    return SplitRead(0, start, start, first, last, last, "A" * 100, b"\x25" * 100, reverse)


def kept(reads: ReadSet) -> list[bool]:
    """Which of the reads without mates are kept."""
    return first_of_each(fragment_keys(reads))[-len(reads.split) :]


def test_one_of_those_that_begin_at_one_base_is_kept() -> None:
    """An error moves the clip, not the first base."""
    assert kept(reads_of(9, [clipped(800, 40), clipped(800, 41)])) == [True, False]
    assert kept(reads_of(9, [clipped(800, 40), clipped(801, 40)])) == [True, True]
    reverse = [clipped(800, 40, reverse=True), clipped(800, 41, reverse=True)]
    assert kept(reads_of(9, reverse)) == [True, False]
    assert kept(reads_of(9, [clipped(800, 40), clipped(700, 40, reverse=True)])) == [True, True]


def test_reads_that_are_not_clipped_are_kept() -> None:
    assert kept(reads_of(9, [clipped(800, 0), clipped(800, 0)])) == [True, True]


@pytest.mark.parametrize(("pairs", "expected"), [(3, [True, False]), (2, [True, True])])
def test_of_single_reads_all_are_kept(pairs: int, expected: list[bool]) -> None:
    assert kept(reads_of(pairs, [clipped(800, 40), clipped(800, 40)])) == expected
