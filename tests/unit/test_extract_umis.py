"""Molecular indices go into the comments of reads, as a tag that an aligner carries."""

from pathlib import Path

import dnaio
import pytest

from flt3itd.common.errors import UserError
from scripts.inputs.extract_umis import main

PAIR = ("ACGTACGTACGTTTTTGGGG", "CCCCCAAAAATTTTTGGGGG")


def extracted(
    folder: Path, umi: str, name: str = "r1", reads: tuple[str, ...] = PAIR, comment: str = ""
) -> list[tuple[str, str, str]]:
    """Name and comment, bases and qualities of the mates that are written."""
    fastqs = [folder / f"R{mate}.fastq.gz" for mate in range(1, len(reads) + 1)]
    for mate, (path, bases) in enumerate(zip(fastqs, reads, strict=True), start=1):
        with dnaio.open(path, mode="w") as file:
            title = f"{name} {comment.replace('MATE', str(mate))}".rstrip()
            file.write(
                dnaio.SequenceRecord(title, bases, "".join(map(chr, range(40, 40 + len(bases)))))
            )
    outs = [folder / f"out{mate}.fastq.gz" for mate in range(1, len(reads) + 1)]
    main(["--umi", umi, "--fastq", *map(str, fastqs), "--out", *map(str, outs)])
    written = []
    for path in outs:
        with dnaio.open(path) as file:
            written += [(one.name, one.sequence, one.qualities or "") for one in file]
    return written


@pytest.mark.parametrize(
    ("structure", "umi", "templates"),
    [
        ("12M+T +T", "ACGTACGTACGT", ("TTTTGGGG", PAIR[1])),
        ("8M4S+T +T", "ACGTACGT", ("TTTTGGGG", PAIR[1])),
        ("5M2S+T 5M2S+T", "ACGTA-CCCCC", (PAIR[0][7:], PAIR[1][7:])),
        ("+T 5M+T", "CCCCC", (PAIR[0], PAIR[1][5:])),
        ("2M2S2M+T 10T", "ACAC", (PAIR[0][6:], PAIR[1][:10])),
    ],
)
def test_read_structures(
    tmp_path: Path, structure: str, umi: str, templates: tuple[str, str]
) -> None:
    first, second = extracted(tmp_path, structure, comment="MATE:N:0:ACGT")
    assert first[0] == second[0] == f"r1 RX:Z:{umi}"
    assert (first[1], second[1]) == templates
    assert len(first[2]) == len(first[1])
    start = PAIR[0].rindex(templates[0])
    assert first[2] == "".join(map(chr, range(40 + start, 40 + start + len(first[1]))))


@pytest.mark.parametrize(
    ("name", "umi"),
    [
        ("M:1:2:ACGTT", "ACGTT"),
        ("read_ACGTT", "ACGTT"),
        ("read_ACGT+GGCA", "ACGT-GGCA"),
        ("read_ACGTT/1", "ACGTT"),
        ("M:1:2:ACGT_GGCA", "ACGT-GGCA"),
        ("read_CELL_ACGTT", "ACGTT"),
        ("read_cat", "N"),
        ("read_ACGT_GGCA", "ACGT-GGCA"),
        ("M:1:2_ACGT_GGCA", "ACGT-GGCA"),
        ("M:1:2:UMI_ACGT_GGCA", "ACGT-GGCA"),
        ("M:1:2_A_C_G", "N"),
        ("M:1:2:ACG-TT-A", "N"),
        ("M:1:2:77", "N"),
    ],
)
def test_the_fields_at_the_end_of_the_name(tmp_path: Path, name: str, umi: str) -> None:
    for title, bases, _ in extracted(tmp_path, "name", name):
        assert title == f"{name} RX:Z:{umi}"
        assert bases in PAIR


@pytest.mark.parametrize(
    ("comment", "umi"),
    [
        ("RX:Z:ACGT-TTGA", "ACGT-TTGA"),
        ("MATE:N:0:TTAA RX:Z:ACGT", "ACGT"),
        ("BC:Z:TTT\tRX:Z:ACGT\tQX:Z:IIII", "ACGT"),
        ("MATE:N:0:TTAA", "N"),
        ("RX:Z:ACGT+TTGA", "ACGT-TTGA"),
        ("RX:Z:ACGT_TTGA", "ACGT-TTGA"),
        ("RX:Z:acgt-ttga", "ACGT-TTGA"),
        ("RX:Z:ACGT-TTGA-CC", "N"),
        ("RX:Z: ACGT", "N"),
    ],
)
def test_the_tag_in_the_comment_and_no_other_comment(
    tmp_path: Path, comment: str, umi: str
) -> None:
    for title, _, _ in extracted(tmp_path, "RX", comment=comment):
        assert title == f"r1 RX:Z:{umi}"


def test_a_read_that_is_too_short_keeps_its_place(tmp_path: Path) -> None:
    first, second = extracted(tmp_path, "12M+T +T", reads=("ACGT", "CCCC"))
    assert first[:2] == ("r1 RX:Z:N", "N")
    assert second[:2] == ("r1 RX:Z:N", "CCCC")
    whole = extracted(tmp_path, "4M+T +T", reads=("ACGT", "CCCC"))
    assert whole[0][:2] == ("r1 RX:Z:ACGT", "N")


def test_single_reads_have_one_structure(tmp_path: Path) -> None:
    (only,) = extracted(tmp_path, "12M+T", reads=PAIR[:1])
    assert only[:2] == ("r1 RX:Z:ACGTACGTACGT", "TTTTGGGG")
    with pytest.raises(UserError, match="found 2 read structures for 1 FASTQ files"):
        extracted(tmp_path, "12M+T +T", reads=PAIR[:1])


def test_a_file_that_is_cut_short_leaves_nothing(tmp_path: Path) -> None:
    broken, out = tmp_path / "R1.fastq", tmp_path / "out.fastq.gz"
    broken.write_text("@r1\nACGT\n+\nIIII\n@r2\nAC\n")
    with pytest.raises(UserError, match=r"R1\.fastq: cannot be read"):
        main(["--umi", "2M+T", "--fastq", str(broken), "--out", str(out)])
    assert list(tmp_path.iterdir()) == [broken]
