"""Codons of reads with gaps: which a change breaks, which it hides, and what lies beside it."""

from __future__ import annotations

import pytest

from flt3itd.kinase.codons import count_exons
from flt3itd.kinase.exon_counts import CODON_LETTERS, ExonCounts
from flt3itd.kinase.short_changes import ShortChange
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SKIP,
)
from tests.kinase_builders import LOCUS

EXON = LOCUS.exon(20)
"""123 bases, residues 807 to 847: its first base on the plus strand is the last of codon 847."""
OPERATIONS = {"M": CIGAR_MATCH, "I": CIGAR_INSERTION, "D": CIGAR_DELETION, "N": CIGAR_SKIP}
MINIMUM_QUALITY = 20

Part = tuple[str, int | str]
"""An operation of a CIGAR with its length, or with the bases that it inserts."""


def laid(name: str, start: int, *parts: Part, quality: int = 37) -> AlignedRead:
    """A read from a locus coordinate, as the reference but for its gaps."""
    bases, at, cigar = "", start, []
    for operation, what in parts:
        length = what if isinstance(what, int) else len(what)
        cigar.append((OPERATIONS[operation], length))
        if isinstance(what, str):
            bases += what
            continue
        if operation == "M":
            bases += LOCUS.sequence[at : at + length]
        at += length
    qualities = bytes([quality]) * len(bases)
    return AlignedRead(name, start, tuple(cigar), bases, qualities, False, True)


def counted(reads: list[AlignedRead]) -> ExonCounts:
    (counts,) = count_exons(
        reads,
        LOCUS,
        [EXON],
        minimum_base_quality=MINIMUM_QUALITY,
        minimum_carriers=3,
        minimum_share=0.0,
    )
    return counts


def fragments(counts: ExonCounts, residue: int) -> int:
    """Those that show a codon."""
    (found,) = (codon.fragments for codon in counts.codons if codon.residue == residue)
    return found


def wild_type(number: int) -> list[AlignedRead]:
    """Reads of the whole exon."""
    return [laid(f"w{i}", EXON.start - 5, ("M", 133)) for i in range(number)]


@pytest.mark.parametrize(
    ("first", "last", "broken"),
    [
        (2497, 2499, {833}),
        (2498, 2498, {833}),
        (2499, 2500, {833, 834}),
        (2497, 2502, {833, 834}),
        (2510, 2515, {837, 838, 839}),
    ],
)
def test_a_deletion_breaks_the_codons_that_lose_a_base_and_no_other(
    first: int, last: int, broken: set[int]
) -> None:
    """First and last base that is deleted, as numbers of c.; all fragments show all codons."""
    at, size = LOCUS.offset_of_cds(last), last - first + 1
    parts: list[Part] = [("M", at - EXON.start), ("D", size), ("M", EXON.end - at - size)]
    counts = counted(wild_type(60) + [laid(f"m{i}", EXON.start, *parts) for i in range(20)])
    assert {
        codon.residue: codon.changed for codon in counts.codons if codon.changed
    } == dict.fromkeys(broken, 20)
    whole = {codon.fragments for codon in counts.codons if codon.residue > 807}
    assert whole == {80}
    assert not others(counts)


def others(counts: ExonCounts) -> set[tuple[int, str]]:
    """Codons that are not those of the reference."""
    return {
        (codon.residue, letters)
        for codon in counts.codons
        for letters, number in zip(CODON_LETTERS, codon.counts, strict=True)
        if number and letters != codon.reference
    }


@pytest.mark.parametrize(
    ("last", "end_in", "begin_in"), [(2499, 836, 830), (2498, 836, 830), (2497, 835, 829)]
)
def test_reads_that_do_not_tell_of_a_deletion_show_the_codons_that_are_not_beside_it(
    last: int, end_in: int, begin_in: int
) -> None:
    """Three bases are lost in some: hidden are codons with one of the 8 bases on either side.

    Those that end within them show all behind codon `end_in`, those that begin within them all in
    front of `begin_in`.
    """
    at = LOCUS.offset_of_cds(last)
    mutant: list[Part] = [("M", at - EXON.start), ("D", 3), ("M", EXON.end - at - 3)]
    reads = wild_type(60) + [laid(f"m{i}", EXON.start, *mutant) for i in range(20)]
    for start, end, hidden, told in (
        (EXON.start - 50, at - 2, end_in, end_in + 1),
        (at + 8, EXON.end + 20, begin_in, begin_in - 1),
    ):
        untold = [laid(f"b{i}", start, ("M", end - start)) for i in range(7)]
        counts = counted(reads + untold)
        assert (fragments(counts, hidden), fragments(counts, told)) == (80, 87)


