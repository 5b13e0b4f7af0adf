"""Where a sequence leaves one diagonal for another, and what is filler between them."""

import pytest

from flt3itd.insertions.haplotype import encode
from flt3itd.insertions.splitting import Split, split_between
from tests.builders import random_sequence

LEFT, RIGHT = random_sequence(60, 4) + "GAC", "TGG" + random_sequence(60, 5)


@pytest.mark.parametrize(
    ("run", "inserted", "is_copy"),
    [("AAA", "C", False), ("AGAGAG", "AC", False), ("ACGACGACG", "ACT", True)],
)
def test_one_or_two_bases_are_no_copy_with_another_base(
    run: str, inserted: str, is_copy: bool
) -> None:
    """Three may be: ACGACGACGACT, where what follows decides (`flt3itd.insertions.refinement`)."""
    place = len(LEFT) + len(run)
    reference = LEFT + run + RIGHT
    text = LEFT + run + inserted + RIGHT
    split = split_between(encode(text), reference, 0, -len(inserted))
    assert split is not None
    assert (split.left_end == split.right_start) == is_copy
    if not is_copy:
        assert split == Split(place, place + len(inserted), split.cost)
