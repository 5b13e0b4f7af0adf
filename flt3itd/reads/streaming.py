"""Reads over the locus: streamed once, sorted into plain ones and ones worth a closer look.

A plain read lies on the reference from its first base to its last; its interval is all that
counting needs. Every other read (soft clip, insertion, deletion, several mismatches, an unmapped
mate) keeps its sequence and is later compared with the candidate haplotypes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice, repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pysam

from flt3itd.reads.aligned import phred
from flt3itd.reads.alignment import READ_2, REVERSE, UNMAPPED, Block, layout_of
from flt3itd.reads.alignment_file import family_size, family_umi
from flt3itd.reads.columns import (
    IntArray,
    PieceLengths,
    batches,
    column,
    names_of,
    without_skipped,
)
from flt3itd.reads.groups import Groups
from flt3itd.reads.mates import MateElsewhere, Mates
from flt3itd.reads.mismatches import (
    MismatchCounter,
    NmField,
    SingleMismatches,
    mismatches_of,
)
from flt3itd.reads.read_set import PLAIN_MISMATCHES, ReadSet, SplitRead, UnplacedRead

LINKED_REACH = 300
"""Bases beside a target in which the mismatches of reads are noted: an ITD reaches beyond it, and
other bases within 200 of it are named with it."""

_QUALITIES_EVERY = 32
"""Records between two whose base qualities are looked at."""


UnplacedReads = Callable[[int, str, bytes], SplitRead | None]
"""Places a read (fragment number, sequence, qualities) that the aligner left unmapped."""

WholeReads = Callable[
    [Sequence[pysam.AlignedSegment], Sequence[MateElsewhere], int], Iterable[pysam.AlignedSegment]
]
"""Makes whole reads of supplementary records, and finds mates, given the number of fragments
(`flt3itd.reads.pieces`)."""


class Stretch(NamedTuple):
    """A piece of a contig: its bases, and contig position minus place in them (both 0-based).

    `target` (places in them, half-open) is what is asked about; empty where nothing is.
    """

    reference: str
    shift: int
    target: tuple[int, int] = (0, 0)

    @property
    def noted(self) -> tuple[int, int]:
        """Where the mismatches of reads are noted: the target and what lies beside it."""
        low, high = self.target
        return (low - LINKED_REACH, high + LINKED_REACH) if low < high else self.target


def _split_read(
    record: pysam.AlignedSegment, sequence: str, fragment: int, start: int, blocks: Sequence[Block]
) -> SplitRead:
    """A read with such bases, the blocks of which lie as given from `start` on."""
    flag = record.flag
    first, last = blocks[0], blocks[-1]
    return SplitRead(
        fragment,
        start + first.reference - first.query,
        start + last.reference - last.query,
        first.query,
        last.query + last.length,
        first.query + first.length,
        sequence,
        phred(record, len(sequence)),
        flag & REVERSE != 0,
        flag & READ_2 != 0,
    )


def _in_one_piece(
    records: Sequence[pysam.AlignedSegment],
    starts: IntArray,
    lengths: IntArray,
    fragments: IntArray,
    flags: IntArray,
) -> Iterator[SplitRead]:
    """The same of many reads that have one block from end to end."""
    sequences = [record.query_sequence or "" for record in records]
    start, length = starts.tolist(), lengths.tolist()
    columns = (
        fragments.tolist(),
        start,
        start,
        repeat(0),
        length,
        length,
        sequences,
        map(phred, records, map(len, sequences)),
        (flags & REVERSE != 0).tolist(),
        (flags & READ_2 != 0).tolist(),
    )
    return map(SplitRead._make, zip(*columns, strict=False))


class Taken(NamedTuple):
    """Which records are taken, and what is kept of them beside their reads.

    Records that have one of `skipped_flags` are left out (secondary, supplementary, failed, and for
    capture duplicates), and all behind the first `at_most`. Of `molecules` the sizes of their
    families are kept, and their UMIs; `groups` notes of which lane or read group fragments are.
    `whole` makes reads of supplementary records, and finds mates that lie elsewhere. `nm` is what
    other regions of the file showed of the field NM.
    """

    skipped_flags: int
    at_most: int | None = None
    molecules: bool = False
    groups: Groups | None = None
    whole: WholeReads | None = None
    nm: NmField | None = None


def collect_reads(
    records: Iterable[pysam.AlignedSegment],
    stretch: Stretch,
    place_unmapped: UnplacedReads,
    taken: Taken,
) -> ReadSet:
    """Sort the records over a stretch into plain and split reads.

    Whether a read is plain is read from its NM field, or from the sequence where it has none or one
    that is wrong. Mates that should begin in the target and do not are counted, but none behind the
    last record of `at_most`; single mismatches are noted there and beside it.
    """
    reads = ReadSet(mismatches=SingleMismatches(stretch.noted), groups=taken.groups or Groups())
    tally, mates = reads.tally, Mates()
    numbered = _Numbered(reads, mates, taken.molecules, taken.groups)
    sorting = _Sorting(reads, stretch, taken.nm, place_unmapped)
    seen, last = 0, None
    pieces: list[pysam.AlignedSegment] | None = None if taken.whole is None else []
    for batch in batches(islice(records, taken.at_most)):
        seen, last = seen + len(batch), batch[-1]
        kept, flags = without_skipped(batch, taken.skipped_flags, tally, pieces)
        sorting.take(kept, flags, numbered.fragments_of(kept, flags))
    elsewhere = mates.elsewhere()
    if taken.whole is not None and (pieces or elsewhere):
        made = list(taken.whole(pieces or (), elsewhere, mates.fragments))
        flags = column(made, "flag")
        sorting.take(made, flags, numbered.fragments_of(made, flags))
    low, high = (place + stretch.shift for place in stretch.target)
    if last is not None and seen == taken.at_most:
        high = last.reference_start
    # Two pieces of one read are taken for a pair, and leave the mate alone.
    tally.mates_missing = max(0, mates.missing(low, high) - tally.pieces)
    tally.names_shared = max(0, mates.alike - tally.pieces)
    reads.fragments = mates.fragments
    return reads


class _Numbered(NamedTuple):
    """Numbers the fragments of records, and notes what each of them is of."""

    reads: ReadSet
    mates: Mates
    molecules: bool
    groups: Groups | None

    def fragments_of(self, records: Sequence[pysam.AlignedSegment], flags: IntArray) -> IntArray:
        """The fragment of each record; of new ones the family and the lane or group are noted."""
        names = names_of(records)
        fragments = self.mates.fragments_of(records, names, flags)
        if self.molecules:
            for record, fragment in zip(records, fragments.tolist(), strict=True):
                if fragment == len(self.reads.family_reads):
                    self.reads.family_reads.append(family_size(record))
                    self.reads.family_umis.append(family_umi(record))
        if self.groups is not None:
            self.groups.note(records, names, fragments)
        return fragments


class _Sorting:
    """Takes records into a set, many at once: plain ones as columns, the others one by one."""

    def __init__(
        self,
        reads: ReadSet,
        stretch: Stretch,
        nm: NmField | None,
        place_unmapped: UnplacedReads,
    ) -> None:
        self._reads, self._tally = reads, reads.tally
        self._shift, self._reference = stretch.shift, stretch.reference
        self._mismatches = MismatchCounter(stretch.reference, nm)
        self._pieces = PieceLengths()
        self._place_unmapped = place_unmapped
        self._sequences: dict[str, str] = {}  # each once: amplicon reads share them
        self._clipped: dict[tuple[str | None, int], int] = {}  # where reads that are clipped begin

    def take(
        self, records: Sequence[pysam.AlignedSegment], flags: IntArray, fragments: IntArray
    ) -> None:
        """Take records that are not left out, in the order of the file."""
        low_quality = column(records, "mapping_quality") == 0
        self._tally.without_mapping_quality += int(np.count_nonzero(low_quality))
        lengths = self._pieces.of(records)
        has_place = (lengths != PieceLengths.NO_CIGAR) & (flags & UNMAPPED == 0)
        has_bases = column(records, "query_length") > 0
        self._look_at_qualities(records, has_place & has_bases)
        self._reads.reads += len(records)
        is_whole = has_place & has_bases & (lengths >= 0)
        is_split, whole = self._take_whole(
            list(compress(records, is_whole.tolist())),
            lengths[is_whole],
            fragments[is_whole],
            flags[is_whole],
        )
        split: list[SplitRead | None] = [None] * len(records)
        for row, read in zip(np.flatnonzero(is_whole)[is_split].tolist(), whole, strict=True):
            split[row] = read
        others = np.flatnonzero(~is_whole)
        told = (each[others].tolist() for each in (fragments, has_place, has_bases))
        for row, fragment, placed, based in zip(others.tolist(), *told, strict=True):
            if not placed:
                split[row] = self._placed(records[row], fragment)
            elif not based:
                self._tally.without_bases += 1
            else:
                split[row] = self._in_blocks(records[row], fragment)
        self._reads.split.extend(filter(None, split))

    def _take_whole(
        self,
        records: Sequence[pysam.AlignedSegment],
        lengths: IntArray,
        fragments: IntArray,
        flags: IntArray,
    ) -> tuple[npt.NDArray[np.bool_], Iterator[SplitRead]]:
        """Take reads that are aligned in one piece; which of them are not plain, and these."""
        starts = column(records, "reference_start") - self._shift
        mismatches = self._mismatches.of_each(records, starts)
        is_split = mismatches > PLAIN_MISMATCHES
        with_mismatch = np.flatnonzero(~is_split & (mismatches != 0))
        ends = starts + lengths
        is_inside = (starts >= 0) & (ends <= len(self._reference))
        looked_at = with_mismatch[self._tally.count_mismatches(len(with_mismatch))]
        self._look_at_mismatches(records, looked_at, starts, is_inside)
        noted = self._reads.mismatches
        low, high = noted.near or (0, len(self._reference))
        near = (starts < high) & (ends > low) & is_inside
        rows = with_mismatch[near[with_mismatch]]  # of others the bases stay packed
        sequences = [records[row].query_sequence or "" for row in rows.tolist()]
        noted.note_all(fragments[rows], sequences, starts[rows], self._reference)
        plain = ~is_split
        self._reads.add_plain_columns(starts[plain], lengths[plain], fragments[plain], flags[plain])
        of_split = starts[is_split], lengths[is_split], fragments[is_split], flags[is_split]
        return is_split, _in_one_piece(list(compress(records, is_split.tolist())), *of_split)

    def _in_blocks(self, record: pysam.AlignedSegment, fragment: int) -> SplitRead | None:
        """A read with gaps or clips; None where nothing of it is aligned."""
        start = record.reference_start - self._shift
        layout = layout_of(tuple(record.cigartuples or ()))
        self._tally.add_layout(start, layout)
        if layout.clips:
            read = record.query_name, record.flag & READ_2
            self._tally.pieces += self._clipped.setdefault(read, start) != start
        if not layout.blocks:
            return None
        sequence = record.query_sequence or ""
        sequence = self._sequences.setdefault(sequence, sequence)
        return _split_read(record, sequence, fragment, start, layout.blocks)

    def _look_at_qualities(
        self, records: Sequence[pysam.AlignedSegment], placed: npt.NDArray[np.bool_]
    ) -> None:
        """Look at every so many of all records, where it is one with a place and bases."""
        first = -(self._reads.reads + 1) % _QUALITIES_EVERY
        rows = range(first, len(records), _QUALITIES_EVERY)
        self._tally.add_qualities([records[row].query_qualities for row in rows if placed[row]])

    def _look_at_mismatches(
        self,
        records: Sequence[pysam.AlignedSegment],
        rows: IntArray,
        starts: IntArray,
        is_inside: npt.NDArray[np.bool_],
    ) -> None:
        """Note the mismatches of some of the records, which are plain; few leave the reference."""
        inside = rows[is_inside[rows]]
        some = [records[row] for row in inside.tolist()]
        sequences = [record.query_sequence or "" for record in some]
        found = mismatches_of(sequences, starts[inside], column(some, "flag"), self._reference)
        self._tally.mismatches.update(found)
        for row in rows[~is_inside[rows]].tolist():
            self._tally.look_at_mismatch(
                records[row].query_sequence or "",
                int(starts[row]),
                self._reference,
                is_reverse=records[row].is_reverse,
                is_read2=records[row].is_read2,
            )

    def _placed(self, record: pysam.AlignedSegment, fragment: int) -> SplitRead | None:
        """A read that the aligner left unmapped, or put elsewhere; noted where it has no place."""
        sequence = (record.query_sequence or "").upper()
        if not sequence:
            return None
        qualities = phred(record, len(sequence))
        placed = self._place_unmapped(fragment, sequence, qualities)
        if placed is None:
            self._reads.unplaced.append(
                UnplacedRead(fragment, sequence, qualities, record.is_reverse, record.is_read2)
            )
            return None
        is_reverse = placed.is_reverse != record.is_reverse
        return placed._replace(is_reverse=is_reverse, is_read2=record.is_read2)
