"""How a mutant is read: copies, fillers, small changes within and beside, and junctions."""

from itertools import pairwise

import pytest

from flt3itd.insertions.copies import (
    LEAST_BLOCK,
    copied_span,
    filler_of,
    junctions,
    shifts,
    tandem_span,
    touched_span,
)
from flt3itd.insertions.haplotype import (
    Deletion,
    Haplotype,
    Insertion,
    Substitution,
    insertion_between,
)
from flt3itd.insertions.parts import assemble, in_parts, named_on, other_numbers
from tests.builders import random_sequence

REFERENCE = random_sequence(1500, 71)
UNIT = REFERENCE[600:660]


def read(mutant: str) -> Haplotype:
    """A mutant sequence as a haplotype; it must be the same sequence again."""
    start = next(i for i, (a, b) in enumerate(zip(mutant, REFERENCE, strict=False)) if a != b)
    tail = next(
        i for i, (a, b) in enumerate(zip(mutant[::-1], REFERENCE[::-1], strict=False)) if a != b
    )
    tail = min(tail, len(mutant) - start, len(REFERENCE) - start)
    found = assemble(REFERENCE, start, len(REFERENCE) - tail, mutant[start : len(mutant) - tail])
    assert found is not None
    assert found.sequence == mutant
    return found


def changed(base: str) -> str:
    return "CGTA"["ACGT".index(base)]


def edited(sequence: str, start: int, end: int, bases: str = "") -> str:
    return sequence[:start] + bases + sequence[end:]


TANDEM = REFERENCE[:660] + REFERENCE[600:]


@pytest.mark.parametrize(("apart", "alone"), [(150, True), (42, True), (38, False)])
def test_what_a_filler_copies_from_elsewhere_is_no_part_of_the_tandem(
    apart: int, alone: bool
) -> None:
    filler = REFERENCE[660 + apart : 660 + apart + 60]
    haplotype = read(REFERENCE[:660] + filler + TANDEM[660:])
    assert touched_span(haplotype)[1] >= 719 + apart
    first, last = tandem_span(haplotype)
    assert first <= 600
    assert last <= 661 if alone else last >= 719 + apart


@pytest.mark.parametrize("gap", [0, 9])
def test_a_copy_with_a_gap_is_a_tandem_as_a_whole(gap: int) -> None:
    mutant = edited(TANDEM, 690 - gap, 690)
    first, last = tandem_span(read(mutant))
    assert 599 <= first <= 600
    assert 60 <= last - first <= 61


def test_small_insertions_apart_from_each_other_are_no_insertion_of_their_sum() -> None:
    mutant = edited(edited(REFERENCE, 655, 655, "G"), 600, 600, "CG")
    haplotype = read(mutant)
    assert haplotype.is_wildtype
    assert [part.length for part in haplotype.parts] == [2, 1]


def test_three_bases_beside_a_small_insertion_are_sought() -> None:
    haplotype = read(edited(edited(REFERENCE, 655, 655, "G"), 600, 600, "CGT"))
    assert haplotype.change is not None
    assert haplotype.change.length == 3
    assert [part.length for part in haplotype.beside] == [1]


def test_a_duplication_is_one_insertion_with_one_junction() -> None:
    haplotype = read(TANDEM)
    assert haplotype.length_change == 60
    assert not haplotype.beside
    assert len(junctions(haplotype)) == 1
    assert shifts(haplotype) == [0, 60]


@pytest.mark.parametrize("count", [3, 4, 5])
@pytest.mark.parametrize("filler", ["", "CATTACG"])
def test_copies_are_steps(count: int, filler: str) -> None:
    mutant = REFERENCE[:660] + (filler + UNIT) * (count - 1) + REFERENCE[660:]
    haplotype = read(mutant)
    step = 60 + len(filler)
    assert isinstance(haplotype.change, Insertion)
    assert haplotype.change.length == (count - 1) * step
    places = junctions(haplotype)
    assert len(places) == count - 1
    assert {second[0] - first[0] for first, second in pairwise(places)} == {step}
    assert shifts(haplotype) == [step * number for number in range(count)]
    assert len(filler_of(haplotype)) == len(filler)


