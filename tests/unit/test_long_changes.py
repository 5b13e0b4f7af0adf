"""Long insertions, duplications and deletions at any place, on reads cut from mutants by hand."""

from dataclasses import replace
from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.long_changes import (
    Demands,
    LongChange,
    call_long_changes,
    neighbourhoods,
    shared_breakpoints,
    vcf_allele,
)
from flt3itd.reads.foreign_bases import ADAPTERS
from tests.builders import Read, duplicate, random_sequence, write_bam

CONTIG, LENGTH = "7", 100
BEFORE = 4000
"""Bases of the contig before those that the tests deal with."""
REFERENCE = random_sequence(BEFORE + 3000, seed=21)
START = BEFORE + 1500
DEMANDS = Demands()


def fetch(start: int, end: int) -> str:
    return REFERENCE[max(0, start) : max(0, end)]


def aligned(name: str, sequence: str, place: int) -> Read:
    """A read of a mutant haplotype as an aligner puts it: its longer side, the rest clipped."""
    text = sequence[place : place + LENGTH]
    moved = place + len(REFERENCE) - len(sequence)
    left = agreement(text, REFERENCE[place : place + LENGTH])
    right = agreement(text[::-1], REFERENCE[moved : moved + LENGTH][::-1])
    flag = 0x10 * (place % 2)
    if left == LENGTH:
        return Read(name, CONTIG, place, f"{LENGTH}M", text, flag)
    if right == LENGTH:
        return Read(name, CONTIG, moved, f"{LENGTH}M", text, flag)
    if left >= right:
        return Read(name, CONTIG, place, f"{left}M{LENGTH - left}S", text, flag)
    cigar = f"{LENGTH - right}S{right}M"
    return Read(name, CONTIG, moved + LENGTH - right, cigar, text, flag)


def agreement(one: str, other: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))


def mixture(mutants: list[str], every: int) -> list[Read]:
    """Reads from every second place: of `every` haplotypes there, each mutant is one."""
    places = range(START - 600, START + 600, 2)
    wildtype = [
        aligned(f"w{place}_{copy}", REFERENCE, place)
        for place in places
        for copy in range(every - len(mutants))
    ]
    return wildtype + [
        aligned(f"m{number}_{place}", mutant, place)
        for number, mutant in enumerate(mutants)
        for place in places
    ]


def changes_of(tmp_path: Path, reads: list[Read], demands: Demands = DEMANDS) -> list[LongChange]:
    path = write_bam(tmp_path / "reads.bam", {CONTIG: len(REFERENCE)}, reads)
    found: list[LongChange] = []
    with pysam.AlignmentFile(str(path)) as bam:
        for interval in neighbourhoods(shared_breakpoints(bam.fetch(), demands), 450):
            found += call_long_changes(bam, CONTIG, interval, fetch, demands)
    return found


def mutant_of(change: LongChange) -> str:
    assert REFERENCE.startswith(change.ref, change.start)
    return REFERENCE[: change.start] + change.alt + REFERENCE[change.start + len(change.ref) :]


FOREIGN = random_sequence(60, seed=5)
MUTANTS = {
    "tandem copy": duplicate(REFERENCE, START, START + 30),
    "longer than a read": duplicate(REFERENCE, START - 200, START + 200),
    "with filler": duplicate(REFERENCE, START, START + 45, "GATTACA"),
    "imperfect copy": REFERENCE[: START + 40]
    + REFERENCE[START : START + 20]
    + "ACGT"[("ACGT".index(REFERENCE[START + 20]) + 1) % 4]
    + REFERENCE[START + 21 :],
    "other sequence of 20": REFERENCE[:START] + FOREIGN[:20] + REFERENCE[START:],
    "other sequence of 60": REFERENCE[:START] + FOREIGN + REFERENCE[START:],
    "deletion": REFERENCE[:START] + REFERENCE[START + 52 :],
    "long deletion": REFERENCE[: START - 150] + REFERENCE[START + 150 :],
    "deletion with other bases": REFERENCE[:START] + "GTA" + REFERENCE[START + 40 :],
    # Half of the other bases agree with the reference on either side.
    "deletion with similar bases": REFERENCE[:START]
    + "".join(
        "ACGT"[("ACGT".index(base) + 1) % 4] if place % 2 == 0 else base
        for place, base in enumerate(REFERENCE[START : START + 13])
    )
    + REFERENCE[START + 70 :],
    "deletion with many other bases": REFERENCE[:START] + FOREIGN[:15] + REFERENCE[START + 60 :],
}


