"""Counting fragments by what they show, with haplotypes that the counts correct and prune."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import Fit, ReadMatrix, fit, fit_mutant
from flt3itd.insertions.haplotype import Change, Haplotype, Insertion
from flt3itd.insertions.junctions import Candidate
from flt3itd.insertions.refinement import corrected_insertion, is_sequencing_error
from flt3itd.insertions.windows import WIDEST_ANCHOR, WindowSet, find_windows, junction_bit
from flt3itd.reads.streaming import ReadSet, SplitRead

REPORTED_FRAGMENTS = 2
"""Changes that fewer fragments show are noise in every sample and are not listed."""

MOST_HAPLOTYPES = 20
"""Three windows each fit into the bits of one mask; more changes are noise."""
_TIE = 2
_LEAST_SCORE = 25
_MOST_ROUNDS = 12


@dataclass(frozen=True)
class Counts:
    """Fragments by the pattern of windows that they show, and which reads chose a haplotype."""

    patterns: dict[int, int]
    junction: tuple[int, ...]
    chosen: npt.NDArray[np.int64]
    fits: tuple[Fit, ...]


def preselect(
    candidates: Sequence[Candidate], known: Sequence[Insertion], wildtype: Haplotype
) -> list[Change]:
    """Known insertions, then the best supported candidates that are no errors of a better one."""
    kept = [(Haplotype(wildtype.reference, one), 0) for one in known]
    for candidate in candidates:
        haplotype = Haplotype(wildtype.reference, candidate.change)
        support = len(candidate.fragments)
        if not any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
            kept.append((haplotype, support))
        if len(kept) >= MOST_HAPLOTYPES:
            break
    return [one.change for one, _ in kept if one.change is not None]


def concerned_reads(
    reads: Sequence[SplitRead], changes: Sequence[Change], wildtype: Haplotype
) -> list[SplitRead]:
    """The reads that may reach a window of one of the changes."""
    segments = [Haplotype(wildtype.reference, one).segment for one in changes]
    if not segments:
        return []
    begin = min(start for start, _ in segments) - WIDEST_ANCHOR
    end = max(end for _, end in segments) + WIDEST_ANCHOR
    return [
        read
        for read in reads
        if min(read.first_diagonal, read.last_diagonal) < end
        and max(read.first_diagonal, read.last_diagonal) + len(read.sequence) > begin
    ]


def settle(
    changes: list[Change],
    known: Sequence[Insertion],
    wildtype: Haplotype,
    reads: ReadSet,
    matrix: ReadMatrix,
) -> tuple[list[Haplotype], WindowSet, Counts]:
    """Count, correct and prune the haplotypes until they no longer change; known ones stay."""
    for round_number in range(_MOST_ROUNDS):
        haplotypes = [wildtype, *(Haplotype(wildtype.reference, one) for one in changes)]
        windows = find_windows(haplotypes)
        counts = count_fragments(haplotypes, windows, reads, matrix)
        if round_number == _MOST_ROUNDS - 1:
            break
        better = _corrected(haplotypes, known, matrix, counts)
        kept = _supported(better, known, counts.junction, wildtype)
        if kept == changes:
            break
        changes = kept
    return haplotypes, windows, counts


def count_fragments(
    haplotypes: list[Haplotype], windows: WindowSet, reads: ReadSet, matrix: ReadMatrix
) -> Counts:
    """Assign every read to the haplotypes that it fits best and see which windows it shows.

    A window counts only when all haplotypes that the read fits equally well have it there.
    """
    masks = np.zeros(reads.fragments, dtype=np.int64)
    start, end, fragment = reads.plain()
    if len(haplotypes) > 1:
        np.bitwise_or.at(masks, fragment, windows.shown(0, start, end))
    chosen = np.full(len(matrix), -1, dtype=np.int64)
    fits: tuple[Fit, ...] = ()
    if len(matrix):
        wildtype = fit(matrix, haplotypes[0])
        fits = (
            wildtype,
            *(fit_mutant(matrix, one, wildtype, WIDEST_ANCHOR) for one in haplotypes[1:]),
        )
        scores = np.stack([each.score for each in fits])
        best = scores.max(axis=0)
        near = (scores >= best - _TIE) & (best >= _LEAST_SCORE)
        shown = np.where(near.any(axis=0), np.int64(-1), np.int64(0))
        for index, each in enumerate(fits):
            covered = windows.shown(index, each.start, each.end)
            shown = np.where(near[index], shown & covered, shown)
        np.bitwise_or.at(masks, matrix.fragment, shown)
        single = near.sum(axis=0) == 1
        chosen[single] = scores.argmax(axis=0)[single]
    patterns, counted = np.unique(masks[masks != 0], return_counts=True)
    by_pattern = dict(zip(patterns.tolist(), counted.tolist(), strict=True))
    junction = tuple(
        sum(count for pattern, count in by_pattern.items() if pattern & junction_bit(index))
        for index in range(len(haplotypes) - 1)
    )
    return Counts(by_pattern, junction, chosen, fits)


def _corrected(
    haplotypes: list[Haplotype], known: Sequence[Insertion], matrix: ReadMatrix, counts: Counts
) -> list[Change]:
    """Each insertion with the bases that most of its own reads show in the copies."""
    changes: list[Change] = []
    for index, haplotype in enumerate(haplotypes[1:], start=1):
        assert haplotype.change is not None
        changes.append(
            haplotype.change
            if haplotype.insertion is None or haplotype.insertion in known or not counts.fits
            else corrected_insertion(haplotype, matrix, counts.fits[index], counts.chosen == index)
        )
    return changes


def _supported(
    changes: list[Change],
    known: Sequence[Insertion],
    junction: tuple[int, ...],
    wildtype: Haplotype,
) -> list[Change]:
    """The changes that enough fragments show and no errors of a better supported one.

    Reads that fit two changes equally well support neither. So of changes without support
    that lie close together the first proposed stays for another round, when one of them goes.
    """
    order = sorted(range(len(changes)), key=lambda index: (-junction[index], index))
    kept: list[tuple[Haplotype, int]] = []
    starved: list[Haplotype] = []
    for index in order:
        haplotype = Haplotype(wildtype.reference, changes[index])
        support = junction[index]
        if any(one.change == haplotype.change for one, _ in kept):
            continue
        if changes[index] not in known:
            if any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
                continue
            if support < REPORTED_FRAGMENTS:
                starved.append(haplotype)
                continue
        kept.append((haplotype, support))
    spared = [
        one
        for place, one in enumerate(starved)
        if not any(_compete(one, other) for other in starved[:place])
        and any(_compete(one, other) for other in starved[place + 1 :])
    ]
    survivors = [*(one for one, _ in kept), *spared]
    return [one.change for one in survivors if one.change is not None]


def _compete(one: Haplotype, other: Haplotype) -> bool:
    """Whether two changes lie so close together that reads may fit both."""
    mine, theirs = one.segment, other.segment
    return mine[0] <= theirs[1] + WIDEST_ANCHOR and theirs[0] <= mine[1] + WIDEST_ANCHOR
