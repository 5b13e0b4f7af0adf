"""A read whose aligned bases all lie between two changes of one haplotype."""

import pytest

from flt3itd.reads.alignment import Block
from scripts.panel.haplotypes import Haplotype, haplotypes_of
from scripts.panel.place_reads import PlaceRead
from scripts.panel.places import Place
from tests.builders import random_sequence
from tests.panel_builders import CONTIG, GENOME, sequence_of

INSERTED = random_sequence(45, seed=9)


def haplotypes(between: int) -> list[Haplotype]:
    """The wild type of a place, an insertion alone, and with a deletion so many bases behind it."""
    place = Place(CONTIG, 120, 120 + between + 2, ())
    usual = GENOME[place.start : place.end]
    texts = [usual, INSERTED + usual, INSERTED + usual[:-2]]
    return haplotypes_of(texts, place, sequence_of(CONTIG))


def clipped_read(one: Haplotype, between: int, beyond: int) -> PlaceRead:
    """A read from within the insertion, aligned to `beyond` bases behind the place."""
    sequence = one.sequence[50 : 50 + 90]
    aligned = Block(120, 25, between + 2 + beyond)
    return PlaceRead("r", sequence, (), (aligned,), reverse=False)


@pytest.mark.parametrize(("between", "beyond", "fits"), [
    (38, 0, True), (38, 5, True), (38, 6, False), (14, 0, True), (13, 0, False),
])  # fmt: skip
def test_it_lies_where_the_bases_between_them_stand(
    between: int, beyond: int, *, fits: bool
) -> None:
    """16 bases tell; a read with room on one side lies as that says."""
    both = haplotypes(between)[2]
    fit = both.fit(clipped_read(both, between, beyond))
    assert (fit.mismatches == 0) is fits


def test_so_it_fits_the_haplotype_with_both_best() -> None:
    _, insertion, both = haplotypes(38)
    read = clipped_read(both, 38, 2)
    assert both.fit(read).mismatches == 0 < insertion.fit(read).mismatches
