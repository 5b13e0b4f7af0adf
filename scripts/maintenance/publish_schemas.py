"""Write the published schemas of the reports of a sample, a patient and the cohort into docs/.

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
from scripts.patient.model import PatientReport
from scripts.records.json_text import record_schema
from scripts.report.model import Report

PUBLISHED: dict[str, tuple[type[Any], str]] = {
    "report.schema.json": (Report, "Sample report (report.json)"),
    "patient.schema.json": (PatientReport, "Patient report (report.json)"),
    "cohort.schema.json": (CohortReport, "Cohort report (report.json)"),
}
"""File in docs/, record and title."""


def schema_text(kind: type[Any], title: str) -> str:
    """The JSON Schema (2020-12) of what `json_text` makes of a record."""
    made = _Published().generate(record_schema(kind), mode="serialization")
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
    """Write the schemas into docs/."""
    for name, (kind, title) in PUBLISHED.items():
        write_whole(Path("docs") / name, schema_text(kind, title))


if __name__ == "__main__":
    run(main)
