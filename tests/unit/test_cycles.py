"""Cycles that were lost, read twice or read wrongly, cut clips, and reads missing over a place."""

from collections.abc import Sequence

import pytest

from flt3itd.fitness.crossing import crossing_deficit
from flt3itd.fitness.cycles import (
    clips_cut,
    gaps_at_one_cycle,
    mates_contradicting,
    wrong_at_one_cycle,
)
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import MISMATCHES_EVERY, Tally
from tests.builders import random_sequence

REFERENCE = random_sequence(3000, 5)
LENGTH = 100
REVERSE, READ_2 = 0x10, 0x80


def gapped(
    fragment: int, start: int, at: int, inserted: int, *, is_reverse: bool = False
) -> SplitRead:
    """A read of 100 bases that lies from `start` on, with a gap before its base `at`."""
    return SplitRead(
        fragment, start, start - inserted, 0, LENGTH, at, "A" * LENGTH, b"\x25" * LENGTH, is_reverse
    )


def clipped(fragment: int, length: int, clip: int, *, at_start: bool = False) -> SplitRead:
    """A read of a length with so many clipped bases."""
    begin, end = (clip, length) if at_start else (0, length - clip)
    return SplitRead(fragment, 500, 500, begin, end, end, "A" * length, b"\x25" * length)


@pytest.mark.parametrize("inserted", [-1, 1, -3, 12])
def test_a_gap_at_one_cycle_wherever_reads_lie(inserted: int) -> None:
    reads = ReadSet(reads=1000)
    for number in range(30):
        is_reverse = number % 2 == 1
        at = LENGTH - 40 - 2 * max(0, inserted) if is_reverse else 40
        reads.split.append(gapped(number, 300 + 37 * number, at, inserted, is_reverse=is_reverse))
    assert gaps_at_one_cycle(reads) == pytest.approx(29 / 1000)


@pytest.mark.parametrize(("at", "found"), [(7, 0), (8, 29), (LENGTH - 8, 29), (LENGTH - 7, 0)])
def test_gaps_by_a_few_bases_at_an_end_are_made_by_aligners(at: int, found: int) -> None:
    """They lay foreign bases in front of a read so (of four, 2 % of the reads of a capture)."""
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 300 + 37 * n, at, -1) for n in range(30)]
    assert gaps_at_one_cycle(reads) == found / 1000


def test_a_change_of_the_sample_is_at_one_place() -> None:
    everywhere = ReadSet(reads=1000)
    everywhere.split += [gapped(n, 500 - n, n, -1) for n in range(10, 90)]
    assert gaps_at_one_cycle(everywhere) == 0
    amplicon = ReadSet(reads=1000)
    amplicon.split += [gapped(n, 500, 40, 21) for n in range(300)]
    amplicon.split += [gapped(n, 480, 60, 21, is_reverse=True) for n in range(300)]
    # The other mate reads another change at the same cycle: of another length.
    amplicon.split += [gapped(n, 560, 60, 33, is_reverse=True) for n in range(300)]
    assert gaps_at_one_cycle(amplicon) == 0


def test_two_inherited_deletions_of_one_length_are_at_all_cycles() -> None:
    reads = ReadSet(reads=300)
    for place in (500, 600):
        reads.split += [gapped(n, place - at, at, -1) for n, at in enumerate(range(20, 80))]
    assert gaps_at_one_cycle(reads) == 0


@pytest.mark.parametrize(("scattered", "found"), [(20, 20), (21, 0)])
def test_of_gaps_at_several_places_half_are_at_a_lost_cycle(scattered: int, found: int) -> None:
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 200 + 40 * n, 10, -1) for n in range(21)]
    reads.split += [gapped(n, 1200 + 40 * n, 20 + 3 * n, -1) for n in range(scattered)]
    assert gaps_at_one_cycle(reads) == found / 1000


def test_a_gap_moves_in_what_it_is_a_copy_of() -> None:
    """Reads that begin within the first copy show the gap where they begin, others further left."""
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 500, 40, 30) for n in range(100)]
    reads.split += [gapped(n, 500 + n % 35, 40, 30) for n in range(100)]
    assert gaps_at_one_cycle(reads) == 0


