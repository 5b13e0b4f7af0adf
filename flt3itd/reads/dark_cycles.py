"""Cycles in which the instrument saw nothing, and which it wrote as G: their bases are unknown.

Instruments with two colours take darkness for G. A row of it within a read is no sequence of the
sample, but in reads of an amplicon it may stand at one place, as other bases of an ITD would. A
long row is none of FLT3 anyway; of a short one the mate tells, which was read from the other end.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter, contains
from typing import NamedTuple, TypeVar

import numpy as np

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.columns import are_among
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead

Looked = TypeVar("Looked", SplitRead, UnplacedRead, AlignedRead)

DARK = 10
"""G in a row, as the instrument read them: FLT3 has six at most, and of 2,500 pairs of a real
amplicon none has as many. Tails behind an adapter count from as many on, too."""
SHORT_DARK = 5
"""G in a row from which the mate is asked: exons 14 and 15 have no more than four, and a sister of
an ITD that differs by as few bases is told by its errors."""
_FLANK = 6
"""Bases on both sides of a row by which its place in the mate is found: of 250 bases twelve, at one
distance, are alike by chance once in 60,000."""
_TOLD = 3
"""Rows that mates speak against, before those at their cycles that no mate tells of are hidden."""
_AGAINST = 0.9
"""Share of the rows told of at a cycle: where mates have the row too it is of the sample."""

_FORWARD, _REVERSE = "G" * SHORT_DARK, "C" * SHORT_DARK
_LONG, _LONG_REVERSED = "G" * DARK, "C" * DARK
_ROWS, _ROWS_REVERSED = re.compile(f"G{{{DARK},}}"), re.compile(f"C{{{DARK},}}")
_SHORT, _SHORT_REVERSED = re.compile(f"{_FORWARD}+"), re.compile(f"{_REVERSE}+")

_sequence_of, _is_reverse_of = attrgetter("sequence"), attrgetter("is_reverse")


def hide_dark_bases(reads: ReadSet, reference: str) -> None:
    """Replace the dark bases of a set by N; plain reads have none, or they would not be plain.

    `reference` is the sequence that the reads lie on.
    """
    with_rows = _with_rows(reads.split)
    for number in with_rows:
        reads.split[number] = _hidden(reads.split[number])
    reads.unplaced[:] = dark_bases_hidden(reads.unplaced)
    for row in _contradicted(reads, with_rows, reference):
        read = reads.split[row.read]
        bases = read.sequence
        shown = bases[: row.start] + "N" * (row.end - row.start) + bases[row.end :]
        reads.split[row.read] = read._replace(sequence=shown)


def dark_bases_hidden(reads: Sequence[Looked]) -> list[Looked]:
    """Some reads as aligned, the bases of their long dark rows replaced by N."""
    found = list(reads)
    for number in _with_rows(reads):
        found[number] = _hidden(found[number])
    return found


def _with_rows(reads: Sequence[Looked]) -> list[int]:
    """The numbers of the reads that have a dark row, short or long."""
    rows = map((_FORWARD, _REVERSE).__getitem__, map(_is_reverse_of, reads))
    has_row = map(contains, map(_sequence_of, reads), rows)
    return np.flatnonzero(np.fromiter(has_row, np.bool_, len(reads))).tolist()


def _hidden(read: Looked) -> Looked:
    if (_LONG_REVERSED if read.is_reverse else _LONG) not in read.sequence:
        return read
    rows = _ROWS_REVERSED if read.is_reverse else _ROWS
    return read._replace(sequence=rows.sub(lambda row: "N" * len(row[0]), read.sequence))


class _Row(NamedTuple):
    """A short dark row: of which read (its number), where in it, and at which cycles of a mate."""

    read: int
    start: int
    end: int
    is_read2: bool
    cycles: range


def _contradicted(reads: ReadSet, with_rows: Iterable[int], reference: str) -> list[_Row]:
    """The short rows that mates speak against, and those at the same cycles that none tells of.

    `with_rows` are the numbers of the split reads that had a row before long ones were hidden.
    A cycle is dark in reads of the wild type as in those of an ITD: there mates may tell of it
    where none lies over the copy of an ITD.
    """
    rows = [
        row for number in with_rows for row in _short_rows(number, reads.split[number], reference)
    ]
    if not rows:
        return []
    mates = _Mates.of(reads, [reads.split[row.read].fragment for row in rows])
    told: Counter[tuple[bool, int]] = Counter()
    against: Counter[tuple[bool, int]] = Counter()
    found, untold = [], []
    for row in rows:
        is_against = mates.speak_against(row, reads.split[row.read], reference)
        if is_against is None:
            untold.append(row)
            continue
        told.update((row.is_read2, cycle) for cycle in row.cycles)
        if is_against:
            against.update((row.is_read2, cycle) for cycle in row.cycles)
            found.append(row)
    dark = {at for at, count in told.items() if count >= _TOLD and against[at] >= _AGAINST * count}
    return [*found, *(one for one in untold if (one.is_read2, _middle(one.cycles)) in dark)]


def _middle(cycles: range) -> int:
    return cycles[len(cycles) // 2]


def _short_rows(number: int, read: SplitRead, reference: str) -> Iterator[_Row]:
    """The rows of a read that have bases on both sides, without those that the reference has."""
    diagonals = {read.first_diagonal, read.last_diagonal}
    for found in (_SHORT_REVERSED if read.is_reverse else _SHORT).finditer(read.sequence):
        start, end = found.span()
        if any(
            start + one >= 0 and reference.startswith(found[0], start + one) for one in diagonals
        ):
            continue
        if start >= _FLANK and end + _FLANK <= len(read.sequence):
            first = len(read.sequence) - end if read.is_reverse else start
            yield _Row(number, start, end, read.is_read2, range(first, first + end - start))


def _between(sequence: str, before: str, behind: str, size: int) -> str | None:
    """So many bases that stand between two others, where they first do; None where nowhere."""
    at = sequence.find(before)
    while at >= 0:
        start = at + len(before)
        if sequence.startswith(behind, start + size):
            return sequence[start : start + size]
        at = sequence.find(before, at + 1)
    return None


class _Mates(NamedTuple):
    """The reads of some fragments: those with bases of their own, and intervals of plain ones."""

    split: dict[int, list[SplitRead]]
    plain: dict[int, list[tuple[int, int]]]

    @classmethod
    def of(cls, reads: ReadSet, fragments: Sequence[int]) -> _Mates:
        """Those of some fragments."""
        split: defaultdict[int, list[SplitRead]] = defaultdict(list)
        plain: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
        wanted = set(fragments)
        for read in reads.split:
            if read.fragment in wanted:
                split[read.fragment].append(read)
        starts, ends, of_fragment = reads.plain()
        for at in np.flatnonzero(are_among(of_fragment, list(wanted))).tolist():
            plain[int(of_fragment[at])].append((int(starts[at]), int(ends[at])))
        return cls(split, plain)

    def speak_against(self, row: _Row, read: SplitRead, reference: str) -> bool | None:
        """Whether the mate has other bases in the place of a row; None where it lies elsewhere.

        An error of the mate hides a row of the sample in one of a hundred reads, and harms nothing.
        """
        own = read.sequence[row.start : row.end]
        before = read.sequence[row.start - _FLANK : row.start]
        behind = read.sequence[row.end : row.end + _FLANK]
        for mate in self.split.get(read.fragment, ()):
            if mate.is_read2 != read.is_read2:
                shown = _between(mate.sequence, before, behind, len(own))
                if shown is not None:
                    return own != shown
        if row.start < read.aligned_start or row.end > read.aligned_end:
            return None
        in_first = row.end <= read.first_block_end
        shift = read.first_diagonal if in_first else read.last_diagonal
        first, last = row.start + shift, row.end + shift
        if any(start <= first and last <= end for start, end in self.plain.get(read.fragment, ())):
            return own != reference[first:last]
        return None
