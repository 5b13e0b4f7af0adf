"""What is measured of the reads over a region."""

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.crossing import crossing_deficit
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness.measurement import measure, measure_aligned, with_elsewhere
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.elsewhere import Elsewhere
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence
from tests.fitness_builders import GOOD, pairs_along

REFERENCE = random_sequence(3000, 5)


def test_lengths_pairs_and_mismatches() -> None:
    reads = pairs_along(100)
    reads.tally.plain_mismatches = 40
    wrong = list(REFERENCE[500:600])
    for place in range(0, 100, 5):
        wrong[place] = "A" if wrong[place] != "A" else "C"
    text = "".join(wrong)
    reads.split.append(SplitRead(100, 500, 500, 0, 100, 100, text, b"\x25" * 100))
    reads.fragments = 101
    found = measure(reads, REFERENCE)
    assert (found.median_length, found.longest_length) == (100, 100)
    assert found.paired == pytest.approx(200 / 201)
    assert found.mismatches == pytest.approx(60 / 20_100)


@pytest.mark.parametrize(("longer", "share"), [(5, 0.0), (6, 0.04)])
def test_single_reads_are_longer_than_a_run_if_they_are_longer_than_mates(
    longer: int, share: float
) -> None:
    """Where tails of all lengths were cut off, few reads have one length."""
    reads = ReadSet(fragments=100, reads=200)
    for number in range(100):
        size = 110 + number % 30 if number % 5 else 125
        reads.add_plain(200 + number, size, number)
        reads.add_plain(400 + number, size, number, 0x10)
    for number in range(100, 150):
        reads.add_plain(300 + number, 139 + longer - number % 5, number)
    reads.fragments, reads.reads = 150, 250
    assert measure(reads, REFERENCE).longer_than_run == pytest.approx(share)


@pytest.mark.parametrize(("foreign", "cut"), [(0, 20), (30, 0)])
def test_reads_that_were_cut_in_front_end_earlier(foreign: int, cut: int) -> None:
    """Of as many cycles; without foreign bases their ends were cut off at one place."""
    reads = ReadSet(fragments=320, reads=640)
    for number in range(320):
        shorter = 30 if number < 20 else 0
        reads.add_plain(500, 250 - shorter, number)
        reads.add_plain(600, 250, number, 0x10)
        reads.cut_in_front[2 * number] += foreign * (number < 20)
    assert measure(reads, REFERENCE).cut_off == cut


def test_unknown_bases_are_no_mismatches() -> None:
    reads = ReadSet(fragments=1, reads=1)
    text = REFERENCE[500:590] + "N" * 10
    reads.split.append(SplitRead(0, 500, 500, 0, 100, 100, text, b"\x25" * 100))
    assert measure(reads, REFERENCE).mismatches == 0
    assert measure(reads, REFERENCE).unknown_bases == pytest.approx(0.1)


def test_clips_that_were_masked() -> None:
    clips = ["N" * 8, "N" * 5 + "ACG", "N" * 4 + "ACGT", "ACGTACGT", "N" * 7]
    reads = ReadSet(fragments=len(clips), reads=len(clips))
    for number, clip in enumerate(clips):
        text = REFERENCE[500:590] + clip
        reads.split.append(SplitRead(number, 500, 500, 0, 90, 90, text, b"\x25" * len(text)))
    assert measure(reads, REFERENCE).clips_unknown == 0.5


def test_copies_beyond_chance() -> None:
    reads = ReadSet()
    for number in range(1200):
        start, fragment = 200 + 3 * (number % 400), 200 + number % 97
        reads.add_plain(start, 100, number)
        reads.add_plain(start + fragment - 100, 100, number, 0x10)
        if number == 399:
            reads.fragments = 400
            assert measure(reads, REFERENCE).copies == 0
    again = ReadSet(fragments=1200)
    for number in range(1200):
        start, fragment = 200 + 3 * (number % 400), 200 + number % 400 % 97
        again.add_plain(start, 100, number)
        again.add_plain(start + fragment - 100, 100, number, 0x10)
    assert measure(again, REFERENCE).copies > 0.6


