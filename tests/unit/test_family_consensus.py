"""The read of a family: bases, qualities, mixed families, both strands, errors that are left."""

from __future__ import annotations

import numpy as np
import pytest

from flt3itd.molecules.base_scores import MOST_READS
from flt3itd.molecules.consensus import call_consensus, duplex
from flt3itd.molecules.errors import LARGEST_CLASS, observed_errors
from flt3itd.molecules.letters import Bytes, Integers
from flt3itd.molecules.molecules import Molecules
from tests.family_builders import letters, text


def one(*reads: str, quality: int = 37) -> str:
    called = call_consensus(letters(*reads, quality=quality), np.array([0]))
    return text(called.bases[0], called.qualities[0])


def test_the_better_base_wins() -> None:
    reads = letters("ACGT", "ACGT", "ACTT")
    called = call_consensus(reads, np.array([0]))
    assert text(called.bases[0], called.qualities[0]) == "ACGT"
    assert (called.depth[0].tolist(), called.errors[0].tolist()) == ([3] * 4, [0, 0, 1, 0])
    assert int(called.qualities.max()) == 45


@pytest.mark.parametrize(("quality", "seen"), [(2, "N"), (3, "A")])
def test_a_base_that_is_no_evidence(quality: int, seen: str) -> None:
    assert one("A", quality=quality) == seen


def test_a_single_read_keeps_about_its_qualities() -> None:
    called = call_consensus(letters("ACGT", quality=30), np.array([0]))
    assert called.qualities[0].tolist() == [30] * 4


def test_a_read_out_of_step_is_left_out_from_there_on() -> None:
    rng = np.random.default_rng(6)
    read = "".join("ACGT"[base] for base in rng.integers(0, 4, 80))
    shifted = read[:30] + read[31:]
    called = call_consensus(letters(read, read, shifted), np.array([0]))
    assert text(called.bases[0], called.qualities[0]) == read
    assert called.depth[0, 20] == 3
    assert called.depth[0, 60] == 2
    undecided = call_consensus(letters(read, shifted), np.array([0]))
    assert text(undecided.bases[0], undecided.qualities[0]).startswith(read[:30])
    assert not undecided.qualities[0, 45:].any()


def test_families_of_an_itd_stay_whole() -> None:
    """Reads are compared as they were read: no gap of an alignment leaves one out."""
    rng = np.random.default_rng(7)
    read = "".join("ACGT"[base] for base in rng.integers(0, 4, 60))
    itd = read[:40] + read[20:]
    called = call_consensus(letters(read, read, itd, itd, itd), np.array([0, 2]))
    assert [text(*row) for row in zip(called.bases, called.qualities, strict=True)] == [
        read + "N" * 20,
        itd,
    ]


def two_molecules(seed: int) -> tuple[str, str]:
    """Reads of 100 bases with and without an ITD, alike up to base 70."""
    rng = np.random.default_rng(seed)
    read = "".join("ACGT"[base] for base in rng.integers(0, 4, 100))
    return read, (read[:70] + read[40:])[:100]


def mixed(*reads: str, seed: int) -> Bytes:
    """Reads whose qualities vary by base, so that either wins at some of them."""
    rng = np.random.default_rng(seed)
    rows = letters(*reads)
    return (rows & np.uint8(0xC0)) | rng.choice([12, 25, 37, 40], rows.shape).astype(np.uint8)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("each", [1, 2, 3])
def test_two_molecules_with_one_umi_make_no_third(seed: int, each: int) -> None:
    read, itd = two_molecules(seed)
    called = call_consensus(mixed(*[read] * each, *[itd] * each, seed=seed), np.array([0]))
    found = text(called.bases[0], called.qualities[0]).rstrip("N")
    assert found.startswith(read[:70])
    assert len(found) < 86


