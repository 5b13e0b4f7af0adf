"""The few reads that may show a long event: clipped, or with a long gap."""

from __future__ import annotations

from pathlib import Path

import pysam

from flt3itd.insertions.long_changes import LEAST_CLIP
from scripts.genome.targets import Regions
from scripts.panel.read_rules import ReadRules

MAY_SHOW = f"sclen >= {LEAST_CLIP} || qlen - rlen >= {LEAST_CLIP} || rlen - qlen >= {LEAST_CLIP}"
"""In the words of samtools: qlen counts clipped and inserted bases too, rlen deleted ones."""
_REACH = 50
"""Bases beside a region in which a read may end that shows an event of it."""


def gapped_reads(
    bam: Path, regions: Regions, rules: ReadRules, folder: Path, *, reach: int = _REACH
) -> Path:
    """A BAM, with its index, of the primary reads near some regions that may show a long event.

    Reads may lie `reach` bases beside the regions.
    """
    bed, found = folder / "regions.bed", folder / "gapped.bam"
    lines = [
        f"{contig}\t{max(0, start - reach)}\t{end + reach}\n"
        for contig, spans in regions.items()
        for start, end in spans
    ]
    bed.write_text("".join(lines), "utf-8")
    pysam.view(
        *("-b", "-M", "-L", str(bed), "-F", str(rules.skipped)),
        *("-q", str(rules.minimum_mapping_quality), "-e", MAY_SHOW, "-o", str(found), str(bam)),
        catch_stdout=False,
    )
    pysam.index(str(found))
    return found