@pytest.mark.parametrize(("beyond", "share"), [(21, 0.5), (20, 0.0)])
def test_a_mate_that_lies_straight_over_a_gap_contradicts(beyond: int, share: float) -> None:
    """Over the gap, what it may be a copy of, and 20 bases on both sides."""
    reads = ReadSet(fragments=2)
    reads.split.append(gapped(0, 500, 50, 1))
    reads.split.append(gapped(1, 500, 50, 1))
    reads.split.append(gapped(1, 480, 70, 1, is_reverse=True))
    reads.add_plain(550 - beyond, LENGTH, 0, REVERSE | READ_2)
    assert mates_contradicting(reads) == share


@pytest.mark.parametrize(("behind", "share"), [(21, 1.0), (20, 0.0)])
def test_a_mate_that_ends_beside_a_gap_does_not_contradict(behind: int, share: float) -> None:
    reads = ReadSet(fragments=1, split=[gapped(0, 500, 50, 1)])
    reads.add_plain(550 + behind - LENGTH, LENGTH, 0, REVERSE | READ_2)
    assert mates_contradicting(reads) == share


def test_a_clipped_mate_contradicts_where_it_is_aligned() -> None:
    reads = ReadSet(fragments=2)
    reads.split += [gapped(0, 500, 50, -1), gapped(1, 500, 50, -1)]
    reads.split.append(SplitRead(0, 475, 475, 5, 100, 100, "A" * 100, b"\x25" * 100, True))
    reads.split.append(SplitRead(1, 475, 475, 65, 100, 100, "A" * 100, b"\x25" * 100, True))
    assert mates_contradicting(reads) == 0.5
    assert mates_contradicting(ReadSet(fragments=2)) == 0


@pytest.mark.parametrize(
    ("at", "inserted", "share"),
    [(8, 1, 1.0), (7, 1, 0.0), (90, 2, 1.0), (91, 2, 0.0), (92, -1, 1.0), (93, -1, 0.0)],
)
def test_a_gap_at_the_end_of_a_read_is_contradicted_by_nothing(
    at: int, inserted: int, share: float
) -> None:
    """A strong clip penalty put 2 bases behind an ITD into a gap: `247M2I1M`."""
    reads = ReadSet(fragments=1, split=[gapped(0, 500, at, inserted)])
    reads.add_plain(450 + at, LENGTH, 0, REVERSE | READ_2)
    assert mates_contradicting(reads) == share


@pytest.mark.parametrize(("clip", "share"), [(20, 1.0), (21, 0.0)])
def test_a_gap_within_a_copy_of_a_clipped_read_is_contradicted_by_nothing(
    clip: int, share: float
) -> None:
    """The read lies on the second copy (148S16M2I34M), its mate on the first one (149M51S)."""
    read = gapped(0, 500, 50, 2)._replace(aligned_start=clip)
    reads = ReadSet(fragments=1, split=[read])
    reads.add_plain(500, LENGTH, 0, REVERSE | READ_2)
    assert mates_contradicting(reads) == share


def with_mismatches(starts: Sequence[int], at: int, bases: str, *, flag: int = 0) -> ReadSet:
    """Plain reads, each with a wrong base at one of its own."""
    reads = ReadSet(reads=len(starts), fragments=len(starts))
    add_mismatches(reads, starts, at, bases, flag)
    return reads


