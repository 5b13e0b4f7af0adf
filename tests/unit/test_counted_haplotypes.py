"""Counting by haplotypes at its bounds: how many, from which score, which are told apart."""

import numpy as np
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import EVERY_COUNT, Sampling
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.counting import (
    Counts,
    Settled,
    concerned_reads,
    count_fragments,
)
from flt3itd.insertions.haplotype import (
    Deletion,
    Haplotype,
    Insertion,
    SmallChange,
    Substitution,
    insertion_between,
)
from flt3itd.insertions.junctions import INSERTIONS, Candidate
from flt3itd.insertions.refinement import compete, differ_beside
from flt3itd.insertions.settling import Evidence, may_be_errors, preselect, settle
from flt3itd.insertions.windows import LONGEST_READ, find_windows
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

# The bases behind place 800 differ from those that a copy ending there begins with.
REFERENCE = random_sequence(800, 93) + "AAAAAAAAAA" + random_sequence(790, 94)
COPY = "CCGTCGTCTT" + random_sequence(30, 95)
REFERENCE = REFERENCE[:760] + COPY + REFERENCE[800:]
WILDTYPE = Haplotype(REFERENCE)


def inserted(place: int, bases: str) -> Haplotype:
    return Haplotype(REFERENCE, insertion_between(REFERENCE, place, place, bases))


TANDEM = inserted(800, COPY)


Placed = tuple[int, str]
"""Where a read begins on a mutant, and its bases."""


def reads_of(*reads: Placed) -> ReadSet:
    """Reads, each a fragment, laid at where TANDEM has them, without clips and gaps."""
    found = ReadSet()
    for start, text in reads:
        ends = (start, start - TANDEM.length_change, 0, len(text), len(text))
        found.split.append(SplitRead(found.fragments, *ends, text, b"\x25" * len(text)))
        found.fragments += 1
    return found


def windows_shown(read: Placed) -> dict[int, int]:
    """The fragments by the windows that they show, of one read and the mutant."""
    haplotypes, reads = [WILDTYPE, TANDEM], reads_of(read)
    windows, matrix = find_windows(haplotypes), ReadMatrix.of(reads.split)
    return count_fragments(haplotypes, windows, reads, matrix).patterns


def chosen(read: Placed) -> int:
    """The haplotype that a read chooses, of the wild type (0) and TANDEM."""
    haplotypes, reads = [WILDTYPE, TANDEM], reads_of(read)
    windows, matrix = find_windows(haplotypes), ReadMatrix.of(reads.split)
    return int(count_fragments(haplotypes, windows, reads, matrix).chosen[0])


def settled(
    mutants: list[Haplotype], *reads: Placed, sampling: Sampling = EVERY_COUNT
) -> list[Haplotype]:
    there = reads_of(*reads)
    matrix = ReadMatrix.of(there.split)
    evidence = Evidence(there, matrix, LONGEST_READ, (), sampling)
    return settle(mutants, WILDTYPE, evidence).haplotypes[1:]


def over_junction(behind: int, length: int = 150, mutant: Haplotype = TANDEM) -> Placed:
    """A read of the mutant that ends so many bases behind the first copy."""
    start = 800 + behind - length
    return start, mutant.sequence[start : start + length]


@pytest.mark.parametrize(
    ("sampling", "showing", "stays"),
    [
        (Sampling(CountedUnit.READS, 20), 38, False),  # 6 reads of a molecule
        (Sampling(CountedUnit.READS, 20), 39, True),
        (Sampling(CountedUnit.READS, 40), 20, False),  # 3 reads
        (Sampling(CountedUnit.READS, 40), 21, True),
        (Sampling(CountedUnit.READS), 12, True),
        (Sampling(CountedUnit.FRAGMENTS, 20), 12, True),
        (Sampling(CountedUnit.MOLECULES, 20), 12, True),
    ],
)
def test_a_sister_has_more_reads_than_one_molecule(
    sampling: Sampling, showing: int, stays: bool
) -> None:
    """Of 120 reads so many have another base in a copy: all copies of a molecule with an error."""
    other = inserted(800, COPY[:10] + "ACGT"[("ACGT".index(COPY[10]) + 1) % 4] + COPY[11:])
    reads = [over_junction(60, mutant=other if n < showing else TANDEM) for n in range(120)]
    found = settled([TANDEM, other], *reads, sampling=sampling)
    assert found == ([TANDEM, other] if stays else [TANDEM])


