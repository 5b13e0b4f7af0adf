"""Clips that lie on the reference are aligned again; what stands behind a junction is not."""

from __future__ import annotations

import pytest

from flt3itd.reads.clipped_overlaps import join_clips
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(2000, 8)
OTHER = random_sequence(100, 9)


def reads_of(sequence: str, start: int, end: int, *, diagonal: int = 500) -> ReadSet:
    """One read of which the bases from `start` to `end` are aligned."""
    reads = ReadSet(fragments=1, reads=1)
    quality = b"\x25" * len(sequence)
    reads.split.append(SplitRead(0, diagonal, diagonal, start, end, end, sequence, quality))
    reads.tally.soft_clipped = 1
    reads.tally.longest_clip = max(start, len(sequence) - end)
    return reads


@pytest.mark.parametrize(("start", "end"), [(40, 100), (0, 55), (8, 92), (40, 60)])
def test_a_read_whose_clips_lie_on_the_reference_is_plain(start: int, end: int) -> None:
    reads = reads_of(REFERENCE[500:600], start, end)
    assert join_clips(reads, REFERENCE) == 1
    assert reads.split == []
    assert (reads.plain_start[0], reads.plain_end[0]) == (500, 600)
    assert (reads.tally.soft_clipped, reads.tally.longest_clip) == (0, 0)


@pytest.mark.parametrize(
    ("sequence", "end"),
    [
        (REFERENCE[500:560] + OTHER[:40], 60),
        (REFERENCE[500:560] + REFERENCE[530:570], 60),
        (REFERENCE[500:593] + REFERENCE[593:600], 93),
    ],
    ids=["other bases", "a copy", "seven bases"],
)
def test_other_clips_stay(sequence: str, end: int) -> None:
    reads = reads_of(sequence, 0, end)
    [before] = reads.split
    assert join_clips(reads, REFERENCE) == 0
    assert reads.split == [before]
    assert reads.tally.soft_clipped == 1


@pytest.mark.parametrize(("lying", "joined"), [(8, 8), (7, 0)])
def test_what_lies_on_the_reference_is_aligned_as_far_as_it_does(lying: int, joined: int) -> None:
    """The overlap of two mates may go over a junction, or into an adapter."""
    behind = "".join("ACGT"["CATG".index(base)] for base in REFERENCE[560 + lying : 600])
    reads = reads_of(REFERENCE[500 : 560 + lying] + behind, 0, 60)
    join_clips(reads, REFERENCE)
    [read] = reads.split
    assert read.aligned_end == read.first_block_end == 60 + joined
    assert reads.tally.longest_clip == 40 - joined


@pytest.mark.parametrize(
    ("near", "noted"),
    [(None, [520]), ((599, 700), [520]), ((600, 700), []), ((400, 501), [520]), ((400, 500), [])],
)
def test_an_error_in_the_clip_is_a_mismatch_of_the_read(
    near: tuple[int, int] | None, noted: list[int]
) -> None:
    text = REFERENCE[500:600]
    wrong = text[:20] + {"A": "C", "C": "A", "G": "T", "T": "G"}[text[20]] + text[21:]
    reads = reads_of(wrong, 45, 100)
    reads.mismatches.near = near
    assert join_clips(reads, REFERENCE) == 1
    assert list(reads.plain_start) == [500]
    assert reads.tally.plain_mismatches == 1
    assert list(reads.mismatches.place) == noted


@pytest.mark.parametrize("start", [-20, 1990])
def test_clips_beyond_the_ends_of_the_reference_stay(start: int) -> None:
    sequence = OTHER[:30] + REFERENCE[start + 30 : start + 60] if start < 0 else REFERENCE[1990:]
    sequence = (sequence + OTHER)[:60]
    first, last = (30, 60) if start < 0 else (0, 10)
    reads = reads_of(sequence, first, last, diagonal=start)
    assert join_clips(reads, REFERENCE) == 0
