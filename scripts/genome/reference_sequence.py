"""The sequence of a genome, read by pyfaidx."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pyfaidx

from flt3itd.hgvs.transcript import Fetch


def sequence_reader(fasta: Path) -> Callable[[str], Fetch]:
    """A function that gives, for a contig, its sequence: upper case, 0-based half-open.

    What lies outside the contig is left out: pyfaidx would count a start below 0 from the end. The
    index (.fai) lies beside the FASTA; only where there is none, one is made.

    Raises:
        OSError: The file cannot be read.
        KeyError: The genome has no such contig.
    """
    genome = pyfaidx.Fasta(str(fasta), as_raw=True, sequence_always_upper=True, rebuild=False)

    @cache
    def of_contig(contig: str) -> Fetch:
        record = genome[contig]
        length = len(record)

        def fetch(start: int, end: int) -> str:
            start, end = max(0, start), min(length, end)
            return str(record[start:end]) if start < end else ""

        return fetch

    return of_contig
