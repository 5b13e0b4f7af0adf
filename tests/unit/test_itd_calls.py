"""All insertions of a sample from its reads: totals, ITDs of an earlier sample, amplicons."""

from __future__ import annotations

import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.haplotype import Insertion
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.splice_sites import Border, Splicing
from tests.laid_reads import PIECE, READ, REFERENCE, insertion

COPY = insertion(1200, REFERENCE[1140:1200])
MUTANT = REFERENCE[:1200] + REFERENCE[1140:]


def sample(wildtype: int, mutant: int) -> ReadSet:
    """Single reads of both, so many at each third base, aligned without clips and gaps."""
    reads = ReadSet()
    for start in range(600, 1800, 3):
        for sequence, weight in ((REFERENCE, wildtype), (MUTANT, mutant)):
            text = sequence[start : start + READ]
            ahead = sequence is REFERENCE or start + READ / 2 <= 1200
            place = start if ahead else start - 60
            for _ in range(weight):
                if text == REFERENCE[place : place + READ]:
                    reads.add_plain(place, READ, reads.fragments)
                else:
                    ends = (place, place, 0, READ, READ)
                    split = SplitRead(reads.fragments, *ends, text, b"\x25" * READ)
                    reads.split.append(split)
                reads.fragments += 1
    return reads


def called(wildtype: int, mutant: int, *known: Insertion) -> ItdCalls:
    return call_itds(sample(wildtype, mutant), PIECE, ItdParameters(), Search(known=known))


def test_what_passes_makes_the_totals() -> None:
    found = called(3, 1)
    (call,) = found.calls
    assert (call.filters, call.unread, call.uncountable, call.unresolved) == ((), 0, False, 0)
    assert found.total_vaf is not None
    assert found.total_ar is not None
    assert call.vaf.value == pytest.approx(0.25, rel=0.1)
    assert found.total_vaf.value == pytest.approx(call.vaf.value)
    assert found.total_ar.value == pytest.approx(1 / 3, rel=0.15)
    assert (found.known, found.amplicons) == ((), ())
    none = called(3, 0)
    assert (none.calls, none.total_vaf, none.total_ar) == ((), None, None)


def test_an_earlier_itd_that_is_gone_is_bounded_by_the_rule_of_three() -> None:
    found = called(3, 0, COPY)
    (known,) = found.known
    assert (known.mutant_fragments, known.vaf, known.hidden) == (0, 0.0, False)
    assert known.informative_fragments > 100
    assert known.vaf_upper == pytest.approx(3 / known.informative_fragments, rel=0.3)
    assert known.background_probability == 1.0
    assert found.total_vaf is None
    assert all(0 < of < 2 * known.informative_fragments for _, of in known.needed)


def test_an_earlier_itd_that_is_there_is_counted_and_passes() -> None:
    found = called(3, 1, COPY)
    (known,) = found.known
    (call,) = found.calls
    assert call.filters == ()
    assert known.mutant_fragments == call.mutant_fragments > 40
    assert known.vaf == call.vaf.value
    assert known.vaf < known.vaf_upper < 1.5 * known.vaf
    assert known.background_probability < 1e-9


def test_amplicons_are_inferred_where_the_assay_has_them() -> None:
    reads = ReadSet()
    for number in range(200):
        reads.add_plain(1000, READ, number)
        reads.add_plain(1300 - READ, READ, number, 0x10)
    reads.fragments = 200
    (one,) = call_itds(reads, PIECE, ItdParameters(), Search(amplicon_assay=True)).amplicons
    assert (one.start, one.end) == (1000, 1300)
    assert call_itds(reads, PIECE, ItdParameters()).amplicons == ()


def test_an_insertion_of_an_intron_has_its_filter_and_no_part_in_the_totals() -> None:
    found = call_itds(
        sample(3, 1),
        PIECE,
        ItdParameters(),
        Search(splicing=Splicing(REFERENCE, (Border(1200, REFERENCE[1140:1200]),))),
    )
    (call,) = found.calls
    assert call.filters == (Flt3Filter.SPLICE_VARIANT,)
    assert found.total_vaf is None
