"""Reads straight from FASTQ: what is taken, and what is refused before anything is written."""

import gzip
import random
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from flt3itd.kinase.tkd import EXONS
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.template import genomic_template
from flt3itd.reads.fastq import read_fastq
from flt3itd.reads.placed import PlacedReads
from tests.builders import FastqRead, Read, random_sequence, write_bam, write_fastq

LOCUS = flt3_locus()
EXON = LOCUS.exon(14)


def reads(count: int = 20, seed: int = 1) -> tuple[list[FastqRead], list[FastqRead]]:
    """Pairs of exon 14: read 1 forward, read 2 reverse, fragments of 250."""
    first, second = [], []
    for number in range(count):
        start = EXON.start - 100 + random.Random(seed + number).randrange(50)
        fragment = LOCUS.sequence[start : start + 250]
        first.append(FastqRead(f"r{number}", fragment[:100], "I" * 100))
        second.append(FastqRead(f"r{number}", reverse_complement(fragment)[:100], "I" * 100))
    return first, second


def collected(*paths: Path) -> PlacedReads:
    found = PlacedReads(genomic_template(LOCUS), EXONS)
    read_fastq(paths, found)
    return found


def refused(*paths: Path) -> str:
    with pytest.raises(UserError) as caught:
        collected(*paths)
    message = str(caught.value)
    assert "\n" not in message
    assert str(paths[0]) in message
    return message


def test_mates_share_a_fragment_and_lie_on_the_plus_strand(tmp_path: Path) -> None:
    first, second = reads()
    found = collected(
        write_fastq(tmp_path / "1.fastq.gz", first), write_fastq(tmp_path / "2.fastq.gz", second)
    )
    start, end, fragment = found.itd.plain()
    assert found.itd.fragments == 20
    assert fragment.tolist() == [number for number in range(20) for _ in range(2)]
    assert ((end[1::2] - start[::2]) == 250).all()
    assert not found.itd.split


def test_reads_of_other_genes_are_passed_over(tmp_path: Path) -> None:
    other = [FastqRead(f"x{n}", random_sequence(100, n), "I" * 100) for n in range(50)]
    first, _ = reads()
    found = collected(write_fastq(tmp_path / "1.fastq", other + first))
    assert found.itd.fragments == 20
    assert found.itd.reads == 20


def test_a_fragment_is_kept_when_only_one_mate_shares_a_kmer(tmp_path: Path) -> None:
    _, second = reads(1)
    noise = FastqRead(second[0].name, random_sequence(100, 3), "I" * 100)
    found = collected(
        write_fastq(tmp_path / "1.fastq", [noise]), write_fastq(tmp_path / "2.fastq", second)
    )
    assert (found.itd.fragments, found.itd.reads) == (1, 1)


def test_lower_case_and_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "1.fastq"
    path.write_bytes(
        b"".join(
            f"@{read.name} 1:N:0\r\n{read.sequence.lower()}\r\n+\r\n{read.qualities}\r\n".encode()
            for read in reads()[0]
        )
    )
    assert (
        collected(path).itd.plain_start
        == collected(write_fastq(tmp_path / "2.fastq", reads()[0])).itd.plain_start
    )


def test_unpaired_files(tmp_path: Path) -> None:
    first, second = reads()
    one = write_fastq(tmp_path / "1.fastq.gz", first)
    assert "more reads in file 1" in refused(one, write_fastq(tmp_path / "2.fastq.gz", second[:-1]))
    renamed = [FastqRead("other", read.sequence, read.qualities) for read in second]
    assert "does not match" in refused(one, write_fastq(tmp_path / "3.fastq.gz", renamed))


