"""Reads of a file that lie over other places: whether any of them is clipped.

That no read over FLT3 is clipped may be chance. That none of the file is, is no chance any more.
"""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

import pysam

from flt3itd.reads.alignment import CIGAR_SOFT_CLIP, Flag

_LOOKED_AT = 20_000
"""Reads: in as few as 10,000 of any library one is clipped, and it takes a twentieth of a second.
"""


class Elsewhere(NamedTuple):
    """Reads over other places, how many of them are clipped, and the longest clip (bases)."""

    reads: int = 0
    clipped: int = 0
    longest_clip: int = 0


def clips_elsewhere(
    bam: pysam.AlignmentFile, contig: str, region: tuple[int, int], skipped_flags: int
) -> Elsewhere:
    """The reads that do not touch a region (0-based half-open), and how they are clipped.

    The first ones of the file are looked at; one without a place of its own (mapping quality 0)
    tells nothing. None is looked at in a CRAM, whose other places need a whole genome.
    """
    if bam.is_cram:
        return Elsewhere()
    skipped = skipped_flags | int(Flag.UNMAPPED)
    start, end = region
    reads = clipped = longest = 0
    for record in islice(bam.fetch(), _LOOKED_AT):
        if record.flag & skipped or not record.mapping_quality:
            continue
        if record.reference_name == contig and start <= record.reference_start < end:
            continue
        reads += 1
        clips = [size for code, size in record.cigartuples or () if code == CIGAR_SOFT_CLIP]
        if clips:
            clipped += 1
            longest = max(longest, *clips)
    return Elsewhere(reads, clipped, longest)
