"""Alleles in clipped and misaligned reads, and events that a caller writes in parts."""

from pathlib import Path

import pysam
import pytest

from scripts.genome.knowledge import KnownClass
from scripts.panel.alleles import Allele, count_alleles
from scripts.panel.calls import Call
from scripts.panel.events import joined_events
from scripts.panel.gaps import fits_another
from scripts.panel.marks import Knowledge
from scripts.panel.rows import PanelVariant
from scripts.panel.windows import allele_window
from tests.unit.test_panel import (
    CONTIG,
    DELETION,
    DUP,
    GENOME,
    READ,
    RULES,
    bam_of,
    counts_of,
    read,
    rows_annotated,
    sequence_of,
)


def other(base: str) -> str:
    """Another base."""
    return "CGTA"["ACGT".index(base)]


def substitution(place: int) -> Allele:
    return Allele(CONTIG, place, GENOME[place], other(GENOME[place]))


def molecule(alleles: tuple[Allele, ...]) -> str:
    """The sequence of the contig with some alleles."""
    sequence = GENOME
    for allele in sorted(alleles, reverse=True):
        sequence = sequence[: allele.start] + allele.alt + sequence[allele.end :]
    return sequence


def clipped(name: str, start: int, allele: Allele, kept: int) -> pysam.AlignedSegment:
    """A read of a mutant molecule of which only the first `kept` bases are aligned."""
    segment = read(name, start)
    qualities = segment.query_qualities
    segment.query_sequence = molecule((allele,))[start : start + READ]
    segment.query_qualities = qualities
    segment.cigarstring = f"{kept}M{READ - kept}S"
    return segment


@pytest.mark.parametrize("allele", [DUP, DELETION])
def test_clipped_reads_show_what_lies_behind(tmp_path: Path, allele: Allele) -> None:
    reads = []
    for start in range(allele.start - READ + 1, allele.start + 1):
        before = allele.start + 1 - start
        reads.append(read(f"w{start}", start))
        # Little of a read lies behind the change: the aligner clips it there.
        short = READ - before < 30
        mutant = (
            clipped(f"m{start}", start, allele, before)
            if short
            else read(f"m{start}", start, allele)
        )
        reads.append(mutant)
    counts = counts_of(tmp_path, allele, reads)
    assert counts.mutant == counts.wildtype == counts.informative / 2 > 50


