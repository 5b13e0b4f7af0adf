import csv
import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from flt3itd.common.errors import UserError
from scripts.inputs.clinical_rows import ClinicalRow
from scripts.inputs.controls import ControlRow
from scripts.inputs.fields import Record, names_file
from scripts.inputs.samples import SampleRow
from scripts.inputs.settings import Flt3, Settings, check_files, read_settings
from scripts.inputs.simulation import simulated_fastqs
from scripts.maintenance.publish_schemas import INPUTS, input_schema_text

ROOT = Path(__file__).parents[2]


def keys(record: type[Record], above: str = "") -> Iterator[tuple[str, bool]]:
    """The keys of the configuration, with dots between levels, and whether each names a file."""
    for key, field in record.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Record):
            yield from keys(field.annotation, f"{above}{key}.")
        else:
            yield f"{above}{key}", names_file(field)


KEYS = dict(keys(Settings))
PATHS = sorted({key for key, is_file in KEYS.items() if is_file} - {"samples"})
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


def test_residual_disease_needs_no_smaller_families_than_burden() -> None:
    sizes = {"minimum_family_burden": 3, "minimum_family_residual": 2}
    text = message(config(molecules=sizes))
    assert "molecules: minimum_family_residual is below minimum_family_burden" in text


def test_defaults_fill_what_is_left_out() -> None:
    settings = read_settings(config(thresholds={"minimum_depth": 30}), "my.yaml")
    assert settings.output == "results"
    assert settings.simulation is None
    assert settings.thresholds.minimum_depth == 30
    assert settings.thresholds.minimum_vaf == 0.01
    assert settings.trimming.adapter_read1.startswith("AGATCGGAAGAGC")


