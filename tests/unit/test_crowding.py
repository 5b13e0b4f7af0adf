"""Molecules that share place and UMI with others: how many, and what that leaves of a VAF."""

from collections.abc import Callable

import numpy as np
import pysam
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import MOST_HIDDEN, OUTVOTED, Sampling, molecules_by_umi
from flt3itd.molecules.consensus_umis import ConsensusUmis
from flt3itd.molecules.crowding import Crowding, crowding_of
from flt3itd.molecules.letters import Words, packed, unpacked
from flt3itd.molecules.pairs import UmiShape

PLACE = np.uint64(7)


def words(rows: np.ndarray) -> Words:
    return packed(rows.astype(np.uint8))


def apart(count: int, length: int, least: int, rng: np.random.Generator) -> np.ndarray:
    """UMIs of a kit: any two differ in `least` bases or more."""
    listed = rng.integers(0, 4, (1, length))
    while len(listed) < count:
        one = rng.integers(0, 4, length)
        if ((listed != one).sum(axis=1) >= least).all():
            listed = np.concatenate((listed, one[None]))
    return listed


def crowding(umis: Words, *shape: int) -> Crowding:
    """Of families at one place; the space of random UMIs is what their bases allow."""
    umis = np.unique(umis)
    places = np.full(len(umis), PLACE, dtype=np.uint64)
    return crowding_of(places, umis, UmiShape(*shape), 4.0 ** sum(shape))


@pytest.mark.parametrize(("count", "length", "least"), [(96, 8, 3), (384, 8, 3), (384, 12, 5)])
def test_umis_of_a_designed_list_are_told_at_one_place(count: int, length: int, least: int) -> None:
    rng = np.random.default_rng(count)
    listed = apart(count, length, least, rng)
    found = crowding(words(listed[rng.integers(0, count, 2000)]), length)
    assert found.is_list
    assert found.space == pytest.approx(count, rel=0.05)
    assert found.hidden > MOST_HIDDEN
    assert any("of a list" in one for one in found.sentences())
    assert any("what is not found is not excluded" in one for one in found.sentences())


@pytest.mark.parametrize(
    ("molecules", "length"), [(30, 8), (2000, 8), (2000, 12), (20_000, 12), (200, 4), (3000, 6)]
)
def test_random_umis_are_no_list(molecules: int, length: int) -> None:
    rng = np.random.default_rng(molecules + length)
    found = crowding(words(rng.integers(0, 4, (molecules, length))), length)
    assert not found.is_list
    assert found.space == 4.0**length
    families = found.families
    assert families + found.collisions == pytest.approx(molecules, rel=0.08)


def test_parts_of_a_twofold_umi_tell_how_many_there_are() -> None:
    """32 x 32 UMIs of 5 bases, of which 4^10 would be possible: 900 of 1,500 molecules hide."""
    rng = np.random.default_rng(1)
    listed = apart(32, 5, 2, rng)
    drawn = np.concatenate([listed[rng.integers(0, 32, 1500)] for _ in range(2)], axis=1)
    found = crowding(words(drawn), 5, 5)
    assert found.space == pytest.approx(1024, rel=0.1)
    assert found.families + found.collisions == pytest.approx(1500, rel=0.15)
    random = crowding(words(rng.integers(0, 4, (1500, 10))), 5, 5)
    assert random.space > 4.0**10 / 2
    assert random.crowded == 0


def counted(vaf: float, by_umi: float, rng: np.random.Generator) -> float:
    """The VAF of families of which the commoner kind is counted; reads are geometric."""
    umis = 20_000
    molecules = int(by_umi * umis)
    mutant = rng.random(molecules) < vaf
    reads, umi = rng.exponential(1, molecules), rng.integers(0, umis, molecules)
    ours, all_of = (
        np.bincount(umi, weights, minlength=umis) for weights in (reads * mutant, reads)
    )
    return float((2 * ours > all_of).sum() / (all_of > 0).sum())


