"""How many fragments over the junction of an ITD an uneven capture catches."""

import numpy as np

from flt3itd.insertions.haplotype import Haplotype, change_between
from flt3itd.insertions.itd import Search, call_itds
from flt3itd.insertions.itd_calls import ItdCalls
from flt3itd.insertions.itd_filters import ItdParameters
from flt3itd.insertions.long_changes import Slice
from flt3itd.reads.library import Floats, Integers
from flt3itd.reads.read_set import ReadSet
from tests.capture_builders import ENOUGH, FRAGMENT, REFERENCE, add_caught, caught

LENGTH = 100
BESIDE = (1340, 1401)
"""In front of the target: of an ITD that ends there a copy lies between its junction and that."""


def calls(assessed: tuple[int, int] | None, *, captured: bool, enough: int = ENOUGH) -> ItdCalls:
    reads = ReadSet()
    add_caught(reads, Haplotype(REFERENCE), 8, enough)
    piece = Slice("chr1", 0, REFERENCE, (1200, 1800))
    return call_itds(reads, piece, ItdParameters(), Search(captured=captured, assessed=assessed))


def over(haplotype: Haplotype, place: int) -> Floats:
    """Which share of each fragment over a place is caught."""
    starts: Integers = np.arange(place - FRAGMENT + 10, place - 9)
    return caught(haplotype, starts)


def test_fragments_over_a_junction_reach_less_far_into_the_target() -> None:
    shares = []
    for end in range(*BESIDE, 20):
        copied = change_between(REFERENCE, end, end, REFERENCE[end - LENGTH : end])
        mutant = Haplotype(REFERENCE, copied)
        shares.append(over(mutant, end).sum() / over(Haplotype(REFERENCE), end).sum())
    assert min(shares) < 0.9
    assert min(shares) < calls(BESIDE, captured=True).shown < 0.65


def test_all_count_where_the_capture_is_even_or_is_none() -> None:
    assert calls(BESIDE, captured=True, enough=0).shown == 1
    assert calls(BESIDE, captured=False).shown == 1
    assert calls(None, captured=True).shown == 1


def test_no_more_are_counted_than_are_seen() -> None:
    """Of an ITD within the target both copies are caught."""
    assert calls((1480, 1501), captured=True).shown <= 1
