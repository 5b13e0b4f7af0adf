"""Baits catch fragments by all of their bases, over a junction too."""

import numpy as np
import pytest

from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.baits import Baits, baits_of
from flt3itd.insertions.capture import Density, by_baits, captured_rates
from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.itd import ItdCall, Search, call_itds
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.long_changes import Slice
from flt3itd.insertions.rates import Runs, placed_anywhere
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.library import Floats, Integers
from flt3itd.reads.read_set import ReadSet
from flt3itd.records import ConfidenceInterval
from tests.capture_builders import FRAGMENT, READ, REFERENCE, SHAPES, add_read

TARGET = (1400, 1600)
BAITED = 100


def caught(haplotype: Haplotype, starts: Integers) -> Floats:
    """As they share bases with the target, up to so many."""
    origin = haplotype.origin(np.arange(len(haplotype.sequence)))
    on_target = np.cumsum((origin >= TARGET[0]) & (origin < TARGET[1]))
    held: Integers = on_target[starts + FRAGMENT - 1] - on_target[starts - 1]
    found: Floats = np.minimum(1.0, held / BAITED)
    return found


def alone(starts: Integers, lengths: Integers) -> Runs:
    """Each fragment as a run of its own."""
    return Runs(starts, np.ones_like(starts), lengths)


def copied(first: int, last: int) -> Haplotype:
    return Haplotype(REFERENCE, change_between(REFERENCE, last, last, REFERENCE[first:last]))


def fragments(haplotype: Haplotype, copies: int, reads: ReadSet) -> None:
    starts = np.arange(1, len(haplotype.sequence) - FRAGMENT)
    number = np.floor(np.cumsum(copies * caught(haplotype, starts))).astype(np.int64)
    for start, times in zip(starts.tolist(), np.diff(number, prepend=0).tolist(), strict=True):
        for _ in range(times):
            for begin in (start, start + FRAGMENT - READ):
                add_read(reads, haplotype, begin)
            reads.fragments += 1


def test_fragments_over_a_junction_are_caught_by_both_sides_of_it() -> None:
    """Baits tell more of it than centres do, which lie where the reference has no fragment."""
    starts = np.arange(1, len(REFERENCE) - FRAGMENT)
    number = np.round(20 * caught(Haplotype(REFERENCE), starts)).astype(np.int64)
    start = np.repeat(starts, number)
    end = start + FRAGMENT
    mutant = copied(1100, 1500)
    over = np.arange(1500 - FRAGMENT + 1, 1500)
    lengths = np.full(len(over), FRAGMENT)
    baits = baits_of(start, end, np.ones(len(REFERENCE)), SHAPES)
    centres = np.bincount((start + end) // 2, minlength=len(REFERENCE)).astype(np.float64)
    truth, by_baits, by_centre = (
        found[: len(over)].mean() / found[len(over) :].mean()
        for found in (
            caught(mutant, np.concatenate((over, over + 400))),
            *(
                one.caught(mutant, alone(np.concatenate((over, over + 400)), np.tile(lengths, 2)))
                for one in (baits, Density(centres))
            ),
        )
    )
    assert truth == pytest.approx(0.80, abs=0.01)
    assert by_centre < by_baits < truth


def test_no_fragment_counts_for_more_than_the_most() -> None:
    baits = Baits(np.full(100, 0.02), 1.0)
    runs = alone(np.array([0, 0, 40]), np.array([40, 60, 60]))
    found = baits.caught(Haplotype("A" * 100), runs)
    assert found.tolist() == pytest.approx([0.8, 1.0, 1.0])


def call(mutant: Haplotype, uneven_from: int | None) -> ItdCall:
    reads = ReadSet()
    fragments(Haplotype(REFERENCE), 8, reads)
    fragments(mutant, 2, reads)
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    (found,) = call_itds(reads, piece, ItdParameters(), Search(uneven_from=uneven_from)).calls
    assert found.haplotype == mutant
    return found


def test_intervals_hold_the_truth_where_one_end_lies_beside_the_targets() -> None:
    mutant = copied(1300, 1520)
    even, told = call(mutant, None), call(mutant, 250)
    assert even.vaf.value == told.vaf.value
    assert not even.vaf.interval.low <= 0.2 <= even.vaf.interval.high
    assert even.vaf_by_baits is None and told.vaf_by_baits is not None
    assert not even.vaf.interval.low <= told.vaf_by_baits <= even.vaf.interval.high
    assert told.vaf.interval.low <= 0.2 <= told.vaf.interval.high
    assert told.ar.interval.low <= 0.25 <= told.ar.interval.high


def test_intervals_of_short_changes_hold_what_baits_tell() -> None:
    """Fragments of 45 bases copied beside the targets reach less far into them."""
    short = copied(1640, 1685)
    even, told = call(short, None), call(short, 250)
    assert even.vaf.value == told.vaf.value
    assert told.vaf.interval.low <= even.vaf.interval.low
    assert told.vaf.interval.high > even.vaf.interval.high


def test_intervals_stay_where_the_capture_is_even(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "BAITED", 1)
    monkeypatch.setitem(globals(), "TARGET", (0, len(REFERENCE)))
    mutant = copied(1450, 1550)
    assert call(mutant, 250) == call(mutant, None)


def test_few_fragments_say_nothing_of_baits() -> None:
    haplotypes = [Haplotype(REFERENCE), copied(1300, 1520)]
    windows = find_windows(haplotypes)
    placed = placed_anywhere(haplotypes, windows, SHAPES)
    reads = ReadSet()
    for number in range(300):
        assert by_baits(reads, len(REFERENCE), SHAPES) is None
        reads.add_plain(1000 + number, READ, number)
        reads.add_plain(1150 + number, READ, number)
        reads.fragments += 1
    baits = by_baits(reads, len(REFERENCE), SHAPES)
    assert len(captured_rates(placed, {2: 299}, SHAPES, baits)) == 2
    assert captured_rates(placed, {2: 299}, SHAPES, None) == []


def test_an_estimate_holds_the_interval_of_another() -> None:
    one = Estimate(0.2, ConfidenceInterval(0.1, 0.3))
    other = Estimate(0.4, ConfidenceInterval(0.15, 0.6))
    assert one.holding(other) == Estimate(0.2, ConfidenceInterval(0.1, 0.6))
    assert other.holding(one) == Estimate(0.4, ConfidenceInterval(0.1, 0.6))