@pytest.mark.parametrize("most", [19, 20, 21, 25])
def test_twenty_haplotypes_are_compared_at_most(most: int) -> None:
    copies = [inserted(at, REFERENCE[at - 30 : at]) for at in range(100, 100 + 50 * most, 50)]
    changes = [one.change for one in copies if one.change is not None]
    candidates = [Candidate(change, frozenset({1, 2})) for change in changes]
    assert len(preselect(candidates, (), WILDTYPE, INSERTIONS)) == min(20, most)


def test_two_fragments_make_a_haplotype_and_one_does_not() -> None:
    assert settled([TANDEM], over_junction(60)) == []
    assert settled([TANDEM], over_junction(60), over_junction(70)) == [TANDEM]


@pytest.mark.parametrize(("behind", "choice"), [(2, -1), (3, 1)])
def test_a_read_tells_two_apart_from_three_points(behind: int, choice: int) -> None:
    assert chosen(over_junction(behind)) == choice


def test_a_read_says_where_it_belongs_from_25_points() -> None:
    low, high = (windows_shown(over_junction(12, length)) for length in (24, 25))
    assert not low
    assert high


@pytest.mark.parametrize(("length", "is_one"), [(24, False), (25, True)])
def test_a_read_is_at_a_junction_that_it_fits_from_25_points(length: int, is_one: bool) -> None:
    haplotypes, reads = [WILDTYPE, TANDEM], reads_of(over_junction(12, length))
    windows, matrix = find_windows(haplotypes), ReadMatrix.of(reads.split)
    counts = count_fragments(haplotypes, windows, reads, matrix)
    assert len(Settled(haplotypes, windows, counts).at_junction(1)) == is_one


def test_reads_near_any_of_the_mutants_are_compared() -> None:
    """From the first that reaches one of them to the last, however far apart they are."""
    reads = reads_of(*((at, REFERENCE[at : at + 100]) for at in range(100, 1400, 100)))
    far = inserted(1200, REFERENCE[1160:1200])
    found = {read.fragment for read in concerned_reads(reads, [WILDTYPE, TANDEM, far])}
    near = {read.fragment for read in concerned_reads(reads, [TANDEM])}
    assert {6, 7} <= near < found
    assert {6, 7, 8, 9, 10, 11} <= found
    assert found.isdisjoint({0, 1, 2, 3})
    assert concerned_reads(reads, [WILDTYPE]) == []


def test_a_wrong_base_is_corrected_before_it_is_counted() -> None:
    wrong = inserted(800, COPY[:20] + ("A" if COPY[20] != "A" else "C") + COPY[21:])
    assert settled([wrong], *(over_junction(behind) for behind in (50, 60, 70))) == [TANDEM]


def test_two_wrong_bases_in_a_few_reads_of_many_are_errors() -> None:
    """2 reads of 400 are; 40 are not."""
    change = str.maketrans("ACGT", "CGTA")
    other = inserted(800, "".join(
        base.translate(change) if at in (10, 20) else base for at, base in enumerate(COPY)
    ))  # fmt: skip
    for showing, left in ((2, [TANDEM]), (40, [TANDEM, other])):
        reads = [over_junction(60, mutant=other)] * showing + [over_junction(60)] * 400
        assert settled([TANDEM, other], *reads) == left


