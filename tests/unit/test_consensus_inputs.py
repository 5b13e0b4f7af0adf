"""What ``flt3itd consensus`` reads: where UMIs are written, and what is told or refused."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pysam
import pytest

from flt3itd.cli import main
from flt3itd.molecules.fastq_pairs import _Records
from flt3itd.molecules.letters import Integers
from tests.consensus_builders import LIBRARY, consensus, molecules
from tests.umi_builders import (
    READ,
    UmiLibrary,
    UmiPair,
    write_bam,
    write_fastq,
)


@pytest.mark.parametrize(
    ("umi", "message"),
    [
        ("12M", "no T segment"),
        ("+T +T", "no M segment"),
        ("+M4T +T", "expected RX, name, or read structures"),
        ("12X+T +T", "expected RX, name, or read structures"),
        ("40M+T +T", "40 bases of UMI"),
        ("8M+T", "expected one for each FASTQ file: 2"),
        ("RX", "no read has RX:Z:"),
        ("name", "does not end in a UMI behind"),
    ],
)
def test_what_is_no_umi_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], umi: str, message: str
) -> None:
    fastq = write_fastq(tmp_path, molecules(2))
    out = tmp_path / "out.bam"
    options = ["--umi", umi, "--fastq", *map(str, fastq), "--out", str(out)]
    assert main(["consensus", *options]) == 2
    assert message in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["R1.fastq.gz", "R2.fastq.gz"]


def broken(path: Path, how: str) -> Path:
    """A file with something wrong."""
    whole = write_bam(path, LIBRARY.sequence, molecules(30)).read_bytes()
    if how == "cut short":
        path.write_bytes(whole[:-40])
    elif how == "by name":
        pysam.sort("-n", "-o", str(path.with_suffix(".n.bam")), str(path))
        path.with_suffix(".n.bam").replace(path)
    elif how == "text":
        path.write_text(">a\nACGT\n")
    elif how == "damaged":
        behind = len(whole) - 60  # within the block of the reads
        path.write_bytes(whole[: behind - 40] + bytes(40) + whole[behind:])
    path.with_suffix(".bam.bai").unlink()
    return path


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("cut short", "truncated"),
        ("by name", "not sorted by coordinate"),
        ("text", "this is no BAM"),
        ("damaged", "in.bam: the alignments cannot be read: it is damaged; copy the file again"),
    ],
)
def test_a_broken_bam_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], how: str, message: str
) -> None:
    """In one line, of which htslib writes nothing by itself."""
    bam = broken(tmp_path / "in.bam", how)
    out = tmp_path / "out.bam"
    assert main(["consensus", "--umi", "RX", "--bam", str(bam), "--out", str(out)]) == 2
    told = capfd.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["in.bam"]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda text: text[: len(text) // 2], "cut short"),
        (lambda text: text.replace("@read:3", "@other:3"), "the mates do not pair up"),
        (lambda text: text.replace("\n+\n", "\n-\n", 1), "is no FASTQ"),
        (lambda text: text.replace("F" * 9, " " * 9, 1), "lies below"),
        (lambda _: "", "has no reads"),
    ],
)
def test_a_broken_fastq_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[str], str],
    message: str,
) -> None:
    fastq = write_fastq(tmp_path, molecules(20))
    text = gzip.decompress(fastq[0].read_bytes()).decode()
    fastq[0].write_bytes(gzip.compress(spoil(text).encode()))
    out = tmp_path / "out.bam"
    options = ["--umi", "8M+T +T", "--fastq", *map(str, fastq), "--out", str(out)]
    assert main(["consensus", *options]) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize("name", ["out.sam", "out.cram", "out/"])
def test_an_output_that_is_no_bam_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Its name would say another format than the one that is written."""
    fastq = write_fastq(tmp_path, molecules(2))
    options = ["--umi", "8M+T +T", "--fastq", *map(str, fastq), "--out", f"{tmp_path}/{name}"]
    assert main(["consensus", *options]) == 2
    told = capsys.readouterr().err
    assert "--out: found" in told and "ends in .bam" in told and told.count("\n") == 1
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("tags", [{"MI": "7", "cD": 3}, {"XV": 3, "XW": 0}])
def test_a_consensus_is_not_made_of_a_consensus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], tags: dict[str, str | int]
) -> None:
    """Families would be of one read each, and what they were made of forgotten."""
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, molecules(3), tags=tags)
    out = tmp_path / "out.bam"
    assert main(["consensus", "--umi", "RX", "--bam", str(bam), "--out", str(out)]) == 2
    message = capsys.readouterr().err
    assert "in.bam: its reads are a consensus of families already" in message
    assert message.count("\n") == 1
    assert not out.exists()


