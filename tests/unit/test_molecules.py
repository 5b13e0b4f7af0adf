"""Families and consensus as arrays: UMIs that join, ends, collisions, errors, strands."""

import numpy as np
import pytest

from flt3itd.common.assay import Assay
from flt3itd.molecules import joining
from flt3itd.molecules.ends import at_primers, primer_places
from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.joining import Labels, expected_molecules, joined, umi_space
from flt3itd.molecules.letters import Words, packed, turned, unpacked
from flt3itd.molecules.pairs import BY_SEQUENCE, UmiShape
from flt3itd.molecules.statistics import Asked, FamilyTally, statistics
from flt3itd.molecules.tally import ReadTally
from tests.family_builders import letters, text, umi

LARGE = 4.0**12


def targets(*counted: tuple[str, int], space: float = LARGE) -> list[int]:
    labels = Labels(
        np.zeros(len(counted), dtype=np.int64),
        np.array([umi(text) for text, _ in counted], dtype=np.uint64),
        np.array([reads for _, reads in counted]),
    )
    found: list[int] = joined(labels, len(counted[0][0]), space).tolist()
    return found


def test_bases_are_packed_and_unpacked() -> None:
    codes = np.array([[0, 1, 2, 3], [3, 3, 0, 1]], dtype=np.uint8)
    assert unpacked(packed(codes), 4).tolist() == codes.tolist()


def test_a_read_is_turned_within_its_own_length() -> None:
    rows = letters("ACG", "AACGT")
    back = turned(rows, np.array([3, 5]))
    assert [text(row >> 6, row & 63) for row in back] == ["CGTNN", "ACGTT"]


@pytest.mark.parametrize(("reads", "joins"), [(3, True), (4, False)])
def test_an_error_has_half_the_reads_or_fewer(reads: int, joins: bool) -> None:
    """2 n - 1 <= N: with N = 5 this is n = 3."""
    assert (targets(("ACGTACGTACGT", 5), ("ACGTACGTACGA", reads)) == [0, 0]) is joins


def test_chains_of_errors_are_one() -> None:
    assert targets(("AAAAAAAA", 20), ("AAAAAAAC", 5), ("AAAAAACC", 1)) == [0, 0, 0]


@pytest.mark.parametrize(("space", "joins"), [(20_000.0, True), (19_000.0, False)])
def test_two_errors_join_where_they_are_likelier_than_a_stranger(space: float, joins: bool) -> None:
    """20 (0.002 / 3)^2 = 8.9e-6; two UMIs of a place, of which 2 of 23 are seen once: 0.174 / S."""
    assert (targets(("AAAAAAAA", 20), ("AAAAAACC", 1), space=space) == [0, 0]) is joins


@pytest.mark.parametrize(("errors", "joins"), [(3, True), (4, False)])
def test_up_to_three_errors_join_a_giant_family(errors: int, joins: bool) -> None:
    """What PCR copied thousands of times has reads with several errors, and none between."""
    giant, child = "A" * 12, "C" * errors + "A" * (12 - errors)
    assert (targets((giant, 5000), (child, 1)) == [0, 0]) is joins


@pytest.mark.parametrize(("few", "joined_ones"), [(40, 20), (39, 8)])
def test_where_families_are_few_all_of_them_are_asked_for_errors(
    monkeypatch: pytest.MonkeyPatch, few: int, joined_ones: int
) -> None:
    """Of 20 large families each has a read with two errors; 40 UMIs are left at the place."""
    monkeypatch.setattr(joining, "_FEW_FAMILIES", few)
    rng = np.random.default_rng(4)
    words = ["".join("ACGT"[b] for b in row) for row in rng.integers(0, 4, (20, 12))]
    errors = ["".join("CGTA"["ACGT".index(b)] for b in word[:2]) + word[2:] for word in words]
    found = targets(*((word, 200) for word in words), *((error, 1) for error in errors))
    assert found[:20] == list(range(20))
    assert sum(one == own for own, one in enumerate(found[20:])) == joined_ones


def test_the_errors_of_the_sample_tell_how_likely_several_are() -> None:
    """Where one read in ten has one error, two are no stranger's."""
    heads = ("AAAAAAAA", 20), ("AAAAAACC", 1)
    errors = [(f"{'A' * at}G{'A' * (7 - at)}", 1) for at in range(8)]
    assert targets(*heads, space=9_000.0) == [0, 1]
    assert targets(*heads, *errors, space=9_000.0)[1] == 0


