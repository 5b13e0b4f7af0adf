"""Fragments that show a substitution of one base, counted for many positions at once.

Most calls of a panel are such, and a position may lie under thousands of reads: reads are packed
into arrays, and the two mates of a fragment are put together by sorting. The rules are those of
`scripts.panel.alleles`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.alignment import aligned_blocks
from scripts.panel.read_rules import Span, fragment_span

_BATCH = 16_384
_OTHER = 4
_BASES = 5

_CODE = np.full(256, _OTHER, dtype=np.uint8)
for _i, _base in enumerate(b"ACGT"):
    _CODE[_base] = _i

Integers = npt.NDArray[np.int64]


def code_of(base: str) -> int:
    """The column of a base in the tables of `BaseCounts`."""
    return int(_CODE[ord(base)])


@dataclass(frozen=True)
class BaseCounts:
    """Tables with a row for each position and a column for A, C, G, T and anything else.

    `fragments` agree on the base; `f1r2` are those of them whose first read is on the forward
    strand (the second on the reverse one). Reads are counted by strand, near an end of their
    alignment, and with a base below the quality (such reads count nowhere else). Of amplicons
    `by_span` has the fragments of a row by where they begin and end.
    """

    fragments: Integers
    forward: Integers
    reverse: Integers
    near_end: Integers
    poor: Integers
    f1r2: Integers
    by_span: Mapping[int, Mapping[Span, Sequence[int]]] = field(default_factory=dict)


@dataclass
class _Segments:
    """Aligned blocks of the reads of a batch, and their text."""

    text: list[str] = field(default_factory=list)
    qualities: list[bytes] = field(default_factory=list)
    length: int = 0
    rows: list[tuple[int, int, int, int, int, int, bool]] = field(default_factory=list)


@dataclass
class BasePile:
    """The reads over some positions of a contig (0-based, sorted, each once)."""

    positions: Sequence[int]
    minimum_quality: int
    near_end: int
    from_primers: bool = False
    _names: dict[str, int] = field(default_factory=dict)
    _f1r2: list[bool] = field(default_factory=list)
    _spans: dict[Span, int] = field(default_factory=dict)
    _span_of: list[int] = field(default_factory=list)
    _waiting: _Segments = field(default_factory=_Segments)
    _packed: list[tuple[Integers, Integers, npt.NDArray[np.uint8]]] = field(default_factory=list)
    _tables: dict[str, Integers] = field(default_factory=dict)

    def add(self, read: pysam.AlignedSegment) -> None:
        """Take a read that is aligned and has a sequence."""
        sequence = read.query_sequence
        start = read.reference_start
        end = read.reference_end or start
        if not sequence or bisect_left(self.positions, start) == bisect_left(self.positions, end):
            return
        waiting, reverse = self._waiting, read.is_reverse
        name = self._names.setdefault(read.query_name or "", len(self._names))
        if name == len(self._f1r2):
            self._f1r2.append(read.is_read2 == reverse)
            span = fragment_span(read) if self.from_primers else (0, 0)
            self._span_of.append(self._spans.setdefault(span, len(self._spans)))
        for reference, query, length in aligned_blocks(start, read.cigartuples):
            low = bisect_left(self.positions, reference)
            high = bisect_left(self.positions, reference + length)
            if low < high:
                shift = waiting.length + query - reference
                waiting.rows.append((low, high, shift, name, start, end, reverse))
        waiting.text.append(sequence)
        qualities = read.query_qualities
        best = bytes([255]) * len(sequence)
        waiting.qualities.append(best if qualities is None else qualities.tobytes())
        waiting.length += len(sequence)
        if len(waiting.text) == _BATCH:
            self._pack()

    def _pack(self) -> None:
        """Turn the waiting reads into one row for each base over a position."""
        waiting, self._waiting = self._waiting, _Segments()
        if not waiting.rows:
            return
        text = np.frombuffer("".join(waiting.text).encode("ascii"), dtype=np.uint8)
        quality = np.frombuffer(b"".join(waiting.qualities), dtype=np.uint8)
        low, high, shift, name, start, end, reverse = np.array(waiting.rows, dtype=np.int64).T
        size = high - low
        first = np.cumsum(size) - size
        index = np.arange(size.sum()) - np.repeat(first - low, size)
        place = np.array(self.positions, dtype=np.int64)[index]
        at = place + np.repeat(shift, size)
        base = _CODE[text[at]]
        poor = quality[at] < self.minimum_quality
        edge = np.minimum(place - np.repeat(start, size), np.repeat(end, size) - 1 - place)
        backward = np.repeat(reverse, size).astype(bool)
        good = ~poor
        self._tally("poor", index[poor], base[poor])
        self._tally("near_end", index[good & (edge < self.near_end)],
                    base[good & (edge < self.near_end)])  # fmt: skip
        self._tally("reverse", index[good & backward], base[good & backward])
        self._tally("forward", index[good & ~backward], base[good & ~backward])
        if good.any():  # under a primer, whose bases are hidden, none is
            self._packed.append((index[good], np.repeat(name, size)[good], base[good]))

    def _tally(self, table: str, index: Integers, base: npt.NDArray[np.uint8]) -> None:
        cells = np.bincount(index * _BASES + base, minlength=len(self.positions) * _BASES)
        self._tables[table] = self._tables.get(table, np.int64(0)) + cells

    def counts(self) -> BaseCounts:
        """What all reads show; mates that disagree say nothing."""
        self._pack()
        shape = (len(self.positions), _BASES)
        empty = np.zeros(shape[0] * shape[1], dtype=np.int64)
        fragments = forward_first = empty
        by_span: Mapping[int, Mapping[Span, Sequence[int]]] = {}
        if self._packed:
            index, name, base = (np.concatenate(parts) for parts in zip(*self._packed, strict=True))
            key = index * len(self._names) + name
            order = np.argsort(key, kind="stable")
            key, index, base = key[order], index[order], base[order]
            first = np.flatnonzero(np.append(True, key[1:] != key[:-1]))
            least, most = np.minimum.reduceat(base, first), np.maximum.reduceat(base, first)
            agreed = least == most
            cells = index[first][agreed] * _BASES + least[agreed]
            fragments = np.bincount(cells, minlength=len(empty))
            if self.from_primers:
                span = np.array(self._span_of)[key[first][agreed] % len(self._names)]
                by_span = self._by_span(index[first][agreed], span, least[agreed])
            orientation = np.array(self._f1r2)[key[first][agreed] % len(self._names)]
            forward_first = np.bincount(cells[orientation], minlength=len(empty))
        tables = {
            name: self._tables.get(name, empty).reshape(shape)
            for name in ("forward", "reverse", "near_end", "poor")
        }
        return BaseCounts(
            fragments=fragments.reshape(shape),
            f1r2=forward_first.reshape(shape),
            by_span=by_span,
            **tables,
        )

    def _by_span(
        self, row: Integers, span: Integers, base: npt.NDArray[np.uint8]
    ) -> Mapping[int, Mapping[Span, Sequence[int]]]:
        """How many fragments with the same ends show each base, by row."""
        found: dict[int, dict[Span, list[int]]] = defaultdict(dict)
        spans, keys = list(self._spans), (row * len(self._spans) + span) * _BASES + base
        for key, number in zip(*np.unique(keys, return_counts=True), strict=True):
            cell, column = divmod(int(key), _BASES)
            at, which = divmod(cell, len(spans))
            found[at].setdefault(spans[which], [0] * _BASES)[column] = int(number)
        return found
