"""Alleles in clipped and misaligned reads, and events that a caller writes in parts."""

from pathlib import Path

import pysam
import pytest

from flt3itd.hgvs.names import GenomicNumbering, name_change
from scripts.genome.knowledge import KnownClass
from scripts.panel.alleles import Allele
from scripts.panel.marks import Knowledge
from scripts.panel.place_reads import ContigReads
from scripts.panel.places import Clip
from scripts.panel.rivals import is_confirmed
from scripts.panel.rows import PanelVariant
from tests.panel_builders import (
    CONTIG,
    FAR,
    GENOME,
    NEAR,
    READ,
    RULES,
    A,
    B,
    bam_of,
    called,
    fragments,
    other,
    read,
    rows_of,
    substitution,
    transcript,
)


def alleles_of(rows: list[PanelVariant], filters: str = "PASS") -> list[Allele]:
    return [Allele(r.chrom, r.pos - 1, r.ref, r.alt) for r in rows if r.filter == filters]


EVENT = Allele(CONTIG, 280, GENOME[280:284], f"{A.alt}{GENOME[281:283]}{NEAR.alt}")


def test_substitutions_two_bases_apart_on_the_same_molecules_are_one_event(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, fragments((20, (A, NEAR)), (180, ())), *called(A, NEAR))
    assert alleles_of(rows) == [EVENT]
    assert alleles_of(rows, "part_of_event") == [A, NEAR]
    (event,) = [row for row in rows if row.filter == "PASS"]
    assert event.hgvs_c.endswith(f"delins{event.alt}")
    assert (event.alternate_fragments, event.depth, event.quality) == (20, 200, 9.0)
    assert event.phase_set is None


@pytest.mark.parametrize("second", [B, FAR])
def test_substitutions_farther_apart_stay_two_in_one_phase_set(
    tmp_path: Path, second: Allele
) -> None:
    reads = fragments((20, (A, second)), (180, ()))
    rows = rows_of(tmp_path, reads, *called(A, second))
    assert alleles_of(rows) == [A, second]
    near = second is B
    assert [row.phase_set for row in rows] == ([281, 281] if near else [None, None])


def test_other_molecules_are_another_phase(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, fragments((20, (A,)), (20, (NEAR,)), (160, ())), *called(A, NEAR))
    assert alleles_of(rows) == [A, NEAR]
    assert [(row.vaf, row.phase_set) for row in rows] == [(0.1, None), (0.1, None)]


def test_a_second_clone_with_one_of_two_bases_has_a_share_of_its_own(tmp_path: Path) -> None:
    """NRAS c.[181C>A;182A>G] in one clone and c.182A>G in another: 20 and 15 %, not 35 %."""
    first, second = substitution(277), substitution(278)
    both = Allele(CONTIG, 277, GENOME[277:279], first.alt + second.alt)
    reads = fragments((40, (first, second)), (30, (second,)), (130, ()))
    rows = rows_of(tmp_path, reads, *called(both, second))
    assert [(a.start, len(a.ref)) for a in alleles_of(rows)] == [(277, 2), (278, 1)]
    assert [row.vaf for row in rows] == pytest.approx([0.2, 0.15])
    assert [row.codon_vaf for row in rows] == pytest.approx([0.35, 0.35])


@pytest.mark.parametrize("known", [False, True])
def test_a_known_mutation_of_two_clones_is_not_inherited(tmp_path: Path, *, known: bool) -> None:
    """30 % with another base of the codon and 20 % alone; a base that no table lists may be."""
    first, second = substitution(277), substitution(278)
    both = Allele(CONTIG, 277, GENOME[277:279], first.alt + second.alt)
    reads = fragments((60, (first, second)), (40, (second,)), (100, ()))
    bare = rows_of(tmp_path, reads, *called(both, second))
    name = next(row.hgvs_c.split(":")[1] for row in bare if row.pos == second.start + 1)
    listed = {("GENE", name if known else "c.1A>G"): KnownClass.PATHOGENIC}
    rows = rows_of(
        tmp_path, reads, *called(both, second), knowledge=Knowledge(listed, {}, {}, {}, ())
    )
    passing = [row for row in rows if row.filter == "PASS"]
    told = {(len(row.ref), round(row.vaf, 3), round(row.codon_vaf or 0, 3)) for row in passing}
    assert told == ({(2, 0.3, 0.5), (1, 0.2, 0.5)} if known else {(1, 0.3, 0), (1, 0.5, 0)})


def test_a_polymorphism_and_a_mutation_beside_it_stay_two(tmp_path: Path) -> None:
    reads = fragments((40, (A, NEAR)), (60, (A,)), (100, ()))
    rows = rows_of(tmp_path, reads, *called(A, NEAR))
    assert alleles_of(rows) == [A, NEAR]
    assert [row.vaf for row in rows] == pytest.approx([0.5, 0.2])
    assert [row.phase_set for row in rows] == [281, 281]


