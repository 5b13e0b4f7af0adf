"""Where the UMI of a simulated read pair is written: its bases, its name, or its comment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flt3itd.simulation.haplotypes import Bases, as_bases
from flt3itd.simulation.sequencing import ReadPairs

_SPACER = as_bases("ATCGGATTACAGC" * 10)
"""What stands in bases that are neither UMI nor molecule: part of an adapter."""
_QUALITY = 37


@dataclass(frozen=True)
class UmiPlace:
    """How UMIs are written.

    `before` and `between` make the text of a name or comment: ``_ACGT-TTGA``. Of UMIs in bases,
    `columns` are by read the columns of the UMI among the first `width` bases; else empty.
    """

    lengths: tuple[int, ...]
    before: str = ""
    columns: tuple[tuple[int, ...], ...] = ()
    width: tuple[int, ...] = ()

    def name_ends(self, umi: Bases) -> Bases | None:
        """What follows each name; None where the UMIs are bases."""
        if self.columns:
            return None
        parts = [np.broadcast_to(as_bases(self.before), (len(umi), len(self.before)))]
        first = 0
        for number, length in enumerate(self.lengths):
            if number:
                parts.append(np.full((len(umi), 1), ord("-"), dtype=np.uint8))
            parts.append(umi[:, first : first + length])
            first += length
        return np.concatenate(parts, axis=1)

    def tagged(self, pairs: ReadPairs, umi: Bases) -> ReadPairs:
        """The reads with the bases of the UMIs before them, where these are bases."""
        if not self.columns:
            return pairs
        reads, first = [], 0
        for number, (bases, qualities) in enumerate(
            ((pairs.bases_1, pairs.qualities_1), (pairs.bases_2, pairs.qualities_2))
        ):
            columns = self.columns[number]
            head = np.repeat(_SPACER[None, : self.width[number]], len(umi), axis=0)
            head[:, columns] = umi[:, first : first + len(columns)]
            first += len(columns)
            good = np.full(head.shape, _QUALITY, dtype=np.uint8)
            reads.append(np.concatenate((head, bases), axis=1))
            reads.append(np.concatenate((good, qualities), axis=1))
        return ReadPairs(*reads)
