"""Read pairs with their UMIs and ends, as arrays: what families are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from flt3itd.molecules.letters import (
    Booleans,
    Bytes,
    Integers,
    Words,
    packed,
    row_lengths,
    stacked,
)
from flt3itd.molecules.umi import ReadStructure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Columns = TypeVar("Columns", bound="DataclassInstance")

FIRST_BASES = 16
"""Bases that stand for the place of a read without an alignment: two of one genome hardly share
them by chance."""
BY_SEQUENCE = 1 << 62
"""The bit of ends that are first bases and not a position."""


@dataclass(frozen=True)
class UmiShape:
    """How many bases the parts of a UMI have; `second` is 0 where there is one part."""

    first: int
    second: int = 0

    @classmethod
    def of_structures(cls, structures: Sequence[ReadStructure]) -> UmiShape:
        """Of UMIs that are bases of the reads."""
        lengths = [one.umi_length for one in structures if one.umi_length]
        return cls(*lengths)

    @property
    def length(self) -> int:
        """Bases of both parts."""
        return self.first + self.second

    @property
    def is_twofold(self) -> bool:
        """Whether each strand of a molecule may have the parts of the other in turn (duplex)."""
        return self.first == self.second

    def halves(self, umi: Words) -> tuple[Words, Words]:
        """The first and the second part of packed UMIs."""
        bits = np.uint64(2 * self.second)
        return umi >> bits, umi & ((np.uint64(1) << bits) - np.uint64(1))

    def turned(self, umi: Words) -> Words:
        """Twofold UMIs with their parts in turn, as the other strand has them."""
        first, second = self.halves(umi)
        return (second << np.uint64(2 * self.first)) | first


@dataclass(frozen=True)
class PairBlock:
    """Read pairs, one row for each; of single reads `second` has no column.

    `first` and `second` are letters, each read from its own 5' end. `end_1` and `end_2` are where
    the two reads begin, as numbers (`flt3itd.molecules.ends`). `umi` is packed as it was read.
    `later` orders pairs as the file does.
    """

    first: Bytes
    second: Bytes
    end_1: Integers
    end_2: Integers
    umi: Words
    later: Integers

    def __len__(self) -> int:
        return len(self.umi)

    def take(self, rows: Integers | Booleans) -> PairBlock:
        """Some of the pairs, by index."""
        return taken(self, rows)

    @classmethod
    def join(cls, blocks: Sequence[PairBlock]) -> PairBlock:
        """The pairs of several blocks, one or more."""
        return blocks[0] if len(blocks) == 1 else joined_rows(blocks)


def taken(columns: Columns, rows: Integers | Booleans) -> Columns:
    """The same record with some rows of each of its columns."""
    chosen: dict[str, Any] = {one.name: getattr(columns, one.name)[rows] for one in fields(columns)}
    return replace(columns, **chosen)


def joined_rows(blocks: Sequence[Columns]) -> Columns:
    """Records of columns below each other; letters as wide as the widest."""
    joined: dict[str, Any] = {}
    for one in fields(blocks[0]):
        parts = [getattr(block, one.name) for block in blocks]
        joined[one.name] = stacked(parts) if parts[0].ndim == 2 else np.concatenate(parts)
    return replace(blocks[0], **joined)


def sequence_ends(letters: Bytes) -> Integers:
    """The first bases of each read as the number of an end."""
    codes = letters[:, :FIRST_BASES] >> np.uint8(6)
    found: Integers = packed(codes).astype(np.int64) | BY_SEQUENCE
    return found


def shows_one(letters: Sequence[Bytes], wanted: Integers) -> Booleans:
    """Whether a read of each pair holds wanted bases (`sequence_ends`) at one of four places.

    The first and the last `FIRST_BASES` of the read, and two stretches between them.
    """
    found = np.zeros(len(letters[0]), dtype=bool)
    for reads in letters:
        last = row_lengths(reads) - FIRST_BASES
        for share in (0, 1, 2, 3):
            start = np.maximum(last, 0) * share // 3
            columns = start[:, None] + np.arange(min(FIRST_BASES, reads.shape[1]))
            if reads.shape[1] >= FIRST_BASES:
                ends = sequence_ends(np.take_along_axis(reads, columns, axis=1))
                found |= np.isin(ends, wanted) & (last >= 0)
    return found
