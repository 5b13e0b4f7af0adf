"""Single reads of an amplicon that are shorter than it, from both of its ends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from flt3itd.reads.alignment import Flag
from flt3itd.reads.amplicons import infer_amplicons
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.builders import write_fastq
from tests.itd_builders import amplicon_pairs, assert_found, call, tandem

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


@pytest.mark.parametrize(
    ("alone", "whole", "one_sided"),
    [(4, 1, 0), (5, 1, 0.05), (50, 1, 0.5), (95, 1, 0.95), (96, 0, 1)],
)
def test_fragments_of_which_one_read_is_there_beside_whole_ones(
    alone: int, whole: int, one_sided: float
) -> None:
    """Each kind has amplicons of its own, by its share; where nearly all are of one kind, one."""
    reads = ReadSet(fragments=100)
    for number in range(100):
        reads.add_plain(300, 100, number)
        if number >= alone:
            reads.add_plain(450, 100, number, int(Flag.REVERSE | Flag.READ_2))
    amplicons = infer_amplicons(reads)
    pairs = [one for one in amplicons if one.shapes is None]
    assert [(one.start, one.end) for one in pairs] == [(300, 550)] * whole
    singles = sum(one.weight for one in amplicons if one.shapes is not None)
    assert singles == pytest.approx(one_sided)


def test_second_reads_that_are_too_short_to_be_placed(tmp_path: Path) -> None:
    """Of every second pair (a VAF of 0.30 read 0.42)."""
    itd = tandem(28_034_060, 28_034_182, 0.3, "GATCCA")
    pairs = amplicon_pairs([itd], [(28_033_930, 28_034_240)] * 2, 1000)
    second = [
        replace(pair.second, sequence="A", qualities="F") if number % 2 else pair.second
        for number, pair in enumerate(pairs)
    ]
    files = [
        write_fastq(tmp_path / "R1.fastq", (pair.first for pair in pairs)),
        write_fastq(tmp_path / "R2.fastq", second),
    ]
    called = call(tmp_path, "--fastq", *map(str, files), "--assay", "amplicon")
    assert_found(called, [itd])
