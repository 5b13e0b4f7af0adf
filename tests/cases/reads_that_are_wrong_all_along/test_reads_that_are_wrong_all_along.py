"""Reads with wrong bases from end to end are no reads of another species."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.itd_builders import Aligner, amplicon_pairs, assert_found, call, tandem, write_sample
from tests.spoiled_samples import AMPLICON, fastq_of, with_instrument_errors

ITDS = {
    "with a filler": tandem(28_034_060, 28_034_182, 0.4, "GATCCA"),
    "without": tandem(28_034_090, 28_034_149, 0.4),
}


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.mktemp("reference"))


@pytest.mark.parametrize("itd", [*ITDS, ""])
def test_reads_that_are_wrong_all_along(itd: str, aligner: Aligner, tmp_path: Path) -> None:
    mutants = [ITDS[itd]] if itd else []
    chance = random.Random(5)
    reads = [
        tuple(with_instrument_errors(read, chance) for read in (pair.first, pair.second))
        for pair in amplicon_pairs(mutants, AMPLICON, 2700, 5)
    ]
    aligned = aligner.align(fastq_of(tmp_path, reads))
    bam = write_sample(tmp_path / "S.bam", aligned)
    called = call(tmp_path, "--bam", str(bam), "--assay", "amplicon")
    assert_found(called, mutants)
    assert "another sequence" not in " ".join(called.document["warnings"])
