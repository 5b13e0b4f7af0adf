"""Reads most of whose bases lie in an inversion, or an inverted copy, were aligned to where these
bases stand on the reference, on the other strand, and counted for nothing: inversions above 60
bases had no row, shorter ones and copies a part of their VAF (0.458 for 0.80, 0.115 for 0.20)."""

from itertools import pairwise
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.common.statistics import wilson_interval
from flt3itd.insertions.long_changes import Demands
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.inversions import inversions_of
from scripts.panel.long_events import LongEvent, find_inversions
from scripts.panel.place_reads import ContigReads
from scripts.panel.read_rules import ReadRules
from scripts.panel.rivals import compared
from scripts.panel.turned_reads import inverted_stretches
from tests.builders import random_sequence, write_fasta
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    RULES,
    THRESHOLDS,
    bam_of,
    molecule,
    read,
    sequence_of,
)

FIRST = 200
MUTANT, ALL = 4, 10
"""Molecules from each base."""
AT, FROM, SIZE = 210, 330, 70
TARGETS = {CONTIG: [(150, 400)]}
Piece = tuple[int, int, bool]
"""Bases [start, end) of the contig, and whether a molecule has them on the other strand."""


def _inversion(size: int, lost: int = 0) -> tuple[Allele, list[Piece]]:
    """So many bases from `FIRST` on the other strand, without the last `lost` ones of them."""
    end = FIRST + size
    new = reverse_complement(GENOME[FIRST : end - lost])
    pieces = [(0, FIRST, False), (FIRST, end - lost, True), (end, len(GENOME), False)]
    return Allele(CONTIG, FIRST, GENOME[FIRST:end], new), pieces


def _copy() -> tuple[Allele, list[Piece]]:
    anchor, end = GENOME[AT - 1], FROM + SIZE
    new = reverse_complement(GENOME[FROM:end])
    pieces = [(0, AT, False), (FROM, end, True), (AT, len(GENOME), False)]
    return Allele(CONTIG, AT - 1, anchor, anchor + new), pieces


def _reads(allele: Allele, pieces: list[Piece], mutant: int = MUTANT) -> list[pysam.AlignedSegment]:
    """Reads from each base, aligned by their longest piece, and turned with it."""
    whole = [(0, len(GENOME), False)]
    found: list[pysam.AlignedSegment] = []
    for text, parts, number in (
        (molecule((allele,)), pieces, mutant),
        (GENOME, whole, ALL - mutant),
    ):
        ends = [0]
        for start, end, _ in parts:
            ends.append(ends[-1] + end - start)
        for first in range(60, len(text) - READ - 60):
            held = [
                (max(first, low), min(first + READ, high), low, part)
                for (low, high), part in zip(pairwise(ends), parts, strict=True)
            ]
            low, high, begin, (start, end, is_turned) = max(held, key=lambda h: h[1] - h[0])
            before, size, after = low - first, high - low, first + READ - high
            sequence, at = text[first : first + READ], start + low - begin
            if is_turned:
                sequence, at = reverse_complement(sequence), end - (high - begin)
                before, after = after, before
            sides = ((before, "S"), (size, "M"), (after, "S"))
            for _ in range(number):
                one = read(f"r{len(found)}", at)
                one.query_sequence = sequence
                one.query_qualities = pysam.qualitystring_to_array("F" * READ)
                one.cigarstring = "".join(f"{n}{kind}" for n, kind in sides if n)
                found.append(one)
    return found


def _events(tmp_path: Path, reads: list[pysam.AlignedSegment]) -> list[LongEvent]:
    fasta = write_fasta(tmp_path / "genome.fa", {CONTIG: GENOME})
    pysam.faidx(str(fasta))
    with bam_of(tmp_path, reads) as bam:
        return list(find_inversions(bam, bam, TARGETS, fasta, Demands(), RULES))


