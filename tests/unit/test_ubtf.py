"""UBTF tandem duplications in three states, and the panel that holds UBTF and DDX41."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.bed import read_bed
from flt3itd.common.tables import read_table
from flt3itd.fitness_records import Fit, GeneFitness, Question, Verdict
from flt3itd.records import Status
from scripts.cohort.summarize import summary_row
from scripts.coverage.rows import ExonState
from scripts.genome.knowledge import PanelGene
from scripts.panel.rows import PanelVariant
from scripts.ubtf.duplications import NOT_ON_PANEL, find_duplications, is_duplication
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    exon_coverage,
    panel_variant,
    report_of,
)

PLUS = Path(__file__).parents[2] / "panels" / "myeloid54_plus"
COVERED = (exon_coverage("UBTF", "13"), exon_coverage("UBTF", "9"))


def duplication(length: int = 60, exon: str = "13", **changes: Any) -> PanelVariant:
    return panel_variant(
        gene="UBTF", exon=exon, ref="A", alt="A" + "C" * length, vaf=0.3, vaf_low=0.25,
        vaf_high=0.35, hgvs_c="NM_014233.4:c.1200_1259dup", chrom="chr17", **changes,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variant", "counts"),
    [
        (duplication(60), True),
        (duplication(15), True),
        (duplication(14), False),
        (duplication(12), False),
        (duplication(61), False),
        (duplication(60, exon="9"), True),
        (duplication(60, exon="12"), False),
        (duplication(60, filter="low_depth"), False),
        (panel_variant(), False),
    ],
)
def test_what_is_a_duplication(variant: PanelVariant, counts: bool) -> None:
    assert is_duplication(variant) is counts


def test_three_states() -> None:
    found = find_duplications([duplication(), duplication(45, exon="9")], COVERED, 0.01)
    assert (found.status, found.length_bp, found.vaf) == (Status.DETECTED, 60, 0.3)
    assert found.exons == "13, 9"
    absent = find_duplications([], COVERED, 0.01)
    assert (absent.status, absent.limit_of_detection) == (Status.NOT_DETECTED, 0.01)
    elsewhere = find_duplications([], [exon_coverage("NPM1", "11")], 0.01)
    assert (elsewhere.status, elsewhere.reason) == (Status.NOT_ASSESSABLE, NOT_ON_PANEL)
    unfit = find_duplications([], COVERED, 0.01, "single reads")
    assert (unfit.status, unfit.reason) == (Status.NOT_ASSESSABLE, "single reads")


def test_a_blind_exon_is_told() -> None:
    blind: Any = {"status": ExonState.NOT_ASSESSABLE, "reason": "depth below 100"}
    thirteen = find_duplications([], [exon_coverage("UBTF", "13", **blind), COVERED[1]], 0.01)
    assert thirteen.status is Status.NOT_ASSESSABLE
    assert "exon 13 is not assessable: depth below 100" in thirteen.reason
    nine = find_duplications([], [COVERED[0], exon_coverage("UBTF", "9", **blind)], 0.01)
    assert (nine.status, nine.remark) == (
        Status.NOT_DETECTED,
        "exon 9 could not be looked at",
    )


def test_the_report_has_the_row(tmp_path: Path) -> None:
    report = report_of(tmp_path, variants=(duplication(),), exons=COVERED)
    assert report.panel.ubtf_td.status is Status.DETECTED


def test_reads_of_the_gene_alone_may_be_unfit(tmp_path: Path) -> None:
    verdict = Verdict(Question.LONG_EVENTS, Fit.UNFIT, ("clips were removed",))
    states = {}
    for gene in ("UBTF", "TET2"):
        found = flt3_result()
        reads = replace(found.reads, genes=(GeneFitness(gene, (verdict,)),))
        (folder := tmp_path / gene).mkdir()
        report = report_of(folder, flt3=replace(found, reads=reads), exons=COVERED)
        states[gene] = report.panel.ubtf_td.status, report.panel.ubtf_td.reason
        row = summary_row(report)
        assert (row.ubtf_td_status, row.ubtf_td_reason) == states[gene]
    assert states["UBTF"] == (Status.NOT_ASSESSABLE, "clips were removed")
    assert states["TET2"] == (Status.NOT_DETECTED, "")


def test_the_wider_panel_holds_both_genes_on_both_builds() -> None:
    genes = {row.gene: row for row in read_table(PLUS / "genes.tsv", PanelGene)}
    assert len(genes) == 56
    assert (genes["UBTF"].residues_total, genes["DDX41"].residues_total) == (764, 622)
    shift = {"UBTF": -1_922_632, "DDX41": -572_999}
    targets = {
        build: {one.name: one for one in read_bed(PLUS / f"targets.{build}.bed")}
        for build in ("GRCh38", "GRCh37")
    }
    assert targets["GRCh38"].keys() == targets["GRCh37"].keys()
    for gene, offset in shift.items():
        own = [name for name in targets["GRCh38"] if name.startswith(f"{gene}|")]
        assert len(own) == {"UBTF": 20, "DDX41": 17}[gene]
        for name in own:
            new, old = targets["GRCh38"][name], targets["GRCh37"][name]
            assert (old.start - new.start, old.end - new.end) == (offset, offset)


@pytest.mark.parametrize(("longest", "status"), [(15, "not_detected"), (14, "not_assessable")])
def test_what_amplicons_do_not_show_is_not_known(longest: int, status: str) -> None:
    bounded = [replace(one, longest_insertion=longest) for one in COVERED]
    found = find_duplications([], bounded, 0.01)
    assert found.status == status
    assert str(longest) in found.remark + found.reason
