"""The tables that a configuration names for the panel: a mistake is told before a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from flt3itd.common.errors import UserError
from flt3itd.hgvs.consequence import TERMS
from scripts.inputs.settings import Controls, Panel
from scripts.workflow.panel_tables import check_panel_tables

ROOT = Path(__file__).parents[2]
PANELS = ROOT / "panels"
TABLES = {
    "hotspots": PANELS / "myeloid54/hotspots.tsv",
    "known_variants": PANELS / "myeloid54/known_variants.tsv",
    "genes": PANELS / "myeloid54/genes.tsv",
    "tiers": PANELS / "tiers.tsv",
    "identity_snps": PANELS / "myeloid54/identity_snps.tsv",
}


def check(tables: Mapping[str, Path], controls: Mapping[str, Any] | None = None) -> None:
    given = {key: str(path) for key, path in tables.items()}
    panel = Panel(name="x", targets="x.bed", **given)  # type: ignore[arg-type]
    check_panel_tables(panel, Controls(**(controls or {})), "GRCh38", "c.yaml")


def mistake_in(path: Path, key: str) -> str:
    """What is said of a table, which is one line and names the key."""
    with pytest.raises(UserError) as told:
        check({key: path})
    assert "\n" not in str(told.value)
    start = f"c.yaml: panel.{key}: {path}: "
    assert str(told.value).startswith(start)
    return str(told.value).removeprefix(start)


def changed(folder: Path, key: str, column: str, cell: str) -> Path:
    """A table of ours with another cell in row 3."""
    lines = TABLES[key].read_text("utf-8").splitlines()
    cells = lines[2].split("\t")
    cells[lines[0].split("\t").index(column)] = cell
    path = folder / f"{key}.tsv"
    path.write_text("\n".join([*lines[:2], "\t".join(cells), *lines[3:], ""]), "utf-8")
    return path


def test_the_tables_of_the_checkout_are_taken() -> None:
    check(TABLES)
    example = yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8"))["panel"]
    check({key: ROOT / example[key] for key in (*TABLES,)})
    check({})


@pytest.mark.parametrize(
    ("key", "column", "cell", "said"),
    [
        ("hotspots", "residue", "0", "row 3, column residue: found 0, expected 1 or more"),
        ("hotspots", "residue", "R646", "row 3, column residue: found 'R646', expected a whole"),
        ("hotspots", "amino_acid", "Gly", "row 3, column amino_acid: found 'Gly', expected the"),
        ("hotspots", "gene", "ASXL1 ", "row 3, column gene: found 'ASXL1 ', with spaces around it"),
        ("known_variants", "known", "benign", "row 3, column known: found 'benign', expected one"),
        ("known_variants", "hgvs_c", "NM_015338.6:c.1281dup", "row 3, column hgvs_c: found 'NM_"),
        ("known_variants", "hgvs_c", "c.939dup", "row 3 says again what row 2 says; keep one"),
        ("genes", "gene", "ABL1", "row 3 says again what row 2 says; keep one"),
        ("genes", "scope", "all", "row 3, column scope: found 'all', expected one of full, exons"),
        ("tiers", "known", "yes", "row 3, column known: found 'yes', expected an empty cell or"),
        ("tiers", "hotspot", "no", "row 3, column hotspot: found 'no', expected an empty cell or"),
        ("tiers", "scope", "gene", "row 3, column scope: found 'gene', expected an empty cell or"),
        ("tiers", "genes", "TET2, TP53", "row 3, column genes: found 'TET2, TP53', expected names"),
        ("tiers", "consequences", "missense", "row 3, column consequences: found 'missense', exp"),
        ("identity_snps", "frequency", "1", "chr2:25246633: found the frequency 1.0, expected one"),
        ("identity_snps", "alt", "TA", "chr2:25246633 C>TA is no substitution of one base"),
    ],
)
def test_a_row_that_would_fit_nothing_is_named(
    tmp_path: Path, key: str, column: str, cell: str, said: str
) -> None:
    assert mistake_in(changed(tmp_path, key, column, cell), key).startswith(said)


def test_a_misspelt_consequence_has_a_hint(tmp_path: Path) -> None:
    path = changed(tmp_path, "tiers", "consequences", "stop_gained|missense_varient")
    assert mistake_in(path, "tiers").endswith("; did you mean 'missense_variant'?")
    check({"tiers": changed(tmp_path, "tiers", "consequences", "stop_gained|missense_variant")})


def test_another_file_than_the_table_is_refused(tmp_path: Path) -> None:
    for key in TABLES:
        bed = mistake_in(PANELS / "example/targets.bed", key)
        assert bed.startswith("row 1: found ")
        assert "expected the columns" in bed


def test_primers_are_looked_at_as_far_as_the_genome_is_not_needed(tmp_path: Path) -> None:
    path = tmp_path / "kit.bedpe"
    for text, said in (
        ("chr1\t10\t30\tchr1\t90\t110\nchr1\t90\t110\tchr1\t10\t30\n", "row 2: the left primer"),
        ("chr1\t10\t30\n", "row 1: found 3 columns"),
        (">P1\nACGTNACGTACGT\n", "primer 'P1': found 'ACGTNACGTACGT'; give at least 10 letters"),
        ("# none\n", "no primers are in it; give those of this assay"),
    ):
        path.write_text(text, "utf-8")
        assert mistake_in(path, "primers").startswith(said)
    pair, alone = "chr1\t10\t30\tchr1\t90\t110\n", "chr1\t10\t30\t.\t-1\t-1\n"
    for text in (pair, alone, ">P\nACGTACGTACGT\n"):
        path.write_text(text, "utf-8")
        check({"primers": path})


@pytest.mark.parametrize("kind", ["flt3_background", "kmt2a_dosage"])
def test_tables_of_controls_are_read_before_a_run(kind: str) -> None:
    path = str(TABLES["tiers"])
    with pytest.raises(UserError, match=rf"c.yaml: controls.{kind}.capture: .*tiers.tsv: row 1: "):
        check({}, {kind: {"capture": path}})


def test_every_consequence_that_is_told_may_stand_in_a_table() -> None:
    pattern = r'"[^"\s]*?(\w+_variant|inframe_\w+|st(?:art|op)_(?:lost|gained))"'
    sources = [file.read_text("utf-8") for file in (ROOT / "flt3itd/hgvs").glob("*.py")]
    terms = {term for source in sources for term in re.findall(pattern, source)}
    assert {"stop_gained", "inframe_insertion", "splice_donor_variant"} <= terms <= TERMS
