"""Haplotypes that compete for fragments: who fits what, and how much there is of each."""

import random
from dataclasses import replace

import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.candidates import are_apart, candidate_texts, text_with
from scripts.panel.haplotypes import Fragment, Mixture, best_of, fragments_on, haplotypes_of
from scripts.panel.molecules import PlacedEvent
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from tests.panel_builders import CONTIG, DELETION, DUP, GENOME, other, sequence_of

FETCH = sequence_of(CONTIG)
PLACE = Place(CONTIG, 200, 240, ())
COPY = GENOME[200:240] * 2
"""The 40 bases of the place, twice."""
LENGTH = 100


def molecule(text: str) -> str:
    return GENOME[:200] + text + GENOME[240:]


def reads_of(text: str, name: str, first: int = 60, last: int = 300) -> list[PlaceRead]:
    """A read from each base of a molecule, aligned as far as the reference goes on."""
    whole = molecule(text)
    longer = len(text) - 40
    found = []
    for start in range(first, last + longer):
        sequence = whole[start : start + LENGTH]
        blocks = []
        if start < 200:
            blocks.append(Block(start, 0, min(LENGTH, 240 - start)))
        elif start + LENGTH > 240 + longer and start >= 200 + longer:
            blocks.append(Block(start - longer, 0, LENGTH))
        elif start + LENGTH > 240 + longer:
            query = 200 + longer - start
            blocks.append(Block(200, query, LENGTH - query))
        if blocks:
            found.append(PlaceRead(f"{name}{start}", sequence, (), tuple(blocks), start % 2 == 0))
    return found


def test_no_haplotype_is_seen_more_easily_for_being_shorter() -> None:
    """As many molecules of a wild type and of a copy of 40 bases: a half each."""
    reads = reads_of(GENOME[200:240], "w") + reads_of(COPY, "m")
    fragments = fragments_on(haplotypes_of([GENOME[200:240], COPY], PLACE, FETCH), reads)
    mixture = Mixture(fragments, 2, 3)
    assert mixture.present == [0, 1]
    share = mixture.share(frozenset({1}))
    assert share.vaf == pytest.approx(0.5, abs=0.01)
    assert share.mutant > share.informative / 2  # more reads show it, with less weight


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


def fragment(*mismatches: int, weight: float = 1.0, other: bool = False) -> Fragment:
    return Fragment(mismatches, weight, other, (False,))


def test_fragments_that_fit_several_are_shared_by_the_likelihood() -> None:
    """30 are A, 10 are B; 40 that fit both but not the wild type are three quarters A."""
    fragments = [
        *([fragment(0, 5, 5)] * 80),
        *([fragment(5, 0, 1)] * 30),
        *([fragment(5, 1, 0)] * 10),
        *([fragment(5, 0, 0)] * 40),
    ]
    mixture = Mixture(fragments, 3, 3)
    assert mixture.shares == pytest.approx({0: 0.5, 1: 0.375, 2: 0.125}, abs=1e-4)
    assert mixture.share(frozenset({1})).informative == 120
    assert mixture.share(frozenset({1, 2})).mutant == 80


@pytest.mark.parametrize(("own", "present"), [(3, [0, 1, 2]), (2, [0, 1])])
def test_a_haplotype_needs_fragments_of_its_own(own: int, present: list[int]) -> None:
    fragments = [
        *([fragment(0, 5, 5)] * 50),
        *([fragment(5, 0, 2)] * 30),
        *([fragment(5, 0, 0)] * 30),
        *([fragment(5, 2, 0)] * own),
    ]
    assert Mixture(fragments, 3, 3).present == present


def test_other_sequences_are_neither() -> None:
    fragments = [*([fragment(0, 5)] * 60), *([fragment(5, 0)] * 20)]
    fragments += [fragment(9, 9, other=True)] * 20
    share = Mixture(fragments, 2, 3).share(frozenset({1}))
    assert share.vaf == pytest.approx(0.2)
    assert (share.mutant, share.informative) == (20, 100)


def test_the_interval_is_that_of_as_many_equally_weighted_fragments() -> None:
    fragments = [fragment(0, 5, weight=1 + i % 2) for i in range(80)]
    fragments += [fragment(5, 0, weight=1 + i % 2) for i in range(20)]
    share = Mixture(fragments, 2, 3).share(frozenset({1}))
    low, high = wilson_interval(0.2 * 90, 90)  # 150 * 150 / 250
    assert (share.interval.low, share.interval.high) == pytest.approx((low, high))


@pytest.mark.parametrize(("others", "outnumbered"), [(24, True), (23, False)])
def test_twice_as_many_molecules_of_no_haplotype_outnumber_an_event(
    others: int, outnumbered: bool
) -> None:
    assert event_beside(mutant=12, others=others, count=400).is_outnumbered == outnumbered


@pytest.mark.parametrize(("others", "outnumbered"), [(20, True), (19, False)])
def test_so_few_molecules_of_no_haplotype_are_errors(others: int, outnumbered: bool) -> None:
    assert event_beside(mutant=4, others=others, count=400).is_outnumbered == outnumbered


