"""The published schemas, config/README.md and the example say what the records of inputs read."""

import csv
import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from scripts.inputs.clinical_rows import ClinicalRow
from scripts.inputs.controls import ControlRow
from scripts.inputs.samples import SampleRow
from scripts.inputs.settings import read_settings
from scripts.inputs.simulation import simulated_fastqs
from scripts.maintenance.publish_schemas import INPUTS, SECTIONS, input_schema_text
from tests.settings_builders import KEYS

ROOT = Path(__file__).parents[2]


def test_every_key_is_explained() -> None:
    """Each key and column stands in config/README.md in backticks."""
    text = (ROOT / "config" / "README.md").read_text("utf-8")
    for key in KEYS:
        assert f"`{key.removesuffix('.capture').removesuffix('.amplicon')}`" in text, key
    for sheet in (SampleRow, ControlRow, ClinicalRow):
        for column in sheet.model_fields:
            assert f"`{column}`" in text, column


@pytest.mark.parametrize("name", INPUTS)
def test_published_schemas_are_those_of_the_records(name: str) -> None:
    published = (ROOT / "config" / "schemas" / name).read_text("utf-8")
    message = "run: python -m scripts.maintenance.publish_schemas"
    assert published == input_schema_text(name), message
    assert {file.name for file in (ROOT / "config" / "schemas").iterdir()} == set(INPUTS)
    schema = json.loads(published)
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        assert part["type"] != "object" or part["additionalProperties"] is False


@pytest.mark.parametrize("name", SECTIONS)
def test_an_editor_shows_what_each_key_is(name: str) -> None:
    """What the table of config/README.md says of it, or the record that it leads to."""
    schema = json.loads((ROOT / "config" / "schemas" / name).read_text("utf-8"))
    for part in (schema, *schema["$defs"].values()):
        assert part["description"]
        for key, what in part.get("properties", {}).items():
            assert {"description", "$ref"} & what.keys() or key in ("capture", "amplicon"), key
            assert "](" not in what.get("description", "")
    if name == "config.schema.json":
        chunks = schema["$defs"]["Panel"]["properties"]["chunks"]["description"]
        assert chunks.startswith("number of parts in which the targets are called in parallel")


def test_the_example_fits_the_published_schemas() -> None:
    """What an editor or another program checks with them is what is read here."""
    folder = ROOT / "config"
    config = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    validator = {
        name: jsonschema.Draft202012Validator(json.loads((folder / "schemas" / name).read_text()))
        for name in INPUTS
    }
    validator["config.schema.json"].validate(config)
    for sheet in ("samples", "clinical", "drug_response"):
        with (folder / f"{sheet}.tsv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t"):
                cells = {column: cell for column, cell in row.items() if cell}
                validator[f"{sheet}.schema.json"].validate(cells)
    config["thresholds"] = {"minimum_vaf": 0.6}
    assert not validator["config.schema.json"].is_valid(config)


def test_the_example_is_right() -> None:
    path = ROOT / "config" / "config.yaml"
    settings = read_settings(yaml.safe_load(path.read_text("utf-8")), str(path))
    assert settings.simulation is not None
    made = simulated_fastqs(str(ROOT / settings.simulation))
    assert "example/fastq/P001_diagnosis_R2.fastq.gz" in made
