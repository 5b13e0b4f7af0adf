"""What long reads of transcripts cannot answer is not assessable."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.flt3 import flt3_locus
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


def read_wrongly(molecule: str, chance: random.Random) -> str:
    """Bases lost, repeated, or another, together 1 %."""
    bases = []
    for base in molecule:
        drawn = chance.random()
        wrong = "" if drawn < 0.004 else 2 * base if drawn < 0.007 else chance.choice("ACGT")
        bases.append(wrong if drawn < 0.01 else base)
    return "".join(bases)


@pytest.mark.parametrize(("assay", "word"), [("long", "introns are missing"), ("rna", "are long")])
@pytest.mark.parametrize("copied", [0, 45])
def test_long_reads_of_transcripts(tmp_path: Path, assay: str, word: str, copied: int) -> None:
    chance = random.Random(1)
    reads = []
    for number in range(600):
        molecule = transcript(copied * (number % 2))
        strand = molecule if chance.random() < 0.5 else reverse_complement(molecule)
        bases = read_wrongly(strand, chance)
        reads.append(FastqRead(f"r{number}", bases, "5" * len(bases)))
    path = write_fastq(tmp_path / "reads.fastq.gz", reads)
    called = call(tmp_path, "--fastq", str(path), "--assay", assay)
    assert (called.status, called.passing) == ("not_assessable", [])
    assert word in called.document["itd"]["reason"]
    assert called.document["tkd"]["status"] == "not_assessable"
