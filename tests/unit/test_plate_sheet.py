"""The sheet of drug response plates: whose cells, which files."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.drug_response.plates import read_plate
from scripts.inputs.drug_response import PlateRow, plates_left_out, read_drug_response
from scripts.inputs.samples import Sample

SAMPLES = {
    "P1": [
        Sample(name, "P1", name, None, "BM", "newly_diagnosed", Assay.CAPTURE, bam="x.bam")
        for name in ("diagnosis", "day28")
    ]
}


def read(folder: Path, *lines: str, columns: str = "", behind: str = "") -> tuple[PlateRow, ...]:
    """The plates of a sheet whose last cell is a file of the folder; {} stands for the folder."""
    for name in ("a.tsv", "b.tsv"):
        (folder / name).touch()
    if not (folder / "link.tsv").exists():
        (folder / "link.tsv").symlink_to(folder / "a.tsv")
    sheet = folder / "sheet.tsv"
    rows = [f"patient\ttimepoint\ttissue{columns}\tplate{behind}", *lines]
    sheet.write_text("\n".join(rows).replace("{}", str(folder)) + "\n")
    return read_drug_response(str(sheet), SAMPLES)


def test_plates_of_the_patients_are_kept(tmp_path: Path) -> None:
    plates = read(tmp_path, "P1\tdiagnosis\tBM\t{}/a.tsv", "P2\tdiagnosis\tBM\t{}/b.tsv")
    assert [plate.patient for plate in plates] == ["P1"]
    assert read_drug_response(None, SAMPLES) == ()


def test_plates_of_patients_that_no_sheet_knows_are_told(tmp_path: Path) -> None:
    """One sheet can serve many runs, but P1O for P10 is left out in the same way."""
    plates = [f"X{n}\tdiagnosis\tBM\t\t{{}}/a.tsv" for n in range(5)]
    read(tmp_path, "P1\tday28\tBM\t\t{}/b.tsv", plates[0], columns="\trole")
    sheet = tmp_path / "sheet.tsv"
    assert plates_left_out(str(sheet), SAMPLES) == (
        f"{sheet}: 1 plate left out: not in the sample sheet: X0; cells of healthy people have the "
        "role 'control'"
    )
    with sheet.open("a") as more:
        more.write("\n".join([*plates[1:], "H1\tx\tBM\tcontrol\ta.tsv"]) + "\n")
    assert "5 plates left out: not in the sample sheet: X0, X1, X2, X3, X4;" in plates_left_out(
        str(sheet), SAMPLES
    )
    with sheet.open("a") as more:
        more.write("X5\tdiagnosis\tBM\t\ta.tsv\n")
    assert "X4 and 1 more;" in plates_left_out(str(sheet), SAMPLES)
    assert plates_left_out(str(sheet), {"P1", "X0", "X1", "X2", "X3", "X4", "X5"}) == ""
    assert plates_left_out(None, SAMPLES) == ""


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("P1\tday28\tBM\t{}/a.tsv", "row 3: column plate: the file stands in row 2 too"),
        ("P1\tday28\tBM\t{}/link.tsv", "row 3: column plate: the file stands in row 2 too"),
        ("p1\tday28\tBM\t{}/b.tsv", "row 3: column patient: 'p1' differs from 'P1' only in"),
        ("P1\tday29\tBM\t{}/b.tsv", "row 3: column timepoint: 'day29' is no timepoint of"),
        ("P1\tday28\tbm\t{}/b.tsv", "row 3: column tissue: 'bm' differs from 'BM' only in"),
        ("P1\tday28\tBM\t{}/c.tsv", "c.tsv' does not exist; paths are relative"),
    ],
)
def test_a_mistake_is_named_with_its_row(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, "P1\tdiagnosis\tBM\t{}/a.tsv", line)
    assert message in str(caught.value)


def test_cells_of_another_tissue_than_was_sequenced_are_remarked_on(tmp_path: Path) -> None:
    lines = ("P1\tday28\tPB\t{}/a.tsv\tthawed", "P1\tday28\tBM\t{}/b.tsv\t")
    blood, marrow = read(tmp_path, *lines, behind="\tremark")
    assert blood.remark == "thawed; cells of PB, sequenced BM"
    assert marrow.remark == ""


@pytest.mark.parametrize("cell", ["\uff19\uff11", "101", "-1", "1e1", "nan"])
@pytest.mark.parametrize("column", ["viability", "blast_percent", "hours"])
def test_numbers_are_written_in_digits(tmp_path: Path, column: str, cell: str) -> None:
    if (column, cell) == ("hours", "101"):
        assert read(tmp_path, f"P1\tday28\tBM\t{cell}\t{{}}/a.tsv", columns=f"\t{column}")
        return
    with pytest.raises(UserError, match=f"row 2: column {column}: found '{cell}'; a number"):
        read(tmp_path, f"P1\tday28\tBM\t{cell}\t{{}}/a.tsv", columns=f"\t{column}")


def test_a_replicate_of_thousands_of_digits_is_no_number(tmp_path: Path) -> None:
    """Python refuses to turn more than 4300 digits into a number."""
    path = tmp_path / "plate.tsv"
    header = "drug\tconcentration\tunit\treplicate\tsignal\twell_type"
    path.write_text(f"{header}\nOM\t10\tnM\t{'1' * 5000}\t500\tsample\n")
    with pytest.raises(UserError, match="row 2: column replicate: found '1"):
        read_plate(path, None)
