"""Reads over the locus whose larger part lies elsewhere, taken whole.

A read over an insertion of bases that stand elsewhere in the genome is aligned there with the part
that is longer. What lies on the locus is a supplementary record (secondary, with bwa mem -M), of
which bwa mem cuts the other bases off; its SA field tells where the primary record is, which has
them all. Where too few bases are left for a record of their own, the mate alone lies on the locus.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pysam

from flt3itd.common.bases import reverse_complement
from flt3itd.reads.alignment import CIGAR_HARD_CLIP, CIGAR_SOFT_CLIP, CONSUMES_QUERY, Flag
from flt3itd.reads.mates import MateElsewhere

_MOST_PLACES = 2000
"""Other places that are looked at; each takes some tenths of a millisecond."""
_TOGETHER = 150
"""Bases between two mates elsewhere that lie on bases of one insertion."""
_LEAST_TOGETHER = 3
_LEAST_SHARE = 0.001
"""Mates that must lie together elsewhere, and their share of the fragments: chimeras that the
library made lie everywhere, in a small panel some together."""
_MOST_TOGETHER = 20
_READ = Flag.READ_1 | Flag.READ_2


class OtherPart(NamedTuple):
    """Where a further part of a read lies: contig, first base (0-based), strand, CIGAR, quality."""

    contig: str
    start: int
    is_reverse: bool
    cigar: str
    mapping_quality: int

    @property
    def end(self) -> int:
        """The base behind the last aligned one."""
        part = pysam.AlignedSegment()
        part.reference_start, part.cigarstring = self.start, self.cigar
        return part.reference_end or self.start


def other_parts(read: pysam.AlignedSegment) -> Iterator[OtherPart]:
    """The further parts of a read, the primary one first (SAM tag SA); none without the tag."""
    if not read.has_tag("SA"):
        return
    for entry in str(read.get_tag("SA")).rstrip(";").split(";"):
        contig, position, strand, cigar, quality, _ = entry.split(",")
        yield OtherPart(contig, int(position) - 1, strand == "-", cigar, int(quality))


def whole_reads(
    bam: pysam.AlignmentFile,
    pieces: Iterable[pysam.AlignedSegment],
    span: tuple[str, int, int],
    skipped_flags: int,
) -> Iterator[pysam.AlignedSegment]:
    """Supplementary records as if they were primary ones, with all bases of their reads.

    Of two pieces of a read, on both sides of an insertion, the longer one stands for it. Those
    whose primary record begins in `span` (contig, 0-based half-open) were read already. None of a
    CRAM, whose other places need a whole genome.
    """
    if bam.is_cram:
        return
    longest: dict[tuple[str | None, int], pysam.AlignedSegment] = {}
    for piece in pieces:
        read = (piece.query_name, piece.flag & _READ)
        if read not in longest or _aligned(piece) > _aligned(longest[read]):
            longest[read] = piece
    sought: defaultdict[tuple[str, int], list[pysam.AlignedSegment]] = defaultdict(list)
    for piece in longest.values():
        primary_part = next(other_parts(piece))
        contig, position = primary_part.contig, primary_part.start
        if contig != span[0] or not span[1] <= position < span[2]:
            sought[contig, position].append(piece)
    for (contig, position), waiting in sorted(sought.items(), key=lambda item: item[0])[
        :_MOST_PLACES
    ]:
        if contig not in bam.references:
            continue
        primaries = {
            (record.query_name, record.flag & _READ): record
            for record in bam.fetch(contig, position, position + 1)
            if not record.flag & skipped_flags and record.reference_start == position
        }
        for piece in waiting:
            primary = primaries.get((piece.query_name, piece.flag & _READ))
            if primary is not None and _made_whole(piece, primary):
                yield piece


def mates_elsewhere(
    bam: pysam.AlignmentFile, mates: Sequence[MateElsewhere], fragments: int, skipped_flags: int
) -> Iterator[pysam.AlignedSegment]:
    """The mates that lie together elsewhere, as if they had no place.

    Of `fragments` on the locus; none of a CRAM, whose other places need a whole genome.
    """
    if bam.is_cram:
        return
    least = max(_LEAST_TOGETHER, _LEAST_SHARE * fragments)
    groups = [group for group in _together(mates) if len(group) >= least]
    for group in sorted(groups, key=len, reverse=True)[:_MOST_TOGETHER]:
        contig = bam.get_reference_name(group[0].reference_id)
        starts: dict[str | None, int] = {mate.name: mate.start for mate in group}
        for record in bam.fetch(contig, group[0].start, group[-1].start + 1):
            # Right beside the locus, the read of a pair may reach to where its mate begins.
            is_mate = starts.get(record.query_name) == record.reference_start
            if is_mate and not record.flag & skipped_flags:
                record.flag |= int(Flag.UNMAPPED)
                yield record


def _together(mates: Sequence[MateElsewhere]) -> Iterator[list[MateElsewhere]]:
    """Mates in groups, by place; `_TOGETHER` bases at most from each to the next."""
    group: list[MateElsewhere] = []
    for mate in sorted(mates, key=lambda one: (one.reference_id, one.start)):
        if group and (
            mate.reference_id != group[-1].reference_id or mate.start > group[-1].start + _TOGETHER
        ):
            yield group
            group = []
        group.append(mate)
    if group:
        yield group


def _aligned(piece: pysam.AlignedSegment) -> int:
    """Bases of the reference that a record covers."""
    return piece.reference_length or 0


def _made_whole(piece: pysam.AlignedSegment, primary: pysam.AlignedSegment) -> bool:
    """Give a piece the bases of its read; whether it has as many as its CIGAR says."""
    bases, qualities = primary.query_sequence, primary.query_qualities
    cigar = _soft(piece.cigartuples or ())
    if not bases or len(bases) != sum(n for code, n in cigar if code in CONSUMES_QUERY):
        return False
    if piece.is_reverse != primary.is_reverse:
        bases = reverse_complement(bases)
        qualities = None if qualities is None else qualities[::-1]
    piece.query_sequence = bases
    piece.query_qualities = qualities
    piece.cigartuples = cigar
    piece.flag &= ~int(Flag.SUPPLEMENTARY | Flag.SECONDARY)
    return True


def _soft(cigar: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """A CIGAR with soft clips for hard ones."""
    return [(CIGAR_SOFT_CLIP if code == CIGAR_HARD_CLIP else code, n) for code, n in cigar]
