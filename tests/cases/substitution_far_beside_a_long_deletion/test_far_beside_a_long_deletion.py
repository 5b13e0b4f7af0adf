"""What stood more than 25 bases beside a long deletion on its molecules fell by `other_change` (a
substitution 46 bases in front of 63 lost ones), and so did a deletion 50 bases beside a
replacement: reads with both fitted neither of them. Half of them are clipped between both, so that
the VAF of what was lost in the clip was too low (0.10 for 0.15)."""

from pathlib import Path

import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.long_events import LongEvent
from scripts.panel.places import places_of
from scripts.panel.rivals import beside
from tests.panel_builders import (
    CONTIG,
    GENOME,
    THRESHOLDS,
    bam_of,
    other,
    reads_without,
    sequence_of,
    substitution,
)

FIRST = 160
BOTH, ALL = 4, 10
"""Molecules from each base."""


def _deletion(size: int) -> Allele:
    return Allele(CONTIG, FIRST - 1, GENOME[FIRST - 1 : FIRST + size], GENOME[FIRST - 1])


def _counted(
    tmp_path: Path, deletion: Allele, copies: dict[tuple[Allele, ...], int], *others: Allele
) -> dict[Allele, Call]:
    interval = ConfidenceInterval(*wilson_interval(40, 100))
    event = LongEvent(deletion, AlleleCounts(40, 60, 100, (0, 0), (0, 0)), 0.4, interval)
    calls = [Call(deletion, 0.0, 0, 0, long=event), *(Call(one, 90.0, 40, 100) for one in others)]
    with bam_of(tmp_path, reads_without(deletion, copies)) as bam:
        found = count_calls(calls, bam, sequence_of, THRESHOLDS)
    return {call.allele: call for call in found.calls}


# Deletions that reads hold, and one that is longer than they are.
@pytest.mark.parametrize("size", [70, 95, 130])
@pytest.mark.parametrize("on_left", [True, False])
def test_a_substitution_of_its_molecules_has_its_vaf(
    tmp_path: Path, size: int, on_left: bool
) -> None:
    deletion = _deletion(size)
    near = substitution(FIRST - 41 if on_left else FIRST + size + 40)
    calls = _counted(tmp_path, deletion, {(deletion, near): BOTH, (): ALL - BOTH}, near)
    assert not any(call.other_change for call in calls.values())
    share = calls[near].share
    assert share is not None
    assert share.vaf == pytest.approx(BOTH / ALL, abs=0.03)


@pytest.mark.parametrize("size", [70, 130])
def test_a_replacement_of_its_molecules_leaves_the_deletion_what_it_is(
    tmp_path: Path, size: int
) -> None:
    deletion, at = _deletion(size), FIRST + size + 48
    old = GENOME[at : at + 7]
    replaced = Allele(CONTIG, at, old, "".join(map(other, old)) + "TT")
    calls = _counted(tmp_path, deletion, {(deletion, replaced): BOTH, (): ALL - BOTH}, replaced)
    assert not any(call.other_change for call in calls.values())
    assert set(calls) == {deletion, replaced}


def test_what_no_molecule_has_still_falls(tmp_path: Path) -> None:
    """A base in front of the deletion, misread where reads end there, is none of its own."""
    deletion, near = _deletion(70), substitution(FIRST - 41)
    calls = _counted(tmp_path, deletion, {(deletion,): BOTH, (): ALL - BOTH}, near)
    assert calls[near].other_change
    assert not calls[deletion].other_change


@pytest.mark.parametrize(("between", "is_near"), [(75, True), (76, False)])
def test_events_are_compared_up_to_half_a_read_apart(between: int, is_near: bool) -> None:
    deletion = _deletion(70)
    near = substitution(deletion.end + between)
    assert bool(beside(near, [deletion])) is is_near


@pytest.mark.parametrize(("between", "calls"), [(40, 2), (41, 1)])
def test_a_gap_as_far_beside_it_as_two_gaps_are_is_of_its_place(between: int, calls: int) -> None:
    deletion = _deletion(130)
    at = deletion.end + between
    old = GENOME[at : at + 3]
    gap = Allele(CONTIG, at, old, "".join(map(other, old)) + "TT")
    places = places_of(CONTIG, [deletion, gap], (), sequence_of(CONTIG), held={deletion}, weak=())
    assert len(places[0].calls) == calls
