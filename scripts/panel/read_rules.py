"""Which reads and bases count for the panel: the same for everything that counts them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pysam

from flt3itd.common.assay import Assay
from flt3itd.reads.alignment import skipped_flags
from flt3itd.reads.alignment_file import family_size

HIDDEN = 0
"""The base quality of what is not the molecule's: primers (`scripts.panel.hide_primers`)."""


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

    @cached_property
    def skipped(self) -> int:
        """The mask of the records that are left out, unmapped ones among them."""
        return skipped_flags(self.assay, unmapped=True)

    def take(self, read: pysam.AlignedSegment) -> bool:
        """Whether an alignment counts."""
        if self.least_family > 1 and family_size(read) < self.least_family:
            return False
        return not read.flag & self.skipped and read.mapping_quality >= self.minimum_mapping_quality
