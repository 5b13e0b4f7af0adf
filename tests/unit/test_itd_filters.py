"""What an ITD is judged by, at its thresholds and beside them."""

from dataclasses import dataclass

import numpy as np
import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.copies import copied_span
from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion, insertion_between
from flt3itd.insertions.itd_filters import (
    HETEROZYGOUS,
    HOMOZYGOUS,
    LONGEST_INHERITED,
    ItdParameters,
    estimated_together,
    few_reads_span,
    filters_of,
    holds_primer,
    inherited_like,
    is_uncountable,
    primer_sites,
    unanswered,
    unexplained_clips,
    unresolved_fragments,
)
from flt3itd.insertions.residues import Residue
from flt3itd.insertions.two_ends import BothEnds
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.primers import PrimerPair
from tests.builders import random_sequence

REFERENCE = random_sequence(400, seed=5)
ITD = Haplotype(REFERENCE, insertion_between(REFERENCE, 130, 130, REFERENCE[100:130]))
NEEDS = ItdParameters()


@dataclass(frozen=True)
class Searched:
    """A reference with a region and a target."""

    target: tuple[int, int]
    region: tuple[int, int] = (50, 250)
    sequence: str = REFERENCE


EVERYWHERE = Searched((0, 400))


def test_three_fragments_pass_and_two_do_not() -> None:
    assert filters_of(ITD, 3, EVERYWHERE, NEEDS, None) == ()
    assert filters_of(ITD, 2, EVERYWHERE, NEEDS, None) == (Flt3Filter.LOW_SUPPORT,)


def test_a_known_itd_needs_no_support_but_more_than_errors_show() -> None:
    assert filters_of(ITD, 0, EVERYWHERE, NEEDS, 0.01) == ()
    assert filters_of(ITD, 9, EVERYWHERE, NEEDS, 0.0101) == (Flt3Filter.BACKGROUND,)


def test_an_itd_that_touches_the_target_is_on_it() -> None:
    start, end = copied_span(ITD)

    def is_off(first: int, last: int) -> bool:
        return Flt3Filter.OFF_TARGET in filters_of(ITD, 9, Searched((first, last)), NEEDS, None)

    assert not is_off(end, 400)
    assert is_off(end + 1, 400)
    assert not is_off(0, start)
    assert is_off(0, start - 1)


def clips(place: int, fragments: int, depth: int = 100, target: tuple[int, int] = (60, 80)) -> bool:
    """Whether clips that no insertion explains are told of."""
    depths = np.full(200, 10_000)
    depths[place - 50] = depth
    left = [Residue(0, place, fragments, None), Residue(1, 70, 99, ITD)]
    found = unexplained_clips(left, depths, Searched(target), NEEDS)
    assert found in ({}, {place: fragments})
    return bool(found)


def test_clips_on_target_that_nothing_explains_are_told_of() -> None:
    assert clips(60, 3)
    assert clips(80, 3)
    assert not clips(59, 3)
    assert not clips(81, 3)
    assert not clips(70, 2)
    assert clips(70, 3, depth=300)  # one of a hundred
    assert not clips(70, 3, depth=301)


def test_clips_at_one_place_are_added_up() -> None:
    left = [Residue(0, 70, 2, None), Residue(1, 70, 1, None), Residue(0, 65, 1, None)]
    assert unexplained_clips(left, np.zeros(200, dtype=np.int64), Searched((60, 80)), NEEDS) == {
        70: 3
    }


def test_an_insertion_that_was_proposed_and_not_borne_out_explains_no_clips() -> None:
    deletion = Haplotype(REFERENCE, None, (Deletion(130, 134, ""),))
    depths = np.full(200, 100, dtype=np.int64)
    for proposal, told in ((ITD, {70: 9}), (deletion, {})):
        left = [Residue(0, 70, 9, proposal), Residue(1, 75, 9, proposal)]
        assert unexplained_clips(left, depths, Searched((60, 80)), NEEDS) == told


def test_only_what_passes_and_can_be_seen_shares_a_likelihood() -> None:
    filters = {1: (), 2: (Flt3Filter.LOW_SUPPORT,), 3: (), 4: ()}
    assert estimated_together(filters, {4}) == [[1, 3], [2], [4]]
    assert estimated_together({2: (Flt3Filter.OFF_TARGET,)}, ()) == [[2]]
    assert estimated_together({}, ()) == []


@pytest.mark.parametrize(("disagree", "told"), [(2, 2), (1, 0), (0, 0)])
def test_a_tenth_of_the_fragments_that_disagree_alike_is_told(disagree: int, told: int) -> None:
    left = [Residue(1, 70, disagree, None), Residue(2, 70, 50, None), Residue(1, 90, 0, ITD)]
    assert unresolved_fragments(left, 1, 20) == told
    assert unresolved_fragments([], 1, 20) == unresolved_fragments([], 1, 5) == 0


