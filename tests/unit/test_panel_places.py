"""Where reads are seen whole: calls side by side, gaps, and shared clips."""

from pathlib import Path

import pysam
import pytest

from flt3itd.common.bases import reverse_complement
from scripts.panel.alleles import Allele
from scripts.panel.places import (
    Clip,
    Place,
    clips_as_bed,
    places_of,
    read_clips,
    shared_clips,
)
from tests.panel_builders import CONTIG, GENOME, READ, RULES, read, sequence_of


def other(base: str) -> str:
    return "CGTA"["ACGT".index(base)]


def substitution(at: int, length: int = 1) -> Allele:
    old = GENOME[at : at + length]
    return Allele(CONTIG, at, old, "".join(map(other, old)))


def deletion(at: int, length: int) -> Allele:
    return Allele(CONTIG, at, GENOME[at : at + length + 1], GENOME[at])


def places(*calls: Allele, clips: tuple[Clip, ...] = ()) -> list[Place]:
    return places_of(CONTIG, calls, clips, sequence_of(CONTIG), weak=())


@pytest.mark.parametrize(("length", "count"), [(1, 0), (3, 0), (4, 1)])
def test_an_isolated_substitution_is_no_place(length: int, count: int) -> None:
    assert len(places(substitution(150, length))) == count


@pytest.mark.parametrize(("between", "count"), [(12, 1), (13, 0)])
def test_substitutions_side_by_side_are_a_place(between: int, count: int) -> None:
    first, second = substitution(150), substitution(151 + between)
    found = places(second, first)
    assert len(found) == count
    assert all(p == Place(CONTIG, 150, second.end, (first, second)) for p in found)


def test_substitutions_that_cannot_pass_are_no_place_by_themselves() -> None:
    first, second = substitution(150), substitution(155)
    found = [
        places_of(CONTIG, [first, second], (), sequence_of(CONTIG), weak)
        for weak in ((), (first,), (first, second))
    ]
    assert [len(one) for one in found] == [1, 1, 0]
    gap = deletion(160, 3)
    assert len(places_of(CONTIG, [gap], (), sequence_of(CONTIG), (gap,))) == 1


@pytest.mark.parametrize(("between", "calls"), [(25, 2), (26, 1)])
def test_a_gap_is_a_place_with_what_lies_near(between: int, calls: int) -> None:
    gap = deletion(249, 6)
    (place,) = places(gap, substitution(256 + between))
    assert len(place.calls) == calls


@pytest.mark.parametrize(("between", "count"), [(40, 1), (41, 2)])
def test_two_replacements_are_a_place_where_one_is_mismatches_of_the_other(
    between: int, count: int
) -> None:
    first, second = substitution(150, 4), substitution(154 + between, 4)
    assert len(places(first, second)) == count


@pytest.mark.parametrize(("between", "calls"), [(12, 2), (13, 1)])
def test_a_substitution_that_cannot_pass_widens_no_place(between: int, calls: int) -> None:
    gap = deletion(249, 6)
    for weak in (substitution(256 + between), substitution(249 - between)):
        (place,) = places_of(CONTIG, [gap, weak], (), sequence_of(CONTIG), (weak,))
        assert len(place.calls) == calls


def test_substitutions_between_clips_do_not_part_them() -> None:
    clips = (Clip(200, on_right=True), Clip(237, on_right=False))
    weak = substitution(234)
    (place,) = places_of(CONTIG, [weak], clips, sequence_of(CONTIG), (weak,))
    assert place == Place(CONTIG, 200, 237, (weak,))


@pytest.mark.parametrize(("length", "count"), [(60, 1), (61, 0)])
def test_longer_gaps_are_no_place(length: int, count: int) -> None:
    assert len(places(deletion(150, length))) == count


def test_a_place_holds_all_placements_of_a_gap() -> None:
    run = next(i for i in range(60, 380) if GENOME[i] == GENOME[i + 1] != GENOME[i - 1])
    (place,) = places(Allele(CONTIG, run - 1, GENOME[run - 1 : run + 1], GENOME[run - 1]))
    assert place.start == run
    assert place.end >= run + 2


def test_clips_of_one_side_reach_to_that_side_and_of_two_between() -> None:
    right, left = Clip(200, on_right=True), Clip(212, on_right=False)
    assert places(clips=(right,)) == [Place(CONTIG, 200, 225, ())]
    assert places(clips=(left,)) == [Place(CONTIG, 187, 212, ())]
    assert places(clips=(right, left)) == [Place(CONTIG, 200, 212, ())]
    assert places(clips=(Clip(10, on_right=False),)) == [Place(CONTIG, 0, 10, ())]
    here, back = Clip(200, on_right=False), Clip(260, on_right=False)
    assert places(clips=(right, here, back)) == [Place(CONTIG, 200, 260, ())]


@pytest.mark.parametrize(("lost", "count"), [(60, 1), (61, 2)])
def test_clips_on_both_sides_of_lost_bases_are_a_place(lost: int, count: int) -> None:
    right, left = Clip(200, on_right=True), Clip(200 + lost, on_right=False)
    assert len(places(clips=(right, left))) == count
    assert len(places(clips=(Clip(200, on_right=False), left))) == 2


