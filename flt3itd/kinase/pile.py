"""The reads over one exon, and the codons that they show.

A read shows a codon when it covers its bases in the exon without a gap and each of them has the
required base quality. Of a codon that is split between two exons, each exon shows its part; the
rest is taken as the reference.
"""

from __future__ import annotations

import itertools
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from flt3itd.common.bases import reverse_complement
from flt3itd.kinase.compared_alleles import ANCHOR, Together
from flt3itd.kinase.exon_counts import UNSEEN
from flt3itd.kinase.short_changes import NEIGHBOURHOOD, change_at
from flt3itd.locus.flt3 import Exon, Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_SKIP, Block
from flt3itd.reads.forced_ends import forced_in

_NO_BASE = 4
"""The code of a base that is none, or not good enough."""
_BASE_CODE = np.full(256, _NO_BASE, dtype=np.uint8)
for _i, _base in enumerate(b"ACGT"):
    _BASE_CODE[_base] = _i
    _BASE_CODE[_base + 32] = _i


@dataclass
class Pile:
    """The reads over one exon, and what they show of its codons: a byte for a codon.

    `carriers` has the fragments of which one read shows these changes in its alignment.
    """

    locus: Locus
    exon: Exon
    minimum_quality: int
    names: array[int] = field(default_factory=lambda: array("q"))
    reads: list[AlignedRead] = field(default_factory=list)
    spliced: bool = False
    codes: list[npt.NDArray[np.uint8]] = field(default_factory=list)
    carriers: dict[Together, set[int]] = field(default_factory=lambda: defaultdict(set))

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

    def columns(self, low: int, high: int) -> slice:
        """The columns of the codons that have a base in [low, high) of the locus, in the exon."""
        first, last = (self.exon.cds_start + self.exon.end - 1 - at for at in (high - 1, low))
        start = (first + 2) // 3 - self.first_residue
        return slice(start, (last + 2) // 3 - self.first_residue + 1)

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
        blocks = _without_forced(read, blocks, self.locus.sequence)
        shown = self._shown_in(read, blocks)
        if shown is None:
            return None
        changes = []
        for left, right in itertools.pairwise(blocks):
            low, high = left.end, right.reference
            self.spliced |= (CIGAR_SKIP, high - low) in read.cigar
            if high <= self.exon.start or low >= self.exon.end:
                continue
            change = change_at(read, left, right, self.locus, self.minimum_quality)
            if change is not None and (
                blocks[0].reference <= change.offset - ANCHOR
                and change.end + ANCHOR <= blocks[-1].end
            ):
                changes.append(change)
        if changes:
            self.carriers[tuple(changes)].add(hash(read.name))
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
            self._hide_beside(shown, left.end - NEIGHBOURHOOD, left.end)
            self._hide_beside(shown, right.reference, right.reference + NEIGHBOURHOOD)
        return shown if seen else None

    def _hide_beside(self, shown: npt.NDArray[np.uint8], low: int, high: int) -> None:
        """Hide what differs beside a gap, in [low, high) of the locus: it is part of that event."""
        for at in range(max(low, self.exon.start), min(high, self.exon.end)):
            if shown[at - self.exon.start] != _BASE_CODE[ord(self.locus.sequence[at])]:
                shown[at - self.exon.start] = _NO_BASE

    def codes_in(self, read: AlignedRead, blocks: Sequence[Block]) -> npt.NDArray[np.uint8]:
        """The codon codes that aligned blocks of a read show."""
        shown = self._shown_in(read, blocks)
        if shown is None:
            return np.full(self.residues, UNSEEN, dtype=np.uint8)
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
        code[((one | two | three) & _NO_BASE) != 0] = UNSEEN
        return code


def _without_forced(read: AlignedRead, blocks: Sequence[Block], reference: str) -> list[Block]:
    """The blocks without bases beside a gap that do not belong there.

    Where a read has two gaps and is laid with one of them, what stands between lies wrongly: it is
    part of the change.
    """
    kept = list(blocks)
    for row, (left, right) in enumerate(itertools.pairwise(blocks)):
        if (CIGAR_SKIP, right.reference - left.end) in read.cigar:
            continue
        last = forced_in(kept[row], read.sequence, reference, at_start=False)
        first = forced_in(right, read.sequence, reference, at_start=True)
        kept[row] = kept[row].shortened(0, last)
        kept[row + 1] = right.shortened(first, 0)
    return kept


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
