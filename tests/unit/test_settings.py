from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flt3itd.common.errors import UserError
from scripts.inputs.schemas import load_schema
from scripts.inputs.settings import Flt3, Settings, check_files, read_settings
from scripts.inputs.simulation import simulated_fastqs

ROOT = Path(__file__).parents[2]


def path_keys(schema: dict[str, Any], above: str = "") -> Iterator[str]:
    """The keys of the configuration that name a file, with dots between levels."""
    for key, part in schema.get("properties", {}).items():
        if "properties" in part:
            yield from path_keys(part, f"{above}{key}.")
        elif "minLength" in part:
            yield f"{above}{key}"


PATHS = sorted(set(path_keys(load_schema("config.schema.yaml"))) - {"samples"})
"""The sheet is left out: it is opened by Python alone, and goes into no command."""


def config(**changes: Any) -> dict[str, Any]:
    """A small configuration that is right, but for the keys that are given."""
    return {
        "samples": "my/samples.tsv",
        "reference": {"fasta": "hg38.fa", "build": "GRCh38", "gene_models": "genes.gtf"},
        "panel": {"name": "mine", "targets": "targets.bed"},
    } | changes


def message(changed: dict[str, Any]) -> str:
    with pytest.raises(UserError) as caught:
        read_settings(changed, "my.yaml")
    text = str(caught.value)
    assert text.startswith("my.yaml: ")
    assert "\n" not in text
    return text


def test_defaults_fill_what_is_left_out() -> None:
    settings = read_settings(config(thresholds={"minimum_depth": 30}), "my.yaml")
    assert settings.output == "results"
    assert settings.simulation is None
    assert settings.thresholds.minimum_depth == 30
    assert settings.thresholds.minimum_vaf == 0.01
    assert settings.trimming.adapter_read1.startswith("AGATCGGAAGAGC")


def test_thresholds_of_flt3_and_primers_are_read() -> None:
    settings = read_settings(config(flt3={"minimum_itd_depth": 50}), "my.yaml")
    assert settings.flt3 == Flt3(3, 50, 100)
    assert settings.panel.primers is None
    panel = {"name": "mine", "targets": "targets.bed", "primers": "./kit//primers.bedpe"}
    assert read_settings(config(panel=panel), "my.yaml").panel.primers == "kit/primers.bedpe"
    assert "flt3.minimum_itd_depth: found 0" in message(config(flt3={"minimum_itd_depth": 0}))


def test_primers_that_are_not_there_are_named(tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.touch()
    here = str(there)
    settings = read_settings(
        config(
            reference={"fasta": here, "build": "GRCh38", "gene_models": here},
            panel={
                "name": "mine",
                "targets": here,
                "primers": str(tmp_path / "none.bedpe"),
            },
        ),
        "my.yaml",
    )
    with pytest.raises(UserError, match=r"my.yaml: panel.primers: .*none.bedpe"):
        check_files(settings, "my.yaml")


def test_controls_are_a_sheet_or_tables_of_an_earlier_run() -> None:
    assert read_settings(config(), "my.yaml").controls.tables == {}
    sheet = read_settings(config(controls={"samples": "./controls.tsv"}), "my.yaml")
    assert sheet.controls.samples == "controls.tsv"
    built = {"capture": "lab//a.tsv", "amplicon": "lab/b.tsv"}
    tables = read_settings(config(controls={"flt3_background": built}), "my.yaml").controls.tables
    assert tables == {
        "flt3_background.capture": "lab/a.tsv",
        "flt3_background.amplicon": "lab/b.tsv",
    }


@pytest.mark.parametrize("key", ["flt3_background", "kmt2a_dosage"])
def test_controls_given_twice_are_refused(key: str) -> None:
    text = message(config(controls={"samples": "c.tsv", key: {"capture": "lab/a.tsv"}}))
    assert f"leave out controls.{key}.capture" in text
    assert "or controls.samples" in text
    wrong = message(config(controls={key: "lab/a.tsv"}))
    assert f"controls.{key}: found 'lab/a.tsv'" in wrong
    assert "capture, amplicon" in wrong


def test_defaults_are_not_shared_between_runs() -> None:
    first: Settings = read_settings(config(), "my.yaml")
    assert read_settings(config(thresholds={"minimum_depth": 1}), "x") != first
    assert read_settings(config(), "my.yaml") == first


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"sampels": "x"}, ["'sampels' is not known", "did you mean 'samples'?"]),
        ({"reference": {"fasta": "a", "build": "GRCh38"}}, ["reference: 'gene_models' is missing"]),
        (
            {"reference": {"fasta": "a", "build": "hg19", "gene_models": "b"}},
            ["reference.build", "'hg19'", "GRCh37, GRCh38", "hg19 is GRCh37"],
        ),
        ({"reference": "hg38.fa"}, ["reference", "'hg38.fa'", "fasta, build, gene_models"]),
        ({"panel": None}, ["panel", "found nothing"]),
        ({"panel": {"name": "<b>", "targets": "x"}}, ["panel.name", "'<b>'"]),
        ({"samples": 5}, ["samples", "found 5", "path of the sample sheet"]),
        ({"samples": ""}, ["samples", "found ''"]),
        ({"thresholds": {"minimum_vaf": 2}}, ["thresholds.minimum_vaf", "found 2", "fraction"]),
        ({"thresholds": {"minimum_depth": "many"}}, ["thresholds.minimum_depth", "'many'"]),
        ({"trimming": {"adapter_read1": "AGAT; rm"}}, ["trimming.adapter_read1"]),
    ],
)
def test_wrong_values_are_named(changes: dict[str, Any], parts: list[str]) -> None:
    text = message(config(**changes))
    for part in parts:
        assert part in text


