"""Codons and short insertions and deletions of an exon, counted by fragment.

A read shows a codon when it covers the three bases without a gap and each of them has the
required base quality. The two mates of a fragment count once: where both show a codon they
must agree, else the fragment says nothing about it.
"""

from __future__ import annotations

import itertools
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from flt3itd.locus import Exon, Locus
from flt3itd.reads import CIGAR_DELETION, CIGAR_INSERTION, CIGAR_SOFT_CLIP, AlignedRead

_CIGAR_SKIP = 3
_ALIGNED = (0, 7, 8)
_UNSEEN = 255
_CONFLICT = 254
_BATCH = 16_384
_ANCHOR = 8
"""Bases that a read must cover on both sides of an insertion or deletion to speak about it."""
_LONGEST_DELETION = 60
_NEIGHBOURHOOD = 2
"""Mismatches at most this far from an insertion or deletion are part of the same event."""

CODON_LETTERS = tuple(a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT")
"""The codon of each code: 16 x first + 4 x second + third base, with A, C, G, T = 0 to 3."""

_BASE_CODE = np.full(256, 4, dtype=np.uint8)
for _i, _base in enumerate(b"ACGT"):
    _BASE_CODE[_base] = _i
    _BASE_CODE[_base + 32] = _i


@dataclass(frozen=True, order=True)
class ShortChange:
    """`ref` replaced by `alt` (plus strand, no shared ends) at a locus coordinate (0-based)."""

    offset: int
    ref: str
    alt: str


@dataclass(frozen=True)
class ChangeCount:
    """Fragments that cover the place of a change with room on both sides."""

    change: ShortChange
    mutant: int
    wildtype: int


@dataclass(frozen=True)
class ExonCounts:
    """What the fragments over one exon show.

    `codons[i, code]` counts fragments for the i-th whole codon of the exon in transcript order,
    `first_residue` + i; `changes` holds the insertions and deletions, `rare_changes` the number
    of fragments with one that too few fragments share.
    """

    exon: Exon
    first_residue: int
    codons: npt.NDArray[np.int64]
    changes: tuple[ChangeCount, ...]
    rare_changes: int


@dataclass
class _Pile:
    """The reads over one exon, packed: some 60 bytes for a read."""

    locus: Locus
    exon: Exon
    phase: int
    residues: int
    minimum_quality: int
    rows: list[str] = field(default_factory=list)
    qualities: list[bytes] = field(default_factory=list)
    names: array[int] = field(default_factory=lambda: array("q"))
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))
    codes: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    carriers: dict[ShortChange, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, row: str, qualities: bytes, name: int, start: int, end: int) -> None:
        """Take one read: its bases and qualities in the exon, and where it is aligned."""
        self.rows.append(row)
        self.qualities.append(qualities)
        self.names.append(name)
        self.starts.append(start)
        self.ends.append(end)
        if len(self.rows) == _BATCH:
            self.pack()

    def pack(self) -> None:
        """Turn the waiting rows into codon codes, one byte for a codon."""
        if not self.rows:
            return
        shape = (len(self.rows), len(self.exon))
        text = np.frombuffer("".join(self.rows).encode("ascii"), dtype=np.uint8)
        bases = _BASE_CODE[text].reshape(shape)
        quality = np.frombuffer(b"".join(self.qualities), dtype=np.uint8).reshape(shape)
        bases[quality < self.minimum_quality] = 4
        # The transcript runs against the plus strand.
        read = bases[:, ::-1][:, self.phase : self.phase + 3 * self.residues]
        triplets = read.reshape(shape[0], self.residues, 3)
        unseen = (triplets == 4).any(axis=2)
        complement = (3 - triplets.astype(np.int16)).clip(min=0)
        code = (complement * np.array([16, 4, 1], dtype=np.int16)).sum(axis=2).astype(np.uint8)
        code[unseen] = _UNSEEN
        self.codes.append(code)
        self.rows.clear()
        self.qualities.clear()


def count_exons(
    reads: Iterable[AlignedRead],
    locus: Locus,
    exons: Sequence[Exon],
    *,
    minimum_base_quality: int,
    minimum_carriers: int,
) -> list[ExonCounts]:
    """Count codons and short changes of the exons in one pass over the reads.

    An insertion or deletion in fewer than `minimum_carriers` fragments is only added up.

    Codons that are split between two exons are left out.
    """
    piles = [_pile(locus, exon, minimum_base_quality) for exon in exons]
    bounds = [(pile.exon.start, pile.exon.end, pile) for pile in piles]
    for read in reads:
        blocks, end = _blocks(read.start, read.cigar)
        for exon_start, exon_end, pile in bounds:
            if read.start < exon_end and exon_start < end:
                _add_read(pile, read, blocks, end)
    return [_count(pile, minimum_carriers) for pile in piles]


