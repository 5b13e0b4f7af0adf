"""Two ITDs whose junctions fragments show together are proposed as one molecule."""

import numpy as np
import pytest

from flt3itd.insertions.counting import Counts, Settled
from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion, change_between
from flt3itd.insertions.joining import (
    LEAST_JOINING,
    copied_from_elsewhere,
    joined,
    on_wildtypes,
    one_behind_the_other,
)
from flt3itd.insertions.parts import assemble
from flt3itd.insertions.placements import Library
from flt3itd.insertions.windows import find_windows
from flt3itd.reads.amplicons import Amplicon
from flt3itd.reads.library import FragmentShapes
from flt3itd.reads.read_set import ReadSet
from tests.builders import random_sequence

REFERENCE = random_sequence(2400, 8)
FILLER = "GACCTGATTACGT"


def tandem(start: int, end: int, filler: str = "") -> Haplotype:
    change = change_between(REFERENCE, end, end, filler + REFERENCE[start:end])
    assert isinstance(change, Insertion)
    return Haplotype(REFERENCE, change)


WITHOUT, WITH = tandem(1100, 1240), tandem(1100, 1240, FILLER)
OTHER_FILLER = tandem(1100, 1240, "TTGCAGGCATCCA")
SAME_FILLER = tandem(1105, 1240, "TTGCAGGCATCCA")
APART = tandem(1108, 1240, FILLER)
UNIT = REFERENCE[1100:1240]


def settled(both: int, each: int, *haplotypes: Haplotype) -> Settled:
    everyone = [Haplotype(REFERENCE), *haplotypes]
    windows = find_windows(everyone)
    one = windows.junction_mask(1) & ~windows.mask(2)
    other = windows.junction_mask(2) & ~windows.mask(1)
    for number in range(3, len(everyone)):  # of which fragments show what both alike have
        one, other = one & windows.mask(number), other & windows.mask(number)
    none = np.zeros(0, dtype=np.int64)
    patterns = {one: each - both, other: each - both, one | other: both}
    return Settled(everyone, windows, Counts(patterns, (each, each), none, (), none))


def test_copies_are_joined_in_both_orders() -> None:
    found = {one.sequence for one in joined(settled(20, 100, WITHOUT, WITH))}
    head, tail = REFERENCE[:1240], REFERENCE[1240:]
    assert found == {
        head + UNIT + FILLER + UNIT + tail,
        head + FILLER + UNIT + UNIT + tail,
    }


def test_an_itd_may_stand_on_another_wild_type() -> None:
    lost = change_between(REFERENCE, 1300, 1306, "")
    touching = change_between(REFERENCE, 1239, 1245, "")
    assert isinstance(lost, Deletion)
    assert isinstance(touching, Deletion)
    wildtypes = [Haplotype(REFERENCE, None, beside) for beside in ((), (lost,), (touching,))]
    on_lost = Haplotype(REFERENCE, WITHOUT.change, (lost,))
    assert list(on_wildtypes(WITHOUT, wildtypes)) == [on_lost]
    assert list(on_wildtypes(on_lost, wildtypes)) == []
    assert list(on_wildtypes(wildtypes[1], wildtypes)) == []


def test_what_is_joined_already_is_not_proposed() -> None:
    whole = one_behind_the_other(WITHOUT, WITH)
    assert whole is not None
    assert not list(joined(settled(20, 100, WITHOUT, WITH, whole)))


@pytest.mark.parametrize(
    ("both", "each", "proposed"),
    [
        (LEAST_JOINING, 10, True),
        (LEAST_JOINING - 1, 10, False),
        (5, 100, True),
        (4, 100, False),
    ],
)
def test_enough_fragments_must_show_both(both: int, each: int, proposed: bool) -> None:
    assert bool(list(joined(settled(both, each, WITHOUT, APART)))) == proposed


