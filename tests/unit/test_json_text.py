"""Records as JSON: what goes out comes back, and nothing else comes in."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flt3itd.common.errors import UserError
from flt3itd.junction_records import JunctionPileup
from flt3itd.records import FltResult, ItdResult, Status
from scripts.cohort.model import CohortReport
from scripts.drug_response.records import DrugResponse
from scripts.inputs.sample_cells import SampleCells
from scripts.maintenance.publish_schemas import PUBLISHED, schema_text
from scripts.patient.model import PatientReport
from scripts.records.files import read_built, read_flt3, read_record
from scripts.records.json_text import json_text, record_from
from scripts.report.model import REPORT_SCHEMA_VERSION, JunctionReads, Metric, Report
from scripts.trial.records import TrialReport
from tests.flt3_builders import (
    flt3_result,
    itd_event,
    itd_result,
)
from tests.report_builders import (
    CELLS,
    report_of,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
METRIC = Metric("reads", "Reads", 1.5, "reads", "samtools stats")


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type hint that survive JSON: an optional number is never infinite."""
    if isinstance(hint, types.UnionType):
        members = typing.get_args(hint)
        finite = [st.floats(allow_nan=False, allow_infinity=False) if member is float
                  else values(member) for member in members]  # fmt: skip
        return st.one_of(finite)
    if typing.get_origin(hint) is tuple:
        parts = typing.get_args(hint)
        if parts[-1] is not ...:
            return st.tuples(*map(values, parts))
        return st.lists(values(parts[0]), max_size=2).map(tuple)
    if typing.get_origin(hint) is dict:
        return st.dictionaries(st.text(), values(typing.get_args(hint)[1]), max_size=2)
    if typing.get_origin(hint) is Literal:
        return st.sampled_from(typing.get_args(hint))
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return records(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    scalars: dict[Any, st.SearchStrategy[Any]] = {
        float: st.floats(allow_nan=False).filter(lambda value: value != -math.inf),
        Any: st.one_of(st.none(), st.booleans(), st.integers(), st.text()),
        type(None): st.none(),
        str: st.text(),
        int: st.integers(-(2**63), 2**63 - 1),
        bool: st.booleans(),
    }
    return scalars[hint]


def records(kind: type[Any]) -> st.SearchStrategy[Any]:
    made = st.builds(kind, **{name: values(h) for name, h in typing.get_type_hints(kind).items()})
    if kind is ItdResult:
        # Of a known VAF the ratio is known too.
        return made.filter(lambda one: one.total_vaf is None or one.total_ar is not None)
    return made


KINDS = (
    *(FltResult, JunctionPileup, Report, PatientReport, CohortReport, SampleCells),
    *(DrugResponse, TrialReport),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_survives_json_and_fits_its_schema(kind: type[Any]) -> None:
    published = next((title for one, title in PUBLISHED.values() if one is kind), None)
    validator = jsonschema.Draft202012Validator(json.loads(schema_text(kind, published or "one")))

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(records(kind))
    def check(record: Any) -> None:
        data = json.loads(json_text(record))
        assert record_from(kind, data) == record
        validator.validate(data)

    check()


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 5e-324, sys.float_info.max, -sys.float_info.max, 1e-5, 0.1 + 0.2, 1e22]
)
def test_a_number_keeps_every_digit(value: float) -> None:
    text = json_text(dataclasses.replace(METRIC, value=value))
    read = record_from(Metric, json.loads(text)).value
    assert (read, math.copysign(1, read)) == (value, math.copysign(1, value))
    assert f'"value": {value!r},' in text


def test_an_infinite_number_is_null_and_a_null_is_infinite_or_none() -> None:
    text = json_text(dataclasses.replace(METRIC, value=math.inf))
    assert json.loads(text)["value"] is None
    assert record_from(Metric, json.loads(text)).value == math.inf
    cells = json.loads(json_text(dataclasses.replace(CELLS, order=None)))
    assert record_from(SampleCells, cells).order is None


def test_a_null_ratio_is_infinite_only_beside_a_vaf() -> None:
    found = dataclasses.replace(itd_result(itd_event()), total_ar=math.inf)
    assert record_from(ItdResult, json.loads(json_text(found))) == found
    assert record_from(ItdResult, json.loads(json_text(itd_result()))).total_ar is None


@pytest.mark.parametrize("value", [math.nan, -math.inf])
def test_what_is_no_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="does not belong in a report"):
        json_text(dataclasses.replace(METRIC, value=value))


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_setting_that_is_no_number_is_not_written(tmp_path: Path, value: float) -> None:
    report = dataclasses.replace(report_of(tmp_path), parameters={"deep": [{"inside": value}]})
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(report)


