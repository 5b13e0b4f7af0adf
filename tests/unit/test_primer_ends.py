"""Where fragments of amplicons begin: joined products, and those of a capture among them."""

import random

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.primer_ends import leave_out_joined_products, share_scattered
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead
from tests.fitness_builders import LIMITS, verdict

REVERSE = int(Flag.REVERSE | Flag.READ_2)


def pairs(*places: tuple[int, int]) -> ReadSet:
    """Pairs of reads of 100 bases from one end to the other."""
    reads = ReadSet()
    for start, end in places:
        reads.add_plain(start, 100, reads.fragments)
        reads.add_plain(end - 100, 100, reads.fragments, REVERSE)
        reads.fragments += 1
    return reads


def scattered(reads: ReadSet) -> float:
    return share_scattered(read_spans(reads))


def captured(count: int) -> list[tuple[int, int]]:
    return [(200 + 7 * number, 430 + 7 * number) for number in range(count)]


def test_pairs_between_primers_are_not_scattered() -> None:
    assert scattered(pairs(*[(300, 620)] * 90, *[(304, 618)] * 10)) == 0


def test_pairs_that_begin_anywhere_are() -> None:
    """100 of them, 7 bases apart, beside 400 between primers: some begin near those by chance."""
    found = scattered(pairs(*[(300, 620)] * 400, *captured(100)))
    assert found == pytest.approx(0.2, abs=0.01)


def test_a_primer_of_few_fragments_is_one() -> None:
    """5 of 1,000 that begin together, away from others; of 4 it is not known."""
    assert scattered(pairs(*[(300, 620)] * 995, *[(900, 1200)] * 5)) == 0
    assert scattered(pairs(*[(300, 620)] * 996, *[(900, 1200)] * 4)) == 0.004


@pytest.mark.parametrize(("apart", "elsewhere"), [(5, 0), (-5, 0), (6, 0.01), (-6, 0.01)])
def test_fragments_begin_at_a_primer_up_to_five_bases_from_it(apart: int, elsewhere: float) -> None:
    beside = (300 + apart, 620 + apart)
    assert scattered(pairs(*[(300, 620)] * 990, *[beside] * 10)) == elsewhere


@pytest.mark.parametrize("apart", [-51, -50, 50, 51])
def test_a_primer_of_few_fragments_has_most_of_those_within_fifty_bases(apart: int) -> None:
    """6 of 10 are enough, 6 of 11 are not; fewer than 5 are none for themselves."""
    own, beside = [(900, 1250)] * 6, (900 + apart, 1250 + apart)
    assert scattered(pairs(*[(300, 620)] * 990, *own, *[beside] * 4)) == 0.004
    alone = abs(apart) > 50
    found = scattered(pairs(*[(300, 620)] * 989, *own, *[beside] * 5))
    assert found == (0 if alone else 0.011)


def test_one_end_at_a_primer_is_enough() -> None:
    sheared = [(300, 430 + 3 * number) for number in range(100)]
    assert scattered(pairs(*sheared)) == 0


def test_reads_that_are_clipped_where_they_begin_tell_nothing() -> None:
    reads = pairs(*[(300, 620)] * 100)
    for number in range(20):
        read = SplitRead(100 + number, 500 + 5 * number, 0, 20, 100, 100, "A" * 100, bytes(100))
        reads.split.append(read._replace(last_diagonal=read.first_diagonal))
    reads.fragments = 120
    assert scattered(reads) == 0


def test_without_reads_none_is_scattered() -> None:
    assert scattered(ReadSet()) == 0


def test_a_capture_among_amplicons_is_named() -> None:
    limit = LIMITS.scattered
    assert verdict(Question.ITD, Assay.AMPLICON, scattered=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, Assay.AMPLICON, scattered=limit)
    assert (found.fit, found.misleads) == (Fit.UNFIT, False)
    assert "do not begin at primers" in found.reasons[0]
    assert verdict(Question.TKD, Assay.AMPLICON, scattered=limit).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.CAPTURE, scattered=1.0).fit is Fit.FIT


BASES = "".join(random.Random(1).choices("ACGT", k=1200))
OTHER = "".join(random.Random(2).choices("ACGT", k=100))
NUMBER = 200
"""Fragments between the primers at 300 and 620."""