@pytest.mark.parametrize(("space", "joins"), [(20_000.0, True), (5_000.0, False)])
def test_errors_that_found_their_family_are_no_strangers(space: float, joins: bool) -> None:
    """Ten families of 40 reads with four errors each, and one read with two.

    40 (0.0076 / 3)^2 = 2.6e-4, against 51 / S of the 2 of 52 seen once where the errors are
    told: 1.0e-4 and 3.9e-4; with them it was 42 of 93.
    """
    rng = np.random.default_rng(7)
    words = ["".join("ACGT"[b] for b in row) for row in rng.integers(0, 4, (10, 12))]

    def misread(word: str, *places: int) -> tuple[str, int]:
        bases = ("CGTA"["ACGT".index(b)] if at in places else b for at, b in enumerate(word))
        return "".join(bases), 1

    errors = [misread(word, at) for word in words for at in range(4)]
    found = targets(*((word, 40) for word in words), *errors, misread(words[0], 2, 9), space=space)
    assert (found[-1] == 0) is joins


def test_where_families_crowd_a_stranger_is_likelier_than_an_error() -> None:
    """An error of one of two reads: 2 x 0.002 / 3; a stranger: the share of UMIs in use."""
    rng = np.random.default_rng(1)
    words = {"".join("ACGT"[b] for b in row) for row in rng.integers(0, 4, (200, 12))}
    counted = [(word, 2) for word in sorted(words)]
    child = "ACGT"["ACGT".index(counted[0][0][0]) - 1] + counted[0][0][1:]
    spacious = targets(*counted, (child, 1))
    crowded = targets(*counted, (child, 1), space=500.0)
    assert spacious[-1] == 0
    assert crowded[-1] == len(counted)


def test_ends_apart_are_families_apart() -> None:
    ends = np.array([1000, 1000, 1400]) << 1
    keys = FamilyKeys(ends, ends + 401, np.full(3, umi("ACGTACGT"), dtype=np.uint64))
    assert find_families(keys, UmiShape(8), amplicons=False).family.tolist() == [0, 0, 1]


@pytest.mark.parametrize(("apart", "families"), [(12, 1), (13, 2)])
def test_a_rare_end_beside_a_common_one_is_its_error(apart: int, families: int) -> None:
    low = np.array([1000, 1000, 1000, 1000 + apart]) << 1
    keys = FamilyKeys(low, np.full(4, 2401), np.full(4, umi("ACGTACGT"), dtype=np.uint64))
    assert find_families(keys, UmiShape(8), amplicons=False).count == families


@pytest.mark.parametrize(("bases", "families"), [(12, 1), (13, 2)])
def test_a_read_that_lacks_first_bases_finds_its_family(bases: int, families: int) -> None:
    """Reads of FASTQ without places; the mate and the UMI are those of the family."""
    read = "TTTTGCGCACGCGAGCCTAGCTAGGATC"
    ends = [umi(one[:16]) | BY_SEQUENCE for one in (read, read[bases:])]
    mate = umi("CCATCCATCCATCCAT") | BY_SEQUENCE
    keys = FamilyKeys(
        np.array([ends[0]] * 3 + [ends[1]]),
        np.full(4, mate),
        np.full(4, umi("ACGTGGCC"), dtype=np.uint64),
    )
    assert find_families(keys, UmiShape(8), amplicons=False).count == families


def test_amplicons_take_the_ends_of_their_primers() -> None:
    """Up to 6 bases beside the end that most reads share, or beside a primer that is given."""
    low = np.array([1000] * 50 + [1003, 1006, 1008]) << 1
    none = np.zeros(0, dtype=np.int64)
    values, reads = np.unique(low, return_counts=True)
    usual = primer_places(values, reads, none)
    assert (at_primers(low, usual)[-3:] >> 1).tolist() == [1000, 1000, 1008]
    given = primer_places(values, reads, np.array([1004 << 1]))
    assert set((at_primers(low, given) >> 1).tolist()) == {1004}


def test_one_of_many_primers_has_a_small_share() -> None:
    """500 amplicons of 20 reads each, one of which is misread in its first bases."""
    rng = np.random.default_rng(8)
    primers = rng.integers(0, 4**16, 500) | BY_SEQUENCE
    ends = np.concatenate((np.repeat(primers, 19), primers ^ 3))
    values, reads = np.unique(ends, return_counts=True)
    usual = primer_places(values, reads, np.zeros(0, dtype=np.int64))
    assert np.isin(at_primers(ends, usual), primers).all()


