"""Reads placed in process on a template: collected for the ITD engine and the kinase domain."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from flt3itd.common.bases import reverse_complement
from flt3itd.locus.template import Template
from flt3itd.reads.aligned import AlignedRead
from flt3itd.reads.alignment import (
    CIGAR_DELETION,
    CIGAR_INSERTION,
    CIGAR_MATCH,
    CIGAR_SKIP,
    CIGAR_SOFT_CLIP,
)
from flt3itd.reads.copied_ends import Ends
from flt3itd.reads.kmer_aligner import LocusAligner, PlacedRead
from flt3itd.reads.read_set import ReadSet, SplitRead, UnplacedRead, plain_mismatches
from flt3itd.reads.several_gaps import Laid, with_all_gaps
from flt3itd.reads.tally import LONG_GAP, SHORT_GAP
from flt3itd.reads.unplaced import KmerFilter, kmers_of

_FLANK = 200
"""Bases around the kinase domain of which reads are kept: about the length of a read."""

_LOOKED_AT = 400
"""Reads whose clips are looked for."""
_SHORTEST_CLIP, _SOUGHT = 30, 20
"""Bases of a clip that may be a mate, and of its middle that are looked for: one in 30 is wrong."""
_FIRST_BASES = 24
"""Bases that two reads outside the regions share by chance in no sample."""


class PlacedReads:
    """Takes reads one by one and keeps those of the ITD region and of the kinase domain."""

    def __init__(self, template: Template, kinase_exons: tuple[int, ...]) -> None:
        self.template = template
        self._reach = template.reach
        self._kinase = [template.exon(number) for number in kinase_exons]
        self._parts = [
            self._reach,
            *(
                (max(0, start - _FLANK), min(len(template.sequence), end + _FLANK))
                for start, end in self._kinase
            ),
        ]
        self._aligner = LocusAligner(template.sequence, self._parts, template.repeats)
        self.itd = ReadSet()
        self.tkd: list[AlignedRead] = []
        self._tkd_fragments: list[int] = []
        self._ends: dict[int, dict[bool, Hashable]] = {}  # of the first read: True
        self._collected: set[int] = set()
        self._strays: dict[int, UnplacedRead] = {}  # not in the ITD region, until the mate comes

    def kmers(self, size: int) -> frozenset[str]:
        """The k-mers of both strands around the regions: a read of them shows some."""
        return kmers_of(self.template.sequence, self._parts, size)

    def kmer_filter(self) -> KmerFilter:
        """What tells reads that may lie in the regions."""
        return KmerFilter(self.template.sequence, self._parts)

    def add(
        self, fragment: int, name: str, sequence: str, qualities: bytes, *, is_read1: bool
    ) -> None:
        """Place one read (on either strand) and keep it where it belongs."""
        placed = self._aligner.place(fragment, sequence.upper(), qualities)
        self._ends.setdefault(fragment, {})[is_read1] = _five_prime_end(placed, sequence)
        mate = self._strays.pop(fragment, None)
        if placed is not None and _overlap(placed.split, self._reach):
            self._collect(placed, is_read2=not is_read1)
            self._collected.add(fragment)
            if mate is not None:
                self.itd.unplaced.append(mate)
        else:  # that of an ITD, too, where its bases stand in another part of the template
            stray = UnplacedRead(fragment, sequence.upper(), qualities, False, not is_read1)
            if fragment in self._collected:
                self.itd.unplaced.append(stray)
            elif mate is None:
                self._strays[fragment] = stray
        if placed is not None and any(_overlap(placed.split, part) for part in self._kinase):
            self.tkd.append(_aligned(placed, name, is_read1, self.template))
            self._tkd_fragments.append(fragment)

    def fragment_ends(self) -> list[Ends | None]:
        """The two ends of each fragment, of the first and the second read; None of single reads."""
        ends = (self._ends.get(fragment, {}) for fragment in range(self.itd.fragments))
        return [(pair[True], pair[False]) if len(pair) > 1 else None for pair in ends]

    def share_with_mate(self) -> float:
        """The share of the reads with a clipped end that lies turned on the region, as mates do."""
        first, last = self._reach
        turned = reverse_complement(self.template.sequence[first:last])
        split = self.itd.split
        chosen = split[:: max(1, len(split) // _LOOKED_AT)]
        found = sum(_middle_of_clip(read) in turned for read in chosen)
        return found / max(1, len(chosen)) * len(split) / max(1, self.itd.reads)

    def kinase_reads(self) -> list[AlignedRead]:
        """The reads of the kinase domain, with the ends and sizes of their fragments."""
        ends, sizes = self.fragment_ends(), self.itd.family_reads
        rows = zip(self.tkd, self._tkd_fragments, strict=True)
        return [
            read._replace(
                fragment_ends=ends[fragment],
                family_reads=sizes[fragment] if sizes else 0,
            )
            for read, fragment in rows
        ]

    def _collect(self, placed: PlacedRead, *, is_read2: bool) -> None:
        """Keep a read of the ITD region as a plain or as a split one."""
        split = placed.split._replace(is_reverse=placed.is_reverse, is_read2=is_read2)
        reads, tally = self.itd, self.itd.tally
        reads.reads += 1
        tally.add_qualities([split.qualities])
        mismatches = plain_mismatches(split, self.template.sequence)
        if mismatches is not None:
            if mismatches:
                tally.add_mismatch(
                    split.sequence,
                    split.first_diagonal,
                    self.template.sequence,
                    is_reverse=split.is_reverse,
                    is_read2=split.is_read2,
                )
                reads.mismatches.note(
                    split.fragment,
                    split.sequence,
                    split.first_diagonal,
                    self.template.sequence,
                )
            reads.add_plain_read(split)
            return
        reads.split.append(split)
        tally.soft_clipped += placed.is_clipped
        gap = abs(split.first_diagonal - split.last_diagonal)
        if 0 < gap <= SHORT_GAP:
            tally.gaps[split.first_diagonal + split.first_block_end] += 1
        tally.long_gaps += gap >= LONG_GAP


def _overlap(read: SplitRead, part: tuple[int, int]) -> bool:
    """Whether the aligned part of a read lies over an interval of the template."""
    return read.start < part[1] and read.end > part[0]


def _five_prime_end(placed: PlacedRead | None, sequence: str) -> Hashable:
    """Where a read began, and on which strand; its first bases where it could not be placed."""
    if placed is None:
        return sequence[:_FIRST_BASES].upper()
    split = placed.split
    if placed.is_reverse:
        return split.last_diagonal + len(split.sequence), True
    return split.first_diagonal, False


def _aligned(placed: PlacedRead, name: str, is_read1: bool, template: Template) -> AlignedRead:
    """A placed read on the locus, with the CIGAR that its blocks and the splice sites make."""
    split = placed.split
    laid = with_all_gaps(
        Laid(split.start, tuple(_operations(split))),
        split.sequence,
        template.sequence,
        is_reverse=placed.is_reverse,
    )
    return AlignedRead(
        name,
        template.to_locus(laid.start),
        tuple(_across_splice_sites(laid, template)),
        split.sequence,
        split.qualities,
        placed.is_reverse,
        is_read1,
    )


def _operations(split: SplitRead) -> Iterator[tuple[int, int]]:
    """The CIGAR operations of the one or two blocks of a read, and of its clips."""
    inserted = split.first_diagonal - split.last_diagonal
    gap = (CIGAR_INSERTION, inserted) if inserted > 0 else (CIGAR_DELETION, -inserted)
    behind = split.first_block_end + max(inserted, 0)
    for operation in (
        (CIGAR_SOFT_CLIP, split.aligned_start),
        (CIGAR_MATCH, split.first_block_end - split.aligned_start),
        gap,
        (CIGAR_MATCH, split.aligned_end - behind),
        (CIGAR_SOFT_CLIP, len(split.sequence) - split.aligned_end),
    ):
        if operation[1] > 0:
            yield operation


def _across_splice_sites(laid: Laid, template: Template) -> Iterator[tuple[int, int]]:
    """The operations with a skip wherever the template goes from one exon to the next."""
    position = laid.start
    for operation, length in laid.operations:
        if operation not in (CIGAR_MATCH, CIGAR_DELETION):
            yield operation, length
            continue
        left = length
        while left > 0:
            block = template.block_at(position)
            here = min(left, block.end - position)
            yield operation, here
            position += here
            left -= here
            if position == block.end and left > 0:
                following = template.block_at(position)
                skipped = following.locus_start - block.locus_start - (block.end - block.start)
                yield CIGAR_SKIP, skipped


def _middle_of_clip(read: SplitRead) -> str:
    """Some bases of the longer clip of a read; what no sequence holds where it is short."""
    clip = max(read.sequence[: read.aligned_start], read.sequence[read.aligned_end :], key=len)
    begin = (len(clip) - _SOUGHT) // 2
    return clip[begin : begin + _SOUGHT] if len(clip) >= _SHORTEST_CLIP else "-"
