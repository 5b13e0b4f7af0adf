"""Long events that could be made of the reads of another event, near or far."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.long_events import LongEvent
from scripts.panel.place_reads import ContigReads
from scripts.panel.read_rules import ReadRules
from scripts.panel.rivals import (
    beside,
    is_confirmed,
    is_piece_of_any,
    origin_of,
    origins_of,
    share_from_primers,
)
from tests.builders import random_sequence
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
        assert (
            is_confirmed(SHORT, counted, [], ContigReads(bam, sequence_of(CONTIG), RULES))
            is is_told
        )


def test_an_event_is_its_reads_also_where_a_rival_begins_behind_it(tmp_path: Path) -> None:
    reads = reads_of(SHORT, range(END - 50, END - 46), 1) + reads_of(None, range(240, 250), 1)
    rival = Allele(CONTIG, END + 10, GENOME[END + 10], other(GENOME[END + 10]))
    with bam_of(tmp_path, reads) as bam:
        assert is_confirmed(SHORT, 4, [rival], ContigReads(bam, sequence_of(CONTIG), RULES))


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
        found = is_confirmed(event, 5, rivals, ContigReads(bam, sequence_of(CONTIG), RULES))
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
        primer = 20
        qualities = pysam.qualitystring_to_array("!" * primer + "F" * (READ - primer))
        if is_mutant:
            segment.query_sequence = molecule((lost,))[240 : 240 + READ]
            segment.cigarstring = "60M70D40M"
        segment.query_qualities = qualities
        reads.append(segment)
    thresholds = replace(THRESHOLDS, reads=ReadRules(assay, 20, 20))
    with bam_of(tmp_path, reads) as bam:
        (row,) = rows_annotated([long_call(lost, 20)], bam, thresholds=thresholds)
        substituted = Allele(CONTIG, 280, GENOME[280], other(GENOME[280]))
        share = share_from_primers(
            lost, [substituted], ContigReads(bam, sequence_of(CONTIG), thresholds.reads)
        )
    assert (row.filter, row.alternate_fragments, row.depth) == ("PASS", 20, depth)
    assert row.vaf == pytest.approx(vaf)
    if assay is Assay.AMPLICON:
        assert share is not None
        assert share.vaf == pytest.approx(vaf)


PIECE_AT, COPIED, SIZE = 220, 300, 70
ANCHOR = GENOME[PIECE_AT - 1]
WHOLE = Allele(CONTIG, PIECE_AT - 1, ANCHOR, ANCHOR + GENOME[COPIED : COPIED + SIZE])
"""An insertion of 70 bases that stand 80 bases behind."""
PIECE = Allele(CONTIG, PIECE_AT - 1, GENOME[PIECE_AT - 1 : COPIED], ANCHOR)
"""What reads that end within the inserted bases look like."""


def of_an_end(allele: Allele, shown: int, number: int) -> list[pysam.AlignedSegment]:
    """Reads of a molecule: of so many bases in front of `PIECE_AT`, or of so many inserted ones."""
    text, inserted = molecule((allele,)), len(allele.alt) > 1
    first = PIECE_AT + SIZE - shown if inserted else PIECE_AT - shown
    segments = []
    for row in range(number):
        segment = read(f"{inserted}{shown}.{row}", PIECE_AT if inserted else first)
        segment.query_sequence = text[first : first + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        kinds = "SM" if inserted else "MS"
        segment.cigarstring = f"{shown}{kinds[0]}{READ - shown}{kinds[1]}"
        segments.append(segment)
    return segments


@pytest.mark.parametrize(
    ("own", "shared", "of_the_whole", "is_piece"),
    [
        (2, 17, 3, True),
        (3, 17, 3, False),  # three fragments are its own
        (4, 96, 3, True),
        (5, 95, 3, False),  # 5% are its own
        (0, 20, 2, False),  # the other has too few of its own
    ],
)
def test_a_piece_has_at_most_two_fragments_or_5_percent_of_its_own(
    tmp_path: Path, own: int, shared: int, of_the_whole: int, is_piece: bool
) -> None:
    reads = of_an_end(PIECE, 50, shared)
    reads += of_an_end(PIECE, 15, own)  # beyond the end of what is copied
    reads += of_an_end(WHOLE, 30, of_the_whole)
    with bam_of(tmp_path, reads) as bam:
        found = is_piece_of_any(PIECE, [WHOLE], ContigReads(bam, sequence_of(CONTIG), RULES))
        assert found is is_piece
        both = is_piece_of_any(PIECE, [SHORT, WHOLE], ContigReads(bam, sequence_of(CONTIG), RULES))
        assert both is is_piece  # of one of them is enough
        assert not is_piece_of_any(PIECE, [], ContigReads(bam, sequence_of(CONTIG), RULES))


@pytest.mark.parametrize(
    ("origin", "size", "is_found"),
    [
        (PIECE_AT + 41, 20, True),
        (PIECE_AT + 41, 19, False),
        (PIECE_AT + 40, 20, False),  # reads so near are looked at anyway
        (PIECE_AT - 62, 20, True),
        (PIECE_AT - 61, 20, False),
        (PIECE_AT + 430, 20, True),
        (PIECE_AT + 431, 20, False),
        (0, 20, True),  # the first base of the contig
    ],
)
def test_an_origin_is_20_bases_up_to_450_beside(origin: int, size: int, is_found: bool) -> None:
    contig = random_sequence(1200, seed=8)

    def fetch(start: int, end: int) -> str:
        return contig[max(0, start) : end]

    copied, anchor = fetch(origin, origin + size), contig[PIECE_AT - 1]
    found = origin_of(Allele(CONTIG, PIECE_AT - 1, anchor, anchor + copied), fetch)
    assert found == (Allele(CONTIG, origin, copied, copied) if is_found else None)


@pytest.mark.parametrize("turned", [False, True])
def test_what_replaces_bases_has_no_origin(turned: bool) -> None:
    contig = random_sequence(600, seed=8)
    bases = contig[300:330]
    inserted = contig[100] + (reverse_complement(bases) if turned else bases)
    for ref in (contig[100:101], contig[100:102]):
        allele, is_alone = Allele(CONTIG, 100, ref, inserted), len(ref) == 1
        found = origins_of(allele, lambda a, b: contig[a:b])
        assert found == [Allele(CONTIG, 300, bases, bases)] * is_alone
        same_strand = origin_of(allele, lambda a, b: contig[a:b])
        assert (same_strand is not None) is (is_alone and not turned)
