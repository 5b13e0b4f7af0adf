"""Placing reads on the locus by shared k-mers: for reads without an alignment of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress, count, pairwise
from operator import ne
from typing import NamedTuple

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import MATCH, MISMATCH, WHOLE_END
from flt3itd.reads.foreign_bases import adapter_bases
from flt3itd.reads.read_set import SplitRead

_PLACING_KMER = 14
_PLACING_STEP = 5
_LEAST_SHARED_KMERS = 3
"""Three 14-mers on one diagonal: chance hits in the targets agree on a diagonal far less often."""
_SHORTEST_UNIT = 10
"""Bases of a unit whose copies fill a read; shorter ones are repeats of the genome."""
_SECOND_BLOCK_KMERS = 2
_LONGEST_SHORT_INDEL = 60
_ANCHORING_KMERS = 2
"""14-mers of a read that stand outside of repeats: such a read belongs to the locus."""
_OWN_DIFFERENCES = 0.03
"""Mismatches per base of a read of this copy of a repeat: sequencing has 0.001 to 0.01, Alu copies
differ from each other by 0.05 to 0.2 (Batzer & Deininger, Nat Rev Genet 2002;3:370)."""

_REMEMBERED = 4096
"""Sequences of reads whose place is kept: of reads of an amplicon two thirds are the same few."""


class KmerIndex(NamedTuple):
    """Where each k-mer of parts of a reference stands."""

    size: int
    positions: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, reference: str, size: int, parts: Iterable[tuple[int, int]]) -> KmerIndex:
        """Index reference[start:end] of each part; positions are those in the whole reference."""
        found: defaultdict[str, set[int]] = defaultdict(set)
        for start, end in parts:
            for position in range(max(0, start), min(end, len(reference)) - size + 1):
                found[reference[position : position + size]].add(position)
        return cls(size, {kmer: tuple(sorted(places)) for kmer, places in found.items()})

    def diagonals(self, sequence: str, step: int = 1) -> Counter[int]:
        """How many k-mers of a sequence support each diagonal (reference minus query position)."""
        positions, size = self.positions, self.size
        return Counter(
            [
                place - query
                for query in range(0, len(sequence) - size + 1, step)
                for place in positions.get(sequence[query : query + size], ())
            ]
        )


def best_supported(votes: Counter[int]) -> int:
    """The diagonal of most k-mers, the lowest of equals; 0 where there is none."""
    return max(votes, key=lambda diagonal: (votes[diagonal], -diagonal), default=0)


@dataclass(frozen=True, slots=True)
class PlacedRead:
    """A read on the locus: `split` is on the plus strand; `is_reverse` when it was turned.

    `is_clipped` when aligners clip it: when an end loses more than `WHOLE_END` by mismatches.
    """

    split: SplitRead
    is_reverse: bool
    is_clipped: bool = False


class LocusAligner:
    """Puts a read on the better strand and the diagonals that most of its k-mers support.

    Of `repeats` (reference, 0-based half-open) the genome holds other copies: a read that lies
    there alone belongs there where it agrees from end to end.
    """

    def __init__(
        self,
        reference: str,
        parts: Sequence[tuple[int, int]],
        repeats: Sequence[tuple[int, int]] = (),
    ) -> None:
        self._reference = reference
        self._parts = parts
        self._repeats = repeats
        self._lying = lru_cache(_REMEMBERED)(self._lying_anew)

    @cached_property
    def _index(self) -> KmerIndex:
        """Made for the first read: most BAMs hold none without a place."""
        return KmerIndex.of(self._reference, _PLACING_KMER, self._parts)

    def place(self, fragment: int, sequence: str, qualities: bytes) -> PlacedRead | None:
        """The read on the locus, or None when it does not belong there."""
        found = self._lying(sequence)
        if found is None:
            return None
        if found.is_reverse:
            qualities = qualities[::-1]
        split = found.split._replace(fragment=fragment, qualities=qualities)
        return PlacedRead(split, found.is_reverse, found.is_clipped)

    def _lying_anew(self, sequence: str) -> PlacedRead | None:
        """Where reads of a sequence lie: a read that has no number and no qualities."""
        other_strand = reverse_complement(sequence)
        for turned, strand in ((False, sequence), (True, other_strand)):
            start = self._exact_start(strand)
            if start is not None:
                size = len(strand)
                return PlacedRead(SplitRead(0, start, start, 0, size, size, strand, b""), turned)
        forward = self._index.diagonals(sequence, _PLACING_STEP)
        backward = self._index.diagonals(other_strand, _PLACING_STEP)
        turned = max(backward.values(), default=0) > max(forward.values(), default=0)
        if turned:
            sequence, forward = other_strand, backward
        if not forward:
            return None
        if max(forward.values()) < _LEAST_SHARED_KMERS and not _are_of_copies(forward):
            return None
        split = self._blocks(sequence, forward)
        if self._is_of_another_copy(split, turned):
            return None
        return PlacedRead(split, turned, self._is_clipped(split))

    def _is_clipped(self, read: SplitRead) -> bool:
        """Whether aligners clip a read, by the penalties of bwa mem."""
        start, end = read.aligned_start, read.aligned_end
        ends = (
            (read.sequence[:start], read.first_diagonal),
            (read.sequence[end:], read.last_diagonal + end),
        )
        return any(
            _penalty(self._differing(bases, place), 0, len(bases)) > WHOLE_END
            for bases, place in ends
            if bases
        )

    def _best_diagonal(self, sequence: str, votes: Counter[int]) -> int:
        """The diagonal of most k-mers; of a read that is anchored one that its anchors support.

        A filler between the copies of an ITD may be longer than what a read has of the copies, and
        stand in a repeat.
        """
        best = best_supported(votes)
        if not self._is_in_repeat(best, best + len(sequence)):
            return best
        anchored = Counter(
            place - at
            for at in _kmer_starts(sequence)
            if (kmer := sequence[at : at + _PLACING_KMER]) in self._anchoring
            for place in self._index.positions[kmer]
        )
        supported = {
            one: votes[one] for one, kmers in anchored.items() if kmers >= _ANCHORING_KMERS
        }
        return best_supported(Counter(supported)) if supported else best

    def _is_in_repeat(self, start: int, end: int) -> bool:
        return any(first < end and start < last for first, last in self._repeats)

    def _is_of_another_copy(self, read: SplitRead, turned: bool) -> bool:
        """Whether a read lies in a repeat alone, and differs from it as other copies do.

        Not by an adapter behind the fragment (before it where the read was turned).
        """
        if not self._is_in_repeat(read.start, read.end):
            return False
        if self._anchors(read.sequence) >= _ANCHORING_KMERS:
            return False
        if read.first_diagonal != read.last_diagonal:
            return True
        size = len(read.sequence)
        clipped = read.aligned_start if turned else size - read.aligned_end
        cut = adapter_bases(read.sequence, clipped, is_reverse=turned)
        first, last = (cut, size) if turned else (0, size - cut)
        differing = self._differing(read.sequence, read.first_diagonal)
        return sum(first <= at < last for at in differing) > _OWN_DIFFERENCES * (size - cut)

    @cached_property
    def _anchoring(self) -> frozenset[str]:
        """The k-mers that stand outside of repeats, perhaps within one as well."""
        return frozenset(
            kmer
            for kmer, places in self._index.positions.items()
            if not all(any(a <= place < b for a, b in self._repeats) for place in places)
        )

    def _anchors(self, sequence: str) -> int:
        """The k-mers of a read that stand outside of repeats."""
        return sum(
            sequence[at : at + _PLACING_KMER] in self._anchoring for at in _kmer_starts(sequence)
        )

    def _exact_start(self, sequence: str) -> int | None:
        """The place where the whole read agrees with the reference, if its first k-mer has one."""
        for place in self._index.positions.get(sequence[:_PLACING_KMER], ()):
            if self._reference.startswith(sequence, place):
                return place
        return None

    def _blocks(self, sequence: str, votes: Counter[int]) -> SplitRead:
        """One aligned block, or two when a clipped end lies on a neighbouring diagonal."""
        diagonal = self._best_diagonal(sequence, votes)
        size = len(sequence)
        differing = self._differing(sequence, diagonal)
        start, end = matching_part(differing, size)
        near = [
            (kmers, other)
            for other, kmers in votes.items()
            if 0 < abs(other - diagonal) <= _LONGEST_SHORT_INDEL and kmers >= _SECOND_BLOCK_KMERS
        ]
        if near:
            other = max(near)[1]
            there = self._differing(sequence, other)
            other_start, other_end = matching_part(there, size)
            if other_start > start and other_end > end:
                inserted = max(0, diagonal - other)
                boundary = _boundary(differing, there, inserted, start, other_end)
                return SplitRead(0, diagonal, other, start, other_end, boundary, sequence, b"")
            if other_start < start and other_end < end:
                inserted = max(0, other - diagonal)
                boundary = _boundary(there, differing, inserted, other_start, end)
                return SplitRead(0, other, diagonal, other_start, end, boundary, sequence, b"")
        if start <= WHOLE_END and _penalty(differing, 0, start) <= WHOLE_END:
            start = max(0, -diagonal)  # bases beside the reference lie on nothing
        if size - end <= WHOLE_END and _penalty(differing, end, size) <= WHOLE_END:
            end = min(size, len(self._reference) - diagonal)
        return SplitRead(0, diagonal, diagonal, start, end, end, sequence, b"")

    def _differing(self, sequence: str, diagonal: int) -> list[int]:
        """The places in a read that differ from the reference on a diagonal, or lie beside it."""
        first, size = max(0, -diagonal), len(sequence)
        window = self._reference[diagonal + first : max(0, diagonal + size)]
        within = compress(count(first), map(ne, sequence[first:], window))
        return [*range(first), *within, *range(first + len(window), size)]


def _kmer_starts(sequence: str) -> range:
    """Where the k-mers of a read begin that place it."""
    return range(0, len(sequence) - _PLACING_KMER + 1, _PLACING_STEP)


def _boundary(
    first: Sequence[int], second: Sequence[int], inserted: int, start: int, end: int
) -> int:
    """The leftmost query position at which changing the diagonal costs fewest mismatches.

    `first` and `second` are the places in the read that differ on the one and on the other one.
    """
    cost = best = 0
    boundary = start
    saved = {place - inserted for place in second}
    for place in sorted(saved.symmetric_difference(first)):
        if start <= place < end - inserted:
            cost += -1 if place in saved else 1
            if cost < best:
                best, boundary = cost, place + 1
    return boundary


def _penalty(differing: Iterable[int], start: int, end: int) -> int:
    """What a stretch of a read costs when it is aligned, given the places that differ."""
    wrong = sum(start <= place < end for place in differing)
    return -(MATCH * (end - start - wrong) + MISMATCH * wrong)


def matching_part(differing: Iterable[int], size: int) -> tuple[int, int]:
    """The stretch of a read that scores best on a diagonal, given the places that differ."""
    best = score = begin = best_start = best_end = behind = 0
    for place in (*differing, size):
        score += MATCH * (place - behind)
        if score > best:
            best, best_start, best_end = score, begin, place
        score += MISMATCH
        behind = place + 1
        if score < 0:
            score, begin = 0, behind
    return best_start, best_end


def _are_of_copies(votes: Counter[int]) -> bool:
    """Whether enough k-mers stand within one unit, of which the whole read is made.

    Each copy of a short unit lies on a diagonal of its own, with a k-mer or two.
    """
    for unit in {other - one for one, other in pairwise(sorted(votes))}:
        together: Counter[int] = Counter()
        for diagonal, number in votes.items():
            together[diagonal % unit] += number
        if unit >= _SHORTEST_UNIT and max(together.values()) >= _LEAST_SHARED_KMERS:
            return True
    return False
