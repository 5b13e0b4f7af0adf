"""Small changes within the copies of an ITD, and what is a duplication in spite of them."""

from collections.abc import Sequence
from operator import eq

import numpy as np
import pytest

from flt3itd.insertions.copies import LEAST_TANDEM, NEAR, is_tandem
from flt3itd.insertions.counting import Counts, Settled
from flt3itd.insertions.haplotype import (
    Change,
    Deletion,
    Haplotype,
    Insertion,
    change_between,
)
from flt3itd.insertions.itd import call_itds
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.linking import FARTHEST, LONGEST_CHANGE, linked
from flt3itd.insertions.long_changes import Slice
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 8)
FIRST, LAST = 1100, 1240


def itd(start: int, end: int, inserted: str) -> Haplotype:
    change = change_between(REFERENCE, start, end, inserted)
    assert isinstance(change, Insertion)
    return Haplotype(REFERENCE, change)


DOUBLE = itd(LAST, LAST, REFERENCE[FIRST:LAST])


def deletion(start: int, length: int) -> Deletion:
    change = change_between(REFERENCE, start, start + length, "")
    assert isinstance(change, Deletion)
    return change


def settled_of(haplotypes: list[Haplotype], junction: tuple[int, ...]) -> Settled:
    none = np.zeros(0, dtype=np.int64)
    counts = Counts({}, junction, none, (), none)
    return Settled(haplotypes, find_windows(haplotypes), counts)


def settled(junction: int) -> Settled:
    return settled_of([Haplotype(REFERENCE), DOUBLE], (junction,))


def sequences(change: Deletion, fragments: int, junction: int = 100) -> set[str]:
    return {one.sequence for one in linked(settled(junction), [(change, fragments)])}


def test_a_change_of_the_segment_is_proposed_in_both_copies() -> None:
    lost = deletion(1160, 9)
    first = REFERENCE[: lost.start] + REFERENCE[lost.end : LAST] + REFERENCE[FIRST:]
    last = REFERENCE[:LAST] + REFERENCE[FIRST : lost.start] + REFERENCE[lost.end :]
    found = list(linked(settled(100), [(lost, 50)]))
    assert {one.sequence for one in found} == {first, last}
    assert all(one.insertion is not None and not one.beside for one in found)


@pytest.mark.parametrize(("fragments", "proposed"), [(15, True), (14, False)])
def test_enough_fragments_must_show_it(fragments: int, proposed: bool) -> None:
    assert bool(sequences(deletion(1160, 9), fragments)) == proposed


@pytest.mark.parametrize(
    ("junction", "fragments", "proposed"),
    [(60, 10, True), (60, 9, False), (20, 6, True), (20, 5, False)],
)
def test_of_few_fragments_more_must_show_it(junction: int, fragments: int, proposed: bool) -> None:
    change = deletion(LAST + 10, 4)
    settled = settled_of([Haplotype(REFERENCE), DOUBLE], (junction,))
    assert bool(list(linked(settled, [(change, fragments)]))) == proposed


@pytest.mark.parametrize("more", [0, 1])
def test_a_long_change_is_an_event_of_its_own(more: int) -> None:
    assert bool(sequences(deletion(1150, LONGEST_CHANGE + more), 50)) == (not more)


@pytest.mark.parametrize(
    ("change", "proposed"),
    [
        (deletion(LAST + 40, 60), True),
        (change_between(REFERENCE, LAST + 40, LAST + 40, "ACGATTGACCTAGTC"), True),
        (change_between(REFERENCE, LAST + 40, LAST + 40, "ACGATTGACCTAGTCA"), False),
    ],
)
def test_beside_an_itd_a_deletion_may_be_long(change: Change, proposed: bool) -> None:
    found = list(linked(settled(100), [(change, 50)]))
    assert found == ([Haplotype(REFERENCE, DOUBLE.change, (change,))] if proposed else [])


@pytest.mark.parametrize(("bases", "proposed"), [("GT", True), ("GTC", False)])
def test_an_insertion_of_three_bases_is_none_of_a_wild_type(bases: str, proposed: bool) -> None:
    inserted = change_between(REFERENCE, 1400, 1400, bases)
    assert isinstance(inserted, Insertion)
    wildtype = Haplotype(REFERENCE, None, (deletion(1300, 6),))
    found = [
        one.beside
        for one in linked(settled_of([Haplotype(REFERENCE), wildtype], (100,)), [(inserted, 50)])
    ]
    assert found == ([(*wildtype.beside, inserted)] if proposed else [])


