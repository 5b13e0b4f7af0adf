"""Where in the reads the junction of an insertion lies."""

import math
import random
from collections.abc import Iterable, Sequence

import pytest

from flt3itd.fitness.thresholds import Thresholds
from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junction_places import (
    Shown,
    missed_in_the_middle,
    nearer_to_ends,
    read_early,
    showing,
)
from flt3itd.insertions.windows import ANCHOR
from flt3itd.reads.read_set import SplitRead

SIZE = 150
_CHANCE = random.Random(3)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=1000))
MUTANT = Haplotype(REFERENCE, Insertion(500, 500, REFERENCE[440:500]))
JUNCTION = MUTANT.duplication.end


def reads_with(before: Iterable[int], length: int = SIZE) -> list[SplitRead]:
    """Reads with so many bases before the junction, aligned by their longer part."""
    reads = []
    for number, size in enumerate(before):
        start = JUNCTION - size
        text = MUTANT.sequence[start : start + length]
        first = 2 * size >= length
        diagonal = start if first else start - 60
        aligned = (0, size) if first else (size, length)
        end = aligned[1]
        reads.append(SplitRead(number, diagonal, diagonal, *aligned, end, text, b"\x25" * length))
    return reads


def shown_in(
    reads: list[SplitRead], haplotype: Haplotype, others: Sequence[Haplotype] = ()
) -> Shown:
    return showing(ComparedReads.of(reads), haplotype, others)


def nearness(reads: list[SplitRead]) -> float:
    """How much nearer to the ends of reads the junction of the mutant is."""
    return nearer_to_ends(shown_in(reads, MUTANT))


def test_anywhere_is_neither_near_the_ends_nor_in_the_middle() -> None:
    assert nearness(reads_with(range(8, SIZE - 7))) == pytest.approx(0, abs=0.3)
    assert nearness([]) == 0
    assert nearness(reads_with([3, 5, SIZE - 4])) == 0


@pytest.mark.parametrize("most", [20, 30, 50])
def test_reads_with_a_short_clip_have_it_near_their_ends(most: int) -> None:
    near = [size for size in range(8, SIZE - 7) if min(size, SIZE - size) <= most]
    assert nearness(reads_with(near)) > 5


def test_reads_with_a_long_clip_have_it_in_the_middle() -> None:
    middle = [size for size in range(8, SIZE - 7) if min(size, SIZE - size) > 40]
    assert nearness(reads_with(middle)) < -5


@pytest.mark.parametrize(("most", "is_missed"), [(60, True), (68, True), (70, False)])
def test_reads_with_the_junction_in_their_middle_are_missed(most: int, is_missed: bool) -> None:
    """They begin ten bases beside it; 68 of 75 are nine tenths of the way from there."""
    near = [size for size in range(10, SIZE - 9) if min(size, SIZE - size) <= most]
    missed = missed_in_the_middle(shown_in(reads_with(near), MUTANT), 1.0)
    share = (most - 10) / (75 - 10)
    assert missed == pytest.approx(-len(near) * math.log10(share) if is_missed else 0)
    assert missed_in_the_middle(shown_in([], MUTANT), 0.0) == 0


@pytest.mark.parametrize(
    ("count", "far_clip", "is_missed"), [(30, 1.0, True), (29, 0.5, False), (29, 0.499, True)]
)
def test_few_reads_need_not_have_the_junction_in_their_middle(
    count: int, far_clip: float, is_missed: bool
) -> None:
    """Unless no read of the sample is clipped far."""
    missed = missed_in_the_middle(shown_in(reads_with(range(12, 12 + count)), MUTANT), far_clip)
    assert (missed > 0) is is_missed


@pytest.mark.parametrize(("count", "is_missed"), [(7, True), (4, False)])
def test_few_reads_miss_it_where_they_all_have_it_near_their_ends(
    count: int, is_missed: bool
) -> None:
    """Within 25 of 75 bases, as pairs that were placed end to end leave them."""
    missed = missed_in_the_middle(shown_in(reads_with(range(26 - count, 26)), MUTANT), 0.33)
    assert (missed >= Thresholds().middle_missed) is is_missed


def test_reads_that_pass_the_junction_early_are_counted() -> None:
    """Forward reads have few bases before it then, and reverse ones few behind it."""
    early = [
        one._replace(is_reverse=2 * size > SIZE)
        for size in (*range(20, 60), *range(90, 130))
        for one in reads_with([size])
    ]
    assert read_early(shown_in(early, MUTANT)) == 80
    late = [one._replace(is_reverse=not one.is_reverse) for one in early]
    assert read_early(shown_in(late, MUTANT)) == 0
    assert read_early(shown_in([*early, *late], MUTANT)) == 80
    mates = [one._replace(is_read2=True) for one in early]
    assert read_early(shown_in([*early, *early, *mates], MUTANT)) == 80
    middle = [one._replace(is_reverse=False) for one in reads_with(range(68, 83))]
    assert read_early(shown_in(middle, MUTANT)) == 0
    assert read_early(shown_in([], MUTANT)) == 0


