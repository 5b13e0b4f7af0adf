"""Bases of an amplicon that one mate has at one cycle in a part of its reads: they are misread.

Reads of an amplicon begin at one place, so that a cycle which the instrument misread in some of
them has another base there, like an allele or the ITD of a sister clone. Reads of the wild type
tell it: where mates lie over the place, they do not have the base. Where none does, it is misread
if it is in as many molecules of the ITDs as of the wild type: a mutation is in those of one clone.
All coordinates 0-based half-open, plus strand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray
from flt3itd.reads.library import Booleans
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import MISMATCHES_EVERY

_LEAST_SHARE = 0.03
"""Share of the reads of a mate that begin at one place: fewer make no sister of an ITD."""
_LEAST_READS = 8
_LOOKED_AT = 2000
"""Reads on the reference with two mismatches or more that are looked at, about."""
_MOST_MISMATCHES = 6
"""A read with more was forced onto the reference."""
_AT_ENDS = 15
"""Bases at the ends of reads that are not asked, as for `Tally.mismatches`."""
_AROUND = 30
"""Bases on both sides of a place over which mates must lie: primers have the reference's bases."""
_LEAST_TELLING = 20
"""Reads that tell, of the other mate or of an ITD."""
_SILENT = 0.1
"""Of the share that one mate has, the other one has no more where it speaks against it."""
_ALIKE = 2.0
"""Times as many of an ITD's reads as of the wild type's, or of these as of those, at most."""
_INHERITED = 0.4
"""Share of the wild type's reads from which a base that no mate tells of is taken for inherited."""
_OF_THE_ITD = 0.9
"""Share of an ITD's reads that have a base which is its own."""


class _Base(NamedTuple):
    """A base that reads of one mate and strand have at a cycle, which is a place of the reference.

    The base is that of the plus strand.
    """

    is_read2: bool
    is_reverse: bool
    cycle: int
    place: int
    base: str

    @property
    def begin(self) -> int:
        """Where reads begin that have it: their first base, of reverse ones behind their last."""
        return self.place + 1 + self.cycle if self.is_reverse else self.place - self.cycle


