import gzip
from pathlib import Path

import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.check_fastq import check_lane
from tests.builders import FastqRead, write_fastq


def reads(count: int, mate: str = "") -> list[FastqRead]:
    return [FastqRead(f"r{i}{mate}", "ACGT" * 20, "I" * 80) for i in range(count)]


def lane(folder: Path, count1: int = 20, count2: int = 20) -> tuple[Path, Path]:
    fq1 = write_fastq(folder / "x_R1.fastq.gz", reads(count1, "/1"))
    return fq1, write_fastq(folder / "x_R2.fastq.gz", reads(count2, "/2"))


def message(fq1: Path, fq2: Path) -> str:
    with pytest.raises(UserError) as caught:
        check_lane(fq1, fq2)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_pairs_are_counted(tmp_path: Path) -> None:
    assert check_lane(*lane(tmp_path)).read_pairs == 20


def test_names_with_a_second_word_and_plain_files(tmp_path: Path) -> None:
    for mate in (1, 2):
        text = f"@a:1 {mate}:N:0\r\nACGT\r\n+\r\nIIII\r\n"
        (tmp_path / f"{mate}.fq").write_bytes(text.encode())
    assert check_lane(tmp_path / "1.fq", tmp_path / "2.fq").read_pairs == 1


@pytest.mark.parametrize(("count1", "count2"), [(20, 19), (5, 20), (10_001, 10_002)])
def test_different_counts(tmp_path: Path, count1: int, count2: int) -> None:
    text = message(*lane(tmp_path, count1, count2))
    assert f"x_R1.fastq.gz has {count1} reads" in text
    assert f"x_R2.fastq.gz has {count2}" in text


def test_mates_in_another_order(tmp_path: Path) -> None:
    fq1, fq2 = lane(tmp_path)
    write_fastq(fq2, reads(20, "/2")[::-1])
    assert "read 1 is 'r0/1' in one and 'r19/2' in the other" in message(fq1, fq2)


def test_empty(tmp_path: Path) -> None:
    assert "x_R1.fastq.gz: the file is empty" in message(*lane(tmp_path, 0, 0))
    fq1, fq2 = lane(tmp_path)
    fq2.write_bytes(b"")
    assert "x_R2.fastq.gz: the file is empty" in message(fq1, fq2)


@pytest.mark.parametrize("bytes_lost", [1, 9, 40])
def test_gzip_cut_short(tmp_path: Path, bytes_lost: int) -> None:
    fq1, fq2 = lane(tmp_path)
    fq2.write_bytes(fq2.read_bytes()[:-bytes_lost])
    assert "x_R2.fastq.gz: the file is cut short" in message(fq1, fq2)


def test_gzip_damaged_behind_the_first_reads(tmp_path: Path) -> None:
    fq1, fq2 = lane(tmp_path, 12_000, 12_000)
    half = gzip.compress(gzip.decompress(fq1.read_bytes()) * 2)
    fq1.write_bytes(half[:-20])
    assert "x_R1.fastq.gz: the file is cut short" in message(fq1, fq2)


def test_text_cut_short_behind_the_first_reads(tmp_path: Path) -> None:
    fq1, fq2 = lane(tmp_path, 10_050, 10_050)
    whole = gzip.decompress(fq1.read_bytes())
    fq1.write_bytes(gzip.compress(whole[: whole.rindex(b"+")]))
    assert "no multiple of 4" in message(fq1, fq2)


@pytest.mark.parametrize(
    ("record", "part"),
    [
        (">r0\nACGT\n+\nIIII\n", "line 1: a record must start with @"),
        ("@r0\nACGT\n+\nIII\n", "line 1: sequence and qualities differ"),
        ("@r0\nACGT\nIIII\n+\n", "line 1: the third line"),
        ("@r0\nACGT\n", "line 1: the last record has fewer"),
        ("@\nACGT\n+\nIIII\n", "line 1: a record must start with @ and a name"),
    ],
)
def test_no_fastq(tmp_path: Path, record: str, part: str) -> None:
    fq1, fq2 = lane(tmp_path)
    fq1.write_bytes(gzip.compress(record.encode()))
    assert part in message(fq1, fq2)
