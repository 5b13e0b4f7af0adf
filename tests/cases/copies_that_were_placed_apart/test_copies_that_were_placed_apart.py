import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import Called, Mutant, call, replaced, sample_pairs, tandem

COPIES, ERROR = 12, 0.004

NEW_BASES = replaced(28_034_150, 28_034_149, "GATTACAGGCTTAACCGGATCTTAGGCATC", 0.3)
DUPLICATION = tandem(28_034_105, 28_034_134, 0.3)

Reads = Sequence[tuple[FastqRead, FastqRead]]


def one_copy(mutant: Mutant) -> Reads:
    """Molecules without an error, sequenced once."""
    pairs = sample_pairs([mutant], 120, 6, Library(read_length=75))
    return [(pair.first, pair.second) for pair in pairs]


def with_copies(reads: Reads) -> Reads:
    """Each a dozen times, with other errors."""
    chance = random.Random(5)

    def again(read: FastqRead, copy: int) -> FastqRead:
        bases = "".join(
            chance.choice("ACGT") if chance.random() < ERROR * 4 / 3 else base
            for base in read.sequence
        )
        return FastqRead(f"{read.name}.{copy}", bases, read.qualities)

    return [
        (again(first, copy), again(second, copy))
        for first, second in reads
        for copy in range(COPIES)
    ]


def called(folder: Path, reads: Reads) -> Called:
    folder.mkdir()
    files = [
        str(write_fastq(folder / f"R{mate + 1}.fastq", [pair[mate] for pair in reads]))
        for mate in range(2)
    ]
    return call(folder, "--fastq", *files)


@pytest.mark.parametrize("mutant", [NEW_BASES, DUPLICATION])
def test_as_many_mutants_are_counted_as_of_one_copy(tmp_path: Path, mutant: Mutant) -> None:
    reads = one_copy(mutant)
    (alone,) = called(tmp_path / "one", reads).events
    (counted,) = called(tmp_path / "copies", with_copies(reads)).events
    assert counted["alt"] == alone["alt"]
    assert abs(counted["mutant_fragments"] - alone["mutant_fragments"]) <= 1
    assert counted["vaf"] == pytest.approx(alone["vaf"], abs=0.02)
