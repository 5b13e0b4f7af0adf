"""Placing reads on the locus by shared k-mers: for reads without an alignment of their own."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.streaming import SplitRead

_PLACING_KMER = 14
_PLACING_STEP = 5
_LEAST_SHARED_KMERS = 3
"""Three 14-mers on one diagonal: chance hits in the targets agree on a diagonal far less often."""
_SHORTEST_UNIT = 10
"""Bases of a unit whose copies fill a read; shorter ones are repeats of the genome."""
_SECOND_BLOCK_KMERS = 2
_LONGEST_SHORT_INDEL = 60
_MATCH, _MISMATCH, _END_BONUS = 1, -4, 5
_ANCHORING_KMERS = 2
"""14-mers of a read that stand outside of repeats: such a read belongs to the locus."""
_OWN_DIFFERENCES = 0.03
"""Mismatches per base of a read of this copy of a repeat: sequencing has 0.001 to 0.01, Alu copies
differ from each other by 0.05 to 0.2 (Batzer & Deininger, Nat Rev Genet 2002;3:370)."""


@dataclass(frozen=True)
class KmerIndex:
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
        votes: Counter[int] = Counter()
        positions = self.positions
        for query in range(0, len(sequence) - self.size + 1, step):
            for place in positions.get(sequence[query : query + self.size], ()):
                votes[place - query] += 1
        return votes


def best_supported(votes: Counter[int]) -> int:
    """The diagonal of most k-mers, the lowest of equals; 0 where there is none."""
    return max(votes, key=lambda diagonal: (votes[diagonal], -diagonal), default=0)


@dataclass(frozen=True, slots=True)
class PlacedRead:
    """A read on the locus: `split` is on the plus strand; `is_reverse` when it was turned."""

    split: SplitRead
    is_reverse: bool


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

    @cached_property
    def _index(self) -> KmerIndex:
        """Made for the first read: most BAMs hold none without a place."""
        return KmerIndex.of(self._reference, _PLACING_KMER, self._parts)

    def place(self, fragment: int, sequence: str, qualities: bytes) -> PlacedRead | None:
        """The read on the locus, or None when it does not belong there."""
        other_strand = reverse_complement(sequence)
        for turned, strand in ((False, sequence), (True, other_strand)):
            start = self._exact_start(strand)
            if start is not None:
                qualities = qualities[::-1] if turned else qualities
                size = len(strand)
                return PlacedRead(
                    SplitRead(fragment, start, start, 0, size, size, strand, qualities), turned
                )
        forward = self._index.diagonals(sequence, _PLACING_STEP)
        backward = self._index.diagonals(other_strand, _PLACING_STEP)
        turned = max(backward.values(), default=0) > max(forward.values(), default=0)
        if turned:
            sequence, qualities, forward = other_strand, qualities[::-1], backward
        if not forward:
            return None
        if max(forward.values()) < _LEAST_SHARED_KMERS and not _are_of_copies(forward):
            return None
        split = self._blocks(fragment, sequence, qualities, forward)
        return None if self._is_of_another_copy(split) else PlacedRead(split, turned)

    def is_clipped(self, read: SplitRead) -> bool:
        """Whether aligners clip a read: whether an end loses more than `_END_BONUS` by mismatches.

        Those are the penalties of bwa mem.
        """
        text, size = read.sequence, len(read.sequence)
        ends = (
            self._penalty(text, read.first_diagonal, 0, read.aligned_start),
            self._penalty(text, read.last_diagonal, read.aligned_end, size),
        )
        return max(ends) > _END_BONUS

    def _is_of_another_copy(self, read: SplitRead) -> bool:
        """Whether a read lies in a repeat alone, and differs from it as other copies do."""
        text, size = read.sequence, len(read.sequence)
        start = read.first_diagonal + read.aligned_start
        end = read.last_diagonal + read.aligned_end
        if not any(first < end and start < last for first, last in self._repeats):
            return False
        if self._anchors(text) >= _ANCHORING_KMERS:
            return False
        if read.first_diagonal != read.last_diagonal:
            return True
        differing = sum(not self._agrees(text, read.first_diagonal, at) for at in range(size))
        return differing > _OWN_DIFFERENCES * size

    def _anchors(self, sequence: str) -> int:
        """The k-mers of a read that stand outside of repeats."""
        positions, size = self._index.positions, self._index.size
        return sum(
            any(not self._in_repeat(place) for place in positions.get(sequence[at : at + size], ()))
            for at in range(0, len(sequence) - size + 1, _PLACING_STEP)
        )

    def _in_repeat(self, place: int) -> bool:
        return any(first <= place < last for first, last in self._repeats)

    def _exact_start(self, sequence: str) -> int | None:
        """The place where the whole read agrees with the reference, if its first k-mer has one."""
        for place in self._index.positions.get(sequence[:_PLACING_KMER], ()):
            if self._reference.startswith(sequence, place):
                return place
        return None

    def _blocks(
        self, fragment: int, sequence: str, qualities: bytes, votes: Counter[int]
    ) -> SplitRead:
        """One aligned block, or two when a clipped end lies on a neighbouring diagonal."""
        diagonal = best_supported(votes)
        start, end = self._matching_part(sequence, diagonal)
        size = len(sequence)
        near = [
            (count, other)
            for other, count in votes.items()
            if 0 < abs(other - diagonal) <= _LONGEST_SHORT_INDEL and count >= _SECOND_BLOCK_KMERS
        ]
        if near:
            other = max(near)[1]
            other_start, other_end = self._matching_part(sequence, other)
            if other_start > start and other_end > end:
                inserted = max(0, diagonal - other)
                boundary = self._boundary(sequence, diagonal, other, inserted, start, other_end)
                return SplitRead(
                    fragment, diagonal, other, start, other_end, boundary, sequence, qualities
                )
            if other_start < start and other_end < end:
                inserted = max(0, other - diagonal)
                boundary = self._boundary(sequence, other, diagonal, inserted, other_start, end)
                return SplitRead(
                    fragment, other, diagonal, other_start, end, boundary, sequence, qualities
                )
        if start <= _END_BONUS and self._penalty(sequence, diagonal, 0, start) <= _END_BONUS:
            start = 0
        if size - end <= _END_BONUS and self._penalty(sequence, diagonal, end, size) <= _END_BONUS:
            end = size
        return SplitRead(fragment, diagonal, diagonal, start, end, end, sequence, qualities)

    def _agrees(self, sequence: str, diagonal: int, query: int) -> bool:
        place = diagonal + query
        return 0 <= place < len(self._reference) and self._reference[place] == sequence[query]

    def _boundary(
        self, sequence: str, first: int, second: int, inserted: int, start: int, end: int
    ) -> int:
        """The leftmost query position at which changing the diagonal costs fewest mismatches."""
        right = sum(
            not self._agrees(sequence, second, query) for query in range(start + inserted, end)
        )
        cost = best = right
        boundary = start
        for query in range(start, end - inserted):
            cost += not self._agrees(sequence, first, query)
            cost -= not self._agrees(sequence, second, query + inserted)
            if cost < best:
                best, boundary = cost, query + 1
        return boundary

    def _penalty(self, sequence: str, diagonal: int, start: int, end: int) -> int:
        return -sum(
            _MATCH if self._agrees(sequence, diagonal, query) else _MISMATCH
            for query in range(start, end)
        )

    def _matching_part(self, sequence: str, diagonal: int) -> tuple[int, int]:
        """The stretch of the query that scores best on a diagonal."""
        best = score = 0
        begin = best_start = best_end = shift = max(0, -diagonal)
        window = self._reference[diagonal + shift : diagonal + len(sequence)]
        for query, base in enumerate(window, start=shift):
            score += _MATCH if base == sequence[query] else _MISMATCH
            if score < 0:
                score, begin = 0, query + 1
            elif score > best:
                best, best_start, best_end = score, begin, query + 1
        return best_start, best_end


def _are_of_copies(votes: Counter[int]) -> bool:
    """Whether enough k-mers stand within one unit, of which the whole read is made.

    Each copy of a short unit lies on a diagonal of its own, with a k-mer or two.
    """
    for unit in {other - one for one, other in pairwise(sorted(votes))}:
        together: Counter[int] = Counter()
        for diagonal, count in votes.items():
            together[diagonal % unit] += count
        if unit >= _SHORTEST_UNIT and max(together.values()) >= _LEAST_SHARED_KMERS:
            return True
    return False