@pytest.mark.parametrize(("at", "carried"), [(EXON.end - 1, 1), (EXON.end, 0)])
def test_a_deletion_right_behind_the_exon_is_none_of_it(at: int, carried: int) -> None:
    """`at` is the first base that is lost; the bases about it can be lost in one way only."""
    assert LOCUS.sequence[at] not in LOCUS.sequence[at + 1 : at + 4]
    read = laid("m", at - 40, ("M", 40), ("D", 1), ("M", 40))
    assert len(counted([*wild_type(10), read]).carriers) == carried


@pytest.mark.parametrize("inside", [1, 2, 3])
def test_a_deletion_over_the_end_of_an_exon_is_counted_by_the_bases_of_its_intron_too(
    inside: int,
) -> None:
    at = EXON.end - inside
    parts: list[Part] = [("M", 60), ("D", 6), ("M", 60)]
    reads = [laid(f"m{i}", at - 60, *parts) for i in range(20)]
    reads += [laid(f"w{i}", at - 60, ("M", 120)) for i in range(60)]
    (change,) = counted(reads).changes
    assert (change.mutant, change.wildtype) == (20, 60)


@pytest.mark.parametrize("inside", [6, 9, 20])
def test_a_deletion_near_a_splice_site_is_counted_in_reads_that_go_on_in_the_next_exon(
    inside: int,
) -> None:
    """Behind the first base of exon 20 (plus strand) they have the last one of exon 21."""
    before = LOCUS.exon(21)
    skipped: list[Part] = [("M", 40), ("N", EXON.start - before.end)]
    reads = []
    for i in range(80):
        parts: list[Part] = [("M", 100)]
        if i < 20:
            parts = [("M", inside), ("D", 3), ("M", 97 - inside)]
        reads.append(laid(f"r{i}", before.end - 40, *skipped, *parts))
    counts = counted(reads)
    (change,) = counts.changes
    assert (change.mutant, change.wildtype, change.another) == (20, 60, 0)
    assert not others(counts)


@pytest.mark.parametrize(("beside", "carries"), [(8, True), (7, False)])
@pytest.mark.parametrize("at_start", [True, False])
def test_a_gap_needs_eight_bases_beside_it(beside: int, carries: bool, at_start: bool) -> None:
    """The first base of the deletion differs from that behind it: it can stand nowhere else."""
    at = LOCUS.offset_of_cds(2499)
    change = ShortChange(at, LOCUS.sequence[at : at + 3], "")
    before, behind = (beside, 60) if at_start else (40, beside)
    read = laid("m", at - before, ("M", before), ("D", 3), ("M", behind))
    assert counted([*wild_type(10), read]).carriers == ({change: 1} if carries else {})


@pytest.mark.parametrize(
    ("at", "broken"),
    [(2500, {834: 20}), (2499, {}), (2498, {833: 20}), (2497, {833: 20}), (2496, {})],
)
def test_an_insertion_breaks_the_codon_that_it_stands_in_and_none_between_two(
    at: int, broken: dict[int, int]
) -> None:
    """Behind a base of c.; reads with a poor base in codons 833 and 834 do not show these."""
    place = LOCUS.offset_of_cds(at)
    parts: list[Part] = [("M", place - EXON.start), ("I", "GGTACT"), ("M", EXON.end - place)]
    reads = []
    for i in range(20):
        read = laid(f"m{i}", EXON.start, *parts)
        poor = bytearray(read.qualities)
        for poor_base in (2498, 2501):
            offset = LOCUS.offset_of_cds(poor_base) - EXON.start
            poor[offset + 6 * (offset >= place - EXON.start)] = 2
        reads.append(read._replace(qualities=bytes(poor)))
    counts = counted(wild_type(60) + reads)
    assert counts.changes[0].mutant == 20
    assert {one.residue: one.changed for one in counts.codons if one.changed} == broken


