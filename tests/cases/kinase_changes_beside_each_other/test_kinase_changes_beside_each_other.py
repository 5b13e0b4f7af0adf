"""An insertion and a deletion near each other, on different molecules or on one."""

import pytest

from flt3itd.kinase.short_changes import ShortChange
from flt3itd.kinase.tkd import call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_INSERTION, CIGAR_MATCH
from tests.kinase_builders import PLACE

LOCUS = flt3_locus()
AT = LOCUS.offset_of_cds(2513)
DELETION = ShortChange(AT, LOCUS.sequence[AT : AT + 6], "")
LENGTH = 120


def insertion(beside: int) -> ShortChange:
    """Six bases in front of the deletion, or behind it (negative: in front)."""
    return ShortChange(AT + beside, "", "GTTAGC")


def molecules(group: str, number: int, *changes: ShortChange) -> list[AlignedRead]:
    """Reads over both places from different starts, as an aligner writes them."""
    reads = []
    for row in range(number):
        start = at = AT - 40 - row % 30
        cigar, bases = [], ""
        for change in changes:
            cigar.append((CIGAR_MATCH, change.offset - at))
            gap = (CIGAR_INSERTION, len(change.alt)) if change.alt else (CIGAR_DELETION, 6)
            cigar.append(gap)
            bases += LOCUS.sequence[at : change.offset] + change.alt
            at = change.end
        cigar.append((CIGAR_MATCH, LENGTH - len(bases)))
        bases += LOCUS.sequence[at:][: LENGTH - len(bases)]
        quality = bytes([37]) * LENGTH
        name = f"{group}{row}"
        reads.append(AlignedRead(name, start, tuple(cigar), bases, quality, False, True))
    return reads


@pytest.mark.parametrize("beside", [-12, -6, -4, 10, 12, 18])
def test_each_is_a_share_of_all_molecules(beside: int) -> None:
    inserted = insertion(beside)
    reads = [
        *molecules("i", 300, inserted),
        *molecules("d", 300, DELETION),
        *molecules("w", 400),
    ]
    events = call_tkd(reads, PLACE).events
    assert [(event.mutant_fragments, event.informative_fragments) for event in events] == [
        (300, 1000),
        (300, 1000),
    ]
    assert {event.wildtype_fragments for event in events} <= {400, 700}
    assert not any(event.on_same_molecules for event in events)


@pytest.mark.parametrize("beside", [-12, -6, -4, 10, 12, 18])
def test_both_of_one_molecule_are_counted_and_linked(beside: int) -> None:
    both = sorted([insertion(beside), DELETION])
    events = call_tkd([*molecules("b", 300, *both), *molecules("w", 700)], PLACE).events
    assert [(event.mutant_fragments, event.informative_fragments) for event in events] == [
        (300, 1000),
        (300, 1000),
    ]
    assert events[0].on_same_molecules == events[1].hgvs_c
    assert events[1].on_same_molecules == events[0].hgvs_c
    assert events[0].whole_hgvs_c == events[1].whole_hgvs_c


@pytest.mark.parametrize(("rare", "is_an_allele"), [(3, True), (2, False)])
def test_an_allele_counts_from_three_fragments(rare: int, is_an_allele: bool) -> None:
    reads = [
        *molecules("i", 300, insertion(-4)),
        *molecules("d", rare, DELETION),
        *molecules("w", 700 - rare),
    ]
    common = max(call_tkd(reads, PLACE).events, key=lambda event: event.vaf)
    assert common.informative_fragments == (1000 if is_an_allele else 1000 - rare)
