"""Reads that begin at primers: which of them count for the haplotypes of a place."""

from dataclasses import replace

import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.reads.alignment import Block
from scripts.panel.haplotypes import fragments_on, haplotypes_of
from scripts.panel.place_reads import PlaceRead
from scripts.panel.shares import Fragment, Mixture, best_of
from tests.panel_builders import GENOME, other
from tests.place_builders import COPY, FETCH, LENGTH, PLACE, molecule


def amplicon_of(text: str, name: str, copies: int) -> list[PlaceRead]:
    """Pairs of an amplicon from base 150 to 280 of the reference; a read holds not all of a copy.

    The read from the left primer and the one from the right primer, each aligned up to the place.
    """
    whole = molecule(text)
    last = 280 + len(text) - 40
    left = PlaceRead(name, whole[150 : 150 + LENGTH], (), (Block(150, 0, 90),), False)
    right = PlaceRead(
        name, whole[last - LENGTH : last], (), (Block(200, LENGTH - 80, 80),), True
    )  # fmt: skip
    return [replace(read, name=f"{name}{i}") for i in range(copies) for read in (left, right)]


def test_reads_from_primers_count_by_where_they_begin() -> None:
    """30 of 100 molecules of an amplicon have a copy of 40 bases, which no read holds whole."""
    reads = amplicon_of(GENOME[200:240], "w", 70) + amplicon_of(COPY, "m", 30)
    haplotypes = haplotypes_of([GENOME[200:240], COPY], PLACE, FETCH)
    share = Mixture(fragments_on(haplotypes, reads, from_primers=True), 2, 3).share(frozenset({1}))
    assert share.vaf == pytest.approx(0.3)
    assert (share.mutant, share.informative) == (30, 100)
    assert (share.interval.low, share.interval.high) == pytest.approx(wilson_interval(30, 100))
    # As if the reads began anywhere: fewer than there are.
    assert Mixture(fragments_on(haplotypes, reads), 2, 3).share(frozenset({1})).vaf < 0.2


def test_a_read_that_begins_in_the_place_says_nothing_of_how_much_there_is() -> None:
    """The read of a mate begins beside the place, five or six bases in front of it."""
    haplotypes = haplotypes_of([GENOME[200:240], ""], PLACE, FETCH)
    for room, seen in ((6, 1), (5, 0)):
        start = 200 - room
        text = GENOME[start : start + LENGTH]
        read = PlaceRead("r", text, (), (Block(start, 0, LENGTH),), False)
        assert len(fragments_on(haplotypes, [read], from_primers=True)) == seen


@pytest.mark.parametrize(
    ("primer", "lacks"),
    [
        ((178, 200), set()),
        ((179, 205), {1}),
        ((205, 231), {1, 2}),
        ((211, 233), {2}),
        ((240, 262), set()),
    ],
)
def test_a_primer_that_lies_in_a_change_may_not_bind(
    primer: tuple[int, int], lacks: set[int]
) -> None:
    """The wild type, one without its bases 200 to 210, and one with another base 230."""
    usual = GENOME[200:240]
    texts = [usual, usual[10:], usual[:30] + other(usual[30]) + usual[31:]]
    haplotypes = haplotypes_of(texts, PLACE, FETCH)
    assert {h for h, one in enumerate(haplotypes) if one.lacks(primer, haplotypes[0])} == lacks


@pytest.mark.parametrize(
    ("primer", "lacks"),
    [
        ((180, 205), {2}),  # what is inserted stands behind its last base
        ((180, 206), {1, 2}),
        ((205, 230), {2}),  # before its first base, and its own bases twice
        ((180, 200), set()),
        ((220, 240), set()),
    ],
)
def test_a_primer_whose_bases_stand_twice_may_bind_elsewhere(
    primer: tuple[int, int], lacks: set[int]
) -> None:
    """Other bases inserted before base 205, and bases 200 to 220 doubled."""
    usual = GENOME[200:240]
    foreign = "".join(map(other, GENOME[205:213]))
    texts = [usual, usual[:5] + foreign + usual[5:], usual[:20] + usual]
    haplotypes = haplotypes_of(texts, PLACE, FETCH)
    assert {h for h, one in enumerate(haplotypes) if one.lacks(primer, haplotypes[0])} == lacks


@pytest.mark.parametrize("hidden", [True, False])
def test_a_read_that_ends_in_its_primer_lies_with_it_on_its_site(*, hidden: bool) -> None:
    """The 30 bases in front of a primer are doubled; the wild type ends in it as well."""
    doubled = GENOME[210:240] + GENOME[210:240]
    primer = tuple(range(70, 90)) if hidden else ()
    wildtype = PlaceRead(
        "w",
        GENOME[170:260],
        tuple(range(70, 90)),
        (Block(170, 0, 90),),
        False,
        ((240, 260),) if hidden else (),
        primer,
    )
    haplotypes = haplotypes_of([GENOME[200:240], GENOME[200:210] + doubled], PLACE, FETCH)
    fragments = fragments_on(haplotypes, [wildtype], from_primers=True)
    assert len(fragments) == hidden
    assert all(best_of(one.mismatches, (0, 1)) == {0} for one in fragments)


