"""Candidate insertions and deletions: what the clips and gaps of the reads propose.

A read of a mutant molecule that passes the junction lies on two diagonals: on the first up to
the end of the first copy, on the second from the start of the second copy. The difference of
the diagonals is the inserted length, whatever the read length; what lies between is filler. Where
the second diagonal lies behind the first, the difference is the length of a deletion.
Reads with the same breakpoint and the same first clipped bases are one group: its consensus is
split once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from flt3itd.insertions.haplotype import (
    Haplotype,
    Insertion,
    SmallChange,
    encode,
    small_change_between,
)
from flt3itd.insertions.splitting import LONG_COPY, Split, genuine_part, is_chance, split_between
from flt3itd.insertions.turned import turned_ends
from flt3itd.insertions.two_ends import (
    LEAST_FRAGMENTS,
    BothEnds,
    ClippedEnd,
    common_bases,
    ends_of_one,
    put_together,
)
from flt3itd.reads.kmer_aligner import KmerIndex
from flt3itd.reads.read_set import SplitRead

_SEED = 10
GROUPING_BASES = 12
"""Clipped bases by which reads are put together; shorter clips cannot be placed."""
_SEEDED_DIAGONALS = 3
_CONSENSUS_READS = 64
_MOST_END = 0.8
"""Share of a group's reads that end alike: of fragments that were sheared hardly two do."""
_UNKNOWN = "N"
_MEETING = 4
"""Bases on both sides of a split in which one read is believed."""


class Sought(NamedTuple):
    """The shortest changes to look for, in bases; None: no deletions."""

    insertion: int
    deletion: int | None

    def admits(self, length: int) -> bool:
        """Whether a change of this net inserted length (below zero: deleted) is looked for."""
        if length > 0:
            return length >= self.insertion
        return self.deletion is not None and -length >= self.deletion


INSERTIONS = Sought(3, None)
"""What the ITD caller looks for."""


class Candidate(NamedTuple):
    """A proposed change and the fragments that propose it."""

    change: SmallChange
    fragments: frozenset[int]

    @property
    def insertion(self) -> Insertion | None:
        """The change, if it is an insertion."""
        return self.change if isinstance(self.change, Insertion) else None


class Proposals(NamedTuple):
    """What the reads propose: `candidates`, the best supported first.

    `unexplained` counts, by breakpoint (template coordinate), the fragments that are clipped
    there alike and whose clipped bases lie nowhere near by; `ends` has by place what such clips on
    both sides of an insertion show of it.
    """

    candidates: list[Candidate]
    unexplained: dict[int, int]
    ends: dict[int, BothEnds]


@dataclass(frozen=True)
class SearchRegion:
    """Where a change may lie, locus coordinates half-open, with the k-mers around it."""

    reference: str
    start: int
    end: int
    index: KmerIndex
    sought: Sought = INSERTIONS

    @classmethod
    def around(
        cls, reference: str, start: int, end: int, reach: int, sought: Sought = INSERTIONS
    ) -> SearchRegion:
        """A region whose seeds reach `reach` bases beyond it on both sides."""
        index = KmerIndex.of(reference, _SEED, [(start - reach, end + reach)])
        return cls(reference, start, end, index, sought)

    def holds(self, change: SmallChange) -> bool:
        """Whether a change begins in the region, or what it duplicates ends there."""
        if self.start <= change.start <= self.end:
            return True
        if change.start > self.end or change.start + change.length < self.start:
            return False
        mutant = Haplotype.of(self.reference, change)
        return mutant.insertion is not None and self.start <= mutant.segment[1]


class _GroupKey(NamedTuple):
    """Reads with one key break at one place and go on alike.

    `kind` says on which side of `breakpoint` (locus coordinate) the aligner left the reference:
    `right` and `left` are clips, `gap` stands in the CIGAR. `length` is the inserted length in
    the CIGAR, of a clipped read too; below zero for a deletion.
    """

    kind: Literal["right", "left", "gap"]
    breakpoint: int
    length: int
    bases: str


class _Consensus(NamedTuple):
    """The majority sequence of a group; `anchor` is the query position of the breakpoint."""

    sequence: str
    anchor: int
    reads: npt.NDArray[np.int64]

    def cut(self, begin: int, end: int) -> _Consensus:
        """A part of the sequence, query positions half-open."""
        return _Consensus(self.sequence[begin:end], self.anchor - begin, self.reads[begin:end])


