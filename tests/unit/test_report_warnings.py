"""What a report warns of: reads that are unfit, copied, trimmed away or not resolved."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.tables import write_table
from flt3itd.fitness.judgement import judge_reads
from flt3itd.fitness_records import UNMEASURED, Fit, Question, ReadFitness, Verdict
from scripts.cohort.summarize import summary_row
from scripts.panel.read_fitness import TargetReads, judge_targets
from scripts.panel.rows import Unresolved
from scripts.report.build import gather
from tests.fitness_builders import GOOD
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    CELLS,
    PARAMETERS,
    panel_variant,
    report_files,
    report_of,
)


def test_what_is_not_resolved_is_a_warning(tmp_path: Path) -> None:
    bases = "ACGT" * 20
    rows = [
        Unresolved("S1", gene, "chr19", 33_301_100, side, 40, 400, 0.1, bases)
        for gene, side in (("CEBPA", "right"), ("", "left"))
    ]
    table = tmp_path / "unresolved.tsv"
    write_table(table, Unresolved, rows)
    files = dataclasses.replace(report_files(tmp_path), unresolved=table)
    found = [w.text for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "panel"]
    assert [text.split(":")[0] for text in found] == ["CEBPA, chr19", "between genes, chr19"]
    assert "33301100: 40 of 400 fragments (10.0%) leave the reference to the right" in found[0]
    assert found[0].endswith("begin with " + bases[:60])
    assert found[1].endswith("end with " + bases[-60:])
    misled = Verdict(Question.LONG_EVENTS, Fit.UNFIT, ("reads of RNA",), misleads=True)
    others = [Verdict(one, Fit.FIT) for one in Question if one is not Question.LONG_EVENTS]
    reads = ReadFitness(UNMEASURED, (*others, misled))
    of_rna = report_files(tmp_path, flt3=dataclasses.replace(flt3_result(), reads=reads))
    files = dataclasses.replace(of_rna, unresolved=table)
    assert not [w for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "panel"]


@pytest.mark.parametrize(("left", "told"), [(5050, False), (5049, True)])
def test_trimming_that_leaves_few_reads_is_a_warning(tmp_path: Path, left: int, told: bool) -> None:
    """Just at half of the reads and just below it."""
    files = report_files(tmp_path)
    report = json.loads(files.fastp[0].read_text("utf-8"))
    report["summary"]["after_filtering"]["total_reads"] = left
    files.fastp[0].write_text(json.dumps(report), "utf-8")
    texts = [w.text for w in gather(CELLS, files, PARAMETERS).warnings if w.source == "trimming"]
    assert [f"trimming left {left} of 10100 reads" in text for text in texts] == [True] * told


@pytest.mark.parametrize(("assay", "told"), [("capture", True), ("amplicon", False)])
def test_single_reads_of_a_capture_are_a_warning(tmp_path: Path, assay: Assay, told: bool) -> None:
    files = report_files(tmp_path)
    cells = dataclasses.replace(CELLS, assay=assay)
    report = json.loads(files.fastp[0].read_text("utf-8"))
    for _ in range(2):
        warnings = gather(cells, files, PARAMETERS).warnings
        texts = [warning.text for warning in warnings if warning.source == "trimming"]
        single = "read2_before_filtering" not in report
        assert len(texts) == (single and told)
        assert all("the reads are single" in text for text in texts)
        report.pop("read2_before_filtering", None)
        files.fastp[0].write_text(json.dumps(report), "utf-8")


@pytest.mark.parametrize(
    ("measured", "passing", "status"),
    [
        ({"without_bases": 9}, False, "not_assessable"),
        ({"without_bases": 9}, True, "detected"),
        ({"short_gaps": 0.01}, True, "not_assessable"),
        ({"hard_clipped": 9}, False, "not_detected"),
    ],
)
def test_reads_that_are_unfit_for_the_panel_say_nothing_of_it(
    tmp_path: Path, measured: dict[str, Any], passing: bool, status: str
) -> None:
    good = flt3_result()
    reads = judge_reads(dataclasses.replace(good.reads.measured, **measured), Assay.CAPTURE)
    variants = (panel_variant(),) if passing else ()
    report = report_of(tmp_path, flt3=dataclasses.replace(good, reads=reads), variants=variants)
    assert report.panel.status == status
    if status == "not_assessable":
        assert report.panel.limit_of_detection is None
        assert reads.verdict(Question.PANEL).reasons[0] in report.headlines.panel.text
    told = [warning.text for warning in report.warnings if warning.source == "reads"]
    assert told


def test_copies_that_the_panel_counts_are_a_warning(tmp_path: Path) -> None:
    """FLT3 counts them once; other remarks are not told twice."""
    copied = dataclasses.replace(GOOD, copies=0.3, duplicates=0.0, without_qualities=1.0)
    genes = dict.fromkeys(("NPM1", "FLT3", "IDH1"), copied)
    flt3 = judge_targets(TargetReads(genes), Assay.CAPTURE, of_flt3=UNMEASURED).beside_flt3(
        flt3_result()
    )
    warnings = report_of(tmp_path, flt3=flt3).warnings
    [told] = [warning.text for warning in warnings if warning.source == "reads"]
    assert told.startswith("30% of the fragments are copies")
    assert "intervals and limits of detection are too small; mark duplicates" in told


def test_genes_that_are_unfit_alone_are_named(tmp_path: Path) -> None:
    measured = {"TP53": dataclasses.replace(GOOD, hard_clipped=9)}
    measured |= dict.fromkeys(("NPM1", "FLT3", "IDH1"), GOOD)
    flt3 = judge_targets(TargetReads(measured), Assay.CAPTURE, of_flt3=UNMEASURED).beside_flt3(
        flt3_result()
    )
    report = report_of(tmp_path, flt3=flt3)
    assert report.headlines.panel.text.endswith(
        " Insertions and deletions of 20 bases or more not assessable in TP53."
    )
    told = [warning.text for warning in report.warnings if warning.source == "reads"]
    assert [text[:33] for text in told] == ["long events of TP53: reads unfit: "[:33]]
    row = summary_row(report)
    assert (row.panel_reason, row.kmt2a_ptd_reason) == ("", report.panel.kmt2a_ptd.reason)
    assert row.long_events_reason.startswith("TP53: reads unfit: 9 reads are hard clipped")
