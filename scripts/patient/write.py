"""Write the course of a patient: `report.json`, its rows as `followup.tsv`, and its page."""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path

from flt3itd.common.tables import read_table, write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.drug_response.records import read_drug_response
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.patient.build import Known, followup_rows, gather_patient
from scripts.patient.model import FollowUpRow, PanelGenotype, PatientReport
from scripts.patient.render import patient_page, read_patient
from scripts.records.json_text import json_text


def write_patient(gathered: PatientReport, folder: Path) -> PatientReport:
    """Write report.json, followup.tsv and report.html of a patient into a folder; all or none.

    The page shows what is read back from the document.
    """
    paths = [folder / name for name in ("report.json", "followup.tsv", "report.html")]
    with all_or_none(*paths) as (document, table, page):
        document.write_text(json_text(gathered), "utf-8")
        write_table(table, FollowUpRow, followup_rows(gathered))
        report = read_patient(document)
        page.write_text(patient_page(report), "utf-8")
    return report


def main() -> None:
    """The command that the rule `write_patient` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patient", required=True)
    parser.add_argument("--ranks", required=True, help="place in time by sample, as JSON")
    parser.add_argument("--clinical", required=True, help="rows of clinical.tsv, as JSON")
    parser.add_argument("--genotypes", type=Path, required=True, help="of genotype_variants")
    parser.add_argument("--drug-response", type=Path, help="of the rule drug_response")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--reports", type=Path, nargs="+", required=True)
    parser.add_argument("--earlier", type=Path, nargs="*", default=[], help="of earlier runs")
    options = parser.parse_args()
    gathered = gather_patient(
        options.patient,
        json.loads(options.ranks),
        Known(
            options.reports,
            [ClinicalRow.model_validate(row) for row in json.loads(options.clinical)],
            read_table(options.genotypes, PanelGenotype),
            read_drug_response(options.drug_response) if options.drug_response else None,
            options.earlier,
        ),
    )
    report = write_patient(gathered, options.out)
    for alteration in report.alterations:
        logging.info("%s: %s", report.patient, alteration.words)
    count = len(report.alterations), len(report.samples)
    logging.info("%s: %d alterations in %d samples", report.patient, *count)


if __name__ == "__main__":
    run(main)
