from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.controls import Control, read_controls
from scripts.inputs.samples import Sample

HEADER = "sample\tassay\tbam"


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A working folder with the BAMs a, b and p; p is that of the patient."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "p"):
        Path(f"{name}.bam").touch()


def patients() -> dict[str, Sample]:
    where = ("diagnosis", None, "BM", "newly_diagnosed")
    return {"S1": Sample("S1", "P1", *where, Assay.CAPTURE, bam="p.bam")}


def read(*rows: str, header: str = HEADER) -> dict[str, Control]:
    Path("controls.tsv").write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return read_controls("controls.tsv", patients(), "out")


def test_controls_are_read_in_their_order() -> None:
    controls = read("N2\tamplicon\t./b.bam", "# the next run", "N1\tcapture\ta.bam")
    assert list(controls.values()) == [
        Control("N2", Assay.AMPLICON, "b.bam"),
        Control("N1", Assay.CAPTURE, "a.bam"),
    ]


def test_without_a_sheet_there_are_none() -> None:
    assert read_controls(None, patients(), "out") == {}


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        ([], ["no controls"]),
        (["N1\tcapture"], ["row 2", "'bam' is missing"]),
        (["N1\texome\ta.bam"], ["row 2: column assay", "'exome'", "capture, amplicon"]),
        (["../N\tcapture\ta.bam"], ["row 2: column sample", "'../N'"]),
        (["N..1\tcapture\ta.bam"], ["row 2: column sample", "'..' is refused"]),
        (["N1\tcapture\ta.sam"], ["row 2: column bam", "ends in .bam or .cram"]),
        (["N1\tcapture\tnone.bam"], ["row 2: column bam", "'none.bam' does not exist"]),
        (["N1\tcapture\ta.bam", "N1\tcapture\tb.bam"], ["row 3: column sample", "in row 2"]),
        (["N1\tcapture\ta.bam", "n1\tcapture\tb.bam"], ["row 3", "upper and lower case"]),
        (["N1\tcapture\ta.bam", "N2\tcapture\t./a.bam"], ["row 3: column bam", "used in row 2"]),
        (["S1\tcapture\ta.bam"], ["row 2: column sample", "sample of the sample sheet"]),
        (["N1\tcapture\tp.bam"], ["row 2: column bam", "the file of sample 'S1'"]),
    ],
)
def test_mistakes_are_named(rows: list[str], parts: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        read(*rows)
    text = str(caught.value)
    assert text.startswith("controls.tsv: ")
    for part in parts:
        assert part in text


def test_a_patients_file_is_refused_under_another_name() -> None:
    Path("other.bam").symlink_to("p.bam")
    with pytest.raises(UserError, match="a patient's sample is no control"):
        read("N1\tcapture\tother.bam")


def test_a_file_that_a_run_takes_away_is_refused() -> None:
    """The BAM that an earlier run in this folder made of a control."""
    Path("out/work/controls/N1").mkdir(parents=True)
    Path("out/work/controls/N1/aligned.bam").touch()
    Path("link.bam").symlink_to("out/work/controls/N1/aligned.bam")
    for bam in ("out/work/controls/N1/aligned.bam", "link.bam"):
        with pytest.raises(
            UserError, match=r"row 2: column bam: .* lies in 'out/work', which this run clears"
        ):
            read(f"N1\tcapture\t{bam}")


def test_a_wrong_header_is_named() -> None:
    with pytest.raises(UserError, match=r"row 1: column 'file' is not known"):
        read("N1\tcapture\ta.bam", header="sample\tassay\tfile")