def test_of_two_that_reads_fit_alike_the_first_stays_wherever_a_third_lies() -> None:
    filler = random_sequence(40, 96)
    one, other = (inserted(800, f"{filler[:20]}{base}{filler[21:]}") for base in "AC")
    far = inserted(1300, filler)
    unknown = f"{REFERENCE[:800]}{filler[:20]}N{filler[21:]}{REFERENCE[800:]}"
    beginnings = [(at, unknown[at : at + 150]) for at in (740, 750, 760)]
    assert settled([one, other, far], *beginnings) == [one]
    assert settled([other, one, far], *beginnings) == [other]


@pytest.mark.parametrize(("apart", "alike"), [(40, True), (41, False)])
def test_changes_within_forty_bases_compete(apart: int, alike: bool) -> None:
    place = 800 + apart
    first, last = ("A" if REFERENCE[at] != "A" else "C" for at in (place, place - 1))
    one, other = TANDEM, inserted(place, f"{first}GTTGCTCG{last}")
    assert touched_span(other)[0] - touched_span(one)[1] == apart
    assert compete(one, other) is alike
    assert compete(other, one) is alike


@pytest.mark.parametrize("place", [9, 26], ids=["in the first copy", "in the second copy"])
@pytest.mark.parametrize(("fragments", "is_kept"), [(2, False), (40, True)])
def test_an_error_in_two_duplications_beside_each_other_is_no_haplotype(
    fragments: int, is_kept: bool, place: int
) -> None:
    """One is proposed without the other, from which the one with an error is far."""
    first, second = REFERENCE[300:319], REFERENCE[322:338]
    bases = first + REFERENCE[319:322] + second
    wrong = bases[:place] + ("A" if bases[place] != "A" else "C") + bases[place + 1 :]
    candidates = []
    for number, middle in ((400, bases), (fragments, wrong)):
        change = insertion_between(REFERENCE, 319, 322, middle)
        assert change is not None
        candidates.append(Candidate(change, frozenset(range(number))))
    found = preselect(candidates, (), WILDTYPE, INSERTIONS)
    assert len(found) == 1 + is_kept
    assert found[0] == Haplotype(REFERENCE, insertion_between(REFERENCE, 319, 319, first))


def share(junction: int, *boundaries: int, haplotype: Haplotype = TANDEM) -> float:
    """Of one mutant, whose junction and boundaries so many fragments show."""
    haplotypes = [WILDTYPE, haplotype]
    windows = find_windows(haplotypes)
    own, none = windows.own[1], np.zeros(0, dtype=np.int64)
    shown = zip((*own.junctions, *own.boundaries), (junction, *boundaries), strict=False)
    patterns = {1 << window: count for window, count in shown}
    return Settled(haplotypes, windows, Counts(patterns, (junction,), none, (), none)).share(1)


@pytest.mark.parametrize(
    ("junction", "boundaries", "expected"),
    [(20, (100, 80), 0.2), (20, (80, 100), 0.2), (20, (0, 50), 0.4), (20, (0, 0), 0.0)],
)
def test_the_share_of_a_mutant_is_by_the_better_shown_boundary(
    junction: int, boundaries: tuple[int, int], expected: float
) -> None:
    assert share(junction, *boundaries) == pytest.approx(expected)


@pytest.mark.parametrize("beside", [Deletion(700, 706, ""), Deletion(900, 906, "")])
def test_a_change_that_wild_types_have_too_is_no_junction_of_a_mutant(beside: Deletion) -> None:
    haplotypes = [
        WILDTYPE,
        Haplotype(REFERENCE, None, (beside,)),
        Haplotype(REFERENCE, TANDEM.change, (beside,)),
    ]
    windows, none = find_windows(haplotypes), np.zeros(0, dtype=np.int64)
    own = windows.own[2]
    itd = windows.junction_mask(2) & ~windows.mask(1)
    patterns = {itd: 30, windows.mask(1) & windows.junction_mask(2): 100, 0: 0}
    for boundary in own.boundaries[:2]:
        patterns[1 << boundary] = 100
    settled = Settled(haplotypes, windows, Counts(patterns, (100, 130), none, (), none))
    assert settled.share(2) == pytest.approx(0.3)


