"""Codons in reads of an insertion or deletion that an aligner laid without its gap."""

import pytest

from flt3itd.kinase.short_changes import ShortChange, blocks_with
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
    Block,
)

LOCUS = flt3_locus()
PLACE = ReportedAt("S1", "chr13", LOCUS.first_position - 1, "GRCh38")
D835Y = LOCUS.from_grch38(28_018_505)
"""Locus coordinate of the base that is T in transcript order, A here."""
LENGTH = 75
NEEDED = 20
"""Bases on both sides of a gap without which this aligner writes none."""


def laid(name: str, bases: str, at: int, before: int, change: int, *, clips: bool) -> AlignedRead:
    """A read with a gap of a length (negative: a deletion) at a locus coordinate.

    `before` of its bases stand in front of the gap. Where few do, or few behind, these are clipped,
    with what is inserted, or go on without the gap.
    """
    length = len(bases)
    inserted, deleted = max(0, change), max(0, -change)
    ahead, behind = min(before + inserted, length), length - before - inserted
    start, cigar = at - before, [(CIGAR_MATCH, length)]
    if ahead <= 0:
        start += deleted - inserted
    elif before < NEEDED:
        start = at + deleted if clips else at + deleted - ahead
        cigar = [(CIGAR_SOFT_CLIP, ahead), (CIGAR_MATCH, behind)] if clips else cigar
    elif before < length and behind < NEEDED:
        cigar = [(CIGAR_MATCH, before), (CIGAR_SOFT_CLIP, length - before)] if clips else cigar
    elif before < length:
        gap = (CIGAR_INSERTION, inserted) if inserted else (CIGAR_DELETION, deleted)
        cigar = [(CIGAR_MATCH, before), gap, (CIGAR_MATCH, behind)]
    return AlignedRead(name, start, tuple(cigar), bases, bytes([37]) * length, False, True)


@pytest.mark.parametrize("clips", [True, False], ids=["clipped", "forced"])
@pytest.mark.parametrize(
    ("place", "change"), [(-7, -3), (-25, -3), (6, -3), (6, -9), (-8, 6), (7, 12), (24, -6)]
)
def test_a_base_on_the_molecules_of_a_gap_is_counted_in_all_their_reads(
    place: int, change: int, clips: bool
) -> None:
    at, deleted = D835Y + place, max(0, -change)
    inserted = "GATTGCCATGCA"[: max(0, change)]
    allele = LOCUS.sequence[:D835Y] + "A" + LOCUS.sequence[D835Y + 1 :]
    mutant = allele[:at] + inserted + allele[at + deleted :]
    reads = []
    for number, start in enumerate(range(D835Y - 150, D835Y + 150)):
        bases = LOCUS.sequence[start : start + LENGTH]
        reads.append(laid(f"w{number}", bases, start, 0, 0, clips=clips))
        bases = mutant[start : start + LENGTH]
        reads.append(laid(f"m{number}", bases, at, at - start, change, clips=clips))
    found = {event.hgvs_p: event for event in call_tkd(reads, PLACE, TkdParameters()).events}
    event = found["NP_004110.2:p.(Asp835Tyr)"]
    assert event.vaf == pytest.approx(0.5, abs=0.03)
    assert len(found) == 2


@pytest.mark.parametrize(("wrong", "is_laid"), [(2, True), (3, False)])
@pytest.mark.parametrize("at_start", [True, False])
def test_a_clip_of_up_to_two_other_bases_lies_beside_the_gap_to_its_end(
    wrong: int, is_laid: bool, at_start: bool
) -> None:
    change = ShortChange(D835Y - 60, LOCUS.sequence[D835Y - 60 : D835Y - 57], "")
    before, behind = (40, 60) if at_start else (60, 40)
    bases = list(
        LOCUS.sequence[D835Y - 60 - before : D835Y - 60] + LOCUS.sequence[D835Y - 57 :][:behind]
    )
    for number in range(wrong):
        row = 3 * number if at_start else len(bases) - 1 - 3 * number
        bases[row] = "A" if bases[row] != "A" else "C"
    clip = before - 10 if at_start else behind - 10
    matched = (CIGAR_MATCH, len(bases) - clip)
    clipped = (CIGAR_SOFT_CLIP, clip)
    cigar = (clipped, matched) if at_start else (matched, clipped)
    start = D835Y - 57 - before + clip if at_start else D835Y - 60 - before
    read = AlignedRead("r", start, cigar, "".join(bases), b"\x25" * len(bases), False, True)
    blocks = blocks_with([(change, before)], read, LOCUS)
    cut = 0 if is_laid else 7
    first, last = (cut, len(bases)) if at_start else (0, len(bases) - cut)
    assert blocks == [
        Block(D835Y - 60 - before + first, first, before - first),
        Block(D835Y - 57, before, last - before),
    ]


