"""Write all samples and patients side by side: tables, report, page, and sections for MultiQC."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none
from scripts.cohort.build import gather_cohort
from scripts.cohort.model import CohortReport, CohortRow, GeneTest, RatioPair
from scripts.cohort.multiqc_sections import coverage_section, flt3_section
from scripts.cohort.render import cohort_page, read_cohort
from scripts.cohort.summarize import SummaryRow, summary_row
from scripts.command import run
from scripts.patient.render import read_patient
from scripts.records.json_text import json_text
from scripts.report.readers import read_report
from scripts.run_quality.records import read_quality
from scripts.trial.records import read_trial


@dataclass(frozen=True)
class CohortFiles:
    """What is written of a cohort."""

    summary: Path
    """One row for each sample, in the order of the sheet."""
    table: Path
    """The same with what later timepoints show."""
    genes: Path
    """One row for each gene: both groups of patients, and their difference."""
    ratios: Path
    """One row for each ITD of a first timepoint and day 28."""
    json: Path
    html: Path
    flt3_section: Path
    coverage_section: Path
    """Sections of the MultiQC report."""


def write_cohort(
    reports: Sequence[Path],
    patients: Sequence[Path],
    files: CohortFiles,
    trial: Path | None,
    earlier: Sequence[Path],
    quality: Path | None,
) -> CohortReport:
    """Write everything over all samples; all of it or none.

    `reports` are the report.json files of the samples and `patients` those of the patients, in
    the order of the sheet; `trial` is trial.json, where patients are enrolled; `earlier` are the
    report.json files of samples of earlier runs, `quality` is quality.json of the run. The page
    shows what is read back from the document.
    Raises UserError when a file is missing or damaged.
    """
    by_name = {report.sample.sample: report for report in map(read_report, reports)}
    enrolled = None if trial is None else read_trial(trial)
    courses = [read_patient(path) for path in patients]
    sources = [*reports, *patients, *([] if trial is None else [trial])]
    before = {report.sample.sample: report for report in map(read_report, earlier)}
    sources += [*earlier, *([] if quality is None else [quality])]
    measured = None if quality is None else read_quality(quality)
    gathered = gather_cohort(by_name, courses, checksums(sources), earlier=before, quality=measured)
    with all_or_none(*dataclasses.astuple(files)) as drafts:
        made = CohortFiles(*drafts)
        write_table(made.summary, SummaryRow, map(summary_row, by_name.values()))
        write_table(made.table, CohortRow, gathered.samples)
        write_table(made.genes, GeneTest, gathered.gene_tests)
        write_table(made.ratios, RatioPair, gathered.ratios)
        made.json.write_text(json_text(gathered), "utf-8")
        report = read_cohort(made.json)
        made.html.write_text(cohort_page(report, enrolled), "utf-8")
        for path, section in (
            (made.flt3_section, flt3_section(report)),
            (made.coverage_section, coverage_section(report)),
        ):
            path.write_text(json.dumps(section, indent=2, allow_nan=False) + "\n", "utf-8")
    return report


def checksums(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of files by their paths."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def listed(path: Path) -> list[Path]:
    """The paths that a file lists, one in a line: thousands would not fit a command line.

    Raises UserError when the list cannot be read.
    """
    try:
        return [Path(line) for line in path.read_text("utf-8").splitlines()]
    except OSError as error:
        raise UserError(f"{path}: the list cannot be read: {error.strerror}") from error


def main() -> None:
    """The command that the rule `write_cohort` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("reports", "patients"):
        text = f"a file that lists the report.json of all {name}, one in a line"
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    for field in dataclasses.fields(CohortFiles):
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=Path, required=True, help="to be written")
    parser.add_argument("--earlier", type=Path, help="a list of those of earlier runs")
    parser.add_argument("--quality", type=Path, help="quality.json of the run")
    parser.add_argument("--trial", type=Path, help="trial.json, where patients are enrolled")
    options = parser.parse_args()
    names = [field.name for field in dataclasses.fields(CohortFiles)]
    files = CohortFiles(*(getattr(options, name) for name in names))
    reports, patients = listed(options.reports), listed(options.patients)
    earlier = listed(options.earlier) if options.earlier else []
    report = write_cohort(reports, patients, files, options.trial, earlier, options.quality)
    logging.info(
        "%d patients, %d samples, %d genes with alterations",
        len(report.patients),
        len(report.samples),
        sum(
            any(patient.cells[n].text for patient in report.patients)
            for n in range(len(report.genes))
        ),
    )


if __name__ == "__main__":
    run(main)
