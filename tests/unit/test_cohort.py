"""The report of all samples: groups, patients by genes, ratios before and after."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.records import EventKind, Status
from scripts.cohort.build import gather_cohort
from scripts.cohort.drawing import SIDE, ratio_plot
from scripts.cohort.groups import cohort_groups
from scripts.cohort.model import (
    ChangeClass,
    CohortReport,
    CohortRow,
    OncoprintCell,
    OncoprintPatient,
)
from scripts.cohort.multiqc_sections import coverage_section, flt3_section
from scripts.cohort.render import cohort_page
from scripts.cohort.write import listed, write_cohort
from scripts.coverage.rows import ExonState
from scripts.inputs.quality_limits import QualityLimits
from scripts.kmt2a.dosage import Dosage
from scripts.kmt2a.ptd import kmt2a_row
from scripts.patient.build import Known, gather_patient
from scripts.records.json_text import json_text
from scripts.run_quality.gather import gather_quality
from tests.cohort_builders import EXONS, cohort, cohort_files, sample
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    itd_event,
    itd_result,
    known_itd,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    exon_coverage,
    panel_variant,
)


def cell(report: CohortReport, patient: str, gene: str) -> OncoprintCell:
    (column,) = [one for one in report.patients if one.patient == patient]
    return column.cells[report.genes.index(gene)]


def test_duplications_of_kmt2a_have_a_row_where_a_sample_shows_one(tmp_path: Path) -> None:
    ptd = kmt2a_row(
        "S", Dosage(Status.DETECTED, "", (2, 8), 1.5, (1.4, 1.6), 0.1, (12, 27), 20, ((3, 1.5),))
    )
    clear = dataclasses.replace(ptd, status=Status.NOT_DETECTED)
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", kmt2a=ptd),
        sample(tmp_path, "B_diagnosis", kmt2a=clear),
        sample(tmp_path, "B_progression", kmt2a=ptd),
        sample(tmp_path, "C_diagnosis"),
    )
    assert report.genes == ("FLT3-ITD", "FLT3-TKD", "KMT2A-PTD")
    found = cell(report, "A", "KMT2A-PTD")
    assert (found.state, found.classes, found.later) == (Status.DETECTED, (ChangeClass.PTD,), ())
    assert found.text == "exons 2-8"
    emerged = cell(report, "B", "KMT2A-PTD")
    assert (emerged.state, emerged.later) == (Status.NOT_DETECTED, (ChangeClass.PTD,))
    assert cell(report, "C", "KMT2A-PTD").state is Status.NOT_ASSESSABLE
    assert [row.genes_mutated for row in report.samples] == [
        "KMT2A-PTD", "", "KMT2A-PTD", ""
    ]  # fmt: skip


def test_oncoprint_tells_first_from_later_and_unknown_from_unseen(tmp_path: Path) -> None:
    blind = (EXONS[0], EXONS[1], dataclasses.replace(EXONS[2], status=ExonState.NOT_ASSESSABLE))
    kit = panel_variant(gene="KIT", pos=5, consequence="missense_variant")
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(itd_event()), variants=(panel_variant(),)),
        sample(tmp_path, "A_progression", tkd=tkd_result(tkd_event())),
        sample(tmp_path, "B_diagnosis", variants=(kit,)),
        sample(tmp_path, "C_diagnosis", exons=blind, itd=NO_ITD_ANSWER),
    )
    assert report.genes == ("FLT3-ITD", "FLT3-TKD", "KIT", "NPM1")
    assert cell(report, "A", "FLT3-ITD").classes == (ChangeClass.ITD,)
    emerged = cell(report, "A", "FLT3-TKD")
    assert (emerged.state, emerged.classes) == (Status.NOT_DETECTED, ())
    assert emerged.later == (ChangeClass.TKD,)
    assert cell(report, "A", "NPM1").classes == (ChangeClass.TRUNCATING,)
    assert cell(report, "B", "KIT").classes == (ChangeClass.MISSENSE,)
    assert cell(report, "B", "NPM1").state is Status.NOT_DETECTED
    assert cell(report, "C", "KIT").state is Status.NOT_ASSESSABLE
    assert cell(report, "C", "FLT3-ITD").state is Status.NOT_ASSESSABLE


def test_gene_outside_the_targets_was_not_looked_at(tmp_path: Path) -> None:
    tp53 = panel_variant(gene="TP53", pos=7)
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", variants=(tp53,)),
        sample(tmp_path, "B_diagnosis"),
    )
    assert cell(report, "B", "TP53").state is Status.NOT_ASSESSABLE


def test_groups_count_patients_once_at_their_first_timepoint(tmp_path: Path) -> None:
    relapsed = {"cohort": "relapsed_refractory"}
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(itd_event(vaf=0.2))),
        sample(tmp_path, "A_day28", itd=itd_result(itd_event(vaf=0.01))),
        sample(tmp_path, "B_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "C_relapse", itd=NO_ITD_ANSWER, **relapsed),
    )
    new, old = report.groups
    assert (new.name, new.patients, new.samples) == ("newly_diagnosed", 2, 3)
    assert (new.genes[0].detected, new.genes[0].not_detected) == (2, 0)
    assert new.ar_lowest == pytest.approx(0.25)
    assert new.ar_median == pytest.approx((0.25 + 0.4 / 0.6) / 2)
    assert (old.patients, old.genes[0].not_assessable, old.ar_median) == (1, 1, None)


def test_ratio_on_day_28_is_a_value_or_a_bound(tmp_path: Path) -> None:
    gone = dataclasses.replace(itd_result(), known=(known_itd(vaf_upper=0.001),))
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "A_Day 28", itd=itd_result(itd_event(vaf=0.01))),
        sample(tmp_path, "B_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "B_d28", itd=gone),
        sample(tmp_path, "C_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "C_day28", itd=NO_ITD_ANSWER),
        sample(tmp_path, "D_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "D_day280", itd=itd_result(itd_event(vaf=0.4))),
    )
    a, b, c = report.ratios
    assert [pair.status for pair in (a, b, c)] == ["detected", "not_detected", "not_assessable"]
    assert a.later == pytest.approx(0.01 / 0.99)
    assert b.later == pytest.approx(0.001 / 0.999)
    assert c.later is None
    plot = ratio_plot(report)
    assert plot is not None
    assert [spot.bound for spot in plot.spots] == [False, True]
    assert 0 <= plot.spots[0].y < plot.spots[1].y <= SIDE
    assert plot.left_out == 1
    assert "1 not drawn: not assessable on day 28" in cohort_page(report)


def test_ratios_are_of_one_tissue(tmp_path: Path) -> None:
    """Blood and marrow differ at one time; of B both were sampled first, and blood again."""
    of = itd_result
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=of(itd_event(vaf=0.4)), tissue="BM"),
        sample(tmp_path, "A_day28", itd=of(itd_event(vaf=0.01)), tissue="PB"),
        sample(tmp_path, "B_diagnosis", itd=of(itd_event(vaf=0.4)), tissue="BM"),
        sample(tmp_path, "B_blood", itd=of(itd_event(vaf=0.3)), tissue="PB", timepoint="diagnosis"),
        sample(tmp_path, "B_day28", itd=of(itd_event(vaf=0.01)), tissue="PB"),
    )
    assert [(pair.patient, pair.first_sample) for pair in report.ratios] == [("B", "B_blood")]
    assert report.ratios[0].first == pytest.approx(0.3 / 0.7)


def test_ratio_without_wild_type_stays_infinite(tmp_path: Path) -> None:
    endless = itd_event(vaf=0.999, ar=math.inf, ar_low=30.0, ar_high=math.inf)
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(endless)),
        sample(tmp_path, "A_day28", itd=itd_result(endless)),
    )
    assert report.ratios[0].first == math.inf
    plot = ratio_plot(report)
    assert plot is not None
    assert 0 <= plot.spots[0].y <= SIDE
    assert "allelic ratio no wild type seen in A_diagnosis" in cohort_page(report)


def test_table_tells_what_is_left_of_the_first_itd(tmp_path: Path) -> None:
    gone = dataclasses.replace(itd_result(), known=(known_itd(vaf_upper=0.001),))
    cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(itd_event(vaf=0.4))),
        sample(tmp_path, "A_day28", itd=gone, variants=(panel_variant(),)),
    )
    first, later = read_table(tmp_path / "cohort" / "cohort.tsv", CohortRow)
    page = (tmp_path / "cohort" / "report.html").read_text("utf-8")
    assert (first.build, later.build) == ("GRCh38", "GRCh38")
    assert "1 patient, 2 samples, GRCh38:" in page
    assert (first.earlier_itd, first.genes_mutated) == (None, "FLT3-ITD")
    assert later.earlier_itd is Status.NOT_DETECTED
    assert later.earlier_itd_left is None
    assert later.earlier_itd_left_bound == pytest.approx(0.001 / 0.4)
    assert (later.first_sample, later.genes_mutated) == ("A_diagnosis", "NPM1")


def test_hostile_text_is_shown_as_text_and_the_page_stays_small(tmp_path: Path) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    event = itd_event(event=EventKind.INSERTION, hgvs_c=hostile)
    reports = [
        sample(
            tmp_path, f"P{number}_diagnosis", itd=itd_result(event), tissue=hostile,
            variants=tuple(panel_variant(gene=f"{hostile}{n}", pos=n + 1) for n in range(20)),
        )
        for number in range(10)
    ]  # fmt: skip
    html = cohort_page(cohort(tmp_path, *reports))
    assert "<img" not in html
    assert "&lt;img src=x" in html
    assert len(html.encode()) < 2_000_000


def test_the_table_of_samples_says_what_reads_cannot_tell_of_itds(tmp_path: Path) -> None:
    short = dataclasses.replace(itd_result(), longest_assessable=30)
    why = "reads <unfit>: clips were removed"
    unfit = dataclasses.replace(NO_ITD_ANSWER, reason=why, longest_assessable=9)
    partly = dataclasses.replace(itd_result(itd_event()), longest_assessable=99)
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=short),
        sample(tmp_path, "B_diagnosis", itd=unfit),
        sample(tmp_path, "D_diagnosis", itd=partly),
    )
    assert [row.itd_longest_assessable for row in report.samples] == [30, 9, 99]
    cells = flt3_section(report)["data"]
    assert [cells[f"{one}_diagnosis"].get("longest") for one in "ABD"] == [30, 9, 99]
    html = cohort_page(report)
    remark = "the reads of some samples show ITDs up to a length alone"
    assert remark in html
    (other := tmp_path / "other").mkdir()
    assert remark not in cohort_page(cohort(other, sample(other, "C_diagnosis")))
    assert html.count("<small>longer than 30 bp: not assessable</small>") == 1
    assert html.count("<small>others longer than 99 bp: not assessable</small>") == 1
    assert html.count("bp: not assessable") == 2
    assert html.count(f"<small>{why.replace('<', '&lt;').replace('>', '&gt;')}</small>") == 1


def test_sections_of_multiqc_have_every_sample_and_never_a_missing_number(tmp_path: Path) -> None:
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=itd_result(itd_event(vaf=0.5))),
        sample(tmp_path, "B_diagnosis", itd=NO_ITD_ANSWER),
    )
    flt3, coverage = flt3_section(report), coverage_section(report)
    assert set(flt3["data"]) == set(coverage["data"]) == {"A_diagnosis", "B_diagnosis"}
    assert flt3["data"]["A_diagnosis"]["ratio"] == pytest.approx(1.0)
    assert flt3["data"]["B_diagnosis"] == {"itd": "Not assessable", "tkd": "Not detected"}
    assumed = dataclasses.replace(
        report.samples[0], counted_unit=CountedUnit.READS, assumption="if every read were one"
    )
    told = flt3_section(dataclasses.replace(report, samples=(assumed,)))["data"]["A_diagnosis"]
    assert told["counted"] == "reads, if every read were one"
    assert flt3["data"]["A_diagnosis"]["counted"] == "fragments"
    for section in (flt3, coverage):
        for cells in section["data"].values():
            assert set(cells) <= set(section["headers"])
            assert None not in cells.values()


def test_a_list_of_reports_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_text("a b/report.json\nc/report.json\n", "utf-8")
    assert listed(path) == [Path("a b/report.json"), Path("c/report.json")]
    with pytest.raises(UserError, match=r"list: the list cannot be read"):
        listed(tmp_path / "no list")


def test_a_damaged_report_leaves_nothing_of_the_cohort(tmp_path: Path) -> None:
    damaged, output = tmp_path / "report.json", tmp_path / "cohort"
    damaged.write_text("{}", "utf-8")
    with pytest.raises(UserError, match="found schema_version None"):
        write_cohort([damaged], [], cohort_files(output), trial=None, earlier=(), quality=None)
    assert not output.exists()


def test_a_ratio_without_wild_type_is_a_word_in_the_sections_of_multiqc(tmp_path: Path) -> None:
    """JSON has no infinite number, and the sections are JSON."""
    event = itd_event(vaf=0.999, ar=math.inf, ar_low=30.0, ar_high=math.inf)
    endless = dataclasses.replace(itd_result(event), total_ar=math.inf, total_ar_interval=None)
    report = cohort(
        tmp_path,
        sample(tmp_path, "A_diagnosis", itd=endless),
        sample(tmp_path, "B_diagnosis", itd=itd_result(itd_event(vaf=0.5))),
        sample(tmp_path, "C_diagnosis"),
    )
    cells = flt3_section(report)["data"]
    assert cells["A_diagnosis"]["ratio"] == "no wild type seen"
    assert cells["B_diagnosis"]["ratio"] == pytest.approx(1.0)
    assert "ratio" not in cells["C_diagnosis"]


def test_an_infinite_ratio_is_the_highest_of_its_group(tmp_path: Path) -> None:
    """In the record; a null in JSON then says that it is not known, or infinite."""
    ratios = (0.5, 0.25, math.inf)
    columns, reports = [], {}
    for number, ratio in enumerate(ratios):
        name = f"P{number}_diagnosis"
        itd = dataclasses.replace(itd_result(itd_event()), total_ar=ratio)
        reports[name] = sample(tmp_path, name, itd=itd)
        columns.append(OncoprintPatient(f"P{number}", "newly_diagnosed", (name,), ()))
    (group,) = cohort_groups(columns, reports)
    assert (group.ar_lowest, group.ar_median, group.ar_highest) == (0.25, 0.5, math.inf)
    (two,) = cohort_groups(columns[1:], reports)
    assert (two.ar_lowest, two.ar_median) == (0.25, math.inf)


def test_of_several_first_samples_the_largest_ratio_counts_once(tmp_path: Path) -> None:
    reports = {}
    for name, ratio in (("A_marrow", 0.5), ("A_blood", 0.125), ("B_marrow", None)):
        itd = dataclasses.replace(itd_result(itd_event()), total_ar=ratio, total_vaf=None)
        reports[name] = sample(tmp_path, name, itd=itd)
    columns = [
        OncoprintPatient("A", "newly_diagnosed", ("A_marrow", "A_blood"), ()),
        OncoprintPatient("B", "newly_diagnosed", ("B_marrow",), ()),
    ]
    (group,) = cohort_groups(columns, reports)
    assert (group.patients, group.samples) == (2, 3)
    assert (group.ar_lowest, group.ar_median, group.ar_highest) == (0.5, 0.5, 0.5)


def test_the_ratio_of_transcripts_counts_where_there_is_no_dna(tmp_path: Path) -> None:
    reports = {}
    for name, assay, ratio in (("A_dna", Assay.CAPTURE, 0.5), ("A_rna", Assay.RNA, 2.0)):
        itd = dataclasses.replace(itd_result(itd_event()), total_ar=ratio)
        reports[name] = sample(tmp_path, name, itd=itd, assay=assay)
    for names, counted in ((("A_dna", "A_rna"), 0.5), (("A_rna",), 2.0)):
        (group,) = cohort_groups([OncoprintPatient("A", "control", names, ())], reports)
        assert group.ar_median == counted


def test_what_stands_out_in_the_run_is_that_of_the_quality_page(tmp_path: Path) -> None:
    reports = [
        sample(tmp_path, f"{name}_diagnosis", exons=(exon_coverage("NPM1", "11", depth),))
        for name, depth in zip("ABCDE", (1000, 1010, 990, 1005, 300), strict=True)
    ]
    courses = []
    for report in reports:
        path = tmp_path / f"{report.sample.sample}.json"
        path.write_text(json_text(report), "utf-8")
        ranks = {report.sample.sample: 0}
        courses.append(gather_patient(report.sample.patient, ranks, Known([path])))
    quality = gather_quality(reports, {}, QualityLimits())
    by_name = {report.sample.sample: report for report in reports}
    made = gather_cohort(by_name, courses, {}, quality=quality)
    assert made.quality_remarks == quality.remarks
    assert (
        "E_diagnosis: Mean depth 300 fragments, unlike the other samples of its assay "
        "(median 1,000 fragments)" in made.quality_remarks
    )
    assert [row.stands_out for row in made.samples] == [""] * 4 + ["Mean depth (outlier)"]
    html = cohort_page(made)
    assert (
        "<li>E_diagnosis: Mean depth 300 fragments, unlike the other samples of its assay "
        "(median 1,000 fragments).</li>" in html
    )
    assert '<small class="remark">Mean depth (outlier)</small>' in html
    assert '<a href="quality.html">' in html
