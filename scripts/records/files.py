"""Readers of the JSON files that steps write for each other; a UserError names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from flt3itd.common.errors import UserError
from flt3itd.records import FltResult
from scripts.records.json_text import record_from

Record = TypeVar("Record")


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object from a file."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as JSON ({error}); make the file again") from error
    if not isinstance(value, dict):
        raise UserError(f"{path}: found a {type(value).__name__}, expected a JSON object")
    return value


def read_flt3(path: Path) -> FltResult:
    """The result that `flt3itd call` wrote."""
    data = read_json(path)
    version = data.pop("schema_version", None)
    if version != 1:
        raise UserError(
            f"{path}: found schema_version {version!r}, expected 1; run `flt3itd call` again"
        )
    return read_record(path, FltResult, data, "run `flt3itd call` again")


def read_built(path: Path, kind: type[Record], schema_version: int) -> Record:
    """A report of any kind, as the rule that builds it wrote it."""
    data = read_json(path)
    if data.get("schema_version") != schema_version:
        raise UserError(
            f"{path}: found schema_version {data.get('schema_version')!r}, "
            f"expected {schema_version}; build the report again"
        )
    return read_record(path, kind, data, "build the report again")


def read_record(path: Path, kind: type[Record], data: dict[str, Any], mend: str) -> Record:
    """A record from what a file holds. `mend` says in the error how the file is made again."""
    try:
        return record_from(kind, data)
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: is not of this version ({error}); {mend}") from error
