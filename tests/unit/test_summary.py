"""The table over all samples."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import pytest

from flt3itd.common.tables import read_table, write_table
from flt3itd.records import ConfidenceInterval, Status
from scripts.cohort.summarize import SummaryRow, summary_row
from tests.flt3_builders import (
    NO_ITD_ANSWER,
    flt3_result,
    itd_event,
    itd_result,
    tkd_event,
    tkd_result,
)
from tests.report_builders import (
    panel_variant,
    report_of,
)


def test_detected_sample_names_its_main_itd_and_all_lengths(tmp_path: Path) -> None:
    minor, main = itd_event(28_034_105, 28_034_125, vaf=0.03), itd_event(vaf=0.3)
    held_back = itd_event(vaf=0.9, status=Status.NOT_DETECTED, filter="shadow")
    report = report_of(
        tmp_path,
        flt3=flt3_result(itd=itd_result(minor, main, held_back), tkd=tkd_result(tkd_event())),
        variants=(panel_variant(), panel_variant(gene="TP53", filter="low_vaf")),
    )
    row = summary_row(report)
    assert row.itd_count == 2
    assert row.itd_lengths_bp == "57; 21"
    assert row.itd_main_hgvs_c == main.hgvs_c
    assert row.itd_total_vaf == pytest.approx(0.33)
    assert row.itd_total_ar == pytest.approx(0.33 / 0.67)
    assert row.tkd_mutations == "p.(Asp835Tyr) 7.0%"
    assert row.panel_variant_count == 1
    assert row.panel_variants == "NPM1 p.(Trp288CysfsTer12) 41.0%"


def test_each_bound_stands_in_its_own_column(tmp_path: Path) -> None:
    itd = dataclasses.replace(
        itd_result(itd_event()),
        total_vaf=0.4,
        total_vaf_interval=ConfidenceInterval(0.3, 0.5),
        total_ar=0.6,
        total_ar_interval=ConfidenceInterval(0.45, math.inf),
    )
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=itd)))
    assert (row.itd_total_vaf_low, row.itd_total_vaf, row.itd_total_vaf_high) == (0.3, 0.4, 0.5)
    assert (row.itd_total_ar_low, row.itd_total_ar, row.itd_total_ar_high) == (0.45, 0.6, math.inf)
    unknown = dataclasses.replace(itd, total_vaf_interval=None, total_ar_interval=None)
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=unknown)))
    assert (row.itd_total_vaf, row.itd_total_ar) == (0.4, 0.6)
    assert (row.itd_total_vaf_low, row.itd_total_vaf_high) == (None, None)
    assert (row.itd_total_ar_low, row.itd_total_ar_high) == (None, None)


def test_totals_of_what_did_not_pass_are_not_told(tmp_path: Path) -> None:
    held_back = itd_event(status=Status.NOT_DETECTED, filter="low_support")
    itd = dataclasses.replace(
        itd_result(itd_event()), status=Status.NOT_DETECTED, events=(held_back,)
    )
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=itd)))
    assert row.itd_count == 0
    assert (row.itd_total_vaf, row.itd_total_vaf_low, row.itd_total_vaf_high) == (None,) * 3
    assert (row.itd_total_ar, row.itd_total_ar_low, row.itd_total_ar_high) == (None,) * 3
    assert row.itd_limit_of_detection == itd.limit_of_detection


def test_the_longest_itd_that_reads_show_stands_beside_the_limit(tmp_path: Path) -> None:
    assert summary_row(report_of(tmp_path)).itd_longest_assessable is None
    short = dataclasses.replace(itd_result(), longest_assessable=30)
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=short)))
    assert (row.itd_status, row.itd_longest_assessable) == (Status.NOT_DETECTED, 30)


def test_sample_without_answer_has_no_numbers(tmp_path: Path) -> None:
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=NO_ITD_ANSWER)))
    assert row.itd_status is Status.NOT_ASSESSABLE
    assert row.itd_total_vaf is None
    assert row.itd_limit_of_detection is None


def test_row_has_the_build_of_the_report(tmp_path: Path) -> None:
    report = report_of(tmp_path, flt3=flt3_result(itd=NO_ITD_ANSWER))
    other = dataclasses.replace(report.reference, build="GRCh37")
    assert summary_row(report).build == "GRCh38"
    assert summary_row(dataclasses.replace(report, reference=other)).build == "GRCh37"


def test_table_keeps_order_empty_cells_and_infinity(tmp_path: Path) -> None:
    endless = dataclasses.replace(
        itd_result(itd_event()),
        total_ar=math.inf,
        total_ar_interval=ConfidenceInterval(30.0, math.inf),
    )
    answers = (endless, itd_result(), NO_ITD_ANSWER)
    written = [summary_row(report_of(tmp_path, flt3=flt3_result(itd=itd))) for itd in answers]
    write_table(tmp_path / "summary.tsv", SummaryRow, written)
    read = read_table(tmp_path / "summary.tsv", SummaryRow)
    assert [row.itd_status for row in read] == ["detected", "not_detected", "not_assessable"]
    assert read[0].itd_total_ar == math.inf
    assert read[1:] == written[1:]