def find_candidates(reads: Iterable[SplitRead], region: SearchRegion) -> Proposals:
    """All changes that the reads propose, and the clips that propose none."""
    support: defaultdict[SmallChange, set[int]] = defaultdict(set)
    stray: list[ClippedEnd] = []
    far: list[ClippedEnd] = []  # may be what repeats of the genome resemble
    for key, group in _groups(reads, region.sought).items():
        change = _propose(key, group, region)
        if change is None and (shorter := _without_tails(group)) is not None:
            change = _propose(key, shorter, region)
        fragments = {read.fragment for read, _ in group}
        if change is not None and region.holds(change):
            support[change] |= fragments
        if key.kind == "gap" or len(group) == 1:
            continue
        if change is None:
            stray.append(_end(key, group))
        elif change.length > LONG_COPY:
            far.append(_end(key, group))
    ends = (*stray, *turned_ends(stray, region.index, region.reference), *far)
    for change, left, right in put_together(ends, region.reference):
        if region.sought.admits(change.length) and region.holds(change):
            support[change] |= left.fragments | right.fragments
            stray = [end for end in stray if not end.fragments <= support[change]]
    candidates = [Candidate(key, frozenset(found)) for key, found in support.items()]
    return Proposals(
        sorted(
            candidates,
            key=lambda c: (-len(c.fragments), c.change.start, c.change.inserted, c.change.end),
        ),
        _by_place(stray),
        ends_of_one(stray),
    )


def _end(key: _GroupKey, group: Sequence[tuple[SplitRead, int]]) -> ClippedEnd:
    """What the reads of a group show on both sides of the place where they are clipped."""
    fragments = frozenset(read.fragment for read, _ in group)
    members = group if len(fragments) >= LEAST_FRAGMENTS else ()
    left = common_bases(read.sequence[:at][::-1] for read, at in members)[::-1]
    right = common_bases(read.sequence[at:] for read, at in members)
    on_right = key.kind == "right"
    bases, anchor = (right, left) if on_right else (left, right)
    return ClippedEnd(key.breakpoint, on_right, bases, anchor, fragments)


