"""See README.md."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, call, replaced

AMPLICON = (28_034_051, 28_034_250)
UNIT = "ATTCTCTGAAATCAACGTAGAAGTACTC"
"""GRCh38 chr13:28034131-28034158."""
FOUR_MORE = replaced(28_034_159, 28_034_158, UNIT * 4, vaf=0.3)
LENGTHS = {"wildtype": 200, "mutant0": 312}


def cut(read: FastqRead, length: int) -> FastqRead:
    """Without the adapter behind a molecule."""
    return replace(read, sequence=read.sequence[:length], qualities=read.qualities[:length])


def test_reads_that_end_with_their_molecules_may_be_longer(tmp_path: Path) -> None:
    pairs = amplicon_pairs([FOUR_MORE], [AMPLICON], 1200, read_length=250)
    files = []
    for mate in ("first", "second"):
        reads = [cut(getattr(pair, mate), LENGTHS[pair.haplotype]) for pair in pairs]
        files.append(str(write_fastq(tmp_path / f"{mate}.fastq", reads)))
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    (event,) = called.passing
    mutant = sum(pair.haplotype == "mutant0" for pair in pairs)
    assert event["length_bp"] == 112
    assert event["vaf"] == pytest.approx(mutant / len(pairs), abs=0.005)
