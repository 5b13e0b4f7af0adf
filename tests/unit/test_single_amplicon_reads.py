"""Single reads of an amplicon that are shorter than it, from both of its ends."""

import numpy as np
import pytest

from flt3itd.reads.alignment import Flag
from flt3itd.reads.amplicons import infer_amplicons
from flt3itd.reads.read_set import ReadSet, SplitRead

LEFT, RIGHT, SIZE = 1000, 1350, 250


def reads_of(left: int, right: int, over_junction: int, *, clipped_at_start: bool) -> ReadSet:
    """Reads of a product with 60 bases twice, those over its junction from the right end.

    Their aligned part begins or ends at the junction.
    """
    found = ReadSet(fragments=left + right + over_junction)
    for fragment in range(left):
        found.add_plain(LEFT, SIZE, fragment, int(Flag(0)))
    for fragment in range(left, left + right):
        found.add_plain(RIGHT - SIZE, SIZE, fragment, int(Flag.REVERSE))
    for fragment in range(left + right, left + right + over_junction):
        diagonal = RIGHT - SIZE if clipped_at_start else RIGHT - SIZE + 60
        aligned = (120, SIZE) if clipped_at_start else (0, 190)
        found.split.append(
            SplitRead(
                fragment, diagonal, diagonal, *aligned, aligned[1], "A" * SIZE, b"\x25" * SIZE,
                is_reverse=True,
            )
        )  # fmt: skip
    return found


@pytest.mark.parametrize("clipped_at_start", [True, False])
def test_reads_over_a_junction_count_for_their_end(clipped_at_start: bool) -> None:
    """Wherever an aligner clips them, even where they are most."""
    reads = reads_of(1000, 300, 700, clipped_at_start=clipped_at_start)
    left, right = infer_amplicons(reads)
    assert (left.start, left.end) == (LEFT, LEFT + SIZE)
    assert (right.start, right.end) == (RIGHT - SIZE, RIGHT)
    assert np.allclose([left.weight, right.weight], 0.5)


@pytest.mark.parametrize(("few", "found"), [(3, 2), (2, 1)])
def test_few_reads_of_the_other_primer_have_an_amplicon_of_their_own(few: int, found: int) -> None:
    """As few as make an ITD pass that those of the usual primer do not reach."""
    amplicons = infer_amplicons(reads_of(1000, few, 0, clipped_at_start=False))
    assert len(amplicons) == found
    assert sum(one.weight for one in amplicons) == pytest.approx(1)
    if found > 1:
        assert amplicons[1].weight == pytest.approx(few / (1000 + few))
