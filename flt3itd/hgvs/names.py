"""HGVS names (g., c., p.) and the consequence of a change on a transcript.

Written here rather than taken from a library: a laboratory's reference, the package's own
locus and the built-in example hold parts of transcripts, ITDs are long, and the protein name
of an insertion that carries a copy of a splice site needs a rule of its own (see
`name_change`). The tests compare these names with those of two independent implementations,
hgvs-weaver and biocommons hgvs, on whole transcripts.

Inside, all work is done on an axis that runs in the direction of the transcript: for the plus
strand the axis is the 0-based position; for the minus strand a base at position p lies at
-1 - p and is complemented. Intervals are 0-based half-open on that axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.protein import UNCHANGED, UNPREDICTABLE, name_protein_change

Fetch = Callable[[int, int], str]
"""Bases [start, end) of a contig, 0-based, plus strand, upper case. A range that leaves the
contig returns the bases that exist."""

_SPLICE_SITE = 2
_SPLICE_REGION_INTRON = 8
_SPLICE_REGION_EXON = 3
_START_CODON = 3


@dataclass(frozen=True)
class TranscriptExon:
    """One exon: 0-based half-open on the contig, plus strand.

    `first` numbers its 5' base (in the direction of the transcript) from the A of the start
    codon, which is 0; bases of the 5' UTR are below 0.
    """

    number: int
    start: int
    end: int
    first: int


@dataclass(frozen=True)
class Transcript:
    """A transcript, or those of its exons that the reference holds.

    `exons` are in transcript order. `coding_length` counts the bases from start to stop codon,
    both included. `begins` and `ends` say whether the first and last exon given are those of
    the transcript; where they are not, what lies beyond is numbered as intron.
    """

    gene: str
    accession: str
    protein_accession: str
    contig: str
    minus_strand: bool
    exons: tuple[TranscriptExon, ...]
    coding_length: int
    fetch: Fetch = field(repr=False, compare=False)
    begins: bool = True
    ends: bool = True

    def axis(self, start: int, end: int) -> tuple[int, int]:
        """An interval of the contig on the axis of the transcript."""
        return (-end, -start) if self.minus_strand else (start, end)

    def bases(self, start: int, end: int) -> str:
        """Bases of an interval of the axis, in the direction of the transcript."""
        if self.minus_strand:
            return reverse_complement(self.fetch(max(0, -end), max(0, -start)))
        return self.fetch(max(0, start), max(0, end))

    @cached_property
    def intervals(self) -> tuple[tuple[int, int, TranscriptExon], ...]:
        """The exons as intervals of the axis, in order."""
        return tuple((*self.axis(exon.start, exon.end), exon) for exon in self.exons)

    @cached_property
    def spliced(self) -> str:
        """The transcript from the A of the start codon on; N where the reference has no exon."""
        last_start, last_end, last = self.intervals[-1]
        bases = ["N"] * max(0, last.first + last_end - last_start)
        for start, end, exon in self.intervals:
            first = max(0, -exon.first)
            for i, base in enumerate(self.bases(start, end)[first:], start=exon.first + first):
                bases[i] = base
        return "".join(bases)

    def covers(self, start: int, end: int) -> bool:
        """Whether an interval of the axis can be numbered on this transcript."""
        return not (
            (self.begins and start < self.intervals[0][0])
            or (self.ends and end > self.intervals[-1][1])
        )


@dataclass(frozen=True)
class NormalisedChange:
    """Bases [start, end) of the axis replaced by `alternate`, moved as far 3' as possible.

    `leftmost` is the start of the same change moved as far 5' as possible.
    """

    start: int
    end: int
    alternate: str
    leftmost: int


@dataclass(frozen=True)
class GenomicNumbering:
    """How contig positions become g. numbers.

    `shift` is added to a 0-based contig position to get the 1-based position of `accession`:
    1 where the contig is a whole chromosome, its first position where it is a slice of one.
    """

    accession: str
    shift: int = 1


@dataclass(frozen=True)
class Names:
    """The names of one change.

    `hgvs_c` and `hgvs_p` are empty outside the transcript; `exon` is then None, as it is in
    introns. `consequence` holds Sequence Ontology terms joined by ``&``.
    """

    hgvs_g: str
    hgvs_c: str
    hgvs_p: str
    consequence: str
    exon: int | None


def name_change(
    transcript: Transcript,
    start: int,
    reference: str,
    alternate: str,
    numbering: GenomicNumbering,
) -> Names:
    """Name the replacement of `reference` by `alternate` (plus strand) at a position.

    `start` is 0-based on the contig. Shared bases at the ends are trimmed, so the anchored
    alleles of a VCF can be given as they are.

    The protein is predicted only where splicing is in no doubt: some equivalent placement of
    the change lies inside one exon, and, for an insertion, none reaches two bases or more into
    an intron. An insertion that reaches further carries a second copy of the splice site, and
    which copy is used cannot be told from the DNA: it is named p.?, as are all changes in
    introns, at splice sites and in the 5' UTR. A change in the 3' UTR is p.(=).

    Raises ValueError when `reference` is not the sequence there, or nothing is changed.
    """
    end = start + len(reference)
    if transcript.fetch(start, end) != reference:
        raise ValueError(f"{transcript.contig}:{start + 1}: the reference is not {reference}")
    if reference == alternate:
        raise ValueError(f"{transcript.contig}:{start + 1}: nothing is changed")
    hgvs_g = genomic_name(transcript.fetch, start, reference, alternate, numbering)
    change = normalise(transcript, start, reference, alternate)
    if not transcript.covers(min(change.start, change.end - 1), max(change.end, change.start + 1)):
        return Names(hgvs_g, "", "", "intergenic_variant", None)
    description = _describe(
        change,
        transcript.bases,
        lambda i: coding_position(transcript, i),
        lambda i: transcript.covers(i, i + 1),
    )
    hgvs_c = f"{transcript.accession}:c.{description}"
    protein, consequence = _consequence(transcript, change)
    prefix = f"{transcript.protein_accession}:" if transcript.protein_accession else ""
    return Names(hgvs_g, hgvs_c, prefix + protein, consequence, exon_number(transcript, change))


def genomic_name(
    fetch: Fetch, start: int, reference: str, alternate: str, numbering: GenomicNumbering
) -> str:
    """The g. name of a change; coordinates as in `name_change`."""
    change = normalise_on_plus(fetch, start, reference, alternate)
    description = _describe(change, _plus(fetch), lambda i: str(i + numbering.shift))
    return f"{numbering.accession}:g.{description}"


def normalise(
    transcript: Transcript, start: int, reference: str, alternate: str
) -> NormalisedChange:
    """Trim a change (0-based on the contig, plus strand) and move it 3' along the transcript."""
    if transcript.minus_strand:
        alternate = reverse_complement(alternate)
    return _normalise(transcript.bases, *transcript.axis(start, start + len(reference)), alternate)


