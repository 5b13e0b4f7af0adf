"""Errors and sister clones, and the correction of an insertion by its own reads."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.flanks import OwnReads, PlainReads
from flt3itd.insertions.haplotype import (
    Deletion,
    Haplotype,
    Insertion,
    SmallChange,
    Substitution,
    insertion_between,
)
from flt3itd.insertions.refinement import (
    corrected_insertion,
    is_misread_copy,
    is_sequencing_error,
)
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(900, 51)


def tandem(start: int, end: int, filler: str = "") -> Haplotype:
    insertion = insertion_between(REFERENCE, end, end, filler + REFERENCE[start:end])
    return Haplotype(REFERENCE, insertion)


def changed(haplotype: Haplotype, place: int) -> Haplotype:
    """Another base of the inserted sequence."""
    assert haplotype.insertion is not None
    one = haplotype.insertion
    base = "A" if one.inserted[place] != "A" else "C"
    bases = one.inserted[:place] + base + one.inserted[place + 1 :]
    return Haplotype(REFERENCE, insertion_between(REFERENCE, one.start, one.end, bases))


def test_few_reads_one_base_away_from_many_are_errors() -> None:
    parent = tandem(400, 460)
    assert is_sequencing_error(changed(parent, 30), 3, parent, 1000)
    assert is_sequencing_error(changed(parent, 30), 2, parent, 60)


def test_more_reads_than_errors_make_are_a_sister_clone() -> None:
    parent = tandem(400, 460)
    assert not is_sequencing_error(changed(parent, 30), 100, parent, 1000)
    assert not is_sequencing_error(changed(parent, 30), 12, parent, 60)


def test_a_longer_or_shorter_copy_by_a_base() -> None:
    parent = tandem(400, 460)
    assert is_sequencing_error(tandem(400, 461), 4, parent, 1000)
    assert not is_sequencing_error(tandem(400, 461), 200, parent, 1000)


def test_other_places_and_lengths_are_never_errors() -> None:
    parent = tandem(400, 460)
    assert not is_sequencing_error(tandem(300, 360), 2, parent, 100_000)
    assert not is_sequencing_error(tandem(400, 490), 2, parent, 100_000)


def test_itself_is_not_counted_twice() -> None:
    assert is_sequencing_error(tandem(400, 460), 500, tandem(400, 460), 500)


def equal_copies(count: int) -> Haplotype:
    unit = REFERENCE[400:448]
    return Haplotype(REFERENCE, insertion_between(REFERENCE, 448, 448, unit * (count - 1)))


@pytest.mark.parametrize("copies", [2, 3, 4, 6, 7, 8])
@pytest.mark.parametrize(("support", "is_error"), [(4, True), (100, False)])
def test_an_error_in_equal_copies_is_one_in_any_number(
    copies: int, support: int, is_error: bool
) -> None:
    child = changed(equal_copies(copies), 5)
    assert is_misread_copy(child, support, equal_copies(5), 1000) == is_error


def test_other_numbers_of_equal_copies_are_no_errors() -> None:
    assert not is_misread_copy(equal_copies(4), 4, equal_copies(5), 1000)
    assert not is_misread_copy(changed(changed(equal_copies(4), 5), 20), 4, equal_copies(5), 1000)
    assert not is_misread_copy(changed(equal_copies(9), 5), 4, equal_copies(5), 1000)
    assert not is_misread_copy(changed(equal_copies(5), 5), 4, equal_copies(5), 1000)
    assert not is_misread_copy(tandem(300, 360), 4, equal_copies(5), 1000)


def reads_of(mutant: Haplotype, count: int, noise: int = 0) -> ReadMatrix:
    """Reads over the junction; in the first `noise` of them base 40 is another one."""
    reads = []
    for number in range(count):
        begin = 380 + number % 30
        bases = mutant.sequence[begin : begin + 150]
        if number < noise:
            bases = bases[:40] + ("A" if bases[40] != "A" else "C") + bases[41:]
        reads.append(SplitRead(number, begin, begin, 0, 150, 150, bases, b"\x25" * 150))
    return ReadMatrix.of(reads)


def corrected(proposed: Haplotype, matrix: ReadMatrix) -> Insertion:
    own = np.ones(len(matrix), dtype=np.bool_)
    return corrected_insertion(proposed, OwnReads(matrix, fit(matrix, proposed), own))


@pytest.mark.parametrize("filler", ["", "GATTACA"])
def test_a_wrong_base_is_corrected(filler: str) -> None:
    true = tandem(400, 460, filler)
    for place in (5, 30, 55):
        assert corrected(changed(true, place), reads_of(true, 20)) == true.insertion


def test_errors_of_a_minority_change_nothing() -> None:
    true = tandem(400, 460)
    assert corrected(true, reads_of(true, 20, noise=4)) == true.insertion


def test_two_reads_correct_and_one_does_not() -> None:
    true = tandem(400, 460)
    wrong = changed(true, 30)
    assert corrected(wrong, reads_of(true, 2)) == true.insertion
    assert corrected(wrong, reads_of(true, 1)) == wrong.insertion


@pytest.mark.parametrize("place", [440, 450, 455])
def test_reads_that_leave_a_copy_at_a_gap_correct_no_base(place: int) -> None:
    plain = tandem(400, 460)
    copy = REFERENCE[400:place] + "GA" + REFERENCE[place:460]
    longer = Haplotype(REFERENCE, insertion_between(REFERENCE, 460, 460, copy))
    reads = [
        SplitRead(n, begin, begin, 0, 100, 100, longer.sequence[begin : begin + 100], b"\x25" * 100)
        for n, begin in enumerate(range(60 + place - 150, 60 + place - 90))
    ]
    assert corrected(plain, ReadMatrix.of(reads)) == plain.insertion


def test_a_variant_in_both_copies_belongs_to_the_allele() -> None:
    allele = list(REFERENCE)
    allele[430] = "A" if allele[430] != "A" else "C"
    sequence = "".join(allele)
    both = Haplotype(sequence, insertion_between(sequence, 460, 460, sequence[400:460]))
    plain = tandem(400, 460)
    assert corrected(plain, reads_of(both, 20)) == plain.insertion


@pytest.mark.parametrize(
    ("beside", "place"),
    [
        (Deletion(430, 436, ""), 400),
        (Deletion(404, 407, ""), 400),
        (Deletion(450, 456, ""), 400),
        (Insertion(430, 430, "GAGCA"), 400),
        (Substitution(430, 431, "N"), 400),
        (Substitution(430, 431, "N"), 460),
        (Deletion(405, 408, ""), 408),  # what goes before it in the second copy is like a filler
        (Deletion(406, 412, ""), 412),
    ],
)
def test_a_change_of_the_allele_in_the_copies_leaves_their_bases_alone(
    beside: SmallChange, place: int
) -> None:
    """It stands in both copies: the inserted one has what the reference has not."""
    allele = Haplotype(REFERENCE, None, (beside,)).sequence
    unit = allele[400 : 460 + beside.length]
    at = place + (beside.length if place > beside.start else 0)
    inserted = unit[at - 400 :] + unit[: at - 400]
    true = Haplotype(REFERENCE, Insertion(place, place, inserted), (beside,))
    assert true.sequence == allele[:at] + inserted + allele[at:]
    assert corrected(true, reads_of(true, 20)) == true.insertion


def with_base(sequence: str, place: int) -> str:
    base = "A" if sequence[place] != "A" else "C"
    return sequence[:place] + base + sequence[place + 1 :]


@pytest.mark.parametrize("place", [401, 402, 457, 459])
def test_a_variant_near_an_end_of_both_copies_leaves_no_filler(place: int) -> None:
    """There the copy that carries it looks shorter, with what is left of it as filler."""
    unit = with_base(REFERENCE, place)[400:460]
    mutant = Haplotype(REFERENCE[:400] + unit + unit + REFERENCE[460:])
    first = REFERENCE[:400] + unit + REFERENCE[400:]
    second = REFERENCE[:460] + unit + REFERENCE[460:]
    proposed = insertion_between(REFERENCE, 400, 460, (first if place > 430 else second)[400:520])
    assert Haplotype(REFERENCE, proposed).duplication.filler
    found = corrected(Haplotype(REFERENCE, proposed), reads_of(mutant, 60))
    assert Haplotype(REFERENCE, found).duplication.filler == ""
    assert len(found.inserted) == 60


@pytest.mark.parametrize("place", [402, 457])
def test_a_variant_near_an_end_of_one_copy_stays(place: int) -> None:
    unit = with_base(REFERENCE, place)[400:460]
    copies = unit + REFERENCE[400:460] if place > 430 else REFERENCE[400:460] + unit
    found = insertion_between(REFERENCE, 400, 460, copies)
    assert found is not None
    one = Haplotype(REFERENCE, found)
    assert corrected(one, reads_of(one, 60)) == found


@pytest.mark.parametrize(
    ("start", "place", "copy"),
    [(395, 410, 1), (265, 350, 0), (360, 410, None), (300, 350, None)],
    ids=["reaches out behind", "in front", "ends within", "begins within"],
)
def test_mates_that_reach_out_of_a_copy_tell_of_its_bases(
    start: int, place: int, copy: int | None
) -> None:
    """A copy of 160 bases, another base 50 of its ends, reads of 100 bases, the mates plain."""
    long = tandem(300, 460)
    reads = ReadSet(fragments=5)
    base = "A" if REFERENCE[place] != "A" else "C"
    text = REFERENCE[:place] + base + REFERENCE[place + 1 :]
    for number in range(5):
        reads.mismatches.note(number, text[start : start + 100], start, REFERENCE)
        reads.add_plain(start, 100, number)
    junction = long.sequence[410:510]
    matrix = ReadMatrix.of(
        [SplitRead(n, 410, 410, 0, 100, 100, junction, b"\x25" * 100) for n in range(5)]
    )
    own = np.ones(5, dtype=np.bool_)
    found = corrected_insertion(
        long, OwnReads(matrix, fit(matrix, long), own, PlainReads.of(reads))
    )
    there = place + 160 * (copy or 0)
    expected = long.sequence[:there] + base + long.sequence[there + 1 :]
    reaches = copy is not None
    assert Haplotype(REFERENCE, found).sequence == (expected if reaches else long.sequence)


@pytest.mark.parametrize(("plain", "corrects"), [(0, True), (1, False)])
def test_plain_mates_speak_against_a_base_that_mates_with_errors_agree_on(
    plain: int, corrects: bool
) -> None:
    """Two mates show another base of the first copy; a plain one (two of three are below 0.7) not.

    Mates with several other bases are not plain: they were asked alone.
    """
    long = tandem(300, 460)
    base = "A" if REFERENCE[350] != "A" else "C"
    text = REFERENCE[:350] + base + REFERENCE[351:]
    junction = long.sequence[410:510]
    own = [SplitRead(n, 410, 410, 0, 100, 100, junction, b"\x25" * 100) for n in range(5)]
    mates = [SplitRead(n, 265, 265, 0, 100, 100, text[265:365], b"\x25" * 100) for n in range(2)]
    matrix = ReadMatrix.of([*own, *mates])
    reads = ReadSet(fragments=5)
    reads.mismatches.note(4, text[800:900], 800, REFERENCE[:820] + "N" + REFERENCE[821:])
    for number in range(2, 2 + plain):
        reads.add_plain(265, 100, number)
    found = corrected_insertion(
        long,
        OwnReads(
            matrix, fit(matrix, long), np.array([True] * 5 + [False] * 2), PlainReads.of(reads)
        ),
    )
    assert (Haplotype(REFERENCE, found).sequence == long.sequence) is not corrects
