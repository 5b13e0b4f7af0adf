"""Bases that are not of the sample: primer tails, spacers and molecular tags, and adapters.

The former stand at the 5' ends of most reads of a kind (first or second reads), where an aligner
clips them. Left in place they would make every read look like one that passes a junction, and hide
where amplicons begin. A clip that is the start of the locus elsewhere is a junction and stays.
Adapters follow the insert of a fragment that is shorter than the read. Rows of one base stand at
either end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from operator import ne
from typing import NamedTuple

import numpy as np

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import Flag
from flt3itd.reads.columns import IntArray
from flt3itd.reads.library import Booleans, read_spans
from flt3itd.reads.percentile import percentile
from flt3itd.reads.read_set import ReadSet, SplitRead

_LEAST_SHARE = 0.3
"""Share of the reads of a kind that begin with foreign bases; of ordinary reads some percent do."""
_OF_PRIMER = 0.05
"""Share of the plain reads that begin where a primer does, as of those that make an amplicon."""
_ALIKE = 3
"""Foreign bases before a primer that are those of the reference by chance, at most."""
_TELLING = 12
"""Bases of a clip that tell where it comes from; shorter clips are taken for foreign."""
_OF_CONSTRUCT = 90
"""Percentile of the clips that is the size of what stands in front of all reads: clips that go on
into a junction are some percent, and shorter ones match the genome by chance."""
_MOST = 40
"""Longest primer tail, spacer and molecular tag together; a longer clip is something else."""

ADAPTERS = ("AGATCGGAAGAGC", "CTGTCTCTTATACACATCT", "AAGTCGGAGGCCAAGCGG", "TGGAATTCTCGGGTGCC")
"""First bases of what follows the insert: TruSeq, Nextera, MGI, small RNA (Illumina document
1000000002694; MGI user manual)."""
_ADAPTER_BASES = 12
_BEGINS = tuple(adapter[:_ADAPTER_BASES] for adapter in ADAPTERS)
_BEGINS_REVERSED = tuple(map(reverse_complement, _BEGINS))
_MISREAD_BASES = 13
"""Bases of an adapter that may have one error where a clip begins with them: in the FLT3 locus as
many have two or more, in 1.8 million bases of other genes four places have one."""
_TAIL = 10
_OF_ONE_BASE = 0.9
"""So many bases at the end of a clip, so many of them one, are what instruments read behind the end
of an adapter: A, or G where they see nothing (two colours). FLT3 exons 13 to 15 and their introns
have at most seven in a row."""
_ANOTHER_BASE = -4
"""What a base of another kind costs in a tail, where one of its own is worth 1."""
_LEAST_RUN = 1 - _ANOTHER_BASE
"""Bases of one kind side by side: shorter runs gain no more than the base between them costs."""
_BY_CHANCE = 9
"""Bases of an adapter that may be aligned by chance: as many stand in the locus behind exon 15
(AGATCGGAA at chr13:28,032,977), of the other adapters at most eight."""
_AT_MATE = 5
"""Bases that a masked adapter may begin away from the base with which the mate begins."""
_REMEMBERED = 4096
"""Ends of reads whose answer is kept: in an amplicon most are the same few."""


class CutEnds(NamedTuple):
    """How many reads had an adapter behind them, and how many a row of one base at an end."""

    adapters: int
    tails: int


NOTHING_CUT = CutEnds(0, 0)


def cut_adapters(reads: ReadSet, reference: str) -> CutEnds:
    """Cut adapters, and what follows them, from the clipped ends of reads, and rows of one base.

    These may stand in front, too: oligo-dT and what templates were tailed with.
    """
    tails = _cut_tails_in_front(reads, reference)
    split = reads.columns()
    behind_all = np.where(split.is_reverse, split.clipped_first, split.clipped_last)
    clipped = np.flatnonzero(behind_all).tolist()
    behind = {at: _adapter_bases(reads.split[at]) for at in clipped}
    _add_masked(reads, clipped, behind)
    behind = {at: bases for at, bases in behind.items() if bases}
    of_one_base = sum(_is_of_one_base(reads.split[at], cut) for at, cut in behind.items())
    _cut(reads, behind, reference, at_start=False)
    return CutEnds(len(behind) - of_one_base, tails + of_one_base)


def _cut_tails_in_front(reads: ReadSet, reference: str) -> int:
    """Cut rows of one base from the clipped 5' ends of reads; returns the reads."""
    split = reads.columns()
    clipped = np.where(split.is_reverse, split.clipped_last, split.clipped_first)
    found = {}
    for at in np.flatnonzero(clipped >= _TAIL).tolist():
        read, size = reads.split[at], int(clipped[at])
        clip = read.sequence[: -size - 1 : -1] if read.is_reverse else read.sequence[:size]
        found[at] = _tail_of_one_base(clip)
    found = {at: bases for at, bases in found.items() if bases}
    _cut(reads, found, reference, at_start=True)
    return len(found)