def add_mismatches(reads: ReadSet, starts: Sequence[int], at: int, bases: str, flag: int) -> None:
    for number, start in enumerate(starts):
        reads.add_plain(start, LENGTH, number, flag)
        if bases:
            sequence = REFERENCE[start : start + LENGTH]
            others = [base for base in bases if base != sequence[at]]
            # Mismatches are looked at by turns: bases change as slowly.
            base = others[number // MISMATCHES_EVERY % len(others)]
            sequence = sequence[:at] + base + sequence[at + 1 :]
            reads.tally.add_mismatch(
                sequence,
                start,
                REFERENCE,
                is_reverse=bool(flag & REVERSE),
                is_read2=bool(flag & READ_2),
            )


def test_a_wrong_base_at_one_cycle_wherever_reads_lie() -> None:
    starts = [300 + 3 * n for n in range(400)]
    assert wrong_at_one_cycle(with_mismatches(starts, 50, "ACGT")) > 0.9
    assert wrong_at_one_cycle(with_mismatches(starts, 50, "")) == 0
    # What lies near an end may lie behind a junction.
    assert wrong_at_one_cycle(with_mismatches(starts, 14, "ACGT")) == 0
    assert wrong_at_one_cycle(with_mismatches(starts, 85, "ACGT")) == 0
    inherited = ReadSet(reads=60)
    for at in range(20, 80):
        add_mismatches(inherited, [700 - at] * MISMATCHES_EVERY, at, "AC", 0)
    assert wrong_at_one_cycle(inherited) < 0.1


def test_a_wrong_base_of_an_amplicon_is_told_by_a_third_base_or_by_the_other_mate() -> None:
    place = REFERENCE[550]
    other = "ACGT".replace(place, "")
    assert wrong_at_one_cycle(with_mismatches([500] * 200, 50, other)) == pytest.approx(1.0)
    # One other base in all reads is an inherited one, as far as one mate tells.
    assert wrong_at_one_cycle(with_mismatches([500] * 200, 50, other[0])) == 0
    both = with_mismatches([500] * 200, 50, other[0])
    add_mismatches(both, [480] * 19, 70, "", REVERSE | READ_2)
    assert wrong_at_one_cycle(both) == 0
    add_mismatches(both, [480], 70, "", REVERSE | READ_2)
    assert wrong_at_one_cycle(both) == pytest.approx(1.0)
    confirmed = with_mismatches([500] * 200, 50, other[0])
    add_mismatches(confirmed, [480] * 200, 70, other[0], REVERSE | READ_2)
    assert wrong_at_one_cycle(confirmed) == 0


@pytest.mark.parametrize(("seen", "share"), [(2, 0.0), (3, 0.6)])
def test_a_few_errors_of_few_reads_are_no_wrong_cycle(seen: int, share: float) -> None:
    count = seen * MISMATCHES_EVERY
    reads = with_mismatches([500] * count, 50, "ACGT".replace(REFERENCE[550], ""))
    add_mismatches(reads, [500] * (20 - count), 50, "", 0)
    assert wrong_at_one_cycle(reads) == pytest.approx(share)


def test_a_mismatch_of_a_read_that_hangs_over_the_reference_is_looked_at_within_it() -> None:
    tally = Tally(plain_mismatches=MISMATCHES_EVERY - 1)
    tally.add_mismatch("C" * 60, 0, "C" * 30, is_reverse=False, is_read2=False)
    assert tally.plain_mismatches == MISMATCHES_EVERY
    assert not tally.mismatches


def cut_in(split: list[SplitRead]) -> int:
    return clips_cut(read_spans(ReadSet(split=split)), 100, 12)


def test_clips_that_were_cut_to_one_length() -> None:
    cut = [clipped(n, 70 - n, 5) for n in range(9)]
    cut += [clipped(n, 100, n + 6, at_start=True) for n in range(8)]
    assert cut_in(cut) == 9
    cut.append(clipped(9, 100, 30))
    assert cut_in(cut) == 0
    # Reads of an amplicon have one clip, and their whole length; trimmed ones clips of all lengths.
    assert cut_in([clipped(n, 100, 30) for n in range(9)]) == 0
    assert cut_in([clipped(n, 88, 5) for n in range(9)]) == 9
    # Short ones with another clip are none of them.
    assert cut_in([clipped(n, 88, 5 if n < 9 else 30 + n) for n in range(12)]) == 9
    assert cut_in([clipped(n, 89, 5) for n in range(9)]) == 0
    assert cut_in([]) == 0


@pytest.mark.parametrize(("plain", "cut"), [(0, 36), (1, 36), (2, 0)])
@pytest.mark.parametrize("other_strand", [False, True])
def test_reads_as_long_as_the_plain_ones_of_their_strand_were_not_cut(
    plain: int, cut: int, other_strand: bool
) -> None:
    """Of an amplicon with a UMI of 12 bases on one primer: one strand is shorter by those."""
    reads = ReadSet(split=[clipped(number, 88, 5) for number in range(36)])
    for number in range(plain):
        reads.add_plain(300, 88, 36 + number, REVERSE if other_strand else 0)
    for number in range(40):
        reads.add_plain(400, 100, 40 + number, REVERSE)
    assert clips_cut(read_spans(reads), 100, 12) == (36 if other_strand else cut)


def test_fragments_that_both_reads_show_whole_were_not_cut() -> None:
    mates = [
        clipped(number, 60, 30)._replace(is_read2=bool(n)) for number in range(9) for n in (0, 1)
    ]
    assert cut_in(mates) == 0
    assert cut_in(mates[::2]) == 9
    longer = [clipped(number, 61, 30) for number in range(9)]
    assert cut_in([*mates[::2], *longer]) == 18


def over(depth: int, *, kept: float) -> ReadSet:
    """Reads of both strands that begin at every base, of those over base 1000 a share."""
    reads = ReadSet()
    number = 0
    for start in range(600, 1400):
        crosses = start < 1000 < start + LENGTH
        for copy in range(depth):
            if not crosses or copy < round(kept * depth):
                for flag in (0, REVERSE):
                    reads.add_plain(start, LENGTH, number, flag)
                    number += 1
    return reads


def test_pairs_over_one_place_were_taken_away() -> None:
    assert crossing_deficit(read_spans(over(5, kept=0.6)), (900, 1100)) > 6
    assert crossing_deficit(read_spans(over(5, kept=1.0)), (900, 1100)) < 0.1
    assert crossing_deficit(read_spans(over(5, kept=0.6)), (650, 700)) < 0.1
    assert crossing_deficit(read_spans(over(0, kept=1.0)), (900, 1100)) == 0
    assert crossing_deficit(read_spans(ReadSet()), (900, 1100)) == 0


def test_the_length_with_most_gaps_at_one_cycle_counts() -> None:
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 300 + 37 * n, 40, -1) for n in range(30)]
    reads.split += [gapped(n, 500, 40, 12) for n in range(30, 50)]
    assert gaps_at_one_cycle(reads) == pytest.approx(29 / 1000)


