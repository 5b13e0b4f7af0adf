"""Supplementary records whose flag was cleared: reads over a junction are there twice."""

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.reads.alignment import Flag
from tests.builders import write_fastq
from tests.itd_builders import (
    Aligner,
    amplicon_pairs,
    call,
    sample_pairs,
    tandem,
    write_sample,
)

ITD = tandem(28_034_060, 28_034_182, 0.4, "GATCCA")


@pytest.mark.parametrize("assay", ["capture", "amplicon"])
def test_the_reason_names_them(assay: str, tmp_path: Path) -> None:
    if assay == "capture":
        pairs = sample_pairs([ITD], 200)
    else:
        pairs = amplicon_pairs([ITD], [(28_033_930, 28_034_240)])
    files = [
        write_fastq(tmp_path / "R1.fastq", (pair.first for pair in pairs)),
        write_fastq(tmp_path / "R2.fastq", (pair.second for pair in pairs)),
    ]
    reads = Aligner.built(tmp_path).align(files)
    cleared = [replace(one, flag=one.flag & ~Flag.SUPPLEMENTARY) for one in reads]
    assert cleared != reads
    for given, status in ((reads, "detected"), (cleared, "not_assessable")):
        path = write_sample(tmp_path / "S.bam", given)
        called = call(tmp_path, "--bam", str(path), "--assay", assay)
        assert called.status == status
        pieces = called.document["reads"]["measured"]["pieces"]
        assert (pieces > 10) == (given is cleared)
    (reason,) = called.document["itd"]["reason"].split("; give")[:1]
    assert "reads are there twice, in two pieces of which none is marked" in reason


def test_pieces_that_begin_together_are_copies_of_a_record(tmp_path: Path) -> None:
    pairs = sample_pairs([ITD], 60)
    files = [write_fastq(tmp_path / "R.fastq", (pair.first for pair in pairs))]
    reads = [one for one in Aligner.built(tmp_path).align(files) if not one.flag & 0x800]
    path = write_sample(tmp_path / "S.bam", [*reads, *reads])
    assert call(tmp_path, "--bam", str(path)).document["reads"]["measured"]["pieces"] == 0
