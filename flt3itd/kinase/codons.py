"""Codons and short insertions and deletions of an exon, counted by fragment.

A read shows a codon when it covers its bases in the exon without a gap and each of them has the
required base quality. The two mates of a fragment count once: where both show a codon they
must agree, else the fragment says nothing about it. Of a codon that is split between two exons,
each exon shows its part; the rest is taken as the reference.
"""

from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.exon_counts import Codon, ExonCounts
from flt3itd.kinase.short_changes import (
    ANCHOR,
    NEIGHBOURHOOD,
    ChangeView,
    ShortChange,
    blocks_with,
    change_at,
    look_at,
)
from flt3itd.locus.flt3 import Exon, Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_SKIP,
    Block,
    aligned_blocks,
)
from flt3itd.reads.columns import batches

_UNSEEN = 255
_CONFLICT = 254
_CHANGED = 64
"""The code of a codon in a molecule with an insertion or deletion there: none of the 64."""
_MISALIGNED_FROM = 0.01
"""An insertion or deletion with a smaller VAF leaves too few misaligned reads to be called."""

_NO_BASE = 4
"""The code of a base that is none, or not good enough."""
_BASE_CODE = np.full(256, _NO_BASE, dtype=np.uint8)
for _i, _base in enumerate(b"ACGT"):
    _BASE_CODE[_base] = _i
    _BASE_CODE[_base + 32] = _i


