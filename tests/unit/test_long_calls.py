"""Which calls are long events, and what stands beside a long deletion."""

import pytest

from flt3itd.records import ConfidenceInterval
from scripts.panel.alleles import Allele, AlleleCounts
from scripts.panel.calls import Call
from scripts.panel.long_calls import is_long, is_lost_beside
from scripts.panel.long_events import LongEvent
from tests.panel_builders import CONTIG, GENOME


def deletion(start: int, lost: int) -> Allele:
    """So many bases are lost behind the one at `start`."""
    return Allele(CONTIG, start, GENOME[start : start + lost + 1], GENOME[start])


@pytest.mark.parametrize(("lost", "expected"), [(60, False), (61, True)])
def test_a_deletion_of_more_than_60_bases_is_a_long_event_however_it_was_called(
    lost: int, expected: bool
) -> None:
    allele = deletion(200, lost)
    assert is_long(Call(allele, 9.0, 20, 100)) is expected
    counts = AlleleCounts(20, 80, 100, (0, 0), (0, 0))
    event = LongEvent(allele, counts, 0.2, ConfidenceInterval(0.1, 0.3))
    assert is_long(Call(allele, 0.0, 0, 0, long=event))


@pytest.mark.parametrize(
    ("start", "lost", "beside"),
    [(199, 61, True), (200, 61, False), (271, 61, False), (272, 61, True), (199, 60, False)],
)
def test_molecules_of_a_long_deletion_have_the_bases_beside_it(
    start: int, lost: int, beside: bool
) -> None:
    """The allele in front of or behind a deletion from base 210 to the one before 272."""
    allele = Allele(CONTIG, start, GENOME[start : start + 11], "A")
    assert is_lost_beside(deletion(210, lost), allele) is beside