def _adapter_bases(read: SplitRead) -> int:
    """How many bases at the 3' end belong to an adapter or follow it."""
    return adapter_bases(read.sequence, _clipped_behind(read), is_reverse=read.is_reverse)


def _is_of_one_base(read: SplitRead, bases: int) -> bool:
    """Whether the last bases of a read, as it was read, are nearly all one."""
    end = read.sequence[:bases] if read.is_reverse else read.sequence[-bases:]
    return max(map(end.count, "ACGT")) >= _OF_ONE_BASE * bases


def _clipped_behind(read: SplitRead) -> int:
    """How many bases are clipped at the 3' end."""
    return read.aligned_start if read.is_reverse else len(read.sequence) - read.aligned_end


def _add_masked(reads: ReadSet, clipped: Iterable[int], behind: dict[int, int]) -> None:
    """Add adapters of which programs left unknown bases (N), behind known ones of a clip.

    Where all of a clip is unknown, those that stand behind the base with which the mate begins:
    others are junctions that were masked.
    """
    unknown = [
        (at, bases)
        for at in clipped
        if not behind[at] and (bases := _unknown_bases(reads.split[at]))
    ]
    if not unknown:
        return
    spans = read_spans(reads)
    for at, bases in unknown:
        read = reads.split[at]
        left = spans.last[read.fragment] - read.end
        if read.is_reverse:
            left = read.start - spans.first[read.fragment]
        at_mate = spans.paired[read.fragment] and left <= _AT_MATE
        if at_mate or bases < _clipped_behind(read):
            behind[at] = bases


def _unknown_bases(read: SplitRead) -> int:
    """How many clipped bases at the 3' end are unknown."""
    text = read.sequence
    known = text.lstrip("N") if read.is_reverse else text.rstrip("N")
    return min(len(text) - len(known), _clipped_behind(read))


def adapter_bases(text: str, clipped: int, *, is_reverse: bool) -> int:
    """How many bases at the 3' end of a read belong to an adapter or follow it, as one base does.

    `text` is the read as aligned, of which `clipped` bases at that end are not.
    """
    if clipped < _ADAPTER_BASES - _BY_CHANCE:
        return 0
    size = clipped + _BY_CHANCE
    return _foreign_end(text[:size] if is_reverse else text[-size:], clipped, is_reverse)


@lru_cache(_REMEMBERED)
def _foreign_end(end: str, clipped: int, is_reverse: bool) -> int:
    """The same of the last bases of a read, as aligned, of which `clipped` are not."""
    tail = _tail_of_one_base(end[:clipped] if is_reverse else end[: -clipped - 1 : -1])
    found = max(tail, _behind_adapter(end, is_reverse))
    if found:
        return found
    return _behind_misread_adapter(reverse_complement(end) if is_reverse else end, clipped)


def _tail_of_one_base(clip: str) -> int:
    """How many bases of a clip, from the end of its read inwards, are one base, or nearly so."""
    if len(clip) < _TAIL:
        return 0
    base = max("ACGT", key=clip[:_TAIL].count)
    if clip.count(base) >= _OF_ONE_BASE * len(clip):
        return len(clip)
    if base * _LEAST_RUN not in clip:
        return 0
    scores = list(accumulate([1 if one == base else _ANOTHER_BASE for one in clip]))
    best = max(scores)
    return scores.index(best) + 1 if best >= _TAIL else 0


def _behind_adapter(end: str, is_reverse: bool) -> int:
    """How many of the last bases of a read are an adapter and what follows it."""
    for sought in _BEGINS_REVERSED if is_reverse else _BEGINS:
        at = end.rfind(sought) if is_reverse else end.find(sought)
        if at >= 0:
            return at + _ADAPTER_BASES if is_reverse else len(end) - at
    return 0


def _behind_misread_adapter(end: str, clipped: int) -> int:
    """The same where the clip begins with an adapter that has one error; `end` is as it was read.

    The first bases of the adapter may be aligned by chance.
    """
    last = len(end) - clipped + 1
    half = _MISREAD_BASES // 2
    for adapter in ADAPTERS:
        # Of two halves one has no error.
        for part, before in ((adapter[:half], 0), (adapter[half:_MISREAD_BASES], half)):
            at = end.find(part, before, last + _MISREAD_BASES) - before
            if not 0 <= at <= last:
                continue
            shown = end[at : at + _MISREAD_BASES]
            errors = sum(map(ne, shown, adapter))
            if len(shown) == _MISREAD_BASES and errors <= 1:
                return len(end) - at
    return 0


