"""How many mismatches a record without gaps and clips has: what its NM field says, where true."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import methodcaller, ne

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.alignment import READ_2, REVERSE
from flt3itd.reads.columns import IntArray, append_all, stretches
from flt3itd.reads.tally import END, Mismatch

NM_COMPARED = 1000
"""So many records whose NM is 0 are compared with the reference, before only some are."""
NM_COMPARED_EVERY = 16
"""Of the others one in so many: an aligner whose NM is not true says 0 of every read, and of reads
of 75 bases one in ten has a mismatch or more, so that the first hundred tell."""

_AT_ONCE = 2048
"""Sequences that are compared at once: half a megabyte or so."""

_REMEMBERED = 4096
"""Sequences whose differences are kept: in an amplicon most are the same few."""


_nm_of = methodcaller("get_tag", b"NM")
"""Of a name in bytes, which pysam does not encode anew for each record."""


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

    def of_each(self, records: Sequence[pysam.AlignedSegment], starts: IntArray) -> IntArray:
        """The mismatches of records without gaps and clips that begin at `starts`."""
        told, has_nm = self._told(records, starts)
        for row in self._due(np.flatnonzero((told == 0) & has_nm)):
            told[row] = self._compared(records[row], int(starts[row]))
        return told

    def _due(self, zeros: IntArray) -> Iterator[int]:
        """Which of the rows whose NM is 0 to compare: some, behind one that is not true all."""
        nm = self._nm
        order = nm.zeros + 1 + np.arange(len(zeros))
        nm.zeros += len(zeros)
        is_due = (order <= NM_COMPARED) | (order % NM_COMPARED_EVERY == 0)
        behind = 0
        for at in np.flatnonzero(is_due).tolist():
            if nm.is_false:
                break
            yield int(zeros[at])
            behind = at + 1
        if nm.is_false:
            yield from zeros[behind:].tolist()

    def _told(
        self, records: Sequence[pysam.AlignedSegment], starts: IntArray
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """What the NM fields say, or the bases where there is none; and which records have one."""
        try:
            told = np.fromiter(map(_nm_of, records), np.int64, len(records))
        except KeyError:
            has_nm = np.array([record.has_tag("NM") for record in records], dtype=bool)
        else:
            return told, np.ones(len(records), dtype=bool)
        each = zip(records, starts.tolist(), has_nm.tolist(), strict=True)
        counted = [
            int(_nm_of(record))
            if has
            else differing_bases(record.query_sequence or "", start, self._reference)
            for record, start, has in each
        ]
        return np.array(counted, dtype=np.int64), has_nm

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
    return _differing(sequence, reference[first : first + len(sequence)])


@lru_cache(_REMEMBERED)
def _differing(sequence: str, window: str) -> int:
    return sum(map(ne, sequence, window))


def compared(
    sequences: Sequence[str], starts: IntArray, reference: str
) -> Iterator[tuple[IntArray, npt.NDArray[np.uint8], npt.NDArray[np.bool_]]]:
    """Sequences that lie within a reference, many of one length at once.

    For each such set: which they are, their bases (ASCII), and which differ from the reference.
    """
    sizes = np.fromiter(map(len, sequences), np.int64, len(sequences))
    codes = np.frombuffer(reference.encode("ascii"), dtype=np.uint8)
    for size in np.flatnonzero(np.bincount(sizes)).tolist():
        expected = stretches(codes, size)
        of_size = np.flatnonzero(sizes == size)
        for first in range(0, len(of_size), _AT_ONCE):
            rows = of_size[first : first + _AT_ONCE]
            text = "".join([sequences[row] for row in rows.tolist()])
            bases = np.frombuffer(text.encode("ascii"), dtype=np.uint8).reshape(len(rows), size)
            yield rows, bases, bases != expected[starts[rows]]


def mismatches_of(
    sequences: Sequence[str], starts: IntArray, flags: IntArray, reference: str
) -> Iterator[Mismatch]:
    """The mismatches of plain reads that begin at `starts`, without those near their ends.

    Of `flags` (as in BAM) the bits for the strand and the number of the mate matter.
    """
    is_reverse, is_read2 = flags & REVERSE != 0, flags & READ_2 != 0
    for rows, bases, differs in compared(sequences, starts, reference):
        size = bases.shape[1]
        if size <= 2 * END:
            continue
        inner = differs[:, END : size - END]
        first = inner.argmax(axis=1)
        row = np.flatnonzero(inner[np.arange(len(rows)), first])
        at, of = first[row] + END, rows[row]
        yield from map(
            Mismatch,
            is_read2[of].tolist(),
            np.where(is_reverse[of], size - 1 - at, at).tolist(),
            (starts[of] + at).tolist(),
            map(chr, bases[row, at].tolist()),
        )


def last_difference(sequence: str, expected: str) -> int | None:
    """The last place at which two sequences of one length differ; None where they are equal."""
    # As numbers, their last byte that differs is the lowest one of the reversed order.
    differing = int.from_bytes(sequence.encode(), "little") ^ int.from_bytes(
        expected.encode(), "little"
    )
    return (differing.bit_length() - 1) // 8 if differing else None


@dataclass
class SingleMismatches:
    """The other base of plain reads that have one: fragments, places and bases (ASCII).

    Places are those of the reference that reads lie on, 0-based. Reads that have no base in `near`
    (half-open) are not noted; None notes all.
    """

    near: tuple[int, int] | None = None
    fragment: array[int] = field(default_factory=lambda: array("i"))
    place: array[int] = field(default_factory=lambda: array("i"))
    base: array[int] = field(default_factory=lambda: array("B"))

    def note(self, fragment: int, sequence: str, start: int, reference: str) -> None:
        """Note the other base of a plain read that begins at `start` and has one."""
        if not self.is_near(start, start + len(sequence)):
            return
        at = last_difference(sequence, reference[start : start + len(sequence)])
        if at is not None and start >= 0:
            self.fragment.append(fragment)
            self.place.append(start + at)
            self.base.append(ord(sequence[at]))

    def is_near(self, start: int, end: int) -> bool:
        """Whether a read is noted, if it has another base."""
        return self.near is None or (start < self.near[1] and end > self.near[0])

    def note_all(
        self, fragments: IntArray, sequences: Sequence[str], starts: IntArray, reference: str
    ) -> None:
        """The same for many reads that are near and lie within the reference."""
        at = np.full(len(sequences), -1, dtype=np.int64)
        base = np.zeros(len(sequences), dtype=np.int64)
        for rows, bases, differs in compared(sequences, starts, reference):
            last = bases.shape[1] - 1 - differs[:, ::-1].argmax(axis=1)
            at[rows] = np.where(differs.any(axis=1), last, -1)
            base[rows] = bases[np.arange(len(rows)), last]
        kept = at >= 0
        append_all(self.fragment, fragments[kept])
        append_all(self.place, (starts + at)[kept])
        append_all(self.base, base[kept])
