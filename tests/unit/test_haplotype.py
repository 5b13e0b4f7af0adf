"""Insertions, duplications and haplotypes: normal forms, fillers, copies that differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flt3itd.insertions.haplotype import (
    Deletion,
    Duplication,
    Haplotype,
    Insertion,
    change_between,
    insertion_between,
)
from tests.builders import duplicate, random_sequence

REFERENCE = random_sequence(400, 7)


def inserted(start: int, end: int, replacement: str, reference: str = REFERENCE) -> Haplotype:
    insertion = insertion_between(reference, start, end, replacement)
    assert insertion is not None
    haplotype = Haplotype(reference, insertion)
    assert haplotype.sequence == reference[:start] + replacement + reference[end:]
    return haplotype


def tandem(start: int, end: int, filler: str = "", reference: str = REFERENCE) -> Haplotype:
    """A tandem duplication, written as an insertion behind the first copy."""
    haplotype = inserted(end, end, filler + reference[start:end], reference)
    assert haplotype.sequence == duplicate(reference, start, end, filler)
    return haplotype


def test_every_way_to_write_a_duplication_is_one_insertion() -> None:
    copy = REFERENCE[100:140]
    behind = insertion_between(REFERENCE, 140, 140, copy)
    before = insertion_between(REFERENCE, 100, 100, copy)
    inside = insertion_between(REFERENCE, 120, 120, REFERENCE[120:140] + REFERENCE[100:120])
    with_flanks = insertion_between(REFERENCE, 90, 150, REFERENCE[90:140] + REFERENCE[100:150])
    assert behind == before == inside == with_flanks
    assert behind is not None
    assert REFERENCE[behind.start - 1] != behind.inserted[-1]


def test_leftmost_in_a_repeat() -> None:
    reference = "ACGT" + "CAG" * 5 + "TTTT"
    assert inserted(19, 19, "CAG", reference).insertion == Insertion(4, 4, "CAG")
    assert inserted(13, 13, "CAG", reference).insertion == Insertion(4, 4, "CAG")
    assert inserted(11, 11, "AGC", reference).insertion == Insertion(4, 4, "CAG")


@given(
    st.text("AC", min_size=1, max_size=40),
    st.integers(0, 40),
    st.integers(0, 40),
    st.text("AC", max_size=12),
)
def test_insertions_are_equal_exactly_when_their_mutants_are(
    reference: str, one: int, other: int, replacement: str
) -> None:
    start, end = sorted((min(one, len(reference)), min(other, len(reference))))
    insertion = insertion_between(reference, start, end, replacement)
    mutant = reference[:start] + replacement + reference[end:]
    if insertion is None:
        assert len(mutant) <= len(reference)
        return
    assert Haplotype(reference, insertion).sequence == mutant
    assert insertion.length == len(mutant) - len(reference)
    # Any other way to write the same mutant: the whole of it.
    assert insertion_between(reference, 0, len(reference), mutant) == insertion


def test_what_does_not_lengthen_is_no_insertion() -> None:
    assert insertion_between(REFERENCE, 100, 110, "ACGTA") is None
    assert insertion_between(REFERENCE, 100, 101, "A") is None


@pytest.mark.parametrize("filler", ["", "T", "GATTACA", "ACGTTGCAACGGTTACCATGC"])
@pytest.mark.parametrize("length", [12, 60, 180])
def test_duplicated_segment_and_filler(length: int, filler: str) -> None:
    haplotype = tandem(100, 100 + length, filler)
    duplication = haplotype.duplication
    assert haplotype.length_change == length + len(filler)
    # What is duplicated may grow by bases of the filler that continue a copy by chance.
    assert duplication.start <= 100
    assert duplication.end >= 100 + length
    assert len(duplication) + len(duplication.filler) == length + len(filler)
    assert duplicate(REFERENCE, duplication.start, duplication.end, duplication.filler) == (
        haplotype.sequence
    )
    assert duplication.is_tandem


def test_microhomology_does_not_lengthen_the_copy() -> None:
    reference = random_sequence(100, 1) + "GATTACA" + random_sequence(60, 2) + "GATTACA"
    reference += random_sequence(100, 3)
    haplotype = tandem(100, 167, "", reference)  # both ends are the same seven bases
    assert len(haplotype.duplication) == 67
    assert haplotype.duplication.filler == ""


def test_copies_that_differ_in_a_base_are_copies() -> None:
    copy = list(REFERENCE[100:160])
    copy[30] = "A" if copy[30] != "A" else "C"
    haplotype = inserted(160, 160, "".join(copy))
    assert haplotype.length_change == 60
    assert haplotype.duplication == Duplication(100, 160, "")


def test_bases_that_copy_nothing_are_an_insertion() -> None:
    haplotype = inserted(200, 200, random_sequence(30, 99))
    assert not haplotype.duplication.is_tandem
    assert haplotype.duplication.start == haplotype.duplication.end


def test_a_short_copy_counts_alone_but_not_beside_a_filler() -> None:
    assert Duplication(10, 13, "").is_tandem
    assert not Duplication(10, 13, "ACGTAC").is_tandem
    assert Duplication(10, 16, "ACGTAC").is_tandem
    assert not Duplication(10, 10, "ACG").is_tandem


def test_replaced_bases() -> None:
    haplotype = inserted(200, 206, "T" * 5 + random_sequence(20, 5))
    assert haplotype.insertion is not None
    assert haplotype.insertion.end > haplotype.insertion.start
    assert haplotype.length_change == 19


@pytest.mark.parametrize("filler", ["", "GATTACA"])
def test_a_read_over_the_junction_is_neither_reference_nor_shifted_reference(filler: str) -> None:
    haplotype = tandem(100, 160, filler)
    left, right = haplotype.junction
    assert 0 <= right - left <= len(filler) + 3  # bases that continue a copy by chance
    mutant = haplotype.sequence
    assert mutant[left - 20 : right + 20] not in REFERENCE
    # One base less on either side, and the read lies on the reference.
    assert mutant[left - 20 : left] in REFERENCE
    assert mutant[right : right + 20] in REFERENCE


def test_the_wild_type_has_neither() -> None:
    wildtype = Haplotype(REFERENCE)
    assert wildtype.sequence == REFERENCE
    assert wildtype.length_change == 0
    for name in ("duplication", "junction"):
        with pytest.raises(ValueError, match="wild type"):
            getattr(wildtype, name)


def test_a_mismatch_between_the_copies_does_not_widen_the_junction() -> None:
    copy = list(REFERENCE[100:240])
    copy[100] = "A" if copy[100] != "A" else "C"
    for haplotype in (
        inserted(240, 240, "".join(copy)),  # in the second copy
        inserted(100, 100, "".join(copy)),  # in the first copy
    ):
        left, right = haplotype.junction
        assert right - left <= 4
        assert abs(left - 240) <= 4


def test_every_way_to_write_a_deletion_is_one_deletion() -> None:
    reference = "ACGT" + "CAG" * 5 + "TTTT"
    assert change_between(reference, 16, 19, "") == Deletion(4, 7, "")
    assert change_between(reference, 4, 7, "") == Deletion(4, 7, "")
    assert change_between(reference, 3, 12, "TCAGCA") == Deletion(4, 7, "")
    assert insertion_between(reference, 4, 7, "") is None
    assert change_between(reference, 4, 7, "GAC") is None


@given(
    st.text("AC", min_size=1, max_size=40),
    st.integers(0, 40),
    st.integers(0, 40),
    st.text("AC", max_size=12),
)
def test_changes_give_their_mutants_and_are_leftmost(
    reference: str, one: int, other: int, replacement: str
) -> None:
    start, end = sorted((min(one, len(reference)), min(other, len(reference))))
    mutant = reference[:start] + replacement + reference[end:]
    change = change_between(reference, start, end, replacement)
    if change is None:
        assert len(mutant) == len(reference)
        return
    assert Haplotype(reference, change).sequence == mutant
    assert change.length == len(mutant) - len(reference)
    if isinstance(change, Deletion) and not change.inserted and change.start:
        assert reference[change.start - 1] != reference[change.end - 1]


@pytest.mark.parametrize("bases", ["", "GATTACA"])
def test_a_deletion_has_a_junction_and_the_boundaries_of_what_is_deleted(bases: str) -> None:
    change = change_between(REFERENCE, 100, 160, bases)
    assert change is not None
    haplotype = Haplotype(REFERENCE, change)
    assert (haplotype.insertion, haplotype.length_change) == (None, len(bases) - 60)
    assert haplotype.segment == (change.start, change.end)
    left, right = haplotype.junction
    assert left <= change.start + len(change.inserted) and right >= change.start
    # All bases that the junction leaves out lie on the reference, as they are or shifted.
    assert haplotype.sequence[:left] == REFERENCE[:left]
    assert haplotype.sequence[right:] == REFERENCE[right - haplotype.length_change :]
    with pytest.raises(ValueError, match="deletion"):
        _ = haplotype.duplication


def test_alone_an_insertion_is_at_its_leftmost_place() -> None:
    """A deletion left of it has the bases that could be of both."""
    moved = Insertion(103, 103, REFERENCE[103:140] + REFERENCE[100:103])
    haplotype = Haplotype(REFERENCE, moved, (Deletion(95, 103, ""),))
    assert haplotype.insertion == moved
    assert haplotype.alone == tandem(100, 140)
    assert haplotype.alone.insertion != moved
    assert haplotype.duplication == tandem(100, 140).duplication
