"""Reads that lack more first bases than those of one molecule are put together over are told."""

import json
from pathlib import Path

import numpy as np
import pytest

from flt3itd.cli import main
from flt3itd.molecules.bam_pairs import genome_end
from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.letters import Integers, Words
from flt3itd.molecules.pairs import BY_SEQUENCE, UmiShape
from flt3itd.molecules.trimmed import lack_more
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
    kind: str,
    trimmed: int,
    share: float = 1.0,
    reads: int = 4,
    length: int = 9,
    begin: int | None = None,
    size: int | None = None,
) -> tuple[Integers, Integers, Words]:
    """Ends and UMIs of pairs that lack up to so many bases at both ends, on one strand.

    All molecules begin at one place and have one size where these are given.
    """
    rng = np.random.default_rng(trimmed)
    begins = rng.integers(100, 59_000, MOLECULES) if begin is None else np.full(MOLECULES, begin)
    sizes = rng.integers(170, 320, MOLECULES) if size is None else np.full(MOLECULES, size)
    umi = rng.integers(0, 4**length, MOLECULES)
    molecule = np.repeat(np.arange(MOLECULES), rng.poisson(reads, MOLECULES))
    lost = rng.integers(0, trimmed + 1, (2, len(molecule))) * (rng.random(len(molecule)) < share)
    low, high = begins[molecule] + lost[0], (begins + sizes)[molecule] - lost[1]
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
    assert lack_more(*library(kind, trimmed, share, reads), 9) == is_told


def test_few_umis_of_many_molecules_are_no_trimming() -> None:
    assert not lack_more(*library("bam", 0, length=3), 3)
    assert not lack_more(*library("fastq", 0, length=3), 3)


def test_nothing_is_told_of_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert not lack_more(none, none, none.astype(np.uint64), 9)


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


@pytest.mark.parametrize("share", [1.0, 0.3])
@pytest.mark.parametrize(("kind", "trimmed"), [("bam", 0), ("bam", 30), ("fastq", 10)])
def test_molecules_of_one_amplicon_are_put_together(kind: str, trimmed: int, share: float) -> None:
    ends = library(kind, trimmed, share, begin=500, size=172)
    found = find_families(FamilyKeys(*ends), UmiShape(9), amplicons=True)
    molecules = len(np.unique(ends[2]))
    assert found.count == pytest.approx(molecules, rel=0.03)
    assert found.crowding is not None
    assert found.crowding.hidden < 0.02
    assert not lack_more(*ends, 9)


@pytest.mark.parametrize("kind", ["bam", "fastq"])
def test_an_amplicon_whose_reads_lack_more_is_told(kind: str) -> None:
    assert lack_more(*library(kind, 60, begin=500, size=172), 9)


def test_few_umis_at_one_amplicon_are_no_trimming() -> None:
    ends = library("bam", 0, length=4, begin=500, size=172)
    assert not lack_more(*ends, 4)
    found = find_families(FamilyKeys(*ends), UmiShape(4), amplicons=True)
    assert found.count == len(np.unique(ends[2]))
