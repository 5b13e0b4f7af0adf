"""Molecules that share place and UMI with others: how many, and what that leaves of a VAF."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pysam
import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.common.sampling import MOST_HIDDEN, OUTVOTED, Sampling, mixed_share, molecules_by_umi
from flt3itd.molecules.consensus import Consensus, call_consensus, duplex
from flt3itd.molecules.consensus_umis import ConsensusUmis
from flt3itd.molecules.crowding import (
    MIXED,
    Crowding,
    crowding_of,
    mixed_families,
    unexplained_mixing,
)
from flt3itd.molecules.letters import Words, join_letters, packed, unpacked
from flt3itd.molecules.molecules import Molecules
from flt3itd.molecules.pairs import UmiShape
from flt3itd.molecules.statistics import FamilyTally
from flt3itd.reads.consensus_families import hidden_of, may_be_of_a_list
from flt3itd.records import Status
from scripts.panel.alleles import Allele
from scripts.panel.measured import of_fragments
from scripts.patient.genotypes import Background, genotype

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
    assert (sampling.holding(0.01, 0.05)[1] < 0.1) == told
    assert told or sampling.holding(0.01, 0.05) == (0.01, 0.5)
    assert told or sampling.holding(0.9, 0.95) == (0.5, 0.95)


@pytest.mark.parametrize("factor", [0.05, 0.5, 1, 3])
def test_what_is_hidden_at_another_place_follows_from_its_molecules(factor: float) -> None:
    """Of 4,096 UMIs, 1,500 molecules show 1,256 here; another amplicon has more, or fewer."""
    space = 4096

    def shown(molecules: float) -> float:
        return space * -math.expm1(-molecules / space)

    here, there = 1500.0, 1500 * factor
    sampling = Sampling(
        CountedUnit.MOLECULES, hidden=1 - shown(here) / here, hidden_among=round(shown(here))
    )
    other = sampling.over(shown(there))
    assert other.hidden == pytest.approx(1 - shown(there) / there, rel=0.01)


@pytest.mark.parametrize(("counted", "told"), [(979, True), (981, False)])
def test_a_place_where_more_are_hidden_than_umis_tell(counted: int, told: bool) -> None:
    """Of 1,000 UMIs 632 are in use here, by 1,000 molecules; 980 are by 3,922."""
    hidden = 1 - (1 - math.exp(-1))
    assert Sampling(CountedUnit.MOLECULES, None, hidden, 632).over(counted).tells_molecules == told


@pytest.mark.parametrize(("hidden", "among"), [(1.0, 500), (0.0, 500), (0.4, 0)])
def test_where_nothing_is_known_of_other_places(hidden: float, among: int) -> None:
    """UMIs that tell no molecules do so nowhere; without molecules here, nothing is compared."""
    sampling = Sampling(CountedUnit.MOLECULES, None, hidden, among)
    assert sampling.over(50) == sampling


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


@pytest.mark.parametrize(
    ("others", "reads", "place", "mixed"),
    [
        (4, 40, 12, True),
        (4, 40, 11, False),
        (3, 30, 12, False),
        (4, 41, 12, False),
        (3, 9, 12, False),
        (5, 10, 12, True),
    ],
)
def test_a_family_of_several_molecules_shows_other_bases(
    others: int, reads: int, place: int, mixed: bool
) -> None:
    """Four reads or more at one place, one in ten at least, in families of ten reads.

    Up to 12 bases may stand before a staggered primer, and be others in each read.
    """
    depth, errors = np.full((1, 50), reads, np.uint16), np.zeros((1, 50), np.uint16)
    errors[0, place] = others
    nothing = np.zeros((1, 50), np.uint16)
    found = mixed_families([(depth, nothing), (depth, errors)], np.array([reads]))
    assert found == (int(reads >= 10), int(mixed))


@pytest.mark.parametrize(("usual", "others", "mixed"), [(0, 4, 1), (1, 4, 0), (1, 7, 0), (1, 8, 1)])
def test_errors_of_poor_qualities_are_no_other_molecule(
    usual: int, others: int, mixed: int
) -> None:
    """Others of 20 reads, where all bases of 99 more families have an error in so many.

    A Poisson number of mean 0.8 is 7 or more with a probability of 3e-5, 8 or more of 3e-6.
    """
    depth, errors = np.full((100, 50), 20, np.uint16), np.full((100, 50), usual, np.uint16)
    errors[0, 30] = others
    assert mixed_families([(depth, errors)], np.full(100, 20)) == (100, mixed)


def test_reads_out_of_step_are_other_molecules() -> None:
    """Of an ITD in a family of wild-type reads: they are left out behind the junction."""
    rng = np.random.default_rng(6)
    wild = rng.integers(0, 4, 120)
    mutant = np.concatenate((wild[:60], wild[30:60], wild[60:90]))
    rows = np.array([wild] * 16 + [mutant] * 4)
    letters = ((rows << 6) | 37).astype(np.uint8)
    found = call_consensus(letters, np.array([0]))
    assert (found.bases[0] == wild).all()
    assert found.errors[0].max() == 4
    assert mixed_families([(found.depth, found.errors)], np.array([20])) == (1, 1)
    alone = call_consensus(letters[:16], np.array([0]))
    assert alone.errors.max() == 0


@pytest.mark.parametrize(
    ("large", "mixed", "hidden", "told"),
    [
        (100, 5, 0.0, False),
        (100, 6, 0.0, True),
        (19, 19, 0.0, False),
        (20, 2, 0.0, True),
        (100, 55, 0.5, False),
        (100, 70, 0.5, True),
    ],
)
def test_more_mixed_families_than_umis_explain(
    large: int, mixed: int, hidden: float, told: bool
) -> None:
    """With half of the molecules hidden, 59 in 100 families have two molecules or more."""
    assert MIXED == 0.05
    assert unexplained_mixing(large, mixed, hidden) == told


@pytest.mark.parametrize(("hidden", "share"), [(0.0, 0.0), (0.3679, 0.418), (1.0, 1.0)])
def test_families_of_several_molecules(hidden: float, share: float) -> None:
    """With one molecule by UMI e^-1 of them are hidden, and of families 1 - 1 / (e - 1) mixed."""
    assert mixed_share(hidden) == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize(
    ("sizes", "told"),
    [([5] * 1000, True), ([5] * 1001, False), ([5] * 999 + [4], False), ([], False)],
)
def test_few_and_large_families_may_be_of_a_list(sizes: list[int], told: bool) -> None:
    assert may_be_of_a_list(sizes) == told


def test_what_a_consensus_told_of_its_families(tmp_path: Path) -> None:
    told = tmp_path / "families.json"
    told.write_text(json.dumps({"molecules_hidden": 1.0}), "utf-8")
    assert hidden_of(told) == 1.0
    for text in ("{}", "[", '{"molecules_hidden": 1.5}', '{"molecules_hidden": null}'):
        told.write_text(text, "utf-8")
        with pytest.raises(UserError, match="molecules_hidden"):
            hidden_of(told)


@pytest.mark.parametrize(("hidden", "status"), [(0.5, "not_detected"), (1.0, "not_assessable")])
def test_a_variant_of_another_sample_is_not_excluded_by_such_umis(
    hidden: float, status: str
) -> None:
    sampling = Sampling(CountedUnit.MOLECULES, hidden=hidden)
    nothing = of_fragments(0, 1000, 1000, sampling)
    errors = Background(1e-5, 100.0)
    found = genotype("S", Allele("chr13", 10, "A", "T"), nothing, errors, 100, sampling)
    assert found.status is Status(status)
    assert found.vaf_upper > 3 / 1000


def test_families_that_an_error_split_are_no_list() -> None:
    """Each UMI at two places: of the others nothing is hidden, however often that happens."""
    rng = np.random.default_rng(7)
    umis = np.unique(rng.integers(0, 4**12, 500)).astype(np.uint64)
    reads = written(umis, 12, str)
    again = [record(str(one.get_tag("RX")), start=103) for one in reads]
    sought = ConsensusUmis()
    list(sought.noted([*reads, *again]))
    found = sought.crowding()
    assert found is not None
    assert found.hidden < 0.001


def test_errors_of_one_part_do_not_make_a_list_of_the_other() -> None:
    """Each UMI of 6 and 6 bases, and beside it one with an error in its second part."""
    rng = np.random.default_rng(8)
    drawn = rng.integers(0, 4, (400, 12))
    misread = drawn.copy()
    misread[:, 9] = (misread[:, 9] + 1) % 4
    found = crowding(words(np.concatenate((drawn, misread))), 6, 6)
    assert found.space > 4.0**12 / 4
    assert found.crowded == 0


def strand(others: int, reads: int) -> Consensus:
    """Of 40 molecules, each read so often from this strand; so many reads have another base."""
    codes = np.zeros((40, reads, 30), dtype=np.uint8)
    codes[:, :others, 20] = 1
    rows = codes.reshape(-1, 30)
    good = np.full(rows.shape, 37, dtype=np.uint8)
    letters = join_letters(rows, good, np.full(len(rows), 30))
    return call_consensus(letters, np.arange(40) * reads)


@pytest.mark.parametrize(
    ("others", "mixed"),
    [
        ((12, 0), 0),  # one strand is damaged
        ((0, 0), 0),
        ((5, 5), 80),
        ((5, 0), 40),
    ],
)
def test_damage_of_one_strand_is_no_other_molecule(others: tuple[int, int], mixed: int) -> None:
    a, b = (strand(some, 12) for some in others)
    end, size = np.zeros(40, dtype=np.int64), np.full(40, 12)
    whole = duplex(a, b)
    umis = np.arange(40, dtype=np.uint64)
    tally = FamilyTally()
    tally.add_disagreement(
        Molecules(whole, whole, 2 * size, umis, end, end, (size, size), ((a, a), (b, b)))
    )
    assert (tally.large, tally.mixed) == (80, mixed)
    assert tally.hidden == float(mixed > 0)
