"""Codons and short insertions and deletions of an exon, counted by fragment.

A read shows a codon when it covers its bases in the exon without a gap and each of them has the
required base quality. The two mates of a fragment count once: where both show a codon they
must agree, else the fragment says nothing about it. Of a codon that is split between two exons,
each exon shows its part; the rest is taken as the reference.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from flt3itd.kinase.clipped_codons import read_clipped_codons
from flt3itd.kinase.compared_alleles import (
    ChangeCount,
    ChangeView,
    Shown,
    Together,
    alleles_beside,
    look_at,
)
from flt3itd.kinase.exon_counts import CONFLICT, UNSEEN, Codon, ExonCounts
from flt3itd.kinase.pile import Pile
from flt3itd.kinase.short_changes import ShortChange, as_one, blocks_with
from flt3itd.locus.flt3 import Exon, Locus
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import CIGAR_DELETION, CIGAR_INSERTION, aligned_blocks
from flt3itd.reads.columns import batches

_CHANGED = 64
"""The code of a codon in a molecule with an insertion or deletion there: none of the 64."""
_MISALIGNED_FROM = 0.01
"""An insertion or deletion with a smaller VAF leaves too few misaligned reads to be called."""


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
    piles = [Pile(locus, exon, minimum_base_quality) for exon in exons]
    for batch in batches(reads):
        blocks = [aligned_blocks(read.start, read.cigar) for read in batch]
        starts = np.array([read.start for read in batch], dtype=np.int64)
        ends = np.array([of_read[-1].end if of_read else -1 for of_read in blocks], dtype=np.int64)
        for pile in piles:
            over = np.flatnonzero((starts < pile.exon.end) & (ends > pile.exon.start)).tolist()
            if over:
                pile.add([batch[row] for row in over], [blocks[row] for row in over])
    return [_count(pile, minimum_carriers, minimum_share) for pile in piles]


def _count(pile: Pile, minimum_carriers: int, minimum_share: float) -> ExonCounts:
    names = np.array(pile.names, dtype=np.int64)
    least = max(minimum_carriers, math.ceil(minimum_share * len(names)))
    together = _written_alike(pile)
    carriers = _carriers(together)
    frequent = [change for change, number in carriers.items() if number >= least]
    views = _look_at(pile, frequent, together, least) if frequent else []
    shown = np.empty((0, pile.residues + len(views)), dtype=np.uint8)
    repeated = np.empty(shown.shape, dtype=np.bool_)
    if len(names):
        codes = np.concatenate(pile.codes)
        read_clipped_codons(pile, codes, least)
        _lay_with_gaps(pile, views, codes)
        for view in views:
            _show_changed(pile, view, codes)
        families = np.array([read.family_reads > 1 for read in pile.reads], dtype=np.bool_)
        shown, repeated = _merge_mates(
            names, np.column_stack([codes, *map(_answers, views)]), families
        )
    rare = sum(number for number in carriers.values() if number < least)
    return ExonCounts(
        pile.exon,
        tuple(_codons(pile, shown, repeated)),
        tuple(view.count for view in views),
        carriers,
        rare,
        shown,
    )


def _written_alike(pile: Pile) -> dict[Together, set[int]]:
    """The fragments by the changes of a molecule, each molecule as most of its reads write it.

    Two gaps near each other may stand as one replacement in a read that ends beside them.
    """
    ways: dict[ShortChange, list[Together]] = defaultdict(list)
    for changes in pile.carriers:
        ways[as_one(changes, pile.locus)].append(changes)
    found: dict[Together, set[int]] = {}
    for written in ways.values():
        chosen = max(written, key=lambda way: (len(pile.carriers[way]), way))
        found[chosen] = set().union(*(pile.carriers[way] for way in written))
    return found


def _carriers(together: Mapping[Together, set[int]]) -> dict[ShortChange, int]:
    """How many fragments show each change in their alignment, from left to right."""
    found: dict[ShortChange, set[int]] = defaultdict(set)
    for changes, fragments in together.items():
        for change in changes:
            found[change] |= fragments
    return {change: len(fragments) for change, fragments in sorted(found.items())}


def _answers(view: ChangeView) -> npt.NDArray[np.uint8]:
    """What each read shows of a change, as a code."""
    said = (UNSEEN if answer.shows is None else answer.shows for answer in view.answers)
    return np.fromiter(said, dtype=np.uint8)


def _look_at(
    pile: Pile,
    changes: Sequence[ShortChange],
    together: Mapping[Together, set[int]],
    least: int,
) -> list[ChangeView]:
    """Count changes by the bases of all reads over their places.

    Reads of RNA go on in the next exon, so only the exon itself is compared.
    """
    exon, whole = (pile.exon.start, pile.exon.end), (0, len(pile.locus))
    blocks = [aligned_blocks(read.start, read.cigar) for read in pile.reads]
    carriers = {changes: len(fragments) for changes, fragments in together.items()}
    return [
        look_at(
            change,
            list(alleles_beside(change, carriers, least)),
            zip(pile.names, pile.reads, blocks, strict=True),
            pile.locus,
            bounds=exon if pile.spliced else whole,
            minimum_quality=pile.minimum_quality,
        )
        for change in changes
    ]


def _lay_with_gaps(pile: Pile, views: Sequence[ChangeView], codes: npt.NDArray[np.uint8]) -> None:
    """Read the codons of reads of changes as they have them, where they lie without their gaps.

    A read that ends beside an insertion or deletion lies on the reference with mismatches, which
    would read as another mutation, or is clipped, and then what stands beside the change would be
    missed in it. Codons beside a change are left out in reads that do not tell whether they have
    it.
    """
    views = [view for view in views if _misaligns(view.count)]
    carried: dict[int, list[tuple[ShortChange, int]]] = defaultdict(list)
    for view in views:
        for row, answer in enumerate(view.answers):
            if answer.shows is Shown.MUTANT:
                carried[row].append((view.count.change, answer.place))
    for row, changes in carried.items():
        read = pile.reads[row]
        gaps = sum(operation in (CIGAR_INSERTION, CIGAR_DELETION) for operation, _ in read.cigar)
        # One gap may stand for a replacement, with mismatches beside it.
        if gaps < len(changes) or any(change.ref and change.alt for change, _ in changes):
            codes[row] = pile.codes_in(read, blocks_with(changes, read, pile.locus))
    for view in views:
        low, high = max(view.low, pile.exon.start), min(view.high, pile.exon.end)
        if low < high:
            untold = [row for row, answer in enumerate(view.answers) if answer.shows is None]
            codes[untold, pile.columns(low, high)] = UNSEEN


def _misaligns(count: ChangeCount) -> bool:
    """Whether a change is frequent enough that its misaligned reads could be called."""
    return count.mutant >= _MISALIGNED_FROM * count.informative


def _show_changed(pile: Pile, view: ChangeView, codes: npt.NDArray[np.uint8]) -> None:
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
    columns = pile.columns(low, high)
    if not change.ref and columns.stop - columns.start > 1:
        return
    rows = np.flatnonzero([answer.shows is Shown.MUTANT for answer in view.answers])
    broken = codes[rows, columns]
    codes[rows, columns] = np.where(broken == UNSEEN, _CHANGED, broken)


def _codons(
    pile: Pile, shown: npt.NDArray[np.uint8], repeated: npt.NDArray[np.bool_]
) -> Iterator[Codon]:
    exon = pile.exon
    for column, residue in enumerate(range(pile.first_residue, pile.first_residue + pile.residues)):
        codes = shown[:, column]
        counts = np.bincount(codes, minlength=_CHANGED + 1).tolist()
        again = np.bincount(codes[repeated[:, column]], minlength=_CHANGED).tolist()
        first = 3 * residue - 2
        seen = range(max(0, exon.cds_start - first), min(3, exon.cds_end - first + 1))
        reference = "".join(pile.reference(first + i) for i in range(3))
        yield Codon(
            residue,
            first,
            reference,
            seen,
            tuple(counts[:_CHANGED]),
            tuple(again[:_CHANGED]),
            counts[_CHANGED],
        )


def _merge_mates(
    names: npt.NDArray[np.int64], codes: npt.NDArray[np.uint8], families: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """One row for a fragment: what its reads agree on, and what more than one of them shows.

    `families` are the reads that are the consensus of several.
    """
    order = np.argsort(names, kind="stable")
    names, codes = names[order], codes[order]
    repeated = (codes != UNSEEN) & families[order, np.newaxis]
    while True:
        first = np.ones(len(names), dtype=bool)
        first[1:] = names[1:] != names[:-1]
        # The second read of each fragment joins the first; a third waits for the next round.
        second = np.flatnonzero(~first & np.append(True, first[:-1]))
        if not len(second):
            return codes, repeated
        one, other = codes[second - 1], codes[second]
        agreed = np.where((one == UNSEEN) | (one == other), other, CONFLICT)
        codes[second - 1] = np.where(other == UNSEEN, one, agreed)
        repeated[second - 1] |= repeated[second] | ((one != UNSEEN) & (other != UNSEEN))
        keep = np.ones(len(names), dtype=bool)
        keep[second] = False
        names, codes, repeated = names[keep], codes[keep], repeated[keep]
