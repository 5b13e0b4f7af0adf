"""What reads show beyond the haplotypes: proposals, and how many fragments they need."""

import pytest

from flt3itd.insertions.haplotype import Deletion, Haplotype, Insertion, change_between
from flt3itd.insertions.itd import call_itds
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.junctions import INSERTIONS
from flt3itd.insertions.residues import (
    LEAST_RUN_SHARE,
    LEAST_SHARE,
    LEAST_SHORTEST_SHARE,
    LEAST_SMALL_SHARE,
    RUN,
    changed,
    first_difference,
    is_outdone,
    least_share,
    longest_run,
)
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.laid_reads import PIECE, READ, REFERENCE, deletion, insertion


@pytest.mark.parametrize(
    ("change", "share"),
    [
        (insertion(1200, "GATTACAG"), LEAST_SHARE),
        (deletion(1200, 3), LEAST_SMALL_SHARE),
    ],
)
def test_the_shorter_a_change_the_more_fragments_it_needs(
    change: Insertion | Deletion, share: float
) -> None:
    assert least_share(Haplotype(REFERENCE), change, INSERTIONS) == share


def test_a_gap_in_an_itd_makes_another_itd() -> None:
    itd = Haplotype(REFERENCE, insertion(1200, REFERENCE[1140:1200]))
    gap = change_between(itd.sequence, 1220, 1223, "")
    assert isinstance(gap, Deletion)
    assert least_share(itd, gap, INSERTIONS) == LEAST_SHARE


@pytest.mark.parametrize(
    ("run", "share"), [(RUN - 1, LEAST_SHORTEST_SHARE), (RUN, LEAST_RUN_SHARE)]
)
def test_a_base_less_in_a_run_needs_most(run: int, share: float) -> None:
    sequence = "ACGTACGTCACGTCAGC" * 2 + "T" * run + "GACTGACTACGATCGAC" * 2
    change = change_between(sequence, 34, 35, "")
    assert isinstance(change, Deletion)
    assert longest_run(sequence, change.start, change.end) == run
    assert least_share(Haplotype(sequence), change, INSERTIONS) == share


@pytest.mark.parametrize(
    ("bases", "share"), [("TT", LEAST_RUN_SHARE), ("TC", LEAST_SHORTEST_SHARE)]
)
def test_different_bases_beside_a_run_are_no_error_of_it(bases: str, share: float) -> None:
    sequence = "ACGTACGTCACGTCAGC" * 2 + "T" * RUN + "GACTGACTACGATCGAC" * 2
    change = change_between(sequence, 38, 38, bases)
    assert isinstance(change, Insertion)
    assert least_share(Haplotype(sequence), change, INSERTIONS) == share


def test_a_change_of_a_haplotype_is_a_haplotype_of_the_reference() -> None:
    two = Haplotype(REFERENCE, insertion(1200, REFERENCE[1140:1200]))
    three = changed(two, insertion(1260, REFERENCE[1140:1200]))
    assert three is not None
    assert three.length_change == 120
    assert three.sequence == REFERENCE[:1200] + REFERENCE[1140:1200] * 2 + REFERENCE[1200:]


@pytest.mark.parametrize(
    ("leaving", "passing", "outdone"), [(10, 0, True), (9, 0, False), (400, 1, False)]
)
def test_a_haplotype_that_all_fragments_leave_is_outdone(
    leaving: int, passing: int, outdone: bool
) -> None:
    assert is_outdone(leaving, passing) == outdone


@pytest.mark.parametrize(
    ("change", "place"),
    [(Deletion(4, 6, ""), 6), (Insertion(4, 4, "GTG"), 7), (Deletion(4, 7, "C"), 4)],
)
def test_a_changed_sequence_differs_where_it_is_told(
    change: Insertion | Deletion, place: int
) -> None:
    assert first_difference("ACCAGTGTACGATCA", change) == place


def add(
    reads: ReadSet,
    count: int,
    text: str,
    last: int,
    *,
    shift: int = 0,
    first_block: int = READ,
) -> None:
    """Add fragments of one read each: plain ones where their bases are those of the reference.

    The end of others lies on the diagonal `last`, their first block `shift` bases farther on.
    """
    for _ in range(count):
        if text == REFERENCE[last : last + READ]:
            reads.add_plain(last, READ, reads.fragments)
        else:
            places = (reads.fragments, last + shift, last, 0, READ, first_block)
            reads.split.append(SplitRead(*places, text, b"\x25" * READ))
        reads.fragments += 1


