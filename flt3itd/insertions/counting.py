"""Counting fragments by what they show, with haplotypes that the counts correct and prune."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.common.sampling import Sampling
from flt3itd.insertions.comparison import TIE, Fit, ReadMatrix
from flt3itd.insertions.copies import touched_span
from flt3itd.insertions.flanks import OwnReads, PlainReads, with_flanking
from flt3itd.insertions.gap_errors import is_gap_error
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.insertions.junctions import Candidate, Sought
from flt3itd.insertions.parts import assemble
from flt3itd.insertions.refinement import (
    compete,
    corrected,
    differ_beside,
    differ_in_one_base,
    is_misread_copy,
    is_sequencing_error,
    may_be_misread,
)
from flt3itd.insertions.sisters import misread_share
from flt3itd.insertions.turned import is_mirrored
from flt3itd.insertions.windows import (
    ANCHOR,
    WIDEST_ANCHOR,
    WindowSet,
    find_windows,
)
from flt3itd.reads.columns import count_distinct
from flt3itd.reads.read_set import ReadSet, SplitColumns, SplitRead

REPORTED_FRAGMENTS = 2
"""Changes that fewer fragments show are noise in every sample and are not listed."""

MOST_HAPLOTYPES = 20
"""Three windows each fit into the bits of one mask; more changes are noise."""
LEAST_SCORE = 25
"""Matching bases less penalties from which a read says where it belongs."""
_MOST_ROUNDS = 12
_ENOUGH_BRIDGING = 100
"""Fragments of an ITD that show its junction and a change beside: of fewer, none may be an error in
either, and how often each is seen tells more."""


class Counts(NamedTuple):
    """Fragments by the pattern of windows that they show, and which reads chose a haplotype.

    `junction[i]` fragments show a junction of haplotype i + 1, which others may have too.
    `chosen` is by read the haplotype that it fits better than any other, else -1; `fragment` is by
    read the number of its fragment.
    """

    patterns: dict[int, int]
    junction: tuple[int, ...]
    chosen: npt.NDArray[np.int64]
    fits: tuple[Fit, ...]
    fragment: npt.NDArray[np.int64]


class Settled(NamedTuple):
    """Haplotypes, the wild type first, with their windows and what the fragments show."""

    haplotypes: list[Haplotype]
    windows: WindowSet
    counts: Counts

    def own_of(self, number: int) -> tuple[int, int]:
        """Fragments that fit a haplotype best, of those that show a window which stands in it."""
        mask, counts = self.windows.mask(number), self.counts
        own = count_distinct(counts.fragment[counts.chosen == number])
        return own, sum(count for pattern, count in counts.patterns.items() if pattern & mask)

    def at_junction(self, number: int) -> npt.NDArray[np.int64]:
        """The fragments with a compared read over a junction of a haplotype that it fits best."""
        counts, fitted = self.counts, self.counts.fits[number]
        best = np.stack([each.score for each in counts.fits]).max(axis=0)
        shown = self.windows.shown(number, fitted.start, fitted.end)
        over = shown & self.windows.junction_mask(number) != 0
        fits_best = fitted.score >= np.maximum(LEAST_SCORE, best - TIE)
        found: npt.NDArray[np.int64] = counts.fragment[over & fits_best]
        return found

    def share(self, number: int) -> float:
        """About which share of all molecules has a mutant: 0 where nothing shows its boundaries.

        Fragments at its junction, for each time that it has it, by those at its boundaries, which
        every molecule has once. A junction of a change beside, which wild types have, is none.
        """
        own, patterns = self.windows.own[number], self.counts.patterns
        normal = 0
        for other, haplotype in enumerate(self.haplotypes):
            normal |= self.windows.mask(other) if haplotype.is_wildtype else 0
        junctions = [window for window in own.junctions if not normal >> window & 1]
        shown = [
            sum(count for pattern, count in patterns.items() if pattern >> window & 1)
            for window in (*junctions[:1], *own.boundaries[:2])
        ]
        if not junctions or not any(shown[1:]):
            return 0.0
        times = sum(one.window == junctions[0] for one in self.windows.occurrences[number])
        return shown[0] / max(1, times) / max(shown[1:])

    def support(self, number: int, beside: int) -> int:
        """Fragments that show a junction of one haplotype which another one has not.

        Where the other has them all, those that show any.
        """
        mask = self.windows.junction_mask(number)
        own = mask & ~self.windows.mask(beside) or mask
        return sum(count for pattern, count in self.counts.patterns.items() if pattern & own)

    def bridging(self, number: int, beside: int) -> int:
        """Fragments that show what tells one haplotype from another one, and a junction of both.

        Of two that share none, a junction.
        """
        windows = self.windows
        junction, own = windows.junction_mask(number), windows.mask(number) & ~windows.mask(beside)
        shared = junction & windows.junction_mask(beside) or junction
        return sum(
            count
            for pattern, count in self.counts.patterns.items()
            if pattern & shared and pattern & own
        )


def preselect(
    candidates: Sequence[Candidate],
    known: Sequence[Insertion],
    wildtype: Haplotype,
    sought: Sought,
) -> list[Haplotype]:
    """Known insertions, then the best supported candidates that are no errors of a better one.

    Of one with changes beside it, errors are told from the whole.
    """
    kept = [(Haplotype(wildtype.reference, one), 0) for one in known]
    seen = {haplotype for haplotype, _ in kept}
    wholes: list[tuple[Haplotype, int]] = []
    for candidate in candidates:
        haplotype = _of_candidate(candidate, wildtype, sought)
        support = len(candidate.fragments)
        if haplotype is None or haplotype in seen:
            continue
        whole = Haplotype.of(wildtype.reference, candidate.change)
        if any(is_sequencing_error(haplotype, support, *parent) for parent in kept):
            continue
        if any(is_sequencing_error(whole, support, *parent) for parent in wholes):
            continue
        kept.append((haplotype, support))
        seen.add(haplotype)
        if haplotype.sequence != whole.sequence:
            wholes.append((whole, support))
        if len(kept) >= MOST_HAPLOTYPES:
            break
    return [haplotype for haplotype, _ in kept]


def _of_candidate(candidate: Candidate, wildtype: Haplotype, sought: Sought) -> Haplotype | None:
    """The haplotype of a candidate; of an insertion with other changes beside, the insertion.

    What stands beside must be seen in more reads (`flt3itd.insertions.residues.least_share`), and
    so must small changes that are as long as an insertion only together: None.
    """
    change = candidate.change
    if sought.deletion is None:
        found = assemble(wildtype.reference, change.start, change.end, change.inserted)
        if found is not None:
            return found.alone if found.change is not None else None
    return Haplotype.of(wildtype.reference, change)


def concerned_reads(reads: ReadSet, haplotypes: Iterable[Haplotype]) -> list[SplitRead]:
    """The split reads that may reach a window of one of the haplotypes."""
    spans = [touched_span(haplotype) for haplotype in haplotypes if haplotype.parts]
    if not spans:
        return []
    return reads_over(reads, min(start for start, _ in spans), max(end for _, end in spans)).reads


def reads_over(reads: ReadSet, start: int, end: int) -> SplitColumns:
    """The split reads that may reach a window within an interval of the reference."""
    split = reads.columns()
    first, last = split["first_diagonal"], split["last_diagonal"]
    begins = np.minimum(first, last) < end + WIDEST_ANCHOR
    ends = np.maximum(first, last) + split.length > start - WIDEST_ANCHOR
    return split.rows(np.flatnonzero(begins & ends))


def settle(
    mutants: list[Haplotype],
    known: Sequence[Insertion],
    wildtype: Haplotype,
    reads: ReadSet,
    matrix: ReadMatrix,
    longest_read: int,
    sampling: Sampling,
) -> Settled:
    """Count, correct and prune the haplotypes until they no longer change; known ones stay.

    `sampling` tells which reads may be copies of one molecule.
    """
    plain = PlainReads.of(reads)
    for round_number in range(_MOST_ROUNDS):
        haplotypes = [wildtype, *mutants]
        windows = find_windows(haplotypes, longest_read)
        counts = count_fragments(haplotypes, windows, reads, matrix)
        if round_number == _MOST_ROUNDS - 1:
            break
        better = _corrected(haplotypes, known, matrix, counts, plain)
        gap_errors = _gap_errors(better, known, counts, wildtype, matrix)
        settled = Settled(haplotypes, windows, counts)
        kept = _supported(better, known, settled, sampling)
        errors = gap_errors + _misread(kept, known, settled, matrix)
        kept = [one for one in kept if one not in errors]
        if kept == mutants:
            break
        mutants = kept
    return Settled(haplotypes, windows, counts)


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
        fits = matrix.fits(haplotypes, WIDEST_ANCHOR)
        scores = np.stack([each.score for each in fits])
        best = scores.max(axis=0)
        near = (scores >= best - TIE) & (best >= LEAST_SCORE)
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
        sum(
            count for pattern, count in by_pattern.items() if pattern & windows.junction_mask(index)
        )
        for index in range(1, len(haplotypes))
    )
    return Counts(by_pattern, junction, chosen, fits, matrix.fragment)


def _corrected(
    haplotypes: list[Haplotype],
    known: Sequence[Insertion],
    matrix: ReadMatrix,
    counts: Counts,
    plain: PlainReads | None,
) -> list[Haplotype]:
    """Each insertion with the bases that most of its own reads show in the copies and beside."""
    found = []
    for index, haplotype in enumerate(haplotypes[1:], start=1):
        if haplotype.insertion is None or haplotype.is_one_of(known) or not counts.fits:
            found.append(haplotype)
            continue
        own = OwnReads(matrix, counts.fits[index], counts.chosen == index, plain)
        better = corrected(haplotype, own)
        if better is haplotype:
            better = with_flanking(haplotype, own)
        found.append(better)
    return found


def _gap_errors(
    mutants: list[Haplotype],
    known: Sequence[Insertion],
    counts: Counts,
    wildtype: Haplotype,
    matrix: ReadMatrix,
) -> list[Haplotype]:
    """The insertions whose own reads fit the wild type as well with a gap of a base or two.

    Of an insertion with changes beside it, the reads over its junction: the others may be of a wild
    type with the same changes.
    """
    found = []
    for index, haplotype in enumerate(mutants, start=1):
        if haplotype.insertion is None or haplotype.is_one_of(known) or not counts.fits:
            continue
        fitted, own = counts.fits[index], counts.chosen == index
        if haplotype.beside:
            low, high = haplotype.junction
            own &= (fitted.start <= low - ANCHOR) & (fitted.end >= high + ANCHOR)
        if is_gap_error(wildtype, matrix, fitted, own):
            found.append(haplotype)
    return found


def _misread(
    mutants: list[Haplotype], known: Sequence[Insertion], counted: Settled, matrix: ReadMatrix
) -> list[Haplotype]:
    """Those that differ by one base from one that more reads fit, which has it elsewhere too."""
    if not counted.counts.fits:  # no read was compared: a known one is looked for all the same
        return []
    number = {one: index for index, one in enumerate(counted.haplotypes)}
    there = [one for one in mutants if one in number and not one.beside]
    own = {one: counted.counts.chosen == number[one] for one in there}
    found = []
    for parent in there:
        fitted, of_parent = counted.counts.fits[number[parent]], int(own[parent].sum())
        for one in there:
            if own[one].sum() >= of_parent or one.is_one_of(known):
                continue
            if differ_in_one_base(one, parent):
                share = misread_share(one, parent, matrix, fitted, own[parent])
                pair, of_junction = (number[one], number[parent]), counted.counts.junction
                support = counted.support(*pair), share, of_junction[pair[1] - 1]
                # One that shows all junctions of the parent may have been taken for that before.
                if may_be_errors(counted, *pair) or may_be_misread(*support):
                    found.append(one)
    return found


def _supported(
    mutants: list[Haplotype], known: Sequence[Insertion], counted: Settled, sampling: Sampling
) -> list[Haplotype]:
    """The haplotypes that enough fragments show and no errors of a better supported one.

    What differs from one in one base may be an error of PCR in a single molecule of it, with all
    its copies.
    Reads that fit two haplotypes equally well support neither. So of those without support
    that lie close together the first proposed stays for another round, when one of them goes.
    Of those that share their junctions, the one that more reads fit best comes first.
    """
    junction = counted.counts.junction
    fitting = [int((counted.counts.chosen == one).sum()) for one in range(1, len(mutants) + 1)]
    order = sorted(
        range(len(mutants)), key=lambda index: (-junction[index], -fitting[index], index)
    )
    kept: list[tuple[int, Haplotype]] = []
    starved: list[Haplotype] = []
    for index in order:
        haplotype = mutants[index]
        support = junction[index]
        if any(one.sequence == haplotype.sequence for _, one in kept):
            continue
        if haplotype.insertion is None or not haplotype.is_one_of(known) or haplotype.beside:
            if any(may_be_errors(counted, index + 1, place + 1) for place, _ in kept):
                continue
            if any(is_mirrored(haplotype, parent) for _, parent in kept):
                continue
            if any(
                differ_in_one_base(haplotype, parent)
                and sampling.may_be_of_one(*counted.own_of(index + 1))
                for _, parent in kept
            ):
                continue
            if support < REPORTED_FRAGMENTS:
                starved.append(haplotype)
                continue
        kept.append((index, haplotype))
    spared = [
        one
        for place, one in enumerate(starved)
        if not any(compete(one, other) for other in starved[:place])
        and any(compete(one, other) for other in starved[place + 1 :])
    ]
    return [*(one for _, one in kept), *spared]


def may_be_errors(counted: Settled, number: int, parent: int) -> bool:
    """Whether errors in the reads of one haplotype may be all that shows another one.

    Where the two differ beside the ITD, of the fragments that show that and its junction, if there
    are enough.
    """
    one, other = counted.haplotypes[number], counted.haplotypes[parent]
    if not differ_beside(one, other):
        support, of_parent = counted.support(number, parent), counted.counts.junction[parent - 1]
    elif one.is_wildtype or counted.bridging(parent, number) < _ENOUGH_BRIDGING:
        return False
    else:
        support, of_parent = counted.bridging(number, parent), counted.bridging(parent, number)
    return any(
        is_error(one, support, other, of_parent)
        for is_error in (is_sequencing_error, is_misread_copy)
    )
