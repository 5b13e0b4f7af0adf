"""Candidates from clips and inserted bases, on reads cut from a mutant by hand."""

import pytest

from flt3itd.insertions.haplotype import Insertion, insertion_between
from flt3itd.insertions.junctions import Candidate, SearchRegion, find_candidates
from flt3itd.reads.read_set import SplitRead
from tests.builders import duplicate, random_sequence

REFERENCE = random_sequence(2400, 31)
REGION = SearchRegion.around(REFERENCE, 600, 1800, 450)


def expected(start: int, end: int, filler: str = "") -> Insertion | None:
    return insertion_between(REFERENCE, end, end, filler + REFERENCE[start:end])


def clipped(
    mutant: str, begin: int, length: int, left: int, *, fragment: int = 0, offset: int = 0
) -> SplitRead:
    """mutant[begin:begin + length], its first `left` bases aligned where they lie (+ offset)."""
    sequence = mutant[begin : begin + length]
    return SplitRead(
        fragment, begin + offset, begin + offset, 0, left, left, sequence, b"\x25" * length
    )


def clipped_left(
    mutant: str, begin: int, length: int, clip: int, *, fragment: int = 0, shift: int
) -> SplitRead:
    """mutant[begin:begin + length], its first `clip` bases clipped, the rest `shift` back."""
    sequence = mutant[begin : begin + length]
    diagonal = begin - shift
    return SplitRead(fragment, diagonal, diagonal, clip, length, length, sequence, b"\x25" * length)


def inserted(mutant: str, begin: int, length: int, at: int, bases: int, fragment: int) -> SplitRead:
    """mutant[begin:begin + length] with `bases` inserted at query `at` in the CIGAR."""
    sequence = mutant[begin : begin + length]
    return SplitRead(fragment, begin, begin - bases, 0, length, at, sequence, b"\x25" * length)


def candidates_of(reads: list[SplitRead]) -> list[Candidate]:
    return find_candidates(reads, REGION).candidates


def only(candidates: list[Candidate]) -> Candidate:
    (candidate,) = candidates
    return candidate


@pytest.mark.parametrize("filler", ["", "G", "GATTACA", "ACGTTGCAACGGTTACCATGC"])
@pytest.mark.parametrize("length", [12, 60, 400])
def test_a_right_clip(length: int, filler: str) -> None:
    end = 1000 + length
    mutant = duplicate(REFERENCE, 1000, end, filler)
    reads = [clipped(mutant, end - 60 + n, 120, 60 - n, fragment=n) for n in range(4)]
    found = only(candidates_of(reads))
    assert found.insertion == expected(1000, end, filler)
    assert found.fragments == {0, 1, 2, 3}


@pytest.mark.parametrize("filler", ["", "GATTACA"])
@pytest.mark.parametrize("length", [12, 60, 400])
def test_a_left_clip(length: int, filler: str) -> None:
    end, shift = 1000 + length, length + len(filler)
    mutant = duplicate(REFERENCE, 1000, end, filler)
    junction = end + len(filler)  # where the second copy begins
    reads = [
        clipped_left(mutant, junction - 50 + n, 120, 50 - n, fragment=n, shift=shift)
        for n in range(3)
    ]
    found = only(candidates_of(reads))
    assert found.insertion == expected(1000, end, filler)
    assert found.fragments == {0, 1, 2}


def test_clips_of_both_sides_and_insertions_are_one_candidate() -> None:
    mutant = duplicate(REFERENCE, 1000, 1040, "")
    reads = [
        clipped(mutant, 980, 120, 60, fragment=1),
        clipped_left(mutant, 1020, 120, 20, fragment=2, shift=40),
        inserted(mutant, 950, 150, 50, 40, fragment=3),  # written before the first copy
        inserted(mutant, 950, 150, 90, 40, fragment=4),  # written between the copies
    ]
    found = only(candidates_of(reads))
    assert found.insertion == expected(1000, 1040)
    assert found.fragments == {1, 2, 3, 4}


def test_fillers_behind_a_leftmost_insertion_are_told_apart() -> None:
    reads = []
    for number, filler in enumerate(["ACG"] * 6 + ["ATG"] * 3):
        mutant = duplicate(REFERENCE, 1000, 1030, filler)
        reads.append(inserted(mutant, 940 + number, 150, 60 - number, 33, fragment=number))
    found = candidates_of(reads)
    assert [(each.insertion, len(each.fragments)) for each in found] == [
        (expected(1000, 1030, "ACG"), 6),
        (expected(1000, 1030, "ATG"), 3),
    ]


def test_a_read_with_an_insertion_and_a_clip_uses_its_outer_blocks() -> None:
    """Three copies of 31 bases: the aligner wrote one more copy in the CIGAR, clipped the other."""
    mutant = duplicate(duplicate(REFERENCE, 1000, 1031), 1000, 1031)
    sequence = mutant[960:1110]
    read = SplitRead(7, 960, 929, 0, 102, 40, sequence, b"\x25" * 150)
    insertions = {each.insertion for each in candidates_of([read])}
    assert insertion_between(REFERENCE, 1031, 1031, REFERENCE[1000:1031] * 2) in insertions


