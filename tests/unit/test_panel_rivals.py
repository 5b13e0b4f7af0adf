"""Long events that could be made of the reads of another event, near or far."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.long_events import LongEvent
from scripts.panel.read_rules import ReadRules
from scripts.panel.rivals import beside, is_confirmed
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    RULES,
    THRESHOLDS,
    bam_of,
    called,
    molecule,
    other,
    read,
    rows_annotated,
    rows_of,
    sequence_of,
)

END = 300
SHORT = Allele(CONTIG, END - 13, GENOME[END - 13], GENOME[END - 13 : END])
"""A duplication of 12 bases."""


def long_call(allele: Allele, fragments: int) -> Call:
    counts = AlleleCounts(fragments, 200 - fragments, 200, (0, 0), (0, 0))
    event = LongEvent(allele, counts, fragments / 200, ConfidenceInterval(0.05, 0.15))
    return Call(allele, 0.0, 0, 0, long=event)


def reads_of(allele: Allele | None, starts: range, count: int) -> list[pysam.AlignedSegment]:
    """So many reads from each start of a molecule, clipped behind base `END` of the reference."""
    segments = []
    for start in starts:
        for number in range(count):
            segment = read(f"{allele is None}{start}.{number}", start)
            segment.query_sequence = molecule((allele,) if allele else ())[start : start + READ]
            segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
            if allele and start < END < start + READ:
                segment.cigarstring = f"{END - start}M{READ - END + start}S"
            segments.append(segment)
    return segments


def test_what_a_long_event_copies_may_hold_the_event_that_its_reads_are_of(
    tmp_path: Path,
) -> None:
    """A duplication of 100 bases and six more, which 12-base one begins with too.

    Reads that end in those six bases fit both; none goes on into the long one's second copy.
    """
    first = END - 100
    inserted = GENOME[first:END] + GENOME[END - 12 : END - 6]
    long = Allele(CONTIG, first - 1, GENOME[first - 1], GENOME[first - 1] + inserted)
    reads = [
        *reads_of(SHORT, range(END - 96, END - 93), 10),
        *reads_of(SHORT, range(END - 50, END - 44), 2),
        *reads_of(None, range(END - 96, END - 40), 3),
    ]
    rows = rows_of(tmp_path, reads, *called(SHORT), long_call(long, 30))
    filters = {len(row.alt) - 1: row.filter.split(";")[-1] for row in rows}
    assert filters == {12: "PASS", 106: "other_change"}
    (alone,) = rows_of(tmp_path, reads, long_call(long, 30))
    assert alone.filter == "PASS"  # what nothing else explains


@pytest.mark.parametrize(("gained", "is_rival"), [(39, False), (40, True)])
def test_an_event_is_a_rival_within_75_bases_and_what_is_gained(
    gained: int, is_rival: bool
) -> None:
    long = Allele(CONTIG, 500, "A", "A" + "C" * gained)
    for rival in (Allele(CONTIG, 616, "G", "T"), Allele(CONTIG, 384, "G", "T")):
        assert beside(long, [long, rival]) == ([rival] if is_rival else [])


@pytest.mark.parametrize(("start", "is_rival"), [(616, True), (617, False)])
def test_what_is_lost_makes_no_event_farther_away_a_rival(start: int, is_rival: bool) -> None:
    lost = Allele(CONTIG, 500, "A" + "C" * 40, "A")
    assert bool(beside(lost, [Allele(CONTIG, start, "G", "T")])) is is_rival


@pytest.mark.parametrize(
    ("own", "counted", "is_told"), [(3, 6, True), (3, 7, False), (3, 1, True), (2, 1, False)]
)
def test_three_fragments_and_half_of_those_that_were_counted_are_an_event_s_own(
    tmp_path: Path, own: int, counted: int, is_told: bool
) -> None:
    reads = reads_of(SHORT, range(END - 50, END - 50 + own), 1) + reads_of(None, range(240, 250), 1)
    with bam_of(tmp_path, reads) as bam:
        assert is_confirmed(SHORT, counted, [], bam, sequence_of(CONTIG), RULES) is is_told


def test_an_event_is_its_reads_also_where_a_rival_begins_behind_it(tmp_path: Path) -> None:
    reads = reads_of(SHORT, range(END - 50, END - 46), 1) + reads_of(None, range(240, 250), 1)
    rival = Allele(CONTIG, END + 10, GENOME[END + 10], other(GENOME[END + 10]))
    with bam_of(tmp_path, reads) as bam:
        assert is_confirmed(SHORT, 4, [rival], bam, sequence_of(CONTIG), RULES)


@pytest.mark.parametrize("both", [True, False])
def test_two_rivals_may_be_on_one_molecule(tmp_path: Path, both: bool) -> None:
    """Reads with two changes, and an event of both with a third base, which none of them has."""
    first, second = (
        Allele(CONTIG, at, GENOME[at : at + 2], "".join(map(other, GENOME[at : at + 2])))
        for at in (200, 220)
    )
    reads = []
    for number in range(5):
        segment = read(f"r{number}", 160)
        segment.query_sequence = molecule((first, second))[160 : 160 + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        reads.append(segment)
    whole = molecule((first, second))[200:230] + other(GENOME[230])
    event = Allele(CONTIG, 200, GENOME[200:231], whole)
    rivals = [first, second] if both else [first]
    with bam_of(tmp_path, reads) as bam:
        found = is_confirmed(event, 5, rivals, bam, sequence_of(CONTIG), RULES)
    assert found is not both


@pytest.mark.parametrize(("assay", "vaf", "depth"), [("amplicon", 0.25, 80), ("capture", 0.1, 200)])
def test_an_amplicon_within_a_long_deletion_says_nothing_of_how_much_there_is(
    tmp_path: Path, assay: Assay, vaf: float, depth: int
) -> None:
    """Of molecules without 70 bases a second amplicon, whose primer lies there, has no product."""
    lost = Allele(CONTIG, 299, GENOME[299:370], GENOME[299])
    reads = []
    for number in range(200):
        is_mutant, is_within = number < 20, number >= 80
        segment = read(f"f{number}", 310 if is_within else 240)
        primer = 20 if is_within else 0
        qualities = pysam.qualitystring_to_array("!" * primer + "F" * (READ - primer))
        if is_mutant:
            segment.query_sequence = molecule((lost,))[240 : 240 + READ]
            segment.cigarstring = "60M70D40M"
        segment.query_qualities = qualities
        reads.append(segment)
    thresholds = replace(THRESHOLDS, reads=ReadRules(assay, 20, 20))
    with bam_of(tmp_path, reads) as bam:
        (row,) = rows_annotated([long_call(lost, 20)], bam, thresholds=thresholds)
    assert (row.filter, row.alternate_fragments, row.depth) == ("PASS", 20, depth)
    assert row.vaf == pytest.approx(vaf)
