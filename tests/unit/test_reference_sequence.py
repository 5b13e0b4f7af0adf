"""The sequence of a genome as it is asked for: at its edges, in any case, beyond its ends."""

from pathlib import Path

import pysam
import pytest

from flt3itd.hgvs.transcript import Fetch
from scripts.genome.reference_sequence import sequence_reader
from tests.builders import random_sequence

FIRST, SECOND = random_sequence(205, seed=1), random_sequence(61, seed=2)


@pytest.fixture(scope="module")
def genome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two contigs in lines of 60 bases, lower case in part; the last line is short."""
    path = tmp_path_factory.mktemp("genome") / "g.fa"
    text = FIRST[:100].lower() + FIRST[100:]
    lines = [text[i : i + 60] for i in range(0, len(text), 60)]
    path.write_text(">chr1 first\n" + "\n".join(lines) + f"\n>2\n{SECOND[:60]}\n{SECOND[60:]}\n")
    pysam.faidx(str(path))
    return path


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0, 1), (0, 205), (59, 61), (60, 60), (99, 101), (204, 205), (204, 206), (205, 210),
        (300, 400), (-1, 1), (-10, 0), (-10, -1), (-1, 300), (10, 5), (0, 0),
    ],
)  # fmt: skip
def test_what_lies_outside_is_left_out(genome: Path, start: int, end: int) -> None:
    fetch: Fetch = sequence_reader(genome)("chr1")
    expected = FIRST[max(0, start) : max(0, end)]
    assert fetch(start, end) == expected


def test_contigs_are_told_apart(genome: Path) -> None:
    sequence_of = sequence_reader(genome)
    assert sequence_of("2")(0, 1000) == SECOND
    assert sequence_of("chr1")(0, 1000) == FIRST
    with pytest.raises(KeyError):
        sequence_of("chr2")


def test_an_index_that_is_there_stays_as_it_is(genome: Path, tmp_path: Path) -> None:
    copy = tmp_path / "g.fa"
    copy.write_bytes(genome.read_bytes())
    assert sequence_reader(copy)("2")(0, 3) == SECOND[:3]
    index = tmp_path / "g.fa.fai"
    made = index.read_text()
    assert made == genome.with_name("g.fa.fai").read_text()
    # That of another tool, newer than the genome.
    index.write_text("".join(made.splitlines(keepends=True)[:1]))
    with pytest.raises(KeyError):
        sequence_reader(copy)("2")
    assert len(index.read_text().splitlines()) == 1
