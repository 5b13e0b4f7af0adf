"""See README.md: the product of an amplicon whose primer replaces the copies."""

import dataclasses
from pathlib import Path

import pytest

from tests.builders import FastqRead, write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

FIRST, SECOND = (28_034_020, 28_034_235), (28_034_150, 28_034_380)
PRIMERS = (
    "chr13\t28034019\t28034046\tchr13\t28034208\t28034235\n"
    "chr13\t28034149\t28034176\tchr13\t28034353\t28034380\n"
)


def renamed(read: FastqRead, tile: int) -> FastqRead:
    return dataclasses.replace(read, name=f"{tile}:{read.name}")


@pytest.mark.parametrize(
    ("first", "last", "filler", "showing"),
    [
        (28_034_153, 28_034_170, "", FIRST),
        (28_034_155, 28_034_169, "", FIRST),
        (28_034_152, 28_034_168, "ACGTTG", FIRST),
        (28_034_214, 28_034_230, "", SECOND),
    ],
)
def test_the_vaf_is_that_of_the_other_amplicon(
    tmp_path: Path, first: int, last: int, filler: str, showing: tuple[int, int]
) -> None:
    mutant = tandem(first, last, 0.3, filler)
    tiles = [
        amplicon_pairs([mutant] if tile == showing else [], [tile], 400, read_length=151)
        for tile in (FIRST, SECOND)
    ]
    files = [
        write_fastq(
            tmp_path / f"R{mate + 1}.fastq",
            [
                renamed((pair.first, pair.second)[mate], number)
                for number, pairs in enumerate(tiles)
                for pair in pairs
            ],
        )
        for mate in (0, 1)
    ]
    kit = tmp_path / "kit.bedpe"
    kit.write_text(PRIMERS, "utf-8")
    options = ["--assay", "amplicon", "--primers", str(kit)]
    assert_found(call(tmp_path, "--fastq", *map(str, files), *options), [mutant])
