"""Copies of one molecule whose reads lie at several places are told by their bases."""

from __future__ import annotations

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.copied_ends import Ends, with_copies_joined
from flt3itd.reads.copies import first_of_each, fragment_keys
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead
from tests.builders import random_sequence

BASES = random_sequence(75, 4)
SHORTEST = 24


def with_errors(count: int, text: str = BASES) -> str:
    """The bases of a read with so many errors, spread over it."""
    places = {at * len(text) // count for at in range(count)} if count else set()
    return "".join("ACGT"["TGCA".index(b)] if i in places else b for i, b in enumerate(text))


def are_copies(one: str, other: str, ends: tuple[Ends, Ends] = ((5, 90), (35, 90))) -> bool:
    """Whether two fragments of which the first ends have these bases are joined."""
    first, second = with_copies_joined(ends, {(0, 0): one, (1, 0): other})
    return first == second


@pytest.mark.parametrize(("errors", "expected"), [(0, True), (2, True), (3, True), (4, False)])
def test_few_errors_are_of_copies(errors: int, expected: bool) -> None:
    """4% of 75 bases are three; further ones, or in each of three words, are of others."""
    bases = BASES[:SHORTEST] + with_errors(errors, BASES[SHORTEST:])
    assert are_copies(BASES, bases) is expected


@pytest.mark.parametrize(("errors", "expected"), [(2, True), (3, False)])
def test_one_of_the_first_words_is_without_an_error(errors: int, expected: bool) -> None:
    assert are_copies(BASES, with_errors(errors, BASES[:SHORTEST]) + BASES[SHORTEST:]) is expected


def test_both_ends_are_to_be_the_same() -> None:
    assert not are_copies(BASES, BASES, ((5, 90), (35, 91)))
    assert not are_copies(BASES, random_sequence(75, 9))
    assert not are_copies(BASES, BASES[1:] + "A")


def test_reads_may_be_trimmed() -> None:
    assert are_copies(BASES, BASES[:SHORTEST])
    assert not are_copies(BASES, BASES[: SHORTEST - 1])


def test_bases_of_one_kind_tell_nothing() -> None:
    """They are read where a cluster went dark."""
    assert not are_copies("G" * 75, "G" * 75)
    assert not are_copies("G" * 73 + "AA", "G" * 73 + "AA")
    assert are_copies("G" * 72 + "AAA", "G" * 72 + "AAA")


def test_both_reads_may_lie_elsewhere() -> None:
    texts = {(number, end): BASES for number in range(2) for end in range(2)}
    first, second = with_copies_joined([(5, 90), (35, 60)], texts)
    assert first == second == (5, 90)


def test_a_third_place_is_joined_by_the_second() -> None:
    """Its bases have more errors; its place is that of a copy."""
    texts = {(0, 0): BASES, (1, 0): with_errors(2), (2, 0): random_sequence(75, 9)}
    assert len(set(with_copies_joined([(5, 90), (35, 90), (35, 90)], texts))) == 1


def test_what_has_one_place_is_as_before() -> None:
    ends = [(5, 90), None, (35, 90), (35, 90), (5, 90)]
    assert with_copies_joined(ends, {(0, 0): BASES, (3, 0): BASES}) == [
        (5, 90),
        None,
        (35, 90),
        (5, 90),
        (5, 90),
    ]


def of_bam(splits: list[SplitRead], unplaced: list[UnplacedRead]) -> ReadSet:
    """Fragments with a plain read each on the right, and of nine others both reads."""
    mates = len(splits) + len(unplaced)
    reads = ReadSet(fragments=mates + 9)
    for number in range(mates):
        reads.add_plain(700, 75, number, 0x90)
    for number in range(mates, mates + 9):
        reads.add_plain(500 + number, 75, number)
        reads.add_plain(800 + number, 75, number, 0x90)
    reads.split += splits
    reads.unplaced += unplaced
    return reads


def left(fragment: int, diagonal: int, bases: str = BASES) -> SplitRead:
    """A read that is clipped on the right."""
    return SplitRead(
        fragment, diagonal, diagonal, 0, 40, 40, bases, b"\x25" * len(bases), False, False
    )


def test_ends_of_reads_of_a_bam() -> None:
    """On the one copy, on the other, and of another molecule."""
    reads = of_bam([left(0, 600), left(1, 570), left(2, 570, random_sequence(75, 9))], [])
    assert first_of_each(fragment_keys(reads))[:3] == [True, False, False]
    reads = of_bam([left(0, 600), left(1, 570), left(2, 571, random_sequence(75, 9))], [])
    assert first_of_each(fragment_keys(reads))[:3] == [True, False, True]


@pytest.mark.parametrize("turned", [False, True])
def test_a_mate_without_a_place_is_told_by_its_bases(turned: bool) -> None:
    bases = reverse_complement(BASES) if turned else BASES
    copies = [UnplacedRead(at, bases, b"\x25" * 75, turned, False) for at in (1, 2)]
    other = UnplacedRead(3, random_sequence(75, 9), b"\x25" * 75, False, False)
    reads = of_bam([left(0, 600)], [*copies, other])
    assert first_of_each(fragment_keys(reads))[:4] == [True, False, False, True]


def test_copies_of_plain_pairs_are_as_before() -> None:
    reads = of_bam([], [])
    reads.fragments += 1
    reads.add_plain(500, 75, 9)
    reads.add_plain(800, 75, 9, 0x90)
    assert first_of_each(fragment_keys(reads)) == [True] * 9 + [False]
