"""A base of an inline UMI too many or too few: the family stays one."""

from __future__ import annotations

import numpy as np
import pytest

from flt3itd.molecules.families import Families, FamilyKeys, find_families
from flt3itd.molecules.letters import Integers, Words, packed
from flt3itd.molecules.pairs import UmiShape

LENGTH, READS = 12, 6
FIRST_BASE = 2
"""What every molecule begins with: it becomes the last base of a UMI that lacks one."""


def numbers(umis: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> Words:
    return packed(umis)


def library(
    molecules: int, slips: int, *, amplicons: bool, extra: bool = False, moves: bool = True
) -> Families:
    """Molecules of six reads; of the first ones one read each has a UMI with a base lost, or extra.

    In a capture such a read begins one base later, or one earlier, unless it `moves` not.
    """
    rng = np.random.default_rng(7)
    umis = rng.integers(0, 4, (molecules, LENGTH))
    start = 10_000 + (0 if amplicons else 1) * rng.integers(0, 2000, molecules)
    end = start + 200
    read = np.repeat(np.arange(molecules), READS)
    of_reads, begins = umis[read].copy(), start[read].copy()
    for number in range(slips):
        row, place = number * READS, number % LENGTH
        bases = of_reads[row].tolist()
        if extra:
            bases = [*bases[:place], (bases[place] + 1) % 4, *bases[place:]][:LENGTH]
        else:
            bases = [*bases[:place], *bases[place + 1 :], FIRST_BASE]
        of_reads[row] = bases
        begins[row] += 0 if amplicons or not moves else (-1 if extra else 1)
    keys = FamilyKeys(2 * begins, 2 * end[read] + 1, numbers(of_reads))
    return find_families(keys, UmiShape(LENGTH), amplicons=amplicons)


@pytest.mark.parametrize("amplicons", [True, False])
@pytest.mark.parametrize("extra", [True, False])
def test_reads_whose_umi_slipped_are_of_their_family(*, amplicons: bool, extra: bool) -> None:
    found = library(600, 60, amplicons=amplicons, extra=extra)
    assert found.count == pytest.approx(600, abs=2)
    assert found.corrected >= 50


def test_few_that_look_like_it_are_left_as_they_are() -> None:
    """Fewer than five may be strangers: nothing tells that UMIs of this library slip."""
    many, few = (library(600, slips, amplicons=True) for slips in (24, 4))
    assert many.count < 600 + 4
    assert few.count >= 600 + 3


def test_a_read_that_did_not_move_is_of_another_molecule() -> None:
    assert library(600, 60, amplicons=False, moves=False).count >= 600 + 40


def test_crowded_umis_are_not_joined() -> None:
    """Of 4,096 UMIs 1,500 are in use at one place: most have one that looks like a slip of it."""
    rng = np.random.default_rng(3)
    umi: Words = rng.permutation(4**6)[:1500].astype(np.uint64)
    reads: Integers = np.repeat(np.arange(1500), rng.integers(1, 9, 1500))
    place = np.full(len(reads), 20_000)
    keys = FamilyKeys(place, place + 401, umi[reads])
    apart = find_families(keys, UmiShape(6), amplicons=True).count
    assert apart > 1400
