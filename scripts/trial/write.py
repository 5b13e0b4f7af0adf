"""Write the tables of a trial: patients, numbers and curves, and all of it as `trial.json`."""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flt3itd.common.errors import UserError
from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.drug_response.records import read_drug_response
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.records.json_text import json_text
from scripts.report.readers import read_report
from scripts.trial.build import TrialRules, gather_trial
from scripts.trial.records import TrialReport
from scripts.trial.tables import (
    TrialNumber,
    TrialRow,
    TrialStep,
    trial_numbers,
    trial_row,
    trial_steps,
)


@dataclass(frozen=True)
class TrialFiles:
    """What is written of a trial."""

    table: Path
    """One row for each enrolled patient."""
    numbers: Path
    curves: Path
    json: Path


def write_trial(
    rows: Sequence[ClinicalRow],
    reports: Sequence[Path],
    responses: Sequence[Path],
    rules: TrialRules,
    files: TrialFiles,
) -> TrialReport:
    """Write everything of a trial, or nothing.

    `rows` are those of `read_clinical`, `reports` the report.json files of all samples, for each
    patient in the order of time, and `responses` the drug_response.json files of patients.
    Raises UserError when a file is missing or damaged.
    """
    samples = [read_report(path) for path in reports]
    tested = {one.patient: one for one in map(read_drug_response, responses)}
    checksums = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in [*reports, *responses]
    }
    trial = gather_trial(rows, samples, tested, rules, checksums)
    with all_or_none(*dataclasses.astuple(files)) as drafts:
        made = TrialFiles(*drafts)
        write_table(made.table, TrialRow, map(trial_row, trial.patients))
        write_table(made.numbers, TrialNumber, trial_numbers(trial))
        write_table(made.curves, TrialStep, trial_steps(trial))
        made.json.write_text(json_text(trial), "utf-8")
    return trial


def _listed(path: Path) -> list[Path]:
    """The paths that a file lists, one in a line; empty lines are none."""
    try:
        return [Path(line) for line in path.read_text("utf-8").splitlines() if line]
    except OSError as error:
        raise UserError(f"{path}: the list cannot be read: {error.strerror}") from error


def _rows(path: Path) -> list[ClinicalRow]:
    """The rows of clinical.tsv, as the workflow checked them and wrote them as JSON."""
    return [ClinicalRow.model_validate(row) for row in json.loads(path.read_text("utf-8"))]


def main() -> None:
    """The command that the rule `write_trial` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clinical", type=Path, required=True, help="the rows, as JSON")
    for name in ("reports", "drug-responses"):
        text = f"a file that lists the JSON files of all {name}, one in a line"
        parser.add_argument(f"--{name}", type=Path, required=True, help=text)
    parser.add_argument("--minimum-patients", type=int, required=True)
    parser.add_argument("--response-landmark", type=int, required=True, help="in days")
    names = [field.name for field in dataclasses.fields(TrialFiles)]
    for name in names:
        parser.add_argument(f"--{name}", type=Path, required=True, help="to be written")
    options = parser.parse_args()
    trial = write_trial(
        _rows(options.clinical),
        _listed(options.reports),
        _listed(options.drug_responses),
        TrialRules(options.minimum_patients, options.response_landmark),
        TrialFiles(*(getattr(options, name) for name in names)),
    )
    for rate in trial.rates:
        found = rate.reason or f"{rate.successes} of {rate.patients} in remission"
        logging.info("%s: %s", rate.group, found)


if __name__ == "__main__":
    run(main)
