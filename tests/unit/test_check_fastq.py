import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.common.errors import UserError
from scripts.inputs.check_fastq import MOST_COPIES, CheckedLane, check_lanes
from scripts.inputs.fastq_file import COMPARED, MOST_BASES, first_reads
from tests.builders import FastqRead, random_sequence, write_fastq
from tests.shared_data import SHARED, needs_shared


def check_lane(*files: Path) -> CheckedLane:
    """What is found in the files of the one lane of a sample."""
    [lane] = check_lanes([files])
    return lane


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
    fq1, fq2 = lane(tmp_path)
    assert check_lane(fq1, fq2) == CheckedLane((str(fq1), str(fq2)), 20, False)


def test_names_with_a_second_word_and_plain_files(tmp_path: Path) -> None:
    for mate in (1, 2):
        text = f"@a:1 {mate}:N:0\r\nACGT\r\n+\r\nIIII\r\n"
        (tmp_path / f"{mate}.fq").write_bytes(text.encode())
    assert check_lane(tmp_path / "1.fq", tmp_path / "2.fq").reads == 1


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
    assert "record 10050, line 40197: the last record has fewer than 4 lines" in message(fq1, fq2)


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


def pairs(folder: Path, reads1: list[FastqRead], reads2: list[FastqRead]) -> tuple[Path, Path]:
    return (
        write_fastq(folder / "x_R1.fastq.gz", reads1),
        write_fastq(folder / "x_R2.fastq.gz", reads2),
    )


def random_reads(count: int, first_seed: int, suffix: str = "") -> list[FastqRead]:
    return [
        FastqRead(f"r{i}{suffix}", random_sequence(50, first_seed + i), "I" * 50)
        for i in range(count)
    ]


