"""Earlier runs: their sheet, what can be read of them, and how a run is registered."""

from __future__ import annotations

import dataclasses
import json
import multiprocessing
import tempfile
from pathlib import Path
from typing import Any

import pytest

from flt3itd.common.errors import UserError
from flt3itd.records import Status
from scripts.earlier.sheet import EarlierRow, read_earlier
from scripts.inputs.sheet import read_sheet
from scripts.panel.alleles import Allele
from scripts.patient.build import Known, gather_patient
from scripts.patient.genotypes import wanted
from scripts.patient.model import Basis
from scripts.patient.write import write_patient
from scripts.records.json_text import json_text
from scripts.workflow.register import register, samples_of
from tests.flt3_builders import (
    itd_event,
    itd_result,
)
from tests.patient_builders import sample as report_of_sample
from tests.report_builders import panel_variant

HEADER = "patient\tsample\ttimepoint\torder\tdate\tfolder\n"


def results(folder: Path, name: str = "S1", **changes: Any) -> Path:
    """The results of an earlier sample of patient P1."""
    made = folder / "run" / name
    made.mkdir(parents=True, exist_ok=True)
    reads = Path(tempfile.mkdtemp(dir=folder))
    data = json.loads(json_text(report_of_sample(reads, name, "diagnosis")))
    data["sample"] |= changes.pop("cells", {})
    data |= changes
    (made / "report.json").write_text(json.dumps(data), "utf-8")
    for file in ("itd.vcf.gz", "flt3.json", "panel.tsv", "coverage.tsv"):
        (made / file).write_text("", "utf-8")
    return made


def sheet(folder: Path, *rows: str) -> str:
    path = folder / "earlier.tsv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), "utf-8")
    return str(path)


def test_rows_of_the_patients_of_a_run(tmp_path: Path) -> None:
    made = results(tmp_path)
    path = sheet(
        tmp_path,
        f"P1\tS1\tdiagnosis\t1\t2024-01-10\t{made}",
        "P9\tS9\tdiagnosis\t1\t\t/not/there",
    )
    found = read_earlier(path, {"P1"}, {"S2"}, "GRCh38")
    assert list(found) == ["S1"]
    assert (found["S1"].date, found["S1"].cohort) == ("2024-01-10", "newly_diagnosed")
    assert found["S1"].file("itd.vcf.gz") == f"{made}/itd.vcf.gz"
    assert not found["S1"].has("identity.tsv")
    assert read_earlier(path, {"P1"}, {"S1"}, "GRCh38") == {}
    assert read_earlier(None, {"P1"}, {"S1"}, "GRCh38") == {}
    with pytest.raises(UserError, match="column patient: 'P1' differs from 'p1' only in upper"):
        read_earlier(path, {"p1"}, {"S2"}, "GRCh38")


def test_what_cannot_be_read_is_refused_with_what_to_run(tmp_path: Path) -> None:
    made = results(tmp_path)
    row = f"P1\tS1\tdiagnosis\t1\t\t{made}"

    def refused(path: str, text: str, build: str = "GRCh38") -> None:
        with pytest.raises(UserError, match=text):
            read_earlier(path, {"P1", "P2"}, set(), build)

    refused(sheet(tmp_path, row, row), r"row 3: column sample: 'S1' is already in row 2")
    refused(sheet(tmp_path, f"P2\tS1\tdiagnosis\t1\t\t{made}"), "holds the results of patient")
    refused(sheet(tmp_path, row), "is of GRCh38, this run of GRCh37", "GRCh37")
    refused(sheet(tmp_path, f"P1\tS1\tx\t1\t2024-02-30\t{made}"), "column date: .*2024-03-31")
    refused(sheet(tmp_path, f"P1\tS1\tx\t1\t1899-12-31\t{made}"), "the year is before 1900")
    refused(sheet(tmp_path, f"P1\tS1\tx\t1\t2126-01-01\t{made}"), "the day is still to come")
    refused(sheet(tmp_path, "P1\tS1\tx\t1\t\t/not/there"), "has no report.json")
    results(tmp_path, schema_version=99)
    refused(sheet(tmp_path, row), "has schema_version 99.*snakemake --forcerun write_report")
    results(tmp_path, sample={"sample": "S1"})
    refused(sheet(tmp_path, row), "cannot be read by this version")
    (made / "itd.vcf.gz").unlink()
    refused(sheet(tmp_path, row), "has no itd.vcf.gz")