def test_a_junction_that_a_mutant_has_twice_is_shown_twice() -> None:
    assert share(20, 100, 100, haplotype=inserted(800, COPY * 2)) == pytest.approx(0.1)


def test_a_change_within_a_long_copy_competes_with_it() -> None:
    long, short = inserted(800, REFERENCE[600:800]), inserted(690, REFERENCE[680:690])
    first, last = touched_span(long)
    assert first + 40 < touched_span(short)[0] < touched_span(short)[1] < last - 40
    assert compete(long, short)
    assert compete(short, long)


@pytest.mark.parametrize("change", [TANDEM.change, None])
@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ((), (Insertion(900, 900, "GA"),), True),
        ((Deletion(850, 856, ""),), (Deletion(850, 856, ""), Insertion(900, 900, "GA")), True),
        ((Insertion(900, 900, "TA"),), (Insertion(900, 900, "GA"),), False),
        ((Insertion(903, 903, "TA"),), (Insertion(900, 900, "GA"),), False),
        ((Insertion(904, 904, "TA"),), (Insertion(900, 900, "GA"),), True),
        ((Deletion(890, 896, ""),), (Insertion(900, 900, "GA"),), True),
        ((Deletion(890, 897, ""),), (Insertion(900, 900, "GA"),), False),
    ],
)
def test_errors_of_a_small_change_are_at_its_place(
    change: Insertion | None,
    one: tuple[SmallChange, ...],
    other: tuple[SmallChange, ...],
    differ: bool,
) -> None:
    this, that = (Haplotype(REFERENCE, change, beside) for beside in (one, other))
    assert (differ_beside(this, that), differ_beside(that, this)) == (differ, differ)
    assert not differ_beside(this, inserted(700, "GATTACAGATTACA"))


@pytest.mark.parametrize(
    ("with_change", "without", "errors"),
    [
        # At most 1% of the reads have one given base read wrongly: by chance seven of 100 do not.
        (100, 6, True),
        (100, 7, False),
        (99, 6, False),
        (1000, 24, True),
        (1000, 25, False),
    ],
)
def test_an_itd_without_a_base_beside_may_be_errors_of_those_that_have_it(
    with_change: int, without: int, errors: bool
) -> None:
    beside = (Substitution(900, 901, "A" if REFERENCE[900] != "A" else "C"),)
    haplotypes = [WILDTYPE, Haplotype(REFERENCE, TANDEM.change, beside), TANDEM]
    windows = find_windows(haplotypes)
    junction = windows.junction_mask(1) & windows.junction_mask(2)
    has, lacks = (windows.mask(one) & ~windows.mask(3 - one) for one in (1, 2))
    assert junction
    assert has
    assert lacks
    # What shows the junction alone, or the base alone, tells nothing.
    patterns = {junction | has: with_change, junction | lacks: without, junction: 5000, lacks: 900}
    none = np.zeros(0, dtype=np.int64)
    counts = Counts(patterns, (with_change, without), none, (), none)
    assert may_be_errors(Settled(haplotypes, windows, counts), 2, 1) == errors


def test_wild_types_of_one_change_more_are_not_asked_of_errors() -> None:
    beside = (Insertion(900, 900, "GA"), Deletion(1000, 1006, ""))
    haplotypes = [
        WILDTYPE,
        Haplotype(REFERENCE, None, beside),
        Haplotype(REFERENCE, None, beside[:1]),
    ]
    windows, none = find_windows(haplotypes), np.zeros(0, dtype=np.int64)
    patterns = {windows.mask(1): 1000, windows.mask(2) & ~windows.mask(1): 3}
    settled = Settled(haplotypes, windows, Counts(patterns, (1000, 3), none, (), none))
    assert not may_be_errors(settled, 2, 1)
