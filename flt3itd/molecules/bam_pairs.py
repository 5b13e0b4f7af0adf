"""Read pairs of a sorted BAM, handed on place by place while the file streams past.

A mate waits until the other one is read, a pair until the file is past all that may begin and end
where it does. What is held is a place, not the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from flt3itd.common.assay import Assay
from flt3itd.common.errors import UserError
from flt3itd.common.progress import Progress
from flt3itd.molecules.bam_records import BamFile, Records
from flt3itd.molecules.letters import (
    Booleans,
    Bytes,
    Integers,
    Words,
    mixed,
    packed,
    widened,
)
from flt3itd.molecules.pairs import (
    BY_SEQUENCE,
    PairBlock,
    UmiShape,
    joined_rows,
    sequence_ends,
    shows_one,
    taken,
)
from flt3itd.molecules.tally import ReadTally
from flt3itd.molecules.umi import LONGEST_UMI, TAG, UmiSource
from flt3itd.molecules.umi_text import (
    FIRST_READS,
    UmiText,
    shape_of,
    stands_between,
    take_structure,
    umi_in_names,
    usual_umi,
)
from flt3itd.reads.alignment import Flag, skipped_flags

Number = TypeVar("Number", int, Integers)

_LEFT_OUT = skipped_flags(Assay.CAPTURE, molecules=True)
_PAIRED, _READ_1 = int(Flag.PAIRED), int(Flag.READ_1)
_BOTH_UNMAPPED = Flag.UNMAPPED | Flag.MATE_UNMAPPED
_REACH = 2000
"""Bases by which the later mates of pairs with the same ends may begin apart: clips and gaps."""
_LEAST_MATCHED = 100_000
"""Reads that are matched with the waiting ones at a time, and pairs that are sorted by place."""
_CONTIG_BITS, _BELOW_ZERO = 36, 1 << 20
"""A position of the genome is one number: contig, then position, raised by what may be clipped."""


@dataclass(frozen=True)
class _Reads:
    """Reads that may still wait for their mates; one row for each.

    `umi` is that of the pair, or the part that stands in the bases of this read; `whole` tells
    whether it can be used.
    """

    letters: Bytes
    end: Integers
    position: Integers
    umi: Words
    whole: Booleans
    name: Words
    is_second: Booleans

    def __len__(self) -> int:
        return len(self.name)


class BamPairs:
    """The pairs of a BAM with UMIs."""

    def __init__(
        self,
        path: Path,
        source: UmiSource,
        tally: ReadTally,
        *,
        takes_unplaced: bool = False,
        wanted: Integers | None = None,
    ) -> None:
        """Open the file; pairs of which neither read has a place are taken where that is asked for.

        Of these only pairs that show one of the `wanted` first bases, where some are (`shows_one`).

        Raises:
            UserError: as `BamFile`.
        """
        self._path = path
        self._file = BamFile(path)
        self._umis = _BamUmis(path, source)
        self._tally = tally
        self._takes_unplaced = takes_unplaced
        self._wanted = wanted
        self.header = self._file.header
        self.contigs = self._file.contigs

    @property
    def shape(self) -> UmiShape:
        """The parts of the UMIs; known once the first pairs were read."""
        return self._umis.shape

    def places(self) -> Iterator[PairBlock]:
        """Blocks of pairs; those that begin and end alike are in one block.

        Raises:
            UserError: the file is broken or not sorted, or its reads have no such UMIs.
        """
        pool = _Pool()
        for pairs, here in self.pairs():
            pool.add(pairs)
            yield from pool.passed(here and here - _REACH)

    def pairs(self) -> Iterator[tuple[PairBlock, int | None]]:
        """Blocks of pairs as they are met, and how far the file was read; None at its end.

        Raises:
            UserError: as `places`.
        """
        waiting: list[_Reads] = []
        held = fresh = 0
        for reads, single, here in self._reads():
            if len(single):
                yield self._alone(single), here
            waiting.append(reads)
            fresh += len(reads)
            if fresh < max(_LEAST_MATCHED, held / 2):
                continue
            pairs, rest = self._matched(joined_rows(waiting))
            waiting, held, fresh = [rest], len(rest), 0
            yield pairs, here
        if waiting:
            pairs, rest = self._matched(joined_rows(waiting))
            self._tally.mates_missing += len(rest)
            yield pairs, None

    def _reads(self) -> Iterator[tuple[_Reads, _Reads, int]]:
        """Reads of pairs, single ones, and the last position read, block by block."""
        progress = Progress("reads", self._path.stat().st_size)
        last = -1
        try:
            for records, done in self._file.blocks():
                position = _genome_positions(records)
                if (np.diff(position, prepend=last) < 0).any():
                    raise UserError(
                        f"{self._path}: not sorted by coordinate, though the header says so; sort "
                        "it with: samtools sort"
                    )
                last = int(position[-1])
                flag = records.column("flag")
                primary = flag & _LEFT_OUT == 0
                nowhere = np.where(flag & _PAIRED, int(_BOTH_UNMAPPED), int(Flag.UNMAPPED))
                unplaced = primary & (flag & nowhere == nowhere)
                self._tally.reads += int(primary.sum())
                self._tally.unplaced += int(unplaced.sum())
                if not self._takes_unplaced:
                    primary &= ~unplaced
                wanted = primary & (records.column("bases") > 0)
                progress.show(done, self._tally.reads)
                if wanted.any():
                    paired = (flag[wanted] & _PAIRED) != 0
                    reads = self._of_records(records.take(wanted), position[wanted])
                    yield taken(reads, paired), taken(reads, ~paired), last
        finally:
            progress.close()

    def _of_records(self, records: Records, position: Integers) -> _Reads:
        flag = records.column("flag")
        reverse = (flag & int(Flag.REVERSE)) != 0
        second = (flag & _PAIRED != 0) & (flag & _READ_1 == 0)
        letters, _ = records.letters()
        letters, umi, whole = self._umis.of(records, letters, second)
        end = genome_end(records.column("contig"), records.five_prime_ends(), reverse=reverse)
        # An unmapped read has the position of its mate: only its bases tell where it begins.
        unmapped = (flag & int(Flag.UNMAPPED)) != 0
        if unmapped.any():
            end[unmapped] = sequence_ends(letters[unmapped])
        return _Reads(letters, end, position, umi, whole, records.name_numbers(), second)

    def _alone(self, reads: _Reads) -> PairBlock:
        """Single reads as pairs without a second one."""
        self._tally.pairs += len(reads)
        self._tally.without_umi += int((~reads.whole).sum())
        reads = taken(reads, reads.whole)
        return self._sought(
            PairBlock(
                reads.letters, reads.letters[:, :0], reads.end, reads.end, reads.umi, reads.position
            )
        )

    def _sought(self, pairs: PairBlock) -> PairBlock:
        """The pairs without those that have no place and are not wanted."""
        if self._wanted is None:
            return pairs
        rows = np.flatnonzero(pairs.end_1 & pairs.end_2 & BY_SEQUENCE)
        there = shows_one((pairs.first[rows], pairs.second[rows]), self._wanted)
        return pairs.take(np.delete(np.arange(len(pairs)), rows[~there]))

    def _matched(self, reads: _Reads) -> tuple[PairBlock, _Reads]:
        """The pairs among some reads, and the reads that wait."""
        order = np.argsort(reads.name, kind="stable")
        name, second = reads.name[order], reads.is_second[order]
        meets = np.flatnonzero((name[1:] == name[:-1]) & (second[1:] != second[:-1]))
        one, other = order[meets], order[meets + 1]
        waits = np.ones(len(reads), dtype=bool)
        waits[one] = waits[other] = False
        rows_1 = np.where(reads.is_second[one], other, one)
        rows_2 = np.where(reads.is_second[one], one, other)
        first, mate = taken(reads, rows_1), taken(reads, rows_2)
        umi, whole = self._umis.of_pair((first.umi, first.whole), (mate.umi, mate.whole))
        self._tally.pairs += len(whole)
        self._tally.without_umi += int((~whole).sum())
        pairs = PairBlock(
            first.letters,
            mate.letters,
            first.end,
            mate.end,
            umi,
            np.maximum(first.position, mate.position),
        )
        return self._sought(pairs.take(whole)), taken(reads, waits)


def genome_end(contig: Number, position: Number, *, reverse: Number | bool) -> Number:
    """The number of an end: the first base of a forward read, behind the last of a reverse one."""
    place = position + _BELOW_ZERO
    return (contig << _CONTIG_BITS) + place + place + reverse


class _BamUmis:
    """Takes the UMIs of BAM records from where the user says that they are."""

    def __init__(self, path: Path, source: UmiSource) -> None:
        self._path = path
        self._source = source
        self._text: UmiText | None = None

    @property
    def shape(self) -> UmiShape:
        return shape_of(self._source, self._text)

    def of(
        self, records: Records, letters: Bytes, second: Booleans
    ) -> tuple[Bytes, Words, Booleans]:
        """The letters of the molecule, and the UMI (or part of it) of each record."""
        if self._source.in_bases:
            return self._of_bases(letters, second)
        ends = records.name_starts() + records.name_lengths()
        if self._source.in_name:
            if self._text is None:
                self._text = umi_in_names(records.first_names(FIRST_READS), str(self._path))
            starts = ends - self._text.width
            good = stands_between(records.buffer, starts, self._text.width, b":_", b"\0")
        else:
            starts = records.tag_starts(TAG)
            if self._text is None:
                self._text = usual_umi(self._first_tags(records, starts), str(self._path))
            good = stands_between(records.buffer, starts, self._text.width, b"", b"\0")
        umi, whole = self._text.read(records.buffer, starts)
        return letters, umi, whole & good

    def _first_tags(self, records: Records, starts: Integers) -> Iterator[str]:
        tagged = starts[starts >= 0]
        if not len(tagged):
            raise UserError(
                f"{self._path}: no read has the tag {TAG}; say where the UMIs are, or align with "
                f"it (samtools fastq -T {TAG}, bwa mem -C)"
            )
        for start in tagged[:FIRST_READS].tolist():
            text = records.buffer[start : start + 2 * LONGEST_UMI].tobytes()
            yield text.partition(b"\0")[0].decode("ascii", "replace")

    def _of_bases(self, letters: Bytes, second: Booleans) -> tuple[Bytes, Words, Booleans]:
        structures = self._source.structures
        if len(structures) < 2 and second.any():
            raise UserError(
                f"{self._path}: the reads are pairs, but one read structure is given for them: "
                f"{self._source.text!r}"
            )
        templates, umi = letters.copy(), np.zeros(len(letters), dtype=np.uint64)
        whole = np.ones(len(letters), dtype=bool)
        for number, structure in enumerate(structures):
            rows = np.flatnonzero(second == bool(number))
            template, codes, whole[rows] = take_structure(letters[rows], structure)
            templates[rows] = widened(template, letters.shape[1])
            umi[rows] = packed(codes)
        return templates, umi, whole

    def of_pair(
        self, first: tuple[Words, Booleans], second: tuple[Words, Booleans]
    ) -> tuple[Words, Booleans]:
        """The UMIs of pairs from what both reads of each have."""
        if not self._source.in_bases:
            return first
        behind = np.uint64(2 * self.shape.second)
        return (first[0] << behind) | second[0], first[1] & second[1]


class _Pool:
    """Pairs that others with the same ends may still join."""

    def __init__(self) -> None:
        self._blocks: list[PairBlock] = []
        self._held = self._fresh = 0

    def add(self, pairs: PairBlock) -> None:
        """Put in some pairs."""
        if len(pairs):
            self._blocks.append(pairs)
            self._fresh += len(pairs)

    def passed(self, here: int | None) -> Iterator[PairBlock]:
        """The pairs whose ends the file has passed, if they are many; with None all there are."""
        if not self._blocks or (here is not None and self._fresh < max(_LEAST_MATCHED, self._held)):
            return
        pairs = PairBlock.join(self._blocks)
        self._blocks, self._fresh = [pairs], 0
        self._held = len(pairs)
        if here is None:
            self._blocks = []
            yield pairs
            return
        passed = _wholly_before(pairs, here)
        if passed.any():
            rest = pairs.take(~passed)
            self._blocks, self._held = [rest], len(rest)
            yield pairs.take(passed)


def _wholly_before(pairs: PairBlock, here: int) -> Booleans:
    """The pairs of which no other with the same ends lies at or behind a position."""
    late = pairs.later >= here
    low, high = np.minimum(pairs.end_1, pairs.end_2), np.maximum(pairs.end_1, pairs.end_2)
    keys = mixed(low.astype(np.uint64) ^ mixed(high.astype(np.uint64)))
    return ~np.isin(keys, keys[late])


def _genome_positions(records: Records) -> Integers:
    """Contig and position as one number; unplaced records come last."""
    contig, position = records.column("contig"), records.column("position")
    placed = (contig << _CONTIG_BITS) + position
    return np.where(contig < 0, np.iinfo(np.int64).max >> 1, placed)
