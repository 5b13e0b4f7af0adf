"""A deletion of more than 60 bases was no haplotype of its place: what lies beside had a VAF among
the other molecules only (0.422 for 0.35), or fell by `other_change`."""

from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.held_deletions import held_deletions
from scripts.panel.long_events import LongEvent
from scripts.panel.places import places_of
from scripts.panel.read_rules import ReadRules
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    RULES,
    THRESHOLDS,
    bam_of,
    other,
    read,
    reads_without,
    sequence_of,
)

FIRST, SIZE = 160, 70
DELETION = Allele(CONTIG, FIRST - 1, GENOME[FIRST - 1 : FIRST + SIZE], GENOME[FIRST - 1])
WITHIN = Allele(CONTIG, FIRST + 10, GENOME[FIRST + 10], other(GENOME[FIRST + 10]))
BEHIND = FIRST + SIZE + 15
AFTER = Allele(CONTIG, BEHIND, GENOME[BEHIND], other(GENOME[BEHIND]))
DELETED, SUBSTITUTED, ALL = 3, 4, 10
"""Molecules from each base."""


def _long() -> Call:
    interval = ConfidenceInterval(*wilson_interval(30, 100))
    event = LongEvent(DELETION, AlleleCounts(30, 70, 100, (0, 0), (0, 0)), 0.3, interval)
    return Call(DELETION, 0.0, 0, 0, long=event)


def _counted(
    tmp_path: Path, copies: dict[tuple[Allele, ...], int], *others: Allele
) -> dict[Allele, Call]:
    calls = [_long(), *(Call(one, 90.0, 40, 100) for one in others)]
    with bam_of(tmp_path, reads_without(DELETION, copies)) as bam:
        found = count_calls(calls, bam, sequence_of, THRESHOLDS)
    # Reads are clipped at the deletion, so that no place in them is compared.
    assert all(found.counts[call.allele].mutant_ends == (0, 0) for call in found.calls)
    return {call.allele: call for call in found.calls}


def test_a_substitution_of_other_molecules_has_its_vaf(tmp_path: Path) -> None:
    rest = ALL - DELETED - SUBSTITUTED
    copies = {(DELETION,): DELETED, (WITHIN,): SUBSTITUTED, (): rest}
    calls = _counted(tmp_path, copies, WITHIN)
    assert not any(call.other_change for call in calls.values())
    for allele, vaf in ((WITHIN, SUBSTITUTED / ALL), (DELETION, DELETED / ALL)):
        share = calls[allele].share
        assert share is not None
        assert share.vaf == pytest.approx(vaf, abs=0.02)


def test_a_substitution_of_the_same_molecules_and_others_has_its_vaf(tmp_path: Path) -> None:
    rest = ALL - DELETED - SUBSTITUTED
    copies = {(DELETION, AFTER): DELETED, (AFTER,): SUBSTITUTED, (): rest}
    calls = _counted(tmp_path, copies, AFTER)
    share = calls[AFTER].share
    assert share is not None
    assert share.vaf == pytest.approx((DELETED + SUBSTITUTED) / ALL, abs=0.02)
    assert not calls[AFTER].other_change


def test_a_deletion_that_stands_alone_keeps_its_numbers(tmp_path: Path) -> None:
    calls = _counted(tmp_path, {(DELETION,): DELETED, (): ALL - DELETED})
    assert list(calls) == [DELETION]
    assert calls[DELETION].share is None
    assert not calls[DELETION].other_change


@pytest.mark.parametrize(
    ("length", "is_held"), [(60, False), (61, True), (READ, True), (READ + 1, False)]
)
def test_deletions_up_to_a_read_are_held(tmp_path: Path, length: int, is_held: bool) -> None:
    allele = Allele(CONTIG, 149, GENOME[149 : 150 + length], GENOME[149])
    with bam_of(tmp_path, [read(f"r{i}", 100 + i) for i in range(20)]) as bam:
        assert held_deletions([allele], bam, RULES) == ({allele} if is_held else set())


@pytest.mark.parametrize(("last", "is_held"), [(149 + READ, True), (150 + READ, False)])
def test_deletions_that_overlap_are_held_up_to_a_read_together(
    tmp_path: Path, last: int, is_held: bool
) -> None:
    first = Allele(CONTIG, 149, GENOME[149:220], GENOME[149])
    second = Allele(CONTIG, last - 70, GENOME[last - 70 : last + 1], GENOME[last - 70])
    with bam_of(tmp_path, [read(f"r{i}", 100 + i) for i in range(90)]) as bam:
        assert held_deletions([first, second], bam, RULES) == (
            {first, second} if is_held else set()
        )


def test_no_deletion_is_held_by_amplicons(tmp_path: Path) -> None:
    with bam_of(tmp_path, [read(f"r{i}", 100 + i) for i in range(20)]) as bam:
        assert not held_deletions([DELETION], bam, ReadRules(Assay.AMPLICON, 20, 20))


@pytest.mark.parametrize(("between", "calls"), [(25, 2), (26, 1)])
def test_its_place_is_as_wide_as_what_lies_near(between: int, calls: int) -> None:
    long = Allele(CONTIG, 129, GENOME[129:260], GENOME[129])
    at = 260 + between
    near = Allele(CONTIG, at, GENOME[at], other(GENOME[at]))
    (place,) = places_of(CONTIG, [long, near], (), sequence_of(CONTIG), held={long}, weak=())
    assert len(place.calls) == calls
    assert not places_of(CONTIG, [long, near], (), sequence_of(CONTIG), weak=())
