"""Which sequences of a place reads and calls propose."""

from dataclasses import replace

import pytest

from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.candidates import are_apart, candidate_texts, text_with
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from tests.panel_builders import CONTIG, DELETION, DUP, GENOME, other
from tests.place_builders import COPY, FETCH, LENGTH, PLACE, molecule, reads_of, with_poor


def test_sequences_that_reads_show_whole_are_candidates() -> None:
    wildtype, deleted = GENOME[200:240], GENOME[200:210] + GENOME[222:240]
    reads = reads_of(wildtype, "w")
    for number, start in enumerate(range(150, 153)):
        sequence = molecule(deleted)[start : start + LENGTH]
        blocks = (Block(start, 0, 210 - start),)  # the rest is clipped
        reads.append(PlaceRead(f"m{number}", sequence, (), blocks, False))
    assert candidate_texts(reads, PLACE, FETCH, 0.005) == [wildtype, deleted]
    assert candidate_texts(reads[:-1], PLACE, FETCH, 0.005) == [wildtype]
    # A share of the fragments that show any.
    assert candidate_texts(reads, PLACE, FETCH, 0.5) == [wildtype]


def shown_by(sequence: str, *blocks: Block) -> list[str]:
    """The candidates beside the wild type that three fragments with such a read make."""
    reads = [PlaceRead(f"r{n}", sequence, (), blocks, False) for n in range(3)]
    return candidate_texts(reads, PLACE, FETCH, 0.005)[1:]


@pytest.mark.parametrize(("first", "last", "shown"), [(188, 252, 1), (189, 252, 0), (188, 251, 0)])
def test_a_read_holds_twelve_bases_on_both_sides_of_a_place(
    first: int, last: int, shown: int
) -> None:
    text = GENOME[first:210] + GENOME[222:last]
    blocks = Block(first, 0, 210 - first), Block(222, 210 - first, last - 222)
    assert shown_by(text, *blocks) == [GENOME[200:210] + GENOME[222:240]] * shown


def test_a_read_shows_that_all_of_a_place_is_gone() -> None:
    assert shown_by(GENOME[150:200] + GENOME[240:290], Block(150, 0, 50), Block(240, 50, 50)) == [
        ""
    ]


def test_a_clipped_read_may_begin_with_the_bases_before_a_place() -> None:
    text = COPY[:60]
    assert shown_by(GENOME[188:200] + text + GENOME[240:260], Block(240, 72, 20)) == [text]


def test_a_gap_may_be_aligned_over_the_first_base_of_a_place() -> None:
    sequence = GENOME[150:200] + GENOME[210:260]
    assert shown_by(sequence, Block(150, 0, 45), Block(205, 45, 55)) == [GENOME[210:240]]


def test_of_bases_that_a_read_holds_twice_those_that_are_aligned_there_count() -> None:
    sequence = GENOME[150:252] + GENOME[240:252]
    assert shown_by(sequence, Block(150, 0, 90), Block(240, 102, 12)) == [GENOME[200:252]]


def test_the_sixteen_sequences_that_most_reads_show_are_candidates() -> None:
    reads = [
        PlaceRead(f"r{at}.{n}", changed, (), (Block(150, 0, 110),), False)
        for at in range(205, 222)
        for changed in [GENOME[150:at] + other(GENOME[at]) + GENOME[at + 1 : 260]]
        for n in range(3)
    ]
    assert len(candidate_texts(reads, PLACE, FETCH, 0.005)) == 1 + 16


@pytest.mark.parametrize(
    ("starts", "apart"),
    [((200, 204), True), ((200, 203), False), ((200, 204, 210), True), ((200, 210, 213), False)],
)
def test_alleles_are_apart_that_replace_different_bases(
    starts: tuple[int, ...], apart: bool
) -> None:
    some = [
        Allele(CONTIG, at, GENOME[at : at + 4], "".join(map(other, GENOME[at : at + 4])))
        for at in starts
    ]
    assert are_apart(some) is apart


def of_deletion(name: str, *poor: int) -> PlaceRead:
    sequence = molecule(GENOME[200:210] + GENOME[222:240])[150 : 150 + LENGTH]
    return with_poor(PlaceRead(name, sequence, (), (Block(150, 0, 60),), False), *poor)


def test_reads_whose_poor_bases_lie_apart_show_a_sequence_together() -> None:
    wildtype, deleted = GENOME[200:240], GENOME[200:210] + GENOME[222:240]
    three = [of_deletion(f"m{at}", at) for at in (201, 204, 208)]
    assert candidate_texts(three, PLACE, FETCH, 0.005) == [wildtype, deleted]
    alike = [of_deletion(f"m{at}", 204) for at in range(3)]  # none of them shows base 204
    assert candidate_texts(alike, PLACE, FETCH, 0.005) == [wildtype]
    whole = [of_deletion("a"), of_deletion("b"), of_deletion("c", 204)]
    assert candidate_texts(whole, PLACE, FETCH, 0.005) == [wildtype, deleted]


@pytest.mark.parametrize(("poor", "candidates"), [(7, 2), (8, 1)])
def test_a_read_with_more_than_a_quarter_of_poor_bases_does_not_tell(
    poor: int, candidates: int
) -> None:
    some = [of_deletion(f"m{n}", *range(200, 200 + poor)) for n in range(2)]
    texts = candidate_texts([of_deletion("a"), of_deletion("b"), *some[:1]], PLACE, FETCH, 0.005)
    assert len(texts) == candidates


def test_calls_are_candidates_by_themselves() -> None:
    place = Place(CONTIG, 195, 260, (DUP, DELETION))
    texts = candidate_texts([], place, FETCH, 0.005)
    wildtype = GENOME[195:260]
    # 65 bases, which few reads hold: both changes together are a candidate, too.
    assert texts.pop() == text_with([DUP, DELETION], place, FETCH)
    narrow = replace(place, start=201, end=257)  # 60 bases with the copy
    assert len(candidate_texts([], narrow, FETCH, 0.005)) == 3
    # No read of an amplicon need hold what is longer than its own molecule.
    assert len(candidate_texts([], narrow, FETCH, 0.005, from_primers=True)) == 4
    assert len(candidate_texts([], replace(narrow, end=258), FETCH, 0.005)) == 4
    assert texts == [wildtype, text_with([DUP], place, FETCH), text_with([DELETION], place, FETCH)]
    assert texts[1] == GENOME[195:201] + DUP.alt[1:] + GENOME[201:260]
    assert texts[2] == GENOME[195:251] + GENOME[257:260]
