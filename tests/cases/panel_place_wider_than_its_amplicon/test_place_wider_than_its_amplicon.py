"""A call whose amplicon begins within its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from scripts.panel.alleles import Allele
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.places import Clip
from scripts.panel.read_rules import ReadRules
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    THRESHOLDS,
    bam_of,
    other,
    read,
    sequence_of,
)

FIRST = 230
GAP = Allele(CONTIG, 304, GENOME[304:308], GENOME[304])
CLIPS = {CONTIG: [Clip(228, on_right=False), Clip(266, on_right=False)]}
"""They reach, in steps of less than 40 bases, from the call to before the amplicon."""


@pytest.mark.parametrize(("wrong", "told"), [(24, False), (25, True)])
def test_what_few_others_show_says_nothing_of_it(tmp_path: Path, wrong: int, *, told: bool) -> None:
    """A fragment has two reads at the most: 50 reads of the call are 25 fragments."""
    reads = [read(f"m{number}", FIRST, GAP) for number in range(50)]
    reads += [read(f"w{number}", FIRST) for number in range(150)]
    for number in range(wrong):
        one = read(f"x{number}", 210)
        qualities, text = one.query_qualities, one.query_sequence or ""
        one.query_sequence = "".join(
            other(base) if at % 5 == 4 else base for at, base in enumerate(text)
        )
        one.query_qualities = qualities
        reads.append(one)
    thresholds = replace(THRESHOLDS, reads=ReadRules(Assay.AMPLICON, 20, 20))
    with bam_of(tmp_path, reads) as bam:
        call = Call(GAP, 9.0, 50, 200)
        counted = count_calls([call], bam, sequence_of, thresholds, CLIPS)
    (found,) = counted.calls
    assert found.other_change is told
    count = counted.counts[GAP]
    assert (count.mutant, count.mutant + count.wildtype) == (50, 200)
    assert READ == 100
