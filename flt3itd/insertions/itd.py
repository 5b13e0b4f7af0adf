"""Internal tandem duplications: from the reads of the region to counted, filtered calls.

Nothing here is peculiar to FLT3: the reference is any sequence with a region and a target, and
deletions are called like insertions where they are sought (`flt3itd.insertions.long_changes`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.statistics import poisson_upper
from flt3itd.insertions.abundance import Abundances, Estimate, estimate, showing
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.copies import copied_span
from flt3itd.insertions.counting import (
    REPORTED_FRAGMENTS,
    Settled,
    concerned_reads,
    count_fragments,
)
from flt3itd.insertions.explanation import SEED_REACH, Placements, Sample
from flt3itd.insertions.followup import background_probability, decoys
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junctions import INSERTIONS, Sought
from flt3itd.insertions.residues import LEAST_REST, Residue
from flt3itd.insertions.selection import ascribed_fragments
from flt3itd.insertions.windows import ANCHOR, find_windows
from flt3itd.locus.template import Searched
from flt3itd.reads.amplicons import Amplicon, infer_amplicons
from flt3itd.reads.library import informative_depth
from flt3itd.reads.primers import PrimerPair
from flt3itd.reads.streaming import ReadSet

__all__ = ("SEED_REACH", "ItdCall", "ItdCalls", "ItdParameters", "KnownCall", "call_itds")

_LEAST_CLIPPED_SHARE = 0.01
LEAST_UNRESOLVED_SHARE = 0.1
"""Share of an ITD's fragments that must disagree with it alike to be named beside it."""
_ASSUMED_PRIMER = 20
"""Primer length in bases where amplicons are inferred from the reads."""
BACKGROUND_CHANCE = 0.01
"""A known insertion counts as present when errors would show as many fragments less often."""


@dataclass(frozen=True)
class ItdParameters:
    """Thresholds of the caller. Fragments are counted, not reads."""

    minimum_mutant_fragments: int = 3
    minimum_depth: int = 30


@dataclass(frozen=True)
class ItdCall:
    """One insertion (or deletion) with its counts; `filters` is empty when it passes.

    `mutant_fragments` show the junction; `wildtype_fragments` is the mean number at the two
    boundaries of the segment that the likelihood ascribes to the wild type.
    `duplicates_primer` says that the ratio is biased: the second copy holds a primer site.
    `unread` bases of the copies lie beyond the reads of this haplotype's own fragments, and are
    those of the reference; `uncountable`: no read spans them, so there may be more.
    `unresolved` of its fragments disagree with it alike.
    """

    haplotype: Haplotype
    mutant_fragments: int
    wildtype_fragments: int
    vaf: Estimate
    ar: Estimate
    filters: tuple[str, ...]
    duplicates_primer: bool
    unread: int = 0
    uncountable: bool = False
    unresolved: int = 0


@dataclass(frozen=True)
class KnownCall:
    """An insertion of an earlier sample in this one; `vaf_upper` is the one-sided 95 % bound.

    `hidden`: no amplicon of this sample can show it.
    """

    haplotype: Haplotype
    mutant_fragments: int
    informative_fragments: int
    vaf: float
    vaf_upper: float
    background_probability: float
    hidden: bool = False


@dataclass(frozen=True)
class ItdCalls:
    """All insertions of a sample; the totals are over those that pass, None when none does.

    `depth` holds the informative fragments at each base of the template's region; `unexplained`
    counts the fragments that are clipped alike at a place (template coordinate) on target and
    fit no insertion that could be found.
    """

    calls: tuple[ItdCall, ...]
    known: tuple[KnownCall, ...]
    total_vaf: Estimate | None
    total_ar: Estimate | None
    depth: npt.NDArray[np.int64]
    unexplained: dict[int, int]
    amplicons: tuple[Amplicon, ...] = ()


