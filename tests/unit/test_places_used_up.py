"""Captures so deep that copies cannot be told by their ends: what is removed are molecules too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.fitness_records import Fit, Question
from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray
from flt3itd.reads.copies import places_used_up
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet
from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, write_fastq
from tests.fitness_builders import LIMITS, verdict
from tests.itd_builders import call, sample_pairs

REVERSE, READ_2 = int(Flag.REVERSE), int(Flag.READ_2)
READ = 60
Ends = tuple[IntArray, IntArray]


def fragments(count: int) -> Ends:
    """Fragments that begin within 400 bases and are 120 +- 10 long."""
    chance = np.random.default_rng(1)
    start = chance.integers(0, 400, count)
    return start, start + np.rint(chance.normal(120, 10, count)).astype(np.int64)


def without_copies(fragments: Ends) -> Ends:
    first, last = np.unique(np.stack(fragments), axis=1)
    return first, last


def used_up(fragments: Ends, turned: Ends | None = None) -> float:
    """The measure of fragments, and of some whose first read is the reverse one."""
    found = ReadSet()
    kinds = [(fragments, False)] if turned is None else [(fragments, False), (turned, True)]
    for (start, end), is_turned in kinds:
        for first, last in zip(start.tolist(), end.tolist(), strict=True):
            found.add_plain(first, READ, found.fragments, READ_2 * is_turned)
            found.add_plain(last - READ, READ, found.fragments, REVERSE | READ_2 * (not is_turned))
            found.fragments += 1
    return places_used_up(read_spans(found))


def test_fragments_that_share_ends_as_chance_lets_them_were_not_removed() -> None:
    assert used_up(fragments(10_000)) == 0
    assert used_up(fragments(10_000), fragments(10_000)) == 0


@pytest.mark.parametrize(("count", "least", "most"), [(2_000, 0.1, 0.16), (12_000, 0.4, 0.8)])
def test_of_those_that_are_left_it_is_told_how_many_others_each_should_meet(
    count: int, least: float, most: float
) -> None:
    left = without_copies(fragments(count))
    assert least < used_up(left) < most
    assert used_up(left, left) == pytest.approx(used_up(left))


def test_of_few_fragments_it_is_not_asked() -> None:
    start, end = without_copies(fragments(5_000))
    assert used_up((start[:1000], end[:1000])) > 0
    assert used_up((start[:999], end[:999])) == 0


def test_a_tenth_of_what_chance_makes_is_hardly_any() -> None:
    start, end = without_copies(fragments(5_000))
    expected = used_up((start, end)) * len(start) / 2
    for share, is_asked in ((0.05, True), (0.2, False)):
        again = np.arange(round(share * expected))
        both = np.concatenate((start, start[again])), np.concatenate((end, end[again]))
        assert (used_up(both) > 0) is is_asked


def test_places_are_used_up_where_copies_are_left_out_here(tmp_path: Path) -> None:
    library = Library(read_length=60, fragment_mean=80, fragment_sd=4)
    pairs = sample_pairs([], 700, library=library)
    mates = [pair.first for pair in pairs] * 3, [pair.second for pair in pairs] * 3
    files = [
        write_fastq(tmp_path / f"R{mate}.fastq", named(reads)) for mate, reads in enumerate(mates)
    ]
    found = call(tmp_path, "--fastq", *map(str, files)).document
    assert found["reads"]["measured"]["copies"] > 0.5
    assert found["reads"]["measured"]["places_used_up"] > LIMITS.places_used_up
    assert any("shares both ends, though" in one for one in found["warnings"])


def named(reads: Sequence[FastqRead]) -> list[FastqRead]:
    return [replace(read, name=f"r{number}") for number, read in enumerate(reads)]


def test_at_the_limit_of_places_that_are_used_up() -> None:
    assert LIMITS.places_used_up == 0.2
    for question in Question:
        found = verdict(question, places_used_up=0.2)
        assert found.fit is Fit.REMARK
        assert "VAFs may be wrong" in found.remarks[0]
        assert verdict(question, places_used_up=0.199).fit is Fit.FIT
    assert verdict(Question.ITD, Assay.AMPLICON, places_used_up=0.2).fit is Fit.FIT
