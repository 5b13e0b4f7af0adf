from collections.abc import Callable
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import LOCUS, assert_found, call, tandem

MUTANT = tandem(28_034_100, 28_034_147, 0.3)
PRIMER = LOCUS.from_grch38(28_033_905)


def sheared(number: int) -> int:
    """Fragments that end anywhere from 150 to 357 bases behind the primer."""
    return 150 + 7919 * number % 208


def whole(number: int) -> int:
    return 358


@pytest.mark.parametrize(
    ("length", "read_length", "mates"), [(sheared, 150, (1, 2)), (whole, 200, (2,))]
)
def test_an_end_without_a_primer_is_no_site_of_one(
    length: Callable[[int], int], read_length: int, mates: tuple[int, ...], tmp_path: Path
) -> None:
    reads: dict[int, list[FastqRead]] = {1: [], 2: []}
    for number in range(900):
        is_mutant = number % 10 < 3
        sequence = MUTANT.sequence if is_mutant else LOCUS.sequence
        # Where the fragment is whole, its end is that of the second primer.
        size = length(number) + (MUTANT.length if is_mutant and length is whole else 0)
        molecule = sequence[PRIMER : PRIMER + size]
        for mate, bases in ((1, molecule), (2, reverse_complement(molecule))):
            read = bases[:read_length]
            reads[mate].append(FastqRead(f"r{number}", read, "F" * len(read)))
    files = [str(write_fastq(tmp_path / f"R{mate}.fastq", reads[mate])) for mate in mates]
    called = call(tmp_path, "--fastq", *files, "--assay", "amplicon")
    assert_found(called, [MUTANT])
    assert "primer" not in (called.passing[0]["remark"] or "")
