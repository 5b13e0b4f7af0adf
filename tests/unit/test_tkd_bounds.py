"""Kinase domain calls at their bounds: fragments, VAF, significance of gaps, what a row tells."""

import pytest

from flt3itd.common.counted import CountedUnit
from flt3itd.common.sampling import Sampling
from flt3itd.kinase.background import Background
from flt3itd.kinase.error_model import PlaceFactor
from flt3itd.kinase.tkd import TkdParameters, call_tkd
from flt3itd.records import Status
from tests.kinase_builders import D835, PLACE, codon, only_event, read, sample

D835Y = (D835 + 2, "C", "A")
I836DEL = (D835 - 6, "CATG", "C")


@pytest.mark.parametrize(
    ("fragments", "status"), [(99, Status.NOT_ASSESSABLE), (100, Status.DETECTED)]
)
def test_a_mutation_counts_from_100_fragments(fragments: int, status: Status) -> None:
    result = call_tkd(sample(40, fragments - 40, D835Y), PLACE)
    event = only_event(result)
    assert event.informative_fragments == fragments
    assert (event.status, codon(result, 835)[0]) == (status, status)
    assert event.filter == ("PASS" if status is Status.DETECTED else "low_depth")


@pytest.mark.parametrize("change", [D835Y, I836DEL], ids=["D835Y", "I836del"])
@pytest.mark.parametrize(("mutant", "called"), [(2, False), (3, True)])
def test_three_fragments_are_a_mutation(
    change: tuple[int, str, str], mutant: int, called: bool
) -> None:
    assert bool(call_tkd(sample(mutant, 200, change), PLACE).events) is called


@pytest.mark.parametrize("change", [D835Y, I836DEL], ids=["D835Y", "I836del"])
@pytest.mark.parametrize(("mutant", "called"), [(4, False), (5, True)])
def test_a_mutation_has_the_least_vaf_and_three_fragments(
    change: tuple[int, str, str], mutant: int, called: bool
) -> None:
    parameters = TkdParameters(minimum_vaf=0.01)
    reads = sample(mutant, 500 - mutant, change)
    assert bool(call_tkd(reads, PLACE, parameters).events) is called


@pytest.mark.parametrize(
    ("substitution", "raised"),
    [("2503G>T", True), ("2504A>T", True), ("2505T>A", True), ("2505T>C", False)],
    ids=["D835Y", "D835V", "D835E", "synonymous"],
)
def test_the_limit_of_a_codon_is_that_of_the_mutation_hardest_to_find(
    substitution: str, raised: bool
) -> None:
    """Controls show one substitution often: more fragments must have it, if it is a mutation."""
    reads = sample(0, 2000, D835Y)
    background = Background("", "", 10, {f"NM_004119.3:c.{substitution}": PlaceFactor(300.0, 50.0)})
    usual, noisy = (
        next(one for one in call_tkd(reads, PLACE, background=each).codons if one.residue == 835)
        for each in (None, background)
    )
    assert usual.limit_of_detection is not None
    assert noisy.limit_of_detection is not None
    assert (noisy.limit_of_detection > usual.limit_of_detection) is raised


def test_of_molecules_no_share_is_too_small() -> None:
    reads = sample(3, 4997, D835Y)
    assert call_tkd(reads, PLACE).events == ()
    (event,) = call_tkd(reads, PLACE, TkdParameters().of_molecules()).events
    assert event.vaf == 3 / 5000


@pytest.mark.parametrize(("mutant", "called"), [(22, False), (23, True)])
def test_copies_of_one_error_are_no_mutation(mutant: int, called: bool) -> None:
    """Of 200 molecules, each read five times: 23 reads are more than one that is damaged gives."""
    place = PLACE._replace(sampling=Sampling(CountedUnit.READS, 200.0))
    result = call_tkd(sample(mutant, 1000 - mutant, D835Y), place)
    assert bool(result.events) is called
    (limit,) = (one.limit_of_detection for one in result.codons if one.residue == 835)
    assert limit == pytest.approx(0.0657, abs=1e-4)
    assert call_tkd(sample(mutant, 1000 - mutant, D835Y), PLACE).events


