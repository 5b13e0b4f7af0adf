"""Reads of molecules with more than one gap: when they are aligned anew, and how they then lie."""

import random

import pytest

from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
)
from flt3itd.reads.several_gaps import Laid, with_all_gaps

_CHANCE = random.Random(11)
REFERENCE = "".join(_CHANCE.choices("ACGT", k=600))
START = 200
_OTHER = str.maketrans("ACGT", "CGTA")
ADAPTER = "AGATCGGAAGAGCACACGTCTGAACTCC"


def laid(*operations: tuple[int, int], start: int = START) -> Laid:
    return Laid(start, operations)


def whole(sequence: str) -> Laid:
    """As a read lies without gaps and clips."""
    return laid((CIGAR_MATCH, len(sequence)))


def anew(read: Laid, sequence: str, *, is_reverse: bool = False) -> Laid:
    return with_all_gaps(read, sequence, REFERENCE, is_reverse=is_reverse)


def test_gaps_that_make_up_for_each_other_are_both_found() -> None:
    sequence = REFERENCE[200:240] + REFERENCE[249:275] + "TTACGCATC" + REFERENCE[275:315]
    assert anew(whole(sequence), sequence) == laid(
        (CIGAR_MATCH, 40),
        (CIGAR_DELETION, 9),
        (CIGAR_MATCH, 26),
        (CIGAR_INSERTION, 9),
        (CIGAR_MATCH, 40),
    )


def test_a_second_gap_is_found_where_a_read_is_clipped_at_it() -> None:
    sequence = REFERENCE[200:240] + REFERENCE[246:276] + REFERENCE[279:319]
    read = laid((CIGAR_MATCH, 40), (CIGAR_DELETION, 6), (CIGAR_MATCH, 30), (CIGAR_SOFT_CLIP, 40))
    found = anew(read, sequence)
    assert [code for code, _ in found.operations] == [0, 2, 0, 2, 0]
    assert sum(length for code, length in found.operations if code == CIGAR_DELETION) == 9


@pytest.mark.parametrize(("clip", "is_anew"), [(7, False), (8, True)])
def test_from_eight_clipped_bases_on(clip: int, is_anew: bool) -> None:
    """They are right, with a deletion of one base in front of them."""
    sequence = REFERENCE[200:280] + REFERENCE[281 : 281 + clip]
    read = laid((CIGAR_MATCH, 80), (CIGAR_SOFT_CLIP, clip))
    assert (anew(read, sequence) != read) is is_anew


@pytest.mark.parametrize("is_reverse", [False, True])
def test_an_adapter_is_not_aligned(is_reverse: bool) -> None:
    """At the other end of the read the same bases are nothing known, and clipped all the same."""
    sequence = REFERENCE[200:280] + ADAPTER
    read = laid((CIGAR_MATCH, 80), (CIGAR_SOFT_CLIP, len(ADAPTER)))
    assert anew(read, sequence, is_reverse=is_reverse) == read


@pytest.mark.parametrize(("run", "is_anew"), [(4, False), (3, True)])
def test_from_four_wrong_bases_of_ten_on(run: int, is_anew: bool) -> None:
    """A base less and a base more, with runs between them that differ at their ends alone."""
    runs = "A" + "CC" + "GGGG" + "T" * run
    reference = REFERENCE[:250] + runs + REFERENCE[250:]
    sequence = REFERENCE[200:250] + runs[1:] + "A" + REFERENCE[250:300]
    wrong = [at for at, base in enumerate(sequence) if base != reference[200 + at]]
    assert wrong == [50, 52, 56, 56 + run]
    read = whole(sequence)
    found = with_all_gaps(read, sequence, reference, is_reverse=False)
    assert (found != read) is is_anew


def test_a_changed_codon_stays_as_it_lies() -> None:
    sequence = REFERENCE[200:250] + REFERENCE[250:253].translate(_OTHER) + REFERENCE[253:300]
    assert anew(whole(sequence), sequence) == whole(sequence)


@pytest.mark.parametrize(("behind", "is_clipped"), [(6, True), (8, False)])
def test_ends_are_clipped_as_bwa_does(behind: int, is_clipped: bool) -> None:
    """Three wrong bases cost 12, which the bases behind them and 5 for the end make up."""
    two_gaps = REFERENCE[200:240] + REFERENCE[249:275] + "TTACGCATC" + REFERENCE[275:315]
    end = REFERENCE[315:318].translate(_OTHER) + REFERENCE[318 : 318 + behind]
    sequence = two_gaps + end
    found = anew(whole(sequence), sequence)
    assert (found.operations[-1] == (CIGAR_SOFT_CLIP, 3 + behind)) is is_clipped


@pytest.mark.parametrize(("left", "is_clipped"), [(4, False), (3, True)])
def test_no_read_is_laid_beyond_the_end_of_the_reference(left: int, is_clipped: bool) -> None:
    """Behind the end of the last exon of a template reads of RNA go on into the next one."""
    reference = REFERENCE[: 315 + left]
    sequence = REFERENCE[200:240] + REFERENCE[249:275] + "TTACGCATC" + REFERENCE[275:319]
    found = with_all_gaps(whole(sequence), sequence, reference, is_reverse=False)
    assert (found.operations[-1] == (CIGAR_SOFT_CLIP, 4 - left)) is is_clipped
