"""A sheet of samples and the read files that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.samples import read_samples

HEADER = "sample\tpatient\ttimepoint\torder\ttissue\tcohort\tassay\tfq1\tfq2\tbam"


def write_read_files() -> None:
    """Read files a to d in the working folder, of which the sheet speaks."""
    for name in ("a_R1", "a_R2", "b_R1", "b_R2", "c_R1", "c_R2"):
        Path(f"{name}.fastq.gz").touch()
    Path("d.bam").touch()


def row(**cells: str) -> str:
    """A row that is right, but for the cells that are given."""
    right = {
        "sample": "S1",
        "patient": "P1",
        "timepoint": "diagnosis",
        "order": "1",
        "tissue": "BM",
        "cohort": "newly_diagnosed",
        "assay": "capture",
        "fq1": "a_R1.fastq.gz",
        "fq2": "a_R2.fastq.gz",
        "bam": "",
    }
    return "\t".join((right | cells).values())


def sheet(*rows: str, header: str = HEADER) -> Path:
    path = Path("samples.tsv")
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


def message(path: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_samples(path)
    text = str(caught.value)
    assert "\n" not in text
    return text
