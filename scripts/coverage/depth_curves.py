"""Depth along each gene, for a picture: the least of each stretch, so that no gap is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.rows import ExonCoverage, mean_depth

MOST_STRETCHES = 60
"""Of a gene, beside one for each exon that is shorter: a page of 54 genes stays small."""


@dataclass(frozen=True)
class ExonCurve:
    """The least depth of each stretch of an exon, from low to high coordinates of the contig."""

    exon: str
    depths: tuple[int, ...]


@dataclass(frozen=True)
class GeneCurve:
    """The exons of a gene from low to high coordinates of the contig, as their stretches are.

    A stretch has `stretch_bp` bases, the last of an exon may be shorter. `mean` weighs exons by
    their length, `minimum` is the least depth of any base.
    """

    gene: str
    stretch_bp: int
    minimum: int
    mean: float
    exons: tuple[ExonCurve, ...]


def depth_curves(rows: Sequence[ExonCoverage], depth: BaseDepth) -> tuple[GeneCurve, ...]:
    """The curves of the genes of coverage.tsv, in its order."""
    genes: dict[str, list[ExonCoverage]] = {}
    for row in rows:
        genes.setdefault(row.gene, []).append(row)
    return tuple(_curve(gene, exons, depth) for gene, exons in genes.items())


def _curve(gene: str, exons: Sequence[ExonCoverage], depth: BaseDepth) -> GeneCurve:
    stretch = -(-sum(exon.length_bp for exon in exons) // MOST_STRETCHES)
    return GeneCurve(
        gene,
        stretch,
        min(exon.minimum for exon in exons),
        mean_depth(exons),
        tuple(
            ExonCurve(exon.exon, _least_depths(exon, depth, stretch))
            for exon in sorted(exons, key=lambda exon: (exon.chrom, exon.start))
        ),
    )


def _least_depths(exon: ExonCoverage, depth: BaseDepth, stretch: int) -> tuple[int, ...]:
    depths = depth.at(exon.chrom, exon.start - 1, exon.end)
    return tuple(min(depths[at : at + stretch]) for at in range(0, len(depths), stretch))
