"""Reads that lack more first bases than those of one molecule are put together over are told."""

import json
from pathlib import Path

import numpy as np
import pytest

from flt3itd.cli import main
from flt3itd.molecules.bam_pairs import genome_end
from flt3itd.molecules.letters import Integers, Words
from flt3itd.molecules.misread import lack_more
from flt3itd.molecules.pairs import BY_SEQUENCE
from tests.umi_builders import UmiLibrary, UmiPair, write_fastq

MOLECULES = 1500
_BASES = np.random.default_rng(1).integers(0, 4, 60_000)


def _first_bases(places: Integers, step: int) -> Integers:
    """The numbers of sixteen bases from each place on, or of those before it, turned."""
    columns = np.arange(16) if step > 0 else -1 - np.arange(16)
    codes = _BASES[places[:, None] + columns]
    weights = 4 ** np.arange(15, -1, -1)
    numbers: Integers = (codes if step > 0 else 3 - codes) @ weights | BY_SEQUENCE
    return numbers


def library(
    kind: str, trimmed: int, share: float = 1.0, reads: int = 4, length: int = 9
) -> tuple[Integers, Integers, Words]:
    """Ends and UMIs of pairs that lack up to so many bases at both ends, on one strand."""
    rng = np.random.default_rng(trimmed)
    begin, size = rng.integers(100, 59_000, MOLECULES), rng.integers(170, 320, MOLECULES)
    umi = rng.integers(0, 4**length, MOLECULES)
    molecule = np.repeat(np.arange(MOLECULES), rng.poisson(reads, MOLECULES))
    lost = rng.integers(0, trimmed + 1, (2, len(molecule))) * (rng.random(len(molecule)) < share)
    low, high = begin[molecule] + lost[0], (begin + size)[molecule] - lost[1]
    umis = umi[molecule].astype(np.uint64)
    if kind == "bam":
        return genome_end(0, low, reverse=False), genome_end(0, high, reverse=True), umis
    return _first_bases(low, 1), _first_bases(high, -1), umis


@pytest.mark.parametrize(
    ("kind", "trimmed", "is_told"),
    [
        ("bam", 0, False),
        ("bam", 30, False),
        ("bam", 35, True),
        ("bam", 60, True),
        ("fastq", 0, False),
        ("fastq", 11, False),
        ("fastq", 14, True),
        ("fastq", 30, True),
    ],
)
@pytest.mark.parametrize(("share", "reads"), [(1.0, 4), (0.3, 4), (1.0, 15), (1.0, 2)])
def test_what_is_not_put_together_is_told(
    kind: str, trimmed: int, is_told: bool, share: float, reads: int
) -> None:
    assert lack_more(*library(kind, trimmed, share, reads)) == is_told


def test_few_umis_of_many_molecules_are_no_trimming() -> None:
    assert not lack_more(*library("bam", 0, length=3))
    assert not lack_more(*library("fastq", 0, length=3))


def test_nothing_is_told_of_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert not lack_more(none, none, none.astype(np.uint64))


@pytest.mark.parametrize(("most", "is_told"), [(8, False), (24, True)])
def test_the_command_warns(tmp_path: Path, most: int, is_told: bool) -> None:
    made = UmiLibrary(length=20_000)
    pairs = []
    for number in range(200):
        umi, whole = (made.bases(9),), made.fragment(20 + 90 * number)
        for _ in range(5):
            first, last = made.rng.integers(0, most + 1, 2)
            pairs.append(UmiPair(whole[first : len(whole) - last], umi))
    fastq = map(str, write_fastq(tmp_path, pairs, "name"))
    out, told = tmp_path / "out.bam", tmp_path / "out.json"
    arguments = ["--umi", "name", "--fastq", *fastq, "--out", str(out), "--json", str(told)]
    assert main(["consensus", *arguments]) == 0
    found = json.loads(told.read_text("utf-8"))
    assert any("lack their first bases" in text for text in found["warnings"]) == is_told
    assert (found["families"] == 200) == (not is_told)