def test_replaced_bases_are_part_of_the_insertion() -> None:
    bases = random_sequence(29, 8)
    mutant = REFERENCE[:1000] + bases + REFERENCE[1006:]
    reads = [clipped(mutant, 930 + n, 150, 70 - n, fragment=n) for n in range(3)]
    found = only(candidates_of(reads))
    assert found.insertion == insertion_between(REFERENCE, 1000, 1006, bases)


def test_a_mismatch_between_the_copies_belongs_to_the_insertion() -> None:
    copy = list(REFERENCE[1000:1060])
    copy[20] = "A" if copy[20] != "A" else "C"
    mutant = REFERENCE[:1060] + "".join(copy) + REFERENCE[1060:]
    reads = [clipped(mutant, 1000 + n, 150, 60 - n, fragment=n) for n in range(3)]
    found = only(candidates_of(reads))
    assert found.insertion == insertion_between(REFERENCE, 1060, 1060, "".join(copy))


def test_a_variant_of_both_copies_is_not_part_of_the_insertion() -> None:
    allele = list(REFERENCE)
    allele[1010] = "A" if allele[1010] != "A" else "C"
    mutant = duplicate("".join(allele), 1000, 1040)
    reads = [clipped(mutant, 970 + n, 150, 70 - n, fragment=n) for n in range(3)]
    assert only(candidates_of(reads)).insertion == expected(1000, 1040)


def test_errors_of_single_reads_do_not_spoil_the_consensus() -> None:
    mutant = duplicate(REFERENCE, 1000, 1060)
    reads = []
    for number in range(9):
        read = clipped(mutant, 1000 + number, 150, 60 - number, fragment=number)
        wrong = 25 + 11 * number
        base = "A" if read.sequence[wrong] != "A" else "C"
        sequence = read.sequence[:wrong] + base + read.sequence[wrong + 1 :]
        reads.append(
            SplitRead(
                number, read.first_diagonal, read.last_diagonal, 0, read.aligned_end,
                read.first_block_end, sequence, read.qualities,
            )
        )  # fmt: skip
    best = candidates_of(reads)[0]
    assert best.insertion == expected(1000, 1060)
    assert len(best.fragments) >= 7


@pytest.mark.parametrize("clip", [random_sequence(60, 77), "A" * 60, "N" * 60])
def test_clips_that_fit_nowhere_propose_nothing(clip: str) -> None:
    sequence = REFERENCE[1000:1090] + clip
    reads = [SplitRead(n, 1000, 1000, 0, 90, 90, sequence, b"\x25" * 150) for n in range(5)]
    proposals = find_candidates(reads, REGION)
    assert proposals.candidates == []
    assert proposals.unexplained == {1090: 5}


def test_a_clip_of_a_deletion_proposes_nothing() -> None:
    mutant = REFERENCE[:1100] + REFERENCE[1200:]
    reads = [clipped(mutant, 1040 + n, 120, 60 - n, fragment=n) for n in range(5)]
    assert candidates_of(reads) == []


def test_outside_the_region() -> None:
    mutant = duplicate(REFERENCE, 300, 340)
    reads = [clipped(mutant, 280 + n, 120, 60 - n, fragment=n) for n in range(5)]
    assert candidates_of(reads) == []


def test_reads_over_the_ends_of_the_sequence() -> None:
    hanging = SplitRead(0, -50, -50, 50, 150, 150, "A" * 50 + REFERENCE[:100], b"\x25" * 150)
    beyond = SplitRead(
        1, len(REFERENCE) - 100, len(REFERENCE) - 100, 0, 100, 100,
        REFERENCE[-100:] + "A" * 50, b"\x25" * 150,
    )  # fmt: skip
    assert candidates_of([hanging, beyond] * 3) == []


def of_one_place(start: int, end: int) -> bool:
    """Whether a duplication can be written in no other way: nothing stands beside both ends."""
    before = REFERENCE[start - 4 : start], REFERENCE[end - 4 : end]
    behind = REFERENCE[start : start + 4], REFERENCE[end : end + 4]
    return all(one != other for pair in (before, behind) for one, other in zip(*pair, strict=True))


@pytest.mark.parametrize(("end", "holds"), [(600, True), (599, False), (1900, True)])
def test_what_begins_outside_the_region_may_end_in_it(end: int, holds: bool) -> None:
    start = next(place for place in range(400, 590) if of_one_place(place, end))
    change = expected(start, end)
    assert change is not None
    assert REGION.holds(change) is holds


@pytest.mark.parametrize(("start", "holds"), [(1800, True), (1801, False)])
def test_what_ends_outside_the_region_may_begin_in_it(start: int, holds: bool) -> None:
    end = next(place for place in range(1900, 2200) if of_one_place(start, place))
    change = expected(start, end)
    assert change is not None
    assert REGION.holds(change) is holds