@pytest.mark.parametrize(
    ("primer", "held"),
    [
        ((180, 206), {0, 2, 3}),
        ((205, 230), {0, 1, 2, 3}),
        ((180, 232), {0, 3}),
    ],
)
def test_a_primer_is_held_on_one_side_of_a_gap(primer: tuple[int, int], held: set[int]) -> None:
    """Eight bases inserted before base 205; bases 200 to 220 doubled; another base 239."""
    usual = GENOME[200:240]
    inserted = usual[:5] + "".join(map(other, GENOME[205:213])) + usual[5:]
    texts = [usual, inserted, usual[:20] + usual, usual[:39] + other(usual[39])]
    haplotypes = haplotypes_of(texts, PLACE, FETCH)
    assert {h for h, one in enumerate(haplotypes) if one.holds(primer, haplotypes[0])} == held


def test_a_primer_that_is_clipped_is_one_of_its_amplicon() -> None:
    """The first copy of what is doubled is clipped, with the primer that stands in it."""
    doubled = GENOME[205:235] + GENOME[205:235]
    sequence = GENOME[200:235] + GENOME[205:270]
    blocks = (Block(205, 35, 65),)
    read = PlaceRead("m", sequence, (), blocks, False, clipped_primers=(GENOME[200:222],))
    haplotypes = haplotypes_of(
        [GENOME[200:240], GENOME[200:205] + doubled + GENOME[235:240]], PLACE, FETCH
    )
    (fragment,) = fragments_on(haplotypes, [read], inside=True)
    assert fragment.unseen == {1}
    assert list(haplotypes[0].sites((GENOME[200:222], "ACGT" * 6))) == [(200, 222)]


def test_an_amplicon_with_a_primer_in_a_change_is_not_counted() -> None:
    """A second amplicon shows the wild type alone, whatever the molecules have."""
    lost = GENOME[210:240]
    whole = GENOME[150:200] + GENOME[210:260]
    reads = [
        *(PlaceRead(f"m{i}", whole, (), (Block(150, 0, 50), Block(210, 50, 50)), False)
          for i in range(20)),
        *(PlaceRead(f"w{i}", GENOME[150:250], (), (Block(150, 0, 100),), False)
          for i in range(80)),
        *(PlaceRead(f"o{i}", GENOME[190:290], (), (Block(190, 0, 100),), True, ((190, 205),))
          for i in range(100)),
    ]  # fmt: skip
    haplotypes = haplotypes_of([GENOME[200:240], lost], PLACE, FETCH)
    fragments = fragments_on(haplotypes, reads, from_primers=True)
    share = Mixture(fragments, 2, 3).share(frozenset({1}))
    assert share.vaf == pytest.approx(0.2)
    assert (share.mutant, share.informative) == (20, 100)
    alone = [replace(one, unseen=frozenset({1})) for one in fragments]
    assert Mixture(alone, 2, 3).share(frozenset({1})).informative == 200


def fragments_of(*counted: tuple[int, tuple[int, ...], set[int]]) -> list[Fragment]:
    """So many fragments with these mismatches, of amplicons that do not make some haplotypes."""
    return [
        Fragment(mismatches, 1.0, False, (), frozenset(unseen))
        for count, mismatches, unseen in counted
        for _ in range(count)
    ]


WILD, FIRST, SECOND = (0, 9, 9), (9, 0, 9), (9, 9, 0)


def test_each_amplicon_tells_of_the_haplotypes_that_it_makes() -> None:
    """Of 50%, 30% and 20%: one amplicon makes not the first mutant, the other not the second."""
    fragments = fragments_of(
        (50, WILD, {1}), (20, SECOND, {1}), (12, FIRST, {1}), (50, WILD, {2}), (30, FIRST, {2})
    )
    mixture = Mixture(fragments, 3, 3)
    assert mixture.open == frozenset()
    assert [mixture.shares[h] for h in range(3)] == pytest.approx([0.5, 0.3, 0.2], abs=1e-4)
    share = mixture.share(frozenset({2}))
    assert (share.mutant, share.informative) == (20, 70)
    assert share.vaf == pytest.approx(0.2, abs=1e-4)


@pytest.mark.parametrize(("seen", "is_open"), [(5, True), (6, False)])
def test_of_what_no_amplicon_is_known_to_make_the_share_is_open(seen: int, is_open: bool) -> None:
    """Of 100 fragments, 5 may be of primers that were misread."""
    fragments = fragments_of((80 - seen, WILD, {1}), (20, FIRST, {1}), (seen, WILD, set()))
    assert Mixture(fragments, 2, 3).open == (frozenset({1}) if is_open else frozenset())


@pytest.mark.parametrize(("errors", "found"), [(2, True), (3, False)])
def test_a_primer_with_two_errors_is_known(errors: int, found: bool) -> None:
    (wildtype,) = haplotypes_of([GENOME[200:240]], PLACE, FETCH)
    primer = "".join(map(other, GENOME[205 : 205 + errors])) + GENOME[205 + errors : 227]
    assert list(wildtype.sites([primer])) == ([(205, 227)] if found else [])


@pytest.mark.parametrize(("size", "lacks"), [(12, True), (11, False)])
def test_a_primer_in_a_copy_with_another_base_stands_twice(size: int, lacks: bool) -> None:
    """Bases 200 to 230 doubled, with another base 225 in the second copy."""
    usual = GENOME[200:240]
    doubled = usual[:30] + usual[:25] + other(usual[25]) + usual[26:]
    haplotypes = haplotypes_of([usual, doubled], PLACE, FETCH)
    assert haplotypes[1].lacks((203, 203 + size), haplotypes[0]) is lacks
