"""Inverted copies: reads that an aligner turned are turned back."""

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.turned import is_mirrored, turn_reads, turned_ends
from flt3itd.insertions.two_ends import ClippedEnd, put_together
from flt3itd.reads.kmer_aligner import KmerIndex
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 31)
INDEX = KmerIndex.of(REFERENCE, 10, [(600, 1800)])
THREE = frozenset({1, 2, 3})
FIRST, LAST = 1000, 1070
COPY = reverse_complement(REFERENCE[FIRST:LAST])
INVERTED = Haplotype(REFERENCE, insertion_between(REFERENCE, LAST, LAST, COPY))
MUTANT = INVERTED.sequence
BEHIND = LAST + len(COPY)
"""Where the mutant goes on as the reference does."""


def test_the_ends_of_an_inverted_copy_meet_when_reads_of_both_strands_are_asked() -> None:
    """Reads of 75 bases show up to 63 bases of the copy, turned ones from its other end."""
    of_one_strand = ClippedEnd(LAST, True, COPY[:37], REFERENCE[LAST - 60 : LAST], THREE)
    beside = ClippedEnd(LAST, False, COPY[-30:], REFERENCE[LAST : LAST + 60], THREE)
    assert not list(put_together([of_one_strand, beside], REFERENCE))
    # A read with most of its bases in the copy lies on the unit, clipped where that begins.
    turned = ClippedEnd(
        FIRST, False, reverse_complement(REFERENCE[LAST : LAST + 20]),
        REFERENCE[FIRST : FIRST + 60], THREE,
    )  # fmt: skip
    (found,) = turned_ends([turned], INDEX, REFERENCE)
    assert (found.place, found.on_right, found.bases) == (LAST, False, COPY[-60:])
    (change, _, _), *_ = put_together([of_one_strand, found], REFERENCE)
    assert change == INVERTED.change


@pytest.mark.parametrize(("bases", "is_found"), [(16, True), (15, False)])
def test_a_clip_is_turned_when_sixteen_bases_lie_on_the_other_strand(
    bases: int, is_found: bool
) -> None:
    clip = COPY[:bases] + random_sequence(20, 3)
    end = ClippedEnd(LAST, True, clip, REFERENCE[LAST - 60 : LAST], THREE)
    found = turned_ends([end], INDEX, REFERENCE)
    assert [one.place for one in found] == ([LAST] if is_found else [])


def test_two_fragments_turn_nothing() -> None:
    end = ClippedEnd(LAST, True, COPY, REFERENCE[LAST - 60 : LAST], frozenset({1, 2}))
    assert turned_ends([end], INDEX, REFERENCE) == []


def turned_read(begin: int, length: int = 100) -> SplitRead:
    """MUTANT[begin:begin + length], aligned by its bases of the copy on the other strand."""
    sequence = reverse_complement(MUTANT[begin : begin + length])
    low, high = max(begin, LAST), min(begin + length, BEHIND)
    clip = begin + length - high
    diagonal = FIRST + (BEHIND - high) - clip
    return SplitRead(
        5, diagonal, diagonal, clip, clip + high - low, clip + high - low, sequence,
        bytes(range(length)), True, True,
    )  # fmt: skip


def test_a_read_in_the_copy_is_turned_back_with_its_qualities() -> None:
    reads = ReadSet(split=[turned_read(BEHIND - 60)], fragments=6)
    assert turn_reads(reads, [Haplotype(REFERENCE), INVERTED])
    (read,) = reads.split
    assert read.sequence == MUTANT[BEHIND - 60 : BEHIND + 40]
    assert read.qualities == bytes(range(99, -1, -1))
    assert (read.fragment, read.is_reverse, read.is_read2) == (5, False, True)
    # The part behind the copy is where the reference is, and nothing else is aligned.
    assert read.last_diagonal == BEHIND - 60 - len(COPY)
    assert (read.aligned_start, read.aligned_end) == (60, 100)