def test_two_fragments_are_no_haplotype(tmp_path: Path) -> None:
    reads = fragments((2, (A, NEAR)), (30, (A,)), (168, ()))
    rows = rows_of(tmp_path, reads, *called(A, NEAR))
    assert alleles_of(rows) == [A]


def test_what_is_known_of_a_part_is_known_of_the_event(tmp_path: Path) -> None:
    first, second = substitution(277), substitution(278)
    both = Allele(CONTIG, 277, GENOME[277:279], first.alt + second.alt)
    reads = fragments((20, (first, second)), (180, ()))
    bare = rows_of(tmp_path, reads, *called(both, second))
    name = next(row.hgvs_c.split(":")[1] for row in bare if len(row.ref) == 1)
    known = Knowledge({("GENE", name): KnownClass.PATHOGENIC}, {}, {}, {}, ())
    rows = rows_of(tmp_path, reads, *called(both, second), knowledge=known)
    assert {(len(row.ref), row.known) for row in rows} == {(2, "pathogenic"), (1, "pathogenic")}


def test_a_known_mutation_beside_another_codon_has_a_row_of_its_own(tmp_path: Path) -> None:
    """A substitution two bases beside it, in cis, takes nothing of its rank."""
    reads = fragments((20, (A, NEAR)), (180, ()))
    bare = rows_of(tmp_path, reads, *called(A, NEAR))
    name = next(row.hgvs_c.split(":")[1] for row in bare if row.pos == NEAR.start + 1)
    known = Knowledge({("GENE", name): KnownClass.PATHOGENIC}, {}, {}, {}, ())
    rows = rows_of(tmp_path, reads, *called(A, NEAR), knowledge=known)
    assert [(a, row.known) for a, row in zip(alleles_of(rows), rows, strict=True)] == [
        (A, ""),
        (NEAR, "pathogenic"),
    ]


@pytest.mark.parametrize(("place", "one"), [(287, True), (288, False)])
def test_changes_that_are_listed_as_one_are_one(tmp_path: Path, place: int, one: bool) -> None:
    """SF3B1 c.2094_2098delinsACAGG has three unchanged bases inside; up to six may be."""
    second = substitution(place)
    reads = fragments((20, (A, second)), (180, ()))
    new = f"{A.alt}{GENOME[281:place]}{second.alt}"
    numbering = GenomicNumbering("NC_1.1")
    names = name_change(transcript(), A.start, GENOME[280 : place + 1], new, numbering)
    name = names.hgvs_c.split(":")[1]
    listed = {("GENE", name): KnownClass.PATHOGENIC}
    known = Knowledge(listed, {}, {}, {}, ())
    rows = rows_of(tmp_path, reads, *called(A, second), knowledge=known)
    passing = [row for row in rows if row.filter == "PASS"]
    assert [row.known for row in passing] == (["pathogenic"] if one else ["", ""])
    # Also where one of them is listed by itself, as c.2098A>G is (K700E).
    alone = name_change(transcript(), A.start, A.ref, A.alt, numbering).hgvs_c.split(":")[1]
    known = Knowledge(listed | {("GENE", alone): KnownClass.PATHOGENIC}, {}, {}, {}, ())
    rows = rows_of(tmp_path, reads, *called(A, second), knowledge=known)
    assert len(alleles_of(rows)) == (1 if one else 2)


def test_a_polymorphism_right_beside_an_insertion_stays_by_itself(tmp_path: Path) -> None:
    """Two bases between them would make one event of both."""
    snp = substitution(280)
    inserted = Allele(CONTIG, 282, GENOME[282], GENOME[282] + "ACGTACGT")
    reads = fragments((40, (snp, inserted)), (60, (snp,)), (100, ()))
    for segment in reads[:40]:
        segment.cigarstring = "53M8I39M"
    rows = rows_of(tmp_path, reads, *called(snp, inserted))
    passing = [row for row in rows if row.filter == "PASS"]
    assert [row.vaf for row in passing] == pytest.approx([0.5, 0.2])
    assert [len(row.alt) - len(row.ref) for row in passing] == [0, 8]


def test_a_mutation_beside_a_homozygous_deletion_is_told_on_it(tmp_path: Path) -> None:
    """Both gaps together are also one replacement, which would have the deletion in it."""
    contig = GENOME[278:286]
    lost = Allele(CONTIG, 279, contig[1:3], contig[1])
    second = Allele(CONTIG, 285, GENOME[285:287], GENOME[285])
    reads = fragments((40, (lost, second)), (160, (lost,)))
    for number, segment in enumerate(reads):
        segment.cigarstring = "50M1D5M1D45M" if number < 40 else "50M1D50M"
    rows = rows_of(tmp_path, reads, *called(lost, second))
    passing = [row for row in rows if row.filter == "PASS"]
    assert [row.vaf for row in passing] == pytest.approx([1.0, 0.2])
    assert [len(row.ref) - len(row.alt) for row in passing] == [1, 1]


