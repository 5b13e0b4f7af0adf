"""Write the published schemas: of the reports into docs/, of what is given into config/schemas/.

Run it after a change of the records, from the top of the checkout; a test compares the files.
"""

from __future__ import annotations

import json
import re
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
from scripts.workflow.digest import CHECKOUT

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

SECTIONS = {
    "config.schema.json": "config.yaml",
    "samples.schema.json": "samples.tsv",
    "drug_response.schema.json": "drug_response.tsv",
}
"""Schemas whose keys a section of `KEYS` has in a table: an editor then shows what it says."""
KEYS = CHECKOUT / "config" / "README.md"


def schema_text(kind: type[Any], title: str) -> str:
    """The JSON Schema (2020-12) of what `json_text` makes of a record."""
    return _text(_Published().generate(record_schema(kind), mode="serialization"), title)


def input_schema_text(name: str) -> str:
    """The JSON Schema (2020-12) of what a person writes into a configuration or a sheet.

    Raises KeyError where `KEYS` describes a key that is none.
    """
    kind, title = INPUTS[name]
    made = kind.model_json_schema(schema_generator=_Published)
    told = described(KEYS.read_text("utf-8"), SECTIONS[name]) if name in SECTIONS else {}
    for key, words in told.items():
        *above, name = key.split(".")
        record = made
        for one in above:
            record = made["$defs"][record["properties"][one]["$ref"].rpartition("/")[2]]
        record["properties"][name]["description"] = words
    return _text(made, title)


def described(page: str, section: str) -> dict[str, str]:
    """What the table of a section of a page says of each key: its last cell, without links."""
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    found: dict[str, str] = {}
    for row in re.findall(r"^\| (`.*) \|$", text, re.MULTILINE):
        keys, *_, words = row.split(" | ")
        words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", words)
        found |= dict.fromkeys(re.findall(r"`([\w.]+)`", keys), words)
    return found


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
    for name in INPUTS:
        write_whole(Path("config/schemas") / name, input_schema_text(name))


if __name__ == "__main__":
    run(main)
