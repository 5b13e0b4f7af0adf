"""The command: exit status, one line on stderr, nothing written after a mistake."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pysam
import pytest

from flt3itd.cli import COMMANDS, main
from tests.builders import Read, random_sequence, write_bam, write_fasta, write_fastq
from tests.call_builders import CONTIGS, LOCUS, bam, refused, wildtype_reads
from tests.itd_builders import call, sample_pairs


def test_a_wild_type_sample_is_a_finished_analysis(tmp_path: Path) -> None:
    document = call(tmp_path, "--bam", str(bam(tmp_path))).document
    assert document["schema_version"] == 1
    assert document["itd"]["status"] == "not_detected"
    assert 0 < document["itd"]["limit_of_detection"] < 0.3
    assert document["itd"]["total_vaf"] is None
    assert document["sample"] == "S"
    provenance = document["provenance"]
    assert (provenance["build"], provenance["contig"]) == ("GRCh38", "chr13")
    assert provenance["reference_sha256"] == LOCUS.sha256


@pytest.mark.parametrize("reads", [[], wildtype_reads(8)], ids=["no reads", "12x"])
def test_what_was_not_looked_at_is_never_negative(tmp_path: Path, reads: list[Read]) -> None:
    path = write_bam(tmp_path / "sample.bam", CONTIGS, reads)
    document = call(tmp_path, "--bam", str(path)).document
    assert document["itd"]["status"] == "not_assessable"
    assert document["itd"]["limit_of_detection"] is None
    assert document["tkd"]["status"] == "not_assessable"
    assert any("exon 14" in warning for warning in document["warnings"])


def test_reads_of_another_gene_only(tmp_path: Path) -> None:
    elsewhere = [
        Read(f"r{n}", "chr13", 1000 + n, "100M", random_sequence(100, n)) for n in range(99)
    ]
    path = write_bam(tmp_path / "sample.bam", CONTIGS, elsewhere)
    assert call(tmp_path, "--bam", str(path)).status == "not_assessable"


def test_depth_of_every_exon_base_is_in_transcript_order(tmp_path: Path) -> None:
    document = call(tmp_path, "--bam", str(bam(tmp_path))).document
    exons = {exon["exon"]: exon for exon in document["depth"]}
    assert len(exons[14]["fragments"]) == 133
    assert (exons[14]["start"], exons[14]["end"]) == (28_034_082, 28_034_214)
    assert min(exons[14]["fragments"]) > 25


def test_the_process_says_what_it_found_and_ends_with_0(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flt3itd", "call", "--bam", str(bam(tmp_path))]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "results") + "/", "--sample", "Ä1"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert done.stdout == ""
    assert "Ä1: ITD not detected, limit of detection" in done.stderr
    names = sorted(path.name for path in (tmp_path / "results").iterdir())
    assert names == ["flt3.json", "flt3.tsv", "itd.vcf.gz", "itd.vcf.gz.tbi"]
    assert json.loads((tmp_path / "results" / "flt3.json").read_text())["sample"] == "Ä1"


def test_the_process_ends_with_2_and_one_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flt3itd", "call", "--bam", str(tmp_path / "no.bam")]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "S")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == f"flt3itd: error: {tmp_path / 'no.bam'}: there is no such file\n"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_or_a_pipe_is_named_as_what_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe.bam")
    folder = refused(tmp_path, capsys, "--bam", str(tmp_path))
    assert folder == f"flt3itd: error: {tmp_path}: this is a folder; give a file\n"
    pipe = refused(tmp_path, capsys, "--bam", str(tmp_path / "pipe.bam"))
    assert pipe.endswith("pipe.bam: this is no regular file; write what it gives to a file first\n")
    genome = refused(tmp_path, capsys, "--bam", str(bam(tmp_path)), "--reference", str(tmp_path))
    assert genome == f"flt3itd: error: --reference: {tmp_path}: this is a folder; give a file\n"


def test_ctrl_c_ends_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop() -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "call", ("stopped while it is loaded", stop))
    assert main(["call", "--bam", "x.bam"]) == 130
    assert capsys.readouterr().err == "flt3itd: interrupted\n"


def test_no_index(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = bam(tmp_path)
    Path(f"{path}.bai").unlink()
    assert "samtools index" in refused(tmp_path, capsys, "--bam", str(path))


@pytest.mark.parametrize("index", [b"", b"garbage"])
def test_a_broken_index(tmp_path: Path, capsys: pytest.CaptureFixture[str], index: bytes) -> None:
    path = bam(tmp_path)
    Path(f"{path}.bai").write_bytes(index)
    assert str(path) in refused(tmp_path, capsys, "--bam", str(path))


def test_the_index_of_another_file_is_no_negative(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An index that was made before the BAM was, of fewer reads: a call would miss the others."""
    path = bam(tmp_path)
    whole = path.read_bytes()
    few = [Read("r", "chr13", 28_034_000, "100M", random_sequence(100, 1))]
    write_bam(path, CONTIGS, few)
    path.write_bytes(whole)
    told = refused(tmp_path, capsys, "--bam", str(path))
    assert told.endswith(f"copy the file again, or make its index anew: samtools index '{path}'\n")


