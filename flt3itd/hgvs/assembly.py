"""Accessions of the chromosomes of GRCh37 and GRCh38, and what a contig is called."""

from __future__ import annotations

import re

from flt3itd.hgvs.names import GenomicNumbering

_VERSIONS = {
    # NCBI assembly reports GCF_000001405.13 and .26: versions of NC_000001 to NC_000024.
    "GRCh37": (10, 11, 11, 11, 9, 11, 13, 10, 11, 10, 9, 11,
               10, 8, 9, 9, 10, 9, 9, 10, 8, 10, 10, 9),
    "GRCh38": (11, 12, 12, 12, 10, 12, 14, 11, 12, 11, 10, 12,
               11, 9, 10, 10, 11, 10, 10, 11, 9, 11, 11, 10),
}  # fmt: skip
_CHROMOSOMES = (*map(str, range(1, 23)), "X", "Y")
_SLICE = re.compile(r"(?P<chromosome>(?:chr)?[0-9XY]{1,2})_(?P<first>\d+)_(?P<last>\d+)")


def numbering_of(contig: str, build: str) -> GenomicNumbering:
    """How positions of a contig are written in g. names.

    A contig called ``chr13_28015001_28037000`` is a slice of the chromosome (1-based
    inclusive). A contig that is no chromosome of the build keeps its own name and numbers.
    """
    piece = _SLICE.fullmatch(contig)
    chromosome = (piece["chromosome"] if piece else contig).removeprefix("chr")
    if chromosome not in _CHROMOSOMES:
        return GenomicNumbering(contig)
    index = _CHROMOSOMES.index(chromosome)
    accession = f"NC_{index + 1:06d}.{_VERSIONS[build][index]}"
    return GenomicNumbering(accession, int(piece["first"]) if piece else 1)