def test_thresholds_of_flt3_and_primers_are_read() -> None:
    settings = read_settings(config(flt3={"minimum_itd_depth": 50}), "my.yaml")
    assert settings.flt3 == Flt3(minimum_itd_depth=50)
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
        ({"thresholds": None}, ["thresholds: found nothing", "leave the key out to use the defa"]),
        ({"panel": {"name": "<b>", "targets": "x"}}, ["panel.name", "'<b>'"]),
        ({"samples": 5}, ["samples", "found 5", "path of the sample sheet"]),
        ({"samples": ""}, ["samples", "found ''"]),
        ({1: 2}, ["the key 1 is no word; allowed: samples, output"]),
        ({None: 2}, ["the key nothing is no word; allowed: samples, output"]),
        ({"trial": {5: 1}}, ["trial: the key 5 is no word; allowed: minimum_patients"]),
        ({"thresholds": {"minimum_vaf": 2}}, ["thresholds.minimum_vaf", "found 2", "fraction"]),
        ({"thresholds": {"minimum_depth": "many"}}, ["thresholds.minimum_depth", "'many'"]),
        ({"trimming": {"adapter_read1": "AGAT; rm"}}, ["trimming.adapter_read1"]),
    ],
)
def test_wrong_values_are_named(changes: dict[Any, Any], parts: list[str]) -> None:
    text = message(config() | changes)
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    ("section", "key", "value", "words"),
    [
        ("trial", "minimum_patients", 1, "found 1; give a whole number of patients, 2 or more"),
        ("trial", "response_landmark", 0, "found 0; give a whole number of days"),
        ("trial", "response_landmark", 3651, "found 3651; give a whole"),
        ("molecules", "minimum_family_burden", 0, "found 0; give a whole number of reads"),
        ("molecules", "minimum_family_residual", 101, "found 101; give a whole number of reads"),
        ("molecules", "carry_over_share", 0.101, "found 0.101; give a fraction"),
        ("molecules", "carry_over_share", -0.001, "found -0.001; give a fraction"),
        ("thresholds", "minimum_depth", 0, "found 0; give a whole number of fragments from 1 to"),
        ("thresholds", "minimum_depth", 1_000_001, "found 1000001; give a whole number of fr"),
        ("thresholds", "minimum_depth", 99.5, "found 99.5; give a whole number"),
        ("thresholds", "minimum_depth", "100", "found '100'; YAML takes it for text; write 100;"),
        ("thresholds", "minimum_depth", "1e2", "found '1e2'; YAML takes it for text; write 100;"),
        ("thresholds", "minimum_depth", 100.0, "found 100.0; write 100; give a whole number"),
        ("thresholds", "minimum_base_quality", 20.0, "found 20.0; write 20; give a whole number"),
        (
            "thresholds",
            "minimum_depth",
            "\u0663",
            "found '\u0663'; YAML takes it for text; write 3",
        ),
        ("thresholds", "minimum_depth", True, "found True; give a whole number"),
        ("thresholds", "minimum_depth", float("inf"), "found inf"),
        ("thresholds", "minimum_depth", float("nan"), "found nan"),
        ("thresholds", "minimum_depth", None, "found nothing; give a whole number"),
        ("thresholds", "minimum_depth", [100], "found [100]"),
        ("thresholds", "minimum_vaf", "1e-2", "found '1e-2'; YAML takes it for text; write 0.01;"),
        ("thresholds", "minimum_vaf", "1 %", "found '1 %'; YAML takes it for text; write 0.01;"),
        ("thresholds", "minimum_vaf", "0,01", "found '0,01'; YAML takes it for text; write 0.01;"),
        ("thresholds", "minimum_vaf", "1e999", "found '1e999'; give a fraction"),
        ("thresholds", "minimum_vaf", float("nan"), "found nan; give a fraction"),
        ("thresholds", "minimum_vaf", True, "found True; give a fraction"),
        ("thresholds", "minimum_vaf", 0, "found 0; give a fraction"),
        ("thresholds", "minimum_vaf", 0.501, "found 0.501; give a fraction"),
        ("thresholds", "maximum_population_frequency", -0.001, "found -0.001"),
        ("thresholds", "maximum_population_frequency", 1.001, "found 1.001"),
        ("thresholds", "minimum_base_quality", 61, "found 61; give a whole number from 0 to 60"),
        ("thresholds", "minimum_base_quality", -1, "found -1"),
        ("panel", "chunks", 0, "found 0; give a whole number from 1 to 1000"),
        ("panel", "chunks", 1001, "found 1001"),
        ("trimming", "minimum_read_length", 19, "found 19"),
        ("trimming", "adapter_read1", "ACGTACG", "found 'ACGTACG'"),
        ("panel", "name", 7, "found 7; YAML takes it for no text; put it in quotes"),
        ("panel", "name", False, "found False; YAML takes it for no text; put it in quotes"),
        (
            "panel",
            "name",
            date(2026, 1, 2),
            "found 2026-01-02; YAML takes it for no text; put it in quotes",
        ),
        ("reference", "build", 38, "found 38; allowed: GRCh37, GRCh38; hg19 is GRCh37"),
        ("report", "links", "true", "found 'true'; YAML takes it for text; leave the quotes out;"),
        ("report", "pdf", 1, "found 1; give true for a PDF beside each page, or false"),
        ("reference", "fasta", None, "found nothing; give the path of the genome"),
    ],
)
def test_values_that_yaml_reads_otherwise_than_meant(
    section: str, key: str, value: Any, words: str
) -> None:
    changed = config()
    changed[section] = changed.get(section, {}) | {key: value}
    assert f"{section}.{key}: {words}" in message(changed)


@pytest.mark.parametrize(
    ("section", "key", "value", "read"),
    [
        ("thresholds", "minimum_depth", 1, 1),
        ("thresholds", "minimum_depth", 1_000_000, 1_000_000),
        ("thresholds", "minimum_vaf", 0.5, 0.5),
        ("thresholds", "minimum_vaf", 1e-9, 1e-9),
        ("thresholds", "maximum_population_frequency", 0, 0),
        ("trial", "minimum_patients", 2, 2),
        ("molecules", "minimum_family_residual", 1, 1),
        ("molecules", "carry_over_share", 0, 0),
        ("molecules", "carry_over_share", 0.1, 0.1),
        ("trial", "response_landmark", 1, 1),
        ("trial", "response_landmark", 3650, 3650),
        ("thresholds", "maximum_population_frequency", 1, 1),
        ("thresholds", "minimum_base_quality", 0, 0),
        ("thresholds", "minimum_base_quality", 60, 60),
        ("panel", "chunks", 1000, 1000),
        ("trimming", "minimum_read_length", 20, 20),
        ("trimming", "adapter_read1", "ACGTACGT", "ACGTACGT"),
        ("panel", "genes", None, None),
        ("annotation", "clinvar", None, None),
    ],
)
def test_values_at_the_edge_of_what_is_allowed(
    section: str, key: str, value: Any, read: Any
) -> None:
    changed = config()
    changed[section] = changed.get(section, {}) | {key: value}
    found = getattr(getattr(read_settings(changed, "my.yaml"), section), key)
    assert found == read
    assert type(found) is type(read) or isinstance(found, float)


