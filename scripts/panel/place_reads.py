"""The reads over a place, with clipped bases and without adapters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.hgvs.transcript import Fetch
from flt3itd.reads.alignment import Block, aligned_blocks
from scripts.panel.adapters import clipped_adapter
from scripts.panel.places import Place
from scripts.panel.read_rules import HIDDEN, ReadRules, Span, fragment_span, may_pass_mate

CLIPS = 40
"""Bases beside a place in which the alignment of a clipped read may end and still show it."""
FARTHEST_CLIP = 450
"""Bases beside a read in which its clipped bases are looked for: the engine of long events finds
what lies so far away."""
LEAST_PLACED = 16
"""Clipped bases that must stand once there: by chance they do so in one of a million reads."""
_FARTHEST_MATE = 500
"""Bases beside a place at which the mate of a read in it may be aligned."""

PrimerSite = tuple[int, int]
"""Where a primer lies on the contig, 0-based half-open."""


@dataclass(frozen=True)
class PlaceRead:
    """A read over a place: bases, those below the quality, aligned blocks.

    `primers` is where its own primers lie on the contig, 0-based half-open, as far as they are
    aligned, and `hidden` are their bases, which are poor as well; `clipped_primers` are those that
    are not aligned. `span` is that of its fragment, of amplicons.
    """

    name: str
    sequence: str
    poor: tuple[int, ...]
    blocks: tuple[Block, ...]
    reverse: bool
    primers: tuple[PrimerSite, ...] = ()
    hidden: tuple[int, ...] = ()
    clipped_primers: tuple[str, ...] = ()
    span: Span | None = None

    @property
    def first(self) -> int:
        """Where its first base would lie if it had no gaps; 0-based on the contig."""
        return self.blocks[0].reference - self.blocks[0].query

    @property
    def is_clipped(self) -> bool:
        """Whether bases at one of its ends, or all, are not aligned."""
        if not self.blocks:
            return True
        return self.blocks[0].query > 0 or self.blocks[-1].query_end < len(self.sequence)

    @property
    def last(self) -> int:
        """The end of it behind its last aligned base, clipped bases included."""
        return self.blocks[-1].end + len(self.sequence) - self.blocks[-1].query_end


@dataclass(frozen=True)
class ContigReads:
    """The reads of a BAM that count, and the bases of the contig that is looked at."""

    bam: pysam.AlignmentFile
    fetch: Fetch
    rules: ReadRules

    def over(self, place: Place) -> list[PlaceRead]:
        """The reads that may hold a part of a place of the contig."""
        return reads_over(self.bam, place, self.rules)


def reads_over(
    bam: pysam.AlignmentFile, place: Place, rules: ReadRules, reach: int = CLIPS
) -> list[PlaceRead]:
    """The reads that count and may hold a part of a place, clipped bases included."""
    start = max(0, place.start - reach)
    end = min(place.end + reach, bam.get_reference_length(place.contig))
    found = []
    poor_bases = _below(rules.minimum_base_quality)
    for read in bam.fetch(place.contig, start, max(end, start + 1)):
        sequence = read.query_sequence
        if not sequence or not rules.take(read):
            continue
        blocks = aligned_blocks(read.reference_start, read.cigartuples)
        if not blocks:
            continue
        name, poor = read.query_name or "", _poor_bases(read, poor_bases)
        one = PlaceRead(name, sequence, poor, tuple(blocks), read.is_reverse)
        if rules.from_primers:
            one = replace(_with_primers(one, read), span=fragment_span(read))
        one = without_adapter(one, passes_mate=may_pass_mate(read))
        if one.first < place.end and place.start < one.last:
            found.append(one)
    return found


def _below(quality: int) -> re.Pattern[bytes]:
    """Finds the qualities that are below one, and those of hidden bases."""
    return re.compile(b"[\0-%s]" % re.escape(bytes([max(HIDDEN, quality - 1)])))


def _poor_bases(read: pysam.AlignedSegment, below: re.Pattern[bytes]) -> tuple[int, ...]:
    qualities = read.query_qualities
    if qualities is None:
        return ()
    return tuple(match.start() for match in below.finditer(qualities.tobytes()))


def _with_primers(read: PlaceRead, record: pysam.AlignedSegment) -> PlaceRead:
    """A read with the primers that are hidden at its ends."""
    qualities = record.query_qualities
    if qualities is None:
        return read
    text, blocks = qualities.tobytes(), read.blocks
    first = len(text) - len(text.lstrip(bytes([HIDDEN])))
    last = len(text.rstrip(bytes([HIDDEN])))
    if first == len(text) or (first == 0 and last == len(text)):
        return read
    ends = [
        min(block.end, block.reference + first - block.query)
        for block in blocks
        if block.query < first
    ]
    starts = [
        max(block.reference, block.reference + last - block.query)
        for block in blocks
        if last < block.query_end
    ]
    left = [(blocks[0].reference, ends[-1])] if ends else []
    right = [(starts[0], blocks[-1].end)] if starts else []
    both = ((left, range(first)), (right, range(last, len(text))))
    return replace(
        read,
        primers=(*left, *right),
        hidden=tuple(at for site, some in both if site for at in some),
        clipped_primers=tuple(
            read.sequence[some.start : some.stop] for site, some in both if some and not site
        ),
    )


def unplaced_mates(bam: pysam.AlignmentFile, place: Place, rules: ReadRules) -> list[PlaceRead]:
    """The reads aligned nowhere whose mates lie near a place and count, without blocks.

    Their bases are those of the plus strand, as the strand of the mate says.
    """
    start = max(0, place.start - _FARTHEST_MATE)
    end = min(place.end + _FARTHEST_MATE, bam.get_reference_length(place.contig))
    counted, found = set(), []
    poor_bases = _below(rules.minimum_base_quality)
    for read in bam.fetch(place.contig, start, max(end, start + 1)):
        if not read.is_unmapped:
            if rules.take(read):
                counted.add(read.query_name)
            continue
        sequence, name = read.query_sequence, read.query_name or ""
        if not sequence or read.mate_is_unmapped:
            continue
        poor = _poor_bases(read, poor_bases)
        reverse = not read.mate_is_reverse
        if reverse:
            sequence = reverse_complement(sequence)
            poor = tuple(len(sequence) - 1 - at for at in reversed(poor))
        found.append(PlaceRead(name, sequence, poor, (), reverse))
    return [mate for mate in found if mate.name in counted]


def with_clips_placed(read: PlaceRead, fetch: Fetch) -> PlaceRead:
    """A read whose clipped ends lie, as further blocks, where they stand once near it.

    Of a copy that is inserted near by, aligners put the reads on the bases that it is a copy of.
    """
    if not read.blocks:
        return read
    first, last = read.blocks[0], read.blocks[-1]
    start = max(0, first.reference - FARTHEST_CLIP)
    near = fetch(start, last.end + FARTHEST_CLIP)
    blocks = list(read.blocks)
    size = len(read.sequence)
    for low, high in ((0, first.query), (last.query_end, size)):
        if high - low < LEAST_PLACED:
            continue
        # The outer bases: the inner ones may be others that are inserted too.
        seed = slice(low, low + LEAST_PLACED) if low == 0 else slice(high - LEAST_PLACED, high)
        at = near.find(read.sequence[seed])
        if at >= 0 and near.find(read.sequence[seed], at + 1) < 0:
            block = Block(start + at, seed.start, LEAST_PLACED)
            blocks = [block, *blocks] if low == 0 else [*blocks, block]
    return replace(read, blocks=tuple(blocks))


def without_adapter(read: PlaceRead, *, passes_mate: bool) -> PlaceRead:
    """A read without the adapter that its clip at the 3' end begins with, and what follows it.

    `passes_mate` says that it may reach where its mate begins.
    """
    size = len(read.sequence)
    clipped = read.blocks[0].query if read.reverse else size - read.blocks[-1].query_end
    foreign = clipped_adapter(
        read.sequence, clipped, is_reverse=read.reverse, passes_mate=passes_mate
    )
    if not foreign:
        return read
    begin, end = (foreign, size) if read.reverse else (0, size - foreign)
    blocks = []
    for block in read.blocks:
        low, high = max(block.query, begin), min(block.query_end, end)
        if low < high:
            blocks.append(Block(block.reference + low - block.query, low - begin, high - low))
    if not blocks:
        return read
    return replace(
        read,
        sequence=read.sequence[begin:end],
        poor=tuple(at - begin for at in read.poor if begin <= at < end),
        blocks=tuple(blocks),
        hidden=tuple(at - begin for at in read.hidden if begin <= at < end),
    )
