"""How many mismatches a record without gaps and clips has: what its NM field says, where true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pysam

NM_COMPARED = 1000
"""So many records whose NM is 0 are compared with the reference, before only some are."""
NM_COMPARED_EVERY = 16
"""Of the others one in so many: an aligner whose NM is not true says 0 of every read, and of reads
of 75 bases one in ten has a mismatch or more, so that the first hundred tell."""


@dataclass
class NmField:
    """What is known of the NM of an aligner: its records with 0, and whether one was not true.

    One for all regions of a file: what one of them showed need not be learnt again.
    """

    zeros: int = 0
    is_false: bool = False


class MismatchCounter:
    """Counts the mismatches of records against one reference (locus coordinates, plus strand).

    From the first record on whose NM is 0 and not true, all records with such a field are compared.
    """

    def __init__(self, reference: str, nm: NmField | None = None) -> None:
        self._reference = reference
        self._nm = nm or NmField()

    def of_each(
        self, records: Sequence[pysam.AlignedSegment], starts: Sequence[int]
    ) -> npt.NDArray[np.int64]:
        """The mismatches of records without gaps and clips that begin at `starts`."""
        nm, found = self._nm, []
        for record, start in zip(records, starts, strict=True):
            try:
                told = int(record.get_tag("NM"))
            except KeyError:
                told = differing_bases(record.query_sequence or "", start, self._reference)
            else:
                if not told:
                    nm.zeros = zeros = nm.zeros + 1
                    if zeros <= NM_COMPARED or not zeros % NM_COMPARED_EVERY or nm.is_false:
                        told = self._compared(record, start)
            found.append(told)
        return np.array(found, dtype=np.int64)

    def _compared(self, record: pysam.AlignedSegment, start: int) -> int:
        """The mismatches of a record whose NM is 0; none of one that leaves the reference."""
        sequence = record.query_sequence or ""
        if not 0 <= start <= len(self._reference) - len(sequence):
            return 0
        counted = differing_bases(sequence, start, self._reference)
        self._nm.is_false = self._nm.is_false or counted > 0
        return counted


def differing_bases(sequence: str, start: int, reference: str) -> int:
    """The bases of a sequence that differ from those of a reference from `start` on (0-based)."""
    first = max(start, 0)
    if reference.startswith(sequence, first):
        return 0
    window = reference[first : first + len(sequence)]
    return sum(a != b for a, b in zip(sequence, window, strict=False))
