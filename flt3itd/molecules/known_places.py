"""Where reads of a known sequence begin, without an alignment: by bases that stand there once.

First bases tell of two reads that they begin alike; where reads were trimmed, or have an error
there, it takes the place on the sequence, as a BAM has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from flt3itd.molecules.bam_pairs import genome_end
from flt3itd.molecules.letters import CODE_OF_BYTE, Bytes, Integers, packed, row_lengths
from flt3itd.molecules.pairs import BY_SEQUENCE, FIRST_BASES, sequence_ends

_FARTHEST = 48
"""First bases of a read without a known place (errors, fillers) behind which none is looked for."""


@dataclass(frozen=True)
class KnownPlaces:
    """Stretches of a sequence that stand there once, on either strand, and the ends that they tell.

    `stretches` are sorted numbers as `sequence_ends` makes them; `ends` are of reads that begin
    with them, numbered as those of a BAM.
    """

    stretches: Integers
    ends: Integers

    @classmethod
    def of(cls, sequence: str) -> KnownPlaces:
        """The stretches of both strands of a sequence."""
        codes = CODE_OF_BYTE[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)]
        known = np.lib.stride_tricks.sliding_window_view(codes < 4, FIRST_BASES).all(axis=1)
        windows = np.lib.stride_tricks.sliding_window_view(codes & np.uint8(3), FIRST_BASES)[known]
        start = np.flatnonzero(known)
        turned = np.uint8(3) - windows[:, ::-1]
        stretches = packed(np.concatenate((windows, turned))).astype(np.int64) | BY_SEQUENCE
        contig = np.zeros_like(start)
        forward = genome_end(contig, start, reverse=False)
        backward = genome_end(contig, start + FIRST_BASES, reverse=True)
        ends: Integers = np.concatenate((forward, backward))
        found, first, counts = np.unique(stretches, return_index=True, return_counts=True)
        return cls(found[counts == 1], ends[first[counts == 1]])

    def ends_of(self, letters: Bytes) -> Integers:
        """The end of each read: its place, or its first bases where they are not known."""
        found = sequence_ends(letters)
        lengths = row_lengths(letters)
        rows = np.arange(len(letters))
        for begin in range(_FARTHEST):
            rows = rows[lengths[rows] >= begin + FIRST_BASES]
            if not len(rows) or not len(self.stretches):
                break
            shown = sequence_ends(letters[rows, begin : begin + FIRST_BASES])
            at = np.minimum(np.searchsorted(self.stretches, shown), len(self.stretches) - 1)
            there = self.stretches[at] == shown
            place = self.ends[at[there]]
            found[rows[there]] = np.where(place & 1, place + 2 * begin, place - 2 * begin)
            rows = rows[~there]
        return found
