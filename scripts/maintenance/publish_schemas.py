"""Write the published schemas: of the reports into docs/, of what is given into config/schemas/.

Run it after a change of the records, from the top of the checkout; a test compares the files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from scripts.cohort.model import CohortReport
from scripts.command import run, write_whole
from scripts.drug_response.records import DrugResponse
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.inputs.comments import CommentRow
from scripts.inputs.controls import ControlRow
from scripts.inputs.drug_response import PlateRow
from scripts.inputs.fields import Record
from scripts.inputs.samples import SampleRow
from scripts.inputs.settings import Settings
from scripts.patient.model import PatientReport
from scripts.records.json_text import record_schema
from scripts.report.model import Report
from scripts.trial.records import TrialReport

PUBLISHED: dict[str, tuple[type[Any], str]] = {
    "report.schema.json": (Report, "Sample report (report.json)"),
    "patient.schema.json": (PatientReport, "Patient report (report.json)"),
    "cohort.schema.json": (CohortReport, "Cohort report (report.json)"),
    "drug_response.schema.json": (DrugResponse, "Drug response of a patient (drug_response.json)"),
    "trial.schema.json": (TrialReport, "Trial (trial.json)"),
}
"""File in docs/, record and title."""

INPUTS: dict[str, tuple[type[Record], str]] = {
    "config.schema.json": (Settings, "Configuration (config.yaml)"),
    "samples.schema.json": (SampleRow, "A row of the sample sheet; empty cells are left out"),
    "comments.schema.json": (CommentRow, "A row of the table of comments"),
    "controls.schema.json": (ControlRow, "A row of the sheet of controls"),
    "clinical.schema.json": (ClinicalRow, "A row of the table of treatments and responses"),
    "drug_response.schema.json": (PlateRow, "A row of the sheet of plates"),
}
"""File in config/schemas/, record and title. `errorMessage` tells how to mend a wrong value."""


def schema_text(kind: type[Any], title: str) -> str:
    """The JSON Schema (2020-12) of what `json_text` makes of a record."""
    return _text(_Published().generate(record_schema(kind), mode="serialization"), title)


def input_schema_text(kind: type[Record], title: str) -> str:
    """The JSON Schema (2020-12) of what a person writes into a configuration or a sheet."""
    return _text(kind.model_json_schema(schema_generator=_Published), title)


def _text(made: JsonSchemaValue, title: str) -> str:
    definitions = made.pop("$defs", {})
    for definition in (made, *definitions.values()):
        definition.pop("title", None)
        definition["description"] = " ".join(definition["description"].split())
    schema = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": title,
        **made,
        "$defs": dict(sorted(definitions.items())),
    }
    return json.dumps(schema, indent=2) + "\n"


class _Published(GenerateJsonSchema):
    """No keys but those named are allowed; fields have no titles; the order is that of fields."""

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> JsonSchemaValue:
        made = super().dataclass_schema(schema)
        return {
            "description": made["description"],
            "type": "object",
            "additionalProperties": False,
            "required": made["required"],
            "properties": made["properties"],
        }

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002
        return value


def main() -> None:
    """Write the schemas into docs/ and config/schemas/."""
    for name, (kind, title) in PUBLISHED.items():
        write_whole(Path("docs") / name, schema_text(kind, title))
    for name, (record, title) in INPUTS.items():
        write_whole(Path("config/schemas") / name, input_schema_text(record, title))


if __name__ == "__main__":
    run(main)
