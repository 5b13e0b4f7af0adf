"""An amplicon with and without an ITD, beside three copies each of joined products."""

import dataclasses
import random
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from tests.builders import Pair, write_mates
from tests.itd_builders import (
    LOCUS,
    Mutant,
    amplicon_pairs,
    assert_found,
    call,
    tandem,
)

ITD = tandem(28_034_119, 28_034_139, 0.02)
AMPLICON = (28_033_880, 28_034_250)
LENGTH = 251


def joined(seed: int) -> list[Pair]:
    """Products of which 60 to 200 bases are there, and behind them others from farther left."""
    draw = random.Random(seed)
    first = LOCUS.from_grch38(AMPLICON[0])
    pairs: list[Pair] = []
    template = amplicon_pairs([], [AMPLICON], 1)[0]
    for number in range(8):
        kept, jump = draw.randrange(60, 200), draw.randrange(500, 900)
        other = LOCUS.sequence[first - jump : first - jump + 370 - kept]
        product = LOCUS.sequence[first : first + kept] + other
        for copy in range(3):
            ends = product[:LENGTH], reverse_complement(product)[:LENGTH]
            one, two = (
                dataclasses.replace(
                    read,
                    name=f"joined{number}:{copy}",
                    sequence=bases,
                    qualities="".join(draw.choices("FIH", k=len(bases))),
                )
                for read, bases in zip((template.first, template.second), ends, strict=True)
            )
            pairs.append(dataclasses.replace(template, first=one, second=two))
    return pairs


@pytest.mark.parametrize("mutants", [[], [ITD]])
def test_joined_products_are_no_itd(tmp_path: Path, mutants: list[Mutant]) -> None:
    pairs = [*amplicon_pairs(mutants, [AMPLICON], 1000), *joined(3)]
    files = write_mates(tmp_path, pairs)
    called = call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon")
    assert_found(called, mutants)
    assert called.status == ("detected" if mutants else "not_detected")
