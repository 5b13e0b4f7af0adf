"""Check plain values against a JSON schema and say in one sentence what is wrong."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, validators
from jsonschema.exceptions import ValidationError, best_match

SCHEMAS = Path(__file__).resolve().parents[2] / "config" / "schemas"


def _whole_pattern(
    _validator: object, pattern: str, value: object, _schema: object
) -> Iterator[ValidationError]:
    """As JSON schema means it: in Python, $ also stands before a line break at the end."""
    if isinstance(value, str) and (value.endswith("\n") or not re.search(pattern, value)):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _finite_type(
    validator: Any, kind: str, value: object, schema: Any
) -> Iterator[ValidationError]:
    """YAML has numbers that are none: .nan is not below a minimum, and not above a maximum."""
    yield from Draft202012Validator.VALIDATORS["type"](validator, kind, value, schema)
    if isinstance(value, float) and not math.isfinite(value):
        yield ValidationError(f"{value!r} is no number")


_Validator = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _whole_pattern, "type": _finite_type}
)


@cache
def load_schema(name: str) -> dict[str, Any]:
    """The schema with this file name in config/schemas."""
    schema: dict[str, Any] = yaml.safe_load((SCHEMAS / name).read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return schema


def first_mistake(schema: Mapping[str, Any], value: object) -> tuple[str, str] | None:
    """The key (dotted, empty for the whole) and a sentence about the worst mistake, or None."""
    error = best_match(_Validator(schema).iter_errors(value))
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
