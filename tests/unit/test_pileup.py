"""The reads over a junction: which are shown, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from flt3itd.insertions.comparison import ComparedReads
from flt3itd.insertions.haplotype import Haplotype, insertion_between
from flt3itd.insertions.pileup import FLANK, READS_SHOWN, pile_up
from flt3itd.junction_records import JunctionPileup, Mismatch, Span
from flt3itd.reads.read_set import SplitRead
from tests.builders import random_sequence

REFERENCE = random_sequence(800, 3)
START, END, FILLER = 380, 420, "GATTACA"
READ = 100


@dataclass(frozen=True)
class Made:
    """The mutant, and reads of it as an aligner would place them on the reference."""

    haplotype: Haplotype
    junction: int

    def read(self, offset: int, fragment: int, change: int | None = None) -> SplitRead:
        """A read from an offset on the haplotype that ends in the second copy, clipped there."""
        sequence = self.haplotype.sequence[offset : offset + READ]
        if change is not None:
            base = "A" if sequence[change] != "A" else "C"
            sequence = sequence[:change] + base + sequence[change + 1 :]
        aligned = min(READ, self.junction - offset)
        quality = bytes([30]) * READ
        return SplitRead(fragment, offset, offset, 0, aligned, aligned, sequence, quality)


@pytest.fixture(scope="module")
def made() -> Made:
    insertion = insertion_between(REFERENCE, END, END, FILLER + REFERENCE[START:END])
    assert insertion is not None
    haplotype = Haplotype(REFERENCE, insertion)
    return Made(haplotype, haplotype.duplication.end)


def piled(made: Made, *reads: SplitRead) -> JunctionPileup:
    return pile_up(ComparedReads.of(reads), made.haplotype, (1, "A", "AC"))


def test_window_holds_both_copies_and_the_filler(made: Made) -> None:
    pile = piled(made, made.read(made.junction - 50, 0))
    window = pile.sequence
    first = window[pile.first_copy.start : pile.first_copy.end]
    second = window[pile.second_copy.start : pile.second_copy.end]
    assert first == second
    assert len(first) + pile.filler.end - pile.filler.start == END - START + len(FILLER)
    assert pile.first_copy.end == FLANK


def test_read_lies_where_it_agrees_with_clip_and_changed_base_marked(made: Made) -> None:
    pile = piled(made, made.read(made.junction - 50, 0, change=10))
    (read,) = pile.reads
    assert read.start == FLANK - 50
    assert read.clips == (Span(FLANK, FLANK - 50 + READ),)
    (mismatch,) = read.mismatches
    assert mismatch == Mismatch(FLANK - 40, mismatch.base)
    assert pile.sequence[mismatch.at] != mismatch.base


def test_reads_of_the_wild_type_or_short_of_the_junction_are_not_shown(made: Made) -> None:
    before = made.read(made.junction - READ - 20, 0)
    barely = made.read(made.junction - READ + 2, 1)
    quality = bytes([30]) * READ
    wild = SplitRead(2, 370, 370, 0, READ, READ, REFERENCE[370:470], quality)
    assert piled(made, before, barely, wild).reads == ()


def test_fragment_is_counted_once_and_many_are_thinned_evenly(made: Made) -> None:
    mates = [made.read(made.junction - 60, 0), made.read(made.junction - 40, 0)]
    assert piled(made, *mates).fragments == 1
    many = [made.read(made.junction - 70 + n % 40, n) for n in range(200)]
    pile = piled(made, *many)
    assert pile.fragments == 200
    assert len(pile.reads) == READS_SHOWN
    starts = [read.start for read in pile.reads]
    assert starts == sorted(starts)
    assert starts[-1] - starts[0] > 35
