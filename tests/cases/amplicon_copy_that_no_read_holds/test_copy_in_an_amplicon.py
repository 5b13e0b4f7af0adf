from pathlib import Path

import pysam
import pytest

from scripts.panel.alleles import Allele
from scripts.panel.molecules import NothingKnown, PlacedEvents, events_of_place
from scripts.panel.places import Place
from scripts.panel.read_rules import ReadRules
from tests.unit.test_panel import CONTIG, GENOME, READ, bam_of, read, sequence_of

FIRST, LAST = 170, 280
"""The bases of the amplicon; reads of 100 bases begin at its ends."""
COPIED = GENOME[200:250]
COPY = Allele(CONTIG, 199, GENOME[199], GENOME[199] + COPIED)
PLACE = Place(CONTIG, 200, 250, (COPY,))
MOLECULES, MUTANT = 200, 60


def _pair(name: str, *, mutant: bool) -> list[pysam.AlignedSegment]:
    """The reads from both primers; of the copy each is aligned up to its junction."""
    text = GENOME[FIRST:250] + (COPIED if mutant else "") + GENOME[250:LAST]
    left, right = read(name, FIRST), read(name, LAST - READ, flag=0x10)
    for one, bases in ((left, text[:READ]), (right, text[-READ:])):
        qualities = one.query_qualities
        one.query_sequence, one.query_qualities = bases, qualities
    return [left, right]


def _events(tmp_path: Path, assay: str) -> PlacedEvents:
    reads = [one for i in range(MOLECULES) for one in _pair(f"m{i}", mutant=i < MUTANT)]
    with bam_of(tmp_path, reads) as bam:
        rules = ReadRules(assay, 20, 20)
        fetch = sequence_of(CONTIG)
        found = events_of_place(bam, PLACE, fetch, rules, least_share=0.005, known=NothingKnown())
    assert found is not None
    return found


def test_a_copy_in_an_amplicon_has_its_vaf(tmp_path: Path) -> None:
    (event,) = _events(tmp_path, "amplicon").events
    assert event.share.vaf == pytest.approx(MUTANT / MOLECULES)
    assert event.share.mutant_reads == (MUTANT, MUTANT)


def test_the_ends_of_its_reads_say_nothing(tmp_path: Path) -> None:
    """Counted as if they began anywhere, as those of a capture do, too few reads end behind it."""
    (event,) = _events(tmp_path, "capture").events
    assert event.share.vaf < 0.6 * MUTANT / MOLECULES