@pytest.mark.parametrize(("size", "lost"), [(50, 0), (110, 0), (190, 0), (110, 10)])
def test_an_inversion_is_one_event_with_its_vaf(tmp_path: Path, size: int, lost: int) -> None:
    allele, pieces = _inversion(size, lost)
    reads = _reads(allele, pieces)
    (event,) = _events(tmp_path, reads)
    assert event.allele == allele
    assert event.vaf == pytest.approx(MUTANT / ALL, abs=0.03)
    with bam_of(tmp_path, reads) as bam:
        (call,) = count_calls(
            [Call(allele, 0.0, 0, 0, long=event)], bam, sequence_of, THRESHOLDS
        ).calls
    assert not (call.other_change or call.part_of_event)
    told = call.share or call.long
    assert told is not None
    assert told.vaf == pytest.approx(MUTANT / ALL, abs=0.03)


def _beside_deletion(kept: int, gone: int, *, is_left: bool) -> tuple[Allele, list[Piece]]:
    """An inversion of 90 bases, `kept` bases as they are, and a deletion of `gone` behind these."""
    end = FIRST + 90
    if is_left:
        start = FIRST - kept - gone
        pieces = [(0, start, False), (FIRST - kept, FIRST, False), (FIRST, end, True)]
        pieces.append((end, len(GENOME), False))
        new = GENOME[FIRST - kept : FIRST] + reverse_complement(GENOME[FIRST:end])
        return Allele(CONTIG, start, GENOME[start:end], new), pieces
    pieces = [(0, FIRST, False), (FIRST, end, True), (end, end + kept, False)]
    pieces.append((end + kept + gone, len(GENOME), False))
    new = reverse_complement(GENOME[FIRST:end]) + GENOME[end : end + kept]
    return Allele(CONTIG, FIRST, GENOME[FIRST : end + kept + gone], new), pieces


@pytest.mark.parametrize("is_left", [True, False])
@pytest.mark.parametrize(("kept", "gone"), [(10, 8), (16, 16), (25, 3)])
def test_an_inversion_with_a_deletion_beside_is_told_whole(
    tmp_path: Path, kept: int, gone: int, is_left: bool
) -> None:
    """It had no row, or one without the deletion and with a part of its VAF (0.05 for 0.10)."""
    allele, pieces = _beside_deletion(kept, gone, is_left=is_left)
    (event,) = _events(tmp_path, _reads(allele, pieces))
    assert molecule((event.allele,)) == molecule((allele,))
    assert event.vaf == pytest.approx(MUTANT / ALL, abs=0.03)


@pytest.mark.parametrize(("kept", "is_whole"), [(30, True), (31, False)])
def test_30_bases_may_be_left_between(kept: int, is_whole: bool) -> None:
    allele, pieces = _beside_deletion(kept, 3, is_left=False)
    found = _proposed(_reads(allele, pieces), (150, 400))
    assert (molecule((allele,)) in {molecule((one,)) for one in found}) is is_whole


def test_turned_reads_of_an_inversion_are_no_insertion(tmp_path: Path) -> None:
    """As they lie, they go on from the other strand of what is behind it to its first bases."""
    inversion, pieces = _inversion(110)
    end, anchor = inversion.end, GENOME[FIRST - 1]
    inserted = GENOME[FIRST : end + 40] + reverse_complement(GENOME[end : end + 40])
    piece = Allele(CONTIG, FIRST - 1, anchor, anchor + inserted)
    with bam_of(tmp_path, _reads(inversion, pieces)) as bam:
        reads = ContigReads(bam, sequence_of(CONTIG), RULES)
        assert compared(piece, [], reads).own() >= 20
        assert compared(piece, [inversion], reads).own() < 3
        assert compared(inversion, [piece], reads).own() >= 100


def test_the_wild_type_has_no_inversion(tmp_path: Path) -> None:
    allele, pieces = _inversion(110)
    assert not _events(tmp_path, _reads(allele, pieces, mutant=0))


