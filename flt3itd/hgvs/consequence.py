"""What a change does to the protein, in words: p. description and Sequence Ontology terms.

Intervals are on the axis of the transcript (`flt3itd.hgvs.transcript`).
"""

from __future__ import annotations

from flt3itd.hgvs.protein import UNCHANGED, UNPREDICTABLE, name_protein_change
from flt3itd.hgvs.shifting import NormalisedChange
from flt3itd.hgvs.transcript import Transcript, TranscriptExon

TERMS = frozenset(
    {
        *("3_prime_UTR_variant", "5_prime_UTR_variant", "coding_sequence_variant"),
        *("frameshift_variant", "inframe_deletion", "inframe_insertion", "intergenic_variant"),
        *("intron_variant", "missense_variant", "protein_altering_variant"),
        *("splice_acceptor_variant", "splice_donor_variant", "splice_region_variant"),
        *("start_lost", "stop_gained", "stop_lost", "stop_retained_variant"),
        "synonymous_variant",
    }
)
"""The Sequence Ontology terms that a variant can have here."""

_SPLICE_SITE = 2
_SPLICE_REGION_INTRON = 8
_SPLICE_REGION_EXON = 3
_START_CODON = 3


def consequence_of(transcript: Transcript, change: NormalisedChange) -> tuple[str, str]:
    """The p. description and the Sequence Ontology terms of a change inside a transcript."""
    for i, (start, end, exon) in enumerate(transcript.intervals):
        placed = _placed_in(change, start, end)
        if placed is not None:
            protein, term = _exonic(transcript, placed, exon, start)
            region = _near_splice_site(transcript, i, placed)
            return protein, f"{term}&splice_region_variant" if region else term
    return UNPREDICTABLE, _outside_exons(transcript, change)


def _placed_in(change: NormalisedChange, start: int, end: int) -> NormalisedChange | None:
    """The 3'-most placement of a change inside the exon [start, end).

    None when the change is elsewhere or splicing is in doubt (see `name_change`).
    """
    if change.leftmost >= end or change.end <= start:
        return None
    inserts = change.start == change.end
    reaches_intron = change.leftmost <= start - _SPLICE_SITE or change.end >= end + _SPLICE_SITE
    if inserts and reaches_intron:
        return None
    back = max(0, change.end - end)
    if change.start - back < max(start, change.leftmost):
        return None
    turn = back % len(change.alternate) if change.alternate else 0
    alternate = (
        change.alternate[len(change.alternate) - turn :]
        + (change.alternate[: len(change.alternate) - turn])
    )
    return NormalisedChange(change.start - back, change.end - back, alternate, change.leftmost)


def _exonic(
    transcript: Transcript, change: NormalisedChange, exon: TranscriptExon, exon_start: int
) -> tuple[str, str]:
    first = exon.first + change.start - exon_start
    last = first + change.end - change.start
    if last <= 0:
        return UNPREDICTABLE, "5_prime_UTR_variant"
    if first >= transcript.coding_length:
        return UNCHANGED, "3_prime_UTR_variant"
    if first < _START_CODON and _keeps_start(transcript, change, exon_start - exon.first):
        return UNPREDICTABLE, "5_prime_UTR_variant"
    if first < 0:
        return "p.(Met1?)", "start_lost"
    result = name_protein_change(
        transcript.spliced, first, last, change.alternate, transcript.coding_length
    )
    return result.description, result.consequence


def _keeps_start(transcript: Transcript, change: NormalisedChange, coding_start: int) -> bool:
    """Whether all coding bases still follow each other behind a change at the start codon.

    Where bases can be inserted or deleted in front of the start codon with the same result (c.1dup
    and c.1del behind an A), they are, and the protein stays. `coding_start` is the place of c.1 on
    the axis. A start codon that is itself repeated is no such change: the first one is read.
    """
    last = max(change.end, coding_start + _START_CODON)
    coding = transcript.bases(coding_start, last)
    tail = change.alternate + transcript.bases(change.end, last)
    before = transcript.bases(change.start - len(coding), change.start)
    mutant = before + tail
    is_kept = len(coding) >= _START_CODON and mutant.endswith(coding)
    in_place = change.start >= coding_start
    starts_again = in_place and mutant[coding_start - change.start + len(before) :].startswith(
        coding[:_START_CODON]
    )
    return is_kept and not starts_again


def _near_splice_site(transcript: Transcript, index: int, change: NormalisedChange) -> bool:
    start, end, _ = transcript.intervals[index]
    has_acceptor = index > 0 or not transcript.begins
    has_donor = index < len(transcript.intervals) - 1 or not transcript.ends
    last = max(change.end - 1, change.start)
    return (has_acceptor and change.start - start < _SPLICE_REGION_EXON) or (
        has_donor and end - last <= _SPLICE_REGION_EXON
    )


def _outside_exons(transcript: Transcript, change: NormalisedChange) -> str:
    """The term for a change in an intron or across the edge of an exon."""
    in_region = False
    count = len(transcript.intervals)
    for i, (start, end, _) in enumerate(transcript.intervals):
        if (i < count - 1 or not transcript.ends) and _touches(change, end, end + _SPLICE_SITE):
            return "splice_donor_variant"
        if (i > 0 or not transcript.begins) and _touches(change, start - _SPLICE_SITE, start):
            return "splice_acceptor_variant"
        in_region |= (
            change.leftmost < end + _SPLICE_REGION_INTRON
            and start - _SPLICE_REGION_INTRON < change.end
        )
    return "splice_region_variant" if in_region else "intron_variant"


def _touches(change: NormalisedChange, start: int, end: int) -> bool:
    """Whether a change alters [start, end): removes a base of it, parts two of them, or copies all.

    Of an insertion that could stand on both sides of a splice site there are two copies, and which
    one is used cannot be told from the DNA.
    """
    if change.start < change.end:
        return change.start < end and start < change.end
    return start < change.start < end or (change.leftmost <= start and end <= change.start)
