"""Uneven capture: whether the depth differs about a change, and which fragments are plain."""

import numpy as np
import pytest

from flt3itd.insertions.capture import is_uneven, plain_share
from flt3itd.insertions.copies import origins
from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion, change_between
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.junctions import Sought
from flt3itd.insertions.long_changes import Slice
from flt3itd.reads.library import Integers
from flt3itd.reads.read_set import ReadSet
from tests.builders import random_sequence
from tests.capture_builders import FRAGMENT, READ, REFERENCE, SHAPES, add_caught

CHANGES = {
    "duplication over the end": (1650, 1650, REFERENCE[1500:1650]),
    "deletion over the end": (1500, 1650, ""),
    "insertion of other sequence": (1560, 1560, random_sequence(40, seed=2)),
    "within": (1460, 1460, REFERENCE[1400:1460]),
}


def mutant_of(kind: str) -> Haplotype:
    return Haplotype(REFERENCE, change_between(REFERENCE, *CHANGES[kind]))


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize(("mutant", "wildtype"), [(1, 9), (3, 2)])
def test_vafs_are_true_at_the_end_of_a_target(kind: str, mutant: int, wildtype: int) -> None:
    """Of a deletion one end lies where there is hardly a fragment, which tells least."""
    error = 0.5 if kind == "deletion over the end" else 0.1
    haplotype = mutant_of(kind)
    reads = ReadSet()
    add_caught(reads, Haplotype(REFERENCE), wildtype)
    add_caught(reads, haplotype, mutant)
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    sought = Search(sought=Sought(20, 20), captured=True, by_baits_from=0)
    (call,) = call_itds(reads, piece, ItdParameters(), sought).calls
    assert call.haplotype == haplotype
    assert call.vaf.value == pytest.approx(mutant / (mutant + wildtype), rel=error)


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


EVEN = np.ones(len(REFERENCE))


def in_places(*seen: int) -> Integers:
    """So many centres in each hundred bases from 800 on, and many in front of and behind them."""
    last = 800 + 100 * len(seen)
    places = [np.full(number, 800 + 100 * place) for place, number in enumerate(seen)]
    return np.concatenate((np.full(500, 799), *places, np.full(500, last)))


@pytest.mark.parametrize(
    ("seen", "uneven"),
    [
        ((50, 50, 50, 50, 50), False),
        ((50, 98, 50, 50, 50), False),  # 48 more, and a standard error of 12.2: chance may be
        ((50, 99, 50, 50, 50), True),
        ((50, 50, 50, 50, 99), True),
        ((99, 50, 50, 50, 99), True),  # alike on both sides of a valley
        ((0, 15, 15, 15, 15), False),
        ((0, 18, 18, 18, 18), True),
    ],
)
def test_captures_that_are_surely_uneven_about_a_stretch(
    seen: tuple[int, ...], uneven: bool
) -> None:
    """The hundred bases of the stretch, and two hundred on both sides, in hundreds."""
    assert is_uneven(in_places(*seen), EVEN, 1000, 1100) == uneven


@pytest.mark.parametrize(("size", "uneven"), [(90, False), (199, False), (200, True)])
def test_two_places_are_compared_at_least(size: int, uneven: bool) -> None:
    assert is_uneven(np.full(100, 50), np.ones(size), 40, 60) == uneven


def test_a_place_of_which_molecules_give_fewer_plain_fragments_is_not_caught_less() -> None:
    centre = in_places(100, 100, 20, 100, 100)
    fewer = EVEN.copy()
    fewer[1000:1100] = 0.2
    assert is_uneven(centre, EVEN, 1000, 1100)
    assert not is_uneven(centre, fewer, 1000, 1100)


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


@pytest.mark.parametrize("new", [0, 40])
def test_pairs_a_read_of_which_ends_among_new_bases_are_not_plain(new: int) -> None:
    """An aligner clips them. Five bases behind a junction may still lie on the reference."""
    bases = random_sequence(new, seed=2) + REFERENCE[1400:1460]
    copied = change_between(REFERENCE, 1460, 1460, bases)
    assert isinstance(copied, Insertion)
    starts = range(-1000, 5000)
    low, high = Haplotype(REFERENCE, copied).duplication.end, 1460 + len(bases) - 60
    assert high == low + new

    def held(start: int) -> bool:
        return start <= high - 5 and start + READ >= low + 5

    lost = sum(held(one) or held(one + FRAGMENT - READ) for one in starts)
    for haplotype in (Haplotype(REFERENCE, copied), Haplotype(REFERENCE, None, (copied,))):
        found = plain_share(haplotype, SHAPES)
        assert found.sum() == pytest.approx(len(REFERENCE) + len(bases) - lost, abs=3)
