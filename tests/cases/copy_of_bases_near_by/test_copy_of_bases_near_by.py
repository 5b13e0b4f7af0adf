"""A copy of bases that stand 80 bases behind: reads that hold only its first bases fit a
deletion up to what they copy, those with its last ones a duplication that begins there. These
passed, with more fragments, and the insertion fell or had half of its VAF (0.09 for 0.15)."""

from pathlib import Path

import pysam
import pytest

from flt3itd.common.statistics import wilson_interval
from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.counted_calls import count_calls
from scripts.panel.long_events import LongEvent
from scripts.panel.place_reads import ContigReads
from scripts.panel.rivals import is_piece_of_any
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

AT, FROM, SIZE = 220, 300, 70
ANCHOR = GENOME[AT - 1]
COPY = Allele(CONTIG, AT - 1, ANCHOR, ANCHOR + GENOME[FROM : FROM + SIZE])
LOST = Allele(CONTIG, AT - 1, GENOME[AT - 1 : FROM], ANCHOR)
TWICE = Allele(CONTIG, AT - 1, ANCHOR, ANCHOR + GENOME[AT : FROM + SIZE])
MUTANT, ALL = 4, 10
"""Molecules from each base."""


def _reads() -> list[pysam.AlignedSegment]:
    """Reads from each base, aligned by their longest piece: beside the copy or on its origin."""
    found: list[pysam.AlignedSegment] = []
    for alleles, number in (((COPY,), MUTANT), ((), ALL - MUTANT)):
        text = molecule(alleles)
        for start in range(60, len(text) - READ - 60):
            pieces = [(0, READ, start)]
            if alleles:
                cuts = [0, *(min(READ, max(0, at - start)) for at in (AT, AT + SIZE)), READ]
                lies = (start, FROM - AT + start, start - SIZE)
                pieces = [(a, b, a + at) for a, b, at in zip(cuts, cuts[1:], lies, strict=False)]
            low, high, at = max(pieces, key=lambda piece: piece[1] - piece[0])
            sides = ((low, "S"), (high - low, "M"), (READ - high, "S"))
            for _copy in range(number):
                one = read(f"r{len(found)}", at)
                one.query_sequence = text[start : start + READ]
                one.query_qualities = pysam.qualitystring_to_array("F" * READ)
                one.cigarstring = "".join(f"{size}{kind}" for size, kind in sides if size)
                found.append(one)
    return found


def _call(allele: Allele, fragments: int) -> Call:
    interval = ConfidenceInterval(*wilson_interval(fragments, 1000))
    counts = AlleleCounts(fragments, 1000 - fragments, 1000, (0, 0), (0, 0))
    return Call(allele, 0.0, 0, 0, long=LongEvent(allele, counts, fragments / 1000, interval))


@pytest.mark.parametrize("most", [LOST, COPY])
def test_only_the_insertion_passes_with_all_of_its_molecules(tmp_path: Path, most: Allele) -> None:
    calls = [_call(one, 400 if one == most else 300) for one in (COPY, LOST, TWICE)]
    with bam_of(tmp_path, _reads()) as bam:
        found = count_calls(calls, bam, sequence_of, THRESHOLDS).calls
    (told,) = [call for call in found if not (call.other_change or call.part_of_event)]
    assert told.allele == COPY
    assert told.share is not None
    assert told.share.vaf == pytest.approx(MUTANT / ALL, abs=0.04)


def test_pieces_are_none_of_each_other_nor_is_the_whole_one_of_them(tmp_path: Path) -> None:
    with bam_of(tmp_path, _reads()) as bam:
        for piece in (LOST, TWICE):
            assert is_piece_of_any(piece, [COPY], ContigReads(bam, sequence_of(CONTIG), RULES))
            assert not is_piece_of_any(COPY, [piece], ContigReads(bam, sequence_of(CONTIG), RULES))
        assert not is_piece_of_any(LOST, [TWICE], ContigReads(bam, sequence_of(CONTIG), RULES))
        assert is_piece_of_any(LOST, [TWICE, COPY], ContigReads(bam, sequence_of(CONTIG), RULES))


def test_reads_on_its_origin_count_where_nothing_else_was_called(tmp_path: Path) -> None:
    with bam_of(tmp_path, _reads()) as bam:
        (call,) = count_calls([_call(COPY, 300)], bam, sequence_of, THRESHOLDS).calls
    assert call.share is not None
    assert call.share.vaf == pytest.approx(MUTANT / ALL, abs=0.04)