def test_single_reads_are_families_by_where_they_begin(tmp_path: Path) -> None:
    pairs = molecules(10)
    first, _ = write_fastq(tmp_path, pairs * 3)
    records, told = consensus(tmp_path, "--umi", "8M+T", "--fastq", first)
    assert told["families"] == 10
    assert [record.flag for record in records] == [4] * 10


def test_bases_of_a_bam_may_be_umi(tmp_path: Path) -> None:
    """Both reads begin with 4 bases that are taken for UMI: molecules of one place share them."""
    pairs = molecules(10)
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs * 2)
    records, told = consensus(tmp_path, "--umi", "4M+T 4M+T", "--bam", bam)
    assert told["families"] == 10
    assert {record.query_length for record in records} == {READ - 4}


def test_reads_without_an_umi_are_left_out_and_counted(tmp_path: Path) -> None:
    pairs = molecules(4)
    odd = [UmiPair(pairs[0].fragment, ("ACGTNCGT",)), UmiPair(pairs[1].fragment, ("ACGT",))]
    fastq = write_fastq(tmp_path, [*pairs, *odd], "comment")
    _, told = consensus(tmp_path, "--umi", "RX", "--fastq", *fastq)
    assert (told["read_pairs"], told["without_umi"], told["families"]) == (6, 2, 4)
    assert "no whole UMI" in told["warnings"][0]


@pytest.mark.parametrize("odd", ["AC", "", "NNNN", "N", "AC-GT-AC", "ACGT-ACGT", "?"])
@pytest.mark.parametrize("form", ["comment", "bam"])
def test_the_first_read_alone_does_not_say_how_umis_are_written(
    tmp_path: Path, form: str, odd: str
) -> None:
    """As of a sorted BAM whose first read came without its index."""
    pairs = [UmiPair(molecules(1)[0].fragment, (odd,)), *molecules(6)]
    if form == "bam":
        reads = ["--bam", write_bam(tmp_path / "in.bam", LIBRARY.sequence, pairs)]
    else:
        reads = ["--fastq", *map(str, write_fastq(tmp_path, pairs, form))]
    _, told = consensus(tmp_path, "--umi", "RX", *reads)
    assert (told["umi_bases"], told["without_umi"], told["families"]) == ([8], 1, 6)


def test_one_name_without_a_umi_does_not_stop_the_others(tmp_path: Path) -> None:
    fastq = write_fastq(tmp_path, molecules(6), "name")
    for path in fastq:
        text = re.sub(rb"@read:0_[ACGT]+", b"@read:0", gzip.decompress(path.read_bytes()))
        path.write_bytes(gzip.compress(text))
    _, told = consensus(tmp_path, "--umi", "name", "--fastq", *fastq)
    assert (told["umi_bases"], told["without_umi"], told["families"]) == ([8], 1, 5)


def test_names_that_tell_how_umis_are_written_are_taken_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one by one out of all that a block of the file holds: that took nine seconds a file."""
    looked_at: list[int] = []
    ends_of = _Records.name_ends

    def counted(records: _Records) -> Integers:
        looked_at.append(len(records))
        return ends_of(records)

    monkeypatch.setattr(_Records, "name_ends", counted)
    fastq = write_fastq(tmp_path, molecules(40), "name")
    _, told = consensus(tmp_path, "--umi", "name", "--fastq", *fastq)
    assert told["families"] == 40
    assert sum(looked_at) <= 4 * 40  # both files, the UMIs, and the first reads


def test_pairs_without_bases_are_left_out(tmp_path: Path) -> None:
    empty = [UmiPair("", ("ACGTACGT",))] * 3
    fastq = write_fastq(tmp_path, empty, "comment")
    records, told = consensus(tmp_path, "--umi", "RX", "--fastq", *fastq)
    assert (records, told["read_pairs"], told["families"]) == ([], 3, 0)


def test_a_bam_without_reads_is_told(tmp_path: Path) -> None:
    bam = write_bam(tmp_path / "in.bam", LIBRARY.sequence, [])
    records, told = consensus(tmp_path, "--umi", "RX", "--bam", bam)
    assert (records, told["families"]) == ([], 0)
    assert "no read pair with a whole UMI" in told["warnings"][0]


def test_crowded_umis_are_told(tmp_path: Path) -> None:
    library = UmiLibrary(9)
    fragment = library.fragment(100)
    pairs = [UmiPair(fragment, (library.bases(4),)) for _ in range(120)]
    fastq = write_fastq(tmp_path, pairs)
    _, told = consensus(tmp_path, "--umi", "4M+T +T", "--fastq", *fastq, "--assay", "amplicon")
    assert told["crowded_places"] == 1
    assert told["families"] + told["collisions_expected"] == pytest.approx(120, rel=0.15)
    assert any("crowded" in warning for warning in told["warnings"])
