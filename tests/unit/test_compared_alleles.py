"""What reads show of a short change, at the bounds of its window."""

import pytest

from flt3itd.kinase.compared_alleles import (
    Answer,
    ChangeView,
    Shown,
    Together,
    alleles_beside,
    look_at,
)
from flt3itd.kinase.short_changes import ShortChange
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
    aligned_blocks,
)

LOCUS = flt3_locus()
EXON = LOCUS.exon(20)
WHOLE = (0, len(LOCUS))
DELETED = 3
GOOD = 37


def differences(at: int, behind: int = 8) -> int:
    """Bases in which a deletion of three differs from the wild type, with so many behind it."""
    wild = LOCUS.sequence[at - 8 : at + behind]
    mutant = LOCUS.sequence[at - 8 : at] + LOCUS.sequence[at + DELETED : at + DELETED + behind]
    return sum(one != other for one, other in zip(wild, mutant, strict=True))


def place_with(number: int) -> int:
    """A place of exon 20 whose deletion differs in so many of the first eight bases behind it."""
    return next(at for at in range(EXON.start + 30, EXON.end - 30) if differences(at) == number)


def deletion(at: int) -> ShortChange:
    return ShortChange(at, LOCUS.sequence[at : at + DELETED], "")


def wild(start: int, length: int, quality: int = GOOD) -> AlignedRead:
    bases = LOCUS.sequence[start : start + length]
    cigar = ((CIGAR_MATCH, length),)
    return AlignedRead("w", start, cigar, bases, bytes([quality]) * length, False, True)


def mutant(at: int, before: int, behind: int, quality: int = GOOD) -> AlignedRead:
    """A read with the deletion, and so many bases on its sides."""
    bases = LOCUS.sequence[at - before : at]
    bases += LOCUS.sequence[at + DELETED : at + DELETED + behind]
    cigar = ((CIGAR_MATCH, before), (CIGAR_DELETION, DELETED), (CIGAR_MATCH, behind))
    quality_of = bytes([quality]) * len(bases)
    return AlignedRead("m", at - before, cigar, bases, quality_of, False, True)


def changed(read: AlignedRead, *places: int) -> AlignedRead:
    """The read with other bases at query coordinates."""
    bases = list(read.sequence)
    for place in places:
        bases[place] = "A" if bases[place] != "A" else "C"
    return read._replace(sequence="".join(bases))


def look(
    change: ShortChange,
    *reads: AlignedRead,
    beside: tuple[Together, ...] = (),
    bounds: tuple[int, int] = WHOLE,
) -> ChangeView:
    rows = [
        (number, read, aligned_blocks(read.start, read.cigar)) for number, read in enumerate(reads)
    ]
    return look_at(change, beside, rows, LOCUS, bounds=bounds, minimum_quality=20)


def shown(view: ChangeView) -> list[Shown | None]:
    return [answer.shows for answer in view.answers]


@pytest.mark.parametrize(("before", "speaks"), [(8, True), (7, False)])
def test_eight_bases_in_front_speak(before: int, speaks: bool) -> None:
    at = place_with(5)
    view = look(deletion(at), wild(at - before, 60), mutant(at, before, 60))
    assert shown(view) == ([Shown.WILD_TYPE, Shown.MUTANT] if speaks else [None, None])
    assert (view.count.wildtype, view.count.mutant) == (speaks, speaks)


@pytest.mark.parametrize(("behind", "speaks"), [(8, True), (7, False)])
def test_eight_bases_behind_speak(behind: int, speaks: bool) -> None:
    at = place_with(4)
    view = look(deletion(at), wild(at - 40, 40 + behind), mutant(at, 40, behind))
    assert shown(view) == ([Shown.WILD_TYPE, Shown.MUTANT] if speaks else [None, None])


def test_a_window_grows_until_four_bases_differ() -> None:
    at = place_with(3)
    needed = next(behind for behind in range(9, 60) if differences(at, behind) >= 4)
    for behind, speaks in ((needed, True), (needed - 1, False)):
        view = look(deletion(at), wild(at - 40, 40 + behind), mutant(at, 40, behind))
        assert shown(view) == ([Shown.WILD_TYPE, Shown.MUTANT] if speaks else [None, None])


def test_at_the_end_of_what_is_compared_one_base_is_enough() -> None:
    at = place_with(5)
    behind = next(behind for behind in range(1, 9) if differences(at, behind) == 1)
    within = (at - 40, at + DELETED + behind)
    assert shown(look(deletion(at), wild(at - 40, 60), bounds=within)) == [Shown.WILD_TYPE]
    nothing = look(deletion(at), wild(at - 40, 60), bounds=(at - 40, at))
    assert (shown(nothing), nothing.low, nothing.high) == ([None], at, at)


@pytest.mark.parametrize(("wrong", "speaks"), [(2, True), (3, False)])
def test_two_other_bases_are_errors(wrong: int, speaks: bool) -> None:
    at = place_with(7)
    places = [33, 35, 37][:wrong]
    view = look(
        deletion(at), changed(wild(at - 40, 100), *places), changed(mutant(at, 40, 60), *places)
    )
    assert shown(view) == ([Shown.WILD_TYPE, Shown.MUTANT] if speaks else [None, None])


