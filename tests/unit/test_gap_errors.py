"""Reads of the wild type with a gap, which fit a mutant by chance."""

import numpy as np
import pytest

from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.insertions.comparison import TIE, ReadMatrix, fit
from flt3itd.insertions.gap_errors import LARGEST_SHARE, is_gap_error
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.settling import Evidence, settle
from flt3itd.insertions.windows import LONGEST_READ
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

LEFT, RIGHT = random_sequence(700, 21), random_sequence(600, 22)
ALIKE = "CCAATGGAAAAGACG"
REFERENCE = LEFT[:500] + "GAT" + ALIKE + LEFT[500:] + "GATTTT" + ALIKE + RIGHT
"""What follows a run of four bases stands, behind one base less of the run, farther left, too."""
WILDTYPE = Haplotype(REFERENCE)
RUN = REFERENCE.index("GATTTT" + ALIKE) + 3
FAR = 500


def mutant() -> Haplotype:
    """The copy from the likeness on, behind a run that has one base less."""
    copied = REFERENCE[FAR + 3 : RUN - 1] + "T"
    return Haplotype(REFERENCE, insertion_between(REFERENCE, RUN, RUN, copied))


def reads(text: str, ends: range) -> ReadMatrix:
    return ReadMatrix.of(
        [
            SplitRead(n, end - 100, end - 100, 0, 100, 100, text[end - 100 : end], b"\x25" * 100)
            for n, end in enumerate(ends)
        ]
    )


def is_error(matrix: ReadMatrix, haplotype: Haplotype) -> bool:
    own = np.ones(len(matrix), dtype=np.bool_)
    return is_gap_error(WILDTYPE, matrix, fit(matrix, haplotype), own)


@pytest.mark.parametrize("gap", [-2, -1, 1, 2])
def test_reads_with_a_gap_are_errors(gap: int) -> None:
    text = REFERENCE[: RUN + min(gap, 0)] + "T" * max(gap, 0) + REFERENCE[RUN:]
    assert is_error(reads(text, range(RUN + 15, RUN + 30)), mutant())


def test_a_duplication_that_gaps_explain_is_given_up_unless_it_is_known() -> None:
    """Of 60 bases behind a run all but one stand farther left, too: better than without a gap."""
    alike = random_sequence(60, 23)
    changed = alike[:10] + ("A" if alike[10] != "A" else "C") + alike[11:]
    reference = LEFT[:500] + changed + LEFT[500:] + "GATTTT" + alike + RIGHT
    run = reference.index("GATTTT" + alike) + 6
    wildtype = Haplotype(reference)
    insertion = insertion_between(reference, run - 1, run - 1, reference[500 : run - 1])
    assert insertion is not None
    far = Haplotype(reference, insertion)
    text = reference[: run - 1] + reference[run:]
    there = ReadSet()
    for number, end in enumerate(range(run + 30, run + 50)):
        bases = text[end - 100 : end]
        there.split.append(
            SplitRead(number, end - 100, end - 100, 0, 100, 100, bases, b"\x25" * 100)
        )
    there.fragments = len(there.split)
    matrix = ReadMatrix.of(there.split)
    assert (fit(matrix, far).score > fit(matrix, wildtype).score + TIE).all()
    for known, left in (((), []), ((insertion,), [far])):
        assert (
            settle(
                [far], wildtype, Evidence(there, matrix, LONGEST_READ, known, EVERY_COUNT)
            ).haplotypes[1:]
            == left
        )


def test_reads_of_a_wild_type_with_the_gap_beside_an_itd_tell_nothing_of_it() -> None:
    """Where no haplotype is that wild type they fit the ITD best, and the reference with a gap."""
    copied = insertion_between(REFERENCE, 760, 760, REFERENCE[700:760])
    gap = insertion_between(REFERENCE, 680, 680, "CA" if REFERENCE[680] != "C" else "GA")
    assert gap is not None
    itd, normal = Haplotype(REFERENCE, copied, (gap,)), Haplotype(REFERENCE, None, (gap,))
    there = ReadSet()
    starts = [(itd, start) for start in range(670, 690)]
    starts += [(normal, start) for start in range(644, 654)] * 4
    for number, (haplotype, start) in enumerate(starts):
        bases = haplotype.sequence[start : start + 130]
        there.split.append(SplitRead(number, start, start, 0, 130, 130, bases, b"\x25" * 130))
    there.fragments = len(there.split)
    evidence = Evidence(there, ReadMatrix.of(there.split), LONGEST_READ, (), EVERY_COUNT)
    assert settle([itd], WILDTYPE, evidence).haplotypes[1:] == [itd]


