"""Baits catch fragments by all of their bases, over a junction too."""

import numpy as np
import pytest

from flt3itd.insertions.baits import Baits, baits_of
from flt3itd.insertions.capture import Molecules, baits_among, plain_share
from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.long_changes import Slice
from flt3itd.insertions.placements import FAR_APART
from flt3itd.insertions.rates import Runs, placed_anywhere
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.library import Integers
from flt3itd.reads.read_set import ReadSet
from tests.capture_builders import ENOUGH, FRAGMENT, REFERENCE, SHAPES, add_caught, caught


def alone(starts: Integers, lengths: Integers) -> Runs:
    """Each fragment as a run of its own."""
    return Runs(starts, np.ones_like(starts), lengths)


def copied(first: int, last: int) -> Haplotype:
    return Haplotype(REFERENCE, change_between(REFERENCE, last, last, REFERENCE[first:last]))


def test_fragments_over_a_junction_are_caught_by_both_sides_of_it() -> None:
    """The reference has no fragment like them."""
    starts = np.arange(1, len(REFERENCE) - FRAGMENT)
    number = np.round(20 * caught(Haplotype(REFERENCE), starts)).astype(np.int64)
    start = np.repeat(starts, number)
    mutant = copied(1100, 1500)
    over = np.arange(1500 - FRAGMENT + 1, 1500)
    both = np.concatenate((over, over + 400))
    lengths = np.full(len(both), FRAGMENT)
    baits = baits_of(start, start + FRAGMENT, np.ones(len(REFERENCE)), SHAPES)
    truth, found = (
        shares[: len(over)].mean() / shares[len(over) :].mean()
        for shares in (caught(mutant, both), baits.caught(mutant, alone(both, lengths)))
    )
    assert truth == pytest.approx(0.80, abs=0.01)
    assert 0.5 < found < truth  # nearly all fragments hold enough bases, and tell less of baits


def test_no_fragment_counts_for_more_than_the_most() -> None:
    baits = Baits(np.full(100, 0.02), 1.0)
    runs = alone(np.array([0, 0, 40]), np.array([40, 60, 60]))
    found = baits.caught(Haplotype("A" * 100), runs)
    assert found.tolist() == pytest.approx([0.8, 1.0, 1.0])


def call(
    mutant: Haplotype,
    *,
    captured: bool = True,
    enough: int = ENOUGH,
    copies: tuple[int, int] = (8, 2),
    by_baits_from: int = 0,
) -> ItdCall:
    """A mutant in so many copies beside those of the wild type, as it is called."""
    reads = ReadSet()
    for haplotype, number in zip((Haplotype(REFERENCE), mutant), copies, strict=True):
        add_caught(reads, haplotype, number, enough)
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    search = Search(captured=captured, by_baits_from=by_baits_from)
    (found,) = call_itds(reads, piece, ItdParameters(), search).calls
    assert found.haplotype == mutant
    return found


@pytest.mark.parametrize(("first", "last"), [(1300, 1520), (1640, 1685), (1200, 1590)])
def test_vafs_allow_for_baits(first: int, last: int) -> None:
    """One end lies beside the target, or both do: then fragments reach less far into it."""
    mutant = copied(first, last)
    even, told = call(mutant, captured=False), call(mutant)
    assert told.vaf.value == pytest.approx(0.2, rel=0.15)
    assert abs(told.vaf.value - 0.2) < abs(even.vaf.value - 0.2)
    assert told.vaf.interval.low <= 0.2 <= told.vaf.interval.high
    assert told.ar.interval.low <= 0.25 <= told.ar.interval.high
    assert told.vaf.interval.low <= even.vaf.interval.low
    assert told.vaf.interval.high >= even.vaf.interval.high
    assert told.vaf_if_even in (None, even.vaf.value)


def test_the_vaf_of_an_even_capture_is_told_where_it_is_another() -> None:
    assert call(copied(1300, 1520)).vaf_if_even is not None
    assert call(copied(1640, 1685)).vaf_if_even is None


@pytest.mark.parametrize(("first", "by_baits"), [(1341, False), (1340, True)])
def test_vafs_are_those_of_baits_where_the_ends_are_far_apart(first: int, by_baits: bool) -> None:
    """Of shorter ones the interval and the remark tell what baits do."""
    mutant = copied(first, 1590)
    even, told = call(mutant, captured=False), call(mutant, by_baits_from=FAR_APART)
    (baited, other) = (call(mutant), even) if by_baits else (even, call(mutant))
    assert told.vaf.value == baited.vaf.value
    assert told.vaf.interval.low == min(even.vaf.interval.low, call(mutant).vaf.interval.low)
    assert told.vaf.interval.high == max(even.vaf.interval.high, call(mutant).vaf.interval.high)
    named = told.vaf_if_even if by_baits else told.vaf_by_baits
    assert named in (None, other.vaf.value)
    assert (told.vaf_by_baits if by_baits else told.vaf_if_even) is None


def test_the_vaf_by_baits_is_told_where_it_is_another() -> None:
    told = call(copied(1300, 1520), by_baits_from=FAR_APART)
    assert told.vaf_by_baits == pytest.approx(0.2, rel=0.15)
    assert told.vaf_if_even is None


def test_an_even_capture_needs_no_baits() -> None:
    mutant = copied(1450, 1550)
    assert call(mutant, enough=0) == call(mutant, captured=False, enough=0)


def test_few_fragments_say_nothing_of_baits() -> None:
    haplotypes = [Haplotype(REFERENCE), copied(1300, 1520)]
    placed = placed_anywhere(haplotypes, find_windows(haplotypes), SHAPES)
    given = np.array([plain_share(one, SHAPES) for one in haplotypes])
    start = 1000 + np.arange(300)

    def baits(start: Integers) -> Baits | None:
        molecules, shares = Molecules(placed, {2: 299}, given), np.array([1.0, 0.0])
        return baits_among(molecules, shares, (start, start + FRAGMENT), SHAPES)

    assert baits(start) is not None
    assert baits(start[:299]) is None
    assert baits(np.append(start[:299], len(REFERENCE) - FRAGMENT + 1)) is None
    assert baits(np.append(start[:299], -1)) is None
