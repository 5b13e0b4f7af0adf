"""Known samples through every way of spoiling FASTQ: the answer is right, or there is none.

A mutated sample is never "not detected" and a wild type never "detected": what spoiled reads cannot
carry is not assessable, with the reason, or refused as a mistake of the user (exit status 2). A
ratio may be wrong where a warning says so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.itd_builders import (
    Aligner,
    sample_pairs,
    tandem,
    write_sample,
)
from tests.spoiled_bam import BAM
from tests.spoiled_fastq import FASTQ, Reads
from tests.spoiled_samples import (
    MUTANTS,
    NAMES,
    SAMPLES,
    check,
    document_of,
    fastq_of,
    reads_of,
)


@pytest.fixture(scope="module")
def good() -> dict[tuple[str, str], Reads]:
    """The reads of each sample as they should be, by assay and mutant (empty: wild type)."""
    return {
        (assay, name): reads_of(assay, [MUTANTS[name]] if name else [])
        for assay in ("capture", "amplicon")
        for name in (*NAMES, "")
    }


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


@pytest.mark.parametrize("way", FASTQ)
def test_fastq(way: str, good: dict[tuple[str, str], Reads], tmp_path: Path) -> None:
    for assay, name in SAMPLES:
        files = map(str, fastq_of(tmp_path, FASTQ[way](good[assay, name])))
        found = document_of(tmp_path, "--fastq", *files, "--assay", assay)
        check(found, MUTANTS[name] if name else None)


@pytest.mark.parametrize("way", FASTQ)
def test_fastq_that_was_aligned(
    way: str, good: dict[tuple[str, str], Reads], aligner: Aligner, tmp_path: Path
) -> None:
    """One sample of each way, as bwa writes it: the mutants and the wild type by turns."""
    number = list(FASTQ).index(way)
    name = (*NAMES, "")[number % 5]
    assay = ("capture", "amplicon")[number // 5 % 2]
    records = aligner.align(fastq_of(tmp_path, FASTQ[way](good[assay, name])))
    bam = write_sample(tmp_path / "x.bam", records)
    found = document_of(tmp_path, "--bam", str(bam), "--assay", assay)
    check(found, MUTANTS[name] if name else None)


def test_copies_of_a_read_that_ends_early_are_no_reads_that_were_cut(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_090, 28_034_149, 0.3)], 100, 9, Library(read_length=150))
    reads = [
        tuple(replace(one, name=f"{one.name}.{copy}") for one in (pair.first, pair.second))
        for number, pair in enumerate(pairs)
        for copy in range(1 + 7 * number % 9)
    ]
    found = document_of(tmp_path, "--fastq", *map(str, fastq_of(tmp_path, reads)))
    assert found is not None
    assert found["reads"]["measured"]["copies"] > 0.5
    assert found["reads"]["verdicts"][0]["reasons"] == []
    assert found["itd"]["status"] == "detected"


def test_there_are_enough_ways() -> None:
    assert len(FASTQ) >= 60
    assert len(FASTQ) + len(BAM) >= 100
