"""A capture of which a number of pairs of each ten bases was kept."""

from collections import Counter
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import Read, write_mates
from tests.itd_builders import Aligner, Mutant, call, sample_pairs, tandem, write_sample

ITD = tandem(28_034_080, 28_034_154, 0.05)
KEPT, BASES = 15, 10


def records_of(folder: Path, mutants: list[Mutant], aligner: Aligner) -> list[Read]:
    pairs = sample_pairs(mutants, 800, 13, Library(read_length=150))
    files = write_mates(folder, pairs)
    return aligner.align(files)


def kept(records: list[Read]) -> list[Read]:
    """The first pairs that start in each stretch, as they are aligned."""
    starts: dict[str, int] = {}
    for read in records:
        starts[read.name] = min(read.position, starts.get(read.name, read.position))
    seen = Counter[int]()
    names = set()
    for name, start in sorted(starts.items(), key=lambda one: one[1]):
        seen[start // BASES] += 1
        if seen[start // BASES] <= KEPT:
            names.add(name)
    return [read for read in records if read.name in names]


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("mutants", [[ITD], []])
def test_the_reads_are_unfit(tmp_path: Path, mutants: list[Mutant], aligner: Aligner) -> None:
    whole = records_of(tmp_path, mutants, aligner)
    found = call(tmp_path, "--bam", str(write_sample(tmp_path / "S.bam", kept(whole)))).document
    measured = found["reads"]["measured"]
    assert measured["most_pairs_of_a_stretch"] == KEPT
    assert measured["bases_of_a_stretch"] <= BASES  # the first pairs start in its first half
    assert any(f"bases no more than {KEPT} pairs start" in one for one in found["warnings"])
    assert found["itd"]["status"] == ("detected" if mutants else "not_assessable")


def test_all_pairs_are_not(tmp_path: Path, aligner: Aligner) -> None:
    whole = records_of(tmp_path, [ITD], aligner)
    found = call(tmp_path, "--bam", str(write_sample(tmp_path / "S.bam", whole))).document
    assert found["reads"]["measured"]["most_pairs_of_a_stretch"] == 0
    assert found["itd"]["events"][0]["vaf_low"] <= ITD.vaf <= found["itd"]["events"][0]["vaf_high"]
