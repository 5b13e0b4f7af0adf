"""Reads over a place: adapters are cut off their clipped ends."""

from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Block
from scripts.panel.place_reads import PlaceRead, reads_over, without_adapter
from scripts.panel.places import Place
from scripts.panel.read_rules import ReadRules
from tests.builders import Read, random_sequence, write_bam

INSERT = random_sequence(60, seed=12)
ADAPTER = "AGATCGGAAGAGCACACGTCTGAAC"


def read_of(behind: str, aligned: int, *, reverse: bool) -> PlaceRead:
    """A read of the insert and what is read behind it, so many bases of which are aligned."""
    text, clipped = INSERT + behind, len(INSERT) + len(behind) - aligned
    poor: tuple[int, ...] = (len(text) - 1, 5)
    if reverse:
        text, poor = reverse_complement(text), tuple(len(text) - 1 - at for at in poor)
    block = Block(100, clipped if reverse else 0, aligned)
    return PlaceRead("r", text, poor, (block,), reverse)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("size", [4, 8, 12, 25])
@pytest.mark.parametrize("by_chance", [0, 1, 2])
def test_an_adapter_is_cut_off(size: int, by_chance: int, *, reverse: bool) -> None:
    read = read_of(ADAPTER[:size], len(INSERT) + by_chance, reverse=reverse)
    cut = without_adapter(read, passes_mate=True)
    assert cut.sequence == (reverse_complement(INSERT) if reverse else INSERT)
    (block,) = cut.blocks
    assert (block.query, block.length) == (0, len(INSERT))
    assert block.reference == 100 + (by_chance if reverse else 0)
    assert cut.poor == ((len(INSERT) - 6,) if reverse else (5,))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(("size", "is_cut"), [(5, False), (25, True)])
def test_before_the_mate_begins_few_bases_are_no_adapter(
    size: int, *, is_cut: bool, reverse: bool
) -> None:
    """The molecule goes on there, with bases that are alike by chance."""
    read = read_of(ADAPTER[:size], len(INSERT), reverse=reverse)
    assert (without_adapter(read, passes_mate=False) != read) is is_cut


@pytest.mark.parametrize("behind", ["", "AGA", "CAGTCCATGGACTT", "TTAGATCGG"])
@pytest.mark.parametrize("reverse", [False, True])
def test_other_clips_stay(behind: str, *, reverse: bool) -> None:
    read = read_of(behind, len(INSERT), reverse=reverse)
    assert without_adapter(read, passes_mate=True) == read


def test_clips_at_the_other_end_stay() -> None:
    read = PlaceRead("r", ADAPTER + INSERT, (), (Block(100, len(ADAPTER), 60),), False)
    assert without_adapter(read, passes_mate=True) == read


@pytest.mark.parametrize(
    ("cigar", "hidden", "sites"),
    [
        ("60M", (0, 0), ()),
        ("60M", (20, 0), ((100, 120),)),
        ("60M", (20, 15), ((100, 120), (145, 160))),
        ("60M", (60, 0), ()),  # nothing of the molecule is left
        ("10S50M", (20, 0), ((100, 110),)),
        ("25S35M", (20, 0), ()),  # the primer is clipped: where it lies is not known
        ("18M5D42M", (20, 0), ((100, 125),)),
        ("35M25S", (0, 25), ()),
    ],
)
def test_the_primers_of_a_read_are_its_hidden_ends(
    tmp_path: Path, cigar: str, hidden: tuple[int, int], sites: tuple[tuple[int, int], ...]
) -> None:
    front, back = hidden
    qualities = (*[0] * front, *[37] * (60 - front - back), *[0] * back)
    read = Read("r", "chr1", 100, cigar, INSERT, qualities=qualities)
    bam = write_bam(tmp_path / "reads.bam", {"chr1": 500}, [read])
    for assay, expected in ((Assay.AMPLICON, sites), (Assay.CAPTURE, ())):
        with pysam.AlignmentFile(str(bam)) as file:
            (found,) = reads_over(file, Place("chr1", 120, 130, ()), ReadRules(assay, 20, 20))
        assert found.primers == expected