@pytest.mark.parametrize("by_umi", [0.5, 1.6, 3.0])
def test_rare_molecules_are_outvoted_as_it_is_reckoned(by_umi: float) -> None:
    hidden = 1 + np.expm1(-by_umi) / by_umi
    sampling = Sampling(CountedUnit.MOLECULES, hidden=float(hidden))
    assert molecules_by_umi(float(hidden)) == pytest.approx(by_umi)
    rng = np.random.default_rng(2)
    assert counted(0.02, by_umi, rng) == pytest.approx(0.02 * sampling.shown, rel=0.1)
    for vaf in (0.02, 0.1, 0.3, 0.7, 0.9):
        seen = counted(vaf, by_umi, rng)
        low, high = sampling.holding(seen - 0.015, seen + 0.015)
        assert low <= vaf <= high


def test_nothing_hidden_changes_nothing() -> None:
    sampling = Sampling(CountedUnit.MOLECULES)
    assert sampling.holding(0.3, 0.7) == (0.3, 0.7)
    assert sampling.shown == 1.0


@pytest.mark.parametrize(("hidden", "told"), [(MOST_HIDDEN, True), (MOST_HIDDEN + 1e-6, False)])
def test_molecules_are_not_told_where_more_than_three_quarters_hide(
    hidden: float, told: bool
) -> None:
    sampling = Sampling(CountedUnit.MOLECULES, hidden=hidden)
    assert (sampling.at_most(500) == 500) == told
    assert (sampling.too_few(30) == "") == told


@pytest.mark.parametrize(("hidden", "outvoted"), [(0.50, False), (0.51, True)])
def test_about_half_hidden_takes_a_tenth(hidden: float, outvoted: bool) -> None:
    assert (Sampling(CountedUnit.MOLECULES, hidden=hidden).shown < OUTVOTED) == outvoted


def record(umi: str, start: int = 100, length: int = 200) -> pysam.AlignedSegment:
    """A consensus read, as `ConsensusUmis` looks at it."""
    made = pysam.AlignedSegment()
    made.reference_start, made.next_reference_start = start, start
    made.template_length, made.flag = length, 0x1
    if umi:
        made.set_tag("RX", umi)
    return made


def written(umis: Words, length: int, form: Callable[[str], str]) -> list[pysam.AlignedSegment]:
    return [record(form("".join("ACGT"[code] for code in row))) for row in unpacked(umis, length)]


def test_umis_of_a_consensus_tell_what_they_hide() -> None:
    """Of another tool too: 1,500 molecules with 1,024 UMIs, both mates of each."""
    rng = np.random.default_rng(3)
    umis = np.unique(rng.integers(0, 4**5, 1500)).astype(np.uint64)
    reads = [one for one in written(umis, 5, str) for _ in range(2)]
    sought = ConsensusUmis()
    assert list(sought.noted(reads)) == reads
    found = sought.crowding()
    assert found is not None
    assert found.families == len(umis)
    assert found.families + found.collisions == pytest.approx(1500, rel=0.06)


def test_umis_of_a_duplex_consensus_have_two_parts() -> None:
    rng = np.random.default_rng(4)
    umis = np.unique(rng.integers(0, 4**6, 3000)).astype(np.uint64)
    sought = ConsensusUmis()
    list(sought.noted(written(umis, 6, lambda text: f"{text[:3]}-{text[3:]}")))
    found = sought.crowding()
    assert found is not None
    assert found.families + found.collisions == pytest.approx(3000, rel=0.06)


@pytest.mark.parametrize("umi", ["", "NNNN", "7"])
def test_a_consensus_without_umis_hides_nothing_that_is_known(umi: str) -> None:
    sought = ConsensusUmis()
    list(sought.noted([record(umi)] * 3))
    found = sought.crowding()
    assert found is None or found.collisions == 0.0
