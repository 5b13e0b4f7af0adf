"""Fragment shapes, inferred amplicons and depth, from reads laid out by hand."""

import numpy as np
import pytest

from flt3itd.reads.amplicons import infer_amplicons
from flt3itd.reads.library import (
    amplicon_shapes,
    fragment_shapes,
    informative_depth,
    plain_fragments,
    plain_pairs,
)
from flt3itd.reads.read_set import ReadSet, SplitRead


def pairs(*fragments: tuple[int, int, int]) -> ReadSet:
    """Plain pairs: start of the fragment, its length, read length."""
    reads = ReadSet()
    for number, (start, length, read_length) in enumerate(fragments):
        shown = min(read_length, length)
        reads.add_plain(start, shown, number)
        reads.add_plain(start + length - shown, shown, number)
    reads.fragments = len(fragments)
    return reads


def test_shapes_are_the_pairs() -> None:
    shapes = fragment_shapes(pairs((100, 300, 150), (500, 200, 150), (900, 120, 150)))
    assert shapes.length.tolist() == [120, 200, 300]
    assert shapes.left.tolist() == shapes.right.tolist() == [120, 150, 150]
    assert shapes.weight.sum() == pytest.approx(1)


def test_many_pairs_are_thinned_evenly() -> None:
    rng = np.random.default_rng(1)
    lengths = rng.normal(280, 60, 20_000).astype(int)
    shapes = fragment_shapes(pairs(*((0, int(length), 100) for length in lengths)))
    assert len(shapes.length) == 150
    assert (shapes.weight * shapes.length).sum() == pytest.approx(lengths.mean(), abs=2)
    assert np.median(shapes.length) == pytest.approx(np.median(lengths), abs=2)


def test_pairs_that_lie_too_far_apart_are_no_fragments() -> None:
    shapes = fragment_shapes(pairs((0, 300, 100), (0, 90_000, 100)))
    assert shapes.length.tolist() == [300]


@pytest.mark.parametrize(("plain", "longest"), [(299, 250), (300, 200)])
def test_where_few_pairs_are_plain_those_in_one_piece_count(plain: int, longest: int) -> None:
    reads = pairs(*[(0, 200, 100)] * plain)
    misread, clipped, gapped = plain, plain + 1, plain + 2
    reads.split += [
        SplitRead(misread, 0, 0, 0, 100, 100, "A" * 100, b"I" * 100),
        SplitRead(misread, 150, 150, 0, 100, 100, "A" * 100, b"I" * 100),
        SplitRead(clipped, 0, 0, 0, 100, 100, "A" * 100, b"I" * 100),
        SplitRead(clipped, 800, 800, 0, 90, 90, "A" * 100, b"I" * 100),
        SplitRead(gapped, 0, 0, 0, 100, 100, "A" * 100, b"I" * 100),
        SplitRead(gapped, 700, 690, 0, 100, 50, "A" * 100, b"I" * 100),
    ]
    reads.fragments = plain + 3
    assert fragment_shapes(reads).length.max() == longest
    assert plain_pairs(reads)[1].max() == longest


def test_single_reads() -> None:
    reads = ReadSet()
    for number, length in enumerate((100, 150)):
        reads.add_plain(0, length, number)
    clipped = SplitRead(2, 0, 0, 0, 80, 80, "A" * 120, b"I" * 120)
    reads.split.append(clipped)
    reads.fragments = 3
    shapes = fragment_shapes(reads)
    assert shapes.left.tolist() == [100, 120, 150]
    assert shapes.right.tolist() == [0, 0, 0]


def test_no_reads_have_no_shape() -> None:
    with pytest.raises(ValueError, match="no reads"):
        fragment_shapes(ReadSet())


def test_amplicons_are_where_fragments_pile_up() -> None:
    stray = [(400 + 3 * n, 200 + n, 150) for n in range(30)]
    reads = pairs(*[(100, 290, 150)] * 600, *[(300, 250, 150)] * 200, *stray)
    amplicons = infer_amplicons(reads)
    assert [(each.start, each.end) for each in amplicons] == [(100, 390), (300, 550)]
    assert [each.weight for each in amplicons] == pytest.approx([0.75, 0.25])


def test_ends_a_few_bases_apart_are_one_amplicon() -> None:
    reads = pairs(*[(100, 290, 150)] * 500, *[(101, 289, 150)] * 60, *[(100, 287, 150)] * 60)
    ((start, end),) = [(each.start, each.end) for each in infer_amplicons(reads)]
    assert (start, end) == (100, 390)


def test_capture_has_no_amplicons() -> None:
    reads = pairs(*((10 * n, 250 + n % 60, 100) for n in range(500)))
    assert infer_amplicons(reads) == ()
    assert infer_amplicons(ReadSet()) == ()


def test_amplicon_shapes_hold_whole_reads() -> None:
    reads = pairs(*[(100, 290, 150)] * 5)
    reads.split.append(SplitRead(5, 100, 100, 0, 60, 60, "A" * 150, b"I" * 150))
    reads.split.append(SplitRead(5, 240, 240, 0, 150, 150, "A" * 150, b"I" * 150))
    reads.fragments = 6
    assert set(amplicon_shapes(reads).left.tolist()) == {150}


@pytest.mark.parametrize(("length", "seen"), [(199, 199), (200, 250)])
def test_reads_that_end_with_their_molecule_would_go_on(length: int, seen: int) -> None:
    """Fragments of 200 bases; a longer one shows how long reads are."""
    reads = pairs(*[(100, 200, length)] * 5, (100, 390, 250))
    shapes = amplicon_shapes(reads)
    assert shapes.left.tolist() == shapes.right.tolist() == [seen] * 5 + [250]


def depth(intervals: list[tuple[int, int, int]], anchor: int = 0) -> list[int]:
    starts, ends, fragments = np.array(intervals, dtype=np.int64).T
    found: list[int] = informative_depth(starts, ends, fragments, anchor, (10, 20)).tolist()
    return found


def test_depth_counts_the_mates_of_a_fragment_once() -> None:
    assert depth([(8, 16, 0), (12, 30, 0)]) == [1] * 10
    assert depth([(8, 16, 0), (12, 30, 1)]) == [1, 1, 2, 2, 2, 2, 1, 1, 1, 1]
    assert depth([(12, 14, 0), (16, 18, 0)]) == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]
    assert depth([(12, 14, 0), (10, 20, 0)]) == [1] * 10


def test_depth_needs_anchors() -> None:
    assert depth([(10, 20, 0)], anchor=3) == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0]
    assert depth([(10, 16, 0)], anchor=3) == [0] * 10


def test_depth_outside_the_region_does_not_count() -> None:
    assert depth([(0, 5, 0), (30, 40, 1), (0, 40, 2)]) == [1] * 10


@pytest.mark.parametrize(
    ("reads", "found"),
    [
        ([(300, 0), (100, 1), (100, 0)], [(100, 400)]),  # the right one first; one without a mate
        ([(100, 0), (300, 0), (200, 0)], [(100, 300), (200, 400)]),  # three of one name
        ([(100, 0)], []),
    ],
)
def test_pairs_are_the_reads_of_a_fragment(
    reads: list[tuple[int, int]], found: list[tuple[int, int]]
) -> None:
    made = ReadSet()
    for start, fragment in reads:
        made.add_plain(start, 100, fragment)
    starts, ends = plain_pairs(made)
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == found
    starts, ends = plain_fragments(made)
    singly = [(start, start + 100) for start, _ in reads]
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == (found or singly)
