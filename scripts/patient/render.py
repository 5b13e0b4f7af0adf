"""Turn the report.json of a patient into one self-contained page."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from scripts.drug_response.words import changes, dose_words
from scripts.patient.dose_drawing import dose_charts, dose_maps
from scripts.patient.drawing import time_line
from scripts.patient.headlines import comes_first, few_of, headlines
from scripts.patient.model import (
    PATIENT_SCHEMA_VERSION,
    AlterationKind,
    Course,
    PatientReport,
)
from scripts.patient.words import course_words, place_name
from scripts.records.files import read_built
from scripts.report.page import page_environment
from scripts.report.page_parts import finished


def read_patient(path: Path) -> PatientReport:
    """A report that `write_patient` wrote. Raises UserError for any other file."""
    return read_built(path, PatientReport, PATIENT_SCHEMA_VERSION, "write_patient")


def patient_page(report: PatientReport) -> str:
    """The whole page: markup, style and drawings, without any address of a network."""
    template = page_environment().get_template("patient.html.j2")
    first = tuple(one for one in report.alterations if comes_first(one))
    rest = tuple(one for one in report.alterations if not comes_first(one))
    if not first:  # else the page would say that there is nothing to follow
        first, rest = rest, ()
    markup = template.render(
        report=report,
        links=[
            *(
                (f"../../{quote(one.sample)}/report.html", f"Sample {one.sample}")
                for one in report.samples
                if not one.earlier_run
            ),
            ("../../cohort/report.html", "Cohort"),
            *((name, name) for name in ("report.json", "followup.tsv", "genotypes.tsv")),
        ],
        lines=headlines(report),
        gained=few_of(report.gained, len(report.gained)),
        lost=few_of(report.lost, len(report.lost)),
        first=first,
        rest=rest,
        line=time_line(report, first),
        rest_line=time_line(report, rest),
        dose_charts=dose_charts(report.drug_response) if report.drug_response else (),
        dose_maps=dose_maps,
        dose_words=dose_words,
        drug_changes=_drug_changes(report),
        course_of=lambda one: course_words(one, report.samples),
        places=[place_name(sample, report.samples) for sample in report.samples],
    )
    return finished(markup)


def _drug_changes(report: PatientReport) -> list[str]:
    """How drug response changed, beside the alterations of FLT3 that emerged."""
    if report.drug_response is None:
        return []
    emerged = [
        one.name
        for one in report.alterations
        if one.course is Course.EMERGED and one.kind is not AlterationKind.PANEL
    ]
    return changes(report.drug_response, emerged)
