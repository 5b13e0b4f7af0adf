"""Molecules of another patient on the same run: found in 20 of 20, and no true one is lost."""

import dataclasses

import numpy as np
import pytest

from flt3itd.records import EventKind, FltResult, Status, allele_key
from scripts.carry_over import mark
from scripts.carry_over.alleles import AlleleKind, SeenAllele, seen_alleles
from scripts.carry_over.donors import compare, donor_of
from scripts.carry_over.hold_back import without_carried_itds, without_carried_variants
from scripts.patient.genotypes import with_donors
from scripts.patient.model import PanelGenotype
from scripts.report.panel_words import variant_remarks
from tests.carry_over_builders import SHARE, counted, result, seen
from tests.flt3_builders import (
    itd_event,
    known_itd,
)
from tests.report_builders import panel_variant


@pytest.mark.parametrize("seed", range(20))
def test_what_hops_over_is_found_in_twenty_of_twenty(seed: int) -> None:
    """Donors of 10 to 80 %, depths of 500 to 20,000; 0.1 to 0.5 % of the donor's reads hop."""
    rng = np.random.default_rng(seed)
    deep, shallow = rng.integers(500, 20_000, size=2).tolist()
    there = rng.binomial(deep, rng.uniform(0.1, 0.8))
    here = max(1, int(rng.poisson(rng.uniform(0.001, 0.005) * there)))
    donor, carried = seen("D", "P1", there, deep), seen("S", "P2", here, max(shallow, 20 * here))
    assert donor_of(carried, [donor, carried], SHARE) == donor


@pytest.mark.parametrize("seed", range(20))
def test_one_itd_in_two_patients_stays_in_both(seed: int) -> None:
    rng = np.random.default_rng(seed)
    levels = rng.uniform(0.02, 0.8, size=2)
    depths = rng.integers(500, 20_000, size=2)
    counts = [int(rng.binomial(n, p)) for n, p in zip(depths, levels, strict=True)]
    pair = [seen(f"S{i}", f"P{i}", counts[i], int(depths[i])) for i in (0, 1)]
    for one, other in (pair, pair[::-1]):
        if other.vaf < 10 * one.vaf:  # else one of them is at a level of carry-over
            assert donor_of(one, [other], SHARE) is None


def test_a_hotspot_keeps_its_state_and_names_the_donor() -> None:
    """Many patients have it; but 1.1 % beside a patient with half may be that patient's."""
    there = panel_variant(alternate_fragments=500, depth=1000, vaf=0.5, hotspot="R882")
    here = panel_variant(alternate_fragments=11, depth=1000, vaf=0.011, hotspot="R882")
    donor = next(seen_alleles("R1", "P1", result("D"), [there]))
    rows = list(seen_alleles("R1", "P2", result("S"), [here]))
    [row] = without_carried_variants([here], compare("S", rows, [donor, *rows], SHARE))
    assert row.filter == "PASS"
    assert row.carry_over == (
        "may be carry-over from sample D of patient P1 on run R1: "
        "500 of 1000 there, 11 of 1000 here"
    )
    [own] = without_carried_variants([there], compare("D", [donor], [donor, *rows], SHARE))
    assert own == there


def test_a_mutation_of_the_kinase_domain_keeps_its_state_and_names_the_donor() -> None:
    def with_d835y(sample: str, mutant: int, status: Status) -> FltResult:
        made = result(sample)
        event = dataclasses.replace(counted(mutant, 1000), event=EventKind.TKD, status=status)
        return dataclasses.replace(made, tkd=dataclasses.replace(made.tkd, events=(event,)))

    there = list(seen_alleles("R1", "P1", with_d835y("D", 400, Status.DETECTED), []))
    for status, remark in (
        (Status.DETECTED, "may be carry-over from sample D of patient P1 on run R1"),
        (Status.NOT_DETECTED, ""),
    ):
        here = with_d835y("S", 8, status)
        rows = list(seen_alleles("R1", "P2", here, []))
        (event,) = without_carried_itds(here, compare("S", rows, there + rows, SHARE)).tkd.events
        assert (event.status, event.filter) == (status, here.tkd.events[0].filter)
        assert event.remark.startswith(remark)
        assert bool(event.remark) == bool(remark)


