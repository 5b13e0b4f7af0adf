"""Reads of one strand that begin together, and captures whose copies were removed read by read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from flt3itd.fitness.several import together
from flt3itd.fitness.shared_starts import shared_starts
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import write_mates
from tests.fitness_builders import GOOD, LIMITS, assert_misleads_of_insertions_in_captures
from tests.itd_builders import call, sample_pairs, tandem

REVERSE, SECOND = Flag.REVERSE, Flag.READ_2


def pairs_at(places: Sequence[tuple[int, int]], *, single: Sequence[int] = ()) -> ReadSet:
    """Pairs whose forward reads begin, and whose reverse reads end, at places; single reads."""
    found = ReadSet(fragments=len(places) + len(single))
    for fragment, (first, last) in enumerate(places):
        found.add_plain(first, 100, fragment)
        found.add_plain(last - 100, 100, fragment, int(SECOND | REVERSE))
    for fragment, first in enumerate(single, len(places)):
        found.add_plain(first, 100, fragment)
    return found


def measured(found: ReadSet) -> tuple[int, float]:
    shared, by_chance = shared_starts(read_spans(found))
    return shared, round(by_chance, 9)


def test_each_two_reads_of_a_strand_that_begin_together_count() -> None:
    assert measured(ReadSet()) == (0, 0)
    assert measured(pairs_at([(100, 400), (100, 451), (149, 700)])) == (1, 3 / 50)
    assert measured(pairs_at([(100, 400), (150, 400), (100, 449), (100, 400)])) == (
        3 + 3,
        (3 + 6) / 50,
    )
    assert measured(pairs_at([(100, 400)], single=[100, 100])) == (0, 0)


@pytest.mark.parametrize("reverse", [False, True])
def test_clipped_reads_begin_where_their_first_base_would_lie(reverse: bool) -> None:
    found = ReadSet(fragments=2)
    for fragment, clipped in enumerate((0, 30)):
        first, last = (0, 100 - clipped) if reverse else (clipped, 100)
        found.split.append(
            SplitRead(
                fragment, 500, 500, first, last, last, "A" * 100, bytes([30] * 100),
                is_reverse=reverse, is_read2=reverse,
            )
        )  # fmt: skip
        found.add_plain(300 - 200 * fragment, 100, fragment, int(0 if reverse else SECOND))
    assert measured(found)[0] == 1


def test_of_the_mate_or_strand_of_which_the_fewest_begin_together() -> None:
    """First reads of one place in each 50 bases, second reads of one place: copies kept by one."""
    forward = [(100 + 3 * one, 600) for one in range(15)]
    assert measured(pairs_at(forward)) == (0, 105 / 50)
    assert measured(pairs_at([(last - 500, 100 + first) for first, last in forward])) == (
        0,
        105 / 50,
    )


def test_of_first_reads_on_both_strands() -> None:
    found = ReadSet(fragments=30)
    for fragment in range(15):
        found.add_plain(100 + 3 * fragment, 100, fragment)
        found.add_plain(500, 100, fragment, int(SECOND | REVERSE))
        found.add_plain(500 + 3 * fragment, 100, 15 + fragment, int(REVERSE))
        found.add_plain(100, 100, 15 + fragment, int(SECOND))
    assert measured(found) == (0, 2 * 105 / 50)


def test_at_the_limits_of_shared_starts() -> None:
    assert_misleads_of_insertions_in_captures(
        {"starts_shared": 2, "starts_shared_by_chance": 30.0},
        {"starts_shared": 3},
        {"starts_shared_by_chance": 29.9},
    )
    assert (LIMITS.starts_shared, LIMITS.starts_shared_by_chance) == (0.1, 30)


def test_they_are_summed_over_regions() -> None:
    both = together([GOOD, GOOD])
    assert both.starts_shared == 2 * GOOD.starts_shared
    assert both.starts_shared_by_chance == 2 * GOOD.starts_shared_by_chance


def test_copies_that_were_removed_read_by_read_are_told(tmp_path: Path) -> None:
    """And those removed by pairs are not: by then as many reads of a strand begin together."""
    pairs = sample_pairs([tandem(28_034_110, 28_034_130, 0.3)], 400)
    answers = []
    for name, by_read in (("by pairs", False), ("by reads", True)):
        folder = tmp_path / name
        folder.mkdir()
        taken: set[object] = set()
        kept = []
        for pair in pairs:
            ends = (pair.first.sequence[:40], pair.second.sequence[:40])
            keys = ends if by_read else (ends,)
            if taken.isdisjoint(keys):
                taken.update(keys)
                kept.append(pair)
        files = write_mates(folder, kept)
        answers.append(call(folder, "--fastq", *map(str, files)).document["itd"])
    assert [answer["status"] for answer in answers] == ["detected", "not_assessable"]
    assert "copies were removed read by read" in answers[1]["reason"]
