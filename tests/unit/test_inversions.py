"""What reads at the two ends of an inversion propose, fragment by fragment and base by base."""

from __future__ import annotations

from collections.abc import Sequence

import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from scripts.panel.alleles import Allele, overlap
from scripts.panel.inversions import inversions_of
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, RULES

SEQUENCE = random_sequence(1800, seed=41)
FIRST, END = 600, 720
ALIGNED, CLIP = 60, 20
HEADER = pysam.AlignmentHeader.from_dict({"SQ": [{"SN": CONTIG, "LN": len(SEQUENCE)}]})
EVERYWHERE = [(0, len(SEQUENCE))]


def segment(name: str, start: int, sequence: str | None, cigar: str) -> pysam.AlignedSegment:
    one = pysam.AlignedSegment(HEADER)
    one.query_name, one.flag, one.reference_id, one.reference_start = name, 0, 0, start
    one.mapping_quality, one.query_sequence = 60, sequence
    one.cigarstring = cigar
    return one


def at_left_end(
    count: int, at: int = FIRST, end: int = END, clip: int = CLIP, sequence: str = SEQUENCE
) -> list[pysam.AlignedSegment]:
    """Fragments aligned up to a place that go on with the other strand of what ends at `end`."""
    bases = sequence[at - ALIGNED : at] + reverse_complement(sequence[end - clip : end])
    return [
        segment(f"l{at}.{end}.{n}", at - ALIGNED, bases, f"{ALIGNED}M{clip}S") for n in range(count)
    ]


def at_right_end(
    count: int, at: int = END, first: int = FIRST, clip: int = CLIP, sequence: str = SEQUENCE
) -> list[pysam.AlignedSegment]:
    """Fragments aligned from a place on, behind the other strand of what begins with `first`."""
    bases = reverse_complement(sequence[first : first + clip]) + sequence[at : at + ALIGNED]
    return [segment(f"r{at}.{first}.{n}", at, bases, f"{clip}S{ALIGNED}M") for n in range(count)]


def proposed(
    reads: Sequence[pysam.AlignedSegment],
    targets: Sequence[tuple[int, int]] = EVERYWHERE,
    sequence: str = SEQUENCE,
) -> list[Allele]:
    def fetch(start: int, end: int) -> str:
        return sequence[max(0, start) : end]

    return inversions_of(reads, targets, CONTIG, fetch, RULES)


def inverted(first: int, end: int) -> Allele:
    """The whole of it: the outer bases of these places are not alike on both strands."""
    ref = SEQUENCE[first:end]
    assert ref[0] != reverse_complement(ref)[0]
    return Allele(CONTIG, first, ref, reverse_complement(ref))


def test_both_ends_propose_it() -> None:
    assert proposed([*at_left_end(3), *at_right_end(3)]) == [inverted(FIRST, END)]
    assert not proposed(at_left_end(9))
    assert not proposed(at_right_end(9))


@pytest.mark.parametrize(
    ("apart", "is_found"), [(-11, False), (-10, True), (60, True), (61, False)]
)
def test_the_first_bases_may_be_there_twice_or_lost(apart: int, is_found: bool) -> None:
    """In front of the inversion as behind it: 10 bases there twice, 60 lost."""
    reads = [*at_left_end(3), *at_right_end(3, first=FIRST + apart)]
    assert bool(proposed(reads)) is is_found


@pytest.mark.parametrize(
    ("apart", "is_found"), [(-11, False), (-10, True), (60, True), (61, False)]
)
def test_the_last_bases_may_be_there_twice_or_lost(apart: int, is_found: bool) -> None:
    reads = [*at_left_end(3), *at_right_end(3, at=END + apart)]
    assert bool(proposed(reads)) is is_found


def test_several_right_ends_are_proposed_and_left_to_the_reads() -> None:
    """What turned reads show ends in front of a deletion that others show."""
    few = at_right_end(3, first=FIRST + 4)
    reads = [*at_left_end(3), *few, *at_right_end(4)]
    each = [proposed([*at_left_end(3), *some]) for some in (few, at_right_end(4))]
    assert proposed(reads) == sorted(each[0] + each[1])


