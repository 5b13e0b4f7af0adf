"""Of a replacement in bases that other molecules lack only pieces were told (an inversion of 16
bases as two gaps, its substitutions as parts of the deletion): no read holds all of the place."""

from pathlib import Path

import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.long_events import LongEvent
from tests.panel_builders import (
    CONTIG,
    GENOME,
    THRESHOLDS,
    bam_of,
    reads_without,
    sequence_of,
    substitution,
)

FIRST, SIZE = 160, 95
DELETION = Allele(CONTIG, FIRST - 1, GENOME[FIRST - 1 : FIRST + SIZE], GENOME[FIRST - 1])
PARTS = tuple(map(substitution, (FIRST + 12, FIRST + 15, FIRST + 18, FIRST + 21)))
LOST, CHANGED, ALL = 2, 3, 10
"""Molecules from each base."""


def test_all_of_it_is_told(tmp_path: Path) -> None:
    copies = {(DELETION,): LOST, PARTS: CHANGED, (): ALL - LOST - CHANGED}
    interval = ConfidenceInterval(*wilson_interval(20, 100))
    event = LongEvent(DELETION, AlleleCounts(20, 80, 100, (0, 0), (0, 0)), 0.2, interval)
    calls = [Call(DELETION, 0.0, 0, 0, long=event), *(Call(one, 90.0, 40, 100) for one in PARTS)]
    with bam_of(tmp_path, reads_without(DELETION, copies)) as bam:
        found = count_calls(calls, bam, sequence_of, THRESHOLDS).calls
    told = {call.allele: call.share for call in found if call.placed and not call.part_of_event}
    changed = {allele: share for allele, share in told.items() if allele != DELETION}
    first, last = PARTS[0].start, PARTS[-1].end
    assert min(one.start for one in changed) == first
    assert max(one.end for one in changed) == last
    for share in changed.values():
        assert share is not None
        assert share.vaf == pytest.approx(CHANGED / ALL, abs=0.04)
