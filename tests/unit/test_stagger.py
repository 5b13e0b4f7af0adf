"""Reads of a family that begin some bases apart are compared base by base all the same."""

import numpy as np
import pytest

from flt3itd.molecules.ends import near
from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.letters import BASE_SHIFT, CODE_OF_BYTE, Bytes, Integers
from flt3itd.molecules.molecules import call_molecules
from flt3itd.molecules.pairs import PairBlock, UmiShape, sequence_ends
from flt3itd.molecules.stagger import in_step
from tests.builders import random_sequence

FRAGMENT = random_sequence(300, 5)
READ = 80
QUALITY = 37


def letters(*reads: str) -> Bytes:
    width = max(map(len, reads))
    codes = [CODE_OF_BYTE[np.frombuffer(one.encode(), dtype=np.uint8)] for one in reads]
    rows = np.zeros((len(reads), width), dtype=np.uint8)
    for row, code in zip(rows, codes, strict=True):
        row[: len(code)] = (code << BASE_SHIFT) | QUALITY
    return rows


def text(row: Bytes) -> str:
    return "".join("ACGT"[one >> BASE_SHIFT] if one else "." for one in row)


def pairs(*first: str, ends: Integers | None = None) -> PairBlock:
    reads = letters(*first)
    second = letters(*[FRAGMENT[200:280]] * len(first))
    own = sequence_ends(reads) if ends is None else ends
    number = np.arange(len(first))
    return PairBlock(
        reads, second, own, sequence_ends(second), np.zeros(len(first), np.uint64), number
    )


def moved(*first: str, ends: Integers | None = None) -> list[str]:
    none = np.zeros(len(first), dtype=bool)
    found = in_step(pairs(*first, ends=ends), np.zeros(len(first), dtype=np.int64), none)
    return [text(row) for row in found.first]


@pytest.mark.parametrize(("bases", "moves"), [(1, True), (30, True), (31, False)])
def test_a_read_that_begins_later_is_moved_behind(bases: int, moves: bool) -> None:
    whole, late = FRAGMENT[:READ], FRAGMENT[bases : bases + READ]
    found = moved(whole, whole, late)[2]
    assert found == ("." * bases + late[: READ - bases] if moves else late)


def test_of_a_read_that_begins_earlier_the_first_bases_are_left_out() -> None:
    usual, early = FRAGMENT[4 : 4 + READ], FRAGMENT[:READ]
    assert moved(usual, usual, early)[2] == early[4:] + "...."


def test_reads_that_begin_alike_stay_whatever_their_ends_say() -> None:
    """The place of a read may be told in another way, as by a gap near its end."""
    read = FRAGMENT[:READ]
    assert moved(read, read, read, ends=np.array([20, 20, 24])) == [read] * 3


@pytest.mark.parametrize(("saved", "moves"), [(7, True), (6, False)])
def test_a_shift_must_save_seven_bases(saved: int, moves: bool) -> None:
    runs = "".join(base * 6 for base in ("ACGTACGT" if saved == 7 else "ACGTACG"))
    sequence = runs + runs[-1] * (60 - len(runs))
    usual, late = sequence[:50], sequence[1:51]
    assert (moved(usual, usual, late)[2] != late) == moves


@pytest.mark.parametrize("amplicons", [False, True])
@pytest.mark.parametrize("shape", [UmiShape(8), UmiShape(4, 4)])
def test_a_staggered_family_has_one_whole_consensus(shape: UmiShape, amplicons: bool) -> None:
    begins = [0, 0, 0, 3, 1, 0, 6]
    block = pairs(*(FRAGMENT[begin : begin + READ] for begin in begins))
    keys = FamilyKeys(block.end_1, block.end_2, block.umi)
    families = find_families(keys, shape, amplicons=amplicons)
    assert families.count == 1
    molecules = call_molecules(block, families, shape, 1)
    turned = shape.is_twofold and block.end_1[0] > block.end_2[0]
    consensus = molecules.second if turned else molecules.first
    assert "".join("ACGT"[base] for base in consensus.bases[0]) == FRAGMENT[:READ]
    begun = sorted(begins)
    covered = [sum(begin <= column for begin in begun) for column in range(READ - 6)]
    assert consensus.depth[0, : READ - 6].tolist() == covered
    assert not consensus.errors.any()


@pytest.mark.parametrize(
    ("missing", "errors", "near_by"), [(3, 1, True), (4, 1, False), (6, 0, True)]
)
def test_how_many_first_bases_a_read_may_lack(missing: int, errors: int, near_by: bool) -> None:
    late = FRAGMENT[missing : missing + 20]
    late = late[:5] + "ACGT"["CGTA".index(late[5])] + late[6:] if errors else late
    one, other = (sequence_ends(letters(read)) for read in (FRAGMENT[:20], late))
    assert near(one, other).tolist() == [near_by]
