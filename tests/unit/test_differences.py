"""Reads that should differ from the reference by more than any does."""

from __future__ import annotations

import math

import pytest

from flt3itd.fitness.differences import differences, errors_of
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import Mismatch
from tests.builders import random_sequence

REFERENCE = random_sequence(1000, 3)
OTHER = {"A": "C", "C": "G", "G": "T", "T": "A"}


def read_of(wrong: int, gap: int = 0, unknown: int = 0) -> SplitRead:
    """A read of 100 bases with mismatches and unknown bases, and a gap behind its middle."""
    text = list(REFERENCE[500:550] + REFERENCE[550 + gap : 600 + gap])
    for place in range(wrong):
        text[2 * place] = OTHER[text[2 * place]]
    text[49 - unknown : 49] = "N" * unknown
    sequence = "".join(text)
    return SplitRead(0, 500, 500 + gap, 0, 100, 50, sequence, b"\x25" * 100)


def reads_of(none: int, one: int, split: list[SplitRead], places: int = 50) -> ReadSet:
    """Plain reads without and with one mismatch, at so many places, and others."""
    reads = ReadSet(reads=none + one + len(split))
    for number in range(none + one):
        reads.add_plain(500, 100, number)
    reads.tally.plain_mismatches = one
    for number in range(one // 4):
        reads.tally.mismatches[Mismatch(False, number % places, number % places, "A")] += 1
    reads.split += split
    return reads


@pytest.mark.parametrize(
    ("split", "most", "beyond"),
    [
        ([], 1, math.exp(0.5) - 1.5),
        ([read_of(2)], 2, math.exp(0.5) - 1.625),
        ([read_of(2, unknown=5), read_of(3)], 3, math.exp(0.5) - 1.625 - 0.125 / 6),
    ],
)
def test_errors_that_are_independent_run_out(
    split: list[SplitRead], most: int, beyond: float
) -> None:
    found = differences(reads_of(1000, 500, split), REFERENCE)
    assert found.most == most
    assert found.missed == pytest.approx(1000 * beyond)


@pytest.mark.parametrize(
    ("read", "most"),
    [(read_of(6), 6), (read_of(1, gap=5), 6), (read_of(0, gap=21), 21), (read_of(0, gap=300), 300)],
)
def test_no_read_is_missed_where_one_differs_by_six_bases(read: SplitRead, most: int) -> None:
    found = differences(reads_of(1000, 500, [read]), REFERENCE)
    assert found.most == most
    assert found.missed == 0


def stopping(counts: dict[int, int], one: int = 300, gap: int = 0) -> float:
    """The reads missed of a thousand without errors, others, and so many that differ by more.

    Of what these differ by, `gap` bases are a deletion.
    """
    split = [read_of(wrong - gap, gap) for wrong, number in counts.items() for _ in range(number)]
    return differences(reads_of(1000, one, split, places=40), REFERENCE).missed


def test_reads_whose_errors_stop_were_filtered() -> None:
    """Of a real amplicon: 2,500 pairs behind filters by five mismatches, as they were, by two."""
    tail = {2: 111, 3: 79, 4: 44, 5: 27}
    assert stopping(tail) > 10
    whole = {**tail, 6: 31, 7: 25, 8: 16, 9: 19, 10: 26, 11: 15, 12: 7, 13: 11, 14: 5, 15: 9, 16: 7}
    assert stopping({**whole, 17: 7, 18: 11, 20: 12}) == 0
    assert stopping({2: 111}) > 10
    # 44 reads with four let expect some 30 with five or more: of them two were seen, or three.
    assert stopping({2: 111, 3: 79, 4: 44, 5: 2}) > 10
    assert stopping({2: 111, 3: 79, 4: 44, 5: 3}) < 10


@pytest.mark.parametrize(("one", "missed"), [(100, True), (99, False)])
def test_reads_with_few_errors_differ_by_what_their_haplotype_has(one: int, missed: bool) -> None:
    assert (stopping({2: 60, 3: 40, 4: 20}, one) > 10) is missed


@pytest.mark.parametrize(("most", "missed"), [(10, True), (11, False)])
def test_reads_that_differ_like_those_of_an_itd_are_not_asked(most: int, missed: bool) -> None:
    assert (stopping({most - 1: 60, most: 50}, gap=9) > 10) is missed


@pytest.mark.parametrize(("most", "missed"), [(19, True), (20, False)])
def test_reads_with_as_many_mismatches_as_filters_leave_are_asked(most: int, missed: bool) -> None:
    assert (stopping({most - 2: 60, most: 50}) > 10) is missed


def test_five_differences_are_counted_beyond() -> None:
    found = differences(reads_of(1000, 500, [read_of(0, gap=5)]), REFERENCE)
    assert found.most == 5
    assert 0 < found.missed < 0.1


@pytest.mark.parametrize(("places", "missed"), [(11, True), (10, False)])
def test_what_many_reads_have_at_one_place_is_no_error(places: int, missed: bool) -> None:
    """Of 440 mismatches each of 10 places has a tenth."""
    found = differences(reads_of(4000, 4 * 440, [], places), REFERENCE)
    assert (found.missed > 0) is missed


@pytest.mark.parametrize(("none", "one"), [(0, 500), (500, 500), (0, 0)])
def test_without_reads_that_have_no_mismatch_nothing_is_known(none: int, one: int) -> None:
    assert differences(reads_of(none, one, []), REFERENCE).missed == 0


@pytest.mark.parametrize(("one", "most"), [(0, 0), (1, 1), (4, 1)])
def test_few_mismatches_tell_of_no_missing_reads(one: int, most: int) -> None:
    """The one of four that was looked at may be inherited; without errors none is missing."""
    found = differences(reads_of(1000, one, []), REFERENCE)
    assert found.most == most
    assert found.missed == pytest.approx(0, abs=1e-3)
    assert one != 4 or found.missed == 0


@pytest.mark.parametrize(("start", "most"), [(0, 3), (-1, 1)])
def test_reads_that_begin_before_the_reference_are_not_compared(start: int, most: int) -> None:
    text = "".join(OTHER[base] for base in REFERENCE[:3]) + REFERENCE[3:100]
    read = SplitRead(0, start, start, 0, 100, 100, text, b"\x25" * 100)
    assert differences(reads_of(1000, 500, [read]), REFERENCE).most == most


def test_of_many_differences_two_numbers_are_taken_together() -> None:
    """Of a real amplicon: 17 and 26 reads with seven to ten let expect eight with more."""
    tail = {2: 80, 3: 50, 4: 35, 5: 24, 6: 20, 7: 14, 8: 12, 9: 8}
    few = stopping({**tail, 10: 9})
    step = 17 * 17 / 26 * 10 * 9 / (12 * 11)
    next_step = step * 17 / 26 * 10 * 9 / (14 * 13)
    assert few == pytest.approx(
        step + next_step + next_step * 17 / 26 * 10 * 9 / (16 * 15), abs=0.6
    )
    assert few > 6
    assert stopping({**tail, 10: 9, 11: 2}) < 6


def test_reads_with_gaps_are_no_errors_that_stop() -> None:
    """An inherited insertion of nine bases, in reads that have one error or none beside it."""
    split = [read_of(0, gap=9)] * 200 + [read_of(1, gap=9)] * 40 + [read_of(2, gap=9)] * 4
    found = differences(reads_of(1000, 300, [*split, *[read_of(2)] * 30], places=40), REFERENCE)
    assert found.missed < 6


@pytest.mark.parametrize(
    ("alike", "others", "errors"), [(3, 20, 9), (4, 36, 0), (4, 37, 12), (40, 0, 0)]
)
def test_reads_do_not_err_alike(alike: int, others: int, errors: int) -> None:
    looked_at = [read_of(3)] * alike + [read_of(0)] * others
    assert errors_of(reads_of(0, 0, []).tally, looked_at, REFERENCE) == (0.0, errors)


def test_errors_of_plain_reads_are_those_that_are_not_inherited() -> None:
    own, inherited = reads_of(0, 60, []).tally, reads_of(0, 60, [], places=1).tally
    assert errors_of(own, [read_of(0)], REFERENCE) == (60.0, 0)
    assert errors_of(inherited, [read_of(0)], REFERENCE) == (0.0, 0)


def test_where_as_many_reads_have_one_difference_more_they_do_not_stop() -> None:
    assert stopping({2: 60, 3: 60}) < 10
    assert stopping({2: 61, 3: 60}) > 10


def test_from_eight_differences_on_two_numbers_are_taken_together() -> None:
    """22 reads with seven or eight, after 60 with five or six, let expect some six with more."""
    assert 5 < stopping({2: 80, 3: 50, 4: 40, 5: 30, 6: 30, 7: 10, 8: 12}) < 8


@pytest.mark.parametrize(("over", "errors"), [(50, 0), (51, 5)])
def test_only_reads_over_a_place_are_asked_whether_they_err_alike(over: int, errors: int) -> None:
    """Five of those have one other base; forty lie on bases before."""
    before = SplitRead(0, 100, 100, 0, 100, 100, REFERENCE[100:200], b"\x25" * 100)
    looked_at = [before] * 40 + [read_of(1)] * 5 + [read_of(0)] * (over - 5)
    assert errors_of(reads_of(0, 0, []).tally, looked_at, REFERENCE) == (0.0, errors)