@pytest.mark.parametrize("on_right", [True, False])
@pytest.mark.parametrize(("fragments", "clipped", "found"), [(3, 6, 1), (2, 6, 0), (3, 5, 0)])
def test_clips_are_shared(fragments: int, clipped: int, found: int, on_right: bool) -> None:
    reads: list[pysam.AlignedSegment] = []
    for number in range(fragments):
        for mate in ("a", "b"):
            segment = read(f"f{number}", 100)
            ends = f"{100 - clipped}M", f"{clipped}S"
            segment.cigarstring = "".join(ends if on_right else reversed(ends))
            segment.flag |= 0x80 if mate == "b" else 0x40
            reads.append(segment)
    clips = shared_clips(reads, RULES)
    assert clips == [Clip(200 - clipped if on_right else 100, on_right=on_right)] * found


@pytest.mark.parametrize("on_right", [True, False])
@pytest.mark.parametrize(("unlike", "found"), [(0, 1), (1, 0)])
def test_clips_that_go_on_otherwise_are_not_shared(
    unlike: int, found: int, *, on_right: bool
) -> None:
    """Chimeras and wrong bases: three of many fragments are clipped at a base by chance."""
    reads = [read(f"f{number}", 100) for number in range(3)]
    for number, segment in enumerate(reads):
        sequence = segment.query_sequence or ""
        segment.cigarstring = "90M10S" if on_right else "10S90M"
        # The sixth base from the aligned ones; those farther away may be others.
        changed = 95 if number < unlike else 96 + number % 2
        at = changed if on_right else READ - 1 - changed
        segment.query_sequence = sequence[:at] + other(sequence[at]) + sequence[at + 1 :]
    assert len(shared_clips(reads, RULES)) == found


def test_reads_that_do_not_count_have_no_clips() -> None:
    reads = [read(f"f{number}", 100) for number in range(3)]
    for segment in reads:
        segment.cigarstring = "90M10S"
    assert shared_clips(reads, RULES) == [Clip(190, on_right=True)]
    reads[0].mapping_quality = 0
    assert shared_clips(reads, RULES) == []
    reads[0].mapping_quality, reads[0].cigarstring = 60, None
    assert shared_clips(reads, RULES) == []


@pytest.mark.parametrize(("last", "count"), [(236, 1), (237, 2)])
def test_a_place_has_140_bases_at_the_most(last: int, count: int) -> None:
    calls = [substitution(at, 4) for at in (100, 140, 180, 215, last)]
    assert len(places(*calls)) == count


@pytest.mark.parametrize(("at", "calls"), [(239, 5), (240, 4)])
def test_a_substitution_that_cannot_pass_makes_no_place_longer_than_that(
    at: int, calls: int
) -> None:
    strong = [substitution(at, 4) for at in (100, 140, 180, 224)]
    weak = substitution(at)
    (place,) = places_of(CONTIG, [*strong, weak], (), sequence_of(CONTIG), (weak,))
    assert len(place.calls) == calls


def test_a_call_within_a_longer_one_does_not_end_the_place() -> None:
    (place,) = places(deletion(150, 60), substitution(160), substitution(225))
    assert len(place.calls) == 3


@pytest.mark.parametrize(("own", "found"), [(6, 1), (5, 0)])
@pytest.mark.parametrize("reverse", [False, True])
def test_a_clipped_adapter_is_not_shared(own: int, found: int, *, reverse: bool) -> None:
    """Reads of an amplicon that is shorter than they are all end with it at one base."""
    reads = []
    for number in range(3):
        segment = read(f"f{number}", 100)
        clip = "ACGTCA"[:own] + "AGATCGGAAGAGCACA"
        sequence = (segment.query_sequence or "")[: 100 - len(clip)] + clip
        segment.query_sequence = reverse_complement(sequence) if reverse else sequence
        segment.flag |= 0x10 if reverse else 0
        kept, lost = f"{100 - len(clip)}M", f"{len(clip)}S"
        segment.cigarstring = lost + kept if reverse else kept + lost
        reads.append(segment)
    assert len(shared_clips(reads, RULES)) == found


@pytest.mark.parametrize(("misread", "found"), [(3, 0), (4, 1)])
def test_misread_adapters_are_not_shared_among_as_many(misread: int, found: int) -> None:
    """Four reads with an adapter, and others with another base in it."""
    reads = []
    for number in range(4 + misread):
        segment = read(f"f{number}", 100)
        clip = "AGATCGGAAGAGCACA" if number < 4 else "AGATCCGAAGTGCACA"
        segment.query_sequence = (segment.query_sequence or "")[:84] + clip
        segment.cigarstring = "84M16S"
        reads.append(segment)
    assert len(shared_clips(reads, RULES)) == found


def test_clips_survive_the_file_between_two_rules(tmp_path: Path) -> None:
    clips = {"c1": [Clip(5, on_right=True)], "c2": [Clip(7, on_right=False)]}
    (tmp_path / "clips.bed").write_text(clips_as_bed(clips))
    assert read_clips(tmp_path / "clips.bed") == clips
    assert (tmp_path / "clips.bed").read_text().splitlines()[0] == "c1\t5\t6\tright"


@pytest.mark.parametrize(("first", "together"), [(169, True), (168, False)])
def test_a_place_with_a_long_deletion_has_40_bases_on_both_sides_of_it(
    first: int, together: bool
) -> None:
    """130 bases are lost, from 205 on; 210 bases reach to the end of the last replacement."""
    lost, left, right = deletion(204, 130), substitution(first, 4), substitution(375, 4)
    found = places_of(CONTIG, [left, lost, right], (), sequence_of(CONTIG), held=[lost], weak=())
    parts = [[left, lost, right]] if together else [[left, lost], [right]]
    assert [list(place.calls) for place in found] == parts
