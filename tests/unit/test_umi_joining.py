"""How likely UMIs are errors of each other, and how many UMIs and molecules there are."""

import math

import numpy as np
import pytest

from flt3itd.molecules.joining import (
    Labels,
    base_counts,
    expected_molecules,
    is_likely_error,
    joined,
    space_of_bases,
    umi_space,
)
from flt3itd.molecules.letters import Integers, Words
from tests.family_builders import umi


def numbers(*values: int) -> Integers:
    return np.array(values, dtype=np.int64)


def words(*texts: str) -> Words:
    return np.array([umi(text) for text in texts], dtype=np.uint64)


def space_of(texts: list[str]) -> float:
    """The space of UMIs of one family each, whose ends are all different."""
    low = np.arange(len(texts), dtype=np.int64)
    reads = np.full(len(texts), 3, dtype=np.int64)
    return umi_space(words(*texts), low, low + 1000, reads, len(texts[0]))


def random_texts(number: int, length: int) -> list[str]:
    rows = np.random.default_rng(2).integers(0, 4, (number, length))
    return ["".join("ACGT"[base] for base in row) for row in rows]


@pytest.mark.parametrize(("stranger", "is_one"), [(0.36, True), (0.38, False)])
def test_a_third_of_the_misread_bases_is_each_other_base(stranger: float, is_one: bool) -> None:
    """Of 1,500 reads one: P(X = 1) is 0.368 for a mean of 1, and 0.0015 of copies."""
    found = is_likely_error(numbers(1), numbers(1500), np.array([stranger]))
    assert found.tolist() == [is_one]


@pytest.mark.parametrize(("stranger", "is_one"), [(0.99, True), (1.01, False)])
def test_a_copy_may_be_wrong_once_in_a_million(stranger: float, is_one: bool) -> None:
    """Of a million reads, where misread bases would be 667."""
    found = is_likely_error(numbers(1), numbers(1_000_000), np.array([stranger]))
    assert found.tolist() == [is_one]


def test_all_labels_that_differ_at_one_place_are_compared() -> None:
    """The fourth one too, which is no error of the other rare ones: 0.0007 against 0.0016."""
    labels = Labels(numbers(0, 0, 0, 0), words("A", "C", "G", "T"), numbers(1000, 1, 1, 1))
    assert joined(labels, 1, 10.0).tolist() == [0, 0, 0, 0]


def test_single_reads_with_two_other_bases_are_no_errors_of_each_other() -> None:
    labels = Labels(numbers(0, 0), words("A" * 12, "CC" + "A" * 10), numbers(1, 1))
    assert joined(labels, 12, 4.0**12).tolist() == [0, 1]


def test_each_base_is_taken_as_seen_ten_times_before() -> None:
    assert space_of_bases(np.zeros((3, 4))) == pytest.approx(4**3)
    assert space_of_bases(np.array([[90.0, 0, 0, 0]])) == pytest.approx(130**2 / (100**2 + 300))


def test_twenty_equal_pairs_tell_of_a_list() -> None:
    """Of 40 families, by pairs that are equal: 780 / 20."""
    texts = random_texts(21, 12)
    assert space_of([*texts[:20], *texts[:20]]) == pytest.approx(39)
    fewer = [*texts[:20], *texts[:19], texts[20]]
    assert space_of(fewer) == space_of_bases(base_counts(words(*fewer), 12))


def test_short_random_umis_are_equal_without_a_list() -> None:
    texts = random_texts(100, 3)
    assert len(texts) - len(set(texts)) > 20
    assert space_of(texts) == space_of_bases(base_counts(words(*texts), 3))


def test_where_all_umis_are_seen_half_of_one_may_be_left() -> None:
    found = expected_molecules(np.array([16.0, 8.0]), 16.0)
    assert found == pytest.approx([16 * math.log(32), 16 * math.log(2)])