@pytest.mark.parametrize(("cycle", "at_one"), [(35, 19), (34, 10)])
def test_gaps_up_to_five_cycles_apart_are_at_one(cycle: int, at_one: int) -> None:
    """An aligner moves a gap as far; of a reverse read, cycles are counted from its end."""
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 300 + 97 * n, 40, -1) for n in range(11)]
    at = LENGTH - cycle
    reads.split += [gapped(n, 340 + 97 * n, at, -1, is_reverse=True) for n in range(11, 20)]
    assert gaps_at_one_cycle(reads) == pytest.approx(at_one / 1000)


@pytest.mark.parametrize(("farther", "share"), [(5, 1.0), (6, 0.5)])
def test_gaps_that_mates_contradict_count_where_they_share_a_cycle(
    farther: int, share: float
) -> None:
    """Errors of 0.02 % per base in reads of 250 were 4 % of the pairs, at all cycles."""
    reads = ReadSet(fragments=2)
    reads.split += [gapped(0, 500, 50, 1), gapped(1, 500, 50 + farther, 1)]
    for number in range(2):
        reads.add_plain(500, LENGTH, number, REVERSE | READ_2)
    assert mates_contradicting(reads) == share


def test_one_pair_that_contradicts_itself_is_all_of_one() -> None:
    reads = ReadSet(fragments=1)
    reads.split.append(gapped(0, 500, 50, 1))
    reads.add_plain(500, LENGTH, 0, REVERSE | READ_2)
    assert mates_contradicting(reads) == 1.0


def test_wrong_bases_at_one_cycle_of_places_side_by_side() -> None:
    """Half of the reads begin one base further: what is wrong lies at two places."""
    base = next(one for one in "ACGT" if one not in REFERENCE[550:552])
    reads = with_mismatches([500] * 200, 50, base)
    add_mismatches(reads, [501] * 200, 50, base, 0)
    assert wrong_at_one_cycle(reads) == pytest.approx(0.5)


