"""Kinase domain mutations of one molecule are named beside each other, with their fragments."""

import pytest

from flt3itd.kinase.tkd import ReportedAt, call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_MATCH
from flt3itd.records import FltEvent

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
START = LOCUS.from_grch38(28_018_440)
LENGTH = 120
D835Y = (28_018_505, "A")
N841K = (28_018_485, "C")
D835H = (28_018_505, "G")
I836DEL = 28_018_500
"""The first of three bases (1-based, GRCh38)."""


def reads(
    group: str, number: int, *changes: tuple[int, str], deleted: bool = False
) -> list[AlignedRead]:
    """Single reads over exon 20 that hold changed bases, or a deletion of three."""
    bases = list(LOCUS.sequence[START : START + LENGTH])
    for position, base in changes:
        bases[LOCUS.from_grch38(position) - START] = base
    cigar = [(CIGAR_MATCH, LENGTH)]
    if deleted:
        at = LOCUS.from_grch38(I836DEL) - START
        cigar = [(CIGAR_MATCH, at), (CIGAR_DELETION, 3), (CIGAR_MATCH, LENGTH - at - 3)]
        del bases[at : at + 3]
    quality = bytes([37]) * len(bases)
    return [
        AlignedRead(f"{group}{i}", START, tuple(cigar), "".join(bases), quality, False, True)
        for i in range(number)
    ]


def called(*groups: list[AlignedRead]) -> dict[str, FltEvent]:
    """The events by the last part of their p. name."""
    result = call_tkd([read for group in groups for read in group], PLACE)
    return {event.hgvs_p.rpartition(":")[2]: event for event in result.events}


def test_mutations_of_one_molecule_name_each_other_and_the_whole() -> None:
    events = called(reads("m", 60, D835Y, deleted=True), reads("w", 240))
    tyrosine, deletion = events["p.(Asp835Tyr)"], events["p.(Ile836del)"]
    assert tyrosine.on_same_molecules == deletion.hgvs_c
    assert deletion.on_same_molecules == tyrosine.hgvs_c
    # GAT ATC becomes TAT: of nine bases TAT is left.
    assert tyrosine.whole_hgvs_c == deletion.whole_hgvs_c == "NM_004119.3:c.2503_2508delinsTAT"
    assert tyrosine.remark == (
        "on the same molecules: c.2508_2510del (60 of 60 fragments that show both places); "
        "together c.2503_2508delinsTAT, p.(Asp835_Ile836delinsTyr)"
    )


def test_changes_side_by_side_have_a_name_together() -> None:
    # GAT ATC becomes GAA GTC.
    events = called(reads("m", 60, (28_018_503, "T"), (28_018_502, "C")), reads("w", 240))
    assert {event.whole_hgvs_c for event in events.values()} == {"NM_004119.3:c.2505_2506delinsAG"}


@pytest.mark.parametrize(
    ("one", "other", "has_a_name"),
    [(D835Y, (28_018_556, "A"), True), (N841K, (28_018_537, "G"), False)],
)
def test_fifty_bases_between_have_a_name_together(
    one: tuple[int, str], other: tuple[int, str], has_a_name: bool
) -> None:
    assert abs(one[0] - other[0]) - 1 == (50 if has_a_name else 51)
    events = called(reads("m", 60, one, other), reads("w", 240))
    assert len(events) == 2
    assert all(event.on_same_molecules for event in events.values())
    assert {bool(event.whole_hgvs_c) for event in events.values()} == {has_a_name}


def test_mutations_of_different_molecules_name_nothing() -> None:
    events = called(
        reads("m", 60, D835Y), reads("d", 60, deleted=True), reads("k", 60, N841K), reads("w", 240)
    )
    assert len(events) == 3
    assert {event.on_same_molecules for event in events.values()} == {""}
    assert {event.remark for event in events.values()} == {""}


def test_two_mutations_of_one_codon_are_never_of_one_molecule() -> None:
    events = called(reads("y", 60, D835Y), reads("h", 60, D835H), reads("w", 240))
    assert {event.on_same_molecules for event in events.values()} == {""}


def test_a_mutation_of_a_part_of_the_molecules_is_named_with_its_share() -> None:
    events = called(reads("b", 40, D835Y, N841K), reads("y", 60, D835Y), reads("w", 200))
    tyrosine, lysine = events["p.(Asp835Tyr)"], events["p.(Asn841Lys)"]
    assert lysine.on_same_molecules == tyrosine.hgvs_c
    assert lysine.whole_hgvs_c == "NM_004119.3:c.2503_2523delinsTATATCATGAGTGATTCCAAG"
    assert (tyrosine.on_same_molecules, tyrosine.whole_hgvs_c) == ("", "")
    assert tyrosine.remark == (
        "on a part of its molecules: c.2523C>G (40 of 100 fragments that show both places)"
    )


@pytest.mark.parametrize(("both", "is_linked"), [(30, True), (29, False)])
def test_half_of_the_rarer_mutation_links_it(both: int, is_linked: bool) -> None:
    events = called(
        reads("b", both, D835Y, N841K),
        reads("k", 60 - both, N841K),
        reads("y", 100 - both, D835Y),
        reads("w", 200),
    )
    assert bool(events["p.(Asn841Lys)"].on_same_molecules) is is_linked
    assert bool(events["p.(Asp835Tyr)"].remark) is is_linked


@pytest.mark.parametrize(("both", "is_linked"), [(3, True), (2, False)])
def test_three_fragments_link(both: int, is_linked: bool) -> None:
    events = called(
        reads("b", both, D835Y, N841K),
        reads("k", 4 - both, N841K),
        reads("y", 100, D835Y),
        reads("w", 200),
    )
    assert bool(events["p.(Asn841Lys)"].on_same_molecules) is is_linked


def test_mates_that_show_one_mutation_each_tell_of_their_molecule() -> None:
    mutant = reads("m", 60, D835Y, N841K)
    split = 28_018_495 - 28_018_440
    halves = [
        one._replace(
            start=START + first,
            cigar=((CIGAR_MATCH, last - first),),
            sequence=one.sequence[first:last],
            qualities=one.qualities[first:last],
            is_read1=first == 0,
        )
        for one in mutant
        for first, last in ((0, split), (split, LENGTH))
    ]
    events = called(halves, reads("w", 240))
    assert {event.mutant_fragments for event in events.values()} == {60}
    assert all(event.on_same_molecules for event in events.values())
