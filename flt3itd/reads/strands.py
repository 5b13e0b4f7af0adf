"""Consensus reads of one strand each: of a molecule that was read from both, one strand counts.

So fgbio CallMolecularConsensusReads writes them of reads that were grouped as pairs of strands
(tag MI: the molecule, then /A or /B).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.alignment_file import family_size, strand_of


@dataclass(frozen=True)
class WeakerStrands:
    """The strands of molecules for which the other one counts, as sorted numbers of their names.

    That is the one with fewer reads, or B where both have as many. Two names share a number by
    chance once in 2^63.
    """

    numbers: npt.NDArray[np.int64]

    @classmethod
    def among(cls, records: Iterable[pysam.AlignedSegment]) -> WeakerStrands:
        """Those among some records, which may come in any order and more than once."""
        numbers, sizes = array("q"), array("q")
        for record in records:
            number = _number(record)
            if number is not None:
                numbers.append(number)
                sizes.append(family_size(record))
        found, inverse = np.unique(np.array(numbers, dtype=np.int64), return_inverse=True)
        reads = np.zeros(len(found), dtype=np.int64)
        np.maximum.at(reads, inverse, np.array(sizes, dtype=np.int64))
        a = np.flatnonzero((found[1:] == found[:-1] + 1) & (found[:-1] & 1 == 0))
        return cls(np.sort(found[np.where(reads[a + 1] > reads[a], a, a + 1)]))

    def __len__(self) -> int:
        return len(self.numbers)

    def without(self, records: Iterable[pysam.AlignedSegment]) -> Iterator[pysam.AlignedSegment]:
        """The records of all other strands."""
        for record in records:
            number = _number(record)
            if number is not None and len(self):
                place = int(self.numbers.searchsorted(number))
                if place < len(self) and self.numbers[place] == number:
                    continue
            yield record


def _number(record: pysam.AlignedSegment) -> int | None:
    """A number for the strand of a molecule, even for A and one more for B."""
    molecule, strand = strand_of(record)
    return (hash(molecule) >> 1 << 1) + (strand == "B") if strand else None