@pytest.mark.parametrize("every", [2, 10])
@pytest.mark.parametrize("kind", MUTANTS)
def test_every_kind_is_found_exactly_and_counted_without_bias(
    tmp_path: Path, kind: str, every: int
) -> None:
    (change,) = changes_of(tmp_path, mixture([MUTANTS[kind]], every))
    assert mutant_of(change) == MUTANTS[kind]
    assert change.vaf.value == pytest.approx(1 / every, rel=0.08)
    assert change.vaf.interval.low < 1 / every < change.vaf.interval.high


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_an_adapter_behind_short_fragments_is_no_insertion(tmp_path: Path, adapter: str) -> None:
    """Behind it stand bases that resemble the reference by chance."""
    behind = (adapter + FOREIGN)[:30] + REFERENCE[START : START + 20]
    reads = [
        Read(f"r{n}", CONTIG, START - 50, "50M50S", REFERENCE[START - 50 : START] + behind)
        for n in range(40)
    ]
    assert not changes_of(tmp_path, [*mixture([], 2), *reads])
    other = FOREIGN[:30] + REFERENCE[START : START + 20]
    inserted = [replace(one, sequence=one.sequence[:50] + other) for one in reads]
    assert changes_of(tmp_path, [*mixture([], 2), *inserted])


def test_alleles_are_left_aligned_with_the_base_in_front(tmp_path: Path) -> None:
    # The first four bases of the segment also follow it: five places give the same mutant.
    reference = REFERENCE[: START + 52] + REFERENCE[START : START + 4] + REFERENCE[START + 56 :]
    for kind, mutant in (
        ("del", reference[:START] + reference[START + 52 :]),
        ("dup", reference[: START + 52] + reference[START:]),
    ):
        reads = [
            Read(f"{kind}{n}", CONTIG, START - 50 + n, f"{56 + 52 * (kind == 'dup') - n}M40S", "")
            for n in range(5)
        ]
        reads = [
            replace(read, sequence=mutant[read.position : read.position + length(read.cigar)])
            for read in reads
        ]
        path = write_bam(tmp_path / f"{kind}.bam", {CONTIG: len(reference)}, reads)
        with pysam.AlignmentFile(str(path)) as bam:
            (change,) = call_long_changes(
                bam, CONTIG, (START, START + 60), lambda a, b: reference[a:b], DEMANDS
            )
        anchor, segment = reference[START - 1], reference[START : START + 52]
        alleles = (anchor + segment, anchor) if kind == "del" else (anchor, anchor + segment)
        assert (change.start, (change.ref, change.alt)) == (START - 1, alleles)
        assert change.segment == (START, START + 52)
        assert change.touches(START + 51, START + 90)
        assert not change.touches(START + 53, START + 90)


def length(cigar: str) -> int:
    return sum(int(part) for part in cigar.replace("S", "M").split("M") if part)


def test_several_at_once_have_their_own_shares(tmp_path: Path) -> None:
    mutants = [MUTANTS["tandem copy"], MUTANTS["deletion"], MUTANTS["with filler"]]
    changes = changes_of(tmp_path, mixture(mutants, 10))
    assert {mutant_of(change) for change in changes} == set(mutants)
    for change in changes:
        assert change.vaf.value == pytest.approx(0.1, rel=0.08)


def test_neighbours_that_do_not_compete_are_counted_without_each_other(tmp_path: Path) -> None:
    """On one molecule, as an inherited deletion and a mutation are, both have its share."""
    both = REFERENCE[: START - 300] + REFERENCE[START - 270 : START + 30] + REFERENCE[START:]
    reads = []
    for place in range(START - 1000, START + 700):
        read = aligned(f"m{place}", both, place)
        text = both[place : place + LENGTH]
        if place + LENGTH <= START - 300:
            read = Read(f"m{place}", CONTIG, place, f"{LENGTH}M", text)
        elif place < START - 300:
            left = START - 300 - place
            cigar = f"{left}M30D{LENGTH - left}M"
            read = Read(f"m{place}", CONTIG, place, cigar, text)
        elif place + LENGTH <= START:
            read = Read(f"m{place}", CONTIG, place + 30, f"{LENGTH}M", text)
        reads.append(read)
    found = changes_of(tmp_path, reads)
    assert [len(change.alt) - len(change.ref) for change in found] == [-30, 30]
    assert [round(change.vaf.value, 2) for change in found] == [1, 1]


