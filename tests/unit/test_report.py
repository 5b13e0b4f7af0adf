"""`report.json`: what it is gathered from, what it keeps through JSON, and what it refuses."""

from __future__ import annotations

import dataclasses
import json
import math
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from flt3itd.common.errors import UserError
from flt3itd.records import ConfidenceInterval
from scripts.records.files import read_flt3
from scripts.records.json_text import json_text
from scripts.report.build import gather
from scripts.report.readers import read_report, read_samtools_stats
from scripts.report.render import page
from scripts.report.write import write_report
from tests.example_reports import blind_report, full_report, text_of
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)
from tests.report_builders import (
    CELLS,
    PARAMETERS,
    STATS,
    exon_coverage,
    report_files,
    report_of,
    write_flt3,
)

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"


def schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return loaded


def test_json_of_every_kind_of_sample_fits_the_published_schema(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    for make in (full_report, blind_report, report_of):
        validator.validate(json.loads(json_text(make(tmp_path))))


def test_schema_refuses_a_state_that_does_not_exist(tmp_path: Path) -> None:
    data = json.loads(json_text(report_of(tmp_path)))
    data["headlines"]["itd"]["status"] = "negative"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, schema())


def test_report_survives_json(tmp_path: Path) -> None:
    report = full_report(tmp_path)
    path = tmp_path / "report.json"
    path.write_text(json_text(report), "utf-8")
    assert read_report(path) == report


def test_infinite_ratio_is_null_in_json_and_infinite_again_when_read(tmp_path: Path) -> None:
    event = itd_event(vaf=0.999, vaf_low=0.99, vaf_high=1.0, ar=math.inf, ar_high=math.inf)
    itd = dataclasses.replace(
        itd_result(event), total_ar=math.inf, total_ar_interval=ConfidenceInterval(45.0, math.inf)
    )
    path = write_flt3(tmp_path / "flt3.json", flt3_result(itd=itd))
    assert "Infinity" not in path.read_text("utf-8")
    assert read_flt3(path).itd == itd
    report = report_of(tmp_path, flt3=flt3_result(itd=itd))
    assert "no wild type seen (95% interval 45.00 or more)" in report.headlines.itd.text
    assert "45.00 or more" in text_of(page(report))
    assert "inf)" not in page(report)


def test_unknown_total_ratio_stays_unknown(tmp_path: Path) -> None:
    path = write_flt3(tmp_path / "flt3.json", flt3_result())
    assert read_flt3(path).itd.total_ar is None


def test_sequencing_numbers_are_read_and_divided(tmp_path: Path) -> None:
    by_key = {metric.key: metric.value for metric in report_of(tmp_path).metrics}
    assert by_key["reads_mapped_fraction"] == pytest.approx(0.995)
    assert by_key["reads_duplicate_fraction"] == pytest.approx(0.02)
    assert by_key["fastp_adapter_reads"] == 800


def test_lanes_are_summed_and_a_bam_sample_has_no_trimming(tmp_path: Path) -> None:
    files = report_files(tmp_path)
    two = gather(CELLS, dataclasses.replace(files, fastp=files.fastp * 2), PARAMETERS)
    assert {m.key: m.value for m in two.metrics}["fastp_reads_in"] == 20_200
    none = gather(CELLS, dataclasses.replace(files, fastp=()), PARAMETERS)
    assert not [metric for metric in none.metrics if metric.key.startswith("fastp")]


def test_mean_coverage_weighs_exons_by_length(tmp_path: Path) -> None:
    exons = (
        exon_coverage("A", "1", 100, length_bp=100),
        exon_coverage("A", "2", 400, length_bp=300),
    )
    assert report_of(tmp_path, exons=exons).coverage.mean == pytest.approx(325.0)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("flt3", '{"schema_version": 1', "cannot be read as JSON"),
        ("flt3", '{"schema_version": 7}', "found schema_version 7, expected 1"),
        ("flt3", '{"schema_version": 1, "sample": "S1"}', "is not of this version"),
        ("stats", "SN\traw total sequences:\t10\n", "is not complete output of samtools stats"),
        ("panel", "", "row 1"),
        ("preflight", "{}", "'reference' is missing"),
    ],
)
def test_damaged_file_is_named_and_nothing_is_written(
    tmp_path: Path, file: str, content: str, message: str
) -> None:
    files = report_files(tmp_path)
    path: Path = getattr(files, file)
    path.write_text(content, "utf-8")
    output = tmp_path / "out"
    names = [output / f"report.{kind}" for kind in ("json", "html", "xlsx")]
    with pytest.raises(UserError, match=re.escape(message)) as error:
        write_report(gather(CELLS, files, PARAMETERS), *names)
    assert str(path) in str(error.value)
    assert not output.exists()


def test_result_of_another_sample_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="found sample 'S1', expected 'S2'"):
        report_of(tmp_path, cells=dataclasses.replace(CELLS, sample="S2"))


@pytest.mark.parametrize(
    ("mapped", "may_be_unaligned", "told"),
    [(0, True, False), (0, False, True), (1, True, True)],
)
def test_reads_that_were_not_aligned_have_no_numbers_of_an_alignment(
    tmp_path: Path, mapped: int, may_be_unaligned: bool, told: bool
) -> None:
    path = tmp_path / "stats.txt"
    path.write_text(STATS.replace("mapped:\t19900", f"mapped:\t{mapped}"), "utf-8")
    metrics = read_samtools_stats(path, may_be_unaligned=may_be_unaligned)
    keys = {one.key for one in metrics}
    assert {"reads", "read_length", "base_quality"} <= keys
    assert ({"reads_mapped", "reads_duplicate", "insert_size", "error_rate"} <= keys) is told
    assert (len(keys) == 3) is not told
    assert next(one.name for one in metrics if one.key == "reads") == (
        "Reads in the alignment" if told else "Reads"
    )


@pytest.mark.parametrize(("mismatches", "told"), [("0.000000e+00", False), ("1e-06", True)])
def test_no_mismatch_at_all_is_that_of_reads_without_nm(
    tmp_path: Path, mismatches: str, told: bool
) -> None:
    path = tmp_path / "stats.txt"
    path.write_text(re.sub(r"(error rate:\t)\S+", rf"\g<1>{mismatches}", STATS), "utf-8")
    assert ("error_rate" in {one.key for one in read_samtools_stats(path)}) is told
