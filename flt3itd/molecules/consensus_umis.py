"""The UMIs of a consensus that was made before: how many molecules they hide.

A BAM of consensus reads, ours or of another tool, says of each molecule its UMI (tag RX) and its
place, but not how many others had both. Reads of others show by base (tags cd and ce), where those
were kept.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress

import numpy as np
import pysam

from flt3itd.common.errors import UserError
from flt3itd.molecules.crowding import (
    LEAST_LARGE,
    Crowding,
    crowding_of,
    mixed_families,
    mixed_sentence,
    unexplained_mixing,
)
from flt3itd.molecules.joining import base_counts, space_of_bases
from flt3itd.molecules.keys import factorize_sorted, key_of
from flt3itd.molecules.letters import Integers, Words
from flt3itd.molecules.umi_text import UmiText, usual_umi
from flt3itd.reads.alignment_file import UMI_TAG, family_size

_BY_BASE = "cd", "ce"
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


def unsaid_mixing(records: Iterable[pysam.AlignedSegment]) -> str:
    """Why the few UMIs of a consensus may not tell molecules apart; empty where they do.

    A consensus has the commonest sequence of each UMI: reads of other molecules show in what
    differs by base alone.
    """
    reads: dict[str, int] = {}
    sides: tuple[dict[str, Integers], dict[str, Integers]] = {}, {}
    for record in records:
        size = family_size(record)
        if size and all(record.has_tag(tag) for tag in _BY_BASE):
            name = record.query_name or ""
            reads[name] = max(reads.get(name, 0), size)
            by_base = np.array([record.get_tag(tag) for tag in _BY_BASE], dtype=np.int64)
            sides[record.is_read2][name] = by_base
    large, mixed = mixed_families(
        [_by_family(side, reads) for side in sides], np.array(list(reads.values()), dtype=np.int64)
    )
    if large < LEAST_LARGE:
        return (
            f"of {LEAST_LARGE} UMIs that were read ten times or more it is not told by base (tags "
            "cd and ce) whether they hold several molecules: if they are a list, rarer ones are "
            "outvoted, so that VAFs are too low and what is not found is not excluded; give what "
            "flt3itd consensus --json told (--families), a consensus with these tags, or the reads "
            "with --umi"
        )
    return mixed_sentence(large, mixed) if unexplained_mixing(large, mixed, 0.0) else ""


def _by_family(side: dict[str, Integers], families: Iterable[str]) -> tuple[Integers, Integers]:
    """Depth and errors by base of one of both reads, a row for each family."""
    names = list(families)
    longest = max((by_base.shape[1] for by_base in side.values()), default=0)
    rows = np.zeros((2, len(names), longest), dtype=np.int64)
    for number, name in enumerate(names):
        if name in side:
            rows[:, number, : side[name].shape[1]] = side[name]
    return rows[0], rows[1]
