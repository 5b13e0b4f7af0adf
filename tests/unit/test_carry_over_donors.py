"""Which sample of a run is a donor, and of what, up to which share."""

import dataclasses

import pytest

from flt3itd.records import Status, allele_key
from scripts.carry_over.alleles import AlleleKind, SeenAllele, seen_alleles
from scripts.carry_over.donors import DONOR_VAF, MOST_HOPPED, donor_of
from tests.carry_over_builders import SHARE, result, seen
from tests.flt3_builders import (
    itd_event,
    known_itd,
)
from tests.report_builders import panel_variant


@pytest.mark.parametrize(
    ("here", "there", "is_carried"),
    [
        ((5, 1000), (400, 1000), True),  # 0.5 % of its molecules
        ((50, 10_000), (400, 1000), True),  # just 0.5 %, however many
        ((51, 10_000), (400, 1000), False),  # 0.51 %
        ((20, 1000), (4000, 10_000), True),  # 0.5 % of a deep donor's molecules
        ((31, 1000), (4000, 10_000), True),  # chance gives as many in 1 of 74
        ((32, 1000), (4000, 10_000), False),  # in 1 of 123
        ((3, 1000), (50, 1000), True),  # a donor at 5 %
        ((3, 1000), (49, 1000), False),
        ((12, 500), (2400, 10_000), True),
        ((12, 500), (2399, 10_000), False),  # not ten times as high
    ],
)
def test_thresholds_of_donors(
    here: tuple[int, int], there: tuple[int, int], is_carried: bool
) -> None:
    assert DONOR_VAF == 0.05
    found = donor_of(seen("S", "P2", *here), [seen("D", "P1", *there)], SHARE)
    assert (found is not None) == is_carried


@pytest.mark.parametrize(("here", "is_carried"), [(15, True), (16, False)])
def test_reads_of_one_molecule_come_over_as_molecules(here: int, is_carried: bool) -> None:
    """0.5 % of the 4 x 400 reads of a donor's ITD are eight families of one read each."""
    donor = seen("D", "P1", 400, 1000, copies=4.0)
    assert (donor_of(seen("S", "P2", here, 1000), [donor], SHARE) is not None) == is_carried
    plain = seen("D", "P1", 400, 1000)
    assert donor_of(seen("S", "P2", here, 1000), [plain], SHARE) is None


@pytest.mark.parametrize(
    "donor",
    [
        seen("D", "P1", 400, 1000, run="R2"),
        seen("D", "P2", 400, 1000),
        seen("D", "P1", 400, 1000, passes=False),
        seen("D", "P1", 400, 1000, alt="ACCGTT"),
        seen("D", "P1", 400, 1000, kind=AlleleKind.PANEL),
    ],
    ids=["another run", "the same patient", "held back", "another allele", "another caller"],
)
def test_who_is_no_donor(donor: SeenAllele) -> None:
    assert donor_of(seen("S", "P2", 3, 1000), [donor], SHARE) is None


def test_what_is_recurrent() -> None:
    hotspot = panel_variant(hotspot="W288")
    common = panel_variant(filter="common", pos=7)
    rare = panel_variant(pos=9)
    rows = list(seen_alleles("R1", "P1", result("S"), [hotspot, common, rare]))
    assert {row.copies for row in rows} == {1.0}  # unless more is said
    assert [row.recurrent for row in rows] == [True, True, False]


@pytest.mark.parametrize(
    ("here", "passes", "is_told"),
    [((20, 1000), True, True), ((21, 1000), True, False), ((3, 1000), False, False)],
)
def test_up_to_which_share_a_donor_of_a_hotspot_is_told(
    here: tuple[int, int], passes: bool, is_told: bool
) -> None:
    assert MOST_HOPPED == 0.02
    few = seen("S", "P2", *here, recurrent=True, passes=passes)
    donor = seen("D", "P1", 400, 1000, recurrent=True)
    assert donor_of(few, [donor], SHARE) == (donor if is_told else None)


def test_of_several_donors_the_one_with_most_molecules_is_named() -> None:
    donors = [seen("D1", "P1", 400, 1000), seen("D2", "P3", 900, 2000)]
    assert donor_of(seen("S", "P2", 3, 1000), donors, SHARE) == donors[1]


def test_alleles_are_told_apart_by_place_and_sequence() -> None:
    assert allele_key(itd_event()) != allele_key(itd_event(28_034_106, 28_034_162))


def test_what_was_looked_for_and_not_called_is_seen_with_its_state() -> None:
    for status in (Status.DETECTED, Status.NOT_DETECTED):
        made = result("S")
        known = (known_itd(status=status),)
        made = dataclasses.replace(made, itd=dataclasses.replace(made.itd, known=known))
        [row] = seen_alleles("R1", "P1", made, [])
        assert row.passes is (status is Status.DETECTED)