def test_missing_key() -> None:
    changed = config()
    del changed["panel"]
    assert message(changed) == "my.yaml: 'panel' is missing"


def test_every_key_is_explained() -> None:
    """Each key of the schemas stands in config/README.md in backticks."""
    text = (ROOT / "config" / "README.md").read_text("utf-8")
    for key, part in load_schema("config.schema.yaml")["properties"].items():
        for name in part.get("properties", [None]):
            assert f"`{key}.{name}`" in text or (name is None and f"`{key}`" in text), (key, name)
    for sheet in ("samples.schema.yaml", "controls.schema.yaml"):
        for column in load_schema(sheet)["properties"]:
            assert f"`{column}`" in text


def test_every_object_of_the_schemas_refuses_unknown_keys() -> None:
    for name in ("config.schema.yaml", "samples.schema.yaml", "controls.schema.yaml"):
        schema = load_schema(name)
        for part in (schema, *schema["properties"].values()):
            if part.get("type") == "object":
                assert part["additionalProperties"] is False


def test_the_example_is_right() -> None:
    path = ROOT / "config" / "config.yaml"
    settings = read_settings(yaml.safe_load(path.read_text("utf-8")), str(path))
    assert settings.simulation is not None
    made = simulated_fastqs(str(ROOT / settings.simulation))
    assert "example/fastq/P001_diagnosis_R2.fastq.gz" in made


@pytest.mark.parametrize("key", PATHS)
@pytest.mark.parametrize("name", ["a{b}", "a<b>", 'a"b', "a\\b", "a\nb", "-a"])
def test_a_path_that_a_command_would_misread_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    """The file is there: only its name is the reason. No key that names a file is left out."""
    monkeypatch.chdir(tmp_path)
    for file in ("hg38.fa", "genes.gtf", "targets.bed", name):
        Path(file).touch()
    changed = config()
    *sections, last = key.split(".")
    place = changed
    for section in sections:
        place = place.setdefault(section, {})
    place[last] = name
    with pytest.raises(UserError) as caught:
        check_files(read_settings(changed, "my.yaml"), "my.yaml")
    text = str(caught.value)
    assert text.startswith(f"my.yaml: {key}: found {name!r}; a path cannot begin with -")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("trimming", "adapter_read1", "ACGTACGTACGT\n"),
        ("annotation", "population_field", "AF\n"),
        ("panel", "name", "mine\n"),
        ("", "output", "results\n"),
        ("", "output", "-results"),
    ],
)
def test_a_value_that_breaks_a_command_is_refused(section: str, key: str, value: str) -> None:
    changed = config()
    (changed.setdefault(section, {}) if section else changed)[key] = value
    assert f"{key}: found {value!r}" in message(changed)
