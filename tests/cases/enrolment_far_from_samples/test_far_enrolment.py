"""Enrolments near which no sample was taken are told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flt3itd.common.assay import Assay
from scripts.inputs.clinical_rows import ClinicalKind, ClinicalRow
from scripts.inputs.samples import Sample
from scripts.patient.timepoints import FAR, enrolments_without_samples, timepoint_ranks

FIRST, LAST = date(2025, 1, 1), date(2025, 9, 1)


def told(
    enrolled: date, kind: ClinicalKind = ClinicalKind.ENROLMENT, patient: str = "P1"
) -> list[str]:
    """What is said of a patient with two samples."""
    samples = {
        name: Sample(
            name, "P1", name, None, "BM", "newly_diagnosed", Assay.CAPTURE,
            bam="x.bam", where=f"row of {name}",
        )
        for name in ("diagnosis", "relapse")
    }  # fmt: skip
    rows = [
        ClinicalRow(patient="P1", kind=ClinicalKind.SAMPLING, label=name, start=day.isoformat())
        for name, day in (("diagnosis", FIRST), ("relapse", LAST))
    ]
    begun = ClinicalRow(patient=patient, kind=kind, label="trial", start=enrolled.isoformat())
    return enrolments_without_samples([*rows, begun], samples, timepoint_ranks(samples))


@pytest.mark.parametrize(("days", "found"), [(FAR, False), (FAR + 1, True), (3653, True)])
def test_it_is_told_on_either_side(days: int, *, found: bool) -> None:
    assert FAR == 183
    assert bool(told(FIRST - timedelta(days=days))) is found
    assert bool(told(LAST + timedelta(days=days))) is found


def test_it_names_the_nearest_sample() -> None:
    assert told(date(2015, 1, 2)) == [
        "row of diagnosis: patient 'P1': the enrolment 'trial' (2015-01-02) is 3652 days from the "
        "nearest sample, 'diagnosis' (2025-01-01); times to events count from it: correct the date "
        "if its year is wrong"
    ]
    (later,) = told(LAST + timedelta(days=365))
    assert later.startswith("row of relapse: ")


def test_others_are_not_judged() -> None:
    """A treatment of years ago is a history, and another patient has samples of its own."""
    assert told(date(2015, 1, 2), ClinicalKind.TREATMENT) == []
    assert told(date(2015, 1, 2), patient="P2") == []
