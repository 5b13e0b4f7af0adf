"""Pairs whose mates stand in different blocks of a BAM, with names of many lengths."""

import json
from pathlib import Path

import pysam
import pytest

from flt3itd.cli import main
from flt3itd.molecules import bam_records
from tests.umi_builders import UmiLibrary, UmiPair, write_bam

LIBRARY = UmiLibrary()
MOLECULES = 120


def with_names(bam: Path) -> Path:
    """The same reads with names of 8 to 100 letters."""
    renamed = bam.with_name("renamed.bam")
    with (
        pysam.AlignmentFile(str(bam)) as reads,
        pysam.AlignmentFile(str(renamed), "wb", template=reads) as out,
    ):
        numbers: dict[str, int] = {}
        for read in reads:
            number = numbers.setdefault(str(read.query_name), len(numbers))
            read.query_name = f"{number:08d}" + "x" * (31 * number % 93)
            out.write(read)
    pysam.index(str(renamed))
    return renamed


@pytest.mark.parametrize("block", [1 << 25, 1000])
def test_every_pair_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(bam_records, "_BLOCK", block)
    pairs = [
        UmiPair(LIBRARY.fragment(40 * number, 250), (LIBRARY.bases(8),))
        for number in range(MOLECULES)
    ]
    bam = with_names(write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs))
    told = tmp_path / "out.json"
    out = tmp_path / "out.bam"
    options = ["--umi", "RX", "--bam", str(bam), "--out", str(out), "--json", str(told)]
    assert main(["consensus", *options]) == 0
    assert json.loads(told.read_text("utf-8"))["read_pairs"] == MOLECULES