@pytest.mark.parametrize(
    ("longest_read", "fragments", "uncountable"),
    [
        (53, 10_000, True),
        (54, 430, False),  # one place of 43 at which a read shows the junction
        (54, 429, True),
        (62, 57, False),  # 9 of 51
        (62, 56, True),
        (63, 52, False),  # 10 of 52
        (63, 51, True),
        (150, 15, False),  # 97 of 139
        (150, 14, True),
    ],
)
def test_copies_are_countable_where_five_fragments_span_one_with_twelve_bases_on_both_sides(
    longest_read: int, fragments: int, uncountable: bool
) -> None:
    assert is_uncountable(ITD, 30, longest_read, fragments) is uncountable
    foreign = Haplotype(REFERENCE, Insertion(130, 130, random_sequence(30, seed=6)))
    assert not is_uncountable(foreign, 30, longest_read, fragments)
    assert few_reads_span(ITD, 30, longest_read) is (longest_read < 63)


def test_the_sites_of_primers_are_those_given_else_the_ends_of_amplicons() -> None:
    """The 15 bases at the 3' end: beside an ITD that copied 21 of 22 bases 0.30 read 0.15."""
    pair = PrimerPair(left_start=10, left_end=32, right_start=200, right_end=221)
    amplicon = Amplicon(start=10, end=221, weight=1.0)
    assert primer_sites([pair], [amplicon]) == [(17, 32), (200, 215)]
    assert primer_sites([], [amplicon]) == [(15, 30), (201, 216)]
    short = PrimerPair(left_start=10, left_end=24, right_start=200, right_end=214)
    assert primer_sites([short], []) == [(10, 24), (200, 214)]
    assert primer_sites([], []) == []


def test_an_end_without_a_primer_suggests_no_site() -> None:
    """Sheared ends, and where single reads stop unless they pass the end of the product by six."""
    left, right = (15, 30), (201, 216)
    sheared = [Amplicon(10, 221, 1.0, sheared="left"), Amplicon(10, 221, 1.0, sheared="right")]
    assert [primer_sites([], [one]) for one in sheared] == [[left], [right]]
    assert primer_sites([], [sheared[0], sheared[0]]) == [left]

    def single(length: int, on_left: bool) -> Amplicon:
        size, none = np.array([length]), np.array([0])
        ends = (size, none) if on_left else (none, size)
        return Amplicon(10, 221, 1.0, FragmentShapes(*ends, size, np.array([1.0])))

    assert primer_sites([], [single(216, on_left=True)]) == [left]
    assert primer_sites([], [single(216, on_left=False)]) == [right]
    assert primer_sites([], [single(217, on_left=True)]) == [left, right]


def test_a_primer_site_is_copied_when_it_lies_in_the_segment_as_a_whole() -> None:
    start, end = ITD.segment
    assert holds_primer(ITD, [(0, 9), (start, end)])
    assert not holds_primer(ITD, [(start - 1, end)])
    assert not holds_primer(ITD, [(start, end + 1)])
    assert not holds_primer(ITD, [])


def inserted(length: int) -> Haplotype:
    bases = random_sequence(length, seed=length)
    return Haplotype(REFERENCE, insertion_between(REFERENCE, 150, 150, bases))


@pytest.mark.parametrize(
    ("vaf", "inherited"),
    [
        (HETEROZYGOUS[0], True),
        (HETEROZYGOUS[0] - 0.001, False),
        (HETEROZYGOUS[1], True),
        (HETEROZYGOUS[1] + 0.001, False),
        (HOMOZYGOUS, True),
        (HOMOZYGOUS - 0.001, False),
    ],
)
def test_an_inherited_insertion_has_half_of_the_molecules_or_all(
    vaf: float, inherited: bool
) -> None:
    assert inherited_like({1: ITD, 2: inserted(6)}, {1: 0.05, 2: vaf}) == [2] * inherited


def test_an_itd_that_carries_an_inherited_insertion_counts_among_its_molecules() -> None:
    short = inserted(6)
    assert isinstance(short.change, Insertion)
    carrier = Haplotype(REFERENCE, ITD.change, (short.change,))
    assert inherited_like({1: carrier, 2: short}, {1: 0.25, 2: 0.25}) == [2]
    assert inherited_like({1: ITD, 2: short}, {1: 0.25, 2: 0.25}) == []


