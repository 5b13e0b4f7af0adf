"""Splicing seen on joined exons: bases of an intron where two exons should meet.

An insertion at an exon border that is a piece of the intron between the two exons comes from
another splice site, from a retained intron or from a hidden exon; it is no internal tandem
duplication. Nor is the end of an exon that is joined to the beginning of the same or an earlier one
where that is RNA joined to a ring (Salzman et al., PLoS ONE 2012;7:e30733).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np

from flt3itd.locus.template import Template, spliced_template
from flt3itd.reads.columns import IntArray
from flt3itd.reads.read_set import ReadSet, SplitRead

_HIDDEN_EXON = 15
"""Bases from which a piece inside an intron is told from chance; at its ends any length is."""
_ERRORS = 0.05
"""Differences by base that a piece may have: variants and wrong bases."""
_CLIP = 8
"""Bases of a read that must stand on each side of a border to tell whether it was spliced."""
_MEETING, _MEETING_ERRORS = 10, 1
"""Bases on each side by which exons that meet are told, and how many of them may be others."""
_LOOKED_AT = 1000
"""Reads beside a border that are looked at first: only if one of them is spliced all are."""
_SLACK = 3
"""Bases behind a border that an aligner may put on the next exon by chance."""


class Border(NamedTuple):
    """Where two exons meet: template coordinate, and the intron between them (plus strand)."""

    place: int
    intron: str


def borders(template: Template) -> tuple[Border, ...]:
    """The borders of a template of joined exons; none for the genome."""
    return tuple(
        Border(
            block.end,
            template.locus.sequence[
                block.locus_start + block.end - block.start : following.locus_start
            ],
        )
        for block, following in zip(template.blocks, template.blocks[1:], strict=False)
    )


@dataclass(frozen=True)
class Splicing:
    """Where exons meet in a reference of joined exons, and how else its transcripts are spliced.

    Without borders, as on the genome, no change is splicing.
    """

    reference: str = ""
    borders: tuple[Border, ...] = ()

    @classmethod
    def of(cls, template: Template) -> Splicing:
        """The splicing of the transcripts of a template."""
        return cls(template.sequence, borders(template))

    def makes(self, mutant: str) -> bool:
        """Whether a template with one change is spliced in another way.

        It has a piece of an intron between two exons, or lacks an end of an exon, or a whole one.
        """
        return any(_is_spliced(self.reference, mutant, one) for one in self.borders)

    def rings(self, mutant: str) -> list[tuple[int, int]]:
        """The intervals of whole exons whose end a template has joined to their beginning.

        That is where RNA is joined to a ring, and where the exons stand twice.
        """
        ends = (0, *(one.place for one in self.borders), len(self.reference))
        if not self.borders:
            return []
        behind_end = {
            end: {at + _MEETING for at in _places(mutant, self.reference[end - _MEETING : end])}
            for end in ends[1:]
        }
        at_start = {
            start: _places(mutant, self.reference[start : start + _MEETING]) for start in ends[:-1]
        }
        return [
            (start, end)
            for start, end in combinations(ends, 2)
            if any(self._meet(mutant, at, start, end) for at in behind_end[end] | at_start[start])
        ]

    def _meet(self, mutant: str, place: int, start: int, end: int) -> bool:
        """Whether a template goes on at a place from the end of an interval with its beginning."""
        exons = self.reference[end - _MEETING : end] + self.reference[start : start + _MEETING]
        shown = mutant[max(0, place - _MEETING) : place + _MEETING]
        alike = len(shown) == len(exons) and _differing(shown, exons) <= _MEETING_ERRORS
        return alike and shown not in self.reference

    def makes_of_duplicated(self, allele: str, segment: tuple[int, int], other: str) -> bool:
        """Whether a template is that of an allele with one duplication, spliced in another way.

        Exons meet in front of the second copy of `segment`, behind the first one, and in both
        where they meet inside: what joins the copies is no border.
        """
        start, end = segment
        longer = len(allele) - len(self.reference)
        for place, intron in self.borders:
            places = [place] if place < end else []
            places += [place + longer] if place > start else []
            if any(_is_spliced(allele, other, Border(one, intron)) for one in places):
                return True
        return False

    def exons_left_out(self, mutant: str) -> tuple[int, int] | None:
        """The interval of the exons that a template lacks, if it lacks these and nothing else."""
        size = len(self.reference) - len(mutant)
        places = {one.place for one in self.borders}
        for start in sorted(places):
            end = start + size
            without = self.reference[:start] + self.reference[end:]
            if size > 0 and end in places and mutant == without:
                return start, end
        return None


UNSPLICED = Splicing()


def _is_spliced(reference: str, mutant: str, border: Border) -> bool:
    return _holds_intron(reference, mutant, border) or _lacks_end(reference, mutant, border.place)


def _places(mutant: str, bases: str) -> set[int]:
    """Where bases begin in a template."""
    found, at = set(), mutant.find(bases)
    while at >= 0:
        found.add(at)
        at = mutant.find(bases, at + 1)
    return found


def _inserted_at(reference: str, mutant: str, place: int) -> str:
    """The bases that a mutant has more than the reference, if they stand at a place; else none."""
    size = len(mutant) - len(reference)
    if size <= 0:
        return ""
    piece = mutant[place : place + size]
    beside = mutant[:place] + mutant[place + size :]
    return piece if _differing(beside, reference) <= _allowed(piece) else ""


def _allowed(piece: str) -> int:
    return int(_ERRORS * len(piece))


def _holds_intron(reference: str, mutant: str, border: Border) -> bool:
    piece = _inserted_at(reference, mutant, border.place)
    size = len(piece)
    if not 0 < size <= len(border.intron):
        return False
    ends = (border.intron[:size], border.intron[-size:])
    if any(_differing(piece, end) <= _allowed(piece) for end in ends):
        return True
    return size >= _HIDDEN_EXON and piece in border.intron


def _lacks_end(reference: str, mutant: str, border: int) -> bool:
    size = len(reference) - len(mutant)
    if size <= 0:
        return False
    before, behind = border - size, border + size
    return mutant in (
        reference[: max(0, before)] + reference[border:],
        reference[:border] + reference[behind:],
    )


def _differing(one: str, other: str) -> int:
    return 0 if one == other else sum(a != b for a, b in zip(one, other, strict=True))


def going_on(reads: ReadSet, splicing: Splicing) -> dict[int, set[int]]:
    """By border the fragments with a read that goes on into the intron there: unspliced RNA."""
    return {
        one.place: {read.fragment for read in reads.split if _goes_on(read, one)}
        for one in splicing.borders
    }


def is_beside(place: int, border: int) -> bool:
    """Whether a read that is clipped at a place may be clipped at a border."""
    return abs(place - border) <= _SLACK


def share_unspliced(reads: ReadSet, template: Template) -> float:
    """The share of the reads over exon borders that go on into the intron.

    Near 1 for DNA, which has introns; low for RNA. 0 where no read tells.
    """
    into = over = 0
    start, end, _ = reads.plain()
    for border in borders(template):
        over += int(((start <= border.place - _CLIP) & (end >= border.place + _CLIP)).sum())
        into += sum(_goes_on(read, border) for read in reads.split)
    return into / (into + over) if into else 0.0


def _goes_on(read: SplitRead, border: Border) -> bool:
    """Whether a read is clipped at a border and has bases of the intron there."""
    behind = read.end - border.place
    if read.aligned_end < len(read.sequence) and abs(behind) <= _SLACK:
        at = border.place - read.last_diagonal
        if read.sequence[at : at + _CLIP] == border.intron[:_CLIP]:
            return True
    before = read.start - border.place
    if read.aligned_start and abs(before) <= _SLACK:
        at = border.place - read.first_diagonal
        return at >= _CLIP and read.sequence[at - _CLIP : at] == border.intron[-_CLIP:]
    return False


def share_spliced(reads: ReadSet, template: Template) -> float:
    """The share of the reads over ends of exons on the genome that go on in the next exon.

    Near 1 for RNA, 0 for DNA, by their bases: aligners skip the intron, or clip. 0 on joined exons,
    and where no read tells.
    """
    if borders(template):
        return 0.0
    joined = spliced_template(template.locus)
    start, end, _ = reads.plain()
    begin, stop, _ = reads.split_intervals()
    ends = [
        (joined.to_locus(one.place - 1) + 1, joined.to_locus(one.place)) for one in borders(joined)
    ]
    crossings = [joined.sequence[one.place - _CLIP : one.place + _CLIP] for one in borders(joined)]
    # Reads that are aligned to some of the intron, or end beside it.
    rows = [
        np.flatnonzero((begin <= right + _SLACK) & (stop >= left - _SLACK)) for left, right in ends
    ]
    # Most samples are DNA: of some reads it is asked at once whether one of them is spliced.
    some = (_sequences(reads, each[:: max(1, len(each) // _LOOKED_AT)]) for each in rows)
    if not any(across in "\n".join(beside) for across, beside in zip(crossings, some, strict=True)):
        return 0.0
    at_borders = [(each, _sequences(reads, of)) for each, of in zip(crossings, rows, strict=True)]
    others = [[one for one in sequences if across not in one] for across, sequences in at_borders]
    spliced = 2 * (sum(len(one) for _, one in at_borders) - sum(map(len, others)))
    unspliced = 0
    for border, places, sequences in zip(borders(joined), ends, others, strict=True):
        into = joined.sequence[border.place - _CLIP : border.place] + border.intron[:_CLIP]
        out_of = border.intron[-_CLIP:] + joined.sequence[border.place : border.place + _CLIP]
        unspliced += sum((into in one) + (out_of in one) for one in sequences)
        for at in places:
            unspliced += int(((start <= at - _CLIP) & (end >= at + _CLIP)).sum())
    return spliced / (spliced + unspliced)


def _sequences(reads: ReadSet, rows: IntArray) -> list[str]:
    return [reads.split[row].sequence for row in rows.tolist()]
