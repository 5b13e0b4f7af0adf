"""What errors alone show of a known insertion, judged by decoys that no cell is expected to have.

Decoys are insertions of the same kind at other places near by. What the reads show of them is what
errors make of the haplotypes that the sample has: these compete for every read, so that a read of
the insertion itself is never taken for an error. Template coordinates, 0-based half-open.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np

from flt3itd.insertions.abundance import showing
from flt3itd.insertions.comparison import ReadMatrix
from flt3itd.insertions.counting import Settled, concerned_reads, count_fragments
from flt3itd.insertions.haplotype import Haplotype, Insertion, insertion_between
from flt3itd.insertions.itd_filters import BACKGROUND_CHANCE
from flt3itd.insertions.windows import ANCHOR, WindowSet, find_windows
from flt3itd.reads.read_set import ReadSet

DECOYS = 20
"""Decoys as well covered as the insertion itself are enough: two fragments are then told from
errors (1 / 21 squared is 0.0023) where no decoy is seen."""
_MOST_DECOYS = 60
_DECOY_STEP = 7
_NEAREST_DECOY = 14
_FARTHEST_DECOY = 154
_LENGTHS_LESS_OR_MORE = (0, -14, 14, -28, 28, -42, 42)
"""Where few decoys of the same length fit into the amplicons, shorter and longer ones follow."""
_SHORTEST_DECOY = 10
_AT_ONCE = 5
"""Decoys that are compared together: the work on their windows grows with the square."""


class Trial(NamedTuple):
    """Fragments of one kind: those of a known insertion, and those of all its decoys.

    `informative` show the place of the insertion, `decoy_informative` those of its decoys, summed.
    """

    mutant: int
    informative: float
    decoy_mutant: int
    decoy_informative: float

    def probability(self) -> float:
        """The chance of at least so many mutant fragments if they arise like those of the decoys.

        Exact, given the sum of both: two Poisson counts of one rate share it binomially, by the
        fragments that they are among (Przyborowski and Wilenski, Biometrika 1940, 31:313-323).
        """
        return _chance(self.mutant, self)

    def needed(self, chance: float) -> int | None:
        """The fewest mutant fragments whose probability is at most this; None if no number is."""
        return next(
            (
                count
                for count in range(1, math.ceil(self.informative) + 1)
                if _chance(count, self) <= chance
            ),
            None,
        )


def _chance(mutant: int, trial: Trial) -> float:
    if mutant == 0:
        return 1.0
    everywhere = trial.informative + trial.decoy_informative
    share = trial.informative / everywhere if everywhere else 1.0
    together = mutant + trial.decoy_mutant
    return min(
        1.0,
        sum(
            math.comb(together, count) * share**count * (1 - share) ** (together - count)
            for count in range(mutant, together + 1)
        ),
    )


class Background(NamedTuple):
    """The probability that errors alone show a known insertion so often, and what was asked.

    `needed` holds for each question the mutant fragments from which the answer is yes, and the
    share of all informative fragments that were asked.
    """

    probability: float
    needed: tuple[tuple[int, float], ...] = ()


def background_of(
    settled: Settled,
    number: int,
    reads: ReadSet,
    rivals: Sequence[Haplotype],
    residual_family: int,
) -> Background:
    """What errors alone show of a known insertion, the haplotype `number`.

    `rivals` are the haplotypes that the sample has, the wild type first. Where some families,
    and not all, have `residual_family` reads or more, all of them and the larger ones alone are
    asked, each with their own errors; the smaller answer counts, doubled for two questions.
    """
    haplotype = settled.haplotypes[number]
    made = list(_shown(decoys(haplotype, rivals), haplotype.reference, reads))
    batches = [
        _Batch(rivals, tuple(made[first : first + _AT_ONCE]))
        for first in range(0, len(made), _AT_ONCE)
    ]
    larger = reads.of_families(residual_family)
    trials = [_trial(settled, number, reads, batches)]
    if 0 < larger.reads < reads.reads:
        matrix = ReadMatrix.of(concerned_reads(larger, settled.haplotypes))
        counts = count_fragments(settled.haplotypes, settled.windows, larger, matrix)
        alone = Settled(settled.haplotypes, settled.windows, counts)
        trials.append(_trial(alone, number, larger, batches))
    questions = len(trials)
    asked = [(one.needed(BACKGROUND_CHANCE / questions), one.informative) for one in trials]
    whole = trials[0].informative
    return Background(
        min(1.0, questions * min(one.probability() for one in trials)),
        tuple((count, of / whole) for count, of in asked if count is not None and whole),
    )


def decoys(haplotype: Haplotype, rivals: Sequence[Haplotype]) -> Iterator[Insertion]:
    """Insertions of the same kind at other places, which no cell is expected to have.

    First those of the same length, the nearest first, then shorter and longer ones. None is one of
    the rivals.
    """
    reference, segment = haplotype.reference, haplotype.duplication
    seen = {one.change for one in rivals}
    distances = range(_NEAREST_DECOY, _FARTHEST_DECOY + 1, _DECOY_STEP)
    moved = [offset for distance in distances for offset in (distance, -distance)]
    for change in _LENGTHS_LESS_OR_MORE:
        if change and len(segment) + change < _SHORTEST_DECOY:
            continue
        for offset in (0, *moved) if change else moved:
            start, end = segment.start + offset, segment.end + offset + change
            if start < 0 or end > len(reference):
                continue
            decoy = insertion_between(reference, end, end, segment.filler + reference[start:end])
            if decoy is not None and decoy not in seen:
                seen.add(decoy)
                yield decoy


def _shown(found: Iterator[Insertion], reference: str, reads: ReadSet) -> Iterator[Insertion]:
    """The decoys whose two boundaries reads on the reference span: the others tell nothing."""
    start, end, _ = reads.plain()
    placed = np.unique(np.stack((start, end)), axis=1)

    def is_spanned(place: int) -> bool:
        return bool(((placed[0] <= place - ANCHOR) & (placed[1] >= place + ANCHOR)).any())

    covered = (one for one in found if all(map(is_spanned, Haplotype(reference, one).segment)))
    return islice(covered, _MOST_DECOYS)


@dataclass(frozen=True)
class _Batch:
    """Some of the decoys beside the haplotypes that the sample has."""

    rivals: Sequence[Haplotype]
    made: Sequence[Insertion]

    @cached_property
    def others(self) -> list[Haplotype]:
        """The decoys as haplotypes."""
        return [Haplotype(self.rivals[0].reference, one) for one in self.made]

    @cached_property
    def haplotypes(self) -> list[Haplotype]:
        """All of them; the decoys are `haplotypes[1:1 + len(others)]`."""
        return [self.rivals[0], *self.others, *self.rivals[1:]]

    @cached_property
    def windows(self) -> WindowSet:
        """Their windows, whatever reads are counted."""
        return find_windows(self.haplotypes)

    def counted(self, reads: ReadSet) -> Iterator[tuple[int, float]]:
        """For each decoy the fragments that show it and those that show its boundaries."""
        matrix = ReadMatrix.of(concerned_reads(reads, self.others))
        counts = count_fragments(self.haplotypes, self.windows, reads, matrix)
        seen = Settled(self.haplotypes, self.windows, counts)
        for place in range(1, 1 + len(self.others)):
            yield counts.junction[place - 1], boundary_fragments(seen, place)


def _trial(settled: Settled, number: int, reads: ReadSet, batches: Sequence[_Batch]) -> Trial:
    """Count an insertion and, until they are enough, its decoys."""
    informative = boundary_fragments(settled, number)
    mutant, shown = 0, 0.0
    for batch in batches:
        if shown >= DECOYS * informative:
            break
        for fragments, boundary in batch.counted(reads):
            mutant += fragments
            shown += boundary
    return Trial(settled.counts.junction[number - 1], informative, mutant, shown)


def boundary_fragments(settled: Settled, number: int) -> float:
    """The mean number of fragments that show the two boundaries of an insertion."""
    own = settled.windows.own[number].boundaries[:2]
    return sum(showing(settled.counts.patterns, window) for window in own) / 2