def call_itds(
    reads: ReadSet,
    template: Searched,
    parameters: ItdParameters,
    *,
    amplicon_assay: bool = False,
    primers: Sequence[PrimerPair] = (),
    known: Sequence[Insertion] = (),
    sought: Sought = INSERTIONS,
    uneven: bool = False,
    is_splicing: Callable[[str], bool] = lambda _: False,
) -> ItdCalls:
    """Find, count and filter the insertions that a set of reads shows, and deletions if sought.

    Insertions in `known` are counted whether or not the reads propose them. `uneven`: the depth
    differs so much from place to place that the likelihood must know it
    (`flt3itd.insertions.capture`). `is_splicing` tells of the sequence of a mutant whether its
    inserted bases are those of an intron.
    """
    amplicons = infer_amplicons(reads, primers) if amplicon_assay else ()
    sample = Sample(reads, template, tuple(known), sought, amplicons, uneven)
    settled, left = sample.explained()
    depth = _depth(reads, template.region)
    unexplained = _unexplained(left, depth, template, parameters)
    haplotypes, counts = settled.haplotypes, settled.counts
    mutants = [number for number, one in enumerate(haplotypes) if not one.is_wildtype]
    wildtypes = [number for number, one in enumerate(haplotypes) if one.is_wildtype]
    if not mutants:
        return ItdCalls((), (), None, None, depth, unexplained, amplicons)
    placements = sample.placements(settled)
    support = dict(enumerate(ascribed_fragments(settled, placements.rates), start=1))
    background = {
        number: _background_probability(settled, number, reads)
        for number in mutants
        if haplotypes[number].insertion in known
    }
    filters = {
        number: (
            *((Flt3Filter.SPLICE_VARIANT,) if is_splicing(haplotypes[number].sequence) else ()),
            *_filters(
                haplotypes[number], support[number], template, parameters, background.get(number)
            ),
        )
        for number in mutants
    }
    sites = _primer_sites(primers, amplicons)
    hidden = placements.hidden
    # An insertion of an intron, most often inherited, is no ITD: its molecules are wild type.
    elsewhere = [n for n in mutants if filters[n] == (Flt3Filter.OFF_TARGET,)]
    calls: dict[int, ItdCall] = {}
    totals: Abundances | None = None
    for group in _estimated_together(filters, hidden):
        rates = placements.anywhere if group[0] in hidden else placements.rates
        normal = wildtypes if filters[group[0]] else [*wildtypes, *elsewhere]
        abundances = estimate(rates, counts.patterns, settled.windows, group, normal)
        if abundances is None:
            continue
        if not filters[group[0]] and (totals is None or group[0] not in hidden):
            totals = abundances
        for place, number in enumerate(group):
            calls[number] = ItdCall(
                haplotypes[number],
                support[number],
                round(abundances.wildtype_fragments[place]),
                abundances.vaf[place],
                abundances.ar[place],
                filters[number],
                _holds_primer(haplotypes[number], sites),
                *_open_questions(settled, number, support[number], left, sample),
            )
    return ItdCalls(
        tuple(call for call in calls.values() if call.mutant_fragments >= REPORTED_FRAGMENTS),
        tuple(
            _known_call(settled, number, support[number], placements, calls.get(number), chance)
            for number, chance in background.items()
        ),
        totals.total_vaf if totals else None,
        totals.total_ar if totals else None,
        depth,
        unexplained,
        amplicons,
    )


def _open_questions(
    settled: Settled, number: int, support: int, left: Sequence[Residue], sample: Sample
) -> tuple[int, bool, int]:
    """What the reads leave open of an insertion: `unread`, `uncountable`, `unresolved`."""
    haplotype = settled.haplotypes[number]
    insertion = haplotype.insertion
    if insertion is None or not settled.counts.fits:
        return 0, False, 0
    unread = _unread(settled, number, insertion, sample.reads)
    longest_read = sample.longest_read
    uncountable = (
        haplotype.duplication.is_tandem and insertion.length + 2 * LEAST_REST > longest_read
    )
    unresolved = max((one.fragments for one in left if one.haplotype == number), default=0)
    return (
        unread,
        uncountable,
        unresolved if unresolved >= LEAST_UNRESOLVED_SHARE * support else 0,
    )


def _unread(settled: Settled, number: int, insertion: Insertion, reads: ReadSet) -> int:
    """Bases of the copies that no read of the mutant's own molecules covers.

    These are the reads that fit the mutant better than all else, and their mates: a mate that lies
    on the reference is of the copy on whose side it reaches out of the segment.
    """
    haplotype, counts = settled.haplotypes[number], settled.counts
    own = counts.chosen == number
    if not own.any():
        return 0
    first, last = haplotype.segment
    shift = haplotype.shift_before(insertion.start)
    begin, end = first + shift, last + shift + insertion.length
    start, stop, fragment = reads.plain()
    mates = np.isin(fragment, counts.fragment[own])
    before, behind = mates & (start < first), mates & (stop > last)
    fitted = counts.fits[number]
    starts = (fitted.start[own], start[before] + shift, start[behind] + shift + insertion.length)
    ends = (fitted.end[own], stop[before] + shift, stop[behind] + shift + insertion.length)
    depth = np.zeros(end - begin + 1, dtype=np.int64)
    np.add.at(depth, np.clip(np.concatenate(starts), begin, end) - begin, 1)
    np.add.at(depth, np.clip(np.concatenate(ends), begin, end) - begin, -1)
    return int(np.count_nonzero(np.cumsum(depth)[:-1] == 0))


