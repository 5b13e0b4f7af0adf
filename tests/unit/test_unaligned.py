"""BAMs of which no read was aligned: placed here, and judged like FASTQ."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pysam
import pytest

from flt3itd.locus.flt3 import CHROMOSOME_LENGTH
from flt3itd.reads.unaligned import is_unaligned
from tests.builders import Pair, Read, write_bam, write_mates
from tests.itd_builders import assert_found, call, sample_pairs, tandem

FIRST, SECOND = 0x4D, 0x8D
ITD = tandem(28_034_090, 28_034_149, 0.4)


def records(pairs: Iterable[Pair]) -> list[Read]:
    """The reads of pairs before they are aligned, first mates in front of the others."""
    mates = [(pair.first, FIRST) for pair in pairs], [(pair.second, SECOND) for pair in pairs]
    return [
        Read(
            read.name, "", -1, "", read.sequence, flag,
            tuple(ord(one) - 33 for one in read.qualities), mapping_quality=0,
        )
        for each in mates
        for read, flag in each
    ]  # fmt: skip


@pytest.mark.parametrize("contigs", [{}, {"chr13": CHROMOSOME_LENGTH["GRCh38"]}])
def test_reads_without_a_place_answer_as_those_of_fastq(
    contigs: dict[str, int], tmp_path: Path
) -> None:
    pairs = list(sample_pairs([ITD], 150))
    bam = write_bam(tmp_path / "x.bam", contigs, records(pairs))
    files = write_mates(tmp_path, pairs)
    of_bam = call(tmp_path, "--bam", str(bam))
    of_fastq = call(tmp_path, "--fastq", *map(str, files))
    assert_found(of_bam, [ITD])
    assert of_bam.document["itd"] == of_fastq.document["itd"] | {
        "events": of_bam.document["itd"]["events"]
    }
    [one], [other] = of_bam.passing, of_fastq.passing
    assert one | {"sample": ""} == other | {"sample": ""}
    assert of_bam.document["tkd"] == of_fastq.document["tkd"]
    assert of_bam.document["reads"]["measured"] == of_fastq.document["reads"]["measured"]


def test_duplicates_and_records_without_bases_are_left_out(tmp_path: Path) -> None:
    pairs = list(sample_pairs([], 60))
    reads = records(pairs)
    marked = [
        Read(f"{read.name}x", "", -1, "", read.sequence, read.flag | 0x400, read.qualities)
        for read in reads
    ]
    empty = [Read(pair.first.name, "", -1, "", "", FIRST, ()) for pair in pairs]
    found = [
        call(tmp_path, "--bam", str(write_bam(tmp_path / "x.bam", {}, several))).document
        for several in (reads, [*reads, *marked, *empty])
    ]
    before, after = (document["reads"]["measured"] for document in found)
    assert before["reads"] == after["reads"] > 0
    assert (before["without_bases"], after["without_bases"]) == (0, after["fragments"])


def test_a_bam_with_an_aligned_read_is_no_such_file(tmp_path: Path) -> None:
    pairs = list(sample_pairs([], 20))
    chr13 = {"chr13": CHROMOSOME_LENGTH["GRCh38"]}
    placed = Read("a", "chr13", 28_034_000, "10M", "ACGTACGTAC")
    for more, expected in (([], True), ([placed], False)):
        path = write_bam(tmp_path / "x.bam", chr13, [*records(pairs), *more])
        with pysam.AlignmentFile(str(path)) as bam:
            assert is_unaligned(bam) is expected
    with pysam.AlignmentFile(str(write_bam(tmp_path / "x.bam", chr13, []))) as bam:
        assert not is_unaligned(bam)