def test_each_change_beside_an_itd_may_be_inherited() -> None:
    one, other = deletion(LAST + 10, 6), deletion(LAST + 60, 4)
    mutant = Haplotype(REFERENCE, DOUBLE.change, (one, other))
    found = {
        each.beside
        for each in linked(settled_of([Haplotype(REFERENCE), mutant], (100,)), [])
        if each.is_wildtype
    }
    assert found == {(one,), (other,), (one, other)}


@pytest.mark.parametrize("start", [FIRST - 20, LAST + 10])
def test_a_change_outside_the_segment_stands_beside(start: int) -> None:
    lost = deletion(start, 6)
    assert list(linked(settled(100), [(lost, 50)])) == [
        Haplotype(REFERENCE, DOUBLE.change, (lost,))
    ]


@pytest.mark.parametrize("more", [0, 1])
def test_a_change_farther_than_mates_lie_apart_is_not_linked(more: int) -> None:
    assert bool(sequences(deletion(LAST + FARTHEST + more, 6), 50)) == (not more)


@pytest.mark.parametrize(("wrong", "proposed"), [(2, True), (3, False)])
def test_few_other_bases_of_a_copy_may_be_the_change_misread(wrong: int, proposed: bool) -> None:
    """The reads near a junction that hold the change had been taken for other bases."""
    copy = list(REFERENCE[FIRST:LAST])
    for place in (70, 72, 74)[:wrong]:
        copy[place] = {"A": "C", "C": "G", "G": "T", "T": "A"}[copy[place]]
    altered = itd(LAST, LAST, "".join(copy))
    lost = deletion(FIRST + 66, 9)
    found = linked(settled_of([Haplotype(REFERENCE), altered], (100,)), [(lost, 50)])
    whole = REFERENCE[:LAST] + REFERENCE[FIRST : lost.start] + REFERENCE[lost.end :]
    assert (whole in {one.sequence for one in found}) == proposed


def pairs(molecules: list[tuple[str, int]], *, shifts: Sequence[int] = ()) -> ReadSet:
    """Pairs of 80 bases, 260 from outer end to outer end, from every second base, each read forced
    onto the reference by its first base or its last, or by bases that other `shifts` move."""
    reads = ReadSet()
    for sequence, weight in molecules:
        shift = len(sequence) - len(REFERENCE)
        for start in range(500, 2000, 2):
            for _ in range(weight):
                for at in (start, start + 180):
                    text = sequence[at : at + 80]
                    places = (at, at - shift, *(at - other for other in shifts))
                    place = max(places, key=lambda one: agreeing(text, one))
                    if agreeing(text, place) == 80:
                        reads.add_plain(place, 80, reads.fragments)
                    else:
                        row = reads.fragments, place, place, 0, 80, 80
                        reads.split.append(SplitRead(*row, text, b"\x25" * 80))
                reads.fragments += 1
    return reads


def agreeing(text: str, place: int) -> int:
    return sum(map(eq, text, REFERENCE[place : place + len(text)]))


@pytest.mark.parametrize("lost", [1168, 1180])
def test_mates_link_a_change_that_no_read_shows_with_the_junction(lost: int) -> None:
    mutant = REFERENCE[:LAST] + REFERENCE[FIRST:lost] + REFERENCE[lost + 9 :]
    sample = pairs([(REFERENCE, 3), (mutant, 1)])
    piece = Slice("chr1", 0, REFERENCE, (900, 1500))
    (call,) = call_itds(sample, piece, ItdParameters()).calls
    assert call.haplotype.sequence == mutant
    assert call.vaf.value == pytest.approx(0.25, rel=0.15)


def test_two_clones_stay_two() -> None:
    """A deletion in the wild type molecules of the segment belongs to no copy."""
    normal = REFERENCE[:1168] + REFERENCE[1177:]
    mutant = DOUBLE.sequence
    sample = pairs([(REFERENCE, 2), (normal, 1), (mutant, 1)])
    (call,) = call_itds(sample, Slice("chr1", 0, REFERENCE, (900, 1500)), ItdParameters()).calls
    assert call.haplotype.alone.sequence == mutant
    assert not call.haplotype.beside


def between_fillers(start: int, end: int) -> str:
    """A copy of REFERENCE[start:end] with fillers that prolong it by no base."""
    before, behind = (
        "C" if base == "A" else "A" for base in (REFERENCE[start - 1], REFERENCE[end])
    )
    return random_sequence(17, 3) + before + REFERENCE[start:end] + behind + "ATTACAGAC"


@pytest.mark.parametrize(
    ("copied", "tandem"), [(LEAST_TANDEM, True), (LEAST_TANDEM - 1, False), (8, False)]
)
def test_a_copy_with_fillers_at_both_ends_is_a_duplication(copied: int, tandem: bool) -> None:
    inserted = between_fillers(LAST - 5 - copied, LAST - 5)
    assert is_tandem(itd(LAST, LAST, inserted)) == tandem


