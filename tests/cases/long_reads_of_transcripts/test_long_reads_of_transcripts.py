"""What long reads of transcripts cannot answer is not assessable."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.long_reads import LongHaplotype, LongLibrary, LongReadSimulator
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import call

LOCUS = flt3_locus()


def transcript(copied: int) -> str:
    """Exons 20 to 12 joined, plus strand, with so many bases of exon 14 in tandem."""
    end = LOCUS.exon(14).start + 80
    parts = []
    for number in range(20, 11, -1):
        exon = LOCUS.exon(number)
        if number == 14:
            parts += [LOCUS.sequence[exon.start : end], LOCUS.sequence[end - copied : exon.end]]
        else:
            parts.append(LOCUS.sequence[exon.start : exon.end])
    return "".join(parts)


@pytest.mark.parametrize(("assay", "word"), [("long", "introns are missing"), ("rna", "are long")])
@pytest.mark.parametrize("copied", [0, 45])
def test_long_reads_of_transcripts(tmp_path: Path, assay: str, word: str, copied: int) -> None:
    haplotypes = [LongHaplotype(transcript(one), 0.5) for one in (0, copied)]
    drawn = LongReadSimulator(haplotypes, LongLibrary(error_rate=0.01), seed=1).reads(600)
    path = write_fastq(
        tmp_path / "reads.fastq.gz",
        [FastqRead(f"r{at}", one.sequence, one.qualities) for at, one in enumerate(drawn)],
    )
    called = call(tmp_path, "--fastq", str(path), "--assay", assay)
    assert (called.status, called.passing) == ("not_assessable", [])
    assert word in called.document["itd"]["reason"]
    assert called.document["tkd"]["status"] == "not_assessable"