@pytest.mark.parametrize(
    ("targets", "is_found"),
    [
        ([(END, END + 50)], False),
        ([(END - 1, END + 50)], True),
        ([(0, FIRST)], False),
        ([(0, FIRST + 1)], True),
        ([(0, 50), (FIRST, END), (END + 50, END + 90)], True),
    ],
)
def test_it_touches_one_of_the_targets(targets: list[tuple[int, int]], is_found: bool) -> None:
    assert bool(proposed([*at_left_end(3), *at_right_end(3)], targets)) is is_found


@pytest.mark.parametrize(("clip", "is_found"), [(15, False), (16, True)])
def test_16_clipped_bases_are_looked_for(clip: int, is_found: bool) -> None:
    assert bool(proposed([*at_left_end(3, clip=clip), *at_right_end(3)])) is is_found
    assert bool(proposed([*at_left_end(3), *at_right_end(3, clip=clip)])) is is_found


@pytest.mark.parametrize(("size", "is_found"), [(450, True), (451, False)])
def test_clipped_bases_are_looked_for_450_bases_away(size: int, is_found: bool) -> None:
    end = FIRST + size
    reads = [*at_left_end(3, end=end, clip=16), *at_right_end(3, at=end, clip=16)]
    assert bool(proposed(reads)) is is_found


@pytest.mark.parametrize("copied", [FIRST, END - 16])
def test_bases_that_stand_twice_near_by_lead_nowhere(copied: int) -> None:
    """The first or last 16 bases of the inversion once more, 100 bases behind it."""
    again = END + 100
    twice = SEQUENCE[:again] + SEQUENCE[copied : copied + 16] + SEQUENCE[again + 16 :]
    reads = [*at_left_end(3, clip=16, sequence=twice), *at_right_end(3, clip=16, sequence=twice)]
    assert not proposed(reads, sequence=twice)


def test_reads_without_bases_say_nothing() -> None:
    bare = [
        segment("bare", FIRST - ALIGNED, None, f"{ALIGNED}M{CLIP}S"),
        segment("short", END, None, f"{CLIP}S{ALIGNED}M"),
    ]
    assert proposed([*bare, *at_left_end(3), *at_right_end(3)]) == [inverted(FIRST, END)]


@pytest.mark.parametrize("is_left", [False, True])
@pytest.mark.parametrize(("kept", "is_whole"), [(20, True), (30, True), (31, False)])
def test_what_is_aligned_beyond_a_gap_may_be_a_part_of_it(
    kept: int, is_whole: bool, is_left: bool
) -> None:
    """An aligner goes on over a short deletion to 20 bases or so before it clips."""
    gone, turned = 2, reverse_complement(SEQUENCE[FIRST:END])
    if is_left:
        start = FIRST - kept - gone
        own = SEQUENCE[FIRST - kept : FIRST]
        bases = SEQUENCE[start - ALIGNED : start] + own + turned[:CLIP]
        cigar = f"{ALIGNED}M{gone}D{kept}M{CLIP}S"
        some = [segment(f"g{n}", start - ALIGNED, bases, cigar) for n in range(3)]
        reads = [*some, *at_right_end(3)]
        whole = SEQUENCE[:start] + own + turned + SEQUENCE[END:]
    else:
        own, end = SEQUENCE[END : END + kept], END + kept + gone
        bases = turned[-CLIP:] + own + SEQUENCE[end : end + ALIGNED]
        cigar = f"{CLIP}S{kept}M{gone}D{ALIGNED}M"
        reads = [*at_left_end(3), *(segment(f"g{n}", END, bases, cigar) for n in range(3))]
        whole = SEQUENCE[:FIRST] + turned + own + SEQUENCE[end:]
    found = proposed(reads)
    assert inverted(FIRST, END) in found
    molecules = {SEQUENCE[: one.start] + one.alt + SEQUENCE[one.end :] for one in found}
    assert (whole in molecules) is is_whole


@pytest.mark.parametrize(("start", "is_over"), [(89, False), (90, False), (91, True), (109, True)])
def test_alleles_that_lie_side_by_side_do_not_overlap(start: int, is_over: bool) -> None:
    one, other = Allele(CONTIG, 100, "A" * 10, "A"), Allele(CONTIG, start, "C" * 10, "C")
    assert overlap(one, other) is overlap(other, one) is is_over
