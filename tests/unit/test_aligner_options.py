"""Known samples behind an aligner that hardly clips, or another one: all are answered, rightly."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.itd_builders import Aligner, records_of, write_sample
from tests.spoiled_samples import MUTANTS, SAMPLES, check, deep_fastq, document_of


@pytest.fixture(scope="module")
def fastq(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[Path]]:
    return {
        (assay, name): deep_fastq(tmp_path_factory.mktemp("reads"), assay, name)
        for assay, name in SAMPLES
    }


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


def assert_answered(folder: Path, bam: Path, assay: str, name: str) -> None:
    """Right, and not only by having no answer; 240 bases are longer than the amplicon shows."""
    found = document_of(folder, "--bam", str(bam), "--assay", assay)
    assert found is not None
    check(found, MUTANTS.get(name))
    seen = name and (assay, name) != ("amplicon", "240 bp")
    assert found["itd"]["status"] == ("detected" if seen else "not_detected")


@pytest.mark.parametrize("penalty", [5, 10, 20, 50, 100])
def test_clip_penalties(
    penalty: int, aligner: Aligner, fastq: dict[tuple[str, str], list[Path]], tmp_path: Path
) -> None:
    for (assay, name), files in fastq.items():
        reads = aligner.align(files, ("-Y", "-L", str(penalty)))
        assert_answered(tmp_path, write_sample(tmp_path / "x.bam", reads), assay, name)


@pytest.mark.skipif(shutil.which("minimap2") is None, reason="minimap2 is not on PATH")
@pytest.mark.parametrize("options", [(), ("--end-bonus", "100")])
def test_minimap2(
    options: tuple[str, ...],
    aligner: Aligner,
    fastq: dict[tuple[str, str], list[Path]],
    tmp_path: Path,
) -> None:
    for (assay, name), files in fastq.items():
        command = [
            "minimap2",
            "-a",
            "-Y",
            "-x",
            "sr",
            *options,
            str(aligner.index),
            *map(str, files),
        ]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        bam = write_sample(tmp_path / "x.bam", records_of(text))
        assert_answered(tmp_path, bam, assay, name)
