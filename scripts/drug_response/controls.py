"""How the control plates respond to each drug: scored once, for all patients.

    python -m scripts.drug_response.controls --plates ROWS.json --out drug_controls.json

Selective scores of a patient are those above the mean of the controls.
"""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path

from scripts.command import run, write_whole
from scripts.drug_response.curves import VIABILITY, NoCurveError, fit_curve
from scripts.drug_response.normalise import read_culture
from scripts.drug_response.records import CONTROLS_SCHEMA_VERSION, ControlScore, ControlScores
from scripts.drug_response.scores import sensitivity
from scripts.inputs.drug_response import PlateRow
from scripts.records.json_text import json_text


def score_controls(plates: Sequence[PlateRow]) -> ControlScores:
    """DSS3 of each drug in each control that can be scored, in the order of the sheet.

    Raises:
        UserError: A plate cannot be read, or has no vehicle wells.
    """
    return ControlScores(
        CONTROLS_SCHEMA_VERSION,
        tuple(
            score
            for name in dict.fromkeys(row.patient for row in plates)
            for score in _scores(name, [row for row in plates if row.patient == name])
        ),
    )


def _scores(control: str, plates: Sequence[PlateRow]) -> Iterable[ControlScore]:
    culture = read_culture(plates)
    if culture.quality_reason:
        return
    for drug in culture.drugs:
        treated = culture.alone(drug)
        try:
            curve = fit_curve(treated.doses, treated.viabilities, VIABILITY)
        except NoCurveError:
            continue
        yield ControlScore(control, drug, sensitivity(curve, treated.lowest, treated.highest).dss3)


def main() -> None:
    """The command that the rule `drug_controls` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plates", required=True, help="rows of the sheet, as JSON")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    plates = [PlateRow.model_validate(row) for row in json.loads(options.plates)]
    found = score_controls(plates)
    write_whole(options.out, json_text(found))
    logging.info("%d drugs scored in controls", len({one.drug for one in found.scores}))


if __name__ == "__main__":
    run(main)