def event_beside(*, mutant: int, others: int, count: int) -> PlacedEvent:
    some = [fragment(1, 0)] * mutant + [fragment(9, 9, other=True)] * others
    mixture = Mixture([*some, *[fragment(0, 1)] * (count - mutant - others)], 2, 3)
    carriers = frozenset({1})
    return PlacedEvent(DELETION, carriers, mixture, mixture.share(carriers))


@pytest.mark.parametrize(("errors", "other_sequence"), [(7, False), (8, True)])
def test_a_read_with_too_many_mismatches_fits_none(errors: int, other_sequence: bool) -> None:
    """Of 100 bases beside and in the place, two and one more for each twenty."""
    start = 170
    places = tuple(random.Random(4).sample(range(35, 65), errors))
    sequence = list(GENOME[start : start + LENGTH])
    for at in places:
        sequence[at] = other(sequence[at])
    read = PlaceRead("r", "".join(sequence), (), (Block(start, 0, LENGTH),), False)
    haplotypes = haplotypes_of([GENOME[200:240], ""], PLACE, FETCH)
    (found,) = fragments_on(haplotypes, [read])
    assert found.other is other_sequence
    # Bases below the quality do not count.
    poor = PlaceRead("r", "".join(sequence), places, read.blocks, False)
    assert not fragments_on(haplotypes, [poor])[0].other


@pytest.mark.parametrize(("room", "weight"), [(6, 1.0), (5, 0.5)])
def test_a_read_begins_on_the_left_with_room(room: int, weight: float) -> None:
    start = 200 - room
    read = PlaceRead("r", GENOME[start : start + 90], (), (Block(start, 0, 90),), False)
    (found,) = fragments_on(haplotypes_of([GENOME[200:240], ""], PLACE, FETCH), [read])
    assert found.weight == weight


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


def with_poor(read: PlaceRead, *places: int) -> PlaceRead:
    """A read with poor bases, misread, at places of the reference before any gap."""
    at = [place - read.first for place in places]
    wrong = "".join(other(b) if i in at else b for i, b in enumerate(read.sequence))
    return replace(read, sequence=wrong, poor=tuple(at))


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


def test_a_poor_base_that_tells_two_sequences_apart_counts_for_neither() -> None:
    wildtype = GENOME[200:240]
    changed = wildtype[:20] + other(wildtype[20]) + wildtype[21:]
    reads = reads_of(wildtype, "w", 160, 170) + reads_of(changed, "m", 160, 162)
    doubtful = [with_poor(one, 220) for one in reads_of(changed, "d", 160, 165)]
    assert candidate_texts(reads + doubtful, PLACE, FETCH, 0.005) == [wildtype]
    elsewhere = [with_poor(one, 230) for one in reads_of(changed, "d", 160, 161)]
    assert candidate_texts(reads + elsewhere, PLACE, FETCH, 0.005) == [wildtype, changed]


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


def test_reads_are_counted_by_their_strands() -> None:
    """A pair has one of each; a fragment that fits both haplotypes is of neither."""
    pairs = [Fragment((9, 0), 1.0, False, (False, True))] * 2
    pairs.append(Fragment((9, 0), 1.0, False, (False, False)))
    singles = [Fragment((0, 9), 1.0, False, (True,))] * 4
    both = [Fragment((0, 0), 1.0, False, (False, False))] * 5
    share = Mixture([*pairs, *singles, *both], 2, 3).share(frozenset({1}))
    assert share.mutant_reads == (4, 2)
    assert share.wildtype_reads == (0, 4)


def test_fragments_without_weight_say_nothing_of_how_much_there_is() -> None:
    mixture = Mixture([Fragment((9, 0), 0.0, False, (True,))] * 5, 2, 3)
    assert mixture.present == [0, 1]
    assert mixture.shares == {0: 1.0, 1: 0.0}
    share = mixture.share(frozenset({1}))
    assert (share.vaf, share.interval.low, share.interval.high) == (0.0, 0.0, 1.0)


@pytest.mark.parametrize("poor", [10, 50, 99])
def test_a_poor_base_is_no_mismatch_and_a_good_one_is(poor: int) -> None:
    """Also where it is the first or the last base that is compared, 30 beside the place."""
    usual = GENOME[200:240]
    wrong = [other(base) if i in (poor, 60) else base for i, base in enumerate(GENOME[160:260])]
    read = PlaceRead("r", "".join(wrong), (poor,), (Block(160, 0, LENGTH),), False)
    (fragment,) = fragments_on(haplotypes_of([usual, COPY], PLACE, FETCH), [read])
    assert fragment.mismatches[0] == 1


def test_a_read_beyond_what_is_compared_is_no_fragment() -> None:
    read = PlaceRead("r", GENOME[60:160], (), (Block(60, 0, LENGTH),), False)
    haplotypes = haplotypes_of([GENOME[200:240], COPY], PLACE, FETCH)
    assert fragments_on(haplotypes, [read], inside=True) == []
