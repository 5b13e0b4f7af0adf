"""UMIs of a list of words at two places: molecules that share one are reckoned, errors are not."""

from pathlib import Path

import numpy as np
import pytest

from flt3itd.molecules import pair_sorter, volumes
from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.letters import Integers, Words, packed
from flt3itd.molecules.pair_sorter import PairSorter
from flt3itd.molecules.pairs import PairBlock, UmiShape
from flt3itd.molecules.statistics import FamilyTally

BASES = 9


def library(words: int, molecules: int, places: int = 2) -> tuple[Integers, Words]:
    """Place and UMI of reads, with errors of sequencing and, of one molecule in forty, in half."""
    rng = np.random.default_rng(words + molecules)
    listed = rng.integers(0, 4, (words, BASES), dtype=np.uint8)
    chosen = rng.integers(0, words, molecules * places)
    molecule = np.repeat(np.arange(len(chosen)), rng.poisson(6, len(chosen)))
    umis = listed[chosen[molecule]]
    halved = (molecule % 40 == 0) & (rng.random(len(molecule)) < 0.5)
    umis[halved, 4] = (umis[halved, 4] + 1) % 4
    wrong = rng.random(umis.shape) < 0.003
    umis[wrong] = (umis[wrong] + rng.integers(1, 4, int(wrong.sum()), dtype=np.uint8)) % 4
    return molecule % places, packed(umis)


def hidden(words: int, molecules: int) -> float:
    """The share of molecules that share their UMI, on average."""
    by_umi = molecules / words
    return float(1 - (1 - np.exp(-by_umi)) / by_umi)


@pytest.mark.parametrize(
    ("words", "molecules"), [(500, 400), (500, 1500), (2000, 1500), (100, 200)]
)
def test_a_list_shows_at_two_places(words: int, molecules: int) -> None:
    place, umis = library(words, molecules)
    ends = 10_000 * place
    found = find_families(FamilyKeys(ends, ends + 401, umis), UmiShape(BASES), amplicons=True)
    assert found.crowding is not None
    assert found.crowding.hidden == pytest.approx(hidden(words, molecules), abs=0.04)
    shown = 2 * words * (1 - np.exp(-molecules / words))
    assert found.count == pytest.approx(shown + 2 * molecules / 40, rel=0.08)


def test_too_many_molecules_for_the_list_are_told() -> None:
    place, umis = library(500, 3000)
    ends = 10_000 * place
    found = find_families(FamilyKeys(ends, ends + 401, umis), UmiShape(BASES), amplicons=True)
    assert found.crowding is not None
    assert any("do not tell molecules apart" in one for one in found.crowding.sentences())


def test_a_list_shows_in_reads_that_are_sorted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair_sorter, "DRAWER_PAIRS", 4000)
    monkeypatch.setattr(volumes, "VOLUME_PAIRS", 5000)
    place, umis = library(500, 1500)
    ends, tally = 10_000 * place, FamilyTally()
    letters = np.full((len(umis), 20), 30, dtype=np.uint8)
    sorter = PairSorter(tmp_path, amplicons=True)
    sorter.add(PairBlock(letters, letters, ends, ends + 401, umis, np.arange(len(umis))))
    for _ in sorter.families(UmiShape(BASES), tally):
        pass
    assert tally.hidden == pytest.approx(hidden(500, 1500), abs=0.04)
