"""Reads of the wild type with a gap, which fit a mutant by chance."""

import numpy as np
import pytest

from flt3itd.insertions.comparison import ReadMatrix, fit
from flt3itd.insertions.counting import settle
from flt3itd.insertions.gap_errors import LARGEST_SHARE, is_gap_error
from flt3itd.insertions.haplotype import Haplotype, insertion_between
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
    text = REFERENCE[: RUN - 1] + REFERENCE[RUN:]
    rows = [(end - 100, text[end - 100 : end]) for end in range(RUN + 15, RUN + 30)]
    there = ReadSet()
    for number, (at, bases) in enumerate(rows):
        there.split.append(SplitRead(number, at, at, 0, 100, 100, bases, b"\x25" * 100))
    there.fragments = len(rows)
    insertion = mutant().insertion
    assert insertion is not None
    for known, left in (((), []), ((insertion,), [mutant()])):
        found = settle([mutant()], known, WILDTYPE, there, ReadMatrix.of(there.split))
        assert found.haplotypes[1:] == left


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
