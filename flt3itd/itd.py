"""Internal tandem duplications: from the reads of the region to counted, filtered calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.abundance import (
    Abundances,
    Amplicon,
    Estimate,
    estimate,
    pattern_rates,
)
from flt3itd.comparison import Fit, ReadMatrix, fit
from flt3itd.haplotype import Haplotype, Insertion
from flt3itd.junctions import Candidate, SearchRegion, find_candidates
from flt3itd.library import fragment_shapes, infer_amplicons, informative_depth
from flt3itd.locus import Locus
from flt3itd.reads import ReadSet, SplitRead
from flt3itd.refinement import corrected_insertion, is_sequencing_error
from flt3itd.windows import ANCHOR, WIDEST_ANCHOR, WindowSet, find_windows, junction_bit

_SEARCH_MARGIN = 600
"""Bases beyond exons 13 and 15 in which the outer end of a long duplication may lie."""
_SEED_REACH = 450
_MOST_HAPLOTYPES = 20
_TIE = 2
_LEAST_SCORE = 25
_ROUNDS = 4
_REPORTED_FRAGMENTS = 2
"""Insertions that fewer fragments propose are noise in every sample and are not listed."""


@dataclass(frozen=True)
class ItdParameters:
    """Thresholds of the caller. Fragments are counted, not reads."""

    minimum_mutant_fragments: int = 3
    minimum_depth: int = 30


@dataclass(frozen=True)
class ItdCall:
    """One insertion with its counts; `filters` is empty when it passes.

    `mutant_fragments` show the junction; `wildtype_fragments` is the mean number at the two
    boundaries of the segment that the likelihood ascribes to the wild type.
    """

    haplotype: Haplotype
    mutant_fragments: int
    wildtype_fragments: int
    vaf: Estimate
    ar: Estimate
    filters: tuple[str, ...]


@dataclass(frozen=True)
class ItdCalls:
    """All insertions of a sample; the totals are over those that pass, None when none does.

    `depth` holds the informative fragments at each base of `region` (locus coordinates).
    """

    calls: tuple[ItdCall, ...]
    total_vaf: Estimate | None
    total_ar: Estimate | None
    depth: npt.NDArray[np.int64]
    region: tuple[int, int]
    amplicons: tuple[Amplicon, ...]


@dataclass(frozen=True)
class _Counts:
    """Fragments by the pattern of windows that they show, and which reads chose a haplotype."""

    patterns: dict[int, int]
    junction: tuple[int, ...]
    chosen: npt.NDArray[np.int64]
    fits: tuple[Fit, ...]


def search_region(locus: Locus) -> tuple[int, int]:
    """Where junctions are looked for: exons 13 to 15 with flanks, locus coordinates."""
    return locus.exon(15).start - _SEARCH_MARGIN, locus.exon(13).end + _SEARCH_MARGIN // 2


def call_itds(
    reads: ReadSet, locus: Locus, parameters: ItdParameters, *, amplicon_assay: bool
) -> ItdCalls:
    """Find, count and filter the insertions that a set of reads shows."""
    region = search_region(locus)
    candidates = [
        candidate
        for candidate in find_candidates(
            reads.split, SearchRegion.around(locus.sequence, *region, _SEED_REACH)
        )
        if len(candidate.fragments) >= _REPORTED_FRAGMENTS
    ]
    wildtype = Haplotype(locus.sequence)
    insertions = _preselect(candidates, wildtype)
    matrix = ReadMatrix.of(_concerned(reads.split, insertions, wildtype))
    haplotypes, windows, counts = _settle(insertions, wildtype, reads, matrix)
    amplicons = infer_amplicons(reads) if amplicon_assay else ()
    calls: list[ItdCall] = []
    totals: Abundances | None = None
    if len(haplotypes) > 1:
        filters = [
            _filters(haplotype, support, locus, parameters)
            for haplotype, support in zip(haplotypes[1:], counts.junction, strict=True)
        ]
        rates = pattern_rates(haplotypes, windows, fragment_shapes(reads), amplicons)
        for group in _estimated_together(filters):
            abundances = estimate(rates, counts.patterns, group)
            if abundances is None:
                continue
            if not filters[group[0]]:
                totals = abundances
            calls += [
                ItdCall(
                    haplotypes[index + 1],
                    counts.junction[index],
                    round(abundances.wildtype_fragments[place]),
                    abundances.vaf[place],
                    abundances.ar[place],
                    filters[index],
                )
                for place, index in enumerate(group)
            ]
    return ItdCalls(
        tuple(calls),
        totals.total_vaf if totals else None,
        totals.total_ar if totals else None,
        _depth(reads, region),
        region,
        amplicons,
    )


def _estimated_together(filters: Sequence[tuple[str, ...]]) -> list[list[int]]:
    """Insertions that pass share one likelihood; each filtered one has its own.

    An artefact must not take molecules from the wild type of the ratios that are reported.
    """
    passing = [index for index, reasons in enumerate(filters) if not reasons]
    filtered = [[index] for index, reasons in enumerate(filters) if reasons]
    return ([passing] if passing else []) + filtered


def _preselect(candidates: Sequence[Candidate], wildtype: Haplotype) -> list[Insertion]:
    """The best supported candidates without those that are errors of a better one."""
    kept: list[tuple[Haplotype, int]] = []
    for candidate in candidates:
        haplotype = Haplotype(wildtype.reference, candidate.insertion)
        support = len(candidate.fragments)
        if not any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
            kept.append((haplotype, support))
        if len(kept) == _MOST_HAPLOTYPES:
            break
    return [one.insertion for one, _ in kept if one.insertion is not None]


def _concerned(
    reads: Sequence[SplitRead], insertions: Sequence[Insertion], wildtype: Haplotype
) -> list[SplitRead]:
    """The reads that may reach a window of one of the insertions."""
    segments = [Haplotype(wildtype.reference, one).duplication for one in insertions]
    if not segments:
        return []
    begin = min(segment.start for segment in segments) - WIDEST_ANCHOR
    end = max(segment.end for segment in segments) + WIDEST_ANCHOR
    return [
        read
        for read in reads
        if min(read.first_diagonal, read.last_diagonal) < end
        and max(read.first_diagonal, read.last_diagonal) + len(read.sequence) > begin
    ]


def _settle(
    insertions: list[Insertion], wildtype: Haplotype, reads: ReadSet, matrix: ReadMatrix
) -> tuple[list[Haplotype], WindowSet, _Counts]:
    """Count, correct and prune the haplotypes until they no longer change."""
    for round_number in range(_ROUNDS):
        haplotypes = [wildtype, *(Haplotype(wildtype.reference, one) for one in insertions)]
        windows = find_windows(haplotypes)
        counts = _count(haplotypes, windows, reads, matrix)
        if round_number == _ROUNDS - 1:
            break
        better = _corrected(haplotypes, matrix, counts)
        kept = _supported(better, counts.junction, wildtype)
        if kept == insertions:
            break
        insertions = kept
    return haplotypes, windows, counts


def _count(
    haplotypes: list[Haplotype], windows: WindowSet, reads: ReadSet, matrix: ReadMatrix
) -> _Counts:
    masks = np.zeros(reads.fragments, dtype=np.int64)
    start, end, fragment = reads.plain()
    if len(haplotypes) > 1:
        np.bitwise_or.at(masks, fragment, windows.shown(0, start, end))
    chosen = np.full(len(matrix), -1, dtype=np.int64)
    fits: tuple[Fit, ...] = ()
    if len(matrix):
        fits = tuple(fit(matrix, haplotype) for haplotype in haplotypes)
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
    insertions = range(len(haplotypes) - 1)

    junction = tuple(
        sum(count for pattern, count in by_pattern.items() if pattern & junction_bit(index))
        for index in insertions
    )
    return _Counts(by_pattern, junction, chosen, fits)


def _corrected(haplotypes: list[Haplotype], matrix: ReadMatrix, counts: _Counts) -> list[Insertion]:
    """Each insertion with the bases that most of its own reads show in the copies."""
    return [
        corrected_insertion(haplotype, matrix, counts.fits[index], counts.chosen == index)
        for index, haplotype in enumerate(haplotypes[1:], start=1)
    ]


def _supported(
    insertions: list[Insertion], junction: tuple[int, ...], wildtype: Haplotype
) -> list[Insertion]:
    order = sorted(range(len(insertions)), key=lambda index: (-junction[index], index))
    kept: list[tuple[Haplotype, int]] = []
    for index in order:
        haplotype = Haplotype(wildtype.reference, insertions[index])
        support = junction[index]
        if support < _REPORTED_FRAGMENTS or any(
            one.insertion == haplotype.insertion for one, _ in kept
        ):
            continue
        if not any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
            kept.append((haplotype, support))
    return [one.insertion for one, _ in kept if one.insertion is not None]


def _filters(
    haplotype: Haplotype, fragments: int, locus: Locus, parameters: ItdParameters
) -> tuple[str, ...]:
    filters = []
    if fragments < parameters.minimum_mutant_fragments:
        filters.append("low_support")
    segment = haplotype.duplication
    if segment.end < locus.exon(15).start or segment.start > locus.exon(14).end:
        filters.append("off_target")
    return tuple(filters)


def _depth(reads: ReadSet, region: tuple[int, int]) -> npt.NDArray[np.int64]:
    starts, ends, fragments = reads.plain()
    split = np.array(
        [
            (
                read.first_diagonal + read.aligned_start,
                read.last_diagonal + read.aligned_end,
                read.fragment,
            )
            for read in reads.split
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    return informative_depth(
        np.concatenate((starts, split[:, 0])),
        np.concatenate((ends, split[:, 1])),
        np.concatenate((fragments, split[:, 2])),
        ANCHOR,
        region,
    )