def test_an_insertion_of_other_sequence_ends_where_it_begins() -> None:
    change = insertion_between(REFERENCE, 590, 590, random_sequence(60, 5))
    assert change is not None
    assert not REGION.holds(change)


def foreign(length: int) -> tuple[str, str]:
    """Bases of no other place, and the reference with them behind base 1000."""
    bases = random_sequence(length, 7)
    return bases, REFERENCE[:1000] + bases + REFERENCE[1000:]


def reads_of_both_ends(mutant: str, length: int, size: int) -> list[SplitRead]:
    """Reads of `size` bases that are clipped at either end of the inserted bases."""
    return [
        *(clipped(mutant, 1000 - n, size, n, fragment=n) for n in range(10, 40)),
        *(
            clipped_left(mutant, 1000 + n, size, length - n, fragment=100 + n, shift=length)
            for n in range(length - size + 10, length - size + 40)
        ),
    ]


def test_an_insertion_that_no_read_spans_is_put_together_from_both_ends() -> None:
    bases, mutant = foreign(100)
    proposals = find_candidates(reads_of_both_ends(mutant, 100, 80), REGION)
    found = only(proposals.candidates)
    assert found.change == insertion_between(REFERENCE, 1000, 1000, bases)
    assert len(found.fragments) == 60
    assert proposals.unexplained == {}


def test_ends_that_do_not_meet_stay_unexplained() -> None:
    _, mutant = foreign(130)
    proposals = find_candidates(reads_of_both_ends(mutant, 130, 80), REGION)
    assert proposals.candidates == []
    assert proposals.unexplained == {1000: 60}
    assert 100 < proposals.ends[1000].bases <= 130
    assert proposals.ends[1000].fragments == 60


def test_reads_that_reach_far_on_one_side_are_asked_among_many() -> None:
    """Of 120 reads the twelve that hold the end of the insertion; most lie around its start."""
    bases, mutant = foreign(90)
    around = [clipped(mutant, 940 + n % 5, 150, 60 - n % 5, fragment=n) for n in range(108)]
    far = [clipped(mutant, 980 - n, 150, 20 + n, fragment=200 + n) for n in range(12)]
    assert only(candidates_of([*around, *far])).change == insertion_between(
        REFERENCE, 1000, 1000, bases
    )


@pytest.mark.parametrize(("bases", "is_believed"), [(16, True), (15, False)])
def test_a_few_bases_in_front_of_many_foreign_ones_are_there_by_chance(
    bases: int, is_believed: bool
) -> None:
    """A copy of some bases, 40 of no other place, and the reference behind them."""
    filler = random_sequence(40, 8)
    mutant = REFERENCE[1200 - bases : 1200] + filler + REFERENCE[1100:1180]
    clip = bases + len(filler)
    reads = [
        SplitRead(n, 1100 - clip, 1100 - clip, clip, 120 + bases, 120 + bases, mutant,
                  b"\x25" * (120 + bases))
        for n in range(5)
    ]  # fmt: skip
    assert len(candidates_of(reads)) == is_believed


@pytest.mark.parametrize(
    ("genuine", "foreign", "length", "is_believed"),
    [
        (16, 5, 100, True),
        (15, 5, 100, False),
        (15, 4, 100, True),
        (16, 0, 501, True),
        (15, 0, 501, False),
        (15, 0, 500, True),
    ],
)
def test_a_few_bases_far_away_or_with_an_adapter_behind_them_are_there_by_chance(
    genuine: int, foreign: int, length: int, is_believed: bool
) -> None:
    """What stands behind amplicons resembles some place of the locus in its first ten bases."""
    end = 1702
    start = end - length
    adapter = "".join(
        "A" if base != "A" else "C" for base in REFERENCE[start + genuine :][:foreign]
    )
    bases = REFERENCE[end - 100 : end] + REFERENCE[start : start + genuine] + adapter
    reads = [
        SplitRead(n, end - 100, end - 100, 0, 100, 100, bases, b"\x25" * len(bases))
        for n in range(5)
    ]
    assert len(candidates_of(reads)) == is_believed


@pytest.mark.parametrize(("ending", "is_believed"), [(8, True), (7, False)])
def test_what_few_reads_hold_behind_the_end_of_most_is_left_out(
    ending: int, is_believed: bool
) -> None:
    """Ten reads of a copy of 15 bases, of which some have 40 foreign ones behind it."""
    bases = REFERENCE[1000:1100] + REFERENCE[1050:1065]
    foreign = random_sequence(40, 8)
    reads = []
    for fragment in range(10):
        sequence = bases if fragment < ending else bases + foreign
        qualities = b"\x25" * len(sequence)
        reads.append(SplitRead(fragment, 1000, 1000, 0, 100, 100, sequence, qualities))
    assert len(candidates_of(reads)) == is_believed