@pytest.mark.parametrize("place", [620, 690])
def test_a_gap_within_a_copy_is_part_of_the_insertion(place: int) -> None:
    haplotype = read(edited(TANDEM, place, place + 9))
    assert isinstance(haplotype.change, Insertion)
    assert haplotype.change.length == 51
    assert not haplotype.beside
    assert len(junctions(haplotype)) == 2


@pytest.mark.parametrize("place", [620, 680])
def test_a_copy_with_a_gap_is_copied_from_end_to_end(place: int) -> None:
    """Else an ITD whose longer part lies in an exon would count as off target."""
    first, last = copied_span(read(edited(TANDEM, place, place + 9)))
    assert abs(first - 600) <= 3
    assert abs(last - 660) <= 3
    assert copied_span(read(TANDEM)) == read(TANDEM).segment


@pytest.mark.parametrize("place", [730, 560])
@pytest.mark.parametrize(("end", "bases"), [(6, ""), (0, "GACA"), (1, "N")])
def test_what_lies_outside_the_copies_stands_beside(place: int, end: int, bases: str) -> None:
    if bases == "N":
        bases = "A" if TANDEM[place] != "A" else "C"
    haplotype = read(edited(TANDEM, place, place + end, bases))
    assert isinstance(haplotype.change, Insertion)
    assert Haplotype(REFERENCE, haplotype.change).sequence == TANDEM
    (beside,) = haplotype.beside
    kind = {(6, 0): Deletion, (0, 4): Insertion, (1, 1): Substitution}[end, len(bases)]
    assert isinstance(beside, kind)
    assert haplotype.alone.sequence == TANDEM
    assert not haplotype.is_wildtype


@pytest.mark.parametrize(("length", "wildtype"), [(2, True), (3, False)])
def test_from_three_inserted_bases_on_it_is_a_mutant(length: int, wildtype: bool) -> None:
    bases = "".join("A" if REFERENCE[700 + n] != "A" else "C" for n in range(length))
    haplotype = read(edited(REFERENCE, 700, 700, bases))
    assert haplotype.is_wildtype is wildtype


def test_a_deletion_alone_is_a_wild_type() -> None:
    haplotype = read(edited(REFERENCE, 700, 706))
    assert haplotype.is_wildtype
    assert haplotype.length_change == -6
    assert len(junctions(haplotype)) == 1


def test_an_insertion_longer_than_a_deletion_on_its_molecule_may_shorten_it() -> None:
    """36 bases duplicated and 40 deleted: four bases shorter than the reference, and an ITD."""
    mutant = edited(REFERENCE[:660] + REFERENCE[624:], 726, 766)
    haplotype = read(mutant)
    assert haplotype.length_change == -4
    assert isinstance(haplotype.change, Insertion)
    assert haplotype.change.length == 36


@pytest.mark.parametrize(("length", "count"), [(LEAST_BLOCK - 1, 1), (LEAST_BLOCK + 4, 2)])
def test_short_stretches_between_copies_are_filler(length: int, count: int) -> None:
    """A stretch of the reference from elsewhere between the copies."""
    stretch = REFERENCE[560 : 560 + length]
    haplotype = read(REFERENCE[:660] + stretch + REFERENCE[600:])
    assert len(junctions(haplotype)) == count


def test_a_filler_that_begins_like_the_reference_leaves_a_change_beside_the_itd() -> None:
    """Its first base is another one: that was taken for a change beside it."""
    filler = (
        changed(REFERENCE[660]) + REFERENCE[661:665] + "".join(map(changed, REFERENCE[665:668]))
    )
    itd = read(REFERENCE[:660] + filler + REFERENCE[600:])
    found = read(edited(itd.sequence, 560, 562))
    assert (found.change, [one.length for one in found.beside]) == (itd.change, [-2])


def test_the_reference_is_no_haplotype() -> None:
    assert assemble(REFERENCE, 600, 610, REFERENCE[600:610]) is None


