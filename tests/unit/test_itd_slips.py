"""ITDs that are another one with a base more or less in a long run of equal bases."""

from __future__ import annotations

import pytest

from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.slips import is_slip
from flt3itd.reads.read_set import ReadSet, SplitRead
from tests.laid_reads import PIECE, READ, REFERENCE, insertion

COPY = REFERENCE[1140:1200]
BASE = next(base for base in "ACGT" if base not in (COPY[0], COPY[-1]))


def filled(bases: str) -> Haplotype:
    """60 bases copied, with a filler between the copies."""
    return Haplotype(REFERENCE, insertion(1200, bases + COPY))


def run(size: int) -> Haplotype:
    return filled(BASE * size)


def called(copies: dict[int, int], *known: Insertion) -> ItdCalls:
    """Single reads of mutants with runs of some sizes, so many at each sixth base, and others."""
    reads = ReadSet()
    haplotypes = {Haplotype(REFERENCE): 10} | {run(size): of for size, of in copies.items()}
    for haplotype, weight in haplotypes.items():
        for start in range(600, 1800, 6):
            text = haplotype.sequence[start : start + READ]
            ahead = haplotype.insertion is None or start + READ / 2 <= 1200
            place = start if ahead else start - haplotype.length_change
            for _ in range(weight):
                if text == REFERENCE[place : place + READ]:
                    reads.add_plain(place, READ, reads.fragments)
                else:
                    ends = (place, place, 0, READ, READ)
                    quality = b"\x25" * READ
                    reads.split.append(SplitRead(reads.fragments, *ends, text, quality))
                reads.fragments += 1
    return call_itds(reads, PIECE, ItdParameters(), Search(known=known))


@pytest.mark.parametrize(
    ("one", "other", "slipped"),
    [
        (run(7), run(8), True),
        (run(8), run(7), True),
        (run(6), run(8), True),
        (run(6), run(7), False),
        (run(7), run(10), False),
        (run(8), run(8), False),
        (run(8), filled(BASE * 8 + COPY[0]), False),
        (run(8), filled(BASE * 4 + COPY[0] + BASE * 4), False),
        (run(8), Haplotype(REFERENCE, insertion(1201, BASE * 9 + REFERENCE[1141:1201])), False),
    ],
)
def test_a_slip_is_one_or_two_bases_in_a_run_of_eight(
    one: Haplotype, other: Haplotype, slipped: bool
) -> None:
    assert is_slip(one, other) is slipped


@pytest.mark.parametrize(("of_slip", "lengths"), [(8, [69]), (9, [69, 68])])
def test_slips_are_counted_for_the_itd(of_slip: int, lengths: list[int]) -> None:
    """Up to two in five as many fragments as the ITD has: its own are all molecules' then."""
    found = called({9: 20, 8: of_slip})
    assert [call.haplotype.length_change for call in found.calls] == lengths
    assert found.total_vaf is not None
    assert found.total_vaf.value == pytest.approx((20 + of_slip) / (30 + of_slip), rel=0.02)
    if len(lengths) == 1:
        (call,) = found.calls
        alone = called({9: 20}).calls[0].mutant_fragments
        assert call.mutant_fragments == pytest.approx(alone * (20 + of_slip) / 20, rel=0.02)


def test_a_known_itd_is_no_slip() -> None:
    slip = run(8).insertion
    assert slip is not None
    found = called({9: 20, 8: 6}, slip)
    assert sorted(call.haplotype.length_change for call in found.calls) == [68, 69]
