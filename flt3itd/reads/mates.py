"""Which records are mates: reads of one fragment get one number."""

from __future__ import annotations

import pysam

from flt3itd.reads.alignment import Flag

_PAIRED, _PROPER_PAIR = int(Flag.PAIRED), int(Flag.PROPER_PAIR)
_MATE_AND_STRAND = int(Flag.READ_1 | Flag.READ_2 | Flag.REVERSE)
_MATE_UNMAPPED = int(Flag.MATE_UNMAPPED)
"""As plain numbers: members of an enumeration cost time for each of a million records."""


class Mates:
    """Numbers fragments; a name is forgotten once both of its mates were seen.

    `alike` counts pairs whose two reads are the same mate on the same strand: no two reads of a
    fragment are, but reads of different fragments with one name may be.
    """

    def __init__(self) -> None:
        self.fragments = 0
        self.alike = 0
        # Of the read seen first: fragment, FLAG, and where its mate should begin (contig).
        self._pending: dict[str | None, tuple[int, int, int]] = {}

    def fragment_of(self, record: pysam.AlignedSegment, flag: int) -> int:
        """The number of a record's fragment: a new one, or that of its mate seen before."""
        number = self.fragments
        if flag & _PAIRED:
            name = record.query_name
            first = self._pending.pop(name, None)
            if first is not None:
                if not (first[1] ^ flag) & _MATE_AND_STRAND:
                    self.alike += 1
                return first[0]
            here = flag & _PROPER_PAIR or (
                not flag & _MATE_UNMAPPED and record.next_reference_id == record.reference_id
            )
            self._pending[name] = number, flag, record.next_reference_start if here else -1
        self.fragments += 1
        return number

    def missing(self, start: int, end: int) -> int:
        """The reads whose mate should begin in [start, end) and was not among the records."""
        first = max(0, start)
        return sum(first <= begin < end for _, _, begin in self._pending.values())