@pytest.mark.parametrize(
    ("length", "both", "proposed"), [(280, 3, True), (280, 2, False), (228, 3, False)]
)
def test_fewer_must_show_both_where_few_fragments_can(
    length: int, both: int, proposed: bool
) -> None:
    """Both reads of half of the fragments at a junction of 228 bases show both, of 280 few do."""
    library = Library(ReadSet(), (), captured=False)
    reads, fragments = np.array([75]), np.array([length])
    library.__dict__["longest_read"] = 75
    library.__dict__["shapes"] = FragmentShapes(reads, reads, fragments, np.array([1.0]))
    assert bool([*joined(settled(both, 400, WITHOUT, APART), library)]) == proposed
    amplicons = Library(ReadSet(), (Amplicon(1000, 1400, 1.0),), captured=False)
    assert not [*joined(settled(both, 400, WITHOUT, APART), amplicons)]


@pytest.mark.parametrize(
    ("other", "rarer", "proposed"),
    [
        (WITH, 100, True),
        (WITH, 62, True),
        (WITH, 61, False),
        (SAME_FILLER, 100, False),
        (APART, 100, False),
        (WITHOUT, 100, False),
    ],
    ids=["as frequent", "nearly", "rarer", "of one filler", "of other bases", "without a filler"],
)
def test_passages_with_other_fillers_may_be_of_one_molecule(
    other: Haplotype, rarer: int, proposed: bool
) -> None:
    """No fragment shows both; the other ITD has 100 fragments."""
    found = settled(0, 100, OTHER_FILLER, other)
    first, second, _ = found.counts.patterns
    counts = found.counts._replace(patterns={first: 100, second: rarer})
    assert bool([*joined(found._replace(counts=counts))]) == proposed


def test_three_standard_deviations_are_as_frequent() -> None:
    found = settled(0, 100, OTHER_FILLER, WITH)
    first, second, _ = found.counts.patterns
    counts = found.counts._replace(patterns={first: 65, second: 35})
    assert [*joined(found._replace(counts=counts))]


@pytest.mark.parametrize(("rarer", "proposed"), [(100, True), (101, False)])
def test_the_share_that_shows_both_is_of_the_rarer_one(rarer: int, proposed: bool) -> None:
    found = settled(5, 100, WITHOUT, APART)
    first, second, both = found.counts.patterns
    counts = found.counts._replace(patterns={first: 300, second: rarer - 5, both: 5})
    assert bool([*joined(found._replace(counts=counts))]) == proposed


@pytest.mark.parametrize(("start", "proposed"), [(1105, True), (1106, False)])
def test_such_passages_are_at_one_place(start: int, proposed: bool) -> None:
    assert bool([*joined(settled(0, 50, OTHER_FILLER, tandem(start, 1240, FILLER)))]) == proposed


def elsewhere(start: int, end: int, place: int, copy: int = 0) -> str:
    """The molecule with bases of another place inserted, and a copy of what stands before it."""
    inserted = REFERENCE[start:end] + REFERENCE[place - copy : place]
    return REFERENCE[:place] + inserted + REFERENCE[place:]


@pytest.mark.parametrize("copy", [0, 30])
@pytest.mark.parametrize(("start", "end"), [(700, 790), (1700, 1790)])
def test_a_duplication_and_a_deletion_are_the_ends_of_one_insertion(
    start: int, end: int, copy: int
) -> None:
    """Where what is inserted stands before it, and behind."""
    place = 1200
    before = start < place
    long = tandem(start, place) if before else tandem(place - copy, end)
    lacking = (end, place - copy) if before else (place, start)
    deletion = Haplotype(REFERENCE, None, (Deletion(*lacking, ""),))
    found = {one.sequence for one in copied_from_elsewhere([long, deletion])}
    assert elsewhere(start, end, place, copy) in found
    assert len(found) == (2 if copy else 1)


@pytest.mark.parametrize(
    ("apart", "is_one"), [(-400, True), (-401, False), (60, True), (61, False)]
)
def test_ends_far_from_each_other_are_of_two_changes(apart: int, is_one: bool) -> None:
    deletion = Haplotype(REFERENCE, None, (Deletion(790, 1200 + apart, ""),))
    assert bool([*copied_from_elsewhere([tandem(350, 1200), deletion])]) == is_one


