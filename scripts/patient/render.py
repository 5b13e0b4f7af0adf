"""Turn the report.json of a patient into one self-contained page."""

from __future__ import annotations

from pathlib import Path

from scripts.patient.drawing import time_line
from scripts.patient.model import PATIENT_SCHEMA_VERSION, PatientReport
from scripts.patient.words import COURSE_WORDS, place_name
from scripts.records.files import read_built
from scripts.report.page import page_environment


def read_patient(path: Path) -> PatientReport:
    """A report that `build_patient` wrote. Raises UserError for any other file."""
    return read_built(path, PatientReport, PATIENT_SCHEMA_VERSION, "write_patient")


def patient_page(report: PatientReport) -> str:
    """The whole page: markup, style and drawings, without any address of a network."""
    template = page_environment().get_template("patient.html.j2")
    return template.render(
        report=report,
        line=time_line(report),
        courses=COURSE_WORDS,
        places=[place_name(sample, report.samples) for sample in report.samples],
    )
