"""Long clips that are all of one mate."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

import pytest

from flt3itd.fitness.mate_clips import clips_of_one_mate
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead

READ = 100


def found(
    first: Sequence[int], second: Sequence[int], *, length: int = READ, single: bool = False
) -> float:
    """Of pairs of which the first, or the second, reads have clips of so many bases."""
    reads = ReadSet(fragments=len(first) + len(second))
    for fragment, clip in enumerate((*first, *second)):
        is_second = fragment >= len(first)
        size = length if is_second else READ
        reads.split.append(
            SplitRead(
                fragment, 0, 0, 0, size - clip, size - clip, "A" * size, bytes([30] * size),
                is_reverse=is_second, is_read2=is_second,
            )
        )  # fmt: skip
        if not single:
            other = READ if is_second else length
            reads.add_plain(300, other, fragment, 0 if is_second else int(Flag.READ_2))
    return clips_of_one_mate(read_spans(reads))


@pytest.mark.parametrize("turned", [False, True])
def test_each_clip_longer_than_all_of_the_other_mate_is_of_one_by_half(turned: bool) -> None:
    clips = [20, 25, 11], [10]
    assert found(*(clips[::-1] if turned else clips)) == pytest.approx(3 * log10(2))
    assert found([20, 25, 10], [10]) == pytest.approx(2 * log10(2))
    assert found([20], [20]) == 0.0


@pytest.mark.parametrize(("clip", "longer"), [(39, 3), (40, 0)])
def test_clips_of_two_fifths_are_as_good_as_longer_ones(clip: int, longer: int) -> None:
    assert found([60, 70, 50], [clip]) == pytest.approx(longer * log10(2))


@pytest.mark.parametrize(("length", "longer"), [(90, 2), (89, 0)])
def test_mates_that_are_not_read_as_far_are_not_compared(length: int, longer: int) -> None:
    assert found([30, 30], [], length=length) == pytest.approx(longer * log10(2))


def test_single_reads_have_no_mate() -> None:
    assert found([30, 30], [], single=True) == 0.0
    assert found([], []) == 0.0
