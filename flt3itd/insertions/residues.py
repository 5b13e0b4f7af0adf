"""Residues: what the reads show that no haplotype holds, as proposals for better haplotypes.

Each read lies on the haplotype that it fits best. Where it stops to agree, the rest of it is looked
for elsewhere on the same haplotype, as the clips of an aligner are looked for on the reference. So
one more copy, a gap or an insertion within a copy, a small change beside an ITD or on the wild
type, and alignments that an aligner forced, all propose a change of the haplotype that was nearest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, takewhile
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.comparison import ComparedReads, Fit, ReadMatrix
from flt3itd.insertions.counting import LEAST_SCORE, Settled
from flt3itd.insertions.haplotype import Haplotype, SmallChange, Substitution
from flt3itd.insertions.junctions import Candidate, SearchRegion, Sought, find_candidates
from flt3itd.insertions.linking import linked
from flt3itd.insertions.parts import assemble
from flt3itd.insertions.sisters import sisters
from flt3itd.insertions.two_ends import LEAST_FRAGMENTS, BothEnds
from flt3itd.locus.template import REACH
from flt3itd.reads.columns import count_distinct
from flt3itd.reads.read_set import ReadSet, SplitRead

LEAST_SHARE = 0.01
"""Share of the fragments of a haplotype there that must: fewer are the errors of many."""
LEAST_SMALL_SHARE = 0.1
"""The same for a change that is shorter than what is sought: it alters the ratios little."""
LEAST_SHORTEST_SHARE = 0.2
"""The same for a change of one or two bases, which is the commonest error of sequencing."""
LEAST_RUN_SHARE = 0.4
"""The same for equal bases in a run of `RUN` or more, where such errors are many times commoner."""
RUN = 4
_SHORTEST = 2
_RUN_REACH = 20
LEAST_INSTEAD = 10
"""Fragments that leave a haplotype at a place that none passes, before it is taken for a wrong one:
of fewer, those that pass may be missed by chance."""
LEAST_REST = 12
"""Bases of a read behind the place where it stops to agree; fewer cannot be placed."""
_ANYTHING = Sought(1, 0)
_ANCHOR = 6


class Residue(NamedTuple):
    """Fragments that disagree alike with a haplotype, at a place of the reference.

    `proposal` is the haplotype that would explain them, None where none was found; then `ends`
    is what they show of an insertion from both of its sides, if they do. `instead`: no fragment
    goes on like the haplotype there, so that the proposal stands in its place.
    """

    haplotype: int
    place: int
    fragments: int
    proposal: Haplotype | None
    ends: BothEnds | None = None
    instead: bool = False


def residues(
    settled: Settled, compared: ComparedReads, reads: ReadSet, search: SearchRegion
) -> tuple[list[Residue], list[Haplotype]]:
    """What three or more fragments show that their nearest haplotype does not hold.

    Beside it the ITDs with what stands within their copies (`flt3itd.insertions.linking`), and
    those that differ from them in single bases (`flt3itd.insertions.sisters`).

    `search` is where changes of the reference were looked for.
    """
    fits, matrix = settled.counts.fits, compared.matrix
    if not fits:
        return [], []
    scores = np.stack([each.score for each in fits])
    nearest = np.where(scores.max(axis=0) >= LEAST_SCORE, scores.argmax(axis=0), -1)
    found: list[Residue] = []
    of_wildtype: list[tuple[SmallChange, int]] = []
    for number, (haplotype, fitted) in enumerate(zip(settled.haplotypes, fits, strict=True)):
        rest = np.maximum(fitted.start - fitted.offset, fitted.offset + matrix.length - fitted.end)
        rows = np.flatnonzero((nearest == number) & (rest >= LEAST_REST))
        if count_distinct(matrix.fragment[rows]) < LEAST_FRAGMENTS:
            continue
        placed = [_placed(compared.split[row], fitted, row) for row in rows.tolist()]
        proposals = find_candidates(placed, _within(haplotype, search))
        own = _Own.of(settled, number, nearest == number, matrix, reads)
        for one in own.proposed(proposals.candidates, search.sought):
            if not number and (one.needed < LEAST_RUN_SHARE or one.shown >= one.needed):
                of_wildtype.append((one.change, one.fragments))
            if one.proposal is not None and one.shown >= one.needed:
                instead = number > 0 and is_outdone(one.fragments, own.going_on(one.change))
                place = _place(haplotype, one.change.start)
                found.append(Residue(number, place, one.fragments, one.proposal, instead=instead))
        found += [
            Residue(number, _place(haplotype, place), count, None, proposals.ends.get(place))
            for place, count in proposals.unexplained.items()
            if count >= LEAST_FRAGMENTS
        ]
    found.sort(key=lambda one: (-one.fragments, one.haplotype, one.place))
    others = [
        one
        for number, haplotype in enumerate(settled.haplotypes)
        for one in sisters(haplotype, matrix, fits[number], settled.counts.chosen == number)
    ]
    return found, [*others, *linked(settled, of_wildtype)]


def _within(haplotype: Haplotype, search: SearchRegion) -> SearchRegion:
    """The region of a search on the reference, on a haplotype, for any change."""
    if not haplotype.parts:
        return replace(search, sought=_ANYTHING)
    end = search.end + max(0, haplotype.length_change)
    return SearchRegion.around(haplotype.sequence, search.start, end, REACH, _ANYTHING)


def least_share(haplotype: Haplotype, change: SmallChange, sought: Sought) -> float:
    """The share of a haplotype's fragments that must show a change of it (in its coordinates)."""
    if abs(change.length) <= _SHORTEST:
        sequence = haplotype.sequence
        alike = len(set(change.inserted or sequence[change.start : change.end])) == 1
        if alike and longest_run(sequence, change.start, change.end) >= RUN:
            return LEAST_RUN_SHARE
        return LEAST_SHORTEST_SHARE
    shorter_sister = haplotype.change is not None and -change.length >= sought.insertion
    if change.length >= sought.insertion or shorter_sister:
        return LEAST_SHARE
    return LEAST_SMALL_SHARE