def _by_place(ends: Iterable[ClippedEnd]) -> dict[int, int]:
    """How many fragments are clipped at each place."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for end in ends:
        found[end.place] |= end.fragments
    return {place: len(fragments) for place, fragments in sorted(found.items())}


def _groups(
    reads: Iterable[SplitRead], sought: Sought
) -> dict[_GroupKey, list[tuple[SplitRead, int]]]:
    """Reads, each with the query position of its breakpoint, by what they share there."""
    groups: defaultdict[_GroupKey, list[tuple[SplitRead, int]]] = defaultdict(list)
    for read in reads:
        sequence = read.sequence
        inserted = read.first_diagonal - read.last_diagonal
        length = inserted if inserted and sought.admits(inserted) else 0
        if length:
            anchor = read.first_block_end
            bases = _ends(sequence[anchor : anchor + length]) if length > 0 else ""
            key = _GroupKey("gap", anchor + read.first_diagonal, length, bases)
            groups[key].append((read, anchor))
        anchor = read.aligned_end
        if len(sequence) - anchor >= GROUPING_BASES:
            bases = sequence[anchor : anchor + GROUPING_BASES]
            key = _GroupKey("right", anchor + read.last_diagonal, length, bases)
            groups[key].append((read, anchor))
        anchor = read.aligned_start
        if anchor >= GROUPING_BASES:
            bases = sequence[anchor - GROUPING_BASES : anchor]
            key = _GroupKey("left", anchor + read.first_diagonal, length, bases)
            groups[key].append((read, anchor))
    return groups


def _ends(inserted: str) -> str:
    """What tells insertions of one length apart: an aligner may put the filler at either end."""
    return inserted[:GROUPING_BASES] + inserted[-GROUPING_BASES:]


def _propose(
    key: _GroupKey, group: list[tuple[SplitRead, int]], region: SearchRegion
) -> SmallChange | None:
    consensus = _consensus(group)
    own = key.breakpoint - consensus.anchor
    sequence = consensus.sequence
    admits = region.sought.admits
    if key.kind == "gap":
        pairs = [(own, own - key.length)]
    elif key.kind == "right":
        votes = region.index.diagonals(sequence[consensus.anchor :])
        behind = own + consensus.anchor
        others = [one - consensus.anchor for one in _best_supported(votes, behind)]
        first = own + key.length
        pairs = [(first, other) for other in others if admits(own - other)]
    else:
        votes = region.index.diagonals(sequence[: consensus.anchor])
        last = own - key.length
        pairs = [(other, last) for other in _best_supported(votes, own) if admits(other - own)]
    found: list[tuple[float, SmallChange]] = []
    for first, second in pairs[:_SEEDED_DIAGONALS]:
        begin, end = genuine_part(sequence, region.reference, first, second, consensus.anchor)
        part = consensus.cut(begin, end)
        split = split_between(
            encode(part.sequence), region.reference, first + begin, second + begin
        )
        if split is None or is_chance(
            split, len(part.sequence), begin, len(sequence) - end, abs(first - second)
        ):
            continue
        change = _change(part, split, first + begin, second + begin, region.reference)
        if change is not None:
            found.append((split.score(len(part.sequence)), change))
    return max(found, key=lambda item: item[0])[1] if found else None


def _best_supported(votes: Counter[int], own: int) -> list[int]:
    """Diagonals by their votes; of equals, as copies give them, the nearest first."""
    return sorted(votes, key=lambda diagonal: (-votes[diagonal], abs(diagonal - own)))


def _consensus(group: list[tuple[SplitRead, int]]) -> _Consensus:
    """Majority bases of a group, aligned at the breakpoint."""
    members = group
    if len(group) > _CONSENSUS_READS:
        members = _telling_most(group)
    if len(members) == 1:
        read, anchor = members[0]
        return _Consensus(read.sequence, anchor, np.ones(len(read.sequence), dtype=np.int64))
    before = max(anchor for _, anchor in members)
    after = max(len(read.sequence) - anchor for read, anchor in members)
    counts = np.zeros((4, before + after), dtype=np.int64)
    for read, anchor in members:
        begin = before - anchor
        bases = encode(read.sequence)
        for row, base in enumerate(b"ACGT"):
            counts[row, begin : begin + len(bases)] += bases == base
    most = counts.max(axis=0)
    bases = np.where(most > 0, encode("ACGT")[counts.argmax(axis=0)], ord(_UNKNOWN))
    return _Consensus(bases.astype(np.uint8).tobytes().decode("ascii"), before, most)


def _without_tails(
    group: list[tuple[SplitRead, int]],
) -> list[tuple[SplitRead, int]] | None:
    """Reads of a group cut where most of them end; None where no read goes on behind.

    Most reads of an amplicon end where its fragments do, and few have an adapter behind that has
    too many errors to be cut off as one.
    """
    before = _where_most_end([anchor for _, anchor in group])
    behind = _where_most_end([len(read.sequence) - anchor for read, anchor in group])
    if before is None and behind is None:
        return None
    cut = []
    for read, anchor in group:
        begin = 0 if before is None else max(0, anchor - before)
        end = None if behind is None else anchor + behind
        cut.append((read._replace(sequence=read.sequence[begin:end]), anchor - begin))
    return cut


def _where_most_end(reaches: Sequence[int]) -> int | None:
    """How far from the breakpoint most reads reach, alike; None where none reaches farther."""
    reach, count = Counter(reaches).most_common(1)[0]
    return reach if count >= _MOST_END * len(reaches) and max(reaches) > reach else None


def _telling_most(group: list[tuple[SplitRead, int]]) -> list[tuple[SplitRead, int]]:
    """The reads that reach far on both sides of the breakpoint, and those that do on either."""

    def farthest(reach: Sequence[int], count: int) -> list[int]:
        return sorted(range(len(group)), key=lambda index: (-reach[index], index))[:count]

    left = [anchor for _, anchor in group]
    right = [len(read.sequence) - anchor for read, anchor in group]
    either = _CONSENSUS_READS // 4
    chosen = {
        *farthest([*map(min, left, right)], _CONSENSUS_READS - 2 * either),
        *farthest(left, either),
        *farthest(right, either),
    }
    return [group[index] for index in sorted(chosen)]


def _change(
    consensus: _Consensus, split: Split, first: int, second: int, reference: str
) -> SmallChange | None:
    """The change that a split sequence shows, with what differs between two copies.

    None where what lies between them is unknown: a haplotype with unknown bases would fit others.
    """
    sequence = consensus.sequence
    end, start = first + split.left_end, second + split.right_start
    filler = sequence[split.left_end : split.right_start]
    if min(start, end) < 0 or max(start, end) > len(reference) or _UNKNOWN in filler:
        return None
    if end <= start:
        return small_change_between(reference, end, start, filler)
    first_copy, second_copy = list(reference[start:end]), list(reference[start:end])
    for place in range(start, end):
        mine = _trusted_base(consensus, place - first, 0, split.left_end, split)
        theirs = _trusted_base(consensus, place - second, split.right_start, len(sequence), split)
        if mine == theirs:  # a variant of the allele itself, not of one copy
            continue
        first_copy[place - start] = mine or reference[place]
        second_copy[place - start] = theirs or reference[place]
    return small_change_between(
        reference, start, end, "".join(first_copy) + filler + "".join(second_copy)
    )


def _trusted_base(consensus: _Consensus, query: int, begin: int, end: int, split: Split) -> str:
    """The base at a query position, if two reads show it or it lies where the copies meet.

    There a base that differs is a short filler more often than an error. Else, or unknown, empty.
    """
    if not begin <= query < end or consensus.sequence[query] == _UNKNOWN:
        return ""
    meeting = split.left_end - _MEETING <= query < split.right_start + _MEETING
    return consensus.sequence[query] if meeting or consensus.reads[query] >= 2 else ""
