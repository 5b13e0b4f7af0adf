"""Samples of several patients, and the report of all of them."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import jsonschema

from scripts.cohort.model import (
    CohortReport,
)
from scripts.cohort.render import read_cohort
from scripts.cohort.write import CohortFiles, write_cohort
from scripts.patient.build import Known, gather_patient
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
EXONS = (exon_coverage("NPM1", "11"), exon_coverage("KIT", "8"), exon_coverage("KIT", "17"))


def sample(folder: Path, name: str, **cells: Any) -> Report:
    """A sample named patient_timepoint; the other parts as in `report_of`, `itd` and `tkd`."""
    patient, timepoint = name.split("_")
    contents = {key: cells.pop(key) for key in ("variants", "exons", "kmt2a") if key in cells}
    flt3 = flt3_result(itd=cells.pop("itd", None), tkd=cells.pop("tkd", None), sample=name)
    place = folder / name
    place.mkdir()
    described = dataclasses.replace(
        CELLS, **{"sample": name, "patient": patient, "timepoint": timepoint, "order": None} | cells
    )
    return report_of(place, cells=described, flt3=flt3, **{"exons": EXONS} | contents)


def cohort_files(output: Path) -> CohortFiles:
    tables = ("summary.tsv", "cohort.tsv", "genes.tsv", "ratios.tsv")
    names = (*tables, "report.json", "report.html", "flt3.json", "depth.json")
    return CohortFiles(*(output / name for name in names))


def cohort(folder: Path, *reports: Report) -> CohortReport:
    """The report of the cohort, as read back from the file that was written."""
    sources: dict[str, list[Path]] = {}
    timepoints = list(dict.fromkeys(report.sample.timepoint for report in reports))
    rank_of = {one.sample.sample: timepoints.index(one.sample.timepoint) for one in reports}
    for report in reports:
        path = folder / f"{report.sample.sample}.json"
        path.write_text(json_text(report), "utf-8")
        sources.setdefault(report.sample.patient, []).append(path)
    courses = []
    for patient, paths in sources.items():
        place = folder / f"patient_{patient}"
        place.mkdir()
        ranks = {path.stem: rank_of[path.stem] for path in paths}
        write_patient(gather_patient(patient, ranks, Known(paths)), place)
        courses.append(place / "report.json")
    output = folder / "cohort"
    written = [path for paths in sources.values() for path in paths]
    write_cohort(written, courses, cohort_files(output), trial=None, earlier=(), quality=None)
    data = json.loads((output / "report.json").read_text("utf-8"))
    schema = json.loads((DOCS / "cohort.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    return read_cohort(output / "report.json")
