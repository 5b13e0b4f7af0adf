"""Small inputs on which the caller was wrong, with the right answers. They are no part of the
project: the tests skip where they are not at hand."""

import gzip
import shutil
import subprocess
import sys
from pathlib import Path

import pysam
import pytest

from tests.itd_builders import Called, call

ROOT = Path(__file__).parents[2]
CASES = ROOT.parent / "shared" / "cases"
READS = CASES / "reads_that_cannot_answer"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases in {CASES}")

EXAMPLE = str(ROOT / "panels" / "example" / "reference.fa")


def bam_of(folder: Path, name: str) -> str:
    """A copy with an index."""
    path = folder / f"{name}.bam"
    shutil.copyfile(READS / f"{name}.bam", path)
    pysam.index(str(path))
    return str(path)


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("hardclip", "hard clipped"),
        ("no_clipped_reads", "no read is clipped"),
        ("seq_star", "no bases"),
    ],
)
def test_an_itd_whose_bases_are_gone(tmp_path: Path, name: str, word: str) -> None:
    called = call(tmp_path, "--bam", bam_of(tmp_path, name), "--reference", EXAMPLE)
    assert called.status == "not_assessable"
    assert word in called.document["itd"]["reason"]
    assert called.document["itd"]["limit_of_detection"] is None


def test_single_reads_of_12_kb_ask_for_their_assay(tmp_path: Path) -> None:
    called = call(tmp_path, "--bam", bam_of(tmp_path, "long_reads_12kb_vaf0.5_itd30"))
    assert called.status == "not_assessable"
    assert "the assay long" in called.document["itd"]["reason"]


@pytest.mark.parametrize("name", ["long_amplicon_wildtype", "indel_prone_300bp_vaf0.4"])
def test_nothing_passes_from_reads_that_show_what_no_molecule_has(
    tmp_path: Path, name: str
) -> None:
    """Of every fourth read: all of them say the same, and take a minute."""
    lines = gzip.decompress((READS / f"{name}.fq.gz").read_bytes()).splitlines(keepends=True)
    fourth = b"".join(line for place, line in enumerate(lines) if place // 4 % 4 == 0)
    (tmp_path / "fourth.fq").write_bytes(fourth)
    called = call(tmp_path, "--fastq", str(tmp_path / "fourth.fq"))
    assert (called.status, called.passing) == ("not_assessable", [])


def test_a_cryptic_splice_donor_is_no_itd(tmp_path: Path) -> None:
    files = [str(CASES / "rna" / f"cryptic_donor_wildtype_R{mate}.fq.gz") for mate in (1, 2)]
    called = call(tmp_path, "--fastq", *files, "--assay", "rna")
    assert called.status == "not_detected"
    [event] = called.events
    assert (event["event"], event["hgvs_c"][12:]) == (
        "splice_variant",
        "c.1704_1705insGTAAAAGCAAAG",
    )


@pytest.mark.parametrize("foreign", ["3", "0"])
def test_amplicon_reads_with_and_without_foreign_bases_in_front(
    foreign: str, tmp_path: Path
) -> None:
    """Without them the aligner forced a gap that is not as long as the ITD (3M35I108M)."""
    sam, bam = tmp_path / "x.sam", tmp_path / "x.bam"
    script = str(CASES / "amplicon" / "make_amplicon.py")
    subprocess.run([sys.executable, script, "900", "100", foreign, str(sam)], check=True)
    pysam.sort("-o", str(bam), str(sam))
    pysam.index(str(bam))
    called = call(tmp_path, "--bam", str(bam), "--assay", "amplicon")
    [event] = called.passing
    assert event["vaf"] == pytest.approx(0.9, abs=0.001)
    assert event["vaf_low"] == pytest.approx(0.88, abs=0.01)
    assert event["vaf_high"] == pytest.approx(0.92, abs=0.01)
    assert event["length_bp"] == 69
    # Read 2 would end within the second of three copies, and read 1 within the first.
    assert event["remark"].startswith("more copies cannot be excluded")


def amplicon(folder: Path, *arguments: str) -> Called:
    files = [str(CASES / "amplicon" / f"amp_R{mate}.fastq.gz") for mate in (1, 2)]
    kit = str(CASES / "amplicon" / "kit.bedpe")
    return call(folder, "--fastq", *files, "--assay", "amplicon", "--primers", kit, *arguments)


@pytest.mark.parametrize("known", ["", "known_itd.vcf.gz", "k_outside_ex15.vcf"])
def test_a_known_itd_that_no_amplicon_shows_moves_nothing(tmp_path: Path, known: str) -> None:
    arguments = ["--known", str(CASES / "amplicon" / known)] if known else []
    called = amplicon(tmp_path, *arguments)
    [event] = called.passing
    assert event["vaf"] == pytest.approx(164 / 481, abs=0.0005)
    assert [one["status"] for one in called.document["itd"]["known"]] == (
        ["not_assessable"] if known else []
    )
