"""Long reads of several molecules in a row (ligated, rolling circle) are no duplications."""

from __future__ import annotations

import random

import pytest

from flt3itd.locus.flt3 import flt3_locus
from flt3itd.long_reads.spanning import Cutter, Window

LOCUS = flt3_locus().sequence
WITHIN = Window(18_900, 19_240, 30)
"""Its flanks lie in the product; those of the next reach a little beyond it."""
BEYOND = Window(18_872, 19_272, 30)
PRODUCT = LOCUS[18_850:19_300]


def with_errors(sequence: str, count: int, seed: int) -> str:
    """Some bases exchanged, wherever they are."""
    bases = list(sequence)
    for place in random.Random(seed).sample(range(len(bases)), count):
        bases[place] = {"A": "C", "C": "G", "G": "T", "T": "A"}[bases[place]]
    return "".join(bases)


@pytest.mark.parametrize(("window", "errors"), [(WITHIN, 5), (BEYOND, 0)])
@pytest.mark.parametrize("copies", [2, 3, 4, 6])
def test_molecules_in_a_row_are_cut_as_one(window: Window, errors: int, copies: int) -> None:
    cutter = Cutter(LOCUS, window)
    for seed in range(20 if errors else 1):
        read = "".join(with_errors(PRODUCT, errors, 100 * seed + n) for n in range(copies))
        cut = cutter.cut(read, is_reverse=False)
        assert cut is not None
        assert cut.sequence is None or abs(len(cut.sequence) - len(window)) < 10


def test_a_duplication_between_molecules_is_kept() -> None:
    copy = LOCUS[19_050:19_150]
    mutant = LOCUS[18_850:19_150] + copy + LOCUS[19_150:19_300]
    cutter = Cutter(LOCUS, WITHIN)
    for molecules in ([mutant], [mutant, PRODUCT], [mutant, PRODUCT, PRODUCT]):
        cut = cutter.cut("".join(molecules), is_reverse=False)
        assert cut is not None
        assert cut.sequence is not None
        assert len(cut.sequence) == len(WITHIN) + len(copy)