def test_a_carried_itd_is_held_back_with_donor_and_numbers() -> None:
    own = itd_event(28_034_110, 28_034_154, vaf=0.2, ar=0.2 / 0.797)
    carried = counted(3, 1000, ar=0.003 / 0.797)
    there = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    before = result("S", own, carried)
    rows = list(seen_alleles("R1", "P2", before, []))
    after = without_carried_itds(before, compare("S", rows, [there, *rows], SHARE))
    kept, held = after.itd.events
    assert kept == own
    assert (held.filter, held.status) == ("carry_over", Status.NOT_DETECTED)
    assert held.remark == (
        "carry-over from sample D of patient P1 on run R1: 400 of 1000 there, 3 of 1000 here"
    )
    assert after.itd.status is Status.DETECTED
    assert after.itd.total_ar == pytest.approx(own.ar, rel=1e-6)
    assert after.itd.total_vaf == pytest.approx(0.2 / 0.997, rel=1e-6)
    assert after.itd.total_ar_interval is not None
    assert after.itd.total_ar_interval.low == pytest.approx(0.88 * own.ar, rel=1e-6)
    assert after.itd.total_ar_interval.high == pytest.approx(1.15 * own.ar, rel=1e-6)


def test_a_sample_with_nothing_else_is_not_detected_with_its_limit() -> None:
    there = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    before = result("S", counted(3, 1000))
    rows = list(seen_alleles("R1", "P2", before, []))
    after = without_carried_itds(before, compare("S", rows, [there], SHARE))
    assert after.itd.status is Status.NOT_DETECTED
    assert after.itd.limit_of_detection is not None
    assert (after.itd.total_vaf, after.itd.total_ar_interval) == (None, None)


def test_a_known_itd_of_the_patient_keeps_its_state_and_gets_the_remark() -> None:
    there = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    earlier = result("diagnosis", counted(300, 1000))
    later = result("day28", counted(2, 1000))
    known = known_itd(status=Status.DETECTED, mutant_fragments=2, vaf=0.002)
    later = dataclasses.replace(later, itd=dataclasses.replace(later.itd, known=(known,)))
    rows = [
        *seen_alleles("", "P2", earlier, []),  # on no run, or on another one
        *seen_alleles("R1", "P2", later, []),
    ]
    after = without_carried_itds(later, compare("day28", rows, [there], SHARE))
    assert after.itd.status is Status.DETECTED
    assert after.itd.events[0].filter == "PASS"
    for one in (after.itd.events[0], after.itd.known[0]):
        assert one.remark.startswith("may be carry-over from sample D of patient P1 on run R1")


def test_an_itd_that_is_known_from_another_sheet_is_the_patients_own() -> None:
    there = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    later = result("day28", counted(2, 1000))
    later = dataclasses.replace(
        later, itd=dataclasses.replace(later.itd, known=(known_itd(status=Status.DETECTED),))
    )
    rows = list(seen_alleles("R1", "P2", later, []))
    after = without_carried_itds(later, compare("day28", rows, [there, *rows], SHARE))
    assert after.itd.events[0].filter == "PASS"
    assert after.itd.events[0].remark.startswith("may be carry-over from sample D")


def test_what_an_earlier_sample_only_had_from_a_donor_is_not_the_patients() -> None:
    """Two samples of a patient beside the donor: in neither it is known."""
    donor = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    samples = [result(name, counted(2, 1000)) for name in ("diagnosis", "day28")]
    known = dataclasses.replace(samples[1].itd, known=(known_itd(status=Status.DETECTED),))
    samples[1] = dataclasses.replace(samples[1], itd=known)
    rows = [row for one in samples for row in seen_alleles("R1", "P2", one, [])]
    for sample in samples:
        findings = compare(sample.sample, rows, [donor, *rows], SHARE)
        after = without_carried_itds(sample, findings)
        assert after.itd.events[0].filter == "carry_over"
        assert after.itd.known == ()


def test_what_was_wrongly_known_needs_support_on_a_run_without_the_donor() -> None:
    donor = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    first, later = result("A", counted(2, 1000)), result("B", counted(2, 1000))
    rows = [*seen_alleles("R1", "P2", first, []), *seen_alleles("R2", "P2", later, [])]
    after = without_carried_itds(later, compare("B", rows, [donor, *rows], SHARE))
    assert after.itd.events[0].filter == "low_support"


def test_a_panel_variant_is_held_back_and_says_from_whom() -> None:
    there = panel_variant(alternate_fragments=500, depth=1000, vaf=0.5, hotspot="")
    here = panel_variant(alternate_fragments=4, depth=1000, vaf=0.004, filter="low_vaf")
    donor = next(seen_alleles("R_1", "P1", result("D"), [there]))
    rows = list(seen_alleles("R_1", "P2", result("S"), [here]))
    [row] = without_carried_variants([here], compare("S", rows, [donor, *rows], SHARE))
    assert row.filter == "low_vaf;carry_over"
    words = "carry-over from sample D of patient P1 on run R_1: 500 of 1000 there, 4 of 1000 here"
    assert variant_remarks(row)[-1] == words


