"""Known samples through every way of spoiling a BAM: the answer is right, or there is none.

As `test_spoiled_reads.py` does with FASTQ.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import Read
from tests.itd_builders import Aligner, amplicon_pairs, write_sample
from tests.spoiled_bam import BAM, CAPTURE_PAIRS, REASONS, REMARKS, overlaps_clipped
from tests.spoiled_samples import (
    AMPLICON,
    MUTANTS,
    SAMPLES,
    aligned_reads,
    check,
    document_of,
    fastq_of,
)


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="module")
def aligned(
    aligner: Aligner, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], list[Read]]:
    return aligned_reads(aligner, tmp_path_factory.mktemp("reads"))


@pytest.mark.parametrize("way", BAM)
def test_bam(way: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path) -> None:
    for assay, name in SAMPLES:
        bam = write_sample(tmp_path / "x.bam", BAM[way](aligned[assay, name]))
        found = document_of(tmp_path, "--bam", str(bam), "--assay", assay)
        check(found, MUTANTS.get(name), REASONS.get(way, ()))


@pytest.mark.parametrize("way", CAPTURE_PAIRS)
def test_pairs_of_a_capture_that_were_left_out(
    way: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path
) -> None:
    for name in (*MUTANTS, ""):
        left = CAPTURE_PAIRS[way](aligned["capture", name])
        found = document_of(tmp_path, "--bam", str(write_sample(tmp_path / "x.bam", left)))
        check(found, MUTANTS.get(name), REASONS.get(way, ()), REMARKS.get(way, ""))


@pytest.mark.parametrize("name", ["", "60 bp"])
def test_mates_whose_overlap_is_clipped_answer_as_before(
    name: str, aligned: dict[tuple[str, str], list[Read]], tmp_path: Path
) -> None:
    found = [
        document_of(tmp_path, "--bam", str(write_sample(tmp_path / "x.bam", reads)))
        for reads in (aligned["capture", name], overlaps_clipped(aligned["capture", name]))
    ]
    answers = [document for document in found if isinstance(document, dict)]
    clips = [document["reads"]["measured"]["longest_clip"] for document in answers]
    assert clips[0] == clips[1]
    before, after = (document["itd"]["total_vaf"] for document in answers)
    assert after == pytest.approx(before, abs=0.005)
    assert answers[1]["itd"]["status"] == ("detected" if name else "not_detected")
    assert answers[1]["reads"]["verdicts"][0]["reasons"] == []


def test_a_bam_that_is_known_to_be_whole_keeps_its_reach(aligner: Aligner, tmp_path: Path) -> None:
    """Reads of a simulated amplicon: hardly any is clipped, and none far."""
    pairs = amplicon_pairs([], AMPLICON, 400, 5)
    files = fastq_of(tmp_path, [(pair.first, pair.second) for pair in pairs])
    bam = str(write_sample(tmp_path / "x.bam", aligner.align(files)))
    found = [
        document_of(tmp_path, "--bam", bam, "--assay", "amplicon", *more)
        for more in ((), ("--as-aligned",))
    ]
    answers = [document for document in found if isinstance(document, dict)]
    asked, known = (document["reads"]["verdicts"][0] for document in answers)
    assert asked["remarks"]
    assert known["remarks"] == known["reasons"] == []
    assert [document["itd"]["longest_assessable"] for document in answers] == [50, 168]