def test_a_run_is_registered_once_and_brought_up_to_date(tmp_path: Path) -> None:
    results(tmp_path)
    path = tmp_path / "earlier.tsv"
    rows = samples_of(tmp_path / "run")
    assert register(rows, path, replace=False) == 1
    assert register(rows, path, replace=False) == 0
    (row,) = read_sheet(path, EarlierRow)
    assert row.cells.folder == str((tmp_path / "run" / "S1").resolve())
    moved = [rows[0].model_copy(update={"folder": "/elsewhere/S1"})]
    before = path.read_bytes()
    with pytest.raises(UserError, match="sample 'S1' is there from"):
        register(moved, path, replace=False)
    assert path.read_bytes() == before
    assert register(moved, path, replace=True) == 1
    with pytest.raises(UserError, match="no finished sample"):
        samples_of(tmp_path / "nothing")


def _register_many(sheet: str, first: int) -> None:
    for number in range(first, first + 10):
        row = EarlierRow(patient="P1", sample=f"S{number}", timepoint="x", folder=f"/r/S{number}")
        register([row], Path(sheet), replace=False)


def test_two_runs_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "earlier.tsv"
    context = multiprocessing.get_context("spawn")
    jobs = [context.Process(target=_register_many, args=(str(path), n)) for n in (0, 10)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    names = {row.cells.sample for row in read_sheet(path, EarlierRow)}
    assert names == {f"S{number}" for number in range(20)}


def test_variants_of_earlier_runs_are_looked_for_in_every_sample() -> None:
    one, other = Allele("chr1", 1, "A", "G"), Allele("chr1", 9, "A", "G")
    assert wanted({"S2": {one}}, [other, one]) == {"S2": [other]}


def test_an_earlier_sample_says_what_it_was_not_asked(tmp_path: Path) -> None:
    before = report_of_sample(tmp_path, "S1", "diagnosis", itd=itd_result(itd_event()))
    variant = panel_variant(gene="RUNX1", chrom="chr21", pos=5, hgvs_p="p.(Arg1Ter)")
    now = report_of_sample(tmp_path, "S2", "day28", itd=itd_result(), variants=(
        panel_variant(), variant))  # fmt: skip
    paths = []
    for name, report in (("old", before), ("new", now)):
        (tmp_path / name).mkdir()
        path = tmp_path / name / "report.json"
        path.write_text(json_text(report), "utf-8")
        paths.append(path)
    gathered = gather_patient("P1", {"S1": 0, "S2": 1}, Known(paths[1:], earlier=paths[:1]))
    made = write_patient(gathered, tmp_path / "P1")
    assert [one.earlier_run for one in made.samples] == [str(tmp_path / "old"), ""]
    points = {one.gene: one.points[0] for one in made.alterations}
    assert points["FLT3"].basis is Basis.CALLED
    npm1, runx1 = points["NPM1"], points["RUNX1"]
    assert (npm1.basis, npm1.status) == (Basis.NOT_LOOKED_FOR, Status.NOT_DETECTED)
    assert npm1.vaf_bound is not None
    assert (runx1.basis, runx1.status) == (Basis.NOT_LOOKED_FOR, Status.NOT_ASSESSABLE)
    page = (tmp_path / "P1" / "report.html").read_text("utf-8")
    assert "not looked for in that sample" in page
    assert 'href="../../S1/report.html"' not in page
    assert 'href="../../S2/report.html"' in page
    assert dataclasses.asdict(made)["samples"][0]["sample"] == "S1"
