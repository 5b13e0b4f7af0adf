"""Codons in reads of an insertion or deletion that an aligner laid without its gap."""

import pytest

from flt3itd.kinase.short_changes import Answer, ShortChange, blocks_with
from flt3itd.kinase.tkd import ReportedAt, TkdParameters, call_tkd
from flt3itd.locus.flt3 import flt3_locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SOFT_CLIP,
    Block,
    aligned_blocks,
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
    inserted, deleted = max(0, change), max(0, -change)
    ahead, behind = min(before + inserted, LENGTH), LENGTH - before - inserted
    start, cigar = at - before, [(CIGAR_MATCH, LENGTH)]
    if ahead <= 0:
        start += deleted - inserted
    elif before < NEEDED:
        start = at + deleted if clips else at + deleted - ahead
        cigar = [(CIGAR_SOFT_CLIP, ahead), (CIGAR_MATCH, behind)] if clips else cigar
    elif before < LENGTH and behind < NEEDED:
        cigar = [(CIGAR_MATCH, before), (CIGAR_SOFT_CLIP, LENGTH - before)] if clips else cigar
    elif before < LENGTH:
        gap = (CIGAR_INSERTION, inserted) if inserted else (CIGAR_DELETION, deleted)
        cigar = [(CIGAR_MATCH, before), gap, (CIGAR_MATCH, behind)]
    return AlignedRead(name, start, tuple(cigar), bases, bytes([37]) * LENGTH, False, True)


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
def test_a_clip_of_up_to_two_other_bases_lies_beside_the_gap(
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
    answer = Answer(True, before - 10, before, before + 10)
    blocks = blocks_with(change, answer, read, aligned_blocks(start, cigar), LOCUS, 20)
    first, last = 0 if is_laid or not at_start else clip, len(bases)
    if not at_start and not is_laid:
        last -= clip
    assert blocks == [
        Block(D835Y - 60 - before + first, first, before - first),
        Block(D835Y - 57, before, last - before),
    ]