@pytest.mark.parametrize(("shared", "too_many"), [(4, True), (2, False)])
@pytest.mark.parametrize("ends", [("", ""), ("/1", "/2")])
def test_both_mates_in_one_file(
    tmp_path: Path, shared: int, too_many: bool, ends: tuple[str, str]
) -> None:
    """Each mate counted as a fragment of its own, and chance with two reads passed for an ITD."""
    both = [
        replace(read, name=read.name + end)
        for mates, end in zip(reads(), ends, strict=True)
        for read in mates[: shared // 2]
    ]
    path = write_fastq(tmp_path / "both.fastq", both)
    if too_many:
        assert "4 of 4 reads over FLT3 have the name of another one" in refused(path)
    else:
        assert collected(path).itd.fragments == 2


@pytest.mark.parametrize(("whole", "too_many"), [(6, True), (5, False)])
def test_a_mate_behind_its_read(tmp_path: Path, whole: int, too_many: bool) -> None:
    """As fastq-dump writes whole spots: as one read, an ITD of 60 bases at 0.40 read 0.26."""
    pairs = [
        FastqRead(one.name, one.sequence + two.sequence, one.qualities + two.qualities)
        for one, two in zip(*reads(), strict=True)
    ]
    path = write_fastq(tmp_path / "spots.fastq", [*pairs[:whole], *reads()[0][whole:]])
    if too_many:
        assert "30% of the reads over FLT3 hold their mate turned behind them" in refused(path)
    else:
        assert collected(path).itd.fragments == 20


@pytest.mark.parametrize(("size", "told"), [(33, 0.5), (29, 0.0)])
def test_a_turned_end_of_thirty_bases_or_so_may_be_a_mate(size: int, told: float) -> None:
    """Whichever end is clipped; the first three may lie on the genome by chance."""
    ends = []
    for number, one in enumerate(zip(*reads(), strict=True)):
        first, second = one if number % 2 else one[::-1]
        bases = first.sequence + (second.sequence[:size] if number % 4 < 2 else "")
        ends.append(FastqRead(first.name, bases, "I" * len(bases)))
    found = PlacedReads(genomic_template(LOCUS), EXONS)
    for number, read in enumerate(ends):
        found.add(number, read.name, read.sequence, b"\x28" * len(read.sequence), is_read1=True)
    assert found.share_with_mate() == told


def test_one_read_in_a_hundred_may_have_the_name_of_another(tmp_path: Path) -> None:
    first = reads()[0][0]
    alone = [replace(first, name=f"s{number}") for number in range(298)]
    path = write_fastq(tmp_path / "some.fastq", [*alone, first, first, first])
    assert collected(path).itd.fragments == 301
    path = write_fastq(tmp_path / "many.fastq", [*alone[1:], first, first, first])
    assert "3 of 300 reads" in refused(path)


@pytest.mark.parametrize("bytes_left", [0.5, 0.999])
def test_cut_short(tmp_path: Path, bytes_left: float) -> None:
    path = write_fastq(tmp_path / "1.fastq.gz", reads(200)[0])
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * bytes_left)])
    assert "ended before" in refused(path)


@pytest.mark.parametrize("data", [b"", gzip.compress(b"", mtime=0)])
def test_empty(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / ("1.fastq.gz" if data else "1.fastq")
    path.write_bytes(data)
    assert "no reads" in refused(path)


@pytest.mark.parametrize("sequence", [random_sequence(100, 1), LOCUS.sequence[18700:18850]])
def test_fasta(tmp_path: Path, sequence: str) -> None:
    path = tmp_path / "x.fasta"
    path.write_text(f">a\n{sequence}\n")
    assert "this is FASTA" in refused(path)


@pytest.mark.parametrize("name", ["x.gtf", "x.json", "x"])
def test_other_text(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text('chr13\tMANE\texon\t1\t9\n{"a": 1}\n')
    assert refused(path).endswith("this is no FASTQ; give the reads as FASTQ or BAM")


def test_bam(tmp_path: Path) -> None:
    aligned = [Read("a", "chr13", 10, "4M", "ACGT", flag=99, mate=("chr13", 20))]
    assert "give it with --bam" in refused(write_bam(tmp_path / "x.bam", {"chr13": 99}, aligned))


def test_quality_below_the_lowest(tmp_path: Path) -> None:
    first, _ = reads(1)
    path = write_fastq(tmp_path / "1.fastq", [FastqRead("a", first[0].sequence, " " * 100)])
    assert "read a: a quality lies below" in refused(path)


def test_lengths_differ(tmp_path: Path) -> None:
    path = write_fastq(tmp_path / "1.fastq", [FastqRead("a", "ACGT", "III")])
    assert "line 4" in refused(path)


@pytest.mark.parametrize("turned", [False, True])
def test_a_read_without_a_place_is_kept_where_its_mate_lies_over_the_exons(turned: bool) -> None:
    here = LOCUS.sequence[EXON.start : EXON.start + 100]
    far = LOCUS.sequence[LOCUS.exon(20).start : LOCUS.exon(20).end]
    pairs = [(here, random_sequence(100, 1)), (far[:100], random_sequence(100, 2))]
    pairs.append((random_sequence(100, 3), random_sequence(100, 4)))
    found = PlacedReads(genomic_template(LOCUS), EXONS)
    for number, pair in enumerate(pairs):
        for at in (1, 0) if turned else (0, 1):
            found.add(number, "r", pair[at], bytes([37] * 100), is_read1=at == 0)
    (stray,) = found.itd.unplaced
    assert (stray.fragment, stray.sequence, stray.is_read2) == (0, pairs[0][1], True)


@pytest.mark.parametrize("turned", [False, True])
def test_so_is_one_that_lies_in_the_kinase_domain(turned: bool) -> None:
    """The filler of an ITD may stand there; the read itself may be of either place."""
    here = LOCUS.sequence[EXON.start : EXON.start + 100]
    far = LOCUS.sequence[LOCUS.exon(20).start : LOCUS.exon(20).end][:60]
    found = PlacedReads(genomic_template(LOCUS), EXONS)
    for at in (1, 0) if turned else (0, 1):
        read = (here, far + here[:40])[at]
        found.add(0, "r", read, bytes([37] * len(read)), is_read1=at == 0)
    (stray,) = found.itd.unplaced
    assert (stray.sequence, stray.is_read2) == (far + here[:40], True)
    assert len(found.itd.split) + len(found.itd.plain()[0]) == len(found.tkd) == 1
