"""Haplotypes that compete for fragments: who fits what, and how much there is of each."""

import random

import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.reads.alignment import Block
from scripts.panel.candidates import candidate_texts
from scripts.panel.haplotypes import fragments_on, haplotypes_of
from scripts.panel.molecules import PlacedEvent
from scripts.panel.place_reads import PlaceRead
from scripts.panel.shares import Fragment, Mixture
from tests.panel_builders import DELETION, GENOME, other
from tests.place_builders import COPY, FETCH, LENGTH, PLACE, reads_of, with_poor


def test_no_haplotype_is_seen_more_easily_for_being_shorter() -> None:
    """As many molecules of a wild type and of a copy of 40 bases: a half each."""
    reads = reads_of(GENOME[200:240], "w") + reads_of(COPY, "m")
    fragments = fragments_on(haplotypes_of([GENOME[200:240], COPY], PLACE, FETCH), reads)
    mixture = Mixture(fragments, 2, 3)
    assert mixture.present == [0, 1]
    share = mixture.share(frozenset({1}))
    assert share.vaf == pytest.approx(0.5, abs=0.01)
    assert share.mutant > share.informative / 2  # more reads show it, with less weight


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


def test_a_poor_base_that_tells_two_sequences_apart_counts_for_neither() -> None:
    wildtype = GENOME[200:240]
    changed = wildtype[:20] + other(wildtype[20]) + wildtype[21:]
    reads = reads_of(wildtype, "w", 160, 170) + reads_of(changed, "m", 160, 162)
    doubtful = [with_poor(one, 220) for one in reads_of(changed, "d", 160, 165)]
    assert candidate_texts(reads + doubtful, PLACE, FETCH, 0.005) == [wildtype]
    elsewhere = [with_poor(one, 230) for one in reads_of(changed, "d", 160, 161)]
    assert candidate_texts(reads + elsewhere, PLACE, FETCH, 0.005) == [wildtype, changed]


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