def normalise_on_plus(fetch: Fetch, start: int, reference: str, alternate: str) -> NormalisedChange:
    """Trim a change (0-based, plus strand) and move it right along the contig."""
    return _normalise(_plus(fetch), start, start + len(reference), alternate)


def coding_position(transcript: Transcript, place: int) -> str:
    """The c. number of a base of the axis: 1705, -12, *3, 1837+18, 1838-2."""
    previous: tuple[int, int, TranscriptExon] | None = None
    for start, end, exon in transcript.intervals:
        if place < start:
            if previous is None or start - place < place - previous[1] + 1:
                return f"{_number(exon.first, transcript.coding_length)}-{start - place}"
            break
        if place < end:
            return _number(exon.first + place - start, transcript.coding_length)
        previous = (start, end, exon)
    assert previous is not None
    start, end, exon = previous
    return f"{_number(exon.first + end - start - 1, transcript.coding_length)}+{place - end + 1}"


def exon_number(transcript: Transcript, change: NormalisedChange) -> int | None:
    """The exon that a change touches (the first of several), or None in an intron."""
    for start, end, exon in transcript.intervals:
        if change.start < end and start < max(change.end, change.start + 1):
            return exon.number
        if change.start == change.end == end:  # inserted right after the last base
            return exon.number
    return None


def _plus(fetch: Fetch) -> Fetch:
    return lambda start, end: fetch(max(0, start), max(0, end))


def _number(index: int, coding_length: int) -> str:
    if index < 0:
        return str(index)
    if index < coding_length:
        return str(index + 1)
    return f"*{index - coding_length + 1}"


def _normalise(bases: Fetch, start: int, end: int, alternate: str) -> NormalisedChange:
    reference = bases(start, end)
    while reference and alternate and reference[0] == alternate[0]:
        reference, alternate, start = reference[1:], alternate[1:], start + 1
    while reference and alternate and reference[-1] == alternate[-1]:
        reference, alternate, end = reference[:-1], alternate[:-1], end - 1
    if reference and alternate:
        return NormalisedChange(start, end, alternate, start)
    moving = reference or alternate
    right = _slide_right(bases, end, moving)
    left = _slide_left(bases, start, moving)
    if alternate:
        turn = right % len(alternate)
        alternate = alternate[turn:] + alternate[:turn]
    return NormalisedChange(start + right, end + right, alternate, start - left)


def _slide_right(bases: Fetch, end: int, moving: str) -> int:
    """How far bases that are inserted or deleted can move right without another result."""
    size, moved = len(moving), 0
    while True:
        ahead = bases(end + moved, end + moved + size + 64)
        for base in ahead:
            if base != moving[moved % size] or base == "N":
                return moved
            moved += 1
        if not ahead:
            return moved


def _slide_left(bases: Fetch, start: int, moving: str) -> int:
    size, moved = len(moving), 0
    while True:
        behind = bases(start - moved - size - 64, start - moved)
        for base in reversed(behind):
            if base != moving[-1 - moved % size] or base == "N":
                return moved
            moved += 1
        if not behind:
            return moved


def _describe(
    change: NormalisedChange,
    bases: Fetch,
    number: Callable[[int], str],
    has: Callable[[int], bool] | None = None,
) -> str:
    """The part of a name behind ``g.`` or ``c.``.

    `has` says of a base whether it can be numbered (None: all): a copy of others is an insertion.
    """

    def span(start: int, end: int) -> str:
        first = number(start)
        return first if end - start == 1 else f"{first}_{number(end - 1)}"

    start, end, alternate = change.start, change.end, change.alternate
    if start == end:
        copied = start - len(alternate)
        if (has is None or has(copied)) and bases(copied, start) == alternate:
            return f"{span(copied, start)}dup"
        return f"{number(start - 1)}_{number(start)}ins{alternate}"
    if not alternate:
        return f"{span(start, end)}del"
    reference = bases(start, end)
    if len(reference) == len(alternate) == 1:
        return f"{number(start)}{reference}>{alternate}"
    if reference == reverse_complement(alternate):
        return f"{span(start, end)}inv"
    return f"{span(start, end)}delins{alternate}"


def _consequence(transcript: Transcript, change: NormalisedChange) -> tuple[str, str]:
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