def test_both_strands_are_one_family_of_a_twofold_umi_alone() -> None:
    low, high = np.array([1000 << 1, 2401]), np.array([2401, 1000 << 1])
    words = np.array([umi("ACGTGGCC"), umi("GGCCACGT")], dtype=np.uint64)
    keys = FamilyKeys(low, high, words)
    both = find_families(keys, UmiShape(4, 4), amplicons=False)
    assert (both.count, both.other_strand.tolist(), both.is_duplex) == (1, [False, True], True)
    assert find_families(keys, UmiShape(8), amplicons=False).count == 2


def test_first_bases_with_an_error_may_sort_the_other_way_round() -> None:
    """The end TTTT... misread as ATTT... comes before the other end; the strand stays."""
    one = umi("TTTTGCGCGCGCGCGC") | BY_SEQUENCE
    misread = umi("ATTTGCGCGCGCGCGC") | BY_SEQUENCE
    other = umi("CCATCCATCCATCCAT") | BY_SEQUENCE
    keys = FamilyKeys(
        np.array([one, one, one, misread]),
        np.full(4, other),
        np.full(4, umi("ACGTGGCC"), dtype=np.uint64),
    )
    found = find_families(keys, UmiShape(4, 4), amplicons=False)
    assert found.count == 1
    assert len(set(found.other_strand.tolist())) == 1


@pytest.mark.parametrize(("errors", "families"), [(0, 1), (1, 1), (2, 2)])
def test_a_pair_with_errors_in_both_ends_finds_its_family(errors: int, families: int) -> None:
    """Errors in the first bases of both reads, or of one of them and in the UMI: one, or two."""
    low, high = "TTTTGCGCGCGCGCGC", "CCATCCATCCATCCAT"
    word = "ACGTGGCC"
    misread = "CA"[:errors] + word[errors:]
    ends = [umi(one) | BY_SEQUENCE for one in (low, high)]
    wrong = [umi(one[:4] + "A" + one[5:]) | BY_SEQUENCE for one in (low, high)]
    keys = FamilyKeys(
        np.array([ends[0]] * 9 + [wrong[0]]),
        np.array([ends[1]] * 9 + [ends[1] if errors else wrong[1]]),
        np.array([umi(word)] * 9 + [umi(misread)], dtype=np.uint64),
    )
    assert find_families(keys, UmiShape(8), amplicons=False).count == families


def space_of(words: Words, length: int, places: int = 1) -> float:
    place = np.arange(len(words)) % places
    return umi_space(words, place, place, np.ones_like(place), length)


def test_the_space_of_umis_is_that_of_their_bases() -> None:
    rng = np.random.default_rng(3)
    even = rng.integers(0, 4**8, 100_000).astype(np.uint64)
    assert space_of(even, 8) == pytest.approx(4**8, rel=0.01)
    half = packed(rng.choice(np.array([0, 3], dtype=np.uint8), (100_000, 8)))
    assert space_of(half, 8) == pytest.approx(2**8, rel=0.01)


def test_the_space_of_a_list_is_its_length() -> None:
    """96 UMIs of 8 bases, at many places; at one place alone nothing tells that they are listed."""
    rng = np.random.default_rng(3)
    listed = rng.integers(0, 4**8, 96).astype(np.uint64)
    used = rng.choice(listed, 5000)
    assert space_of(used, 8, places=2500) == pytest.approx(96, rel=0.05)


@pytest.mark.parametrize(("others", "listed"), [(2001, False), (7001, True)])
def test_families_that_errors_in_an_end_split_are_no_list(others: int, listed: bool) -> None:
    """100 UMIs of 10 bases at two places: with one end in common they are molecules with errors."""
    words = np.random.default_rng(3).integers(0, 4**10, 100).astype(np.uint64)
    low, high = np.repeat([1000, 5000], 100), np.repeat([2001, others], 100)
    space = umi_space(np.concatenate((words, words)), low, high, np.ones_like(low), 10)
    assert space == pytest.approx(100 if listed else 4**10, rel=0.2)


def test_umis_in_use_tell_the_molecules() -> None:
    rng = np.random.default_rng(4)
    seen = len(np.unique(rng.integers(0, 4096, 3000)))
    molecules = expected_molecules(np.array([float(seen)]), 4096.0)[0]
    assert molecules == pytest.approx(3000, rel=0.03)


