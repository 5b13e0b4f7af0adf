"""ITDs of an amplicon of which a fifth of the second reads have other bases at one cycle."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, Pair, write_mates
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

AMPLICON = [(28_033_930, 28_034_270)]
TOLD, UNTOLD = 150, 85
"""Cycles (0-based) at which first reads of the wild type reach the place, and do not."""


def misread(read: FastqRead, number: int, cycle: int, bases: str) -> FastqRead:
    if number % 5:
        return read
    sequence = read.sequence[:cycle] + bases + read.sequence[cycle + len(bases) :]
    return replace(read, sequence=sequence)


def files_of(folder: Path, pairs: list[Pair]) -> list[str]:
    return list(map(str, write_mates(folder, pairs)))


@pytest.mark.parametrize(("cycle", "bases"), [(TOLD, "TT"), (TOLD, "GGG"), (UNTOLD, "TT")])
def test_misread_cycle_in_an_amplicon(tmp_path: Path, cycle: int, bases: str) -> None:
    itd = tandem(28_034_062, 28_034_190, 0.3)
    pairs = [
        replace(pair, second=misread(pair.second, at, cycle, bases))
        for at, pair in enumerate(amplicon_pairs([itd], AMPLICON, 1500, read_length=251))
    ]
    files = files_of(tmp_path, pairs)
    assert_found(call(tmp_path, "--fastq", *files, "--assay", "amplicon"), [itd])


def test_itds_that_differ_by_a_base_are_two(tmp_path: Path) -> None:
    both = [tandem(28_034_062, 28_034_190, 0.2, filler) for filler in ("GAT", "GCT")]
    files = files_of(tmp_path, amplicon_pairs(both, AMPLICON, 1500, read_length=251))
    assert_found(call(tmp_path, "--fastq", *files, "--assay", "amplicon"), both)
