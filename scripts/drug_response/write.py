"""Write the drug response of a patient: `drug_response.json` and its numbers as a table."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from flt3itd.common.tables import write_table
from flt3itd.common.unfinished import all_or_none
from scripts.command import run
from scripts.drug_response.analyse import analyse_patient
from scripts.drug_response.records import (
    NO_CONTROLS,
    Combination,
    ControlScores,
    Dose,
    DrugCurve,
    DrugResponse,
    DrugResponseRow,
    Measure,
    Reach,
    read_control_scores,
)
from scripts.drug_response.words import dose_words
from scripts.inputs.drug_response import PlateRow
from scripts.records.json_text import json_text


def rows_of(response: DrugResponse) -> list[DrugResponseRow]:
    """Every number of a response as a row, with its interval or the reason why it has none."""
    rows = [row for curve in response.curves for row in _curve_rows(response.patient, curve)]
    for pair in response.combinations:
        rows += _combination_rows(response.patient, pair)
    return rows


def _curve_rows(patient: str, curve: DrugCurve) -> Iterator[DrugResponseRow]:
    def row(
        measure: str, value: Dose | Measure | float | None, reason: str = ""
    ) -> DrugResponseRow:
        names = (patient, curve.timepoint, curve.tissue, curve.drug, "", measure)
        if isinstance(value, Dose):
            numbers = (value.value, value.low, value.high)
            return DrugResponseRow(*names, *numbers, value.reach, reason, curve.remark)
        if isinstance(value, Measure):
            numbers = (value.value, value.low, value.high)
            return DrugResponseRow(*names, *numbers, Reach.MEASURED, reason, curve.remark)
        reach = Reach.UNKNOWN if value is None else Reach.MEASURED
        return DrugResponseRow(*names, value, None, None, reach, reason, curve.remark)

    yield row("z_prime", curve.z_prime, "" if curve.z_prime is not None else curve.reason)
    yield row("replicate_variation", curve.variation)
    fit = curve.fit
    if fit is None:
        yield row("ic50_nM", None, curve.reason)
        return
    yield row("ic50_nM", fit.ic50)
    yield row("relative_ic50_nM", fit.relative_ic50)
    yield row("hill_slope", fit.slope)
    yield row("auc", fit.area)
    yield row("dss1", fit.dss1)
    yield row("dss2", fit.dss2)
    yield row("dss3", fit.dss3)
    if fit.selective_dss is not None:
        yield row("selective_dss", fit.selective_dss)
    if fit.growth_rate_50 is not None:
        yield row("gr50_nM", fit.growth_rate_50, "no interval: one curve of growth rates")


def _combination_rows(patient: str, pair: Combination) -> list[DrugResponseRow]:
    names = (patient, pair.timepoint, pair.tissue, pair.first_drug, pair.second_drug)
    if pair.reason:
        nothing = (None, None, None, Reach.UNKNOWN)
        return [DrugResponseRow(*names, "synergy", *nothing, pair.reason, pair.remark)]
    return [
        DrugResponseRow(
            *names,
            one.model.value,
            one.value,
            one.low,
            one.high,
            Reach.UNKNOWN if one.value is None else Reach.MEASURED,
            one.reason,
            pair.remark,
        )
        for one in pair.scores
    ]


def write_drug_response(
    patient: str, plates: Sequence[PlateRow], folder: Path, controls: ControlScores
) -> DrugResponse:
    """Analyse the plates of a patient and write both files into a folder, or neither.

    Raises:
        UserError: A plate cannot be read or normalised.
    """
    response = analyse_patient(patient, plates, controls)
    paths = folder / "drug_response.json", folder / "drug_response.tsv"
    with all_or_none(*paths) as (document, table):
        document.write_text(json_text(response), "utf-8")
        write_table(table, DrugResponseRow, rows_of(response))
    return response


def main() -> None:
    """The command that the rule `drug_response` runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patient", required=True)
    parser.add_argument("--plates", required=True, help="rows of the sheet, as JSON")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--controls", type=Path, help="what the rule drug_controls wrote")
    options = parser.parse_args()
    plates = [PlateRow.model_validate(row) for row in json.loads(options.plates)]
    controls = read_control_scores(options.controls) if options.controls else NO_CONTROLS
    response = write_drug_response(options.patient, plates, options.out, controls)
    for curve in response.curves:
        found = dose_words(curve.fit.ic50) if curve.fit else f"not scored: {curve.reason}"
        logging.info("%s, %s: %s: IC50 %s", response.patient, curve.timepoint, curve.drug, found)


if __name__ == "__main__":
    run(main)
