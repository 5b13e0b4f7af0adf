"""Readers of the JSON files that steps write for each other; a UserError names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TypeVar

from flt3itd.common.errors import UserError
from flt3itd.molecules.records import CONSENSUS_SCHEMA_VERSION, ConsensusStatistics
from flt3itd.records import FLT3_SCHEMA_VERSION, FltResult
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
    mend = "run `flt3itd call` again"
    data = read_json(path)
    _check_version(path, data.pop("schema_version", None), FLT3_SCHEMA_VERSION, mend)
    return _record(path, FltResult, data, mend)


def read_families(path: Path) -> ConsensusStatistics:
    """What `flt3itd consensus` told of the families of a sample."""
    mend = again("consensus")
    data = read_json(path)
    _check_version(path, data.pop("schema_version", None), CONSENSUS_SCHEMA_VERSION, mend)
    return _record(path, ConsensusStatistics, data, mend)


def read_built(path: Path, kind: type[Record], schema_version: int, rule: str) -> Record:
    """A report of any kind, as its rule wrote it."""
    mend = again(rule)
    data = read_json(path)
    _check_version(path, data.get("schema_version"), schema_version, mend)
    return _record(path, kind, data, mend)


def read_record(path: Path, kind: type[Record], mend: str) -> Record:
    """A file that holds one record. `mend` says in the error how the file is made again."""
    return _record(path, kind, read_json(path), mend)


def again(rule: str) -> str:
    """How a user has the work of a rule done again."""
    return f"make it again: snakemake --forcerun {rule}"


def _check_version(path: Path, found: object, expected: int, mend: str) -> None:
    if found != expected:
        raise UserError(f"{path}: found schema_version {found!r}, expected {expected}; {mend}")


def _record(path: Path, kind: type[Record], data: dict[str, Any], mend: str) -> Record:
    try:
        return record_from(kind, data)
    except ValueError as error:
        raise UserError(f"{path}: is not of this version ({error}); {mend}") from error
