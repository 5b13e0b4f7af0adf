"""Depth along each gene, for a picture: the least of each stretch, so that no gap is hidden."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.coverage.base_depth import BaseDepth
from scripts.coverage.rows import ExonCoverage, ExonCurve, GeneCurve, least_depth, mean_depth

MOST_STRETCHES = 60
"""Of a gene, beside one for each exon that is shorter: a page of 54 genes stays small."""


def depth_curves(rows: Sequence[ExonCoverage], depth: BaseDepth) -> tuple[GeneCurve, ...]:
    """The curves of the genes of coverage.tsv whose depth is measured, in its order."""
    genes: dict[str, list[ExonCoverage]] = {}
    for row in rows:
        genes.setdefault(row.gene, []).append(row)
    curves = (_curve(gene, exons, depth) for gene, exons in genes.items())
    return tuple(curve for curve in curves if curve is not None)


def _curve(gene: str, exons: Sequence[ExonCoverage], depth: BaseDepth) -> GeneCurve | None:
    least, mean = least_depth(exons), mean_depth(exons)
    if least is None or mean is None:
        return None
    stretch = -(-sum(exon.length_bp for exon in exons) // MOST_STRETCHES)
    return GeneCurve(
        gene,
        stretch,
        least,
        mean,
        tuple(
            ExonCurve(exon.exon, _least_depths(exon, depth, stretch))
            for exon in sorted(exons, key=lambda exon: (exon.chrom, exon.start))
        ),
    )


def _least_depths(exon: ExonCoverage, depth: BaseDepth, stretch: int) -> tuple[int, ...]:
    depths = depth.at(exon.chrom, exon.start - 1, exon.end)
    return tuple(min(depths[at : at + stretch]) for at in range(0, len(depths), stretch))
