from datetime import date
from typing import Any

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.settings import Flt3, Settings, Trimming, check_adapters, read_settings
from tests.settings_builders import config, message


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


KIT = "CTGTCTCTTATACACATCT"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"adapter_read1": KIT}, "adapter_read2"),
        ({"adapter_read2": KIT}, "adapter_read1"),
        ({"adapter_read1": KIT, "adapter_read2": KIT}, ""),
        ({"adapter_read1": KIT, "adapter_read2": Trimming().adapter_read2}, ""),
        ({"adapter_read1": Trimming().adapter_read1}, ""),
        ({}, ""),
    ],
)
def test_of_pairs_the_adapters_of_both_mates_are_given(given: dict[str, str], missing: str) -> None:
    """Else those of one mate were left on without a word."""
    trimming = read_settings(config(trimming=given), "my.yaml").trimming
    if not missing:
        check_adapters(trimming, "my.yaml")
        return
    with pytest.raises(UserError) as caught:
        check_adapters(trimming, "my.yaml")
    (alone,) = given
    assert str(caught.value) == (
        f"my.yaml: trimming.{missing}: trimming.{alone} is given alone, and the sheet has pairs; "
        f"give the adapter at the 3' end of read {missing[-1]} of the kit too"
    )


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


def test_missing_key() -> None:
    changed = config()
    del changed["panel"]
    assert message(changed) == "my.yaml: 'panel' is missing"


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