def test_gaps_in_the_alignment_show_a_change_too(tmp_path: Path) -> None:
    mutant = MUTANTS["deletion"]
    reads = [
        Read(f"m{i}", CONTIG, START - 50, "50M52D50M", mutant[START - 50 : START + 50])
        for i in range(3)
    ]
    (change,) = changes_of(tmp_path, reads)
    assert (mutant_of(change), change.mutant_fragments, change.wildtype_fragments) == (mutant, 3, 0)
    assert changes_of(tmp_path, reads[:2]) == []


def test_what_is_rare_short_or_goes_nowhere_is_no_change(tmp_path: Path) -> None:
    reads = mixture([MUTANTS["deletion"]], 10)
    assert changes_of(tmp_path, reads, replace(DEMANDS, minimum_vaf=0.2)) == []
    assert changes_of(tmp_path, reads, replace(DEMANDS, shortest=53)) == []
    foreign = random_sequence(40, seed=3)
    elsewhere = [
        Read(f"x{i}", CONTIG, START - 60, "60M40S", REFERENCE[START - 60 : START] + foreign)
        for i in range(9)
    ]
    assert changes_of(tmp_path, elsewhere) == []
    assert changes_of(tmp_path, mixture([], 2)) == []


def test_reads_that_do_not_count_show_nothing(tmp_path: Path) -> None:
    clipped = [aligned(f"m{i}", MUTANTS["deletion"], START - 60) for i in range(9)]
    assert len(changes_of(tmp_path, clipped)) == 1
    unsure = [replace(read, mapping_quality=10) for read in clipped]
    duplicates, supplementary = (
        [replace(read, flag=flag) for read in clipped] for flag in (0x400, 0x800)
    )
    for reads in (unsure, duplicates, supplementary):
        assert changes_of(tmp_path, reads) == []
    # The fragments of an amplicon share their ends: they are no duplicates of each other.
    amplicon = replace(DEMANDS, assay=Assay.AMPLICON)
    assert len(changes_of(tmp_path, duplicates, amplicon)) == 1


def test_amplicons_whose_fragments_share_their_ends(tmp_path: Path) -> None:
    """All fragments begin and end with the primers; reads of 100 overlap in the middle."""
    low, high = START - 40, START + 80
    mutant = MUTANTS["tandem copy"]
    reads = []
    for number in range(400):
        sequence, end = (mutant, high + 30) if number % 8 == 0 else (REFERENCE, high)
        for flag, place in ((0x1 | 0x40 | 0x20, low), (0x1 | 0x80 | 0x10, end - LENGTH)):
            read = aligned(f"f{number}", sequence, place)
            reads.append(replace(read, flag=flag, mate=(CONTIG, low)))
    (change,) = changes_of(tmp_path, reads, replace(DEMANDS, assay=Assay.AMPLICON))
    assert mutant_of(change) == mutant
    assert change.mutant_fragments == 50
    assert change.vaf.value == pytest.approx(1 / 8, rel=0.02)


def test_the_start_of_a_contig(tmp_path: Path) -> None:
    mutant = duplicate(REFERENCE, 150, 190)
    reads = [
        Read(f"m{n}", CONTIG, 100 + n, f"{90 - n}M{10 + n}S", mutant[100 + n : 200 + n])
        for n in range(12, 20)
    ]
    (change,) = changes_of(tmp_path, reads)
    assert mutant_of(change) == mutant


@pytest.mark.parametrize(
    ("start", "end", "bases", "allele"),
    [
        (6, 6, "CAG", (0, "C", "CAGC")),
        (6, 9, "", (0, "CAGC", "C")),
        (12, 14, "", (11, "GTA", "G")),
        (12, 12, "TT", (11, "G", "GTT")),
        (13, 15, "G", (13, "AC", "G")),
    ],
)
def test_alleles_share_one_base_where_one_would_be_empty(
    start: int, end: int, bases: str, allele: tuple[int, str, str]
) -> None:
    reference = "CAGCAGCAGCAGTACGT"
    mutant = Haplotype(reference, change_between(reference, start, end, bases))
    assert vcf_allele(mutant) == allele


def test_places_share_a_neighbourhood_within_reach() -> None:
    assert neighbourhoods([3, 10, 459, 2000], 450) == [(3, 460), (2000, 2001)]
    assert neighbourhoods([], 450) == []
