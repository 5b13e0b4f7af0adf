"""Uneven capture: the density of fragments, and VAFs at the end of a target."""

import numpy as np
import pytest

from flt3itd.insertions.capture import (
    FAR_APART,
    by_density,
    captured_rates,
    centres,
    plain_share,
    unlike_ends,
)
from flt3itd.insertions.copies import origins
from flt3itd.insertions.haplotype import Deletion, Haplotype, change_between
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.junctions import Sought
from flt3itd.insertions.long_changes import Slice
from flt3itd.insertions.rates import placed_anywhere
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.read_set import ReadSet
from tests.builders import random_sequence
from tests.capture_builders import FRAGMENT, READ, REFERENCE, SHAPES, add_read

TARGET_END = 1600
"""Fragments are captured when their centre lies before this base."""
CHANGES = {
    "duplication over the end": (1650, 1650, REFERENCE[1500:1650]),
    "deletion over the end": (1500, 1650, ""),
    "insertion of other sequence": (1560, 1560, random_sequence(40, seed=2)),
    "within": (1400, 1400, REFERENCE[1340:1400]),
}


def mutant_of(kind: str) -> Haplotype:
    return Haplotype(REFERENCE, change_between(REFERENCE, *CHANGES[kind]))


def fragments(haplotypes: list[tuple[Haplotype, int]]) -> ReadSet:
    """Fragments of each haplotype from all captured places, so many at each."""
    reads = ReadSet()
    for haplotype, copies in haplotypes:
        places = np.arange(len(haplotype.sequence))
        captured = (haplotype.origin(places) < TARGET_END) & (places >= FRAGMENT // 2)
        for centre in places[captured].tolist():
            for _ in range(copies):
                start = centre - FRAGMENT // 2
                for begin in (start, start + FRAGMENT - READ):
                    add_read(reads, haplotype, begin)
                reads.fragments += 1
    return reads


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize(("mutant", "wildtype", "error"), [(1, 9, 0.05), (3, 2, 0.1)])
def test_vafs_are_true_at_the_end_of_a_target(
    kind: str, mutant: int, wildtype: int, error: float
) -> None:
    haplotype = mutant_of(kind)
    reads = fragments([(Haplotype(REFERENCE), wildtype), (haplotype, mutant)])
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    (call,) = call_itds(
        reads, piece, ItdParameters(), Search(sought=Sought(20, 20), uneven_from=0)
    ).calls
    assert call.haplotype == haplotype
    assert call.vaf.value == pytest.approx(mutant / (mutant + wildtype), rel=error)


@pytest.mark.parametrize(
    ("length", "uneven_from", "even"), [(250, None, True), (249, 250, True), (250, 250, False)]
)
def test_changes_from_a_length_on_are_counted_at_the_local_density(
    length: int, uneven_from: int | None, even: bool
) -> None:
    """An even depth is not expected where one end of a duplication lies beside the target."""
    assert FAR_APART == 250
    end = 1360 + length
    haplotype = Haplotype(REFERENCE, change_between(REFERENCE, end, end, REFERENCE[1360:end]))
    reads = fragments([(Haplotype(REFERENCE), 4), (haplotype, 1)])
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    (call,) = call_itds(reads, piece, ItdParameters(), Search(uneven_from=uneven_from)).calls
    assert call.haplotype == haplotype
    assert (call.vaf.value > 0.25) == even
    assert even or call.vaf.value == pytest.approx(0.2, rel=0.1)


def test_plain_pairs_of_a_haplotype_by_place() -> None:
    assert set(plain_share(Haplotype(REFERENCE), SHAPES)) == {1.0}
    deletion = plain_share(mutant_of("deletion over the end"), SHAPES)
    assert deletion[1300] == deletion[1800] == 1
    # Pairs that hold the junction in a read are not plain; those with it in the 50 bases between
    # the reads are, and half of the deleted bases seem to lie on each side of their centres.
    assert deletion[1400:1540].max() == deletion[1610:1750].max() == 0
    assert deletion[1550:1600].sum() == pytest.approx(50, abs=2)
    duplication = plain_share(mutant_of("duplication over the end"), SHAPES)
    assert duplication[1300] == duplication[1510] == duplication[1640] == duplication[1800] == 1
    assert duplication[1550:1600].sum() == pytest.approx(50, abs=2)


def test_each_of_three_long_copies_gives_its_plain_pairs() -> None:
    three = Haplotype(
        REFERENCE, change_between(REFERENCE, 1700, 1700, "GAT" + 2 * REFERENCE[1100:1700])
    )
    plain = plain_share(three, SHAPES)
    assert plain[700] == plain[2100] == 1
    assert plain[1300] == plain[1500] == 3
    places = np.array([700, 1400, 2003, 2603, 3203])
    assert origins(three, places).tolist() == [700, 1400, 1400, 1400, 2000]


def test_few_pairs_say_nothing_of_the_density() -> None:
    haplotypes = [Haplotype(REFERENCE), mutant_of("within")]
    reads = ReadSet()
    for number in range(299):
        reads.add_plain(1000 + number, READ, number)
        reads.add_plain(1150 + number, READ, number)
        reads.fragments += 1
    windows = find_windows(haplotypes)
    placed = placed_anywhere(haplotypes, windows, SHAPES)
    assert by_density(centres(reads), len(REFERENCE)) is None
    reads.add_plain(1300, READ, 299)
    reads.add_plain(1450, READ, 299)
    density = by_density(centres(reads), len(REFERENCE))
    assert len(captured_rates(placed, {2: 299}, SHAPES, density)) == 2


@pytest.mark.parametrize(
    ("few", "many", "length", "ratio"),
    [
        (40, 120, 300, 3.0),
        (40, 120, 59, 1.0),  # both ends of a short stretch lie in the same fragments
        (16, 38, 300, 1.0),  # 22 more, and a standard error of 7.35: chance may be
        (15, 38, 300, 38 / 15),
        (0, 9, 300, 1.0),
        (0, 10, 300, 10.0),
    ],
)
def test_ends_that_are_surely_unlike(few: int, many: int, length: int, ratio: float) -> None:
    """Fragments count whose centre lies within 100 bases of an end."""
    start, end = 1000, 1000 + length
    here = np.linspace(start - 100, start - 30, few).astype(np.int64)
    there = np.linspace(end + 30, end + 99, many).astype(np.int64)
    beyond = np.array([start - 101, end + 100])
    centre = np.sort(np.concatenate((here, there, beyond)))
    assert unlike_ends(centre, start, end) == pytest.approx(ratio)


def test_ends_of_sixty_bases_are_asked() -> None:
    centre = np.sort(np.repeat([870, 1140], (0, 50)))
    assert unlike_ends(centre, 1000, 1059) == 1.0
    assert unlike_ends(centre, 1000, 1060) == 50.0


def test_pairs_over_a_small_gap_beside_are_not_plain_either() -> None:
    """Else a place where all molecules lack some bases would seem to be hardly caught."""
    lost = change_between(REFERENCE, 1300, 1306, "")
    assert isinstance(lost, Deletion)
    inherited = plain_share(Haplotype(REFERENCE, None, (lost,)), SHAPES)
    assert inherited[1100] == inherited[1500] == 1
    assert inherited[1200:1270].max() == inherited[1335:1400].max() == 0
    assert inherited[1285:1315].min() > 0
    both = plain_share(Haplotype(REFERENCE, mutant_of("within").change, (lost,)), SHAPES)
    alone = plain_share(mutant_of("within"), SHAPES)
    assert both[1100] == both[1700] == 1
    assert both[1200:1270].max() == 0
    assert both[1450:1700] == pytest.approx(alone[1450:1700])