@pytest.mark.parametrize("bytes_lost", [28, 500, 5000])
def test_cut_short(tmp_path: Path, capsys: pytest.CaptureFixture[str], bytes_lost: int) -> None:
    path = bam(tmp_path)
    path.write_bytes(path.read_bytes()[:-bytes_lost])
    assert f"{path}: the alignments cannot be read" in refused(tmp_path, capsys, "--bam", str(path))


def test_a_cram_names_the_genome_that_it_needs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """With its genome, with another one of the same names and lengths, and cut short."""
    genome, other = tmp_path / "genome.fa", tmp_path / "other.fa"
    write_fasta(genome, {"slice": LOCUS.sequence})
    write_fasta(other, {"slice": LOCUS.sequence[:18_000] + LOCUS.sequence[18_000:][::-1]})
    there = [
        replace(read, contig="slice", position=read.position - LOCUS.first_position + 1)
        for read in wildtype_reads()
    ]
    given = write_bam(tmp_path / "given.bam", {"slice": len(LOCUS)}, there)
    path = tmp_path / "sample.cram"
    pysam.samtools.view("-C", "-T", str(genome), "-o", str(path), str(given), catch_stdout=False)
    pysam.samtools.index(str(path))
    capfd.readouterr()
    found = call(tmp_path, "--bam", str(path), "--reference", str(genome)).document
    assert found["itd"]["status"] == "not_detected"
    capfd.readouterr()
    needs = "give the genome that the CRAM was made with (--reference)"
    assert needs in refused(tmp_path / "a", capfd, "--bam", str(path), "--reference", str(other))
    path.write_bytes(path.read_bytes()[:-300])
    assert needs in refused(tmp_path / "b", capfd, "--bam", str(path), "--reference", str(genome))


@pytest.mark.parametrize("data", [b"", b"hello\n", bytes(range(256))])
def test_no_bam(tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    path = tmp_path / "sample.bam"
    path.write_bytes(data)
    assert str(path) in refused(tmp_path, capsys, "--bam", str(path))


def test_reads_given_as_alignments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sample.fq"
    path.write_text("@r\nACGT\n+\nIIII\n")
    assert "give reads with --fastq" in refused(tmp_path, capsys, "--bam", str(path))


def test_sorted_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "names.bam"
    pysam.sort("-n", "-o", str(path), str(bam(tmp_path)))
    assert str(path) in refused(tmp_path, capsys, "--bam", str(path))


def test_another_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reads = [
        Read(f"r{n}", "chr13", 28_034_000 + n, "100M", random_sequence(100, n)) for n in range(50)
    ]
    path = write_bam(tmp_path / "sample.bam", CONTIGS, reads)
    assert "another build" in refused(tmp_path, capsys, "--bam", str(path))


def test_no_chromosome_13(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_bam(tmp_path / "sample.bam", {"chr1": 1000}, [])
    assert "--reference" in refused(tmp_path, capsys, "--bam", str(path))


def test_fastq_files_that_do_not_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = sample_pairs([], 20)
    first = str(write_fastq(tmp_path / "1.fastq.gz", [pair.first for pair in pairs]))
    second = str(write_fastq(tmp_path / "2.fastq.gz", [pair.second for pair in pairs[1:]]))
    refused(tmp_path, capsys, "--fastq", first, second)
    assert "given twice" in refused(tmp_path, capsys, "--fastq", first, first)
    (tmp_path / "link.fq").symlink_to(first)
    linked = refused(tmp_path, capsys, "--fastq", first, str(tmp_path / "link.fq"))
    assert "link.fq is given twice; give the two files of a pair" in linked
    assert "3 files" in refused(tmp_path, capsys, "--fastq", first, second, second)


def test_a_bam_by_name_is_to_be_sorted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    by_name = tmp_path / "by_name.bam"
    pysam.sort("-n", "-o", str(by_name), str(bam(tmp_path)))
    message = refused(tmp_path, capsys, "--bam", str(by_name))
    assert "is sorted by name; sort it with: samtools sort -o" in message


def test_an_index_is_no_bam(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    index = f"{bam(tmp_path)}.bai"
    assert "holds no alignments: an index" in refused(tmp_path, capsys, "--bam", index)