def test_copies_of_a_read_count_once() -> None:
    few = reads_with([12, 15, 130])
    assert nearness(few * 50) == pytest.approx(nearness(few))


def test_an_insertion_left_of_the_junction_moves_it() -> None:
    """Its reads have the junction anywhere, as those of the ITD alone."""
    beside = Insertion(430, 430, "ACGTTGCAGTACGATCCATGACTTAGCCAT")
    whole = Haplotype(REFERENCE, MUTANT.change, (beside,))
    place = JUNCTION + beside.length
    reads = []
    for number, size in enumerate(range(8, SIZE - 7)):
        start = place - size
        text = whole.sequence[start : start + SIZE]
        reads.append(SplitRead(number, start, start, 0, size, size, text, b"\x25" * SIZE))
    assert nearer_to_ends(shown_in(reads, whole)) == pytest.approx(0, abs=0.3)


def test_reads_of_another_insertion_do_not_show_a_junction() -> None:
    """They fit it better than the wild type, but the other one better still."""
    base = "A" if REFERENCE[446] != "A" else "C"
    bases = REFERENCE[440:446] + base + REFERENCE[447:500]
    sister = Haplotype(REFERENCE, Insertion(500, 500, bases))
    reads = reads_with(range(8, SIZE - 7))
    alone, beside = (len(shown_in(reads, sister, others).reads) for others in ([], [MUTANT]))
    assert alone > 100
    assert beside < 0.2 * alone
    assert shown_in(reads, MUTANT, [sister]).reads == shown_in(reads, MUTANT).reads


@pytest.mark.parametrize(("filler", "spanned"), [(60, 60), (61, 0)])
def test_of_a_long_filler_the_side_of_the_first_copy_is_asked(filler: int, spanned: int) -> None:
    other = {"A": "C", "C": "A", "G": "A", "T": "A"}
    between = "".join(_CHANCE.choices("ACGT", k=filler - 2))
    added = other[REFERENCE[500]] + between + other[REFERENCE[439]]
    long = Haplotype(REFERENCE, Insertion(500, 500, added + REFERENCE[440:500]))
    assert long.duplication.filler == added
    reads = [
        SplitRead(size, start, start, 0, size, size, long.sequence[start:][:SIZE], b"\x25" * SIZE)
        for size in range(20, SIZE - 20)
        for start in [500 - size]
    ]
    shown = shown_in(reads, long)
    assert (shown.left, shown.right) == (500, 500 + spanned)
    most = SIZE - spanned - ANCHOR
    assert [one.fragment for one in shown.reads] == list(range(20, min(SIZE - 20, most + 1)))
    assert nearer_to_ends(shown) != 0


def test_reads_that_lie_over_the_junction_in_no_way_are_passed_over() -> None:
    reads = reads_with([40, 110])
    beside = [one._replace(first_diagonal=at, last_diagonal=at) for one in reads for at in (0, 800)]
    assert shown_in([*beside, *reads], MUTANT).reads == reads


@pytest.mark.parametrize("length", [50, SIZE])
def test_how_near_the_ends_follows_from_an_even_distribution(length: int) -> None:
    """Of the way to the middle, less ten bases; its variance is 1/12."""
    shares = [(size - 10) / (length / 2 - 10) for size in range(10, 20)]
    expected = (0.5 - sum(shares) / 10) * math.sqrt(12 * 10)
    assert nearness(reads_with(range(10, 20), length)) == pytest.approx(expected)


def test_reads_of_40_bases_have_no_room_between_their_ends() -> None:
    assert nearness(reads_with(range(10, 20), 40)) == 0


def test_beyond_55_in_100_of_a_read_its_junction_is_early() -> None:
    """Of 80 bases 44 before it are in the middle, 45 are more."""
    for before, told in ((44, False), (45, True), (35, False)):
        reads = [one._replace(is_reverse=True) for one in reads_with([before], 80)]
        assert (read_early(shown_in(reads, MUTANT)) == 1) is told
    for before, told in ((36, False), (35, True)):
        assert (read_early(shown_in(reads_with([before], 80), MUTANT)) == 1) is told


def test_reads_that_fit_a_rival_as_well_show_the_junction() -> None:
    base = "A" if REFERENCE[490] != "A" else "C"
    bases = REFERENCE[440:490] + base + REFERENCE[491:500]
    sister = Haplotype(REFERENCE, Insertion(500, 500, bases))
    reads = reads_with(range(110, SIZE - 7))  # fewer than 50 bases behind the junction
    assert shown_in(reads, MUTANT, [sister]).reads == shown_in(reads, MUTANT).reads == reads
