"""A capture of which the mates that overlap were merged, and the others kept."""

from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Aligner, call, sample_pairs, write_sample
from tests.spoiled_fastq import Reads, merged_where_they_overlap

REASON = "of the reads are single and longer than a run reads"


@pytest.fixture(scope="module")
def reads() -> Reads:
    pairs = sample_pairs([], 300, 3, Library(read_length=150, fragment_mean=300))
    return [(pair.first, pair.second) for pair in pairs]


def fastq(path: Path, reads: list[FastqRead]) -> str:
    return str(write_fastq(path, reads))


def test_first_reads_of_the_others(tmp_path: Path, reads: Reads) -> None:
    single = [pair[0] for pair in merged_where_they_overlap(reads)]
    found = call(tmp_path, "--fastq", fastq(tmp_path / "R.fastq", single))
    assert found.status == "not_assessable"
    assert REASON in found.document["itd"]["reason"]


def test_pairs_of_the_others(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, reads: Reads
) -> None:
    aligner = Aligner.built(tmp_path_factory.getbasetemp())
    some = merged_where_they_overlap(reads)
    records = []
    for number, mates in ((1, 1), (2, 2)):
        chosen = [pair for pair in some if len(pair) == number]
        files = [
            write_fastq(tmp_path / f"{number}.{mate}.fq", [pair[mate] for pair in chosen])
            for mate in range(mates)
        ]
        records += aligner.align(files)
    found = call(tmp_path, "--bam", str(write_sample(tmp_path / "S.bam", records)))
    assert found.status == "not_assessable"
    assert REASON in found.document["itd"]["reason"]


def test_first_reads_of_all_pairs_are_of_one_run(tmp_path: Path, reads: Reads) -> None:
    """Cut where quality falls they are shorter, and of two runs of two lengths."""
    single = [
        FastqRead(pair[0].name, pair[0].sequence[:size], pair[0].qualities[:size])
        for number, pair in enumerate(reads)
        for size in [(100, 150, 150, 150 - number % 40)[number % 4]]
    ]
    found = call(tmp_path, "--fastq", fastq(tmp_path / "R.fastq", single))
    assert found.status == "not_detected"
    assert found.document["reads"]["measured"]["longer_than_run"] == 0