def test_an_insertion_in_place_of_other_bases_is_read_in_parts() -> None:
    itd = read(REFERENCE[:600] + REFERENCE[560:])
    lost = edited(itd.sequence, 655, 661)  # 15 bases behind the second copy
    whole = insertion_between(REFERENCE, 580, 640, lost[580 : len(lost) - len(REFERENCE) + 640])
    found = in_parts(Haplotype(REFERENCE, whole))
    assert found.sequence == lost
    assert (found.change, len(found.beside)) == (itd.change, 1)
    assert in_parts(itd) is itd


def test_two_short_insertions_far_from_each_other_are_no_itd() -> None:
    """However long they are together, and beside another base too."""
    both = REFERENCE[:600] + "GA" + REFERENCE[600:640] + "TC" + REFERENCE[640:]
    wrong = both[:625] + ("A" if both[625] != "A" else "C") + both[626:]
    for mutant in (both, wrong):
        found = in_parts(Haplotype(REFERENCE, Insertion(600, 640, mutant[600:644])))
        assert (found.change, found.sequence) == (None, mutant)


@pytest.mark.parametrize(("bases", "is_split"), [(40, True), (39, False)])
@pytest.mark.parametrize("copied", [0, 60])
def test_a_filler_of_forty_bases_has_a_junction_at_each_end(
    bases: int, copied: int, is_split: bool
) -> None:
    """Each with 24 bases of what stands beside it, by which reads are placed."""
    filler = random_sequence(bases, 9)
    haplotype = read(REFERENCE[:660] + filler + REFERENCE[660 - copied :])
    places = junctions(haplotype)
    assert len(places) == 1 + is_split
    if is_split:
        assert [end - start for start, end in places] == [24, 24]
        assert places[1][0] - places[0][1] == bases


@pytest.mark.parametrize(("copies", "others"), [(2, []), (3, [4, 2]), (4, [5, 3])])
def test_copies_that_are_many_may_be_one_more_or_less(copies: int, others: list[int]) -> None:
    many = read(REFERENCE[:600] + UNIT * copies + REFERENCE[660:])
    found = [one.sequence.count(UNIT) for one in other_numbers(many, least=3)]
    assert found == others


def test_copies_keep_what_stands_beside() -> None:
    many = read(REFERENCE[:600] + UNIT * 3 + REFERENCE[660:])
    other = Substitution(690, 691, "A" if REFERENCE[690] != "A" else "C")
    for beside in (other, Deletion(690, 695, "")):
        found = list(other_numbers(Haplotype(REFERENCE, many.change, (beside,)), least=3))
        assert [one.sequence.count(UNIT) for one in found] == [4, 2]
        assert {one.beside for one in found} == {(beside,)}


def test_copies_with_a_filler_between_some_have_each_copy_once_more_or_less() -> None:
    """Each passage from copy to copy comes again with its filler, or not at all."""
    filler, head, tail = "GATTACA", REFERENCE[:600], REFERENCE[660:]
    mutant = head + UNIT + filler + UNIT + UNIT + tail
    found = {
        one.sequence[600 : len(one.sequence) - len(tail)]
        for one in other_numbers(read(mutant), least=3)
    }
    assert found == {
        UNIT + filler + UNIT + filler + UNIT + UNIT,
        UNIT + filler + UNIT + UNIT + UNIT,
        UNIT + filler + UNIT + UNIT + filler + UNIT + UNIT,  # both passages again
        UNIT + UNIT,
        UNIT + filler + UNIT,
    }


def test_two_fillers_may_alternate() -> None:
    """No copy more alone made five copies with two fillers of three: each had one too many."""
    head, tail, fillers = REFERENCE[:600], REFERENCE[660:], ("GATTACA", "CCATG")
    first, second = (UNIT + filler for filler in fillers)
    found = [
        one.sequence.removeprefix(head).removesuffix(UNIT + tail)
        for one in other_numbers(read(head + first + second + UNIT + tail), least=3)
    ]
    assert found == [
        first + first + second,
        first + second + second,
        first + second + first + second,
        second,
        first,
    ]


