"""An ITD of an amplicon of which every seventh first read was dark for five to nine cycles."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

AMPLICON = [(28_033_930, 28_034_270)]
FIRST = 120
"""The cycle that is dark first: 0-based."""


def dark(read: FastqRead, number: int, cycles: int) -> FastqRead:
    if number % 7:
        return read
    bases = read.sequence
    return replace(read, sequence=bases[:FIRST] + "G" * cycles + bases[FIRST + cycles :])


@pytest.mark.parametrize("cycles", [5, 9])
def test_short_dark_rows_in_an_amplicon(tmp_path: Path, cycles: int) -> None:
    itd = tandem(28_034_060, 28_034_182, 0.3, "GATCCA")
    pairs = amplicon_pairs([itd], AMPLICON, 1500, read_length=251)
    first = [dark(pair.first, at, cycles) for at, pair in enumerate(pairs)]
    files = [
        write_fastq(tmp_path / "R1.fastq", first),
        write_fastq(tmp_path / "R2.fastq", [pair.second for pair in pairs]),
    ]
    assert_found(call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon"), [itd])
