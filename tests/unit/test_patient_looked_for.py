"""What is looked for in the other samples of a patient, and what their reads can say of it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from flt3itd.fitness_records import Fit, GeneFitness, Question, Verdict
from flt3itd.insertions.long_changes import Demands
from flt3itd.records import Status
from scripts.patient.follow import _ABOUT_SUPPORT, LONG_BP
from scripts.patient.model import (
    Basis,
    PanelGenotype,
)
from scripts.report.model import Report
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.patient_builders import only, patient, sample
from tests.report_builders import panel_variant


def genotype_of(report: Report, **changes: Any) -> PanelGenotype:
    """The NPM1 insertion of type A in the reads of a sample that did not call it."""
    variant = panel_variant()
    empty = PanelGenotype(
        report.sample.sample, variant.chrom, variant.pos, variant.ref, variant.alt,
        Status.NOT_DETECTED, 0.0, 0.0, 0.004, 0.003, 0, 1000, 1e-4, 1.0,
    )  # fmt: skip
    return dataclasses.replace(empty, **changes)


def test_panel_variant_of_another_sample_is_what_its_own_reads_say(tmp_path: Path) -> None:
    """Neither the thresholds of discovery nor the exon's limit speak where fragments do."""
    faint = panel_variant(filter="low_vaf", vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(faint,))
    third = sample(tmp_path, "C", "day56")
    seen = genotype_of(
        second, status=Status.DETECTED, vaf=0.004, vaf_low=0.0016, vaf_high=0.01,
        mutant_fragments=4, vaf_upper=0.009, p_value=1e-5,
    )  # fmt: skip
    report = patient(tmp_path, first, second, third, genotypes=[seen, genotype_of(third)])
    alteration = only(report)
    assert [one.basis for one in alteration.points] == ["called", "genotyped", "genotyped"]
    assert [one.status for one in alteration.points] == ["detected", "detected", "not_detected"]
    assert alteration.points[2].vaf_bound == 0.003
    assert "day28: VAF 0.40% (0.16% to 1.0%)" in alteration.words
    assert "day56: not detected, below 0.30%" in alteration.words


def test_kinase_domain_mutation_of_another_sample_is_counted_too(tmp_path: Path) -> None:
    event = tkd_event()
    first = sample(tmp_path, "A", "diagnosis", tkd=tkd_result(event))
    second = sample(tmp_path, "B", "day28")
    seen = genotype_of(
        second, chrom=event.chrom, pos=event.pos, ref=event.ref, alt=event.alt, vaf_upper=0.002
    )
    point = only(patient(tmp_path, first, second, genotypes=[seen])).points[1]
    assert (point.status, point.basis, point.vaf_bound) == ("not_detected", "genotyped", 0.002)


@pytest.mark.parametrize(
    ("reasons", "basis"),
    [
        *((reason, Basis.GENOTYPED) for reason in sorted(_ABOUT_SUPPORT)),
        (";".join(sorted(_ABOUT_SUPPORT)), Basis.GENOTYPED),
        ("strand_bias", Basis.HELD_BACK),
        ("low_vaf;strand_bias", Basis.HELD_BACK),
    ],
)
def test_fragments_speak_where_every_filter_is_about_support(
    tmp_path: Path, reasons: str, basis: Basis
) -> None:
    faint = panel_variant(filter=reasons, vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(faint,))
    report = patient(tmp_path, first, second, genotypes=[genotype_of(second)])
    assert only(report).points[1].basis is basis


def test_a_filter_that_is_not_about_support_still_holds_back(tmp_path: Path) -> None:
    biased = panel_variant(filter="low_vaf;strand_bias", vaf=0.004, alternate_fragments=4)
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = sample(tmp_path, "B", "day28", variants=(biased,))
    seen = genotype_of(second, status=Status.DETECTED, vaf=0.004, mutant_fragments=4)
    point = only(patient(tmp_path, first, second, genotypes=[seen])).points[1]
    assert (point.status, point.basis) == (Status.NOT_DETECTED, Basis.HELD_BACK)


def unfit(report: Report, question: Question, gene: str = "", *, misleads: bool = False) -> Report:
    """The sample with reads that are unfit for a question: all, or those over a gene."""
    verdict = Verdict(question, Fit.UNFIT, ("clips were removed",), misleads=misleads)
    reads = report.flt3.reads
    of_gene = dataclasses.replace(reads, genes=(GeneFitness(gene, (verdict,)),))
    of_sample = dataclasses.replace(reads, verdicts=(verdict,))
    flt3 = dataclasses.replace(report.flt3, reads=of_gene if gene else of_sample)
    return dataclasses.replace(report, flt3=flt3)


@pytest.mark.parametrize(
    ("length", "gene", "state"),
    [
        (19, "", Status.NOT_DETECTED),
        (20, "", Status.NOT_ASSESSABLE),
        (20, "NPM1", Status.NOT_ASSESSABLE),
        (20, "TET2", Status.NOT_DETECTED),
    ],
)
def test_a_long_event_is_not_absent_in_reads_that_cannot_show_it(
    tmp_path: Path, length: int, gene: str, state: Status
) -> None:
    event = panel_variant(ref="A", alt="A" + "C" * length)
    first = unfit(sample(tmp_path, "A", "diagnosis"), Question.LONG_EVENTS, gene)
    second = sample(tmp_path, "B", "relapse", variants=(event,))
    point = only(patient(tmp_path, first, second)).points[0]
    assert point.status is state
    assert (point.vaf_bound is None) is (state is Status.NOT_ASSESSABLE)
    assert point.remark == ("clips were removed" if state is Status.NOT_ASSESSABLE else "")
    assert Demands().shortest == LONG_BP


@pytest.mark.parametrize(
    ("seen", "misleads", "state"),
    [
        (False, False, Status.NOT_ASSESSABLE),
        (False, True, Status.NOT_ASSESSABLE),
        (True, False, Status.DETECTED),
        (True, True, Status.NOT_ASSESSABLE),
    ],
)
def test_counts_of_unfit_reads_say_no_more_than_the_sample(
    tmp_path: Path, seen: bool, misleads: bool, state: Status
) -> None:
    first = sample(tmp_path, "A", "diagnosis", variants=(panel_variant(),))
    second = unfit(sample(tmp_path, "B", "day28"), Question.PANEL, misleads=misleads)
    counted = genotype_of(second)
    if seen:
        counted = genotype_of(second, status=Status.DETECTED, vaf=0.01, mutant_fragments=9)
    point = only(patient(tmp_path, first, second, genotypes=[counted])).points[1]
    assert point.status is state
    other_gene = unfit(sample(tmp_path, "C", "day28"), Question.PANEL, "TET2", misleads=misleads)
    own = tmp_path / "other"
    own.mkdir()
    kept = only(patient(own, first, other_gene, genotypes=[genotype_of(other_gene)])).points[1]
    assert kept.status is Status.NOT_DETECTED


def test_an_itd_that_a_filter_holds_back_is_not_absent_where_nothing_can_be_said(
    tmp_path: Path,
) -> None:
    held = itd_event(status=Status.NOT_DETECTED, filter="low_support", mutant_fragments=2)
    shallow = dataclasses.replace(NO_ITD_ANSWER, events=(held,))
    first = sample(tmp_path, "A", "diagnosis", itd=itd_result(itd_event()))
    second = sample(tmp_path, "B", "relapse", itd=shallow)
    point = only(patient(tmp_path, first, second)).points[1]
    assert (point.status, point.basis) == (Status.NOT_ASSESSABLE, Basis.HELD_BACK)
    assert (point.mutant_fragments, point.reason) == (2, "low_support")