def _unexplained(
    left: Sequence[Residue],
    depth: npt.NDArray[np.int64],
    template: Searched,
    parameters: ItdParameters,
) -> dict[int, int]:
    """Clips on target that enough fragments share, by breakpoint."""
    first, last = template.target
    found: dict[int, int] = {}
    for one in left:
        if one.proposal is None:
            found[one.place] = found.get(one.place, 0) + one.fragments
    return {
        place: fragments
        for place, fragments in sorted(found.items())
        if first <= place <= last
        and fragments >= parameters.minimum_mutant_fragments
        and fragments >= _LEAST_CLIPPED_SHARE * depth[place - template.region[0]]
    }


def _estimated_together(
    filters: Mapping[int, tuple[str, ...]], hidden: Collection[int]
) -> list[list[int]]:
    """Mutants that pass share one likelihood; each filtered or hidden one has its own.

    An artefact must not take molecules from the wild type of the ratios that are reported, nor
    must an insertion that no amplicon can show.
    """
    alone = {number: bool(reasons) or number in hidden for number, reasons in filters.items()}
    passing = [number for number, apart in alone.items() if not apart]
    filtered = [[number] for number, apart in alone.items() if apart]
    return ([passing] if passing else []) + filtered


def _filters(
    haplotype: Haplotype,
    fragments: int,
    template: Searched,
    parameters: ItdParameters,
    background: float | None,
) -> tuple[str, ...]:
    """Why an insertion does not pass; a known one (with a background) needs no support."""
    filters: list[Flt3Filter] = []
    if background is not None:
        if background > BACKGROUND_CHANCE:
            filters.append(Flt3Filter.BACKGROUND)
    elif fragments < parameters.minimum_mutant_fragments:
        filters.append(Flt3Filter.LOW_SUPPORT)
    start, end = copied_span(haplotype)
    first, last = template.target
    if end < first or start > last:
        filters.append(Flt3Filter.OFF_TARGET)
    return tuple(filters)


def _boundary_fragments(settled: Settled, number: int) -> float:
    """The mean number of fragments that show the two boundaries of an insertion."""
    own = settled.windows.own[number].boundaries[:2]
    return sum(showing(settled.counts.patterns, window) for window in own) / 2


def _background_probability(settled: Settled, number: int, reads: ReadSet) -> float:
    """How likely errors alone are to show a known insertion so often, judged by decoys."""
    haplotype = settled.haplotypes[number]
    assert haplotype.insertion is not None
    wildtype = Haplotype(haplotype.reference)
    others = [
        Haplotype(haplotype.reference, one)
        for one in decoys(haplotype.insertion, haplotype.reference)
    ]
    haplotypes = [wildtype, *others]
    matrix = ReadMatrix.of(concerned_reads(reads.split, others))
    windows = find_windows(haplotypes)
    seen = Settled(haplotypes, windows, count_fragments(haplotypes, windows, reads, matrix))
    return background_probability(
        settled.counts.junction[number - 1],
        _boundary_fragments(settled, number),
        sum(seen.counts.junction),
        sum(_boundary_fragments(seen, decoy) for decoy in range(1, len(haplotypes))),
    )


def _known_call(
    settled: Settled,
    number: int,
    mutant: int,
    placements: Placements,
    call: ItdCall | None,
    background: float,
) -> KnownCall:
    rates, own = placements.rates, settled.windows.own[number]
    boundary = _boundary_fragments(settled, number)
    places = sum(showing(rates[0], window) for window in own.boundaries[:2]) / 2
    molecules = boundary / places if places else 0.0
    mutant_places = showing(rates[number], own.junctions[0]) if own.junctions else 0.0
    most = poisson_upper(mutant) / mutant_places if mutant_places else 0.0
    return KnownCall(
        settled.haplotypes[number],
        mutant,
        round(boundary),
        call.vaf.value if call else 0.0,
        min(1.0, most / molecules) if molecules else 1.0,
        background,
        number in placements.hidden,
    )


def _primer_sites(
    primers: Sequence[PrimerPair], amplicons: Sequence[Amplicon]
) -> list[tuple[int, int]]:
    """The binding sites given, or those that the ends of the inferred amplicons suggest."""
    if primers:
        return [
            site
            for pair in primers
            for site in ((pair.left_start, pair.left_end), (pair.right_start, pair.right_end))
        ]
    return [
        site
        for one in amplicons
        for site in ((one.start, one.start + _ASSUMED_PRIMER), (one.end - _ASSUMED_PRIMER, one.end))
    ]


def _holds_primer(haplotype: Haplotype, sites: Sequence[tuple[int, int]]) -> bool:
    first, last = haplotype.segment
    return any(first <= start and end <= last for start, end in sites)


def _depth(reads: ReadSet, region: tuple[int, int]) -> npt.NDArray[np.int64]:
    starts, ends, fragments = (
        np.concatenate(columns)
        for columns in zip(reads.plain(), reads.split_intervals(), strict=True)
    )
    return informative_depth(starts, ends, fragments, ANCHOR, region)
