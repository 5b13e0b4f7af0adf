"""How many mismatches a record has, by its NM field where that is true."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pysam
import pytest

from flt3itd.reads.mismatches import (
    NM_COMPARED,
    NM_COMPARED_EVERY,
    MismatchCounter,
    NmField,
    SingleMismatches,
    differing_bases,
    last_difference,
    mismatches_of,
)
from flt3itd.reads.tally import END, Tally
from tests.builders import random_sequence

REFERENCE = random_sequence(500, 9)


def record(sequence: str, told: int | None) -> pysam.AlignedSegment:
    made = pysam.AlignedSegment()
    made.query_sequence = sequence
    if told is not None:
        made.set_tag("NM", told)
    return made


def mismatches(counter: MismatchCounter, one: pysam.AlignedSegment, start: int = 100) -> int:
    (found,) = counter.of_each([one], np.array([start])).tolist()
    return int(found)


def with_errors(errors: int, start: int = 100) -> str:
    bases = list(REFERENCE[start : start + 60])
    for place in range(10, 10 + errors):
        bases[place] = "A" if bases[place] != "A" else "C"
    return "".join(bases)


@pytest.mark.parametrize("errors", [0, 1, 2, 9])
def test_a_record_without_the_field_is_compared(errors: int) -> None:
    assert mismatches(MismatchCounter(REFERENCE), record(with_errors(errors), None)) == errors


def test_a_number_of_mismatches_is_believed_and_none_is_not() -> None:
    counter = MismatchCounter(REFERENCE)
    assert mismatches(counter, record(with_errors(3), 2)) == 2
    assert mismatches(counter, record(with_errors(3), 0)) == 3
    assert mismatches(counter, record(with_errors(0), 0)) == 0


def test_a_read_over_the_end_of_the_reference_is_what_its_field_says() -> None:
    counter = MismatchCounter(REFERENCE)
    assert mismatches(counter, record("A" * 60, 0), 441) == 0
    assert mismatches(counter, record("A" * 60, 0), -1) == 0
    assert mismatches(counter, record("A" * 60, 0), 440) > 0


def test_after_many_true_fields_some_are_compared_until_one_is_false() -> None:
    counter = MismatchCounter(REFERENCE)
    right, wrong = record(with_errors(0), 0), record(with_errors(2), 0)
    # The last that is always compared, and the first that is not.
    for _ in range(NM_COMPARED - 1):
        assert mismatches(counter, right) == 0
    last = MismatchCounter(REFERENCE)
    for _ in range(NM_COMPARED - 1):
        mismatches(last, right)
    assert mismatches(last, wrong) == 2
    mismatches(counter, right)
    told = [mismatches(counter, wrong) for _ in range(NM_COMPARED_EVERY)]
    seen = told.index(2)
    assert told == [0] * seen + [2] * (NM_COMPARED_EVERY - seen)
    assert (NM_COMPARED + seen + 1) % NM_COMPARED_EVERY == 0


def test_of_many_records_those_behind_a_false_one_are_compared() -> None:
    counter = MismatchCounter(REFERENCE, NmField(zeros=NM_COMPARED))
    many = [record(with_errors(2), 0) for _ in range(2 * NM_COMPARED_EVERY)]
    seen = -(NM_COMPARED + 1) % NM_COMPARED_EVERY
    told = counter.of_each(many, np.full(len(many), 100)).tolist()
    assert told == [0] * seen + [2] * (len(many) - seen)
    assert counter.of_each(many[:2], np.full(2, 100)).tolist() == [2, 2]


def test_equal_bases_and_no_bases_do_not_differ() -> None:
    assert differing_bases(REFERENCE[:20], 0, REFERENCE) == 0
    assert differing_bases("", 0, REFERENCE) == 0


def test_what_a_region_showed_of_the_field_holds_in_the_next() -> None:
    field = NmField()
    assert mismatches(MismatchCounter(REFERENCE, field), record(with_errors(2), 0)) == 2
    field.zeros = NM_COMPARED
    following = MismatchCounter(REFERENCE, field)
    wrong = [mismatches(following, record(with_errors(2), 0)) for _ in range(NM_COMPARED_EVERY)]
    assert wrong == [2] * NM_COMPARED_EVERY


def test_a_field_that_is_known_to_be_true_is_compared_less_in_the_next_region() -> None:
    field = NmField(zeros=NM_COMPARED)
    assert mismatches(MismatchCounter(REFERENCE, field), record(with_errors(2), 0)) == 0
    assert mismatches(MismatchCounter(REFERENCE), record(with_errors(2), 0)) == 2


def test_records_with_and_without_the_field_are_told_in_one_go() -> None:
    counter = MismatchCounter(REFERENCE)
    many = [
        record(with_errors(2), None),
        record(with_errors(3), 1),
        record(with_errors(0), 0),
        record(with_errors(4), 0),
    ]
    assert counter.of_each(many, np.full(4, 100)).tolist() == [2, 1, 0, 4]


def test_those_behind_the_first_false_field_are_compared_in_the_same_go() -> None:
    counter = MismatchCounter(REFERENCE)
    true = [record(with_errors(0), 0)] * NM_COMPARED
    behind = [record(with_errors(2), 0)] * (2 * NM_COMPARED_EVERY)
    starts = np.full(len(true) + len(behind), 100)
    found = counter.of_each([*true, *behind], starts).tolist()
    first = NM_COMPARED_EVERY - NM_COMPARED % NM_COMPARED_EVERY - 1
    assert found[len(true) :] == [0] * first + [2] * (len(behind) - first)


@pytest.mark.parametrize("place", [0, 1, 30, 59])
def test_the_place_where_two_sequences_differ(place: int) -> None:
    bases = REFERENCE[100 : 100 + place] + "N" + REFERENCE[101 + place : 160]
    assert last_difference(bases, REFERENCE[100:160]) == place
    assert last_difference(REFERENCE[100:160], REFERENCE[100:160]) is None


def test_many_reads_are_noted_as_one_by_one() -> None:
    reads = [(100, 60, 7), (130, 60, 59), (90, 75, 0), (200, 75, None), (140, 60, 30)]
    sequences = []
    for start, size, at in reads:
        bases = REFERENCE[start : start + size]
        if at is not None:
            bases = bases[:at] + ("A" if bases[at] != "A" else "C") + bases[at + 1 :]
        sequences.append(bases)
    one_by_one, at_once = SingleMismatches(), SingleMismatches()
    starts = [start for start, _, _ in reads]
    for number, (start, bases) in enumerate(zip(starts, sequences, strict=True)):
        one_by_one.note(number, bases, start, REFERENCE)
    at_once.note_all(np.arange(len(reads)), sequences, np.array(starts), REFERENCE)
    assert at_once == one_by_one
    assert list(at_once.place) == [107, 189, 90, 170]


def test_mismatches_of_many_reads_are_found_as_one_by_one() -> None:
    inner = [END - 1, END, 30, 59 - END, 60 - END, None]
    reads = [(100 + at, 60, at_base) for at, at_base in enumerate(inner)]
    reads += [(140, 75, 40), (200, 2 * END, END)]
    one_by_one, sequences, starts, flags = Tally(), [], [], []
    for number, (start, size, at) in enumerate(reads):
        bases = REFERENCE[start : start + size]
        if at is not None:
            bases = bases[:at] + ("A" if bases[at] != "A" else "C") + bases[at + 1 :]
        is_reverse, is_read2 = number % 2 == 0, number % 3 == 0
        one_by_one.look_at_mismatch(
            bases, start, REFERENCE, is_reverse=is_reverse, is_read2=is_read2
        )
        sequences.append(bases)
        starts.append(start)
        flags.append(0x10 * is_reverse | 0x80 * is_read2)
    found = list(mismatches_of(sequences, np.array(starts), np.array(flags), REFERENCE))
    assert len(found) == 4
    assert Counter(found) == one_by_one.mismatches
