import random
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.simulation.sequencing import Library
from tests.builders import FastqRead, write_fastq
from tests.itd_builders import LOCUS, assert_found, call, sample_pairs, tandem

DIVERGENCE = 0.1
"""Of Alu copies from each other: 5 to 20 %."""


def pairs_of_other_copies(count: int) -> list[tuple[FastqRead, FastqRead]]:
    """Fragments of ten other copies of the elements beside FLT3's exons, and of what is there."""
    chance = random.Random(3)
    made = []
    for copy in range(10):
        first, last = LOCUS.repeats[1 + copy % 2]
        element = "".join(
            chance.choice("ACGT") if chance.random() < DIVERGENCE * 4 / 3 else base
            for base in LOCUS.sequence[first:last]
        )
        around = ["".join(chance.choices("ACGT", k=300)) for _ in range(2)]
        stretch = around[0] + element + around[1]
        for number in range(count // 10):
            at = chance.randrange(100, len(stretch) - 350)
            piece = stretch[at : at + 250]
            if number % 2:
                piece = reverse_complement(piece)
            name = f"other{copy}.{number}"
            ends = piece[:150], reverse_complement(piece)[:150]
            made.append(tuple(FastqRead(name, end, "I" * 150) for end in ends))
    return [(first, second) for first, second in made]


@pytest.mark.parametrize("vaf", [0.3, 0.0])
def test_they_change_no_answer(tmp_path: Path, vaf: float) -> None:
    mutants = [tandem(28_034_101, 28_034_160, vaf)] if vaf else []
    pairs = sample_pairs(mutants, 120, 5, Library(read_length=150))
    reads = [*((pair.first, pair.second) for pair in pairs), *pairs_of_other_copies(2000)]
    files = [
        str(write_fastq(tmp_path / f"R{mate}.fastq", [pair[mate - 1] for pair in reads]))
        for mate in (1, 2)
    ]
    called = call(tmp_path, "--fastq", *files)
    assert_found(called, mutants)
    assert called.status == ("detected" if vaf else "not_detected")
    assert len(called.events) == len(mutants)
