"""What can be said over all samples of a run that failed: of those that have a report.

The files have names of their own, so that none is taken for the whole, and each names what is
missing and why.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from flt3itd.common.tables import columns_of, format_cell, read_table, write_table
from flt3itd.common.unfinished import all_or_none
from scripts.cohort.build import gather_cohort
from scripts.cohort.model import CohortRow
from scripts.cohort.render import cohort_page, read_cohort
from scripts.cohort.summarize import SummaryRow, summary_row
from scripts.cohort.write import checksums
from scripts.command import run
from scripts.inputs.quality_limits import QualityLimits
from scripts.patient.render import read_patient
from scripts.records.failure import (
    DOCUMENT,
    FAILED,
    PAGE,
    QUALITY_DOCUMENT,
    QUALITY_PAGE,
    QUALITY_TABLE,
    SUMMARY,
    TABLE,
    Failure,
)
from scripts.records.json_text import json_text
from scripts.report.model import Report
from scripts.report.readers import read_report
from scripts.run_quality.gather import gather_quality
from scripts.run_quality.write import read_on_target, write_quality

NOT_REACHED = "not reached before the run ended"


def write_partial(
    output: Path, patients: Mapping[str, str], failed: Sequence[Failure], limits: QualityLimits
) -> tuple[str, ...]:
    """Write the tables and pages of a failed run; the names of what a person reads of these.

    `patients` has the patient of each sample of the sheet, in its order, `limits` are those of
    quality. Without the report of any sample nothing is written, without the course of any patient
    no cohort.
    Raises UserError when a report is damaged.
    """
    reports = {name: output / name / "report.json" for name in patients}
    courses = {
        name: output / "patients" / name / "report.json"
        for name in dict.fromkeys(patients.values())
    }
    reports = {name: path for name, path in reports.items() if path.is_file()}
    courses = {name: path for name, path in courses.items() if path.is_file()}
    if not reports:
        return ()
    read = {name: read_report(path) for name, path in reports.items()}
    missing = _missing(patients, reports, courses, failed)
    with all_or_none(output / SUMMARY) as (draft,):
        draft.write_text(partial_summary(read, patients, missing), "utf-8")
    _write_quality(output, read, limits, [one for one in missing if one.sample])
    if not courses:
        return (SUMMARY, QUALITY_PAGE)
    with all_or_none(*(output / name for name in (TABLE, DOCUMENT, PAGE))) as (
        table,
        document,
        html,
    ):
        report = gather_cohort(
            {name: one for name, one in read.items() if patients[name] in courses},
            [read_patient(path) for path in courses.values()],
            checksums([*reports.values(), *courses.values()]),
            missing,
        )
        write_table(table, CohortRow, report.samples)
        document.write_text(json_text(report), "utf-8")
        html.write_text(cohort_page(read_cohort(document)), "utf-8")
    return (SUMMARY, QUALITY_PAGE, PAGE)


def _write_quality(
    output: Path, reports: Mapping[str, Report], limits: QualityLimits, missing: Sequence[Failure]
) -> None:
    """The measures of the samples that have a report."""
    counts = {name: output / "work" / name / "on_target.txt" for name in reports}
    shares = {name: read_on_target(path) for name, path in counts.items() if path.is_file()}
    quality = gather_quality(list(reports.values()), shares, limits, missing)
    outputs = (output / name for name in (QUALITY_DOCUMENT, QUALITY_PAGE, QUALITY_TABLE))
    with all_or_none(*outputs) as drafts:
        write_quality(quality, *drafts)


def partial_summary(
    reports: Mapping[str, Report], patients: Mapping[str, str], missing: Sequence[Failure]
) -> str:
    """The text of summary.tsv with one column more: why a sample has no other cell."""
    columns = columns_of(SummaryRow)
    why = {one.sample: one.reason for one in missing if one.sample}
    lines = ["\t".join((*columns, "missing_because"))]
    for name, patient in patients.items():
        cells = dict.fromkeys(columns, "") | {"sample": name, "patient": patient}
        if name in reports:
            row = dataclasses.asdict(summary_row(reports[name]))
            cells = {column: format_cell(row[column]) for column in columns}
        lines.append("\t".join((*cells.values(), "" if name in reports else why[name])))
    return "".join(f"{line}\n" for line in lines)


def _missing(
    patients: Mapping[str, str],
    reports: Mapping[str, Path],
    courses: Mapping[str, Path],
    failed: Sequence[Failure],
) -> list[Failure]:
    """Every sample without a report and every patient without a course, with the reason known."""
    of_sample = {one.sample: one for one in failed if one.sample}
    of_patient = {one.patient: one for one in failed if one.patient and not one.sample}
    general = [one for one in failed if not one.sample and not one.patient]
    found = []
    for name, patient in patients.items():
        if name not in reports:
            known = of_sample.get(name) or next(iter(general), None)
            found.append(_failure(name, patient, known, NOT_REACHED))
    for patient in dict.fromkeys(patients.values()):
        if patient not in courses:
            incomplete = any(patients[one.sample] == patient for one in found if one.sample)
            reason = "a sample of this patient is missing" if incomplete else NOT_REACHED
            found.append(_failure("", patient, of_patient.get(patient), reason))
    return found


def _failure(sample: str, patient: str, known: Failure | None, otherwise: str) -> Failure:
    """What a sample or patient is missing for: a known failure, else another reason."""
    if known is None:
        return Failure(sample, patient, "", otherwise, "")
    return dataclasses.replace(known, sample=sample, patient=patient)


def main() -> None:
    """The command that a run ends with which failed; it tells the files that it wrote."""
    parser = argparse.ArgumentParser(
        description=f"{__doc__} Standard input: patients by sample, as JSON."
    )
    parser.add_argument("--limits", required=True, help="of quality, as JSON")
    parser.add_argument("--output", type=Path, required=True, help="the folder of the results")
    options = parser.parse_args()
    patients = json.load(sys.stdin)
    failed = read_table(options.output / FAILED, Failure)
    limits = QualityLimits.model_validate_json(options.limits)
    for name in write_partial(options.output, patients, failed, limits):
        print(name)


if __name__ == "__main__":
    run(main)
