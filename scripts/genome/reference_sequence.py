"""The sequence of a genome, read in blocks that are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import pysam

from flt3itd.hgvs.names import Fetch

_BLOCK = 16_384


def sequence_reader(fasta: Path) -> Callable[[str], Fetch]:
    """A function that gives, for a contig, its sequence: upper case, 0-based half-open.

    The FASTA has its index (.fai) beside it.
    """
    genome = pysam.FastaFile(str(fasta))

    @cache
    def of_contig(contig: str) -> Fetch:
        length = genome.get_reference_length(contig)

        @lru_cache(maxsize=512)
        def block(number: int) -> str:
            start = number * _BLOCK
            return genome.fetch(contig, start, min(length, start + _BLOCK)).upper()

        def fetch(start: int, end: int) -> str:
            start, end = max(0, start), min(length, end)
            if start >= end:
                return ""
            first, last = start // _BLOCK, (end - 1) // _BLOCK
            text = "".join(block(number) for number in range(first, last + 1))
            return text[start - first * _BLOCK : end - first * _BLOCK]

        return fetch

    return of_contig
