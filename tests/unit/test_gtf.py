"""GTF files, as every program here reads them."""

import gzip
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.genome.gtf import gtf_features

LINES = (
    "#!genome-build x\n"
    'chr1\tHAVANA\texon\t11\t20\t.\t+\t.\tgene_id "G"; exon_number 3; tag "basic"; tag "x y";\n'
    'chr2\tHAVANA\tCDS\t12\t14\t.\t-\t2\tgene_id "G"; note "a; b";\n'
)


def test_features_are_half_open_and_keep_their_attributes(tmp_path: Path) -> None:
    path = tmp_path / "genes.gtf"
    path.write_bytes(gzip.compress(LINES.encode()))
    exon, coding = gtf_features(path)
    assert (exon.contig, exon.kind, exon.start, exon.end, exon.row) == ("chr1", "exon", 10, 20, 2)
    assert exon.attributes() == {"gene_id": "G", "exon_number": "3", "tag": "basic x y"}
    assert exon.attribute_pairs()[-1] == ("tag", "x y")
    assert (coding.strand, coding.frame, coding.attributes()["note"]) == ("-", "2", "a; b")


def test_only_what_is_asked_for_is_read(tmp_path: Path) -> None:
    path = tmp_path / "genes.gtf"
    path.write_text(LINES)
    assert [one.kind for one in gtf_features(path, kinds={"CDS"})] == ["CDS"]
    assert [one.contig for one in gtf_features(path, contigs={"chr1"})] == ["chr1"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("chr1\tx\texon\t5\t6", "row 1: found 5 columns, a GTF file has 9"),
        ("chr1\tx\texon\t0\t6\t.\t+\t.\tx", "row 1: the exon chr1:0-6 begins at 0, and positions"),
        ("chr1\tx\texon\t7\t6\t.\t+\t.\tx", "row 1: the exon chr1:7-6 ends before it begins"),
        ("chr1\tx\texon\tfive\t6\t.\t+\t.\tx", "row 1: start: found 'five'"),
        ("chr1\tx\texon\t5\t6\t.\t+\t.\tx\r", "row 1: found Windows line ends"),
    ],
)
def test_what_is_no_gtf_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "genes.gtf"
    path.write_text(f"{line}\n", newline="")
    with pytest.raises(UserError) as caught:
        list(gtf_features(path))
    assert str(caught.value).startswith(f"{path}: {words}")
