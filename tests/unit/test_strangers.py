"""Fragments that fit a mutant in part, and show another change of their own, are not its own."""

from collections.abc import Callable

import pytest

from flt3itd.common.filters import Flt3Filter
from flt3itd.insertions.haplotype import Haplotype
from flt3itd.insertions.itd import call_itds
from flt3itd.insertions.itd_calls import ItdCall
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.reads.read_set import SplitRead
from tests.laid_reads import PIECE, WILDTYPE, Reads, tandem

ITD = tandem(1120, 1150)
CHIMERA = tandem(1106, 1136)
"""As long, with a junction 14 bases before: all of a read fits ITD better than the wild type."""
NEAR_BY = tandem(1118, 1148)
"""Two bases before: as errors of two bases of ITD, but for where they are."""
START = 1060
OTHER_BASE = {"A": "C", "C": "A", "G": "T", "T": "G"}


def as_it_is(read: SplitRead) -> SplitRead:
    return read


def with_an_error_at_the_junction(read: SplitRead) -> SplitRead:
    text = read.sequence
    return read._replace(sequence=text[:88] + OTHER_BASE[text[88]] + text[89:])


def aligned_elsewhere(read: SplitRead) -> SplitRead:
    """As aligners do that force a read onto the reference: it proposes 36 bases, and holds 30."""
    return read._replace(last_diagonal=read.last_diagonal - 6)


def called(*mutants: Haplotype, last: Callable[[SplitRead], SplitRead] = as_it_is) -> ItdCall:
    """The ITD among 200 fragments of the wild type, with a fragment of each mutant."""
    reads = Reads()
    for _ in range(200):
        reads.fragment(WILDTYPE, 1000, 1300)
    for one in mutants:
        reads.fragment(one, START)
        gap = one.segment[1] - START
        reads.set.split.append(reads.set.split.pop()._replace(first_block_end=gap))
    reads.set.split[-1] = last(reads.set.split[-1])
    found = call_itds(reads.set, PIECE, ItdParameters())
    return next(one for one in found.calls if one.haplotype.insertion == ITD.insertion)


@pytest.mark.parametrize(
    ("mutants", "fragments", "filters"),
    [
        ((ITD, ITD, ITD), 3, ()),
        ((ITD, ITD), 2, (Flt3Filter.LOW_SUPPORT,)),
        ((ITD, ITD, CHIMERA), 2, (Flt3Filter.LOW_SUPPORT,)),
        ((ITD, ITD, NEAR_BY), 2, (Flt3Filter.LOW_SUPPORT,)),
    ],
)
def test_a_chimera_with_a_junction_near_by_is_none_of_the_three_fragments(
    mutants: tuple[Haplotype, ...], fragments: int, filters: tuple[Flt3Filter, ...]
) -> None:
    call = called(*mutants)
    assert (call.mutant_fragments, call.filters) == (fragments, filters)


def test_where_enough_are_left_nothing_is_asked() -> None:
    assert called(ITD, ITD, ITD, CHIMERA).filters == ()


@pytest.mark.parametrize("last", [with_an_error_at_the_junction, aligned_elsewhere])
def test_an_error_of_sequencing_or_of_the_aligner_is_no_other_change(
    last: Callable[[SplitRead], SplitRead],
) -> None:
    call = called(ITD, ITD, ITD, last=last)
    assert (call.mutant_fragments, call.filters) == (3, ())
