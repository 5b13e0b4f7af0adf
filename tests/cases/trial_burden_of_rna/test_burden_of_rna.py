"""Ranks of the ITD burden are those of DNA."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from scripts.report.model import Report
from scripts.trial.build import TrialRules, gather_trial
from scripts.trial.records import TrialReport
from scripts.trial.tables import trial_row
from tests.drug_builders import drug_response
from tests.flt3_builders import NO_ITD_ANSWER, itd_event, itd_result
from tests.trial_builders import LANDMARK, enrolled, row, sample


def with_itd(folder: Path, patient: str, vaf: float | None, assay: Assay = Assay.CAPTURE) -> Report:
    """A sample of the first timepoint; without a VAF it has no answer."""
    itd = NO_ITD_ANSWER if vaf is None else itd_result(itd_event(vaf=vaf))
    (folder / assay).mkdir(exist_ok=True)
    made = sample(folder / assay, f"{patient}_diagnosis", itd=itd)
    return replace(made, sample=replace(made.sample, assay=assay))


def trial_of(reports: list[Report]) -> TrialReport:
    """Five patients in remission or not by turns, and what their drugs did."""
    names = [f"A{n}" for n in range(6)]
    rows = []
    for n, name in enumerate(names):
        rows += [*enrolled(name), row(name, "response", "CR" if n % 2 else "NR", 28)]
    responses = {name: drug_response(name, 100.0 * n + 1) for n, name in enumerate(names)}
    return gather_trial(rows, reports, responses, TrialRules(2, LANDMARK), {})


def test_rna_is_left_out_and_counted(tmp_path: Path) -> None:
    dna = [with_itd(tmp_path, f"A{n}", 0.1 + 0.1 * n) for n in range(4)]
    alone = trial_of(dna)
    rna = with_itd(tmp_path, "A4", 0.05, Assay.RNA)
    unknown = with_itd(tmp_path, "A5", None, Assay.RNA)
    both = trial_of([*dna, rna, unknown])
    for before, after in zip(alone.associations, both.associations, strict=True):
        if not before.question.startswith("ITD burden"):
            continue
        said = f"{before.sizes}; 1 of RNA alone left out"
        assert replace(after, sizes=before.sizes) == before
        assert after.sizes == said
    assert [trial_row(one).first_material for one in both.patients[3:5]] == ["BM", "BM RNA"]


@pytest.mark.parametrize("rna_first", [True, False])
def test_of_a_patient_with_both_dna_counts(tmp_path: Path, *, rna_first: bool) -> None:
    dna = [with_itd(tmp_path, f"A{n}", 0.1 + 0.1 * n) for n in range(5)]
    rna = with_itd(tmp_path, "A0", 0.9, Assay.RNA)
    reports = [rna, *dna] if rna_first else [*dna, rna]
    assert trial_of(reports).associations == trial_of(dna).associations


def test_dna_of_a_later_timepoint_is_no_first_burden(tmp_path: Path) -> None:
    dna = [with_itd(tmp_path, f"A{n}", 0.1 + 0.1 * n) for n in range(4)]
    rna = with_itd(tmp_path, "A4", 0.05, Assay.RNA)
    later = sample(tmp_path, "A4_day28", itd=itd_result(itd_event(vaf=0.9)))
    burden = trial_of([*dna, rna, later]).associations[0]
    assert burden.sizes == "2 with, 2 without; 1 of RNA alone left out"