@pytest.mark.parametrize(("apart", "as_one"), [(20, 3), (3, 20)])
def test_two_gaps_are_counted_as_most_reads_of_their_molecules_have_them(
    apart: int, as_one: int
) -> None:
    """Three bases are lost on both sides of two, which stand beside a gap of six in some reads."""
    at = LOCUS.offset_of_cds(2505)
    before = at - EXON.start
    two = [laid(f"t{i}", EXON.start, ("M", before), ("D", 3), ("M", 2), ("D", 3), ("M", 60))
           for i in range(apart)]  # fmt: skip
    cigar = ((CIGAR_MATCH, before + 2), (CIGAR_DELETION, 6), (CIGAR_MATCH, 60))
    one = [two[0]._replace(name=f"o{i}", cigar=cigar) for i in range(as_one)]
    carriers = counted(wild_type(60) + two + one).carriers
    gaps = [ShortChange(start, LOCUS.sequence[start : start + 3], "") for start in (at, at + 5)]
    if apart < as_one:
        gaps = [ShortChange(at, LOCUS.sequence[at : at + 8], LOCUS.sequence[at + 3 : at + 5])]
    assert carriers == dict.fromkeys(gaps, apart + as_one)


def test_of_a_codon_that_two_exons_share_each_has_its_bases() -> None:
    """c.1943 to c.2053, the last two of codon 648 and the first of 685."""
    (counts,) = count_exons(
        [],
        LOCUS,
        [LOCUS.exon(16)],
        minimum_base_quality=MINIMUM_QUALITY,
        minimum_carriers=3,
        minimum_share=0.0,
    )
    seen = {codon.residue: list(codon.seen) for codon in counts.codons}
    assert (seen[648], seen[649], seen[684], seen[685]) == ([1, 2], [0, 1, 2], [0, 1, 2], [0])
    assert list(seen) == list(range(648, 686))


@pytest.mark.parametrize(("carriers", "rare"), [(2, 2), (3, 0)])
def test_a_deletion_of_fewer_than_three_fragments_is_only_added_up(
    carriers: int, rare: int
) -> None:
    at = LOCUS.offset_of_cds(2499)
    parts: list[Part] = [("M", at - EXON.start), ("D", 3), ("M", 60)]
    counts = counted(wild_type(60) + [laid(f"m{i}", EXON.start, *parts) for i in range(carriers)])
    assert (counts.rare_changes, len(counts.changes)) == (rare, not rare)


@pytest.mark.parametrize(("quality", "shows"), [(MINIMUM_QUALITY, 1), (MINIMUM_QUALITY - 1, 0)])
def test_a_base_of_just_the_least_quality_is_read(quality: int, shows: int) -> None:
    read = laid("r", EXON.start, ("M", 60), quality=quality)
    assert fragments(counted([read]), 840) == shows


@pytest.mark.parametrize("beside", [0, 1])
def test_a_read_with_a_gap_shows_the_codons_that_begin_and_end_it(beside: int) -> None:
    """From the last base of codon 842 to the first of 820, and a base less at both ends."""
    start, end = (
        LOCUS.offset_of_cds(3 * 842) + beside,
        LOCUS.offset_of_cds(3 * 820 - 2) + 1 - beside,
    )
    at = LOCUS.offset_of_cds(2499)
    read = laid("m", start, ("M", at - start), ("D", 3), ("M", end - at - 3))
    counts = counted([read])
    assert [fragments(counts, residue) for residue in (842, 820)] == [1 - beside] * 2
    assert [fragments(counts, residue) for residue in (841, 821)] == [1, 1]


@pytest.mark.parametrize("behind", [True, False], ids=["behind both", "in front of both"])
def test_bases_between_two_gaps_of_a_read_that_is_laid_with_one_are_no_codons(
    behind: bool,
) -> None:
    """Two deletions of 4 bases, 15 apart: with one of 8, what stands between lies 4 bases off."""
    first = LOCUS.offset_of_cds(2505)
    second = first + 19
    start, end = first - 30, second + 34
    bases = LOCUS.sequence[start:first] + LOCUS.sequence[first + 4 : second]
    bases += LOCUS.sequence[second + 4 : end]
    left = 45 if behind else 30
    cigar = ((CIGAR_MATCH, left), (CIGAR_DELETION, 8), (CIGAR_MATCH, len(bases) - left))
    read = AlignedRead("r", start, cigar, bases, b"\x25" * len(bases), False, True)
    counts = counted([read])
    assert not others(counts)
    assert (fragments(counts, 840), fragments(counts, 825)) == (1, 1)
