"""Plates as they come, long or as a matrix: what is read of them, and what is refused."""

import re
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.drug_response.analyse import analyse_patient
from scripts.drug_response.plates import check_plates, read_matrix, read_plate
from tests.plate_builders import HEADER, plate, plate_text

MATRIX_96 = "\n".join(
    [
        "Reader X, plate 7",
        "Date\t2026-01-01",
        "",
        "\t" + "\t".join(map(str, range(1, 13))),
        *(
            letter + "\t" + "\t".join(str(100 * row + column) for column in range(1, 13))
            for row, letter in enumerate("ABCDEFGH")
        ),
        "",
        "End",
    ]
)


@pytest.mark.parametrize("separator", ["\t", ",", ";"])
def test_the_matrix_of_a_reader_is_found_below_its_header(tmp_path: Path, separator: str) -> None:
    path = tmp_path / "m.txt"
    path.write_text(MATRIX_96.replace("\t", separator))
    signals = read_matrix(path)
    assert len(signals) == 96
    assert (signals["A1"], signals["B7"], signals["H12"]) == (1.0, 107.0, 712.0)


def test_a_plate_of_384_wells(tmp_path: Path) -> None:
    lines = ["<>\t" + "\t".join(map(str, range(1, 25)))]
    lines += [letter + "\t1.5" * 24 for letter in "ABCDEFGHIJKLMNOP"]
    path = tmp_path / "m.txt"
    path.write_text("\n".join(lines))
    assert len(read_matrix(path)) == 384


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("107", "OVRFLW"), "m.txt: row 6: well B7: found 'OVRFLW', expected a number"),
        (("107", "1_070"), "m.txt: row 6: well B7: found '1_070', expected a number"),
        (("107", "\u0663"), "m.txt: row 6: well B7: found '\u0663', expected a number"),
        (("107", "1e999"), "m.txt: row 6: well B7: found '1e999', expected a number"),
        (("B\t", "C\t"), "m.txt: row 6: expected row B of the plate"),
        (("\t12\n", "\n"), "m.txt: no plate was found"),
        (("End", MATRIX_96), "m.txt: 2 plates were found (rows 4, 17)"),
        (("107", "nan"), "well B7: found 'nan'"),
    ],
)
def test_a_matrix_that_cannot_be_read_is_named(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    path = tmp_path / "m.txt"
    path.write_text(MATRIX_96.replace(*change))
    with pytest.raises(UserError, match=re.escape(message)):
        read_matrix(path)


def test_a_map_tells_what_the_wells_hold(tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text(MATRIX_96)
    (tmp_path / "map.tsv").write_text(
        "well\tdrug\tconcentration\tunit\twell_type\n"
        "A1\t\t\t\tblank\nh12\t\t\t\tvehicle\nB07\tSorafenib\t1\tug/mL\tsample\n"
    )
    wells = read_plate(tmp_path / "m.txt", tmp_path / "map.tsv")
    assert [well.signal for well in wells] == [1.0, 712.0, 107.0]
    assert wells[2].dose == pytest.approx(1e6 / 464.8)


ROW = "sorafenib\t10\tnM\t\t\t1\t500\tsample"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("sorafenib\t10\tmol\t\t\t1\t500\tsample", "row 2: column unit: found the unit 'mol'"),
        ("X7\t10\tug/mL\t\t\t1\t500\tsample", "the molar mass of 'X7' is not known"),
        ("sorafenib\t-1\tnM\t\t\t1\t500\tsample", "column concentration: found '-1'"),
        ("sorafenib\t1,5\tnM\t\t\t1\t500\tsample", "write decimals with a point"),
        ("sorafenib\t\tnM\t\t\t1\t500\tsample", "column concentration is empty"),
        ("sorafenib\t10\t\t\t\t1\t500\tsample", "column unit is empty"),
        ("sorafenib\t10\tnM\t\t\t1\tinf\tsample", "column signal: found 'inf'"),
        ("sorafenib\t10\tnM\t\t\t1\t1.1e15\tsample", "column signal: found '1.1e15'"),
        ("sorafenib\t10\tnM\t\t\t1\t-1.1e15\tsample", "column signal: found '-1.1e15'"),
        ("sorafenib\t0.9e-15\tnM\t\t\t1\t5\tsample", "column concentration: found '0.9e-15'"),
        ("sorafenib\t10\tnM\t\t\tone\t500\tsample", "column replicate: found 'one'"),
        ("sorafenib\t10\tnM\t\t\t1\t500\tdrugged", "column well_type: found 'drugged'"),
        ("\t\t\t\t\t1\t500\tsample", "column drug is empty"),
        ("OM\t10\tnM\thht\t5\t1\t500\tsample", "is the first drug too"),
        ("OM\t10\tnM\tsorafenib\t\t1\t500\tsample", "column second_concentration is empty"),
        ("OM\t10\tnM\t\t\t1\t500\tvehicle", "row 2: column well_type: found 'vehicle' beside a"),
        ("OM\t0\tnM\tAC\t5\t1\t500\tvehicle", "beside a dose of ac; a vehicle well has none"),
        ("OM\t0\t\t\t\t1\t500\tvehicle", "no well has the well_type sample"),
        ("\t\t\t\t\t1\t500\tvehicle", "no well has the well_type sample"),
    ],
)
def test_wells_that_are_not_as_they_must_be_are_named(
    tmp_path: Path, row: str, message: str
) -> None:
    path = tmp_path / "plate.tsv"
    path.write_text(f"{HEADER}\n{row}\n")
    with pytest.raises(UserError, match=re.escape(message)) as raised:
        read_plate(path, None)
    assert str(path) in str(raised.value)


