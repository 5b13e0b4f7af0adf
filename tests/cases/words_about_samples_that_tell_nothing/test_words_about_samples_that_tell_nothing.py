"""What is told where some samples say nothing, or cannot be compared with the others."""

import dataclasses
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.sampling import EVERY_COUNT
from flt3itd.common.tables import read_table
from flt3itd.records import Status
from scripts.cohort.model import CohortRow
from scripts.coverage.blind_genes import with_reasons, with_reasons_of_genes
from scripts.panel.read_fitness import TargetFitness
from scripts.patient.headlines import headlines
from scripts.report.build import coverage_section
from scripts.report.panel_words import quality_headline
from scripts.report.readers import read_samtools_stats
from scripts.report.render import page
from tests import cohort_builders
from tests.flt3_builders import (
    itd_event,
    itd_result,
    known_itd,
    tkd_result,
)
from tests.patient_builders import NPM1_EXON, patient, sample
from tests.report_builders import (
    STATS,
    hotspot,
    report_of,
)

BLIND = dataclasses.replace(tkd_result(), status=Status.NOT_ASSESSABLE)
OTHER = itd_event(length_bp=63, hgvs_c="NM_004119.3:c.1766_1828dup", pos=28_034_150, vaf=0.32)


def test_a_sample_that_cannot_tell_is_no_negative_one(tmp_path: Path) -> None:
    report = patient(
        tmp_path,
        sample(tmp_path, "A", "diagnosis"),
        sample(tmp_path, "B", "day28", tkd=BLIND),
        sample(tmp_path, "C", "progression"),
    )
    told = {line.name: line.headline for line in headlines(report)}
    assert told["FLT3-TKD"].text == "Not detected in 2 of 3 samples; not assessable in 1."
    assert told["FLT3-TKD"].status is Status.NOT_DETECTED
    assert told["FLT3-ITD"].text == "Not detected in any of 3 samples."


@pytest.mark.parametrize("tissue", ["BM", "PB"])
def test_a_course_names_its_tissue_where_there_are_several(tmp_path: Path, tissue: str) -> None:
    vafs = (
        ("A", "diagnosis", "BM", 0.35),
        ("B", "day28", "BM", 0.02),
        ("C", "relapse", tissue, 0.38),
    )
    report = patient(
        tmp_path,
        *(
            sample(tmp_path, name, time, of, itd=itd_result(
                itd_event(vaf=vaf, vaf_low=vaf * 0.9, vaf_high=vaf * 1.1)
            ))
            for name, time, of, vaf in vafs
        ),
    )  # fmt: skip
    told = headlines(report)[0].headline.text
    expected = {
        "BM": "fell, rose again; 35.0% at diagnosis, lowest 2.0% at day28, 38.0% at relapse.",
        "PB": "fell in BM; 35.0% at diagnosis (BM), lowest 2.0% at day28 (BM), "
        "38.0% at relapse (PB).",
    }
    assert told == f"{report.alterations[0].name}: {expected[tissue]}"
    page = (tmp_path / "P1" / "report.html").read_text("utf-8")
    assert ("fell in BM</span>" in page) == (tissue == "PB")


def test_the_cohort_names_the_earlier_itd_of_a_share(tmp_path: Path) -> None:
    gone = dataclasses.replace(itd_result(OTHER), known=(known_itd(vaf_upper=0.001),))
    first = itd_result(itd_event(vaf=0.4))
    cohort_builders.cohort(
        tmp_path,
        cohort_builders.sample(tmp_path, "A_diagnosis", itd=first),
        cohort_builders.sample(tmp_path, "A_relapse", itd=gone),
        cohort_builders.sample(tmp_path, "B_diagnosis", itd=first),
        cohort_builders.sample(tmp_path, "B_relapse", itd=first, assay=Assay.RNA),
    )
    rows = {row.sample: row for row in read_table(tmp_path / "cohort" / "cohort.tsv", CohortRow)}
    page = (tmp_path / "cohort" / "report.html").read_text("utf-8")
    later = rows["A_relapse"]
    assert later.earlier_itd is Status.NOT_DETECTED
    assert later.earlier_itd_name.startswith("FLT3-ITD 57 bp")
    assert f"<small>{later.earlier_itd_name}: below 0.25% of its first VAF</small>" in page
    rna = rows["B_relapse"]
    assert (rna.earlier_itd, rna.earlier_itd_left) == (Status.DETECTED, None)
    assert "100% of its first VAF" not in page


def test_the_main_itd_is_that_of_all_samples_of_the_first_timepoint(tmp_path: Path) -> None:
    cohort_builders.cohort(
        tmp_path,
        cohort_builders.sample(tmp_path, "A_diagnosis"),
        cohort_builders.sample(tmp_path, "A_marrow", timepoint="diagnosis", itd=itd_result(OTHER)),
        cohort_builders.sample(tmp_path, "A_relapse", itd=itd_result(OTHER)),
    )
    *_, later = read_table(tmp_path / "cohort" / "cohort.tsv", CohortRow)
    assert later.earlier_itd_name.startswith("FLT3-ITD 63 bp")
    assert later.earlier_itd_left == pytest.approx(1)


def test_single_reads_have_no_fragment_length(tmp_path: Path) -> None:
    path = tmp_path / "stats.txt"
    for average, told in (("280.4", True), ("0.0", False)):
        path.write_text(STATS.replace("average:\t280.4", f"average:\t{average}"), "utf-8")
        keys = {metric.key for metric in read_samtools_stats(path, may_be_unaligned=False)}
        assert ("insert_size" in keys) is told


@pytest.mark.parametrize("assay", list(Assay))
def test_assays_that_say_nothing_of_the_panel_have_no_depth(assay: Assay) -> None:
    """Neither a mean of 0, nor exons, codons or curves with it."""
    none = assay in (Assay.RNA, Assay.LONG)
    (row,) = with_reasons((NPM1_EXON,), TargetFitness(), assay, 100, EVERY_COUNT)
    made = coverage_section((row,), ())
    assert {(one is None) for one in (made.mean, row.minimum, row.fraction_at_500x)} == {none}
    (codon,) = with_reasons_of_genes((hotspot("NPM1", 288, depth=0, mean=0.0),), (row,))
    assert {(one is None) for one in (codon.depth, codon.mean)} == {none}
    if none:
        assert quality_headline(made, 0).text == f"No target exon is assessable: {row.reason}."


def test_the_page_of_rna_has_no_zeros_for_depth(tmp_path: Path) -> None:
    (row,) = with_reasons((NPM1_EXON,), TargetFitness(), Assay.RNA, 100, EVERY_COUNT)
    html = page(report_of(tmp_path, exons=(row,)))
    assert '<td colspan="5">not measured</td><td>not assessable</td>' in html
    assert "minimum 0" not in html
