"""Insertions that no read holds, put together from clipped reads and mates without a place."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.insertions.two_ends import BASES_FOR_A_MISMATCH, OVERLAP
from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.annotate import Setting, annotate
from scripts.panel.assembly import (
    ClippedEnd,
    assembled_texts,
    clipped_ends,
    copied_texts,
    extended,
    joined,
    joined_by_few,
)
from scripts.panel.place_reads import PlaceRead, reads_over
from scripts.panel.places import Clip, Place
from scripts.panel.read_rules import ReadRules
from scripts.panel.rows import Unresolved
from tests.builders import random_sequence
from tests.panel_builders import (
    CONTIG,
    GENOME,
    READ,
    RULES,
    THRESHOLDS,
    bam_of,
    read,
    rows_annotated,
    sequence_of,
    transcript,
)

AT = 280
ANCHOR = 25
"""Bases of the reference below which this aligner leaves a read without a place."""
FRAGMENT = 300


@pytest.mark.parametrize(("shared", "meet"), [(OVERLAP, True), (OVERLAP - 1, False)])
def test_ends_are_one_sequence_where_they_share_enough(shared: int, meet: bool) -> None:
    text = random_sequence(120, seed=1)
    assert joined(text[:70], text[70 - shared :]) == (text if meet else None)


@pytest.mark.parametrize(("wrong", "meet"), [(1, True), (2, False)])
def test_an_error_in_twenty_bases_is_forgiven(wrong: int, meet: bool) -> None:
    text = random_sequence(120, seed=1)
    other = "".join("CGTA"["ACGT".index(base)] if i < wrong else base
                    for i, base in enumerate(text[50:]))  # fmt: skip
    assert (joined(text[:75], other) is not None) is meet


@pytest.mark.parametrize(("fewer", "meet"), [(0, True), (1, False)])
def test_ends_must_share_so_many_bases_that_one_may_be_misread(fewer: int, meet: bool) -> None:
    text, shared = random_sequence(120, seed=1), BASES_FOR_A_MISMATCH - fewer
    other = text[70 - shared :]
    other = "CGTA"["ACGT".index(other[0])] + other[1:]
    found = joined(text[:70], other)
    assert (found is not None and len(found) == len(text)) is meet


@pytest.mark.parametrize(("shared", "meet"), [(8, True), (7, False)])
def test_short_ends_are_joined_by_few_bases_at_one_offset(shared: int, meet: bool) -> None:
    """12 and 40 bases: eight alike are chance in 1 of 1,000."""
    text = random_sequence(52 - shared, seed=3)
    assert joined_by_few(text[:12], text[-40:]) == (text if meet else None)
    repeated = "ACACACACACAC"
    assert joined_by_few(repeated, repeated + text[:28]) is None


@pytest.mark.parametrize("copied", [False, True])
def test_few_bases_do_not_join_what_is_a_copy(copied: bool) -> None:
    place = Place(CONTIG, AT, AT, ())
    text = GENOME[AT + 30 : AT + 74] if copied else random_sequence(44, seed=3)
    ends = [
        ClippedEnd(Clip(AT, on_right=True), text[:12], 20),
        ClippedEnd(Clip(AT, on_right=False), text[-40:], 20),
    ]
    found = assembled_texts(ends, place, sequence_of(CONTIG), lambda: ())
    assert found == ([] if copied else [text])


def test_ends_may_go_on_beyond_the_other_one() -> None:
    text = random_sequence(120, seed=1)
    assert joined(text[30:110], text[:90]) == text[30:90]
    assert joined(text[:50], text[70:]) is None


@pytest.mark.parametrize(("shown", "is_told"), [(23, True), (16, True), (15, False)])
def test_an_end_goes_on_beyond_the_clip_of_the_other_side(shown: int, is_told: bool) -> None:
    """Reads from primers: all are clipped where a copy behind six other bases begins and ends."""
    filler = random_sequence(6, seed=4)
    inserted = filler + GENOME[AT - 11 : AT]
    left = ClippedEnd(Clip(AT, on_right=True), (inserted + GENOME[AT : AT + 6])[:shown], 20)
    right = ClippedEnd(Clip(AT - 11, on_right=False), GENOME[AT - 19 : AT] + filler, 20)
    place = Place(CONTIG, AT - 11, AT, ())
    found = assembled_texts([left, right], place, sequence_of(CONTIG), lambda: ())
    assert found == ([GENOME[AT - 11 : AT] + inserted] if is_told else [])


def test_a_copy_may_have_the_base_of_a_call() -> None:
    """A polymorphism is in both copies, an acquired base may be in the second one alone."""
    call = Allele(CONTIG, AT - 10, GENOME[AT - 10], _other(GENOME[AT - 10]))
    place = Place(CONTIG, AT - 18, AT, (call,))
    before = GENOME[AT - 18 : AT]
    changed = _changed(before, 8)
    end = ClippedEnd(Clip(AT, on_right=True), changed + GENOME[AT : AT + 12], 3)
    found = copied_texts([end], place, sequence_of(CONTIG), [before, changed], [])
    assert found == [changed + changed, before + changed]
    there = [before, changed, changed + changed]
    assert copied_texts([end], place, sequence_of(CONTIG), there, []) == []


def test_reads_carry_an_end_on_as_far_as_two_agree() -> None:
    text = random_sequence(200, seed=1)
    others = [text[20:120], text[25:110], text[80:180], text[90:200]]
    assert extended(text[:50], others) == text[:180]
    assert extended(text[:50], others[:1]) == text[:50]


@pytest.mark.parametrize(
    ("shown", "size", "wrong", "told"),
    [
        (12, 19, 0, True),
        (30, 19, 0, True),
        (30, 20, 0, False),
        (30, 1, 0, True),
        (60, 19, 1, False),
    ],
)
@pytest.mark.parametrize("on_right", [True, False])
def test_an_end_that_goes_on_into_a_copy_tells_it(
    shown: int, size: int, wrong: int, told: bool, on_right: bool
) -> None:
    """Reads that are clipped behind the first copy, or in front of the second one."""
    first = AT - size if on_right else AT + size - shown
    bases = [GENOME[at] for at in range(first, first + shown)]
    for at in range(wrong):
        bases[5 + at] = _other(bases[5 + at])
    end = ClippedEnd(Clip(AT, on_right=on_right), "".join(bases), 3)
    place = Place(CONTIG, AT - 5, AT + 5, ())
    copy = GENOME[AT - size : AT] if on_right else GENOME[AT : AT + size]
    text = GENOME[AT - 5 : AT] + copy + GENOME[AT : AT + 5]
    reference = GENOME[AT - 5 : AT + 5]
    assert copied_texts([end], place, sequence_of(CONTIG), [reference], []) == (
        [text] if told else []
    )
    beside = replace(place, start=AT + 1)
    assert copied_texts([end], beside, sequence_of(CONTIG), [reference[6:]], []) == []
    # A copy with another base breaks there as well, and what is told already is not told again.
    altered = _changed(text, 5 + size - 1 if on_right else 5) if size > 12 else text
    for there in (text, altered):
        assert copied_texts([end], place, sequence_of(CONTIG), [reference, there], []) == []


@pytest.mark.parametrize(("fragments", "told"), [(2, True), (3, False)])
def test_a_copy_that_reads_hold_with_a_gap_is_told_where_the_gap_is(
    fragments: int, told: bool
) -> None:
    """It may have another base, and stand at another place of its repeat."""
    end = ClippedEnd(Clip(AT, on_right=True), GENOME[AT - 19 : AT], 3)
    place = Place(CONTIG, AT - 5, AT + 5, ())
    sequence = GENOME[AT - 50 : AT] + _changed(GENOME[AT - 19 : AT], 15) + GENOME[AT : AT + 50]
    gap = (Block(AT - 50, 0, 31), Block(AT - 19, 50, 69))
    reads = [PlaceRead(f"r{i}", sequence, (), gap, reverse=False) for i in range(fragments)]
    clipped = (Block(AT - 50, 0, 50),)
    reads += [PlaceRead(f"c{i}", sequence, (), clipped, reverse=False) for i in range(3)]
    reference = GENOME[AT - 5 : AT + 5]
    found = copied_texts([end], place, sequence_of(CONTIG), [reference], reads)
    assert bool(found) is told


def _other(base: str) -> str:
    return "CGTA"["ACGT".index(base)]


def _changed(text: str, at: int) -> str:
    return text[:at] + _other(text[at]) + text[at + 1 :]


def _molecule(inserted: str, deleted: int) -> str:
    return GENOME[:AT] + inserted + GENOME[AT + deleted :]


def _mutant_reads(inserted: str, deleted: int) -> Iterator[pysam.AlignedSegment]:
    """Pairs of a molecule at each start, aligned by what they have of the reference."""
    whole = _molecule(inserted, deleted)
    end = AT + len(inserted)
    for start in range(AT - FRAGMENT, end):
        mates = [max(0, start), min(start + FRAGMENT, len(whole)) - READ]
        placed = [_placed(at, end, deleted) for at in mates]
        anchors = [one[0] for one in placed if one is not None]
        for number, (at, one) in enumerate(zip(mates, placed, strict=True)):
            if not anchors:
                continue
            segment = read(f"m{start}", one[0] if one else anchors[0])
            text = whole[at : at + READ]
            flag = 0x1 | (0x40 if number == 0 else 0x80) | (0x10 if number else 0x20)
            if one is None:
                # Not aligned: as it was read, at the place of its mate.
                text = reverse_complement(text) if number else text
                flag = (flag | 0x4) & ~0x10
            elif placed[1 - number] is None:
                flag = (flag | 0x8) & ~0x20
            segment.flag = flag
            segment.query_sequence = text
            segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
            segment.cigarstring = one[1] if one else None
            segment.next_reference_id, segment.next_reference_start = 0, segment.reference_start
            yield segment


def _placed(at: int, end: int, deleted: int) -> tuple[int, str] | None:
    """Where a read of a molecule is aligned, and how; None if it has too few bases for that."""
    before, after = AT - at, at + READ - end
    if before >= READ:
        return at, f"{READ}M"
    if after >= READ:
        return at - end + AT + deleted, f"{READ}M"
    if before >= max(ANCHOR, after):
        return at, f"{before}M{READ - before}S"
    if after >= ANCHOR:
        return AT + deleted, f"{READ - after}S{after}M"
    return None


def _wildtype_reads(count: int) -> Iterator[pysam.AlignedSegment]:
    for number in range(count):
        for start in range(AT - READ, AT + 60):
            yield read(f"w{number}.{start}", start)


@pytest.mark.parametrize(
    ("length", "deleted"),
    # Reads of 100 bases hold the first with few beside, the ends of the second and third meet,
    # and those of the last do so only with mates that lie in it.
    [(60, 0), (100, 0), (110, 17), (200, 4)],
)
def test_an_insertion_is_called_whole(tmp_path: Path, length: int, deleted: int) -> None:
    inserted = random_sequence(length, seed=length)
    reads = [*_mutant_reads(inserted, deleted), *_wildtype_reads(3)]
    clips = {CONTIG: [Clip(AT, on_right=True), Clip(AT + deleted, on_right=False)]}
    with bam_of(tmp_path, reads) as bam:
        passing = [row for row in rows_annotated([], bam, clips=clips) if row.filter == "PASS"]
    (row,) = passing
    assert GENOME[: row.pos - 1] + row.alt + GENOME[row.pos - 1 + len(row.ref) :] == _molecule(
        inserted, deleted
    )
    # At each base begin two reads of the mutant, as both are read, and three of the wild type.
    assert row.vaf == pytest.approx(0.4, abs=0.01)


def test_two_fragments_are_no_end(tmp_path: Path) -> None:
    inserted = random_sequence(110, seed=3)
    place = Place(CONTIG, AT, AT, ())
    clipped = [one for one in _mutant_reads(inserted, 0) if one.cigarstring == "60M40S"]
    clipped += [one for one in _mutant_reads(inserted, 0) if one.cigarstring == "50M50S"]
    for count, found in ((3, 1), (2, 0)):
        with bam_of(tmp_path, clipped[:count]) as bam:
            ends = clipped_ends(reads_over(bam, place, RULES))
        assert len(ends) == found
        assert all(end.bases == inserted[: len(end.bases)] for end in ends)


def test_a_duplication_is_not_taken_for_an_insertion_of_its_bases(tmp_path: Path) -> None:
    """Its ends share bases, but those of the second copy begin in front of where they end."""
    copied = GENOME[AT - 70 : AT]
    whole = GENOME[:AT] + copied + GENOME[AT:]
    reads = list(_wildtype_reads(3))
    for start in range(AT - READ + ANCHOR, AT - ANCHOR):
        segment = read(f"m{start}", start)
        segment.query_sequence = whole[start : start + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = f"{AT - start}M{READ - AT + start}S"
        reads.append(segment)
        behind = read(f"n{start}", AT - 70)
        behind.query_sequence = whole[start : start + READ]
        behind.query_qualities = pysam.qualitystring_to_array("F" * READ)
        behind.cigarstring = f"{AT - start}S{READ - AT + start}M"
        reads.append(behind)
    clips = {CONTIG: [Clip(AT - 70, on_right=False), Clip(AT, on_right=True)]}
    with bam_of(tmp_path, reads) as bam:
        rows = rows_annotated([], bam, clips=clips)
    assert [row for row in rows if row.filter == "PASS"] == []


def _unresolved(
    tmp_path: Path, reads: list[pysam.AlignedSegment], *clips: Clip, assay: Assay = Assay.CAPTURE
) -> list[Unresolved]:
    thresholds = replace(THRESHOLDS, reads=ReadRules(assay, 20, 20))
    setting = Setting("S1", "GRCh38", [transcript()], sequence_of, thresholds,
                      regions={CONTIG: [(AT - 40, AT)]}, clips={CONTIG: clips})  # fmt: skip
    with bam_of(tmp_path, reads) as bam:
        return annotate([], bam, setting).unresolved


def _clipped(count: int, inserted: str) -> list[pysam.AlignedSegment]:
    """Reads of an insertion of which nothing comes back to the reference."""
    return [
        one
        for one in _mutant_reads(inserted, 0)
        if one.cigarstring and re.fullmatch(r"[56]\dM\d+S", one.cigarstring)
    ][:count]


@pytest.mark.parametrize(("fragments", "told"), [(5, True), (4, False)])
def test_what_is_longer_than_reads_can_tell_is_named(
    tmp_path: Path, fragments: int, told: bool
) -> None:
    inserted = random_sequence(500, seed=11)
    reads = [*_clipped(fragments, inserted), *_wildtype_reads(2)]
    clip = Clip(AT, on_right=True)
    rows = _unresolved(tmp_path, reads, clip)
    assert bool(rows) is told
    for row in rows:
        assert (row.gene, row.pos, row.side, row.fragments) == ("GENE", AT, "right", 5)
        assert row.bases == inserted[: len(row.bases)]
        assert row.depth > 100
    assert _unresolved(tmp_path, reads, clip, assay=Assay.AMPLICON) == []
    assert _unresolved(tmp_path, reads) == []


@pytest.mark.parametrize(("alike", "told"), [(20, True), (19, False)])
def test_few_bases_beyond_a_clip_tell_nothing(tmp_path: Path, alike: int, told: bool) -> None:
    inserted = random_sequence(500, seed=11)
    reads = [*_clipped(8, inserted), *_wildtype_reads(2)]
    for number, segment in enumerate(reads[:8]):
        text, kept = segment.query_sequence or "", int((segment.cigarstring or "").split("M")[0])
        rest = random_sequence(READ, seed=number)[: READ - kept - alike]
        segment.query_sequence = text[: kept + alike] + rest
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
    assert bool(_unresolved(tmp_path, reads, Clip(AT, on_right=True))) is told


def test_bases_of_the_neighbourhood_are_left_to_the_engine_of_long_events(tmp_path: Path) -> None:
    reads = [*_clipped(8, GENOME[AT + 150 : AT + 300] * 4), *_wildtype_reads(2)]
    assert _unresolved(tmp_path, reads, Clip(AT, on_right=True)) == []


def test_what_was_found_leaves_nothing_unresolved(tmp_path: Path) -> None:
    reads = [*_mutant_reads(random_sequence(110, seed=5), 0), *_wildtype_reads(3)]
    clips = Clip(AT, on_right=True), Clip(AT, on_right=False)
    assert _unresolved(tmp_path, reads, *clips) == []
