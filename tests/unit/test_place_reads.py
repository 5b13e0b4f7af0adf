"""Reads over a place: adapters are cut off their clipped ends."""

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Block
from scripts.panel.place_reads import PlaceRead, without_adapter
from tests.builders import random_sequence

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
    cut = without_adapter(read)
    assert cut.sequence == (reverse_complement(INSERT) if reverse else INSERT)
    (block,) = cut.blocks
    assert (block.query, block.length) == (0, len(INSERT))
    assert block.reference == 100 + (by_chance if reverse else 0)
    assert cut.poor == ((len(INSERT) - 6,) if reverse else (5,))


@pytest.mark.parametrize("behind", ["", "AGA", "CAGTCCATGGACTT", "TTAGATCGG"])
@pytest.mark.parametrize("reverse", [False, True])
def test_other_clips_stay(behind: str, *, reverse: bool) -> None:
    read = read_of(behind, len(INSERT), reverse=reverse)
    assert without_adapter(read) == read


def test_clips_at_the_other_end_stay() -> None:
    read = PlaceRead("r", ADAPTER + INSERT, (), (Block(100, len(ADAPTER), 60),), False)
    assert without_adapter(read) == read