def forced(molecules: list[tuple[str, int]]) -> ItdCalls:
    """Calls from reads of sequences, each with how many at each third base.

    Their alignments are those of an aligner that neither clips nor opens gaps: they lie where their
    first base would, or where their last would, whichever agrees more.
    """
    reads = ReadSet()
    for sequence, weight in molecules:
        shift = len(sequence) - len(REFERENCE)
        for start in range(600, 1800, 3):
            text = sequence[start : start + READ]
            places = start, start - shift
            place = max(
                places,
                key=lambda p: sum(
                    a == b for a, b in zip(text, REFERENCE[p : p + READ], strict=True)
                ),
            )
            add(reads, weight, text, place)
    return call_itds(reads, PIECE, ItdParameters())


def test_alignments_without_clips_and_gaps_propose_by_their_bases() -> None:
    mutant = REFERENCE[:1200] + REFERENCE[1140:]
    (call,) = forced([(REFERENCE, 3), (mutant, 1)]).calls
    assert call.haplotype.sequence == mutant
    assert call.vaf.value == pytest.approx(0.25, rel=0.1)


def test_two_gaps_propose_the_diagonals_that_their_bases_allow() -> None:
    """8M23I6M7I106M for a duplication of 60: the gaps hold 30 bases, the copy begins in front."""
    mutant = REFERENCE[:1200] + REFERENCE[1140:]
    reads = ReadSet()
    for start in range(600, 1800, 3):
        for sequence, weight in ((REFERENCE, 3), (mutant, 1)):
            text = sequence[start : start + READ]
            own = start if sequence is REFERENCE or start + READ <= 1200 else start - 60
            add(reads, weight, text, own, shift=30, first_block=8)
    (call,) = call_itds(reads, PIECE, ItdParameters()).calls
    assert call.haplotype.sequence == mutant
    assert call.vaf.value == pytest.approx(0.25, rel=0.15)


@pytest.mark.parametrize("gone", [12, 13, 14])
def test_a_copy_in_place_of_as_many_bases_is_an_itd(gone: int) -> None:
    """Its share is that of an ITD, not that of the one base more or less that is left of it."""
    mutant = REFERENCE[:1200] + REFERENCE[1187:1200] + REFERENCE[1200 + gone :]
    (call,) = forced([(REFERENCE, 12), (mutant, 1)]).calls
    assert call.haplotype.sequence == mutant
    assert call.haplotype.insertion is not None
    assert call.haplotype.insertion.length == 13
    assert call.vaf.value == pytest.approx(1 / 13, rel=0.15)


def test_other_bases_in_place_of_as_many_are_no_itd() -> None:
    other = "".join("CGTA"["ACGT".index(base)] for base in REFERENCE[1200:1213])
    mutant = REFERENCE[:1200] + other + REFERENCE[1213:]
    assert not forced([(REFERENCE, 3), (mutant, 1)]).calls


def test_three_copies() -> None:
    mutant = REFERENCE[:1200] + REFERENCE[1150:1200] + REFERENCE[1150:]
    (call,) = forced([(REFERENCE, 3), (mutant, 1)]).calls
    assert call.haplotype.sequence == mutant
    assert call.vaf.value == pytest.approx(0.25, rel=0.1)
    assert call.unread == 0
    assert not call.uncountable


def test_copies_longer_than_the_reads_are_named() -> None:
    mutant = REFERENCE[:1300] + REFERENCE[1100:]
    (call,) = forced([(REFERENCE, 3), (mutant, 1)]).calls
    assert call.haplotype.sequence == mutant
    assert call.uncountable
    assert call.unread > 0


@pytest.mark.parametrize("cis", [True, False])
def test_molecules_with_an_inherited_deletion_are_wild_type(cis: bool) -> None:
    lost = slice(1210, 1216)
    normal = REFERENCE[: lost.start] + REFERENCE[lost.stop :]
    mutant = REFERENCE[:1200] + REFERENCE[1170:]
    carried = mutant[: lost.start + 30] + mutant[lost.stop + 30 :]
    (call,) = forced([(REFERENCE, 2), (normal, 1), (carried if cis else mutant, 1)]).calls
    assert call.haplotype.alone.sequence == mutant
    assert len(call.haplotype.beside) == cis
    assert call.vaf.value == pytest.approx(0.25, rel=0.1)
    assert call.ar.value == pytest.approx(1 / 3, rel=0.15)
