"""Deletions and tandem duplications that are too long for freebayes."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from scripts.annotate_panel import Call, with_long_events
from scripts.long_events import LongEvent, find_events, gapped_reads, read_events, stretches, vcf_of
from scripts.panel_alleles import Allele, AlleleCounts
from tests.builders import Read, random_sequence, write_bam

REFERENCE = random_sequence(1200, seed=21)
# A segment whose first four bases also follow it: the event can stand at five places.
START, SIZE = 500, 52
REFERENCE = REFERENCE[: START + SIZE] + REFERENCE[START : START + 4] + REFERENCE[START + SIZE + 4 :]
CONTIG, LENGTH = "chr1", 100
DELETED = REFERENCE[:START] + REFERENCE[START + SIZE :]
DUPLICATED = REFERENCE[: START + SIZE] + REFERENCE[START:]
ANCHOR = REFERENCE[START - 1]
SEGMENT = REFERENCE[START : START + SIZE]
DELETION = Allele(CONTIG, START - 1, ANCHOR + SEGMENT, ANCHOR)
DUPLICATION = Allele(CONTIG, START - 1, ANCHOR, ANCHOR + SEGMENT)


def fetch(start: int, end: int) -> str:
    return REFERENCE[max(0, start) : max(0, end)]


def aligned(name: str, sequence: str, place: int) -> Read:
    """A read of a mutant haplotype as an aligner puts it: its longer side, the rest clipped."""
    text = sequence[place : place + LENGTH]
    shift = len(REFERENCE) - len(sequence)
    left = next((i for i in range(LENGTH) if text[i] != REFERENCE[place + i]), LENGTH)
    moved = place + shift
    right = next(
        (i for i in range(LENGTH) if text[LENGTH - 1 - i] != REFERENCE[moved + LENGTH - 1 - i]),
        LENGTH,
    )
    flag = 0x10 * (place % 2)
    if left == LENGTH:
        return Read(name, CONTIG, place, f"{LENGTH}M", text, flag)
    if right == LENGTH:
        return Read(name, CONTIG, moved, f"{LENGTH}M", text, flag)
    if left >= right:
        return Read(name, CONTIG, place, f"{left}M{LENGTH - left}S", text, flag)
    return Read(name, CONTIG, moved + LENGTH - right, f"{LENGTH - right}S{right}M", text, flag)


def events_of(tmp_path: Path, reads: list[Read], **thresholds: float) -> list[LongEvent]:
    path = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, reads)
    region = (START - 30, START + SIZE + 30)
    gapped = gapped_reads(path, {CONTIG: [region]}, 20, tmp_path)
    with pysam.AlignmentFile(str(path)) as bam, pysam.AlignmentFile(str(gapped)) as few:
        assert few.count() <= bam.count()
        return find_events(
            bam,
            few,
            CONTIG,
            region,
            fetch,
            minimum_vaf=thresholds.get("minimum_vaf", 0.005),
            minimum_mapping_quality=20,
        )


def mixture(sequence: str, every: int) -> list[Read]:
    """Reads from all places of both haplotypes: the mutant's share of places is 1 / every."""
    wildtype = [
        aligned(f"w{place}_{copy}", REFERENCE, place)
        for place in range(300, 760)
        for copy in range(every - 1)
    ]
    return [*wildtype, *(aligned(f"m{p}", sequence, p) for p in range(300, 760))]


@pytest.mark.parametrize(("sequence", "allele"), [(DELETED, DELETION), (DUPLICATED, DUPLICATION)])
@pytest.mark.parametrize("every", [2, 10])
def test_an_event_is_found_left_aligned_and_counted_without_bias(
    tmp_path: Path, sequence: str, allele: Allele, every: int
) -> None:
    (event,) = events_of(tmp_path, mixture(sequence, every))
    assert event.allele == allele
    vaf = event.counts.mutant / event.counts.informative
    assert vaf == pytest.approx(1 / every, abs=0.01)
    assert min(event.counts.mutant_reads) > 0.4 * event.counts.mutant


def test_gaps_in_the_alignment_show_the_event_too(tmp_path: Path) -> None:
    reads = [
        Read(f"m{i}", CONTIG, START - 50, f"50M{SIZE}D50M", DELETED[START - 50 : START + 50])
        for i in range(3)
    ]
    (event,) = events_of(tmp_path, reads)
    assert (event.allele, event.counts.mutant, event.counts.wildtype) == (DELETION, 3, 0)
    assert events_of(tmp_path, reads[:2]) == []


def test_what_is_rare_or_ends_elsewhere_is_no_event(tmp_path: Path) -> None:
    reads = mixture(DELETED, 10)
    assert events_of(tmp_path, reads, minimum_vaf=0.2) == []
    # Clips of sequence that is nowhere near, and reads that do not count.
    foreign = random_sequence(40, seed=3)
    elsewhere = [
        Read(f"x{i}", CONTIG, START - 60, "60M40S", REFERENCE[START - 60 : START] + foreign)
        for i in range(9)
    ]
    assert events_of(tmp_path, elsewhere) == []
    clipped = [aligned(f"m{i}", DELETED, START - 60) for i in range(9)]
    assert len(events_of(tmp_path, clipped)) == 1
    unsure = [replace(read, mapping_quality=10) for read in clipped]
    duplicates, supplementary = (
        [replace(read, flag=flag) for read in clipped] for flag in (0x400, 0x800)
    )
    for reads in (unsure, duplicates, supplementary):
        assert events_of(tmp_path, reads) == []


def test_a_wild_type_sample_has_no_event(tmp_path: Path) -> None:
    reads = [aligned(f"w{p}", REFERENCE, p) for p in range(300, 760)]
    assert events_of(tmp_path, reads) == []


@pytest.mark.parametrize("allele", [DELETION, DUPLICATION])
def test_the_stretches_that_tell_are_equally_long_and_in_their_haplotypes_only(
    allele: Allele,
) -> None:
    mutant = DELETED if allele is DELETION else DUPLICATED
    junction, boundaries = stretches(allele, fetch)
    assert len({len(junction), *map(len, boundaries)}) == 1
    assert mutant.count(junction) == 1
    assert junction not in REFERENCE
    for boundary in boundaries:
        assert REFERENCE.count(boundary) == 1
        assert mutant.count(boundary) == (0 if allele is DELETION else 1)


def test_the_events_survive_the_file_between_two_rules(tmp_path: Path) -> None:
    events = [LongEvent(DELETION, AlleleCounts(31, 626, 657, (14, 17), (700, 688)))]
    path = tmp_path / "long.vcf"
    path.write_text(vcf_of(events, "S1", [(CONTIG, len(REFERENCE))]))
    assert read_events(path) == events
    path.write_text(vcf_of([], "S1", [(CONTIG, len(REFERENCE))]))
    assert read_events(path) == []


def test_a_long_event_takes_the_place_of_the_same_call() -> None:
    counts = AlleleCounts(31, 626, 657, (14, 17), (700, 688))
    same = Call(DELETION, 50.0, 4, 700, clinvar="Pathogenic")
    other = Call(Allele("chr0", 900, "A", "T"), 9.0, 9, 90)
    merged = with_long_events(
        [other, same],
        [LongEvent(DUPLICATION, counts), LongEvent(DELETION, counts)],
        ["chr0", CONTIG],
    )
    assert [call.allele for call in merged] == [other.allele, DUPLICATION, DELETION]
    assert merged[2] == replace(same, counted=counts)
    assert merged[0] == other