def longest_run(sequence: str, start: int, end: int) -> int:
    """The length of the longest run of equal bases that touches sequence[start:end]."""
    low, high = max(0, start - _RUN_REACH), end + _RUN_REACH
    best, place = 0, low
    for _, run in groupby(sequence[low:high]):
        length = len(list(run))
        if place <= end and start <= place + length:
            best = max(best, length)
        place += length
    return best


def changed(haplotype: Haplotype, change: SmallChange) -> Haplotype | None:
    """The haplotype with a change of its own sequence (in its coordinates) made to it."""
    sequence = haplotype.sequence
    mutant = sequence[: change.start] + change.inserted + sequence[change.end :]
    reference = haplotype.reference
    start = min([change.start, *(part.start for part in haplotype.parts)])
    tail = min(
        [
            len(sequence) - change.end,
            *(len(reference) - part.end for part in haplotype.parts),
        ]
    )
    return assemble(reference, start, len(reference) - tail, mutant[start : len(mutant) - tail])


def is_outdone(leaving: int, passing: int) -> bool:
    """Whether no fragment goes on like a haplotype where enough others leave it alike."""
    return leaving >= LEAST_INSTEAD and not passing


def first_difference(sequence: str, change: SmallChange) -> int:
    """The first position at which a sequence with a change (in its coordinates) is another one."""
    changed_on = change.inserted + sequence[change.end :]
    bases = zip(sequence[change.start :], changed_on, strict=False)
    return change.start + sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], bases))


def _placed(read: SplitRead, fitted: Fit, row: int) -> SplitRead:
    """A read as it lies on its haplotype: what agrees is aligned, the rest is clipped."""
    offset = int(fitted.offset[row])
    begin, end = int(fitted.start[row]) - offset, int(fitted.end[row]) - offset
    return SplitRead(read.fragment, offset, offset, begin, end, end, read.sequence, read.qualities)


def _place(haplotype: Haplotype, position: int) -> int:
    """The reference coordinate of a position of a haplotype, or one near."""
    return position - sum(
        part.length
        for part in haplotype.parts
        if haplotype.place_of(part) + max(0, part.length) <= position
    )


class _Proposed(NamedTuple):
    """A change of a haplotype (in its coordinates) that some of its fragments propose.

    `shown`: the share of its fragments there that do; `needed`: the share that such a change needs.
    `proposal` is the haplotype with it, None where it is none.
    """

    change: SmallChange
    fragments: int
    shown: float
    needed: float
    proposal: Haplotype | None


class _Own(NamedTuple):
    """Where the reads that are nearest to a haplotype lie on it, and their fragments."""

    haplotype: Haplotype
    start: npt.NDArray[np.int64]
    end: npt.NDArray[np.int64]
    fragment: npt.NDArray[np.int64]

    @classmethod
    def of(
        cls,
        settled: Settled,
        number: int,
        own: npt.NDArray[np.bool_],
        matrix: ReadMatrix,
        reads: ReadSet,
    ) -> _Own:
        """The reads of haplotype `number`; those of the reference include the plain ones."""
        fitted = settled.counts.fits[number]
        start, end, fragment = fitted.start[own], fitted.end[own], matrix.fragment[own]
        if number == 0:
            plain = reads.plain()
            start = np.concatenate((start, plain[0]))
            end = np.concatenate((end, plain[1]))
            fragment = np.concatenate((fragment, plain[2]))
        return cls(settled.haplotypes[number], start, end, fragment)

    def proposed(self, candidates: Iterable[Candidate], sought: Sought) -> Iterator[_Proposed]:
        """The changes that three fragments or more propose.

        Bases in place of as many may be a copy beside a deletion; else they are no gap.
        """
        for candidate in candidates:
            change, fragments = candidate.change, len(candidate.fragments)
            if fragments < LEAST_FRAGMENTS:
                continue
            shown = fragments / (fragments + self.passing(change.start, change.end))
            proposal = changed(self.haplotype, change) if shown >= LEAST_SHARE else None
            makes_itd = self.haplotype.is_wildtype and proposal is not None and proposal.change
            if isinstance(change, Substitution) and not makes_itd:
                continue
            needed = LEAST_SHARE if makes_itd else least_share(self.haplotype, change, sought)
            yield _Proposed(change, fragments, shown, needed, proposal)

    def going_on(self, change: SmallChange) -> int:
        """Fragments that agree with the haplotype where a change of it would first be told."""
        told = first_difference(self.haplotype.sequence, change)
        return self.passing(told, told)

    def passing(self, start: int, end: int) -> int:
        """Fragments that agree on both sides of a stretch."""
        passes = (self.start <= start - _ANCHOR) & (self.end >= end + _ANCHOR)
        return count_distinct(self.fragment[passes])
