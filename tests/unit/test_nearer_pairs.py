"""Pairs over the junction of an insertion, which lie nearer to each other on the reference."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from flt3itd.insertions.baits import Baits
from flt3itd.insertions.caught_reads import Capture
from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junction_places import Shown, read_early, showing
from flt3itd.insertions.nearer_pairs import nearer_pairs_missed
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import FragmentShapes, ReadSpans, read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead

READ, FRAGMENT, SIZE = 100, 300, 200
_CHANCE = random.Random(3)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=3000))
MUTANT = Haplotype(REFERENCE, Insertion(1500, 1500, REFERENCE[1500 - SIZE : 1500]))
JUNCTION = MUTANT.duplication.end
MATE = int(Flag.REVERSE) | int(Flag.READ_2)
APART = FRAGMENT - READ
"""Places of a fragment in which a read of it ends before the junction, or has it late."""
SHARE = APART / (APART + READ - 2 * ANCHOR)
"""Of the fragments of the mutant, those whose reads lie nearer to each other."""


def spans_of(
    nearer: int,
    *,
    usual: int = 200,
    spread: int = 1,
    size: int = SIZE,
    others: Sequence[tuple[int, int]] = (),
) -> ReadSpans:
    """Pairs in front of the copies, some whose fragment holds the junction, and others.

    Of these where they begin, and how long they are.
    """
    found = ReadSet()

    def add(start: int, length: int) -> None:
        found.add_plain(start, READ, found.fragments, 0)
        found.add_plain(start + length - READ, READ, found.fragments, MATE)
        found.fragments += 1

    for number in range(usual):
        add(number, FRAGMENT + number % spread)
    for number in range(nearer):
        add(1350 + number, FRAGMENT - size)
    for start, length in others:
        add(start, length)
    return read_spans(found)


def early(count: int) -> Shown:
    """Forward reads that begin 20 bases before the junction and more."""
    reads = []
    for number in range(count):
        start = JUNCTION - 20 - number
        first = 20 + number
        diagonal = start - SIZE
        text = MUTANT.sequence[start : start + READ]
        reads.append(SplitRead(number, diagonal, diagonal, first, READ, READ, text, b"\x25" * READ))
    return showing(ComparedReads.of(reads), MUTANT)


@pytest.mark.parametrize("count", [1, 12])
def test_none_where_some_should_be_is_improbable(count: int) -> None:
    shown = early(count)
    assert read_early(shown) == count
    missed = nearer_pairs_missed(spans_of(0), MUTANT, shown)
    assert missed == pytest.approx(-count * math.log10(1 - SHARE))


def test_the_more_are_nearer_the_less_improbable_are_they() -> None:
    shown = early(12)
    missed = nearer_pairs_missed(spans_of(0), MUTANT, shown)
    assert nearer_pairs_missed(spans_of(2), MUTANT, shown) < missed
    assert nearer_pairs_missed(spans_of(30), MUTANT, shown) < 0.2


def test_without_reads_that_begin_before_the_junction_nothing_is_said() -> None:
    assert nearer_pairs_missed(spans_of(0), MUTANT, early(0)) == 0


@pytest.mark.parametrize(("usual", "is_asked"), [(100, True), (99, False)])
def test_so_many_pairs_tell_how_long_fragments_are(usual: int, is_asked: bool) -> None:
    assert (nearer_pairs_missed(spans_of(0, usual=usual), MUTANT, early(12)) > 0) is is_asked


FIRST, LAST = MUTANT.segment


@pytest.mark.parametrize(
    ("start", "length", "is_usual"),
    [
        (FIRST - FRAGMENT, FRAGMENT, True),
        (FIRST - FRAGMENT + 1, FRAGMENT, False),
        (LAST, FRAGMENT, True),
        (LAST - 1, FRAGMENT, False),
        (LAST, 2000, True),
        (LAST, 2001, False),
        (LAST, 1, True),
        (LAST, 0, False),
    ],
)
def test_usual_pairs_lie_beside_the_copies_and_are_of_one_place(
    start: int, length: int, is_usual: bool
) -> None:
    """The hundredth pair, which makes that the others are asked at all."""
    usual = spans_of(0, usual=99, others=[(start, length)], size=1)
    long = Haplotype(REFERENCE, Insertion(LAST, LAST, REFERENCE[LAST - SIZE : LAST] * 10))
    for mutant in (MUTANT, long):
        assert mutant.segment == (FIRST, LAST)
    assert (nearer_pairs_missed(usual, long, early(12)) > 0) is is_usual


@pytest.mark.parametrize("spread", [1, 150, 401])
def test_fragments_that_are_longer_than_others_by_the_insertion_do_not_tell(spread: int) -> None:
    """They are as near as the shortest ones are."""
    missed = nearer_pairs_missed(spans_of(0, usual=401, spread=spread), MUTANT, early(12))
    usual = [FRAGMENT + number % spread for number in range(401)]
    apart = sum(size - READ for size in usual if size - SIZE < FRAGMENT) / len(usual)
    share = apart / (apart + READ - 2 * ANCHOR)
    assert missed == pytest.approx(-12 * math.log10(1 - share))


def test_pairs_of_other_places_are_none_of_the_insertion() -> None:
    found = ReadSet()
    for number in range(100):
        for start in (number, 2000 + number):
            found.add_plain(start, READ, found.fragments, 0)
            found.add_plain(start + FRAGMENT - READ, READ, found.fragments, MATE)
            found.fragments += 1
    missed = nearer_pairs_missed(read_spans(found), MUTANT, early(12))
    assert missed == pytest.approx(-12 * math.log10(1 - SHARE))


def test_pairs_that_baits_do_not_catch_are_not_missed() -> None:
    """Those far behind the copies: fragments reach them whose reads pass the junction early."""
    read = np.array([READ])
    shapes = FragmentShapes(read, read, np.array([FRAGMENT]), np.ones(1))

    def missed(first: int, last: int) -> float:
        places = np.arange(len(REFERENCE))
        pull = np.where((places >= first) & (places < last), 1.0, 0.0)
        capture = Capture(Baits(pull, 80.0), shapes)
        return nearer_pairs_missed(spans_of(0), MUTANT, early(20), capture)

    assert missed(0, len(REFERENCE)) == pytest.approx(
        nearer_pairs_missed(spans_of(0), MUTANT, early(20)), rel=0.2
    )
    assert missed(1550, 1650) == 0.0