def test_an_adapter_that_was_clipped_with_a_gap_is_no_codon() -> None:
    at = D835Y - 7
    mutant = LOCUS.sequence[:at] + LOCUS.sequence[at + 3 :]
    reads = []
    for number, start in enumerate([*range(D835Y - 150, D835Y + 150)] * 5):
        for kind, sequence, place, change in (
            ("w", LOCUS.sequence, start, 0),
            ("m", mutant, at, -3),
        ):
            bases = sequence[start : start + 55]
            read = laid(f"{kind}{number}", bases, place, place - start, change, clips=True)
            clip = (CIGAR_SOFT_CLIP, LENGTH - len(bases))
            cigar = read.cigar[:-1] + (
                ((CIGAR_SOFT_CLIP, read.cigar[-1][1] + clip[1]),)
                if read.cigar[-1][0] == CIGAR_SOFT_CLIP
                else (read.cigar[-1], clip)
            )
            adapter = "AGATCGGAAGAGCACACGTC"[: clip[1]]
            reads.append(
                read._replace(sequence=bases + adapter, cigar=cigar, qualities=bytes([37]) * LENGTH)
            )
    events = call_tkd(reads, PLACE, TkdParameters()).events
    assert [event.hgvs_p for event in events] == ["NP_004110.2:p.(Ile836del)"]


def two_deletions(start: int) -> tuple[str, int]:
    """A read of a molecule with two deletions, from a place of it; and where the first begins."""
    first, second = D835Y - 24, D835Y + 12
    mutant = LOCUS.sequence[:first] + LOCUS.sequence[first + 3 : second]
    mutant += LOCUS.sequence[second + 3 :]
    return mutant[start : start + LENGTH], first - start


def test_a_read_with_one_of_two_gaps_is_laid_with_both() -> None:
    bases, place = two_deletions(D835Y - 64)
    behind = place + 33
    cigar = ((CIGAR_MATCH, place), (CIGAR_DELETION, 3), (CIGAR_MATCH, LENGTH - place))
    read = AlignedRead("r", D835Y - 64, cigar, bases, bytes([37]) * LENGTH, False, True)
    changes = [
        (ShortChange(D835Y + 12, LOCUS.sequence[D835Y + 12 : D835Y + 15], ""), behind),
        (ShortChange(D835Y - 24, LOCUS.sequence[D835Y - 24 : D835Y - 21], ""), place),
    ]
    assert blocks_with(changes, read, LOCUS) == [
        Block(D835Y - 64, 0, place),
        Block(D835Y - 21, place, 33),
        Block(D835Y + 15, behind, LENGTH - behind),
    ]


def test_of_two_descriptions_of_a_gap_a_read_is_laid_with_the_first() -> None:
    bases, place = two_deletions(D835Y - 64)
    read = AlignedRead("r", 0, (), bases[: place + 30], bytes([37]) * LENGTH, False, True)
    one = ShortChange(D835Y - 24, LOCUS.sequence[D835Y - 24 : D835Y - 21], "")
    other = ShortChange(D835Y - 22, LOCUS.sequence[D835Y - 22 : D835Y - 18], "C")
    both = blocks_with([(one, place), (other, place + 2)], read, LOCUS)
    assert both == blocks_with([(one, place)], read, LOCUS)
    assert len(both) == 2
