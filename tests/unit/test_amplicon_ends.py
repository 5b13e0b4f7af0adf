"""Fragments of a capture among those of amplicons: they begin anywhere."""

import pytest

from flt3itd.fitness.amplicon_ends import share_scattered
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
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
    assert verdict(Question.ITD, "amplicon", scattered=limit * 0.999).fit is Fit.FIT
    found = verdict(Question.ITD, "amplicon", scattered=limit)
    assert (found.fit, found.misleads) == (Fit.UNFIT, False)
    assert "do not begin at primers" in found.reasons[0]
    assert verdict(Question.TKD, "amplicon", scattered=limit).fit is Fit.FIT
    assert verdict(Question.ITD, "capture", scattered=1.0).fit is Fit.FIT
