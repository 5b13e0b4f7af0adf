"""A patient with samples, as the tests of courses and reports need it."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import jsonschema

from scripts.drug_response.records import DrugResponse
from scripts.patient.build import Known, gather_patient
from scripts.patient.model import Alteration, PatientReport
from scripts.patient.render import read_patient
from scripts.patient.write import write_patient
from scripts.records.json_text import json_text
from scripts.report.model import Report
from tests.flt3_builders import flt3_result
from tests.report_builders import (
    CELLS,
    exon_coverage,
    report_of,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"
NPM1_EXON = exon_coverage("NPM1", "11", start=171_410_500, end=171_410_600)


def sample(folder: Path, name: str, timepoint: str, tissue: str = "BM", **contents: Any) -> Report:
    """A sample of patient P1. `itd` and `tkd` are results; the rest as in `report_of`."""
    place = folder / name
    place.mkdir()
    flt3 = flt3_result(itd=contents.pop("itd", None), tkd=contents.pop("tkd", None), sample=name)
    cells = dataclasses.replace(CELLS, sample=name, timepoint=timepoint, tissue=tissue)
    contents.setdefault("exons", (NPM1_EXON,))
    return report_of(place, cells=cells, flt3=flt3, **contents)


def patient(
    folder: Path,
    *reports: Report,
    ranks: list[int] | None = None,
    clinical: Any = (),
    genotypes: Any = (),
    drug_response: DrugResponse | None = None,
) -> PatientReport:
    """The report of patient P1, as read back from the file that was written."""
    sources = []
    for report in reports:
        path = folder / f"{report.sample.sample}.json"
        path.write_text(json_text(report), "utf-8")
        sources.append(path)
    places = ranks or list(range(len(reports)))
    names = [report.sample.sample for report in reports]
    output = folder / "P1"
    ranked = dict(zip(names, places, strict=True))
    known = Known(sources, clinical, genotypes, drug_response)
    write_patient(gather_patient("P1", ranked, known), output)
    data = json.loads((output / "report.json").read_text("utf-8"))
    schema = json.loads((DOCS / "patient.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    return read_patient(output / "report.json")


def only(report: PatientReport) -> Alteration:
    """The one alteration of a patient."""
    (alteration,) = report.alterations
    return alteration


def visible(html: str) -> str:
    """What a reader sees: no style, script, tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script)>.*?</\1>", " ", html, flags=re.S))