@pytest.mark.parametrize(("quality", "speaks"), [(20, False), (19, True)])
def test_bases_of_low_quality_are_no_errors(quality: int, speaks: bool) -> None:
    at = place_with(7)
    read = changed(mutant(at, 40, 60), 33, 35, 37)
    qualities = bytearray(read.qualities)
    for place in (33, 35, 37):
        qualities[place] = quality
    view = look(deletion(at), read._replace(qualities=bytes(qualities)))
    assert shown(view) == [Shown.MUTANT if speaks else None]


def test_a_wild_type_that_differs_in_bases_of_low_quality_alone_says_nothing() -> None:
    at = place_with(5)
    read = wild(at - 40, 100)
    mutated = LOCUS.sequence[at + DELETED :]
    qualities = bytearray(read.qualities)
    for place, base in enumerate(LOCUS.sequence[at : at + 60]):
        if base != mutated[place]:
            qualities[40 + place] = 19
    assert shown(look(deletion(at), read._replace(qualities=bytes(qualities)))) == [None]


def test_an_answer_says_where_the_change_stands_in_the_read() -> None:
    at = place_with(5)
    view = look(deletion(at), mutant(at, 40, 60), mutant(at, 8, 60))
    assert view.answers == (Answer(Shown.MUTANT, 40), Answer(Shown.MUTANT, 8))
    # A clipped read is laid by what is behind the change.
    clipped = mutant(at, 12, 60)._replace(
        start=at + DELETED, cigar=((CIGAR_SOFT_CLIP, 12), (CIGAR_MATCH, 60))
    )
    assert look(deletion(at), clipped).answers == (Answer(Shown.MUTANT, 12),)
    inserted = ShortChange(at, "", "GATTACCAG")
    bases = LOCUS.sequence[at - 30 : at] + inserted.alt + LOCUS.sequence[at : at + 40]
    cigar = ((CIGAR_MATCH, 30), (CIGAR_INSERTION, 9), (CIGAR_MATCH, 40))
    read = AlignedRead("i", at - 30, cigar, bases, bytes([GOOD]) * len(bases), False, True)
    assert look(inserted, read).answers == (Answer(Shown.MUTANT, 30),)


def test_a_duplication_shows_where_a_read_goes_on_over_its_first_copy() -> None:
    """An aligner clips such a read behind the first copy: the end of the window looks aligned."""
    at = LOCUS.from_grch38(28_018_491)
    copied = LOCUS.sequence[at : at + 9]
    change = ShortChange(at, "", copied)
    bases = LOCUS.sequence[at - 50 : at] + copied + LOCUS.sequence[at : at + 20]
    cigar = ((CIGAR_MATCH, 59), (CIGAR_SOFT_CLIP, len(bases) - 59))
    read = AlignedRead("d", at - 50, cigar, bases, bytes([GOOD]) * len(bases), False, True)
    assert look(change, read).answers == (Answer(Shown.MUTANT, 50),)


def test_molecules_of_a_change_beside_are_neither() -> None:
    at = place_with(5)
    other = deletion(at + 10)
    both = mutant(at, 40, 60)
    view = look(deletion(at), mutant(at + 10, 50, 60), both, wild(at - 40, 120), beside=((other,),))
    assert shown(view) == [Shown.ANOTHER, Shown.MUTANT, Shown.WILD_TYPE]
    assert view.count[1:] == (1, 1, 1)
    assert view.count.informative == 3


def test_a_read_holds_the_places_of_all_alleles() -> None:
    at = place_with(5)
    beside = ((deletion(at - 7),),)
    for before, speaks in ((15, True), (14, False)):
        view = look(deletion(at), wild(at - before, 100), beside=beside)
        assert shown(view) == [Shown.WILD_TYPE if speaks else None]


def test_mates_that_do_not_agree_say_nothing() -> None:
    at = place_with(5)
    reads = [(1, mutant(at, 40, 60)), (1, wild(at - 40, 100)), (2, mutant(at, 40, 60))]
    rows = [(name, read, aligned_blocks(read.start, read.cigar)) for name, read in reads]
    view = look_at(deletion(at), (), rows, LOCUS, bounds=WHOLE, minimum_quality=20)
    assert view.count[1:] == (1, 0, 0)


@pytest.mark.parametrize(
    ("offset", "number", "is_beside"),
    [(15 + 11, 3, True), (15 + 12, 3, False), (-9, 3, True), (-10, 3, False), (5, 2, False)],
)
def test_alleles_beside_are_within_the_place_and_frequent(
    offset: int, number: int, is_beside: bool
) -> None:
    change = ShortChange(1000, "A" * 15, "")
    other = ShortChange(1000 + offset, "CC" if offset < 0 else "C", "")
    found = list(alleles_beside(change, {(other,): number, (change,): 50}, 3))
    assert found == ([(other,)] if is_beside else [])


def test_changes_of_one_read_are_an_allele_of_their_own() -> None:
    change, other = ShortChange(1000, "AAA", ""), ShortChange(1008, "CCC", "")
    far = ShortChange(1200, "G", "")
    carriers = {(change, other): 2, (change, other, far): 1, (change, far): 5}
    assert list(alleles_beside(change, carriers, 3)) == [(change, other)]


def test_the_place_where_reads_may_lie_wrongly_holds_the_window() -> None:
    at = place_with(4)
    view = look(deletion(at), wild(at - 40, 100))
    assert (view.low, view.high) == (at - 8, at + DELETED + 8)
    inserted = ShortChange(at, "", "GATTAC")
    view = look(inserted, wild(at - 40, 100))
    assert view.low == at - 8 - 6
