"""How many mismatches a record without gaps and clips has: what its NM field says, where true."""

from __future__ import annotations

from dataclasses import dataclass

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

    def of(self, record: pysam.AlignedSegment, start: int) -> int:
        """The mismatches of a record without gaps and clips that begins at `start`."""
        try:
            told = record.get_tag("NM")
        except KeyError:
            return differing_bases(record.query_sequence or "", start, self._reference)
        if told:
            return int(told)
        nm = self._nm
        nm.zeros = zeros = nm.zeros + 1
        if zeros > NM_COMPARED and zeros % NM_COMPARED_EVERY and not nm.is_false:
            return 0
        sequence = record.query_sequence or ""
        if not 0 <= start <= len(self._reference) - len(sequence):
            return 0
        counted = differing_bases(sequence, start, self._reference)
        nm.is_false = nm.is_false or counted > 0
        return counted


def differing_bases(sequence: str, start: int, reference: str) -> int:
    """The bases of a sequence that differ from those of a reference from `start` on (0-based)."""
    first = max(start, 0)
    if reference.startswith(sequence, first):
        return 0
    window = reference[first : first + len(sequence)]
    return sum(a != b for a, b in zip(sequence, window, strict=False))
