"""Which alleles cut reads show: proposed, then tested against the errors of the reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from flt3itd.common.filters import Flt3Filter
from flt3itd.common.statistics import (
    at_least,
    binomial_limit_of_detection,
    overdispersed_tail,
    smallest_significant_count,
)
from flt3itd.insertions.haplotype import Haplotype, Insertion
from flt3itd.locus.template import Template
from flt3itd.long_reads.alleles import propose, sequence_between
from flt3itd.long_reads.counting import Competition
from flt3itd.long_reads.differences import Compared, compare
from flt3itd.long_reads.error_profile import (
    SHORT,
    ErrorProfile,
    SearchedReads,
    is_more_than_errors,
    limit_by_length,
    stands_out,
)
from flt3itd.long_reads.reads import SpanningReads
from flt3itd.reads.splice_sites import Splicing
from flt3itd.records import LengthLimit

SEARCHED = 4000
"""Spanning reads in which alleles are looked for; all of them are counted."""
LENGTHS = (3, 6, 9, 12, 15, 21, 30, 60, 120, 240, 400)
"""Insertions for which a limit of detection is told; bases."""
_UNTELLABLE = 0.05
_TIMES_DEPTH = 2.0
"""A length cannot be told from errors when its limit is above 5 % and twice that of depth alone."""
_STRANDS_DIFFER = 1e-6
_WORTH_A_LOOK = 0.01
_LONG_GAP = 6
_MORE_ROUNDS = 3

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Allele:
    """An insertion, its sequence between the flanks, and the filters that it fails."""

    insertion: Insertion
    sequence: str
    filters: tuple[str, ...] = ()


class AlleleSearch:
    """The alleles of one sample."""

    def __init__(self, reads: SpanningReads, template: Template, minimum: int) -> None:
        self._reads, self._template, self._minimum = reads, template, minimum
        self._splicing = Splicing.of(template)
        self.cuts = list(reads.cuts)
        counts = np.array([reads.cuts[cut] for cut in self.cuts], dtype=np.int64).reshape(-1, 2)
        self.strands = counts
        self.competition = Competition(self.cuts, counts.sum(axis=1))
        self.sample = self._sampled(counts.sum(axis=1))
        known: dict[int, Compared] = {}
        for index in self.sample:
            if index not in known:
                known[index] = compare(self.cuts[index], reads.wildtype)
        self.compared = [known[index] for index in self.sample]
        self.profile = ErrorProfile(self.compared, len(reads.window))
        self.gap_rate, self.mismatch_rate = self._error_rates()
        self.error_rate = self.gap_rate + self.mismatch_rate

    def _sampled(self, weights: npt.NDArray[np.int64]) -> list[int]:
        """The index of the sequence of each of at most `SEARCHED` reads, evenly chosen."""
        owner = np.repeat(np.arange(len(weights)), weights)
        if len(owner) > SEARCHED:
            owner = owner[np.linspace(0, len(owner) - 1, SEARCHED).astype(np.int64)]
        return [int(index) for index in owner]

    @property
    def long_gaps(self) -> int:
        """SearchedReads reads that are longer or shorter by six bases or more at a place."""
        return sum(
            any(abs(change.net) >= _LONG_GAP for change in (*one.gains, *one.losses))
            for one in self.compared
        )

    def _error_rates(self) -> tuple[float, float]:
        """Gaps and mismatches by base, without the longest gain of each read: it may be an ITD."""
        bases = max(1, len(self._reads.wildtype) * len(self.compared))
        mismatches = sum(one.mismatches for one in self.compared)
        longest = sum(max((gain.net for gain in one.gains), default=0) for one in self.compared)
        errors = sum(one.errors for one in self.compared)
        return max(0, errors - mismatches - longest) / bases, mismatches / bases

    def background(
        self, insertion: Insertion, support: int, others: Sequence[str], chance: float
    ) -> tuple[float, int]:
        """How likely errors alone are to show an insertion so often, and what is less than likely.

        The second is the fewest reads that errors show with a probability of `chance` at most.
        """
        rate = self.profile.rate(insertion.length, self._usable(others), self.place(insertion))
        mean = int(self.competition.weights.sum()) * rate.mean
        return (
            overdispersed_tail(support, mean, rate.shape),
            smallest_significant_count(mean, rate.shape, chance, 1),
        )

    def alleles(self, known: Sequence[Insertion]) -> list[Allele]:
        """The alleles that are more than errors, in the order in which they explain the reads.

        Reads of a frequent allele hide a rare one beside it: they look like errors that are as
        long. So what is left without the alleles that were found is searched again.
        """
        accepted = [Allele(each, self._between(each), self._off_target(each)) for each in known]
        everyone = np.ones(len(self.sample), dtype=np.bool_)
        looked_at = set(known)
        found = self._accepted(self._proposed(everyone, looked_at), accepted)
        for _ in range(_MORE_ROUNDS):
            if not found:
                break
            accepted += found
            unexplained = self._usable([each.sequence for each in accepted])
            found = self._accepted(self._proposed(unexplained, looked_at), accepted)
        return [*accepted, *found]

    def _between(self, insertion: Insertion) -> str:
        return sequence_between(insertion, self._template.sequence, self._reads.window)

    def _proposed(self, usable: Flags, looked_at: set[Insertion]) -> list[Insertion]:
        """What some of the sampled reads propose and was not looked at; from now on it is."""
        chosen = np.flatnonzero(usable)
        proposed = propose(
            [self.cuts[self.sample[place]] for place in chosen],
            [self.compared[place] for place in chosen],
            self._template.sequence,
            self._reads.window,
            self.error_rate,
            partial(self._plausible, usable),
        )
        new = [each for each in proposed if each not in looked_at]
        looked_at.update(new)
        return new

    def _accepted(self, proposed: Sequence[Insertion], before: Sequence[Allele]) -> list[Allele]:
        """The proposed insertions that are more than errors beside the alleles `before`."""
        left = {each: self._between(each) for each in proposed}
        accepted: list[Allele] = []
        sequences = [self._reads.wildtype, *(each.sequence for each in before)]
        while left:
            chosen = max(left, key=lambda each: self.competition.gain(left[each], sequences))
            sequence = left.pop(chosen)
            wins = self.competition.won(sequence, sequences)
            rivals = [*sequences[1:], *left.values()] if chosen.length > SHORT else sequences[1:]
            if self._is_real(chosen, sequence, wins, sequences, self._usable(rivals)):
                filters = (
                    *self._spliced(chosen),
                    *self._off_target(chosen),
                    *self._one_strand(wins),
                )
                accepted.append(Allele(chosen, sequence, filters))
                sequences.append(sequence)
        return accepted

    def _plausible(self, usable: Flags, length: int, reads: int, place: tuple[int, int]) -> bool:
        """Whether reads longer by `length` at a place may be more than errors make elsewhere."""
        if reads < self._minimum:
            return False
        rate = self.profile.rate(length, usable, place, trimmed=True)
        return overdispersed_tail(reads, usable.sum() * rate.mean, rate.shape) <= _WORTH_A_LOOK

    def _is_real(
        self,
        insertion: Insertion,
        sequence: str,
        wins: Flags,
        accepted: Sequence[str],
        usable: Flags,
    ) -> bool:
        """Whether an allele is more than errors; of two long ones neither is the other's error."""
        support = self.competition.count(wins)
        if support < self._minimum:
            return False
        parent = min(accepted, key=lambda each: self.competition.apart(sequence, each))
        if parent == self._reads.wildtype:
            return self._is_no_error(insertion, support, wins, usable)
        apart = self.competition.apart(sequence, parent)
        longer = abs(len(sequence) - len(parent))
        others = [each for each in accepted if each != parent]
        of_parent = self.competition.count(
            self.competition.won(parent, others) if others else np.ones_like(wins)
        )
        rate = self.profile.sister_rate(
            longer, apart, self.error_rate, usable, self.place(insertion)
        )
        return is_more_than_errors(support, of_parent, rate)

    def _is_no_error(self, insertion: Insertion, support: int, wins: Flags, usable: Flags) -> bool:
        place = self.place(insertion)
        rate = self.profile.rate(insertion.length, usable, place)
        total = int(self.competition.weights.sum())
        without = usable & ~wins[np.array(self.sample)]
        misses = self.profile.near_misses(insertion.length, without, place)
        misses = round(misses * total / max(1, len(self.sample)))
        return is_more_than_errors(support, total, rate) and stands_out(
            support, misses, insertion.length
        )

    def _off_target(self, insertion: Insertion) -> tuple[str, ...]:
        start, end = Haplotype(self._template.sequence, insertion).segment
        first, last = self._template.target
        return (Flt3Filter.OFF_TARGET,) if end < first or start > last else ()

    def _spliced(self, insertion: Insertion) -> tuple[str, ...]:
        """The filter of bases of an intron between two exons; none on the genome."""
        made = self._splicing.makes(Haplotype(self._template.sequence, insertion).sequence)
        return (Flt3Filter.SPLICE_VARIANT,) if made else ()

    def _one_strand(self, wins: Flags) -> tuple[str, ...]:
        """The filter of an allele that the strands do not show alike, as errors of basecalling."""
        mutant = self.strands[wins].sum(axis=0)
        total = self.strands.sum(axis=0)
        if total.min() == 0:
            return ()
        share = total / total.sum()
        fewer = int(np.argmin(mutant / share))
        expected = float(mutant.sum() * share[fewer])
        unlike = 1 - at_least(int(mutant[fewer]) + 1, expected) <= _STRANDS_DIFFER
        return (Flt3Filter.ONE_STRAND,) if unlike else ()

    def limits(
        self, informative: int, others: Sequence[str], copies: float = 0.0
    ) -> list[LengthLimit]:
        """The limits of detection by length; None where errors look the same.

        `copies` are those of the informative reads.
        """
        sampled = min(len(self.sample), informative)
        searched = SearchedReads(informative, sampled, self._minimum)
        usable = self._usable(others)
        told = []
        for length in LENGTHS:
            shown = self._reads.shown(length)
            limit = limit_by_length(self.profile, usable, length, searched, shown)
            alone = binomial_limit_of_detection(max(1, sampled), self._minimum)
            untellable = limit > max(_UNTELLABLE, _TIMES_DEPTH * alone)
            if copies:  # whether errors look the same does not depend on the molecules
                uneven = searched._replace(copies=copies)
                limit = limit_by_length(self.profile, usable, length, uneven, shown)
            told.append(LengthLimit(length, None if untellable else limit))
        return told

    def _usable(self, others: Sequence[str]) -> Flags:
        """The sampled reads that are of no accepted allele but the wild type."""
        usable = np.ones(len(self.sample), dtype=np.bool_)
        index = np.array(self.sample)
        for other in others:
            usable &= ~self.competition.won(other, [self._reads.wildtype])[index]
        return usable

    def place(self, insertion: Insertion) -> tuple[int, int]:
        """The segment of an insertion in window coordinates."""
        start, end = Haplotype(self._template.sequence, insertion).segment
        offset, width = self._reads.window.start, len(self._reads.window)
        return min(max(0, start - offset), width), max(0, min(end - offset, width))
