"""Reads of another sequence that is like the locus: of another species, or of a homologue.

Errors make a read differ from the reference anywhere. Reads of another sequence differ at the same
places as each other, all over their length. Those that aligners clipped, or that lie in a part that
is the same, are known by the bases that they have in common with the others.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar

import numpy as np

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import layout_of
from flt3itd.reads.columns import column, count_distinct, true_by_row
from flt3itd.reads.kmer_aligner import matching_part
from flt3itd.reads.library import read_spans
from flt3itd.reads.mismatches import compared
from flt3itd.reads.read_set import ReadSet, SplitRead
from flt3itd.reads.tally import LONG_GAP, SHORT_GAP
from flt3itd.reads.unplaced import kmers_of

Read = TypeVar("Read")

_fragment_of = attrgetter("fragment")

_LOOKED_AT = 4000
"""Reads that are looked at first; only if some are of another sequence all are."""
_LEAST_DIFFERING = 0.02
"""Differences per base that fragments have in common. Of 300 bases of two people 0.3 differ, and
hardly ever six; a sequence that is nearer to the reference cannot be told by its reads."""
_LEAST_PLACES = 4
"""Places of a fragment at which it differs as others do: an insertion that an aligner put into a
read as mismatches is one place, two primers with bases that do not fit are two."""
_APART = 10
"""Bases between two differences that are two places."""
_NEXT_TO = 5
"""Bases within which a difference goes on with the one before: bases between two gaps that make up
for each other, which an aligner laid there without them, are one place."""
_LEAST_AGREEING = 4
_LEAST_SHARE = 0.1
_BEYOND_CHANCE = 4.0
"""Reads that differ by the same base at a place, their share of the differing reads there, and
standard deviations above what agrees by chance: some reads of every run are wrong all along, and of
forty with a fifth of their bases wrong two or three have the same wrong base."""
_LEAST_SHOWN = 0.3
"""Share of the differences that others have alike which a fragment shows where it lies: of two
other sequences in one sample each shows its own, about a half."""
_KMER = 16
_LEAST_KMERS = 20
"""16-mers that a fragment has in common with the others and that are not of the reference: one
difference makes 16."""
_LEAST_WITH_KMER = 2
"""Fragments of another sequence that show such a 16-mer: with one alone it may be an error."""
_LEAST_OF_KMER = 0.1
"""Their share of all that show it: what most others show too, as the junction of an ITD, is of
this locus."""


class Part(NamedTuple):
    """A part of a read that lies on the reference without a gap: sequence[begin:end] from `start`.

    `fragment` is the same for both mates; the sequence is on the strand of the reference.
    """

    fragment: Hashable
    sequence: str
    start: int
    begin: int
    end: int


class _Differing(NamedTuple):
    """Where a read differs from the reference: places and bases, and what was compared."""

    fragment: Hashable
    start: int
    end: int
    differences: list[tuple[int, str]]


def parts_of_split(reads: Iterable[SplitRead]) -> Iterator[Part]:
    """The longer end of each read that lies on the reference, up to its next gap."""
    for read in reads:
        inserted = max(0, read.first_diagonal - read.last_diagonal)
        begin, end = read.aligned_start, read.first_block_end
        diagonal = read.first_diagonal
        if read.last_diagonal != diagonal and read.aligned_end - end - inserted > end - begin:
            begin, end, diagonal = end + inserted, read.aligned_end, read.last_diagonal
        yield Part(read.fragment, read.sequence, diagonal + begin, begin, end)


def parts_of_aligned(reads: Iterable[AlignedRead]) -> Iterator[Part]:
    """The longest aligned block of each read; the name of a read is its fragment."""
    for read in reads:
        blocks = layout_of(read.cigar).blocks
        if blocks:
            block = max(blocks, key=lambda one: one.length)
            start = read.start + block.reference
            yield Part(read.name, read.sequence, start, block.query, block.query_end)


def leave_out_other_sequences(reads: ReadSet, reference: str) -> float:
    """Take the fragments of another sequence out of a set; the share of all that they were."""
    others = of_another_sequence(reads.split, parts_of_split, reference)
    if not others:
        return 0.0
    share = len(others) / count_distinct(read_spans(reads).fragment)
    for read in reads.split:
        if read.fragment in others:
            gap = abs(read.first_diagonal - read.last_diagonal)
            place = read.first_diagonal + read.first_block_end
            reads.tally.gaps[place] -= 0 < gap <= SHORT_GAP
            reads.tally.long_gaps -= gap >= LONG_GAP
    reads.keep([fragment not in others for fragment in range(reads.fragments)])
    return share


def of_another_sequence(
    reads: Sequence[Read], parts_of: Callable[[Sequence[Read]], Iterable[Part]], reference: str
) -> frozenset[Hashable]:
    """The fragments that are of another sequence than the reference, empty where hardly any is."""
    every = max(1, len(reads) // _LOOKED_AT)
    parts = list(parts_of(reads[::every]))
    found = _differing_alike(parts, reference)
    if found and every > 1:
        parts = list(parts_of(reads))
        found = _differing_alike(parts, reference)
    return _with_alike(found, parts, reference) if found else frozenset()


def _differing_alike(parts: Sequence[Part], reference: str) -> frozenset[Hashable]:
    """The fragments that differ all over their length, and at places at which others do too."""
    by_fragment: defaultdict[Hashable, list[_Differing]] = defaultdict(list)
    for each in _differing(parts, reference):
        by_fragment[each.fragment].append(each)
    suspected = {name: reads for name, reads in by_fragment.items() if _is_far(reads)}
    shown, covered = Counter[tuple[int, str]](), np.zeros(len(reference) + 1, dtype=np.int64)
    for read in (one for reads in suspected.values() for one in reads):
        shown.update(read.differences)
        covered[read.start] += 1
        covered[read.end] -= 1
    depth = np.cumsum(covered)
    by_chance = depth * shown.total() / max(1, 3 * int(depth.sum()))  # of three other bases
    least = np.maximum(_LEAST_SHARE * depth, by_chance + _BEYOND_CHANCE * np.sqrt(by_chance))
    alike = {one for one, count in shown.items() if count >= max(_LEAST_AGREEING, least[one[0]])}
    places = np.bincount([place for place, _ in alike], minlength=len(reference))
    before = np.concatenate(([0], np.cumsum(places)))
    found = set()
    for name, reads in suspected.items():
        agreeing = [
            one._replace(differences=[each for each in one.differences if each in alike])
            for one in reads
        ]
        shown_here = sum(len(one.differences) for one in agreeing)
        alike_here = sum(int(before[one.end] - before[one.start]) for one in reads)
        if shown_here >= _LEAST_SHOWN * alike_here and _is_far(agreeing):
            found.add(name)
    return frozenset(found)


def _is_far(reads: Sequence[_Differing]) -> bool:
    """Whether the reads of a fragment differ by much, and at enough places."""
    places = {place for read in reads for place, _ in read.differences}
    if len(places) < _LEAST_PLACES:
        return False
    number = sum(len(read.differences) for read in reads)
    if number < _LEAST_DIFFERING * sum(read.end - read.start for read in reads):
        return False
    apart, last, before = 0, -_APART, -_APART
    for place in sorted(places):
        if place >= last + _APART and place > before + _NEXT_TO:
            apart, last = apart + 1, place
        before = place
    return apart >= _LEAST_PLACES


def _differing(parts: Sequence[Part], reference: str) -> Iterator[_Differing]:
    """Where parts differ from the reference, within what lies there.

    Those of fragments none of whose parts differs by enough are left: what `matching_part` leaves
    out differs more than the rest.
    """
    start, size = column(parts, "start"), column(parts, "end") - column(parts, "begin")
    within = np.flatnonzero((start >= 0) & (size > 0) & (start + size <= len(reference)))
    blocks = [parts[row].sequence[parts[row].begin : parts[row].end] for row in within.tolist()]
    found = [
        (within[rows], differs) for rows, _, differs in compared(blocks, start[within], reference)
    ]
    telling = {
        parts[row].fragment
        for rows, differs in found
        for row in rows[true_by_row(differs) >= _LEAST_DIFFERING * differs.shape[1]].tolist()
    }
    is_telling = np.fromiter(
        map(telling.__contains__, map(_fragment_of, parts)), np.bool_, len(parts)
    )
    for rows, differs in found:
        for at in np.flatnonzero(is_telling[rows]).tolist():
            part, places = parts[rows[at]], np.flatnonzero(differs[at]).tolist()
            if not places:
                continue
            # What an aligner was forced to lay there is left out.
            first, last = matching_part(places, part.end - part.begin)
            shown = [
                (part.start + place, part.sequence[part.begin + place])
                for place in places
                if first <= place < last and part.sequence[part.begin + place] != "N"
            ]
            yield _Differing(part.fragment, part.start + first, part.start + last, shown)


def _with_alike(
    found: frozenset[Hashable], parts: Sequence[Part], reference: str
) -> frozenset[Hashable]:
    """The same fragments, and those that have many bases in common with them alone."""
    own = kmers_of(reference, [(0, len(reference))], _KMER)
    kmers: dict[Hashable, set[str]] = defaultdict(set)
    for part in parts:
        text = part.sequence
        kmers[part.fragment].update(text[at : at + _KMER] for at in range(len(text) - _KMER + 1))
    shown = Counter(kmer for name in found for kmer in kmers[name] - own)
    every = Counter(kmer for its in kmers.values() for kmer in its if kmer in shown)
    foreign = {
        kmer
        for kmer, count in shown.items()
        if count >= max(_LEAST_WITH_KMER, _LEAST_OF_KMER * every[kmer])
    }
    return found | {name for name, its in kmers.items() if len(its & foreign) >= _LEAST_KMERS}
