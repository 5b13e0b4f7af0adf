"""Intervals hold other numbers of copies that fragments speak for, where no read counts them."""

import pytest

from flt3itd.insertions.copy_numbers import speaks_for
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.itd import call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from tests.laid_reads import PIECE, REFERENCE, WILDTYPE, Reads

START, END = 1020, 1160
"""A unit of 140 bases, of which no read of 150 holds one and a part of both neighbours."""
FRAGMENTS = (180, 230, 280, 330, 380)
"""Bases; one of each in turn."""


def called(copies: int, every: int) -> ItdCall:
    """What a half of such molecules is called, one fragment of each beginning at so many bases."""
    unit = REFERENCE[START:END]
    mutant = Haplotype(REFERENCE, insertion_between(REFERENCE, END, END, unit * (copies - 1)))
    reads = Reads()
    for haplotype in (WILDTYPE, mutant):
        for number, start in enumerate(range(500, len(haplotype.sequence) - 900, every)):
            reads.fragment(haplotype, start, start + FRAGMENTS[number % len(FRAGMENTS)])
    (call,) = call_itds(reads.set, PIECE, ItdParameters()).calls
    return call


@pytest.mark.parametrize(
    ("copies", "every", "inserted", "holds"),
    [
        (2, 2, 140, True),
        (2, 8, 140, True),
        (3, 2, 280, True),
        (3, 5, 280, True),
        (3, 8, 140, True),
        (3, 13, 140, False),
    ],
    ids=["two", "few of two", "three", "few of three", "likely three", "hardly any fragments"],
)
def test_copies_that_no_read_counts(copies: int, every: int, inserted: int, holds: bool) -> None:
    call = called(copies, every)
    insertion = call.haplotype.insertion
    assert insertion is not None
    assert insertion.length == inserted
    assert (call.vaf.interval.low <= 0.5 <= call.vaf.interval.high) is holds
    assert call.uncountable


@pytest.mark.parametrize(("copies", "vaf"), [(2, 0.26), (3, 0.39)])
def test_with_one_copy_more_half_as_many_molecules_or_two_thirds_are_mutant(
    copies: int, vaf: float
) -> None:
    assert called(copies, 2).vaf_of_more == pytest.approx(vaf, abs=0.06)


def test_the_interval_of_two_copies_alone_stays_as_narrow() -> None:
    interval = called(2, 8).vaf.interval
    assert interval.high < 0.7


@pytest.mark.parametrize(
    ("gain", "many", "speaks"),
    [(1.93, False, True), (1.91, False, False), (-1.91, True, True), (-1.93, True, False)],
)
def test_fragments_speak_for_a_number_by_what_tells_two_apart(
    gain: float, many: bool, speaks: bool
) -> None:
    assert speaks_for(gain, many) is speaks
