"""What calls of ITDs say at their edges: hidden ones, bases that no read covers, deletions."""

import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.abundance import Estimate
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCall, ItdCalls
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.junctions import Sought
from flt3itd.reads.read_set import SplitRead
from flt3itd.records import ConfidenceInterval
from tests.laid_reads import PIECE, READ, REFERENCE, WILDTYPE, Reads, tandem

HIDDEN, SHOWN = tandem(1090, 1150), tandem(1070, 1100)


def amplicons(shown: int, known: tuple[Insertion, ...] = ()) -> ItdCalls:
    """An amplicon from 1000 to 1300, and stray reads over the middle, where its own reads meet."""
    reads = Reads()
    for _ in range(200):
        reads.fragment(WILDTYPE, 1000, 1300)
    for _ in range(shown):
        reads.fragment(SHOWN, 1000, 1300 + SHOWN.length_change)
    for start in range(1050, 1110):
        reads.fragment(WILDTYPE, start)
        reads.fragment(HIDDEN, start)
    return call_itds(reads.set, PIECE, ItdParameters(), Search(known, amplicon_assay=True))


def test_an_itd_that_no_amplicon_can_show_does_not_pass_and_makes_no_totals() -> None:
    both = {call.haplotype: call for call in amplicons(50).calls}
    assert both[SHOWN].filters == ()
    assert both[HIDDEN].filters == (Flt3Filter.NO_AMPLICON,)
    total = amplicons(50).total_vaf
    assert total is not None
    assert total.value == pytest.approx(both[SHOWN].vaf.value)
    assert both[HIDDEN].vaf.value > 1.5 * total.value
    assert [both[one].uncountable for one in (SHOWN, HIDDEN)] == [False, False]
    alone = amplicons(0)
    (call,) = alone.calls
    assert call.haplotype == HIDDEN
    assert call.filters == (Flt3Filter.NO_AMPLICON,)
    assert alone.total_vaf is None


def test_a_known_itd_that_no_amplicon_can_show_passes() -> None:
    assert HIDDEN.insertion is not None
    (call,) = amplicons(0, known=(HIDDEN.insertion,)).calls
    assert call.filters == ()


@pytest.mark.parametrize(("last", "hides"), [(1098, False), (1099, True)])
def test_an_amplicon_whose_reads_end_before_one_more_copy_hides_it(last: int, hides: bool) -> None:
    """A read that begins with base 1000 ends 12 bases behind the copy after the next, or one less.

    Of the mutant with 40 bases more: with three copies the second junction lies at 1138.
    """
    itd, reads = tandem(last - 40, last), Reads()
    for _ in range(200):
        reads.fragment(WILDTYPE, 1000, 1300)
        reads.fragment(itd, 1000, 1300 + itd.length_change)
    (call,) = call_itds(reads.set, PIECE, ItdParameters(), Search(amplicon_assay=True)).calls
    assert call.haplotype == itd
    assert call.uncountable is hides


LONG = tandem(1000, 1400)
LONG_PIECE = type(PIECE)("chr1", 0, REFERENCE, (900, 1500))


def long_call(mate: int) -> ItdCall:
    """Reads over the junction of 400 bases, whose mates begin at a base of the reference."""
    reads = Reads()
    for start in range(700, 1600, 5):
        reads.fragment(WILDTYPE, start)
    for start in range(1300, 1350, 5):
        reads.read(LONG, start)
        reads.fragment(WILDTYPE, mate)
    (call,) = call_itds(reads.set, LONG_PIECE, ItdParameters()).calls
    return call


def test_bases_of_the_copies_that_no_read_of_the_mutant_covers_are_unread() -> None:
    covered = 1345 + READ - 1300
    assert long_call(600).unread == 800 - covered
    # A mate that begins with the copied segment may be of either copy; a base before, of the first.
    assert long_call(1000).unread == 800 - covered
    assert long_call(999).unread == 800 - covered - (READ - 1)
    assert long_call(600).uncountable
    # Behind its end, of the second.
    assert long_call(1400 - READ).unread == 800 - covered
    assert long_call(1401 - READ).unread == 800 - covered - (READ - 1)


