"""Bases of duplications that are other ones too, and ends of a place that no read shows."""

import pytest

from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.candidates import candidate_texts, with_gaps
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from tests.panel_builders import CONTIG, GENOME, READ, sequence_of, substitution

FIRST, SIZE = 260, 30
PLACE = Place(CONTIG, FIRST, FIRST + SIZE, ())


def _duplication() -> Allele:
    anchor = GENOME[FIRST - 1]
    return Allele(CONTIG, FIRST - 1, anchor, anchor + GENOME[FIRST : FIRST + SIZE])


@pytest.mark.parametrize("at", [0, 12, SIZE - 1])
def test_a_base_that_is_another_one_may_be_so_in_both_copies(at: int) -> None:
    """No read holds both copies with the bases beside them: a polymorphism that was duplicated had
    but one of its two bases, and passed as another allele."""
    base = substitution(FIRST + at)
    place = Place(CONTIG, FIRST - 1, FIRST + SIZE, (_duplication(), base))
    texts = candidate_texts([], place, sequence_of(CONTIG), 0.01, from_primers=True)
    usual = GENOME[FIRST : FIRST + SIZE]
    changed = usual[:at] + base.alt + usual[at + 1 :]
    for copies in (changed + changed, changed + usual, usual + changed):
        assert GENOME[FIRST - 1] + copies in texts


def test_a_base_beside_the_copies_is_in_none_of_them() -> None:
    base = substitution(FIRST + SIZE + 4)
    place = Place(CONTIG, FIRST - 1, FIRST + SIZE + 10, (_duplication(), base))
    texts = candidate_texts([], place, sequence_of(CONTIG), 0.01, from_primers=True)
    # The wild type, each alone, and both.
    assert len(texts) == 4


def _reads(text: str, poor: tuple[int, ...]) -> list[PlaceRead]:
    """Reads from 30 bases in front of the place; `poor` counts from its first base."""
    start = FIRST - 30
    sequence = GENOME[start:FIRST] + text + GENOME[FIRST + SIZE : start + READ]
    blocks = (Block(start, 0, 45), Block(FIRST + 15, 49, len(sequence) - 49))
    return [
        PlaceRead(f"r{i}", sequence, tuple(30 + at for at in poor), blocks, reverse=False)
        for i in range(5)
    ]


@pytest.mark.parametrize(
    ("poor", "is_told"),
    [((0, 1, 2), True), ((32, 33), True), ((0, 33), True), ((12, 13), False)],
)
def test_ends_that_no_read_shows_are_those_of_the_reference(
    poor: tuple[int, ...], is_told: bool
) -> None:
    """Of primers: the whole was no candidate, and two of its three calls passed as one."""
    text = GENOME[FIRST : FIRST + 15] + "ACGT" + GENOME[FIRST + 15 : FIRST + SIZE]
    texts = candidate_texts(_reads(text, poor), PLACE, sequence_of(CONTIG), 0.01)
    assert (text in texts) is is_told


@pytest.mark.parametrize(("size", "length", "is_pair"), [
    (60, 100, False), (61, 100, True), (35, 75, False), (36, 75, True), (60, 150, False),
])  # fmt: skip
def test_two_calls_are_one_molecule_where_few_reads_hold_both(
    size: int, length: int, is_pair: bool
) -> None:
    """Two duplications 28 bases apart, in reads of 75, were two clones with a half of the VAF."""
    calls = substitution(FIRST), substitution(FIRST + size - 1)
    place = Place(CONTIG, FIRST, FIRST + size, calls)
    block = (Block(FIRST - 90, 0, length),)
    short = PlaceRead("r", GENOME[FIRST - 90 :][:length], (), block, reverse=False)
    texts = candidate_texts([short], place, sequence_of(CONTIG), 0.01)
    both = calls[0].alt + GENOME[FIRST + 1 : FIRST + size - 1] + calls[1].alt
    assert (both in texts) is is_pair


@pytest.mark.parametrize(("start", "is_told"), [(2, True), (6, True), (7, False)])
def test_an_assembled_sequence_may_have_a_gap_beside(start: int, is_told: bool) -> None:
    """An inversion and a deletion of one molecule were two clones with a half of the VAF."""
    first = FIRST + start
    gap = Allele(CONTIG, first - 1, GENOME[first - 1 : first + 4], GENOME[first - 1])
    place = Place(CONTIG, FIRST, FIRST + SIZE, (gap, substitution(FIRST + 1)))
    own = "".join("CGTA"["ACGT".index(base)] for base in GENOME[FIRST + 10 : FIRST + 20])
    before, after = GENOME[FIRST : FIRST + 10], GENOME[FIRST + 20 : FIRST + SIZE]
    found = with_gaps([before + own + after], place, sequence_of(CONTIG))
    both = before[:start] + before[start + 4 :] + own + after
    assert found == ([both] if is_told else [])