@pytest.mark.parametrize("wrong", [{"name": 3}, {"value": "1.5"}])
def test_a_value_of_another_type_is_not_written(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        json_text(dataclasses.replace(METRIC, **wrong))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"colour": "red"}, "unknown key itd.colour"),
        (
            {"informative_fragments": "12"},
            'itd.informative_fragments: found "12", expected a v',
        ),
        (
            {"informative_fragments": 12.0},
            "itd.informative_fragments: found 12.0, expected a v",
        ),
        (
            {"informative_fragments": True},
            "itd.informative_fragments: found true, expected a v",
        ),
        ({"total_vaf": "0.5"}, 'itd.total_vaf: found "0.5", expected a valid number'),
        ({"total_vaf": math.nan}, "itd.total_vaf: found NaN, expected a finite number"),
        ({"total_vaf": math.inf}, "itd.total_vaf: found Infinity, expected a finite number"),
        ({"status": "negative"}, "itd.status: found \"negative\", expected 'detected', 'not_det"),
        ({"status": None}, "itd.status: found null, expected 'detected'"),
        ({"events": {}}, "itd.events: found {}, expected a valid array"),
        ({"events": [{}]}, "missing key itd.events[0].sample, and "),
        ({"total_vaf_interval": {"low": 0.1}}, "missing key itd.total_vaf_interval.high"),
        ({"total_vaf_interval": [1]}, "itd.total_vaf_interval: found [1], expected an object"),
    ],
)
def test_what_a_record_does_not_hold_is_refused_by_its_key(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    data = {"schema_version": 1, **json.loads(json_text(flt3_result(itd=itd_result())))}
    data["itd"] |= changes
    path = tmp_path / "flt3.json"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(UserError) as error:
        read_flt3(path)
    text = str(error.value)
    assert text.startswith(f"{path}: is not of this version ({message}")
    assert text.endswith("); run `flt3itd call` again")
    assert "\n" not in text


def test_every_key_has_to_be_there_also_those_with_a_default() -> None:
    whole = json.loads(json_text(flt3_result()))
    for name in whole:
        less = {key: value for key, value in whole.items() if key != name}
        with pytest.raises(ValueError, match=f"missing key {name}"):
            record_from(FltResult, less)


@pytest.mark.parametrize(("version", "found"), [(None, "None"), (0, "0"), (2, "2"), ("1", "'1'")])
def test_another_version_is_refused_before_anything_else(
    tmp_path: Path, version: object, found: str
) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"schema_version": version}), "utf-8")
    with pytest.raises(UserError) as error:
        read_built(path, Report, REPORT_SCHEMA_VERSION, "write_report")
    assert str(error.value) == (
        f"{path}: found schema_version {found}, expected 1; "
        "make it again: snakemake --forcerun write_report"
    )


def test_a_list_in_place_of_an_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "junctions.json"
    path.write_text("[]", "utf-8")
    with pytest.raises(UserError, match="found a list, expected a JSON object"):
        read_record(path, JunctionReads, "run it again")


def test_a_status_comes_back_as_one(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json_text(report_of(tmp_path)), "utf-8")
    assert (
        read_built(path, Report, REPORT_SCHEMA_VERSION, "write_report").flt3.itd.status
        is Status.NOT_DETECTED
    )


def test_schema_names_every_field_of_every_record() -> None:
    published = json.loads((DOCS / "report.schema.json").read_text("utf-8"))
    records: list[type[Any]] = [Report]
    seen: set[type[Any]] = set()
    words: set[str] = set()
    while records:
        record = records.pop()
        if record in seen:
            continue
        seen.add(record)
        part = published if record is Report else published["$defs"][record.__name__]
        hints = typing.get_type_hints(record)
        assert list(part["properties"]) == part["required"] == list(hints), record.__name__
        assert part["additionalProperties"] is False
        for hint in hints.values():
            kinds: list[Any] = [hint, *typing.get_args(hint)]
            records += [
                kind for kind in kinds if isinstance(kind, type) and dataclasses.is_dataclass(kind)
            ]
            words |= {
                kind.__name__
                for kind in kinds
                if isinstance(kind, type) and issubclass(kind, StrEnum)
            }
    assert set(published["$defs"]) == {record.__name__ for record in seen} - {"Report"} | words


def test_published_schemas_are_those_of_the_records() -> None:
    for name, (kind, title) in PUBLISHED.items():
        message = "run: python -m scripts.maintenance.publish_schemas"
        assert (DOCS / name).read_text("utf-8") == schema_text(kind, title), message