def cut_foreign_bases(
    reads: ReadSet, reference: str, region: tuple[int, int], *, of_one_construct: bool = False
) -> int:
    """Cut foreign bases from the reads of a set; returns the most bases that were cut off.

    `region` bounds the part of the reference (0-based, half-open) that a junction may lead to.
    Where all reads have the same construct in front (no primers), no more than its bases are cut
    from a clip that may go on into a junction. Else reads begin with primers: what stands in front
    of one is foreign, even if it is like another place of the locus (a repeat).
    """
    own = {reference[at : at + _TELLING] for at in range(max(0, region[0]), region[1])}
    clipped = clipped_in_front(reads)
    foreign = clipped.copy()
    for at in np.flatnonzero(clipped >= _TELLING).tolist():
        foreign[at] = _foreign_bases(reads.split[at], int(clipped[at]), own)
    most = 0
    for kind, are_many in of_each_mate(reads, foreign):
        if not are_many:
            foreign[kind] = 0
            continue
        begun = foreign[kind & (foreign > 0)]
        if of_one_construct:
            size = int(percentile(begun, _OF_CONSTRUCT))
            is_own = (foreign < _TELLING + size) & kind
            foreign[is_own] = np.minimum(clipped[is_own], size)
            begun = np.minimum(begun, size)
        most = max(most, int(percentile(begun, 99)))
    if not of_one_construct:
        before_primer = _before_primer(reads, clipped)
        foreign[before_primer] = clipped[before_primer]
    rows = np.flatnonzero(foreign)
    if len(rows):
        ends = dict(zip(rows.tolist(), foreign[rows].tolist(), strict=True))
        _cut(reads, ends, reference, at_start=True)
    return most


def clipped_in_front(reads: ReadSet) -> IntArray:
    """The bases that are clipped at the 5' end of each split read; 0 where they are too many."""
    split = reads.columns()
    clipped = np.where(split.is_reverse, split.clipped_last, split.clipped_first)
    clipped[clipped > _MOST] = 0
    return clipped


def of_each_mate(reads: ReadSet, clipped: IntArray) -> Iterator[tuple[Booleans, bool]]:
    """Which split reads are first ones, and which second ones; and whether many are `clipped`.

    Many of all reads of that kind, in front: fewer are those over junctions.
    """
    is_second = reads.columns()["is_read2"] == 1
    for is_read2 in (False, True):
        kind = is_second == is_read2
        plain = np.count_nonzero(reads.plain_bits(Flag.READ_2) == is_read2)
        begun = int(np.count_nonzero(clipped[kind]))
        least = _LEAST_SHARE * (int(np.count_nonzero(kind)) + int(plain))
        yield kind, 0 < begun >= least


def _before_primer(reads: ReadSet, clipped: IntArray) -> list[int]:
    """The rows of split reads whose clipped bases stand in front of where many reads begin."""
    start, end, _ = reads.plain()
    is_reverse = reads.plain_bits(Flag.REVERSE)
    begin, number = np.unique(np.where(is_reverse, ~end, start), return_counts=True)
    primers = set(begin[number >= _OF_PRIMER * len(start)].tolist())
    return [
        at
        for at in np.flatnonzero(clipped >= _TELLING).tolist()
        if any(_begin(reads.split[at]) + bases in primers for bases in range(_ALIKE + 1))
    ]


def _begin(read: SplitRead) -> int:
    """Where the bases that are not clipped begin, as they were read; inverted on the reverse."""
    if read.is_reverse:
        return ~(read.last_diagonal + read.aligned_end)
    return read.first_diagonal + read.aligned_start


def _foreign_bases(read: SplitRead, clipped: int, own: set[str]) -> int:
    """How many of the bases that are clipped at the 5' end are no part of the locus: all or 0."""
    begin = read.aligned_end if read.is_reverse else 0
    bases = read.sequence[begin : begin + clipped]
    parts = (bases[at : at + _TELLING] for at in range(clipped - _TELLING + 1))
    return 0 if any(part in own for part in parts) else clipped


def _cut(reads: ReadSet, ends: Mapping[int, int], reference: str, *, at_start: bool) -> None:
    """Take bases off one end of some reads, by row; those that are plain without become so."""
    plain: set[int] = set()
    for row, bases in ends.items():
        read = reads.split[row]
        if at_start:
            reads.cut_in_front[2 * read.fragment + read.is_read2] += bases
        leftmost = read.is_reverse is not at_start
        cut = _without_start(read, bases) if leftmost else _without_end(read, bases)
        reads.split[row] = cut
        if reads.add_if_plain(cut, reference):
            plain.add(row)
    if plain:
        reads.split[:] = [read for row, read in enumerate(reads.split) if row not in plain]


def _without_start(read: SplitRead, bases: int) -> SplitRead:
    return read._replace(
        first_diagonal=read.first_diagonal + bases,
        last_diagonal=read.last_diagonal + bases,
        aligned_start=max(0, read.aligned_start - bases),
        aligned_end=read.aligned_end - bases,
        first_block_end=read.first_block_end - bases,
        sequence=read.sequence[bases:],
        qualities=read.qualities[bases:],
    )


def _without_end(read: SplitRead, bases: int) -> SplitRead:
    left = len(read.sequence) - bases
    return read._replace(
        aligned_end=min(read.aligned_end, left),
        first_block_end=min(read.first_block_end, left),
        sequence=read.sequence[:left],
        qualities=read.qualities[:left],
    )
