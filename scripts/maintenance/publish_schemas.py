"""Write the published schemas of the reports of a patient and of the cohort into docs/.

Run it after a change of the records, from the top of the checkout; a test compares the files.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any

from scripts.cohort.model import CohortReport
from scripts.command import run, write_whole
from scripts.patient.model import PatientReport

PUBLISHED: dict[str, tuple[type[Any], str]] = {
    "cohort.schema.json": (CohortReport, "Cohort report (report.json)"),
    "patient.schema.json": (PatientReport, "Patient report (report.json)"),
}
"""File in docs/, record and title."""


def schema_text(kind: type[Any], title: str) -> str:
    """The JSON Schema (2020-12) of what `record_json.plain` makes of a record."""
    definitions: dict[str, Any] = {}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **_record(kind, definitions),
    }
    schema["$defs"] = dict(sorted(definitions.items()))
    return json.dumps(schema, indent=2) + "\n"


def _record(kind: type[Any], definitions: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return {
        "description": " ".join((kind.__doc__ or "").split()),
        "type": "object",
        "additionalProperties": False,
        "required": names,
        "properties": {name: _value(hints[name], definitions) for name in names},
    }


_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    # An infinite number is null in JSON.
    float: {"type": ["number", "null"]},
    Any: {},
}


def _value(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, types.UnionType):
        members = [one for one in typing.get_args(hint) if one is not types.NoneType]
        choices = [_value(one, definitions) for one in members]
        if types.NoneType in typing.get_args(hint):
            choices.append({"type": "null"})
        return {"anyOf": choices}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _value(typing.get_args(hint)[0], definitions)}
    if typing.get_origin(hint) is dict:
        values = _value(typing.get_args(hint)[1], definitions)
        return {"type": "object", "additionalProperties": values}
    if issubclass(hint, StrEnum):
        definition: dict[str, Any] = {"enum": [member.value for member in hint]}
        definition["description"] = " ".join((hint.__doc__ or "").split())
    else:
        definitions.setdefault(hint.__name__, {})
        definition = _record(hint, definitions)
    definitions[hint.__name__] = definition
    return {"$ref": f"#/$defs/{hint.__name__}"}


def main() -> None:
    """Write the schemas into docs/."""
    for name, (kind, title) in PUBLISHED.items():
        write_whole(Path("docs") / name, schema_text(kind, title))


if __name__ == "__main__":
    run(main)
