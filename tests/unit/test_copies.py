"""Copies of fragments: told from chance, and counted once."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from flt3itd.reads.copies import (
    WORTH_REMOVING,
    first_of_each,
    fragment_keys,
    keep_fragments,
    share_of_copies,
    without_copies,
)
from flt3itd.reads.streaming import AlignedRead, ReadSet, SplitRead
from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, Pair, write_fastq
from tests.itd_builders import assert_found, call, sample_pairs, tandem


def drawn(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends of fragments of a capture, as chance puts them."""
    rng = np.random.default_rng(seed)
    start = rng.normal(1000, 200, count).astype(np.int64)
    return start, start + rng.normal(300, 60, count).astype(np.int64)


@pytest.mark.parametrize("count", [200, 2000, 20_000])
def test_what_chance_brings_together_is_no_copy(count: int) -> None:
    assert share_of_copies(*drawn(count)) < WORTH_REMOVING


@pytest.mark.parametrize(("every", "share"), [(1, 0.5), (10, 0.09), (100, 0.0)])
def test_copies_are_told_from_chance(every: int, share: float) -> None:
    start, end = drawn(2000)
    again = slice(0, None, every)
    found = share_of_copies(
        np.concatenate((start, start[again])), np.concatenate((end, end[again]))
    )
    assert found == pytest.approx(share, abs=0.02)


def test_no_fragments_have_no_copies() -> None:
    assert share_of_copies(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)) == 0


def test_the_first_of_each_is_kept_and_what_is_not_known_always() -> None:
    assert first_of_each(["a", "b", "a", None, None]) == [True, True, False, True, True]


def split(fragment: int, diagonal: int, clip: int, *, shift: int = 0) -> SplitRead:
    last = diagonal - shift
    return SplitRead(fragment, diagonal, last, clip, 100, 100, "A" * 100, b"\x25" * 100)


def test_ends_of_fragments_hold_clipped_bases() -> None:
    reads = ReadSet(fragments=3)
    reads.add_plain(100, 100, 0)
    reads.add_plain(300, 100, 0)
    reads.split += [split(1, 100, 20), split(1, 330, 0, shift=30)]
    reads.add_plain(100, 100, 2)
    assert fragment_keys(reads) == [(100, 400), (100, 400), None]
    keep_fragments(reads, first_of_each(fragment_keys(reads)))
    assert [column.tolist() for column in reads.plain()] == [
        [100, 300, 100],
        [200, 400, 200],
        [0, 0, 2],
    ]
    assert not reads.split


def test_kinase_reads_of_one_fragment_stay_together() -> None:
    ends: Sequence[object] = ("x", "x", "x", None)
    names = ("a", "a", "b", "c")
    reads = [
        AlignedRead(name, 0, ((0, 4),), "ACGT", b"\x25" * 4, False, True, key)
        for name, key in zip(names, ends, strict=True)
    ]
    assert [read.name for read in without_copies(reads)] == ["a", "a", "c"]


def copied(pairs: Sequence[Pair], times: int) -> list[list[FastqRead]]:
    """Both files, each pair several times under names of its own."""
    return [
        [
            FastqRead(f"{read.name}_{copy}", read.sequence, read.qualities)
            for pair in pairs
            for copy, read in enumerate([getattr(pair, side)] * times)
        ]
        for side in ("first", "second")
    ]


@pytest.mark.parametrize("times", [1, 4])
def test_copies_in_fastq_are_counted_once(tmp_path: Path, times: int) -> None:
    mutants = [tandem(28_034_105, 28_034_149, 0.2)]
    pairs = sample_pairs(mutants, 150, 3, Library(read_length=120))
    files = [
        write_fastq(tmp_path / f"R{mate}.fastq", reads)
        for mate, reads in enumerate(copied(pairs, times))
    ]
    called = call(tmp_path, "--fastq", *map(str, files))
    assert_found(called, mutants)
    assert called.document["itd"]["informative_fragments"] == 161
    assert ("copies" in " ".join(called.document["warnings"])) is (times > 1)
