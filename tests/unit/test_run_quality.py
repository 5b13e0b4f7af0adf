"""Quality of a run: what stands out, from limits and from the run, on page, table and MultiQC."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.counted import CountedUnit
from flt3itd.common.errors import UserError
from flt3itd.common.tables import read_table
from flt3itd.molecules.records import FamiliesOfSize
from scripts.inputs.quality_limits import QualityLimits
from scripts.records.failure import Failure
from scripts.records.json_text import json_text, record_from
from scripts.records.report_state import ReportState
from scripts.report.model import Report
from scripts.report.readers import family_metrics
from scripts.run_quality.drawing import WIDTH, strips
from scripts.run_quality.gather import (
    DEVIATIONS,
    flags_of,
    gather_quality,
    shown_value,
)
from scripts.run_quality.multiqc import quality_section
from scripts.run_quality.records import Flag, Measure, RunQuality, Usual
from scripts.run_quality.write import QualityRow, main, quality_page, quality_rows, read_on_target
from tests.patient_builders import sample
from tests.report_builders import FAMILIES, exon_coverage


def made(folder: Path, depths: list[float], limits: QualityLimits | None = None) -> RunQuality:
    reports = []
    for number, depth in enumerate(depths):
        exons = (exon_coverage("NPM1", "11", depth), exon_coverage("TP53", "5", depth / 10))
        reports.append(sample(folder, f"S{number}", "diagnosis", exons=exons))
    shares = {f"S{number}": 0.8 for number in range(len(depths))}
    return gather_quality(reports, shares, limits or QualityLimits())


def values(quality: RunQuality, key: str) -> list[tuple[float | None, tuple[Flag, ...]]]:
    place = [one.key for one in quality.measures].index(key)
    return [(one.values[place].value, one.values[place].flags) for one in quality.samples]


def test_a_sample_that_differs_from_its_run(tmp_path: Path) -> None:
    quality = made(tmp_path, [1000, 1010, 990, 1005, 300])
    assert [bool(flags) for _, flags in values(quality, "depth")] == [False] * 4 + [True]
    assert quality.remarks == (
        "S4: Mean depth 165 fragments, unlike the other samples of its assay "
        "(median 550 fragments)",
    )
    assert values(quality, "evenness")[0] == (0.5, ())
    assert [gene.gene for gene in quality.genes] == ["NPM1", "TP53"]
    assert quality.genes[1].depths[0] == pytest.approx(100)


def test_four_samples_have_no_spread(tmp_path: Path) -> None:
    assert made(tmp_path, [1000, 1010, 990, 300]).remarks == ()


def test_targets_without_reads_are_neither_even_nor_uneven(tmp_path: Path) -> None:
    quality = made(tmp_path, [1000, 0])
    assert [value for value, _ in values(quality, "evenness")] == [0.5, None]


@pytest.mark.parametrize(
    ("missing", "state"),
    [
        ((), ReportState.FINAL),
        ((Failure("S2", "P2", "call_flt3", "killed", "a.log"),), ReportState.DRAFT),
    ],
)
def test_a_run_without_all_of_its_samples_is_a_draft(
    tmp_path: Path, missing: tuple[Failure, ...], state: ReportState
) -> None:
    report = dataclasses.replace(sample(tmp_path, "S1", "diagnosis"), state=ReportState.FINAL)
    assert gather_quality([report], {}, QualityLimits(), missing).state is state


def of_assay(report: Report, assay: Assay) -> Report:
    return dataclasses.replace(report, sample=dataclasses.replace(report.sample, assay=assay))


def test_samples_are_compared_with_those_of_their_assay(tmp_path: Path) -> None:
    """An amplicon of ten times the depth is no outlier of five captures; a poor capture is."""
    depths = [1000, 1010, 990, 1005, 300, 10_000, 5_000]
    reports = [
        sample(tmp_path, f"S{number}", "diagnosis", exons=(exon_coverage("NPM1", "11", depth),))
        for number, depth in enumerate(depths)
    ]
    reports[5:] = [of_assay(report, Assay.AMPLICON) for report in reports[5:]]
    quality = gather_quality(reports, {}, QualityLimits())
    assert [bool(flags) for _, flags in values(quality, "depth")] == [False] * 4 + [
        True,
        False,
        False,
    ]
    medians = {row.median_of_assay for row in quality_rows(quality) if row.measure == "depth"}
    assert medians == {1000, 7500}
    page = quality_page(quality)
    assert "median of capture 1,000 fragments, of amplicon 7,500 fragments" in page


def test_a_limit_of_the_laboratory(tmp_path: Path) -> None:
    quality = made(
        tmp_path, [1000, 300], QualityLimits(minimum_mean_depth=500, maximum_duplicates=0.01)
    )
    assert [Flag.LIMIT in flags for _, flags in values(quality, "depth")] == [False, True]
    assert quality.remarks == (
        "S0: Reads marked as duplicates 2.0%, above the limit of 1.0%",
        "S1: Reads marked as duplicates 2.0%, above the limit of 1.0%",
        "S1: Mean depth 165 fragments, below the limit of 500 fragments",
    )


@pytest.mark.parametrize(
    ("value", "flags"),
    [
        (10.0, ()), (9.99, (Flag.LIMIT,)), (80.0, ()), (80.01, (Flag.OUTLIER,)),
        (5.0, (Flag.LIMIT,)), (4.99, (Flag.LIMIT, Flag.OUTLIER)), (None, ()),
    ],
)  # fmt: skip
def test_flags_just_inside_and_outside(value: float | None, flags: tuple[Flag, ...]) -> None:
    usual = {Assay.CAPTURE: Usual(40.0, 5.0, 80.0), Assay.AMPLICON: Usual(9.0, None, None)}
    measure = Measure("depth", "Mean depth", "fragments", 10.0, None, usual)
    assert flags_of(measure, Assay.CAPTURE, value) == flags
    assert Flag.OUTLIER not in flags_of(measure, Assay.AMPLICON, value)


def test_the_reach_of_a_run_is_robust(tmp_path: Path) -> None:
    quality = made(tmp_path, [1000, 1100, 900, 1050, 950])
    usual = {one.key: one.usual[Assay.CAPTURE] for one in quality.measures}
    depth = usual["depth"]
    assert depth.high == pytest.approx(550 + DEVIATIONS * 1.4826 * 27.5)
    alike = usual["on_target"]
    assert alike.low == pytest.approx(0.76)
    assert alike.high == pytest.approx(0.84)


def test_page_table_and_multiqc_have_the_same_numbers(tmp_path: Path) -> None:
    quality = made(tmp_path, [1000, 1010, 990, 1005, 300])
    page = quality_page(quality)
    assert "S4: Mean depth 165 fragments, unlike the other samples of its assay" in page
    assert page.count("<svg") == len(strips(quality)) > 5
    assert "http" not in page.replace("http-equiv", "")
    section = quality_section(quality)
    assert section["data"]["S4"]["depth"] == pytest.approx(165)
    assert record_from(RunQuality, json.loads(json_text(quality))) == quality
    dots = next(one for one in strips(quality) if one.measure.key == "depth").dots
    assert all(0 < dot.x < WIDTH for dot in dots)
    assert [dot.kind for dot in dots] == ["usual"] * 4 + ["outlier"]


def test_family_sizes_are_those_of_samples_with_umis(tmp_path: Path) -> None:
    """Three families of two pairs and one of four: 2.5, on page, table and MultiQC alike."""
    sizes = (FamiliesOfSize(2, 3), FamiliesOfSize(4, 1))
    families = dataclasses.replace(FAMILIES, families=4, families_by_size=sizes, read_pairs=90)
    plain, molecular = (sample(tmp_path, name, "diagnosis") for name in ("S0", "S1"))
    molecular = dataclasses.replace(molecular, metrics=family_metrics(families))
    quality = gather_quality((plain, molecular), {}, QualityLimits(minimum_family_size=2.6))
    assert values(quality, "family_size") == [(None, ()), (2.5, (Flag.LIMIT,))]
    assert quality.remarks == ("S1: Read pairs by family of a UMI 2.5, below the limit of 2.6",)
    rows = [row for row in quality_rows(quality) if row.measure == "family_size"]
    assert [row.value for row in rows] == [None, 2.5]
    data = quality_section(quality)["data"]
    assert "family_size" not in data["S0"]
    assert data["S1"]["family_size"] == 2.5
    assert "Read pairs by family of a UMI: 2.5 to 2.6; median 2.5" in quality_page(quality)
    inside = gather_quality((plain, molecular), {}, QualityLimits(minimum_family_size=2.5))
    assert inside.remarks == ()


def test_samples_with_umis_are_compared_with_their_like(tmp_path: Path) -> None:
    """Reads and molecules have depths, copies and errors of their own: neither is an outlier."""
    reports = [sample(tmp_path, f"S{number}", "diagnosis") for number in range(6)]
    of_molecules = dataclasses.replace(
        reports[-1],
        flt3=dataclasses.replace(reports[-1].flt3, counted_unit=CountedUnit.MOLECULES),
        coverage=dataclasses.replace(reports[-1].coverage, mean=90.0),
    )
    quality = gather_quality(
        (*reports[:-1], of_molecules), {}, QualityLimits(minimum_mean_depth=100)
    )
    assert quality.remarks == ("S5: Mean depth 90 molecules, below the limit of 100 molecules",)
    assert [value for value, _ in values(quality, "molecule_depth")] == [None] * 5 + [90.0]
    for of_reads in ("depth", "reads", "errors", "duplicates"):
        assert [value is None for value, _ in values(quality, of_reads)] == [False] * 5 + [True]
    assert quality_page(quality).count("not told") >= 5


def test_a_run_without_umis_has_no_measure_of_molecules(tmp_path: Path) -> None:
    keys = [one.key for one in made(tmp_path, [1000, 300]).measures]
    assert not {"molecule_depth", "consensus_reads", "consensus_errors", "family_size"} & {*keys}


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    quality = made(tmp_path, [1000])
    name = "<script>alert(1)</script>"
    wrong = dataclasses.replace(quality.samples[0], sample=name, identity=(name,))
    assert name not in quality_page(dataclasses.replace(quality, samples=(wrong,)))


def test_the_share_on_target(tmp_path: Path) -> None:
    path = tmp_path / "on_target.txt"
    path.write_text("80\n100\n", "utf-8")
    assert read_on_target(path) == 0.8
    path.write_text("0\n0\n", "utf-8")
    assert read_on_target(path) is None
    path.write_text("80\n", "utf-8")
    with pytest.raises(UserError, match=r"on_target.txt: expected two numbers"):
        read_on_target(path)


def test_the_command_writes_all(tmp_path: Path) -> None:
    report = sample(tmp_path, "S1", "diagnosis")
    (tmp_path / "S1.json").write_text(json_text(report), "utf-8")
    (tmp_path / "reports").write_text(f"{tmp_path}/S1.json\n", "utf-8")
    (tmp_path / "on_target.txt").write_text("80\n100\n", "utf-8")
    (tmp_path / "shares").write_text(f"{tmp_path}/on_target.txt\n", "utf-8")
    outputs = {name: tmp_path / f"quality.{name}" for name in ("json", "html", "table", "section")}
    limits = QualityLimits(minimum_on_target=0.9).model_dump_json()
    options = ["--reports", str(tmp_path / "reports"), "--on-target", str(tmp_path / "shares")]
    options += ["--limits", limits]
    for name, path in outputs.items():
        options += [f"--{name}", str(path)]
    main(options)
    rows = {row.measure: row for row in read_table(outputs["table"], QualityRow)}
    assert (rows["on_target"].value, rows["on_target"].flags) == (0.8, "limit")


def test_values_as_a_person_reads_them() -> None:
    assert [shown_value("fraction", one) for one in (0.012, 0.5)] == ["1.2%", "50.0%"]
    assert shown_value("reads", 1234567.0) == "1,234,567"