def test_cycles_of_wrong_bases_are_not_taken_together() -> None:
    starts = [300 + 3 * n for n in range(400)]
    reads = with_mismatches(starts[:200], 50, "ACGT")
    add_mismatches(reads, starts[200:], 51, "ACGT", 0)
    assert 0.4 < wrong_at_one_cycle(reads) <= 0.5


def bases_at_one_place(counts: dict[str, int]) -> ReadSet:
    """Reads of an amplicon with so many mismatches that are looked at, by base."""
    reads = ReadSet()
    for base, count in counts.items():
        add_mismatches(reads, [500] * count * MISMATCHES_EVERY, 50, base, 0)
    return reads


@pytest.mark.parametrize(("first", "third", "share"), [(80, 20, 1.0), (81, 19, 0.0)])
def test_a_third_base_has_a_fifth_of_what_is_wrong(first: int, third: int, share: float) -> None:
    one, other, _ = list("ACGT".replace(REFERENCE[550], ""))
    assert wrong_at_one_cycle(bases_at_one_place({one: first, other: third})) == share


@pytest.mark.parametrize(("of_mates", "share"), [(20, 1.0), (24, 0.0)])
def test_a_tenth_of_the_mates_may_have_the_wrong_base(of_mates: int, share: float) -> None:
    other = "ACGT".replace(REFERENCE[550], "")[0]
    reads = with_mismatches([500] * 200, 50, other)
    add_mismatches(reads, [480] * of_mates, 70, other, REVERSE | READ_2)
    add_mismatches(reads, [480] * (200 - of_mates), 70, "", REVERSE | READ_2)
    assert wrong_at_one_cycle(reads) == pytest.approx(share)


def around(place: int, crossing: tuple[int, int], beside: tuple[int, int]) -> ReadSet:
    """Forward reads that begin in front of a place and reverse ones that end behind it; others."""
    reads = ReadSet()
    for start, flag, count in (
        (place - 1, 0, crossing[0]),
        (place - 50, REVERSE, crossing[1]),
        (place, 0, beside[0]),
        (place - 1 - LENGTH, REVERSE, beside[1]),
    ):
        for number in range(count):
            reads.add_plain(start, LENGTH, number, flag)
    return reads


@pytest.mark.parametrize(("crossing", "deficit"), [((10, 25), 3.54), ((9, 25), 0.0)])
def test_the_deficit_is_a_log_odds_ratio_over_its_error_where_counts_are_ten(
    crossing: tuple[int, int], deficit: float
) -> None:
    """log(40 * 30 / (10 * 25)) / sqrt(1/40 + 1/30 + 1/10 + 1/25) = 1.5686 / 0.4453 (Woolf)."""
    found = crossing_deficit(read_spans(around(1000, crossing, (40, 30))), (1000, 1001))
    assert found == pytest.approx(deficit, abs=0.02)


@pytest.mark.parametrize(("first", "deficit"), [(995, True), (996, False), (1000, True)])
def test_every_fifth_place_is_tried(first: int, deficit: bool) -> None:
    reads = around(1000, (10, 25), (40, 30))
    assert (crossing_deficit(read_spans(reads), (first, 1001)) > 0) is deficit


@pytest.mark.parametrize(
    ("at_cycle", "from_the_other_side", "found"), [(80, 40, 0), (80, 39, 80), (4, 3, 0), (4, 2, 4)]
)
def test_a_place_that_has_its_gap_at_another_cycle_too_has_it_in_the_sample(
    at_cycle: int, from_the_other_side: int, found: int
) -> None:
    reads = ReadSet(reads=1000)
    reads.split += [gapped(n, 500, 40, -2) for n in range(100)]
    reads.split += [gapped(n, 600, 60, -2, is_reverse=True) for n in range(at_cycle)]
    reads.split += [gapped(n, 640, 20, -2) for n in range(from_the_other_side)]
    assert gaps_at_one_cycle(reads) == found / 1000
