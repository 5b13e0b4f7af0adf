"""Long reads that stop before their molecules do, that are short, or are not of the locus."""

from dataclasses import replace

import pytest

from flt3itd.common.statistics import at_least
from flt3itd.fitness.thresholds import Thresholds
from flt3itd.fitness_records import Fit, Question, Verdict
from flt3itd.long_reads.fitness import (
    STOPPED_BY_CHANCE,
    UNLIKE,
    judge_long_reads,
)
from flt3itd.long_reads.kinase import KinaseReads
from flt3itd.long_reads.reads import SpanningReads
from flt3itd.long_reads.sources import LongMaterial
from flt3itd.long_reads.spanning import Window
from tests.long_read_builders import LOCUS, NOTHING, PLACEMENT

WINDOW = Window(18_960, 19_290, 30)
PRODUCT = 100 + len(WINDOW)
"""Bases; of the wild type, with 50 on both sides of the window."""


def amplicon(stopped: list[int], spanning: int = 1000, longer: int = 0) -> SpanningReads:
    """Reads that span, of a product so many bases longer, and the lengths of those that stop."""
    reads = SpanningReads(WINDOW, LOCUS.sequence[WINDOW.start : WINDOW.end])
    reads.before, reads.behind = [50] * spanning, [50] * spanning
    reads.lengths = [PRODUCT + longer] * spanning
    reads.partial_lengths = stopped
    return reads


def verdict(
    reads: SpanningReads, longest: int = PRODUCT, platforms: tuple[str, ...] = ()
) -> Verdict:
    material = LongMaterial(PLACEMENT, reads, KinaseReads(LOCUS, 20), platforms=platforms)
    material.lengths.update([*reads.lengths, *reads.partial_lengths, longest])
    return judge_long_reads(material, NOTHING).verdict(Question.ITD)


def test_reads_that_stop_at_a_constant_rate() -> None:
    """As many of each length; two of the eight in the last fifth are as long as those that span."""
    reads = amplicon(list(range(10, PRODUCT, 10)))
    number, expected = reads.stopped_late()
    assert (number, 8 < expected < 9) == (6, True)
    assert verdict(reads).fit is Fit.REMARK


@pytest.mark.parametrize(("length", "late"), [(0.8 * PRODUCT - 1, 0), (0.8 * PRODUCT, 1)])
def test_the_last_fifth_of_the_product_is_late(length: float, late: int) -> None:
    assert amplicon([int(length)]).stopped_late()[0] == late


@pytest.mark.parametrize(("behind", "late"), [(20, 0), (21, 30)])
@pytest.mark.parametrize("side", [-1, 1])
def test_reads_as_long_as_those_that_span_have_a_misread_flank(
    behind: int, late: int, side: int
) -> None:
    assert amplicon([PRODUCT + side * behind] * 30).stopped_late()[0] == late


@pytest.mark.parametrize(("stopped", "late"), [(2, 0), (3, 3)])
def test_flanks_are_misread_in_products_of_all_lengths_alike(stopped: int, late: int) -> None:
    """In one of a hundred of the usual length; of 100 longer ones twice as often."""
    reads = amplicon([PRODUCT] * 10 + [PRODUCT + 60] * stopped)
    reads.before.extend([50] * 100)
    reads.behind.extend([50] * 100)
    reads.lengths.extend([PRODUCT + 60] * 100)
    assert reads.stopped_late()[0] == late


def test_molecules_broken_at_random_have_no_product() -> None:
    reads = amplicon([PRODUCT - 50] * 30)
    reads.before = list(range(0, 100 * len(reads.before), 100))
    assert reads.stopped_late() == (0, 0.0)
    assert SpanningReads(WINDOW, reads.wildtype).stopped_late() == (0, 0.0)


def test_more_reads_stop_late_than_by_chance() -> None:
    def found(number: int) -> tuple[bool, bool]:
        reads = amplicon([PRODUCT - 50] * number)
        asked = verdict(reads)
        told = f"{number} reads stop near the end" in " ".join(asked.reasons)
        assert told == (asked.fit is Fit.UNFIT)
        return told, at_least(*reads.stopped_late()) < STOPPED_BY_CHANCE

    decisions = [found(number) for number in range(1, 12)]
    assert all(told == beyond for told, beyond in decisions)
    assert {told for told, _ in decisions} == {True, False}


@pytest.mark.parametrize(
    ("longest", "platforms", "told"),
    [
        (Thresholds().longest_read, (), True),
        (Thresholds().longest_read + 1, (), False),
        (Thresholds().longest_read, ("IONTORRENT",), True),
        (Thresholds().longest_read, ("ONT",), False),
        (Thresholds().longest_read, ("PACBIO",), False),
    ],
)
def test_how_far_an_instrument_reads(longest: int, platforms: tuple[str, ...], told: bool) -> None:
    found = verdict(amplicon([]), longest, platforms)
    assert (found.fit is Fit.REMARK) == told
    assert [f"no read is longer than {longest} bases" in one for one in found.remarks] == [
        True
    ] * told


@pytest.mark.parametrize(("wrong", "fit"), [(UNLIKE - 0.001, Fit.REMARK), (UNLIKE, Fit.UNFIT)])
def test_reads_that_are_unlike_the_genome(wrong: float, fit: Fit) -> None:
    """Gaps and mismatches together."""
    material = LongMaterial(PLACEMENT, amplicon([]), KinaseReads(LOCUS, 20))
    material.lengths[PRODUCT] += 1
    calls = replace(NOTHING, gap_rate=0.1, mismatch_rate=wrong - 0.1)
    found = judge_long_reads(material, calls)
    assert found.verdict(Question.ITD).fit is fit
    assert ("bases are unlike FLT3" in " ".join(found.verdict(Question.TKD).reasons)) == (
        fit is Fit.UNFIT
    )
