"""The UMIs of a consensus that was made before: how many molecules they hide.

A BAM of consensus reads, ours or of another tool, says of each molecule its UMI (tag RX) and its
place, but not how many others had both.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress

import numpy as np
import pysam

from flt3itd.common.errors import UserError
from flt3itd.molecules.crowding import Crowding, crowding_of
from flt3itd.molecules.joining import base_counts, space_of_bases
from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.letters import Words
from flt3itd.molecules.umi_text import UmiText, usual_umi
from flt3itd.reads.alignment_file import UMI_TAG

_LENGTH_BITS = 20
"""Bits of the length of a fragment beside its begin."""
_AT_A_TIME = 50_000


class ConsensusUmis:
    """Takes the UMIs of consensus reads as these stream past, with the places of their pairs."""

    def __init__(self) -> None:
        self._places = array("q")
        self._texts: list[str] = []
        self._written: UmiText | None = None
        self._packed: list[tuple[Words, Words]] = []

    def noted(self, records: Iterable[pysam.AlignedSegment]) -> Iterator[pysam.AlignedSegment]:
        """The same records; what they tell of UMIs is kept."""
        for record in records:
            if record.has_tag(UMI_TAG):
                first = record.reference_start
                if record.is_paired and not record.mate_is_unmapped:
                    first = min(first, record.next_reference_start)
                self._places.append((first << _LENGTH_BITS) + abs(record.template_length))
                self._texts.append(str(record.get_tag(UMI_TAG)))
                if len(self._texts) >= _AT_A_TIME:
                    self._pack()
            yield record

    def crowding(self) -> Crowding | None:
        """How crowded the places are; None where the reads have no UMIs."""
        self._pack()
        if self._written is None:
            return None
        places, umis = (np.concatenate(columns) for columns in zip(*self._packed, strict=True))
        _, rows, _ = factorize_sorted(key_of(places.view(np.int64), umis.astype(np.int64)))
        places, umis = places[rows], umis[rows]
        # A family that was split by an error in its ends has one UMI at two places, as lists have:
        # what is equal between places says nothing here.
        shape = self._written.shape
        space = space_of_bases(base_counts(umis, shape.length))
        return crowding_of(places, umis, shape, space)

    def _pack(self) -> None:
        """Turn the texts so far into numbers; those that are written in another way say nothing."""
        texts, places = self._texts, np.array(self._places, dtype=np.int64)
        self._texts, self._places = [], array("q")
        if self._written is None:
            with suppress(UserError, StopIteration):
                self._written = usual_umi(texts, UMI_TAG) if texts else None
        if self._written is None or not texts:
            return
        width = self._written.width
        rows = np.array([number for number, text in enumerate(texts) if len(text) == width], int)
        buffer = np.frombuffer("".join(texts[row] for row in rows).encode("ascii"), dtype=np.uint8)
        umis, good = self._written.read(buffer, width * np.arange(len(rows)))
        self._packed.append((key_of(places[rows][good]), umis[good]))