def test_an_adapter_behind_a_fragment_is_no_other_sequence(tmp_path: Path) -> None:
    reads = fragments((40, (EVENT,)), (160, ()))
    adapter = "AGATCGGAAGAGCACACGTCTGAACTCC"
    for segment in reads[::4]:
        qualities, sequence = segment.query_qualities, segment.query_sequence
        assert sequence is not None
        segment.flag &= ~0x10
        segment.query_sequence = sequence[: READ - len(adapter)] + adapter
        segment.query_qualities = qualities
        segment.cigarstring = f"{READ - len(adapter)}M{len(adapter)}S"
    (row,) = [row for row in rows_of(tmp_path, reads, *called(EVENT)) if row.filter == "PASS"]
    assert row.vaf == pytest.approx(0.2)
    assert row.depth == 200


def test_clips_alone_lead_to_an_event(tmp_path: Path) -> None:
    """An aligner clips reads at a replacement, and freebayes writes nothing."""
    event = Allele(CONTIG, 280, GENOME[280:292], "TTTACCAGCAGCTGTC")
    reads = fragments((40, (event,)), (160, ()))
    for segment in reads[:40]:
        segment.cigarstring = "50M50S"
    assert alleles_of(rows_of(tmp_path, reads)) == []
    (row,) = rows_of(tmp_path, reads, clips=(Clip(280, on_right=True),))
    assert (row.pos, row.ref, row.alt) == (281, event.ref, event.alt)
    assert (row.alternate_fragments, row.depth, row.filter) == (40, 200, "PASS")


def test_a_call_that_no_molecule_shows_whole_says_so(tmp_path: Path) -> None:
    """The last bases of reads that end behind a duplication look like substitutions."""
    inserted = Allele(CONTIG, 280, GENOME[280], GENOME[280:292] + GENOME[281])
    shadow = Allele(CONTIG, 281 + 3, GENOME[284], other(GENOME[284]))
    reads = fragments((40, (inserted,)), (160, ()))
    for segment in reads[:40]:
        segment.cigarstring = "51M12I37M"
    rows = rows_of(tmp_path, reads, *called(inserted, shadow))
    assert [row.filter for row in rows if row.pos == shadow.start + 1] == [
        "low_vaf;few_fragments;other_change"
    ]
    assert [row.vaf for row in rows if row.filter == "PASS"] == [pytest.approx(0.2)]


def test_an_insertion_right_beside_a_substitution_is_one_event_with_it(tmp_path: Path) -> None:
    # Each hides the other when it is looked for by itself.
    inserted = Allele(CONTIG, 279, GENOME[279], GENOME[279] + "ACGT")
    reads = fragments((20, (inserted, A)), (180, ()))
    for segment in reads[:20]:
        segment.cigarstring = "50M4I46M"
    rows = rows_of(tmp_path, reads, *called(inserted, A))
    passing = [row for row in rows if row.filter == "PASS"]
    assert [(row.ref, row.alternate_fragments) for row in passing] == [(A.ref, 20)]
    assert [row.filter.split(";")[-1] for row in rows].count("part_of_event") == 2


def test_a_deletion_that_overlaps_a_called_one_is_found(tmp_path: Path) -> None:
    """freebayes writes only the more frequent of two deletions of the same bases."""
    frequent = Allele(CONTIG, 280, GENOME[280:287], GENOME[280])
    missed = Allele(CONTIG, 283, GENOME[283:288], GENOME[283])
    rare = Allele(CONTIG, 282, GENOME[282:290], GENOME[282])
    reads = fragments((30, (frequent,)), (8, (missed,)), (2, (rare,)), (160, ()))
    for number, segment in enumerate(reads[:40]):
        allele = frequent if number < 30 else missed if number < 38 else rare
        before, deleted = allele.start + 1 - 230, len(allele.ref) - 1
        segment.cigarstring = f"{before}M{deleted}D{READ - before}M"
    rows = rows_of(tmp_path, reads, *called(frequent))
    assert [(row.pos, row.ref, row.alternate_fragments, row.filter) for row in rows] == [
        (281, frequent.ref, 30, "PASS"),
        (284, missed.ref, 8, "PASS"),
    ]


def test_another_alignment_of_a_called_replacement_is_no_call(tmp_path: Path) -> None:
    """Two bases replaced by six may be aligned as an insertion of four and two mismatches."""
    old = GENOME[280:282]
    inserted = "".join(other(base) for base in old) + "GA"
    new = inserted + "".join(other(base) for base in old)
    replaced = Allele(CONTIG, 280, old, new)
    reads = fragments((30, (replaced,)), (170, ()))
    for segment in reads[:30]:
        segment.cigarstring = "50M4I46M"
    rows = rows_of(tmp_path, reads, *called(replaced))
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
        source = ContigReads(bam, lambda low, high: contig[max(0, low) : high], RULES)
        confirmed = is_confirmed(allele["long"], len(reads), [allele["short"]], source)
    assert confirmed is (true_one == "long")