def left(first: int, number: int, *, bases: str = "", clipped: int = 0) -> SplitRead:
    """A second read that begins on the right at `first`; on the reference, or other `bases`."""
    sequence = bases or BASES[first - 100 : first]
    aligned = 100 - clipped
    at = first - 100
    quality = bytes([30] * len(sequence))
    return SplitRead(number, at, at, 0, aligned, aligned, sequence, quality, True, True)


def kept(*second: SplitRead, first: int = 300) -> list[int]:
    """Which of these second reads of fragments from the primer are left."""
    reads = pairs(*[(300, 620)] * NUMBER)
    for number, read in enumerate(second, start=NUMBER):
        reads.add_plain(first, 100, number)
        reads.split.append(read._replace(fragment=number))
    reads.fragments = NUMBER + len(second)
    leave_out_joined_products(reads, BASES, read_spans(reads))
    return [read.fragment - NUMBER for read in reads.split]


def test_products_that_were_joined_to_another_molecule_are_left_out() -> None:
    joined = left(500, 0)
    clipped = left(620, 0, bases=BASES[520:560] + OTHER[:60], clipped=60)
    assert kept(joined, clipped) == []
    assert kept(left(620, 0), left(622, 0)) == [0, 1]


def test_a_read_that_is_clipped_where_it_begins_is_told_by_its_first_bases() -> None:
    """That of an ITD begins with the primer, though an aligner may clip it there."""
    primer = BASES[590:620]
    itd = left(620, 0, bases=OTHER[:70] + primer, clipped=30)
    assert kept(itd) == [0]
    for few in ("", "A" * 20, OTHER[:50] + "N" * 50):
        assert kept(left(500, 0, bases=few or "N" * 100, clipped=30)) == [0]


def test_a_product_joined_where_both_reads_are_aligned_whole_is_left_out() -> None:
    reads = pairs(*[(300, 620)] * NUMBER, (300, 500))
    leave_out_joined_products(reads, BASES, read_spans(reads))
    assert len(reads.plain_start) == 2 * NUMBER


def test_reads_of_one_strand_are_kept() -> None:
    reads = ReadSet()
    for number in range(NUMBER):
        reads.add_plain(300, 100, number)
    reads.fragments = NUMBER
    leave_out_joined_products(reads, BASES, read_spans(reads))
    assert len(reads.plain_start) == NUMBER


@pytest.mark.parametrize(("copies", "is_primer"), [(4, False), (5, True)])
def test_a_place_where_one_in_fifty_begin_is_a_primer(copies: int, is_primer: bool) -> None:
    assert len(kept(*[left(500, 0)] * copies)) == (copies if is_primer else 0)


@pytest.mark.parametrize(("agreeing", "left_over"), [(8, [0]), (7, [])])
def test_eight_bases_tell_a_primer(agreeing: int, left_over: list[int]) -> None:
    primer = reverse_complement(BASES[596:620])
    change = str.maketrans("ACGT", "CATG")
    first = primer[:agreeing] + primer[agreeing:].translate(change)
    bases = reverse_complement(first + OTHER[:76])
    assert kept(left(620, 0, bases=bases, clipped=30)) == left_over


def test_where_many_begin_elsewhere_all_are_kept() -> None:
    """10 of 210 that begin at the primer are left out, 11 of 211 are not."""
    assert kept(*[left(400 + 11 * number, 0) for number in range(10)]) == []
    assert len(kept(*[left(400 + 11 * number, 0) for number in range(11)])) == 11


def test_fragments_without_a_read_at_a_primer_are_no_joined_ones() -> None:
    assert kept(left(450, 0), first=350) == [0]


def test_reads_without_a_place_are_told_by_their_first_bases() -> None:
    def left_of(bases: str) -> int:
        reads = pairs(*[(300, 620)] * NUMBER)
        reads.add_plain(300, 100, NUMBER)
        reads.fragments += 1
        reads.unplaced.append(UnplacedRead(NUMBER, bases, bytes(len(bases)), False, True))
        leave_out_joined_products(reads, BASES, read_spans(reads))
        return len(reads.plain_start) - 2 * NUMBER

    primer = reverse_complement(BASES[590:620])
    assert left_of(OTHER) == 0
    assert left_of(primer + OTHER[:70]) == 1
    assert left_of(OTHER[:23]) == 1
