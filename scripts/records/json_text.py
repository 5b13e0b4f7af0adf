"""Records as JSON text and back, by pydantic over their plain frozen dataclasses.

An infinite number is null in JSON. Read back, a null is infinity where the record asks for a
number, and None where the record allows None. NaN and minus infinity are refused. Nothing is
converted on reading: text that looks like a number is refused, and so is any key too many or
too few.

A validator and a serializer are made when a kind of record is first read or written: that takes
about 0.1 s for the largest.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import CoreSchema, SchemaSerializer, SchemaValidator, core_schema

from flt3itd.records import ItdResult

Record = TypeVar("Record")


def json_text(record: Any) -> str:
    """A record as JSON text with a final line feed; the keys are in the order of its fields.

    Raises ValueError for NaN, minus infinity, and a value that is not of the type of its field.
    """
    serializer = _adapter(cast(Any, type(record))).serializer
    data = serializer.to_python(record, mode="json", warnings="error")
    return json.dumps(data, indent=2, allow_nan=False, ensure_ascii=False) + "\n"


def record_from(kind: type[Record], data: Any) -> Record:
    """A record from parsed JSON.

    Raises ValueError, in one line that names the key, for what `json_text` does not write.
    """
    adapter = _adapter(cast(Any, kind))
    try:
        # From text, not from `data`: only there is a list a tuple and a word an enumeration.
        return cast(Record, adapter.validator.validate_json(json.dumps(data)))
    except ValidationError as error:
        raise ValueError(_in_words(error)) from error


def record_schema(kind: type[Any]) -> CoreSchema:
    """What pydantic knows of a kind of record, with the rules of this module."""
    return cast(CoreSchema, _with_rules(TypeAdapter(kind).core_schema))


@dataclass(frozen=True)
class _Adapter:
    validator: SchemaValidator
    serializer: SchemaSerializer


@cache
def _adapter(kind: type[Any]) -> _Adapter:
    schema = record_schema(kind)
    return _Adapter(SchemaValidator(schema, _STRICT), SchemaSerializer(schema, _STRICT))


_STRICT = core_schema.CoreConfig(
    strict=True,
    extra_fields_behavior="forbid",
    # As they are: our own serializer of numbers, then `json.dumps`, decide.
    ser_json_inf_nan="constants",
)


def _infinite_if_null(value: float | None) -> float:
    return math.inf if value is None else value


def _null_if_infinite(value: float) -> float | None:
    if math.isnan(value) or value == -math.inf:
        raise ValueError(f"{value} does not belong in a report: use None for what is not known")
    return None if math.isinf(value) else value


_NUMBER = core_schema.no_info_after_validator_function(
    _infinite_if_null,
    core_schema.nullable_schema(core_schema.float_schema(allow_inf_nan=False)),
    serialization=core_schema.plain_serializer_function_ser_schema(
        _null_if_infinite,
        return_schema=core_schema.nullable_schema(core_schema.float_schema()),
        when_used="json",
    ),
)


def _with_rules(schema: Any) -> Any:
    """A part of a core schema with our rules in place of pydantic's own."""
    if isinstance(schema, list | tuple):
        return type(schema)(_with_rules(part) for part in schema)
    if not isinstance(schema, dict):
        return schema
    made = {key: _with_rules(part) for key, part in schema.items()}
    rule = _RULES.get(made.get("type", ""))
    return rule(made) if rule else made


def _strict_record(schema: dict[str, Any]) -> Any:
    made = schema | {"config": _STRICT}
    if made["cls"] is not ItdResult:
        return made
    name = made.pop("ref", None)
    inner = cast(CoreSchema, made)
    return core_schema.no_info_after_validator_function(_with_known_ratio, inner, ref=name)


_RULES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "float": lambda _: _NUMBER,
    # Defaults are for code: a file names every key.
    "default": lambda schema: schema["schema"],
    "dataclass": _strict_record,
}
"""What becomes of each type of core schema that pydantic would treat otherwise."""


def _with_known_ratio(result: ItdResult) -> ItdResult:
    """With a total VAF the ratio is known: a null stands for an infinite one."""
    if result.total_vaf is None or result.total_ar is not None:
        return result
    return dataclasses.replace(result, total_ar=math.inf)


_KEY_PROBLEMS = {"missing": "missing key", "unexpected_keyword_argument": "unknown key"}


def _in_words(error: ValidationError) -> str:
    """The first problem in a line, and how many more there are."""
    first, *others = error.errors(include_url=False, include_context=False)
    place = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
    ).removeprefix(".")
    if first["type"] in _KEY_PROBLEMS:
        text = f"{_KEY_PROBLEMS[first['type']]} {place}"
    else:
        expected = first["msg"].replace("Input should be", "expected")
        found = json.dumps(first["input"], ensure_ascii=False)
        text = f"{place or 'the whole'}: found {found[:60]}, {expected}"
    return f"{text}, and {len(others)} more" if others else text
