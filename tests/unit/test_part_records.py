"""Alignments over many parts in one pass: those that a jump to each part would give."""

from pathlib import Path

import pysam
import pytest

from scripts.coverage.exon_coverage import ExonPart
from scripts.coverage.part_records import records_over
from tests.builders import Read, random_sequence, write_bam

LENGTHS = {"chr1": 30_000, "chr2": 9_000}


@pytest.fixture(scope="module")
def bam(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reads of 100 bases, every tenth spliced over 2 kb, some unmapped beside their mate."""
    sequence = random_sequence(100, 5)
    reads = []
    for contig, length in LENGTHS.items():
        for number, start in enumerate(range(0, length - 3000, 37)):
            cigar = "50M2000N50M" if number % 10 == 0 else "100M"
            flag = 4 if number % 25 == 3 else 0
            cigar = "" if flag else cigar
            reads.append(Read(f"{contig}_{number}", contig, start, cigar, sequence, flag=flag))
    return write_bam(tmp_path_factory.mktemp("parts") / "s.bam", LENGTHS, reads)


PARTS = [
    ExonPart("A", str(number), contig, start, end)
    for number, (contig, start, end) in enumerate(
        [
            ("chr1", 5_000, 5_200),
            ("chr1", 5_100, 5_150),
            ("chr1", 1_000, 1_001),
            ("chr2", 100, 6_000),
            ("chr1", 7_100, 7_200),
            ("chr1", 20_000, 20_100),
            ("chr2", 200, 300),
            ("chr1", 5_000, 5_200),
            ("chr1", 29_500, 30_000),
        ]
    )
]


def names(records: list[pysam.AlignedSegment]) -> list[str | None]:
    return [record.query_name for record in records]


@pytest.mark.parametrize("at_most", [1, 3, 1000])
def test_each_part_has_the_records_that_a_jump_to_it_gives(bam: Path, at_most: int) -> None:
    with pysam.AlignmentFile(str(bam)) as alignments:
        found = {
            number: names(records) for number, records in records_over(alignments, PARTS, at_most)
        }
        expected = {
            number: names(list(alignments.fetch(one.contig, one.start, one.end)))[:at_most]
            for number, one in enumerate(PARTS)
        }
    assert found == expected
    assert min(len(one) for one in list(expected.values())[:-1]) > 0


def test_no_part_has_no_records(bam: Path) -> None:
    with pysam.AlignmentFile(str(bam)) as alignments:
        assert list(records_over(alignments, [], 10)) == []
