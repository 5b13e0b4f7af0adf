"""Pairs that are sorted on disk make the families of pairs that are held in memory."""

from pathlib import Path

import numpy as np
import pytest

from flt3itd.molecules import pair_sorter, volumes
from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.pair_sorter import PairSorter
from flt3itd.molecules.pairs import BY_SEQUENCE, PairBlock, UmiShape
from flt3itd.molecules.statistics import FamilyTally

PAIRS = 6_000
MOLECULES = 1_500
UMI = 10


def misread(rng: np.random.Generator, words: Integers, bases: int, share: float) -> Integers:
    """Some of the words with another base at one place."""
    place = 2 * rng.integers(0, bases, len(words))
    other = rng.integers(1, 4, len(words)) << place
    return np.where(rng.random(len(words)) < share, words ^ other, words)


def library(*, amplicons: bool, strands: bool, seed: int = 3) -> PairBlock:
    """Pairs of molecules, with errors in UMIs and in the first bases of both reads."""
    rng = np.random.default_rng(seed)
    places = 2 if amplicons else MOLECULES
    place = rng.integers(0, places, MOLECULES)
    ends = rng.integers(0, 1 << 32, (places, 2))
    umi = rng.integers(0, 1 << 2 * UMI, MOLECULES)
    own = rng.integers(0, MOLECULES, PAIRS)
    low, high = (misread(rng, ends[place[own], side], 16, 0.03) | BY_SEQUENCE for side in (0, 1))
    words = misread(rng, umi[own], UMI, 0.02)
    if strands:
        turns = rng.random(PAIRS) < 0.5
        half = (1 << UMI) - 1
        low, high = np.where(turns, high, low), np.where(turns, low, high)
        words = np.where(turns, ((words & half) << UMI) | (words >> UMI), words)
    row = np.arange(PAIRS)
    letters = (row[:, None] >> np.array([0, 8]) & 255).astype(np.uint8)
    return PairBlock(letters, letters[:, ::-1], low, high, words.astype(np.uint64), row)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve drawers, eight volumes and thirty shelves."""
    monkeypatch.setattr(pair_sorter, "DRAWER_PAIRS", 500)
    monkeypatch.setattr(pair_sorter, "SHELF_PAIRS", 200)
    monkeypatch.setattr(volumes, "VOLUME_PAIRS", 800)


def sorted_families(
    folder: Path, pairs: PairBlock, shape: UmiShape, *, amplicons: bool
) -> tuple[Integers, Integers, FamilyTally]:
    """The family and strand of each pair, in the order of the pairs."""
    sorter, tally = PairSorter(folder, amplicons=amplicons), FamilyTally()
    for first in range(0, len(pairs), 400):
        part = pairs.take(np.arange(first, min(first + 400, len(pairs))))
        sorter.add(part)
    family, strand = np.full(len(pairs), -1), np.full(len(pairs), -1)
    done = 0
    for shelf, families in sorter.families(shape, tally):
        row = shelf.first[:, 0].astype(np.int64) + (shelf.first[:, 1].astype(np.int64) << 8)
        assert (np.diff(row) > 0).all()
        assert (shelf.second == shelf.first[:, ::-1]).all()
        assert (shelf.end_1 == pairs.end_1[row]).all()
        assert (shelf.end_2 == pairs.end_2[row]).all()
        assert (family[row] == -1).all()
        family[row], strand[row] = done + families.family, families.other_strand
        done += families.count
    assert done == tally.families
    assert not list(folder.iterdir())
    return family, strand, tally


def together(one: Integers, other: Integers) -> int:
    """The groups of two ways of grouping, counted: as many as in each where they are the same."""
    return int(np.unique(np.stack((one, other)), axis=1).shape[1])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("amplicons", [False, True])
@pytest.mark.parametrize("shape", [UmiShape(UMI), UmiShape(UMI // 2, UMI // 2)])
def test_families_are_those_of_all_pairs_at_once(
    tmp_path: Path, amplicons: bool, shape: UmiShape
) -> None:
    pairs = library(amplicons=amplicons, strands=shape.is_twofold)
    keys = FamilyKeys(pairs.end_1, pairs.end_2, pairs.umi)
    whole, counted = find_families(keys, shape, amplicons=amplicons), FamilyTally()
    counted.add_families(whole)
    family, strand, tally = sorted_families(tmp_path, pairs, shape, amplicons=amplicons)
    same = together(family, whole.family)
    assert abs(tally.families - counted.families) <= 3
    assert same - tally.families <= 3
    assert (strand != whole.other_strand).sum() <= 3
    assert tally.corrected == pytest.approx(counted.corrected, rel=0.05)
    assert tally.collisions == pytest.approx(counted.collisions, rel=0.1, abs=0.01)
    assert tally.crowded == counted.crowded


@pytest.mark.usefixtures("small")
def test_a_large_library_tells_how_far_its_families_are(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flt3itd.common.progress.MOMENTS", 0.0)
    pairs = library(amplicons=False, strands=False)
    with caplog.at_level("INFO", logger="flt3itd"):
        _, _, tally = sorted_families(tmp_path, pairs, UmiShape(UMI), amplicons=False)
    told = [record.message for record in caplog.records if "families" in record.message]
    assert told[-1] == f"100 %: {tally.families:,} families"


@pytest.mark.usefixtures("small")
def test_a_family_larger_than_a_shelf_stays_whole(tmp_path: Path) -> None:
    pairs = library(amplicons=True, strands=False)
    rows = np.zeros(900, dtype=np.int64)
    copies = PairBlock(
        pairs.first[:900],
        pairs.second[:900],
        pairs.end_1[rows],
        pairs.end_2[rows],
        pairs.umi[rows],
        pairs.later[:900],
    )
    family, _, tally = sorted_families(tmp_path, copies, UmiShape(UMI), amplicons=True)
    assert set(family.tolist()) == {0}
    assert dict(tally.sizes) == {900: 1}


@pytest.mark.usefixtures("small")
def test_errors_of_the_largest_family_are_found_in_other_drawers(tmp_path: Path) -> None:
    """Two errors, one in each half of the UMI: no row of their own drawers is near."""
    copies, errors = 2_000, 2
    umi = np.array([0b1001] * copies + [0b1001 ^ (1 << 2 * (UMI - 1)) ^ 1] * errors)
    ends = np.full(len(umi), 77) | BY_SEQUENCE
    row = np.arange(len(umi))
    letters = (row[:, None] >> np.array([0, 8]) & 255).astype(np.uint8)
    pairs = PairBlock(letters, letters[:, ::-1], ends, ends + 1, umi.astype(np.uint64), row)
    _, _, tally = sorted_families(tmp_path, pairs, UmiShape(UMI), amplicons=True)
    assert tally.families == 1
    assert tally.corrected == errors
