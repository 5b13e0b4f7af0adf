"""Reads that a file holds more than once under new names: told by their bases and qualities.

Two reads of one place have the same bases; but qualities are measured anew of each cluster, so
that no two clusters have the same long row of them, unless it hardly changes. Of two clusters whose
first halves agree by chance, the second halves mostly do not; those of one read that is there twice
always do.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import NamedTuple, TypeVar
from zlib import crc32

import numpy as np

from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.read_set import SplitRead

Read = TypeVar("Read", SplitRead, AlignedRead)

_LOOKED_AT = 4000
"""Reads whose texts are compared, about: enough to see one in a hundred that is there twice."""
_CHANGES = 4
"""Changes of quality within half a read: of binned qualities two bases that are lower."""
_MOST_TIMES = 8
"""Reads of one text: no file is given more often. Where qualities were derived from bases and cycle
(recalibrated), hundreds of reads of an amplicon may have the best row."""
_LEAST_TEXTS = 5
"""Texts that are there more than once; fewer may be chance."""
_SECOND_HALVES = 0.9
"""Share of the reads of one first half that have the second half of another one too: of copies by
PCR whose qualities are binned, half of them have."""

_qualities_of = attrgetter("qualities")


class ReadText(NamedTuple):
    """The bases and qualities (raw Phred) of a read of a fragment.

    `mate` tells whether it lies on the reverse strand, and whether it is a second read.
    """

    fragment: Hashable
    mate: tuple[bool, bool]
    sequence: str
    qualities: bytes


def text_of_split(read: SplitRead) -> ReadText:
    """The text of a read over the ITD region."""
    return ReadText(read.fragment, (read.is_reverse, read.is_read2), read.sequence, read.qualities)


def text_of_aligned(read: AlignedRead) -> ReadText:
    """The text of a read over the kinase domain."""
    mate = read.is_reverse, not read.is_read1
    return ReadText(read.name, mate, read.sequence, read.qualities)


def share_repeated(reads: Sequence[Read], text_of: Callable[[Read], ReadText]) -> float:
    """The share of reads that are others once more, under another name.

    Asked of those whose qualities change often enough and are of no read with other bases, and
    whose second half few have; 0 where these are too few.
    """
    looked_at = _looked_at(reads)
    by_row: defaultdict[bytes, list[Read]] = defaultdict(list)
    for read in looked_at:
        by_row[_first_half(read.qualities)].append(read)
    begun = [
        [text_of(read) for read in group]
        for row, group in by_row.items()
        if 1 < len(group) <= _MOST_TIMES and _changes(row) >= _CHANGES
    ]
    if not begun:
        return 0.0
    ends = Counter(map(_second_half, looked_at))

    def is_telling(read: SplitRead | AlignedRead | ReadText) -> bool:
        return ends[_second_half(read)] <= _MOST_TIMES

    begun_alike = with_twin = again = texts = 0
    for group in begun:
        one_each = {
            (read.fragment, read.mate): _second_half(read) for read in filter(is_telling, group)
        }
        begins = {(read.mate, _first_bases(read)) for read in group}
        if len(one_each) < 2 or len(begins) > 1:
            continue
        several = [times for times in Counter(one_each.values()).values() if times > 1]
        begun_alike += len(one_each)
        with_twin += sum(several)
        again += sum(several) - len(several)
        texts += len(several)
    if texts < _LEAST_TEXTS or with_twin < _SECOND_HALVES * begun_alike:
        return 0.0
    asked = (group for row, group in by_row.items() if _changes(row) >= _CHANGES)
    return again / sum(sum(map(is_telling, group)) for group in asked)


def _looked_at(reads: Sequence[Read]) -> Sequence[Read]:
    """Some of the reads, chosen by their qualities: both copies of a read are, or neither is."""
    every = len(reads) // _LOOKED_AT
    if every <= 1:
        return reads
    sums = np.fromiter(map(crc32, map(_qualities_of, reads)), np.int64, len(reads))
    return [reads[row] for row in np.flatnonzero(sums % every == 0).tolist()]


def _first_bases(read: ReadText) -> str:
    return read.sequence[: len(read.qualities) // 2]


def _second_half(read: SplitRead | AlignedRead | ReadText) -> tuple[str, bytes]:
    half = len(read.qualities) // 2
    return read.sequence[half:], read.qualities[half:]


def _first_half(qualities: bytes) -> bytes:
    return qualities[: len(qualities) // 2]


def _changes(qualities: bytes) -> int:
    row = np.frombuffer(qualities, dtype=np.uint8)
    return int(np.count_nonzero(row[1:] != row[:-1]))
