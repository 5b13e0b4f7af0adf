"""Amplicons of which one mate, or one primer, is all there is; and how long an ITD they show."""

import random
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.amplicons import Amplicon, infer_amplicons, reach
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.primers import PrimerPair
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import FastqRead, write_fastq, write_mates
from tests.itd_builders import LOCUS, amplicon_pairs, assert_found, call, tandem

MUTANT = tandem(28_034_090, 28_034_149, 0.3)


def shapes(left: int, right: int) -> FragmentShapes:
    one, other = np.array([left], dtype=np.int64), np.array([right], dtype=np.int64)
    return FragmentShapes(one, other, one + other, np.ones(1))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (150, 150, 150 - 10 - (250 - 141)),  # the first end that the left read cannot show
        (250, 0, None),  # the left read shows the whole amplicon
        (150, 0, 0),
        (100, 100, 0),
    ],
)
def test_how_long_a_duplication_may_be(left: int, right: int, expected: int | None) -> None:
    amplicon = Amplicon(1000, 1250, 1.0)
    assert reach([amplicon], shapes(left, right), (1050, 1240), 10) == expected


@pytest.mark.parametrize(("length", "longest"), [(242, 15), (243, 14), (253, 4)])
def test_a_mutant_beyond_what_amplicons_show_is_not_denied(
    tmp_path: Path, length: int, longest: int
) -> None:
    """Reads of 140 bases in an amplicon of 253: an ITD of 42 bases was "not detected"."""
    mutant = tandem(28_034_134, 28_034_175, 0.1)
    amplicon = (28_034_040, 28_034_040 + length - 1)
    pairs = amplicon_pairs([mutant], [amplicon], 400, read_length=140)
    files = list(map(str, write_mates(tmp_path, pairs)))
    itd = call(tmp_path, "--fastq", *files, "--assay", "amplicon").document["itd"]
    assert itd["longest_assessable"] == longest
    if longest >= 15:
        assert (itd["status"], itd["reason"]) == ("not_detected", "")
        return
    assert (itd["status"], itd["limit_of_detection"]) == ("not_assessable", None)
    assert f"insertions of up to {longest} bases only" in itd["reason"]


def test_places_near_the_left_primer_have_no_bound() -> None:
    amplicon = Amplicon(1000, 1250, 1.0)
    assert reach([amplicon], shapes(150, 150), (1050, 1140), 10) is None
    assert reach([], shapes(150, 150), (1050, 1240), 10) is None


@pytest.mark.parametrize(
    ("tile", "expected"),
    [
        ((1050, 1250), None),
        ((1051, 1250), 1141 - 1051),  # what ends behind the reach of the first one begins here
        ((1105, 1250), 1141 - 1105),
        ((1141, 1390), 150 - 10 - (1250 - 1141)),  # the right reads of the first one show more
        ((1300, 1500), 150 - 10 - (1250 - 1141)),
    ],
)
def test_each_place_is_shown_by_the_tile_that_shows_most(
    tile: tuple[int, int], expected: int | None
) -> None:
    tiles = [Amplicon(1000, 1250, 0.5), Amplicon(*tile, 0.5)]
    places = (1050, 1180)
    assert reach(tiles, shapes(150, 150), places, 10) == expected
    assert reach(tiles[::-1], shapes(150, 150), places, 10) == expected


def test_reads_clipped_at_their_beginning_count_for_the_tile_of_their_mates() -> None:
    """Of 100 fragments of each of two tiles, 60 of the second one begin with a clip."""
    reads = ReadSet(fragments=200)
    for number in range(200):
        start, end = (300, 500) if number < 100 else (450, 650)
        reads.add_plain(end - 100, 100, number, 0x90)
        if number < 140:
            reads.add_plain(start, 100, number)
        else:
            bases = "A" * 100
            reads.split.append(
                SplitRead(number, start - 30, start - 30, 60, 100, 100, bases, b"\x25" * 100)
            )
    first, second = infer_amplicons(reads)
    assert (first.start, first.end, second.start, second.end) == (300, 500, 450, 650)
    assert first.weight == pytest.approx(0.5)
    assert second.weight == pytest.approx(0.5)


