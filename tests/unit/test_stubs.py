"""Reads that end a few bases behind a junction, at the bounds of what is asked of them."""

import pytest

from flt3itd.insertions.stubs import stubs
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(600, 41)
PLACE = 300
OTHER = str.maketrans("ACGT", "CGTA")


def unlike(bases: str, places: int = 12) -> str:
    """Some bases, the first of them others."""
    return bases[:places].translate(OTHER) + bases[places:]


def stub(
    fragment: int, clip: int, other: int = 12, *, on_right: bool = True, aligned: int = 80
) -> SplitRead:
    """A read that is clipped at PLACE, its clip unlike the reference in so many bases."""
    if on_right:
        sequence = REFERENCE[PLACE - aligned : PLACE]
        sequence += unlike(REFERENCE[PLACE : PLACE + clip], other)
        start, begin, end = PLACE - aligned, 0, aligned
    else:
        clipped = unlike(REFERENCE[PLACE - clip : PLACE][::-1], other)[::-1]
        sequence = clipped + REFERENCE[PLACE : PLACE + aligned]
        start, begin, end = PLACE - clip, clip, clip + aligned
    return SplitRead(fragment, start, start, begin, end, end, sequence, b"\x25" * len(sequence))


def going_on(fragment: int) -> SplitRead:
    """A read with the same other bases, which an aligner laid through them."""
    sequence = REFERENCE[PLACE - 60 : PLACE] + unlike(REFERENCE[PLACE : PLACE + 12])
    sequence += REFERENCE[PLACE + 12 : PLACE + 40]
    size, start = len(sequence), PLACE - 60
    return SplitRead(fragment, start, start, 0, size, size, sequence, b"\x25" * size)


@pytest.mark.parametrize("on_right", [True, False])
@pytest.mark.parametrize(("clip", "found"), [(5, 0), (6, 10), (11, 10), (12, 0)])
def test_clips_of_six_to_eleven_bases_are_stubs(clip: int, found: int, on_right: bool) -> None:
    reads = [stub(n, clip, on_right=on_right) for n in range(10)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == ({PLACE: found} if found else {})


@pytest.mark.parametrize(("fragments", "is_found"), [(9, False), (10, True)])
def test_fragments_are_counted_not_reads(fragments: int, is_found: bool) -> None:
    reads = [stub(n % fragments, 8) for n in range(20)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == ({PLACE: 10} if is_found else {})


@pytest.mark.parametrize("on_right", [True, False])
@pytest.mark.parametrize(("other", "is_found"), [(1, False), (2, True)])
def test_clips_that_the_reference_goes_on_like_are_none(
    other: int, is_found: bool, on_right: bool
) -> None:
    reads = [stub(n, 8, other, on_right=on_right) for n in range(10)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == ({PLACE: 10} if is_found else {})


@pytest.mark.parametrize(("others", "is_found"), [(1, True), (2, False)])
def test_what_other_reads_go_on_like_is_a_small_change(others: int, is_found: bool) -> None:
    reads = [stub(n, 8) for n in range(10)] + [going_on(100 + n) for n in range(others)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == ({PLACE: 10} if is_found else {})


@pytest.mark.parametrize(("unlike_them", "is_found"), [(10, True), (11, False)])
def test_half_of_the_clips_of_a_place_are_alike(unlike_them: int, is_found: bool) -> None:
    reads = [stub(n, 8) for n in range(10)]
    reads += [stub(50 + n, 8, 2 + n % 4) for n in range(unlike_them)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == ({PLACE: 10} if is_found else {})


def test_the_most_of_both_sides_of_a_place_count() -> None:
    reads = [stub(n, 8) for n in range(12)] + [stub(50 + n, 8, on_right=False) for n in range(15)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == {PLACE: 15}


@pytest.mark.parametrize("on_right", [True, False])
def test_clips_of_the_other_side_of_a_place_are_other_ones(on_right: bool) -> None:
    """They would be too many for half of them to be alike."""
    reads = [stub(n, 8, on_right=on_right) for n in range(10)]
    reads += [stub(50 + n, 8, 2 + n % 4, on_right=not on_right) for n in range(12)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == {PLACE: 10}


@pytest.mark.parametrize("on_right", [True, False])
def test_stubs_are_alike_wherever_their_reads_end(on_right: bool) -> None:
    reads = [stub(n, 8, on_right=on_right, aligned=40 + n) for n in range(10)]
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == {PLACE: 10}


@pytest.mark.parametrize("long_on_right", [True, False])
def test_a_long_clip_is_no_stub_beside_a_short_one_of_its_read(long_on_right: bool) -> None:
    """Bases that are clipped on both sides of 40 that are aligned: 12, and 8."""
    left, right = (8, 12) if long_on_right else (12, 8)
    text = unlike(REFERENCE[PLACE - left : PLACE])
    text += REFERENCE[PLACE : PLACE + 40] + unlike(REFERENCE[PLACE + 40 : PLACE + 40 + right])
    start, end = PLACE - left, left + 40
    reads = [
        SplitRead(n, start, start, left, end, end, text, b"\x25" * len(text)) for n in range(10)
    ]
    place = PLACE if long_on_right else PLACE + 40
    assert stubs(ReadSet(split=reads), REFERENCE, 10) == {place: 10}
