"""Of the clips of capture reads that begin with a tag, what is of a junction stays."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import FastqRead, Pair
from tests.itd_builders import Aligner, assert_found, call, sample_pairs, tandem, write_sample
from tests.spoiled_samples import fastq_of

ITD = tandem(28_034_060, 28_034_188, 0.3)


def tagged(pair: Pair, chance: random.Random) -> tuple[FastqRead, ...]:
    return tuple(
        replace(
            read,
            sequence="".join(chance.choices("ACGT", k=5)) + read.sequence[:-5],
            qualities="F" * 5 + read.qualities[:-5],
        )
        for read in (pair.first, pair.second)
    )


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("aligned", [False, True])
def test_tags_in_front_of_capture_reads(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, aligned: bool, seed: int
) -> None:
    chance = random.Random(seed)
    pairs = [tagged(pair, chance) for pair in sample_pairs([ITD], 1500, seed)]
    files = fastq_of(tmp_path, pairs)
    given = ["--fastq", *map(str, files)]
    if aligned:
        aligner = Aligner.built(tmp_path_factory.mktemp("reference"))
        given = ["--bam", str(write_sample(tmp_path / "S.bam", aligner.align(files)))]
    called = call(tmp_path, *given)
    assert_found(called, [ITD])
    assert "reads unfit" not in " ".join(called.document["warnings"])
    [event] = called.passing
    assert event["vaf_low"] < 0.3 < event["vaf_high"]