def test_two_copies_with_a_filler_are_tried_as_three_with_two() -> None:
    two = read(REFERENCE[:600] + UNIT + "GATTACA" + UNIT + REFERENCE[660:])
    (three,) = other_numbers(two, least=2)
    assert three.sequence == REFERENCE[:600] + (UNIT + "GATTACA") * 2 + UNIT + REFERENCE[660:]


@pytest.mark.parametrize(("moved", "is_told"), [(18, True), (12, True), (11, False)])
def test_a_duplication_and_a_deletion_of_one_length_are_told(moved: int, is_told: bool) -> None:
    """Of fewer than 12 bases that differ they are bases that were replaced."""
    mutant = REFERENCE[:660] + REFERENCE[660 - moved : 660] + REFERENCE[660 + moved :]
    found = assemble(REFERENCE, 660, 660 + moved, mutant[660 : 660 + moved])
    assert found is not None
    assert found.sequence == mutant
    assert (found.insertion is not None) is is_told
    if found.change is not None:
        assert (found.change.length, [one.length for one in found.beside]) == (moved, [-moved])


def test_two_copies_are_tried_as_three_where_that_is_asked_and_foreign_bases_never() -> None:
    two = read(REFERENCE[:600] + UNIT * 2 + REFERENCE[660:])
    assert [one.sequence.count(UNIT) for one in other_numbers(two, least=2)] == [3]
    foreign = Haplotype(REFERENCE, insertion_between(REFERENCE, 600, 600, "GATTACA"))
    assert foreign.duplication.filler
    assert list(other_numbers(foreign, least=2)) == []


@pytest.mark.parametrize("length", [60, 81, 130, 400])
def test_copies_of_any_length_are_tried_in_other_numbers(length: int) -> None:
    unit = REFERENCE[200 : 200 + length]
    two = read(REFERENCE[:200] + unit * 2 + REFERENCE[200 + length :])
    assert [one.sequence.count(unit) for one in other_numbers(two, least=2)] == [3]


@pytest.mark.parametrize(
    ("target", "shortest", "length"),
    [
        ((0, 1400), 3, 40),  # both on target: the longer one
        ((0, 620), 3, 18),
        ((0, 599), 3, 18),  # touches what the shorter one copies
        ((0, 598), 3, 40),  # neither
        ((0, 620), 18, 18),
        ((0, 620), 19, 40),
    ],
)
def test_two_duplications_of_a_molecule_are_named_by_the_one_on_target(
    target: tuple[int, int], shortest: int, length: int
) -> None:
    """18 bases in the exon stood beside 26 in the intron, and the sample was not detected."""
    longer = edited(REFERENCE, 700, 700, REFERENCE[660:700])
    both = read(edited(longer, 618, 618, REFERENCE[600:618]))
    found = named_on(both, target, shortest)
    assert found.insertion is not None
    assert found.insertion.length == length
    assert found.sequence == both.sequence
    assert sorted(part.length for part in found.parts) == [18, 40]


@pytest.mark.parametrize("longer", [-2, 0, 5])
@pytest.mark.parametrize("filler", ["", "GATT"])
def test_a_deletion_may_begin_or_end_within_a_copy(longer: int, filler: str) -> None:
    """Bases that are no longer there are those of the second copy, or of the first one."""
    gone = 60 + len(filler) - longer
    behind = REFERENCE[:660] + filler + REFERENCE[600:640] + REFERENCE[640 + gone :]
    in_front = REFERENCE[: 620 - gone] + REFERENCE[620:660] + filler + REFERENCE[600:]
    for mutant in (behind, in_front):
        found = read(mutant)
        assert found.length_change == longer
        assert found.insertion is not None
        assert found.insertion.length == 60 + len(filler)
        assert found.segment == pytest.approx((600, 660), abs=2)
        assert [one.length for one in found.beside] == [-gone]


def test_a_deletion_that_begins_where_a_filler_stands_has_its_own_place() -> None:
    found = read(REFERENCE[:660] + "GATT" + REFERENCE[600:660] + REFERENCE[690:])
    (one,) = found.beside
    assert found.sequence[found.place_of(one) :] == REFERENCE[one.end :]