def hide_misread_cycles(reads: ReadSet, reference: str) -> None:
    """Replace misread bases of a cycle by N in the reads of an amplicon that are not plain.

    Plain reads have one mismatch at most and are compared with nothing. `reference` is the sequence
    that the reads lie on.
    """
    columns = reads.columns()
    on_reference = (
        (columns.gap == 0) & (columns["aligned_start"] == 0) & (columns.clipped_last == 0)
    )
    rows = np.flatnonzero(on_reference)
    chosen = rows[:: max(1, len(rows) // _LOOKED_AT)]
    looked_at = [reads.split[row] for row in chosen.tolist()]
    seen = _Seen.of(reads, looked_at, len(rows) / max(1, len(chosen)), reference)
    others = [reads.split[row] for row in np.flatnonzero(~on_reference).tolist()]
    misread = [one for one, share in seen.frequent() if _is_misread(one, share, seen, others)]
    if misread:
        reads.split[:] = _hidden(reads.split, misread)


def _is_misread(one: _Base, share: float, seen: _Seen, others: Iterable[SplitRead]) -> bool:
    """Whether a base that such a share of the wild type's reads have is none of the sample."""
    of_itds = [
        base
        for read in others
        if (base := _base_at(read, one)) is not None and _begin_of(read) == one.begin
    ]
    with_it = of_itds.count(one.base) / max(1, len(of_itds))
    if with_it > _OF_THE_ITD:
        return False
    mates = seen.mates_over(one)
    if mates >= _LEAST_TELLING:
        return seen.mates_with(one) <= _SILENT * share * mates
    return (
        share < _INHERITED
        and len(of_itds) >= _LEAST_TELLING
        and share / _ALIKE <= with_it <= share * _ALIKE
    )


class _Seen(NamedTuple):
    """What the reads that lie on the reference show.

    `other_bases` are those that differ from it, with the number of reads. The reads of each mate
    are counted by strand and place of their begin, and over places (by what begins and stops).
    """

    other_bases: Counter[_Base]
    at_places: Counter[tuple[bool, int, str]]
    beginning: Counter[tuple[bool, bool, int]]
    over: dict[bool, tuple[IntArray, IntArray]]

    @classmethod
    def of(
        cls, reads: ReadSet, looked_at: Sequence[SplitRead], stands_for: float, reference: str
    ) -> _Seen:
        """What plain reads show, and some others that each stand for so many."""
        start, end, _ = reads.plain()
        read2, reverse = reads.plain_bits(Flag.READ_2), reads.plain_bits(Flag.REVERSE)
        beginning = _beginning(np.where(reverse, end, start), read2, reverse)
        other: Counter[_Base] = Counter()
        every = round(stands_for)
        for read in looked_at:
            differing = _differing(read, reference)
            if len(differing) > _MOST_MISMATCHES:
                continue
            beginning[read.is_read2, read.is_reverse, _begin_of(read)] += every
            other.update({_as_base(read, at): every for at in differing})
        for (is_read2, cycle, place, base), count in reads.tally.mismatches.items():
            both = [_Base(is_read2, strand, cycle, place, base) for strand in (False, True)]
            of_strand = max(both, key=lambda one: beginning[is_read2, one.is_reverse, one.begin])
            other[of_strand] += count * MISMATCHES_EVERY
        places: Counter[tuple[bool, int, str]] = Counter()
        for one, count in other.items():
            places[one.is_read2, one.place, one.base] += count
        over = {
            mate: (np.sort(start[read2 == mate]), np.sort(end[read2 == mate]))
            for mate in (False, True)
        }
        return cls(other, places, beginning, over)

    def frequent(self) -> Iterator[tuple[_Base, float]]:
        """The bases that many of the reads of a mate have which begin alike, with their share."""
        for one, count in self.other_bases.items():
            begun = self.beginning[one.is_read2, one.is_reverse, one.begin]
            if count >= max(_LEAST_READS, _LEAST_SHARE * begun) and begun:
                yield one, min(1.0, count / begun)

    def mates_over(self, one: _Base) -> int:
        """The reads of the other mate that lie over the place of a base and beside it."""
        start, end = self.over[not one.is_read2]
        begun = np.searchsorted(start, one.place - _AROUND, side="right")
        return max(0, int(begun - np.searchsorted(end, one.place + _AROUND)))

    def mates_with(self, one: _Base) -> int:
        """Those of them that have it."""
        return self.at_places[not one.is_read2, one.place, one.base]


def _beginning(
    begin: IntArray, read2: Booleans, reverse: Booleans
) -> Counter[tuple[bool, bool, int]]:
    """How many plain reads of a mate and strand begin at each place."""
    found: Counter[tuple[bool, bool, int]] = Counter()
    for mate in (False, True):
        for strand in (False, True):
            places, counts = np.unique(
                begin[(read2 == mate) & (reverse == strand)], return_counts=True
            )
            for place, count in zip(places.tolist(), counts.tolist(), strict=True):
                found[mate, strand, place] = count
    return found


def _differing(read: SplitRead, reference: str) -> list[int]:
    """Where a read on the reference differs from it, but for its ends and unknown bases."""
    first = read.first_diagonal
    if first < 0 or first + len(read.sequence) > len(reference):
        return []
    bases = np.frombuffer(read.sequence.encode(), np.uint8)
    expected = np.frombuffer(reference[first : first + len(bases)].encode(), np.uint8)
    differs = (bases != expected) & (bases != ord("N"))
    differs[:_AT_ENDS] = differs[len(bases) - _AT_ENDS :] = False
    return np.flatnonzero(differs).tolist()


def _as_base(read: SplitRead, at: int) -> _Base:
    cycle = len(read.sequence) - 1 - at if read.is_reverse else at
    place = read.first_diagonal + at
    return _Base(read.is_read2, read.is_reverse, cycle, place, read.sequence[at])


def _begin_of(read: SplitRead) -> int:
    """Where a read begins, as `_Base.begin`, clipped bases included."""
    return read.last_diagonal + len(read.sequence) if read.is_reverse else read.first_diagonal


def _at(read: SplitRead, one: _Base) -> int | None:
    """Where a read has the cycle of a base; None of another mate or strand, or a shorter read."""
    if (read.is_read2, read.is_reverse) != one[:2] or one.cycle >= len(read.sequence):
        return None
    return len(read.sequence) - 1 - one.cycle if read.is_reverse else one.cycle


def _base_at(read: SplitRead, one: _Base) -> str | None:
    at = _at(read, one)
    return None if at is None else read.sequence[at]


def _hidden(reads: Iterable[SplitRead], misread: Iterable[_Base]) -> list[SplitRead]:
    """The reads without misread bases, and those of the same kind beside them."""
    of_kind: defaultdict[tuple[bool, bool], list[_Base]] = defaultdict(list)
    for one in misread:
        of_kind[one[:2]].append(one)
    return [_without(read, of_kind[read.is_read2, read.is_reverse]) for read in reads]


def _without(read: SplitRead, misread: Iterable[_Base]) -> SplitRead:
    """A read without the misread bases of its mate and strand."""
    sequence = read.sequence
    for one in misread:
        at = _at(read, one)
        if at is not None and sequence[at] == one.base and _begin_of(read) == one.begin:
            sequence = _without_row(sequence, at)
    return read if sequence is read.sequence else read._replace(sequence=sequence)


def _without_row(sequence: str, at: int) -> str:
    """A sequence in which the row of equal bases around a place is unknown."""
    base = sequence[at]
    first = len(sequence[:at].rstrip(base))
    last = len(sequence) - len(sequence[at:].lstrip(base))
    return sequence[:first] + "N" * (last - first) + sequence[last:]
