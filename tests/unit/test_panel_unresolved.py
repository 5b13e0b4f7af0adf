"""Where reads go on as nothing that was found does: what is told, and what is not."""

from dataclasses import replace

import pytest

from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.assembly import ClippedEnd, clipped_ends
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Clip, Place
from scripts.panel.rows import Unresolved
from scripts.panel.unresolved import OpenBreak, open_breaks, unresolved_rows
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, THRESHOLDS, transcript

AT = 280
BASES = random_sequence(60, seed=9)
BREAK = OpenBreak(CONTIG, ClippedEnd(Clip(AT, on_right=True), BASES, 5), 100)
FAR = random_sequence(2000, seed=4)


def told(one: OpenBreak, *events: Allele, regions: tuple[int, int] = (200, 300)) -> bool:
    rows = unresolved_rows([one], events, {CONTIG: [regions]}, [transcript()], THRESHOLDS, "S1")
    return bool(list(rows))


@pytest.mark.parametrize(
    ("fragments", "depth", "expected"),
    [
        (5, 100, True),
        (4, 100, False),
        (5, 50, True),
        (5, 49, False),
        (5, 500, True),
        (5, 501, False),
    ],
)
def test_a_break_needs_what_a_variant_needs(fragments: int, depth: int, expected: bool) -> None:
    one = replace(BREAK, end=replace(BREAK.end, fragments=fragments), depth=depth)
    assert told(one) is expected


@pytest.mark.parametrize(("beside", "expected"), [(20, False), (21, True)])
def test_the_reads_of_a_long_event_tell_of_that(beside: int, expected: bool) -> None:
    assert told(BREAK, Allele(CONTIG, AT + beside, "A", "A" * 90)) is expected
    assert told(BREAK, Allele(CONTIG, AT - beside - 1, "A", "A" * 90)) is expected
    assert told(BREAK, Allele("chr2", AT, "A", "A" * 90))


def test_what_lies_beside_the_targets_is_not_told() -> None:
    assert told(BREAK, regions=(AT, AT + 10))
    assert told(BREAK, regions=(AT - 10, AT))
    assert not told(BREAK, regions=(AT + 1, AT + 10))
    assert not told(BREAK, regions=(AT - 10, AT - 1))


@pytest.mark.parametrize(("distance", "expected"), [(450, 0), (451, 1)])
def test_bases_that_lie_near_are_no_break(distance: int, expected: int) -> None:
    at = 900
    bases = FAR[at + 10 + distance - 40 : at + 10 + distance]
    end = ClippedEnd(Clip(at, on_right=True), bases, 5)
    # Of the last of these only 15 bases lie within: too few to be told by.
    shorter = replace(end, bases=FAR[at + distance - 6 : at + distance + 14])
    place = Place(CONTIG, at, at + 10, ())

    def fetch(start: int, stop: int) -> str:
        return FAR[start:stop]

    found = open_breaks([shorter], [FAR[at : at + 10]], [], place, fetch)
    assert len(found) == expected
    assert not open_breaks([end], [FAR[at : at + 10]], [], place, fetch)


@pytest.mark.parametrize(("bases", "found"), [(12, 1), (11, 0)])
def test_short_clips_tell_nothing(bases: int, found: int) -> None:
    reads = [
        PlaceRead(
            str(number), "A" * 50 + BASES[:bases], (), (Block(AT - 50, 0, 50),), reverse=False
        )
        for number in range(3)
    ]
    assert len(clipped_ends(reads)) == found


@pytest.mark.parametrize(
    ("on_right", "position", "side"), [(True, AT, "right"), (False, AT + 1, "left")]
)
def test_a_row_says_where_the_reads_leave_the_reference(
    on_right: bool, position: int, side: str
) -> None:
    one = replace(BREAK, end=replace(BREAK.end, clip=Clip(AT, on_right=on_right)))
    (row,) = unresolved_rows([one], [], None, [transcript()], THRESHOLDS, "S1")
    assert row == Unresolved("S1", "GENE", CONTIG, position, side, 5, 100, 0.05, BASES)


@pytest.mark.parametrize(
    ("at", "gene"), [(99, ""), (100, "GENE"), (200, "GENE"), (300, "GENE"), (301, "")]
)
def test_the_gene_of_a_row_reaches_from_its_first_exon_to_its_last(at: int, gene: str) -> None:
    one = replace(BREAK, end=replace(BREAK.end, clip=Clip(at, on_right=True)))
    elsewhere = replace(transcript(), contig="chr2", gene="OTHER")
    rows = unresolved_rows([one], [], None, [elsewhere, transcript()], THRESHOLDS, "S1")
    assert [row.gene for row in rows] == [gene]


@pytest.mark.parametrize(("bases", "found"), [(20, 1), (19, 0)])
def test_fewer_alike_bases_are_no_break(bases: int, found: int) -> None:
    end = ClippedEnd(Clip(AT, on_right=True), BASES[:bases], 5)
    place = Place(CONTIG, AT, AT + 10, ())
    assert len(open_breaks([end], [""], [], place, lambda _start, _stop: "")) == found


def test_near_the_start_of_a_contig_nothing_is_read_before_it() -> None:
    """A fragment counts once, and where a read goes on on both sides of the place."""
    starts = {"a": (5,), "b": (4,), "c": (11,), "d": (12,), "both": (6, 7)}
    reads = [
        PlaceRead(name, "A" * 8, (), (Block(start, 0, 8),), reverse=False)
        for name, some in starts.items()
        for start in some
    ]
    end = ClippedEnd(Clip(12, on_right=True), BASES, 5)
    asked: list[int] = []

    def fetch(start: int, _stop: int) -> str:
        asked.append(start)
        return ""

    (found,) = open_breaks([end], [""], reads, Place(CONTIG, 12, 20, ()), fetch)
    assert found == OpenBreak(CONTIG, end, 3)  # not "b", which ends there, nor "d", which begins
    assert asked == [0, 20]
