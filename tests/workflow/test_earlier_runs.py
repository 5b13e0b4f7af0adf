"""One patient over two runs in two folders: the second spans both, with its own reads alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
import yaml

from tests.workflow.conftest import READS, SHEET, Workplace
from tests.workflow.small import ITD

_PLAN = "sample haplotype vaf events assay depth read_length fragment_mean fragment_sd"
LIBRARY = ["capture", "300", "150", "280", "60"]
DNMT3A = "chr2_25233601_25235000:773C>T"


def write_run(workplace: Workplace, name: str, day: str, haplotypes: list[list[str]]) -> str:
    """A run of one sample of patient T1 with a folder of its own; returns the option for it."""
    sample = f"T1_{name}"
    folder = workplace.folder
    plan = [_PLAN.split(), *([sample, *one, *LIBRARY] for one in haplotypes)]
    cells = [sample, "T1", name, "", "BM", "newly_diagnosed", "capture"]
    reads = [f"example/fastq/{sample}_R{mate}.fastq.gz" for mate in (1, 2)]
    sheet = [[*SHEET, *READS, "date"], [*cells, *reads, "", day]]
    for file, rows in (("plan", plan), ("sheet", sheet)):
        text = "".join("\t".join(row) + "\n" for row in rows)
        (folder / f"{name}.{file}.tsv").write_text(text, "utf-8")
    example = yaml.safe_load((folder / "config" / "config.yaml").read_text("utf-8"))
    config = {key: example[key] for key in ("reference", "panel")}
    config |= {"samples": f"{name}.sheet.tsv", "output": f"run_{name}"}
    config |= {"simulation": f"{name}.plan.tsv", "earlier": "earlier.tsv"}
    (folder / f"{name}.yaml").write_text(yaml.safe_dump(config), "utf-8")
    return f"--configfile={name}.yaml"


@pytest.mark.xdist_group("earlier")
def test_the_second_run_meets_the_first(workplace: Workplace) -> None:
    folder = workplace.folder
    header = "patient\tsample\ttimepoint\torder\tdate\tfolder\n"
    (folder / "earlier.tsv").write_text(header, "utf-8")
    workplace.successful(
        write_run(workplace, "diagnosis", "2024-01-10",
                  [["ITD45", "0.4", ITD], ["R882H", "0.45", DNMT3A]])
    )  # fmt: skip
    register = [sys.executable, "-m", "scripts.workflow.register"]
    register += ["--results", "run_diagnosis", "--sheet", "earlier.tsv"]
    subprocess.run(register, cwd=folder, check=True)
    # Its reads go away: what is left is what the second run has.
    for path in (folder / "run_diagnosis" / "work").rglob("*.bam"):
        path.unlink()
    workplace.successful(write_run(workplace, "day28", "2024-02-07", [["ITD45", "0.03", ITD]]))
    report = json.loads((folder / "run_day28/patients/T1/report.json").read_text("utf-8"))
    assert [(one["sample"], one["day"]) for one in report["samples"]] == [
        ("T1_diagnosis", 0),
        ("T1_day28", 28),
    ]
    assert report["samples"][0]["earlier_run"].endswith("run_diagnosis/T1_diagnosis")
    itd = next(one for one in report["alterations"] if one["kind"] == "ITD")
    assert [one["status"] for one in itd["points"]] == ["detected", "detected"]
    assert itd["points"][0]["vaf"] > 0.3 > itd["points"][1]["vaf"]
    mutation = next(one for one in report["alterations"] if one["gene"] == "DNMT3A")
    assert [one["basis"] for one in mutation["points"]] == ["called", "genotyped"]
    assert mutation["points"][1]["status"] == "not_detected"
    flt3 = json.loads((folder / "run_day28/T1_day28/flt3.json").read_text("utf-8"))
    assert [one["length_bp"] for one in flt3["itd"]["known"]] == [45]
    identity = json.loads((folder / "run_day28/cohort/identity.json").read_text("utf-8"))
    assert [(one["first"], one["second"]) for one in identity["pairs"]] == [
        ("T1_diagnosis", "T1_day28")
    ]
    page = (folder / "run_day28/patients/T1/report.html").read_text("utf-8")
    assert "of an earlier run" in page
