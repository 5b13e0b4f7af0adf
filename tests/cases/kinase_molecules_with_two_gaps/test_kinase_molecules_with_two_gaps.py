"""An insertion and a deletion of one molecule, in reads that are placed by their k-mers."""

import pytest

from flt3itd.kinase.tkd import EXONS, ReportedAt, call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.locus.naming import name_variant
from flt3itd.locus.template import genomic_template
from flt3itd.reads.placed import PlacedReads

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
LENGTH = 120
INSERTED = "GTTAGCCAG"


@pytest.mark.parametrize(
    ("last", "inserted", "between", "deleted"),
    [
        (2493, 3, 6, 9),
        (2527, 3, 9, 12),
        (2512, 9, 8, 6),
        (2519, 3, 11, 6),
        (2538, 6, 7, 9),
        (2530, 9, 18, 9),  # what follows lies where it would without them
        (2530, 6, 26, 3),
        (2540, 9, 40, 12),
    ],
)
def test_both_are_told_with_the_replacement_that_they_are_together(
    last: int, inserted: int, between: int, deleted: int
) -> None:
    at = LOCUS.offset_of_cds(last)
    end = at + between + deleted
    alt = INSERTED[:inserted] + LOCUS.sequence[at : at + between]
    name = name_variant(at, LOCUS.sequence[at:end], alt).hgvs_c
    parts = {
        name_variant(at, "", INSERTED[:inserted]).hgvs_c,
        name_variant(at + between, LOCUS.sequence[at + between : end], "").hgvs_c,
    }
    molecules = (LOCUS.sequence, LOCUS.sequence[:at] + alt + LOCUS.sequence[end:])
    placed = PlacedReads(genomic_template(LOCUS), EXONS)
    for number in range(1000):
        molecule = molecules[number % 10 < 3]
        start = at - 60 + number % 50
        bases = molecule[start : start + LENGTH]
        placed.add(number, f"r{number}", bases, bytes([37]) * LENGTH, is_read1=True)
    events = call_tkd(placed.tkd, PLACE).events
    assert {event.hgvs_c for event in events} == parts
    assert {event.whole_hgvs_c for event in events} == {name}
    for event in events:
        assert event.vaf == pytest.approx(0.3, abs=0.001)
