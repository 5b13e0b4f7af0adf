"""Long deletions that reads hold, so that the events beside them are told with them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from statistics import median

import pysam

from flt3itd.common.assay import Assay
from scripts.panel.alleles import Allele, overlap
from scripts.panel.places import LONGEST
from scripts.panel.read_rules import ReadRules

_READS = 200
"""Reads at a deletion that tell how long they are."""


def held_deletions(
    alleles: Iterable[Allele], bam: pysam.AlignmentFile, rules: ReadRules
) -> set[Allele]:
    """The deletions of more than `LONGEST` bases, and of no more than a read has.

    From one of its ends or the other, half of the reads or more that begin beside such a deletion
    hold each base that it lacks. Two that overlap are held where both together are. Only of
    capture: in an amplicon a primer may lie within it, and RNA lacks its introns.
    """
    if rules.assay != Assay.CAPTURE:
        return set()
    deletions = [a for a in alleles if len(a.ref) > LONGEST + 1 >= len(a.alt)]
    return {one for one in deletions if _reach(one, deletions) <= _read_length(one, bam, rules)}


def _reach(allele: Allele, others: Iterable[Allele]) -> int:
    """The most bases that a deletion lacks with another one of the contig that overlaps it."""
    over = (one for one in others if overlap(one, allele))
    return max(max(one.end, allele.end) - min(one.start, allele.start) - 1 for one in over)


def _read_length(allele: Allele, bam: pysam.AlignmentFile, rules: ReadRules) -> float:
    """The median length of reads at the first base of an allele."""
    reads = filter(rules.take, bam.fetch(allele.contig, allele.start, allele.start + 1))
    return median([len(read.query_sequence or "") for read in islice(reads, _READS)] or [0])
