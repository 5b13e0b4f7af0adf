"""The sheet of samples: what is read of it, and mistakes named by row and column."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.samples import Lane, blasts_like_fractions, read_samples
from tests.sheet_builders import HEADER, message, row, sheet, write_read_files


@pytest.fixture(autouse=True)
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_read_files()


def test_one_sample() -> None:
    sample = read_samples(sheet(row()))["S1"]
    assert sample.lanes == (Lane("L1", "a_R1.fastq.gz", "a_R2.fastq.gz"),)
    assert (sample.patient, sample.order, sample.assay, sample.bam) == ("P1", 1, "capture", None)


def test_several_rows_of_a_sample_are_its_lanes() -> None:
    second = row(fq1="b_R1.fastq.gz", fq2="b_R2.fastq.gz")
    other = row(sample="S2", fq1="", fq2="", bam="d.bam")
    samples = read_samples(sheet(row(), other, second))
    assert [lane.name for lane in samples["S1"].lanes] == ["L1", "L2"]
    assert samples["S1"].lane("L2").fq2 == "b_R2.fastq.gz"
    assert samples["S2"].bam == "d.bam"
    assert samples["S2"].lanes == ()


def test_numeric_names_stay_text() -> None:
    assert list(read_samples(sheet(row(sample="007", patient="1.0")))) == ["007"]


@pytest.mark.parametrize(
    "data",
    [
        f"{HEADER}\r\n{row()}\r\n".encode(),
        f"\ufeff{HEADER}\n{row()}\n".encode(),
        f"\ufeff\ufeff{HEADER}\n{row()}\n".encode(),
        f"{HEADER}\n{row(sample='S1 ', fq2='a_R2.fastq.gz  ')}\n".encode(),
        f"{HEADER}\n\n# a remark\n{row()}\n\n".encode(),
        f"{HEADER}\n{row()}".encode(),
        f"{HEADER}\t\n{row()}\t\n".encode().replace(HEADER.encode() + b"\t", HEADER.encode()),
    ],
    ids=[
        "CRLF",
        "byte order mark",
        "two of them",
        "trailing spaces",
        "empty rows",
        "no last line end",
        "tab",
    ],
)
def test_harmless_oddities_are_read(data: bytes) -> None:
    path = Path("samples.tsv")
    path.write_bytes(data)
    assert read_samples(path)["S1"].lanes[0].fq2 == "a_R2.fastq.gz"


def test_paths_are_normalised_so_that_snakemake_sees_one_file() -> None:
    samples = read_samples(sheet(row(fq1="./a_R1.fastq.gz", fq2=".//a_R2.fastq.gz")))
    assert samples["S1"].lanes[0] == Lane("L1", "a_R1.fastq.gz", "a_R2.fastq.gz")


def test_files_of_the_simulation_need_not_exist_yet() -> None:
    cells = row(fq1="made/x_R1.fastq.gz", fq2="made/x_R2.fastq.gz")
    with pytest.raises(UserError, match="does not exist"):
        read_samples(sheet(cells))
    made = {"made/x_R1.fastq.gz", "made/x_R2.fastq.gz"}
    assert read_samples(sheet(cells), made_later=made)["S1"].lanes[0].fq1 == "made/x_R1.fastq.gz"


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"sample": ""}, ["row 2", "'sample' is missing"]),
        ({"sample": "a b"}, ["row 2: column sample", "'a b'", "letters, digits"]),
        ({"sample": "../x"}, ["column sample", "'../x'"]),
        ({"sample": "a..b"}, ["column sample", "'a..b'", "'..' is refused"]),
        ({"sample": "a" * 20}, ["column sample", "repeats the same end 20 times is refused"]),
        ({"patient": "P-" + "01" * 20}, ["column patient", "repeats the same end 20 times"]),
        ({"sample": "-rf"}, ["column sample", "'-rf'"]),
        ({"sample": "a;rm"}, ["column sample", "'a;rm'"]),
        ({"sample": 'a"b'}, ["column sample", "letters, digits"]),
        ({"sample": "{x}"}, ["column sample", "'{x}'"]),
        ({"sample": "a/b"}, ["column sample", "'a/b'"]),
        ({"sample": "S\u00e9"}, ["column sample", "letters, digits"]),
        ({"sample": "x" * 101}, ["column sample", "of 101 characters; 100 at most"]),
        ({"patient": "x" * 101}, ["column patient", "of 101 characters; 100 at most"]),
        ({"timepoint": "day " * 30}, ["column timepoint", "of 119 characters; 100 at most"]),
        ({"tissue": "x" * 99_999}, ["column tissue", "x'... of 99999 characters"]),
        ({"patient": "NA"}, ["column patient: found 'NA'; that stands for no value; give a name"]),
        ({"sample": "n.a."}, ["column sample: found 'n.a.'; that stands for no value"]),
        ({"tissue": "unknown"}, ["column tissue: found 'unknown'; that stands for no value"]),
        ({"timepoint": "None"}, ["column timepoint: found 'None'; that stands for no value"]),
        ({"sample": "work"}, ["column sample", "'work'", "another name"]),
        ({"sample": "Patients"}, ["column sample", "'Patients'", "another name"]),
        ({"sample": "summary.tsv"}, ["column sample", "another name"]),
        ({"patient": "../p"}, ["column patient", "'../p'"]),
        ({"patient": ""}, ["'patient' is missing"]),
        ({"timepoint": "<b>"}, ["column timepoint", "'<b>'"]),
        ({"order": "1.5"}, ["column order", "'1.5'", "whole number"]),
        ({"cohort": "new"}, ["column cohort", "'new'", "newly_diagnosed, relapsed_refractory"]),
        ({"assay": "wgs"}, ["column assay", "'wgs'", "capture, amplicon, rna, long"]),
        ({"fq1": "", "fq2": ""}, ["row 2", "no reads"]),
        ({"fq1": ""}, ["row 2", "fq2 without fq1"]),
        ({"bam": "d.bam"}, ["row 2", "both bam and fq1/fq2"]),
        ({"fq2": "a_R1.fastq.gz"}, ["column fq2", "already used in row 2, column fq1"]),
        ({"fq2": "./a_R1.fastq.gz"}, ["column fq2", "already used"]),
        ({"fq1": "none.fastq.gz"}, ["column fq1", "'none.fastq.gz' does not exist"]),
        ({"fq1": "d.bam"}, ["column fq1", "'d.bam'", ".fastq.gz"]),
        (
            {"fq1": "https://lab.org/a.fq"},
            ["column fq1: found 'https://lab.org/a.fq'; this is an address; download the file"],
        ),
        ({"fq1": "--in.fq"}, ["column fq1", "'--in.fq'"]),
        ({"fq1": "{x}.fq"}, ["column fq1", "without { }"]),
        ({"fq1": "", "fq2": "", "bam": "x.sam"}, ["column bam", "'x.sam'", ".bam or .cram"]),
    ],
)
def test_wrong_cells_are_named(cells: dict[str, str], parts: list[str]) -> None:
    text = message(sheet(row(**cells)))
    assert text.startswith("samples.tsv: row 2")
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    ("blasts", "told"),
    [("0", ""), ("0.3", "found 0.3, less than 1%; if it is a fraction, write 30"), ("1", "")],
)
def test_blasts_that_look_like_a_fraction_are_told(blasts: str, told: str) -> None:
    read = read_samples(sheet(f"{row()}\t{blasts}", header=f"{HEADER}\tblast_percent"))
    found = blasts_like_fractions(read.values())
    assert found == ([f"samples.tsv: row 2: column blast_percent: {told}"] if told else [])


def test_a_folder_is_no_read_file() -> None:
    Path("folder.fq").mkdir()
    assert "is not a file" in message(sheet(row(fq1="folder.fq")))


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([row(), row()], ["row 3: column fq1", "already used in row 2"]),
        (
            [row(), row(sample="S2", fq1="b_R1.fastq.gz")],
            ["row 3: column fq2", "'a_R2.fastq.gz' is already used in row 2, column fq2"],
        ),
        (
            [row(), row(patient="P2", fq1="b_R1.fastq.gz", fq2="b_R2.fastq.gz")],
            ["row 3: column patient", "'P2' here and 'P1' in row 2"],
        ),
        (
            [row(), row(order="", fq1="b_R1.fastq.gz", fq2="b_R2.fastq.gz")],
            ["row 3: column order", "'' here and '1' in row 2"],
        ),
        (
            [row(assay="long", fq2=""), row(assay="long", fq1="b_R1.fastq.gz", fq2="")],
            ["row 3", "'S1' is already in row 2", "long reads have no lanes", "one file"],
        ),
        (
            [row(), row(fq1="", fq2="", bam="d.bam")],
            ["row 3", "'S1' is already in row 2", "a BAM has one row"],
        ),
        (
            [row(), row(sample="s1", fq1="b_R1.fastq.gz", fq2="b_R2.fastq.gz")],
            ["row 3: column sample", "'s1' differs from 'S1' only in upper and lower case"],
        ),
        ([row(), "S2\tP2"], ["row 3", "'timepoint' is missing"]),
        ([row(), row(sample="#NAME?")], ["row 3: found '#NAME?', an error of the spreadsheet"]),
        ([row(), row(sample="#N/A")], ["row 3: found '#N/A', an error of the spreadsheet"]),
        ([row() + "\tmore"], ["row 2", "found 11 cells, the header has 10"]),
        ([row().replace("\t", ",")], ["row 2", "found 1 cells", "one tab each"]),
        ([], ["no samples"]),
    ],
)
def test_rows_that_do_not_go_together_are_named(rows: list[str], parts: list[str]) -> None:
    text = message(sheet(*rows))
    for part in parts:
        assert part in text


@pytest.mark.parametrize("link", ["symbolic", "hard", "folder", "path"])
def test_a_file_is_used_once_under_whatever_name(link: str) -> None:
    other = Path("other.bam")
    if link == "symbolic":
        other.symlink_to("d.bam")
    elif link == "hard":
        other.hardlink_to("d.bam")
    elif link == "folder":
        Path("there").symlink_to(".", target_is_directory=True)
        other = Path("there/d.bam")
    else:
        other = Path.cwd() / "d.bam"
    first = row(fq1="", fq2="", bam="d.bam")
    text = message(sheet(first, row(sample="S2", fq1="", fq2="", bam=str(other))))
    assert f"row 3: column bam: {str(other)!r} is already used in row 2, column bam" in text
    assert "as 'd.bam', which is the same file" in text


@pytest.mark.parametrize(
    ("bam", "is_refused"),
    [
        ("out/work/S1/aligned.bam", True),
        ("link.bam", True),
        ("there/aligned.bam", True),
        ("out/fastq/d.bam", False),
        ("out/work2/d.bam", False),
    ],
)
def test_no_input_lies_where_the_run_would_take_it_away(bam: str, is_refused: bool) -> None:
    """As the BAM that an earlier run in the same folder made of the sample."""
    for name in ("out/work/S1/aligned.bam", "out/fastq/d.bam", "out/work2/d.bam"):
        Path(name).parent.mkdir(parents=True)
        Path(name).touch()
    Path("link.bam").symlink_to("out/work/S1/aligned.bam")
    Path("there").symlink_to("out/work/S1", target_is_directory=True)
    path = sheet(row(fq1="", fq2="", bam=bam))
    assert read_samples(path)["S1"].bam == bam
    if not is_refused:
        assert read_samples(path, output="out")["S1"].bam == bam
        return
    with pytest.raises(
        UserError, match=r"row 2: column bam: .* lies in 'out/work', which this run"
    ):
        read_samples(path, output="out")


SECOND = {"sample": "S2", "fq1": "b_R1.fastq.gz", "fq2": "b_R2.fastq.gz"}


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ({"patient": "p1"}, ["column patient: 'p1' differs from 'P1' only in upper and lower"]),
        ({"tissue": "bm"}, ["column tissue: 'bm' differs from 'BM' only in upper and lower"]),
        ({"order": "1e3"}, ["column order: found '1e3'; a whole number"]),
        ({"order": "1.0"}, ["column order: found '1.0'; a whole number"]),
        ({"order": "1\u0661"}, ["column order: found"]),
        ({"order": "1234567"}, ["column order: found '1234567'"]),
        ({"order": "~"}, ["column order: found '~'"]),
    ],
)
def test_two_rows_of_a_patient_that_contradict_each_other(
    cells: dict[str, str], parts: list[str]
) -> None:
    text = message(sheet(row(), row(**(SECOND | cells))))
    assert text.startswith("samples.tsv: row 3: ")
    for part in parts:
        assert part in text


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {"timepoint": "day28", "order": "2"},
        {"order": "01"},
        {"order": "-999999", "timepoint": "before"},
        {"patient": "P2", "timepoint": "day28"},
        {"patient": "P2", "timepoint": "Diagnosis"},
    ],
)
def test_two_rows_that_go_together(cells: dict[str, str]) -> None:
    assert len(read_samples(sheet(row(), row(**(SECOND | cells))))) == 2


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        (HEADER.replace("\t", ","), ["row 1", "separated by commas", "tabs"]),
        (HEADER.replace("\t", ";"), ["separated by semicolons"]),
        (HEADER.replace("\t", "  "), ["separated by spaces"]),
        (HEADER.replace("cohort", "cohrot"), ["'cohrot' is not known", "did you mean 'cohort'?"]),
        (HEADER.replace("tissue\t", ""), ["column 'tissue' is missing"]),
        (HEADER.replace("fq2", "fq1"), ["column 'fq1' appears twice"]),
        (HEADER + "\tnotes", ["column 'notes' is not known"]),
        ("", ["samples.tsv: row 2: column 'S1' is not known"]),
        (HEADER.replace("tissue", ""), ["row 1: column ", " has no name; name it, or take it out"]),
        (f"#{HEADER}", ["samples.tsv: row 1: the header begins with #; take that out"]),
        (f"# ours\n{HEADER}\tnotes", ["samples.tsv: row 2: column 'notes' is not known"]),
    ],
)
def test_wrong_headers_are_named(header: str, parts: list[str]) -> None:
    text = message(sheet(row(), header=header))
    for part in parts:
        assert part in text


def test_a_spreadsheet_may_leave_empty_columns_behind_the_last() -> None:
    assert "S1" in read_samples(sheet(row() + "\t\t", header=HEADER + "\t \t"))


def test_remarks_and_empty_lines_may_stand_above_the_header() -> None:
    above = f"# samples of May\n#\n\n# sample\n{HEADER}"
    assert read_samples(sheet(row(), header=above))["S1"].where == "samples.tsv: row 6"


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "the sheet is empty"),
        (b"# remark\n\n", "the sheet is empty"),
        (b"PK\x03\x04 and so on", "spreadsheet"),
        (HEADER.encode() + b"\nS1\tP\xe9\n", "row 2: not UTF-8"),
    ],
)
def test_other_files_are_refused(data: bytes, part: str) -> None:
    path = Path("samples.tsv")
    path.write_bytes(data)
    assert part in message(path)


def test_missing_sheet() -> None:
    assert "samples.tsv: the sheet cannot be read" in message(Path("samples.tsv"))


@pytest.mark.parametrize("assay", list(Assay))
def test_every_assay_may_stand_in_the_sheet(assay: Assay) -> None:
    assert read_samples(sheet(row(assay=assay, fq2="")))["S1"].assay is assay


@pytest.mark.parametrize("assay", [one for one in Assay if one is not Assay.LONG])
def test_reads_may_be_single(assay: Assay) -> None:
    second = row(assay=assay, fq1="b_R1.fastq.gz", fq2="")
    sample = read_samples(sheet(row(assay=assay, fq2=""), second))["S1"]
    assert sample.lanes == (
        Lane("L1", "a_R1.fastq.gz", None),
        Lane("L2", "b_R1.fastq.gz", None),
    )
    assert sample.lanes[0].files == ["a_R1.fastq.gz"]


def test_long_reads_are_single() -> None:
    assert len(read_samples(sheet(row(assay="long", fq2="")))["S1"].lanes) == 1
    assert "row 2: fq2 of the assay long; long reads are single" in message(
        sheet(row(assay="long"))
    )


def test_lanes_of_a_sample_are_single_or_paired() -> None:
    text = message(sheet(row(), row(fq1="b_R1.fastq.gz", fq2="")))
    assert "row 3: column fq2: sample 'S1' has single reads in one row and pairs in another" in text


def test_an_alignment_may_be_cram() -> None:
    Path("e.cram").touch()
    assert read_samples(sheet(row(fq1="", fq2="", bam="./e.cram")))["S1"].bam == "e.cram"
