"""Pairs whose reads lie on one strand: reads of different fragments under one name."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.pair_strands import share_on_one_strand
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import write_fastq
from tests.fitness_builders import LIMITS, verdict
from tests.itd_builders import amplicon_pairs, call, sample_pairs, tandem

REVERSE, SECOND = Flag.REVERSE, Flag.READ_2


def share(on_one_strand: int, mates: int, second_start: int = 250, reverse: bool = False) -> float:
    """That of so many pairs on one strand, among mates and reads without a mate."""
    found = ReadSet(fragments=on_one_strand + mates + 3)
    for fragment in range(on_one_strand):
        found.add_plain(100, 150, fragment, int(REVERSE * reverse))
        found.add_plain(second_start, 150, fragment, int(SECOND | REVERSE * reverse))
    for fragment in range(on_one_strand, on_one_strand + mates):
        found.add_plain(100, 150, fragment)
        found.add_plain(250, 150, fragment, int(SECOND | REVERSE))
    for fragment in range(on_one_strand + mates, found.fragments):
        found.add_plain(100, 150, fragment)
    return share_on_one_strand(read_spans(found), found.split)


@pytest.mark.parametrize("reverse", [False, True])
def test_the_share_of_pairs_on_one_strand(reverse: bool) -> None:
    assert share(10, 30, reverse=reverse) == 0.25
    assert share(9, 30, reverse=reverse) == 0
    assert share(10, 30, second_start=100, reverse=reverse) == 0  # one read, given twice
    assert share(10, 30, second_start=101, reverse=reverse) == 0.25
    assert share(0, 0) == 0


def test_at_the_limits_of_pairs_on_one_strand() -> None:
    for assay in (Assay.CAPTURE, Assay.AMPLICON, Assay.RNA):
        for limit, below, at in (
            (LIMITS.on_one_strand_remark, Fit.FIT, Fit.REMARK),
            (LIMITS.on_one_strand, Fit.REMARK, Fit.UNFIT),
        ):
            assert verdict(Question.PANEL, assay, on_one_strand=limit * 0.999).fit is below
            assert verdict(Question.PANEL, assay, on_one_strand=limit).fit is at
    assert verdict(Question.ITD, on_one_strand=LIMITS.on_one_strand).misleads


def test_files_of_which_one_lacks_a_read_are_told(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_051, 28_034_173, 0.3, "GTTCAC")], 150)
    first = [pair.first for pair in pairs]
    second = [pair.second for pair in pairs]
    moved = [*second[1:], second[0]]
    renamed = [replace(one, name=mate.name) for one, mate in zip(moved, first, strict=True)]
    answers = []
    for name, mates in (("as sequenced", second), ("moved", renamed)):
        folder = tmp_path / name
        folder.mkdir()
        files = (write_fastq(folder / "1.fastq", first), write_fastq(folder / "2.fastq", mates))
        answers.append(call(folder, "--fastq", *map(str, files)).document["itd"])
    assert [answer["status"] for answer in answers] == ["detected", "not_assessable"]
    assert "both reads lie on one strand" in answers[1]["reason"]


def test_pairs_of_an_amplicon_that_were_shuffled_are_told(tmp_path: Path) -> None:
    """Their reads begin alike: they are told from reads that are there twice by qualities."""
    chance = random.Random(5)
    mutant = tandem(28_034_110, 28_034_130, 0.4)
    pairs = [
        (one.first, one.second) if chance.random() < 0.5 else (one.second, one.first)
        for one in amplicon_pairs([mutant], [(28_033_930, 28_034_240)], 300)
    ]
    rows = ["".join(chance.choices("FFFF:,#", k=251)) for _ in range(2 * len(pairs))]
    first = [
        replace(one, name=str(number), qualities=rows[number])
        for number, (one, _) in enumerate(pairs)
    ]
    second = [
        replace(pairs[number - 1][1], name=str(number), qualities=rows[-1 - number])
        for number in range(len(pairs))
    ]
    files = write_fastq(tmp_path / "1.fastq", first), write_fastq(tmp_path / "2.fastq", second)
    itd = call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon").document["itd"]
    assert itd["status"] == "not_assessable"
    assert "both reads lie on one strand" in itd["reason"]


def share_of_split(
    two_clusters: int, one_cluster: int, *, plain: bool = False, reverse: bool = False
) -> float:
    """That of pairs whose reads lie on one strand and begin at one place, clipped behind it.

    Of pairs of two clusters the second read may be `plain`.
    """
    found = ReadSet(fragments=two_clusters + one_cluster)
    for fragment in range(found.fragments):
        for second in (False, True):
            is_other = second and fragment < two_clusters
            if is_other and plain:
                flag = int(SECOND | REVERSE * reverse)
                found.add_plain(500, 100, fragment, flag)
                continue
            row = bytes([12 if is_other else 37] * 20) + bytes([25] * 80)
            first, last = (10, 100) if reverse else (0, 90)
            found.split.append(
                SplitRead(
                    fragment, 500, 500, first, last, last, "A" * 100,
                    row[::-1] if reverse else row, is_reverse=reverse, is_read2=second,
                )
            )  # fmt: skip
    return share_on_one_strand(read_spans(found), found.split)


@pytest.mark.parametrize("reverse", [False, True])
def test_qualities_tell_two_reads_of_an_amplicon_from_one_that_was_given_twice(
    reverse: bool,
) -> None:
    for plain in (False, True):
        assert share_of_split(10, 9, plain=plain, reverse=reverse) == 1.0
        assert share_of_split(9, 0, plain=plain, reverse=reverse) == 0
        assert share_of_split(10, 10, plain=plain, reverse=reverse) == 0
