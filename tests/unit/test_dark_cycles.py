"""Rows of G that an instrument with two colours writes where it sees nothing."""

from __future__ import annotations

import re

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.dark_cycles import DARK, dark_bases_hidden, hide_dark_bases
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
    hide_dark_bases(reads)
    [split], [unplaced] = reads.split, reads.unplaced
    assert split.sequence == unplaced.sequence == "ACT" + "N" * DARK
    assert split.aligned_end == 13


def test_flt3_has_no_row_of_g_that_looks_dark() -> None:
    rows = re.findall("G+|C+", flt3_locus().sequence)
    assert max(map(len, rows)) < DARK
