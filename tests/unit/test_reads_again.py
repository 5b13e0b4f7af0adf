"""Reads that a file holds more than once under new names: by bases and qualities together."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.read_set import SplitRead
from flt3itd.reads.repeated import share_repeated, text_of_split
from tests.builders import FastqRead, Pair, write_fastq
from tests.fitness_builders import GOOD, LIMITS, verdict
from tests.itd_builders import call, sample_pairs, tandem

BASES = "".join(random.Random(1).choices("ACGT", k=100))
DUPLICATION = tandem(28_034_100, 28_034_150, 0.4)


def row(changes: int, at: int, second: int | None = None) -> bytes:
    """Qualities of 100 bases that change so often in the first half, where `at` says.

    In the second half one base is lower, at the same place or at `second`.
    """
    values = [37] * 100
    for number in range(changes // 2):
        values[1 + at + 3 * number] = 12
    values[50 + (at if second is None else second)] = 11
    return bytes(values)


def text(fragment: int, qualities: bytes, bases: str = BASES) -> SplitRead:
    size = len(bases)
    return SplitRead(fragment, 0, 0, 0, size, size, bases, qualities)


def repeated(reads: Sequence[SplitRead]) -> float:
    return share_repeated(reads, text_of_split)


def pairs_of_copies(changes: int, count: int, other_ends: int = 0) -> list[SplitRead]:
    """Each read twice; of some the second half has other qualities."""
    texts = []
    for number in range(count):
        for copy in range(2):
            second = number + 25 * copy * (number < other_ends)
            qualities = row(changes, number, second)
            texts.append(text(2 * number + copy, qualities))
    return texts


@pytest.mark.parametrize(("changes", "share"), [(4, 0.5), (2, 0.0)])
def test_qualities_that_hardly_change_tell_nothing(changes: int, share: float) -> None:
    assert repeated(pairs_of_copies(changes, 20)) == share


@pytest.mark.parametrize(("count", "share"), [(5, 0.5), (4, 0.0)])
def test_a_few_texts_may_be_chance(count: int, share: float) -> None:
    assert repeated(pairs_of_copies(4, count)) == share


@pytest.mark.parametrize(("other_ends", "share"), [(2, 0.45), (3, 0.0)])
def test_copies_by_pcr_have_other_second_halves(other_ends: int, share: float) -> None:
    assert repeated(pairs_of_copies(4, 20, other_ends)) == share


@pytest.mark.parametrize(("times", "share"), [(8, 7 / 8), (9, 0.0)])
def test_a_row_that_many_have_is_that_of_good_reads(times: int, share: float) -> None:
    texts = [text(9 * one + copy, row(4, one)) for one in range(6) for copy in range(times)]
    assert repeated(texts) == share


def test_qualities_of_the_cycle_alone_and_reads_of_one_fragment_are_no_copies() -> None:
    other = BASES[1:] + "A"
    simulated = [text(one, row(4, one % 6), (BASES, other)[one // 6]) for one in range(12)]
    assert repeated(simulated) == 0
    twice_looked_at = [text(one, row(4, one)) for one in range(20)] * 2
    assert repeated(twice_looked_at) == 0
    assert repeated([]) == 0


def test_of_many_reads_some_are_compared_with_all_of_their_copies() -> None:
    rng = random.Random(3)
    rows = [bytes(rng.choices((37, 33, 25), k=100)) for _ in range(9000)]
    texts = [text(one, qualities) for one, qualities in enumerate(rows)]
    again = [text(9000 + one, qualities) for one, qualities in enumerate(rows[:3000])]
    assert repeated([*texts, *again]) == pytest.approx(0.25, abs=0.03)


def test_the_limit_of_reads_that_are_there_again() -> None:
    below, at = LIMITS.repeated * 0.999, LIMITS.repeated
    for assay in (Assay.AMPLICON, Assay.RNA, Assay.CAPTURE):
        assert verdict(Question.TKD, assay, repeated=below).fit is Fit.FIT
        found = verdict(Question.TKD, assay, repeated=at)
        assert found.misleads
        assert "give each read once" in found.reasons[0]


def test_of_a_capture_each_pair_of_ends_counts_once() -> None:
    measured = replace(GOOD, repeated=LIMITS.repeated, copies=LIMITS.copies)
    fitness = judge_reads(measured, Assay.CAPTURE)
    for question in (Question.ITD, Question.TKD):
        assert fitness.verdict(question).fit is Fit.REMARK
        assert "counted once" in fitness.verdict(question).remarks[0]
    assert fitness.verdict(Question.PANEL).misleads


def sequenced(pairs: list[Pair], times: int) -> list[list[FastqRead]]:
    """First and second reads with qualities of their own, so often, under new names."""
    rng = random.Random(7)

    def measured(read: FastqRead) -> FastqRead:
        return replace(read, qualities="".join(rng.choices("FFFF:,", k=len(read.sequence))))

    read = [(measured(pair.first), measured(pair.second)) for pair in pairs]
    return [
        [
            replace(pair[mate], name=f"{pair[mate].name}x{copy}")
            for copy in range(times)
            for pair in read
        ]
        for mate in (0, 1)
    ]


def test_a_capture_merged_with_itself_has_the_answer_of_one(tmp_path: Path) -> None:
    reads = sample_pairs([DUPLICATION], 150)
    documents = []
    for times in (1, 2):
        folder = tmp_path / str(times)
        folder.mkdir()
        files = [
            str(write_fastq(folder / f"{mate}.fastq", each))
            for mate, each in enumerate(sequenced(reads, times))
        ]
        documents.append(call(folder, "--fastq", *files).document)
    once, twice = documents
    assert once["itd"]["events"] == twice["itd"]["events"]
    assert not any("others once more" in one for one in once["warnings"])
    assert any("others once more" in one for one in twice["warnings"])
