"""Check plain values against a JSON schema and say in one sentence what is wrong."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

SCHEMAS = Path(__file__).resolve().parent.parent / "config" / "schemas"


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The schema with this file name in config/schemas."""
    schema: dict[str, Any] = yaml.safe_load((SCHEMAS / name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


def first_mistake(schema: Mapping[str, Any], value: object) -> tuple[str, str] | None:
    """The key (dotted, empty for the whole) and a sentence about the worst mistake, or None."""
    error = best_match(Draft202012Validator(schema).iter_errors(value))
    return None if error is None else (_key(error), _sentence(error))


def with_defaults(schema: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a checked value in which keys that were left out have their default."""
    complete = dict(value)
    for key, part in schema["properties"].items():
        if key not in complete and "default" in part:
            complete[key] = part["default"]
        if key in complete and part.get("type") == "object":
            complete[key] = with_defaults(part, complete[key])
    return complete


def closest(word: str, known: list[str]) -> str:
    """A hint at the known word that a misspelt one is like, or an empty string."""
    matches = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def _key(error: ValidationError) -> str:
    return ".".join(str(part) for part in error.absolute_path)


def _sentence(error: ValidationError) -> str:
    schema: Mapping[str, Any] = error.schema  # type: ignore[assignment]  # no boolean schemas here
    expected: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        unknown = str(next(key for key in instance if key not in known))
        return (
            f"{unknown!r} is not known here; allowed: {', '.join(known)}{closest(unknown, known)}"
        )
    if error.validator == "required":
        missing = next(key for key in expected if key not in instance)
        return f"{missing!r} is missing"
    found = "nothing" if instance is None else repr(instance)
    allowed = ""
    if error.validator == "enum":
        allowed = f"; allowed: {', '.join(map(str, expected))}"
    elif error.validator == "type" and expected == "object":
        allowed = f"; it holds the keys {', '.join(schema['properties'])}"
    mend = schema.get("errorMessage", "")
    return f"found {found}{allowed}" + (f"; {mend}" if mend else "")