@pytest.mark.parametrize(
    ("sampling", "mutant", "is_said"),
    [
        (Sampling(CountedUnit.READS), 9, True),
        (Sampling(CountedUnit.READS), 10, False),
        (Sampling(CountedUnit.READS, 5000), 9, False),
        (Sampling(CountedUnit.FRAGMENTS), 9, False),
    ],
)
def test_a_low_vaf_of_reads_of_an_unknown_input_is_doubted(
    sampling: Sampling, mutant: int, is_said: bool
) -> None:
    place = PLACE._replace(sampling=sampling)
    event = only_event(call_tkd(sample(mutant, 1000 - mutant, D835Y), place))
    assert ("copies of one molecule" in event.remark) is is_said


def test_two_bases_are_no_copied_error() -> None:
    place = PLACE._replace(sampling=Sampling(CountedUnit.READS, 200.0))
    assert call_tkd(sample(12, 988, (D835 + 1, "TC", "GA")), place).events


def test_a_gap_that_controls_show_as_often_is_an_error() -> None:
    name = "NM_004119.3:c.2508_2510del"
    reads = sample(20, 380, I836DEL)
    assert only_event(call_tkd(reads, PLACE)).hgvs_c == name
    noisy = Background("", "", 10, {name: PlaceFactor(1e5, 5.0)})
    assert call_tkd(reads, PLACE, background=noisy).events == ()


@pytest.mark.parametrize(("factor", "called"), [(255.0, True), (290.0, False)])
def test_gaps_are_tested_at_the_level_of_all_codons(factor: float, called: bool) -> None:
    """Their p-values are 3e-6 and 1.5e-5: below the level of the hotspots, which are few, both."""
    background = Background("", "", 10, {"NM_004119.3:c.2508_2510del": PlaceFactor(factor, 50.0)})
    found = call_tkd(sample(20, 380, I836DEL), PLACE, background=background)
    assert bool(found.events) is called


def test_a_mutation_has_its_domain_and_an_insertion_its_bases() -> None:
    inserted = only_event(call_tkd(sample(60, 540, (D835 - 16, "T", "TGGATCC")), PLACE))
    assert (inserted.inserted_sequence, inserted.domain) == ("GGATCC", "TKD2")
    for change in (D835Y, I836DEL):
        event = only_event(call_tkd(sample(60, 540, change), PLACE))
        assert (event.inserted_sequence, event.domain) == ("", "TKD2")


def test_a_longer_change_alters_the_codon_of_its_first_base() -> None:
    """Where a deletion begins with a base that stays, that is none of its own."""
    result = call_tkd(sample(60, 540, (D835 + 2, "C", "AGTA")), PLACE)
    assert codon(result, 835)[0] is Status.DETECTED


@pytest.mark.parametrize(
    ("start", "shows"),
    [(D835, True), (D835 + 1, False), (D835 - 97, True), (D835 - 98, False)],
    ids=["first base", "second base", "last base", "last but one"],
)
def test_a_read_shows_a_codon_that_begins_or_ends_it(start: int, shows: bool) -> None:
    result = call_tkd([*sample(0, 400, D835Y), read("other", start)], PLACE)
    assert codon(result, 835)[1] == 400 + shows


def test_a_third_read_does_not_settle_what_two_of_a_fragment_disagree_on() -> None:
    three = [
        read("three", D835 - 40, D835Y),
        read("three", D835 - 60, mate=2),
        read("three", D835 - 50, D835Y),
    ]
    result = call_tkd([*sample(0, 400, D835Y), *three], PLACE)
    assert codon(result, 835) == (Status.NOT_DETECTED, 400)