@pytest.mark.parametrize("seed", range(5))
def test_of_two_molecules_with_one_umi_the_one_with_more_reads_stays(seed: int) -> None:
    read, itd = two_molecules(seed)
    called = call_consensus(mixed(read, itd, itd, itd, seed=seed), np.array([0]))
    assert text(called.bases[0], called.qualities[0]) == itd


@pytest.mark.parametrize(("errors", "whole"), [(6, True), (7, False)])
def test_how_many_bases_of_two_reads_may_differ(errors: int, whole: bool) -> None:
    """7 of 16; each of the reads has better qualities at every other of them."""
    read = "ACGT" * 20
    other = "".join(
        "CGTA"["ACGT".index(base)] if at in range(40, 40 + 2 * errors, 2) else base
        for at, base in enumerate(read)
    )
    rows = letters(read, other)
    rows[0, 40:56:4] -= np.uint8(10)
    called = call_consensus(rows, np.array([0]))
    assert bool((called.qualities[0] > 0).all()) is whole
    assert (called.qualities[0, :40] > 0).all()


@pytest.mark.parametrize("seed", range(5))
def test_strands_of_two_molecules_are_no_third(seed: int) -> None:
    read, itd = two_molecules(seed)
    a = call_consensus(mixed(read, seed=seed), np.array([0]))
    b = call_consensus(mixed(itd, seed=seed + 1), np.array([0]))
    both = duplex(a, b)
    found = text(both.bases[0], both.qualities[0]).rstrip("N")
    assert found.startswith(read[:70])
    assert len(found) < 80


def test_of_a_giant_family_the_first_reads_are_taken() -> None:
    called = call_consensus(letters(*["ACGT"] * (MOST_READS + 10)), np.array([0]))
    assert called.depth[0].tolist() == [MOST_READS] * 4


def test_strands_that_agree_add_up() -> None:
    a = call_consensus(letters("ACG", quality=30), np.array([0]))
    b = call_consensus(letters("ACT", quality=20), np.array([0]))
    same = call_consensus(letters("ACT", quality=30), np.array([0]))
    both = duplex(a, b)
    assert text(both.bases[0], both.qualities[0]) == "ACG"
    assert both.qualities[0].tolist() == [50, 50, 10]
    assert text(duplex(a, same).bases[0], duplex(a, same).qualities[0]) == "ACN"


def molecules_of(rows: list[str], reads: Integers, ends: Integers) -> Molecules:
    called = call_consensus(letters(*rows), np.arange(len(rows)))
    empty = call_consensus(np.zeros((len(rows), 0), dtype=np.uint8), np.arange(len(rows)))
    return Molecules(called, empty, reads, np.zeros(len(rows), dtype=np.uint64), ends, ends)


@pytest.mark.parametrize(("different", "errors"), [(1, 1), (2, 0)])
def test_what_nearly_no_family_has_is_an_error(different: int, errors: int) -> None:
    """Of 40 families 2 are 5 %: that may be inherited, or a mutation."""
    rows = ["ACGT"] * (40 - different) + ["ACCT"] * different
    reads = np.array([1] * 20 + [7] * 20)
    compared, wrong = observed_errors(molecules_of(rows, reads, np.full(40, 2000)))
    assert wrong.tolist() == [0] * LARGEST_CLASS + [errors]
    assert compared[1] == 80
    assert compared[LARGEST_CLASS] == 80 - (different if not errors else 0)


def test_reads_of_both_strands_are_compared_where_they_lie() -> None:
    """A forward read of ACGT from 1000 on and a reverse one of it that begins behind 1004."""
    forward = molecules_of(["ACCA"] * 30, np.full(30, 3), np.full(30, 1000 << 1))
    reverse = molecules_of(["TGGT"] * 30, np.full(30, 3), np.full(30, (1004 << 1) + 1))
    rows = ["ACCA"] * 30 + ["TGGT"] * 30
    ends = np.concatenate((forward.end_1, reverse.end_1))
    compared, wrong = observed_errors(molecules_of(rows, np.full(60, 3), ends))
    assert (int(compared[3]), int(wrong.sum())) == (240, 0)
