"""Known samples behind an aligner that hardly clips, or another one: all are answered, rightly."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pysam
import pytest

from tests.builders import Read, with_header
from tests.itd_builders import Aligner, records_of, write_sample
from tests.spoiled_samples import (
    MUTANTS,
    SAMPLES,
    check,
    deep_fastq,
    document_of,
    fastq_of,
    reads_of,
)


@dataclass(frozen=True)
class OtherAligner:
    """Commands by which an aligner indexes a genome, and aligns the two files of pairs with it."""

    index: str
    align: str

    def indexed(self, genome: Path, folder: Path) -> None:
        """Make the index; skips the test where the program is missing."""
        program = self.align.split()[0]
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not on PATH")
        if self.index:
            self._run(self.index, folder, genome=genome)

    def sam(self, genome: Path, folder: Path, files: list[Path], options: str) -> str:
        """The alignments, as the program writes them."""
        first, second = files
        command = f"{self.align} {options}"
        return self._run(command, folder, genome=genome, first=first, second=second)

    @staticmethod
    def _run(command: str, folder: Path, **paths: Path) -> str:
        words = [word.format(index=folder / "index", **paths) for word in command.split()]
        done = subprocess.run(words, check=True, capture_output=True, text=True, cwd=folder)
        return done.stdout


BOWTIE2 = OtherAligner(
    "bowtie2-build -q {genome} {index}", "bowtie2 -x {index} -1 {first} -2 {second}"
)
HISAT2 = OtherAligner(
    "hisat2-build -q {genome} {index}", "hisat2 -x {index} -1 {first} -2 {second}"
)
STAR = OtherAligner(
    "STAR --runMode genomeGenerate --genomeDir {index} --genomeSAindexNbases 7 "
    "--genomeFastaFiles {genome}",
    "STAR --genomeDir {index} --readFilesIn {first} {second} --outStd SAM "
    "--outSAMunmapped Within --alignIntronMax 1",
)
MINIMAP2 = OtherAligner("", "minimap2 -a -Y -x sr {genome} {first} {second}")
OTHERS = [
    (BOWTIE2, "--local"),
    (BOWTIE2, "--very-sensitive -X 1000"),
    (HISAT2, "--no-spliced-alignment"),
    (HISAT2, "--no-softclip"),
    (STAR, ""),
    (STAR, "--alignEndsType EndToEnd"),
    (MINIMAP2, ""),
    (MINIMAP2, "--end-bonus 100"),
]
UNPLACED = [
    Read(f"of nothing {number}", "", -1, "", "TTGACGCAAC" * 15, flag, (30,) * 150, 0)
    for number in range(5)
    for flag in (0x4D, 0x8D)
]
"""A pair without a place, as of other DNA, is in every file that holds all reads."""


Files = dict[tuple[str, str], list[Path]]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The reads of each sample: as many as an answer needs, since some aligners take long."""
    return {
        (assay, name): fastq_of(
            tmp_path_factory.mktemp("few"), reads_of(assay, [MUTANTS[name]] if name else [])
        )
        for assay, name in SAMPLES
    }


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """So many that some of them should be clipped."""
    return {
        (assay, name): deep_fastq(tmp_path_factory.mktemp("many"), assay, name)
        for assay, name in SAMPLES
    }


@pytest.fixture(scope="module")
def aligner(tmp_path_factory: pytest.TempPathFactory) -> Aligner:
    return Aligner.built(tmp_path_factory.getbasetemp())


def assert_answered(folder: Path, bam: Path, assay: str, name: str) -> None:
    """Right, and not only by having no answer."""
    found = document_of(folder, "--bam", str(bam), "--assay", assay)
    assert isinstance(found, dict)
    check(found, MUTANTS.get(name))
    assert found["itd"]["status"] == ("detected" if name else "not_detected")


@pytest.mark.parametrize("penalty", [5, 10, 20, 50])
def test_clip_penalties(penalty: int, aligner: Aligner, few: Files, tmp_path: Path) -> None:
    for (assay, name), files in few.items():
        reads = aligner.align(files, ("-Y", "-L", str(penalty)))
        assert_answered(tmp_path, write_sample(tmp_path / "x.bam", reads), assay, name)


def test_a_penalty_by_which_hardly_any_of_many_reads_is_clipped(
    aligner: Aligner, many: Files, tmp_path: Path
) -> None:
    for (assay, name), files in many.items():
        reads = aligner.align(files, ("-Y", "-L", "100"))
        assert_answered(tmp_path, write_sample(tmp_path / "x.bam", reads), assay, name)


@pytest.mark.parametrize(
    ("other", "options"), OTHERS, ids=[f"{one.align.split()[0]} {words}" for one, words in OTHERS]
)
def test_other_aligners(
    other: OtherAligner,
    options: str,
    aligner: Aligner,
    few: Files,
    tmp_path: Path,
) -> None:
    other.indexed(aligner.index, tmp_path)
    for assay, name in (*SAMPLES[:5], ("amplicon", "21 bp"), ("amplicon", "")):
        files = few[assay, name]
        sam = other.sam(aligner.index, tmp_path, files, options)
        bam = write_sample(tmp_path / "x.bam", [*records_of(sam), *UNPLACED])
        path = with_header(tmp_path / "y.bam", bam, *commands_of(sam))
        assert_answered(tmp_path, Path(path), assay, name)


def commands_of(sam: str) -> list[str]:
    """The commands that the header of a SAM names."""
    header = "".join(line for line in sam.splitlines(keepends=True) if line.startswith("@"))
    programs = pysam.AlignmentHeader.from_text(header).to_dict().get("PG", [])
    return [str(one["CL"]) for one in programs]
