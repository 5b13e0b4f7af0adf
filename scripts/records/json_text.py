"""Records to JSON and back, by their type hints.

An infinite number is null in JSON. Read back, a null is infinity where the record asks for a
number, and None where the record allows None.
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from enum import StrEnum
from typing import Any, TypeVar

from flt3itd.records import ItdResult

Record = TypeVar("Record")


def plain(value: Any) -> Any:
    """A record as dicts, lists and scalars; infinite numbers become None. NaN is refused."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, float):
        if math.isnan(value):
            raise ValueError("NaN does not belong in a report: use None for what is not known")
        return None if math.isinf(value) else value
    return value


def record_from(kind: type[Record], data: dict[str, Any]) -> Record:
    """A frozen dataclass from the dict that `plain` makes of it.

    Raises KeyError for an unknown or missing key, TypeError or ValueError for a wrong value.
    """
    hints = typing.get_type_hints(kind)
    unknown = sorted(set(data) - set(hints))
    if unknown:
        raise KeyError(f"unknown key {unknown[0]}")
    record = kind(**{name: _value(hint, data[name]) for name, hint in hints.items()})
    if isinstance(record, ItdResult) and record.total_vaf is not None and record.total_ar is None:
        # With a total VAF the ratio is known: a null stands for an infinite one.
        return typing.cast(Record, dataclasses.replace(record, total_ar=math.inf))
    return record


def _value(hint: Any, value: Any) -> Any:
    if isinstance(hint, types.UnionType):
        return _optional(hint, value)
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in value)
    if hint is float:
        return math.inf if value is None else float(value)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return record_from(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    expected = typing.get_origin(hint) or hint
    if not isinstance(value, expected) or (hint is int and isinstance(value, bool)):
        raise TypeError(f"found {value!r}, expected {expected.__name__}")
    return value


def _optional(hint: types.UnionType, value: Any) -> Any:
    """The value as the first member of a union that takes it."""
    members = typing.get_args(hint)
    if value is None and types.NoneType in members:
        return None
    for member in members:
        if member is not types.NoneType:
            try:
                return _value(member, value)
            except (TypeError, ValueError):
                continue
    raise TypeError(f"found {value!r}, expected {hint}")