def test_duplications_beside_each_other_keep_their_names() -> None:
    left, right = tandem(1100, 1152), tandem(1192, 1216)
    whole = one_behind_the_other(left, right)
    assert whole is not None
    assert (whole.insertion, whole.beside) == (left.insertion, (right.insertion,))
    assert one_behind_the_other(right, left) is None


def test_changes_beside_stay_where_they_are() -> None:
    lost = change_between(REFERENCE, 1050, 1056, "")
    new = change_between(REFERENCE, 1300, 1300, "ACGTA")
    assert lost is not None
    assert new is not None
    left = Haplotype(REFERENCE, tandem(1100, 1152).change, (lost,))
    right = Haplotype(REFERENCE, tandem(1192, 1216).change, (new,))
    whole = one_behind_the_other(left, right)
    assert whole is not None
    assert set(whole.parts) == {lost, left.change, right.change, new}


def test_two_chains_that_share_a_junction_go_on_into_each_other_there() -> None:
    """Four copies, of which fragments show three at most."""
    other = "TTGCAGGCATCCA"
    head, tail = REFERENCE[:1100], REFERENCE[1240:]
    first = head + UNIT + UNIT + FILLER + UNIT + tail
    second = head + UNIT + FILLER + UNIT + other + UNIT + tail
    chains = [
        assemble(REFERENCE, 1100, 1240, one[1100 : len(one) - len(tail)]) for one in (first, second)
    ]
    assert None not in chains
    found = [one.sequence for one in joined(settled(0, 100, *filter(None, chains)))]
    assert head + UNIT + UNIT + FILLER + UNIT + other + UNIT + tail in found


def test_a_chain_that_is_part_of_another_proposes_nothing() -> None:
    """Three copies and two of them share a junction, but no new one follows."""
    whole = one_behind_the_other(WITHOUT, WITH)
    assert whole is not None
    assert not list(joined(settled(0, 100, WITHOUT, whole)))


@pytest.mark.parametrize("place", [20, 120])
def test_copies_of_which_one_has_another_base_are_put_into_three(place: int) -> None:
    """Reads reach one junction only: two equal copies more explain it, and one with the base."""
    base = "ACGT"["ACGT".index(UNIT[place]) - 1]
    changed = UNIT[:place] + base + UNIT[place + 1 :]
    head, tail = REFERENCE[:1240], REFERENCE[1240:]
    two, three = (
        assemble(REFERENCE, 1240, 1240, copies)
        for copies in (FILLER + changed, (FILLER + UNIT) * 2)
    )
    assert two is not None
    assert three is not None
    found = {one.sequence for one in joined(settled(0, 100, two, three))}
    assert head + FILLER + UNIT + FILLER + changed + tail in found


def test_equal_copies_are_not_joined() -> None:
    three = assemble(REFERENCE, 1240, 1240, (FILLER + UNIT) * 2)
    assert three is not None
    assert not list(joined(settled(0, 100, WITH, three)))


@pytest.mark.parametrize(
    ("at_junctions", "molecules", "proposed"),
    [(55, 100, False), (56, 100, True), (29, 40, False), (30, 40, True)],
)
def test_itds_of_more_molecules_than_there_are_stand_on_the_same(
    at_junctions: int, molecules: int, proposed: bool
) -> None:
    """No fragment shows both junctions: 55 and 55 of 100 molecules may differ, as measured."""
    everyone = [Haplotype(REFERENCE), tandem(1000, 1030), tandem(1400, 1416)]
    windows = find_windows(everyone)
    patterns = {}
    for number, own in enumerate(windows.own[1:], start=1):
        patterns[windows.junction_mask(number)] = at_junctions
        patterns[1 << own.boundaries[0]] = molecules
    none = np.zeros(0, dtype=np.int64)
    counts = Counts(patterns, (at_junctions, at_junctions), none, (), none)
    assert bool(list(joined(Settled(everyone, windows, counts)))) == proposed
