"""Fitting reads to haplotypes base by base: scores, stretches, qualities, edges."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import Fit, ReadMatrix, fit, fit_mutant
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(1200, 41)
WILDTYPE = Haplotype(REFERENCE)
MUTANT = Haplotype(REFERENCE, insertion_between(REFERENCE, 660, 660, REFERENCE[600:660]))


def read(
    sequence: str, first: int, last: int | None = None, quality: int | bytes = 37, fragment: int = 0
) -> SplitRead:
    qualities = bytes([quality]) * len(sequence) if isinstance(quality, int) else quality
    last = first if last is None else last
    return SplitRead(fragment, first, last, 0, len(sequence), len(sequence), sequence, qualities)


def fitted(haplotype: Haplotype, *reads: SplitRead) -> Fit:
    return fit(ReadMatrix.of(reads), haplotype)


def changed(sequence: str, *places: int) -> str:
    bases = list(sequence)
    for place in places:
        bases[place] = "A" if bases[place] != "A" else "C"
    return "".join(bases)


def test_a_perfect_read_scores_its_length_and_covers_itself() -> None:
    found = fitted(WILDTYPE, read(REFERENCE[100:250], 100))
    assert (found.score[0], found.start[0], found.end[0], found.offset[0]) == (150, 100, 250, 100)


@pytest.mark.parametrize(("quality", "cost"), [(37, 4), (20, 4), (19, 2), (10, 2), (9, 1), (2, 1)])
def test_a_mismatch_costs_by_its_quality(quality: int, cost: int) -> None:
    good = read(REFERENCE[100:250], 100, quality=20)
    found = fitted(WILDTYPE, read(changed(REFERENCE[100:250], 75), 100, quality=quality), good)
    assert found.score[0] == 149 - cost


@pytest.mark.parametrize(("best", "cost"), [(17, 4), (19, 4), (20, 2)])
def test_where_no_base_is_good_the_best_ones_are(best: int, cost: int) -> None:
    """The mismatch has the best quality, but for a read with one of 20."""
    one = read(changed(REFERENCE[100:250], 75), 100, quality=min(best, 19))
    found = fitted(WILDTYPE, one, read(REFERENCE[100:250], 100, quality=best))
    assert found.score[0] == 149 - cost


def test_n_costs_nothing_and_gains_nothing() -> None:
    bases = REFERENCE[100:250]
    found = fitted(WILDTYPE, read(bases[:70] + "NNNNN" + bases[75:], 100))
    assert (found.score[0], found.start[0], found.end[0]) == (145, 100, 250)


def test_a_junction_read_fits_only_the_mutant_from_end_to_end() -> None:
    for begin in (560, 600, 640):
        bases = MUTANT.sequence[begin : begin + 150]
        left, right = read(bases, begin), read(bases, begin - 60)
        mutant = fitted(MUTANT, left, right)
        assert mutant.score.tolist() == [150, 150]
        assert mutant.start.tolist() == [begin, begin]
        assert (fitted(WILDTYPE, left, right).score < 150).all()


def test_a_read_right_of_the_insertion_is_shifted() -> None:
    found = fitted(MUTANT, read(REFERENCE[800:950], 800))
    assert (found.score[0], found.start[0], found.end[0]) == (150, 860, 1010)


def test_two_diagonals_of_one_read() -> None:
    """A CIGAR with the insertion: the last block lies on the mutant as well as the first."""
    bases = MUTANT.sequence[580:730]
    assert fitted(MUTANT, read(bases, 580, 520)).score[0] == 150
    assert fitted(MUTANT, read(bases, 999, 520)).score[0] == 150


def test_what_does_not_agree_is_not_covered() -> None:
    bases = REFERENCE[100:200] + random_sequence(50, 3)
    found = fitted(WILDTYPE, read(bases, 100))
    assert found.start[0] == 100
    assert 200 <= found.end[0] <= 208


def test_a_mismatch_near_the_end_of_a_read_does_not_cut_it() -> None:
    assert fitted(WILDTYPE, read(changed(REFERENCE[100:250], 147), 100)).end[0] == 250
    assert fitted(WILDTYPE, read(changed(REFERENCE[100:250], 2), 100)).start[0] == 100
    assert fitted(WILDTYPE, read(changed(REFERENCE[100:250], 145, 147, 149), 100)).end[0] == 245


@pytest.mark.parametrize("first", [-120, -50, len(REFERENCE) - 50, len(REFERENCE) - 5, 5000])
def test_reads_over_the_edge(first: int) -> None:
    begin, end = max(0, first), min(len(REFERENCE), first + 150)
    inside = REFERENCE[begin:end]
    bases = "T" * (begin - first) + inside if first < 0 else inside
    found = fitted(WILDTYPE, read(bases.ljust(150, "T"), first))
    assert found.score[0] == len(inside)


def test_rows_of_different_length_do_not_disturb_each_other() -> None:
    reads = [read(REFERENCE[n : n + size], n) for n, size in ((10, 30), (300, 251), (500, 75))]
    together = fitted(MUTANT, *reads)
    alone = [fitted(MUTANT, each) for each in reads]
    for name in ("score", "start", "end", "offset"):
        expected = np.concatenate([getattr(each, name) for each in alone])
        assert getattr(together, name).tolist() == expected.tolist()


def test_more_reads_than_one_block() -> None:
    reads = [read(REFERENCE[n % 900 : n % 900 + 100], n % 900, fragment=n) for n in range(5000)]
    assert set(fitted(WILDTYPE, *reads).score.tolist()) == {100}


def test_the_fast_way_past_reads_far_away_gives_the_same() -> None:
    reads = ReadMatrix.of(
        [read(changed(REFERENCE[n : n + 100], 50), n) for n in range(0, 1100, 13)]
        + [read(MUTANT.sequence[n : n + 100], n) for n in range(500, 700, 13)]
    )
    slow = fit(reads, MUTANT)
    fast = fit_mutant(reads, MUTANT, fit(reads, WILDTYPE), 40)
    for name in ("score", "start", "end", "offset"):
        assert getattr(fast, name).tolist() == getattr(slow, name).tolist()


def test_reads_of_a_copy_with_a_gap_are_not_far_away() -> None:
    copy = REFERENCE[450:590] + REFERENCE[593:600]
    change = insertion_between(REFERENCE, 600, 600, copy)
    mutant = Haplotype(REFERENCE, change)
    junction = ReadMatrix.of([read(mutant.sequence[n : n + 100], n - 150) for n in (560, 570)])
    fast = fit_mutant(junction, mutant, fit(junction, WILDTYPE), 40)
    assert fast.score.tolist() == [100, 100]


@pytest.mark.parametrize("gap_first", [True, False])
def test_the_other_block_of_a_gapped_read_may_be_the_one_that_fits(gap_first: bool) -> None:
    itd = Haplotype(REFERENCE, insertion_between(REFERENCE, 600, 600, REFERENCE[570:600]))
    sequence = itd.sequence
    if gap_first:  # 20 bases lie left of a deletion of 15, the rest as the ITD has it
        bases, first, last = sequence[515:535] + sequence[550:630], 515, 530
        begin, agreeing = 530, 80
    else:  # the last 20 lie right of a deletion of 15 behind the second copy
        bases, first, last = sequence[590:670] + sequence[685:705], 560, 575
        begin, agreeing = 590, 80
    result = fitted(itd, read(bases, first, last))
    assert (result.offset[0], result.score[0]) == (begin, agreeing)


def test_no_reads() -> None:
    assert len(fitted(WILDTYPE).score) == 0
