"""Columns of the sheet that say what of a sample is counted: UMIs, input, blasts and run."""

from pathlib import Path

import pytest

from scripts.inputs.samples import read_samples
from tests.sheet_builders import HEADER, message, row, sheet, write_read_files

WITH_MOLECULES = f"{HEADER}\tumi\tinput_ng\tblast_percent\trun"


@pytest.fixture(autouse=True)
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_read_files()


def with_molecules(**cells: str) -> str:
    """A row of a sheet with the columns of molecules; they are empty but for those given."""
    optional = {"umi": "", "input_ng": "", "blast_percent": "", "run": ""}
    others = {name: cell for name, cell in cells.items() if name not in optional}
    own = {name: cells.get(name, "") for name in optional}
    return "\t".join((row(**others), *own.values()))


def test_columns_of_molecules_may_be_missing_or_empty() -> None:
    plain = read_samples(sheet(row()))["S1"]
    assert plain == read_samples(sheet(with_molecules(), header=WITH_MOLECULES))["S1"]
    assert (plain.umi, plain.input_ng, plain.blast_percent, plain.run) == (None,) * 4


def test_columns_of_molecules_are_typed() -> None:
    cells = {"umi": " 12M+T  +T ", "input_ng": "2.5", "blast_percent": "0", "run": "run_7"}
    sample = read_samples(sheet(with_molecules(**cells), header=WITH_MOLECULES))["S1"]
    assert (sample.umi, sample.input_ng) == ("12M+T +T", 2.5)
    assert (sample.blast_percent, sample.run) == (0, "run_7")


@pytest.mark.parametrize("umi", ["RX", "name", "8M12S+T +T", "5M2S+T 5M2S+T", "3B8M+T 100T"])
def test_places_of_an_index(umi: str) -> None:
    rows = with_molecules(umi=umi)
    assert read_samples(sheet(rows, header=WITH_MOLECULES))["S1"].umi == umi


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"umi": "rx"}, "column umi: found 'rx'; RX, name, or a read structure"),
        ({"umi": "12M+T +T +T"}, "column umi"),
        ({"umi": "+T12M +T"}, "column umi"),
        ({"umi": "0M+T +T"}, "column umi"),
        ({"umi": "12M+T"}, "column umi: found '12M+T'; give a read structure for each FASTQ"),
        ({"umi": "12M+T +T", "fq2": ""}, "the row has 1 of these, the cell 2 of those"),
        ({"umi": "+T +T"}, "a UMI (M)"),
        ({"umi": "12M+S +T"}, "needs a template (T)"),
        ({"umi": "12M+T +T", "fq1": "", "fq2": "", "bam": "d.bam"}, "give RX or name"),
        ({"umi": "RX", "assay": "rna"}, "umi of the assay rna"),
        ({"umi": "RX", "assay": "long", "fq2": ""}, "umi of the assay long"),
        ({"input_ng": "0"}, "column input_ng: found '0'; a number of nanograms above 0"),
        ({"input_ng": "-5"}, "column input_ng"),
        ({"input_ng": "1e3"}, "column input_ng"),
        ({"input_ng": "50 ng"}, "column input_ng"),
        ({"input_ng": "100000.1"}, "column input_ng"),
        ({"input_ng": "10", "assay": "rna"}, "input_ng of the assay rna"),
        ({"blast_percent": "100.1"}, "column blast_percent: found '100.1'; a number of percent"),
        ({"blast_percent": "12,5"}, "column blast_percent"),
        ({"run": "a/b"}, "column run"),
    ],
)
def test_mistakes_in_columns_of_molecules(cells: dict[str, str], said: str) -> None:
    text = message(sheet(with_molecules(**cells), header=WITH_MOLECULES))
    assert "row 2" in text
    assert said in text


def test_lanes_agree_on_their_molecules_and_runs_differ_in_more_than_case() -> None:
    lanes = {"fq1": "b_R1.fastq.gz", "fq2": "b_R2.fastq.gz"}
    rows = with_molecules(run="a"), with_molecules(run="b", **lanes)
    assert "row 3: column run: sample 'S1' has 'b' here" in message(
        sheet(*rows, header=WITH_MOLECULES)
    )
    rows = with_molecules(run="a"), with_molecules(sample="S2", run="A", **lanes)
    assert "column run: 'A' differs from 'a'" in message(sheet(*rows, header=WITH_MOLECULES))