def test_a_replacement_that_is_aligned_as_two_insertions(tmp_path: Path) -> None:
    bases = GENOME[300:302]
    allele = Allele(CONTIG, 300, bases, f"{other(bases[0])}{bases}{other(bases[1])}")
    start = 250
    segments = []
    for number in range(4):
        segment = read(f"f{number}", start)
        segment.query_sequence = molecule((allele,))[start : start + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = "50M1I2M1I46M"
        segments.append(segment)
    counts = counts_of(tmp_path, allele, [*segments, read("w", start)])
    assert (counts.mutant, counts.wildtype, counts.informative) == (4, 1, 5)


def test_another_insertion_at_the_same_place_is_neither(tmp_path: Path) -> None:
    rival = Allele(CONTIG, DUP.start, DUP.ref, DUP.alt[:3] + other(DUP.alt[3]) + DUP.alt[4:])
    start = DUP.start - 50
    reads = [read("m", start, DUP), read("o", start, rival), read("w", start)]
    counts = counts_of(tmp_path, DUP, reads)
    assert (counts.mutant, counts.wildtype, counts.informative) == (1, 1, 3)


def test_a_bad_base_of_an_insertion_is_forgiven(tmp_path: Path) -> None:
    misread = Allele(CONTIG, DUP.start, DUP.ref, DUP.alt[:3] + other(DUP.alt[3]) + DUP.alt[4:])
    start = DUP.start - 50
    segment = read("m", start, misread)
    qualities = segment.query_qualities
    assert qualities is not None
    qualities[DUP.start + 3 - start] = 10
    segment.query_qualities = qualities
    assert counts_of(tmp_path, DUP, [segment]).mutant == 1


def test_another_gap_beside_does_not_hide_an_allele(tmp_path: Path) -> None:
    # A deletion of four bases, common to both alleles, within the room of a duplication.
    start, cut = DUP.start - 50, DUP.start - 8
    gap = Allele(CONTIG, cut - 1, GENOME[cut - 1 : cut + 4], GENOME[cut - 1])
    reads = []
    for name, alleles, cigar in (
        ("m", (gap, DUP), "42M4D5M4I49M"),
        ("w", (gap,), "42M4D58M"),
    ):
        segment = read(name, start)
        segment.query_sequence = molecule(alleles)[start : start + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = cigar
        reads.append(segment)
    counts = counts_of(tmp_path, DUP, reads)
    assert (counts.mutant, counts.wildtype) == (1, 1)


@pytest.mark.parametrize("cigar", ["60M34D40M", "60M1D20M20S"])
def test_a_long_deletion_does_not_show_a_short_one_that_begins_like_it(cigar: str) -> None:
    """CALR c.1103_1136del and c.1103del have the next 9 bases, and 10 of the next 11, in common."""
    calr = "AAGGAGGAGGAAGAAGACAAGAAACGCAAAGAGGAGGAGGAGGCAGAGGACAAGGAGGATGATGAGGACAAAGATGAGG"
    contig = GENOME[:100] + calr + GENOME[100:200]
    segment = read("long", 40)
    segment.query_sequence = contig[40:100] + contig[134:174]
    segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
    segment.cigarstring = cigar
    window = allele_window(
        99,
        contig[99:101],
        contig[99],
        lambda start, end: contig[max(0, start) : end],
        mutant="short",
        wildtype="wild type",
    )
    window.show(segment, 20)
    assert "short" not in window.fragments.values()


def fragments(*shares: tuple[int, tuple[Allele, ...]]) -> list[pysam.AlignedSegment]:
    """Reads over bases 230 to 330, so many of each haplotype (substitutions only)."""
    segments: list[pysam.AlignedSegment] = []
    for count, alleles in shares:
        for number in range(count):
            segment = read(f"{len(segments)}.{number}", 230)
            segment.query_sequence = molecule(alleles)[230 : 230 + READ]
            segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
            segment.flag |= 0x10 * (number % 2)
            segments.append(segment)
    return segments


def joined(
    tmp_path: Path, reads: list[pysam.AlignedSegment], alleles: list[Allele]
) -> dict[Allele, tuple[Allele, ...]]:
    with bam_of(tmp_path, reads) as bam:
        counts = count_alleles(bam, alleles, sequence_of(CONTIG), RULES)
        seen = {allele: count.mutant for allele, count in counts.items()}
        return joined_events(bam, seen, sequence_of(CONTIG), RULES)


A, B, C, FAR = (substitution(place) for place in (280, 284, 290, 300))


def test_parts_on_the_same_molecules_are_one_event(tmp_path: Path) -> None:
    found = joined(tmp_path, fragments((20, (A, B)), (1, (A,)), (200, ())), [A, B])
    event = Allele(CONTIG, 280, GENOME[280:285], f"{A.alt}{GENOME[281:284]}{B.alt}")
    assert found == {event: (A, B)}


def test_three_parts_are_one_event(tmp_path: Path) -> None:
    found = joined(tmp_path, fragments((20, (A, B, C)), (80, ())), [C, A, B])
    ((event, parts),) = found.items()
    assert parts == (A, B, C)
    assert (event.start, event.end) == (280, 291)


@pytest.mark.parametrize(
    "shares",
    [
        ((20, (A,)), (20, (B,)), (200, ())),  # other molecules
        ((20, (A, B)), (8, (A,)), (200, ())),  # a subclone
        ((50, (A,)), (20, (A, B)), (70, ())),  # a germline variant, and a mutation beside
        ((2, (A, B)), (200, ())),  # too few to tell
    ],
)
def test_parts_of_other_molecules_stay_apart(
    tmp_path: Path, shares: tuple[tuple[int, tuple[Allele, ...]], ...]
) -> None:
    assert joined(tmp_path, fragments(*shares), [A, B]) == {}


def test_mutations_that_are_far_apart_stay_two(tmp_path: Path) -> None:
    assert joined(tmp_path, fragments((50, (A, FAR)), (50, ())), [A, FAR]) == {}


def test_an_insertion_and_a_substitution_are_one_event(tmp_path: Path) -> None:
    inserted = Allele(CONTIG, 275, GENOME[275], GENOME[275] + "ACGT")
    reads = fragments((20, (inserted, A)), (80, ()))
    for segment in reads[:20]:
        segment.cigarstring = "46M4I50M"
    ((event, parts),) = joined(tmp_path, reads, [inserted, A]).items()
    assert parts == (inserted, A)
    assert molecule((event,)) == molecule((inserted, A))


def rows_of(tmp_path: Path, knowledge: Knowledge, *calls: Call) -> list[PanelVariant]:
    with bam_of(tmp_path, fragments((20, (A, B)), (180, ()))) as bam:
        return rows_annotated(calls, bam, knowledge=knowledge)


def test_the_parts_stay_in_the_table_and_say_so(tmp_path: Path) -> None:
    first, second = Call(A, 30.0, 20, 200), Call(B, 20.0, 19, 200)
    bare = rows_of(tmp_path, Knowledge({}, {}, {}, {}, ()), first, second)
    part, event, other_part = bare
    assert [row.filter for row in bare] == ["part_of_event", "PASS", "part_of_event"]
    assert event.hgvs_c.endswith(f"delins{event.alt}")
    assert (event.alternate_fragments, event.depth, event.quality) == (20, 200, 20.0)
    assert (part.pos, other_part.pos) == (281, 285)
    # What is known of a part is known of the event.
    name = part.hgvs_c.split(":")[1]
    known = Knowledge({("GENE", name): KnownClass.PATHOGENIC}, {}, {}, {}, ())
    assert [row.known for row in rows_of(tmp_path, known, first, second)] == [
        "pathogenic",
        "pathogenic",
        "",
    ]


def test_an_insertion_right_beside_a_substitution_is_one_event_with_it(tmp_path: Path) -> None:
    # Each hides the other when it is looked for by itself.
    inserted = Allele(CONTIG, 279, GENOME[279], GENOME[279] + "ACGT")
    reads = fragments((20, (inserted, A)), (180, ()))
    for segment in reads[:20]:
        segment.cigarstring = "50M4I46M"
    with bam_of(tmp_path, reads) as bam:
        rows = rows_annotated([Call(inserted, 9.0, 20, 200), Call(A, 9.0, 20, 200)], bam)
    passing = [row for row in rows if row.filter == "PASS"]
    assert [(row.ref, row.alternate_fragments) for row in passing] == [(A.ref, 20)]
    assert [row.filter.split(";")[0] for row in rows].count("part_of_event") == 1


def test_what_a_source_knows_by_itself_is_no_part(tmp_path: Path) -> None:
    knowledge = Knowledge({}, {}, {}, {}, ())
    first = Call(A, 30.0, 20, 200, population_frequency=0.3)
    rows = rows_of(tmp_path, knowledge, first, Call(B, 20.0, 20, 200))
    assert [row.filter for row in rows] == ["common", "PASS"]


def test_a_deletion_that_overlaps_a_called_one_is_found(tmp_path: Path) -> None:
    """freebayes writes only the more frequent of two deletions of the same bases."""
    called = Allele(CONTIG, 280, GENOME[280:287], GENOME[280])
    missed = Allele(CONTIG, 283, GENOME[283:288], GENOME[283])
    rare = Allele(CONTIG, 282, GENOME[282:290], GENOME[282])
    reads = fragments((30, (called,)), (8, (missed,)), (2, (rare,)), (160, ()))
    for number, segment in enumerate(reads[:40]):
        allele = called if number < 30 else missed if number < 38 else rare
        before, deleted = allele.start + 1 - 230, len(allele.ref) - 1
        segment.cigarstring = f"{before}M{deleted}D{READ - before}M"
    with bam_of(tmp_path, reads) as bam:
        rows = rows_annotated([Call(called, 9.0, 30, 200)], bam)
    assert [(row.pos, row.ref, row.alternate_fragments, row.filter) for row in rows] == [
        (281, called.ref, 30, "PASS"),
        (284, missed.ref, 8, "PASS"),
    ]


def test_another_alignment_of_a_called_replacement_is_no_call(tmp_path: Path) -> None:
    """Two bases replaced by six may be aligned as an insertion of four and two mismatches."""
    old = GENOME[280:282]
    inserted = "".join(other(base) for base in old) + "GA"
    new = inserted + "".join(other(base) for base in old)
    called = Allele(CONTIG, 280, old, new)
    reads = fragments((30, (called,)), (170, ()))
    for segment in reads[:30]:
        segment.cigarstring = "50M4I46M"
    with bam_of(tmp_path, reads) as bam:
        rows = rows_annotated([Call(called, 9.0, 30, 200)], bam)
    assert [(row.ref, row.alternate_fragments) for row in rows] == [(old, 30)]


@pytest.mark.parametrize("true_one", ["short", "long"])
def test_a_long_deletion_that_is_a_short_one_is_known(tmp_path: Path, true_one: str) -> None:
    """Both deletions go on with the same 14 bases, as SRSF2 c.284_298del and c.17_298del do."""
    shared = "GGCGGCCGTAGCTA"
    contig = GENOME[:215] + shared + GENOME[229:400] + shared + GENOME[414:]
    deletions = {"short": (200, 215), "long": (200, 400)}
    allele = {
        name: Allele(CONTIG, start - 1, contig[start - 1 : end], contig[start - 1])
        for name, (start, end) in deletions.items()
    }
    start, end = deletions[true_one]
    reads = []
    for first in range(start - 88, start - 12):
        segment = read(f"f{first}", first)
        before = start - first
        segment.query_sequence = contig[first:start] + contig[end:][: READ - before]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = f"{before}M{end - start}D{READ - before}M"
        reads.append(segment)
    with bam_of(tmp_path, reads) as bam:
        taken = fits_another(
            allele["long"],
            len(reads),
            bam,
            [allele["short"]],
            lambda low, high: contig[max(0, low) : high],
            RULES,
        )
    assert taken is (true_one == "short")
