"""Fragments of an insertion that are longer than all others."""

import math
import random
from collections.abc import Iterable

import pytest

from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.fragment_lengths import longer_than_others
from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion
from flt3itd.insertions.junction_places import showing
from flt3itd.reads.read_set import ReadSet, SplitRead

SIZE = 100
_CHANCE = random.Random(5)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=1400))
MUTANT = Haplotype(REFERENCE, Insertion(700, 700, REFERENCE[640:700]))


def reads_with(others: Iterable[int], own: Iterable[int]) -> ReadSet:
    """Pairs of the wild type of some lengths, and pairs whose left read shows the junction."""
    reads = ReadSet()
    for length in others:
        start = 500 + 7 * reads.fragments % 150
        reads.add_plain(start, SIZE, reads.fragments)
        reads.add_plain(start + length - SIZE, SIZE, reads.fragments, 0x10)
        reads.fragments += 1
    for number, length in enumerate(own):
        before = 60 - number % 7
        start = 700 - before
        text = MUTANT.sequence[start : start + SIZE]
        reads.split.append(
            SplitRead(reads.fragments, start, start, 0, before, before, text, b"\x25" * SIZE)
        )
        reads.add_plain(start + length - 60 - SIZE, SIZE, reads.fragments, 0x10)
        reads.fragments += 1
    return reads


def longer(reads: ReadSet, haplotype: Haplotype) -> float:
    """How improbable it is that fragments of the mutant are longer than all others."""
    return longer_than_others(reads, haplotype, showing(ComparedReads.of(reads.split), MUTANT))


def test_fragments_of_an_insertion_that_a_filter_left_are_longer() -> None:
    """Ten of 80 are the longest of 880: (80 / 880) ** 10."""
    others = [200 + number % 100 for number in range(800)]
    own = [*range(250, 320), *range(330, 340)]
    filtered = reads_with(others, [length - 20 for length in own])
    assert longer(filtered, MUTANT) == pytest.approx(
        sum(length > 319 for length in own) * math.log10(880 / 80)
    )
    assert longer(reads_with(others, [250] * 80), MUTANT) == 0


@pytest.mark.parametrize(("longest", "counted"), [(359, 1), (360, 0), (300, 1), (299, 0)])
def test_those_longer_by_up_to_the_insertion_count(longest: int, counted: int) -> None:
    others = [200 + number % 100 for number in range(200)]
    found = longer(reads_with(others, [260, 270, longest]), MUTANT)
    assert found == pytest.approx(counted * math.log10(203 / 3))


def test_of_a_fragment_both_reads_of_which_show_the_junction_the_whole_counts() -> None:
    """Two reads of 150 bases are 210 together; with a longer second one 300, of 249 at most."""
    reads = reads_with([200 + number % 50 for number in range(100)], [])
    for start in (600, 660):
        text = MUTANT.sequence[start : start + 150]
        before = 700 - start
        reads.split.append(
            SplitRead(reads.fragments, start, start, 0, before, before, text, b"\x25" * 150)
        )
    reads.fragments += 1
    assert longer(reads, MUTANT) == 0
    reads.split[1] = reads.split[1]._replace(
        sequence=MUTANT.sequence[660:900], qualities=b"\x25" * 240
    )
    assert longer(reads, MUTANT) == pytest.approx(math.log10(101))
    reads.split.reverse()
    assert longer(reads, MUTANT) == pytest.approx(math.log10(101))


@pytest.mark.parametrize(("last", "cut"), [(5, True), (4, False)])
def test_lengths_stop_where_five_fragments_lie_next_to_the_longest(last: int, cut: bool) -> None:
    others = [200] * 100 + [291] * (last - 1) + [290] * 9 + [300]
    assert (longer(reads_with(others, [330] * 9), MUTANT) > 0) is cut


@pytest.mark.parametrize(("last", "cut"), [(10, True), (9, False)])
def test_lengths_stop_where_one_fragment_in_two_hundred_does(last: int, cut: bool) -> None:
    others = [200] * (2000 - last) + [300] * last
    assert (longer(reads_with(others, [330] * 9), MUTANT) > 0) is cut


def test_without_fragments_or_an_insertion_nothing_is_longer() -> None:
    assert longer(ReadSet(), MUTANT) == 0
    assert longer(reads_with([200] * 10, []), MUTANT) == 0
    reads = reads_with([200] * 10, [250])
    assert longer(reads, Haplotype(REFERENCE, Deletion(700, 720, ""))) == 0
    assert longer(reads, Haplotype(REFERENCE)) == 0