@dataclass
class _Pile:
    """The reads over one exon, and what they show of its codons: a byte for a codon."""

    locus: Locus
    exon: Exon
    minimum_quality: int
    names: array[int] = field(default_factory=lambda: array("q"))
    reads: list[AlignedRead] = field(default_factory=list)
    spliced: bool = False
    codes: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    carriers: dict[ShortChange, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    @property
    def first_residue(self) -> int:
        """The residue of the first codon, whole or not."""
        return (self.exon.cds_start - 1) // 3 + 1

    @property
    def residues(self) -> int:
        """Codons that have a base in the exon."""
        return (self.exon.cds_end - 1) // 3 + 2 - self.first_residue

    def reference(self, position: int) -> str:
        """The base with this c. number."""
        return reverse_complement(self.locus.sequence[self.locus.offset_of_cds(position)])

    def add(self, reads: Sequence[AlignedRead], blocks: Sequence[list[Block]]) -> None:
        """Add reads that may show the exon, with their aligned blocks."""
        bases = _bases_of(reads, self.exon, self.minimum_quality)
        shows = np.ones(len(reads), dtype=bool)
        for row, (read, of_read) in enumerate(zip(reads, blocks, strict=True)):
            if len(read.cigar) > 1:
                shown = self._in_pieces(read, of_read)
                if shown is None:
                    shows[row] = False
                else:
                    bases[row] = shown
        kept = [read for read, has_bases in zip(reads, shows.tolist(), strict=True) if has_bases]
        self.reads += kept
        self.names.extend(hash(read.name) for read in kept)
        self.codes.append(self._codes(bases[shows]))

    def _in_pieces(
        self, read: AlignedRead, blocks: Sequence[Block]
    ) -> npt.NDArray[np.uint8] | None:
        """The base codes that a read with gaps or clips shows of the exon; None if it shows none.

        Its insertions and deletions are counted.
        """
        shown = self._shown_in(read, blocks)
        if shown is None:
            return None
        for left, right in itertools.pairwise(blocks):
            low, high = left.end, right.reference
            self.spliced |= (CIGAR_SKIP, high - low) in read.cigar
            if high <= self.exon.start or low >= self.exon.end:
                continue
            change = change_at(read, left, right, self.locus, self.minimum_quality)
            if change is not None and (
                blocks[0].reference <= change.offset - ANCHOR
                and change.offset + len(change.ref) + ANCHOR <= blocks[-1].end
            ):
                self.carriers[change][hash(read.name)] += 1
        return shown

    def _shown_in(self, read: AlignedRead, blocks: Sequence[Block]) -> npt.NDArray[np.uint8] | None:
        """The base codes that aligned blocks show of the exon; None if they show none."""
        start, end = self.exon.start, self.exon.end
        shown = np.full(end - start, _NO_BASE, dtype=np.uint8)
        seen = False
        for block in blocks:
            low, high = max(block.reference, start), min(block.end, end)
            if low < high:
                first = block.query + low - block.reference
                piece = slice(first, first + high - low)
                shown[low - start : high - start] = _good_bases(
                    read.sequence[piece], read.qualities[piece], self.minimum_quality
                )
                seen = True
        for left, right in itertools.pairwise(blocks):
            # A codon beside a gap is part of that event, not one of its own.
            low, high = left.end - NEIGHBOURHOOD - start, right.reference + NEIGHBOURHOOD - start
            if high > 0:
                shown[max(0, low) : high] = _NO_BASE
        return shown if seen else None

    def codes_in(self, read: AlignedRead, blocks: Sequence[Block]) -> npt.NDArray[np.uint8]:
        """The codon codes that aligned blocks of a read show."""
        shown = self._shown_in(read, blocks)
        if shown is None:
            return np.full(self.residues, _UNSEEN, dtype=np.uint8)
        codes: npt.NDArray[np.uint8] = self._codes(shown[np.newaxis])[0]
        return codes

    def _codes(self, bases: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The codon codes of rows of bases of the exon."""
        # The transcript runs against the plus strand. Split codons are filled from the reference.
        first, last = 3 * self.first_residue - 2, 3 * (self.first_residue + self.residues - 1)
        whole = np.empty((len(bases), 3 * self.residues), dtype=np.uint8)
        for position in range(first, last + 1):
            base = self.reference(position)
            whole[:, position - first] = _BASE_CODE[ord(reverse_complement(base))]
        start = self.exon.cds_start - first
        whole[:, start : start + len(self.exon)] = bases[:, ::-1]
        one, two, three = (whole[:, place::3] for place in range(3))
        code = 63 - (16 * one + 4 * two + three)  # 3 less a base is its complement
        code[((one | two | three) & _NO_BASE) != 0] = _UNSEEN
        return code


def _bases_of(
    reads: Sequence[AlignedRead], exon: Exon, minimum_quality: int
) -> npt.NDArray[np.uint8]:
    """The base codes that reads without gaps and clips show of an exon, a row for each read."""
    sizes = np.array([len(read.sequence) for read in reads], dtype=np.int64)
    flat = _good_bases(
        "".join(read.sequence for read in reads),
        b"".join(read.qualities for read in reads),
        minimum_quality,
    )
    before = exon.start - np.array([read.start for read in reads], dtype=np.int64)
    place = before[:, np.newaxis] + np.arange(len(exon))
    within = (place >= 0) & (place < sizes[:, np.newaxis])
    place += (np.cumsum(sizes) - sizes)[:, np.newaxis]
    place[~within] = len(flat)
    found: npt.NDArray[np.uint8] = np.append(flat, np.uint8(_NO_BASE))[place]
    return found


def _good_bases(sequence: str, qualities: bytes, minimum_quality: int) -> npt.NDArray[np.uint8]:
    """The codes of bases, `_NO_BASE` for those of less than a quality."""
    bases = _BASE_CODE[np.frombuffer(sequence.encode("ascii"), dtype=np.uint8)]
    bases[np.frombuffer(qualities, dtype=np.uint8) < minimum_quality] = _NO_BASE
    return bases


def count_exons(
    reads: Iterable[AlignedRead],
    locus: Locus,
    exons: Sequence[Exon],
    *,
    minimum_base_quality: int,
    minimum_carriers: int,
    minimum_share: float,
) -> list[ExonCounts]:
    """Count codons and short changes of the exons in one pass over the reads.

    An insertion or deletion in fewer than `minimum_carriers` fragments, or a smaller share of
    the reads than `minimum_share`, is only added up.
    """
    piles = [_Pile(locus, exon, minimum_base_quality) for exon in exons]
    for batch in batches(reads):
        blocks = [aligned_blocks(read.start, read.cigar) for read in batch]
        starts = np.array([read.start for read in batch], dtype=np.int64)
        ends = np.array([of_read[-1].end if of_read else -1 for of_read in blocks], dtype=np.int64)
        for pile in piles:
            over = np.flatnonzero((starts < pile.exon.end) & (ends > pile.exon.start)).tolist()
            if over:
                pile.add([batch[row] for row in over], [blocks[row] for row in over])
    return [_count(pile, minimum_carriers, minimum_share) for pile in piles]


def _count(pile: _Pile, minimum_carriers: int, minimum_share: float) -> ExonCounts:
    names = np.array(pile.names, dtype=np.int64)
    least = max(minimum_carriers, math.ceil(minimum_share * len(names)))
    carriers = {change: len(who) for change, who in sorted(pile.carriers.items())}
    frequent = [change for change, number in carriers.items() if number >= least]
    views = _look_at(pile, frequent) if frequent else []
    counts = np.zeros((pile.residues, _CHANGED + 1), dtype=np.int64)
    if len(names):
        codes = np.concatenate(pile.codes)
        for view in views:
            _lay_with_gap(pile, view, codes)
        for view in views:
            _show_changed(pile, view, codes)
        merged = _merge_mates(names, codes)
        for i in range(pile.residues):
            counts[i] = np.bincount(merged[:, i], minlength=256)[: _CHANGED + 1]
    changes = tuple(view.count for view in views)
    rare = sum(number for number in carriers.values() if number < least)
    return ExonCounts(pile.exon, tuple(_codons(pile, counts)), changes, carriers, rare)


def _look_at(pile: _Pile, changes: Sequence[ShortChange]) -> list[ChangeView]:
    """Count changes by the bases of all reads over their places.

    Reads of RNA go on in the next exon, so only the exon itself is compared.
    """
    exon, whole = (pile.exon.start, pile.exon.end), (0, len(pile.locus))
    blocks = [aligned_blocks(read.start, read.cigar) for read in pile.reads]
    return [
        look_at(
            change,
            zip(pile.names, pile.reads, blocks, strict=True),
            pile.locus,
            bounds=exon if pile.spliced else whole,
            minimum_quality=pile.minimum_quality,
        )
        for change in changes
    ]


def _lay_with_gap(pile: _Pile, view: ChangeView, codes: npt.NDArray[np.uint8]) -> None:
    """Read the codons of reads of a change as it has them, where they lie without its gap.

    A read that ends beside an insertion or deletion lies on the reference with mismatches, which
    would read as another mutation, or is clipped, and then what stands beside the change would be
    missed in it. Codons beside the change are left out in reads that do not tell whether they have
    it.
    """
    count, exon = view.count, pile.exon
    low, high = max(view.low, exon.start), min(view.high, exon.end)
    if low >= high or count.mutant < _MISALIGNED_FROM * (count.mutant + count.wildtype):
        return
    gapped = (CIGAR_INSERTION, CIGAR_DELETION)
    untold = []
    for row, (answer, read) in enumerate(zip(view.answers, pile.reads, strict=True)):
        if answer.shows is None:
            untold.append(row)
        elif answer.shows and not any(operation in gapped for operation, _ in read.cigar):
            with_gap = blocks_with(count.change, answer.place, read, pile.locus)
            codes[row] = pile.codes_in(read, with_gap)
    codes[untold, _columns(pile, low, high)] = _UNSEEN


def _show_changed(pile: _Pile, view: ChangeView, codes: npt.NDArray[np.uint8]) -> None:
    """Let reads of a change speak of the codons that it breaks: those molecules have none of 64.

    Left out, they would be missing in what the VAF of another mutation of the codon is a share of.
    Codons beside the change are not read in them, so there they stay hidden.
    """
    change, exon = view.count.change, pile.exon
    # An insertion breaks the codon that has the bases on both its sides.
    places = [change.offset - 1, change.offset]
    if change.ref:
        places = [change.offset, change.offset + len(change.ref) - 1]
    low, high = max(places[0], exon.start), min(places[1] + 1, exon.end)
    if low >= high:
        return
    columns = _columns(pile, low, high)
    if not change.ref and columns.stop - columns.start > 1:
        return
    rows = np.flatnonzero([answer.shows is True for answer in view.answers])
    broken = codes[rows, columns]
    codes[rows, columns] = np.where(broken == _UNSEEN, _CHANGED, broken)


def _columns(pile: _Pile, low: int, high: int) -> slice:
    """The columns of the codons that have a base in [low, high) of the locus, within the exon."""
    first, last = (pile.exon.cds_start + pile.exon.end - 1 - at for at in (high - 1, low))
    return slice((first + 2) // 3 - pile.first_residue, (last + 2) // 3 - pile.first_residue + 1)


def _codons(pile: _Pile, counts: npt.NDArray[np.int64]) -> Iterator[Codon]:
    exon = pile.exon
    for residue, row in enumerate(counts.tolist(), start=pile.first_residue):
        first = 3 * residue - 2
        seen = range(max(0, exon.cds_start - first), min(3, exon.cds_end - first + 1))
        reference = "".join(pile.reference(first + i) for i in range(3))
        yield Codon(residue, first, reference, seen, tuple(row[:_CHANGED]), row[_CHANGED])


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
