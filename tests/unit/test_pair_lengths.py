"""Where the lengths of pairs stop instead of running out."""

from collections.abc import Iterable
from statistics import NormalDist

import pytest

from flt3itd.fitness.pair_lengths import lengths_stop
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead

SIZE = 100
RUNNING_OUT = [round(NormalDist(230, 40).inv_cdf((number + 0.5) / 800)) for number in range(800)]
"""From 101 to 359 bases."""


def stops(lengths: Iterable[int], *, size: int = SIZE) -> tuple[int, int]:
    reads = ReadSet()
    for length in lengths:
        read = min(size, length)
        reads.add_plain(500, read, reads.fragments)
        reads.add_plain(500 + length - read, read, reads.fragments, 0x10)
        reads.fragments += 1
    return lengths_stop(read_spans(reads))


def test_lengths_of_a_library_run_out() -> None:
    assert stops(RUNNING_OUT) == (0, 0)
    assert stops([]) == (0, 0)


def test_lengths_that_were_cut_stop() -> None:
    assert stops(one for one in RUNNING_OUT if one >= 180) == (180, 0)
    assert stops(one for one in RUNNING_OUT if one <= 260) == (0, 260)
    assert stops(one for one in RUNNING_OUT if 180 <= one <= 260) == (180, 260)


@pytest.mark.parametrize(("beside", "stop"), [(10, 150), (9, 0)])
def test_ten_pairs_lie_where_lengths_stop(beside: int, stop: int) -> None:
    """The quartiles are 80 bases apart, so that ten bases are looked at."""
    others = [200] * 400 + [240] * 200 + [280] * 400 + [320]
    assert stops([*others, *[150 + number for number in range(beside)], 160])[0] == stop


@pytest.mark.parametrize(("last", "stop"), [(351, 360), (350, 0)])
def test_ten_bases_beside_the_greatest_length_are_looked_at(last: int, stop: int) -> None:
    others = [160] + [200] * 400 + [240] * 200 + [280] * 400
    assert stops([*others, *[352 + number for number in range(9)], last])[1] == stop


@pytest.mark.parametrize(("last", "stop"), [(150, 150), (151, 0)])
def test_of_lengths_that_are_all_alike_one_base_is_looked_at(last: int, stop: int) -> None:
    assert stops([*[200] * 990, *[150] * 9, last])[0] == stop


@pytest.mark.parametrize(
    ("tenth", "others", "stop"),
    [
        (154, [200] * 241 + [216] * 20 + [240] * 730, 150),
        (155, [200] * 491 + [240] * 250 + [256] * 250, 0),
    ],
)
def test_the_window_is_an_eighth_of_the_distance_of_the_quartiles(
    tenth: int, others: list[int], stop: int
) -> None:
    """Of 1,001 lengths these are the 251st and the 751st: 200 and 240, so five bases."""
    assert stops([*[150] * 9, tenth, *others])[0] == stop


@pytest.mark.parametrize(("beside", "stop"), [(20, 150), (19, 0)])
def test_one_pair_in_two_hundred_lies_where_lengths_stop(beside: int, stop: int) -> None:
    others = [200] * 1600 + [240] * 780 + [280] * (1600 - beside) + [320] * 20
    assert stops([*others, *[150] * beside])[0] == stop


@pytest.mark.parametrize(("least", "stop"), [(90, 90), (89, 0)])
def test_trimming_leaves_out_pairs_below_90_bases(least: int, stop: int) -> None:
    assert stops([*RUNNING_OUT, *[least] * 20], size=75)[0] == stop


@pytest.mark.parametrize(("size", "stop"), [(174, 180), (175, 0), (185, 0), (186, 180)])
def test_libraries_stop_at_the_length_of_a_read(size: int, stop: int) -> None:
    assert stops((one for one in RUNNING_OUT if one >= 180), size=size) == (stop, 0)


def test_pairs_of_two_places_and_single_reads_have_no_length() -> None:
    cut = [one for one in RUNNING_OUT if one <= 260]
    assert stops([*cut, 2000]) == (0, 0)
    assert stops([*cut, 2001]) == (0, 260)
    reads = ReadSet()
    for _ in range(20):
        reads.add_plain(500, SIZE, reads.fragments)
        reads.fragments += 1
    assert lengths_stop(read_spans(reads)) == (0, 0)


def test_pairs_over_a_long_junction_do_not_stop() -> None:
    """A read in the first copy and its mate in the second one may lie the wrong way round."""
    reads = ReadSet()
    for number, length in enumerate(RUNNING_OUT):
        reads.add_plain(500, SIZE, number)
        reads.add_plain(500 + length - SIZE, SIZE, number, 0x10)
    for number in range(100):
        reads.add_plain(1000 + number // 20, SIZE, 800 + number, 0x10)
        reads.add_plain(1600 - number // 20, SIZE, 800 + number)
    reads.fragments = 900
    assert lengths_stop(read_spans(reads)) == (0, 0)


def test_clipped_pairs_within_copies_do_not_stop() -> None:
    """Of copies of 150 bases both reads are clipped to one."""
    reads = ReadSet()
    for number, length in enumerate(RUNNING_OUT):
        reads.add_plain(500, SIZE, number)
        reads.add_plain(600 + length - SIZE, SIZE, number, 0x10)
    for number in range(800, 840):
        for start, reverse in ((500, False), (570, True)):
            ends = (
                (start, start, 0, 80, 80) if reverse else (start - 20, start - 20, 20, SIZE, SIZE)
            )
            reads.split.append(SplitRead(number, *ends, "A" * SIZE, bytes(SIZE), reverse, reverse))
    reads.fragments = 840
    assert lengths_stop(read_spans(reads)) == (0, 0)
