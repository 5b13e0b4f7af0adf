"""Codons within clips: how far a clip is read, and which codons are known."""

import numpy as np
import numpy.typing as npt
import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.clipped_codons import read_clipped_codons
from flt3itd.kinase.exon_counts import UNSEEN, code_of
from flt3itd.kinase.pile import Pile
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_MATCH, CIGAR_SOFT_CLIP, aligned_blocks

LOCUS = flt3_locus()
EXON = LOCUS.exon(20)
LEAST = 3
_FIRST = 24
"""The first clipped base: the leftmost one of a codon, counted from the start of the exon."""
_OTHER = str.maketrans("ACGT", "CATG")


def pile_of(reads: list[AlignedRead]) -> Pile:
    pile = Pile(LOCUS, EXON, 20)
    pile.add(reads, [aligned_blocks(read.start, read.cigar) for read in reads])
    return pile


def read(bases: str, start: int, cigar: tuple[tuple[int, int], ...]) -> AlignedRead:
    return AlignedRead("r", start, cigar, bases, bytes([37]) * len(bases), False, True)


def known(bases: str, number: int) -> list[AlignedRead]:
    """Reads in one piece."""
    return [read(bases, EXON.start, ((CIGAR_MATCH, len(bases)),))] * number


def codes_with(
    number: int,
    on_right: bool,
    bases: str,
    *like: str,
    aligned: int = _FIRST,
    is_reverse: bool = False,
) -> tuple[Pile, npt.NDArray[np.uint8]]:
    """The codes of a clipped read, and of its codons, where so many reads show them aligned.

    The read ends with base 60 of the exon where it is clipped on the left.
    """
    cigar = ((CIGAR_MATCH, aligned), (CIGAR_SOFT_CLIP, len(bases) - aligned))
    start = EXON.start
    if not on_right:
        cigar = ((CIGAR_SOFT_CLIP, len(bases) - aligned), (CIGAR_MATCH, aligned))
        start += 60 - aligned
    clipped = read(bases, start, cigar)._replace(is_reverse=is_reverse)
    pile = pile_of([*(one for text in like for one in known(text, number)), clipped])
    codes = np.concatenate(pile.codes)
    read_clipped_codons(pile, codes, LEAST)
    return pile, codes


def changed(low: int, high: int, size: int = 60) -> str:
    """The first bases of the exon, with other ones in [low, high)."""
    bases = LOCUS.sequence[EXON.start : EXON.start + size]
    return bases[:low] + bases[low:high].translate(_OTHER) + bases[high:]


def seen(pile: Pile, codes: npt.NDArray[np.uint8], low: int, high: int) -> int:
    """The codons of [low, high) of the exon that the last read, the clipped one, shows."""
    columns = pile.columns(EXON.start + low, EXON.start + high)
    return int(np.count_nonzero(codes[-1, columns] != UNSEEN))


def test_codons_have_their_codes() -> None:
    assert [code_of(codon) for codon in ("AAA", "AAC", "TTT")] == [0, 1, 63]


@pytest.mark.parametrize(("number", "found"), [(LEAST - 1, 0), (LEAST, 5)])
def test_fifteen_bases_are_read_where_other_reads_show_the_change(number: int, found: int) -> None:
    text = changed(_FIRST, _FIRST + 3)
    pile, codes = codes_with(number, True, text, text)
    assert seen(pile, codes, _FIRST, 60) == found


def test_on_the_left_as_well() -> None:
    first = 60 - _FIRST
    text = changed(first - 3, first)
    pile, codes = codes_with(LEAST, False, text, text)
    assert seen(pile, codes, 0, first) == 5


def test_a_clip_that_begins_like_the_reference_is_not_read() -> None:
    text = changed(_FIRST + 3, _FIRST + 6)
    pile, codes = codes_with(LEAST, True, text, text)
    assert seen(pile, codes, _FIRST, 60) == 0


def test_nothing_is_read_behind_a_codon_that_no_other_read_shows() -> None:
    like = changed(_FIRST, _FIRST + 3)
    own = like[: _FIRST + 6] + changed(_FIRST + 6, _FIRST + 9)[_FIRST + 6 :]
    pile, codes = codes_with(LEAST, True, own, like)
    assert seen(pile, codes, _FIRST, 60) == 2


def test_a_clip_that_begins_like_the_reference_is_not_read_where_others_show_a_change() -> None:
    text = changed(_FIRST + 3, _FIRST + 6)
    pile, codes = codes_with(LEAST, True, text, text, changed(_FIRST, _FIRST + 3))
    assert seen(pile, codes, _FIRST, 60) == 0


def test_of_a_clip_within_a_codon_no_sixteenth_base_is_read() -> None:
    """From the last base of one codon on: four whole ones behind it, and two bases of a fifth."""
    text = changed(24, 27)
    pile, codes = codes_with(LEAST, True, text, text, aligned=26)
    assert seen(pile, codes, 24, 60) == 5


def test_a_clip_that_ends_with_the_first_base_of_a_codon_is_read_from_there() -> None:
    text = changed(33, 36)
    pile, codes = codes_with(LEAST, False, text, text, aligned=26)
    assert seen(pile, codes, 0, 36) == 5


def test_a_clip_may_end_with_the_first_base_of_the_exon() -> None:
    text = changed(0, 1)
    before = LOCUS.sequence[EXON.start - 20 : EXON.start]
    pile, codes = codes_with(LEAST, False, before + text, text, aligned=59)
    assert seen(pile, codes, 0, 3) == 1


@pytest.mark.parametrize("on_right", [True, False])
@pytest.mark.parametrize("is_reverse", [True, False])
def test_an_adapter_at_the_3_end_of_a_read_is_no_codon(on_right: bool, is_reverse: bool) -> None:
    """At its 5' end the same bases are those of the molecule."""
    adapter = "AGATCGGAAGAGCACACGTC"
    text = changed(0, 0)
    if on_right:
        bases, like = text[:24] + adapter, text[:24] + adapter[:3] + text[27:]
    else:
        turned = reverse_complement(adapter)
        bases, like = turned + text[36:], text[:33] + turned[-3:] + text[36:]
    pile, codes = codes_with(LEAST, on_right, bases, like, is_reverse=is_reverse)
    place = 24 if on_right else 33
    assert seen(pile, codes, place, place + 3) == (is_reverse is on_right)
