"""A transcript on its contig: its bases and numbering in its own direction.

Names are found on an axis that runs in the direction of the transcript: for the plus strand the
axis is the 0-based position; for the minus strand a base at position p lies at -1 - p and is
complemented. Intervals are 0-based half-open on that axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from flt3itd.common.bases import reverse_complement

Fetch = Callable[[int, int], str]
"""Bases [start, end) of a contig, 0-based, plus strand, upper case. A range that leaves the
contig returns the bases that exist."""


def clamped(fetch: Fetch) -> Fetch:
    """The same bases; a range may begin before the contig."""
    return lambda start, end: fetch(max(0, start), max(0, end))


class TranscriptExon(NamedTuple):
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


def _number(index: int, coding_length: int) -> str:
    if index < 0:
        return str(index)
    if index < coding_length:
        return str(index + 1)
    return f"*{index - coding_length + 1}"