def test_an_inverted_copy_has_its_vaf(tmp_path: Path) -> None:
    """The likelihood without its turned reads: 0.115 for 0.20."""
    copy, pieces = _copy()
    counts = AlleleCounts(300, 700, 1000, (0, 0), (0, 0))
    event = LongEvent(copy, counts, 0.2, ConfidenceInterval(*wilson_interval(200, 1000)))
    with bam_of(tmp_path, _reads(copy, pieces)) as bam:
        (call,) = count_calls(
            [Call(copy, 0.0, 0, 0, long=event)], bam, sequence_of, THRESHOLDS
        ).calls
    assert call.share is not None
    assert call.share.vaf == pytest.approx(MUTANT / ALL, abs=0.04)


def test_an_inverted_copy_is_no_inversion(tmp_path: Path) -> None:
    assert not _events(tmp_path, _reads(*_copy()))


def _proposed(reads: list[pysam.AlignedSegment], target: tuple[int, int]) -> list[Allele]:
    return inversions_of(reads, [target], CONTIG, sequence_of(CONTIG), RULES)


@pytest.mark.parametrize(("size", "is_found"), [(19, False), (20, True)])
def test_inversions_are_20_bases_or_more(size: int, is_found: bool) -> None:
    """The outer bases of both strands differ, so that no end could equally stand elsewhere."""
    allele, pieces = _inversion(size)
    assert (len(allele.ref), allele.ref[0] == allele.alt[0]) == (size, False)
    assert bool(_proposed(_reads(allele, pieces), (150, 400))) is is_found


@pytest.mark.parametrize(("lost", "is_found"), [(11, True), (60, True), (61, False)])
def test_an_end_may_lack_60_bases(lost: int, is_found: bool) -> None:
    found = _proposed(_reads(*_inversion(110, lost)), (150, 400))
    whole = [molecule((_inversion(110, lost)[0],))] if is_found else []
    assert [molecule((one,)) for one in found] == whole


@pytest.mark.parametrize(("fragments", "is_found"), [(2, False), (3, True)])
def test_three_fragments_show_each_end(fragments: int, is_found: bool) -> None:
    allele, pieces = _inversion(110)
    of_mutant = _reads(allele, pieces)
    # Clipped behind the base in front of it, and before the base behind it.
    left = [r for r in of_mutant if r.reference_end == FIRST and "S" in (r.cigarstring or "")]
    behind = FIRST + 110
    right = [r for r in of_mutant if r.reference_start == behind and "S" in (r.cigarstring or "")]
    long = [[r for r in side if 30 < r.query_alignment_length < 80] for side in (left, right)]
    assert bool(_proposed(long[0][:3] + long[1][:fragments], (150, 400))) is is_found


@pytest.mark.parametrize(("end", "is_found"), [(FIRST, False), (FIRST + 1, True)])
def test_it_touches_a_target(end: int, is_found: bool) -> None:
    assert bool(_proposed(_reads(*_inversion(110)), (100, end))) is is_found


def test_amplicons_have_none(tmp_path: Path) -> None:
    fasta, rules = tmp_path / "genome.fa", ReadRules(Assay.AMPLICON, 20, 20)
    with bam_of(tmp_path, _reads(*_inversion(110))) as bam:
        assert not list(find_inversions(bam, bam, TARGETS, fasta, Demands(), rules))


@pytest.mark.parametrize(("size", "count"), [(19, 0), (20, 1)])
def test_a_copy_of_20_bases_is_known(size: int, count: int) -> None:
    contig = random_sequence(1200, seed=8)

    def fetch(start: int, end: int) -> str:
        return contig[max(0, start) : end]

    new = reverse_complement(fetch(700, 700 + size))
    found = inverted_stretches(Allele(CONTIG, 599, contig[599], contig[599] + new), fetch)
    assert [(one.start, one.end) for one in found] == [(700, 700 + size)] * count