def test_fragments_that_are_clipped_at_one_junction_are_no_copies() -> None:
    reads = ReadSet(fragments=200)
    for number in range(200):
        clip = 10 + number % 80  # bases of the first copy in front of the second
        bases = "A" * 100
        reads.split.append(
            SplitRead(number, 800 - clip, 800 - clip, clip, 100, 100, bases, b"\x25" * 100)
        )
        reads.add_plain(900 + number // 80, 100, number, 0x10)
    first, last = read_spans(reads).ends_of_fragments()
    assert len(set(zip(first.tolist(), last.tolist(), strict=True))) == 200
    assert measure(reads, REFERENCE).copies == 0


def test_reads_over_the_kinase_domain_are_measured_too() -> None:
    cigars = [((0, 40 + n), (1, 1), (0, 59 - n)) for n in range(9)]
    texts = [REFERENCE[500 : 540 + n] + "A" + REFERENCE[540 + n : 599] for n in range(9)]
    reads = [
        AlignedRead(f"r{n}", 500, cigar, text, b"\x20" * 100, False, True)
        for n, (cigar, text) in enumerate(zip(cigars, texts, strict=True))
    ]
    found = measure_aligned(reads, REFERENCE)
    assert found.reads == 9
    assert found.short_gaps == pytest.approx((9 - 3) / (9 * 99))
    inherited = measure_aligned(reads[:1] * 9, REFERENCE)
    assert inherited.short_gaps == 0
    assert (found.lowest_quality, found.highest_quality) == (32, 32)
    fitness = judge_reads(GOOD, Assay.CAPTURE, found)
    assert fitness.verdict(Question.ITD).fit is Fit.FIT
    assert fitness.verdict(Question.TKD).fit is Fit.UNFIT


def test_without_reads_everything_is_zero() -> None:
    found = measure(ReadSet(), REFERENCE)
    assert (found.longest_length, found.median_length, found.usual_length) == (0, 0, 0)
    assert (found.adapters, found.foreign_bases, found.mismatches) == (0.0, 0, 0.0)
    assert (found.cut_off, found.spread) == (0, 0)
    aligned = measure_aligned([], REFERENCE)
    assert (aligned.reads, aligned.longest_length, aligned.mismatches) == (0, 0, 0.0)
    assert (aligned.median_length, aligned.commonest_length) == (0, 1.0)


@pytest.mark.parametrize(("clip", "asked"), [(0, True), (11, True), (12, False)])
def test_a_missing_crossing_is_asked_for_only_where_no_read_is_clipped_far(
    clip: int, asked: bool
) -> None:
    reads = ReadSet(fragments=1400)
    for start in range(600, 1400):
        if not 900 < start < 1000 or start % 5 == 0:
            for _ in range(5):
                reads.add_plain(start, 100, start)
                reads.add_plain(start, 100, start, 0x10)
    reads.tally.soft_clipped, reads.tally.longest_clip = int(clip > 0), clip
    assert (measure(reads, REFERENCE, target=(900, 1100)).crossing_deficit > 4) is asked


def test_reads_with_gaps_and_mismatches_go_over_a_place_and_clipped_ones_do_not() -> None:
    reads = ReadSet(fragments=1400)
    other = "".join("ACGT"["CATG".index(base)] for base in REFERENCE)
    for start in range(600, 1400):
        missing = 900 < start < 1000 and start % 5
        end = 99 if missing else 100
        text = other[start : start + 100]
        for reverse in (False, True):
            read = SplitRead(start, start, start, 0, end, end, text, b"\x25" * 100, reverse)
            reads.split += [read] * 5
    assert crossing_deficit(read_spans(reads), (900, 1100)) > 4
    reads.split = [one._replace(aligned_end=100) for one in reads.split]
    assert crossing_deficit(read_spans(reads), (900, 1100)) < 1


@pytest.mark.parametrize(("longest", "asked"), [(74, True), (75, False)])
def test_clips_that_stop_short_are_asked_for_where_none_is_half_a_read(
    longest: int, asked: bool
) -> None:
    text = random_sequence(150, 9)
    reads = ReadSet(fragments=200)
    for number in range(100):
        reads.add_plain(600 + number, 150, number)
    for size in (*range(4, 74, 5), longest):
        bases = REFERENCE[1000 - 150 + size : 1000] + text[:size]
        first = 1000 - 150 + size
        end = 150 - size
        reads.split.append(SplitRead(150, first, first, 0, end, end, bases, b"\x25" * 150))
        bases = text[150 - size :] + REFERENCE[940 : 940 + 150 - size]
        first = 940 - size
        reads.split.append(SplitRead(151, first, first, size, 150, 150, bases, b"\x25" * 150))
    found = measure(reads, REFERENCE, target=(900, 1100))
    assert found.longest_clip == longest
    assert found.stopped_short == (30 if asked else 0)
    far = with_elsewhere(found, Elsewhere(900, 9, 80))
    assert (far.longest_clip, far.reads_elsewhere, far.clipped_elsewhere) == (80, 900, 0.01)


def wrong_aligned(number: int, cigar: list[tuple[int, int]], text: str) -> AlignedRead:
    return AlignedRead(f"r{number}", 500, tuple(cigar), text, b"\x20" * len(text), False, True)


def test_rates_over_the_kinase_domain_are_per_base_and_per_read() -> None:
    wrong = "".join("A" if base != "A" else "C" for base in REFERENCE[500:504])
    text = wrong + REFERENCE[504:580] + "N" * 20
    long_one = wrong_aligned(0, [(0, 80), (4, 20)], text)
    one = measure_aligned([long_one], REFERENCE)
    assert (one.mismatches, one.unknown_bases, one.soft_clipped) == (4 / 80, 20 / 80, 1.0)
    short_ones = [wrong_aligned(n, [(0, 50)], REFERENCE[500:550]) for n in (1, 2)]
    several = measure_aligned([long_one, *short_ones], REFERENCE)
    assert (several.commonest_length, several.longest_length) == (2 / 3, 100)
    other = "A" if REFERENCE[0] != "A" else "C"
    first = wrong_aligned(3, [(0, 50)], other + REFERENCE[1:50])._replace(start=0)
    assert measure_aligned([first], REFERENCE).mismatches == 1 / 50


@pytest.mark.parametrize(("count", "mismatches"), [(799, 399 / 799 / 10), (800, 0.0)])
def test_from_800_reads_on_every_second_one_is_looked_at(count: int, mismatches: float) -> None:
    right = REFERENCE[500:510]
    wrong = ("A" if right[0] != "A" else "C") + right[1:]
    reads = [wrong_aligned(n, [(0, 10)], wrong if n % 2 else right) for n in range(count)]
    assert measure_aligned(reads, REFERENCE).mismatches == pytest.approx(mismatches)


def test_a_read_at_the_first_base_of_the_reference_is_compared() -> None:
    text = ("A" if REFERENCE[0] != "A" else "C") + REFERENCE[1:100]
    reads = ReadSet(fragments=1, reads=1)
    reads.split.append(SplitRead(0, 0, 0, 0, 100, 100, text, b"\x25" * 100))
    assert measure(reads, REFERENCE).mismatches == 1 / 100
