"""Known samples through every way of spoiling FASTQ: the answer is right, or there is none.

A mutated sample is never "not detected" and a wild type never "detected": what spoiled reads cannot
carry is not assessable, for the reason of this way, or refused in its words as a mistake of the
user (exit status 2). A ratio may be wrong where reads are unfit, and that is said.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.simulation.sequencing import Library
from tests.itd_builders import (
    Aligner,
    amplicon_pairs,
    sample_pairs,
    tandem,
    write_sample,
)
from tests.spoiled_bam import BAM
from tests.spoiled_fastq import FASTQ, REASONS, Reads
from tests.spoiled_samples import (
    AMPLICON,
    MUTANTS,
    NAMES,
    REACH,
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
        check(found, MUTANTS.get(name), REASONS.get(way, ()))


@pytest.mark.parametrize("way", FASTQ)
def test_fastq_that_was_aligned(
    way: str, good: dict[tuple[str, str], Reads], aligner: Aligner, tmp_path: Path
) -> None:
    """Two samples of each way, of either assay, as bwa writes them: all come by turns."""
    number = list(FASTQ).index(way)
    for turn, assay in enumerate(("capture", "amplicon")):
        name = (*NAMES, "")[(number + 2 * turn) % 5]
        records = aligner.align(fastq_of(tmp_path, FASTQ[way](good[assay, name])))
        bam = write_sample(tmp_path / "x.bam", records)
        found = document_of(tmp_path, "--bam", str(bam), "--assay", assay)
        check(found, MUTANTS.get(name), REASONS.get(way, ()))


def test_copies_of_a_read_that_ends_early_are_no_reads_that_were_cut(tmp_path: Path) -> None:
    pairs = sample_pairs([tandem(28_034_090, 28_034_149, 0.3)], 100, 9, Library(read_length=150))
    reads = [
        tuple(replace(one, name=f"{one.name}.{copy}") for one in (pair.first, pair.second))
        for number, pair in enumerate(pairs)
        for copy in range(1 + 7 * number % 9)
    ]
    found = document_of(tmp_path, "--fastq", *map(str, fastq_of(tmp_path, reads)))
    assert isinstance(found, dict)
    assert found["reads"]["measured"]["copies"] > 0.5
    assert found["reads"]["verdicts"][0]["reasons"] == []
    assert found["itd"]["status"] == "detected"


def test_an_itd_that_reads_of_an_amplicon_cannot_show_is_beyond_what_they_reach(
    tmp_path: Path,
) -> None:
    """240 bases read with 251: no negative answer holds for it; with 301 it is detected (above)."""
    pairs = amplicon_pairs([MUTANTS["240 bp"]], AMPLICON, 150, 5, read_length=251)
    files = fastq_of(tmp_path, [(pair.first, pair.second) for pair in pairs])
    found = document_of(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon")
    assert isinstance(found, dict)
    assert found["itd"]["status"] == "not_detected"
    assert found["itd"]["longest_assessable"] == REACH


def test_there_are_enough_ways() -> None:
    assert len(FASTQ) >= 60
    assert len(FASTQ) + len(BAM) >= 100