def test_reads_on_the_right_strand_and_samples_without_inverted_copies_stay() -> None:
    right = MUTANT[BEHIND - 40 : BEHIND + 60]
    diagonal = BEHIND - 40 - len(COPY)
    ours = [SplitRead(1, diagonal, diagonal, 40, 100, 100, right, b"\x25" * 100)]
    assert not turn_reads(ReadSet(split=ours, fragments=2), [INVERTED])
    tandem = Haplotype(REFERENCE, insertion_between(REFERENCE, LAST, LAST, REFERENCE[FIRST:LAST]))
    others = ReadSet(split=[turned_read(BEHIND - 60)], fragments=6)
    assert not turn_reads(others, [Haplotype(REFERENCE), tandem])


def of_the_centre(*, is_turned: bool, mate_reverse: bool) -> ReadSet:
    """A read around the base between unit and copy, which differs on the strands, and its mate."""
    unit, other = REFERENCE[FIRST:LAST], REFERENCE[LAST]
    mutant = REFERENCE[: LAST + 1] + COPY + REFERENCE[LAST + 1 :]
    begin = LAST - 50
    bases = mutant[begin : begin + 100]
    assert bases == unit[20:] + other + COPY[:49]
    shown = reverse_complement(bases) if is_turned else bases
    diagonal = LAST + 1 - 50 if is_turned else begin
    split = SplitRead(0, diagonal, diagonal, 0, 50, 50, shown, b"\x25" * 100, False, False)
    reads = ReadSet(split=[split], fragments=1)
    reads.add_plain(LAST + 40, 100, 0, 0x10 if mate_reverse else 0)
    return reads


@pytest.mark.parametrize("mate_reverse", [True, False])
def test_where_both_strands_are_almost_alike_the_mate_tells(mate_reverse: bool) -> None:
    beside = Haplotype(REFERENCE, insertion_between(REFERENCE, LAST + 1, LAST + 1, COPY))
    reads = of_the_centre(is_turned=True, mate_reverse=mate_reverse)
    assert turn_reads(reads, [beside]) is not mate_reverse
    assert reads.split[0].is_reverse is not mate_reverse


@pytest.mark.parametrize("mate_reverse", [True, False])
def test_a_read_whose_mate_lies_on_the_other_strand_is_not_turned(mate_reverse: bool) -> None:
    """Reads from end to end of unit and copy fit the bases between these turned, by a wrong
    haplotype; of mates on two strands none was turned."""
    reads = ReadSet(split=[turned_read(BEHIND - 60)], fragments=6)
    reads.add_plain(BEHIND, 100, 5, 0x10 if mate_reverse else 0)
    assert turn_reads(reads, [INVERTED]) is mate_reverse


def with_between(bases: str) -> Haplotype:
    """A unit, some bases, and its inverted copy."""
    return Haplotype(REFERENCE, insertion_between(REFERENCE, LAST, LAST + len(bases), bases + COPY))


@pytest.mark.parametrize(("between", "is_told"), [(5, True), (60, True), (61, False)])
def test_bases_between_a_unit_and_its_inverted_copy_are_mirrored(
    between: int, is_told: bool
) -> None:
    """Without bases in common on both ends, which would belong to the unit or the copy."""
    bases = "A" + random_sequence(between - 2, 7) + "G"
    one, other = with_between(bases), with_between(reverse_complement(bases))
    assert is_mirrored(one, other) is is_told
    assert is_mirrored(other, one) is is_told
    assert not is_mirrored(one, one)


def test_other_bases_between_a_unit_and_its_inverted_copy_are_not_mirrored() -> None:
    one, other = with_between("ACTTG"), with_between("CGTCA")
    assert not is_mirrored(one, other)
    tandem = insertion_between(REFERENCE, LAST, LAST, "ACTTG" + REFERENCE[FIRST:LAST])
    mirrored = insertion_between(REFERENCE, LAST, LAST, "CAAGT" + REFERENCE[FIRST:LAST])
    assert not is_mirrored(Haplotype(REFERENCE, tandem), Haplotype(REFERENCE, mirrored))
