"""Which reads and bases count for the panel: the same for everything that counts them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pysam

from flt3itd.common.assay import Assay
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.alignment_file import family_size

HIDDEN = 0
"""The base quality of what is not the molecule's: primers (`scripts.panel.hide_primers`)."""
PRIMER_ERRORS = 2
"""Bases of a primer that a read may have otherwise."""


Span = tuple[int, int]
"""Where a fragment begins and ends on its contig, 0-based half-open."""


class SpanCount(NamedTuple):
    """Of the fragments that begin and end alike, those with an allele and all that tell."""

    span: Span
    mutant: int
    informative: int


@dataclass(frozen=True)
class ReadRules:
    """What a read needs to count: a flag that its assay does not leave out, and two qualities.

    The qualities are Phred-scaled; a base below its minimum says nothing of an allele. Of molecules
    those count that at least `least_family` reads were seen of.
    """

    assay: Assay
    minimum_mapping_quality: int
    minimum_base_quality: int = 0
    least_family: int = 1

    @property
    def from_primers(self) -> bool:
        """Whether fragments begin and end at the primers of amplicons."""
        return self.assay == Assay.AMPLICON

    @cached_property
    def skipped(self) -> int:
        """The mask of the records that are left out, unmapped ones among them."""
        return skipped_flags(self.assay, unmapped=True)

    def is_of_enough(self, read: pysam.AlignedSegment) -> bool:
        """Whether a read stands for as many reads of its molecule as it must."""
        return self.least_family <= 1 or family_size(read) >= self.least_family

    def take(self, read: pysam.AlignedSegment) -> bool:
        """Whether an alignment counts."""
        if not self.is_of_enough(read):
            return False
        return not read.flag & self.skipped and read.mapping_quality >= self.minimum_mapping_quality


def fragment_span(read: pysam.AlignedSegment) -> Span:
    """Where the fragment of a read begins and ends, 0-based half-open; of a read alone, its own."""
    start, end = read.reference_start, read.reference_end or read.reference_start
    length = read.template_length
    together = (
        read.is_paired
        and not read.mate_is_unmapped
        and read.reference_id == read.next_reference_id
        and read.is_reverse != read.mate_is_reverse
        and (length < 0) == read.is_reverse
    )
    if not together or not length:
        return start, end
    return (end + length, end) if read.is_reverse else (start, start + length)


def may_pass_mate(read: pysam.AlignedSegment) -> bool:
    """Whether a read, as far as it is aligned, may reach the base with which its mate begins.

    Behind that base stands an adapter; before it, the molecule.
    """
    start, end = fragment_span(read)
    if read.is_reverse:
        return start >= read.reference_start
    return end <= (read.reference_end or 0)
