"""Read plain values into a record, and say in one sentence what is wrong with them."""

from __future__ import annotations

import difflib
import math
import typing
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from scripts.inputs.fields import Record, allowed_of, mend_of

_LONGEST_SHOWN = 300
"""Characters of a wrong value; a whole table in one cell tells no more than its begin."""

AnyRecord = TypeVar("AnyRecord", bound=Record)


class Mistake(Exception):  # noqa: N818  # the caller says in which file, and makes an error of it
    """The key (dotted, empty for the whole record) and a sentence about what is wrong there."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(f"{key}: {sentence}" if key else sentence)
        self.key = key
        self.sentence = sentence


def read_record(kind: type[AnyRecord], values: Mapping[str, Any]) -> AnyRecord:
    """The record with these values.

    Raises:
        Mistake: A key is unknown or missing, or a value is not allowed. Of several mistakes the
            one is told that may be the cause of others: a misspelt key before a missing one.
    """
    try:
        return kind.model_validate(dict(values))
    except ValidationError as error:
        details = min(error.errors(include_url=False), key=_rank)
        raise _mistake(kind, details) from None


def closest(word: str, known: Iterable[str]) -> str:
    """A hint at the known word that a misspelt one is like, or an empty string."""
    matches = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {matches[0]!r}?" if matches else ""


def _rank(details: ErrorDetails) -> tuple[int, int]:
    order = {"extra_forbidden": 0, "invalid_key": 0, "missing": 2}.get(details["type"], 1)
    return order, len(details["loc"])


def _mistake(kind: type[Record], details: ErrorDetails) -> Mistake:
    location = details["loc"]
    if not location:
        return Mistake("", str(details["ctx"]["error"]))
    above, last = location[:-1], str(location[-1])
    known = _record_at(kind, above).model_fields
    if details["type"] == "extra_forbidden":
        sentence = f"{last!r} is not known here; allowed: {', '.join(known)}{closest(last, known)}"
        return Mistake(_dotted(above), sentence)
    if details["type"] == "invalid_key":
        found = _shown(details["input"])
        return Mistake(_dotted(above), f"the key {found} is no word; allowed: {', '.join(known)}")
    if details["type"] == "missing":
        sentence = _joined(f"{last!r} is missing", _allowed(known[last]), mend_of(known[last]))
        return Mistake(_dotted(above), sentence)
    return Mistake(_dotted(location), _sentence(details, known[last]))


def _record_at(kind: type[Record], location: tuple[int | str, ...]) -> type[Record]:
    """The record that a key of the record leads to, level by level."""
    for key in location:
        inner = kind.model_fields[str(key)].annotation
        assert isinstance(inner, type) and issubclass(inner, Record)
        kind = inner
    return kind


def _sentence(details: ErrorDetails, field: FieldInfo) -> str:
    """What is wrong with a value that is there, and how it is mended."""
    value = details["input"]
    found, hint = f"found {_shown(value)}", ""
    match details["type"]:
        case "value_error":
            reason = str(details["ctx"]["error"])
            if isinstance(value, Mapping | BaseModel):
                return reason  # of a whole record: its values say nothing
            if reason:
                return _joined(found, reason)
        case "literal_error" | "enum":
            hint = _allowed(field)
        case "model_type":
            keys = typing.cast(type[Record], field.annotation).model_fields
            hint = f"it holds the keys {', '.join(keys)}"
        case "string_too_long":
            return f"{found} of {len(value)} characters; {details['ctx']['max_length']} at most"
        case "string_type" if isinstance(value, bool | int | float | date):
            hint = "YAML takes it for no text; put it in quotes if it is meant"
        case "bool_type" if isinstance(value, str):
            hint = "YAML takes it for text; leave the quotes out"
        case "int_type" | "float_type" if isinstance(value, str):
            hint = _number_meant(value)
        case "int_type" if isinstance(value, float) and value.is_integer():
            hint = f"write {int(value)}"
    return _joined(found, hint, mend_of(field))


def _allowed(field: FieldInfo) -> str:
    words = allowed_of(field)
    return f"allowed: {', '.join(words)}" if words else ""


def _joined(*parts: str) -> str:
    return "; ".join(filter(None, parts))


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str) and len(value) > _LONGEST_SHOWN:
        return f"{value[:_LONGEST_SHOWN]!r}..."
    return value.isoformat() if isinstance(value, date) else repr(value)


def _number_meant(text: str) -> str:
    """How to write a number that YAML takes for text: 1e3, 5 %, 0,01 or "100"."""
    percent = text.strip().endswith("%")
    try:
        number = float(text.strip().rstrip("% ").replace(",", ".")) / (100 if percent else 1)
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    return f"YAML takes it for text; write {int(number) if number.is_integer() else number!r}"


def _dotted(location: tuple[int | str, ...]) -> str:
    return ".".join(map(str, location))
