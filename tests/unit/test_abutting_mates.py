"""Mates that lie end to end, and captures of which what mates have in common was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.bases import reverse_complement
from flt3itd.fitness.abutting_mates import share_abutting
from flt3itd.reads.alignment import Flag
from flt3itd.reads.library import read_spans
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.simulation.sequencing import Library
from tests.builders import Pair, write_mates
from tests.fitness_builders import LIMITS, assert_misleads_of_insertions_in_captures
from tests.itd_builders import call, sample_pairs, tandem

SECOND = int(Flag.REVERSE | Flag.READ_2)


def pairs_apart(gaps: Sequence[int]) -> ReadSet:
    """Pairs with so many bases between their mates, below 0 where they overlap."""
    found = ReadSet(fragments=len(gaps))
    for fragment, gap in enumerate(gaps):
        found.add_plain(100, 80, fragment)
        found.add_plain(180 + gap, 80, fragment, SECOND)
    return found


def test_mates_that_touch_abut() -> None:
    assert share_abutting(read_spans(pairs_apart([0, 1, -1, 40]))) == 0.25
    assert share_abutting(read_spans(ReadSet())) == 0


def test_single_reads_and_mates_on_one_strand_are_no_pairs() -> None:
    found = pairs_apart([0])
    found.fragments = 3
    found.add_plain(100, 80, 1)
    found.add_plain(100, 80, 2)
    found.add_plain(180, 80, 2)
    assert share_abutting(read_spans(found)) == 1


@pytest.mark.parametrize(("clipped", "share"), [(0, 1.0), (1, 0.0)])
def test_clipped_bases_were_not_cut_off(clipped: int, share: float) -> None:
    found = ReadSet(fragments=1)
    bases = "A" * (80 + clipped)
    found.split.append(SplitRead(0, 100, 100, 0, 80, 80, bases, bytes([30] * len(bases))))
    found.add_plain(180, 80, 0, SECOND)
    assert share_abutting(read_spans(found)) == share


def test_at_the_limits_of_abutting_mates() -> None:
    assert_misleads_of_insertions_in_captures(
        {"abutting": 0.2, "fragments": 30}, {"abutting": 0.199}, {"fragments": 29}
    )
    assert (LIMITS.abutting, LIMITS.abutting_of) == (0.2, 30)


def cut_to_the_middle(pair: Pair) -> Pair:
    """The pair without the bases that both mates have."""
    first, second = pair.first, pair.second
    begins = reverse_complement(second.sequence)
    at = first.sequence.find(begins[:20])
    if at < 0:
        return pair
    length = at + len(begins)
    kept, rest = length // 2, length - length // 2
    return Pair(
        replace(first, sequence=first.sequence[:kept], qualities=first.qualities[:kept]),
        replace(second, sequence=second.sequence[:rest], qualities=second.qualities[:rest]),
        pair.haplotype,
    )


def test_captures_without_what_mates_have_in_common_are_told(tmp_path: Path) -> None:
    library = Library(fragment_mean=230, fragment_sd=40)
    itd = tandem(28_034_050, 28_034_178, 0.3)
    pairs = [cut_to_the_middle(one) for one in sample_pairs([itd], 300, library=library)]
    files = write_mates(tmp_path, pairs)
    answer = call(tmp_path, "--fastq", *map(str, files)).document["itd"]
    assert answer["status"] == "not_assessable"
    assert "end where their mates begin" in answer["reason"]
