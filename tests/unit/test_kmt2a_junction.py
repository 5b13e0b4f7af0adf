"""KMT2A junctions on a small gene: reads as bwa and a spliced aligner place them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flt3itd.common.assay import Assay
from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.names import GenomicNumbering
from flt3itd.hgvs.transcript import Transcript, TranscriptExon
from scripts.kmt2a.junction import MINIMUM_FRAGMENTS, PtdJunction, hgvs_g, search
from scripts.panel.read_rules import ReadRules
from tests.builders import Read, random_sequence, write_bam

LENGTH = 20_000
SEQUENCE = random_sequence(LENGTH, seed=1)
EXONS = tuple((1000 + 1500 * i, 1000 + 1500 * i + 120) for i in range(12))
"""Exon 1 first; 120 bases each, introns of 1380."""
BEHIND, START = EXONS[7][1] + 40, EXONS[1][0] - 60
"""Intron 8 behind exon 8, and intron 1 before exon 2."""
READ = 100
CAPTURE = ReadRules(Assay.CAPTURE, 20)


def transcript(sequence: str = SEQUENCE) -> Transcript:
    exons = tuple(
        TranscriptExon(number, start, end, 120 * (number - 1))
        for number, (start, end) in enumerate(EXONS, start=1)
    )
    return Transcript(
        "KMT2A", "NM_001197104.2", "NP_001184033.1", "chr11", False, exons, 1440,
        lambda start, end: sequence[start:end],
    )  # fmt: skip


def junction_reads(
    number: int,
    sequence: str = SEQUENCE,
    behind: int = BEHIND,
    start: int = START,
    filler: str = "",
    *,
    placed: bool = True,
    quality: int = 60,
) -> list[Read]:
    """Reads over the junction, clipped where the copies meet, with or without an SA tag."""
    reads = []
    for i in range(number):
        left = 30 + 40 * i // max(1, number - 1)
        right = READ - left - len(filler)
        bases = sequence[behind - left : behind] + filler + sequence[start : start + right]
        # The longer part is the primary alignment, as bwa chooses.
        if left >= right:
            place, cigar = behind - left, f"{left}M{READ - left}S"
            other = f"chr11,{start + 1},+,{READ - right}S{right}M,{quality},0;"
        else:
            place, cigar = start, f"{READ - right}S{right}M"
            other = f"chr11,{behind - left + 1},+,{left}M{READ - left}S,{quality},0;"
        tags = (("SA", other),) if placed else ()
        reads.append(Read(f"j{i}", "chr11", place, cigar, bases, tags=tags))
    return reads


def wild_type_reads(number: int, place: int, sequence: str = SEQUENCE) -> list[Read]:
    """Reads that lie over a place of the reference."""
    return [
        Read(f"w{place}.{i}", "chr11", at, f"{READ}M", sequence[at : at + READ])
        for i in range(number)
        for at in [place - 80 + 60 * i // max(1, number - 1)]
    ]


def both_places(number: int, sequence: str = SEQUENCE) -> list[Read]:
    return wild_type_reads(number, BEHIND, sequence) + wild_type_reads(number, START, sequence)


def found(
    folder: Path, reads: Sequence[Read], sequence: str = SEQUENCE, rules: ReadRules = CAPTURE
) -> tuple[bool, list[PtdJunction]]:
    return search(
        write_bam(folder / "S.bam", {"chr11": LENGTH}, list(reads)), transcript(sequence), rules
    )


def test_a_junction_is_found_with_its_breakpoints_exons_and_fraction(tmp_path: Path) -> None:
    spliced, junctions = found(tmp_path, junction_reads(10) + both_places(20))
    assert not spliced
    (junction,) = junctions
    shared = junction.breakpoints.shared
    assert junction.breakpoints.behind <= BEHIND <= junction.breakpoints.behind + shared
    assert junction.breakpoints.behind - junction.breakpoints.start == BEHIND - START
    assert junction.exons == (2, 8)
    assert junction.fragments == 10
    assert junction.fraction == pytest.approx(10 / 20, abs=0.05)
    assert junction.description.startswith("intron 8 to intron 1, chr11:")
    first = junction.breakpoints.start + shared + 1
    numbering = GenomicNumbering("NC_000011.10")
    assert hgvs_g(junction, numbering) == (
        f"NC_000011.10:g.{first}_{first + BEHIND - START - 1}dup"
    )


def test_bases_between_the_copies_are_named_and_no_dup_is_written(tmp_path: Path) -> None:
    (junction,) = found(tmp_path, junction_reads(8, filler="GATTA") + both_places(20))[1]
    assert junction.breakpoints.filler == "GATTA"
    assert junction.fragments == 8
    assert "with GATTA" in junction.description
    assert hgvs_g(junction, GenomicNumbering("NC_000011.10")) == ""


def test_homology_at_the_breakpoints_is_one_junction(tmp_path: Path) -> None:
    """As between two Alu repeats: aligners run through what both sides share."""
    shared = 12
    sequence = SEQUENCE[: START - shared] + SEQUENCE[BEHIND - shared : BEHIND] + SEQUENCE[START:]
    reads = junction_reads(6, sequence)
    reads += [
        Read(f"k{i}", read.contig, read.position, read.cigar, read.sequence, tags=read.tags)
        for i, read in enumerate(
            junction_reads(6, sequence, BEHIND - shared, START - shared)
        )
    ]  # fmt: skip
    (junction,) = found(tmp_path, reads + both_places(30, sequence), sequence)[1]
    assert junction.breakpoints.shared >= shared
    assert junction.breakpoints.behind - junction.breakpoints.start == BEHIND - START
    assert junction.fragments == 12


@pytest.mark.parametrize(
    ("reads", "why"),
    [
        (junction_reads(MINIMUM_FRAGMENTS - 1), "too few fragments"),
        (junction_reads(10, placed=False), "the aligner placed one side only"),
        (junction_reads(10, quality=3), "the other side fits elsewhere as well"),
        (
            junction_reads(10, behind=START, start=BEHIND),
            "a deletion: the earlier part comes first",
        ),
        (junction_reads(10, behind=EXONS[3][0] - 100, start=EXONS[2][1] + 100), "no whole exon"),
    ],
)
def test_what_is_no_junction(tmp_path: Path, reads: list[Read], why: str) -> None:
    assert found(tmp_path, reads + both_places(20))[1] == [], why


def test_mates_of_one_fragment_and_duplicates_count_once(tmp_path: Path) -> None:
    reads = [
        Read(f"j{i // 5}", r.contig, r.position, r.cigar, r.sequence, tags=r.tags)
        for i, r in enumerate(junction_reads(10))
    ]
    duplicates = [
        Read(f"d{i}", r.contig, r.position, r.cigar, r.sequence, 0x400, tags=r.tags)
        for i, r in enumerate(junction_reads(10))
    ]
    marked = reads + duplicates + both_places(20)
    assert found(tmp_path, marked)[1] == []
    (junction,) = found(tmp_path, marked, rules=ReadRules(Assay.AMPLICON, 20))[1]
    assert junction.fragments == 12


def test_a_trace_as_in_healthy_persons_is_not_reported(tmp_path: Path) -> None:
    reads = junction_reads(MINIMUM_FRAGMENTS)
    assert found(tmp_path, reads + both_places(250))[1]
    assert found(tmp_path, reads + both_places(400))[1] == []


def spliced_reads(number: int, last: int, first: int, name: str) -> list[Read]:
    """RNA reads over the end of one exon and the start of another (numbers)."""
    before, after = EXONS[last - 1], EXONS[first - 1]
    reads = []
    for i in range(number):
        left = 30 + 40 * i // max(1, number - 1)
        right = READ - left
        bases = SEQUENCE[before[1] - left : before[1]] + SEQUENCE[after[0] : after[0] + right]
        cigar = f"{left}M{after[0] - before[1]}N{right}M" if last < first else f"{left}M{right}S"
        if last >= first and right > left:
            reads.append(Read(f"{name}{i}", "chr11", after[0], f"{left}S{right}M", bases))
        else:
            reads.append(Read(f"{name}{i}", "chr11", before[1] - left, cigar, bases))
    return reads


def test_rna_shows_the_exon_junction_without_help_of_the_aligner(tmp_path: Path) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    spliced, junctions = found(tmp_path, normal + spliced_reads(10, 8, 2, "j"))
    assert spliced
    (junction,) = junctions
    assert junction.exons == (2, 8)
    assert junction.fragments == 10
    assert junction.fraction == pytest.approx(0.5, abs=0.05)
    assert junction.description == (
        f"exon 8 to exon 2, chr11:{EXONS[7][1]} to chr11:{EXONS[1][0] + 1}"
    )
    assert hgvs_g(junction, GenomicNumbering("NC_000011.10")) == ""


def without_a_place(reads: Sequence[Read]) -> list[Read]:
    """Reads as HISAT2 leaves them beside their mates over exon 8, on either strand."""
    place = EXONS[7][0]
    return [
        replace(read, cigar="", position=place, flag=4, mapping_quality=0, sequence=sequence)
        for at, read in enumerate(reads)
        for sequence in [reverse_complement(read.sequence) if at % 2 else read.sequence]
    ]


@pytest.mark.parametrize(
    ("placed", "unplaced", "fragments"), [(0, 3, [3]), (0, 2, []), (2, 1, [3]), (4, 6, [10])]
)
def test_rna_over_the_junction_may_have_no_place(
    tmp_path: Path, placed: int, unplaced: int, fragments: list[int]
) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    joined = spliced_reads(placed, 8, 2, "j") + without_a_place(spliced_reads(unplaced, 8, 2, "u"))
    junctions = found(tmp_path, normal + joined)[1]
    assert [one.fragments for one in junctions] == fragments
    assert {one.exons for one in junctions} <= {(2, 8)}


def test_exons_of_rna_without_a_place_that_follow_each_other_are_no_junction(
    tmp_path: Path,
) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    skipping = without_a_place(spliced_reads(10, 2, 8, "s"))
    failed = [replace(one, flag=4 | 512) for one in without_a_place(spliced_reads(9, 8, 2, "j"))]
    assert found(tmp_path, normal + skipping + failed)[1] == []


def test_rna_clipped_off_the_edges_of_exons_is_no_junction(tmp_path: Path) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    inside = junction_reads(10, behind=EXONS[7][1] - 20, start=EXONS[1][0] + 15, placed=False)
    assert found(tmp_path, normal + inside)[1] == []


def test_an_empty_bam_has_no_junction(tmp_path: Path) -> None:
    assert found(tmp_path, []) == (False, [])


@pytest.mark.parametrize(("bases", "is_found"), [(15, True), (16, False)])
def test_up_to_fifteen_bases_may_stand_between_the_copies(
    tmp_path: Path, bases: int, is_found: bool
) -> None:
    reads = junction_reads(8, filler=random_sequence(bases, seed=9))
    assert bool(found(tmp_path, reads + both_places(20))[1]) is is_found


@pytest.mark.parametrize(("bases", "is_found"), [(20, True), (19, False)])
def test_a_clip_of_twenty_bases_is_placed(tmp_path: Path, bases: int, is_found: bool) -> None:
    left = READ - bases
    text = SEQUENCE[BEHIND - left : BEHIND] + SEQUENCE[START : START + bases]
    tags = (("SA", f"chr11,{START + 1},+,{left}S{bases}M,60,0;"),)
    reads = [
        Read(f"j{i}", "chr11", BEHIND - left, f"{left}M{bases}S", text, tags=tags) for i in range(5)
    ]
    assert bool(found(tmp_path, reads + both_places(20))[1]) is is_found


def test_breakpoints_move_left_by_what_both_sides_share(tmp_path: Path) -> None:
    shared = 12
    sequence = SEQUENCE[: START - shared] + SEQUENCE[BEHIND - shared : BEHIND] + SEQUENCE[START:]
    reads = junction_reads(6, sequence) + both_places(30, sequence)
    (junction,) = found(tmp_path, reads, sequence)[1]
    assert junction.breakpoints.behind <= BEHIND - shared
    assert junction.breakpoints.behind - junction.breakpoints.start == BEHIND - START


def test_rna_that_is_joined_at_one_edge_alone_is_no_junction(tmp_path: Path) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    for behind, start in (
        (EXONS[7][1], EXONS[1][0] + 15),
        (EXONS[7][1] - 20, EXONS[1][0]),
    ):
        inside = junction_reads(10, behind=behind, start=start, placed=False)
        assert found(tmp_path, normal + inside)[1] == []


def test_rna_of_a_copy_that_begins_with_the_first_exon_is_compared_at_its_end(
    tmp_path: Path,
) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    (junction,) = found(tmp_path, normal + spliced_reads(10, 8, 1, "j"))[1]
    assert (junction.exons, junction.fragments) == ((1, 8), 10)
    assert junction.fraction == pytest.approx(0.5, abs=0.05)


def test_rna_of_a_copy_of_all_exons_has_nothing_to_compare_with(tmp_path: Path) -> None:
    normal = spliced_reads(20, 8, 9, "a") + spliced_reads(20, 1, 2, "b")
    (junction,) = found(tmp_path, normal + spliced_reads(10, 12, 1, "j"))[1]
    assert (junction.exons, junction.fragments, junction.fraction) == ((1, 12), 10, None)


def clipped_at_end(behind: int, left: int, other: str) -> list[Read]:
    """Five reads that are clipped behind their first bases, with what their SA tag says."""
    text = SEQUENCE[behind - left : behind] + SEQUENCE[START : START + READ - left]
    return [
        Read(f"j{i}", "chr11", behind - left, f"{left}M{READ - left}S", text, tags=(("SA", other),))
        for i in range(5)
    ]


@pytest.mark.parametrize(
    ("contig", "strand", "quality", "is_found"),
    [
        ("chr11", "+", 20, True),
        ("chr11", "+", 19, False),
        ("chr11", "-", 60, False),
        ("chr4", "+", 60, False),
    ],
)
def test_the_other_part_of_a_read_lies_on_its_strand_with_a_mapping_quality(
    tmp_path: Path, contig: str, strand: str, quality: int, is_found: bool
) -> None:
    reads = clipped_at_end(BEHIND, 70, f"{contig},{START + 1},{strand},70S30M,{quality},0;")
    assert bool(found(tmp_path, reads + both_places(20))[1]) is is_found


def test_a_copy_that_ends_within_the_last_exon_is_found_by_reads_of_that_exon(
    tmp_path: Path,
) -> None:
    behind = EXONS[11][0] + 90
    reads = clipped_at_end(behind, 70, f"chr11,{START + 1},+,70S30M,60,0;")
    (junction,) = found(tmp_path, reads + wild_type_reads(20, behind) + both_places(20))[1]
    assert (junction.exons, junction.fragments) == ((2, 11), 5)
