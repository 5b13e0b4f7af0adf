"""Fragments that show an allele though their reads are clipped, gapped or aligned otherwise."""

from array import array
from pathlib import Path

import pysam
import pytest

from scripts.panel.alleles import Allele
from scripts.panel.read_rules import HIDDEN
from scripts.panel.windows import Window, allele_window
from tests.builders import random_sequence
from tests.panel_builders import (
    CONTIG,
    DELETION,
    DUP,
    GENOME,
    READ,
    counts_of,
    molecule,
    other,
    read,
)


def clipped(name: str, start: int, allele: Allele, kept: int) -> pysam.AlignedSegment:
    """A read of a mutant molecule of which only the first `kept` bases are aligned."""
    segment = read(name, start)
    qualities = segment.query_qualities
    segment.query_sequence = molecule((allele,))[start : start + READ]
    segment.query_qualities = qualities
    segment.cigarstring = f"{kept}M{READ - kept}S"
    return segment


@pytest.mark.parametrize("allele", [DUP, DELETION])
def test_clipped_reads_show_what_lies_behind(tmp_path: Path, allele: Allele) -> None:
    reads = []
    for start in range(allele.start - READ + 1, allele.start + 1):
        before = allele.start + 1 - start
        reads.append(read(f"w{start}", start))
        # Little of a read lies behind the change: the aligner clips it there.
        short = READ - before < 30
        mutant = (
            clipped(f"m{start}", start, allele, before)
            if short
            else read(f"m{start}", start, allele)
        )
        reads.append(mutant)
    counts = counts_of(tmp_path, allele, reads)
    assert counts.mutant == counts.wildtype == counts.informative / 2 > 50


def test_a_replacement_that_is_aligned_as_two_insertions(tmp_path: Path) -> None:
    bases = GENOME[300:302]
    allele = Allele(CONTIG, 300, bases, f"{other(bases[0])}{bases}{other(bases[1])}")
    start = 250
    segments = []
    for number in range(4):
        segment = read(f"f{number}", start)
        segment.query_sequence = molecule((allele,))[start : start + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = "50M1I2M1I46M"
        segments.append(segment)
    counts = counts_of(tmp_path, allele, [*segments, read("w", start)])
    assert (counts.mutant, counts.wildtype, counts.informative) == (4, 1, 5)


def test_another_insertion_at_the_same_place_is_neither(tmp_path: Path) -> None:
    rival = Allele(CONTIG, DUP.start, DUP.ref, DUP.alt[:3] + other(DUP.alt[3]) + DUP.alt[4:])
    start = DUP.start - 50
    reads = [read("m", start, DUP), read("o", start, rival), read("w", start)]
    counts = counts_of(tmp_path, DUP, reads)
    assert (counts.mutant, counts.wildtype, counts.informative) == (1, 1, 3)


def test_a_bad_base_of_an_insertion_is_forgiven(tmp_path: Path) -> None:
    misread = Allele(CONTIG, DUP.start, DUP.ref, DUP.alt[:3] + other(DUP.alt[3]) + DUP.alt[4:])
    start = DUP.start - 50
    segment = read("m", start, misread)
    qualities = segment.query_qualities
    assert qualities is not None
    qualities[DUP.start + 3 - start] = 10
    segment.query_qualities = qualities
    assert counts_of(tmp_path, DUP, [segment]).mutant == 1


def test_another_gap_beside_does_not_hide_an_allele(tmp_path: Path) -> None:
    # A deletion of four bases, common to both alleles, within the room of a duplication.
    start, cut = DUP.start - 50, DUP.start - 8
    gap = Allele(CONTIG, cut - 1, GENOME[cut - 1 : cut + 4], GENOME[cut - 1])
    reads = []
    for name, alleles, cigar in (
        ("m", (gap, DUP), "42M4D5M4I49M"),
        ("w", (gap,), "42M4D58M"),
    ):
        segment = read(name, start)
        segment.query_sequence = molecule(alleles)[start : start + READ]
        segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
        segment.cigarstring = cigar
        reads.append(segment)
    counts = counts_of(tmp_path, DUP, reads)
    assert (counts.mutant, counts.wildtype) == (1, 1)


def deletion(contig: str, start: int, end: int) -> Window:
    """The window of an allele that keeps the first of some bases of a contig."""
    return allele_window(
        start,
        contig[start:end],
        contig[start],
        lambda first, last: contig[max(0, first) : last],
        mutant="short",
        wildtype="wild type",
    )


@pytest.mark.parametrize("cigar", ["60M34D40M", "60M1D20M20S"])
def test_a_long_deletion_does_not_show_a_short_one_that_begins_like_it(cigar: str) -> None:
    """CALR c.1103_1136del and c.1103del have the next 9 bases, and 10 of the next 11, in common."""
    calr = "AAGGAGGAGGAAGAAGACAAGAAACGCAAAGAGGAGGAGGAGGCAGAGGACAAGGAGGATGATGAGGACAAAGATGAGG"
    contig = GENOME[:100] + calr + GENOME[100:200]
    segment = read("long", 40)
    segment.query_sequence = contig[40:100] + contig[134:174]
    segment.query_qualities = pysam.qualitystring_to_array("F" * READ)
    segment.cigarstring = cigar
    window = deletion(contig, 99, 101)
    window.show(segment, 20)
    assert "short" not in window.fragments.values()


@pytest.mark.parametrize(("hidden", "shown"), [(99, "wild type"), (100, None), (102, None)])
def test_a_read_with_a_hidden_base_in_the_window_says_nothing_of_a_deletion(
    hidden: int, shown: str | None
) -> None:
    """As of a primer that ends there: its bases are the reference's, whatever the molecule has."""
    contig = random_sequence(300, seed=9)
    segment = read("a", 60)
    segment.query_sequence = contig[60 : 60 + READ]
    segment.query_qualities = array(
        "B", [HIDDEN if at <= hidden - 60 else 37 for at in range(READ)]
    )
    segment.cigarstring = f"{READ}M"
    window = deletion(contig, 100, 103)
    assert (window.start, window.end) == (100, 104)
    window.show(segment, 20)
    assert window.fragments.get("a") == shown