def test_reads_of_a_duplication_are_none() -> None:
    copy = Haplotype(REFERENCE, insertion_between(REFERENCE, 760, 760, REFERENCE[700:760]))
    assert not is_error(reads(copy.sequence, range(775, 845)), copy)


def test_more_than_half_of_the_reads_must_be_explained() -> None:
    assert pytest.approx(0.5) == LARGEST_SHARE
    copy = Haplotype(REFERENCE, insertion_between(REFERENCE, 760, 760, REFERENCE[700:760]))
    lacking = REFERENCE[:730] + REFERENCE[731:]
    shown = [(end - 100, copy.sequence[end - 100 : end]) for end in range(790, 800)]
    for errors, expected in ((10, False), (11, True)):
        together = [*shown, *[(700, lacking[700:800])] * errors]
        matrix = ReadMatrix.of(
            [
                SplitRead(n, at, at, 0, 100, 100, bases, b"\x25" * 100)
                for n, (at, bases) in enumerate(together)
            ]
        )
        assert is_error(matrix, copy) is expected


def test_without_reads_there_is_no_error() -> None:
    matrix = reads(REFERENCE, range(800, 810))
    own = np.zeros(len(matrix), dtype=np.bool_)
    assert not is_gap_error(WILDTYPE, matrix, fit(matrix, mutant()), own)


GAP_ALIKE = random_sequence(60, 24)


def explained(gap: int, *, change: int, quality: int = 37, longer: int = 0) -> bool:
    """Whether reads with a gap behind a run are errors; one base of the likeness is another.

    `change` is the place of that base, of this quality, and one read goes on for `longer` bases.
    """
    base = "A" if GAP_ALIKE[change] != "A" else "C"
    changed = GAP_ALIKE[:change] + base + GAP_ALIKE[change + 1 :]
    reference = LEFT[:500] + changed + LEFT[500:] + "GATTTT" + GAP_ALIKE + RIGHT
    run = reference.index("GATTTT" + GAP_ALIKE) + 6
    place = run + min(gap, 0)
    inserted = "T" * max(gap, 0) + reference[500:place]
    far = Haplotype(reference, insertion_between(reference, place, place, inserted))
    text = reference[:place] + "T" * max(gap, 0) + reference[run:]
    there = []
    for number, end in enumerate(range(place + 40, place + 55)):
        begin, size = end - 100, 100 + (longer if number == 0 else 0)
        bases, qualities = text[begin : begin + size], bytearray(b"\x25" * size)
        at = place + max(gap, 0) + change - begin
        qualities[at] = quality
        there.append(SplitRead(number, begin, begin, 0, size, size, bases, bytes(qualities)))
    matrix = ReadMatrix.of(there)
    own = np.ones(len(matrix), dtype=np.bool_)
    return is_gap_error(Haplotype(reference), matrix, fit(matrix, far), own)


@pytest.mark.parametrize(
    ("gap", "is_one"), [(-3, False), (-2, True), (-1, True), (1, True), (2, True), (3, False)]
)
def test_gaps_of_one_and_two_bases_are_asked(gap: int, is_one: bool) -> None:
    """Also beside a read that is longer than the others."""
    assert explained(gap, change=10) is is_one
    assert explained(gap, change=10, longer=5) is is_one


@pytest.mark.parametrize(("quality", "is_one"), [(15, True), (8, False)])
def test_a_gap_costs_five_and_may_fit_two_worse(quality: int, is_one: bool) -> None:
    """A poor base takes three of the score of the mutant, a very poor one two."""
    assert explained(-1, change=10, quality=quality) is is_one
