"""BED files, as every program here reads them."""

import gzip
from pathlib import Path

import pytest

from flt3itd.common.bed import BedInterval, bed_intervals, read_bed
from flt3itd.common.errors import UserError
from scripts.genome.targets import chunk_count, merged_targets

ROWS = "track name=x\n# a remark\n\nchr1\t1\t9\nchr1\t2\t8\tA|exon1\t0\t-\n"
READ = [BedInterval("chr1", 1, 9, "", "", 4), BedInterval("chr1", 2, 8, "A|exon1", "-", 5)]


@pytest.mark.parametrize("name", ["t.bed", "t.bed.gz", "t.txt"])
@pytest.mark.parametrize("zipped", [False, True])
def test_the_content_tells_whether_it_is_gzipped(tmp_path: Path, name: str, zipped: bool) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ROWS.encode()) if zipped else ROWS.encode())
    assert read_bed(path) == READ
    assert merged_targets(path) == {"chr1": [(1, 9)]}
    assert chunk_count(path, 5) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("c1\t5\u00a0\t9\n".encode(), "row 1: start: found '5\\xa0', expected a whole number"),
        (b"", "no targets: the file has no interval"),
        (b"\xef\xbb\xbfchr1\t1\t9\n", "row 1: found a byte order mark"),
        (b"chr1\t1\t9\r\n", "row 1: found Windows line ends"),
        (b"chr1\t1\t9\rchr1\t19\t90\r", "row 1: found line ends of an old Mac"),
        (b"chr1\t1\t9\nchr1\t19\t90\tA\0B\n", "row 2: found line ends of an old Mac, or bytes"),
        (b"chr1\t1\t9\nchr1\t9\t9\n", "row 2: the interval chr1:9-9 has no bases"),
        (b"chr1\t1\n", "row 1: found 2 columns"),
        (b"chr1 1 9\n", "row 1: found 1 columns"),
        (b"chr1\t1e3\t2000\n", "row 1: start: found '1e3', expected a whole number"),
        (b"chr1\t1,000\t2000\n", "row 1: start: found '1,000'"),
        ("chr1\t\N{ARABIC-INDIC DIGIT FOUR}\t9\n".encode(), "row 1: start: found"),
        (b"chr1\t1\t" + b"9" * 13 + b"\n", "row 1: end: found"),
        (gzip.compress(ROWS.encode(), mtime=0)[:-9], "cannot be read"),
        (b"\xff\xfe", "not UTF-8 text"),
    ],
)
def test_what_is_no_bed_is_named(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "t.bed"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_bed(path)
    assert str(caught.value).startswith(f"{path}: {words}")
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError):
        chunk_count(path, 5)


def test_gene_models_given_as_targets_are_named(tmp_path: Path) -> None:
    path = tmp_path / "genes.gtf"
    path.write_text('#!genome-build GRCh38\nchr1\tMANE\texon\t5\t9\t.\t+\t.\tgene_id "A";\n')
    with pytest.raises(UserError) as caught:
        chunk_count(path, 5)
    assert str(caught.value) == (
        f"{path}: row 2: start: found 'MANE', expected a whole number, 0 or more; a BED file has "
        "contig, start, end, separated by tabs"
    )


def test_no_interval_may_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "t.bed"
    path.write_text("# nothing\n")
    assert list(bed_intervals(path)) == []
    with pytest.raises(UserError, match="cannot be read"):
        read_bed(tmp_path / "none.bed")