@pytest.mark.parametrize("zipped", [True, False])
def test_single_reads_are_counted(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / ("x.fastq.gz" if zipped else "x.fastq")
    data = b"@a\nACGT\n+\nIIII\n@b\nAC\n+\nII\n"
    path.write_bytes(gzip.compress(data) if zipped else data)
    assert check_lane(path) == CheckedLane((str(path),), 2, False)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.fq.gz", b"@a\nA\n+\nI\n", "is named as gzipped, but is not; gzip it, or rename it to"),
        (
            "x.fq",
            gzip.compress(b"@a\nA\n+\nI\n", mtime=0),
            "is gzipped, but its name does not say so",
        ),
        ("x.fq.gz", b"BZh91AY", "is compressed with bzip2; decompress it, or use gzip"),
        ("x.fq.gz", b"PK\x03\x04zip", "is compressed with zip"),
        ("x.fq", b"\x28\xb5\x2f\xfdzst", "is compressed with zstd"),
        ("x.fq.gz", b"\xfd7zXZ\x00", "is compressed with xz"),
        ("x.fq.gz", b"", "the file is empty"),
        ("x.fq", b"", "the file is empty"),
        (
            "x.fq",
            b"@a\nT0120\n+\nIIIII\n",
            "record 1, line 2: the sequence holds '0', '1', '2', no bases of DNA",
        ),
        (
            "x.fq",
            b"@a\nACGT\n+\nIIII\n@b\nACG \n+\nIIII\n",
            "record 2, line 6: the sequence holds ' ', no bases of DNA; write T for U",
        ),
        ("x.fq", b"@a\nACGT\n+b\nIIII\n", "cannot be read as FASTQ: "),
        (
            "x.fq",
            b"@a\nACGT\n+\nII\xffI\n",
            "its qualities hold '\N{REPLACEMENT CHARACTER}', which is no quality",
        ),
    ],
)
def test_what_is_not_what_it_says_is_refused(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        check_lane(path)
    assert str(caught.value).startswith(f"{path}: {words}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("empty", [0, 1, 2])
def test_reads_without_a_base_are_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, empty: int
) -> None:
    path = tmp_path / "x.fq"
    path.write_bytes(b"@a\n\n+\n\n" * min(empty, 1) + (b"@b\nA\n+\nI\n", b"@b\n\n+\n\n")[empty > 1])
    if empty == 2:
        with pytest.raises(UserError, match=r"x.fq: its first 2 reads have no base: they were cut"):
            check_lane(path)
        return
    assert check_lane(path).reads == 1 + empty
    assert ("1 of the first 2 reads have no base" in caplog.text) is (empty == 1)


def test_the_lowest_and_the_highest_quality_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "x.fq"
    path.write_bytes(b"@a\nACGT\n+\n!~!~\n")
    assert check_lane(path).reads == 1


def test_of_long_reads_fewer_are_kept(tmp_path: Path) -> None:
    """Just at and just below the bases after which no more reads are looked at one by one."""
    path = tmp_path / "x.fq"
    for longer, kept in ((0, 2), (-1, 3)):
        length = MOST_BASES // 2 + longer
        record = f"\n{'A' * length}\n+\n{'I' * length}\n"
        path.write_text("".join(f"@r{number}{record}" for number in range(4)))
        assert len(first_reads(path)) == kept
    assert check_lane(path).reads == 4


def test_several_gzip_members_are_one_file(tmp_path: Path) -> None:
    """Lanes that were put together with cat, and files of bgzip."""
    files = lane(tmp_path)
    for file, mate in zip(files, ("/1", "/2"), strict=True):
        more = [replace(read, name=f"other{read.name}") for read in reads(20, mate)]
        file.write_bytes(
            file.read_bytes() + write_fastq(tmp_path / "more.fastq.gz", more).read_bytes()
        )
    assert check_lane(*files).reads == 40


@pytest.mark.parametrize("place", [0, COMPARED - 1, COMPARED, COMPARED + 10])
@pytest.mark.parametrize("mate", [0, 1])
def test_a_damaged_record_is_named_wherever_it_is(tmp_path: Path, place: int, mate: int) -> None:
    files = lane(tmp_path, COMPARED + 50, COMPARED + 50)
    lines = gzip.decompress(files[mate].read_bytes()).split(b"\n")
    lines[4 * place + 1] = lines[4 * place + 1][:-3]
    files[mate].write_bytes(gzip.compress(b"\n".join(lines)))
    text = message(*files)
    assert text.startswith(f"{files[mate]}: record {place + 1}, line {4 * place + 1}: sequence and")


@needs_shared
def test_the_known_damaged_file_is_named() -> None:
    files = [SHARED / "cases" / "inputs" / f"damaged_10010_R{mate}.fastq.gz" for mate in (1, 2)]
    assert "damaged_10010_R1.fastq.gz: record 10011, line 40041" in message(files[0], files[1])


def test_mates_that_part_behind_the_first_reads(tmp_path: Path) -> None:
    """A record lost in each file, at different places: the counts are equal."""
    count = COMPARED + 100
    reads1, reads2 = reads(count, "/1"), reads(count, "/2")
    del reads1[COMPARED + 10], reads2[COMPARED + 50]
    text = message(*pairs(tmp_path, reads1, reads2))
    assert f"read {COMPARED + 11} is 'r{COMPARED + 11}/1' in one and 'r{COMPARED + 10}/2'" in text


@pytest.mark.parametrize(
    ("name1", "name2", "suffix"),
    [
        ("{}_1", "{}_2", True),
        ("a:{}:1", "a:{}:2", True),
        ("SRR1.{}.1", "SRR1.{}.2", True),
        ("SRR1.{}", "SRR1.{}", False),
        ("{}/1", "{}/2", False),
    ],
)
def test_names_of_archives_are_mates(tmp_path: Path, name1: str, name2: str, suffix: bool) -> None:
    """Archives end names in .1 and .2 by mate; a number may also be that of the pair."""
    made = [
        [FastqRead(name.format(i), random_sequence(50, i + shift), "I" * 50) for i in range(1, 9)]
        for name, shift in ((name1, 0), (name2, 100))
    ]
    assert check_lane(*pairs(tmp_path, *made)).mate_suffix is suffix


def test_a_suffix_is_one_only_where_all_have_it(tmp_path: Path) -> None:
    reads1, reads2 = random_reads(5, 0, ".1"), random_reads(5, 100, ".2")
    reads2[3] = FastqRead("r3.1", reads2[3].sequence, reads2[3].qualities)
    assert "read 1 is 'r0.1' in one and 'r0.2' in the other" in message(
        *pairs(tmp_path, reads1, reads2)
    )


def test_both_files_with_read_1_or_exchanged(tmp_path: Path) -> None:
    ones, twos = random_reads(5, 0, "/1"), random_reads(5, 100, "/2")
    assert "x_R2.fastq.gz: its reads are called read 1" in message(*pairs(tmp_path, ones, ones))
    assert "x_R1.fastq.gz: its reads are called read 2" in message(*pairs(tmp_path, twos, ones))
    marked = [replace(one, name=f"{one.name[:-2]} 2:N:0:ACGT") for one in ones]
    assert "x_R1.fastq.gz: its reads are called read 2" in message(*pairs(tmp_path, marked, twos))


@pytest.mark.parametrize("copied", [10, 11])
def test_a_copy_of_read_1_is_no_read_2(tmp_path: Path, copied: int) -> None:
    """Just at and just above the share from which on a file is taken for a copy."""
    assert MOST_COPIES == 0.5
    reads1, reads2 = random_reads(20, 0), random_reads(20, 100)
    files = pairs(tmp_path, reads1, reads1[:copied] + reads2[copied:])
    if copied > MOST_COPIES * 20:
        assert "x_R2.fastq.gz: 11 of the first 20 reads are those of" in message(*files)
    else:
        assert check_lane(*files).reads == 20


@pytest.mark.parametrize(("changes", "is_copy"), [(3, False), (4, True)])
def test_read_1_turned_round_is_no_read_2(tmp_path: Path, changes: int, is_copy: bool) -> None:
    """Both mates of a short fragment have its bases, but not one row that changes four times."""
    first = random_reads(20, 0)
    steps = "".join("IF"[number % 2] for number in range(changes)) + "IF"[changes % 2]
    row = steps.ljust(len(first[0].sequence), steps[-1])
    reads1 = [replace(one, qualities=row) for one in first]
    turned = [
        replace(one, sequence=reverse_complement(one.sequence), qualities=row[::-1])
        for one in reads1
    ]
    files = pairs(tmp_path, reads1, turned)
    if is_copy:
        assert "x_R2.fastq.gz: 20 of the first 20 reads are those of" in message(*files)
        other_row = [replace(one, qualities=row) for one in turned]
        assert check_lane(*pairs(tmp_path, reads1, other_row)).reads == 20
    else:
        assert check_lane(*files).reads == 20


def test_interleaved_mates_are_told(tmp_path: Path) -> None:
    mixed = [
        read
        for one, two in zip(random_reads(9, 0, "/1"), random_reads(9, 50, "/2"), strict=True)
        for read in (one, two)
    ]
    fq1, fq2 = pairs(tmp_path, mixed, mixed)
    for files in ((fq1,), (fq1, fq2)):
        with pytest.raises(UserError, match=r"x_R1.fastq.gz: holds both mates of each pair"):
            check_lane(*files)
    odd = [replace(mixed[0], name="other"), *mixed[1:]]
    with pytest.raises(UserError, match=r"by name, with other bases: both mates of a fragment"):
        check_lane(pairs(tmp_path, odd, odd)[0])


def has_old_encoding(path: Path, bases: str, qualities: str) -> bool:
    path.write_text(f"@a\n{bases}\n+\n{qualities}\n")
    try:
        assert check_lane(path).reads == 1
    except UserError as error:
        assert "Phred+64" in str(error)
        return True
    return False


@pytest.mark.parametrize(
    ("lowest", "highest", "old"),
    [
        (59, 105, True),
        (59, 76, True),
        (64, 104, True),
        (58, 104, False),
        (59, 75, False),
        (59, 106, False),
        (73, 73, False),
        (35, 74, False),
        (33, 126, False),
        (74, 126, False),
    ],
)
def test_qualities_with_the_offset_64_are_told(
    tmp_path: Path, lowest: int, highest: int, old: bool
) -> None:
    qualities = chr(lowest) + 3 * chr(highest)
    assert has_old_encoding(tmp_path / "x.fq", "ACGT", qualities) is old


@pytest.mark.parametrize(("length", "old"), [(200, True), (201, False)])
def test_long_reads_of_high_quality_have_no_old_encoding(
    tmp_path: Path, length: int, old: bool
) -> None:
    assert has_old_encoding(tmp_path / "hifi.fq", "A" * length, "]" * length) is old
