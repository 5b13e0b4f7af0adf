"""Whether the reads of an amplicon would show one copy more."""

import numpy as np
import pytest

from flt3itd.insertions.countable import hides_copies
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes
from tests.builders import random_sequence

REFERENCE = random_sequence(600, seed=5)
FIRST, LAST = 200, 230
ITD = Haplotype(REFERENCE, Insertion(FIRST, FIRST, REFERENCE[FIRST:LAST]))


def shapes(*lengths: int) -> FragmentShapes:
    read = np.array(lengths, dtype=np.int64)
    weight = np.full(len(lengths), 1 / len(lengths))
    return FragmentShapes(read, read, np.full(len(lengths), 300, dtype=np.int64), weight)


def reaching(past: int) -> int:
    """The length of a left read that ends so many bases behind a third copy's junction."""
    low, high = ITD.junction
    assert low <= LAST <= high
    return high + 30 - 150 + past


@pytest.mark.parametrize(("past", "hidden"), [(12, False), (11, True)])
def test_a_read_must_pass_both_junctions_by_twelve_bases(past: int, hidden: bool) -> None:
    amplicon = Amplicon(start=150, end=449, weight=1.0)
    assert hides_copies(ITD, [amplicon], shapes(reaching(past)), 1000) is hidden


def test_the_right_read_counts_too() -> None:
    low, _ = ITD.junction
    # Of three copies the last base lies 60 bases farther right.
    right = 400 + 60 - (low - 12)
    assert not hides_copies(ITD, [Amplicon(0, 400, 1.0)], shapes(right), 1000)
    assert hides_copies(ITD, [Amplicon(0, 400, 1.0)], shapes(right - 1), 1000)


@pytest.mark.parametrize(("fragments", "hidden"), [(10, False), (9, True)])
def test_five_fragments_are_to_be_expected(fragments: int, hidden: bool) -> None:
    amplicon = Amplicon(start=150, end=449, weight=1.0)
    both = shapes(reaching(12), reaching(11))  # half of the reads are long enough
    assert hides_copies(ITD, [amplicon], both, fragments) is hidden


@pytest.mark.parametrize(("fragments", "hidden"), [(20, False), (19, True)])
def test_fragments_are_weighed_by_how_often_their_reads_are_so_long(
    fragments: int, hidden: bool
) -> None:
    amplicon = Amplicon(start=150, end=449, weight=1.0)
    both = shapes(reaching(12), reaching(11))._replace(weight=np.array([0.25, 0.75]))
    assert hides_copies(ITD, [amplicon], both, fragments) is hidden


def test_where_no_read_would_show_a_junction_nothing_is_said() -> None:
    assert not hides_copies(ITD, [Amplicon(150, 449, 1.0)], shapes(30), 1000)


def test_what_is_no_duplication_has_no_copies() -> None:
    foreign = Haplotype(REFERENCE, Insertion(FIRST, FIRST, random_sequence(30, seed=6)))
    short = shapes(reaching(0))
    assert not hides_copies(foreign, [Amplicon(150, 449, 1.0)], short, 1000)
    assert not hides_copies(Haplotype(REFERENCE), [Amplicon(150, 449, 1.0)], short, 1000)


@pytest.mark.parametrize(("past", "hidden"), [(6, True), (5, False)])
def test_of_a_long_filler_one_end_tells_no_number_of_copies(past: int, hidden: bool) -> None:
    inserted = random_sequence(60, seed=7) + REFERENCE[FIRST:LAST]
    haplotype = Haplotype(REFERENCE, Insertion(LAST, LAST, inserted))
    low, high = haplotype.junction
    assert high - low >= 50
    short = shapes(low - 150 + past)
    assert hides_copies(haplotype, [Amplicon(150, 449, 1.0)], short, 1000) is hidden