def test_crowded_places_are_counted() -> None:
    rng = np.random.default_rng(5)
    words = rng.integers(0, 4**6, 400).astype(np.uint64)
    ends = np.full(400, 2000)
    found = find_families(FamilyKeys(ends, ends + 401, words), UmiShape(6), amplicons=False)
    assert found.crowding is not None
    assert found.crowding.crowded == 1
    assert found.crowding.collisions == pytest.approx(400**2 / 2 / 4**6, rel=0.3)


@pytest.mark.parametrize(("hidden", "told"), [(100, False), (101, True)])
def test_vafs_are_doubted_where_more_than_half_of_the_molecules_are_hidden(
    hidden: int, told: bool
) -> None:
    families = FamilyTally(families=100, collisions=hidden, crowded=1, inverse_space=0.4)
    asked = Asked("S", "RX", Assay.AMPLICON, 1)
    found = statistics(asked, ReadTally(reads=400, pairs=200), families, UmiShape(4))
    assert any("low VAFs are read too low" in warning for warning in found.warnings) == told


def trimmed_pairs(
    molecules: int, bases: int, trimmed: int, *, uneven: bool = False
) -> tuple[FamilyKeys, int]:
    """Pairs of each molecule of 1 kb, each end up to so many bases later than the first.

    They are six, or of an `uneven` number, half of which are two or fewer.
    """
    rng = np.random.default_rng(9)
    start, length = rng.integers(0, 1000, molecules), rng.integers(160, 400, molecules)
    own = np.repeat(np.arange(molecules), rng.geometric(0.3, molecules) if uneven else 6)
    umi = rng.integers(0, 4**bases, molecules).astype(np.uint64)[own]
    wrong = rng.random(len(own)) < 0.01
    umi[wrong] ^= np.uint64(1)
    cut = rng.integers(0, trimmed + 1, (2, len(own)))
    low, high = start[own] + cut[0], (start + length)[own] - cut[1]
    return FamilyKeys(low << 1, (high << 1) | 1, umi), molecules


@pytest.mark.parametrize(
    ("molecules", "bases", "trimmed"),
    [(1500, 12, 0), (1500, 12, 8), (1500, 8, 8), (600, 6, 6), (1500, 12, 20), (1500, 8, 20)],
)
def test_reads_trimmed_at_both_ends_stay_in_their_family(
    molecules: int, bases: int, trimmed: int
) -> None:
    keys, expected = trimmed_pairs(molecules, bases, trimmed)
    found = find_families(keys, UmiShape(bases), amplicons=False)
    assert found.count == pytest.approx(expected, rel=0.015)


def test_where_strangers_crowd_side_by_side_they_are_no_errors_of_each_other() -> None:
    keys, molecules = trimmed_pairs(3000, 6, 12, uneven=True)
    found = find_families(keys, UmiShape(6), amplicons=False)
    assert found.count == pytest.approx(molecules, rel=0.02)


@pytest.mark.parametrize(("trimmed", "missing", "more"), [(8, 30, 1), (8, 31, 2), (0, 13, 2)])
def test_how_many_bases_trimmed_reads_may_lack(trimmed: int, missing: int, more: int) -> None:
    """One molecule more, of which one read lacks bases at both ends."""
    keys, _ = trimmed_pairs(300, 12, trimmed)
    low, high = np.array([5000, 5000, 5000 + missing]), np.array([5400, 5400, 5400 - missing])
    own = FamilyKeys(low << 1, (high << 1) | 1, np.full(3, umi("ACGTACGTACGT"), dtype=np.uint64))
    names = "end_1", "end_2", "umi"
    both = {name: np.concatenate((getattr(keys, name), getattr(own, name))) for name in names}
    found = find_families(FamilyKeys(**both), UmiShape(12), amplicons=False)
    alone = find_families(keys, UmiShape(12), amplicons=False)
    assert found.count - alone.count == more


@pytest.mark.parametrize("bases", [2, 3, 4])
def test_strangers_that_lie_side_by_side_stay_apart(bases: int) -> None:
    """With 16 to 256 UMIs many molecules lie beside one with theirs, which nobody trimmed."""
    keys, _ = trimmed_pairs(1500, bases, 0)
    places = len(np.unique(np.stack((keys.end_1, keys.end_2))[:, ::6], axis=1).T)
    found = find_families(keys, UmiShape(bases), amplicons=False)
    assert found.count > 0.97 * places