def test_a_well_that_is_pasted_again_is_no_replicate(tmp_path: Path) -> None:
    path = tmp_path / "plate.tsv"
    once = "OM\t10\tnM\t\t\t1\t512\tsample"
    for second in (once, "om\t0.01\tuM\t\t\t1\t512.0\tsample"):
        path.write_text(f"{HEADER}\n{once}\n{second}\n")
        with pytest.raises(UserError, match=r"plate.tsv: row 3: the same .* stand in row 2; take"):
            read_plate(path, None)
    for one, other in (
        (once, once.replace("512", "513")),
        (once, once.replace("\t1\t512", "\t2\t512")),
        (once.replace("512", "0.052"), once.replace("512", "0.052")),
    ):
        path.write_text(f"{HEADER}\n{one}\n{other}\n")
        assert len(read_plate(path, None)) == 2
    blank = "\t\t\t\t\t1\t512\tblank"
    path.write_text(f"{HEADER}\n{once}\n{blank}\n{blank}\n")
    assert len(read_plate(path, None)) == 3
    path.write_text(f"well\t{HEADER}\nB1\t{once}\nB2\t{once}\n")
    assert len(read_plate(path, None)) == 2


def test_signals_at_the_edge_are_read(tmp_path: Path) -> None:
    path = tmp_path / "plate.tsv"
    path.write_text(f"{HEADER}\nOM\t1e-15\tnM\t\t\t1\t-1e15\tsample\nOM\t1\tnM\t\t\t1\t0\tsample\n")
    assert [well.signal for well in read_plate(path, None)] == [-1e15, 0.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEADER}\n{ROW}\n", "there is no vehicle well"),
        (
            f"{HEADER}\n{ROW}\n\t\t\t\t\t1\t5\tvehicle\n\t\t\t\t\t1\t5\tblank\n",
            "the vehicle wells are not brighter than the blank wells",
        ),
    ],
)
def test_plates_without_a_scale_are_refused(tmp_path: Path, text: str, message: str) -> None:
    for refuse in (lambda rows: analyse_patient("P1", rows), check_plates):
        with pytest.raises(UserError, match=rf"plate.tsv: {message}"):
            refuse([plate(tmp_path, text)])


def test_all_plates_are_read_before_anything_is_computed(tmp_path: Path) -> None:
    good = plate(tmp_path, plate_text())
    check_plates([good])
    bad = plate(tmp_path, plate_text().replace("nM", "ng"), "second.tsv")
    with pytest.raises(UserError, match=r"second.tsv: row 14: column unit"):
        check_plates([good, bad])
