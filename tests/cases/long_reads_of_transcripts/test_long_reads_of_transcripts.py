"""Long reads of transcripts are compared with joined exons."""

from __future__ import annotations

from pathlib import Path

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.simulation.long_reads import LongHaplotype, LongLibrary, LongReadSimulator
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Called, call

LOCUS = flt3_locus()


def transcript(copied: int = 0, *, retained: bool = False, skipped: bool = False) -> str:
    """Exons 21 to 12 joined, plus strand, with so many bases of exon 14 in tandem.

    With intron 14 where it is `retained`, without exon 14 where that is `skipped`.
    """
    end = LOCUS.exon(14).start + 80
    parts = []
    for number in range(21, 11, -1):
        exon = LOCUS.exon(number)
        if number == 14 and skipped:
            continue
        if number == 14:
            parts += [LOCUS.sequence[LOCUS.exon(15).end : exon.start]] * retained
            parts += [LOCUS.sequence[exon.start : end], LOCUS.sequence[end - copied : exon.end]]
        else:
            parts.append(LOCUS.sequence[exon.start : exon.end])
    return "".join(parts)


def called_of(
    folder: Path, haplotypes: list[LongHaplotype], assay: str = "long", letter: str = "T"
) -> Called:
    drawn = LongReadSimulator(haplotypes, LongLibrary(error_rate=0.01), seed=1).reads(300)
    path = write_fastq(
        folder / "reads.fastq.gz",
        [
            FastqRead(f"r{at}", one.sequence.replace("T", letter), one.qualities)
            for at, one in enumerate(drawn)
        ],
    )
    return call(folder, "--fastq", str(path), "--assay", assay)


@pytest.mark.parametrize("copied", [0, 45])
def test_long_reads_of_transcripts(tmp_path: Path, copied: int) -> None:
    """A tenth kept intron 14, which is no ITD; a fifth lacks exon 14, which tells nothing."""
    intron = LOCUS.sequence[LOCUS.exon(15).end : LOCUS.exon(14).start]
    haplotypes = [
        LongHaplotype(transcript(), 0.4),
        LongHaplotype(transcript(copied), 0.3),
        LongHaplotype(transcript(retained=True), 0.1),
        LongHaplotype(transcript(skipped=True), 0.2),
    ]
    called = called_of(tmp_path, haplotypes, letter="U" if copied else "T")
    found = {event["filter"]: event for event in called.events}
    assert found["splice_variant"]["length_bp"] == len(intron)
    assert [event["length_bp"] for event in called.passing] == [copied] * bool(copied)
    assert called.status == ("detected" if copied else "not_detected")
    if copied:
        event = found["PASS"]
        assert event["vaf_low"] < 0.3 / 0.7 < event["vaf_high"]
        assert event["hgvs_c"].endswith("dup")
        assert event["hgvs_g"] == ""
    else:
        assert called.document["itd"]["limit_of_detection"] < 0.05
    assert any("they are of RNA" in text for text in called.document["warnings"])
    assert called.document["tkd"]["status"] == "not_detected"


def test_long_reads_that_are_given_as_rna(tmp_path: Path) -> None:
    called = called_of(tmp_path, [LongHaplotype(transcript(45), 1.0)], "rna")
    assert (called.status, called.passing) == ("not_assessable", [])
    assert "call them with the assay long" in called.document["itd"]["reason"]
