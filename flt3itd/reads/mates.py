"""Which records are mates: reads of one fragment get one number."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np
import pysam

from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray, append_all, column

_PAIRED, _PROPER_PAIR = int(Flag.PAIRED), int(Flag.PROPER_PAIR)
_MATE_AND_STRAND = int(Flag.READ_1 | Flag.READ_2 | Flag.REVERSE)
_MATE_UNMAPPED = int(Flag.MATE_UNMAPPED)
"""As plain numbers: members of an enumeration cost time."""


class MateElsewhere(NamedTuple):
    """A read that was not seen: `reference_id` and `start` (0-based) are those of its record."""

    name: str
    reference_id: int
    start: int


class Mates:
    """Numbers fragments; a name is forgotten once both of its mates were seen.

    `alike` counts pairs whose two reads are the same mate on the same strand: no two reads of a
    fragment are, but reads of different fragments with one name may be.
    """

    def __init__(self) -> None:
        self.fragments = 0
        self.alike = 0
        self._pending: dict[str | None, int] = {}
        # By fragment, of the read seen first: FLAG, and where its mate should begin (contig).
        self._flag, self._mate_begin = array("H"), array("i")
        # By fragment that is no proper pair, contig and first base of the mate of its first read.
        self._elsewhere: dict[int, tuple[int, int]] = {}

    def fragments_of(
        self,
        records: Sequence[pysam.AlignedSegment],
        names: Sequence[str | None],
        flags: IntArray,
    ) -> IntArray:
        """The numbers of the fragments of some records: new ones, or those of mates seen before.

        `names` and `flags` are those of the records. New fragments are numbered in their order.
        """
        before = self.fragments
        numbers = self._numbers(names, (flags & _PAIRED).tolist())
        highest = np.maximum.accumulate(np.append(before - 1, numbers))
        is_new = highest[1:] > highest[:-1]
        first_reads = list(compress(records, is_new.tolist()))
        append_all(self._flag, flags[is_new])
        append_all(self._mate_begin, self._mate_begins(first_reads, flags[is_new], before))
        second = ~is_new
        first_flags = np.frombuffer(self._flag, dtype=np.uint16)[numbers[second]]
        differing = (first_flags ^ flags[second]) & _MATE_AND_STRAND
        self.alike += len(differing) - int(np.count_nonzero(differing))
        return numbers

    def _numbers(self, names: Sequence[str | None], paired: Sequence[int]) -> IntArray:
        pending, following = self._pending, self.fragments
        numbers = []
        for name, is_paired in zip(names, paired, strict=True):
            if is_paired:
                number = pending.pop(name, None)
                if number is not None:
                    numbers.append(number)
                    continue
                pending[name] = following
            numbers.append(following)
            following += 1
        self.fragments = following
        return np.array(numbers, dtype=np.int64)

    def missing(self, start: int, end: int) -> int:
        """The reads whose mate should begin in [start, end) and was not among the records."""
        first = max(0, start)
        return sum(first <= self._mate_begin[number] < end for number in self._pending.values())

    def elsewhere(self) -> list[MateElsewhere]:
        """The mates that were not seen of reads that are no proper pair with them."""
        places = ((name, self._elsewhere.get(number)) for name, number in self._pending.items())
        return [MateElsewhere(name, *place) for name, place in places if name and place is not None]

    def _mate_begins(
        self, records: Sequence[pysam.AlignedSegment], flags: IntArray, first: int
    ) -> IntArray:
        """Where the mates of records should begin on the same contig; -1 of those that should not.

        The records are of fragments `first` and following.
        """
        begins = column(records, "next_reference_start")
        for row in np.flatnonzero(flags & _PROPER_PAIR == 0).tolist():
            record, start = records[row], int(begins[row])
            has_place = flags[row] & _PAIRED and not flags[row] & _MATE_UNMAPPED
            if has_place:
                self._elsewhere[first + row] = record.next_reference_id, start
            if not has_place or record.next_reference_id != record.reference_id:
                begins[row] = -1
        return begins
