"""Reads of FASTQ that lack first bases at both ends share the UMI alone with their family."""

import numpy as np
import pytest

from flt3itd.molecules.families import FamilyKeys, find_families
from flt3itd.molecules.letters import Integers
from flt3itd.molecules.pairs import BY_SEQUENCE, FIRST_BASES, UmiShape

MOLECULES, READS = 600, 6


def first_bases(ends: Integers, missing: Integers) -> Integers:
    """The first bases of reads as whole numbers, of ends (one a row, a base a column)."""
    columns = missing[:, None] + np.arange(FIRST_BASES)
    bases = np.take_along_axis(ends, columns, axis=1)
    found: Integers = (bases << 2 * np.arange(FIRST_BASES)[::-1]).sum(axis=1) | BY_SEQUENCE
    return found


def pairs_of(umi_bases: int, trimmed: int, *lacking: int, alike: bool = False) -> FamilyKeys:
    """Molecules of six pairs, with up to so many first bases trimmed from each read.

    And one molecule more, of which pairs lack so many bases at both ends. All molecules have the
    same bases where they are `alike`.
    """
    rng = np.random.default_rng(3)
    ends = rng.integers(0, 4, (2, MOLECULES + 1, 50))
    if alike:
        ends[:, :] = ends[:, :1]
    umi = rng.integers(0, 4**umi_bases, MOLECULES + 1).astype(np.uint64)
    own = np.repeat(np.arange(MOLECULES + 1), [READS] * MOLECULES + [len(lacking)])
    missing = rng.integers(0, trimmed + 1, (2, len(own)))
    missing[:, MOLECULES * READS :] = lacking
    low, high = (first_bases(end[own], cut) for end, cut in zip(ends, missing, strict=True))
    return FamilyKeys(low, high, umi[own])


def families(keys: FamilyKeys, umi_bases: int) -> int:
    return find_families(keys, UmiShape(umi_bases), amplicons=False).count


@pytest.mark.parametrize("umi_bases", [6, 12])
@pytest.mark.parametrize("trimmed", [0, 5, 12])
def test_they_are_in_their_family(umi_bases: int, trimmed: int) -> None:
    found = families(pairs_of(umi_bases, trimmed), umi_bases)
    assert found == pytest.approx(MOLECULES, rel=0.01)


@pytest.mark.parametrize(("lacking", "more"), [((0, 0, 12), 1), ((0, 0, 13), 2)])
def test_how_many_bases_they_may_lack(lacking: tuple[int, ...], more: int) -> None:
    assert families(pairs_of(12, 8, *lacking), 12) - families(pairs_of(12, 8), 12) == more


def test_where_reads_were_not_trimmed_nothing_is_asked() -> None:
    assert families(pairs_of(12, 0, 0, 0, 12), 12) - families(pairs_of(12, 0), 12) == 2


@pytest.mark.parametrize("umi_bases", [2, 4])
def test_strangers_with_one_umi_stay_apart(umi_bases: int) -> None:
    assert families(pairs_of(umi_bases, 0), umi_bases) == MOLECULES


def test_where_all_molecules_begin_alike_their_bases_tell_nothing() -> None:
    """Those with other UMIs look as much alike: nobody was put together."""
    keys = pairs_of(4, 12, alike=True)
    assert families(keys, 4) > 4**4