@pytest.mark.parametrize(
    ("itd", "is_known", "uncountable"),
    [(SHOWN, False, True), (SHOWN, True, False), (tandem(1000, 1120), True, True)],
)
def test_copies_of_a_known_itd_were_counted_before_if_reads_can(
    itd: Haplotype, is_known: bool, uncountable: bool
) -> None:
    """Twelve fragments are too few to count copies by; a copy of 120 bases hardly a read spans."""
    reads = Reads()
    for start in range(700, 1600, 5):
        reads.fragment(WILDTYPE, start)
    for start in range(1020, 1080, 5):
        reads.fragment(itd, start)
    assert itd.insertion is not None
    search = Search(known=[itd.insertion] if is_known else [])
    (call,) = call_itds(reads.set, PIECE, ItdParameters(), search).calls
    assert call.uncountable is uncountable


@pytest.mark.parametrize("fragments", [1, 2, 3])
def test_what_two_fragments_show_is_reported(fragments: int) -> None:
    reads = Reads()
    for start in range(800, 1400, 5):
        reads.fragment(WILDTYPE, start)
    for number in range(fragments):
        reads.fragment(SHOWN, 1010 + 7 * number)
    found = [call.mutant_fragments for call in call_itds(reads.set, PIECE, ItdParameters()).calls]
    assert found == ([] if fragments < 2 else [fragments])


def test_a_deletion_leaves_nothing_open() -> None:
    sequence = REFERENCE[:1200] + REFERENCE[1230:]
    reads = Reads()
    for start in range(900, 1400, 3):
        reads.fragment(WILDTYPE, start)
    for start in range(1060, 1190, 3):
        text = sequence[start : start + READ]
        left, right = (start, start + 30)
        reads.set.split.append(
            SplitRead(reads.set.fragments, left, right, 0, READ, READ, text, b"\x25" * READ)
        )
        reads.set.fragments += 1
    (call,) = call_itds(reads.set, PIECE, ItdParameters(), Search(sought=Sought(20, 20))).calls
    assert call.haplotype.sequence == sequence
    assert (call.unread, call.uncountable, call.unresolved) == (0, False, 0)


def test_depth_is_even_unless_it_is_said_not_to_be() -> None:
    reads = Reads()
    for start in range(500, 1400):
        for _ in range(1 if start < 950 else 3):
            reads.fragment(WILDTYPE, start, start + 320)
            reads.fragment(SHOWN, start, start + 320)
    usual = call_itds(reads.set, PIECE, ItdParameters()).total_vaf
    captured = Search(captured=True, by_baits_from=0)
    uneven = call_itds(reads.set, PIECE, ItdParameters(), captured).total_vaf
    assert usual is not None
    assert uneven is not None
    assert abs(usual.value - uneven.value) > 0.003


def test_an_earlier_itd_that_no_read_can_show_has_no_bound() -> None:
    reads = Reads(20)
    for start in range(600, 1800):
        reads.fragment(WILDTYPE, start)
    known = SHOWN.insertion
    assert known is not None
    (call,) = call_itds(reads.set, PIECE, ItdParameters(), Search(known=[known])).known
    assert (call.hidden, call.vaf_upper, call.vaf, call.mutant_fragments) == (True, 1.0, 0.0, 0)


def test_the_bound_of_an_earlier_itd_is_the_rule_of_three() -> None:
    """Nearly as many places of a read show the junction as show a boundary of the wild type."""
    reads = Reads()
    for start in range(600, 1800):
        reads.fragment(WILDTYPE, start)
    known = SHOWN.insertion
    assert known is not None
    (call,) = call_itds(reads.set, PIECE, ItdParameters(), Search(known=[known])).known
    assert call.vaf_upper * call.informative_fragments == pytest.approx(2.996, rel=0.04)


def test_a_call_leaves_nothing_open_unless_it_is_said() -> None:
    none = Estimate(0.0, ConfidenceInterval(0.0, 1.0))
    call = ItdCall(SHOWN, 9, 91, none, none, (), False)
    assert (call.unread, call.uncountable, call.unresolved, call.inherited_like) == (0, 0, 0, 0)
