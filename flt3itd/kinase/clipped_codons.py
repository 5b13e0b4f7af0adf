"""Codons that reads have within a clip, right where it begins.

Two or three changed bases near the end of a read cost more than what lies behind them is worth, so
the aligner clips them: 7 bases behind three changed ones (bwa mem), more with other aligners. Reads
of the wild type show the same codon up to their last base, so the mutant would lose VAF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.kinase.exon_counts import UNSEEN, code_of
from flt3itd.kinase.pile import Pile
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import Block, aligned_blocks
from flt3itd.reads.foreign_bases import adapter_bases

_REACH = 15
"""Bases of a clip that are read: three changed ones, and those behind them that are worth less."""


class _Clipped(NamedTuple):
    """A read that is clipped within the exon: its row, and the place at which the clip begins.

    `place` is the locus coordinate of the first base that is clipped, on the right; that of the
    last one on the left. `blocks` are the aligned ones, the one beside the clip lengthened over the
    bases that are read.
    """

    row: int
    read: AlignedRead
    place: int
    on_right: bool
    blocks: list[Block]


def read_clipped_codons(pile: Pile, codes: npt.NDArray[np.uint8], least: int) -> None:
    """Let reads speak of the codons within their clips, as far as those are known ones.

    Known are the reference and what `least` reads show without this. A clip is read from its first
    base on, to the first codon that is neither: an adapter, or what is not of this place.
    """
    reference = np.array([code_of(codon) for codon in _codons(pile)], dtype=np.uint8)
    known = _frequent(codes, least)
    known[np.arange(len(reference)), reference] = False
    if not known.any():
        return
    changed = known.copy()
    known[np.arange(len(reference)), reference] = True
    for clipped in _clipped_in(pile):
        first = pile.columns(clipped.place, clipped.place + 1).start
        if not changed[first].any():
            continue
        shown = pile.codes_in(clipped.read, clipped.blocks)
        if shown[first] == UNSEEN or not changed[first, shown[first]]:
            continue
        # Higher coordinates are earlier codons: the gene lies on the minus strand.
        for column in range(first, -1, -1) if clipped.on_right else range(first, len(reference)):
            if shown[column] == UNSEEN or not known[column, shown[column]]:
                break
            if codes[clipped.row, column] == UNSEEN:
                codes[clipped.row, column] = shown[column]


def _codons(pile: Pile) -> Iterator[str]:
    """The reference codons of the exon, in transcript order."""
    for residue in range(pile.first_residue, pile.first_residue + pile.residues):
        yield "".join(pile.reference(3 * residue - 2 + i) for i in range(3))


def _frequent(codes: npt.NDArray[np.uint8], least: int) -> npt.NDArray[np.bool_]:
    """Which of the 256 codes of each column `least` reads show; what is no codon is none."""
    counts = [np.bincount(column, minlength=256) for column in codes.T]
    frequent: npt.NDArray[np.bool_] = np.array(counts) >= least
    frequent[:, 64:] = False
    return frequent


def _clipped_in(pile: Pile) -> Iterator[_Clipped]:
    exon = pile.exon
    for row, read in enumerate(pile.reads):
        if len(read.cigar) == 1:
            continue
        blocks = aligned_blocks(read.start, read.cigar)
        first, last = blocks[0], blocks[-1]
        clip, place = _own_bases(read, first.query, at_start=True), first.reference - 1
        if clip and exon.start <= place < exon.end:
            reach = min(_REACH, clip, first.reference - exon.start)
            yield _Clipped(row, read, place, False, [first.shortened(-reach, 0), *blocks[1:]])
        behind = len(read.sequence) - last.query_end
        clip, place = _own_bases(read, behind, at_start=False), last.end
        if clip and exon.start <= place < exon.end:
            reach = min(_REACH, clip, exon.end - last.end)
            yield _Clipped(row, read, place, True, [*blocks[:-1], last.shortened(0, -reach)])


def _own_bases(read: AlignedRead, clipped: int, *, at_start: bool) -> int:
    """How many bases of a clip are not those of an adapter, which follows the end of a fragment."""
    if at_start is not read.is_reverse:
        return clipped
    return clipped - adapter_bases(read.sequence, clipped, is_reverse=read.is_reverse)
