"""The table over all samples."""

from __future__ import annotations

import dataclasses
import math
import subprocess
import sys
from pathlib import Path

import pytest

from flt3itd.common.tables import read_table
from flt3itd.records import ConfidenceInterval, Status
from scripts.cohort.summarize import SummaryRow, summarize, summary_row
from scripts.report.model import to_json
from tests.report_builders import (
    NO_ITD_ANSWER,
    flt3_result,
    itd_event,
    itd_result,
    panel_variant,
    report_of,
    tkd_event,
    tkd_result,
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
    assert row.tkd_mutations == "p.(Asp835Tyr) 0.07"
    assert row.panel_variant_count == 1
    assert row.panel_variants == "NPM1 p.(Trp288CysfsTer12) 0.41"


def test_sample_without_answer_has_no_numbers(tmp_path: Path) -> None:
    row = summary_row(report_of(tmp_path, flt3=flt3_result(itd=NO_ITD_ANSWER)))
    assert row.itd_status is Status.NOT_ASSESSABLE
    assert row.itd_total_vaf is None
    assert row.itd_limit_of_detection is None


def test_table_keeps_order_empty_cells_and_infinity(tmp_path: Path) -> None:
    endless = dataclasses.replace(
        itd_result(itd_event()),
        total_ar=math.inf,
        total_ar_interval=ConfidenceInterval(30.0, math.inf),
    )
    paths = []
    for number, itd in enumerate((endless, itd_result(), NO_ITD_ANSWER)):
        path = tmp_path / f"{number}.json"
        path.write_text(to_json(report_of(tmp_path, flt3=flt3_result(itd=itd))), "utf-8")
        paths.append(path)
    written = summarize(paths, tmp_path / "summary.tsv")
    read = read_table(tmp_path / "summary.tsv", SummaryRow)
    assert [row.itd_status for row in read] == ["detected", "not_detected", "not_assessable"]
    assert read[0].itd_total_ar == math.inf
    assert read[1:] == written[1:]


def test_damaged_report_ends_with_one_line_and_no_table(tmp_path: Path) -> None:
    damaged = tmp_path / "report.json"
    damaged.write_text("{}", "utf-8")
    output = tmp_path / "summary.tsv"
    done = subprocess.run(
        [sys.executable, "-m", "scripts.cohort.summarize", "--out", str(output), str(damaged)],
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {damaged}: found schema_version None")
    assert done.stderr.count("\n") == 1
    assert not output.exists()
