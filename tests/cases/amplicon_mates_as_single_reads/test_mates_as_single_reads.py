from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem


@pytest.mark.parametrize("most", [0, 3])
@pytest.mark.parametrize("mate", ["first", "second"])
def test_reads_from_either_primer_count_alike(tmp_path: Path, mate: str, most: int) -> None:
    """The reads of one mate lack up to three of their first bases."""

    def trimmed(number: int, read: FastqRead, name: str) -> FastqRead:
        less = number % (most + 1) if name == mate else 0
        return replace(
            read,
            name=f"{name}.{number}",
            sequence=read.sequence[less:],
            qualities=read.qualities[less:],
        )

    mutants = [tandem(28_034_120, 28_034_149, 0.3)]
    pairs = amplicon_pairs(mutants, [(28_034_000, 28_034_240)], 800, 2, 150)
    reads = [
        trimmed(number, read, name)
        for number, pair in enumerate(pairs)
        for name, read in (("first", pair.first), ("second", pair.second))
    ]
    files = write_fastq(tmp_path / "R.fastq", reads)
    assert_found(call(tmp_path, "--fastq", str(files), "--assay", "amplicon"), mutants)