@pytest.mark.parametrize(("length", "expected"), [(11, [2]), (12, [])])
def test_a_longer_insertion_is_never_taken_for_inherited(length: int, expected: list[int]) -> None:
    assert inherited_like({1: ITD, 2: inserted(length)}, {1: 0.2, 2: 0.5}) == expected


@pytest.mark.parametrize(("length", "expected"), [(8, [2]), (9, []), (10, [1])])
def test_of_two_short_insertions_the_longer_is_the_itd(length: int, expected: list[int]) -> None:
    other = Haplotype(REFERENCE, Insertion(250, 250, "TTTTGGGGTTTTGGGG"[:length]))
    assert inherited_like({1: inserted(9), 2: other}, {1: 0.4, 2: 0.5}) == expected


def test_of_two_short_insertions_one_that_carries_the_other_is_the_itd() -> None:
    short = Insertion(250, 250, "TTTGGG")
    carrier = Haplotype(REFERENCE, inserted(6).change, (short,))
    found = inherited_like({1: carrier, 2: Haplotype(REFERENCE, short)}, {1: 0.4, 2: 0.6})
    assert found == [2]


def test_a_short_insertion_alone_stays_what_was_found() -> None:
    assert inherited_like({2: inserted(6)}, {2: 0.5}) == []


def test_two_inherited_insertions_of_a_molecule_are_no_itd_of_their_sum() -> None:
    """7 and 8 bases in all molecules left no mutant to be estimated, and the call ended."""
    both = Haplotype(REFERENCE, inserted(7).change, (Insertion(250, 250, "TTTTGGGG"),))
    assert both.length_change > LONGEST_INHERITED
    assert inherited_like({1: both}, {1: 1.0}) == []


@pytest.mark.parametrize(
    ("fragments", "depth", "is_left"),
    [(10, 200, True), (9, 30, False), (10, 201, False), (50, 1000, True), (49, 1000, False)],
)
def test_one_in_twenty_fragments_that_nothing_explains_leaves_a_sample_unanswered(
    fragments: int, depth: int, is_left: bool
) -> None:
    depths = np.full(200, depth, dtype=np.int64)
    found = unanswered({130: fragments, 140: 3}, {}, depths, (50, 250), ())
    assert found == ((130, fragments) if is_left else None)


@pytest.mark.parametrize(
    ("fragments", "depth", "is_left"), [(10, 1000, True), (9, 100, False), (10, 1001, False)]
)
def test_few_fragments_leave_a_sample_unanswered_that_show_both_ends_of_an_insertion(
    fragments: int, depth: int, is_left: bool
) -> None:
    depths = np.full(200, depth, dtype=np.int64)
    both = BothEnds(90, fragments)
    found = unanswered({130: 6, 131: 4}, {130: both, 131: both}, depths, (50, 250), ())
    assert found == ((130, fragments) if is_left else None)


@pytest.mark.parametrize(
    ("place", "unexplained", "fragments", "is_outnumbered"),
    [
        (100, 10, 9, True), (100, 9, 8, False), (100, 10, 10, False),
        (88, 10, 9, True), (87, 10, 9, False), (142, 10, 9, True), (143, 10, 9, False),
    ],
)  # fmt: skip
def test_more_fragments_at_its_place_that_fit_nothing_speak_against_an_itd(
    place: int, unexplained: int, fragments: int, is_outnumbered: bool
) -> None:
    """Its segment is 100 to 130; reads may leave the reference up to twelve bases beside."""
    found = filters_of(ITD, fragments, EVERYWHERE, NEEDS, None, {place: unexplained})
    assert found == ((Flt3Filter.OUTNUMBERED,) if is_outnumbered else ())
    assert filters_of(ITD, fragments, EVERYWHERE, NEEDS, 0.0, {place: unexplained}) == ()


@pytest.mark.parametrize("outnumbering", [(), (130,)])
def test_fragments_that_outnumber_an_itd_leave_a_sample_unanswered(
    outnumbering: tuple[int, ...],
) -> None:
    depths = np.full(200, 1000, dtype=np.int64)
    found = unanswered({130: 10}, {}, depths, (50, 250), (), outnumbering)
    assert found == ((130, 10) if outnumbering else None)


@pytest.mark.parametrize(("place", "is_left"), [(105, False), (106, True), (175, False)])
def test_what_stands_behind_a_primer_leaves_nothing_unanswered(place: int, is_left: bool) -> None:
    depths = np.full(200, 100, dtype=np.int64)
    found = unanswered({place: 50}, {}, depths, (50, 250), (Amplicon(100, 180, 1.0),))
    assert found == ((place, 50) if is_left else None)


def test_defaults_are_those_of_the_docs() -> None:
    assert ItdParameters() == ItdParameters(
        minimum_mutant_fragments=3, minimum_depth=30, residual_family=2
    )