@pytest.mark.parametrize(("away", "tandem"), [(NEAR, True), (NEAR + 1, False), (100, False)])
def test_a_copy_from_far_away_is_no_duplication(away: int, tandem: bool) -> None:
    inserted = between_fillers(LAST - away - 50, LAST - away)
    assert is_tandem(itd(LAST, LAST, inserted)) == tandem


class Targeted(Slice):
    """A slice in which what lies behind base 1195 is off target."""

    @property
    def target(self) -> tuple[int, int]:
        return 1000, 1195


def test_an_insertion_off_target_is_a_wild_type_of_the_ratio() -> None:
    """An inherited insertion of the intron, so near that reads hold both places."""
    other = REFERENCE[:1203] + "GATTACAT" + REFERENCE[1203:]
    mutant = REFERENCE[:1200] + REFERENCE[1160:]
    sample = pairs([(REFERENCE, 1), (other, 2), (mutant, 1)])
    calls = call_itds(sample, Targeted("chr1", 0, REFERENCE, (900, 1500)), ItdParameters()).calls
    ratio = {one.haplotype.sequence: one for one in calls}
    assert ratio[other].filters == ("off_target",)
    assert ratio[mutant].ar.value == pytest.approx(1 / 3, rel=0.2)


def test_a_short_inherited_insertion_is_a_wild_type_of_the_ratio_too() -> None:
    other = REFERENCE[:1215] + "GATTAC" + REFERENCE[1215:]
    mutant = REFERENCE[:1200] + REFERENCE[1160:]
    sample = pairs([(REFERENCE, 1), (other, 2), (mutant, 1)])
    calls = call_itds(sample, Slice("chr1", 0, REFERENCE, (900, 1500)), ItdParameters())
    ratio = {one.haplotype.sequence: one for one in calls.calls}
    assert ratio[other].inherited_like
    assert not ratio[other].filters
    assert not ratio[mutant].inherited_like
    assert ratio[mutant].ar.value == pytest.approx(1 / 3, rel=0.2)
    assert calls.total_vaf is not None
    assert calls.total_vaf.value == pytest.approx(ratio[mutant].vaf.value)


@pytest.mark.parametrize(("fragments", "proposed"), [(15, True), (14, False)])
def test_two_inherited_changes_may_be_on_one_molecule(fragments: int, proposed: bool) -> None:
    """However far apart: both molecules would be the wild type."""
    one, other = deletion(900, 6), deletion(1400, 4)
    inherited = Haplotype(REFERENCE, None, (one,))
    found = linked(settled_of([Haplotype(REFERENCE), inherited], (100,)), [(other, fragments)])
    assert (Haplotype(REFERENCE, None, (one, other)) in found) == proposed


def test_what_stands_beside_an_itd_may_be_inherited() -> None:
    lost = deletion(LAST + 10, 6)
    both = Haplotype(REFERENCE, DOUBLE.change, (lost,))
    found = list(linked(settled_of([Haplotype(REFERENCE), both], (100,)), []))
    assert found == [Haplotype(REFERENCE, None, (lost,))]


def test_each_change_of_a_wild_type_may_be_on_the_molecules_of_an_itd() -> None:
    one, other = deletion(1050, 6), deletion(LAST + 10, 4)
    normal = Haplotype(REFERENCE, None, (one, other))
    with_one = Haplotype(REFERENCE, DOUBLE.change, (one,))
    haplotypes = [Haplotype(REFERENCE), with_one, normal]
    found = list(linked(settled_of(haplotypes, (100, 300)), []))
    assert Haplotype(REFERENCE, DOUBLE.change, (one, other)) in found


@pytest.mark.parametrize(("far", "place"), [(False, LAST + FARTHEST), (True, LAST + FARTHEST + 1)])
def test_a_change_that_no_read_over_the_itd_reaches_is_no_wild_type_of_its_own(
    far: bool, place: int
) -> None:
    """All molecules lack six bases there: as the wild type they would leave no room for the ITD."""
    normal = REFERENCE[:place] + REFERENCE[place + 6 :]
    mutant = DOUBLE.sequence[: place + DOUBLE.length_change]
    mutant += DOUBLE.sequence[place + 6 + DOUBLE.length_change :]
    sample = pairs([(normal, 3), (mutant, 1)], shifts=[DOUBLE.length_change])
    found = call_itds(sample, Slice("chr1", 0, REFERENCE, (900, 1600)), ItdParameters())
    (call,) = found.calls
    assert call.vaf.value == pytest.approx(0.25, rel=0.2)
    assert bool(call.haplotype.beside) != far
