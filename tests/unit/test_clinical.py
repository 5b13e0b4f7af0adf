"""The table of treatments and responses."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from scripts.inputs.clinical import ClinicalRow, read_clinical
from scripts.inputs.samples import Sample

SAMPLES = {
    "P1": [
        Sample(name, "P1", name, None, "BM", "newly_diagnosed", Assay.CAPTURE, (), "x.bam")
        for name in ("diagnosis", "day28")
    ]
}
HEADER = "patient\tkind\tlabel\tstart\tend"


def read(folder: Path, *lines: str) -> tuple[ClinicalRow, ...]:
    path = folder / "clinical.tsv"
    path.write_text("\r\n".join([HEADER, *lines]) + "\r\n", "utf-8-sig")
    return read_clinical(str(path), SAMPLES)


def test_rows_are_read_and_other_patients_left_out(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        "# a remark",
        "P1\ttreatment\tdrug\tdiagnosis\tday28",
        "P9\ttreatment\tdrug\tsomewhen\t",
        "P1\tresponse\tremission\tday28",
    )
    assert [(row.kind, row.start, row.end) for row in rows] == [
        ("treatment", "diagnosis", "day28"),
        ("response", "day28", ""),
    ]
    assert read_clinical(None, SAMPLES) == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("P1\tdrug\tx\tdiagnosis\t", "row 2: column kind: found 'drug'; allowed: treatment"),
        ("P1\ttreatment\t\tdiagnosis\t", "row 2: 'label' is missing; say what is to be shown"),
        ("P1\ttreatment\tx\t\t", "row 2: 'start' is missing; give a date"),
        ("P1\ttreatment\tx\tday29\t", "row 2: column start: found 'day29'"),
        ("P1\ttreatment\tx\t2025-13-01\t", "row 2: column start: found '2025-13-01'"),
        ("P1\ttreatment\tx\t2025-03-01\t", "none for the timepoint 'diagnosis'"),
        ("P1\tsampling\tday29\t2025-03-01\t", "'day29' is no timepoint of patient 'P1'"),
        ("P1\tsampling\tday28\tday28\t", "expected the date of sampling as YYYY-MM-DD"),
        ("P1\ttreatment\tx\tday28\t\t\t1", "found 7 cells, the header has 5"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, line: str, message: str) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path, line)
    assert message in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "clinical.tsv"))
    assert "\n" not in str(caught.value)


def test_another_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clinical.tsv"
    path.write_text("patient,kind\n", "utf-8")
    with pytest.raises(UserError, match="row 1: the header is separated by commas"):
        read_clinical(str(path), SAMPLES)
