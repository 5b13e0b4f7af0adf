from pathlib import Path

import pysam
import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.given_bam import check_bam, link_and_index
from tests.builders import Read, write_bam

CONTIGS = {"chr13": 5000, "chr2": 900}
READS = [Read(f"r{i}", "chr13", 10 * i, "50M", "A" * 50) for i in range(200)]


def bam(folder: Path) -> Path:
    return write_bam(folder / "s.bam", CONTIGS, READS)


def message(path: Path, genome: dict[str, int] | None = None) -> str:
    with pytest.raises(UserError) as caught:
        check_bam(path, genome or CONTIGS, ["chr13"])
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


def rewritten(path: Path, header: dict[str, object]) -> Path:
    """The same reads under another header."""
    with pysam.AlignmentFile(str(path)) as old:
        whole = old.header.to_dict() | header
        with pysam.AlignmentFile(str(path) + ".new", "wb", header=whole) as new:
            for read in old:
                new.write(read)
    return Path(str(path) + ".new").replace(path)


def test_a_good_bam_is_linked_and_indexed_elsewhere(tmp_path: Path) -> None:
    given, work = tmp_path / "given", tmp_path / "work"
    given.mkdir()
    work.mkdir()
    path = bam(given)
    Path(f"{path}.bai").unlink()
    check_bam(path, CONTIGS, ["chr13"])
    link_and_index(path, work / "aligned.bam", work / "aligned.bam.bai")
    assert [file.name for file in given.iterdir()] == ["s.bam"]
    with pysam.AlignmentFile(str(work / "aligned.bam")) as file:
        assert file.count("chr13", 0, 5000) == 200


def test_contigs_that_only_the_bam_has_are_fine(tmp_path: Path) -> None:
    check_bam(bam(tmp_path), {"chr13": 5000}, ["chr13"])


@pytest.mark.parametrize("bytes_lost", [1, 28, 300])
def test_cut_short(tmp_path: Path, bytes_lost: int) -> None:
    path = bam(tmp_path)
    path.write_bytes(path.read_bytes()[:-bytes_lost])
    assert "the BAM is cut short" in message(path)


@pytest.mark.parametrize("data", [b"", b"@HD\tVN:1.6\n", b"\x00" * 100])
def test_no_bam(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "s.bam"
    path.write_bytes(data)
    assert "this is not a BAM file" in message(path)


@pytest.mark.parametrize("order", ["unsorted", "queryname"])
def test_not_sorted_by_its_header(tmp_path: Path, order: str) -> None:
    path = rewritten(bam(tmp_path), {"HD": {"VN": "1.6", "SO": order}})
    text = message(path)
    assert f"not sorted by coordinate (its header says {order})" in text


def test_not_sorted_in_spite_of_its_header(tmp_path: Path) -> None:
    path = bam(tmp_path)
    with pysam.AlignmentFile(str(path)) as old:
        reads = list(old)[::-1]
        with pysam.AlignmentFile(str(tmp_path / "t.bam"), "wb", header=old.header) as new:
            for read in reads:
                new.write(read)
    link, index = tmp_path / "aligned.bam", tmp_path / "aligned.bam.bai"
    check_bam(tmp_path / "t.bam", CONTIGS, ["chr13"])
    with pytest.raises(UserError, match=r"no index can be made: .*not sorted by coordinate"):
        link_and_index(tmp_path / "t.bam", link, index)
    assert not link.is_symlink()
    assert not index.exists()


def test_another_build(tmp_path: Path) -> None:
    text = message(bam(tmp_path), {"chr13": 5001})
    assert "contig chr13 has 5000 bases in the BAM and 5001 in the genome" in text
    assert "another build" in text


def test_other_contig_names(tmp_path: Path) -> None:
    path = write_bam(tmp_path / "s.bam", {"13": 5000}, [Read("r", "13", 10, "50M", "A" * 50)])
    text = message(path)
    assert "contig 'chr13' of the targets is not in the BAM (it has '13')" in text


def test_no_contigs(tmp_path: Path) -> None:
    path = tmp_path / "s.bam"
    header = pysam.AlignmentHeader.from_dict({"HD": {"VN": "1.6", "SO": "coordinate"}})
    with pysam.AlignmentFile(str(path), "wb", header=header):
        pass
    assert "no contigs in its header" in message(path)


def test_several_samples(tmp_path: Path) -> None:
    groups = [{"ID": "1", "SM": "A"}, {"ID": "2", "SM": "B"}]
    path = rewritten(bam(tmp_path), {"RG": groups})
    assert "reads of several samples (A, B)" in message(path)