@pytest.mark.parametrize("of_pairs", [True, False])
def test_fragments_count_for_an_amplicon_up_to_five_bases_beside_its_ends(of_pairs: bool) -> None:
    """Of the second of two, as frequent as the first one, every other fragment begins later."""
    reads = ReadSet(fragments=400)
    for number in range(400):
        start, end = (300, 500) if number < 200 else (700 + number % 2 * 5, 900)
        reads.add_plain(start, 100, number)
        if of_pairs:
            reads.add_plain(end - 100, 100, number, 0x90)
    first, second = infer_amplicons(reads)
    assert (first.weight, second.weight) == (0.5, 0.5)


@pytest.mark.parametrize(("beyond", "ends"), [(5, {300, 200}), (6, {300})])
def test_the_inner_end_of_a_read_is_no_end_of_its_amplicon(beyond: int, ends: set[int]) -> None:
    """Where the right primer's end is clipped behind a junction, the left read ends first.

    Of 34 and 45 bases duplicated in all molecules (reads of 250, amplicon of 468) the 34 at 0.20
    had 0.09, by an amplicon of one read.
    """
    reads = ReadSet(fragments=100)
    for number in range(100):
        reads.add_plain(100, 100, number)
        if number < 30:
            reads.add_plain(200, 100, number, 0x10)
            continue
        size = 200 + beyond - 120
        reads.split.append(
            SplitRead(number, 120, 120, 0, size, size, "A" * 140, b"\x25" * 140, True)
        )
    assert {one.end for one in infer_amplicons(reads)} == ends


@pytest.mark.parametrize(("beyond", "starts"), [(5, {100, 200}), (6, {100})])
def test_nor_is_that_of_a_read_from_the_right(beyond: int, starts: set[int]) -> None:
    reads = ReadSet(fragments=100)
    for number in range(100):
        reads.add_plain(200, 100, number, 0x10)
        if number < 30:
            reads.add_plain(100, 100, number)
            continue
        reads.split.append(
            SplitRead(number, 160 - beyond, 160 - beyond, 40, 100, 100, "A" * 100, b"\x25" * 100)
        )
    assert {one.start for one in infer_amplicons(reads)} == starts


def test_amplicons_between_given_primers_are_kept_though_they_are_few() -> None:
    reads = ReadSet(fragments=1000)
    for number in range(1000):
        start = 100 if number % 100 else 300
        reads.add_plain(start, 100, number)
        reads.add_plain(start + 100, 100, number, 0x10)
    assert [one.start for one in infer_amplicons(reads)] == [100]
    kit = [PrimerPair(100, 120, 180, 200), PrimerPair(300, 320, 480, 500)]
    assert [one.start for one in infer_amplicons(reads, kit[1:])] == [300]
    assert [one.start for one in infer_amplicons(reads, [PrimerPair(0, 20, 60, 80)])] == [100, 300]


@pytest.mark.parametrize("mate", ["first", "second"])
@pytest.mark.parametrize("read_length", [150, 200])
def test_one_mate_alone_gives_the_vaf_of_both(tmp_path: Path, mate: str, read_length: int) -> None:
    pairs = amplicon_pairs([MUTANT], [(28_034_040, 28_034_200)], 600, 2, read_length)
    reads = write_fastq(tmp_path / "R.fastq", [getattr(pair, mate) for pair in pairs])
    assert_found(call(tmp_path, "--fastq", str(reads), "--assay", "amplicon"), [MUTANT])


def anchored(position: int, strand: str, count: int = 600) -> list[list[FastqRead]]:
    """Both reads of fragments that begin at a primer and end anywhere."""
    chance = random.Random(1)
    files: list[list[FastqRead]] = [[], []]
    for number in range(count):
        mutant = chance.random() < MUTANT.vaf
        sequence = MUTANT.sequence if mutant else LOCUS.sequence
        length, place = max(80, int(chance.gauss(280, 60))), LOCUS.from_grch38(position)
        if strand == "+":
            fragment = sequence[place : place + length]
        else:
            end = place + 1 + (MUTANT.length if mutant else 0)
            fragment = reverse_complement(sequence[end - length : end])
        for reads, text in zip(files, (fragment, reverse_complement(fragment)), strict=True):
            reads.append(FastqRead(f"r{number}", text[:150], "I" * len(text[:150])))
    return files


@pytest.mark.parametrize(("position", "strand"), [(28_034_040, "+"), (28_034_260, "-")])
def test_a_kit_with_one_primer(tmp_path: Path, position: int, strand: str) -> None:
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", reads))
        for mate, reads in enumerate(anchored(position, strand))
    ]
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    [event] = called.passing
    assert event["length_bp"] == MUTANT.length
    assert event["vaf"] == pytest.approx(MUTANT.vaf, abs=0.06)
