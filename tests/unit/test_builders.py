"""The builders that other tests stand on."""

from pathlib import Path

import pysam

from tests.builders import FastqRead, Read, write_bam, write_fastq


def test_bam_is_sorted_indexed_and_holds_what_was_described(tmp_path: Path) -> None:
    reads = [
        Read("b", "two", 5, "4M", "ACGT"),
        Read("a", "one", 9, "2S3M", "ACGTA", flag=99, qualities=(2, 3, 4, 5, 6), mate=("one", 20)),
        Read("u", "", -1, "", "AC", flag=4, mapping_quality=0),
        Read("a", "one", 2, "1M1D2M", "ACG", tags=(("NM", 1),)),
    ]
    path = write_bam(tmp_path / "x.bam", {"one": 100, "two": 50}, reads, sample="S")
    with pysam.AlignmentFile(str(path)) as bam:
        assert bam.header.to_dict()["RG"] == [{"ID": "1", "SM": "S"}]
        found = [(r.query_name, r.reference_name, r.reference_start) for r in bam]
        assert found == [("a", "one", 2), ("a", "one", 9), ("b", "two", 5), ("u", None, -1)]
        (clipped,) = bam.fetch("one", 8, 12)
        assert (clipped.cigarstring, clipped.query_sequence) == ("2S3M", "ACGTA")
        assert list(clipped.query_qualities or ()) == [2, 3, 4, 5, 6]
        assert (clipped.is_proper_pair, clipped.next_reference_start) == (True, 20)


def test_fastq_is_plain_or_gzipped_by_its_name(tmp_path: Path) -> None:
    reads = [FastqRead("a", "ACGT", "FFF:")]
    for name in ("x.fastq", "x.fastq.gz"):
        with pysam.FastxFile(str(write_fastq(tmp_path / name, reads))) as records:
            assert [(r.name, r.sequence, r.quality) for r in records] == [("a", "ACGT", "FFF:")]
