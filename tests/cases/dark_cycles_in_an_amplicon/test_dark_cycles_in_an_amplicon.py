"""An ITD of an amplicon of which every seventh read was dark for ten cycles."""

from dataclasses import replace
from pathlib import Path

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

AMPLICON = [(28_033_930, 28_034_240)]
DARK = slice(120, 130)


def dark(read: FastqRead, number: int) -> FastqRead:
    if number % 7:
        return read
    bases = read.sequence
    return replace(read, sequence=bases[: DARK.start] + "G" * 10 + bases[DARK.stop :])


def test_dark_cycles_in_an_amplicon(tmp_path: Path) -> None:
    itd = tandem(28_034_060, 28_034_182, 0.3, "GATCCA")
    pairs = amplicon_pairs([itd], AMPLICON, 500, read_length=251)
    mates = [pair.first for pair in pairs], [pair.second for pair in pairs]
    files = [
        write_fastq(tmp_path / f"R{mate}.fastq", [dark(read, at) for at, read in enumerate(reads)])
        for mate, reads in enumerate(mates)
    ]
    assert_found(call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon"), [itd])