def test_a_home_folder_is_not_guessed(tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.touch()
    reference = {"fasta": "~/hg38.fa", "build": "GRCh38", "gene_models": str(there)}
    settings = read_settings(config(reference=reference), "my.yaml")
    with pytest.raises(UserError, match=r"reference.fasta: found '~/hg38.fa'; ~ is not taken for"):
        check_files(settings, "my.yaml")


def test_no_input_lies_where_the_run_would_take_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("results/work/reference/genome.fa", "genes.gtf", "targets.bed"):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        Path(file).touch()
    reference = {
        "fasta": "results/work/reference/genome.fa", "build": "GRCh38", "gene_models": "genes.gtf",
    }  # fmt: skip
    settings = read_settings(config(reference=reference, output="results"), "my.yaml")
    with pytest.raises(UserError, match=r"^my.yaml: reference.fasta: .* lies in 'results/work'"):
        check_files(settings, "my.yaml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (
            gzip.compress(b">chr13\nACGT\n", mtime=0),
            "the genome is compressed; decompress it with: gzip -dk",
        ),
        (b"@read\nACGT\n", "this is not a FASTA file: its first line does not start with >"),
        (b"", "this is not a FASTA file: its first line does not start with >"),
    ],
)
def test_a_genome_that_programs_cannot_read_is_refused_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, words: str
) -> None:
    """A compressed genome passed the dry run."""
    monkeypatch.chdir(tmp_path)
    for file in ("hg38.fa", "genes.gtf", "targets.bed"):
        Path(file).write_bytes(content)
    settings = read_settings(config(output="results"), "my.yaml")
    with pytest.raises(UserError) as caught:
        check_files(settings, "my.yaml")
    assert str(caught.value) == f"my.yaml: reference.fasta: 'hg38.fa': {words}"


@pytest.mark.parametrize("folder", ["/", ".", "..", "there/..", "link", "~/results", "~", "new"])
def test_results_have_a_folder_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    (tmp_path / "work" / "there").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    Path("link").symlink_to(tmp_path)
    for file in ("genes.gtf", "targets.bed"):
        Path(file).touch()
    Path("hg38.fa").write_text(">chr13\nACGT\n")
    settings = read_settings(config(output=folder), "my.yaml")
    if folder == "new":
        check_files(settings, "my.yaml")
        return
    wrong = "is or holds the working folder" if "~" not in folder else "~ is not taken for a home"
    with pytest.raises(UserError, match=f"^my.yaml: output: .*{wrong}"):
        check_files(settings, "my.yaml")


@pytest.mark.parametrize("key", ["fasta", "output"])
def test_a_name_that_is_too_long_for_any_system_is_named(tmp_path: Path, key: str) -> None:
    long = str(tmp_path / ("a" * 300))
    there = tmp_path / "file"
    there.touch()
    reference = {"fasta": str(there), "build": "GRCh38", "gene_models": str(there)}
    changed = config(reference=reference, panel={"name": "mine", "targets": str(there)})
    (reference if key == "fasta" else changed)[key] = long
    with pytest.raises(UserError, match=rf"{key}: '.*' cannot be looked up: File name too long"):
        check_files(read_settings(changed, "my.yaml"), "my.yaml")


def test_missing_key() -> None:
    changed = config()
    del changed["panel"]
    assert message(changed) == "my.yaml: 'panel' is missing"


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
    assert published == input_schema_text(*INPUTS[name]), message
    assert {file.name for file in (ROOT / "config" / "schemas").iterdir()} == set(INPUTS)
    schema = json.loads(published)
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in (schema, *schema["$defs"].values()):
        assert part["type"] != "object" or part["additionalProperties"] is False


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


def test_links_to_public_databases_are_off_unless_asked_for() -> None:
    assert not read_settings(config(), "my.yaml").report.links
    assert read_settings(config(report={"links": True}), "my.yaml").report.links
    assert "report.links" in message(config(report={"links": "maybe"}))
