"""A BAM of the wild type over FLT3, and a call of it that is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.cli import main
from flt3itd.locus.flt3 import CHROMOSOME_LENGTH, flt3_locus
from tests.builders import Read, write_bam

LOCUS = flt3_locus()
CONTIGS = {"chr13": CHROMOSOME_LENGTH["GRCh38"]}


def wildtype_reads(step: int = 2) -> list[Read]:
    """Unpaired reads of 100 bases over exons 14 and 15, 50x with step 2."""
    starts = range(LOCUS.exon(15).start - 150, LOCUS.exon(14).end + 50, step)
    return [
        Read(f"r{start}", "chr13", start + LOCUS.first_position - 1, "100M",
             LOCUS.sequence[start : start + 100])
        for start in starts
    ]  # fmt: skip


def bam(folder: Path) -> Path:
    return write_bam(folder / "sample.bam", CONTIGS, wildtype_reads())


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The message of a run that must fail, and leave nothing."""
    out = folder / "results"
    assert main(["call", *arguments, "--out", str(out / "S")]) == 2
    assert not out.exists()
    message = capsys.readouterr().err
    assert message.startswith("flt3itd: error: ")
    assert message.count("\n") == 1
    return message
