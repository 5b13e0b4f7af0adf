from pathlib import Path

import pysam
import pytest

from flt3itd.common.assay import Assay
from scripts.panel.alleles import Allele
from scripts.panel.known_parts import NothingKnown
from scripts.panel.molecules import PlacedEvents, events_of_place
from scripts.panel.places import Place
from scripts.panel.read_rules import ReadRules
from tests.panel_builders import CONTIG, GENOME, READ, bam_of, molecule, read, sequence_of

FIRST, LAST = 170, 280
"""The bases of the amplicon; reads of 100 bases begin at its ends."""
COPY = Allele(CONTIG, 199, GENOME[199], GENOME[199:250])
PLACE = Place(CONTIG, 200, 250, (COPY,))
SHORT = Allele(CONTIG, 227, GENOME[227], GENOME[227:250])
BEHIND = Allele(CONTIG, 255, GENOME[255], "A" if GENOME[255] != "A" else "C")
"""A substitution six bases behind the copy."""
MOLECULES, MUTANT = 200, 60


def _pair(name: str, text: str, last: int) -> list[pysam.AlignedSegment]:
    """The reads from both primers of a molecule, aligned as those of the wild type are."""
    left, right = read(name, FIRST), read(name, last - READ, flag=0x10)
    for one, bases in ((left, text[:READ]), (right, text[-READ:])):
        qualities = one.query_qualities
        one.query_sequence, one.query_qualities = bases, qualities
    return [left, right]


def _events(tmp_path: Path, assay: Assay, place: Place, last: int = LAST) -> PlacedEvents:
    """The events of a place, all of which the mutant molecules have."""
    mutant = molecule(place.calls)
    longer = len(mutant) - len(GENOME)
    texts = [mutant[FIRST : last + longer]] * MUTANT + [GENOME[FIRST:last]] * (MOLECULES - MUTANT)
    reads = [one for i, text in enumerate(texts) for one in _pair(f"m{i}", text, last)]
    with bam_of(tmp_path, reads) as bam:
        rules = ReadRules(assay, 20, 20)
        fetch = sequence_of(CONTIG)
        found = events_of_place(bam, place, fetch, rules, least_share=0.005, known=NothingKnown())
    assert found is not None
    return found


def test_a_copy_in_an_amplicon_has_its_vaf(tmp_path: Path) -> None:
    (event,) = _events(tmp_path, Assay.AMPLICON, PLACE).events
    assert event.share.vaf == pytest.approx(MUTANT / MOLECULES)
    assert event.share.mutant_reads == (MUTANT, MUTANT)


def test_the_ends_of_its_reads_say_nothing(tmp_path: Path) -> None:
    """Counted as if they began anywhere, as those of a capture do, too few reads end behind it."""
    (event,) = _events(tmp_path, Assay.CAPTURE, PLACE).events
    assert event.share.vaf < 0.6 * MUTANT / MOLECULES


def test_a_substitution_behind_the_copy_is_seen_with_it(tmp_path: Path) -> None:
    """No read holds both whole; the substitution was lost (`other_change`)."""
    place = Place(CONTIG, 228, 256, (SHORT, BEHIND))
    events = _events(tmp_path, Assay.AMPLICON, place, last=300).events
    assert [event.allele for event in events] == [SHORT, BEHIND]
    assert {event.phase_set for event in events} == {SHORT.start + 1}
    assert [event.share.vaf for event in events] == pytest.approx([MUTANT / MOLECULES] * 2)


def test_a_short_copy_that_every_read_is_clipped_at_is_found(tmp_path: Path) -> None:
    """No read holds it with enough bases on both sides for a gap; it was called by nothing."""
    copy = Allele(CONTIG, 230, GENOME[230], GENOME[230:250])
    last, junction = 300, copy.end
    text, longer = molecule((copy,)), len(copy.alt) - 1
    reads = [one for i in range(140) for one in _pair(f"w{i}", GENOME[FIRST:last], last)]
    for i in range(60):
        left, right = _pair(f"m{i}", text[FIRST : last + longer], last)
        aligned = 250 - FIRST
        left.cigarstring = f"{aligned}M{READ - aligned}S"
        right.reference_start = junction
        right.cigarstring = f"{READ - last + junction}S{last - junction}M"
        reads += [left, right]
    place = Place(CONTIG, junction, 250, ())
    with bam_of(tmp_path, reads) as bam:
        found = events_of_place(
            bam, place, sequence_of(CONTIG), ReadRules(Assay.AMPLICON, 20, 20),
            least_share=0.005, known=NothingKnown(),
        )  # fmt: skip
    assert found is not None
    (event,) = found.events
    assert event.allele == copy
    assert event.share.vaf == pytest.approx(0.3)