def test_what_passed_in_an_earlier_run_is_the_patients_own() -> None:
    """Its row keeps its state, and names the donor."""
    passing, held = panel_variant(), panel_variant(pos=7, filter="carry_over")
    own = mark.own_of_earlier([passing, held])
    assert own == {(AlleleKind.PANEL, allele_key(passing))}
    here = SeenAllele(
        "R1", "S", "P", AlleleKind.PANEL, *allele_key(passing), 3, 1000, 0.003, True, False
    )
    donor = dataclasses.replace(here, sample="T", patient="Q", mutant=500, vaf=0.5)
    found = compare("S", [here], [here, donor], SHARE)
    (unknown,) = without_carried_variants([passing], found)
    assert unknown.filter == "carry_over"
    (known,) = without_carried_variants([passing], dataclasses.replace(found, own=own))
    assert known.filter == passing.filter
    assert known.carry_over.startswith("may be carry-over from sample T")


def genotype_of(sample: str, mutant: int, **changes: object) -> PanelGenotype:
    """A panel variant of another sample of the patient, looked for in this one."""
    one = panel_variant()
    row = PanelGenotype(
        sample, one.chrom, one.pos, one.ref, one.alt, Status.DETECTED, mutant / 1000, 0.0, 0.1, 0.1,
        mutant, 1000, 1e-4, 1e-9,
    )  # fmt: skip
    return dataclasses.replace(row, **changes)  # type: ignore[arg-type]


def test_a_followed_panel_variant_keeps_its_state_and_names_the_donor() -> None:
    variant = panel_variant(alternate_fragments=500, depth=1000, vaf=0.5)
    seen_there = list(seen_alleles("R1", "P1", result("D"), [variant]))
    rows = [
        genotype_of("day28", 4),
        genotype_of("other run", 4),
        genotype_of("high", 200),
        genotype_of("unseen", 0, status=Status.NOT_DETECTED),
        genotype_of("errors", 4, status=Status.NOT_DETECTED),
    ]
    runs = {"day28": "R1", "other run": "R2", "high": "R1", "unseen": "R1", "errors": "R1"}
    told = with_donors(rows, "P2", runs, seen_there, SHARE)
    assert [row.status for row in told] == [row.status for row in rows]
    assert [bool(row.remark) for row in told] == [True, False, False, False, False]
    assert told[0].remark.startswith("may be carry-over from sample D of patient P1 on run R1")
    hotspot = dataclasses.replace(variant, hotspot="W288")
    seen_there = list(seen_alleles("R1", "P1", result("D"), [hotspot]))
    assert with_donors(rows, "P2", runs, seen_there, SHARE) == told


def test_totals_without_an_interval_or_of_nothing_stay_so() -> None:
    own = itd_event(28_034_110, 28_034_154, vaf=0.2, ar=0.25)
    carried = counted(3, 1000, ar=0.003 / 0.797)
    there = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    before = result("S", own, carried)
    rows = list(seen_alleles("R1", "P2", before, []))
    findings = compare("S", rows, [there, *rows], SHARE)
    for ratio in (0.25 + carried.ar, 0.0):
        itd = dataclasses.replace(before.itd, total_ar=ratio, total_ar_interval=None)
        after = without_carried_itds(dataclasses.replace(before, itd=itd), findings).itd
        left = ratio and 0.25
        assert after.total_ar == pytest.approx(left)
        assert after.total_ar_interval is not None
        assert after.total_ar_interval.low == after.total_ar_interval.high == after.total_ar


@pytest.mark.parametrize(("fragments", "filters"), [(2, "low_support"), (3, "PASS")])
def test_support_for_what_was_wrongly_known_is_the_minimum_of_fragments(
    fragments: int, filters: str
) -> None:
    donor = next(seen_alleles("R1", "P1", result("D", counted(400, 1000)), []))
    first, later = result("A", counted(2, 1000)), result("B", counted(fragments, 1000))
    rows = [*seen_alleles("R1", "P2", first, []), *seen_alleles("R2", "P2", later, [])]
    after = without_carried_itds(later, compare("B", rows, [donor, *rows], SHARE))
    assert after.itd.events[0].filter == filters


def test_few_fragments_of_what_nobody_carried_need_no_more_support() -> None:
    """An ITD of an earlier sample is followed with any number of fragments."""
    before = result("S", counted(1, 1000))
    rows = list(seen_alleles("R1", "P2", before, []))
    after = without_carried_itds(before, compare("S", rows, rows, SHARE))
    assert after.itd.events == before.itd.events
