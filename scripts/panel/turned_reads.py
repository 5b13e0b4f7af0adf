"""Reads that an aligner turned, because most of their bases lie in an inverted stretch.

It aligned those bases where they stand on the reference, on the other strand than the molecule
has them. Turned back, the read lies on the molecule as its sisters do. 0-based half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import Block
from scripts.panel.alleles import Allele
from scripts.panel.description import trimmed
from scripts.panel.haplotypes import Haplotype
from scripts.panel.place_reads import FARTHEST_CLIP, PlaceRead

LEAST_COPY = 20
"""Bases of an allele that stand near by on the other strand: by chance once in a thousand million
places."""


@dataclass(frozen=True)
class InvertedStretch:
    """Bases [start, end) of a contig that a molecule has on the other strand, the last one first.

    That one lies, as far as no gap comes before it, on base `left` of the reference if the molecule
    is laid from its left, and on base `right` if it is laid from its right.
    """

    start: int
    end: int
    left: int
    right: int


def inverted_stretches(allele: Allele, fetch: Fetch) -> list[InvertedStretch]:
    """What an allele has on the other strand of the bases near it, by its first and last bases."""
    before, after = trimmed(allele.ref, allele.alt)
    new = allele.alt[before : len(allele.alt) - after]
    start, end = allele.start + before, allele.end - after
    if len(new) < LEAST_COPY:
        return []
    low = max(0, start - FARTHEST_CLIP)
    near = fetch(low, end + FARTHEST_CLIP)
    right, size = end - len(new), len(new)
    found = dict[InvertedStretch, None]()
    at = only_place(new[:LEAST_COPY], near)
    if at is not None:
        last = low + at + LEAST_COPY
        found[InvertedStretch(max(0, last - size), last, start, right)] = None
    at = only_place(new[-LEAST_COPY:], near)
    if at is not None:
        first = low + at
        found[InvertedStretch(first, first + size, start, right)] = None
    return list(found)


def only_place(bases: str, near: str) -> int | None:
    """Where the other strand of some bases stands, if it does so once."""
    sought = reverse_complement(bases)
    at = near.find(sought)
    return at if at >= 0 and near.find(sought, at + 1) < 0 else None


def as_molecules_have_them(
    reads: Iterable[PlaceRead],
    haplotypes: Sequence[Haplotype],
    stretches: Sequence[InvertedStretch],
) -> Iterator[PlaceRead]:
    """The reads, turned those that are clipped and fit one of the haplotypes better so.

    One that lies within a stretch says nothing of the strand on which its molecule has it, nor does
    one that fits a haplotype as it is, and another one as well when it is turned.
    """
    for read in reads:
        if any(one.start <= read.first and read.last <= one.end for one in stretches):
            continue
        least, on = _best(read, haplotypes)
        best, says_nothing = read, False
        for stretch in stretches if read.is_clipped else ():
            turned = _turned(read, stretch)
            if turned is None:
                continue
            mismatches, of_turned = _best(turned, haplotypes)
            if of_turned and mismatches < least:
                best, least, on, says_nothing = turned, mismatches, of_turned, False
            elif of_turned and mismatches == least and not on & of_turned:
                says_nothing = True
        if not says_nothing:
            yield best


def _best(read: PlaceRead, haplotypes: Sequence[Haplotype]) -> tuple[int, frozenset[int]]:
    """The fewest mismatches of a read, and the haplotypes that have them, if it is of one."""
    fits = [one.fit(read) for one in haplotypes]
    least = min(fit.mismatches for fit in fits)
    own = (h for h, fit in enumerate(fits) if fit.mismatches == least and not fit.is_of_another)
    return least, frozenset(own)


def _turned(read: PlaceRead, stretch: InvertedStretch) -> PlaceRead | None:
    """A read on the other strand, if it begins on the left of the stretch or ends on its right.

    Its blocks are the first base, and the last one.
    """
    size = len(read.sequence)
    for block in read.blocks:
        if block.end <= stretch.start or stretch.end <= block.reference:
            continue
        behind = stretch.end - size - (block.reference - block.query)
        first, last = stretch.left + behind, stretch.right + behind + size - 1
        blocks = []
        if first < stretch.left:
            blocks.append(Block(first, 0, 1))
        if last >= stretch.right + stretch.end - stretch.start:
            blocks.append(Block(last, size - 1, 1))
        if blocks:
            return replace(
                read,
                sequence=reverse_complement(read.sequence),
                poor=tuple(size - 1 - at for at in reversed(read.poor)),
                blocks=tuple(blocks),
                reverse=not read.reverse,
                primers=(),
                hidden=(),
                clipped_primers=(),
            )
    return None