def _pile(locus: Locus, exon: Exon, minimum_base_quality: int) -> _Pile:
    phase = (1 - exon.cds_start) % 3
    return _Pile(locus, exon, phase, (len(exon) - phase) // 3, minimum_base_quality)


Block = tuple[int, int, int]
"""An aligned block without gaps: locus coordinate, query coordinate, length."""


def _blocks(start: int, cigar: tuple[tuple[int, int], ...]) -> tuple[list[Block], int]:
    """The aligned blocks of a read and the locus coordinate behind its last aligned base."""
    if len(cigar) == 1:
        return [(start, 0, cigar[0][1])], start + cigar[0][1]
    blocks: list[Block] = []
    query = 0
    for operation, length in cigar:
        if operation in _ALIGNED:
            if (
                blocks
                and blocks[-1][0] + blocks[-1][2] == start
                and (blocks[-1][1] + blocks[-1][2] == query)
            ):
                blocks[-1] = (blocks[-1][0], blocks[-1][1], blocks[-1][2] + length)
            else:
                blocks.append((start, query, length))
            start += length
            query += length
        elif operation in (CIGAR_INSERTION, CIGAR_SOFT_CLIP):
            query += length
        elif operation in (CIGAR_DELETION, _CIGAR_SKIP):
            start += length
    return blocks, start


def _add_read(pile: _Pile, read: AlignedRead, blocks: list[Block], end: int) -> None:
    name = hash(read.name)
    exon_start, exon_end = pile.exon.start, pile.exon.end
    row: list[str] = []
    qualities: list[bytes] = []
    written = exon_start
    for start, query, length in blocks:
        low, high = max(start, exon_start), min(start + length, exon_end)
        if low < high:
            offset = query + low - start
            row += ("." * (low - written), read.sequence[offset : offset + high - low])
            qualities += (bytes(low - written), read.qualities[offset : offset + high - low])
            written = high
    if not row:
        return
    row.append("." * (exon_end - written))
    qualities.append(bytes(exon_end - written))
    text = "".join(row)
    for (start, query, length), right in itertools.pairwise(blocks):
        low, high = start + length, right[0]
        if high <= exon_start or low >= exon_end:
            continue
        change = _change(read, query + length, low, right, pile)
        if change is not None and (
            blocks[0][0] <= change.offset - _ANCHOR
            and change.offset + len(change.ref) + _ANCHOR <= end
        ):
            pile.carriers[change][name] += 1
        # A codon beside a gap is part of that event, not one of its own.
        first = max(0, low - _NEIGHBOURHOOD - exon_start)
        last = min(len(text), high + _NEIGHBOURHOOD - exon_start)
        text = text[:first] + "." * (last - first) + text[last:]
    pile.add(text, b"".join(qualities), name, blocks[0][0], end)


def _change(
    read: AlignedRead, query: int, low: int, right: Block, pile: _Pile
) -> ShortChange | None:
    """The insertion or deletion between query base `query`, at `low`, and the block `right`.

    Mismatches right beside it belong to it: the aligner had to put them somewhere. None when
    a base of it is not good enough.
    """
    high, next_query, next_length = right
    before, after = _NEIGHBOURHOOD, min(_NEIGHBOURHOOD, next_length)
    if query < before or high - low > _LONGEST_DELETION:
        return None
    bases = read.sequence[query - before : next_query + after].upper()
    if (
        min(read.qualities[query - before : next_query + after]) < pile.minimum_quality
        or "N" in bases
    ):
        return None
    reference = pile.locus.sequence[low - before : high + after]
    return None if bases == reference else left_aligned(pile.locus, low - before, reference, bases)


def left_aligned(locus: Locus, offset: int, ref: str, alt: str) -> ShortChange:
    """A change without shared ends, and as far left as an insertion or deletion can stand."""
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        ref, alt, offset = ref[1:], alt[1:], offset + 1
    while not (ref and alt) and offset > 0 and locus.sequence[offset - 1] == (ref or alt)[-1]:
        base = locus.sequence[offset - 1]
        ref, alt = (base + ref[:-1], alt) if ref else (ref, base + alt[:-1])
        offset -= 1
    return ShortChange(offset, ref, alt)


def _count(pile: _Pile, minimum_carriers: int) -> ExonCounts:
    pile.pack()
    names = np.array(pile.names, dtype=np.int64)
    counts = np.zeros((pile.residues, 64), dtype=np.int64)
    if len(names):
        merged = _merge_mates(names, np.concatenate(pile.codes))
        for i in range(pile.residues):
            counts[i] = np.bincount(merged[:, i], minlength=256)[:64]
    first_residue = (pile.exon.cds_start + pile.phase - 1) // 3 + 1
    changes = _count_changes(pile, names, minimum_carriers)
    rare = sum(len(c) for c in pile.carriers.values() if len(c) < minimum_carriers)
    return ExonCounts(pile.exon, first_residue, counts, changes, rare)


def _merge_mates(
    names: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """One row for a fragment: what its reads agree on."""
    order = np.argsort(names, kind="stable")
    names, codes = names[order], codes[order]
    while True:
        first = np.ones(len(names), dtype=bool)
        first[1:] = names[1:] != names[:-1]
        # The second read of each fragment joins the first; a third waits for the next round.
        second = np.flatnonzero(~first & np.append(True, first[:-1]))
        if not len(second):
            return codes
        one, other = codes[second - 1], codes[second]
        agreed = np.where((one == _UNSEEN) | (one == other), other, _CONFLICT)
        codes[second - 1] = np.where(other == _UNSEEN, one, agreed)
        keep = np.ones(len(names), dtype=bool)
        keep[second] = False
        names, codes = names[keep], codes[keep]


def _count_changes(
    pile: _Pile, names: npt.NDArray[np.int64], minimum_carriers: int
) -> tuple[ChangeCount, ...]:
    """Count the fragments that cover each change with room on both sides.

    Mutant ones show it in all of their reads that cover it, wild-type ones in none.
    """
    starts, ends = np.array(pile.starts), np.array(pile.ends)
    counts = []
    for change, carriers in sorted(pile.carriers.items()):
        if len(carriers) < minimum_carriers:
            continue
        low, high = change.offset - _ANCHOR, change.offset + len(change.ref) + _ANCHOR
        seen, reads = np.unique(names[(starts <= low) & (ends >= high)], return_counts=True)
        shown = np.array([carriers[name] for name in seen.tolist()])
        mutant, wildtype = int((shown == reads).sum()), int((shown == 0).sum())
        counts.append(ChangeCount(change, mutant, wildtype))
    return tuple(counts)
